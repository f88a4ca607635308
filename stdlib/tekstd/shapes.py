"""Plain data as values of a Tek type: the typed decoder of JSON, TOML, YAML and CSV.

A *shape* is the decoder of one type.  It is made once from the type that the compiler handed over, and kept.  What is wrong is
said by path: ``$.servers[2].port: expected Int, found "eighty"``.  Decoding has a stack of its own, so that neither deep data
nor recursive types recurse.
"""

from __future__ import annotations

from tekrt.values.containers import Decoded, TList, TMap, map_put, new_set
from tekrt.values.failure import Failure
from tekrt.values.numbers import INT_MAX, INT_MIN
from tekrt.values.scalars import Path
from tekrt.values.show import quoted
from tekrt.values.types import NONE, SOME, short_name
from tekstd.quantities import duration_of, instant_of, size_of
from tekstd.raw import to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from tekrt.ir.types import IrType

    Where = tuple[Any, ...] | None


class Wrong(Exception):
    """A scalar is not what its type wants; ``found`` says it in words where the value alone does not."""

    def __init__(self, found: str = "") -> None:
        super().__init__(found)
        self.found = found


class Decoder:
    """One decoding: what is still to do, and which defaults are to be filled in afterwards."""

    def __init__(self, strict: bool) -> None:
        self.strict = strict
        self.stack: list[tuple[Any, ...]] = []
        self.fills: list[tuple[Any, int, str]] = []
        self.late = False  # a variant waits for a default: what is immutable around it must wait as well

    def run(self, shape: Shape, raw: Any) -> Any:
        """Return ``raw`` as the shape's value, wrapped in ``Decoded`` where defaults are missing."""
        top: list[Any] = [None]
        stack = self.stack
        stack.append((shape.put, raw, top, 0, None))
        while stack:
            step = stack.pop()
            step[0](self, *step[1:])
        if not self.fills:
            return top[0]
        made = Decoded(top[0], self.fills)
        if self.late:
            self.fills.append((_Top(made, top), 0, ""))
        return made


class _Top:
    """What is decoded, when it is whole."""

    def __init__(self, made: Decoded, top: list[Any]) -> None:
        self.made = made
        self.top = top

    def finish(self) -> None:
        """Hand it over."""
        self.made.value = self.top[0]


class Shape:
    """Decodes one type.  ``direct`` shapes have no parts: ``take`` gives the value at once, or raises ``Wrong``."""

    direct = True

    def __init__(self, type: IrType) -> None:
        self.type = type

    def take(self, raw: Any) -> Any:
        """Return the value; ``Wrong`` where ``raw`` is no such thing.  Only for direct shapes."""
        raise Wrong

    def put(self, d: Decoder, raw: Any, place: Any, key: Any, where: Where) -> None:
        """Store the value at ``place[key]``, now or when its parts are there."""
        try:
            place[key] = self.take(raw)
        except Wrong as wrong:
            mismatch(self.type, raw, where, wrong.found)


# what is wrong, and where


def path_text(where: Where) -> str:
    """Return a place as text, from ``$``."""
    parts: list[str] = []
    while where is not None:
        where, key = where
        if type(key) is int:
            parts.append(f"[{key}]")
        elif key.isidentifier():
            parts.append("." + key)
        else:
            parts.append(f"[{quoted(key)}]")
    parts.append("$")
    return "".join(reversed(parts))


def type_text(t: IrType) -> str:
    """Return a type as a user of the script knows it, without modules."""
    head = t[0]
    if head in ("Record", "Enum"):
        if t[1] == "Option":
            return type_text(t[2][0]) + "?"
        args = ", ".join(type_text(x) for x in t[2])
        return short_name(t[1]) + (f"[{args}]" if args else "")
    if head == "Tuple":
        return "(" + ", ".join(type_text(x) for x in t[1:]) + ")"
    return str(head) + ("[" + ", ".join(type_text(x) for x in t[1:]) + "]" if len(t) > 1 else "")


def found_text(raw: Any) -> str:
    """Return what was found, in few words."""
    t = type(raw)
    if t is str:
        return quoted(raw if len(raw) <= 60 else raw[:57] + "…").replace("\\{", "{").replace("\\}", "}")
    if t is bool:
        return "true" if raw else "false"
    if raw is None:
        return "null"
    if t is list:
        return f"a list of {len(raw)} element{'' if len(raw) == 1 else 's'}"
    if t is dict:
        return "an object"
    text = repr(raw)
    return text if len(text) <= 60 else text[:57] + "…"


