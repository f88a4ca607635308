"""Patterns: tests that go on where they hold and jump where they do not; ``match``.

Arms are tried in order, each once, so code is linear in the source.  A run of arms that are variants of one enum becomes a
switch by the tag: each row of it knows its variant, and where its inner patterns fail, the next row of the same variant is tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from tekc.check.defs import Local, VariantDef
from tekc.lower.body import Fixed, dropped, expression
from tekc.lower.scan import children
from tekc.syntax import ast
from tekrt.ir.types import FLOAT, NEVER

if TYPE_CHECKING:
    from tekc.lower.body import Body
    from tekc.lower.control import Join
    from tekrt.ir import Block, Value
    from tekrt.ir.types import IrType


def bind(body: Body, pattern: ast.Pattern, value: Value) -> None:
    """Bind the names of a pattern that always matches."""
    match_pattern(body, pattern, value, None)


def match_pattern(body: Body, pattern: ast.Pattern, value: Value, no: Block | None) -> None:
    """Test a value and bind names; jump to ``no`` (made by ``merge``) where it does not match.

    None: it is known to match, since the checker proved it or all other arms are ruled out.
    """
    if isinstance(pattern, ast.WildPattern):
        return
    if isinstance(pattern, ast.NamePattern):
        body.declare(body.facts.bindings[pattern.name], value)
    elif isinstance(pattern, ast.VariantPattern):
        _variant(body, pattern, value, no, known=no is None)
    elif isinstance(pattern, ast.TuplePattern):
        for index, item in enumerate(pattern.items):
            if not isinstance(item, ast.WildPattern):
                part = body.b.op("tuple.get", value, imm=(index,), type=value.type[1 + index], hint=_hint(item))
                match_pattern(body, item, part, no)
    elif isinstance(pattern, ast.AsPattern):
        match_pattern(body, pattern.pattern, value, no)
        body.declare(body.facts.bindings[pattern.name], value)
    elif isinstance(pattern, ast.OrPattern):
        _alternatives(body, pattern, value, no)
    elif isinstance(pattern, ast.ListPattern):
        _list(body, pattern, value, no)
    elif no is not None:
        _test(body, pattern, value, no)


def _hint(pattern: ast.Pattern) -> str:
    return pattern.name.text if isinstance(pattern, ast.NamePattern) else ""


def require(body: Body, holds: Value, no: Block) -> None:
    """Go on where a condition holds, else jump to ``no``."""
    then, otherwise = body.branch(holds)
    body.start(otherwise)
    body.jump(no)
    body.start(then)


def _variant(body: Body, pattern: ast.VariantPattern, value: Value, no: Block | None, known: bool) -> None:
    fact = body.facts.variants[pattern]
    target = fact.target
    args = pattern.args or ()
    if not isinstance(target, VariantDef):
        for arg, index in zip(args, fact.fields, strict=True):
            if not isinstance(arg.pattern, ast.WildPattern):
                t = body.type_of(arg.pattern)
                part = body.b.op("record.get", value, imm=(index,), type=t, hint=_hint(arg.pattern))
                match_pattern(body, arg.pattern, part, no)
        return
    imm = (target.enum.qualified, target.index)
    if not known and len(target.enum.variants) > 1:
        assert no is not None
        require(body, body.b.op("enum.is", value, imm=imm), no)
    for arg, index in zip(args, fact.fields, strict=True):
        if not isinstance(arg.pattern, ast.WildPattern):
            part = body.b.op("enum.get", value, imm=(*imm, index), type=body.type_of(arg.pattern), hint=_hint(arg.pattern))
            match_pattern(body, arg.pattern, part, no)


def _list(body: Body, pattern: ast.ListPattern, value: Value, no: Block | None) -> None:
    items = pattern.items
    rest = next((i for i, item in enumerate(items) if isinstance(item, ast.RestPattern)), -1)
    length = body.b.op("list.len", value)
    fixed = len(items) - (rest >= 0)
    if no is not None and not (rest >= 0 and fixed == 0):
        require(body, body.b.op("int.ge" if rest >= 0 else "int.eq", length, body.b.int(fixed)), no)
    for index, item in enumerate(items):
        if isinstance(item, ast.RestPattern):
            if item.name is not None:
                behind = len(items) - 1 - index
                low = body.b.int(index)
                high = body.b.op("int.sub", length, body.b.int(behind)) if behind else body.b.unit()
                part = body.b.op("list.slice", value, low, high, imm=(False,), type=value.type, hint=item.name.text)
                body.declare(body.facts.bindings[item.name], part)
        elif not isinstance(item, ast.WildPattern):
            at = body.b.int(index)
            if 0 <= rest < index:
                at = body.b.op("int.sub", length, body.b.int(len(items) - index))
            match_pattern(body, item, body.b.op("list.at", value, at, hint=_hint(item)), no)


def _alternatives(body: Body, pattern: ast.OrPattern, value: Value, no: Block | None) -> None:
    locals_ = bound(body, pattern.options[0])
    found = body.merge(*[body.ir(local.type) for local in locals_])
    *firsts, last = pattern.options
    for option in firsts:
        other = body.merge()
        match_pattern(body, option, value, other)
        body.jump(found, *_values(body, locals_))
        body.start(other)
    match_pattern(body, last, value, no)
    body.jump(found, *_values(body, locals_))
    body.start(found)
    for local, param in zip(locals_, found.params, strict=False):
        body.where[local] = Fixed(param)


def bound(body: Body, pattern: ast.Pattern) -> list[Local]:
    """Return the variables that a pattern binds."""
    found: list[Local] = []
    work: list[ast.Node] = [pattern]
    while work:
        node = work.pop()
        if isinstance(node, ast.Ident):
            local = body.facts.bindings.get(node)
            if local is not None and local not in found:
                found.append(local)
        elif not isinstance(node, ast.LiteralPattern | ast.RangePattern):
            work.extend(reversed(children(node)))
    return found


def _values(body: Body, locals_: list[Local]) -> list[Value]:
    return [body.read(local) for local in locals_]


def _test(body: Body, pattern: ast.LiteralPattern | ast.RangePattern, value: Value, no: Block) -> None:
    from tekc.lower.exprs import compare

    if isinstance(pattern, ast.RangePattern):
        if pattern.low is not None:
            require(body, compare(body, "<=", literal(body, pattern.low, value.type), value), no)
        if pattern.high is not None:
            op = "<=" if pattern.inclusive else "<"
            require(body, compare(body, op, value, literal(body, pattern.high, value.type)), no)
        return
    if isinstance(pattern.value, ast.BoolLiteral):
        holds = value if pattern.value.value else body.b.op("bool.not", value)
    else:
        holds = compare(body, "==", value, literal(body, pattern.value, value.type))
    require(body, holds, no)


def literal(body: Body, node: ast.Expr, t: IrType) -> Value:
    """Lower the literal of a pattern as a value of the type that is matched."""
    sign = 1
    while isinstance(node, ast.Unary | ast.Paren):
        if isinstance(node, ast.Unary):
            sign = -sign
            node = node.operand
        else:
            node = node.inner
    if isinstance(node, ast.IntLiteral):
        number = sign * node.value
        if t[0] == "Param":
            made = body.b.op("num.literal", body.type_value(t), imm=(node.value,), type=t)
            return made if sign > 0 else body.b.op("num.neg", made)
        return body.b.const(float(number) if t == FLOAT else number, t)
    if isinstance(node, ast.FloatLiteral):
        return body.b.const(sign * node.value, FLOAT)
    if isinstance(node, ast.DurationLiteral):
        return body.b.const(sign * node.ns, t)
    if isinstance(node, ast.SizeLiteral):
        return body.b.const(sign * node.bytes, t)
    assert isinstance(node, ast.StrLiteral | ast.BytesLiteral | ast.BoolLiteral)
    return body.b.const(node.value, t)


# ---------------------------------------------------------------------------------------------------------------- match


@attrs.define(eq=False)
class Row:
    """A variant's pattern of an arm; an arm whose pattern is ``A | B`` has several."""

    arm: ast.Arm
    pattern: ast.VariantPattern
    variant: int
    block: Block | None = None
    next: Row | None = None


