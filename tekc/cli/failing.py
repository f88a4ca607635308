"""How the end of a run is told that went wrong: kind, message, the trace of Tek calls, the source line."""

from __future__ import annotations

import os

from tekc.cli.console import err
from tekc.cli.status import DENIED, FAILED, INTERRUPTED, SPENT
from tekc.diagnostics.render_chars import safe, safe_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekrt.values.failure import Cancelled, Failure, SpentLimit

_HEAD, _TAIL = 12, 6
"""So many calls of a long trace are shown, the innermost and the outermost."""


def failed(failure: Failure) -> int:
    """Report an uncaught failure and return the exit status."""
    _tell(describe(failure))
    return DENIED if failure.kind == "denied" else FAILED


def spent(limit: SpentLimit) -> int:
    """Report a spent limit and return the exit status."""
    _tell(describe(limit))
    return SPENT


def cancelled(cause: Cancelled) -> int:
    """Report an interrupted run and return the exit status."""
    notes = [line for line in cause.trace if line.startswith("note: ")]
    err("\n".join(["interrupted", *(f"  {safe(note)}" for note in notes)]) + "\n")
    return INTERRUPTED


def describe(cause: Failure | SpentLimit) -> list[str]:
    """Return what happened, where, and by which calls, line by line."""
    from tekrt.values.failure import Failure

    what = cause.kind if isinstance(cause, Failure) else f"limit of {cause.limit}"
    first, *rest = safe_lines(f"{what}: {cause.message}")
    lines = [first, *(f"  {line}" for line in rest)]
    calls = [line for line in cause.trace if not line.startswith("note: ")]
    lines += _source(calls)
    if len(calls) > _HEAD + _TAIL + 1:
        calls = [*calls[:_HEAD], f"… {len(calls) - _HEAD - _TAIL:,} more calls …", *calls[-_TAIL:]]
    lines += [f"  {'' if line.startswith('…') else 'in '}{safe(line)}" for line in calls]
    return lines + [f"  {safe(line)}" for line in cause.trace if line.startswith("note: ")]


def _tell(lines: Sequence[str]) -> None:
    err("error: " + "\n".join(lines) + "\n")


def _source(calls: Sequence[str]) -> list[str]:
    """Return the source line of the innermost call in a file of the user's."""
    for call in calls:
        path, line = place(call)
        if path.startswith("<") or not line:
            continue
        text = _line(path, line)
        if text is None:
            return []
        number = str(line)
        return [f"{' ' * len(number)} ┌─ {safe(path)}:{number}", f"{number} │ {safe(text.expandtabs(4))[:200]}"]
    return []


def place(call: str) -> tuple[str, int]:
    """Return file and line of a line of a trace, ``name (file:line)``; line 0 where it has none."""
    inside = call.rpartition(" (")[2].removesuffix(")")
    path, _, number = inside.rpartition(":")
    return path, int(number) if number.isdigit() else 0


def _line(path: str, line: int) -> str | None:
    try:
        if not os.path.isfile(path):
            return None
        with open(path, encoding="utf-8", errors="replace") as file:
            for number, text in enumerate(file, 1):
                if number == line:
                    return text.rstrip("\r\n")
    except (OSError, ValueError):
        return None
    return None
