"""Loaded programs, and how to run them.

A :class:`Machine` is a loaded program.  Each run takes an :class:`~tekrt.interp.instance.Instance` of it: generated functions
bound to globals of their own, so that what a run counts and where its slow paths lead is a global variable for them, and
several threads may run the same program at once.
"""

from __future__ import annotations

from tekrt.interp.instance import Instance, Pause, Paused, done_code, packed
from tekrt.interp.limits import Limits
from tekrt.values.failure import Cancelled
from tekrt.values.native import host_function

__all__ = ["Instance", "Machine", "Pause", "Paused"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import CodeType
    from typing import Any, Protocol

    from tekrt.ir import Program, ScopeTemplate, TaskInfo, TestInfo
    from tekrt.ir.types import IrType
    from tekrt.scopes import Capability

    class Source(Protocol):
        """Where the code of a program comes from: an image, or a program that is translated as it runs."""

        items: dict[str, tuple[Any, ...]]

        def function(self, name: str) -> tuple[str, CodeType, tuple[Any, ...], tuple[str, ...]]:
            """Return global name, code, tables and needed global names of a function."""

        def constant(self, name: str) -> Any:
            """Return the value of a constant, as plain data."""


class Machine:
    """A loaded program.  ``tasks`` are by qualified name, ``main`` is the main module's name, ``doc`` its documentation."""

    def __init__(self, source: Source, *, tasks: Iterable[TaskInfo] = (), tests: Iterable[TestInfo] = (), main: str = "", doc: str = "",
                 digest: str = "", types: dict[str, str] | None = None) -> None:  # fmt: skip
        self.source = source
        self.tasks = {task.name: task for task in tasks}
        self.tests = list(tests)
        self.main = main
        self.doc = doc
        self.digest = digest
        self.types = (
            types if types is not None else {}
        )  # names under which types of this program are registered, where others
        self.constants: dict[str, Any] = {}
        self.cancelled = False
        self._free: list[Instance] = []
        self._running: list[Instance] = []

    @staticmethod
    def of(program: Program) -> Machine:
        """Return a machine that translates a program's functions as they are first called."""
        from tekrt.interp.image import machine_of

        return machine_of(program)

    def run_function(self, name: str, args: list[Any], context: Any, limits: Limits | None = None) -> Any:
        """Call a function with owned arguments and return its result.

        Raises:
            Failure: it failed, with its trace.
            SpentLimit, Cancelled: it was stopped.
        """
        result = self.start(name, args, context, limits)
        return _answered(name, result)

    def run_task(self, name: str, args: list[Any], context: Any, limits: Limits | None = None) -> Any:
        """Run a task by its qualified name: its needs are narrowed from the context's permit, its clauses hold."""
        result = self.start_task(name, args, context, limits)
        return _answered(name, result)

    def start(self, name: str, args: list[Any], context: Any, limits: Limits | None = None) -> Any:
        """Like :meth:`run_function`, but returns :class:`Paused` where the program waits for its host."""
        instance = self.take(limits)
        context = instance.bounded(context)
        root = [done_code, 0, None, None, instance.limits.depth, context, None]
        return instance.begin([instance.code(name), 0, root, None, instance.limits.depth, context, packed(args)])

    def start_task(self, name: str, args: list[Any], context: Any, limits: Limits | None = None) -> Any:
        """Like :meth:`run_task`, but returns :class:`Paused` where the program waits for its host."""
        instance = self.take(limits)
        context = instance.bounded(context)
        # the first task is called by nobody's source: its body may nest calls as deep as the limit says
        root = [done_code, 0, None, None, instance.limits.depth + 1, context, None]
        return instance.begin(instance.task_frame(root, name, tuple(args)))

    def cancel(self) -> None:
        """Stop all runs of this machine at their next look at limits; may be called from a signal handler or another thread."""
        self.cancelled = True

    def check_cancelled(self) -> None:
        """Raise Cancelled where all runs are to stop, unless one is in a ``defer`` block; what waits long calls this."""
        if self.cancelled and not any(instance.shields for instance in self._running):
            raise Cancelled

    def take(self, limits: Limits | None) -> Instance:
        """Return an instance that no other run uses, with these limits."""
        instance = self._free.pop() if self._free else Instance(self)
        instance.reset(limits if limits is not None else Limits())
        return instance

    def begun(self, instance: Instance) -> None:
        """Note that an instance runs."""
        self._running.append(instance)

    def ended(self, instance: Instance, done: bool) -> None:
        """Note that an instance runs no more; when its run is done, a later one may use it."""
        self._running.remove(instance)
        if done and len(self._free) < 8:
            self._free.append(instance)

    def set_constant(self, name: str, value: Any) -> None:
        """Set a constant that was just computed; everybody who reads it shares it."""
        from tekrt.values.plain import from_plain, plain

        self.constants[name] = from_plain(plain(value), shared=True)

    def constant(self, name: str) -> Any:
        """Return a constant's value, which is shared by all that read it."""
        if name not in self.constants:
            from tekrt.values.plain import from_plain

            self.constants[name] = from_plain(self.source.constant(name), shared=True)
        return self.constants[name]

    def fill(self, template: ScopeTemplate, task: TaskInfo, values: list[Any]) -> Capability:
        """Return a scope of a task with its arguments in the holes; fails with ``denied`` where one may not stand there."""
        from tekrt.interp.tasks import fill

        return fill(template, task.params, values)

    def decode_json(self, wanted: IrType, text: str, context: Any) -> Any:
        """Return the value of a type that a JSON text describes, missing fields by their defaults; fails with ``decode``."""
        instance = self.take(None)
        root = [done_code, 0, None, None, instance.limits.depth, context, None]
        decoded = host_function("json.decode")(context, wanted, text, False)
        return instance.begin(instance.decoded(root, decoded))


def _answered(name: str, result: Any) -> Any:
    """Return a result that must not be a pause."""
    if type(result) is Paused:
        raise RuntimeError(f"{name} waits for its host where nobody can answer")
    return result
