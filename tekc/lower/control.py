"""Blocks, branches, loops over conditions, and what leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check.facts import Marker
from tekc.lower.body import STATEMENTS, dropped, expression, statement
from tekc.lower.calls import looked_up
from tekc.lower.exits import Loop, Only, Region, close_deferred, leave_function, leave_loop, open_deferred
from tekc.lower.exprs import eager, flat, grouped
from tekc.lower.patterns import bind, match_pattern, require
from tekc.syntax import ast
from tekrt.ir.types import NEVER, UNIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tekc.lower.body import Body
    from tekc.lower.exits import Deferred
    from tekrt.ir import Block, Value
    from tekrt.ir.types import IrType


class Join:
    """Where the branches of an expression meet; ``type`` is that of its value, None where nobody wants one."""

    def __init__(self, body: Body, type: IrType | None) -> None:
        self.body = body
        self.type = None if type == UNIT else type
        self.block = body.merge() if self.type is None else body.merge(self.type)

    def take(self, node: ast.Expr) -> None:
        """End a branch with the value of an expression."""
        if self.type is None:
            self.body.effect(node)
            self.body.jump(self.block)
        else:
            self.body.jump(self.block, self.body.expr_as(node, self.type))

    def give(self, value: Value) -> None:
        """End a branch with a value."""
        if self.type is None:
            self.body.jump(self.block)
        else:
            self.body.jump(self.block, self.body.nothing(self.type) if value.type == NEVER else value)

    def skip(self) -> None:
        """End a branch that has no value (or that is never reached)."""
        if self.type is None:
            self.body.jump(self.block)
        else:
            self.body.jump(self.block, self.body.nothing(self.type))

    def value(self) -> Value:
        """Go on behind the branches, with the value."""
        self.body.start(self.block)
        return self.body.b.unit() if self.type is None else self.block.params[0]


def condition(body: Body, node: ast.Expr | ast.LetCondition, no: Block) -> None:
    """Evaluate a condition: go on here where it holds, jump to ``no`` (made by ``merge``) where it does not."""
    while isinstance(node, ast.Paren):
        node = node.inner
    if isinstance(node, ast.LetCondition):
        if not match_looked_up(body, node.pattern, node.value, no):
            value = body.expr(node.value)
            body.at(node)
            match_pattern(body, node.pattern, value, no)
    elif isinstance(node, ast.Binary) and node.op == "and":
        for group in grouped(body, flat(node)):
            _group(body, node, group, no)
    elif isinstance(node, ast.Binary) and node.op == "or":
        *firsts, last = grouped(body, flat(node))
        yes = body.merge()
        for group in firsts:
            other = body.merge()
            _group(body, node, group, other)
            body.jump(yes)
            body.start(other)
        _group(body, node, last, no)
        body.jump(yes)
        body.start(yes)
    elif not (isinstance(node, ast.BoolLiteral) and node.value):
        _plain_condition(body, node, no)


def match_looked_up(body: Body, pattern: ast.Pattern, node: ast.Expr, no: Block) -> bool:
    """``if let Some(x) = m.get(k)`` without an option in between; False where it is something else."""
    if not (isinstance(pattern, ast.VariantPattern) and pattern.args is not None and len(pattern.args) == 1):
        return False
    target = body.facts.variants[pattern].target
    if target.name != "Some" or not looked_up(body, node):
        return False
    value = look_up(body, node, no)
    match_pattern(body, pattern.args[0].pattern, value, no)
    return True


def look_up(body: Body, node: ast.Expr, no: Block) -> Value:
    """Lower ``m.get(k)``: go on with the value where the key is there, else jump to ``no``."""
    while isinstance(node, ast.Paren):
        node = node.inner
    assert isinstance(node, ast.Call)
    fact = body.facts.calls[node]
    key = fact.args[0]
    assert fact.receiver is not None and not isinstance(key, Marker)
    where = body.expr(fact.receiver)
    at = body.expr_as(key, where.type[1])
    body.at(node)
    has, lacks = body.branch(body.b.op("map.has", where, at))
    body.start(lacks)
    body.jump(no)
    body.start(has)
    return body.b.op("map.get", where, at)


def _group(body: Body, node: ast.Binary, group: list[ast.Expr], no: Block) -> None:
    """Go on where a group of operands holds, else jump to ``no``."""
    if len(group) == 1:
        condition(body, group[0], no)
        return
    value = eager(body, node, group)
    body.at(node)
    require(body, value, no)


def _plain_condition(body: Body, node: ast.Expr, no: Block) -> None:
    swap = False
    while isinstance(node, ast.Unary | ast.Paren):
        if isinstance(node, ast.Unary):
            swap = not swap
            node = node.operand
        else:
            node = node.inner
    value = body.expr(node)
    body.at(node)
    if value.type == NEVER:
        return
    then, otherwise = body.branch(value)
    if swap:
        then, otherwise = otherwise, then
    body.start(otherwise)
    body.jump(no)
    body.start(then)


# --------------------------------------------------------------------------------------------------------------- blocks


def statements(body: Body, node: ast.Block, want: IrType | None) -> Value | None:
    """Lower a block; its value where ``want`` is its type, None where nobody wants one."""
    deferred: list[Deferred] = []
    value: Value | None = None
    last = node.statements[-1] if node.statements else None
    for item in node.statements:
        if isinstance(item, ast.Defer):
            body.at(item)
            deferred.append(open_deferred(body, item))
        elif item is last and want is not None and isinstance(item, ast.ExprStatement):
            value = body.expr_as(item.value, want)
        else:
            body.at(item)
            STATEMENTS[item.__class__](body, item)
    if want is not None and value is None:
        value = body.b.unit() if want == UNIT else body.nothing(want)
    if deferred:
        value = _close(body, deferred, value)
    return value


def _close(body: Body, deferred: list[Deferred], value: Value | None) -> Value | None:
    """Run what a block deferred; its value waits in a slot."""
    slot = -1
    if value is not None and value.type != UNIT:
        slot = body.b.slot(value.type)
        body.b.do("slot.set", value, imm=(slot,))
    while deferred:
        close_deferred(body, deferred.pop())
    if value is None:
        return None
    return body.b.unit() if slot < 0 else body.b.op("slot.take", imm=(slot,), type=value.type)


@expression(ast.Block)
def _block(body: Body, node: ast.Block) -> Value:
    value = statements(body, node, body.type_of(node))
    assert value is not None
    return value


@dropped(ast.Block)
def _block_dropped(body: Body, node: ast.Block) -> None:
    statements(body, node, None)


@dropped(ast.Paren)
def _paren_dropped(body: Body, node: ast.Paren) -> None:
    body.effect(node.inner)


@statement(ast.ExprStatement)
def _statement(body: Body, node: ast.ExprStatement) -> None:
    body.effect(node.value)


@statement(ast.Let)
def _let(body: Body, node: ast.Let) -> None:
    value = body.expr_as(node.value, body.type_of(node.pattern))
    body.at(node)
    bind(body, node.pattern, value)


@statement(ast.Var)
def _var(body: Body, node: ast.Var) -> None:
    local = body.facts.bindings[node.name]
    value = body.expr_as(node.value, body.ir(local.type))
    body.at(node)
    body.declare(local, value)


# ------------------------------------------------------------------------------------------------------------- branches


@expression(ast.If)
def _if(body: Body, node: ast.If) -> Value:
    return _branches(body, node, Join(body, body.type_of(node)))


@dropped(ast.If)
def _if_dropped(body: Body, node: ast.If) -> None:
    _branches(body, node, Join(body, None))


def _branches(body: Body, node: ast.If, join: Join) -> Value:
    at = node
    while True:
        no = body.merge()
        body.at(at)
        condition(body, at.condition, no)
        join.take(at.then)
        body.start(no)
        if isinstance(at.otherwise, ast.If):
            at = at.otherwise
            continue
        if at.otherwise is None:
            join.skip()
        else:
            join.take(at.otherwise)
        return join.value()


@statement(ast.While)
def _while(body: Body, node: ast.While) -> None:
    head, end = body.head(), body.merge()
    body.jump(head)
    body.start(head)
    condition(body, node.condition, end)
    body.scopes.append(Loop(end, head))
    body.effect(node.body)
    body.scopes.pop()
    body.jump(head)
    body.start(end)


@expression(ast.Return)
def _return(body: Body, node: ast.Return) -> Value:
    want = body.b.function.result
    value = body.expr_as(node.value, want) if node.value is not None else body.b.unit()
    body.at(node)
    leave_function(body, value)
    return body.nothing(NEVER)


@expression(ast.Break, ast.Continue)
def _leave(body: Body, node: ast.Break | ast.Continue) -> Value:
    leave_loop(body, isinstance(node, ast.Continue))
    return body.nothing(NEVER)


# -------------------------------------------------------------------------------------------------------------- regions


def around(body: Body, scope: Only | Region, run: Callable[[], Value | None], end: Callable[[], None]) -> Value | None:
    """Lower something inside a scope and end the scope behind it."""
    body.scopes.append(scope)
    value = run()
    body.scopes.pop()
    end()
    return value


@expression(ast.Region)
def _region(body: Body, node: ast.Region) -> Value:
    value = _in_region(body, node, lambda: body.expr(node.body))
    return value if value is not None else body.b.unit()


@dropped(ast.Region)
def _region_dropped(body: Body, node: ast.Region) -> None:
    _in_region(body, node, lambda: body.effect(node.body))


def _in_region(body: Body, node: ast.Region, run: Callable[[], Value | None]) -> Value | None:
    body.b.do("region.enter", imm=(node.kind,))
    return around(body, Region(node.kind), run, lambda: body.b.do("region.leave", imm=(node.kind,)))
