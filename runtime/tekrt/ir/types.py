"""Types of the IR: plain nested tuples, so that they compare, hash and marshal as they are.

``("Int",)``, ``("List", t)``, ``("Map", k, v)``, ``("Set", t)``, ``("Tuple", a, b, …)``, ``("Record", name, args)``,
``("Enum", name, args)`` (``Option`` and ``Result`` are enums called ``Option`` and ``Result``), ``("Fn", params, result)``,
``("Param", name)`` (a type parameter of the function at hand), ``("Type",)`` (a type handed over at run time),
``("Cell", t)`` for cells, ``("Place",)`` and ``("Key",)`` for the container and the key of a place, ``("Permit",)`` for what
``only.mark`` gives.  ``name`` is the qualified name, ``module.Name``; names of the prelude have no module.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    IrType: TypeAlias = tuple[Any, ...]

UNIT: IrType = ("Unit",)
NEVER: IrType = ("Never",)
BOOL: IrType = ("Bool",)
INT: IrType = ("Int",)
FLOAT: IrType = ("Float",)
STR: IrType = ("Str",)
BYTES: IrType = ("Bytes",)
DURATION: IrType = ("Duration",)
SIZE: IrType = ("Size",)
INSTANT: IrType = ("Instant",)
PATH: IrType = ("Path",)
REGEX: IrType = ("Regex",)
COMMAND: IrType = ("Command",)
SECRET: IrType = ("Secret",)
TYPE: IrType = ("Type",)
PLACE: IrType = ("Place",)
PERMIT: IrType = ("Permit",)
KEY: IrType = ("Key",)
ERROR: IrType = ("Record", "Error", ())

SCALARS = frozenset(
    ["Unit", "Never", "Bool", "Int", "Float", "Str", "Bytes", "Duration", "Size", "Instant", "Path", "Regex", "Command",
     "Secret", "Type", "Place", "Key", "Permit"]
)  # fmt: skip
"""Types whose values own nothing that could be updated in place."""

COUNTED = frozenset(["List", "Map", "Set", "Record", "Fn", "Cell"])
"""Types whose values carry a count of their holders.  All but ``Fn`` (a closure: at zero it drops what it captured) and
``Cell`` are updated in place when it is one."""


def option(inner: IrType) -> IrType:
    """Return ``T?`` for ``inner``."""
    return ("Enum", "Option", (inner,))


def result(ok: IrType, err: IrType) -> IrType:
    """Return ``Result[ok, err]``."""
    return ("Enum", "Result", (ok, err))


def show(t: IrType) -> str:
    """Return the type as Tek writes it."""
    head = t[0]
    if head == "List":
        return f"List[{show(t[1])}]"
    if head == "Set":
        return f"Set[{show(t[1])}]"
    if head == "Map":
        return f"Map[{show(t[1])}, {show(t[2])}]"
    if head == "Tuple":
        return "(" + ", ".join(show(x) for x in t[1:]) + ")"
    if head in ("Record", "Enum"):
        if t[1] == "Option":
            return show(t[2][0]) + "?"
        return str(t[1]) + (("[" + ", ".join(show(x) for x in t[2]) + "]") if t[2] else "")
    if head == "Fn":
        return "fn(" + ", ".join(show(x) for x in t[1]) + ") -> " + show(t[2])
    if head == "Param":
        return str(t[1])
    return str(head)
