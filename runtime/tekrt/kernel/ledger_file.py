"""The ledger of a run that is kept: records in groups, durable beforehand where that matters.

An outward effect is durable before it happens, and so is the first of a group in tasks that may not repeat it; a group ends after 10 ms,
with an outward effect, or with its task, and is durable then.  Appends to one file, one after the other, are one effect; so are draws of
random numbers and looks at the clock.  Nothing is written before the first effect that had to be granted.
"""

from __future__ import annotations

from _thread import allocate_lock, start_new_thread

from tekrt.kernel.ledger import Ledger
from tekrt.kernel.ledger_chain import begin_line, beginning, canonical, digest, end_line, line
from tekrt.scopes.kinds import DEFAULT_KINDS, KINDS
from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from tekrt.abi import Envelope, Outcome
    from tekrt.kernel.permit import Permit

    class Store(Protocol):
        """Where a ledger is kept.  Each raises Failure of kind ``io`` where that is not possible."""

        def open(self) -> None:
            """Make the place, before anything is added."""

        def add(self, data: bytes) -> None:
            """Add to the end and make it durable."""

        def anchor(self, count: int, head: str, closed: bool) -> None:
            """Keep the head outside of the ledger."""

        def close(self) -> None:
            """Let go of what is open."""


GROUP = 10_000_000
"""Nanoseconds that a group lasts."""
BUSY = GROUP * 9 // 10
"""Nanoseconds after which an effect begins the next group: its intent and the end of the last group become durable together."""
FULL = 1 << 20
"""Bytes of records that wait in memory at most."""
CERTAIN = frozenset(["clock", "random", "system"])
"""Effects that cannot fail and that are counted where they repeat."""


