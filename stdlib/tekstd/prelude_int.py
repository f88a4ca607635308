"""Host bodies of ``prelude_int.tek``."""

from __future__ import annotations

from tekrt.values.native import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MASK = (1 << 64) - 1


@native("Int.to_float")
def to_float(ctx: Any, n: int) -> float:
    """Return the nearest Float."""
    return float(n)


@native("Int.bits")
def bits(ctx: Any, n: int) -> int:
    """Return the number of binary digits without the sign."""
    return n.bit_length()


@native("Int.count_ones")
def count_ones(ctx: Any, n: int) -> int:
    """Return the number of ones in two's complement of 64 bits."""
    return (n & _MASK).bit_count()


@native("Int.hex")
def hex_(ctx: Any, n: int) -> str:
    """Return the number in hexadecimal."""
    return format(n, "x")


@native("Int.bin")
def bin_(ctx: Any, n: int) -> str:
    """Return the number in binary."""
    return format(n, "b")


@native("Int.oct")
def oct_(ctx: Any, n: int) -> str:
    """Return the number in octal."""
    return format(n, "o")
