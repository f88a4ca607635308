"""The part of the verifier that holds after the ownership pass: every owned value is given up once on every way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir.build import successors
from tekrt.ir.flow import reverse_postorder
from tekrt.ir.ops import CALL, TRAP
from tekrt.ir.owning import Owners, Tracked, consumes
from tekrt.ir.text import show_op

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tekrt.ir import Block, Function, Op, Program, Value

FAILING = frozenset([TRAP, CALL])
"""Effects of ops from which a failure can leave."""

LEAVES_FAILING = frozenset(["fail", "fail.again", "fail.kind", "assert.fail", "unreachable"])
"""Terminators behind which nothing need be given up: the frame fails."""


def ownership(function: Function, program: Program | None) -> list[str]:
    """Return what is wrong with the ownership in a function whose structure and types are right."""
    owners = Owners(function, Tracked(program))
    problems: list[str] = []
    alive: dict[Block, frozenset[Value]] = {}
    entry = frozenset([p for p in function.params if owners.owned(p)])
    alive[function.blocks[0]] = entry
    order = reverse_postorder(function)
    handled: dict[Block, set[Value]] = {}
    for block in order:
        if block not in alive:
            alive[block] = frozenset(handled.get(block, ()))
        here = set(alive[block])
        here.update([p for p in block.params if owners.owned(p)])
        kept = set(alive[block])
        for op in block.ops:
            made = op.result
            problems.extend(_step(op, here, owners, program))
            if op.kind.effect in FAILING:
                kept &= here - {made} if made is not None else here
        if block.handler is not None:
            handled[block.handler] = handled[block.handler] & kept if block.handler in handled else kept
        end = block.ops[-1]
        if end.kind.name in LEAVES_FAILING:
            continue
        if end.kind.name == "return" and here:
            problems.append(f"{_names(here)} never given up before `{show_op(end)}`")
        for target in successors(block):
            problems.extend(_arrive(alive, block, target, frozenset(here)))
    return problems


def _step(op: Op, here: set[Value], owners: Owners, program: Program | None) -> Iterator[str]:
    given: set[Value] = set()
    for index, arg in enumerate(op.args):
        if not owners.tracked(arg.type) and not owners.borrowed(arg):
            continue
        root = owners.root(arg)
        gives = consumes(op, index, program) and owners.tracked(arg.type)
        if gives and owners.borrowed(arg):
            yield f"%{arg.id} is borrowed but given up in `{show_op(op)}`"
        elif root is not None and root not in here:
            yield f"%{root.id} is used after it was given up, in `{show_op(op)}`"
        elif gives:
            if arg in given:
                yield f"%{arg.id} is given up twice in `{show_op(op)}`"
            given.add(arg)
    here -= given
    if op.result is not None and owners.owned(op.result):
        here.add(op.result)


def _arrive(alive: dict[Block, frozenset[Value]], block: Block, target: Block, here: frozenset[Value]) -> Iterator[str]:
    known = alive.setdefault(target, here)
    if known != here:
        yield f"b{target.id}: what is owned differs by the way: {_names(known ^ here)} (from b{block.id})"


def _names(values: set[Value] | frozenset[Value]) -> str:
    return ", ".join([f"%{value.id}" for value in sorted(values, key=lambda v: v.id)])
