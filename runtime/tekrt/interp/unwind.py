"""What happens when something fails: from Python exceptions to failures, traces, and the handlers that take them.

Generated code has no checks where Python checks anyway: an ``IndexError`` in a generated line means what the function's table
says of that line, and the message is made of the values that the line's locals had.
"""

from __future__ import annotations

from tekrt.interp.support import Carried, accepts, bad_index, error_of, missing_key
from tekrt.values.failure import Cancelled, Failure, SpentLimit
from tekrt.values.numbers import by_zero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from tekrt.interp.instance import Frame, Instance

FILE = "<tek>"
"""The file name of generated code."""

SHOWN_FIRST, SHOWN_LAST = 30, 10
"""A long trace shows so many calls from its inner and from its outer end."""

STOPS = (Failure, SpentLimit, Cancelled)
"""What a script's code may end with; any other exception is a bug of tekc's."""


class Unwinder:
    """Leads failures of one instance to their handlers."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._placed: BaseException | None = None  # a failure whose place in the frame that runs is in its trace already

    def caught(self, error: BaseException, frame: Frame) -> tuple[int, Any]:
        """Called by a function with handlers for whatever its body raised: return label and ``Error`` value of the handler."""
        failure, place = self._place(error)
        if place is not None:
            meta = self.instance.meta[place.tb_frame.f_code.co_name]
            label = _at(meta[5], meta[3], place.tb_lineno)
            if label >= 0 and accepts(failure):
                return label, as_value(failure)
            self._count(place)
        self._placed = failure
        raise failure from None

    def unwind(self, frame: Frame, error: BaseException, ran: bool) -> Frame:
        """Lead what came up in a frame (``ran``), or just before it would run, to the nearest handler around.

        Raises the failure, with its trace finished, where there is none.
        """
        if error is self._placed:
            failure: BaseException = error
        else:
            failure, place = self._place(error)
            if place is not None:
                self._count(place)
        self._placed = None
        if not isinstance(failure, STOPS):
            raise failure
        failure.__traceback__ = None
        at: Frame | None = frame
        if ran:
            self.instance.give_up(frame)
            at = frame[2]
        while at is not None:
            taken = self._offer(at, failure)
            if isinstance(taken, BaseException):
                failure = taken
            elif taken is not None:
                self.instance.moves -= 1  # going on there is no call
                return taken
            self.instance.give_up(at)
            at = at[2]
        failure = self.instance.spent(failure)
        finish(failure)
        raise failure

    def _offer(self, frame: Frame, failure: BaseException) -> Frame | BaseException | None:
        """Let a frame take a failure of what it called, or go on with another one; note its place in the trace."""
        code = frame[0]
        hand_written = getattr(code, "unwind", None)
        if hand_written is not None:
            return hand_written(frame, failure)  # type: ignore[no-any-return]
        meta = self.instance.meta.get(getattr(code, "__name__", ""))
        if meta is None or not frame[1]:
            return None
        line, label = meta[6].get(frame[1], (meta[2], -1))
        failure.trace.append(f"{meta[0]} ({meta[1]}:{line})")  # type: ignore[attr-defined]
        if label < 0 or not accepts(failure):
            return None
        frame[1] = label
        frame[3] = as_value(failure)
        return frame

    def _place(self, error: BaseException) -> tuple[BaseException, TracebackType | None]:
        """Turn an exception into what it means and note where it came up; return it with its place in the frame's function."""
        places = _places(error.__traceback__)
        if not places:
            return converted(error, None, None), None
        inner = places[-1]
        tables = self.instance.meta
        failure = error
        if not isinstance(error, STOPS):
            failure = converted(error, tables[inner.tb_frame.f_code.co_name][4].get(inner.tb_lineno), inner.tb_frame)
        if isinstance(failure, STOPS):
            for place in reversed(places):
                # further in are functions that were called directly, without frames
                meta = tables[place.tb_frame.f_code.co_name]
                shown = f"{meta[0]} ("
                if place is not inner or not _last_call(failure.trace).startswith(shown):
                    failure.trace.append(f"{shown}{meta[1]}:{_at(meta[3], meta[3], place.tb_lineno, meta[2])})")
            for place in places[1:]:
                self._count(place)
        return failure, places[0]

    def _count(self, place: TracebackType) -> None:
        """Account for the rounds that a function counted which ends by a failure."""
        self.instance.steps[0] += place.tb_frame.f_locals.get("n", 0)


def _places(trace: TracebackType | None) -> list[TracebackType]:
    """Return the places of a traceback that are in generated code, from the outside in."""
    found = []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            found.append(trace)
        trace = trace.tb_next
    return found


def _last_call(trace: list[str]) -> str:
    """Return the outermost call of a trace, without the notes after it; "" where there is none."""
    for line in reversed(trace):
        if not line.startswith("note: "):
            return line
    return ""


def _at(table: dict[int, int], places: dict[int, int], line: int, default: int = -1) -> int:
    """Return what a table says of a Python line; lines that stand for nothing themselves belong to the one before."""
    while line > 0 and line not in places:
        line -= 1
    return table.get(line, default)


def converted(error: BaseException, trap: tuple[str, ...] | None, frame: Any) -> BaseException:
    """Return the failure that an exception of Python's means; what means nothing comes back as it is."""
    if isinstance(error, STOPS):
        return error
    if isinstance(error, MemoryError):
        return SpentLimit("memory", "there is no memory left")
    if isinstance(error, OverflowError):
        return Failure("overflow", "a number is too large for what is done with it")
    if trap is None or not isinstance(error, (IndexError, KeyError, ZeroDivisionError)):
        return error
    values = [eval(text, frame.f_globals, frame.f_locals) for text in trap[1:]]
    try:
        if trap[0] == "index":
            bad_index(*values)
        if trap[0] == "key":
            missing_key(*values)
        by_zero()
    except Failure as failure:
        return failure


def as_value(failure: BaseException) -> Any:
    """Return what the parameter of a handler gets."""
    if isinstance(failure, Failure):
        finish(failure)
        return error_of(failure)
    failure.__traceback__ = None  # where it is raised again is what counts then
    return Carried(failure)


def finish(failure: Any) -> None:
    """Shorten a long trace in its middle."""
    trace = failure.trace
    if len(trace) > SHOWN_FIRST + SHOWN_LAST + 1:
        left_out = len(trace) - SHOWN_FIRST - SHOWN_LAST
        trace[SHOWN_FIRST : len(trace) - SHOWN_LAST] = [f"… {left_out:,} more calls …"]
