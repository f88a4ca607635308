"""Host bodies of ``prelude_size.tek``."""

from __future__ import annotations

from tekrt.values.native import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.values.scalars import Size


@native("Size.bytes")
def bytes_(ctx: Any, size: Size) -> int:
    """Return the size in bytes."""
    return size.n
