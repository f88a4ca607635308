"""Comparing trees by what they say, not where."""

from __future__ import annotations

from typing import Any

from tekc.source import Span
from tekc.syntax import ast

_PLACES = frozenset({"at", "op_at", "format_at"})
_fields: dict[type, tuple[str, ...]] = {}


def same_tree(a: object, b: object) -> bool:
    """Tell whether two trees are equal but for their spans and for brackets around expressions that need none.

    Brackets around what is called are compared: ``(p.f)(x)`` is not ``p.f(x)``.  Deep trees cost no stack.
    """
    pairs: list[tuple[Any, Any]] = [(a, b)]
    while pairs:
        a, b = pairs.pop()
        if isinstance(a, ast.Call) and isinstance(b, ast.Call) and isinstance(a.callee, ast.Paren) != isinstance(b.callee, ast.Paren):
            return False
        while isinstance(a, ast.Paren):
            a = a.inner
        while isinstance(b, ast.Paren):
            b = b.inner
        if type(a) is not type(b):
            return False
        if isinstance(a, ast.Node):
            pairs.extend((getattr(a, name), getattr(b, name)) for name in _names(type(a)))
        elif isinstance(a, tuple) and not isinstance(a, Span):
            if len(a) != len(b):
                return False
            pairs.extend(zip(a, b, strict=True))
        elif a != b and not (a != a and b != b):
            return False
    return True


def _names(kind: type) -> tuple[str, ...]:
    """Return the fields of a node that say something."""
    names = _fields.get(kind)
    if names is None:
        names = tuple(field.name for field in kind.__attrs_attrs__ if field.name not in _PLACES)  # type: ignore[attr-defined]
        _fields[kind] = names
    return names
