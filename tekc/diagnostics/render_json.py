"""Problems as JSON, one object a line, for editors and other programs.

Lines and columns count from 1 in scalar values, offsets in bytes of UTF-8 from 0.  The edits of one help belong together;
several helps are alternatives.  Labels and edits in another file name it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tekc.diagnostics.render_text import render_text

if TYPE_CHECKING:
    from tekc.diagnostics.problem import Edit, Problem
    from tekc.source import SourceFile, Span


def render_json(problem: Problem) -> str:
    """Return the problem as one JSON object on a line of its own, newline included."""
    return json.dumps(as_object(problem)) + "\n"


def as_object(problem: Problem) -> dict[str, Any]:
    """Return the problem as plain data.  The first label is the problem's own place, where it has words of its own."""
    home = problem.at.file
    labels = [_label(problem.at, problem.mark(), home)] if problem.mark() else []
    labels += [_label(label.at, label.text, home) for label in problem.labels()]
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.title(),
        "file": home.path,
        "span": span_object(problem.at),
        "labels": labels,
        "help": [{"message": one.message, "edits": [_edit(edit, home) for edit in one.edits]} for one in problem.helps()],
        "rendered": render_text(problem),
    }


def span_object(at: Span) -> dict[str, dict[str, int]]:
    """Return a span as start and end, each with line, column and offset."""
    return {"start": _place(at, at.start), "end": _place(at, at.end)}


def _place(at: Span, offset: int) -> dict[str, int]:
    line, column = at.file.line_column(offset)
    return {"line": line, "column": column, "offset": byte_offset(at, offset)}


def byte_offset(at: Span, offset: int) -> int:
    """Return an offset in bytes; a file that is all ASCII needs no counting."""
    return offset if at.file.text.isascii() else at.file.byte_offset(offset)


def _label(at: Span, text: str, home: SourceFile) -> dict[str, Any]:
    found: dict[str, Any] = {"span": span_object(at), "message": text}
    if at.file is not home:
        found["file"] = at.file.path
    return found


def _edit(edit: Edit, home: SourceFile) -> dict[str, Any]:
    found: dict[str, Any] = {"span": span_object(edit.at), "text": edit.text}
    if edit.at.file is not home:
        found["file"] = edit.at.file.path
    return found
