"""Time, random numbers, environment and log: their host bodies, on a simulated world."""

from __future__ import annotations

import datetime
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tekstd.time as clock
from tekrt.kernel import Broker, Context, Expired, MemoryLedger, Permit
from tekrt.kernel.generator import Generator
from tekrt.kernel.world import simulated
from tekrt.scopes import parse_capabilities
from tekrt.values.containers import new_map
from tekrt.values.failure import Cancelled, Failure
from tekrt.values.scalars import Duration, Instant
from tekrt.values.show import show
from tekrt.values.types import NONE
from tekstd import env, log, random
from tekstd.moments import parse_instant, strftime


def run(needs: str = "none", denied: tuple[str, ...] = (), **changes: object) -> Context:
    world = simulated(**changes)
    return Broker(world, Permit.of(parse_capabilities(needs), "/r", "/h", denied), ledger=MemoryLedger()).context()


class TestTime:
    def test_the_clock_is_the_worlds_and_sleeping_moves_it(self) -> None:
        ctx = run()
        start = clock.now(ctx)
        clock.sleep(ctx, Duration(1_500_000_000))
        clock.sleep(ctx, Duration(-5))
        assert clock.now(ctx).ns - start.ns == 1_500_000_000
        assert [line[0] for line in ctx.broker.ledger.lines()] == ["clock", "sleep", "sleep", "clock"]  # type: ignore[attr-defined]

    def test_sleeping_shows_what_was_printed_and_can_be_cancelled(self) -> None:
        ctx = run()
        ctx.emit("x")

        def cancel(context: Context) -> None:
            assert bytes(context.broker.world.write_out.__self__) == b"x"  # type: ignore[attr-defined]
            raise Cancelled

        ctx.broker.poll = cancel
        with pytest.raises(Cancelled):
            clock.sleep(ctx, Duration(10**12))

    def test_the_time_limit_of_an_attempt_ends_a_sleep_at_once(self) -> None:
        ctx = run()
        start = ctx.broker.world.monotonic()
        attempt = ctx.for_task("job", [], deadline=start + 5_000_000_000)
        with pytest.raises(Expired) as caught:
            clock.sleep(attempt, Duration(10**12))
        assert caught.value.deadline == start + 5_000_000_000
        assert ctx.broker.world.monotonic() == start + 5_000_000_000
        inner = attempt.for_task("inner", [], deadline=start + 10**12)
        assert inner.deadline == attempt.deadline

    @pytest.mark.parametrize("kind", ["clock", "sleep", "random", "log", "system", "output"])
    def test_a_host_may_take_each_default_away(self, kind: str) -> None:
        ctx = run(denied=(kind,))
        actions = {
            "clock": lambda: clock.now(ctx), "sleep": lambda: clock.sleep(ctx, Duration(1)), "random": lambda: random.float_(ctx),
            "log": lambda: log.info(ctx, "x", new_map([])), "system": lambda: env.cpus(ctx), "output": lambda: ctx.emit("x"),
        }  # fmt: skip
        for name, action in actions.items():
            if name == kind:
                with pytest.raises(Failure) as caught:
                    action()
                assert caught.value.kind == "denied"
            else:
                action()

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("2026-01-31", "2026-01-31T00:00:00Z"), ("2026-01-31T12:30", "2026-01-31T12:30:00Z"), ("2026-01-31t12:30:05z", "2026-01-31T12:30:05Z"),
            ("2026-01-31 12:30:05.25", "2026-01-31T12:30:05.25Z"), ("2026-01-31T12:30:05,123456789123Z", "2026-01-31T12:30:05.123456789Z"),
            ("2026-01-31T12:30+02:00", "2026-01-31T10:30:00Z"), ("2026-01-31T12:30-0230", "2026-01-31T15:00:00Z"), ("20260131T123005Z", "2026-01-31T12:30:05Z"),
            ("2026-W05-6", "2026-01-31T00:00:00Z"), ("2026W056", "2026-01-31T00:00:00Z"), ("2026-W01", "2025-12-29T00:00:00Z"),
            ("2026-031", "2026-01-31T00:00:00Z"), ("2024-366", "2024-12-31T00:00:00Z"), ("2026-01-31T24:00", "2026-02-01T00:00:00Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"), ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z"), ("2024-02-29", "2024-02-29T00:00:00Z"),
            ("2026-01-31T12Z", "2026-01-31T12:00:00Z"), (" 2026-01-31 ", "2026-01-31T00:00:00Z"), ("20260131", "2026-01-31T00:00:00Z"),
        ],
    )  # fmt: skip
    def test_iso_8601_is_read(self, text: str, shown: str) -> None:
        assert show(clock.parse(run(), text)) == shown

    @pytest.mark.parametrize(
        "text",
        ["", "x", "2026", "2026-13-01", "2026-02-29", "2026-1-1", "2026-01-31T25:00", "2026-01-31T12:60", "2026-01-31T12:30:61",
         "2026-01-31T12:30:00.", "2026-01-31T12:30:00Zx", "2026-01-31T12:30+24:00", "2026-W54-1", "2026-W01-8", "2025-366", "0000-00-00", "9999-12-31",
         "1600-01-01", "31.01.2026", "２０２６-01-31", "2026-01-31T24:01", "2026-01-31T12:30:60Z", "2026/01/31", "-2026-01-31"],
    )  # fmt: skip
    def test_what_is_no_date_fails_with_decode_and_says_why(self, text: str) -> None:
        with pytest.raises(Failure) as caught:
            clock.parse(run(), text)
        assert caught.value.kind == "decode"
        assert "ISO 8601" in caught.value.message

    @given(st.datetimes(datetime.datetime(1680, 1, 1), datetime.datetime(2260, 1, 1)))
    def test_directives_agree_with_pythons(self, at: datetime.datetime) -> None:
        ns = ((at - datetime.datetime(1970, 1, 1)) // datetime.timedelta(microseconds=1)) * 1000
        for code in "YmdHMSfjaAbBpyIuwUWVGF TDR":
            if code != " ":
                assert strftime(ns, "%" + code) == at.strftime("%" + code), code
        assert strftime(ns, "%c|%x|%X|%Z%z") == at.strftime("%c|%x|%X|UTC+0000")
        assert parse_instant(at.isoformat()) == ns
        assert show(Instant(ns)) == show(Instant(parse_instant(show(Instant(ns)))))

    def test_flags_and_unknown_directives(self) -> None:
        ctx = run()
        at = Instant(1_000_000_000 * 86_400 * 3)
        assert clock.format_(ctx, at, "%-d.%-m. %e %_H %^a %% %s %L%n") == "4.1.  4  0 SUN % 259200 000\n"
        for bad in ("%Q", "%", "x%"):
            with pytest.raises(Failure, match="directive"):
                clock.format_(ctx, at, bad)

    def test_parts(self) -> None:
        ctx = run()
        at = clock.date(ctx, 2024, 2, 29, 23, 58, 59)
        parts = (clock.year, clock.month, clock.day, clock.hour, clock.minute, clock.second, clock.weekday)
        assert [part(ctx, at) for part in parts] == [2024, 2, 29, 23, 58, 59, 4]
        before = Instant(-1)
        assert [part(ctx, before) for part in parts] == [1969, 12, 31, 23, 59, 59, 3]
        assert (clock.unix(ctx, before), clock.unix_ms(ctx, before)) == (-1, -1)
        assert clock.start_of_day(ctx, at) == clock.date(ctx, 2024, 2, 29, 0, 0, 0)
        assert clock.from_unix(ctx, 5) == Instant(5_000_000_000)
        for bad in ((2023, 2, 29, 0, 0, 0), (2023, 0, 1, 0, 0, 0), (3000, 1, 1, 0, 0, 0), (2023, 1, 1, 24, 0, 1)):
            with pytest.raises(Failure):
                clock.date(ctx, *bad)


class TestRandom:
    def test_the_generator_is_xoshiro256_starstar_seeded_by_splitmix64(self) -> None:
        generator = Generator(0)
        assert (generator.a, generator.b) == (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4)
        assert [generator.next() for _ in range(3)] == [11091344671253066420, 13793997310169335082, 1900383378846508768]

    def test_a_seed_repeats_and_a_called_task_repeats_with_it(self) -> None:
        def draw() -> list[object]:
            ctx = run()
            random.seed(ctx, 42)
            child = ctx.for_task("child", [])
            return [random.int_(ctx, 1, 6), random.float_(ctx), random.uuid(ctx), random.int_(child, 1, 10**9), random.bytes_(ctx, 5)]

        assert draw() == draw()

    def test_without_a_seed_it_is_the_worlds(self) -> None:
        ctx = run()
        assert random.uuid(ctx) != random.uuid(ctx)
        assert random.float_(run()) == random.float_(run())  # this simulated world's bytes are the same each time
        assert random.bytes_(ctx, 3) != random.bytes_(ctx, 3)

    def test_ranges_are_closed_and_even(self) -> None:
        ctx = run()
        random.seed(ctx, 1)
        counts = [0] * 7
        for _ in range(6000):
            counts[random.int_(ctx, 1, 6)] += 1
        assert counts[0] == 0
        assert all(850 < count < 1150 for count in counts[1:])
        assert random.int_(ctx, 5, 5) == 5
        assert -(2**63) <= random.int_(ctx, -(2**63), 2**63 - 1) < 2**63
        with pytest.raises(Failure):
            random.int_(ctx, 2, 1)
        with pytest.raises(Failure):
            random.bytes_(ctx, -1)

    @given(st.integers(0, 2**64 - 1), st.integers(1, 2**64))
    def test_numbers_stay_below(self, seed: int, count: int) -> None:
        generator = Generator(seed)
        assert 0 <= generator.below(count) < count
        assert 0 <= generator.float() < 1
        assert math.isfinite(generator.float())

    def test_a_uuid_has_its_version_and_variant(self) -> None:
        ctx = run()
        for seeded in (False, True):
            if seeded:
                random.seed(ctx, 3)
            text = random.uuid(ctx)
            assert [len(part) for part in text.split("-")] == [8, 4, 4, 4, 12]
            assert text[14] == "4"
            assert text[19] in "89ab"


class TestEnvironmentAndLog:
    def test_a_variable_needs_its_grant_also_where_it_is_not_set(self) -> None:
        ctx = run('env("A*")', environment={"A": "1", "B": "2", "AX": "\udcff"})
        assert env.get(ctx, "A")[1] == "1"
        assert env.get(ctx, "AB") == NONE
        assert env.get(ctx, "AX")[1] == "\\udcff"
        for name in ("B", "C", "", "PATH"):
            with pytest.raises(Failure) as caught:
                env.get(ctx, name)
            assert caught.value.kind == "denied"
        assert env.os_(ctx) == "linux"
        assert env.cpus(ctx) == 1
        assert env.home(ctx).text == "/home/nobody"
        assert env.root(ctx).text == "/r"

    def test_the_log_is_lines_on_standard_error_after_what_was_printed(self) -> None:
        ctx = run()
        ctx.emit("out\n")
        log.debug(ctx, "d", new_map([]))
        log.info(ctx, "two\nlines", new_map([("a", "1"), ("b", "x y"), ("c", ""), ("d", 'q"')]))
        log.warn(ctx, "w", new_map([]))
        log.error(ctx, "e", new_map([]))
        world = ctx.broker.world
        assert world.write_out.__self__ == b"out\n"  # type: ignore[attr-defined]
        lines = world.write_err.__self__.decode()  # type: ignore[attr-defined]
        assert lines == 'debug: d\ninfo: two\\nlines a=1 b="x y" c="" d="q\\""\nwarn: w\nerror: e\n'
