"""Plain data: what JSON, TOML, YAML and CSV have in common, as Python objects.

Plain data is ``None``, ``bool``, ``int``, ``float``, ``str``, ``list`` and ``dict`` with texts as keys.  This module turns
values of Tek into plain data and plain data into values of ``json.Json``.  Nothing here recurses on the depth of data.
"""

from __future__ import annotations

from tekrt.values.containers import TList, TMap, TSet, map_items
from tekrt.values.failure import Failure
from tekrt.values.numbers import INT_MAX, INT_MIN
from tekrt.values.scalars import Command, Duration, Instant, Path, Regex, Size
from tekrt.values.show import show
from tekrt.values.types import JSON, JSON_NULL, OPTION, VariantType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_DEPTH = 1_000
"""How deep values may be nested in text, in both directions, unless a limit says otherwise."""

_BOOLEAN, _NUMBER, _INTEGER, _TEXT, _ARRAY, _OBJECT = JSON.variants[1:]


def _base64(data: bytes) -> str:
    from binascii import b2a_base64

    return b2a_base64(data, newline=False).decode("ascii")


def _float(x: float) -> float:
    if x - x != 0.0:
        raise Failure("encode", f"{show(x)} cannot be written: only finite numbers can")
    return x


def _same(x: Any) -> Any:
    return x


def _command(c: Command) -> Any:
    raise Failure("encode", "a Command cannot be written")


_SCALARS: dict[type, Callable[[Any], Any]] = {
    str: _same, int: _same, bool: _same, type(None): _same, float: _float, bytes: _base64, Path: show, Duration: show, Size: show,
    Instant: show, Regex: lambda r: r.text, Command: _command,
}  # fmt: skip


class _Part:
    """A value that still has to be turned, and where the result goes."""

    __slots__ = ("depth", "key", "place", "value")

    def __init__(self, value: Any, place: Any, key: Any, depth: int) -> None:
        self.value = value
        self.place = place
        self.key = key
        self.depth = depth


def to_raw(value: Any) -> Any:
    """Return any Data value as plain data; ``encode`` for what cannot be written or is nested deeper than ``MAX_DEPTH``."""
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        return scalar(value)
    top: list[Any] = [None]
    stack = [_Part(value, top, 0, 0)]
    while stack:
        part = stack.pop()
        x = part.value
        while type(x) is tuple and type(x[0]) is VariantType and x[0].enum is OPTION and len(x) == 2:
            x = x[1]
        scalar = _SCALARS.get(type(x))
        if scalar is not None:
            part.place[part.key] = scalar(x)
            continue
        if part.depth >= MAX_DEPTH:
            raise Failure("encode", f"the value is nested more than {MAX_DEPTH:,} levels deep")
        part.place[part.key] = _open(x, part.depth + 1, stack)
    return top[0]


def _open(x: Any, depth: int, stack: list[_Part]) -> Any:
    """Return the plain container of a value with parts; its parts go on the stack."""
    t = type(x)
    if t is TList:
        return _items(x.a, depth, stack)
    if t is TMap:
        return _fields([(key_text(k), v) for k, v in map_items(x)], depth, stack)
    if t is list:
        return _fields(list(zip(x[1].outside, x[2:])), depth, stack)
    if t is TSet:
        return _items(list(x.d.values()), depth, stack)
    if t is tuple:
        return _variant(x, depth, stack) if type(x[0]) is VariantType else _items(x, depth, stack)
    raise Failure("encode", f"{show(x)} cannot be written")


def _items(values: Any, depth: int, stack: list[_Part]) -> list[Any]:
    scalar = _SCALARS.get(type(values[0])) if values else _same
    if scalar is not None and type(values) is not tuple:
        return list(values) if scalar is _same else [scalar(v) for v in values]
    made: list[Any] = [None] * len(values)
    for at in range(len(values) - 1, -1, -1):
        scalar = _SCALARS.get(type(values[at]))
        if scalar is not None:
            made[at] = scalar(values[at])
        else:
            stack.append(_Part(values[at], made, at, depth))
    return made


def _fields(pairs: list[tuple[str, Any]], depth: int, stack: list[_Part]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    nested: list[_Part] = []
    for name, value in pairs:
        if name in made:
            raise Failure("encode", f"two keys have the text {name!r}")
        scalar = _SCALARS.get(type(value))
        if scalar is not None:
            made[name] = scalar(value)
        else:
            made[name] = None
            nested.append(_Part(value, made, name, depth))
    nested.reverse()
    stack += nested
    return made


def _variant(x: Any, depth: int, stack: list[_Part]) -> Any:
    variant = x[0]
    if variant.enum is OPTION:
        return None
    if variant.enum is JSON:
        return _json(x, depth, stack)
    if len(x) == 1:
        return variant.name
    made: dict[str, Any] = {}
    if variant.fields[0]:
        made[variant.name] = _fields(list(zip(variant.outside, x[1:])), depth + 1, stack)
    elif len(x) == 2:
        made[variant.name] = None
        stack.append(_Part(x[1], made, variant.name, depth))
    else:
        made[variant.name] = _items(x[1:], depth + 1, stack)
    return made


def _json(x: Any, depth: int, stack: list[_Part]) -> Any:
    variant = x[0]
    if variant is _ARRAY:
        return _items(tuple(x[1].a), depth, stack)
    if variant is _OBJECT:
        return _fields(list(x[1].d.items()), depth, stack)
    return _float(x[1]) if variant is _NUMBER else x[1] if len(x) > 1 else None


def key_text(key: Any) -> str:
    """Return a map's key as text; ``encode`` where it is no scalar and no variant without parts."""
    t = type(key)
    if t is str:
        return key  # type: ignore[no-any-return]
    if t is tuple and len(key) == 1 and type(key[0]) is VariantType and key[0].enum is not OPTION:
        return str(key[0].name)
    if t is bytes:
        return _base64(key)
    if t in _SCALARS and t is not type(None) and t is not Command:
        return show(key)
    raise Failure("encode", f"the key {show(key)} of a map cannot be written as text")


def to_json(raw: Any) -> Any:
    """Return plain data as a value of ``json.Json``; whole numbers beyond 64 bits become ``Number``."""
    scalar = _JSON_SCALARS.get(type(raw))
    if scalar is not None:
        return scalar(raw)
    top: list[Any] = [None]
    stack: list[tuple[Any, Any, Any]] = [(raw, top, 0)]
    while stack:
        x, place, key = stack.pop()
        if type(x) is list:
            items = TList(1, [None] * len(x))
            place[key] = (_ARRAY, items)
            parts, target = enumerate(x), items.a
        else:
            fields = TMap(1, dict.fromkeys(x))
            place[key] = (_OBJECT, fields)
            parts, target = x.items(), fields.d
        for name, part in parts:
            scalar = _JSON_SCALARS.get(type(part))
            if scalar is None:
                stack.append((part, target, name))
            else:
                target[name] = scalar(part)
    return top[0]


def _json_integer(n: int) -> Any:
    return (_INTEGER, n) if INT_MIN <= n <= INT_MAX else (_NUMBER, big_float(n))


_JSON_SCALARS: dict[type, Callable[[Any], Any]] = {
    str: lambda x: (_TEXT, x), int: _json_integer, float: lambda x: (_NUMBER, x), bool: lambda x: (_BOOLEAN, x),
    type(None): lambda x: JSON_NULL,
}  # fmt: skip


def big_float(n: int) -> float:
    """Return a whole number of any size as a Float; ``decode`` where none is that large."""
    try:
        return float(n)
    except OverflowError:
        raise Failure("decode", "a number is too large for a Float") from None