def mismatch(t: IrType, raw: Any, where: Where, found: str = "") -> NoReturn:
    """Fail because ``raw`` is no value of type ``t``."""
    raise Failure("decode", f"{path_text(where)}: expected {type_text(t)}, found {found or found_text(raw)}")


def wrong_at(where: Where, message: str) -> NoReturn:
    """Fail with words of one's own at a place."""
    raise Failure("decode", f"{path_text(where)}: {message}")


# scalars


class ExactShape(Shape):
    """A type whose values are plain data of one Python type: ``Str``, ``Bool``, ``Unit``."""

    def __init__(self, type: IrType, exact: type) -> None:
        super().__init__(type)
        self.exact = exact

    def take(self, raw: Any) -> Any:
        """Return ``raw`` itself."""
        if type(raw) is self.exact:
            return raw
        raise Wrong


class IntShape(Shape):
    """``Int``: a whole number of 64 bits, written without point and exponent."""

    def take(self, raw: Any) -> int:
        """Return the number."""
        if type(raw) is not int:
            raise Wrong
        if not INT_MIN <= raw <= INT_MAX:
            raise Wrong("a number that does not fit 64 bits")
        return raw


class FloatShape(Shape):
    """``Float``: any number."""

    def take(self, raw: Any) -> float:
        """Return the number as a Float."""
        if type(raw) is float:
            return raw
        if type(raw) is not int:
            raise Wrong
        try:
            return float(raw)
        except OverflowError:
            raise Wrong("a number that is too large") from None


class TextShape(Shape):
    """A type that is written as text: ``read`` gives its value, or None where the text is none."""

    def __init__(self, type: IrType, read: Callable[[str], Any], like: str) -> None:
        super().__init__(type)
        self.read = read
        self.like = like

    def take(self, raw: Any) -> Any:
        """Return what the text stands for."""
        if type(raw) is not str:
            raise Wrong
        value = self.read(raw)
        if value is None:
            raise Wrong(f"{found_text(raw)} (one looks like {self.like})")
        return value


class JsonShape(Shape):
    """``Json``: anything."""

    def take(self, raw: Any) -> Any:
        """Return plain data as Json."""
        return to_json(raw)


class NoShape(Shape):
    """A type that cannot be read from text."""

    def take(self, raw: Any) -> Any:
        """Refuse."""
        raise Wrong(f"{found_text(raw)}, but no {type_text(self.type)} can be read from text")


def _bytes_of(text: str) -> bytes | None:
    from binascii import Error, a2b_base64

    try:
        return a2b_base64(text, strict_mode=True)
    except (Error, ValueError):
        return None


def _regex_of(text: str) -> Any:
    from tekstd.text import compiled

    try:
        return compiled(text)
    except Failure:
        return None


SCALARS: dict[str, Callable[[IrType], Shape]] = {
    "Str": lambda t: ExactShape(t, str),
    "Bool": lambda t: ExactShape(t, bool),
    "Unit": lambda t: ExactShape(t, type(None)),
    "Int": IntShape,
    "Float": FloatShape,
    "Path": lambda t: TextShape(t, Path, '"a/b"'),
    "Duration": lambda t: TextShape(t, duration_of, '"1.5s"'),
    "Size": lambda t: TextShape(t, size_of, '"10MiB"'),
    "Instant": lambda t: TextShape(t, instant_of, '"2026-01-31T12:00:00Z"'),
    "Bytes": lambda t: TextShape(t, _bytes_of, 'Base64, "aGVsbG8="'),
    "Regex": lambda t: TextShape(t, _regex_of, r'"\\d+"'),
}
"""Makes the shape of a scalar type, by its head."""


# containers


class ListShape(Shape):
    """``List[T]``: an array."""

    direct = False

    def __init__(self, type: IrType, item: Shape) -> None:
        super().__init__(type)
        self.item = item

    def put(self, d: Decoder, raw: Any, place: Any, key: Any, where: Where) -> None:
        """Store a list whose elements come as they are decoded."""
        if type(raw) is not list:
            mismatch(self.type, raw, where)
        items: list[Any] = [None] * len(raw)
        place[key] = TList(1, items)
        put_items(d, self.item, raw, items, where)


def put_items(d: Decoder, item: Shape, raw: list[Any], into: list[Any], where: Where) -> None:
    """Decode the elements of an array into a list of the same length, now or later."""
    if item.direct:
        take = item.take
        try:
            into[:] = [take(x) for x in raw]
        except Wrong:
            first_wrong(item, raw, where)
        return
    put = item.put
    d.stack += [(put, raw[at], into, at, (where, at)) for at in range(len(raw) - 1, -1, -1)]


