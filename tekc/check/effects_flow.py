"""Where the function in a value comes from.

A name stands for what it was bound to, a branch for what its arms give; what comes out of a container, a field or a call has
only what its type states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check.defs import FnDef, Local, TaskDef
from tekc.check.effects_units import Source
from tekc.check.needs import NeedSet
from tekc.check.types import Con, Fn, prune
from tekc.syntax import ast

if TYPE_CHECKING:
    from tekc.check.effects_program import Program
    from tekc.check.effects_units import Frame
    from tekc.check.types import Type


def sources_of(program: Program, frame: Frame, expr: ast.Expr) -> tuple[Source, ...]:
    """Return where the function comes from that ``expr`` gives."""
    found: dict[Source, None] = {}
    seen: set[ast.Node | Local] = set()
    todo: list[ast.Expr | None] = [expr]
    while todo:
        e = todo.pop()
        if e is None or e in seen:
            continue
        seen.add(e)
        inner = _inside(e)
        if inner is not None:
            todo.extend(inner)
        elif isinstance(e, ast.Lambda):
            unit = frame.lambdas.get(e)
            if unit is not None:
                found[Source("unit", unit, None)] = None
        elif e in program.facts.values:
            target = program.facts.values[e].target
            if isinstance(target, FnDef | TaskDef):
                found[Source("def", target, program.bound_of(target, frame.module))] = None
        else:
            target_of = program.facts.names.get(e)
            if isinstance(target_of, Local):
                bound = _bound(frame, target_of)
                if bound is not None:
                    todo.extend(bound)
                else:
                    found[_of_variable(program, frame, target_of)] = None
            else:
                stated = _stated(program, _given(program, e))
                if stated is not None:
                    found[stated] = None
                todo.append(_replacement(e))
    return tuple(found)


def _given(program: Program, e: ast.Expr) -> Type | None:
    """The type that says what a value may do; for ``a ?? b`` that of what is in ``a``, whatever ``b`` is."""
    types = program.facts.types
    if isinstance(e, ast.Binary) and e.op == "??":
        left = types.get(e.lhs)
        inner = prune(left) if left is not None else None
        while isinstance(inner, Con) and inner.args:
            inner = prune(inner.args[0])  # an option, a result, or a result of an option
        return inner
    return types.get(e)


def _replacement(e: ast.Expr) -> ast.Expr | None:
    """What an expression gives where there is no value of its own."""
    if isinstance(e, ast.Binary) and e.op == "??":
        return e.rhs
    return e.default if isinstance(e, ast.Index) else None


def _inside(e: ast.Expr) -> list[ast.Expr | None] | None:
    """What an expression gives the value of, where it makes none itself."""
    if isinstance(e, ast.Paren):
        return [e.inner]
    if isinstance(e, ast.Block):
        last = e.statements[-1] if e.statements else None
        return [last.value] if isinstance(last, ast.ExprStatement) else []
    if isinstance(e, ast.If):
        return [e.then, e.otherwise]
    if isinstance(e, ast.Match):
        return [arm.body for arm in e.arms]
    if isinstance(e, ast.Only | ast.Region):
        return [e.body]
    if isinstance(e, ast.Return | ast.Fail | ast.Break | ast.Continue):
        return []
    return None


def _bound(frame: Frame, local: Local) -> list[ast.Expr] | None:
    value = frame.lets.get(local)
    if value is not None:
        return [value]
    return frame.vars.get(local)


def _of_variable(program: Program, frame: Frame, local: Local) -> Source:
    """A parameter without needs stands for whatever is passed; any other variable for what its type states."""
    type = prune(local.type)
    direct = local in frame.params or local in frame.lambda_params
    if direct and isinstance(type, Fn) and type.needs is None:
        return Source("param", local, None)
    return _stated(program, type) or Source("needs", NOTHING, None)


def _stated(program: Program, type: Type | None) -> Source | None:
    type = prune(type) if type is not None else None
    if not isinstance(type, Fn):
        return None
    return Source("needs", program.type_needs(type) or NOTHING, None)


NOTHING = NeedSet((), None, True)
"""What a function type without ``needs`` means where a function is kept."""
