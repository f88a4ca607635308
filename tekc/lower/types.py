"""Types of the checker as types of the IR, and which type parameters exist at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check.defs import EnumDef, RecordDef
from tekc.check.types import Con, Fn, Param, Tuple, Type, prune
from tekrt.ir.types import NEVER, UNIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tekrt.ir.types import IrType

RUNTIME_BOUNDS = frozenset(["Data", "Num"])
"""A type parameter with one of these bounds is handed over at run time."""


PLAIN_TYPES = frozenset(["Int", "Float", "Bool", "Str", "Bytes", "Duration", "Size", "Instant", "Path"])
"""Types for which generic functions are lowered once more: nothing has to be counted then, and arithmetic is direct."""

Instance = tuple["IrType | None", ...]
"""How a function's type parameters are fixed in an instance of it; None where one stays open."""


def is_handed_over(param: Param) -> bool:
    """Tell whether a type parameter exists at run time."""
    return not RUNTIME_BOUNDS.isdisjoint(param.bounds)


class IrTypes:
    """Converts types, each once; ``found`` is called with every record and enum that is met for the first time."""

    def __init__(self, found: Callable[[RecordDef | EnumDef], None]) -> None:
        self._found = found
        self._known: dict[Type, IrType] = {}
        self._seen: set[RecordDef | EnumDef] = set()

    def __call__(self, t: Type) -> IrType:
        """Return the IR's type for a checker's type; what inference left open (an empty list nobody uses) is ``Unit``."""
        known = self._known.get(t)
        if known is None:
            known = self._known[t] = self._convert(prune(t))
        return known

    def _convert(self, t: Type) -> IrType:
        if isinstance(t, Con):
            head = t.head
            if isinstance(head, RecordDef | EnumDef):
                if head not in self._seen:
                    self._seen.add(head)
                    self._found(head)
                kind = "Record" if isinstance(head, RecordDef) else "Enum"
                return (kind, head.qualified, tuple([self(x) for x in t.args]))
            return (head.name, *[self(x) for x in t.args])
        if isinstance(t, Tuple):
            return ("Tuple", *[self(x) for x in t.items])
        if isinstance(t, Fn):
            return ("Fn", tuple([self(x) for x in t.params]), self(t.result))
        if isinstance(t, Param):
            return ("Param", t.name)
        return NEVER if t.__class__.__name__ == "NeverType" else UNIT


def parameters_in(t: IrType) -> tuple[str, ...]:
    """Return the names of the type parameters in a type, each once, in order."""
    names: list[str] = []
    work: list[object] = [t]
    while work:
        part = work.pop()
        if not isinstance(part, tuple):
            continue
        if len(part) == 2 and part[0] == "Param":
            if part[1] not in names:
                names.append(part[1])
        else:
            work.extend(reversed(part))
    return tuple(names)
