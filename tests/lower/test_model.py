"""Random programs behave as their model that copies everything."""

from __future__ import annotations

import pytest

from tests.lower.model import Maker, expected
from tests.lower.running import run


@pytest.mark.parametrize("seed", range(60))
def test_sharing_never_shows(seed: int) -> None:
    tek, python = Maker(seed).make()
    lines = run(tek).splitlines()
    if lines and lines[-1].startswith("failed: "):
        lines[-1] = "failed"
    assert lines == expected(python)
