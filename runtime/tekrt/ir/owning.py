"""Who owns what: which values are counted, which uses give a value up, and what a borrow is borrowed from.

A value is *tracked* when its type may hold counted values.  It is *owned* where its definition made a holder (results of
most ops, block parameters, parameters of mode ``o``), else *borrowed*: it lives no longer than its *root*, the owned value at
the end of the chain of borrows, or something outside of SSA (a slot, a place, a parameter of mode ``b``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir.types import SCALARS

if TYPE_CHECKING:
    from tekrt.ir import EnumInfo, Function, Op, Program, Value
    from tekrt.ir.types import IrType

ALWAYS = frozenset(["List", "Map", "Set", "Record", "Fn", "Cell", "Param"])
"""Types that are tracked whatever they hold."""

PLACES = frozenset(["Place", "Key"])
"""Types of values that are always borrowed."""


class Tracked:
    """Tells whether values of a type are tracked, each type once."""

    def __init__(self, program: Program | None) -> None:
        self._enums: dict[str, EnumInfo] = program.enums if program is not None else {}
        self._known: dict[IrType, bool] = {}
        self._recursive: dict[str, bool] = {}

    def __call__(self, t: IrType) -> bool:
        """Tell whether values of type ``t`` may hold counted values (variants of recursive enums are never counted)."""
        known = self._known.get(t)
        if known is None:
            known = self._known[t] = self._find(t)
        return known

    def _find(self, t: IrType) -> bool:
        head = t[0]
        if head in ALWAYS:
            return True
        if head in SCALARS:
            return False
        if head == "Tuple":
            return any(self(x) for x in t[1:])
        if t[1] in ("Option", "Result"):
            return any(self(x) for x in t[2])
        enum = self._enums.get(t[1])
        if enum is None:
            return True
        if self.recursive(t[1]):
            return False
        return any(self(x) for x in t[2]) or any(self(f.type) for _, fields in enum.variants for f in fields)

    def recursive(self, name: str) -> bool:
        """Tell whether an enum's value can hold another one of it through variants and tuples alone."""
        known = self._recursive.get(name)
        if known is None:
            known = self._recursive[name] = self._reaches(name)
        return known

    def _reaches(self, name: str) -> bool:
        todo = [f.type for _, fields in self._enums[name].variants for f in fields]
        seen: set[str] = set()
        while todo:
            t = todo.pop()
            if t[0] == "Tuple":
                todo.extend(t[1:])
            elif t[0] == "Enum":
                if t[1] == name:
                    return True
                todo.extend(t[2])
                inner = self._enums.get(t[1])
                if inner is not None and t[1] not in seen:
                    seen.add(t[1])
                    todo.extend([f.type for _, fields in inner.variants for f in fields])
        return False


def consumes(op: Op, index: int, program: Program | None) -> bool:
    """Tell whether an op gives up its operand ``index``; for a call, the callee's modes say so."""
    if op.kind.name == "call":
        callee = program.functions.get(op.imm[0]) if program is not None else None
        return callee is not None and callee.modes[index] == "o"
    return op.kind.consumes(index)


class Owners:
    """For each value of a function: whether it is owned, and from which owned value a borrow comes."""

    def __init__(self, function: Function, tracked: Tracked) -> None:
        self.tracked = tracked
        self._base: dict[Value, Value | None] = {}
        self._borrowed: set[Value] = set()
        for param, mode in zip(function.params, function.modes, strict=True):
            if mode == "b" or param.type[0] in PLACES:
                self._borrowed.add(param)
                self._base[param] = None
        for block in function.blocks:
            for op in block.ops:
                if op.result is not None and (not op.kind.owned or op.result.type[0] in PLACES):
                    self.borrow(op)

    def borrow(self, op: Op) -> None:
        """Note that the result of an op is borrowed from its first operand (or from a slot, a constant)."""
        assert op.result is not None
        self._borrowed.add(op.result)
        self._base[op.result] = op.args[0] if op.args else None

    def owned(self, value: Value) -> bool:
        """Tell whether a value is tracked and owned."""
        return value not in self._borrowed and self.tracked(value.type)

    def borrowed(self, value: Value) -> bool:
        """Tell whether a value is borrowed from something."""
        return value in self._borrowed

    def root(self, value: Value) -> Value | None:
        """Return the owned value that must live as long as ``value`` is used (itself where it is owned), or None."""
        at: Value | None = value
        while at is not None and at in self._borrowed:
            at = self._base[at]
        return at if at is not None and self.tracked(at.type) else None
