"""Descriptions of record and enum types at run time, looked up process-wide by qualified name.

A record value is a Python list ``[count, RecordType, field…]``, a variant is a tuple ``(VariantType, part…)``.  A variant
without parts is the one shared tuple ``variant.value``.  Types are registered when a program is loaded; the ones that the
run time itself builds (``Option``, ``Result``, ``Error``, ``json.Json``) are there from the start.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from tekrt.ir.types import IrType

FIELD_BASE = 2
"""Index of a record's first field in its list: the count and the type come before it."""


class RecordType:
    """A record type: names inside and outside, IR types and default functions of its fields, in order."""

    __slots__ = ("defaults", "fields", "index", "name", "outside", "shown", "type_params", "types")

    def __init__(
        self, name: str, type_params: tuple[str, ...], fields: tuple[str, ...], types: tuple[IrType, ...],
        outside: tuple[str, ...] | None = None, defaults: tuple[str | None, ...] | None = None,
    ) -> None:  # fmt: skip
        self.name = name
        self.shown = short_name(name)
        self.type_params = type_params
        self.fields = fields
        self.types = types
        self.outside = outside if outside is not None else fields
        self.defaults = defaults if defaults is not None else (None,) * len(fields)
        self.index = {field: at for at, field in enumerate(fields)}

    def shape(self) -> tuple[Any, ...]:
        """Return all that tells this type from another of the same name, as plain data."""
        return (self.name, self.type_params, self.fields, self.types, self.outside, self.defaults)

    def __repr__(self) -> str:
        return f"<record {self.name}>"


class VariantType:
    """A variant of an enum.  ``recursive`` says that its parts are not counted when it is held once more (see ``dup``)."""

    __slots__ = ("defaults", "enum", "fields", "index", "name", "outside", "recursive", "types", "value")

    def __init__(
        self, enum: EnumType, index: int, name: str, fields: tuple[str, ...], types: tuple[IrType, ...],
        outside: tuple[str, ...] | None = None, defaults: tuple[str | None, ...] | None = None,
    ) -> None:  # fmt: skip
        self.enum = enum
        self.index = index
        self.name = name
        self.fields = fields  # "" where a part has no name
        self.types = types
        self.outside = outside if outside is not None else fields
        self.defaults = defaults if defaults is not None else (None,) * len(types)
        self.value = (self,)
        self.recursive = False

    def __repr__(self) -> str:
        return f"<variant {self.enum.name}.{self.name}>"


class EnumType:
    """An enum type: its variants in the order of their declaration."""

    __slots__ = ("by_name", "name", "recursive", "shown", "type_params", "variants")

    def __init__(self, name: str, type_params: tuple[str, ...]) -> None:
        self.name = name
        self.shown = short_name(name)
        self.type_params = type_params
        self.variants: tuple[VariantType, ...] = ()
        self.by_name: dict[str, VariantType] = {}
        self.recursive = False

    def complete(self, variants: tuple[VariantType, ...]) -> None:
        """Give the enum its variants, which had to know it first."""
        self.variants = variants
        self.by_name = {variant.name: variant for variant in variants}

    def mark(self, recursive: bool) -> None:
        """Note whether a value of this type may hold another one without a counted value in between."""
        self.recursive = recursive
        for variant in self.variants:
            variant.recursive = recursive

    def shape(self) -> tuple[Any, ...]:
        """Return all that tells this type from another of the same name, as plain data."""
        return (
            self.name,
            self.type_params,
            tuple((v.name, v.fields, v.types, v.outside, v.defaults) for v in self.variants),
        )

    def __repr__(self) -> str:
        return f"<enum {self.name}>"


_records: dict[str, RecordType] = {}
_enums: dict[str, EnumType] = {}


def short_name(name: str) -> str:
    """Return a qualified name without its module: ``process.Output`` is shown as ``Output``."""
    return name.rpartition(".")[2]


def record_type(name: str) -> RecordType:
    """Return the record type of a qualified name such as ``process.Output``; KeyError where none is registered."""
    return _records[name]


def enum_type(name: str) -> EnumType:
    """Return the enum type of a qualified name such as ``json.Json``; KeyError where none is registered."""
    return _enums[name]


def known_record(name: str) -> RecordType | None:
    """Return the record type of this name, or None."""
    return _records.get(name)


def known_enum(name: str) -> EnumType | None:
    """Return the enum type of this name, or None."""
    return _enums.get(name)