@expression(ast.Match)
def _match(body: Body, node: ast.Match) -> Value:
    from tekc.lower.control import Join

    return _arms(body, node, Join(body, body.type_of(node)))


@dropped(ast.Match)
def _match_dropped(body: Body, node: ast.Match) -> None:
    from tekc.lower.control import Join

    _arms(body, node, Join(body, None))


def _arms(body: Body, node: ast.Match, join: Join) -> Value:
    value = body.expr(node.subject)
    if value.type == NEVER:
        return body.nothing(NEVER)
    index = 0
    while index < len(node.arms):
        rows, behind = _run(body, node.arms, index)
        if len({row.variant for row in rows}) >= 3:
            _switch(body, rows, value, join)
            index = behind
        else:
            _arm(body, node.arms[index], value, join, index == len(node.arms) - 1)
            index += 1
    if not body.dead:
        body.end("unreachable")
    return join.value()


def _arm(body: Body, arm: ast.Arm, value: Value, join: Join, last: bool) -> None:
    no = body.merge()
    body.at(arm.pattern)
    match_pattern(body, arm.pattern, value, None if last and arm.guard is None else no)
    _finish(body, arm, no, join)
    body.start(no)


def _finish(body: Body, arm: ast.Arm, no: Block, join: Join) -> None:
    """The guard and the body of an arm whose pattern matched."""
    from tekc.lower.control import condition

    if arm.guard is not None:
        body.at(arm.guard)
        condition(body, arm.guard, no)
    join.take(arm.body)


