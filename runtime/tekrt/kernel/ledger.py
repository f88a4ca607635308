"""What was recorded.  The ledger that is kept in a file, chained by digests, takes the place of these later."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.abi import Envelope, Outcome


class Ledger:
    """Records nothing.  ``active`` tells the broker whether to make envelopes at all."""

    active = False

    def begin(self, envelope: Envelope) -> None:
        """Take an intent, before the effect."""

    def end(self, outcome: Outcome) -> None:
        """Take an outcome, after it."""

    def close(self) -> None:
        """Make everything durable that was taken."""


class MemoryLedger(Ledger):
    """Keeps all records in lists, for tests and for hosts that ask."""

    active = True

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.outcomes: list[Outcome] = []

    def begin(self, envelope: Envelope) -> None:
        """Keep an intent."""
        self.envelopes.append(envelope)

    def end(self, outcome: Outcome) -> None:
        """Keep an outcome."""
        self.outcomes.append(outcome)

    def lines(self) -> list[tuple[str, str | None, str]]:
        """Return (effect, scope, status) of every effect that ended, in order of its beginning."""
        ended = {outcome.seq: outcome.status for outcome in self.outcomes}
        return [(e.effect, e.scope, ended[e.seq]) for e in self.envelopes if e.seq in ended]
