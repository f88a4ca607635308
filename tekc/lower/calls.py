"""Calls: of functions, host functions, tasks, constructors and function values, with defaults and hidden types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check.defs import FnDef, RecordDef, TaskDef, VariantDef
from tekc.check.facts import DEFAULT, Marker
from tekc.check.types import subst
from tekc.lower.body import expression, spine
from tekc.lower.exprs import is_plain, number
from tekc.lower.types import PLAIN_TYPES, is_handed_over
from tekc.syntax import ast
from tekrt.ir.types import NEVER, STR, UNIT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tekc.check.facts import CallFact
    from tekc.check.types import Type
    from tekc.lower.body import Body, Finish
    from tekrt.ir import Value
    from tekrt.ir.types import IrType

HOST_OPS: dict[str, str] = {
    "List.len": "list.len", "Str.len": "str.len", "Bytes.len": "bytes.len", "Map.len": "map.len", "Set.len": "set.len",
    "List.contains": "list.contains", "Map.has": "map.has", "Map.get": "map.find", "Map.get_or": "map.get_or", "Map.keys": "map.keys",
    "Map.entries": "map.entries", "Set.has": "set.has", "Set.to_list": "set.items", "Int.to_float": "int.to_float",
}  # fmt: skip
"""Host functions that are ops, because they stand in every inner loop."""

SHOW = frozenset(["Any.to_str", "to_str", "Int.to_str", "Float.to_str", "Bool.to_str"])
"""Host functions that are ``str.show``."""


@spine(ast.Call)
def _call(body: Body, node: ast.Call) -> tuple[ast.Expr, Finish] | None:
    fact = body.facts.calls[node]
    if fact.kind == "method" and fact.receiver is not None and not fact.var_receiver:
        return fact.receiver, _method
    if fact.kind == "value":
        return node.callee, _value
    return None


@expression(ast.Call)
def _other(body: Body, node: ast.Call) -> Value:
    fact = body.facts.calls[node]
    if fact.kind == "method":
        from tekc.lower.places import call_var_method

        return call_var_method(body, node, fact)
    if fact.kind == "set":
        return body.b.op("set.new", _single(body, fact), type=body.type_of(node))
    if fact.kind == "path":
        return body.b.op("path.new", _single(body, fact))
    if fact.kind == "arg":
        return _single(body, fact)
    return _finish(body, node, fact, None)


def _single(body: Body, fact: CallFact) -> Value:
    (arg,) = fact.args
    assert not isinstance(arg, Marker)
    return body.expr(arg)


def _method(body: Body, node: ast.Call, receiver: Value) -> Value:
    return _finish(body, node, body.facts.calls[node], receiver)


def _value(body: Body, node: ast.Call, callee: Value) -> Value:
    fact = body.facts.calls[node]
    if callee.type[0] != "Fn":
        return body.nothing(body.type_of(node))
    args = ordered(body, fact, callee.type[1])
    body.at(node)
    return result_of(body, body.b.op("call.closure", callee, *args.values(), type=callee.type[2]))


def ordered(body: Body, fact: CallFact, wants: Sequence[IrType]) -> dict[int, Value]:
    """Lower the written arguments in source order; the result has them by parameter, in parameter order."""
    values: dict[int, Value] = {}
    for index in fact.order:
        arg = fact.args[index]
        assert not isinstance(arg, Marker)
        values[index] = body.expr_as(arg, wants[index])
    return {index: values[index] for index in sorted(values)}


def _finish(body: Body, node: ast.Call, fact: CallFact, receiver: Value | None) -> Value:
    target = fact.target
    result = body.type_of(node)
    if isinstance(target, FnDef):
        args = arguments(body, node, fact, receiver)
        if target.extern:
            hidden = hidden_types(body, target, fact.type_args)
            return bounded(body, node, lambda: call_host(body, target, hidden, args, result))
        name, types = instance(body, target, fact.type_args)
        return bounded(body, node, lambda: result_of(body, body.b.op("call", *types, *args, imm=(name,), type=result)))
    if isinstance(target, TaskDef):
        args = arguments(body, node, fact, None)
        return bounded(body, node, lambda: call_definition(body, target, [], args, result))
    assert isinstance(target, RecordDef | VariantDef)
    if fact.spread is not None:
        return _spread(body, node, fact, result)
    return construct(body, target, arguments(body, node, fact, None), result)


def bounded(body: Body, node: ast.Call, call: Callable[[], Value]) -> Value:
    """Make a call; where it goes through an import with ``only``, no more than that is permitted while it runs."""
    needs = body.program.import_bound(node)
    if needs is None:
        return call()
    from tekc.lower.failing import narrow

    mark = narrow(body, needs)
    value = call()
    body.b.do("only.leave", mark)
    return value


def hidden_types(body: Body, target: FnDef, type_args: tuple[Type, ...]) -> list[Value]:
    """Return the types that are handed over when ``target`` is called with these type arguments."""
    return [body.type_value(body.ir(arg)) for param, arg in zip(target.type_params, type_args, strict=True) if is_handed_over(param)]


def instance(body: Body, target: FnDef, type_args: tuple[Type, ...]) -> tuple[str, list[Value]]:
    """Ask for the instance of a function that a call with these type arguments needs; also the types that it is handed."""
    if not target.type_params:
        return body.program.function(target), []
    given = [body.ir(arg) for arg in type_args]
    fixed = tuple([t if t[0] in PLAIN_TYPES else None for t in given])
    open_ = [t for param, t, known in zip(target.type_params, given, fixed, strict=True) if known is None and is_handed_over(param)]
    return body.program.function(target, fixed), [body.type_value(t) for t in open_]


def parameter_types(body: Body, fact: CallFact) -> list[IrType]:
    """Return what the parameters (fields) of the callee want, as far as that decides how an argument is lowered."""
    target = fact.target
    if isinstance(target, RecordDef | VariantDef):
        return [body.program.types(field.type) for field in target.fields]
    assert isinstance(target, FnDef | TaskDef)
    params = target.params[1:] if fact.kind == "method" else target.params
    return [body.program.types(param.type) for param in params]


def arguments(body: Body, node: ast.Call, fact: CallFact, receiver: Value | None) -> list[Value]:
    """Lower the arguments of a call, defaults included, in parameter order (behind the receiver where there is one)."""
    written = ordered(body, fact, parameter_types(body, fact))
    body.at(node)
    values = [receiver] if receiver is not None else []
    shift = len(values)
    for index, arg in enumerate(fact.args):
        if arg is DEFAULT:
            assert fact.target is not None
            values.append(default_value(body, fact.target, index + shift, values, fact.type_args))
        else:
            values.append(written[index])
    return values


Target = FnDef | TaskDef | RecordDef | VariantDef


def default_value(body: Body, target: Target, index: int, earlier: list[Value], type_args: tuple[Type, ...]) -> Value:
    """Return the default of a parameter or field, given the earlier ones."""
    if isinstance(target, RecordDef) and target.decl is None:
        return _error_default(body, target.fields[index].name)
    fields = target.params if isinstance(target, FnDef | TaskDef) else target.fields
    default = fields[index].default
    assert default is not None
    body.program.check(target)
    declared = fields[index].type
    if type_args and not isinstance(target, TaskDef):
        params = target.enum.type_params if isinstance(target, VariantDef) else target.type_params
        declared = subst(declared, dict(zip(params, type_args, strict=True)))
    t = body.ir(declared)
    if is_plain(default) and not isinstance(default, ast.Name):
        return _plain_default(body, default, t)
    name = body.program.default(target, index)
    hidden = hidden_types(body, target, type_args) if isinstance(target, FnDef) else []
    return body.b.op("call", *hidden, *earlier, imm=(name,), type=t)


def _plain_default(body: Body, node: ast.Expr, t: IrType) -> Value:
    """Lower a default that is a literal in place; its type may be an instance of the declared one."""
    if isinstance(node, ast.ListExpr):
        return body.b.op("list.new", type=t)
    if isinstance(node, ast.MapExpr):
        return body.b.op("map.new", type=t)
    if isinstance(node, ast.IntLiteral):
        return number(body, node.value, t)
    line, column = body.b.line, body.b.column
    made = body.expr_as(node, t)
    body.b.line, body.b.column = line, column  # the literal stands elsewhere, perhaps in another file: the call is here
    return made


def _error_default(body: Body, field: str) -> Value:
    """Return what a field of ``Error`` is that was left out."""
    if field == "data":
        return body.b.op("enum.new", imm=("json.Json", 0), type=("Enum", "json.Json", ()))
    return body.b.op("list.new", type=("List", STR))


def call_definition(body: Body, target: Target, hidden: list[Value], args: list[Value], result: IrType) -> Value:
    """Call a function, task or constructor; missing last arguments take their defaults.

    Used where a definition stands as a value: ``body`` then has the type parameters of ``target`` as its own, in ``hidden``.
    """
    fields = target.params if isinstance(target, FnDef | TaskDef) else target.fields
    while len(args) < len(fields):
        type_args = target.type_params if isinstance(target, FnDef) else ()
        args.append(default_value(body, target, len(args), args, type_args))
    if isinstance(target, RecordDef | VariantDef):
        return construct(body, target, args, result)
    if isinstance(target, TaskDef):
        return result_of(body, body.b.op("call.task", *args, imm=(body.program.task(target),), type=result))
    if target.extern:
        return call_host(body, target, hidden, args, result)
    name = body.program.function(target)
    return result_of(body, body.b.op("call", *hidden, *args, imm=(name,), type=result))


def call_host(body: Body, target: FnDef, hidden: list[Value], args: list[Value], result: IrType) -> Value:
    """Call a host function, or use the op that it is."""
    op = HOST_OPS.get(target.qualified)
    if op == "map.get_or" and result[0] in ("List", "Map", "Set", "Record"):
        return _get_or(body, args, result)
    if op is not None:
        return body.b.op(op, *args, type=result)
    if target.qualified in SHOW:
        return args[0] if args[0].type == STR else body.b.op("str.show", args[0])
    body.program.host(target)
    return result_of(body, body.b.op("call.host", *hidden, *args, imm=(target.qualified,), type=result))


def looked_up(body: Body, node: ast.Expr) -> bool:
    """Tell whether an expression is ``m.get(k)`` on a map."""
    while isinstance(node, ast.Paren):
        node = node.inner
    fact = body.facts.calls.get(node) if isinstance(node, ast.Call) else None
    return fact is not None and isinstance(fact.target, FnDef) and fact.target.qualified == "Map.get"


def _get_or(body: Body, args: list[Value], t: IrType) -> Value:
    """``m.get_or(k, d)`` with a value that may be changed in place afterwards: then only a plain read can be a move."""
    join = body.merge(t)
    has, lacks = body.branch(body.b.op("map.has", args[0], args[1]))
    body.start(has)
    body.jump(join, body.b.op("map.get", args[0], args[1]))
    body.start(lacks)
    body.jump(join, args[2])
    body.start(join)
    return join.params[0]


def result_of(body: Body, value: Value) -> Value:
    """Return the value of a call; after one that never comes back, the code is dead."""
    if value.type == NEVER:
        body.end("unreachable")
        return body.nothing(NEVER)
    return value


def construct(body: Body, target: RecordDef | VariantDef, args: list[Value], result: IrType) -> Value:
    """Build a record or variant of all its fields."""
    args = [body.nothing(UNIT) if arg.type == NEVER else arg for arg in args]
    if isinstance(target, RecordDef):
        return body.b.op("record.new", *args, imm=(target.qualified,), type=result)
    return body.b.op("enum.new", *args, imm=(target.enum.qualified, target.index), type=result)


def _spread(body: Body, node: ast.Call, fact: CallFact, result: IrType) -> Value:
    """``Point(..p, x: 0.0)``: ``p`` with some fields changed."""
    assert fact.spread is not None
    base = body.expr(fact.spread)
    written = ordered(body, fact, parameter_types(body, fact))
    body.at(node)
    if base.type == NEVER:
        return body.nothing(result)
    for index, value in written.items():
        base = body.b.op("record.set", base, value, imm=(index,), type=result)
    return base
