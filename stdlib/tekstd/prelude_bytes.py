"""Host bodies of ``prelude_bytes.tek``."""

from __future__ import annotations

from tekrt.values.containers import TList, option
from tekrt.values.failure import Failure
from tekrt.values.native import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@native("Bytes.len")
def length(ctx: Any, data: bytes) -> int:
    """Return the number of bytes."""
    return len(data)


@native("Bytes.to_str")
def to_str(ctx: Any, data: bytes) -> str:
    """Return the text that the bytes are in UTF-8; ``decode`` where they are not."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Failure("decode", f"byte {error.start} is not UTF-8: {error.reason}") from None


@native("Bytes.hex")
def hex_(ctx: Any, data: bytes) -> str:
    """Return the bytes in hexadecimal."""
    return data.hex()


@native("Bytes.to_list")
def to_list(ctx: Any, data: bytes) -> TList:
    """Return the bytes as numbers."""
    return TList(1, list(data))


@native("Bytes.find")
def find(ctx: Any, data: bytes, part: bytes) -> Any:
    """Return the position of the first occurrence."""
    at = data.find(part)
    return option(None if at < 0 else at)


@native("Bytes.starts_with")
def starts_with(ctx: Any, data: bytes, prefix: bytes) -> bool:
    """Tell whether they begin with ``prefix``."""
    return data.startswith(prefix)


@native("Bytes.ends_with")
def ends_with(ctx: Any, data: bytes, suffix: bytes) -> bool:
    """Tell whether they end with ``suffix``."""
    return data.endswith(suffix)


@native("Bytes.contains")
def contains(ctx: Any, data: bytes, part: bytes) -> bool:
    """Tell whether ``part`` occurs in them."""
    return part in data
