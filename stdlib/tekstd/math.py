"""Host bodies of ``math.tek``: the C library's functions, with IEEE-754's results where Python would raise."""

from __future__ import annotations

import math
from math import inf, nan

from tekrt.values.failure import Failure
from tekrt.values.native import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _total(name: str, function: Callable[[float], float], beyond: Callable[[float], float] | None = None) -> None:
    """Register a function that gives NaN outside its domain, and ``beyond(x)`` where the result is too large."""

    def body(ctx: Any, x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return nan
        except OverflowError:
            return beyond(x) if beyond is not None else inf

    body.__doc__ = f"Return ``{name}(x)``; NaN outside its domain."
    native(f"math.{name}")(body)


def _logarithm(name: str, function: Callable[[float], float]) -> None:
    def body(ctx: Any, x: float) -> float:
        if x <= 0.0:
            return -inf if x == 0.0 else nan
        return function(x)

    body.__doc__ = f"Return ``{name}(x)``; minus infinity for zero, NaN below."
    native(f"math.{name}")(body)


def _signed(x: float) -> float:
    return math.copysign(inf, x)


for _name in ("sqrt", "exp", "sin", "cos", "tan", "asin", "acos", "atan", "cosh", "tanh"):
    _total(_name, getattr(math, _name))
_total("sinh", math.sinh, _signed)
for _name in ("log", "log2", "log10"):
    _logarithm(_name, getattr(math, _name))


@native("math.cbrt")
def cbrt(ctx: Any, x: float) -> float:
    """Return the cube root, exactly where it is a whole number: not every C library does."""
    root = math.cbrt(x)
    near = float(round(root)) if abs(root) < 1e15 else root
    return near if near * near * near == x else root


@native("math.atan2")
def atan2(ctx: Any, y: float, x: float) -> float:
    """Return the angle of the point ``(x, y)``."""
    return math.atan2(y, x)


@native("math.hypot")
def hypot(ctx: Any, x: float, y: float) -> float:
    """Return the length of the hypotenuse."""
    return math.hypot(x, y)


@native("math.isqrt")
def isqrt(ctx: Any, n: int) -> int:
    """Return the whole part of the square root; ``overflow`` below zero."""
    if n < 0:
        raise Failure("overflow", f"isqrt: {n} is below 0 and has no real square root")
    return math.isqrt(n)


@native("math.factorial")
def factorial(ctx: Any, n: int) -> int:
    """Return the factorial; ``overflow`` outside 0..=20."""
    if not 0 <= n <= 20:
        raise Failure("overflow", f"factorial: {n} is not from 0 to 20, what fits an Int")
    return math.factorial(n)
