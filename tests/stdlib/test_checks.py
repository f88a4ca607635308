"""The library's own Tek code passes the checker, bodies included."""

from __future__ import annotations

from typing import Any

import pytest

from tekc.check import check_program
from tekc.check.defs import ConstDef, EnumDef, FnDef, RecordDef
from tekc.driver.files import Files
from tekc.driver.modules import Modules
from tests.stdlib.helpers import LIBRARY

STEMS = [path.stem for path in sorted(LIBRARY.glob("*.tek"))]


@pytest.fixture(scope="module")
def findings() -> list[Any]:
    problems: list[Any] = []
    modules = Modules(Files(), problems.append)
    mains = [loaded for stem in STEMS if (loaded := modules.load(None, 0, [stem])) is not None]
    assert len(mains) == len(STEMS)
    checked = check_program(modules, mains, problems.append)
    for info in checked.modules.values():
        for definition in [*info.scope.values(), *info.types.values(), *(m for named in info.methods.values() for m in named)]:
            if isinstance(definition, FnDef | ConstDef | RecordDef | EnumDef) and definition.module is info:
                checked.check_body(definition)
    return problems


@pytest.mark.parametrize("stem", STEMS)
def test_a_module_of_the_library_has_no_problem(stem: str, findings: list[Any]) -> None:
    here = [problem.title() for problem in findings if problem.at.file.path == f"<std>/{stem}.tek"]
    assert here == []
