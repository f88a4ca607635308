"""Where the code of a module mentions another one by its name; looked for only when that import is a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.syntax import ast

if TYPE_CHECKING:
    from tekc.source import Span


def mentions(tree: ast.Module, name: str) -> list[Span]:
    """Return the places where ``name`` stands before a dot, in code and in types."""
    found: list[Span] = []
    todo: list[object] = [tree.decls]
    while todo:
        node = todo.pop()
        if node.__class__ is tuple:
            todo.extend(node)
        elif isinstance(node, ast.Node):
            if isinstance(node, ast.Field) and isinstance(node.target, ast.Name) and node.target.text == name:
                found.append(node.target.at)
            elif isinstance(node, ast.TypeName) and node.module is not None and node.module.text == name:
                found.append(node.module.at)
            todo.extend([getattr(node, slot) for slot in node.__slots__ if slot not in ("at", "__weakref__")])  # type: ignore[attr-defined]  # attrs makes them
    return found
