"""The services of the world, as the kernel wants them.  ``tekrt.effects`` has the real ones, tests bring their own."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tekrt.kernel.broker import Broker


class World:
    """Clock, randomness, environment and output, handed in as functions.

    ``now`` gives nanoseconds since 1970, ``monotonic`` nanoseconds of a clock that never goes back, ``pause`` waits for so
    many nanoseconds (and may come back earlier), ``random`` gives so many unpredictable bytes.  ``write_out`` and
    ``write_err`` take bytes; ``environment`` is a plain copy.  ``files``, ``processes``, ``network``, ``secrets`` and ``person`` make these services for a
    broker, when it first needs them; ``reserved`` are absolute paths of tekc's own, which no script may touch.
    """

    __slots__ = (
        "cpus", "eager", "environment", "files", "home", "monotonic", "network", "now", "pause", "person", "processes", "random", "reserved",
        "secrets", "system",
        "write_err", "write_out",
    )  # fmt: skip

    def __init__(
        self, *, now: Callable[[], int], monotonic: Callable[[], int], pause: Callable[[int], None],
        random: Callable[[int], bytes], write_out: Callable[[bytes], None], write_err: Callable[[bytes], None],
        environment: dict[str, str], home: str, system: str = "linux", cpus: int = 1, eager: bool = False, reserved: tuple[str, ...] = (),
        files: Callable[[Broker], Any] | None = None, processes: Callable[[Broker], Any] | None = None,
        network: Callable[[Broker], Any] | None = None, secrets: Callable[[Broker], Any] | None = None,
        person: Callable[[Broker], Any] | None = None,
    ) -> None:  # fmt: skip
        self.now = now
        self.monotonic = monotonic
        self.pause = pause
        self.random = random
        self.write_out = write_out
        self.write_err = write_err
        self.environment = environment
        self.home = home
        self.system = system
        self.cpus = cpus
        self.eager = eager  # standard output is a terminal: each line is shown at once
        self.reserved = reserved
        self.files = files
        self.processes = processes
        self.network = network
        self.secrets = secrets
        self.person = person


def simulated(**changes: Any) -> World:
    """Return a world that touches nothing: a clock that only sleeping moves, counted random bytes, output in lists.

    ``world.write_out.__self__`` is the bytearray of what was printed.
    """
    clock = [1_700_000_000_000_000_000]
    drawn = [0]

    def pause(ns: int) -> None:
        clock[0] += max(ns, 0)

    def random(count: int) -> bytes:
        drawn[0] += 1
        return drawn[0].to_bytes(8, "little") * (count // 8 + 1)

    services: dict[str, Any] = {
        "now": lambda: clock[0], "monotonic": lambda: clock[0], "pause": pause, "random": lambda n: random(n)[:n],
        "write_out": bytearray().extend, "write_err": bytearray().extend, "environment": {}, "home": "/home/nobody",
    }  # fmt: skip
    services.update(changes)
    return World(**services)
