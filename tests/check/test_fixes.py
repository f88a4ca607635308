"""Each help that can be applied by a machine mends what it is offered for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.check.running import cases, check

if TYPE_CHECKING:
    from tekc.diagnostics import Edit

HERE = Path(__file__).parent
CASES = list(cases(HERE / "cases"))


def applied(text: str, edits: tuple[Edit, ...]) -> str:
    """Return a text with edits applied, from the end to the front."""
    for edit in sorted(edits, key=lambda e: (e.at.start, e.at.end), reverse=True):
        text = text[: edit.at.start] + edit.text + text[edit.at.end :]
    return text


@pytest.mark.parametrize(("name", "program"), CASES, ids=[name for name, _ in CASES])
def test_what_is_offered_mends(name: str, program: str) -> None:
    _, problems = check(program)
    before = [(p.code, p.title()) for p in problems]
    for problem in problems:
        for advice in problem.helps():
            edits = tuple(e for e in advice.edits if e.at.file.path == "main.tek")
            if not edits:
                continue
            mended = applied(program, edits)
            after = [(p.code, p.title()) for p in check(mended)[1]]
            syntax = [found for found in after if found[0] < "TEK0100" and found not in before]
            assert not syntax, f"{problem.title()}: {advice.message}\n{syntax}\n{mended}"
            said = (problem.code, problem.title())
            assert after.count(said) < before.count(said), f"{problem.title()}: {advice.message}\n{mended}"
