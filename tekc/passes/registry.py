"""The passes, in the order in which they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from tekc.passes import dead, fold, jumps, lending, ownership

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from tekrt.ir import Program


@attrs.frozen
class Pass:
    """One pass over a program: its name, what it does in a line, and how.  ``needed``: it cannot be switched off."""

    name: str
    doc: str
    run: Callable[[Program], None]
    needed: bool = False


PASSES: tuple[Pass, ...] = (
    Pass("fold", "what is constant is computed, unless it fails", fold.run),
    Pass("jumps", "empty blocks are skipped, blocks that follow each other are joined", jumps.run),
    Pass("dead", "ops whose result nobody uses go", dead.run),
    Pass("lending", "updates lend values only to functions that cannot fail half-way", lending.run, needed=True),
    Pass("ownership", "moves, borrows, dups and drops become explicit", ownership.run, needed=True),
)
"""All passes in order."""


def run_passes(program: Program, without: Container[str] = (), after: Callable[[Pass, Program], None] | None = None) -> None:
    """Run the passes over a program but for those named in ``without``; ``after`` is called behind each (to print, to verify)."""
    for one in PASSES:
        if one.needed or one.name not in without:
            one.run(program)
            if after is not None:
                after(one, program)
