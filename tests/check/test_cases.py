"""Programs in ``cases/`` and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.check.running import announced, cases, check, lines

CASES = list(cases(Path(__file__).parent / "cases"))


@pytest.mark.parametrize(("name", "program"), CASES, ids=[name for name, _ in CASES])
def test_case(name: str, program: str) -> None:
    _, problems = check(program)
    shown = "\n".join(f"{p.at.file.line_column(p.at.start)[0]}: {p.code} {p.title()}" for p in problems)
    assert lines(problems) == announced(program), shown
