"""Running programs as bytes and back: what waits for its host may go on in another process.

A frame is a list already; what makes it plain is writing its code as the name of the function, its values by
:mod:`tekrt.values.plain`, and its context as what narrows the permit.  Whoever restores hands in a broker, and the program has
what that broker's permit leaves of what it had.
"""

from __future__ import annotations

import marshal

from tekrt.interp.instance import Instance, Pause, Paused, done_code
from tekrt.interp.support import Carried
from tekrt.interp.tasks import Call
from tekrt.values.containers import key_of
from tekrt.values.failure import Cancelled, SpentLimit
from tekrt.values.plain import Reader, Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.interp.instance import Code, Frame
    from tekrt.interp.limits import Limits
    from tekrt.interp.machine import Machine

VERSION = 1


class SaveError(ValueError):
    """These bytes are no saved program, or one of other code."""


class _Saver:
    """Writes one paused program."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.contexts: list[Any] = []
        self.states: list[Any] = []
        self.writer = Writer(self._extra)

    def _extra(self, v: Any) -> Any:
        if hasattr(v, "permit"):
            return ("context", self.context(v))
        if type(v) is Carried:
            error = v.error
            if isinstance(error, SpentLimit):
                return ("spent", error.limit, error.message, error.trace)
            return ("cancelled", str(error), getattr(error, "trace", []))
        if type(v) is Call:
            return ("call", self._call(v))
        return None

    def _call(self, call: Call) -> tuple[Any, ...]:
        left = None if call.deadline is None else call.deadline - self._now(call.context)
        context = None if call.context is None else self.context(call.context)
        return (
            call.name,
            self.writer.write(call.args),
            list(call.values),
            call.pending,
            call.attempt,
            context,
            left,
            call.key is not None,
        )

    def _now(self, context: Any) -> int:
        return int(context.broker.world.monotonic())

    def context(self, context: Any) -> int:
        """Return the number of a context, the same for the same object."""
        for at, known in enumerate(self.contexts):
            if known is context:
                return at
        self.contexts.append(context)
        if not any(state is context.state for state in self.states):
            self.states.append(context.state)
        return len(self.contexts) - 1

    def described(self, context: Any) -> tuple[Any, ...]:
        """Return a context as plain data: task, attempt, time left, layers but the run's, and whose state it shares."""
        layers = tuple(
            (layer.what, layer.name, tuple(str(c) for c in layer.shown))
            for layer in context.permit.layers
            if layer.what != "run"
        )
        left = None if context.deadline is None else context.deadline - self._now(context)
        state = next(at for at, known in enumerate(self.states) if known is context.state)
        return (context.task, context.attempt, left, layers, state)


def _name(instance: Instance, code: Any) -> str:
    key = getattr(code, "__name__", "@task")
    if key == "done_code":
        return "@done"
    if key == "_fill":
        return "@fill"
    return str(instance.machine.source.items[key][1]) if key != "@task" else key


def save(paused: Paused) -> bytes:
    """Return a paused program as bytes."""
    instance = paused.instance
    saver = _Saver(instance)
    frames: list[Frame] = []
    at: Frame | None = paused.frame
    while at is not None:
        frames.append(at)
        at = at[2]
    held = [frame[6] for frame in frames]
    once = [(key[0], answer[2], key[2], answer[1]) for key, answer in instance.once.items() if answer[0]]
    saver.writer.scan([*held, *(answer[3] for answer in once)])
    written = [(_name(instance, f[0]), f[1], f[4], saver.context(f[5]), saver.writer.write(f[6])) for f in frames]
    waiting = (paused.waiting[0], [saver.writer.write(arg) for arg in paused.waiting[1]])
    shields = [(depth, saver.context(context), end - saver._now(context)) for depth, context, end in instance.shields]
    answers = [(name, saver.writer.write(args), layers, saver.writer.write(value)) for name, args, layers, value in once]
    contexts = [saver.described(context) for context in saver.contexts]
    folders = [list(state.folders) for state in saver.states]
    left = None if instance.deadline is None else instance.deadline - saver._now(frames[0][5])
    counters = (instance.steps[0], instance.moves, left)
    data = (instance.machine.digest, written, waiting, saver.writer.nodes, contexts, folders, shields, answers, counters)
    return marshal.dumps((VERSION, data))


