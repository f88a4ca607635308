"""Tek signatures and host bodies say the same."""

from __future__ import annotations

import importlib
import inspect

import pytest

from tekc.syntax import ast
from tekrt.values.native import host_functions
from tests.stdlib.helpers import LIBRARY, functions, module, qualified

FUNCTIONS = functions()
EXTERNS = {qualified(stem, fn): fn for stem, fn in FUNCTIONS if fn.extern}
HANDED_OVER = {"Data", "Num"}
PARTS = {f"Path.{part}" for part in ("name", "stem", "suffix", "parent", "parts")} | {
    f"time.Instant.{part}" for part in ("year", "month", "day", "hour", "minute", "second", "weekday")
}  # fmt: skip


def hosts() -> dict[str, object]:
    for path in LIBRARY.glob("*.py"):
        importlib.import_module(f"tekstd.{path.stem}")
    return dict(host_functions())


@pytest.mark.parametrize("name", EXTERNS)
def test_an_extern_has_a_body_with_its_parameters(name: str) -> None:
    fn = EXTERNS[name]
    hidden = [p for p in fn.type_params if HANDED_OVER & {bound.text for bound in p.bounds}]
    body = hosts().get(name)
    assert body is not None
    assert callable(body)
    assert len(inspect.signature(body).parameters) == 1 + len(hidden) + len(fn.params)


def test_a_body_has_a_declaration() -> None:
    assert {name for name in hosts() if not name.startswith("test")} - set(EXTERNS) - PARTS == set()


def test_parts_without_brackets_have_bodies() -> None:
    assert set(hosts()) >= PARTS


@pytest.mark.parametrize(("stem", "fn"), [pytest.param(s, f, id=qualified(s, f)) for s, f in FUNCTIONS if f.pub])
def test_a_public_function_is_documented_in_a_sentence(stem: str, fn: ast.Fn) -> None:
    assert fn.doc is not None
    first = fn.doc.strip().splitlines()[0]
    assert first[0].isupper() or first[0] in "`-0123456789"
    assert "." in fn.doc


def test_a_module_is_documented() -> None:
    for path in LIBRARY.glob("*.tek"):
        assert module(path).doc, path.name


def test_no_extern_takes_a_function() -> None:
    assert [name for name, fn in EXTERNS.items() if any(isinstance(p.type, ast.TypeFn) for p in fn.params)] == []
