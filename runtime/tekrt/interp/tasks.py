"""Task calls: frames written by hand, which obey the same protocol as generated ones.

A task is a capability boundary: its body runs in a context of its own, made of its needs with the arguments in their holes.
Clauses hold around the body: ``once`` answers a second call, ``retry`` calls again, ``timeout`` ends an attempt.
"""

from __future__ import annotations

from tekrt.interp import support
from tekrt.values.containers import dup, key_of
from tekrt.values.failure import Cancelled, Failure
from tekrt.values.types import RecordType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tekrt.interp.instance import Frame, Instance
    from tekrt.ir import ScopeTemplate, TaskInfo, TaskParam
    from tekrt.scopes import Capability

OPERANDS, START, BODY, AGAIN = 1, 2, 3, 4
"""Where a task's frame goes on: with clause operands, with an attempt, after the body, after a failed attempt."""


def task_frame(instance: Instance, parent: Frame, name: str, args: tuple[Any, ...]) -> Frame:
    """Return the frame of a call of a task; the arguments are owned."""
    info = instance.machine.tasks[name]
    call = Call(name, args, _operands(info))
    return [instance.task_code, OPERANDS, parent, None, parent[4], parent[5], call]


class Call:
    """The state of one call of a task.  ``values`` are clause operands by position, ``attempt`` counts from 1."""

    __slots__ = ("args", "attempt", "context", "deadline", "key", "name", "pending", "values")

    def __init__(self, name: str, args: tuple[Any, ...], values: list[Any]) -> None:
        self.name = name
        self.args = args
        self.values = values
        self.pending = 0  # which operand is computed next
        self.attempt = 0
        self.context: Any = None  # of the attempt that runs
        self.deadline: int | None = None
        self.key: Any = None  # by which `once` knows the call


def _operands(info: TaskInfo) -> list[Any]:
    """Return the operands of a task's clauses, numbers or names of functions: retry's, then timeout's."""
    found = list(info.clauses.get("retry", ()))
    if "timeout" in info.clauses:
        found.append(info.clauses["timeout"])
    return found


