"""``tekc show``: one run, with all that it touched."""

from __future__ import annotations

from tekc.cli.console import err, out
from tekc.cli.ledger import Kept, kept, verdict
from tekc.cli.status import DONE, FAILED, IN_DOUBT
from tekc.diagnostics.render_chars import safe
from tekrt.effects.run_store import ledger_lines, read_file
from tekrt.kernel.ledger_chain import plain
from tekrt.values.failure import Failure
from tekrt.values.scalars import Duration, Instant
from tekrt.values.show import show as shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tekc.cli.commands import Line


def show(line: Line) -> int:
    """Print a run and its effects, in the order in which they began; what was changed is refused.

    Raises:
        Usage: there is no such run.
    """
    runs = kept(line)
    name = runs.one(line.words)
    found = verdict(runs, name)
    if found.problem:
        err(f"error: {safe(name)}: {safe(found.problem)}\n")
        return FAILED
    try:
        run = plain(read_file(runs.base(name), name, "run.json"))
        out("\n".join(_head(run)) + "\n")
        for text in _effects(runs, name):
            out(text + "\n")
    except (OSError, Failure, KeyError) as error:
        err(f"error: {safe(name)} cannot be read: {safe(str(error))}\n")
        return FAILED
    return DONE if found.closed else IN_DOUBT


def _head(run: dict[str, Any]) -> list[str]:
    lines = [f"{safe(run['name'])}: {safe(run['status'])}", f"  task    {safe(run['file'])}:{safe(run['task'])}"]
    lines += [f"          {safe(word)}" for word in run["arguments"]]
    lines.append(f"  began   {shown(Instant(run['started']))}")
    if run.get("ended") is not None:
        lines.append(f"  took    {shown(Duration((run['ended'] - run['started']) // 1_000_000 * 1_000_000))}")
    lines += [f"  granted {safe(text)}" for text in run["grants"]["layers"][0]["capabilities"]]
    return lines


def _effects(runs: Kept, name: str) -> Iterator[str]:
    """Yield a line an effect: how it ended, what it was, on what, how often."""
    waiting: dict[int, dict[str, Any]] = {}
    for text in ledger_lines(runs.base(name), name):
        if not text.endswith(b"\n"):
            break
        one = plain(text)
        if one["record"] == "begin":
            waiting[one["seq"]] = one
        elif one["record"] == "note":
            yield f"  note    {safe(one['what'])}: {safe(one['detail'])}"
        elif one["record"] == "end":
            yield _effect(waiting.pop(one["seq"]), one)
    for one in waiting.values():
        yield _effect(one, {"status": "doubt", "count": 1, "bytes": 0})


def _effect(begun: dict[str, Any], ended: dict[str, Any]) -> str:
    often = f" ×{ended['count']:,}" if ended["count"] > 1 else ""
    size = f" {ended['bytes']:,} bytes" if ended["bytes"] else ""
    scope = "" if begun["scope"] is None else f" {safe(begun['scope'])}"
    return f"  {ended['status']:<7} {safe(begun['effect'])} {safe(begun['detail'])}{scope}{often}{size}"
