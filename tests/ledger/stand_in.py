"""A store in memory, a clock that is set by hand, and short ways to write records."""

from __future__ import annotations

from tekrt.abi import Envelope, Outcome
from tekrt.kernel.ledger_chain import Anchor
from tekrt.kernel.ledger_file import FileLedger
from tekrt.values.failure import Failure


class Store:
    """What was added, piece by piece, and the last anchor; ``full`` makes it refuse."""

    def __init__(self) -> None:
        self.opened = 0
        self.pieces: list[bytes] = []
        self.last: Anchor | None = None
        self.full = False

    def open(self) -> None:
        self.opened += 1

    def add(self, data: bytes) -> None:
        if self.full:
            raise Failure("io", "no space is left")
        self.pieces.append(data)

    def anchor(self, count: int, head: str, closed: bool) -> None:
        self.last = Anchor(count, head, closed)

    def close(self) -> None:
        pass

    @property
    def data(self) -> bytes:
        return b"".join(self.pieces)

    @property
    def lines(self) -> list[bytes]:
        return self.data.splitlines(keepends=True)


class Clock:
    """Nanoseconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1

    def __call__(self) -> int:
        return self.now


def made(run: str = "r") -> tuple[FileLedger, Store, Clock]:
    """Return a ledger without a thread, its store and its clock."""
    store, clock = Store(), Clock()
    return FileLedger(store, run, {"name": run}, clock, background=False), store, clock


def envelope(seq: int, effect: str = "fs.read", scope: str | None = "/r/a", detail: str = "read_text", permit: str = "p") -> Envelope:
    """Return an intent."""
    return Envelope(seq, 1000 + seq, "r", "main", 1, effect, scope, detail, permit)


def effect(ledger: FileLedger, seq: int, kind: str = "fs.read", scope: str | None = "/r/a", detail: str = "read_text", status: str = "ok",
           repeatable: bool = False) -> None:  # fmt: skip
    """Record a whole effect."""
    ledger.begin(envelope(seq, kind, scope, detail), repeatable)
    ledger.end(Outcome(seq, status, 5, 3))
