"""Host bodies of ``random.tek``, on the generator that the task's state holds."""

from __future__ import annotations

from tekrt.kernel.generator import Generator
from tekrt.values.failure import Failure
from tekrt.values.native import native
from tekstd.guard import room_for_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.kernel import Context


def generator(ctx: Context, what: str) -> Generator:
    """Return the task's generator, made from the world's randomness where no seed was given."""
    ctx.broker.check(ctx, "random", None, what)
    found: Generator | None = ctx.state.generator
    if found is None:
        found = Generator(int.from_bytes(ctx.broker.world.random(8), "little"), seeded=False)
        ctx.state.generator = found
    return found


@native("random.seed")
def seed(ctx: Context, n: int) -> None:
    """Begin a repeatable sequence."""
    ctx.broker.check(ctx, "random", None, "seed")
    ctx.state.generator = Generator(n)


@native("random.float")
def float_(ctx: Context) -> float:
    """Return a number from 0 to below 1."""
    return generator(ctx, "float").float()


@native("random.int")
def int_(ctx: Context, low: int, high: int) -> int:
    """Return a number of a range, both ends included."""
    if high < low:
        raise Failure("fail", f"random.int: there is no number from {low} to {high}")
    return low + generator(ctx, "int").below(high - low + 1)


@native("random.bytes")
def bytes_(ctx: Context, n: int) -> bytes:
    """Return random bytes, unpredictable ones where no seed was given."""
    if n < 0:
        raise Failure("fail", f"random.bytes: {n} bytes cannot be made")
    room_for_text(n)
    found = generator(ctx, "bytes")
    return found.bytes(n) if found.seeded else ctx.broker.world.random(n)


@native("random.uuid")
def uuid(ctx: Context) -> str:
    """Return a UUID of version 4."""
    found = generator(ctx, "uuid")
    data = bytearray(found.bytes(16) if found.seeded else ctx.broker.world.random(16))
    data[6] = data[6] & 0x0F | 0x40
    data[8] = data[8] & 0x3F | 0x80
    digits = data.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
