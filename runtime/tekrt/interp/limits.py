"""How much a run may use."""

from __future__ import annotations

from tekrt.interp.frames import DEFAULT_DEPTH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_MEMORY = 4 << 30
"""Bytes of memory that a run may use unless the host says otherwise."""

GRACE = 30_000_000_000
"""For so many nanoseconds ``defer`` blocks are shielded from cancellation and deadlines."""


class Limits:
    """Limits of one call of the machine.

    ``steps`` are calls and loop rounds, ``memory`` bytes of the process, ``seconds`` of the wall clock, ``output`` bytes that may be
    printed (the broker's output counts them), ``depth`` how deep calls nest (there calls fail with ``stack``).  None is no limit.
    ``measure`` gives the bytes of memory in use, ``grace`` nanoseconds of shielding.
    """

    __slots__ = ("depth", "grace", "measure", "memory", "output", "seconds", "steps")

    def __init__(
        self, steps: int | None = None, memory: int | None = None, seconds: float | None = None, output: int | None = None,
        depth: int = DEFAULT_DEPTH, measure: Callable[[], int] | None = None, grace: int = GRACE,
    ) -> None:  # fmt: skip
        self.steps = steps
        self.memory = memory
        self.seconds = seconds
        self.output = output
        self.depth = depth
        self.measure = measure
        self.grace = grace
