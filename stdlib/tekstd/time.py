"""Host bodies of ``time.tek``."""

from __future__ import annotations

from tekrt.values.native import native
from tekrt.values.scalars import Duration, Instant
from tekstd.moments import DAY, SECOND, Moment, in_range, instant_ns, parse_instant, strftime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.kernel import Context


@native("time.now")
def now(ctx: Context) -> Instant:
    """Return the present moment."""
    broker = ctx.broker
    return Instant(broker.effect(ctx, "clock", None, "now", broker.world.now))


@native("time.sleep")
def sleep(ctx: Context, d: Duration) -> None:
    """Wait; what was printed is shown before, and a cancellation ends it."""
    broker = ctx.broker
    broker.check(ctx, "sleep", None, "sleep")
    broker.flush()
    world = broker.world
    end = world.monotonic() + d.ns
    while (left := end - world.monotonic()) > 0:
        broker.wait_allowed(ctx)
        world.pause(broker.patience(ctx, left))


@native("time.parse")
def parse(ctx: Context, text: str) -> Instant:
    """Return the instant that a text names."""
    return Instant(parse_instant(text))


@native("time.date")
def date(ctx: Context, year: int, month: int, day: int, hour: int, minute: int, second: int) -> Instant:
    """Return the instant of a date and a time of day."""
    return Instant(instant_ns(year, month, day, hour, minute, second))


@native("time.from_unix")
def from_unix(ctx: Context, seconds: int) -> Instant:
    """Return the instant of a count of seconds."""
    return Instant(in_range(seconds * SECOND))


@native("time.Instant.format")
def format_(ctx: Context, at: Instant, fmt: str) -> str:
    """Return an instant as text."""
    return strftime(at.ns, fmt)


@native("time.Instant.unix")
def unix(ctx: Context, at: Instant) -> int:
    """Return whole seconds since 1970."""
    return at.ns // SECOND


@native("time.Instant.unix_ms")
def unix_ms(ctx: Context, at: Instant) -> int:
    """Return whole milliseconds since 1970."""
    return at.ns // 1_000_000


@native("time.Instant.start_of_day")
def start_of_day(ctx: Context, at: Instant) -> Instant:
    """Return the beginning of the day."""
    return Instant(in_range(at.ns - at.ns % (DAY * SECOND)))


@native("time.Instant.year")
def year(ctx: Context, at: Instant) -> int:
    """Return the year."""
    return Moment(at.ns).year


@native("time.Instant.month")
def month(ctx: Context, at: Instant) -> int:
    """Return the month, 1 to 12."""
    return Moment(at.ns).month


@native("time.Instant.day")
def day(ctx: Context, at: Instant) -> int:
    """Return the day of the month."""
    return Moment(at.ns).day


@native("time.Instant.hour")
def hour(ctx: Context, at: Instant) -> int:
    """Return the hour."""
    return at.ns // (3600 * SECOND) % 24


@native("time.Instant.minute")
def minute(ctx: Context, at: Instant) -> int:
    """Return the minute."""
    return at.ns // (60 * SECOND) % 60


@native("time.Instant.second")
def second(ctx: Context, at: Instant) -> int:
    """Return the second."""
    return at.ns // SECOND % 60


@native("time.Instant.weekday")
def weekday(ctx: Context, at: Instant) -> int:
    """Return the day of the week, 1 for Monday."""
    return (at.ns // (DAY * SECOND) + 3) % 7 + 1
