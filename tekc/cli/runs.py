"""``tekc runs``: the runs of a root that were kept."""

from __future__ import annotations

from tekc.cli.console import out
from tekc.cli.ledger import kept
from tekc.cli.status import DONE
from tekc.diagnostics.render_chars import safe
from tekrt.effects.run_store import read_file
from tekrt.kernel.ledger_chain import plain
from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekc.cli.commands import Line


def runs(line: Line) -> int:
    """List runs, the newest first: name, how it ended, script and task."""
    found = kept(line)
    for name in reversed(found.names()):
        try:
            run = plain(read_file(found.base(name), name, "run.json"))
        except (OSError, Failure):
            out(f"{name}  unreadable\n")
            continue
        out(f"{name}  {safe(str(run.get('status'))):<11}  {safe(str(run.get('file')))}:{safe(str(run.get('task')))}\n")
    return DONE
