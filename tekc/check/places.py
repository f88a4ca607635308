"""What may be changed: a ``var`` and its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import problems as p
from tekc.check.defs import ConstDef, Local
from tekc.diagnostics import Edit
from tekc.source import Span
from tekc.syntax import ast

if TYPE_CHECKING:
    from tekc.check.body import Body


def check_changeable(b: Body, target: ast.Expr, change: str) -> bool:
    """Report a place that cannot be changed: its root must be a ``var`` of this very body.  ``change`` says what happens to it."""
    root = target
    while True:
        if isinstance(root, ast.Field):
            root = root.target
        elif isinstance(root, ast.Index):
            if isinstance(root.index, ast.RangeExpr):
                b.report(p.NotAPlace(root.at, change))
                return False
            root = root.target
        elif isinstance(root, ast.Paren):
            root = root.inner
        else:
            break
    if isinstance(root, ast.ErrorExpr):  # answered by the parser
        return False
    if not isinstance(root, ast.Name):
        b.report(p.NotAPlace(target.at, change))
        return False
    found = b.facts.names.get(root)
    if isinstance(found, Local):
        return _check_local(b, root, found, change)
    if isinstance(found, ConstDef):
        b.report(p.NotAVar(root.at, root.text, "a constant", found.decl.name.at, change))
        return False
    if found is not None:
        b.report(p.NotAPlace(target.at, change))
    return False


def edits_for_change(b: Body, target: ast.Expr) -> tuple[Edit, ...] | None:
    """Return what makes a place one that can be changed: nothing where it is, None where no edit does."""
    root = target
    while isinstance(root, ast.Field | ast.Index | ast.Paren):
        if isinstance(root, ast.Index) and isinstance(root.index, ast.RangeExpr):
            return None
        root = root.inner if isinstance(root, ast.Paren) else root.target
    local = b.facts.names.get(root) if isinstance(root, ast.Name) else None
    if not isinstance(local, Local) or local.owner is not b.frame.node:
        return None
    if local.var:
        return ()
    edit = _edit_to_var(b, local)
    return None if edit is None else (edit,)


def _edit_to_var(b: Body, local: Local) -> Edit | None:
    statement = b.lets.get(local)
    if isinstance(statement, ast.Let) and isinstance(statement.pattern, ast.NamePattern):
        return Edit(Span(statement.at.file, statement.at.start, statement.at.start + 3), "var")
    if local.name == "self" and local.ident is not None:
        return p.insert(local.ident.at, "var ")
    return None


def _check_local(b: Body, root: ast.Name, local: Local, change: str) -> bool:
    declared = local.ident.at if local.ident is not None else None
    if local.owner is not b.frame.node and local.var:
        b.report(p.CapturedVar(root.at, root.text, declared))
        return False
    if local.var:
        return True
    edit = _edit_to_var(b, local)
    if isinstance(b.lets.get(local), ast.Let):
        b.report(p.NotAVar(root.at, root.text, "a `let`", declared, change, edit))
    elif local.name == "self":
        b.report(p.NotAVar(root.at, "self", "the receiver", declared, change, edit))
    else:
        what = "a parameter" if _is_parameter(b, local) else "bound by a pattern"
        advice = f"copy it first: `var other = {local.name}`"
        b.report(p.NotAVar(root.at, root.text, what, declared, change, None, advice))
    return False


def _is_parameter(b: Body, local: Local) -> bool:
    params = getattr(b.owner, "params", ())
    return any(param.local is local for param in params)
