"""Host bodies of ``hash.tek``."""

from __future__ import annotations

from tekrt.values.failure import Failure
from tekrt.values.native import native
from tekrt.values.show import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _bytes(data: Any) -> bytes:
    if type(data) is bytes:
        return data
    if type(data) is str:
        return data.encode("utf-8")
    raise Failure("fail", f"hash: only Str and Bytes have a digest, not {show(data)[:60]}")


def _digest(name: str, data: Any) -> str:
    import hashlib

    return hashlib.new(name, _bytes(data), usedforsecurity=False).hexdigest()


@native("hash.sha256")
def sha256(ctx: Any, data: Any) -> str:
    """Return the SHA-256 digest."""
    return _digest("sha256", data)


@native("hash.sha512")
def sha512(ctx: Any, data: Any) -> str:
    """Return the SHA-512 digest."""
    return _digest("sha512", data)


@native("hash.sha1")
def sha1(ctx: Any, data: Any) -> str:
    """Return the SHA-1 digest."""
    return _digest("sha1", data)


@native("hash.md5")
def md5(ctx: Any, data: Any) -> str:
    """Return the MD5 digest."""
    return _digest("md5", data)


@native("hash.blake2b")
def blake2b(ctx: Any, data: Any, size: int) -> str:
    """Return the BLAKE2b digest of ``size`` bytes; ``fail`` outside 1..=64."""
    from hashlib import blake2b as digest

    if not 1 <= size <= 64:
        raise Failure("fail", f"blake2b: a digest has from 1 to 64 bytes, not {size}")
    return digest(_bytes(data), digest_size=size).hexdigest()


@native("hash.crc32")
def crc32(ctx: Any, data: Any) -> int:
    """Return the CRC-32 checksum."""
    from binascii import crc32 as checksum

    return checksum(_bytes(data))
