"""``for`` and comprehensions: counting loops over what is held while the loop runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.lower.body import Counter, expression, statement
from tekc.lower.exits import Loop
from tekc.lower.patterns import bind
from tekc.syntax import ast
from tekrt.ir.types import INT, NEVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tekc.check.facts import IterKind
    from tekc.lower.body import Body
    from tekrt.ir import Value
    from tekrt.ir.types import IrType


@statement(ast.For)
def _for(body: Body, node: ast.For) -> None:
    loop(body, node.pattern, node.iterable, body.facts.iterations.get(node, "list"), lambda: body.effect(node.body), scope=True)


def loop(
    body: Body, pattern: ast.Pattern, iterable: ast.Expr, kind: IterKind, inside: Callable[[], None], scope: bool
) -> None:
    """Lower a loop over the elements of ``iterable``; ``inside`` lowers what runs for each.  With ``scope``, it may be left early."""
    while isinstance(iterable, ast.Paren):
        iterable = iterable.inner
    if isinstance(iterable, ast.RangeExpr) and iterable.low is not None and iterable.high is not None:
        low, high = body.expr(iterable.low), body.expr(iterable.high)
        if NEVER in (low.type, high.type):
            return
        body.at(iterable)
        compare = "int.le" if iterable.inclusive else "int.lt"
        _count(body, pattern, low, high, compare, lambda i: i, inside, scope)
        return
    source = body.expr(iterable)
    if source.type == NEVER:
        return
    body.at(iterable)
    if kind == "map":
        t = source.type
        source = body.b.op("map.entries", source, type=("List", ("Tuple", t[1], t[2])))
    elif kind == "set":
        source = body.b.op("set.items", source)
    room = kind if kind in ("str", "bytes") else "list"
    length = body.b.op(f"{room}.len", source)
    op = "list.at" if room == "list" else f"{room}.index"
    _count(body, pattern, body.b.int(0), length, "int.lt", lambda i: body.b.op(op, source, i), inside, scope)


def _count(
    body: Body, pattern: ast.Pattern, low: Value, high: Value, compare: str,
    element: Callable[[Value], Value], inside: Callable[[], None], scope: bool,
) -> None:  # fmt: skip
    counter = Counter("i")
    head, again, end = body.head(), body.merge(), body.merge()
    line, column = body.b.line, body.b.column
    body.vars.write(counter, body.b.block, low)
    body.jump(head)
    body.start(head)
    i = body.vars.read(counter, body.b.block, INT)
    then, otherwise = body.branch(body.b.op(compare, i, high))
    body.start(otherwise)
    body.jump(end)
    body.start(then)
    if not isinstance(pattern, ast.WildPattern):
        bind(body, pattern, element(i))
    if scope:
        body.scopes.append(Loop(end, again))
    inside()
    if scope:
        body.scopes.pop()
    body.jump(again)
    body.start(again)
    body.b.line, body.b.column = line, column
    body.vars.write(counter, body.b.block, body.b.op("int.next", i))
    body.jump(head)
    body.start(end)


# ------------------------------------------------------------------------------------------------------- comprehensions


@expression(ast.ListComp)
def _list(body: Body, node: ast.ListComp) -> Value:
    t = body.type_of(node)

    def add(made: Value) -> Value:
        return body.b.op("list.push", made, body.expr_as(node.element, t[1]), type=t)

    return _collect(body, body.b.op("list.new", type=t), node.clauses, add)


@expression(ast.MapComp)
def _map(body: Body, node: ast.MapComp) -> Value:
    t = body.type_of(node)

    def add(made: Value) -> Value:
        key = body.expr_as(node.key, t[1])
        value = body.expr_as(node.value, t[2])
        return body.b.op("map.set", made, key, value, type=t)

    return _collect(body, body.b.op("map.new", type=t), node.clauses, add)


def _collect(
    body: Body, empty: Value, clauses: tuple[ast.ForClause | ast.IfClause, ...], add: Callable[[Value], Value]
) -> Value:
    made = Counter("made")
    t: IrType = empty.type
    body.vars.write(made, body.b.block, empty)

    def run(index: int) -> None:
        from tekc.lower.control import condition

        if index == len(clauses):
            value = add(body.vars.read(made, body.b.block, t))
            body.vars.write(made, body.b.block, value)
            return
        clause = clauses[index]
        if isinstance(clause, ast.IfClause):
            no = body.merge()
            body.at(clause.condition)
            condition(body, clause.condition, no)
            run(index + 1)
            body.jump(no)
            body.start(no)
            return
        kind = body.facts.iterations.get(clause, "list")
        loop(body, clause.pattern, clause.iterable, kind, lambda: run(index + 1), scope=False)

    run(0)
    return body.vars.read(made, body.b.block, t)


