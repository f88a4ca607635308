"""Host bodies of ``json.tek``."""

from __future__ import annotations

from tekrt.values.containers import dup
from tekrt.values.failure import Failure
from tekrt.values.native import native
from tekrt.values.show import quoted
from tekrt.values.types import JSON
from tekstd.decoding import decode as decode_raw
from tekstd.guard import size_text
from tekstd.json_text import json_text, parse_json
from tekstd.raw import to_json, to_raw
from tekstd.shapes import found_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.ir.types import IrType

_ARRAY = JSON.by_name["Array"]
_OBJECT = JSON.by_name["Object"]
_MAX_INDENT = 100


@native("json.parse")
def parse(ctx: Any, text: str) -> Any:
    """Return the value of a JSON text; ``decode`` where it is none."""
    return to_json(parse_json(text))


@native("json.decode")
def decode(ctx: Any, t: IrType, text: str, strict: bool) -> Any:
    """Return a JSON text as a value of type ``t``; ``decode`` where it is none."""
    return decode_raw(t, parse_json(text), strict)


@native("json.encode")
def encode(ctx: Any, t: IrType, value: Any, indent: int) -> str:
    """Return a value as JSON text; ``encode`` where it cannot be written."""
    if not 0 <= indent <= _MAX_INDENT:
        raise Failure("encode", f"an indent of {indent} is not from 0 to {_MAX_INDENT}")
    return json_text(to_raw(value), indent)


@native("json.of")
def of(ctx: Any, t: IrType, value: Any) -> Any:
    """Return a value as Json; ``encode`` where it cannot be written."""
    return to_json(to_raw(value))


@native("json.Json.to")
def to(ctx: Any, t: IrType, j: Any, strict: bool) -> Any:
    """Return Json as a value of type ``t``; ``decode`` where it does not fit."""
    return decode_raw(t, to_raw(j), strict)


@native("json.Json.at_key")
def at_key(ctx: Any, j: Any, key: str) -> Any:
    """Return the value at a key; ``missing_key`` where there is none, or no object."""
    if j[0] is not _OBJECT:
        raise Failure("missing_key", f"there is no key {quoted(key)}: this is no object but {_found(j)}")
    if key not in j[1].d:
        raise Failure("missing_key", f"the object has no key {quoted(key)}")
    return dup(j[1].d[key])


@native("json.Json.at_index")
def at_index(ctx: Any, j: Any, index: int) -> Any:
    """Return the value at a position; ``index`` where there is none, or no array."""
    if j[0] is not _ARRAY:
        raise Failure("index", f"there is no element {index}: this is no array but {_found(j)}")
    items = j[1].a
    if not 0 <= index < len(items):
        raise Failure("index", f"index {index} is outside of the array, which {size_text(len(items))}")
    return dup(items[index])


def _found(j: Any) -> str:
    variant = j[0]
    return "an object" if variant is _OBJECT else "an array" if variant is _ARRAY else found_text(to_raw(j))
