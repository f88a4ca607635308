"""Order definitions whose types are inferred so that each comes after those that it uses.

What refers to what is read off the names alone, without types: too much is harmless here, it only moves a definition
further back.  All of it works with a stack of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tekc.check.defs import FnDef
from tekc.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tekc.check.defs import ConstDef, TaskDef

    Inferred = FnDef | TaskDef | ConstDef

_D = TypeVar("_D", bound="FnDef | TaskDef | ConstDef")


def in_order_of_use(definitions: Sequence[_D]) -> list[_D]:
    """Return the definitions, each after those that it refers to; in circles the source's order decides."""
    by_name: dict[str, list[_D]] = {}
    for definition in definitions:
        by_name.setdefault(definition.name, []).append(definition)
    done: dict[_D, None] = {}
    open_: set[_D] = set()
    for root in definitions:
        stack: list[tuple[_D, bool]] = [(root, False)]
        while stack:
            definition, leave = stack.pop()
            if leave:
                done[definition] = None
            elif definition not in done and definition not in open_:
                open_.add(definition)
                stack.append((definition, True))
                for name in sorted(mentioned(_value(definition)), reverse=True):
                    stack.extend([(other, False) for other in by_name.get(name, ())])
    return list(done)


def _value(definition: FnDef | TaskDef | ConstDef) -> ast.Node | None:
    decl = definition.decl
    return decl.value if isinstance(decl, ast.Const) else decl.body


def mentioned(root: ast.Node | None) -> set[str]:
    """Return all lower-case names that stand in an expression."""
    found: set[str] = set()
    todo: list[object] = [root]
    while todo:
        node = todo.pop()
        if node.__class__ is tuple:
            todo.extend(node)
        elif isinstance(node, ast.Node):
            if isinstance(node, ast.Name):
                found.add(node.text)
            elif isinstance(node, ast.Field):
                found.add(node.name.text)
                todo.append(node.target)
            else:
                todo.extend(children(node))
    return found


def children(node: ast.Node) -> Iterable[object]:
    """Return everything that a node's fields hold."""
    return [getattr(node, name) for name in node.__slots__ if name not in ("at", "__weakref__")]  # type: ignore[attr-defined]  # attrs makes them
