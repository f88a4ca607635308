"""Effects of a program: the public side of effect checking.

``check_effects`` reports what is wrong, and hands back :class:`Effects`, which answers what lowering, the command line and the
cache ask: what a function may do, what a task needs, and what is only checked when it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import problems as type_problems
from tekc.check.defs import FnDef, TaskDef, TestDef
from tekc.check.dropping import arrow_place
from tekc.check.effects_clauses import Clauses, unsupported
from tekc.check.effects_program import Program
from tekc.check.effects_report import Reporter
from tekc.check.effects_solve import Solver
from tekc.check.effects_store import check_stores
from tekc.check.effects_units import TASK, Effect
from tekc.check.effects_walk import parts_of
from tekc.check.reach import Later, Reach
from tekc.check.types import NEVER, prune, show
from tekc.syntax import ast
from tekrt.scopes.kinds import KINDS

if TYPE_CHECKING:
    from tekc.check.effects_units import Definition, Unit
    from tekc.check.facts import Checked
    from tekc.check.needs import NeedSet
    from tekc.diagnostics import Problem, Report
    from tekc.source import Span
    from tekrt.ir import ScopeTemplate


def check_effects(
    checked: Checked, report: Report, more_kinds: frozenset[str] = frozenset(), wrong: tuple[Span, ...] = ()
) -> Effects:
    """Check effects, patterns and clauses of all user modules.

    ``more_kinds`` are capabilities that a host adds.  ``wrong`` are places of errors that were reported already: of a call with one
    of these in it nothing more is said, so that one mistake gives one error.
    """
    effects = Effects(checked, report, more_kinds, wrong)
    effects.run()
    return effects


_PAUSES = frozenset([TASK, "process", "net", "net.get", "human", "ai", "secret", "sleep"])
"""Kinds that may make a function wait."""


class Effects:
    """What is known about the effects of a program."""

    def __init__(
        self, checked: Checked, report: Report, more_kinds: frozenset[str] = frozenset(), wrong: tuple[Span, ...] = ()
    ) -> None:
        self.checked = checked
        self.report = report
        self.program = Program(checked, report, more_kinds, wrong)
        self.solver = Solver(self.program)
        self.reach = Reach(self.program, self.solver)

    def run(self) -> None:
        """Check every definition of the user's modules."""
        checked, program = self.checked, self.program
        definitions: list[Definition] = [
            *checked.consts, *checked.records, *checked.enums, *checked.functions, *checked.tasks, *checked.tests
        ]  # fmt: skip
        for definition in definitions:
            program.unit(definition)
        program.check_aliases()
        self.solver.solve(list(program.order))
        reporter = Reporter(program, self.solver)
        for unit in list(program.order):
            reporter.check(unit)
        check_stores(program, self.solver)
        clauses = Clauses(program, self.solver, self.reach)
        for task in checked.tasks:
            clauses.check(task)
        self._judge_dropped()

    # -------------------------------------------------------------------------------------------------------- questions

    def _solved(self, definition: Definition) -> Unit:
        unit = self.program.unit(definition)
        if not unit.solved:
            self.solver.solve([unit, *unit.frame.lambdas.values()])
        return unit

    def kinds(self, target: Definition | ast.Node) -> tuple[str, ...]:
        """Return the kinds of effects that a definition or lambda may have itself, sorted; ``task`` where it calls one.

        What the functions do that are passed to it is not among them.  A node that is neither a lambda nor a definition used as a
        value has none.
        """
        if isinstance(target, ast.Node):
            unit = self.program.lambdas.get(target)
            fact = self.checked.facts.values.get(target)
            if unit is None and fact is not None and isinstance(fact.target, FnDef | TaskDef):
                return _kinds(self.solver.summary(fact.target).effects)
            return _kinds(unit.effects) if unit is not None else ()
        if isinstance(target, FnDef) and target.extern:
            return _kinds(self.solver.summary(target).effects)
        return _kinds(self._solved(target).effects)

    def pauses(self, kinds: tuple[str, ...]) -> bool:
        """Tell whether code with these kinds of effects may wait: for a task, a program, the network, a person, a host."""
        return any(kind in _PAUSES or (kind not in KINDS) for kind in kinds)

    def is_pure(self, definition: Definition) -> bool:
        """Tell whether a definition has no effect at all, whatever is passed to it."""
        if isinstance(definition, FnDef) and definition.extern:
            return not self.solver.summary(definition).effects
        unit = self._solved(definition)
        return not unit.effects and not unit.polys

    def is_pure_expr(self, expr: ast.Expr) -> bool:
        """Tell whether evaluating an expression of a checked body has no effect and changes nothing."""
        events, calls = self.program.events, self.checked.facts.calls
        todo: list[ast.Node] = [expr]
        while todo:
            node = todo.pop()
            if isinstance(node, ast.Lambda):
                continue
            if isinstance(node, ast.Call):
                call = calls.get(node)
                found = events.get(node)
                if call is None or call.var_receiver or (found is not None and any(True for _ in self.solver.performed(*found))):
                    return False
            elif isinstance(node, _ACTS):
                return False
            todo.extend(parts_of(node))
        return True

    def task_needs(self, task: TaskDef) -> tuple[ScopeTemplate, ...]:
        """Return a task's own needs, declared or inferred, parameters as holes."""
        self._solved(task)
        return self.reach.task_needs(task)

    def task_reach(self, task: TaskDef) -> tuple[tuple[str, ScopeTemplate], ...]:
        """Return what a task and all that it can call may touch, with the module by which it is reached: the manifest.

        Holes are parameters of the task itself; everything else that is not known stands at its widest.
        """
        self._solved(task)
        return self.reach.task_reach(task)

    def test_needs(self, test: TestDef) -> tuple[ScopeTemplate, ...]:
        """Return what a test declares; that it may read and write its own fresh root is not among it."""
        self._solved(test)
        return self.reach.test_needs(test)

    def later(self, task: TaskDef) -> tuple[Later, ...]:
        """Return the effects, of a task and of all that it can call, whose scopes are only checked when they run."""
        self._solved(task)
        return self.reach.later(task)

    def unsupported(self, task: TaskDef) -> list[Problem]:
        """Return a problem for each clause that this version cannot run and that running the task can reach."""
        self._solved(task)
        return unsupported(self.reach, task)

    def needs_of(self, written: ast.Needs) -> NeedSet:
        """Return a clause as it was read when its definition was checked (lowering asks for those of ``only``)."""
        return self.program.known_needs(written)

    def import_bound(self, node: ast.Expr) -> ast.Needs | None:
        """Return the ``only`` of the import by which a call goes where something is left to the run time, else None."""
        found = self.program.events.get(node) if isinstance(node, ast.Call) else None
        if found is None or found[1].target is None:
            return None
        unit, event = found
        for guard in event.guards:
            if guard.module is not None and self.solver.leaves_open(unit, event, guard):
                return self.program.only_of(unit.frame.module, guard)
        return None

    # ---------------------------------------------------------------------------------------------------- dropped values

    def _judge_dropped(self) -> None:
        """A value that nobody takes is worth a word where making it did nothing else."""
        facts = self.checked.facts
        told = set()  # several branches may end so; it is one arrow that is missing
        for owner, expr, type in facts.tails:
            if not owner.module.std and owner not in told and prune(type) is not NEVER and self.is_pure_expr(expr):
                told.add(owner)
                self.report(type_problems.MissingArrow(expr.at, owner.name, show(type), arrow_place(owner)))
        for expr, type in facts.dropped:
            if prune(type) is NEVER or self.program.module_of(expr).std or not self.is_pure_expr(expr):
                continue
            if isinstance(expr, ast.Call):
                name = expr.callee.at.text
                self.report(type_problems.DroppedValue(expr.at, show(type), f"`{name}`" if len(name) < 40 else "this call"))
            else:
                self.report(type_problems.UselessExpression(expr.at))


_ACTS = (ast.Return, ast.Fail, ast.Break, ast.Continue, ast.Assign, ast.Assert)


def _kinds(effects: object) -> tuple[str, ...]:
    return tuple(sorted({e.kind for e in effects if isinstance(e, Effect) and e.own}))  # type: ignore[attr-defined]  # a dict or tuple of effects


__all__ = ["Effects", "Later", "check_effects"]
