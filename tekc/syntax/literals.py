"""What literals say: numbers, escapes, the indent of texts of several lines.

Functions here take source text and give values.  What is wrong comes back as a value as well; the callers know the spans.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import NamedTuple

from tekc.syntax import terminals as t

DURATION_UNITS = {
    "ns": 1,
    "us": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "min": 60_000_000_000,
    "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
}
"""Nanoseconds a unit."""

SIZE_UNITS = {
    "B": 1,
    "KB": 10**3,
    "KiB": 2**10,
    "MB": 10**6,
    "MiB": 2**20,
    "GB": 10**9,
    "GiB": 2**30,
    "TB": 10**12,
    "TiB": 2**40,
}
"""Bytes a unit."""

_BASES = {"0x": (16, "hexadecimal", "0123456789abcdef"), "0b": (2, "binary", "01"), "0o": (8, "octal", "01234567")}
_DIGITS = re.compile(r"[0-9]+(?:_[0-9]+)*\Z")
_PARTS = re.compile(r"([0-9_]+)(?:\.([0-9_]+))?(?:[eE]([+-]?[0-9_]+))?(\w*)\Z")
_MANY_DIGITS = 400

_MEANT = {
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "m": "min", "mins": "min", "minute": "min", "minutes": "min",
    "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "msec": "ms", "usec": "us", "µs": "us",
    "b": "B", "kb": "KB", "kib": "KiB", "mb": "MB", "mib": "MiB", "gb": "GB", "gib": "GiB", "k": "KB", "K": "KB", "M": "MB",
    "G": "GB", "Kb": "KB", "Mb": "MB", "Gb": "GB", "kB": "KB", "tb": "TB", "tib": "TiB", "S": "s", "H": "h", "D": "d",
}  # fmt: skip


class BadNumber(NamedTuple):
    """Why a text is not a number, and what to write instead where that can be told."""

    why: str
    instead: str | None


def number_kind(text: str) -> int:
    """Return the terminal of a number by its spelling; what is malformed counts as an integer."""
    if text.isdigit():
        return t.INT
    if _base_of(text) is not None:
        return t.INT
    unit = text.lstrip("0123456789_.")
    if unit in DURATION_UNITS:
        return t.DURATION
    if unit in SIZE_UNITS:
        return t.SIZE
    return t.FLOAT if ("." in text or unit[:1] in ("e", "E")) and text[-1].isdigit() else t.INT


def read_number(text: str) -> int | float | BadNumber:
    """Return the value of a number: an ``Int``, a ``Float``, or nanoseconds or bytes as whole numbers."""
    if text.isdigit() and len(text) < _MANY_DIGITS:
        return int(text)
    base = _base_of(text)
    if base is not None:
        return _based(text, *base)
    m = _PARTS.match(text)
    if m is None:
        return BadNumber("digits are missing", None)
    whole, fraction, exponent, unit = m.groups()
    for digits in (whole, fraction, (exponent or "").lstrip("+-") or None):
        if digits is not None and not _DIGITS.match(digits):
            plain = "_".join(part for part in digits.split("_") if part)
            return BadNumber("`_` stands between digits", text.replace(digits, plain) if plain else None)
    if unit:
        return _with_unit(text, whole, fraction, exponent, unit)
    if fraction is None and exponent is None:
        return _whole(whole)
    value = float(text.replace("_", ""))
    return value if isfinite(value) else BadNumber("it is beyond the largest `Float`, about 1.8e308", None)


def _base_of(text: str) -> tuple[int, str, str] | None:
    """Return the base that a prefix names; ``0B`` alone is no bytes at all, as it prints."""
    return None if text == "0B" else _BASES.get(text[:2].lower())


def _whole(digits: str) -> int:
    """Read decimal digits; a number too long to be any ``Int`` is cut to one that is still too large."""
    plain = digits.replace("_", "").lstrip("0") or "0"
    return int(plain) if len(plain) < _MANY_DIGITS else 10**_MANY_DIGITS


def _based(text: str, base: int, name: str, allowed: str) -> int | BadNumber:
    digits = text[2:].lower()
    plain = digits.replace("_", "")
    if not plain:
        return BadNumber("digits are missing", None)
    for char in plain:
        if char not in allowed:
            return BadNumber(f"`{char}` is no {name} digit", None)
    if digits.endswith("_") or "__" in digits:
        return BadNumber("`_` stands between digits", text[:2] + "_".join(part for part in text[2:].split("_") if part))
    return int(plain.lstrip("0")[: _MANY_DIGITS * 4] or "0", base)


def _with_unit(text: str, whole: str, fraction: str | None, exponent: str | None, unit: str) -> int | BadNumber:
    scale = DURATION_UNITS.get(unit) or SIZE_UNITS.get(unit)
    if scale is None or exponent is not None:
        meant = _MEANT.get(unit)
        if meant is not None and exponent is None:
            return BadNumber(f"`{unit}` is no unit", text[: len(text) - len(unit)] + meant)
        units = ", ".join((*DURATION_UNITS, *SIZE_UNITS))
        return BadNumber("a number with a unit has no exponent" if scale else f"`{unit}` is no unit (there are {units})", None)
    if fraction is None:
        return _whole(whole) * scale
    plain = fraction.replace("_", "").rstrip("0")[:_MANY_DIGITS]
    parts: int = 10 ** len(plain)
    value, rest = divmod(_whole(whole + plain) * scale, parts)
    if rest:
        return BadNumber("it is finer than a nanosecond" if unit in DURATION_UNITS else "it is no whole number of bytes", None)
    return value


# ------------------------------------------------------------------------------------------------------------- escapes

_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"', "{": "{", "}": "}", "0": "\0"}
_IN_BYTES = {"n": b"\n", "r": b"\r", "t": b"\t", "\\": b"\\", '"': b'"', "0": b"\0"}
_ESCAPE = re.compile(r"\\(?:([nrt\\\"{}0])|u\{([^}\"\n]*)\}|(.?))", re.DOTALL)
_BYTE_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|([^x])|x)|([^\x00-\x7f])", re.DOTALL)


class BadEscape(NamedTuple):
    """Where an escape is wrong (offsets in the text given), why, and what to write instead where that can be told."""

    start: int
    end: int
    why: str
    instead: str | None


class Piece(NamedTuple):
    """A run of text after its escapes were read; ``start..end`` is its source."""

    text: str
    start: int
    end: int


def unescape(text: str) -> tuple[str, list[BadEscape]]:
    """Read the escapes of a string."""
    if "\\" not in text:
        return text, []
    pieces, bad = unescaped_pieces(text)
    return "".join(piece.text for piece in pieces), bad


def unescaped_pieces(text: str) -> tuple[list[Piece], list[BadEscape]]:
    """Read the escapes of a string, keeping where each piece came from."""
    pieces: list[Piece] = []
    bad: list[BadEscape] = []
    last = 0
    for m in _ESCAPE.finditer(text):
        start, end = m.span()
        if start > last:
            pieces.append(Piece(text[last:start], last, start))
        last = end
        simple, scalar, _ = m.groups()
        value = _SIMPLE[simple] if simple else _scalar(scalar) if scalar is not None else _unknown(text, m)
        if isinstance(value, BadEscape):
            bad.append(value._replace(start=start, end=max(value.end, end)))
        else:
            pieces.append(Piece(value, start, end))
    if last < len(text):
        pieces.append(Piece(text[last:], last, len(text)))
    return pieces, bad


def _scalar(digits: str) -> str | BadEscape:
    try:
        number = int(digits, 16) if digits and len(digits) <= 8 and digits.isalnum() else -1
    except ValueError:
        number = -1
    if number < 0:
        return BadEscape(0, 0, "between the braces stand hexadecimal digits", None)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return BadEscape(0, 0, "there is no character of that number", None)
    return chr(number)


_PLAIN_U = re.compile(r"[0-9A-Fa-f]{4}")
_PLAIN_X = re.compile(r"[0-9A-Fa-f]{2}")


def _unknown(text: str, m: re.Match[str]) -> BadEscape:
    char = m[3]
    if char == "u":
        plain = _PLAIN_U.match(text, m.end())
        instead = f"\\u{{{plain[0]}}}" if plain else None
        return BadEscape(0, plain.end() if plain else m.end(), "a character is written by its number as `\\u{1F600}`", instead)
    if char == "x":
        plain = _PLAIN_X.match(text, m.end())
        instead = f"\\u{{{plain[0]}}}" if plain else None
        return BadEscape(0, plain.end() if plain else m.end(), "`\\x` stands only in bytes", instead)
    if char == "'":
        return BadEscape(0, m.end(), "a single quote needs none", "'")
    if char == "e":
        return BadEscape(0, m.end(), "the escape character is `\\u{1b}`", "\\u{1b}")
    if char == "\n" or char == "\r":
        return BadEscape(0, m.end(), "a string does not go on after a backslash", None)
    return BadEscape(0, m.end(), 'there are `\\n \\r \\t \\\\ \\" \\{ \\} \\0` and `\\u{…}`', None)


def unescape_bytes(text: str) -> tuple[bytes, list[BadEscape]]:
    """Read a bytes literal; an item of the list with an empty ``why`` is a character that is no ASCII."""
    out: list[bytes] = []
    bad: list[BadEscape] = []
    last = 0
    for m in _BYTE_ESCAPE.finditer(text):
        out.append(text[last : m.start()].encode("ascii"))
        last = m.end()
        number, char, wide = m.groups()
        if number is not None:
            out.append(bytes.fromhex(number))
        elif char in _IN_BYTES:
            out.append(_IN_BYTES[char])
        elif wide is not None:
            bad.append(BadEscape(m.start(), m.end(), "", None))
        else:
            why = "a byte is written `\\x0f`" if char is None else 'there are `\\n \\r \\t \\\\ \\" \\0` and `\\x0f`'
            bad.append(BadEscape(m.start(), m.end(), why, None))
    out.append(text[last:].encode("ascii"))
    return b"".join(out), bad


def double_quoted(text: str) -> str:
    """Return what stood between single quotes as a string in double quotes."""
    plain = text.replace("\\'", "'")
    return '"' + re.sub(r'(?<!\\)(["{}])', r"\\\1", plain) + '"'


# ------------------------------------------------------------------------------------------------------------- indents

_LINE_BREAK = re.compile(r"\r\n")
_FIRST = re.compile(r"[ \t]*\n")
_LEADING = re.compile(r"[ \t]*")


def dedent(parts: list[str | None]) -> list[str]:
    """Take the common indent, and the first newline, from a text of several lines with holes.

    ``parts`` are the texts as written, None for a hole.  Returns the texts, "" for a hole.  Lines of blanks only do not
    count for the indent, but the last one (that of the closing quotes) does; the line of the opening quotes never does.
    """
    texts = ["\0" if part is None else _LINE_BREAK.sub("\n", part) for part in parts]
    first = _FIRST.match(texts[0]) if texts and parts[0] is not None else None
    lines = "".join(texts).split("\n")
    common: str | None = None
    for i, line in enumerate(lines[1:], 1):
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        if len(indent) == len(line) and i < len(lines) - 1:
            continue
        common = indent if common is None else _common(common, indent)
    width = len(common or "")
    out: list[str] = []
    for i, (text, part) in enumerate(zip(texts, parts, strict=True)):
        if part is None:
            out.append("")
            continue
        head, *rest = text.split("\n")
        cut = [line[min(width, len(_LEADING.match(line)[0])) :] for line in rest]  # type: ignore[index]
        if i == 0 and first is not None:
            out.append("\n".join(cut))
        else:
            out.append("\n".join([head, *cut]))
    return out


def _common(a: str, b: str) -> str:
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return a[:length]
