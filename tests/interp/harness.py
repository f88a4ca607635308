"""Compiles Tek text in this process and runs its tasks in a simulated world."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tekc.check import check_program
from tekc.diagnostics.render import render
from tekc.driver.consts import evaluate_constants
from tekc.driver.files import Files
from tekc.driver.modules import Modules
from tekc.lower import lower_program
from tekrt.interp import Machine
from tekrt.kernel import Broker, Permit
from tekrt.kernel.world import simulated
from tekrt.values.containers import copied
from tekrt.values.failure import Cancelled, Failure, SpentLimit

if TYPE_CHECKING:
    from tekrt.interp import Limits
    from tekrt.ir import Program


def compile_text(text: str, folder: Path) -> Program:
    """Compile a main module called ``main`` and return its program; fails with the diagnostics."""
    path = folder / "main.tek"
    path.write_text(text, encoding="utf-8")
    return compile_file(path)


def compile_file(path: Path) -> Program:
    """Compile a main module and return its program; fails with the diagnostics."""
    problems: list[Any] = []
    modules = Modules(Files(), problems.append)
    checked = check_program(modules, [modules.main(str(path))], problems.append)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert not errors, "".join(render(errors))
    program = lower_program(checked, tests=False)
    evaluate_constants(program, checked, problems.append)
    return program


def broker(**changes: Any) -> Broker:
    """Return a broker of a simulated world that grants nothing."""
    world = simulated(**changes)
    return Broker(world, Permit.of([], "/root-of-the-test", "/home/nobody"))


class Run:
    """What one run of a task gave: ``value`` or ``error``, ``out``, elements ``copied``, CPU ``seconds``."""

    def __init__(self, machine: Machine, task: str, args: list[Any], limits: Limits | None = None) -> None:
        gate = broker()
        self.value: Any = None
        self.error: Failure | SpentLimit | Cancelled | None = None
        before, started = copied[0], time.process_time()
        try:
            self.value = machine.run_task(f"main.{task}", args, gate.context(task), limits)
        except (Failure, SpentLimit, Cancelled) as error:
            self.error = error
        self.seconds = time.process_time() - started
        self.copied = copied[0] - before
        gate.out.flush()
        out: Any = gate.world.write_out
        self.out = bytes(out.__self__).decode()

    @property
    def trace(self) -> list[str]:
        """The failure's trace."""
        assert self.error is not None
        return self.error.trace
