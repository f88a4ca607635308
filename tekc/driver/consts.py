"""Constants are computed when the program is compiled, once, by the same interpreter that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.driver.problems import ConstantFails, ConstantTooCostly
from tekrt.values.failure import Failure, SpentLimit

if TYPE_CHECKING:
    from tekc.check.facts import Checked
    from tekc.diagnostics import Report
    from tekc.source import Span
    from tekrt.ir import Program

STEPS = 10_000_000
"""How many steps the value of one constant may take."""


def evaluate_constants(program: Program, checked: Checked, report: Report) -> None:
    """Compute the constants that a program uses, in order, and put their values into it as plain data."""
    if not program.consts:
        return
    from tekrt.values.plain import plain

    from tekrt.interp import Limits, Machine
    from tekrt.kernel import Broker, Permit
    from tekrt.kernel.world import simulated
    from tekrt.scopes.kinds import DEFAULT_KINDS

    world = simulated()
    broker = Broker(world, Permit.of([], "/nonexistent", world.home, DEFAULT_KINDS))
    places = {const.qualified: const.decl.name.at for const in checked.consts}
    machine = Machine.of(program)
    for name, function in program.consts.items():
        at = places.get(name)
        try:
            value = machine.run_function(function, [], broker.context(name), Limits(steps=STEPS))
        except Failure as failure:
            if at is None:
                raise  # a constant of the library: that is a bug of ours
            report(_failed(at, name, failure))
            return
        except SpentLimit as limit:
            if at is None:
                raise
            report(ConstantTooCostly(at, name.rpartition(".")[2], limit.message))
            return
        program.const_values[name] = plain(value)
        machine.set_constant(name, value)


def _failed(at: Span, name: str, failure: Failure) -> ConstantFails:
    return ConstantFails(at, name.rpartition(".")[2], failure.kind, failure.message, tuple(failure.trace))