def restore(machine: Machine, content: bytes, broker: Any, limits: Limits | None = None) -> Paused:
    """Return the paused program that :func:`save` wrote, on a machine of the same image.

    Raises:
        SaveError: the bytes are no saved program, or one of other code.
    """
    try:
        version, data = marshal.loads(content)
    except (ValueError, EOFError, TypeError) as error:
        raise SaveError(f"these bytes are no saved program: {error}") from None
    if version != VERSION:
        raise SaveError(f"a saved program of version {version}, not {VERSION}")
    digest, written, waiting, nodes, contexts, folders, shields, answers, counters = data
    if digest != machine.digest:
        raise SaveError("the saved program is one of other code")
    instance = machine.take(limits)
    loader = _Loader(instance, broker, contexts, folders)
    reader = Reader(nodes, code=instance.code, extra=loader.extra)
    loader.reader = reader
    frame: Frame | None = None
    for name, pc, depth, context, held in reversed(written):
        made: Frame = [loader.code(name), pc, frame, None, depth, loader.contexts[context], reader.read(held)]
        frame = made
    assert frame is not None
    loader.finish_calls()
    now = broker.world.monotonic()
    instance.shields.extend((depth, loader.contexts[context], now + left) for depth, context, left in shields)
    for name, args, layers, value in answers:
        given = reader.read(args)
        instance.once[(name, key_of(given), tuple(layers))] = (True, reader.read(value), given)
    instance.steps[0], instance.moves, left = counters
    instance.deadline = None if left is None else now + left
    return Paused(instance, Pause(frame, waiting[0], tuple(reader.read(arg) for arg in waiting[1])))


class _Loader:
    """Makes contexts, code and task calls of what was saved."""

    def __init__(self, instance: Instance, broker: Any, contexts: list[Any], folders: list[list[str]]) -> None:
        self.instance = instance
        self.broker = broker
        self.reader: Reader | None = None
        outer = broker.context()
        states = [type(outer.state)(tuple(paths)) for paths in folders]
        self.contexts = [self._context(outer, described, states) for described in contexts]
        self._calls: list[tuple[Call, Any]] = []

    def _context(self, outer: Any, described: tuple[Any, ...], states: list[Any]) -> Any:
        from tekrt.kernel.permit import Layer, Permit
        from tekrt.scopes import parse_capability

        task, attempt, left, layers, state = described
        permit = outer.permit
        made = tuple(
            Layer(what, name, [parse_capability(text) for text in shown], permit.root, permit.home)
            for what, name, shown in layers
        )
        narrowed = Permit((*permit.layers, *made), permit.root, permit.home, permit.denied)
        deadline = None if left is None else self.broker.world.monotonic() + left
        return type(outer)(self.broker, narrowed, task, self.broker.out, attempt, deadline, states[state])

    def code(self, name: str) -> Code:
        """Return the code of a frame by its name."""
        special = {"@done": done_code, "@fill": self.instance._fill, "@task": None}
        if name not in special:
            return self.instance.code(name)
        return special[name] or self.instance.task_code

    def extra(self, data: tuple[Any, ...]) -> Any:
        """Return what :meth:`_Saver._extra` wrote."""
        if data[0] == "context":
            return self.contexts[data[1]]
        if data[0] == "call":
            name, args, values, pending, attempt, context, left, once = data[1]
            call = Call(name, (), values)
            call.pending, call.attempt = pending, attempt
            call.context = None if context is None else self.contexts[context]
            call.deadline = None if left is None else self.broker.world.monotonic() + left
            self._calls.append((call, (args, once)))
            return call
        error: Any = SpentLimit(data[1], data[2]) if data[0] == "spent" else Cancelled(data[1])
        error.trace = list(data[-1])
        return Carried(error)

    def finish_calls(self) -> None:
        """Give task calls their arguments, once all values are there."""
        assert self.reader is not None
        for call, (args, once) in self._calls:
            call.args = self.reader.read(args)
            if once:
                layers = tuple(str(c) for layer in call.context.permit.layers if layer.what == "only" for c in layer.shown)
                call.key = (call.name, key_of(call.args), layers)
