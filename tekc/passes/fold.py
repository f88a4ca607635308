"""Computes what is constant, except what fails: that has to fail when it runs, at its place.

Parts of tuples that were just made are their operands, branches on constants become jumps, and what nothing reaches then goes.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from tekrt.ir import Op
from tekrt.ir.flow import find, reverse_postorder
from tekrt.ir.ops import OPS

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tekrt.ir import Function, Program, Value

INT_MIN, INT_MAX = -(1 << 63), (1 << 63) - 1
CONST = OPS["const"]

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "int.add": operator.add, "int.sub": operator.sub, "int.mul": operator.mul, "int.and": operator.and_, "int.or": operator.or_,
    "int.xor": operator.xor, "float.add": operator.add, "float.sub": operator.sub, "float.mul": operator.mul,
    "bool.and": operator.and_, "bool.or": operator.or_,
    **{f"{t}.{op}": getattr(operator, op) for t in ("int", "float", "str") for op in ("eq", "ne", "lt", "le", "gt", "ge")},
}  # fmt: skip
"""Ops on two constants that Python computes as Tek does, where the result is in range."""

UNARY: dict[str, Callable[[Any], Any]] = {
    "int.neg": operator.neg, "float.neg": operator.neg, "bool.not": operator.not_, "int.to_float": float, "int.not": operator.invert,
}  # fmt: skip


def run(program: Program) -> None:
    """Fold constants in all functions."""
    for function in program.functions.values():
        fold(function)


def fold(function: Function) -> None:
    """Fold constants in a function."""
    constants: dict[Value, Any] = {}
    tuples: dict[Value, list[Value]] = {}
    replaced: dict[Value, Value] = {}
    for block in reverse_postorder(function):
        for op in block.ops:
            args = op.args
            for i, arg in enumerate(args):
                if arg in replaced:
                    args[i] = find(replaced, arg)
            _op(op, constants, tuples, replaced)
        end = block.ops[-1]
        if end.kind.name == "branch" and end.args[0] in constants:
            target = end.imm[0] if constants[end.args[0]] else end.imm[1]
            block.ops[-1] = Op(OPS["jump"], [], (target,), None, end.line, end.column)
    if replaced:
        for block in function.blocks:
            for op in block.ops:
                op.args = [find(replaced, arg) for arg in op.args]
    remove_unreachable(function)


def _op(op: Op, constants: dict[Value, Any], tuples: dict[Value, list[Value]], replaced: dict[Value, Value]) -> None:
    result, name = op.result, op.kind.name
    if result is None:
        return
    if name == "const":
        constants[result] = op.imm[0]
    elif name == "tuple.new":
        tuples[result] = op.args
    elif name == "tuple.get":
        parts = tuples.get(op.args[0])
        if parts is not None:
            replaced[result] = parts[op.imm[0]]
    elif name in BINARY and op.args[0] in constants and op.args[1] in constants:
        _become(op, constants, BINARY[name](constants[op.args[0]], constants[op.args[1]]))
    elif name in UNARY and op.args[0] in constants:
        _become(op, constants, UNARY[name](constants[op.args[0]]))


def _become(op: Op, constants: dict[Value, Any], value: Any) -> None:
    """Turn an op into a constant, unless computing it fails."""
    if type(value) is int and not INT_MIN <= value <= INT_MAX:
        return
    assert op.result is not None
    op.kind, op.args, op.imm = CONST, [], (value,)
    constants[op.result] = value


def remove_unreachable(function: Function) -> None:
    """Take out the blocks that nothing reaches."""
    reached = set(reverse_postorder(function))
    if len(reached) != len(function.blocks):
        function.blocks = [block for block in function.blocks if block in reached]
