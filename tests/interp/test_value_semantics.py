"""Nobody ever sees somebody else's change, whatever a program does: random programs beside twins that copy deeply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tekrt.interp import Machine
from tests.interp.harness import Run, compile_text
from tests.interp.random_programs import Maker
from tests.interp.random_twins import run_twin

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("group", range(5))
def test_a_random_program_prints_what_its_twin_does(group: int, tmp_path: Path) -> None:
    for seed in range(group * 8, group * 8 + 8):
        tek, python = Maker(seed).program()
        run = Run(Machine.of(compile_text(tek, tmp_path)), "main", [])
        assert run.error is None, (seed, run.error)
        assert run.out == run_twin(python), seed
