"""``tekc test``: run the tests in files, each in a fresh, empty root, with nothing granted but that root and what it declares."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from typing import TYPE_CHECKING, NamedTuple

from tekc.cli.console import colour, err, out
from tekc.cli.failing import describe
from tekc.cli.session import make_broker
from tekc.cli.status import DONE, FAILED, NOT_COMPILED, Usage
from tekc.cli.targets import find_root, given_root, targets, working_folder
from tekc.diagnostics.render_chars import safe, safe_lines
from tekc.driver.warm import NotBuilt, load
from tekrt.effects.world import real_world
from tekrt.interp import load_image
from tekrt.kernel.output import OutputClosed
from tekrt.scopes import Capability, widest
from tekrt.values.failure import Cancelled, Failure, SpentLimit

if TYPE_CHECKING:
    from tekc.cli.commands import Line
    from tekrt.interp import Machine
    from tekrt.ir import TestInfo

ROOT = (Capability("fs.read", "**"), Capability("fs.write", "**"))
"""What every test may do, in its own empty root."""


class Outcome(NamedTuple):
    """How a test ended: the lines of its failure (none where it passed), and what it printed."""

    problem: list[str]
    printed: str


def test(line: Line) -> int:
    """Run the tests of files, tell how each ended, and return 1 where one failed, 3 where a file does not compile."""
    jit = line.value("jit", "auto")
    if jit not in ("off", "auto", "always"):
        raise Usage(f"`--jit` takes off, auto or always, not `{jit}`")
    root = given_root(line.value("root")) if line.flag("root") else find_root(working_folder(), working_folder())
    wanted = line.value("filter")
    passed = failed = broken = 0
    started = time.monotonic()
    for path in targets(line.words, root):
        try:
            machine = load_image(load(path, "test")[0])
        except NotBuilt as errors:
            err(errors.texts[colour(sys.stderr)])
            broken += 1
            continue
        for info in machine.tests:
            if wanted in info.name:
                ok = _report(path, info, run_test(machine, info))
                passed, failed = passed + ok, failed + (not ok)
    files = f", {broken} file{'' if broken == 1 else 's'} did not compile" if broken else ""
    out(f"{passed} passed, {failed} failed{files} ({time.monotonic() - started:.1f} s)\n")
    if wanted and not passed and not failed and not broken:
        raise Usage(f"no test has `{wanted}` in its name")
    return NOT_COMPILED if broken else FAILED if failed else DONE


def run_test(machine: Machine, info: TestInfo) -> Outcome:
    """Run one test in a root of its own, which is gone afterwards."""
    printed = bytearray()
    problem: list[str] = []
    with tempfile.TemporaryDirectory(prefix="tekc-test-") as folder:
        world = real_world()
        world.write_out = world.write_err = printed.extend
        world.eager = False
        granted = [*ROOT, *(widest(template) for template in info.needs)]
        broker = make_broker(world, granted, os.path.realpath(folder), None)
        context = broker.context(info.name).for_task(info.name, granted)
        try:
            machine.run_function(info.function, [], context)
        except (Failure, SpentLimit) as failure:
            problem = describe(failure)
        except (Cancelled, OutputClosed):
            raise KeyboardInterrupt from None
        finally:
            context.close()
            broker.close()
    return Outcome(problem, printed.decode("utf-8", "replace"))


def _report(path: str, info: TestInfo, outcome: Outcome) -> bool:
    name = f"{safe(path)}: {safe(info.name)}"
    if not outcome.problem:
        out(f"ok      {name}\n")
        return True
    lines = [f"FAILED  {name}", *(f"        {line}" for line in outcome.problem)]
    if outcome.printed:
        lines += ["        it printed:", *(f"          {line}" for line in safe_lines(outcome.printed.rstrip("\n")))]
    out("\n".join(lines) + "\n")
    return False
