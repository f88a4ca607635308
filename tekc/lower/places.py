"""What changes variables: assignments to places of any depth, and calls of ``var self`` methods.

A place is a variable and steps down from it.  Its indices are evaluated once, from left to right, before the value (or the
arguments); only then is the way down made unique, so that what those evaluated still has the old value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check.defs import FnDef, Local
from tekc.check.facts import DEFAULT, FieldTarget
from tekc.lower.body import Cell, Place, Slot, Ssa, statement
from tekc.lower.calls import bounded, default_value, hidden_types, instance, ordered, parameter_types, result_of
from tekc.lower.exprs import operate, read_or
from tekc.lower.scan import children, root_of
from tekc.syntax import ast
from tekrt.ir.types import KEY, NEVER, PLACE

if TYPE_CHECKING:
    from tekc.check.facts import CallFact
    from tekc.lower.body import Body
    from tekrt.ir import Value
    from tekrt.ir.types import IrType


class Step:
    """One step down: ``kind`` is ``record`` (by ``index``), ``list`` or ``map`` (by ``key``; ``default`` may stand in)."""

    __slots__ = ("default", "index", "key", "kind", "type")

    def __init__(self, kind: str, index: int, key: Value | None, default: ast.Expr | None, type: IrType) -> None:
        self.kind = kind
        self.index = index
        self.key = key
        self.default = default
        self.type = type


def path_of(body: Body, place: ast.Expr) -> tuple[Local, list[Step]]:
    """Find the variable below a place, and lower the indices on the way up to it."""
    nodes: list[ast.Field | ast.Index] = []
    at = place
    while not isinstance(at, ast.Name):
        if isinstance(at, ast.Field | ast.Index):
            nodes.append(at)
            at = at.target
        else:
            assert isinstance(at, ast.Paren)
            at = at.inner
    root = root_of(place)
    assert root is not None
    local = body.facts.names[root]
    assert isinstance(local, Local)
    return local, [_step(body, node) for node in reversed(nodes)]


def _step(body: Body, node: ast.Field | ast.Index) -> Step:
    t = body.type_of(node)
    if isinstance(node, ast.Field):
        target = body.facts.names[node]
        assert isinstance(target, FieldTarget)
        return Step("record", target.index, None, None, t)
    kind = body.facts.indexes[node].kind
    return Step(kind, 0, body.expr(node.index), node.default, t)


def open_path(body: Body, local: Local, steps: list[Step]) -> Value:
    """Make the way down unique and borrow what is at its end for change."""
    where = body.where[local]
    if isinstance(where, Ssa):
        value = body.b.op(f"{where.type[0].lower()}.own", body.read(local), type=where.type, hint=local.name)
        body.write(local, value)
    elif isinstance(where, Slot):
        value = body.b.op("slot.mut", imm=(where.index,), type=where.type)
    elif isinstance(where, Cell):
        value = body.b.op("cell.mut", where.value, type=where.type)
    else:
        assert isinstance(where, Place)
        value = body.b.op("place.mut", where.container, where.key, type=where.type)
    for step in steps:
        value = _down(body, value, step)
    return value


def _down(body: Body, value: Value, step: Step) -> Value:
    if step.kind == "record":
        return body.b.op("record.mut", value, imm=(step.index,), type=step.type)
    assert step.key is not None
    if step.default is not None:
        return body.b.op("map.mut_or", value, step.key, body.expr_as(step.default, step.type), type=step.type)
    return body.b.op(f"{step.kind}.mut", value, step.key, type=step.type)


def put(body: Body, container: Value, step: Step, value: Value) -> None:
    """Store into a container that may be changed."""
    if step.kind == "record":
        body.b.do("record.put", container, value, imm=(step.index,))
    else:
        assert step.key is not None
        body.b.do(f"{step.kind}.put", container, step.key, value)


def _get(body: Body, container: Value, step: Step) -> Value:
    if step.kind == "record":
        return body.b.op("record.get", container, imm=(step.index,), type=step.type)
    assert step.key is not None
    if step.default is not None:
        return read_or(body, container, step.key, step.default)
    return body.b.op(f"{step.kind}.get", container, step.key, type=step.type)


def store(body: Body, local: Local, steps: list[Step], value: Value) -> None:
    """Assign a value to a place."""
    if not steps:
        body.write(local, value)
        return
    where = body.where[local]
    if isinstance(where, Ssa) and len(steps) == 1:
        step = steps[0]
        old = body.read(local)
        operands = [old, value] if step.key is None else [old, step.key, value]
        imm = (step.index,) if step.kind == "record" else ()
        new = body.b.op(f"{step.kind}.set", *operands, imm=imm, type=where.type, hint=local.name)
        body.write(local, new)
        return
    put(body, open_path(body, local, steps[:-1]), steps[-1], value)


@statement(ast.Assign)
def _assign(body: Body, node: ast.Assign) -> None:
    local, steps = path_of(body, node.target)
    t = steps[-1].type if steps else body.ir(local.type)
    if node.op == "=" and steps and t[0] == "List" and (more := _grown(body, node)) is not None:
        _extend(body, node, more, local, steps)
        return
    if node.op == "=":
        value = body.expr_as(node.value, t)
        body.at(node)
        store(body, local, steps, value)
        return
    op = node.op[:-1]
    if t[0] == "List" and op == "+":
        _extend(body, node, node.value, local, steps)
    elif not steps:
        old = body.read(local)
        value = body.expr(node.value)
        body.at(node)
        body.write(local, operate(body, op, old, value, t))
    else:
        _update(body, node, local, steps, op)


def _grown(body: Body, node: ast.Assign) -> ast.Expr | None:
    """Return ``e`` of ``p.xs = p.xs + e`` where that can as well be ``p.xs += e``, else None."""
    value = node.value
    if not (isinstance(value, ast.Binary) and value.op == "+" and _same_place(body, node.target, value.lhs)):
        return None
    work: list[ast.Node] = [value.rhs, value.lhs]
    while work:
        at = work.pop()
        if isinstance(at, ast.Assign) or (isinstance(at, ast.Call) and body.facts.calls[at].var_receiver):
            return None
        work.extend(children(at))
    return value.rhs


def _same_place(body: Body, a: ast.Expr, b: ast.Expr) -> bool:
    """Tell whether two places are written alike, with nothing but names and literals as indices."""
    while True:
        if isinstance(a, ast.Field) and isinstance(b, ast.Field) and a.name.text == b.name.text:
            a, b = a.target, b.target
        elif isinstance(a, ast.Index) and isinstance(b, ast.Index) and a.default is None and b.default is None:
            if not _same_index(body, a.index, b.index):
                return False
            a, b = a.target, b.target
        else:
            return isinstance(a, ast.Name) and isinstance(b, ast.Name) and body.facts.names[a] is body.facts.names[b]


def _same_index(body: Body, a: ast.Expr, b: ast.Expr) -> bool:
    if isinstance(a, ast.Name) and isinstance(b, ast.Name):
        return body.facts.names[a] is body.facts.names[b]
    if isinstance(a, ast.IntLiteral | ast.StrLiteral) and isinstance(b, ast.IntLiteral | ast.StrLiteral):
        return type(a) is type(b) and a.value == b.value
    return False


def _extend(body: Body, node: ast.Assign, more: ast.Expr, local: Local, steps: list[Step]) -> None:
    """``xs += ys`` on lists, in place."""
    value = body.expr(more)
    body.at(node)
    if value.type == NEVER:
        return
    where = body.where[local]
    if not steps and isinstance(where, Ssa):
        body.write(local, body.b.op("list.concat", body.read(local), value))
    else:
        body.b.do("list.extend", open_path(body, local, steps), value)


def _update(body: Body, node: ast.Assign, local: Local, steps: list[Step], op: str) -> None:
    value = body.expr(node.value)
    body.at(node)
    last = steps[-1]
    if len(steps) == 1 and isinstance(body.where[local], Ssa):
        old = _get(body, body.read(local), last)
        store(body, local, steps, operate(body, op, old, value, last.type))
        return
    container = open_path(body, local, steps[:-1])
    old = _get(body, container, last)
    put(body, container, last, operate(body, op, old, value, last.type))


# -------------------------------------------------------------------------------------------------------------- methods


def call_var_method(body: Body, node: ast.Call, fact: CallFact) -> Value:
    """Call a method that may change its receiver."""
    target = fact.target
    assert isinstance(target, FnDef) and fact.receiver is not None
    local, steps = path_of(body, fact.receiver)
    written = ordered(body, fact, parameter_types(body, fact))
    body.at(node)
    args: list[Value] = []
    for index, arg in enumerate(fact.args):
        if arg is DEFAULT:
            receiver = body.expr(fact.receiver)
            args.append(default_value(body, target, index + 1, [receiver, *args], fact.type_args))
        else:
            args.append(written[index])
    if target.extern:
        return _call_host(body, node, target, local, steps, hidden_types(body, target, fact.type_args), args)
    container, key = place_of(body, local, steps)
    name, hidden = instance(body, target, fact.type_args)
    t = body.type_of(node)
    return bounded(body, node, lambda: result_of(body, body.b.op("call", *hidden, container, key, *args, imm=(name,), type=t)))


def _call_host(
    body: Body, node: ast.Call, target: FnDef, local: Local, steps: list[Step], hidden: list[Value], args: list[Value]
) -> Value:
    name = target.qualified
    if name == "List.push" and not steps and isinstance(body.where[local], Ssa):
        body.write(local, body.b.op("list.push", body.read(local), args[0], hint=local.name))
        return body.b.unit()
    receiver = open_path(body, local, steps)
    op = {"List.push": "list.append", "List.extend": "list.extend", "Set.add": "set.put"}.get(name)
    if op is not None:
        body.b.do(op, receiver, *args)
        return body.b.unit()
    body.program.host(target)
    return result_of(body, body.b.op("call.host", *hidden, receiver, *args, imm=(name,), type=body.type_of(node)))


def place_of(body: Body, local: Local, steps: list[Step]) -> tuple[Value, Value]:
    """Return the container and the key of a place, for a function that changes it."""
    if not steps:
        where = body.where[local]
        if isinstance(where, Place):
            return where.container, where.key
        assert isinstance(where, Cell)
        return body.b.op("place.cell", where.value, type=PLACE), body.b.op("place.key", imm=("cell", 0), type=KEY)
    last = steps[-1]
    if last.default is not None:
        open_path(body, local, steps)
    container = open_path(body, local, steps[:-1])
    if last.kind == "record":
        made = body.b.op("place.record", container, imm=(last.index,), type=PLACE)
        return made, body.b.op("place.key", imm=("record", last.index), type=KEY)
    assert last.key is not None
    made = body.b.op(f"place.{last.kind}", container, last.key, type=PLACE)
    return made, body.b.op("place.key", last.key, imm=(last.kind, 0), type=KEY)
