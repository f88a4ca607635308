"""Arithmetic of 64-bit integers, floats and quantities as Tek defines it, and numbers as text."""

from __future__ import annotations

from tekrt.values.failure import Failure
from tekrt.values.scalars import Duration, Instant, Quantity, Size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

INT_MAX = (1 << 63) - 1
INT_MIN = -(1 << 63)
_MASK = (1 << 64) - 1

DURATION_UNITS = (
    ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("min", 60_000_000_000), ("s", 1_000_000_000),
    ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
)  # fmt: skip
"""Units of duration literals in nanoseconds, the longest first."""

SIZE_UNITS = (
    ("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20), ("MB", 1_000_000), ("KiB", 1 << 10), ("KB", 1_000), ("B", 1),
)  # fmt: skip
"""Units of size literals in bytes, the largest first."""


def overflow(what: str) -> NoReturn:
    """Fail because a result does not fit 64 bits."""
    raise Failure("overflow", f"{what} does not fit an Int (64 bits)")


def by_zero() -> NoReturn:
    """Fail with ``divide_by_zero``."""
    raise Failure("divide_by_zero", "division by zero")


def checked(n: int, what: str) -> int:
    """Return ``n`` where it fits 64 bits, else fail with ``overflow``."""
    if INT_MIN <= n <= INT_MAX:
        return n
    overflow(what)


def wrap(n: int) -> int:
    """Return ``n`` modulo 2**64 as a signed number."""
    n &= _MASK
    return n - (1 << 64) if n > INT_MAX else n


def is_nan(x: float) -> bool:
    """Tell whether ``x`` is NaN.  (``math`` would do, but is a shared object to load.)"""
    return x != x  # noqa: PLR0124 - this is what NaN means


def int_pow(base: int, exponent: int) -> int:
    """Return ``base ** exponent``; never makes a number much longer than 64 bits."""
    if exponent < 0:
        raise Failure("overflow", f"the exponent {exponent} of an Int power is negative")
    if base in (0, 1, -1):
        return 1 if exponent == 0 else base if base != -1 or exponent % 2 else 1
    if exponent > 63:
        overflow(f"{base} ** {exponent}")
    return checked(base**exponent, f"{base} ** {exponent}")


def int_shift(n: int, by: int, op: str) -> int:
    """Return ``n << by``, ``n >> by`` or ``n >>> by`` on 64 bits (``op`` is ``shl``, ``shr`` or ``ushr``)."""
    if by < 0 or by > 63:
        raise Failure("overflow", f"a shift by {by} is outside 0..63")
    if op == "shl":
        return wrap(n << by)
    return n >> by if op == "shr" else wrap((n & _MASK) >> by)


def int_div(a: int, b: int) -> float:
    """Return the IEEE-754 quotient of two Ints as floats."""
    return float_div(float(a), float(b))


def float_div(a: float, b: float) -> float:
    """Return the IEEE-754 quotient, by zero included."""
    if b:
        return a / b
    if not a or is_nan(a) or is_nan(b):
        return _NAN
    negative = (_sign(a) < 0) != (_sign(b) < 0)
    return -_INF if negative else _INF


def float_floordiv(a: float, b: float) -> float:
    """Return the floor of the quotient, as a Float."""
    if b:
        return a // b if a - a == 0.0 else _floor_special(a, b)
    return float_div(a, b)


def _floor_special(a: float, b: float) -> float:
    return _NAN if b - b != 0.0 else float_div(a, b)


def float_mod(a: float, b: float) -> float:
    """Return the remainder with the sign of ``b``; NaN by zero."""
    return a % b if b else _NAN


def float_pow(a: float, b: float) -> float:
    """Return ``a ** b`` by IEEE-754: no exception, NaN where there is no real result."""
    try:
        power = a**b
    except ZeroDivisionError:
        odd = b % 2 == 1.0
        return -_INF if odd and _sign(a) < 0 else _INF
    except OverflowError:
        return -_INF if a < 0 and b % 2 == 1.0 else _INF
    return power if type(power) is float else _NAN


def _sign(x: float) -> float:
    return -1.0 if str(x)[0] == "-" else 1.0


_INF = float("inf")
_NAN = float("nan")


def num_op(op: str, a: Any, b: Any) -> Any:
    """Return ``a op b`` for two values of one ``Num`` type: ``add``, ``sub`` or ``mul``."""
    result = a + b if op == "add" else a - b if op == "sub" else a * b
    if type(result) is int and not INT_MIN <= result <= INT_MAX:
        overflow(f"{a} {_SIGNS[op]} {b}")
    return result


_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "neg": "-"}