def _run(body: Body, arms: tuple[ast.Arm, ...], start: int) -> tuple[list[Row], int]:
    """Collect the rows of the longest run of arms from ``start`` that are nothing but variants of an enum."""
    rows: list[Row] = []
    index = start
    while index < len(arms):
        arm = arms[index]
        options = arm.pattern.options if isinstance(arm.pattern, ast.OrPattern) else (arm.pattern,)
        if len(options) > 1 and arm.guard is not None:
            break
        made: list[Row] = []
        for option in options:
            if not isinstance(option, ast.VariantPattern):
                return rows, index
            target = body.facts.variants[option].target
            if not isinstance(target, VariantDef):
                return rows, index
            made.append(Row(arm, option, target.index))
        rows.extend(made)
        index += 1
    return rows, index


def _switch(body: Body, rows: list[Row], value: Value, join: Join) -> None:
    """Lower a run of arms by a switch; goes on where none of them matched."""
    enum = body.facts.variants[rows[0].pattern].target
    assert isinstance(enum, VariantDef)
    first: dict[int, Row] = {}
    latest: dict[int, Row] = {}
    for row in rows:
        row.block = body.merge()
        if row.variant in latest:
            latest[row.variant].next = row
        first.setdefault(row.variant, row)
        latest[row.variant] = row
    no = body.merge()
    targets, default = body.switch(body.b.op("enum.tag", value), len(enum.enum.variants))
    for variant, target in enumerate(targets):
        body.start(target)
        chosen = first.get(variant)
        body.jump(chosen.block if chosen is not None and chosen.block is not None else no)
    body.start(default)
    body.end("unreachable")
    at = 0
    while at < len(rows):
        stop = at + 1
        while stop < len(rows) and rows[stop].arm is rows[at].arm:
            stop += 1
        _rows(body, rows[at:stop], value, no, join)
        at = stop
    body.start(no)


def _rows(body: Body, rows: list[Row], value: Value, no: Block, join: Join) -> None:
    """Lower the rows of one arm, and its body once."""
    arm = rows[0].arm
    if len(rows) == 1:
        otherwise = _row(body, rows[0], value, no)
        _finish(body, arm, otherwise, join)
        return
    locals_ = bound(body, rows[0].pattern)
    found = body.merge(*[body.ir(local.type) for local in locals_])
    for row in rows:
        _row(body, row, value, no)
        body.jump(found, *_values(body, locals_))
    body.start(found)
    for local, param in zip(locals_, found.params, strict=False):
        body.where[local] = Fixed(param)
    join.take(arm.body)


def _row(body: Body, row: Row, value: Value, no: Block) -> Block:
    """Lower the test of a row whose variant is known; return where it goes on when it fails."""
    assert row.block is not None
    body.start(row.block)
    body.at(row.pattern)
    otherwise = row.next.block if row.next is not None and row.next.block is not None else no
    _variant(body, row.pattern, value, otherwise, known=True)
    return otherwise