class TaskCode:
    """The code of task frames of one instance."""

    name = "@task"

    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    def __call__(self, frame: Frame) -> Frame:
        """Go on with the call where it is."""
        call: Call = frame[6]
        if frame[1] == OPERANDS:
            following = self._operand(frame, call)
            if following is not None:
                return following
            return self._start(frame, call)
        if frame[1] == AGAIN:
            self._wait(frame, call)
            return self._attempt(frame, call)
        return self._succeed(frame, call)

    # before the body

    def _operand(self, frame: Frame, call: Call) -> Frame | None:
        """Compute the next clause operand that is a function; None when all are numbers."""
        values = call.values
        if call.context is not None:  # the function of this operand has run
            result = frame[3]
            values[call.pending] = result if type(result) is int else result.n
            call.context = None
        while call.pending < len(values):
            value = values[call.pending]
            if type(value) is str and value not in ("backoff", "every"):
                call.context = frame[5]
                return self._call(frame, value, call.args, frame[5])
            call.pending += 1
        return None

    def _call(self, frame: Frame, name: str, args: tuple[Any, ...], context: Any) -> Frame:
        if not frame[4]:
            support.too_deep()
        packed = args if len(args) > 1 else args[0] if args else None
        return [self.instance.code(name), 0, frame, None, frame[4] - 1, context, packed]

    def _start(self, frame: Frame, call: Call) -> Frame:
        info = self.instance.machine.tasks[call.name]
        if info.clauses.get("once"):
            layers = tuple(str(c) for layer in frame[5].permit.layers if layer.what == "only" for c in layer.shown)
            call.key = (call.name, key_of(call.args), layers)
            known = self.instance.once.get(call.key)
            if known is not None:
                return _answer(frame, known)
        return self._attempt(frame, call)

    def _attempt(self, frame: Frame, call: Call) -> Frame:
        """Begin an attempt: a context with the task's needs, a deadline, the body."""
        info = self.instance.machine.tasks[call.name]
        outer = frame[5]
        call.attempt += 1
        needs = [fill(need, info.params, call.args) for need in info.needs]
        limit = call.values[-1] if "timeout" in info.clauses else None
        call.deadline = None if limit is None else outer.broker.world.monotonic() + limit
        call.context = outer.for_task(_short(info), needs, call.attempt, call.deadline)
        call.context.state.repeatable = "retry" in info.clauses or "cache" in info.clauses
        frame[1] = BODY
        for arg in call.args:
            dup(arg)  # the body owns its parameters; these stay for a further attempt
        return self._call(frame, info.function, call.args, call.context)

    # after the body

    def _succeed(self, frame: Frame, call: Call) -> Frame:
        call.context.close()
        if call.key is not None:
            self.instance.once[call.key] = (True, dup(frame[3]), call.args)
        parent: Frame = frame[2]
        parent[3] = frame[3]
        return parent

    def unwind(self, frame: Frame, failure: BaseException) -> Frame | BaseException:
        """Take a failure of the body: a further attempt, or what the call fails with."""
        call: Call = frame[6]
        if frame[1] != BODY:
            return failure
        call.context.close()
        failure = self._as_timeout(call, failure)
        if isinstance(failure, Failure):
            if self._retries(call) >= call.attempt:
                frame[1] = AGAIN
                return frame
            if call.key is not None:
                self.instance.once[call.key] = (False, failure, call.args)
        return failure

    def _as_timeout(self, call: Call, failure: BaseException) -> BaseException:
        """Turn the end of this attempt's own time into a failure."""
        # what ended the wait of a shielded `defer` has a later deadline than the attempt's own
        if (
            isinstance(failure, Cancelled)
            and call.deadline is not None
            and getattr(failure, "deadline", -1) >= call.deadline
        ):
            from tekrt.values.scalars import Duration
            from tekrt.values.show import show

            limit = show(Duration(call.values[-1]))
            made = Failure("timeout", f"task `{_short(self.instance.machine.tasks[call.name])}` took longer than {limit}")
            made.trace = failure.trace
            return made
        return failure

    def _retries(self, call: Call) -> int:
        retry = "retry" in self.instance.machine.tasks[call.name].clauses
        return int(call.values[0]) if retry else 0

    def _wait(self, frame: Frame, call: Call) -> None:
        """Pause before a further attempt: ``every`` so long, or twice as long each time, with jitter of at most half of it."""
        operands = call.values[1:-1] if call.deadline is not None else call.values[1:]
        if len(operands) < 2:
            return
        pause = operands[1]
        context = frame[5]
        world = context.broker.world
        if operands[0] == "backoff":
            pause *= 1 << min(call.attempt - 1, 62)
            if len(operands) > 2:
                pause = min(pause, operands[2])
            pause -= pause * int.from_bytes(world.random(4), "little") // (1 << 33)
        context.broker.flush()
        end = world.monotonic() + pause
        while (left := end - world.monotonic()) > 0:
            context.broker.wait_allowed(context)
            world.pause(context.broker.patience(context, left))


def _answer(frame: Frame, known: tuple[bool, Any, Any]) -> Frame:
    """Answer a call with what the first call of a ``once`` task had."""
    if not known[0]:
        failure: Failure = known[1]
        made = Failure(failure.kind, failure.message, failure.data)
        raise made
    parent: Frame = frame[2]
    parent[3] = dup(known[1])
    return parent


def _short(info: TaskInfo) -> str:
    return info.name[len(info.module) + 1 :] if info.module and info.name.startswith(info.module + ".") else info.name


# scopes


def fill(template: ScopeTemplate, params: Sequence[TaskParam], values: Sequence[Any]) -> Capability:
    """Return a task's scope with the values of its parameters in the holes; fails with ``denied``."""
    from tekrt.scopes.templates import evaluate, holes

    index = {param.name: at for at, param in enumerate(params)}
    return evaluate(template, [_field(values[index[name]], field) for name, field, _ in holes(template)])


def _field(value: Any, field: str) -> Any:
    """Return a field of a record, or a part of a path; the value itself where no field is named."""
    if not field:
        return value
    if type(value) is list and type(value[1]) is RecordType:
        return value[2 + value[1].index[field]]
    from tekrt.values.native import host_function

    return host_function(f"{type(value).__name__}.{field}")(None, value)


def narrowed(context: Any, needs: Any, values: tuple[Any, ...]) -> Any:
    """Return the context inside an ``only`` block; ``needs`` are kinds with texts and (index of a value, field, type) as parts."""
    from tekrt.ir import ScopeTemplate
    from tekrt.scopes.templates import evaluate

    capabilities = []
    for kind, parts in needs:
        filled = []
        made: list[Any] = []
        for part in parts or ():
            if isinstance(part, str):
                made.append(part)
            else:
                filled.append(values[part[0]])
                made.append((f"value {part[0] + 1}", "", part[2]))
        capabilities.append(evaluate(ScopeTemplate(kind, None if parts is None else tuple(made)), filled))
    return context.only(capabilities)
