"""Checking: types, names, effects.  :func:`check_program` is the one verb."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tekc.check.facts import Checked, Loaded, Loader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tekc.diagnostics import Problem, Report
    from tekc.source import Span

__all__ = ["Checked", "Loaded", "Loader", "check_program"]


def check_program(loader: Loader, mains: Sequence[Loaded], report: Report) -> Checked:
    """Check user modules and all that they import, and report what is wrong with them."""
    from tekc.check.effects import check_effects
    from tekc.check.session import Session

    wrong: list[Span] = []

    def taken(problem: Problem) -> None:
        if problem.severity == "error":
            wrong.append(problem.at)
        report(problem)

    session = Session(loader, taken)
    with _deep():
        checked = session.check(mains)
        checked.effects = check_effects(checked, session.report, wrong=tuple(wrong))
        session.report_unused()
    checked.failed = session.failed
    return checked


@contextmanager
def _deep() -> Iterator[None]:
    """Allow as many Python frames as the parser allows nesting.

    The parser bounds how deep brackets and blocks nest (about a thousand levels, some ten frames each), long chains are taken
    apart by loops; what is left are chains of declarations.  Calls between Python functions use no stack of the machine.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 200_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
