"""Values as text in Tek syntax: what ``print``, ``to_str`` and interpolation give.  Never recurses."""

from __future__ import annotations

from tekrt.values.containers import Closure, TList, TMap, TSet, map_items
from tekrt.values.numbers import duration_text, size_text
from tekrt.values.scalars import Command, Duration, Instant, Path, Regex, Secret, Size
from tekrt.values.types import VariantType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_ESCAPES = {
    0: "\\0", 9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\", 123: "\\{", 125: "\\}",
    **{code: f"\\u{{{code:x}}}" for code in (*range(1, 9), 11, 12, *range(14, 32), *range(127, 160))},
}  # fmt: skip
_BYTE_ESCAPES = {9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\"}


def show(v: Any) -> str:
    """Return any value as text; a bare ``Str`` or ``Path`` is its own text."""
    t = type(v)
    if t is str:
        return v  # type: ignore[no-any-return]
    if t is int:
        return str(v)
    if t is Path:
        return v.text  # type: ignore[no-any-return]
    return literal(v)


def literal(v: Any) -> str:
    """Return any value as a Tek expression: like :func:`show`, but with texts in quotes."""
    scalar = _SCALARS.get(type(v))
    if scalar is not None:
        return scalar(v)
    out: list[str] = []
    stack: list[Any] = [v]
    while stack:
        x = stack.pop()
        if type(x) is _Piece:
            out.append(x.text)
            continue
        scalar = _SCALARS.get(type(x))
        if scalar is not None:
            out.append(scalar(x))
        else:
            _open(x, out, stack)
    return "".join(out)


class _Piece:
    """Text on the stack between values."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


_COMMA = _Piece(", ")
_CLOSE = _Piece(")")
_CLOSE_LIST = _Piece("]")
_CLOSE_SET = _Piece("])")
_COLON = _Piece(": ")


def _open(x: Any, out: list[str], stack: list[Any]) -> None:
    """Begin a value with parts: put its opening out and the rest of it, last first, on the stack."""
    t = type(x)
    if t is tuple:
        first = x[0]
        if type(first) is VariantType:
            _fields(first.name, first.fields, x[1:], out, stack)
        else:
            _items("(", x, _CLOSE, out, stack)
    elif t is list:
        # a record is built by a call, also where it has no fields
        _fields(x[1].shown + ("" if len(x) > 2 else "()"), x[1].fields, x[2:], out, stack)
    elif t is TList:
        _items("[", x.a, _CLOSE_LIST, out, stack)
    elif t is TSet:
        _items("Set([", list(x.d.values()), _CLOSE_SET, out, stack)
    elif t is TMap:
        _map(x, out, stack)
    else:
        out.append(f"<{t.__name__}>")


def _items(opening: str, items: Any, closing: _Piece, out: list[str], stack: list[Any]) -> None:
    out.append(opening)
    stack.append(closing)
    if items and type(items[0]) in _SCALARS and closing is _CLOSE_LIST:
        one = _SCALARS[type(items[0])]
        out.append(", ".join([one(item) for item in items]))
        return
    for at in range(len(items) - 1, -1, -1):
        stack.append(items[at])
        if at:
            stack.append(_COMMA)


def _fields(name: str, names: Any, parts: Any, out: list[str], stack: list[Any]) -> None:
    if not parts:
        out.append(name)
        return
    out.append(name + "(")
    stack.append(_CLOSE)
    for at in range(len(parts) - 1, -1, -1):
        stack.append(parts[at])
        field = names[at] if at < len(names) else ""
        if field:
            stack.append(_Piece(field + ": "))
        if at:
            stack.append(_COMMA)


def _map(x: TMap, out: list[str], stack: list[Any]) -> None:
    if not x.d:
        out.append("[:]")
        return
    out.append("[")
    stack.append(_CLOSE_LIST)
    entries = map_items(x)
    for at in range(len(entries) - 1, -1, -1):
        key, value = entries[at]
        stack += (value, _COLON, key)
        if at:
            stack.append(_COMMA)


def quoted(text: str) -> str:
    """Return a text as a string literal."""
    return '"' + text.translate(_ESCAPES) + '"'


def quoted_bytes(data: bytes) -> str:
    """Return bytes as a literal."""
    parts = [_BYTE_ESCAPES.get(b) or (chr(b) if 32 <= b < 127 else f"\\x{b:02x}") for b in data]
    return 'b"' + "".join(parts) + '"'


def instant_text(i: Instant) -> str:
    """Return an instant in ISO 8601, in UTC, with as many digits of a second as it needs."""
    seconds, ns = divmod(i.n, 1_000_000_000)
    days, rest = divmod(seconds, 86_400)
    year, month, day = civil(days)
    fraction = f".{ns:09d}".rstrip("0") if ns else ""
    return f"{year:04d}-{month:02d}-{day:02d}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}{fraction}Z"


def civil(days: int) -> tuple[int, int, int]:
    """Return year, month and day of the proleptic Gregorian calendar, ``days`` after 1970-01-01."""
    # counted from 0000-03-01, so that the leap day ends a year of the count
    z = days + 719_468
    era, day_of_era = divmod(z, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def command_text(c: Command) -> str:
    """Return a command as a literal, with its words quoted where they need it and secrets as ``***``."""
    stages = []
    for stage in c.stages():
        words = " ".join(_word(word) for word in stage.argv)
        stages.append('$"' + words.translate(_ESCAPES) + '"')
    text = stages[0]
    for stage_text in stages[1:]:
        text += f".pipe({stage_text})"
    return text


def _word(word: str | Secret) -> str:
    if type(word) is Secret:
        return "***"
    text = str(word)
    plain = text and all(c.isalnum() or c in "@%+=:,./-_" for c in text)
    return text if plain else "'" + text.replace("'", "'\\''") + "'"


def _unit(_: None) -> str:
    return "()"


def _bool(b: bool) -> str:
    return "true" if b else "false"


def _path(p: Path) -> str:
    return f"Path({quoted(p.text)})"


def _regex(r: Regex) -> str:
    return f"regex({quoted(r.text)})"


def _secret(_: Secret) -> str:
    return "***"


def _closure(c: Closure) -> str:
    return f"<function {c.name}>"


_SCALARS: dict[type, Callable[[Any], str]] = {
    str: quoted, int: str, float: repr, bool: _bool, bytes: quoted_bytes, type(None): _unit, Duration: duration_text,
    Size: size_text, Path: _path, Instant: instant_text, Regex: _regex, Secret: _secret, Command: command_text, Closure: _closure,
}  # fmt: skip
