"""Host bodies of ``encoding.tek``."""

from __future__ import annotations

from binascii import Error, a2b_base64, b2a_base64

from tekrt.values.failure import Failure
from tekrt.values.native import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
_ESCAPED = [chr(b) if b in _PLAIN else f"%{b:02X}" for b in range(256)]
_HEX = frozenset("0123456789abcdefABCDEF")
_TO_URL = str.maketrans("+/", "-_")
_FROM_URL = str.maketrans("-_", "+/")


@native("encoding.base64_encode")
def base64_encode(ctx: Any, data: bytes) -> str:
    """Return bytes in Base64."""
    return b2a_base64(data, newline=False).decode("ascii")


@native("encoding.base64_decode")
def base64_decode(ctx: Any, text: str) -> bytes:
    """Return the bytes of a Base64 text, in which blanks and newlines count for nothing; ``decode`` where it is none."""
    return _decoded("".join(text.split()), "Base64")


def _decoded(text: str, name: str) -> bytes:
    try:
        return a2b_base64(text, strict_mode=True) if text else b""
    except (Error, ValueError) as error:
        raise Failure("decode", f"the text is not {name}: {str(error).lower()}") from None


@native("encoding.base64url_encode")
def base64url_encode(ctx: Any, data: bytes) -> str:
    """Return bytes in the Base64 of URLs, without padding."""
    return base64_encode(ctx, data).rstrip("=").translate(_TO_URL)


@native("encoding.base64url_decode")
def base64url_decode(ctx: Any, text: str) -> bytes:
    """Return the bytes of a text in the Base64 of URLs; ``decode`` where it is none."""
    if "+" in text or "/" in text:
        raise Failure("decode", "the text is not Base64 for URLs: it has + or / instead of - and _")
    bare = text.rstrip("=")
    return _decoded(bare.translate(_FROM_URL) + "=" * (-len(bare) % 4), "Base64 for URLs")


@native("encoding.hex_encode")
def hex_encode(ctx: Any, data: bytes) -> str:
    """Return bytes in hexadecimal."""
    return data.hex()


@native("encoding.hex_decode")
def hex_decode(ctx: Any, text: str) -> bytes:
    """Return the bytes of a hexadecimal text; ``decode`` where it is none."""
    if len(text) % 2:
        raise Failure("decode", "the text is not hexadecimal: it has an odd number of digits")
    if not _HEX.issuperset(text):
        wrong = next(c for c in text if c not in _HEX)
        raise Failure("decode", f"the text is not hexadecimal: {wrong!r} is no digit")
    return bytes.fromhex(text)


@native("encoding.url_encode")
def url_encode(ctx: Any, text: str) -> str:
    """Return the text with everything but ``A-Za-z0-9-_.~`` escaped."""
    return "".join([_ESCAPED[b] for b in text.encode("utf-8")])


@native("encoding.url_decode")
def url_decode(ctx: Any, text: str) -> str:
    """Return the text with each escape decoded; ``decode`` where one is malformed or the result is not UTF-8."""
    first, *rest = text.split("%")
    out = [first.encode("utf-8")]
    for part in rest:
        if len(part) < 2 or part[0] not in _HEX or part[1] not in _HEX:
            raise Failure("decode", f"`%{part[:2]}` is no escape of a URL: two hexadecimal digits must follow the %")
        out.append(bytes.fromhex(part[:2]) + part[2:].encode("utf-8"))
    try:
        return b"".join(out).decode("utf-8")
    except UnicodeDecodeError:
        raise Failure("decode", "what the escapes stand for is not UTF-8") from None
