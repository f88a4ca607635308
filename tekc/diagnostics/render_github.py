"""Problems as annotations of a GitHub workflow, one command a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.diagnostics.render_chars import safe_lines

if TYPE_CHECKING:
    from tekc.diagnostics.problem import Problem


def render_github(problem: Problem) -> str:
    """Return the annotation, newline included."""
    at = problem.at
    line, column = at.file.line_column(at.start)
    last, last_column = at.file.line_column(at.end)
    place = {"file": at.file.path, "line": line, "endLine": last}
    if last == line:
        place |= {"col": column, "endColumn": max(last_column - 1, column)}
    place["title"] = problem.code
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
    advice = [f"help: {one.message}" for one in problem.helps()]
    message = "\n".join([problem.title(), *problem.notes(), *advice])
    return f"::{problem.severity} {properties}::{_data(message)}\n"


def _data(text: str) -> str:
    """Escape what would end the message of a workflow command, or move the cursor of who reads the log."""
    return "\n".join(safe_lines(text)).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape what would end a property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
