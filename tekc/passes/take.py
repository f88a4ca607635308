"""What is taken out of a record, list or map and put back into the same place is moved, not shared.

``var items = p.items``, ``items.push(x)``, ``p.items = items``: between the read and the assignment nobody looks at ``p``, so
the read may leave a hole, and the list has one holder all the time.  A failure in between does no harm, because a ``p`` that
a handler looks at is not taken from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir.flow import reverse_postorder, targets
from tekrt.ir.ops import CALL, OPS, TRAP
from tekrt.ir.owning import consumes

if TYPE_CHECKING:
    from tekrt.ir import Block, Function, Op, Program, Value
    from tekrt.ir.owning import Owners

PAIRS = {"record.get": "record.set", "list.get": "list.set", "map.get": "map.set"}
"""A read, and the op that puts back what it read."""

HARMLESS = frozenset(["list.len", "map.len", "map.has"])
"""Ops that do not look at the values in their first operand."""

BUDGET = 3_000


def take(function: Function, program: Program, owners: Owners) -> None:
    """Turn reads into takes in a function where what they leave behind is overwritten before anybody looks."""
    kinds = {op.kind.name for block in function.blocks for op in block.ops}
    if "record.get" not in kinds and not any(read in kinds and put in kinds for read, put in PAIRS.items()):
        return
    finder = _Take(function, program, owners)
    for block in finder.order:
        for at, op in enumerate(block.ops):
            put = PAIRS.get(op.kind.name)
            if put is None:
                continue
            outer = finder.place_of(op)
            if outer is not None:
                if finder.may_take_in_place(block, at, op, outer):
                    outer.kind = OPS["place.mut" if outer.kind.name == "place.get" else "cell.mut"]
                    owners.borrow(outer)
                    op.kind = OPS["record.take"]
            elif finder.may_take(block, at, op, put):
                op.kind = OPS[op.kind.name.replace("get", "take")]


class _Take:
    def __init__(self, function: Function, program: Program, owners: Owners) -> None:
        self.program = program
        self.owners = owners
        self.order = reverse_postorder(function)
        self.constants = {
            op.result: op.imm[0] for block in self.order for op in block.ops if op.kind.name == "const" and op.result is not None
        }
        self.reads = {
            op.result: op for block in self.order for op in block.ops if op.kind.name in ("place.get", "cell.get") and op.result is not None
        }
        self.uses: dict[Value, int] = {}
        self.consumed: set[Value] = set()
        self.put: set[Value] = set()
        for block in self.order:
            for op in block.ops:
                for index, arg in enumerate(op.args):
                    self.uses[arg] = self.uses.get(arg, 0) + 1
                    if owners.tracked(arg.type) and consumes(op, index, program):
                        self.consumed.add(arg)
                if op.kind.name in PAIRS.values():
                    self.put.add(op.args[0])

    def may_take(self, block: Block, at: int, op: Op, put: str) -> bool:
        """Tell whether the read ``op`` may leave a hole."""
        base = op.args[0]
        if op.result is None or not self.owners.tracked(op.result.type) or op.result not in self.consumed:
            return False
        if (base not in self.put and op.kind.name != "record.get") or not self.owners.owned(base):
            return False
        ends = self._next_uses(block, at + 1, base, op, put)
        return ends is not None and all(self._next_uses(where, index + 1, base, None, "") == [] for where, index in ends)

    def place_of(self, op: Op) -> Op | None:
        """Return the read of a place or cell that a record's field is read from, None where it is something else."""
        return self.reads.get(op.args[0])

    def may_take_in_place(self, block: Block, at: int, op: Op, outer: Op) -> bool:
        """Tell whether a field of a record in a place may be moved out: ``self.items = changed(self.items)``.

        Until it is put back, on every way and at once, nothing may fail or look at the place.
        """
        if op.kind.name != "record.get" or self.uses[op.args[0]] != 1 or op.result not in self.consumed:
            return False
        if op.result is None or not self.owners.tracked(op.result.type) or not self._still_holds(block, at, outer):
            return False
        seen: set[Block] = set()
        work = [(block, at + 1)]
        while work:
            where, start = work.pop()
            state = self._until_put(where, start, op, outer)
            if state is None:
                return False
            if not state:
                for target in targets(where):
                    if target not in seen:
                        seen.add(target)
                        work.append((target, 0))
                if not targets(where) or len(seen) > 50:
                    return False
        return True

    def _still_holds(self, block: Block, at: int, outer: Op) -> bool:
        """Tell whether the place certainly holds at ``at`` what ``outer`` read: both stand together, nothing touches it between."""
        for before in reversed(block.ops[:at]):
            if before is outer:
                return True
            if before.kind.effect == CALL or before.kind.name.startswith(("place.", "cell.")):
                return False
        return False

    def _until_put(self, block: Block, start: int, op: Op, outer: Op) -> bool | None:
        """Tell whether the block puts the field back (True), goes on (False), or does what it must not do (None)."""
        name = outer.kind.name.split(".")[0]
        for index in range(start, len(block.ops)):
            at = block.ops[index]
            if at.kind.name == f"{name}.mut" and at.args == outer.args:
                put = block.ops[index + 1]
                good = put.kind.name == "record.put" and put.args[0] is at.result and put.imm[0] == op.imm[0]
                return True if good else None
            if at.kind.effect in (TRAP, CALL) or at.kind.name.startswith(("place.", "cell.")) or at.result is op.result:
                return None
        return False

    def _next_uses(self, block: Block, at: int, base: Value, read: Op | None, put: str) -> list[tuple[Block, int]] | None:
        """Walk on from a point to the next uses of ``base``; None where one of them does not put back what ``read`` took."""
        ends: list[tuple[Block, int]] = []
        seen: set[Block] = set()
        work = [(block, at)]
        budget = BUDGET
        while work:
            where, start = work.pop()
            stopped = False
            for index in range(start, len(where.ops)):
                op = where.ops[index]
                budget -= 1
                if op.result is base:
                    stopped = True  # around a loop: from here on it is another value
                    break
                if not any(self.owners.root(arg) is base for arg in op.args) or self._is_harmless(op, base, read):
                    continue
                if read is None or op.kind.name != put or op.args[0] is not base or not self._same_place(read, op):
                    return None
                if any(self.owners.root(arg) is base for arg in op.args[1:]):
                    return None
                ends.append((where, index))
                stopped = True
                break
            if budget < 0:
                return None
            ways = targets(where) if not stopped else (where.handler,) if where.handler is not None else ()
            for target in ways:
                if target not in seen and base not in target.params:
                    seen.add(target)
                    work.append((target, 0))
        return ends

    def _is_harmless(self, op: Op, base: Value, read: Op | None) -> bool:
        """Tell whether a use of ``base`` does not look at what ``read`` took."""
        if read is None or op.args[0] is not base or any(self.owners.root(arg) is base for arg in op.args[1:]):
            return False
        name = op.kind.name
        if name in ("record.get", "record.take"):
            return read.kind.name.startswith("record.") and op.imm[0] != read.imm[0]
        return name in HARMLESS

    def _same_place(self, read: Op, put: Op) -> bool:
        if read.kind.name == "record.get":
            return bool(read.imm[0] == put.imm[0])
        a, b = read.args[1], put.args[1]
        return a is b or (a in self.constants and b in self.constants and self.constants[a] == self.constants[b])
