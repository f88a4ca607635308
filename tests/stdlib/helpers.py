"""What the tests of the library share: values in short, calls of host bodies, declarations of the Tek files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tekc.source import SourceFile
from tekc.syntax import ast, parse
from tekrt.values.containers import Decoded, TList, TMap, TSet, new_map, new_set
from tekrt.values.failure import Failure
from tekrt.values.native import host_function
from tekrt.values.types import NONE, OPTION, RecordType, VariantType

LIBRARY = Path(__file__).parents[2] / "stdlib" / "tekstd"


def tek(value: Any) -> Any:
    """Return a Python value as a Tek value: lists, dicts and sets become containers."""
    if isinstance(value, list):
        is_record = len(value) > 1 and isinstance(value[1], RecordType)
        return value if is_record else TList(1, [tek(x) for x in value])
    if isinstance(value, dict):
        return new_map((k, tek(v)) for k, v in value.items())
    if isinstance(value, set):
        return new_set(sorted(value))
    return value


def py(value: Any) -> Any:
    """Return a Tek value as a Python value: options become None or their content, variants ``(name, part, …)``."""
    if isinstance(value, TList):
        return [py(x) for x in value.a]
    if isinstance(value, TMap):
        keys = value.keys.values() if value.keys is not None else value.d
        return {k: py(v) for k, v in zip(keys, value.d.values(), strict=True)}
    if isinstance(value, TSet):
        return set(value.d.values())
    if value is NONE:
        return None
    if isinstance(value, tuple):
        if isinstance(value[0], VariantType):
            return py(value[1]) if value[0].enum is OPTION else (value[0].name, *[py(x) for x in value[1:]])
        return tuple(py(x) for x in value)
    if isinstance(value, list):
        return {name: py(field) for name, field in zip(value[1].fields, value[2:], strict=True)}
    return value


def call(name: str, *args: Any) -> Any:
    """Call a host body with Python values and return a Python value."""
    result = host_function(name)(None, *[tek(arg) for arg in args])
    return py(result.value if isinstance(result, Decoded) else result)


def failing(kind: str, name: str, *args: Any) -> str:
    """Call a host body that must fail with this kind and return the message."""
    with pytest.raises(Failure) as caught:
        call(name, *args)
    assert caught.value.kind == kind
    return caught.value.message


def module(path: Path) -> ast.Module:
    """Parse a Tek file of the library, which must have no mistakes."""
    problems: list[Any] = []
    tree = parse(SourceFile(str(path), path.read_text(encoding="utf-8")), problems.append)
    assert not problems, [problem.title() for problem in problems]
    return tree


def receiver(of: ast.TypeExpr, type_params: tuple[ast.TypeParam, ...]) -> str:
    """Return the name under which methods on a type are known."""
    match of:
        case ast.TypeName(name=name):
            return "Any" if name.text in [p.name.text for p in type_params] else name.text
        case ast.TypeOption():
            return "Option"
        case ast.TypeTuple(items=items):
            return f"Tuple{len(items)}"
        case ast.TypeFn(params=params):
            return f"Fn{len(params)}"


def qualified(stem: str, fn: ast.Fn) -> str:
    """Return the name of a function's host body."""
    name = fn.name.text
    if fn.params and fn.params[0].name.text == "self":
        name = f"{receiver(fn.params[0].type, fn.type_params)}.{name}"
    return name if stem.startswith("prelude") else f"{stem}.{name}"


def functions() -> list[tuple[str, ast.Fn]]:
    """Return all functions of the library with the stem of their file."""
    found = []
    for path in sorted(LIBRARY.glob("*.tek")):
        found += [(path.stem, decl) for decl in module(path).decls if isinstance(decl, ast.Fn)]
    return found
