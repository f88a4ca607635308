"""Format specifications of interpolation, ``{value:>8,.2f}``, with Python's meaning.

A format is ``[[fill]align][sign][0][width][,][.precision][type]``.  It is parsed once, when compiled, into a plain tuple
``(fill, align, sign, zero, width, comma, precision, type)`` with "" or -1 for what is not there.
"""

from __future__ import annotations

from tekrt.values.failure import Failure
from tekrt.values.show import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Format = tuple[str, str, str, bool, int, bool, int, str]

MAX_WIDTH = 1_000_000
"""The widest field and the highest precision that a format may ask for."""

INT_TYPES = "bcdoxX"
FLOAT_TYPES = "eEfFgG%"


class FormatError(ValueError):
    """What is wrong with a format, in words; ``at`` is the index of the character in its text."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


def parse_format(text: str) -> Format:
    """Parse the text of a format; FormatError where it has not the form."""
    at, fill, align = _alignment(text)
    sign = text[at] if text[at : at + 1] in ("+", "-", " ") and at < len(text) else ""
    at += len(sign)
    zero = text[at : at + 1] == "0"
    at += zero
    at, width = _number(text, at)
    comma = text[at : at + 1] == ","
    at += comma
    precision = -1
    if text[at : at + 1] == ".":
        start = at + 1
        at, precision = _number(text, start)
        if precision < 0:
            raise FormatError("a precision needs digits after the `.`", start)
    kind = text[at : at + 1]
    if kind and kind not in INT_TYPES + FLOAT_TYPES + "s":
        raise FormatError(f"`{kind}` is no type of a format; there are b c d o x X e E f F g G % s", at)
    at += len(kind)
    if at < len(text):
        raise FormatError(f"`{text[at:]}` is left over; a format is [[fill]align][sign][0][width][,][.precision][type]", at)
    return (fill, align, sign, zero, width, comma, precision, kind)


def _alignment(text: str) -> tuple[int, str, str]:
    if len(text) > 1 and text[1] in "<>^=":
        return 2, text[0], text[1]
    if text and text[0] in "<>^=":
        return 1, "", text[0]
    return 0, "", ""


def _number(text: str, at: int) -> tuple[int, int]:
    start = at
    while at < len(text) and text[at] in "0123456789":
        at += 1
    if at == start:
        return at, -1
    number = int(text[start:at]) if at - start < 10 else MAX_WIDTH + 1
    if number > MAX_WIDTH:
        raise FormatError(f"a width or precision of more than {MAX_WIDTH:,} is not allowed", start)
    return at, number


def format_problem(fmt: Format, kind: str) -> str | None:
    """Tell in words why a format does not fit a type (its head, such as ``Int``), or None where it does."""
    _, align, sign, _, _, comma, precision, letter = fmt
    if kind == "Int":
        if precision >= 0 and (not letter or letter in INT_TYPES):
            return "an Int has no precision; write a type like `f` as well"
        if comma and letter in tuple("bcoxX"):
            return f"`,` does not go with `{letter}`"
        return "an Int cannot be written with `s`" if letter == "s" else None
    if kind == "Float":
        return f"a Float cannot be written with `{letter}`" if letter and letter not in FLOAT_TYPES else None
    if letter and letter != "s":
        return f"`{letter}` is for numbers"
    if sign or comma:
        return f"`{sign or ','}` is for numbers"
    return "`=` is for numbers" if align == "=" else None


def spec_text(fmt: Format, kind: str) -> str:
    """Return Python's format text for values of a type's head (``Int``, ``Float``, else text)."""
    fill, align, sign, zero, width, comma, precision, letter = fmt
    if kind == "Float" and precision >= 0 and not letter:
        letter = "f"
    text = fill + align + sign + ("0" if zero else "") + (str(width) if width >= 0 else "") + ("," if comma else "")
    return text + (f".{precision}" if precision >= 0 else "") + letter


def format_value(value: Any, fmt: Format) -> str:
    """Return any value as text by a format; fails with ``encode`` where they do not go together."""
    kind = "Int" if type(value) is int else "Float" if type(value) is float else ""
    problem = format_problem(fmt, kind)
    if problem is not None:
        raise Failure("encode", f"cannot format {show(value)}: {problem}")
    try:
        return format(value if kind else show(value), spec_text(fmt, kind))
    except (ValueError, OverflowError) as error:
        raise Failure("encode", f"cannot format {show(value)}: {error}") from None
