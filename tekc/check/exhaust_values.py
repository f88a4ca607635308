"""Ordered values in patterns: literals and ranges as intervals, cut into segments that all patterns treat alike.

``Int``, ``Duration`` and ``Size`` are whole numbers of 64 bits, so ranges over them can cover everything.  ``Float``, ``Str``,
``Path`` and ``Bytes`` are dense for this purpose; ``Float`` is never covered by ranges, because no range holds a NaN.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple

from tekc.check.builtins import BYTES, DURATION, FLOAT, INT, PATH, SIZE, STR
from tekc.check.types import Con, Type, prune
from tekc.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LEAST, GREATEST = -(2**63), 2**63 - 1


class Interval(NamedTuple):
    """Values from ``low`` to ``high`` (None: no bound); ``closed`` where ``high`` itself belongs to it."""

    low: Any
    high: Any
    closed: bool


class Segment(NamedTuple):
    """Values that no pattern tells apart; ``text`` is a pattern for them, ``empty`` where no value lies in it."""

    text: str
    empty: bool = False


class Segments(NamedTuple):
    """All segments of a place.  ``closed`` where they are all values that there are."""

    items: Sequence[Segment]
    closed: bool
    covered: Callable[[Interval], Iterable[int]]


class Domain:
    """The values of an ordered type."""

    def segments(self, tests: Iterable[Interval]) -> Segments:
        """Cut the values at every bound that a test has."""
        raise NotImplementedError  # both kinds of domain override it


class Whole(Domain):
    """Whole numbers of 64 bits, shown by ``show``; ``ranges`` may stand in patterns, else a witness of several is ``_``."""

    def __init__(self, show: Callable[[int], str], *, ranges: bool) -> None:
        self.show = show
        self.ranges = ranges

    def segments(self, tests: Iterable[Interval]) -> Segments:
        """Cut the numbers into runs."""
        cuts = {LEAST}
        for test in tests:
            low, high = _ends(test)
            if low <= high:
                cuts.update(x for x in (low, high + 1) if LEAST <= x <= GREATEST)
        starts = sorted(cuts)
        ends = [*[x - 1 for x in starts[1:]], GREATEST]
        items = [Segment(self._text(low, high)) for low, high in zip(starts, ends, strict=True)]

        def covered(test: Interval) -> Iterable[int]:
            low, high = _ends(test)
            return range(bisect_left(starts, low), bisect_left(starts, high + 1)) if low <= high else ()

        return Segments(items, True, covered)

    def _text(self, low: int, high: int) -> str:
        if low == high:
            return self.show(low)
        if not self.ranges:
            return "_"
        if low == LEAST:
            return "_" if high == GREATEST else f"..{self.show(high + 1)}"
        return f"{self.show(low)}.." if high == GREATEST else f"{self.show(low)}..={self.show(high)}"


class Dense(Domain):
    """Values between any two of which others lie; ``least`` is the first of all, where there is one."""

    def __init__(self, show: Callable[[Any], str], least: Any, closed: bool) -> None:
        self.show = show
        self.least = least
        self.closed = closed

    def segments(self, tests: Iterable[Interval]) -> Segments:
        """Cut into points (odd places) and what lies between them (even places)."""
        bounds = {x for test in tests for x in (test.low, test.high) if x is not None}
        points = sorted(bounds)
        items: list[Segment] = []
        for i, point in enumerate(points):
            items.append(Segment("_", empty=i == 0 and self.least is not None and point == self.least))
            items.append(Segment(self.show(point)))
        items.append(Segment("_"))

        def covered(test: Interval) -> Iterable[int]:
            start = 0 if test.low is None else 2 * bisect_left(points, test.low) + 1
            end = len(items) if test.high is None else 2 * bisect_left(points, test.high) + 1 + test.closed
            return range(start, end)

        return Segments(items, self.closed, covered)


def _ends(test: Interval) -> tuple[int, int]:
    low = LEAST if test.low is None else test.low
    high = GREATEST if test.high is None else test.high if test.closed else test.high - 1
    return low, high


def show_str(text: str) -> str:
    """Return a text as a Tek literal."""
    made = []
    for c in text:
        made.append(_ESCAPES.get(c) or (c if c.isprintable() else f"\\u{{{ord(c):x}}}"))
    return '"' + "".join(made) + '"'


_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", '"': '\\"', "{": "\\{", "\0": "\\0"}


def show_bytes(data: bytes) -> str:
    """Return bytes as a Tek literal."""
    made = []
    for b in data:
        c = chr(b)
        plain = 32 <= b < 127 and c not in '"\\'
        made.append(c if plain else _ESCAPES[c] if c in _ESCAPES and c != "{" else f"\\x{b:02x}")
    return 'b"' + "".join(made) + '"'


def _show_unit(units: Sequence[tuple[int, str]]) -> Callable[[int], str]:
    def show(n: int) -> str:
        if n == 0:
            return "0" + units[-1][1]
        for size, name in units:
            if n % size == 0:
                return f"{n // size}{name}"
        return f"{n}{units[-1][1]}"

    return show


show_duration = _show_unit(
    [(86_400 * 10**9, "d"), (3_600 * 10**9, "h"), (60 * 10**9, "min"), (10**9, "s"), (10**6, "ms"), (10**3, "us"), (1, "ns")]
)
show_size = _show_unit([(2**30, "GiB"), (10**9, "GB"), (2**20, "MiB"), (10**6, "MB"), (2**10, "KiB"), (10**3, "KB"), (1, "B")])

_DOMAINS: dict[object, Domain] = {
    INT.head: Whole(str, ranges=True),
    DURATION.head: Whole(show_duration, ranges=False),
    SIZE.head: Whole(show_size, ranges=False),
    FLOAT.head: Dense(repr, None, closed=False),
    STR.head: Dense(show_str, "", closed=True),
    PATH.head: Dense(show_str, None, closed=True),
    BYTES.head: Dense(show_bytes, b"", closed=True),
}


def domain_of(type: Type) -> Domain | None:
    """Return the ordered values of a type, or None where it has none that patterns can name."""
    type = prune(type)
    return _DOMAINS.get(type.head) if isinstance(type, Con) else None


def interval_of(pattern: ast.Pattern | ast.RestPattern, type: Type) -> Interval | None:
    """Return what a literal or a range stands for, or None where it fits no value of the type."""
    if domain_of(type) is None:
        return None
    wanted = type.head if isinstance(type, Con) else None
    if isinstance(pattern, ast.LiteralPattern):
        value = _value(pattern.value, wanted)
        return None if value is None else Interval(value, value, closed=True)
    if isinstance(pattern, ast.RangePattern):
        low = None if pattern.low is None else _value(pattern.low, wanted)
        high = None if pattern.high is None else _value(pattern.high, wanted)
        if (low is None) is not (pattern.low is None) or (high is None) is not (pattern.high is None):
            return None
        return Interval(low, high, pattern.inclusive)
    return None


def _value(expr: ast.Expr, wanted: object) -> Any:
    """The value of a literal of the type ``wanted``, or None where it is none."""
    sign = 1
    if isinstance(expr, ast.Unary) and expr.op == "-":
        sign, expr = -1, expr.operand
    if isinstance(expr, ast.IntLiteral):
        return sign * expr.value if wanted is INT.head else sign * float(expr.value) if wanted is FLOAT.head else None
    if isinstance(expr, ast.FloatLiteral):
        return sign * expr.value if wanted is FLOAT.head else None
    if isinstance(expr, ast.DurationLiteral):
        return sign * expr.ns if wanted is DURATION.head else None
    if isinstance(expr, ast.SizeLiteral):
        return sign * expr.bytes if wanted is SIZE.head else None
    if isinstance(expr, ast.StrLiteral):
        return expr.value if wanted is STR.head or wanted is PATH.head else None
    if isinstance(expr, ast.BytesLiteral):
        return expr.value if wanted is BYTES.head else None
    return None
