"""Reads whose result is only looked at become borrows: ``list.get`` → ``list.peek``, ``cell.get`` → ``cell.peek``.

A borrow keeps what it comes from alive, so it must not span a use that gives that away (which would then have to copy), nor
a change of it in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir.build import successors
from tekrt.ir.flow import predecessors, reverse_postorder
from tekrt.ir.ops import OPS
from tekrt.ir.owning import consumes

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from tekrt.ir import Block, Function, Op, Program, Value
    from tekrt.ir.owning import Owners

BORROWING = {
    "list.get": "list.peek", "list.at": "list.at_peek", "map.get": "map.peek", "record.get": "record.peek",
    "tuple.get": "tuple.peek", "enum.get": "enum.peek", "const.global": "const.peek", "slot.get": "slot.peek",
    "cell.get": "cell.peek", "place.get": "place.peek",
}  # fmt: skip
"""Ops that make a holder of something, and the same as a borrow."""

IN_PLACE = frozenset(
    ["list.put", "list.append", "list.extend", "map.put", "set.put", "record.put", "list.mut", "map.mut", "map.mut_or",
     "record.mut", "cell.set", "cell.mut", "list.take", "map.take", "record.take"]
)  # fmt: skip
"""Ops that change what their first operand is (or make it ready for that)."""

TAKES = frozenset(["list.take", "map.take", "record.take"])
"""Ops that move something out of their first operand, which has to be owned for that."""

SLOT_CHANGES = frozenset(["slot.set", "slot.take", "slot.mut", "slot.clear"])
OUTSIDE = "outside"
"""Stands for all that is changed through slots and places."""

BUDGET = 3_000
"""How many ops a borrow may span before it is not worth finding out."""


def peek(function: Function, program: Program, owners: Owners) -> None:
    """Turn reads into borrows in a function, from the last to the first, so that borrows of borrows are known."""
    order = reverse_postorder(function)
    if any(op.kind.name in BORROWING for block in order for op in block.ops):
        _Peek(function, program, owners, order).run()


class _Peek:
    def __init__(self, function: Function, program: Program, owners: Owners, order: list[Block]) -> None:
        self.program = program
        self.owners = owners
        self.order = order
        self.preds = predecessors(function)
        self.uses: dict[Value, list[tuple[Block, int, int]]] = {}
        for block in order:
            for at, op in enumerate(block.ops):
                for index, arg in enumerate(op.args):
                    self.uses.setdefault(arg, []).append((block, at, index))
        self.written: set[Value] = {
            op.result
            for block in order
            for op in block.ops
            if op.result is not None and op.kind.name.endswith((".own", ".mut", ".mut_or"))
        }
        self._changes: dict[Op, frozenset[Hashable]] = {}

    def run(self) -> None:
        """Do it."""
        for block in reversed(self.order):
            for at in range(len(block.ops) - 1, -1, -1):
                op = block.ops[at]
                kind = BORROWING.get(op.kind.name)
                if kind is None or op.result is None or not self.owners.tracked(op.result.type):
                    continue
                uses = self.extent(op.result)
                if uses and self.holds(block, at, uses, self.sources(op)):
                    op.kind = OPS[kind]
                    self.owners.borrow(op)

    def extent(self, value: Value) -> list[tuple[Block, int]]:
        """Return all uses of a value and of what is borrowed from it; none where something takes it for good."""
        found: list[tuple[Block, int]] = []
        work = [value]
        while work:
            for block, at, index in self.uses.get(work.pop(), ()):
                op = block.ops[at]
                if consumes(op, index, self.program) or (index == 0 and op.kind.name in TAKES):
                    if op.args[index] is value:
                        return []
                    found.append((block, at))  # a borrow of it is copied there
                    continue
                found.append((block, at))
                if index == 0 and op.result is not None and self.owners.borrowed(op.result):
                    work.append(op.result)
        return found

    def sources(self, op: Op) -> frozenset[Hashable]:
        """Return what a borrow would come from: an owned value, a slot, or something outside."""
        name = op.kind.name
        if name == "slot.get":
            return frozenset([("slot", op.imm[0]), OUTSIDE])
        if name == "place.get":
            return frozenset([OUTSIDE])
        if name == "const.global":
            return frozenset()
        at = op.args[0]
        root = self.owners.root(at)
        if root is not None:
            return frozenset([root])
        slot = self.slot_below(at)
        return frozenset([("slot", slot), OUTSIDE]) if slot is not None else frozenset([OUTSIDE])

    def slot_below(self, value: Value) -> int | None:
        """Return the slot that a borrowed value was read from, if that can be told."""
        op = self.definition(value)
        while op is not None and op.args and op.kind.name != "slot.peek":
            op = self.definition(op.args[0])
        return op.imm[0] if op is not None and op.kind.name in ("slot.peek", "slot.mut") else None

    def definition(self, value: Value) -> Op | None:
        """Return the op that defines a value, None for a parameter."""
        if not hasattr(self, "_definitions"):
            self._definitions = {op.result: op for block in self.order for op in block.ops if op.result is not None}
        return self._definitions.get(value)

    def holds(self, block: Block, at: int, uses: list[tuple[Block, int]], sources: frozenset[Hashable]) -> bool:
        """Tell whether nothing from the read at ``block.ops[at]`` to its last use changes or gives away its sources."""
        if not sources:
            return True
        for seen, op in enumerate(self.span(block, at, uses)):
            if seen > BUDGET or not sources.isdisjoint(self.changes(op)):
                return False
        return True

    def span(self, block: Block, at: int, uses: list[tuple[Block, int]]) -> Iterator[Op]:
        """Yield the ops behind a read up to the last ones that use it."""
        last: dict[Block, int] = {}
        enters: set[Block] = set()
        work: list[Block] = []
        for where, index in uses:
            last[where] = max(last.get(where, 0), index)
            if (where is not block or index <= at) and where not in enters:
                enters.add(where)
                work.append(where)
        while work:
            for pred in self.preds[work.pop()]:
                if pred is not block and pred not in enters:
                    enters.add(pred)
                    work.append(pred)
        leaves = _leaves(block, enters)
        yield from block.ops[at + 1 :] if leaves else block.ops[at + 1 : last.get(block, at) + 1]
        for other in enters:
            yield from other.ops if _leaves(other, enters) else other.ops[: last[other] + 1]

    def changes(self, op: Op) -> frozenset[Hashable]:
        """Return what an op changes in place or gives away."""
        known = self._changes.get(op)
        if known is None:
            known = self._changes[op] = frozenset(self._find_changes(op))
        return known

    def _find_changes(self, op: Op) -> Iterator[Hashable]:
        name = op.kind.name
        if name in SLOT_CHANGES:
            yield ("slot", op.imm[0])
        elif name in IN_PLACE:
            yield self.owners.root(op.args[0]) or OUTSIDE
        elif name in ("place.set", "place.mut"):
            yield OUTSIDE
            yield self.owners.root(op.args[0]) or OUTSIDE
        elif name in ("call", "call.host"):
            for arg in op.args:
                if arg.type[0] == "Place" or (name == "call.host" and arg in self.written):
                    yield self.owners.root(arg) or OUTSIDE
        for index, arg in enumerate(op.args):
            if self.owners.tracked(arg.type) and not self.owners.borrowed(arg) and consumes(op, index, self.program):
                yield arg


def _leaves(block: Block, enters: set[Block]) -> bool:
    """Tell whether a value is still needed behind a block, given the blocks that it is needed in from their start."""
    return any(target in enters for target in successors(block)) or (block.handler is not None and block.handler in enters)
