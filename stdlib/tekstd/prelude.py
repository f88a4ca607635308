"""Host bodies of ``prelude.tek``, and of what all prelude modules share."""

from __future__ import annotations

from tekrt.values.containers import TList, share_all
from tekrt.values.failure import Failure
from tekrt.values.native import native
from tekrt.values.order import total
from tekrt.values.show import show
from tekrt.values.types import ERROR, RecordType
from tekstd.guard import room_for_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


@native("print")
def print_(ctx: Any, value: Any) -> None:
    """Write a value as text and a newline to standard output."""
    ctx.emit((value if type(value) is str else show(value)) + "\n")


@native("write")
def write(ctx: Any, value: Any) -> None:
    """Write a value as text to standard output."""
    ctx.emit(show(value))


@native("eprint")
def eprint(ctx: Any, value: Any) -> None:
    """Write a value as text and a newline to standard error, after what was printed before."""
    data = (show(value) + "\n").encode("utf-8", "backslashreplace")
    broker = ctx.broker

    def send() -> None:
        broker.flush()
        broker.world.write_err(data)

    broker.effect(ctx, "output", None, "eprint", send)


@native("Any.to_str")
def to_str(ctx: Any, value: Any) -> str:
    """Return any value as text."""
    return show(value)


@native("compare")
def compare(ctx: Any, a: Any, b: Any) -> int:
    """Return -1, 0 or 1 by the total order."""
    return total(a, b)


@native("range")
def range_(ctx: Any, start: int, stop: int, step: int) -> TList:
    """Return the numbers from ``start`` to before ``stop``, not built until they are changed; ``fail`` for a step of 0."""
    if step == 0:
        raise Failure("fail", "range: a step of 0 leads nowhere")
    return TList(2, range(start, stop, step))


@native("fill")
def fill(ctx: Any, n: int, value: Any) -> TList:
    """Return ``n`` times the same value."""
    if n <= 0:
        return TList(1, [])
    room_for_list(n)
    return TList(1, share_all([value] * n))


@native("char")
def char(ctx: Any, code: int) -> str:
    """Return the character of a code point; ``overflow`` where it is none."""
    if 0 <= code < 0xD800 or 0xDFFF < code <= 0x10FFFF:
        return chr(code)
    raise Failure("overflow", f"{code} is not the number of a character")


@native("bytes_of")
def bytes_of(ctx: Any, numbers: TList) -> bytes:
    """Return bytes of these numbers; ``overflow`` outside 0..256."""
    try:
        return bytes(numbers.a)
    except ValueError:
        wrong = next(n for n in numbers.a if not 0 <= n <= 255)
    raise Failure("overflow", f"{wrong} does not fit a byte (0..256)")


@native("raise")
def raise_(ctx: Any, error: Any) -> NoReturn:
    """Fail with an ``Error`` as it is, with any other value as the message of kind ``fail``."""
    raise _failure(error, "")


@native("raise_with")
def raise_with(ctx: Any, error: Any, message: str) -> NoReturn:
    """Fail like ``raise`` with words before the message."""
    raise _failure(error, message + ": ")


def _failure(error: Any, before: str) -> Failure:
    if type(error) is list and type(error[1]) is RecordType and error[1] is ERROR:
        _, _, kind, message, data, trace = error
        failure = Failure(kind, before + message, data)
        failure.trace = list(trace.a)
        return failure
    return Failure("fail", before + show(error))
