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
        left, right = pairs.pop()
        if isinstance(left, ast.Call) and isinstance(right, ast.Call) and isinstance(left.callee, ast.Paren) != isinstance(right.callee, ast.Paren):
            return False
        while isinstance(left, ast.Paren):
            left = left.inner
        while isinstance(right, ast.Paren):
            right = right.inner
        if type(left) is not type(right):
            return False
        if isinstance(left, ast.Node):
            pairs.extend((getattr(left, name), getattr(right, name)) for name in _names(type(left)))
        elif isinstance(left, tuple) and not isinstance(left, Span):
            if len(left) != len(right):
                return False
            pairs.extend(zip(left, right, strict=True))
        elif left != right and repr(left) != repr(right):  # a NaN is not equal to itself
            return False
    return True


def _names(kind: type) -> tuple[str, ...]:
    """Return the fields of a node that say something."""
    names = _fields.get(kind)
    if names is None:
        names = tuple(field.name for field in kind.__attrs_attrs__ if field.name not in _PLACES)  # type: ignore[attr-defined]
        _fields[kind] = names
    return names
