"""Constants are computed when the program is compiled, once, by the same interpreter that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.driver.problems import ConstantFails, ConstantTooCostly
from tekc.syntax import ast
from tekrt.values.failure import Failure, SpentLimit

if TYPE_CHECKING:
    from tekc.check.facts import Checked
    from tekc.diagnostics import Problem, Report
    from tekc.source import Span
    from tekrt.ir import Program

STEPS = 10_000_000
"""How many steps the value of one constant may take."""


def check_constants(checked: Checked, report: Report) -> None:
    """Report the constants of a checked program that cannot be computed; what is a plain literal always can."""
    computed = [const for const in checked.consts if not isinstance(const.decl.value, _LITERALS)]
    if computed:
        from tekc.lower import Roots, lower_program

        program = lower_program(checked, roots=Roots(tasks=(), consts=computed))
        evaluate_constants(program, checked, report)


_LITERALS = (
    ast.IntLiteral, ast.FloatLiteral, ast.BoolLiteral, ast.StrLiteral, ast.BytesLiteral, ast.DurationLiteral, ast.SizeLiteral,
)  # fmt: skip


def evaluate_constants(program: Program, checked: Checked, report: Report) -> None:
    """Compute the constants that a program uses, in order, and put their values into it as plain data."""
    if not program.consts:
        return
    from tekc.lower import constants_of
    from tekrt.interp import Limits, Machine
    from tekrt.kernel import Broker, Permit
    from tekrt.kernel.world import simulated
    from tekrt.scopes.kinds import DEFAULT_KINDS
    from tekrt.values.plain import plain

    world = simulated()
    broker = Broker(world, Permit.of([], "/nonexistent", world.home, DEFAULT_KINDS))
    places = {const.qualified: const.decl.name.at for const in checked.consts}
    machine = Machine.of(program)
    failed: set[str] = set()
    for name, function in program.consts.items():
        if failed and not failed.isdisjoint(constants_of(program, function)):
            failed.add(name)  # it is computed from one that was reported
            continue
        try:
            value = machine.run_function(function, [], broker.context(name), Limits(steps=STEPS))
        except (Failure, SpentLimit) as cause:
            if name not in places:
                raise  # a constant of the library: that is a bug of ours
            failed.add(name)
            report(_problem(places[name], name, cause))
            continue
        program.const_values[name] = plain(value)
        machine.set_constant(name, value)


def _problem(at: Span, name: str, cause: Failure | SpentLimit) -> Problem:
    short = name.rpartition(".")[2]
    if isinstance(cause, SpentLimit):
        return ConstantTooCostly(at, short, cause.message)
    return ConstantFails(at, short, cause.kind, cause.message, tuple(cause.trace))
