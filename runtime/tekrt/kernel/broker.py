"""The broker: judges an effect, takes it from the budget, lets it happen, records how it ended."""

from __future__ import annotations

from tekrt.kernel.context import Context, Expired
from tekrt.kernel.ledger import Ledger
from tekrt.kernel.output import Output
from tekrt.kernel.permit import RUN, TASK, Permit
from tekrt.scopes.kinds import DEFAULT_KINDS, PATH, PROGRAM, language_of
from tekrt.values.failure import Cancelled, Failure, SpentLimit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn, TypeVar

    from tekrt.kernel.permit import Layer
    from tekrt.kernel.world import World

    T = TypeVar("T")


class Budget:
    """How much may be spent of some kinds: ``time`` (ns), ``tokens``, ``cost``, ``process`` (starts), ``net`` (bytes)."""

    __slots__ = ("limits", "parent", "spent")

    def __init__(self, limits: dict[str, float], parent: Budget | None = None) -> None:
        self.limits = limits
        self.parent = parent
        self.spent: dict[str, float] = {}

    def spend(self, kind: str, amount: float) -> None:
        """Take an amount from this budget and those around it.  Raises SpentLimit, with nothing taken, past a limit."""
        around: list[Budget] = []
        at: Budget | None = self
        while at is not None:
            limit = at.limits.get(kind)
            if limit is not None and at.spent.get(kind, 0) + amount > limit:
                raise SpentLimit("budget", f"the budget of {limit} for {kind} is spent")
            around.append(at)
            at = at.parent
        for budget in around:
            budget.spent[kind] = budget.spent.get(kind, 0) + amount

    def left(self, kind: str) -> float | None:
        """Return how much is left of a kind, or None where it is not limited."""
        left: float | None = None
        at: Budget | None = self
        while at is not None:
            if kind in at.limits:
                here = at.limits[kind] - at.spent.get(kind, 0)
                left = here if left is None else min(left, here)
            at = at.parent
        return left

    def show(self) -> str:
        """Return what is left of each kind that is limited, as text."""
        kinds: set[str] = set()
        at: Budget | None = self
        while at is not None:
            kinds.update(at.limits)
            at = at.parent
        return " ".join(f"{kind}={self.left(kind)}" for kind in sorted(kinds))


