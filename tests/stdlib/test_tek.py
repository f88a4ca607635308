"""Tests of the library that are written in Tek, and the examples of its documentation, on the whole tool chain."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tekc.cli.test import run_test
from tekc.driver.warm import load
from tekc.syntax import ast
from tekrt.interp import load_image
from tests.stdlib.examples import example_program, example_tests, modules_of_the_library, without_example
from tests.stdlib.helpers import module

HERE = Path(__file__).parent / "tek"
EFFECTS = frozenset(["fs", "process", "env", "time", "random", "log"])
PURE = frozenset(modules_of_the_library()) - EFFECTS
RETURNS_WHAT_IT_CHANGES = {"List.pop", "List.remove", "Map.remove", "Set.remove", "Heap.pop", "Deque.pop_front", "Deque.pop_back"}


@cache
def machine(path: Path) -> Any:
    return load_image(load(str(path), "test")[0])


def cases() -> list[Any]:
    found = []
    for path in sorted(HERE.glob("*.tek")):
        found += [pytest.param(path, decl.name, id=f"{path.stem}: {decl.name}") for decl in module(path).decls if isinstance(decl, ast.Test)]
    return found


def passes(path: Path, name: str) -> None:
    loaded = machine(path)
    infos = [info for info in loaded.tests if info.name == name]
    assert infos
    for info in infos:
        assert run_test(loaded, info).problem == []


@pytest.mark.parametrize(("path", "name"), cases())
def test_the_library_in_tek(path: Path, name: str) -> None:
    passes(path, name)


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("examples") / "examples.tek"
    path.write_text(example_program(PURE), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", sorted({text.split('"')[1] for stem, text in example_tests() if stem in PURE}))
def test_an_example_of_the_documentation_holds(name: str, examples: Path) -> None:
    passes(examples, name)


def test_what_returns_something_shows_an_example() -> None:
    missing = {name.removeprefix("collections.") for name in without_example() if name.partition(".")[0] not in EFFECTS}
    assert missing <= RETURNS_WHAT_IT_CHANGES
