"""Decides where an update may hand a value out of its container to be changed in place: where a failure cannot leave it half changed.

A library function such as ``Map.update`` asks ``is_lendable`` whether it lends the value to the function that gives the new one.
That is only right for a function that cannot fail any more once it has begun to change what it got.  Calls with another
function, or with one that is not known, go to a copy of the library function that never lends.  (An overflow of ``+ - *`` does not
count as failing here: counters stand beside almost every list that grows, and hardly ever reach 2**63.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir.build import successors
from tekrt.ir.flow import reverse_postorder
from tekrt.ir.ops import CALL, OPS, TRAP
from tekrt.ir.owning import Tracked
from tekrt.ir.text import parse_function, show_function

if TYPE_CHECKING:
    from collections.abc import Callable

    from tekrt.ir import Block, Function, Op, Program

ASKS = "is_lendable"
"""The last word of the host functions that ask."""

DEEPEST = 20
"""How many calls deep it is looked whether a function can fail."""

OVERFLOWS = frozenset(["int.add", "int.sub", "int.mul", "int.neg", "num.add", "num.sub", "num.mul", "num.neg"])
"""Ops that fail only by overflow."""

CHANGES = frozenset(
    ["list.push", "list.concat", "list.set", "list.own", "map.set", "map.own", "set.own", "record.set", "record.own", "list.put",
     "list.append", "list.extend", "map.put", "set.put", "record.put", "list.mut", "map.mut", "map.mut_or", "record.mut", "cell.set",
     "cell.mut", "place.set", "place.mut", "slot.mut"]
)  # fmt: skip
"""Ops that may change a value in place."""


def run(program: Program) -> None:
    """Redirect calls whose function may fail too late."""
    lenders = {name for name, function in program.functions.items() if _asking(function)}
    if not lenders:
        return
    safe = _Safe(program)
    for function in list(program.functions.values()):
        made = {op.result: op for block in function.blocks for op in block.ops if op.kind.name == "closure.new"}
        for block in function.blocks:
            for op in block.ops:
                if op.kind.name == "call" and op.imm[0] in lenders:
                    closures = [made.get(arg) for arg in op.args if arg.type[0] == "Fn"]
                    if not all(at is not None and safe(at.imm[0]) for at in closures):
                        op.imm = (_cautious(program, op.imm[0]),)


def _asking(function: Function) -> list[Op]:
    return [
        op for block in function.blocks for op in block.ops
        if op.kind.name == "call.host" and op.imm[0].rpartition(".")[2] == ASKS
    ]  # fmt: skip


def _cautious(program: Program, name: str) -> str:
    """Return the name of the copy of a function that never lends."""
    copy = f"{name}.cautious"
    if copy not in program.functions:
        made = parse_function(show_function(program.functions[name]))
        made.name = copy
        for op in _asking(made):
            op.kind, op.args, op.imm = OPS["const"], [], (False,)
        program.functions[copy] = made
    return copy


class _Safe:
    """Tells whether a function, once it changed something in place, can fail no more."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.tracked = Tracked(program)
        self.known: dict[str, bool] = {}
        self.never: dict[str, bool] = {}
        self.depth = 0

    def __call__(self, name: str) -> bool:
        return self._look(name, self.known, self._find)

    def _look(self, name: str, known: dict[str, bool], find: Callable[[Function], bool]) -> bool:
        """Find out something about a function once; what is recursive, or calls too deep, is not looked at closer."""
        if name not in known:
            known[name] = False
            function = self.program.functions.get(name)
            if function is not None and self.depth < DEEPEST:
                self.depth += 1
                known[name] = find(function)
                self.depth -= 1
        return known[name]

    def _find(self, function: Function) -> bool:
        changed: set[Block] = set()  # blocks behind a change
        order = reverse_postorder(function)
        for _ in range(2):  # the second time around, loops are known
            for block in order:
                state = block in changed
                for op in block.ops:
                    if state and self._fails(op):
                        return False
                    kind = self._kind(op)
                    if kind == "unsafe":
                        return False
                    state = state or kind == "changes"
                if state:
                    changed.update(successors(block))
        return True

    def _fails(self, op: Op) -> bool:
        if op.kind.name == "call":
            return not self.never_fails(op.imm[0])
        return op.kind.effect in (TRAP, CALL) and op.kind.name not in OVERFLOWS

    def never_fails(self, name: str) -> bool:
        """Tell whether a function cannot fail at all."""
        return self._look(name, self.never, lambda function: not any(self._fails(op) for block in function.blocks for op in block.ops))

    def _kind(self, op: Op) -> str:
        name = op.kind.name
        if name in CHANGES:
            return "changes"
        if name == "call":
            if not any(self.tracked(arg.type) or arg.type[0] == "Place" for arg in op.args):
                return "plain"
            return "changes" if self(op.imm[0]) else "unsafe"
        if name in ("call.closure", "call.task"):
            return "unsafe" if any(self.tracked(arg.type) for arg in op.args[1:]) else "plain"
        return "plain"
