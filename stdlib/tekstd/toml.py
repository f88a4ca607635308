"""Host bodies of ``toml.tek``."""

from __future__ import annotations

from tekrt.values.failure import Failure
from tekrt.values.native import native
from tekstd.decoding import decode as decode_raw
from tekstd.deep import deeper_stack
from tekstd.raw import MAX_DEPTH, to_json, to_raw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.ir.types import IrType

_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@native("toml.parse")
def parse(ctx: Any, text: str) -> Any:
    """Return the value of a TOML text; ``decode`` where it is none."""
    return to_json(parse_toml(text))


@native("toml.decode")
def decode(ctx: Any, t: IrType, text: str, strict: bool) -> Any:
    """Return a TOML text as a value of type ``t``; ``decode`` where it is none."""
    return decode_raw(t, parse_toml(text), strict)


@native("toml.encode")
def encode(ctx: Any, t: IrType, value: Any) -> str:
    """Return a record or map as TOML text; ``encode`` where it cannot be written."""
    raw = to_raw(value)
    if type(raw) is not dict:
        raise Failure("encode", "a TOML text is a table: only a record, map or Json object can be written")
    return toml_text(raw)


def parse_toml(text: str) -> dict[str, Any]:
    """Return the plain data of a TOML text, dates and times as texts; ``decode`` where it is none."""
    import tomllib

    if text[:1] == "\ufeff":
        text = text[1:]
    if _has_endless_key(text):
        raise Failure("decode", f"TOML: the value is nested more than {MAX_DEPTH:,} levels deep")
    try:
        with deeper_stack():
            raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        words, _, place = str(error).partition(" (at ")
        where = place.rstrip(")") if place else "the end of the text"
        raise Failure("decode", f"TOML, {where}: {words[:1].lower()}{words[1:]}") from None
    except RecursionError:
        raise Failure("decode", f"TOML: the value is nested more than {MAX_DEPTH:,} levels deep") from None
    except ValueError as error:
        # Python's own words are for Python programmers where a number has thousands of digits
        words = "a number is too large" if "digits" in str(error) else str(error)
        raise Failure("decode", f"TOML: {words}") from None
    _settle(raw)
    return raw


def _has_endless_key(text: str) -> bool:
    """Tell whether a dotted key has too many parts; Python's parser would take time and memory by their square."""
    if text.count(".") < MAX_DEPTH:
        return False
    import re

    part = r"(?:[A-Za-z0-9_-]++|\"[^\"]*+\"|'[^']*+')[ \t]*+\.[ \t]*+"
    endless = re.compile(r"(?:^|[\[{,])[ \t]*+(?:" + part + f"){{{MAX_DEPTH}}}")
    return any(line.count(".") >= MAX_DEPTH and endless.search(line) for line in text.splitlines())


def _settle(raw: dict[str, Any]) -> None:
    """Turn dates and times into texts, in place, and refuse what is nested too deep."""
    todo: list[tuple[Any, int]] = [(raw, 1)]
    while todo:
        parent, depth = todo.pop()
        if depth > MAX_DEPTH:
            raise Failure("decode", f"TOML: the value is nested more than {MAX_DEPTH:,} levels deep")
        for key, value in parent.items() if type(parent) is dict else enumerate(parent):
            if type(value) is dict or type(value) is list:
                todo.append((value, depth + 1))
            elif hasattr(value, "isoformat"):
                parent[key] = value.isoformat().replace("+00:00", "Z")


# writing


def toml_text(raw: dict[str, Any]) -> str:
    """Return a table as TOML text: plain values before tables, absent ones left out."""
    blocks: list[str] = []
    todo: list[tuple[str, str, dict[str, Any]]] = [("", "", raw)]
    while todo:
        name, heading, table = todo.pop()
        lines = [heading] if heading else []
        nested: list[tuple[str, str, dict[str, Any]]] = []
        for key, value in table.items():
            path = f"{name}.{_key(key)}" if name else _key(key)
            if type(value) is dict:
                nested.append((path, f"[{path}]", value))
            elif type(value) is list and value and all(type(item) is dict for item in value):
                nested += [(path, f"[[{path}]]", item) for item in value]
            elif value is not None:
                lines.append(f"{_key(key)} = {_inline(value)}")
        if len(lines) > 1 or (lines and (not heading or not nested or heading[1] == "[")):
            blocks.append("\n".join(lines) + "\n")
        todo += reversed(nested)
    return "\n".join(blocks)


def _key(key: str) -> str:
    return key if key and _BARE.issuperset(key) else _string(key)


def _string(text: str) -> str:
    from json.encoder import encode_basestring

    return encode_basestring(text).replace("\x7f", "\\u007f")


class _Close:
    """The end of an array or inline table."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


_ARRAY_END = _Close("]")
_TABLE_END = _Close(" }")


def _inline(value: Any) -> str:
    """Return a value on one line."""
    out: list[str] = []
    stack: list[Any] = [(value, "")]
    while stack:
        step = stack.pop()
        if type(step) is _Close:
            out.append(step.text)
            continue
        x, before = step
        out.append(before)
        if type(x) is list:
            out.append("[")
            stack.append(_ARRAY_END)
            stack += [(item, ", " if at else "") for at, item in reversed(list(enumerate(x)))]
        elif type(x) is dict:
            fields = [(key, item) for key, item in x.items() if item is not None]
            out.append("{" if fields else "{}")
            stack += [_TABLE_END] if fields else []
            stack += [(item, (", " if at else " ") + _key(key) + " = ") for at, (key, item) in reversed(list(enumerate(fields)))]
        else:
            out.append(_scalar(x))
    return "".join(out)


def _scalar(x: Any) -> str:
    if type(x) is str:
        return _string(x)
    if x is None:
        raise Failure("encode", "TOML has no null, and an array cannot leave an element out")
    return ("true" if x else "false") if type(x) is bool else repr(x)
