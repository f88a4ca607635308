"""One run's binding of a program's code, and the loop that runs frames until the first one has a result."""

from __future__ import annotations

from itertools import repeat

from tekrt.interp import support
from tekrt.interp.frames import ROUNDS
from tekrt.interp.limits import Limits
from tekrt.interp.unwind import Unwinder
from tekrt.values.containers import Decoded, drop
from tekrt.values.failure import Cancelled, Failure, SpentLimit
from tekrt.values.native import host_function
from tekrt.values.types import enum_type, record_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from tekrt.interp.machine import Machine

    Frame = list[Any]
    Code = Callable[[Frame], Frame]


class Done(BaseException):
    """Leaves the trampoline with the result of the first frame."""


class Pause(BaseException):
    """Leaves the trampoline because a frame waits for its host."""

    def __init__(self, frame: Frame, name: str, args: tuple[Any, ...]) -> None:
        super().__init__(name)
        self.frame = frame
        self.name = name
        self.waiting = args


def done_code(frame: Frame) -> NoReturn:
    raise Done(frame[3])


FunctionType: Any = type(done_code)
"""Makes functions of code; ``types`` would be a module to load."""


class Paused:
    """A program that waits: ``waiting`` is the name and the arguments of the host's effect."""

    def __init__(self, instance: Instance, pause: Pause) -> None:
        self.instance = instance
        self.frame = pause.frame
        self.waiting = (pause.name, pause.waiting)

    def save(self) -> bytes:
        """Return the program's state as bytes, for :func:`tekrt.interp.saved.restore` in another process."""
        from tekrt.interp.saved import save

        return save(self)

    def resume(self, value: Any) -> Any:
        """Go on with the (owned) answer; return the result or the next pause."""
        self.frame[3] = value
        return self.instance.begin(self.frame)


def _over_frames(code: Any, height: int) -> Code:
    """Return code over frames for a function that is called directly."""

    def run(frame: Frame) -> Frame:
        args = frame[6]
        count = code.__code__.co_argcount - (2 if height else 1)
        given = args if count > 1 else (args,) if count else ()
        value = code(frame, frame[4], *given) if height else code(frame, *given)
        parent: Frame = frame[2]
        parent[3] = value
        return parent

    return run


def with_deadline(context: Any, deadline: int | None) -> Any:
    """Return a context that differs in its deadline alone."""
    return type(context)(
        context.broker, context.permit, context.task, context.out, context.attempt, deadline, context.state
    )


def packed(args: Any) -> Any:
    """Return arguments as they stand in a frame."""
    return tuple(args) if len(args) > 1 else args[0] if args else None


