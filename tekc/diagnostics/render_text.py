"""Problems as text for people: the source with the place underlined, causes elsewhere, and advice.

The drawing has one frame a file.  Several labels on one line hang below each other, the rightmost first; a span over several
lines is underlined on its first one; a long line is shown around what is underlined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tekc.diagnostics.render_chars import Columns, cut, safe, safe_lines, width

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tekc.diagnostics.problem import Problem
    from tekc.source import SourceFile, Span

WIDEST = 120
"""A source line is shown in this many columns at most."""

_BEFORE = 30  # columns shown in front of the first underline of a line that is cut


class Style(NamedTuple):
    """What stands around the parts of a drawing: escape sequences of a terminal, or nothing."""

    error: str = ""
    warning: str = ""
    bold: str = ""
    frame: str = ""
    note: str = ""
    end: str = ""


PLAIN = Style()
COLOUR = Style("\x1b[1;31m", "\x1b[1;33m", "\x1b[1m", "\x1b[34m", "\x1b[1;36m", "\x1b[0m")


class _Mark(NamedTuple):
    line: int
    start: int
    end: int
    primary: bool
    text: str


def render_text(problem: Problem, style: Style = PLAIN) -> str:
    """Draw one problem; the text ends with a newline."""
    at = problem.at
    colour = style.error if problem.severity == "error" else style.warning
    first, *rest = safe_lines(problem.title())
    out = [f"{colour}{problem.severity}[{problem.code}]{style.end}{style.bold}: {first}{style.end}", *rest]
    by_file: dict[SourceFile, list[_Mark]] = {at.file: [_mark(at, problem.mark(), True)]}
    for label in problem.labels():
        by_file.setdefault(label.at.file, []).append(_mark(label.at, label.text, False))
    gutter = len(str(max(mark.line for marks in by_file.values() for mark in marks)))
    for file, marks in by_file.items():
        out += _frame(file, marks, gutter, colour, style)
    advice = [("note", note) for note in problem.notes()] + [("help", one.message) for one in problem.helps()]
    blank = " " * gutter
    if advice:
        out.append(f"{blank} {style.frame}│{style.end}")
    for word, text in advice:
        first, *rest = safe_lines(text)
        out.append(f"{blank} {style.frame}={style.end} {style.note}{word}{style.end}: {first}")
        out += [f"{blank}   {' ' * len(word)}  {line}".rstrip() for line in rest]
    return "\n".join(out) + "\n"


def _mark(at: Span, text: str, primary: bool) -> _Mark:
    """Place a span on its first line, in characters; an empty one is one character long."""
    line, column = at.file.line_column(at.start)
    last, last_column = at.file.line_column(max(at.end, at.start))
    start = column - 1
    end = last_column - 1 if last == line else max(len(at.file.line_text(line)), start + 1)
    return _Mark(line, start, max(end, start + 1), primary, text)


def _frame(file: SourceFile, marks: list[_Mark], gutter: int, colour: str, style: Style) -> Iterable[str]:
    """Draw the lines of one file."""
    blank = " " * gutter
    bar = f"{style.frame}│{style.end}"
    head = next((mark for mark in marks if mark.primary), marks[0])
    yield f"{blank} {style.frame}┌─{style.end} {safe(file.path)}:{head.line}:{head.start + 1}"
    if not file.text:
        for mark in marks:
            if mark.text:
                yield f"{blank} {bar} {safe(mark.text)}"
        return
    yield f"{blank} {bar}"
    lines = sorted({mark.line for mark in marks})
    before = lines[0]
    for line in lines:
        if line - before == 2:
            yield _source(line - 1, cut(Columns(file.line_text(line - 1)).shown, 0, WIDEST), gutter, style)
        elif line - before > 2:
            yield f"{blank} {style.frame}·{style.end}"
        before = line
        yield from _marked(file, line, [mark for mark in marks if mark.line == line], gutter, colour, style)


def _source(line: int, text: str, gutter: int, style: Style) -> str:
    return f"{style.frame}{line:>{gutter}} │{style.end} {text}".rstrip()


def _marked(file: SourceFile, line: int, marks: list[_Mark], gutter: int, colour: str, style: Style) -> Iterable[str]:
    """Draw one source line with what is underlined in it."""
    columns = Columns(file.line_text(line))
    places = sorted((columns.column(mark.start), columns.column(mark.end), not mark.primary, mark.text) for mark in marks)
    shown, places = _window(columns.shown, places)
    yield _source(line, shown, gutter, style)
    blank = " " * gutter
    bar = f"{style.frame}│{style.end}"
    for row in _rows(places, colour, style):
        yield f"{blank} {bar} {row}".rstrip()


_Place = tuple[int, int, bool, str]


def _window(text: str, places: list[_Place]) -> tuple[str, list[_Place]]:
    """Cut a long line to what is around its first underline, and move the underlines with it."""
    full = width(text)
    if full <= WIDEST:
        return text, places
    start = max(0, min(places[0][0] - _BEFORE, full - WIDEST))
    end = start + WIDEST
    shown = cut(text, start, end)
    if start:
        shown = "…" + cut(shown, 1, WIDEST)
    if end < full:
        shown = cut(shown, 0, WIDEST - 1) + "…"
    last = WIDEST - 1
    moved = [(min(a - start, last), max(min(b - start, WIDEST), min(a - start, last) + 1), p, t) for a, b, p, t in places]
    return shown, moved


def _rows(places: list[_Place], colour: str, style: Style) -> Iterable[str]:
    """Draw underlines, and the words that belong to them; the rightmost words stand beside, the others hang below."""
    end = max(place[1] for place in places)
    cells = [" "] * end
    paints = [""] * end
    for a, b, secondary, _ in sorted(places, key=lambda place: not place[2]):  # the primary one is drawn last: it stays seen
        for i in range(a, b):
            cells[i], paints[i] = ("-", style.frame) if secondary else ("^", colour)
    worded = [place for place in places if place[3]]
    beside = worded.pop() if worded else None
    row = _painted(cells, paints, style)
    if beside is not None:
        row += " " + _worded(beside, colour, style)
    yield row
    while worded:
        hanging = _hang(worded, colour, style)
        yield hanging
        a, _, _, _ = place = worded.pop()
        yield _hang([other for other in worded if other[0] < a], colour, style, a) + _worded(place, colour, style)


def _hang(places: list[_Place], colour: str, style: Style, end: int = 0) -> str:
    """Draw the lines from which words hang, filled with blanks up to the column `end`."""
    cells: list[str] = [" "] * max(end, max((place[0] + 1 for place in places), default=0))
    paints = [""] * len(cells)
    for a, _, secondary, _ in places:
        cells[a], paints[a] = "│", style.frame if secondary else colour
    return _painted(cells, paints, style)


def _worded(place: _Place, colour: str, style: Style) -> str:
    return f"{style.frame if place[2] else colour}{safe(place[3])}{style.end}"


def _painted(cells: list[str], paints: list[str], style: Style) -> str:
    """Join cells, switching the colour only where it changes."""
    if not style.end:
        return "".join(cells)
    parts: list[str] = []
    now = ""
    for cell, paint in zip(cells, paints, strict=True):
        if paint != now:
            parts.append((style.end if now else "") + paint)
            now = paint
        parts.append(cell)
    return "".join(parts) + (style.end if now else "")
