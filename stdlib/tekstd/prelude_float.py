"""Host bodies of ``prelude_float.tek``."""

from __future__ import annotations

from tekrt.values.failure import Failure
from tekrt.values.native import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WHOLE = 2.0**52
"""From here on every Float is a whole number."""


@native("Float.to_int")
def to_int(ctx: Any, x: float) -> int:
    """Return the whole part as an Int; ``overflow`` outside its range, for NaN and infinity."""
    if -9223372036854775808.0 <= x < 9223372036854775808.0:
        return int(x)
    raise Failure("overflow", f"{x!r} does not fit an Int (64 bits)")


@native("Float.round")
def round_(ctx: Any, x: float, digits: int) -> float:
    """Return the nearest number of that many decimal digits, half to even."""
    # Beyond these bounds every Float has fewer digits, or none is left; Python's `round` wants a C int.
    if digits > 400 or x - x != 0.0:
        return x
    if digits < -400:
        return x * 0.0
    try:
        return round(x, digits)
    except OverflowError:
        # rounding up went beyond the greatest Float
        return x * float("inf")


@native("Float.floor")
def floor(ctx: Any, x: float) -> float:
    """Return the greatest whole number that is not above, as a Float."""
    whole = trunc(ctx, x)
    return whole - 1.0 if whole > x else whole


@native("Float.ceil")
def ceil(ctx: Any, x: float) -> float:
    """Return the least whole number that is not below, as a Float."""
    whole = trunc(ctx, x)
    if whole < x:
        return whole + 1.0
    return whole


@native("Float.trunc")
def trunc(ctx: Any, x: float) -> float:
    """Return the whole part as a Float; a negative number keeps its sign, ``-0.5`` gives ``-0.0``."""
    if -_WHOLE < x < _WHOLE:
        whole = float(int(x))
        return -0.0 if whole == 0.0 and (x < 0.0 or str(x)[0] == "-") else whole
    return x


@native("Float.abs")
def abs_(ctx: Any, x: float) -> float:
    """Return the number without its sign."""
    return abs(x)


@native("Float.sqrt")
def sqrt(ctx: Any, x: float) -> float:
    """Return the square root; NaN below zero."""
    from math import sqrt as root

    return root(x) if x >= 0.0 else float("nan")