# quantities


def quantity(kind: type[Quantity], n: int, what: str) -> Quantity:
    """Return a quantity of ``n`` units, which must fit 64 bits."""
    if INT_MIN <= n <= INT_MAX:
        return kind(n)
    overflow(what)


def unit_op(op: str, a: Any, b: Any = None) -> Any:
    """Return ``a op b`` where one operand at least is a Duration, Size or Instant (``op``: add sub mul div neg).

    Sums and differences keep the unit; two instants differ by a duration; a quantity times or by a number is a quantity, by
    one of its kind a Float.  Products with Floats and quotients are rounded half to even.
    """
    if op == "neg":
        return quantity(type(a), -a.n, "the negation")
    if op in ("add", "sub"):
        return _unit_sum(op, a, b)
    if op == "mul":
        return _unit_product(a, b) if isinstance(a, Quantity) else _unit_product(b, a)
    if isinstance(b, Quantity):
        return int_div(a.n, b.n)
    return _unit_quotient(a, b)


def _unit_sum(op: str, a: Any, b: Any) -> Quantity:
    n = a.n + b.n if op == "add" else a.n - b.n
    kind = (
        Duration
        if op == "sub" and type(a) is Instant and type(b) is Instant
        else Instant
        if type(b) is Instant
        else type(a)
    )
    return quantity(kind, n, "the sum" if op == "add" else "the difference")


def _unit_product(a: Quantity, factor: float) -> Quantity:
    if type(factor) is int:
        return quantity(type(a), a.n * factor, "the product")
    return quantity(type(a), _rounded(a.n * factor), "the product")


def _unit_quotient(a: Quantity, by: float) -> Quantity:
    if not by:
        by_zero()
    if type(by) is int:
        whole, rest = divmod(a.n, by)
        double = 2 * abs(rest)
        if double > abs(by) or (double == abs(by) and whole % 2):
            whole += 1
        return quantity(type(a), whole, "the quotient")
    return quantity(type(a), _rounded(a.n / by), "the quotient")


def _rounded(x: float) -> int:
    if x - x != 0.0:
        overflow("the result")
    return round(x)


def duration_text(d: Duration) -> str:
    """Return a duration as the shortest single literal: ``1.5s``, ``250ms``."""
    return _shortest(d.n, DURATION_UNITS)


def size_text(s: Size) -> str:
    """Return a size as the shortest single literal: ``10MiB``."""
    return _shortest(s.n, SIZE_UNITS)


def _shortest(n: int, units: tuple[tuple[str, int], ...]) -> str:
    """Return the shortest exact literal; of equally long ones that without a fraction, then that of the larger unit."""
    sign, n = ("-", -n) if n < 0 else ("", n)
    if n == 0:
        return "0s" if units is DURATION_UNITS else "0B"
    best = ""
    best_rank = (0, False)
    for unit, factor in units:
        number = _exact(n, factor)
        if number is None:
            continue
        text = number + unit
        rank = (len(text), "." in number)
        if not best or rank < best_rank:
            best, best_rank = text, rank
    return sign + best


def _exact(n: int, factor: int) -> str | None:
    """Return ``n / factor`` as an exact decimal of at most 19 digits after the point, or None."""
    whole, rest = divmod(n, factor)
    if not rest:
        return str(whole)
    digits = ""
    while rest and len(digits) < 19:
        digit, rest = divmod(rest * 10, factor)
        digits += str(digit)
    return None if rest else f"{whole}.{digits}"
