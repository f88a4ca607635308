"""The modules that touch the world, in Tek, on the whole tool chain."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tekc.cli.test import run_test
from tekc.driver.warm import load
from tekc.syntax import ast
from tekrt.interp import load_image
from tests.stdlib.helpers import module

HERE = Path(__file__).parent / "tek"


@cache
def machine(path: Path) -> Any:
    return load_image(load(str(path), "test")[0])


def cases() -> list[Any]:
    found = []
    for path in sorted(HERE.glob("*.tek")):
        found += [pytest.param(path, decl.name, id=f"{path.stem}: {decl.name}") for decl in module(path).decls if isinstance(decl, ast.Test)]
    return found


@pytest.mark.parametrize(("path", "name"), cases())
def test_the_library_in_tek(path: Path, name: str) -> None:
    loaded = machine(path)
    (info,) = [info for info in loaded.tests if info.name == name]
    assert run_test(loaded, info).problem == []
