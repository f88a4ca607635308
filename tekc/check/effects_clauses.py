"""Clauses of tasks: values that make sense, words that exist, and whether a result may be cached.

Types are the type checker's.  ``retry``, ``timeout`` and ``once`` run in this version; the other clauses are checked, and refused
when a task that can reach them is run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import effects_clause_problems as problems
from tekc.check.effects_report import Places, offered
from tekc.check.effects_units import Effect
from tekc.diagnostics.suggest import closest
from tekc.syntax import ast
from tekrt.scopes.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tekc.check.defs import TaskDef
    from tekc.check.effects_program import Program
    from tekc.check.effects_solve import Solver
    from tekc.check.effects_units import Unit, Witness
    from tekc.check.reach import Reach
    from tekc.diagnostics import Problem, Report

RUNS = frozenset(["retry", "timeout", "once"])
"""Clauses that this version runs."""

_ITEMS: dict[str, tuple[str, ...]] = {
    "uses": ("cpu", "memory", "gpu"),
    "budget": ("time", "tokens", "cost", "process", "net"),
}
_TRIGGERS = {"cron": 'cron("0 2 * * *")', "every": "every 5min", "file": 'file("in/*.csv")', "webhook": "webhook"}
_CRON_PARTS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


class Clauses:
    """Checks the clauses of tasks; all units are solved."""

    def __init__(self, program: Program, solver: Solver, reach: Reach) -> None:
        self.program = program
        self.solver = solver
        self.reach = reach
        self.report: Report = program.report
        self.places = Places(program)

    def check(self, task: TaskDef) -> None:
        """Report what is wrong with a task's clauses."""
        for clause in task.decl.clauses:
            if clause.word == "retry":
                self._check_retry(clause)
            elif clause.word == "timeout":
                self._check_positive("timeout", clause.args)
            elif clause.word in _ITEMS:
                self._check_items(clause)
            elif clause.word == "on":
                self._check_triggers(clause)
            elif clause.word == "cache":
                self._check_positive("cache for", clause.args)
                self._check_cache(task, clause)

    # ----------------------------------------------------------------------------------------------------------- values

    def _check_retry(self, clause: ast.Clause) -> None:
        count, *times = clause.args
        value = number(count)
        if value is not None and value < 0:
            self.report(problems.ClauseValue(count.at, "retry", "a number of further attempts, 0 or more"))
        self._check_positive("retry … every" if clause.every else "retry … backoff", tuple(times))
        known = [number(t) for t in times]
        if len(known) == 2 and known[0] is not None and known[1] is not None and 0 < known[1] < known[0]:
            self.report(problems.ClauseValue(times[1].at, "retry … backoff … to", "a pause that is at least as long as the first one"))

    def _check_positive(self, clause: str, times: tuple[ast.Expr, ...]) -> None:
        for time in times:
            value = number(time)
            if value is not None and value <= 0:
                self.report(problems.ClauseValue(time.at, clause, "a time above zero"))

    def _check_items(self, clause: ast.Clause) -> None:
        known = _ITEMS[clause.word]
        seen: dict[str, ast.Ident] = {}
        for ident, value in clause.items:
            name = ident.text
            if name not in known:
                listed = (*known, "slot") if clause.word == "uses" else known
                self.report(problems.UnknownClauseItem(ident.at, clause.word, name, listed, closest(name, listed)))
                continue
            if name in seen:
                self.report(problems.ClauseItemTwice(ident.at, clause.word, name, seen[name].at))
            seen.setdefault(name, ident)
            amount = number(value)
            if amount is not None and (amount < 0 or (amount == 0 and clause.word == "uses")):
                what = "an amount above zero" if clause.word == "uses" else "an amount, 0 or more"
                self.report(problems.ClauseValue(value.at, f"{clause.word} {name}", what))
        for arg in clause.args:
            self._check_slot(clause, arg)

    def _check_slot(self, clause: ast.Clause, arg: ast.Expr) -> None:
        name, values = _call(arg)
        known = _ITEMS[clause.word]
        if clause.word != "uses" or name != "slot":
            listed = (*known, "slot") if clause.word == "uses" else known
            self.report(problems.UnknownClauseItem(arg.at, clause.word, name or arg.at.text, listed, None))
        elif len(values) != 1 or not isinstance(values[0], ast.StrLiteral) or not values[0].value:
            self.report(problems.ClauseForm(arg.at, "slot", "takes one name, written as a string", 'uses slot("db")'))

    def _check_triggers(self, clause: ast.Clause) -> None:
        for arg in clause.args:
            name, values = _call(arg)
            if name not in _TRIGGERS:
                at = arg.callee.at if isinstance(arg, ast.Call) else arg.at
                self.report(problems.UnknownClauseItem(at, "on", name or arg.at.text, tuple(_TRIGGERS), closest(name or "", _TRIGGERS)))
                continue
            why = _trigger_fault(name, values)
            if why is not None:
                self.report(problems.ClauseForm(arg.at, name, why, f"on {_TRIGGERS[name]}"))

    # ------------------------------------------------------------------------------------------------------------ cache

    def _check_cache(self, task: TaskDef, clause: ast.Clause) -> None:
        unit = self.program.unit(task)
        for word, witness in self._uncacheable(task, unit):
            place = self.places.place(unit, witness) if witness is not None else None
            path = self.places.path(place)[0] if place is not None else ()
            self.report(problems.CannotCache(clause.at, task.name, word, path, place.node.at if place is not None else None))
            return
        if clause.args:
            return
        for effect, witness in unit.effects.items():
            if effect.kind == "net.get":
                self.report(problems.CacheWithoutEnd(clause.at, task.name, self.places.place(unit, witness).node.at))
                return
        if any(effect.kind == "net.get" for effect in self.solver.own_needs(task)):
            self.report(problems.CacheWithoutEnd(clause.at, task.name, None))

    def _uncacheable(self, task: TaskDef, unit: Unit) -> Iterator[tuple[str, Witness | None]]:
        for effect, witness in unit.effects.items():
            word = _outward(effect)
            if word is not None:
                yield word, witness
        declared = unit.frame.needs
        for need in declared.items if declared is not None else ():
            word = _outward(Effect(need.kind, need.parts, True, "", True))
            if word is not None:
                yield word, None
        for reached in self.reach.tasks_of(task):
            if any(c.word == "approve" for c in reached.decl.clauses):
                yield f"task `{reached.name}` waits for an approval", None


