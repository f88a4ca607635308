"""Globs: what they match, contain and overlap, against brute force on small alphabets."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tekrt.scopes import Capability, ScopeError, contains, covered, escape, matches, overlaps, parse_glob, split_path
from tekrt.scopes.glob import match_part, parse_segment, part_test, within


def read(scope: str) -> Capability:
    return Capability("fs.read", scope)


@pytest.mark.parametrize(
    ("scope", "yes", "no"),
    [
        ("src/**", ["src", "src/a", "src/a/b.c", "./src//a/"], ["srcs", "a/src", "/src/a", ".", "~/src/a"]),
        ("src/*.c", ["src/a.c", "src/.c", "src/*.c"], ["src/a.h", "src/x/a.c", "a.c"]),
        ("src/**/*.h", ["src/a.h", "src/x/y/a.h"], ["a.h", "src/a.c"]),
        ("**", [".", "a", "a/b/c"], ["/a", "../a", "~"]),
        ("/etc/hosts", ["/etc/hosts", "/etc//./hosts", "/etc/x/../hosts"], ["etc/hosts", "/etc/hosts/x"]),
        ("~/.gitconfig", ["~/.gitconfig"], [".gitconfig", "/home/me/.gitconfig"]),
        ("../shared/*", ["../shared/a", "x/../../shared/a"], ["shared/a", "../../shared/a"]),
        ("a?c", ["abc", "a c"], ["ac", "abbc", "a/c"]),
        ("[a-cx]1", ["a1", "c1", "x1"], ["d1", "-1", "1"]),
        ("[!a-c]1", ["d1", "ä1"], ["a1", "1"]),
        (r"\[id\].tsx", ["[id].tsx"], ["i.tsx"]),
        (r"a\*", ["a*"], ["ab", "a"]),
        (r"[\]a]", ["]", "a"], ["b", "\\"]),
        ("*", ["a", ".hidden"], ["a/b", "."]),
        ("x/*/y", ["x/a/y"], ["x/y", "x/a/b/y"]),
        ("naïve/ü*", ["naïve/über"], ["naive/über"]),
        ("a/**/b/**/c", ["a/b/c", "a/x/b/y/z/c", "a/b/b/c"], ["a/c", "a/b"]),
    ],
)
def test_a_glob_matches_these_and_not_those(scope: str, yes: list[str], no: list[str]) -> None:
    for path in yes:
        assert matches(read(scope), path), path
    for path in no:
        assert not matches(read(scope), path), path


def test_nul_and_the_empty_path_match_nothing() -> None:
    assert not matches(read("**"), "")
    assert not matches(read("**"), "a\0b")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "empty"), ("a\0", "NUL"), ("a**", "whole folders"), ("**.c", "whole folders"), ("[a", "no `]`"), ("a[]", "nothing"),
        ("[z-a]", "range"), ("a\\", "end of a part"), ("/..", "leads out"), ("~/..", "leads out"), ("*/..", "pattern"),
        ("x" * 5000, "4096"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_glob_is_refused_with_its_reason(text: str, hint: str) -> None:
    with pytest.raises(ScopeError) as caught:
        parse_glob(text)
    assert hint in caught.value.message


@pytest.mark.parametrize("text", ["./src//**/", "src/./**", "a/../src/**", "src/**/**"])
def test_spellings_of_one_scope_are_one_scope(text: str) -> None:
    assert parse_glob(text) == parse_glob("src/**")


PIECES = st.sampled_from(["a", "b", "*", "?", "[ab]", "[!a]", "ab"])
SEGMENTS = st.one_of(st.just("**"), st.lists(PIECES, min_size=1, max_size=3).map(lambda xs: "".join(xs).replace("**", "*").replace("**", "*")))
GLOBS = st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join)
# A word of every shape that short globs can tell apart: lengths up to 4 over two letters the globs name and one they do not.
NAMES = ["".join(chars) for count in range(1, 4) for chars in itertools.product("abz", repeat=count)]
DEEP = ["/".join(parts) for count in range(1, 4) for parts in itertools.product(["a", "b", "z", "ab", "ba", "aba", "zz"], repeat=count)]
WORLD = [".", *NAMES, *DEEP]


@given(GLOBS)
@settings(max_examples=300)
def test_a_glob_shows_as_text_that_parses_to_the_same(text: str) -> None:
    glob = parse_glob(text)
    again = parse_glob(glob.text)
    assert again == glob
    assert again.segments == glob.segments


@given(GLOBS, GLOBS)
@settings(max_examples=400, deadline=None)
def test_containment_and_overlap_agree_with_every_path_of_a_small_world(a: str, b: str) -> None:
    first, second = parse_glob(a), parse_glob(b)
    in_a = {path for path in WORLD if first.matches(split_path(path)[2])}
    in_b = {path for path in WORLD if second.matches(split_path(path)[2])}
    if contains(read(a), read(b)):
        assert in_b <= in_a
    elif in_b <= in_a:
        # Then a longer path must tell them apart; a proof may only fail for a reason.
        assert _witness(a, b), (a, b)
    if in_a & in_b:
        assert overlaps(read(a), read(b))
    if not overlaps(read(a), read(b)):
        assert not in_a & in_b


def _witness(a: str, b: str) -> bool:
    """Find a path that ``b`` matches and ``a`` does not, by putting all kinds of texts into the wildcards of ``b``."""
    first = parse_glob(a)
    choices: list[list[list[str]]] = []
    for segment in parse_glob(b).segments:
        if segment is None:
            choices.append([[], ["z"], ["a"], ["b"], ["ab"], ["a", "b"], ["z", "z", "z"], ["b", "a"], ["a", "a", "a", "a"]])
        elif isinstance(segment, str):
            choices.append([[segment]])
        else:
            texts = [
                ["", "z", "a", "b", "ab", "zzzzz", "ba"] if ranges is None else [c for c in "abz" if within(ord(c), ranges)]
                for ranges in segment
            ]
            choices.append([["".join(picked)] for picked in itertools.product(*texts) if "".join(picked)])
    for pieces in itertools.islice(itertools.product(*choices), 500_000):
        if not first.matches([part for piece in pieces for part in piece]):
            return True
    return False


@given(st.lists(PIECES, min_size=1, max_size=4).map("".join), st.text("abz", min_size=1, max_size=6))
def test_the_quick_test_of_a_part_agrees_with_the_slow_one(text: str, name: str) -> None:
    segment = parse_segment(text.replace("**", "*").replace("**", "*"))
    assert segment is not None
    expected = segment == name if isinstance(segment, str) else match_part(segment, name)
    assert part_test(segment)(name) is expected


@given(GLOBS)
def test_every_glob_contains_and_overlaps_itself_and_is_contained_in_everything(text: str) -> None:
    assert contains(read(text), read(text))
    assert overlaps(read(text), read(text))
    assert contains(read("**"), read(text))


def test_several_grants_together_may_cover_what_none_does_alone() -> None:
    halves = [read("d/[a-m]*"), read("d/[!a-m]*")]
    assert covered(halves, read("d/*"))
    assert not covered(halves[:1], read("d/*"))
    assert not covered(halves, read("d/**"))


@given(st.text(min_size=1, max_size=20).filter(lambda s: "\0" not in s))
def test_an_escaped_text_matches_exactly_itself(text: str) -> None:
    if any(part in ("", ".", "..") for part in text.split("/")):
        return
    glob = parse_glob(escape(text))
    assert glob.literal
    assert "/".join(str(part) for part in glob.segments) == text


def test_no_pattern_takes_long() -> None:
    start = time.perf_counter()
    assert not matches(read("*a" * 200 + "b"), "a" * 4000)
    assert not matches(read("**/" * 1 + "/".join(["a", "**"] * 60) + "/b"), "a/" * 1500 + "c")
    many = "*" + "a" + "?" * 30
    assert not contains(read(many), read("*" + "a*" * 20))
    assert overlaps(read("*a" * 100 + "*"), read("*b" * 100 + "*"))
    assert time.perf_counter() - start < 20
