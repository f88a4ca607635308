"""Failing: ``fail``, the forms of ``try``, ``??``, ``assert``, and ``only``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check.needs import Hole
from tekc.lower.body import dropped, expression, statement
from tekc.lower.calls import looked_up
from tekc.lower.control import Join, around, look_up
from tekc.lower.exits import Only
from tekc.lower.exprs import COMPARISONS, compare
from tekc.syntax import ast
from tekrt.ir.types import ERROR, NEVER, STR, UNIT, result

if TYPE_CHECKING:
    from collections.abc import Callable

    from tekc.lower.body import Body
    from tekrt.ir import Block, Value


@expression(ast.Fail)
def _fail(body: Body, node: ast.Fail) -> Value:
    value = body.expr(node.value)
    body.at(node)
    if value.type == STR:
        value = body.b.op("error.new", value)
    body.end("fail", value)
    return body.nothing(NEVER)


# ------------------------------------------------------------------------------------------------------------------ try


def protected(body: Body, node: ast.Try, run: Callable[[], None]) -> Block:
    """Lower something whose failures go to a new block; ``run`` ends with a jump.  Goes on in that block, whose parameter is the error."""
    mark = body.b.op("only.mark") if node in body.places.narrowed else None
    handler = body.catching()
    outer = body.b.handler
    body.guard(handler)
    run()
    body.b.handler = outer
    body.start(handler)
    if mark is not None:
        body.b.do("only.leave", mark)
    return handler


@expression(ast.Try)
def _try(body: Body, node: ast.Try) -> Value:
    t = body.type_of(node)
    if node.handler is not None:
        return _catch(body, node, Join(body, t))
    join = Join(body, t)
    ok, err = (t[2][0], t[2][1]) if t[0] == "Enum" else (UNIT, ERROR)

    def run() -> None:
        value = body.expr_as(node.body, ok)
        join.give(body.b.op("enum.new", value, imm=("Result", 0), type=result(ok, err)))

    handler = protected(body, node, run)
    join.give(body.b.op("enum.new", handler.params[0], imm=("Result", 1), type=result(ok, err)))
    return join.value()


@dropped(ast.Try)
def _try_dropped(body: Body, node: ast.Try) -> None:
    join = Join(body, None)
    if node.handler is not None:
        _catch(body, node, join)
        return
    protected(body, node, lambda: join.take(node.body))
    join.skip()
    join.value()


def _catch(body: Body, node: ast.Try, join: Join) -> Value:
    assert node.handler is not None
    handler = protected(body, node, lambda: join.take(node.body))
    if node.name is not None:
        local = body.facts.bindings.get(node.name)
        if local is not None:
            body.declare(local, handler.params[0])
    join.take(node.handler)
    return join.value()


# ------------------------------------------------------------------------------------------------------------------- ??


def coalesce(body: Body, node: ast.Binary) -> Value:
    """``a ?? b ?? c``, which groups to the right: each one only where all before it gave nothing."""
    join = Join(body, body.type_of(node))
    at: ast.Expr = node
    while isinstance(at, ast.Binary) and at.op == "??":
        other = body.merge()
        body.at(at)
        _content(body, at, join, other)
        body.start(other)
        at = at.rhs
    join.take(at)
    return join.value()


def _content(body: Body, node: ast.Binary, join: Join, other: Block) -> None:
    """Give the content of the left side to ``join``, or go to ``other`` where it has none."""
    kind = body.facts.coalesce[node]
    left = node.lhs
    while isinstance(left, ast.Paren):
        left = left.inner
    if isinstance(left, ast.Try) and left.handler is None and kind != "option":
        _attempt(body, left, kind == "result-of-option", join, other)
        return
    if kind == "option" and looked_up(body, left):
        join.give(look_up(body, left, other))
        return
    value = body.expr(left)
    body.at(node)
    if value.type == NEVER:
        return
    if kind == "option":
        _some(body, value, join, other)
        return
    content = _unpack(body, value, "Result", 0, other)
    if kind == "result":
        join.give(content)
    else:
        _some(body, content, join, other)


def _attempt(body: Body, node: ast.Try, optional: bool, join: Join, other: Block) -> None:
    """``try e ?? d`` without a Result in between."""

    def run() -> None:
        if optional:
            value = body.expr(node.body)
            if value.type != NEVER:
                _some(body, value, join, other)
        else:
            join.take(node.body)

    protected(body, node, run)
    body.jump(other)


def _some(body: Body, value: Value, join: Join, other: Block) -> None:
    join.give(_unpack(body, value, "Option", 1, other))


def _unpack(body: Body, value: Value, enum: str, variant: int, other: Block) -> Value:
    """Return the one part of a variant; go to ``other`` where the value is another one."""
    then, no = body.branch(body.b.op("enum.is", value, imm=(enum, variant)))
    body.start(no)
    body.jump(other)
    body.start(then)
    return body.b.op("enum.get", value, imm=(enum, variant, 0), type=value.type[2][0])


# --------------------------------------------------------------------------------------------------------------- assert


@statement(ast.Assert)
def _assert(body: Body, node: ast.Assert) -> None:
    condition = node.condition
    while isinstance(condition, ast.Paren):
        condition = condition.inner
    sides: list[Value] = []
    op = ""
    if isinstance(condition, ast.Binary) and condition.op in COMPARISONS:
        op = condition.op
        sides = [body.expr(condition.lhs), body.expr(condition.rhs)]
        body.at(condition)
        holds = compare(body, op, sides[0], sides[1])
    else:
        holds = body.expr(condition)
    if NEVER in (holds.type, *[side.type for side in sides]):
        return
    body.at(node)
    then, otherwise = body.branch(holds)
    body.start(otherwise)
    if node.message is not None:
        sides.append(body.expr(node.message))
        body.at(node)
    text = " ".join(node.condition.at.text.split())
    body.end("assert.fail", *sides, imm=(text, op, node.message is not None))
    body.start(then)


# ----------------------------------------------------------------------------------------------------------------- only


def capabilities(body: Body, needs: ast.Needs, operands: list[Value]) -> tuple[tuple[str, tuple[object, ...] | None], ...]:
    """Return what ``only`` leaves as plain data; holes are (index into ``operands``, "", type)."""
    effects = body.program.checked.effects
    assert effects is not None, "lowering comes behind the effect checker"
    found: list[tuple[str, tuple[object, ...] | None]] = []
    for need in effects.needs_of(needs).items:
        if need.parts is None:
            found.append((need.kind, None))
            continue
        parts: list[object] = []
        for part in need.parts:
            if isinstance(part, Hole):
                parts.append((len(operands), "", part.type))
                operands.append(_hole(body, part))
            else:
                assert isinstance(part, str), "what is written is no computed value"
                parts.append(part)
        found.append((need.kind, tuple(parts)))
    return tuple(found)


def _hole(body: Body, hole: Hole) -> Value:
    """Return the value of a variable, or of a field of it."""
    value = body.read(hole.local)
    if not hole.field:
        return value
    if value.type[0] == "Record":
        body.program.describe_types()
        record = body.program.program.records[value.type[1]]
        index = next(i for i, field in enumerate(record.fields) if field.name == hole.field)
        return body.b.op("record.get", value, imm=(index,), type=record.fields[index].type)
    t = ("Path",) if hole.type == "Path" else STR
    return body.b.op("call.host", value, imm=(f"Path.{hole.field}",), type=t)


def narrow(body: Body, needs: ast.Needs) -> Value:
    """Permit no more than ``needs`` from here on; return the permit from before."""
    operands: list[Value] = []
    data = capabilities(body, needs, operands)
    mark = body.b.op("only.mark")
    body.b.do("only.enter", *operands, imm=(data,))
    return mark


def _in_only(body: Body, node: ast.Only, run: Callable[[], Value | None]) -> Value | None:
    mark = narrow(body, node.needs)
    return around(body, Only(mark), run, lambda: body.b.do("only.leave", mark))


@expression(ast.Only)
def _only(body: Body, node: ast.Only) -> Value:
    value = _in_only(body, node, lambda: body.expr(node.body))
    assert value is not None
    return value


@dropped(ast.Only)
def _only_dropped(body: Body, node: ast.Only) -> None:
    _in_only(body, node, lambda: body.effect(node.body))
