"""Takes out ops whose result nobody uses and that do nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir.ops import NONE, READ

if TYPE_CHECKING:
    from tekrt.ir import Function, Op, Program, Value


def run(program: Program) -> None:
    """Clean all functions."""
    for function in program.functions.values():
        clean(function)


def clean(function: Function) -> None:
    """Take out dead ops, and those that were there only for them."""
    uses: dict[Value, int] = {}
    made: dict[Value, Op] = {}
    for block in function.blocks:
        for op in block.ops:
            for arg in op.args:
                uses[arg] = uses.get(arg, 0) + 1
            if op.result is not None and op.kind.effect in (NONE, READ):
                made[op.result] = op
    dead: set[Op] = set()
    work = [value for value in made if value not in uses]
    while work:
        op = made[work.pop()]
        dead.add(op)
        for arg in op.args:
            uses[arg] -= 1
            if not uses[arg] and arg in made:
                work.append(arg)
    if dead:
        for block in function.blocks:
            block.ops = [op for op in block.ops if op not in dead]
