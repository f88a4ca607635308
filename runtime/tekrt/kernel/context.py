"""On whose behalf something happens: the frame field that every host function is called with."""

from __future__ import annotations

from tekrt.values.failure import Cancelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from tekrt.kernel.broker import Broker
    from tekrt.kernel.output import Output
    from tekrt.kernel.permit import Permit
    from tekrt.scopes import Capability


class Expired(Cancelled):
    """The time limit of an attempt is over.  No ``try`` inside of it takes that, ``defer`` blocks run; the task itself, whose
    ``deadline`` this is, turns it into a failure of kind ``timeout``.
    """

    def __init__(self, deadline: int, task: str) -> None:
        super().__init__(f"the time limit of task `{task}` is over")
        self.deadline = deadline


class TaskState:
    """What one attempt of a task holds: its temporary folders, its random numbers, what to do when it ends.

    ``repeatable`` says that the task may do again what it did: it has ``retry`` or ``cache``.
    """

    __slots__ = ("closing", "folders", "generator", "repeatable")

    def __init__(self, folders: tuple[str, ...] = ()) -> None:
        self.folders: list[str] = list(folders)  # absolute paths that the task may use besides its permit
        self.generator: Any = None
        self.closing: list[Callable[[], None]] = []
        self.repeatable = False


class Context:
    """Broker, permit and task of the code that runs.  Narrowed copies share the task's state.

    ``deadline`` is when the attempt's time limit is over, in nanoseconds of the world's monotonic clock, or None.
    """

    __slots__ = ("attempt", "broker", "deadline", "out", "permit", "state", "task")

    def __init__(self, broker: Broker, permit: Permit, task: str, out: Output, attempt: int = 1, deadline: int | None = None,
                 state: TaskState | None = None) -> None:  # fmt: skip
        self.broker = broker
        self.permit = permit
        self.task = task
        self.out = out
        self.attempt = attempt
        self.deadline = deadline
        self.state = state if state is not None else TaskState()

    def narrowed(self, permit: Permit, task: str | None = None, attempt: int | None = None, deadline: int | None = None) -> Context:
        """Return a copy with another permit; with ``task``, that of a called task, which has a state of its own.

        A task that is called may use the temporary folders that its caller has: it knows only those that it is passed.
        """
        if task is None:
            return Context(self.broker, permit, self.task, self.out, self.attempt, self.deadline, self.state)
        earliest = self.deadline
        if deadline is not None and (earliest is None or deadline < earliest):
            earliest = deadline
        state = TaskState(tuple(self.state.folders))
        if self.state.generator is not None:
            state.generator = self.state.generator.split()
        return Context(self.broker, permit, task, self.out, attempt or 1, earliest, state)

    def only(self, capabilities: Iterable[Capability]) -> Context:
        """Return the context of an ``only`` block."""
        return self.narrowed(self.permit.narrow(capabilities))

    def for_task(self, name: str, needs: Iterable[Capability], attempt: int = 1, deadline: int | None = None) -> Context:
        """Return the context of one attempt of a task that is called here; ``close`` it when the attempt has ended."""
        return self.narrowed(self.permit.for_task(name, needs), name, attempt, deadline)

    def allows(self, kind: str, concrete: str | tuple[str, ...] | None) -> bool:
        """Tell whether an effect on one concrete thing is allowed: by the permit, or in a temporary folder of the task."""
        return self.permit.matches(kind, concrete) or (bool(self.state.folders) and self.owns(kind, concrete))

    def owns(self, kind: str, concrete: str | tuple[str, ...] | None) -> bool:
        """Tell whether a path lies in a temporary folder that the task has or was passed."""
        if not kind.startswith("fs.") or not isinstance(concrete, str):
            return False
        return any(concrete == folder or concrete.startswith(folder + "/") for folder in self.state.folders)

    def emit(self, text: str) -> None:
        """Print: the one effect that has to be cheap."""
        if self.permit.denied:
            self.broker.check(self, "output", None, "print")
        self.out.add(text)

    def close(self) -> None:
        """End the attempt: its temporary folders go, what it started is stopped.  May be called again."""
        closing = self.state.closing
        while closing:
            closing.pop()()
        self.broker.ledger.task_ends()
