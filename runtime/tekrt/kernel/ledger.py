"""What was recorded: the interface that the broker knows, and the two simplest ledgers.

:mod:`tekrt.kernel.ledger_file` has the one that is kept, chained by digests (:mod:`tekrt.kernel.ledger_chain`).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.abi import Envelope, Outcome
    from tekrt.kernel.permit import Permit


class Ledger:
    """Records nothing.  ``active`` tells the broker whether to make envelopes at all.

    ``confined`` says that programs are confined and have no network: then starting one is no outward effect.
    """

    active = False
    confined = False

    def begin(self, envelope: Envelope, repeatable: bool = False) -> None:
        """Take an intent, before the effect.  ``repeatable`` says that its task may do it again: it has ``retry`` or ``cache``."""

    def end(self, outcome: Outcome) -> None:
        """Take an outcome, after it."""

    def permit(self, permit: Permit) -> str:
        """Return the name by which envelopes refer to a permit."""
        return ""

    def again(self, task: str, attempt: int, kind: str, detail: str) -> bool:
        """Tell whether an effect only repeats the last one and is counted with it: then nothing else is to be recorded."""
        return False

    def note(self, what: str, detail: str) -> None:
        """Record what is no effect and has to be known: that a part cannot be enforced here, which rung is used."""

    def hide(self, secret: str) -> None:
        """Let no record hold this text."""

    def task_ends(self) -> None:
        """Make durable what a task recorded, because it has ended."""

    def close(self) -> None:
        """Make everything durable that was taken."""


class MemoryLedger(Ledger):
    """Keeps all records in lists, for tests and for hosts that ask."""

    active = True

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.outcomes: list[Outcome] = []

    def begin(self, envelope: Envelope, repeatable: bool = False) -> None:
        """Keep an intent."""
        self.envelopes.append(envelope)

    def end(self, outcome: Outcome) -> None:
        """Keep an outcome."""
        self.outcomes.append(outcome)

    def lines(self) -> list[tuple[str, str | None, str]]:
        """Return (effect, scope, status) of every effect that ended, in order of its beginning."""
        ended = {outcome.seq: outcome.status for outcome in self.outcomes}
        return [(e.effect, e.scope, ended[e.seq]) for e in self.envelopes if e.seq in ended]