def first_wrong(item: Shape, raw: list[Any], where: Where) -> NoReturn:
    """Fail at the first element that does not fit."""
    for at, x in enumerate(raw):
        try:
            item.take(x)
        except Wrong as wrong:
            mismatch(item.type, x, (where, at), wrong.found)
    raise AssertionError("the element was wrong a moment ago")


class SetShape(Shape):
    """``Set[T]``: an array; equal elements are one."""

    direct = False

    def __init__(self, type: IrType, item: Shape) -> None:
        super().__init__(type)
        self.item = item

    def put(self, d: Decoder, raw: Any, place: Any, key: Any, where: Where) -> None:
        """Store a set when its elements are there."""
        if type(raw) is not list:
            mismatch(self.type, raw, where)
        parts: list[Any] = [None] * len(raw)
        d.stack.append((store, new_set, parts, place, key))
        put_items(d, self.item, raw, parts, where)


class TupleShape(Shape):
    """A tuple: an array of exactly as many elements."""

    direct = False

    def __init__(self, type: IrType, items: list[Shape]) -> None:
        super().__init__(type)
        self.items = items

    def put(self, d: Decoder, raw: Any, place: Any, key: Any, where: Where) -> None:
        """Store a tuple when its parts are there."""
        if type(raw) is not list or len(raw) != len(self.items):
            mismatch(self.type, raw, where)
        parts: list[Any] = [None] * len(raw)
        d.stack.append((store, tuple, parts, place, key))
        for at in range(len(raw) - 1, -1, -1):
            d.stack.append((self.items[at].put, raw[at], parts, at, (where, at)))


class Finish:
    """Something immutable whose parts are there, or will be when the defaults before it are filled in."""

    def __init__(self, make: Callable[[list[Any]], Any], parts: list[Any], place: Any, key: Any) -> None:
        self.make = make
        self.parts = parts
        self.place = place
        self.key = key

    def finish(self) -> None:
        """Store it where it belongs."""
        self.place[self.key] = self.make(self.parts)


def store(d: Decoder, make: Callable[[list[Any]], Any], parts: list[Any], place: Any, key: Any) -> None:
    """Store what ``make`` makes of parts that are decoded by now."""
    made = Finish(make, parts, place, key)
    # what is in a set must be whole before it is hashed
    d.late = d.late or (make is new_set and bool(d.fills))
    if d.late:
        d.fills.append((made, 0, ""))
    else:
        made.finish()


class MapShape(Shape):
    """``Map[K, V]``: an object, its keys read from their text."""

    direct = False

    def __init__(self, type: IrType, key: Shape, value: Shape) -> None:
        super().__init__(type)
        self.key = key
        self.value = value

    def put(self, d: Decoder, raw: Any, place: Any, key: Any, where: Where) -> None:
        """Store a map whose values come as they are decoded."""
        if type(raw) is not dict:
            mismatch(self.type, raw, where)
        made = TMap(1, {})
        plain = type(self.key) is ExactShape and self.key.exact is str
        for name in raw:
            map_put(made, name if plain else self.read_key(name, where), None)
        if len(made.d) != len(raw):
            wrong_at(where, f"two keys are the same {type_text(self.key.type)}")
        place[key] = made
        nested = []
        for name, canon in zip(raw, made.d, strict=True):
            if self.value.direct:
                self.value.put(d, raw[name], made.d, canon, (where, name))
            else:
                nested.append((self.value.put, raw[name], made.d, canon, (where, name)))
        nested.reverse()
        d.stack += nested

    def read_key(self, name: str, where: Where) -> Any:
        """Return a key of the map from its text."""
        kind = self.key.type[0]
        raw: Any = name
        if kind == "Int":
            raw = int(name) if name.lstrip("-").isdecimal() and name.isascii() and len(name) < 21 else name
        elif kind == "Bool":
            raw = {"true": True, "false": False}.get(name, name)
        try:
            return self.key.take(raw)
        except Wrong as wrong:
            mismatch(self.key.type, name, (where, name), wrong.found)


class OptionShape(Shape):
    """``T?``: null is ``None``."""

    def __init__(self, type: IrType, inner: Shape) -> None:
        super().__init__(type)
        self.inner = inner
        self.direct = inner.direct

    def take(self, raw: Any) -> Any:
        """Return the option of a scalar."""
        return NONE if raw is None else (SOME, self.inner.take(raw))

    def put(self, d: Decoder, raw: Any, place: Any, key: Any, where: Where) -> None:
        """Store the option, now or when its content is there."""
        if raw is None:
            place[key] = NONE
            return
        parts = [SOME, None]
        d.stack.append((store, tuple, parts, place, key))
        d.stack.append((self.inner.put, raw, parts, 1, where))
