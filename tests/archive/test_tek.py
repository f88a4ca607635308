"""The library in Tek, on the whole tool chain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tekc.cli.test import run_test
from tekc.driver.warm import load
from tekc.syntax import ast
from tekrt.interp import load_image
from tests.check_effects.programs import check
from tests.stdlib.helpers import module

HERE = Path(__file__).parent / "tek" / "archives.tek"


@pytest.mark.parametrize("name", [decl.name for decl in module(HERE).decls if isinstance(decl, ast.Test)])
def test_the_library_in_tek(name: str) -> None:
    loaded = load_image(load(str(HERE), "test")[0])
    (info,) = [info for info in loaded.tests if info.name == name]
    assert run_test(loaded, info).problem == []


@pytest.mark.parametrize(
    ("needs", "good"),
    [('fs.read("a.zip"), fs.write("out/**")', True), ('fs.read("a.zip"), fs.write("out/*")', False), ('fs.read("a.zip"), fs.write("other/**")', False),
     ('fs.read("b.zip"), fs.write("out/**")', False), ('fs.read("**"), fs.write("**")', True)],
)  # fmt: skip
def test_what_unpacking_touches_is_known_before_it_runs(needs: str, good: bool) -> None:
    found = check(f'import archive\ntask main() needs {needs} {{\n    archive.unzip("a.zip", "out")\n}}\n')
    assert bool(found.problems) is not good, found.text()
