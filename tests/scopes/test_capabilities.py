"""Capabilities as text, hosts, programs, names, templates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tekrt.ir import ScopeTemplate
from tekrt.scopes import (
    Capability,
    ScopeError,
    anchored,
    check,
    check_template,
    conflicts,
    contains,
    covered,
    evaluate,
    matches,
    missing,
    overlaps,
    parse_capabilities,
    parse_capability,
    show,
    show_template,
    template_contains,
    widest,
)
from tekrt.values.failure import Failure
from tekrt.values.scalars import Path

C = parse_capability


def T(kind: str, *parts: object) -> ScopeTemplate:
    return ScopeTemplate(kind, tuple(parts))


SRC = ("src", "", "Path")
STEM = ("src", "stem", "Str")
NAME = ("name", "", "Str")


class TestText:
    @pytest.mark.parametrize(
        "text",
        ['fs.read("src/**")', 'net("*.example.com:443")', "human", 'process("git status")', r'fs.read(r"\[id\].tsx")', 'env("AWS_*")',
         'ai("acme/*")', 'secret("token")', r'fs.read("a\{b\}")', 'fs.write("a\\"b")'],
    )  # fmt: skip
    def test_shows_as_it_is_written(self, text: str) -> None:
        assert show(C(text)) == text

    def test_a_list_may_have_blanks_newlines_and_a_trailing_comma(self) -> None:
        assert parse_capabilities('fs.read("a") ,\n\tenv( "B" ),') == [Capability("fs.read", "a"), Capability("env", "B")]
        assert parse_capabilities("none") == parse_capabilities("  ") == []

    def test_escapes_of_globs_stay_in_plain_strings(self) -> None:
        assert matches(C(r'fs.read("\[id\].tsx")'), "[id].tsx")
        assert matches(C(r'fs.read("\[id].tsx")'), "[id].tsx")

    @pytest.mark.parametrize(
        ("text", "position", "hint"),
        [
            ('fs.reed("x")', 0, "no capability `fs.reed`"), ("fs.read", 0, "needs a scope"), ('fs.read("a"', 11, "`)`"),
            ("fs.read(a)", 8, "quotes"), ('fs.read("a', 8, "no end"), ('human("x")', 7, "no scope"), ('"x"', 0, "begins with its kind"),
            ('fs.read("a") fs.read("b")', 13, "comma"), ('fs.read("{x}")', 9, "no parameters"), (r'fs.read("\q")', 9, "means nothing"),
            ('fs.read("a", "b")', 11, "one scope"), ('fs.read("a**")', 10, "whole folders"), ('net("exa mple")', 8, "no host name"),
            ('fs.read("\\u{110000}")', 9, "number of a character"), ('env("A=B")', 6, "letters"), ('ai("x")', 4, "provider/model"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_with_its_place(self, text: str, position: int, hint: str) -> None:
        with pytest.raises(ScopeError) as caught:
            parse_capabilities(text)
        assert hint in caught.value.message
        assert caught.value.position == position

    def test_an_unknown_kind_is_named_for_suggestions_and_a_hosts_own_is_taken(self) -> None:
        with pytest.raises(ScopeError) as caught:
            C('crm.read("1")')
        assert caught.value.unknown_kind == "crm.read"
        assert parse_capability('crm.read("7/*")', ["crm.read"]) == Capability("crm.read", "7/*")

    @given(st.text(max_size=40))
    def test_no_text_makes_the_parser_fail_otherwise(self, text: str) -> None:
        for source in (text, f'fs.read("{text}")', f'net("{text}")', f'process("{text}")', f'env("{text}")', f'ai("{text}")'):
            try:
                for capability in parse_capabilities(source):
                    assert parse_capabilities(show(capability)) == [capability]
            except ScopeError as error:
                assert 0 <= error.position <= len(source)

    def test_controls_and_reordering_characters_are_never_shown_as_they_are(self) -> None:
        assert show(Capability("fs.read", "a\u202eb\x1b[0m")) == 'fs.read("a\\u{202E}b\\u{1B}[0m")'


class TestHosts:
    @pytest.mark.parametrize(
        ("a", "b", "inside", "meet"),
        [
            ("example.com", "example.com:443", True, True), ("example.com", "example.com:8080", False, False),
            ("example.com:443", "example.com", False, True), ("*.example.com", "a.b.example.com", True, True),
            ("*.example.com", "example.com", False, False), ("*.example.com", "*.b.example.com", True, True),
            ("*.b.example.com", "*.example.com", False, True), ("*.example.com", "notexample.com", False, False),
            ("*", "a.b", True, True), ("a.b", "*", False, True), ("*:*", "a.b:22", True, True), ("EXAMPLE.com", "example.COM.", True, True),
            ("10.0.0.0/8", "10.1.2.3", True, True), ("10.0.0.0/8:*", "10.1.0.0/16:22", True, True), ("10.0.0.0/8", "11.0.0.1", False, False),
            ("::1", "[::1]:443", True, True), ("fd00::/8", "[fd12::1]:80", True, True), ("127.0.0.1", "::ffff:127.0.0.1", True, True),
            ("*", "10.0.0.1", False, True), ("a.b", "10.0.0.1", False, True), ("unix:/run/x", "unix:/run/x", True, True),
            ("unix:/run/*", "unix:/run/x", True, True), ("unix:/run/x", "a.b", False, False), ("a.b", "unix:/run/x", False, False),
            ("unix:/run/x", "unix:/run/y", False, False), ("*.a.b", "*.c.d", False, False),
        ],
    )  # fmt: skip
    def test_containment_and_overlap(self, a: str, b: str, inside: bool, meet: bool) -> None:
        first, second = Capability("net", a), Capability("net", b)
        assert contains(first, second) is inside
        assert overlaps(first, second) is meet
        assert overlaps(second, first) is meet

    @pytest.mark.parametrize(
        "text",
        ["", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.0.0.01", "１２７.0.0.1", "127。0。0。1", "a..b", "-a.b", "a b", "a.b:0",
         "a.b:65536", "a.b:x", "a*.b", "*.*.b", "[::1", "[::1]x", "fe80::1%eth0", "10.0.0.1/8", "a" * 64 + ".b", "unix:run/x",
         "good.com\0.evil.com", "user@host", "host/path", "1.2.3.4.5"],
    )  # fmt: skip
    def test_what_two_readers_might_read_differently_is_refused(self, text: str) -> None:
        with pytest.raises(ScopeError):
            check(Capability("net", text))

    def test_matching_wants_one_host_and_port(self) -> None:
        assert matches(C('net.get("example.com")'), "example.com:80")
        assert not matches(C('net.get("example.com")'), "example.com:81")
        assert not matches(C('net.get("example.com")'), "exa mple.com:80")

    def test_net_includes_what_net_get_does_and_not_the_reverse(self) -> None:
        assert contains(C('net("a.b")'), C('net.get("a.b")'))
        assert not contains(C('net.get("a.b")'), C('net("a.b")'))


class TestPrograms:
    @pytest.mark.parametrize(
        ("scope", "argv", "expected"),
        [
            ("git", ["git"], True), ("git", ["git", "push"], True), ("git status", ["git", "status", "-s"], True),
            ("git status", ["git", "push"], False), ("git status", ["git"], False), ("git *", ["git", "x"], True), ("git *", ["git"], False),
            ("git", ["/usr/bin/git"], False), ("target/**", ["target/debug/app"], True), ("target/**", ["./target/app"], True),
            ("target/**", ["app"], False), ("*", ["anything"], True), ("*", ["bin/x"], False), ("python3*", ["python3.11"], True),
            ("/usr/bin/env", ["/usr/bin/env", "x"], True), (r"my\ tool", ["my tool"], True),
        ],
    )  # fmt: skip
    def test_matching(self, scope: str, argv: list[str], expected: bool) -> None:
        assert matches(Capability("process", scope), argv) is expected

    @pytest.mark.parametrize(
        ("a", "b", "inside", "meet"),
        [("git", "git status", True, True), ("git status", "git", False, True), ("git status", "git push", False, False),
         ("*", "git", True, True), ("target/**", "target/x", True, True), ("target/**", "git", False, False), ("git *", "git status", True, True),
         ("/x/y", "x/y", False, True)],
    )  # fmt: skip
    def test_containment_and_overlap(self, a: str, b: str, inside: bool, meet: bool) -> None:
        first, second = Capability("process", a), Capability("process", b)
        assert contains(first, second) is inside
        assert overlaps(first, second) is meet

    def test_the_empty_program_and_nul_are_refused(self) -> None:
        for text in ("", "  ", "a\0b"):
            with pytest.raises(ScopeError):
                check(Capability("process", text))


class TestOthers:
    def test_names_and_models(self) -> None:
        assert matches(C('env("AWS_*")'), "AWS_REGION")
        assert not matches(C('env("AWS_*")'), "HOME")
        assert matches(C('ai("acme/*")'), "acme/large")
        assert matches(C('ai("*")'), "acme/large")
        assert not matches(C('ai("acme/small")'), "acme/large")
        assert contains(C('ai("*")'), C('ai("acme/large")'))
        assert not contains(C('env("A*")'), C('env("*")'))
        assert matches(C("human"), None)
        assert not matches(C("human"), "x")

    def test_reading_and_writing_one_file_conflict_reading_twice_does_not(self) -> None:
        assert conflicts(C('fs.read("a/*")'), C('fs.write("a/b")'))
        assert not conflicts(C('fs.read("a")'), C('fs.read("a")'))
        assert not conflicts(C('fs.read("a")'), C('fs.write("b")'))
        assert not conflicts(C('fs.write("a")'), C('env("A")'))
        assert conflicts(C("human"), C("human"))
        assert conflicts(C('net("a.b")'), C('net.get("a.b")'))

    def test_scopes_with_other_anchors_overlap_until_the_root_is_known(self) -> None:
        inside, outside = C('fs.write("src/**")'), C('fs.read("/etc/**")')
        assert overlaps(inside, outside)
        assert not overlaps(anchored(inside, "/home/me/p", "/home/me"), anchored(outside, "/home/me/p", "/home/me"))
        assert anchored(C('fs.read("~/x")'), "/r", "/home/me") == C('fs.read("/home/me/x")')
        assert anchored(C('fs.read("../s/*")'), "/r/p", "/h") == C('fs.read("/r/s/*")')
        assert anchored(C('fs.read("a")'), "/r*", "/h").scope == r"/r\*/a"
        assert anchored(C('process("target/**")'), "/my r", "/h").scope == r"/my\ r/target/**"
        assert anchored(C('process("git")'), "/r", "/h") == C('process("git")')

    def test_missing_lists_each_once_and_no_default_kind(self) -> None:
        wanted = [C('fs.read("a")'), C("human"), C('fs.read("a")'), Capability("clock")]
        assert missing([C('fs.read("**")')], wanted) == [C("human")]
        assert not covered([], C("human"))


class TestTemplates:
    def test_a_hole_shows_as_it_is_written(self) -> None:
        assert show_template(T("fs.write", "build/", STEM, ".o")) == 'fs.write("build/{src.stem}.o")'
        assert show_template(T("fs.read", SRC)) == "fs.read(src)"
        assert show_template(ScopeTemplate("human", None)) == "human"

    def test_values_are_literal_text(self) -> None:
        filled = evaluate(T("fs.write", "build/", STEM, ".o"), ["a*[b]?"])
        assert matches(filled, "build/a*[b]?.o")
        assert not matches(filled, "build/aXb.o")
        assert evaluate(T("fs.read", SRC, "/**"), [Path("data/x")]) == C('fs.read("data/x/**")')
        assert evaluate(T("fs.read", SRC, "/**"), [Path("/data")]) == C('fs.read("/data/**")')
        assert evaluate(T("fs.read", SRC, "/**"), [Path(".")]).scope == "**"
        assert evaluate(T("fs.read", SRC, "/**"), [Path("/")]) == C('fs.read("/**")')
        assert evaluate(T("fs.read", SRC), [Path("~/x")]) == C('fs.read("~/x")')
        assert evaluate(T("fs.read", "out/", ("n", "", "Int")), [7]) == C('fs.read("out/7")')
        assert evaluate(T("process", NAME), ["git"]) == C('process("git")')
        assert matches(evaluate(T("process", NAME), ["my tool"]), ["my tool"])
        assert evaluate(ScopeTemplate("human", None), []) == C("human")
        assert evaluate(T("net.get", NAME, ":8080"), ["a.b"]) == C('net.get("a.b:8080")')
        assert evaluate(T("env", "X_", NAME), ["A"]) == C('env("X_A")')

    def test_a_text_that_begins_with_a_tilde_is_not_home(self) -> None:
        assert not matches(evaluate(T("fs.read", NAME), ["~"]), "~/x")
        assert not matches(evaluate(T("fs.read", NAME, "/**"), ["~"]), "~/x")

    @pytest.mark.parametrize(
        ("template", "value"),
        [
            (T("fs.write", "out/", NAME), ".."), (T("fs.write", "out/", NAME), "../../x"), (T("fs.write", "out/", NAME), "a/b"),
            (T("fs.write", "out/", NAME), ""), (T("fs.write", "out/", NAME), "a\0b"), (T("fs.write", "out/", NAME, "/**"), "."),
            (T("fs.write", SRC), Path("a/../../b")), (T("fs.write", SRC), Path("")), (T("fs.write", "out/.", NAME), "."),
            (T("net", NAME), "*"), (T("net", NAME), "a.b:22"), (T("net", NAME), "a.b/"), (T("net", NAME), "evil.com#"), (T("net", NAME), "u@h"),
            (T("process", NAME), "bin/x"), (T("env", NAME), "A=B"), (T("env", NAME), ""), (T("net", "a.b:", NAME), "99999"),
        ],
    )  # fmt: skip
    def test_what_would_widen_a_scope_is_denied(self, template: ScopeTemplate, value: object) -> None:
        with pytest.raises(Failure) as caught:
            evaluate(template, [value])
        assert caught.value.kind == "denied"
        assert show_template(template) in caught.value.message

    def test_two_holes_do_not_make_dots_together(self) -> None:
        with pytest.raises(Failure):
            evaluate(T("fs.write", "out/", NAME, ("b", "", "Str")), [".", "."])

    @pytest.mark.parametrize(
        ("template", "expected"),
        [
            (T("fs.write", "build/", STEM, ".o"), "build/*.o"), (T("fs.read", SRC), "**"), (T("fs.read", SRC, "/**"), "**/**"),
            (T("fs.read", "out/", SRC, "/x"), "out/**/x"), (T("fs.read", "out/", SRC, ".txt"), "out/**/*.txt"),
            (T("fs.read", "out/x", SRC, ".txt"), "out/x*/**"), (T("fs.read", NAME, NAME), "*"), (T("net", NAME), "*"),
            (T("net", NAME, ".example.com"), "*.example.com"), (T("net", "api", NAME, ".example.com:8080"), "*.example.com:8080"),
            (T("net", "a", NAME, "b.com"), "*"), (T("net", "a.b:", ("p", "", "Int")), "a.b:*"), (T("process", NAME), "*"),
            (T("process", "git ", NAME), "git *"), (T("process", SRC), "**"), (T("env", "A_", NAME), "A_*"), (T("ai", NAME, "/x"), "*/x"),
        ],
    )  # fmt: skip
    def test_the_widest_scope_of_a_hole(self, template: ScopeTemplate, expected: str) -> None:
        got = widest(template)
        assert contains(got, Capability(got.kind, expected))
        assert contains(Capability(got.kind, expected), got)

    @given(st.lists(st.sampled_from(["a", "b", "*", "?", "x/", "/", ".o"]), max_size=3), st.text("ab*?[", min_size=1, max_size=4), st.booleans())
    def test_whatever_a_hole_becomes_is_within_its_widest(self, around: list[str], value: str, path: bool) -> None:
        hole = ("p", "", "Path" if path else "Str")
        for at in range(len(around) + 1):
            template = T("fs.read", "".join(around[:at]), hole, "".join(around[at:]))
            try:
                widened = widest(template)
                check(widened)
                filled = evaluate(template, [Path(value + "/b") if path else value])
            except (ScopeError, Failure):
                continue
            if filled.scope is not None and filled.scope.startswith("/"):
                continue  # a path at the beginning may be absolute; proofs take it as relative
            assert contains(widened, filled), (template.parts, widened, filled)

    @pytest.mark.parametrize(
        ("a", "b", "expected"),
        [
            (T("fs.write", "build/", STEM, ".o"), T("fs.write", "build/", STEM, ".o"), True),
            (T("fs.write", "build/*.o"), T("fs.write", "build/", STEM, ".o"), True),
            (T("fs.write", "build/", STEM, ".o"), T("fs.write", "build/*.o"), False),
            (T("fs.write", "build/?.o"), T("fs.write", "build/", STEM, ".o"), False),
            (T("fs.read", SRC, "/**"), T("fs.read", SRC), True),
            (T("fs.read", SRC, "/**"), T("fs.read", SRC, "/x/", NAME), True),
            (T("fs.read", SRC), T("fs.read", SRC, "/x"), False),
            (T("fs.read", "out/*"), T("fs.read", "out/", SRC), False),
            (T("fs.read", "out/**"), T("fs.read", "out/", SRC), True),
            (T("fs.read", "[!a]*"), T("fs.read", NAME), False),
            (T("fs.read", SRC), T("fs.read", NAME), False),
            (T("net", NAME), T("net.get", NAME), True),
            (T("net", NAME, ":443"), T("net", NAME), False),
            (ScopeTemplate("human", None), ScopeTemplate("human", None), True),
            (T("fs.read", "**"), ScopeTemplate("human", None), False),
        ],
    )  # fmt: skip
    def test_containment_of_templates(self, a: ScopeTemplate, b: ScopeTemplate, expected: bool) -> None:
        assert template_contains(a, b) is expected

    def test_the_literal_text_of_a_template_is_checked(self) -> None:
        check_template(T("fs.write", "build/", STEM, ".o"))
        check_template(T("net", "a.b:", ("p", "", "Int")))
        check_template(ScopeTemplate("human", None))
        for bad in (T("fs.write", "a**", STEM), T("net", "a b", NAME), ScopeTemplate("fs.read", None), T("human", "x"), T("fs.read", "[", NAME)):
            with pytest.raises(ScopeError):
                check_template(bad)