class FileLedger(Ledger):
    """Keeps records in a store.  ``run`` is its name, ``opening`` what its first record says, ``monotonic`` a clock in nanoseconds.

    With ``background=False`` no thread ends a group that nothing follows; then the next effect, or ``close``, does.
    """

    active = True

    def __init__(self, store: Store, run: str, opening: dict[str, Any], monotonic: Callable[[], int], *, background: bool = True) -> None:
        self.store = store
        self.run = run
        self.monotonic = monotonic
        self.background = background
        self.count = 0
        self.head = beginning(run)
        self.opened = False
        self._buffer: list[bytes] = []
        self._size = 0
        self._wanted = False  # an effect that had to be granted was there: the store is to be opened
        self._fresh = True  # nothing of the present group has begun
        self._until = 0  # when the group ends
        self._deadline = 0  # when what waits in memory has to be durable; 0 where nothing does
        self._same: _Sequence | None = None
        self._last: tuple[str, int, str, str] | None = None
        self._times = 0
        self._permits: dict[int, tuple[Permit, str]] = {}
        self._told: set[str] = set()
        self._secrets: list[str] = []
        self._lock = allocate_lock()  # of the records in memory
        self._writing = allocate_lock()  # of the store; taken before the other
        self._armed = False
        self._wake = allocate_lock()
        self._wake.acquire()
        self._idle = allocate_lock()
        self._broken: Failure | None = None
        self._add(line(self.head, "open", {"run": opening, "version": 1}))

    # ---- records

    def begin(self, envelope: Envelope, repeatable: bool = False) -> None:
        """Take an intent; it is durable afterwards where it has to be."""
        self._sound()
        kind = KINDS.get(envelope.effect)
        outward = kind is None or kind.outward or (kind.name == "process" and envelope.detail != "which" and not self.confined)
        if self._secrets:
            envelope = self._without_secrets(envelope)
        with self._lock:
            key = _sequence_of(envelope)
            if self._same is not None and self._same.key == key:
                self._same.resume(envelope)
                return
            self._settle()
            self._add(begin_line(self.head, envelope))
            if key is not None:
                self._same = _Sequence(key, envelope)
            if envelope.effect not in DEFAULT_KINDS:
                self._wanted = True
            durable = self._groups(outward, repeatable)
        if durable or self._size >= FULL:
            self._sync()
        elif self._wanted:
            self._arm()
        if outward or envelope.effect == "process":
            self._rest()  # a process with one thread may be copied

    def end(self, outcome: Outcome) -> None:
        """Take an outcome; it is durable when its group ends."""
        if self._secrets and outcome.message:
            outcome.message = self._hidden(outcome.message)
        with self._lock:
            same = self._same
            if same is None or not same.going or same.envelope.seq != outcome.seq:
                self._add(end_line(self.head, outcome))
            elif outcome.status == "ok":
                same.count_one(outcome)
                if same.due:
                    self._settle()
            else:
                self._fail(same, outcome)
        if self._size >= FULL:
            self._sync()
        elif self._wanted:
            self._arm()

    def again(self, task: str, attempt: int, kind: str, detail: str) -> bool:
        """Count an effect with the last one where it repeats that: only kinds that cannot fail."""
        same = self._same
        if kind not in CERTAIN or same is None or same.going:
            return False
        with self._lock:
            if self._same is not same or same.key != (kind, None, detail, task, attempt, same.key[5]):
                return False
            same.count += 1
        return True

    def permit(self, permit: Permit) -> str:
        """Return the name of a permit, which a record explains where it is first used."""
        known = self._permits.get(id(permit))
        if known is not None and known[0] is permit:
            return known[1]
        shown = permit.as_data().as_plain()
        name = digest(canonical(shown).encode())[:16]
        if len(self._permits) >= 256:
            self._permits.clear()
        self._permits[id(permit)] = (permit, name)
        if name not in self._told:
            self._told.add(name)
            with self._lock:
                self._settle()
                self._add(line(self.head, "permit", {"name": name, "permit": self._scrubbed(shown)}))
        return name

    def note(self, what: str, detail: str) -> None:
        """Record what is no effect; it is durable with the effect that follows."""
        with self._lock:
            self._settle()
            self._add(line(self.head, "note", {"detail": self._hidden(detail), "what": what}))

    def hide(self, secret: str) -> None:
        """Let no record hold this text, in whatever field; texts of one character would hide everything and stay."""
        if len(secret) > 1 and secret not in self._secrets:
            self._secrets.append(secret)
            self._secrets.sort(key=len, reverse=True)

    def task_ends(self) -> None:
        """End the group, because its task has ended."""
        if self._buffer and self._wanted:
            self._end_group()

    def close(self) -> None:
        """Make everything durable; a run without an effect that had to be granted leaves nothing."""
        self._rest()
        if self._wanted or self.opened:
            self._end_group()
        self._sound()

    def finish(self, ended: int, status: str) -> None:
        """Close the ledger for good: how and when the run ended.  Nothing may follow."""
        self.close()
        if not self.opened:
            return
        with self._lock:
            self._add(line(self.head, "close", {"ended": ended, "records": self.count + 1, "status": status}))
        self._sync(closed=True)
        self.store.close()

    # ---- one record after the other; all of these are called with the lock

    def _add(self, text: bytes) -> None:
        self.head = digest(text)
        self.count += 1
        self._buffer.append(text)
        self._size += len(text)

    def _settle(self) -> None:
        """Write how a sequence went that another effect, or the end of the group, has ended."""
        same = self._same
        if same is None:
            return
        if same.going:
            same.due = True
            return
        self._same = None
        self._add(end_line(self.head, same.outcome()))

    def _fail(self, same: _Sequence, outcome: Outcome) -> None:
        """Write a failure in a sequence as an effect of its own."""
        self._same = None
        if same.count:
            self._add(end_line(self.head, same.outcome()))
            self._add(begin_line(self.head, same.envelope))
        self._add(end_line(self.head, outcome))

    def _groups(self, outward: bool, repeatable: bool) -> bool:
        """Put an effect that begins into a group, and tell whether it must be durable now."""
        if outward:
            self._fresh, self._until = True, 0
            return True
        now = self.monotonic()
        if now >= self._until - (GROUP - BUSY):
            self._fresh, self._until = True, now + GROUP
        if repeatable or not self._fresh or not self._wanted:
            return False
        self._fresh = False
        return True

    # ---- secrets

    def _hidden(self, text: str) -> str:
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, "***")
        return text

    def _without_secrets(self, e: Envelope) -> Envelope:
        from tekrt.abi import Envelope

        scope = None if e.scope is None else self._hidden(e.scope)
        return Envelope(e.seq, e.time, e.run, e.task, e.attempt, e.effect, scope, self._hidden(e.detail), e.permit, e.budget)

    def _scrubbed(self, shown: dict[str, Any]) -> dict[str, Any]:
        if not self._secrets:
            return shown
        layers = [{"why": one["why"], "capabilities": [self._hidden(c) for c in one["capabilities"]]} for one in shown["layers"]]
        return {**shown, "layers": layers}

    # ---- writing

    def _sound(self) -> None:
        """Fail where an earlier group could not be kept: nothing may happen any more that nobody records."""
        if self._broken is not None:
            raise Failure(self._broken.kind, self._broken.message)

    def _end_group(self) -> None:
        with self._lock:
            self._settle()
            self._fresh, self._until = True, 0
        self._sync()

    def _sync(self, closed: bool = False) -> None:
        """Write what waits, make it durable, anchor the head."""
        with self._writing:
            with self._lock:
                data, count, head = b"".join(self._buffer), self.count, self.head
                self._buffer.clear()
                self._size = 0
                self._deadline = 0
            if not data:
                return
            try:
                if not self.opened:
                    self.opened = True
                    self.store.open()
                self.store.add(data)
                self.store.anchor(count, head, closed)
            except Failure as failure:
                self._broken = failure
                raise

    def _arm(self) -> None:
        """See to it that the group ends in time even where nothing follows."""
        with self._lock:
            if not self._deadline:
                self._deadline = self.monotonic() + GROUP
            if self._armed or not self.background:
                return
        self._idle.acquire()  # the thread before this one may be about to leave
        self._armed = True
        try:
            start_new_thread(self._wait, ())
        except RuntimeError:  # no thread is to be had, by a limit of the system: the group ends now
            self._armed = False
            self._idle.release()
            self._end_group()

    def _wait(self) -> None:
        patience = GROUP
        try:
            while self._armed:
                woken = self._wake.acquire(True, patience / 1e9)
                left = self._deadline - self.monotonic()
                if 0 < left <= GROUP and not woken:
                    patience = left  # what was there at first is durable by now, and this is younger
                    continue
                patience = GROUP
                if self._deadline or woken:
                    self._end_group()
                with self._lock:
                    self._armed = bool(self._deadline) and not woken
        except Failure as failure:
            self._broken = failure  # told by whatever comes next
            self._armed = False
        finally:
            self._idle.release()

    def _rest(self) -> None:
        """Wait until no thread of ours is there: a program is about to be started, or the run is over."""
        if self._armed:
            try:
                self._wake.release()
            except RuntimeError:
                pass  # it is awake already
        with self._idle:
            self._wake.acquire(False)


