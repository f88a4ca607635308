"""Gives up what slots hold: the last read of a slot takes its content out, and what may be left is cleared before the return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir import Op
from tekrt.ir.flow import predecessors, targets
from tekrt.ir.ops import OPS

if TYPE_CHECKING:
    from tekrt.ir import Block, Function
    from tekrt.ir.owning import Tracked

READS = frozenset(["slot.get", "slot.peek", "slot.mut", "slot.take"])


def give_up_slots(function: Function, tracked: Tracked) -> None:
    """Turn last reads into takes and clear tracked slots before returns."""
    counted = {index for index, t in enumerate(function.slots) if tracked(t)}
    if not counted:
        return
    live_in = _liveness(function, counted)
    read: set[int] = set()
    for block in function.blocks:
        live = _live_out(block, live_in)
        kept = live_in[block.handler] if block.handler is not None else frozenset()  # a failure may come before any set
        for op in reversed(block.ops):
            name = op.kind.name
            if not name.startswith("slot.") or op.imm[0] not in counted:
                continue
            slot = op.imm[0]
            if name == "slot.set" and slot not in kept:
                live.discard(slot)
            elif name == "slot.get" and slot not in live:
                op.kind = OPS["slot.take"]
            if name in READS:
                live.add(slot)
                if name != "slot.take":
                    read.add(slot)
    _clear(function, sorted(read))


def _clear(function: Function, slots: list[int]) -> None:
    """Clear slots before returns (those that are only ever set and taken are empty then)."""
    for block in function.blocks:
        end = block.ops[-1]
        if end.kind.name == "return" and slots:
            taken = {op.imm[0] for op in block.ops if op.kind.name == "slot.take"}
            clears = [Op(OPS["slot.clear"], [], (slot,), None, end.line, end.column) for slot in slots if slot not in taken]
            block.ops[-1:] = [*clears, end]


def _live_out(block: Block, live_in: dict[Block, set[int]]) -> set[int]:
    live: set[int] = set()
    for target in targets(block):
        live |= live_in[target]
    return live


def _liveness(function: Function, slots: set[int]) -> dict[Block, set[int]]:
    """Find which slots are read behind the start of each block before they are set."""
    used: dict[Block, set[int]] = {}
    set_first: dict[Block, set[int]] = {}
    for block in function.blocks:
        uses: set[int] = set()
        kills: set[int] = set()
        for op in block.ops:
            name = op.kind.name
            if name.startswith("slot.") and op.imm[0] in slots:
                if name in READS and op.imm[0] not in kills:
                    uses.add(op.imm[0])
                elif name == "slot.set" and block.handler is None:
                    kills.add(op.imm[0])  # a failure before it would leave the old value to the handler
        used[block], set_first[block] = uses, kills
    live_in = {block: set(used[block]) for block in function.blocks}
    preds = predecessors(function)
    work = list(function.blocks)
    while work:
        block = work.pop()
        live = used[block] | (_live_out(block, live_in) - set_first[block])
        if live != live_in[block]:
            live_in[block] = live
            work.extend(preds[block])
    return live_in