class Instance:
    """One run's binding of a machine's code: its globals, counters and limits."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.meta: dict[str, tuple[Any, ...]] = {}
        self.steps = [0]
        self.shields: list[tuple[int, Any, int]] = []  # depth of the frame, context before, end of the shielding
        self.globals: dict[str, Any] = {
            **support.NAMESPACE, "S": self.steps, "poll": self.poll, "call_task": self.call_task, "decoded": self.decoded,
            "pause": self.pause, "shield": self.shield, "unshield": self.unshield, "__builtins__": _BUILTINS,
        }  # fmt: skip
        self.unwinder = Unwinder(self)
        self.globals["caught"] = self.unwinder.caught
        self._task_code: Any = None
        self.reset(Limits())

    def reset(self, limits: Limits) -> None:
        """Begin a new run with these limits."""
        self.limits = limits
        self.steps[0] = 0
        self.moves = 0  # calls and returns so far
        self.shields.clear()
        self.deadline: int | None = None
        self._polls = 0
        self.once: dict[Any, Any] = {}

    # code

    def code(self, name: str) -> Code:
        """Return the code of a function, or something that loads it when it is first run."""
        return self._stub(name)

    def _stub(self, name: str) -> Code:
        def stub(frame: Frame) -> Frame:
            real = self.load(name)
            height = self.meta[real.__name__][7]
            frame[0] = real if height is None else _over_frames(real, height)
            return frame[0](frame)  # type: ignore[no-any-return]

        return stub

    def _direct_stub(self, name: str) -> Any:
        def stub(*args: Any) -> Any:
            return self.load(name)(*args)

        return stub

    def load(self, name: str) -> Any:
        """Bind a function's code to this instance, with the global things that it needs."""
        key, code, meta, needs = self.machine.source.function(name)
        found = self.globals.get(key)
        if key in self.meta and found is not None:
            return found
        for need in needs:
            if need not in self.globals:
                self.globals[need] = self._make(need)
        made = FunctionType(code, self.globals, key)
        self.globals[key] = made
        self.meta[key] = meta
        return made

    def _make(self, need: str) -> Any:
        item = self.machine.source.items[need]
        kind = item[0]
        types = self.machine.types
        if kind == "function":
            return self._stub(item[1])
        if kind == "direct":
            return self._direct_stub(item[1])
        if kind == "host":
            return host_function(item[1])
        if kind == "record":
            return record_type(types.get(item[1], item[1]))
        if kind in ("variant", "value"):
            variant = enum_type(types.get(item[1], item[1])).variants[item[2]]
            return variant if kind == "variant" else variant.value
        if kind == "type":
            from tekrt.interp.image import renamed

            return renamed(item[1], types)
        if kind == "const":
            return self.machine.constant(item[1])
        from tekrt.values.plain import scalar

        return scalar(*item[1])

    # running

    def begin(self, frame: Frame) -> Any:
        """Run a frame and what it calls until the first frame is done, or something pauses."""
        done = True
        self.machine.begun(self)
        try:
            return self._run(frame)
        except Pause as pause:
            done = False
            return Paused(self, pause)
        finally:
            self.machine.ended(self, done)

    def _run(self, frame: Frame) -> Any:
        while True:
            rounds = repeat(None, ROUNDS)
            try:
                for _ in rounds:
                    frame = frame[0](frame)
            except Done as done:
                return done.args[0]
            except Pause:
                raise
            except BaseException as error:  # noqa: BLE001 - what is no failure of a script's goes on from the unwinder
                self.moves += ROUNDS - rounds.__length_hint__()
                frame = self.unwinder.unwind(frame, error, True)
                continue
            self.moves += ROUNDS
            try:
                self._look(frame)
            except (Failure, SpentLimit, Cancelled) as error:
                frame = self.unwinder.unwind(frame, error, False)

    # limits

    def bounded(self, context: Any) -> Any:
        """Return the context of a run, with the end of its seconds as a deadline for all that waits."""
        if self.limits.seconds is None:
            return context
        self.deadline = context.broker.world.monotonic() + int(self.limits.seconds * 1e9)
        return with_deadline(context, self.deadline if context.deadline is None else min(self.deadline, context.deadline))

    def spent(self, failure: BaseException) -> BaseException:
        """Return what ends a run: a deadline that was the run's own is a spent limit."""
        if (
            isinstance(failure, Cancelled)
            and self.deadline is not None
            and getattr(failure, "deadline", -1) >= self.deadline
        ):
            made = SpentLimit("seconds", f"the limit of {self.limits.seconds:g} seconds is spent")
            made.trace = failure.trace
            return made
        return failure

    def give_up(self, frame: Frame) -> None:
        """Account for a frame that a failure leaves: it has moved back, too, and shields nothing any more."""
        self.moves += 1
        shields = self.shields
        while shields and shields[-1][0] <= frame[4]:
            shields.pop()

    def poll(self, frame: Frame, rounds: int) -> int:
        """Count loop rounds and look at limits; called by generated code every few thousand rounds."""
        self.steps[0] += rounds
        self._look(frame)
        return 0

    def total_steps(self, frame: Frame) -> int:
        """Return how many calls and loop rounds there were: a call is a move in and, unless it is still open, one out."""
        steps: int = self.steps[0]
        return steps + int(self.moves + self.limits.depth - frame[4]) // 2

    def _look(self, frame: Frame) -> None:
        limits = self.limits
        self._polls += 1
        if limits.steps is not None and self.total_steps(frame) > limits.steps:
            raise SpentLimit("steps", f"the limit of {limits.steps:,} steps is spent")
        if (
            limits.memory is not None
            and limits.measure is not None
            and self._polls % 16 == 0
            and limits.measure() > limits.memory
        ):
            raise SpentLimit("memory", f"the limit of {limits.memory:,} bytes of memory is spent")
        if frame[5].deadline is not None or self.machine.cancelled:
            self._look_at_time(frame)

    def _look_at_time(self, frame: Frame) -> None:
        """Raise where the run is cancelled or its time, or that of a task's attempt, is over; `defer` blocks are spared a while."""
        context = frame[5]
        if self.is_shielded(context.broker.world.monotonic):
            return
        if self.machine.cancelled:
            raise Cancelled
        context.broker.wait_allowed(context)

    def is_shielded(self, clock: Callable[[], int]) -> bool:
        """Tell whether a ``defer`` block runs that is still shielded."""
        shields = self.shields
        return bool(shields) and clock() < shields[0][2]

    def shield(self, frame: Frame) -> Any:
        """Enter a region that neither cancellation nor a deadline reaches for a while; return its context."""
        context = frame[5]
        end = context.broker.world.monotonic() + self.limits.grace
        self.shields.append((frame[4], context, end))
        if self.machine.cancelled:
            return with_deadline(context, end)
        return context if context.deadline is None else with_deadline(context, max(context.deadline, end))

    def unshield(self, frame: Frame) -> Any:
        """Leave such a region; return the context from before."""
        shields = self.shields
        context = shields.pop()[1] if shields and shields[-1][0] == frame[4] else frame[5]
        return context

    # what generated code leaves to the machine

    def pause(self, frame: Frame, name: str, args: tuple[Any, ...]) -> NoReturn:
        """Leave the machine: the frame waits for an answer from the host."""
        raise Pause(frame, name, args)

    @property
    def task_code(self) -> Any:
        """The code of task frames; loaded when the first task is called."""
        if self._task_code is None:
            from tekrt.interp.tasks import TaskCode

            self._task_code = TaskCode(self)
        return self._task_code

    def task_frame(self, parent: Frame, name: str, args: tuple[Any, ...]) -> Frame:
        """Return the frame of a call of a task."""
        from tekrt.interp.tasks import task_frame

        return task_frame(self, parent, name, args)

    def call_task(self, frame: Frame, name: str, args: tuple[Any, ...]) -> Frame:
        """Call a task from generated code."""
        if not frame[4]:
            support.too_deep()
        return self.task_frame(frame, name, args)

    def decoded(self, frame: Frame, value: Any) -> Frame:
        """Give a frame what a decoder made, once the defaults that it asks for are computed."""
        if type(value) is not Decoded:
            frame[3] = value
            return frame
        if not value.fills:
            frame[3] = value.value
            return frame
        return [self._fill, 0, frame, None, frame[4], frame[5], (value, value.fills, 0)]

    def _fill(self, frame: Frame) -> Frame:
        """Compute the default of one missing field after the other, in order; each sees the fields before it."""
        value, fills, at = frame[6]
        if frame[1]:
            record, index, _ = fills[at]
            record[index] = frame[3]
            at += 1
        while at < len(fills) and not fills[at][2]:
            fills[at][0].finish()
            at += 1
        if at == len(fills):
            parent: Frame = frame[2]
            parent[3] = value.value
            return parent
        record, index, name = fills[at]
        frame[1] = 1
        frame[6] = (value, fills, at)
        if not frame[4]:
            drop(value.value)
            support.too_deep()
        return [self.code(name), 0, frame, None, frame[4] - 1, frame[5], packed(record[2:index])]


_BUILTINS = {
    name: getattr(__import__("builtins"), name)
    for name in ("BaseException", "dict", "float", "format", "int", "len", "list", "range", "repr", "str", "type")
}
"""All that generated code may name besides its own globals; without ``__import__`` and the like by construction."""
