"""Formats of interpolations: ``[[fill]align][sign][0][width][,][.precision][type]``, with Python's meaning."""

from __future__ import annotations

import re
from typing import NamedTuple

_FORMAT = re.compile(r"(?:(?P<fill>.)?(?P<align>[<>^=]))?(?P<sign>[-+ ])?(?P<zero>0)?(?P<width>[0-9]+)?(?P<comma>,)?(?:\.(?P<precision>[0-9]+))?(?P<type>[a-zA-Z%])?")
_TYPES = "bcdeEfFgGosxX%"
_LARGEST = 10_000


class Format(NamedTuple):
    """The parts of a format.  ``fill`` is one character, " " where none is given; ``type`` is "" where none is."""

    fill: str
    align: str
    sign: str
    zero: bool
    width: int
    comma: bool
    precision: int | None
    type: str


def parse_format(text: str) -> Format | str:
    """Return the parts of a format, or in words why it is none."""
    m = _FORMAT.match(text)
    assert m is not None  # every part may be missing
    if m.end() < len(text):
        return _why(text, m.end())
    if not text:
        return "nothing stands behind the colon"
    width = int(m["width"] or 0) if len(m["width"] or "") < 10 else _LARGEST + 1
    precision = int(m["precision"]) if m["precision"] and len(m["precision"]) < 10 else None
    if width > _LARGEST or (m["precision"] and (precision is None or precision > _LARGEST)):
        return f"a width or precision is {_LARGEST} at most"
    kind = m["type"] or ""
    if kind and kind not in _TYPES:
        return f"there is no type `{kind}` (there are {' '.join(_TYPES)})"
    if m["comma"] and kind and kind not in "deEfFgG%":
        return f"`,` does not go with the type `{kind}`"
    if precision is not None and kind and kind in "bcdoxX":
        return f"a precision does not go with the type `{kind}`"
    return Format(
        m["fill"] or " ", m["align"] or "", m["sign"] or "", bool(m["zero"]), width, bool(m["comma"]), precision, kind
    )


def _why(text: str, at: int) -> str:
    rest = text[at:]
    if "{" in text:
        return "a format is literal; nothing is interpolated into it"
    if rest.startswith("."):
        return "digits are missing behind the `.`"
    if at == 0 and len(rest) > 2:
        return f"`{rest[0]}` begins no part of a format"
    return f"`{rest}` is left over"