class Broker:
    """One run's gate to the world.

    ``files``, ``processes`` and ``network`` are the world's services for these (see :mod:`tekrt.effects`); they ask back here for
    every effect.
    ``poll`` is called by what waits long, with the context; it may raise to cancel.
    """

    def __init__(self, world: World, permit: Permit, *, run: str = "", ledger: Ledger | None = None, budget: Budget | None = None,
                 output_limit: int | None = None) -> None:  # fmt: skip
        self.world = world
        self.permit = permit
        self.run = run
        self.ledger = ledger if ledger is not None else Ledger()
        self.budget = budget
        self.out = Output(world.write_out, world.eager, output_limit)
        self._files: Any = None
        self._processes: Any = None
        self._network: Any = None
        self._secrets: Any = None
        self._person: Any = None
        self.poll: Callable[[Context], None] | None = None
        self.seq = 0

    @property
    def root(self) -> str:
        """The root's absolute path."""
        return self.permit.root

    @property
    def files(self) -> Any:
        """The service for files, made when it is first asked for."""
        if self._files is None:
            self._files = _service(self.world.files, self, "files")
        return self._files

    @property
    def processes(self) -> Any:
        """The service for processes."""
        if self._processes is None:
            self._processes = _service(self.world.processes, self, "programs")
        return self._processes

    @property
    def network(self) -> Any:
        """The service for the network."""
        if self._network is None:
            self._network = _service(self.world.network, self, "networks")
        return self._network

    @property
    def secrets(self) -> Any:
        """The service for secrets."""
        if self._secrets is None:
            self._secrets = _service(self.world.secrets, self, "secrets")
        return self._secrets

    @property
    def person(self) -> Any:
        """The service for asking a person."""
        if self._person is None:
            self._person = _service(self.world.person, self, "people")
        return self._person

    def context(self, task: str = "main") -> Context:
        """Return the context of the run itself: all that was granted."""
        return Context(self, self.permit, task, self.out)

    def effect(self, context: Context, kind: str, concrete: str | tuple[str, ...] | None, detail: str, action: Callable[[], T]) -> T:
        """Let ``action`` happen if the permit allows the effect, and record it.

        Raises Failure of kind ``denied`` where it does not, and what ``action`` raises.
        """
        if not self.ledger.active:
            if not context.allows(kind, concrete):
                self.deny(context, kind, concrete)
            return action()
        if self.ledger.again(context.task, context.attempt, kind, detail) and context.allows(kind, concrete):
            return action()
        return self.recorded(context, kind, concrete, detail, action)

    def check(self, context: Context, kind: str, concrete: str | tuple[str, ...] | None, detail: str) -> None:
        """Record an effect that needs no action of its own; raises Failure of kind ``denied``."""
        self.effect(context, kind, concrete, detail, _nothing)

    def recorded(self, context: Context, kind: str, concrete: str | tuple[str, ...] | None, detail: str, action: Callable[[], T],
                 judge: bool = True) -> T:
        """Record an effect from intent to outcome; with ``judge=False`` the permit was asked for all of it already."""
        from tekrt.abi import Envelope, Outcome

        self.seq += 1
        seq = self.seq
        scope = " ".join(concrete) if isinstance(concrete, tuple) else concrete
        permit = self.ledger.permit(context.permit)
        budget = "" if self.budget is None else self.budget.show()
        envelope = Envelope(seq, self.world.now(), self.run, context.task, context.attempt, kind, scope, detail, permit, budget)
        self.ledger.begin(envelope, context.state.repeatable)
        started = self.world.monotonic()
        try:
            if judge and not context.allows(kind, concrete):
                self.deny(context, kind, concrete)
            result = action()
        except (Failure, SpentLimit, Cancelled) as error:
            denied = isinstance(error, Failure) and error.kind == "denied"
            took = self.world.monotonic() - started
            self.ledger.end(Outcome(seq, "denied" if denied else "failed", took, message=error.message))
            raise
        took = self.world.monotonic() - started
        size, digest = _measured(result)
        self.ledger.end(Outcome(seq, "ok", took, size, digest))
        return result

    def deny(self, context: Context, kind: str, concrete: str | tuple[str, ...] | None) -> NoReturn:
        """Fail with kind ``denied``: what, where, by which bound, and the text that would allow it."""
        if kind in DEFAULT_KINDS:
            raise Failure("denied", f"`{kind}` is not allowed in this run")
        layer = context.permit.refusing(kind, concrete)
        raise Failure("denied", self.refusal(context, kind, concrete, layer))

    def refusal(self, context: Context, kind: str, concrete: str | tuple[str, ...] | None, layer: Layer | None,
                shown: str | None = None) -> str:
        """Return the message of a denied effect; ``shown`` is the capability that is missing, where it is more than one thing."""
        if shown is None:
            shown = self.show(kind, concrete)
        bound = ", ".join(str(c) for c in layer.shown if c.kind.partition(".")[0] == kind.partition(".")[0]) if layer is not None else ""
        has = f"has only {bound}" if bound else f"has no `{kind}`"
        if layer is None or layer.what == RUN:
            return f"`{shown}` is not granted to this run, which {has}; add --allow '{shown}'"
        if layer.what == TASK:
            return f"`{shown}` is not within the needs of task `{layer.name}`, which {has}; add `needs {shown}`"
        where = f"`import … only` of {layer.name}" if layer.name else "`only` block"
        return f"`{shown}` is not within the {where} around it, which {has}; add `{shown}` to it"

    def show(self, kind: str, concrete: str | tuple[str, ...] | None) -> str:
        """Return an effect as the capability that would allow exactly it; paths below the root are relative."""
        from tekrt.scopes.capability import quote
        from tekrt.scopes.glob import escape
        from tekrt.scopes.programs import escape_word

        if concrete is None:
            return kind
        language = language_of(kind)
        if isinstance(concrete, tuple):
            concrete = concrete[0]
        if language == PATH:
            return f"{kind}({quote(escape(self.shorten(concrete)))})"
        if language == PROGRAM:
            return f"{kind}({quote(escape_word(self.shorten(concrete)))})"
        return f"{kind}({quote(concrete)})"

    def shorten(self, path: str) -> str:
        """Return a path as a script would write it: relative where it lies below the root."""
        root = self.permit.root
        if path == root:
            return "."
        return path[len(root) + 1 :] if root != "/" and path.startswith(root + "/") else path

    def flush(self) -> None:
        """Write out what was printed, before something else writes to the same place."""
        self.out.flush()

    def wait_allowed(self, context: Context) -> None:
        """Called by what waits, now and then: raises where the run or the attempt is to end."""
        if self.poll is not None:
            self.poll(context)
        if context.deadline is not None and self.world.monotonic() >= context.deadline:
            raise Expired(context.deadline, context.task)

    def patience(self, context: Context, ns: int) -> int:
        """Return how long may be waited before ``wait_allowed`` is asked again: ``ns``, or less where a deadline comes first."""
        if context.deadline is None:
            return ns
        return max(min(ns, context.deadline - self.world.monotonic()), 0)

    def close(self) -> None:
        """End the run: stop what still runs, remove what was temporary, write what was printed."""
        try:
            if self._processes is not None:
                self._processes.close()
            if self._network is not None:
                self._network.close()
            if self._files is not None:
                self._files.close()
            self.ledger.close()
        finally:
            self.out.flush()


def _service(make: Callable[[Broker], Any] | None, broker: Broker, what: str) -> Any:
    if make is None:
        raise Failure("denied", f"there are no {what} in this world")
    return make(broker)


def _measured(result: object) -> tuple[int, str]:
    """Return size and digest of what was read, where it is bytes; the size only of text."""
    if isinstance(result, bytes):
        from _blake2 import blake2b

        return len(result), blake2b(result, digest_size=32).hexdigest()
    return (len(result) if isinstance(result, str) else 0), ""


def _nothing() -> None:
    return None
