"""Literals, names, operators, and what is built from parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tekc.check.defs import ConstDef, Local, VariantDef
from tekc.check.facts import FieldTarget, PartTarget
from tekc.lower.body import expression, spine
from tekc.syntax import ast
from tekrt.ir.types import BOOL, FLOAT, INT, NEVER, SECRET

if TYPE_CHECKING:
    from tekc.lower.body import Body, Finish
    from tekrt.ir import Value
    from tekrt.ir.types import IrType


# ------------------------------------------------------------------------------------------------------------- literals


def number(body: Body, value: int, t: IrType) -> Value:
    """Lower an integer literal of the type that it became."""
    if t == FLOAT:
        return body.b.float(float(value))
    if t[0] == "Param":
        return body.b.op("num.literal", body.type_value(t), imm=(value,), type=t)
    return body.b.const(value, INT)


@expression(ast.IntLiteral)
def _int(body: Body, node: ast.IntLiteral) -> Value:
    return number(body, node.value, body.type_of(node))


@expression(ast.FloatLiteral, ast.BoolLiteral, ast.StrLiteral, ast.BytesLiteral)
def _literal(body: Body, node: ast.FloatLiteral | ast.BoolLiteral | ast.StrLiteral | ast.BytesLiteral) -> Value:
    t = body.type_of(node)
    if t == SECRET and isinstance(node, ast.StrLiteral):
        return body.b.op("secret.build", body.b.str(node.value), type=SECRET)
    return body.b.const(node.value, t)


@expression(ast.DurationLiteral)
def _duration(body: Body, node: ast.DurationLiteral) -> Value:
    return body.b.const(node.ns, ("Duration",))


@expression(ast.SizeLiteral)
def _size(body: Body, node: ast.SizeLiteral) -> Value:
    return body.b.const(node.bytes, ("Size",))


# ---------------------------------------------------------------------------------------------------------------- names


@expression(ast.Name, ast.UpperName)
def _name(body: Body, node: ast.Name | ast.UpperName) -> Value:
    target = body.facts.names[node]
    if isinstance(target, Local):
        return body.read(target)
    return _definition(body, node, target)


def _definition(body: Body, node: ast.Expr, target: Any) -> Value:
    """Lower a name of a definition that stands as a value."""
    if isinstance(target, ConstDef):
        return body.b.op("const.global", imm=(body.program.constant(target),), type=body.type_of(node))
    fact = body.facts.values.get(node)
    if fact is not None and body.type_of(node)[0] == "Fn":
        from tekc.lower.functions import function_value

        return function_value(body, node, fact)
    if isinstance(target, VariantDef):
        return body.b.op("enum.new", imm=(target.enum.qualified, target.index), type=body.type_of(node))
    raise AssertionError(f"{target!r} is no value")


@spine(ast.Field)
def _field(body: Body, node: ast.Field) -> tuple[ast.Expr, Finish] | None:
    target = body.facts.names.get(node)
    if isinstance(target, FieldTarget):
        return node.target, _read_field
    if isinstance(target, PartTarget):
        return node.target, _read_part
    return None


def _read_field(body: Body, node: ast.Field, value: Value) -> Value:
    target = body.facts.names[node]
    return body.b.op("record.get", value, imm=(target.index,), type=body.type_of(node), hint=node.name.text)  # type: ignore[union-attr]  # _field looked


def _read_part(body: Body, node: ast.Field, value: Value) -> Value:
    target = body.facts.names[node]
    return body.b.op("call.host", value, imm=(target.host,), type=body.type_of(node))  # type: ignore[union-attr]  # _field looked


@expression(ast.Field)
def _qualified(body: Body, node: ast.Field) -> Value:
    return _definition(body, node, body.facts.names.get(node))


@spine(ast.Paren)
def _paren(body: Body, node: ast.Paren) -> tuple[ast.Expr, Finish]:
    return node.inner, _same


def _same(body: Body, node: ast.Expr, value: Value) -> Value:
    return value


# ------------------------------------------------------------------------------------------------------------ operators

_INT_OPS = {
    "+": "int.add", "-": "int.sub", "*": "int.mul", "//": "int.floordiv", "%": "int.mod", "**": "int.pow", "<<": "int.shl",
    ">>": "int.shr", ">>>": "int.ushr", "+%": "int.wadd", "-%": "int.wsub", "*%": "int.wmul", "&": "int.and", "|": "int.or",
    "^": "int.xor",
}  # fmt: skip
_FLOAT_OPS = {
    "+": "float.add", "-": "float.sub", "*": "float.mul", "/": "float.div", "//": "float.floordiv", "%": "float.mod", "**": "float.pow",
}  # fmt: skip
_NUM_OPS = {"+": "num.add", "-": "num.sub", "*": "num.mul"}
_UNIT_OPS = {"+": "unit.add", "-": "unit.sub", "*": "unit.mul", "/": "unit.div"}
COMPARISONS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_UNITS = frozenset(["Duration", "Size", "Instant"])
LAZY = frozenset(["and", "or", "??"])


@spine(ast.Binary)
def _binary(body: Body, node: ast.Binary) -> tuple[ast.Expr, Finish] | None:
    if node.op in LAZY:
        return None
    if node.op == "**" and node.rhs.__class__ is ast.Binary and node.rhs.op == "**":
        return None
    return node.lhs, _operate


def _operate(body: Body, node: ast.Binary, lhs: Value) -> Value:
    op = node.op
    if op == "in" or op == "not in":
        return _contains(body, node, lhs)
    rhs = body.expr(node.rhs)
    body.at(node)
    if op in COMPARISONS:
        return compare(body, op, lhs, rhs)
    return operate(body, op, lhs, rhs, body.type_of(node))


@expression(ast.Binary)
def _lazy(body: Body, node: ast.Binary) -> Value:
    if node.op == "**":
        return _powers(body, node)
    if node.op == "??":
        from tekc.lower.failing import coalesce

        return coalesce(body, node)
    return _and_or(body, node)


def _powers(body: Body, node: ast.Binary) -> Value:
    """``a ** b ** c``, which groups to the right: operands from left to right, then the operations from right to left."""
    nodes: list[ast.Binary] = []
    values: list[Value] = []
    at: ast.Expr = node
    while isinstance(at, ast.Binary) and at.op == "**":
        nodes.append(at)
        values.append(body.expr(at.lhs))
        at = at.rhs
    value = body.expr(at)
    while nodes:
        body.at(nodes[-1])
        value = operate(body, "**", values.pop(), value, body.type_of(nodes.pop()))
    return value


def operate(body: Body, op: str, lhs: Value, rhs: Value, result: IrType) -> Value:
    """Apply an arithmetic or bitwise operator to two values."""
    if NEVER in (lhs.type, rhs.type):
        return body.nothing(result)
    left, right = lhs.type[0], rhs.type[0]
    if op == "/" and left in ("Int", "Float") and right in ("Int", "Float"):
        return _divide(body, lhs, rhs)
    if left in _UNITS or right in _UNITS:
        return body.b.op(_UNIT_OPS[op], lhs, rhs, imm=((lhs.type, rhs.type),), type=result)
    if left == "Int" and right == "Int":
        return body.b.op(_INT_OPS[op], lhs, rhs)
    if left in ("Float", "Int"):
        return body.b.op(_FLOAT_OPS[op], to_float(body, lhs), to_float(body, rhs))
    if left == "Param":
        return body.b.op(_NUM_OPS[op], lhs, rhs)
    if left == "Path":
        return body.b.op("path.join", lhs, rhs)
    return body.b.op({"Str": "str.concat", "List": "list.concat", "Bytes": "bytes.concat"}[left], lhs, rhs)


def _divide(body: Body, lhs: Value, rhs: Value) -> Value:
    if lhs.type == INT and rhs.type == INT:
        return body.b.op("int.div", lhs, rhs)
    return body.b.op("float.div", to_float(body, lhs), to_float(body, rhs))


def to_float(body: Body, value: Value) -> Value:
    """Return an ``Int`` or ``Float`` as ``Float``."""
    return body.b.op("int.to_float", value) if value.type == INT else value


def compare(body: Body, op: str, lhs: Value, rhs: Value) -> Value:
    """Compare two values of one type."""
    head = lhs.type[0]
    room = {"Int": "int", "Float": "float", "Str": "str"}.get(head, "gen") if head == rhs.type[0] else "gen"
    return body.b.op(f"{room}.{COMPARISONS[op]}", lhs, rhs)


def _contains(body: Body, node: ast.Binary, item: Value) -> Value:
    right: ast.Expr = node.rhs
    while isinstance(right, ast.Paren):
        right = right.inner
    if isinstance(right, ast.RangeExpr) and right.low is not None and right.high is not None:
        low, high = body.expr(right.low), body.expr(right.high)
        above = body.b.op("int.le", low, item)
        found = body.b.op("bool.and", above, body.b.op("int.le" if right.inclusive else "int.lt", item, high))
    else:
        where = body.expr(right)
        body.at(node)
        head = where.type[0]
        if head in ("Str", "Bytes"):
            found = body.b.op("call.host", where, item, imm=(f"{head}.contains",), type=BOOL)
        elif where.type == NEVER:
            return body.nothing(BOOL)
        else:
            found = body.b.op({"List": "list.contains", "Map": "map.has", "Set": "set.has"}[head], where, item)
    return body.b.op("bool.not", found) if node.op == "not in" else found


def flat(node: ast.Binary) -> list[ast.Expr]:
    """Return the operands of a chain of one lazy operator that groups to the left, in order."""
    operands = [node.rhs]
    at: ast.Expr = node.lhs
    while True:
        while isinstance(at, ast.Paren):
            at = at.inner
        if not (isinstance(at, ast.Binary) and at.op == node.op):
            break
        operands.append(at.rhs)
        at = at.lhs
    operands.append(at)
    operands.reverse()
    return operands


SIMPLE_SIZE = 12
"""How many nodes the right side of a lazy operator may have to be evaluated eagerly."""


def is_simple(body: Body, node: ast.Expr) -> bool:
    """Tell whether an expression can neither fail nor act, and is small: then evaluating it too early is as good as a branch."""
    left = SIMPLE_SIZE
    work: list[ast.Expr] = [node]
    while work:
        at = work.pop()
        left -= 1
        if left < 0:
            return False
        if isinstance(at, ast.Paren):
            work.append(at.inner)
        elif isinstance(at, ast.Unary) and at.op == "not":
            work.append(at.operand)
        elif isinstance(at, ast.Binary) and (at.op in COMPARISONS or at.op in ("and", "or")):
            work += [at.lhs, at.rhs]
        elif isinstance(at, ast.Field) and isinstance(body.facts.names.get(at), FieldTarget):
            work.append(at.target)
        elif isinstance(at, ast.Name):
            if not isinstance(body.facts.names.get(at), Local):
                return False
        elif not is_plain(at) or isinstance(at, ast.ListExpr | ast.MapExpr):
            return False
    return True


def grouped(body: Body, operands: list[ast.Expr]) -> list[list[ast.Expr]]:
    """Group the operands of a chain of ``and`` or ``or``: what stands in one group behind its first may be evaluated eagerly."""
    groups: list[list[ast.Expr]] = []
    for operand in operands:
        if groups and is_simple(body, operand):
            groups[-1].append(operand)
        else:
            groups.append([operand])
    return groups


def eager(body: Body, node: ast.Binary, group: list[ast.Expr]) -> Value:
    """Evaluate all operands of a group, whatever their values are."""
    value = body.expr(group[0])
    if value.type == NEVER:
        value = body.nothing(BOOL)
    for operand in group[1:]:
        rhs = body.expr(operand)
        body.at(node)
        value = body.b.op(f"bool.{node.op}", value, rhs)
    return value


def _and_or(body: Body, node: ast.Binary) -> Value:
    groups = grouped(body, flat(node))
    if len(groups) == 1:
        return eager(body, node, groups[0])
    join = body.merge(BOOL)
    for group in groups[:-1]:
        value = eager(body, node, group)
        then, otherwise = body.branch(value)
        on, out = (then, otherwise) if node.op == "and" else (otherwise, then)
        body.start(out)
        body.jump(join, body.b.bool(node.op == "or"))
        body.start(on)
    body.jump(join, eager(body, node, groups[-1]))
    body.start(join)
    return join.params[0]


@spine(ast.Unary)
def _unary(body: Body, node: ast.Unary) -> tuple[ast.Expr, Finish] | None:
    if node.op == "-" and isinstance(node.operand, ast.IntLiteral | ast.FloatLiteral | ast.DurationLiteral):
        return None
    return node.operand, _apply


@expression(ast.Unary)
def _negative(body: Body, node: ast.Unary) -> Value:
    t = body.type_of(node)
    operand = node.operand
    if isinstance(operand, ast.IntLiteral):
        if t[0] == "Param":
            return body.b.op("num.neg", number(body, operand.value, t))
        return body.b.const(-float(operand.value) if t == FLOAT else -operand.value, t)
    if isinstance(operand, ast.DurationLiteral):
        return body.b.const(-operand.ns, t)
    assert isinstance(operand, ast.FloatLiteral)
    return body.b.const(-operand.value, t)


def _apply(body: Body, node: ast.Unary, value: Value) -> Value:
    if value.type == NEVER:
        return value
    if node.op == "not":
        return body.b.op("bool.not", value)
    if node.op == "~":
        return body.b.op("int.not", value)
    head = value.type[0]
    if head in _UNITS:
        return body.b.op("unit.neg", value, imm=((value.type,),), type=body.type_of(node))
    return body.b.op({"Int": "int.neg", "Float": "float.neg"}.get(head, "num.neg"), value)


# ----------------------------------------------------------------------------------------------------- made from parts


@expression(ast.TupleExpr)
def _tuple(body: Body, node: ast.TupleExpr) -> Value:
    if not node.items:
        return body.b.unit()
    t = body.type_of(node)
    values = [body.expr_as(item, want) for item, want in zip(node.items, t[1:], strict=True)]
    return body.b.op("tuple.new", *values, type=t)


@expression(ast.ListExpr)
def _list(body: Body, node: ast.ListExpr) -> Value:
    t = body.type_of(node)
    return body.b.op("list.new", *[body.expr_as(item, t[1]) for item in node.items], type=t)


@expression(ast.MapExpr)
def _map(body: Body, node: ast.MapExpr) -> Value:
    t = body.type_of(node)
    values = []
    for key, value in node.entries:
        values.append(body.expr_as(key, t[1]))
        values.append(body.expr_as(value, t[2]))
    return body.b.op("map.new", *values, type=t)


@expression(ast.RangeExpr)
def _range(body: Body, node: ast.RangeExpr) -> Value:
    assert node.low is not None and node.high is not None
    low, high = body.expr(node.low), body.expr(node.high)
    return body.b.op("list.range", low, high, imm=(node.inclusive,), type=("List", INT))


# -------------------------------------------------------------------------------------------------------------- indices


@spine(ast.Index)
def _index(body: Body, node: ast.Index) -> tuple[ast.Expr, Finish]:
    return node.target, _read_index


def _read_index(body: Body, node: ast.Index, target: Value) -> Value:
    fact = body.facts.indexes[node]
    if target.type == NEVER:
        return body.nothing(body.type_of(node))
    if fact.slice:
        return _slice(body, node, target)
    index = body.expr(node.index)
    body.at(node)
    if fact.kind == "json":
        assert fact.target is not None
        from tekc.lower.calls import call_host  # which knows expressions itself

        return call_host(body, fact.target, [], [target, index], body.type_of(node))
    if node.default is not None:
        return read_or(body, target, index, node.default)
    return body.b.op(f"{fact.kind}.{'get' if fact.kind in ('list', 'map') else 'index'}", target, index)


def read_or(body: Body, target: Value, key: Value, default: ast.Expr) -> Value:
    """``m[k, default: d]``; ``d`` is evaluated only where it is needed, unless it is as good as a constant."""
    t = target.type[2]
    if is_plain(default):
        return body.b.op("map.get_or", target, key, body.expr_as(default, t))
    join = body.merge(t)
    has, lacks = body.branch(body.b.op("map.has", target, key))
    body.start(has)
    body.jump(join, body.b.op("map.get", target, key))
    body.start(lacks)
    body.jump(join, body.expr_as(default, t))
    body.start(join)
    return join.params[0]


def is_plain(node: ast.Expr) -> bool:
    """Tell whether evaluating an expression costs nothing and does nothing."""
    if isinstance(node, ast.Unary):
        node = node.operand
    if isinstance(node, ast.ListExpr):
        return not node.items
    if isinstance(node, ast.MapExpr):
        return not node.entries
    return isinstance(
        node, ast.IntLiteral | ast.FloatLiteral | ast.BoolLiteral | ast.StrLiteral | ast.Name | ast.DurationLiteral | ast.SizeLiteral
    )


def _slice(body: Body, node: ast.Index, target: Value) -> Value:
    index = node.index
    while isinstance(index, ast.Paren):
        index = index.inner
    kind = body.facts.indexes[node].kind
    assert isinstance(index, ast.RangeExpr), "a slice is written as a range"
    low = body.expr(index.low) if index.low is not None else body.b.unit()
    high = body.expr(index.high) if index.high is not None else body.b.unit()
    body.at(node)
    return body.b.op(f"{kind}.slice", target, low, high, imm=(index.inclusive,), type=target.type)



