"""Function values: lambdas, and definitions that stand without being called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check.defs import FnDef, VariantDef
from tekc.lower.body import Body, expression
from tekc.lower.calls import call_definition, hidden_types, instance
from tekc.lower.types import is_handed_over
from tekc.syntax import ast
from tekrt.ir.types import UNIT

if TYPE_CHECKING:
    from tekc.check.facts import ValueFact
    from tekrt.ir import Value
    from tekrt.ir.types import IrType


@expression(ast.Lambda)
def _lambda(body: Body, node: ast.Lambda) -> Value:
    from tekc.lower.patterns import bind

    t = body.type_of(node)
    top = body
    while top.outer is not None:
        top = top.outer
    top.lambdas += 1
    name = f"{top.b.function.name}.lambda{top.lambdas}"
    inner = Body(body.program, name, f"lambda in {top.b.function.shown}", node.at, t[2])
    inner.outer = body
    inner.fixed = body.fixed
    inner.find_places(node.body)
    captured = body.facts.captures.get(node, ())
    values = [body.read(local) for local in captured]
    copies = [inner.b.value(value.type, local.name) for local, value in zip(captured, values, strict=True)]
    for local, copy in zip(captured, copies, strict=True):
        inner.declare(local, copy)
    params = [inner.b.value(want, _hint(param.pattern)) for param, want in zip(node.params, t[1], strict=True)]
    for param, value in zip(node.params, params, strict=True):
        inner.at(param)
        bind(inner, param.pattern, value)
    inner.at(node.body)
    value = inner.expr_as(node.body, t[2])
    inner.b.ret(value)
    inner.stop()
    types = [copy for _, copy in inner.captured_types]
    values += [body.type_parameter(parameter) for parameter, _ in inner.captured_types]
    function = inner.b.function
    function.params = [*copies, *types, *params]
    function.modes = "b" * (len(copies) + len(types)) + "o" * len(params)
    body.program.add_closure(inner.finish(), len(copies) + len(types), node)
    body.at(node)
    return body.b.op("closure.new", *values, imm=(name,), type=t)


def _hint(pattern: ast.Pattern) -> str:
    return pattern.name.text if isinstance(pattern, ast.NamePattern) else ""


def function_value(body: Body, node: ast.Expr, fact: ValueFact) -> Value:
    """Lower a definition that stands as a value: a closure of it, or of a function around it."""
    t = body.type_of(node)
    target = fact.target
    receiver = body.expr(fact.receiver) if fact.receiver is not None else None
    types: list[Value] = []
    if isinstance(target, FnDef):
        if receiver is None and not target.extern and not target.var_self and len(target.params) == len(t[1]):
            name, types = instance(body, target, fact.type_args)
            body.program.closures[name] = len(types)
            return body.b.op("closure.new", *types, imm=(name,), type=t)
        types = hidden_types(body, target, fact.type_args)
    held = [*types, receiver] if receiver is not None else types
    name = _around(body, node, fact, t, receiver.type if receiver is not None else None)
    return body.b.op("closure.new", *held, imm=(name,), type=t)


def _around(body: Body, node: ast.Expr, fact: ValueFact, t: IrType, receiver: IrType | None) -> str:
    """Make the function that a closure needs where the target itself is none: a host function, a constructor, a bound method."""
    target = fact.target
    top = body
    while top.outer is not None:
        top = top.outer
    top.lambdas += 1
    name = f"{top.b.function.name}.value{top.lambdas}"
    shown = target.name if isinstance(target, VariantDef) else target.qualified
    inner = Body(body.program, name, shown, node.at, t[2])
    held: list[Value] = []
    if isinstance(target, FnDef):
        for param in target.type_params:
            if is_handed_over(param):
                held.append(inner.b.value(("Type",), param.name))
    hidden = list(held)
    values: list[Value] = []
    if receiver is not None:
        values.append(inner.b.value(receiver, "self"))
        held.append(values[0])
    params = [inner.b.value(want) for want in t[1]]
    inner.b.line, inner.b.column = node.at.file.line_column(node.at.start)
    made = call_definition(inner, target, hidden, values + params, t[2])
    inner.b.ret(inner.b.unit() if t[2] == UNIT else made)
    function = inner.b.function
    function.params = [*held, *params]
    function.modes = "b" * len(held) + "o" * len(params)
    body.program.add_closure(inner.finish(), len(held), node)
    return name


