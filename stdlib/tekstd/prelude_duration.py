"""Host bodies of ``prelude_duration.tek``."""

from __future__ import annotations

from tekrt.values.native import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.values.scalars import Duration


@native("Duration.seconds")
def seconds(ctx: Any, d: Duration) -> float:
    """Return the duration in seconds."""
    return d.n / 1_000_000_000


@native("Duration.ms")
def ms(ctx: Any, d: Duration) -> int:
    """Return the whole milliseconds, towards zero."""
    return d.n // 1_000_000 if d.n >= 0 else -(-d.n // 1_000_000)


@native("Duration.ns")
def ns(ctx: Any, d: Duration) -> int:
    """Return the nanoseconds."""
    return d.n
