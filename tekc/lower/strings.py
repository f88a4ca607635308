"""Interpolation and command literals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.lower.body import expression
from tekc.syntax import ast
from tekrt.ir.types import NEVER, PATH, SECRET, STR
from tekrt.values.format import parse_format

if TYPE_CHECKING:
    from tekc.lower.body import Body
    from tekrt.ir import Value


@expression(ast.Interpolation)
def _interpolation(body: Body, node: ast.Interpolation) -> Value:
    parts: list[Value] = []
    secret = body.type_of(node) == SECRET
    for part in node.parts:
        if isinstance(part, str):
            if part:
                parts.append(body.b.str(part))
            continue
        value = body.expr(part.value)
        body.at(part)
        if value.type == NEVER:
            return body.nothing(body.type_of(node))
        secret = secret or value.type == SECRET
        parts.append(_text(body, value, part.format))
    if secret:
        return body.b.op("secret.build", *parts, type=SECRET)
    text = body.b.op("str.build", *parts) if len(parts) != 1 else parts[0]
    return body.b.op("path.new", text) if body.type_of(node) == PATH else text


def _text(body: Body, value: Value, format: str | None) -> Value:
    if format:
        return body.b.op("str.format", value, imm=(parse_format(format),))
    return value if value.type in (STR, SECRET) else body.b.op("str.show", value)


@expression(ast.CommandLiteral)
def _command(body: Body, node: ast.CommandLiteral) -> Value:
    """A command: words whose parts are texts, or (operand, its type) where ``arg(s)`` has the type ``("Arg",)``."""
    operands: list[Value] = []
    words: list[tuple[object, ...]] = []
    for word in node.words:
        parts: list[object] = []
        for part in word.parts:
            if isinstance(part, str):
                parts.append(part)
                continue
            value = body.expr(part.value)
            operands.append(value)
            kind = ("Arg",) if _is_arg(body, part.value) else value.type
            parts.append((len(operands) - 1, kind))
        words.append(tuple(parts))
    body.at(node)
    return body.b.op("command.new", *operands, imm=(tuple(words), body.b.line))


def _is_arg(body: Body, node: ast.Expr) -> bool:
    while isinstance(node, ast.Paren):
        node = node.inner
    return isinstance(node, ast.Call) and (fact := body.facts.calls.get(node)) is not None and fact.kind == "arg"
