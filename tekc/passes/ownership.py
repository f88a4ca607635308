"""Makes ownership explicit: the last use of an owned value moves it, other giving uses get a ``dup``, what nobody gives up a ``drop``.

First the modes of parameters are found (borrowed where a function only reads them), for the whole program at once.  Then,
function by function: reads whose result is only looked at become borrows (``list.get`` → ``list.peek``), fields that are taken
out and put back are moved (``tekc.passes.take``), and liveness, extended by what is borrowed, decides between moves, dups and drops.
A value that a handler needs stays alive through all blocks whose failures go there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.passes.peek import peek
from tekc.passes.slots import give_up_slots
from tekc.passes.take import take
from tekrt.ir import Block, Op, Value
from tekrt.ir.build import successors
from tekrt.ir.flow import predecessors, reverse_postorder
from tekrt.ir.ops import CALL, OPS, TRAP
from tekrt.ir.owning import Owners, Tracked, consumes

if TYPE_CHECKING:
    from typing import Any

    from tekrt.ir import Function, Program

DUP, DROP = OPS["dup"], OPS["drop"]
FAILING = frozenset([TRAP, CALL])
FAILS = frozenset(["fail", "fail.again", "fail.kind", "assert.fail", "unreachable"])


def run(program: Program) -> None:
    """Insert the ownership ops into all functions of a program that has none yet."""
    find_modes(program)
    tracked = Tracked(program)
    for function in program.functions.values():
        own(function, program, tracked)


def own(function: Function, program: Program, tracked: Tracked) -> None:
    """Insert the ownership ops into one function, whose modes (and those of all that it calls) are known."""
    owners = Owners(function, tracked)
    take(function, program, owners)
    peek(function, program, owners)
    give_up_slots(function, tracked)
    _Insert(function, program, owners).run()


# --------------------------------------------------------------------------------------------------------------- modes


def find_modes(program: Program) -> None:
    """Find for each parameter whether the function gives it up: then it is owned, else borrowed.

    Functions of closures have fixed modes (the closure's protocol), tasks own theirs, defaults borrow theirs: they keep what
    lowering gave them.
    """
    tracked = Tracked(program)
    fixed = _fixed(program)
    flows: dict[tuple[str, int], list[tuple[str, int]]] = {}
    work: list[tuple[str, int]] = []
    for name, function in program.functions.items():
        for index, mode in enumerate(function.modes):
            if mode == "o":
                work.append((name, index))
        position = {param: i for i, param in enumerate(function.params) if tracked(param.type)}
        for block in function.blocks:
            for op in block.ops:
                for i, arg in enumerate(op.args):
                    mine = position.get(arg)
                    if mine is None or name in fixed:
                        continue
                    if op.kind.name == "call":
                        flows.setdefault((op.imm[0], i), []).append((name, mine))
                    elif op.kind.consumes(i):
                        work.append((name, mine))
        if name not in fixed:
            _fields_changed(name, function, position, work, flows)
    owned: set[tuple[str, int]] = set()
    while work:
        item = work.pop()
        if item not in owned:
            owned.add(item)
            work.extend(flows.get(item, ()))
    for name, function in program.functions.items():
        function.modes = "".join(["o" if (name, i) in owned else "b" for i in range(len(function.params))])


CHANGERS = frozenset(
    ["list.push", "list.concat", "list.set", "list.own", "map.set", "map.own", "set.own", "record.set", "record.own", "jump"]
)  # fmt: skip
"""Ops for which it pays to be the only holder of what they consume."""


def _fields_changed(
    name: str, function: Function, position: dict[Value, int], work: list[tuple[str, int]],
    flows: dict[tuple[str, int], list[tuple[str, int]]],
) -> None:  # fmt: skip
    """Find record parameters with a field that the function changes: owning the record lets it move the field out."""
    fields = {
        op.result: position[op.args[0]]
        for block in function.blocks
        for op in block.ops
        if op.kind.name == "record.get" and op.args[0] in position and op.result is not None
    }
    if not fields:
        return
    for block in function.blocks:
        for op in block.ops:
            for i, arg in enumerate(op.args):
                mine = fields.get(arg)
                if mine is None:
                    continue
                if op.kind.name == "call":
                    flows.setdefault((op.imm[0], i), []).append((name, mine))
                elif op.kind.name in CHANGERS and op.kind.consumes(i):
                    work.append((name, mine))


def _fixed(program: Program) -> set[str]:
    """Return the functions whose modes are a protocol: those of closures, defaults, and all that the run time starts."""
    names = {task.function for task in program.tasks.values()}
    names |= {word for task in program.tasks.values() for word in _words(task.clauses)}
    names |= {param.default for task in program.tasks.values() for param in task.params if param.default is not None}
    fields = [field for record in program.records.values() for field in record.fields]
    fields += [field for enum in program.enums.values() for _, payload in enum.variants for field in payload]
    names |= {field.default for field in fields if field.default is not None}
    for function in program.functions.values():
        for block in function.blocks:
            names |= {op.imm[0] for op in block.ops if op.kind.name == "closure.new"}
    return names


def _words(clauses: dict[str, Any]) -> set[str]:
    """Return the functions that clauses name: their operands that are texts, among which are words that no function has."""
    return {item for value in clauses.values() for item in (value if isinstance(value, tuple) else (value,)) if isinstance(item, str)}


# ------------------------------------------------------------------------------------------------------------ insertion


class _Insert:
    """Inserts dups and drops into a function."""

    def __init__(self, function: Function, program: Program, owners: Owners) -> None:
        self.function = function
        self.program = program
        self.owners = owners
        self.order = reverse_postorder(function)
        self.live_in: dict[Block, set[Value]] = {}
        self.given_up_first: dict[Block, set[Value]] = {}  # what comes into a block only to be dropped
        self.next_value = 1 + max(
            [v.id for v in function.params]
            + [v.id for b in function.blocks for v in b.params]
            + [op.result.id for b in function.blocks for op in b.ops if op.result is not None],
            default=0,
        )
        self.next_block = 1 + max(b.id for b in function.blocks)

    def run(self) -> None:
        """Do it."""
        if not self._anything():
            return
        self._liveness()
        for block in self.order:
            self._block(block)
        self._entries()
        self._edges()
        self._handlers()

    def _anything(self) -> bool:
        """Tell whether any value of the function is counted at all."""
        tracked = self.owners.tracked
        if any(tracked(p.type) for p in self.function.params):
            return True
        for block in self.function.blocks:
            if any(tracked(p.type) for p in block.params):
                return True
            if any(op.result is not None and tracked(op.result.type) for op in block.ops):
                return True
        return False

    # ------------------------------------------------------------------------------------------------- liveness

    def _liveness(self) -> None:
        """Find which owned values are used (themselves, or through borrows) behind the start of each block."""
        root = self.owners.root
        used: dict[Block, set[Value]] = {}
        made: dict[Block, set[Value]] = {}
        for block in self.order:
            uses: set[Value] = set()
            defs: set[Value] = set(block.params)
            for op in block.ops:
                for arg in op.args:
                    at = root(arg)
                    if at is not None and at not in defs:
                        uses.add(at)
                if op.result is not None:
                    defs.add(op.result)
            used[block] = uses
            made[block] = defs
            self.live_in[block] = uses
        preds = predecessors(self.function)
        waiting = dict.fromkeys(reversed(self.order))
        while waiting:
            block = next(iter(waiting))
            del waiting[block]
            live = used[block] | (self.live_out(block) - made[block])
            if live != self.live_in[block]:
                self.live_in[block] = live
                for pred in preds[block]:
                    if pred in self.live_in:
                        waiting[pred] = None

    def live_out(self, block: Block) -> set[Value]:
        """Return the owned values that are used behind a block, or in its handler."""
        live: set[Value] = set()
        for target in successors(block):
            live |= self.live_in[target]
        if block.handler is not None:
            live |= self.live_in[block.handler] - set(block.handler.params)
        return live

    # ------------------------------------------------------------------------------------------------- one block

    def _block(self, block: Block) -> None:
        live = self.live_out(block)
        after: list[Op] = []  # the new ops, last first
        end = block.ops[-1]
        if end.kind.name in ("jump", "return"):
            # What only the handler needs is given up here: nothing fails any more.
            before = live
            live = set(self.live_in[end.imm[0]]) if end.kind.name == "jump" else set()
            self._op(end, live, after)
            for value in _ordered(before - live):
                after.append(self._drop(value, end))
            live |= before
        else:
            self._op(end, live, after)
        for op in reversed(block.ops[:-1]):
            self._op(op, live, after)
        after.reverse()
        block.ops = after
        drops = [self._drop(p, after[0]) for p in block.params if self.owners.owned(p) and p not in live]
        if drops:
            at = _beginning(block)
            after[at:at] = drops

    def _op(self, op: Op, live: set[Value], after: list[Op]) -> None:
        """Rewrite one op, given what is live behind it; ``live`` becomes what is live before it."""
        owners = self.owners
        result = op.result
        if result is not None and owners.owned(result):
            if result in live:
                live.discard(result)
            else:
                after.append(self._drop(result, op))
        borrowed: set[Value] = set()
        given: list[int] = []
        for index, arg in enumerate(op.args):
            if owners.tracked(arg.type) and consumes(op, index, self.program):
                given.append(index)
                continue
            root = owners.root(arg)
            if root is not None:
                borrowed.add(root)
        if op.kind.name not in FAILS:
            after.extend([self._drop(value, op) for value in _ordered(borrowed - live)])
        live |= borrowed
        after.append(op)
        if given:
            self._give(op, given, live, after)

    def _give(self, op: Op, given: list[int], live: set[Value], after: list[Op]) -> None:
        """Move or duplicate the operands that an op consumes."""
        dups: list[Op] = []
        ends: set[Value] = set()
        for index in given:
            arg = op.args[index]
            if self.owners.borrowed(arg):
                op.args[index] = self._dup(arg, op, dups)
                root = self.owners.root(arg)
                if root is not None and root not in live:
                    ends.add(root)
            elif arg in live:
                op.args[index] = self._dup(arg, op, dups)
            else:
                live.add(arg)
        for value in _ordered(ends - live):
            dups.append(self._drop(value, op))
        live |= ends
        after.extend(reversed(dups))

    def _dup(self, value: Value, op: Op, dups: list[Op]) -> Value:
        made = Value(self.next_value, value.type, value.hint)
        self.next_value += 1
        dups.append(Op(DUP, [value], (), made, op.line, op.column))
        return made

    def _drop(self, value: Value, op: Op) -> Op:
        return Op(DROP, [value], (), None, op.line, op.column)

    # ------------------------------------------------------------------------------------------------- edges

    def _entries(self) -> None:
        """Give up parameters that the function owns and never uses."""
        entry = self.function.blocks[0]
        unused = [p for p in self.function.params if self.owners.owned(p) and p not in self.live_in[entry]]
        if unused:
            entry.ops[0:0] = [self._drop(p, entry.ops[0]) for p in unused]

    def _edges(self) -> None:
        """Give up, on each way of a branch, what only the other ways use."""
        preds = predecessors(self.function)
        for block in self.order:
            ways = successors(block)
            if len(ways) < 2:
                continue
            live = self.live_out(block)
            for target in dict.fromkeys(ways):
                over = _ordered(live - self.live_in[target])
                if not over:
                    continue
                if len(preds[target]) > 1:
                    target = self._split(block, target)
                target.ops[0:0] = [self._drop(value, target.ops[0]) for value in over]
                self.given_up_first.setdefault(target, set()).update(over)

    def _split(self, block: Block, target: Block) -> Block:
        """Put a block between two."""
        middle = Block(self.next_block, [], block.handler)
        self.next_block += 1
        end = block.ops[-1]
        middle.ops.append(Op(OPS["jump"], [], (target,), None, end.line, end.column))
        self.function.blocks.append(middle)
        if end.kind.name == "branch":
            end.imm = tuple([middle if x is target else x for x in end.imm])
        else:
            end.imm = (tuple([middle if x is target else x for x in end.imm[0]]), middle if end.imm[1] is target else end.imm[1])
        return middle

    def _handlers(self) -> None:
        """Give up, where a failure arrives, what was owned whenever something failed but is not used there."""
        owned_through: dict[Block, set[Value]] = {}
        for block in self.order:
            handler = block.handler
            if handler is None:
                continue
            kept = self.live_in[block] | self.given_up_first.get(block, set())
            gone: set[Value] = set()
            for op in block.ops:
                gone.update([a for i, a in enumerate(op.args) if consumes(op, i, self.program)])
                if op.kind.effect in FAILING:
                    kept -= gone
            owned_through[handler] = owned_through[handler] & kept if handler in owned_through else kept
        for handler, kept in owned_through.items():
            over = _ordered(kept - self.live_in[handler])
            if over:
                at = _beginning(handler)
                handler.ops[at:at] = [self._drop(value, handler.ops[0]) for value in over]


def _beginning(block: Block) -> int:
    """Return where ops may be put in a block that may be a handler: what marks it as one stays first."""
    at = 0
    while block.ops[at].kind.name in ("region.enter", "only.leave"):
        at += 1
    return at


def _ordered(values: set[Value]) -> list[Value]:
    return sorted(values, key=_id)


def _id(value: Value) -> int:
    return value.id
