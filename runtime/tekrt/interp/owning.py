"""What a static type says about counting its values."""

from __future__ import annotations

from tekrt.ir.types import SCALARS
from tekrt.values.types import known_enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.ir import EnumInfo, Program
    from tekrt.ir.types import IrType

NOTHING, OBJECT, RECORD, ANY, CELL = "nothing", "object", "record", "any", "cell"
"""How a value is held: not counted; by ``.rc``; by ``[0]``; whatever its run-time type says; a cell, which has one holder."""

_OBJECTS = frozenset(["List", "Map", "Set", "Fn"])
_PLAIN = SCALARS | {"Key", "Permit"}


class Owning:
    """Answers, per static type, how its values are counted."""

    def __init__(self, program: Program) -> None:
        self._enums = program.enums
        self._known: dict[IrType, str] = {}
        self._recursive: dict[str, bool] = {}

    def kind(self, t: IrType) -> str:
        """Return how values of a type are counted."""
        known = self._known.get(t)
        if known is None:
            known = self._known[t] = self._find(t)
        return known

    def counts(self, t: IrType) -> bool:
        """Tell whether holding a value of this type once more must be counted at all."""
        return self.kind(t) != NOTHING

    def _find(self, t: IrType) -> str:
        head = t[0]
        if head in _PLAIN:
            return NOTHING
        if head in _OBJECTS:
            return OBJECT
        if head == "Record":
            return RECORD
        if head == "Cell":
            return CELL
        if head == "Param":
            return ANY
        if head == "Tuple":
            return ANY if any(self.kind(part) != NOTHING for part in t[1:]) else NOTHING
        return self._enum(t)

    def _enum(self, t: IrType) -> str:
        if self.recursive(t[1]):
            return NOTHING
        if any(self.kind(arg) != NOTHING for arg in t[2]):
            return ANY
        return (
            ANY if any(self.kind(part) not in (NOTHING,) and part[0] != "Param" for part in self._parts(t[1])) else NOTHING
        )

    def _parts(self, name: str) -> list[IrType]:
        info: EnumInfo | None = self._enums.get(name)
        if info is not None:
            return [field.type for _, fields in info.variants for field in fields]
        known = known_enum(name)
        return [part for variant in known.variants for part in variant.types] if known is not None else []

    def recursive(self, name: str) -> bool:
        """Tell whether a value of this enum may hold another one through variants and tuples alone."""
        known = self._recursive.get(name)
        if known is None:
            known = self._recursive[name] = self._reaches(name)
        return known

    def _reaches(self, name: str) -> bool:
        todo = self._parts(name)
        seen = {name}
        while todo:
            t = todo.pop()
            if t[0] == "Tuple":
                todo.extend(t[1:])
            elif t[0] == "Enum":
                if t[1] == name:
                    return True
                todo.extend(t[2])
                if t[1] not in seen:
                    seen.add(t[1])
                    todo.extend(self._parts(t[1]))
        return False
