"""Typed decoding of records and enums, and the way from a type to its shape (see ``shapes``)."""

from __future__ import annotations

from tekrt.values.containers import TList
from tekrt.values.types import (
    ERROR,
    FIELD_BASE,
    JSON,
    JSON_NULL,
    NONE,
    OPTION,
    VariantType,
    enum_type,
    field_types,
    record_type,
    short_name,
)
from tekstd.shapes import (
    SCALARS,
    Decoder,
    JsonShape,
    ListShape,
    MapShape,
    NoShape,
    OptionShape,
    SetShape,
    Shape,
    TupleShape,
    Wrong,
    found_text,
    mismatch,
    store,
    wrong_at,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from tekrt.ir.types import IrType
    from tekrt.values.types import EnumType, RecordType
    from tekstd.shapes import Where


def decode(t: IrType, raw: Any, strict: bool = False) -> Any:
    """Return plain data as a value of type ``t`` (``Decoded`` where defaults are to be filled in); ``decode`` where it does not fit."""
    return Decoder(strict).run(shape_of(t), raw)


class Fields:
    """The named fields of a record or variant, ``types`` for its type arguments."""

    def __init__(self, of: RecordType | VariantType, shapes: list[Shape]) -> None:
        self.of = of
        self.names = of.outside
        self.shapes = shapes
        self.defaults = of.defaults
        self.known = frozenset(of.outside)

    def put(self, d: Decoder, raw: dict[str, Any], parts: list[Any], where: Where) -> None:
        """Store the fields of an object into ``parts`` from ``FIELD_BASE`` on, as in a record."""
        if d.strict and not self.known.issuperset(raw):
            self.unknown(raw, where)
        nested = []
        missing: list[tuple[int, str]] = []
        for at, name in enumerate(self.names):
            shape = self.shapes[at]
            if name not in raw:
                self.absent(at, parts, missing, where)
            elif shape.direct:
                shape.put(d, raw[name], parts, FIELD_BASE + at, (where, name))
            else:
                nested.append((shape.put, raw[name], parts, FIELD_BASE + at, (where, name)))
        if missing:
            # after the fields, for defaults may use earlier ones
            d.stack.append((self.fill, parts, missing))
        nested.reverse()
        d.stack += nested

    def absent(self, at: int, parts: list[Any], missing: list[tuple[int, str]], where: Where) -> None:
        """Note the default of a field that is missing, or take ``None``, or fail."""
        default = self.defaults[at]
        shape = self.shapes[at]
        if default is not None:
            missing.append((at, default))
        elif type(shape) is OptionShape:
            parts[FIELD_BASE + at] = NONE
        elif self.of is ERROR and at >= 2:
            parts[FIELD_BASE + at] = JSON_NULL if at == 2 else TList(1, [])
        else:
            mismatch(shape.type, None, (where, self.names[at]), "nothing: the field is missing")

    def unknown(self, raw: dict[str, Any], where: Where) -> NoReturn:
        """Fail because of the first field that the type does not have."""
        name = next(key for key in raw if key not in self.known)
        names = ", ".join(self.names)
        wrong_at((where, name), f"unknown field; {short_name(self.of.name)} has {names or 'none'}")

    def fill(self, d: Decoder, parts: list[Any], missing: list[tuple[int, str]]) -> None:
        """Ask for defaults, now that the fields which are there are decoded."""
        d.fills += [(parts, FIELD_BASE + at, default) for at, default in missing]
        d.late = d.late or type(self.of) is VariantType


class RecordShape(Shape):
    """A record: an object with its fields under their outside names."""

    direct = False
    _fields: Fields | None = None

    def __init__(self, type: IrType, of: RecordType, maker: Maker) -> None:
        super().__init__(type)
        self.of = of
        self.maker = maker

    @property
    def fields(self) -> Fields:
        """The fields, made when they are first needed: types may be recursive."""
        if self._fields is None:
            self._fields = Fields(self.of, [self.maker.shape(t) for t in field_types(self.of, self.type[2])])
        return self._fields

    def put(self, d: Decoder, raw: Any, place: Any, key: Any, where: Where) -> None:
        """Store a record whose fields come as they are decoded."""
        if type(raw) is not dict:
            mismatch(self.type, raw, where)
        fields = self._fields or self.fields
        record: list[Any] = [1, self.of, *([None] * len(fields.names))]
        place[key] = record
        fields.put(d, raw, record, where)


class EnumShape(Shape):
    """An enum: ``"Name"``, or ``{"Name": …}`` for a variant with parts."""

    def __init__(self, type: IrType, enum: EnumType, maker: Maker) -> None:
        super().__init__(type)
        self.enum = enum
        self.maker = maker
        self.direct = not any(variant.types for variant in enum.variants)
        self.parts: dict[str, Fields] = {}

    def take(self, raw: Any) -> Any:
        """Return a variant without parts."""
        variant = self.enum.by_name.get(raw) if type(raw) is str else None
        if variant is None or variant.types:
            raise Wrong(self.found(raw))
        return variant.value

    def found(self, raw: Any) -> str:
        """Return what was found, with the names that there are."""
        names = ", ".join(v.name for v in self.enum.variants)
        return f"{found_text(raw)} (its variants are {names})"

    def put(self, d: Decoder, raw: Any, place: Any, key: Any, where: Where) -> None:
        """Store a variant, now or when its parts are there."""
        if type(raw) is not dict:
            super().put(d, raw, place, key, where)
            return
        name = next(iter(raw)) if len(raw) == 1 else None
        variant = self.enum.by_name.get(name) if name is not None else None
        if name is None or variant is None:
            mismatch(self.type, raw, where, self.found(name if name is not None else raw))
        if variant.types:
            self.open(d, variant, raw[name], place, key, (where, name))
        elif raw[name] in (None, {}, []):
            place[key] = variant.value
        else:
            wrong_at((where, name), f"{name} has no parts, found {found_text(raw[name])}")

    def open(self, d: Decoder, variant: VariantType, raw: Any, place: Any, key: Any, where: Where) -> None:
        """Store a variant when its parts are there."""
        fields = self.parts.get(variant.name)
        if fields is None:
            fields = Fields(variant, [self.maker.shape(t) for t in field_types(variant, self.type[2])])
            self.parts[variant.name] = fields
        shapes = fields.shapes
        # laid out as a record's, so that defaults find the fields before them
        parts: list[Any] = [1, variant, *([None] * len(shapes))]
        d.stack.append((store, _variant_of, parts, place, key))
        if variant.fields[0]:
            if type(raw) is not dict:
                wrong_at(where, f"expected an object with the fields of {variant.name}, found {found_text(raw)}")
            fields.put(d, raw, parts, where)
        elif len(shapes) == 1:
            d.stack.append((shapes[0].put, raw, parts, FIELD_BASE, where))
        elif type(raw) is not list or len(raw) != len(shapes):
            wrong_at(where, f"expected a list of the {len(shapes)} parts of {variant.name}, found {found_text(raw)}")
        else:
            d.stack += [(shapes[at].put, raw[at], parts, FIELD_BASE + at, (where, at)) for at in range(len(raw) - 1, -1, -1)]


def _variant_of(parts: list[Any]) -> tuple[Any, ...]:
    return tuple(parts[1:])


_made: dict[IrType, tuple[Shape, list[RecordType | EnumType]]] = {}
"""Shapes by type, with the descriptions that they were made of: another program may bring other ones of the same name."""


def shape_of(t: IrType) -> Shape:
    """Return the shape of a type, made now or before."""
    there = _made.get(t)
    if there is not None and all(_current(of) is of for of in there[1]):
        return there[0]
    maker = Maker()
    shape = maker.shape(t)
    _made[t] = (shape, maker.used)
    return shape


def _current(of: RecordType | EnumType) -> RecordType | EnumType:
    return enum_type(of.name) if hasattr(of, "variants") else record_type(of.name)


class Maker:
    """Makes the shapes of a type and of the types in it; a recursive type has one shape."""

    def __init__(self) -> None:
        self.made: dict[IrType, Shape] = {}
        self.used: list[RecordType | EnumType] = []

    def shape(self, t: IrType) -> Shape:
        """Return the shape of ``t``.  Recursion ends at records and enums, which make their parts later."""
        shape = self.made.get(t)
        if shape is None:
            shape = self.made[t] = self._fresh(t)
        return shape

    def _fresh(self, t: IrType) -> Shape:
        head = t[0]
        scalar = SCALARS.get(head)
        if scalar is not None:
            return scalar(t)
        if head == "List":
            return ListShape(t, self.shape(t[1]))
        if head == "Set":
            return SetShape(t, self.shape(t[1]))
        if head == "Map":
            return MapShape(t, self.shape(t[1]), self.shape(t[2]))
        if head == "Tuple":
            return TupleShape(t, [self.shape(x) for x in t[1:]])
        if head == "Record":
            return self._record(t)
        return self._enum(t) if head == "Enum" else NoShape(t)

    def _record(self, t: IrType) -> Shape:
        of = record_type(t[1])
        self.used.append(of)
        return RecordShape(t, of, self)

    def _enum(self, t: IrType) -> Shape:
        enum = enum_type(t[1])
        if enum is JSON:
            return JsonShape(t)
        if enum is OPTION:
            return OptionShape(t, self.shape(t[2][0]))
        self.used.append(enum)
        return EnumShape(t, enum, self)