def register_record(made: RecordType) -> RecordType:
    """Register a record type; one that is there with the same shape stays, so that values made before keep their type."""
    there = _records.get(made.name)
    if there is not None and there.shape() == made.shape():
        return there
    _records[made.name] = made
    return made


def register_enum(made: EnumType) -> EnumType:
    """Register an enum type like :func:`register_record`; :func:`settle` must follow when all types of a program are there."""
    there = _enums.get(made.name)
    if there is not None and there.shape() == made.shape():
        return there
    _enums[made.name] = made
    return made


def declare_record(name: str, *fields: tuple[str, IrType]) -> RecordType:
    """Return the record type of this name, registering it where it is not there: for host code that runs without a program."""
    there = _records.get(name)
    if there is not None:
        return there
    return register_record(RecordType(name, (), tuple(f for f, _ in fields), tuple(t for _, t in fields)))


def declare_enum(
    name: str, type_params: tuple[str, ...], *variants: tuple[str, tuple[tuple[str, IrType], ...]]
) -> EnumType:
    """Return the enum type of this name, registering it where it is not there; parts are (name or "", type)."""
    there = _enums.get(name)
    if there is not None:
        return there
    made = EnumType(name, type_params)
    made.complete(
        tuple(
            VariantType(made, at, v, tuple(n for n, _ in parts), tuple(t for _, t in parts))
            for at, (v, parts) in enumerate(variants)
        )
    )
    made = register_enum(made)
    settle([made])
    return made


def settle(enums: Iterable[EnumType]) -> None:
    """Find out which of ``enums`` are recursive; all types that they name must be registered by now."""
    for enum in enums:
        enum.mark(_reaches_itself(enum))


def _reaches_itself(enum: EnumType) -> bool:
    """Tell whether an enum's value can hold another one through variants and tuples alone."""
    todo: list[IrType] = [t for variant in enum.variants for t in variant.types]
    seen: set[str] = set()
    while todo:
        t = todo.pop()
        if t[0] == "Tuple":
            todo.extend(t[1:])
        elif t[0] == "Enum":
            if t[1] == enum.name:
                return True
            todo.extend(t[2])
            inner = _enums.get(t[1])
            if inner is not None and t[1] not in seen:
                seen.add(t[1])
                todo.extend(part for variant in inner.variants for part in variant.types)
    return False


def substitute(t: IrType, params: tuple[str, ...], args: tuple[IrType, ...]) -> IrType:
    """Return a field's type with a generic type's parameters replaced by its arguments."""
    if not params:
        return t
    head = t[0]
    if head == "Param":
        return args[params.index(t[1])] if t[1] in params else t
    if head in ("Record", "Enum"):
        return (head, t[1], tuple(substitute(x, params, args) for x in t[2]))
    if head == "Fn":
        return (head, tuple(substitute(x, params, args) for x in t[1]), substitute(t[2], params, args))
    return (head, *(substitute(x, params, args) for x in t[1:]))


def field_types(of: RecordType | VariantType, args: tuple[IrType, ...]) -> Iterator[IrType]:
    """Yield the types of the fields of a record or variant for these type arguments."""
    params = of.enum.type_params if isinstance(of, VariantType) else of.type_params
    for t in of.types:
        yield substitute(t, params, args)


_JSON = ("Enum", "json.Json", ())
OPTION = declare_enum("Option", ("T",), ("None", ()), ("Some", (("", ("Param", "T")),)))
RESULT = declare_enum("Result", ("T", "E"), ("Ok", (("", ("Param", "T")),)), ("Err", (("", ("Param", "E")),)))
JSON = declare_enum(
    "json.Json", (),
    ("Null", ()), ("Boolean", (("", ("Bool",)),)), ("Number", (("", ("Float",)),)), ("Integer", (("", ("Int",)),)),
    ("Text", (("", ("Str",)),)), ("Array", (("", ("List", _JSON)),)), ("Object", (("", ("Map", ("Str",), _JSON)),)),
)  # fmt: skip
ERROR = declare_record("Error", ("kind", ("Str",)), ("message", ("Str",)), ("data", _JSON), ("trace", ("List", ("Str",))))

NONE = OPTION.variants[0].value
SOME = OPTION.variants[1]
OK = RESULT.variants[0]
ERR = RESULT.variants[1]
JSON_NULL = JSON.variants[0].value
