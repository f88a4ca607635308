"""Variables in SSA form: which value a variable has at a point, and the block parameters that this takes.

After Braun and others, "Simple and Efficient Construction of Static Single Assignment Form": a read walks up to the last
write; where paths meet, a block parameter stands for the variable until the end, when all ways into the block are known and
parameters that turn out to be one value are taken out again.  Walks are loops, so no depth of source is too much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir import Op, Value
from tekrt.ir.flow import find
from tekrt.ir.ops import OPS

if TYPE_CHECKING:
    from collections.abc import Hashable

    from tekrt.ir import Block
    from tekrt.ir.build import Builder
    from tekrt.ir.types import IrType


class Variables:
    """The variables of one function under construction."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._defs: dict[int, dict[Hashable, Value]] = {}
        self._preds: dict[int, list[Block]] = {}
        self._merges: set[int] = set()
        self._phis: list[tuple[Block, Hashable, Value, IrType]] = []
        self._log: list[Hashable] = []  # the variables in the order in which they were written
        self._begun: dict[int, tuple[Block, int]] = {}
        self._above: dict[int, tuple[Block, frozenset[Hashable]]] = {}

    def merge(self, block: Block, here: Block | None = None) -> None:
        """Declare that several jumps may lead to ``block``, all of them from code that follows ``here``, if that is given."""
        self._merges.add(block.id)
        if here is not None:
            self._begun[block.id] = (here, len(self._log))

    def complete(self, block: Block) -> None:
        """Declare that all jumps to ``block`` are there: what was not written on the way here has the value from before."""
        begun = self._begun.pop(block.id, None)
        if begun is not None:
            above, at = begun
            self._above[block.id] = (above, frozenset(self._log[at:]))

    def edge(self, source: Block, target: Block) -> None:
        """Record a way from one block to another."""
        self._preds.setdefault(target.id, []).append(source)

    def reached(self, block: Block) -> bool:
        """Tell whether any way leads to ``block`` so far."""
        return block.id in self._preds

    def write(self, key: Hashable, block: Block, value: Value) -> None:
        """Give a variable a value at the end of ``block`` as it stands."""
        self._log.append(key)
        self._keep(key, block, value)

    def _keep(self, key: Hashable, block: Block, value: Value) -> None:
        defs = self._defs.get(block.id)
        if defs is None:
            self._defs[block.id] = {key: value}
        else:
            defs[key] = value

    def read(self, key: Hashable, block: Block, type: IrType) -> Value:
        """Return the value of a variable at the end of ``block`` as it stands."""
        at = block
        while True:
            defs = self._defs.get(at.id)
            if defs is not None and key in defs:
                value = defs[key]
                break
            if at.id in self._merges:
                above = self._above.get(at.id)
                if above is None or key in above[1]:
                    value = self._phi(key, at, type)
                    break
                at = above[0]
                continue
            preds = self._preds.get(at.id)
            if not preds:
                value = self._nothing(at, type)
                break
            at = preds[0]
        if at is not block:
            self._keep(key, block, value)
        return value

    def _phi(self, key: Hashable, block: Block, type: IrType) -> Value:
        value = self._builder.value(type, getattr(key, "name", ""))
        block.params.append(value)
        self._keep(key, block, value)
        self._phis.append((block, key, value, type))
        return value

    def _nothing(self, block: Block, type: IrType) -> Value:
        """Return a value for a read in code that is never reached."""
        value = self._builder.value(type)
        block.ops.insert(0, Op(OPS["const"], [], (None,), value, self._builder.line, 0))
        return value

    def finish(self) -> None:
        """Fill in what the block parameters get along every way, then take out those that are only one value."""
        done = 0
        while done < len(self._phis):
            block, key, _, type = self._phis[done]
            done += 1
            for pred in self._preds.get(block.id, ()):
                pred.ops[-1].args.append(self.read(key, pred, type))
        self._simplify()

    def _simplify(self) -> None:
        where: dict[Value, tuple[Block, int]] = {}
        for block, _, value, _ in self._phis:
            where[value] = (block, block.params.index(value))
        users: dict[Value, list[Value]] = {}
        operands: dict[Value, list[Value]] = {}
        for value, (block, index) in where.items():
            operands[value] = [pred.ops[-1].args[index] for pred in self._preds.get(block.id, ())]
            for operand in operands[value]:
                users.setdefault(operand, []).append(value)
        replaced: dict[Value, Value] = {}
        work = list(where)
        while work:
            value = work.pop()
            if value in replaced:
                continue
            different = {find(replaced, x) for x in operands[value]}
            different.discard(value)
            if len(different) == 1:
                only = different.pop()
                replaced[value] = only
                more = users.get(value, [])
                users.setdefault(only, []).extend(more)
                work.extend(more)
        if replaced:
            self._rewrite(replaced)

    def _rewrite(self, replaced: dict[Value, Value]) -> None:
        for block in self._builder.function.blocks:
            gone = [i for i, param in enumerate(block.params) if param in replaced]
            if gone:
                for pred in self._preds.get(block.id, ()):
                    args = pred.ops[-1].args
                    for i in reversed(gone):
                        del args[i]
                for i in reversed(gone):
                    del block.params[i]
        for block in self._builder.function.blocks:
            for op in block.ops:
                args = op.args
                for i, arg in enumerate(args):
                    if arg in replaced:
                        args[i] = find(replaced, arg)

