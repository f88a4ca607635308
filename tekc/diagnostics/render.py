"""The one verb that shows problems, in whichever form was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.diagnostics.render_text import COLOUR, PLAIN, render_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tekc.diagnostics.problem import Problem

MOST = 100
"""So many problems are drawn for people; programs get all of them."""


FIRST_AFTER_PARSING = "TEK0100"


def ordered(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems by file and place, each said once, without those that only follow from what could not be parsed.

    These are the problems about names that were lost, and those on a line where the parser found an error: what the
    line means is a guess then.
    """
    broken = _broken_lines(problems)
    seen: set[tuple[str, int, int, str, str]] = set()
    keyed: list[tuple[tuple[str, int, int, str, str], Problem]] = []
    for one in problems:
        if one.code >= FIRST_AFTER_PARSING and (one.at.text in one.at.file.lost or _line(one) in broken):
            continue
        key = (one.at.file.path, one.at.start, one.at.end, one.code, one.title())
        if key not in seen:
            seen.add(key)
            keyed.append((key, one))
    keyed.sort(key=lambda pair: pair[0])
    return [one for _, one in keyed]


def _broken_lines(problems: Sequence[Problem]) -> set[tuple[str, int]]:
    return {_line(one) for one in problems if one.code < FIRST_AFTER_PARSING and one.severity == "error"}


def _line(one: Problem) -> tuple[str, int]:
    return one.at.file.path, one.at.file.line_column(one.at.start)[0]


def render(problems: Sequence[Problem], output: str = "text", *, colour: bool = False, version: str = "") -> Iterator[str]:
    """Yield the text of all `problems` in the form `output`, piece by piece; the order is kept.

    `colour` counts for ``text`` only; `version` is tekc's, for SARIF.
    """
    if output == "json":
        from tekc.diagnostics.render_json import render_json

        yield from map(render_json, problems)
    elif output == "sarif":
        from tekc.diagnostics.render_sarif import render_sarif

        yield render_sarif(problems, version)
    elif output == "github":
        from tekc.diagnostics.render_github import render_github

        yield from map(render_github, problems)
    else:
        yield from _for_people(problems, colour)


def _for_people(problems: Sequence[Problem], colour: bool) -> Iterator[str]:
    style = COLOUR if colour else PLAIN
    for one in problems[:MOST]:
        yield render_text(one, style) + "\n"
    if problems:
        yield summary(problems) + "\n"


def summary(problems: Sequence[Problem]) -> str:
    """Return how many problems there are, in words."""
    errors = sum(one.severity == "error" for one in problems)
    warnings = len(problems) - errors
    parts = [_count(errors, "error")] if errors else []
    parts += [_count(warnings, "warning")] if warnings else []
    text = " and ".join(parts) if parts else "no problems"
    return f"{text}; the first {MOST} are shown" if len(problems) > MOST else text


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")