class _Sequence:
    """Effects in a row that count as one.  ``going`` says that one of them has begun and not ended."""

    __slots__ = ("bytes", "count", "digest", "due", "duration", "envelope", "going", "key", "seq")

    def __init__(self, key: tuple[Any, ...], envelope: Envelope) -> None:
        self.key = key
        self.envelope = envelope
        self.seq = envelope.seq
        self.count = 0
        self.bytes = 0
        self.duration = 0
        self.digest = ""
        self.going = True
        self.due = False

    def resume(self, envelope: Envelope) -> None:
        """Begin one more."""
        self.envelope = envelope
        self.going = True

    def count_one(self, outcome: Outcome) -> None:
        """Add one that went well."""
        self.going = False
        self.count += 1
        self.bytes += outcome.bytes
        self.duration += outcome.duration
        self.digest = outcome.digest

    def outcome(self) -> Outcome:
        """Return how all of them went; the digest is that of the only one."""
        from tekrt.abi import Outcome

        return Outcome(self.seq, "ok", self.duration, self.bytes, self.digest if self.count == 1 else "", count=self.count)


def _sequence_of(e: Envelope) -> tuple[Any, ...] | None:
    """Return what effects have in common that count as one, or None for those that do not."""
    if e.effect in CERTAIN or (e.effect == "fs.write" and e.detail.startswith("append")):
        return (e.effect, e.scope, e.detail, e.task, e.attempt, e.permit)
    return None


__all__ = ["FULL", "GROUP", "FileLedger"]
