"""Checking: types, names, effects.  :func:`check_program` is the one verb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check.facts import Checked, Loaded, Loader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.diagnostics import Report

__all__ = ["Checked", "Loaded", "Loader", "check_program"]


def check_program(loader: Loader, mains: Sequence[Loaded], report: Report) -> Checked:
    """Check user modules and all that they import, and report what is wrong with them."""
    from tekc.check.effects import check_effects
    from tekc.check.session import Session

    session = Session(loader, report)
    checked = session.check(mains)
    checked.effects = check_effects(checked, session.report)
    session.report_unused()
    return checked
