"""How problems are shown."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import attrs
import pytest

from tekc.diagnostics import Edit, Help, Label, Problem
from tekc.diagnostics.render import MOST, ordered, render
from tekc.diagnostics.render_chars import Columns, cut, safe, width
from tekc.diagnostics.render_text import COLOUR, render_text
from tekc.source import SourceFile, Span


@attrs.frozen
class Shown(Problem):
    """A problem made for these tests."""

    at: Span
    words: str = "`x` is wrong"
    beside: str = ""
    others: tuple[Label, ...] = ()
    advice: tuple[Help, ...] = ()
    facts: tuple[str, ...] = ()

    def title(self) -> str:
        return self.words

    def mark(self) -> str:
        return self.beside

    def labels(self) -> Iterator[Label]:
        yield from self.others

    def notes(self) -> Iterator[str]:
        yield from self.facts

    def helps(self) -> Iterator[Help]:
        yield from self.advice


Shown.code, Shown.slug = "TEK9990", "shown"


def place(text: str, part: str, path: str = "main.tek") -> Span:
    start = text.index(part)
    return Span(SourceFile(path, text), start, start + len(part))


def lines(problem: Problem) -> list[str]:
    return render_text(problem).splitlines()


def test_the_place_is_underlined_below_the_source() -> None:
    assert lines(Shown(place("let a = 1\nlet x = b\n", "b"), beside="here")) == [
        "error[TEK9990]: `x` is wrong",
        "  ┌─ main.tek:2:9",
        "  │",
        "2 │ let x = b",
        "  │         ^ here",
    ]


def test_causes_notes_and_advice_follow() -> None:
    text = "one two\nthree\nfour five\n"
    at = place(text, "five")
    problem = Shown(at, others=(Label(Span(at.file, 0, 3), "a cause"),), facts=("a fact",), advice=(Help("do this\nand that"),))
    assert lines(problem) == [
        "error[TEK9990]: `x` is wrong",
        "  ┌─ main.tek:3:6",
        "  │",
        "1 │ one two",
        "  │ --- a cause",
        "2 │ three",
        "3 │ four five",
        "  │      ^^^^",
        "  │",
        "  = note: a fact",
        "  = help: do this",
        "          and that",
    ]


def test_labels_on_one_line_hang_below_each_other() -> None:
    text = "aa bb cc\n"
    at = place(text, "bb")
    problem = Shown(at, beside="middle", others=(Label(Span(at.file, 0, 2), "left"), Label(Span(at.file, 6, 8), "right")))
    assert lines(problem)[3:] == ["1 │ aa bb cc", "  │ -- ^^ -- right", "  │ │  │", "  │ │  middle", "  │ │", "  │ left"]


def test_lines_far_apart_are_separated_by_a_dot() -> None:
    text = "a\n" * 20
    file = SourceFile("main.tek", text)
    found = lines(Shown(Span(file, 0, 1), others=(Label(Span(file, 20, 21), "there"),)))
    assert "   ·" in found
    assert "11 │ a" in found


def test_another_file_gets_a_frame_of_its_own() -> None:
    found = lines(Shown(place("a b", "b"), others=(Label(place("c d", "d", "lib/other.tek"), "declared here"),)))
    assert "  ┌─ lib/other.tek:1:3" in found
    assert "  │   - declared here" in found


def test_a_span_over_several_lines_is_underlined_on_its_first() -> None:
    assert lines(Shown(place("if a {\n  b\n}\n", "{\n  b\n}")))[3:] == ["1 │ if a {", "  │      ^"]


def test_the_end_of_a_file_and_an_empty_file_can_be_shown() -> None:
    file = SourceFile("main.tek", "let x =")
    assert lines(Shown(Span(file, 7, 7)))[-1] == "  │        ^"
    assert lines(Shown(Span(SourceFile("main.tek", ""), 0, 0), beside="nothing")) == [
        "error[TEK9990]: `x` is wrong",
        "  ┌─ main.tek:1:1",
        "  │ nothing",
    ]


def test_tabs_and_wide_characters_keep_the_underline_in_place() -> None:
    assert lines(Shown(place("\tx = 漢字 + y\n", "y")))[3:] == ["1 │     x = 漢字 + y", "  │" + " " * 16 + "^"]
    assert lines(Shown(place("é = 漢字\n", "漢字")))[3:] == ["1 │ é = 漢字", "  │     ^^^^"]


def test_a_long_line_is_cut_around_the_place() -> None:
    found = lines(Shown(place("a" * 5000 + "HERE" + "b" * 5000, "HERE"), beside="look"))
    assert found[1] == "  ┌─ main.tek:1:5001"
    assert len(found[3]) < 130
    assert found[3].startswith("1 │ …a")
    assert found[3].endswith("b…")
    assert found[4].index("^^^^") == found[3].index("HERE")


def test_the_start_of_a_long_line_is_shown_where_the_place_is_there() -> None:
    assert lines(Shown(place("HERE" + "b" * 5000, "HERE")))[3].startswith("1 │ HEREb")


def test_control_and_bidirectional_characters_are_escaped() -> None:
    text = 'let x = "\u202e\x1b[31m"\n'
    shown = render_text(Shown(place(text, "x"), words="`\x1b]0;boo\x07` is wrong"))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\u{202e}\\u{1b}[31m" in shown
    assert safe("a\tb\u2028") == "a b\\u{2028}"


def test_colour_appears_only_when_asked_for() -> None:
    problem = Shown(place("a b", "b"), beside="here", others=(Label(place("c", "c", "d.tek"), "there"),), advice=(Help("x"),))
    coloured = render_text(problem, COLOUR)
    assert "\x1b[1;31m" in coloured
    assert "\x1b" not in render_text(problem)
    plain = coloured
    for code in COLOUR:
        plain = plain.replace(code, "")
    assert plain == render_text(problem)


def test_json_has_lines_and_columns_in_scalars_and_offsets_in_bytes() -> None:
    text = "é\n漢 x\n"
    at = place(text, "x")
    other = place("y", "y", "other.tek")
    problem = Shown(at, beside="b", others=(Label(other, "o"),), advice=(Help("write y", (Edit(at, "y"), Edit(other, "z"))), Help("or not")))
    [line] = list(render([problem], "json"))
    found = json.loads(line)
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert list(found) == ["code", "severity", "message", "file", "span", "labels", "help", "rendered"]
    assert found["span"] == {"start": {"line": 2, "column": 3, "offset": 7}, "end": {"line": 2, "column": 4, "offset": 8}}
    assert found["labels"][0]["message"] == "b"
    assert found["labels"][1]["file"] == "other.tek"
    first, second = found["help"]
    assert first["edits"][0] == {"span": found["span"], "text": "y"}
    assert first["edits"][1]["file"] == "other.tek"
    assert second == {"message": "or not", "edits": []}
    assert found["rendered"].startswith("error[TEK9990]: ")


def test_json_is_one_line_whatever_the_source_holds() -> None:
    [line] = list(render([Shown(place("a\u2028\x85\ud800b", "b"), words="a\u2028b")], "json"))
    assert len(line.splitlines()) == 1
    line.encode("utf-8")


def test_sarif_has_rules_places_and_fixes() -> None:
    at = place("a b\n", "b")
    problem = Shown(at, advice=(Help("write c", (Edit(at, "c"),)),), others=(Label(at, "there"),))
    found = json.loads("".join(render([problem, problem], "sarif", version="1.2.3")))
    [run] = found["runs"]
    assert found["version"] == "2.1.0"
    assert run["tool"]["driver"]["version"] == "1.2.3"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["TEK9990"]
    assert len(run["results"]) == 2
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 3, "endLine": 1, "endColumn": 4}
    assert run["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "c"


def test_sarif_of_nothing_is_a_document_without_results() -> None:
    assert json.loads("".join(render([], "sarif")))["runs"][0]["results"] == []


def test_github_annotations_escape_what_would_end_them() -> None:
    [line] = list(render([Shown(place("a b\n", "b", "odd,name:1.tek"), words="100% wrong", advice=(Help("do"),))], "github"))
    assert line == "::error file=odd%2Cname%3A1.tek,line=1,endLine=1,col=3,endColumn=3,title=TEK9990::100%25 wrong%0Ahelp: do\n"


def test_problems_come_in_the_order_of_their_places_and_once() -> None:
    file = SourceFile("a.tek", "abc")
    late, early = Shown(Span(file, 2, 3)), Shown(Span(file, 0, 1))
    assert ordered([late, early, Shown(Span(file, 2, 3))]) == [early, late]


def test_people_see_so_many_problems_and_a_count_of_all() -> None:
    file = SourceFile("a.tek", "x" * 500)
    pieces = list(render([Shown(Span(file, i, i + 1)) for i in range(MOST + 50)]))
    assert len(pieces) == MOST + 1
    assert pieces[-1] == f"{MOST + 50} errors; the first {MOST} are shown\n"
    assert len(list(render([Shown(Span(file, i, i + 1)) for i in range(MOST + 50)], "json"))) == MOST + 50


def test_ten_thousand_problems_are_rendered_quickly() -> None:
    file = SourceFile("a.tek", "let name = value + other\n" * 10_000)
    problems = [Shown(Span(file, 25 * i + 4, 25 * i + 8), beside="here") for i in range(10_000)]
    before = time.process_time()
    assert sum(1 for _ in render(problems, "json")) == 10_000
    assert time.process_time() - before < 5


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("漢", 2), ("e\u0301", 1), ("\u200b", 0)])
def test_width_is_that_of_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns


def test_a_wide_character_that_is_cut_leaves_blanks() -> None:
    assert cut("a漢b", 0, 2) == "a "
    assert cut("a漢b", 2, 4) == " b"
    assert Columns("a漢b").column(10) == 4 + 7
