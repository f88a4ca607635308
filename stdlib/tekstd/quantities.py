"""Durations, sizes and instants from their text."""

from __future__ import annotations

from tekrt.values.failure import Failure
from tekrt.values.numbers import DURATION_UNITS, INT_MAX, INT_MIN, SIZE_UNITS
from tekrt.values.scalars import Duration, Instant, Size
from tekstd.moments import parse_instant

_DIGITS = frozenset("0123456789_")
_UNIT_LETTERS = "abcdefghijklmnopqrstuvwxyzBKMGi"


def duration_of(text: str) -> Duration | None:
    """Return the duration that a literal such as ``1.5s`` or ``-250ms`` stands for, or None."""
    n = _quantity(text, DURATION_UNITS)
    return None if n is None else Duration(n)


def size_of(text: str) -> Size | None:
    """Return the size that a literal such as ``10MiB`` stands for, or None."""
    n = _quantity(text, SIZE_UNITS)
    return None if n is None else Size(n)


def _quantity(text: str, units: tuple[tuple[str, int], ...]) -> int | None:
    digits = text[1:] if text[:1] == "-" else text
    number = digits.rstrip(_UNIT_LETTERS)
    factor = dict(units).get(digits[len(number) :])
    whole, dot, fraction = number.partition(".")
    if factor is None or not _number(whole) or (dot and not _number(fraction)):
        return None
    fraction = fraction.replace("_", "")
    if len(whole) > 30 or len(fraction) > 30:
        return None
    n, rest = divmod(int(whole + fraction) * factor, 10 ** len(fraction))
    n = -n if text[:1] == "-" else n
    return n if not rest and INT_MIN <= n <= INT_MAX else None


def _number(text: str) -> bool:
    return bool(text) and _DIGITS.issuperset(text) and text[0] != "_" and text[-1] != "_"


def instant_of(text: str) -> Instant | None:
    """Return the instant that a date and time in ISO 8601 stands for, or None; without an offset it is UTC."""
    try:
        return Instant(parse_instant(text))
    except Failure:
        return None