def _outward(effect: Effect) -> str | None:
    """Why a result that came with this effect may not be kept, or None."""
    kind = effect.kind
    what = "it" if effect.own else "a task that it calls"
    if kind == "clock":
        return f"{what} reads the clock"
    if kind == "random":
        return f"{what} draws random numbers"
    if kind == "human":
        return f"{what} asks a person"
    known = KINDS.get(kind)
    if kind != "task" and (known is None or known.outward):
        return f"{what} performs `{offered(effect)}`, which cannot be taken back"
    return None


def unsupported(reach: Reach, task: TaskDef) -> list[Problem]:
    """Return the clauses that this version cannot run, of all tasks that running ``task`` can reach."""
    found: list[Problem] = []
    for reached in reach.tasks_of(task):
        for clause in reached.decl.clauses:
            if clause.word not in RUNS:
                found.append(problems.ClauseNotYet(clause.at, clause.word, reached.name, task.name))
    return found


def number(expr: ast.Expr) -> float | None:
    """Return the value of a literal number, time or size, or None for anything else."""
    sign = 1
    while isinstance(expr, ast.Paren) or (isinstance(expr, ast.Unary) and expr.op == "-"):
        if isinstance(expr, ast.Paren):
            expr = expr.inner
        else:
            sign, expr = -sign, expr.operand
    if isinstance(expr, ast.IntLiteral | ast.FloatLiteral):
        return sign * expr.value
    if isinstance(expr, ast.DurationLiteral):
        return sign * expr.ns
    return sign * expr.bytes if isinstance(expr, ast.SizeLiteral) else None


def _call(arg: ast.Expr) -> tuple[str | None, list[ast.Expr]]:
    if isinstance(arg, ast.Name):
        return arg.text, []
    if isinstance(arg, ast.Call) and isinstance(arg.callee, ast.Name):
        return arg.callee.text, [a.value for a in arg.args]
    return None, []


def _trigger_fault(name: str, values: list[ast.Expr]) -> str | None:
    if name == "webhook":
        return "takes nothing" if values else None
    if len(values) != 1:
        return "takes one value"
    value = values[0]
    if name == "every":
        known = number(value)
        return "takes a time above zero" if not isinstance(value, ast.DurationLiteral) or (known is not None and known <= 0) else None
    if not isinstance(value, ast.StrLiteral) or not value.value:
        return "takes one string"
    if name == "cron" and not is_cron(value.value):
        return "takes five fields: minute, hour, day, month, weekday"
    return None


def is_cron(text: str) -> bool:
    """Tell whether a text has the five fields of a cron line, with numbers in range."""
    fields = text.split()
    if len(fields) != 5:
        return False
    return all(_is_cron_field(field, low, high) for field, (low, high) in zip(fields, _CRON_PARTS, strict=True))


def _is_cron_field(field: str, low: int, high: int) -> bool:
    for item in field.split(","):
        body, _, step = item.partition("/")
        if "/" in item and not (step.isdigit() and int(step) > 0):
            return False
        if body == "*":
            continue
        ends = body.split("-")
        if len(ends) > 2 or not all(end.isdigit() and low <= int(end) <= high for end in ends):
            return False
    return True
