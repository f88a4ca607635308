"""What tasks may touch: their own needs, their reach with the modules by which it is reached, and what is left to the run time.

The reach of a task is what it and all tasks that it can call may touch; that of the task that is run is the manifest.  Scopes
keep holes for parameters of the task itself; everything else that is not known stands at its widest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tekc.check.defs import Local, TaskDef, TestDef
from tekc.check.effects_judge import judge
from tekc.check.effects_report import offered
from tekc.check.effects_text import program_of
from tekc.check.effects_units import TASK, Effect, Unit
from tekc.check.needs import Hole, Need, NeedSet, Parts, is_plain, is_wide, template
from tekrt import scopes
from tekrt.ir import ScopeTemplate
from tekrt.scopes.kinds import DEFAULT_KINDS, PROGRAM, language_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from tekc.check.effects_program import Program
    from tekc.check.effects_solve import Solver
    from tekc.source import Span


class Later(NamedTuple):
    """An effect that is only checked when it runs, and the call that performs it."""

    capability: str
    at: Span


def plain_template(kind: str, parts: Parts | None, params: Collection[Local]) -> ScopeTemplate:
    """Return a capability as the run time reads it: holes are parameters by name, all else is as wide as it may be."""
    if parts is None:
        return ScopeTemplate(kind, None)
    if all(isinstance(p, str) or (isinstance(p, Hole) and p.local in params and is_plain(p)) for p in parts):
        return ScopeTemplate(kind, tuple([(p.local.name, p.field, p.type) if isinstance(p, Hole) else p for p in parts]))
    return ScopeTemplate(kind, (scopes.widest(template(kind, parts)).scope or "**",))


class Reach:
    """Answers about tasks and tests; all units are solved."""

    def __init__(self, program: Program, solver: Solver) -> None:
        self.program = program
        self.solver = solver

    def task_needs(self, task: TaskDef) -> tuple[ScopeTemplate, ...]:
        """Return a task's own needs: declared, or inferred."""
        unit = self.program.unit(task)
        declared = unit.frame.needs
        if declared is not None:
            return self._templates(declared.items, unit)
        own = [_program_only(e) for e in self.solver.own_needs(task)]
        return _fewest([plain_template(e.kind, e.parts, unit.frame.params) for e in own])

    def test_needs(self, test: TestDef) -> tuple[ScopeTemplate, ...]:
        """Return what a test declares; its fresh root is not among it."""
        unit = self.program.unit(test)
        return self._templates(unit.frame.needs.items, unit) if unit.frame.needs is not None else ()

    def _templates(self, needs: Iterable[Need], unit: Unit) -> tuple[ScopeTemplate, ...]:
        return tuple([plain_template(need.kind, need.parts, unit.frame.params) for need in needs])

    def task_reach(self, task: TaskDef) -> tuple[tuple[str, ScopeTemplate], ...]:
        """Return what a task and all that it can call may touch, with the module by which it is reached; own needs first."""
        unit = self.program.unit(task)
        params = unit.frame.params
        found: dict[str, list[ScopeTemplate]] = {}
        order: list[tuple[str, ScopeTemplate]] = []
        seen: set[tuple[str, str, object]] = set()
        for module, made in [*self._own_by_module(task, unit), *_called(unit, params)]:
            if (module, made.kind, made.parts) not in seen:
                seen.add((module, made.kind, made.parts))
                order.append((module, made))
                if is_wide(made):
                    found.setdefault(module, []).append(made)
        return tuple([(module, made) for module, made in order if not _is_covered(made, found.get(module, ()))])

    def _own_by_module(self, task: TaskDef, unit: Unit) -> Iterator[tuple[str, ScopeTemplate]]:
        """Own needs, each under every module whose code uses it (the task's own where none does)."""
        own = [e for e in unit.effects if e.own and e.kind != TASK and e.kind not in DEFAULT_KINDS]
        declared = unit.frame.needs
        if declared is None:
            for effect in map(_program_only, own):
                yield effect.module or task.module.name, plain_template(effect.kind, effect.parts, unit.frame.params)
            return
        for need in declared.items:
            one = NeedSet((need,), need.at)
            modules = [e.module for e in own if judge(e, one, unit.frame.params) in ("covered", "open")]
            for module in dict.fromkeys(modules) or (task.module.name,):
                yield module or task.module.name, plain_template(need.kind, need.parts, unit.frame.params)

    def later(self, task: TaskDef) -> tuple[Later, ...]:
        """Return the effects that are only checked when they run, of a task and of all that it can call."""
        found: dict[tuple[str, Span], Later] = {}
        for reached in self.tasks_of(task):
            unit = self.program.unit(reached)
            declared = unit.frame.needs
            for event in unit.events if declared is not None else ():
                for item, witness in self.solver.performed(unit, event):
                    if isinstance(item, Effect) and item.own and judge(item, declared or _NONE, unit.frame.params) == "open":
                        known = offered(item)
                        found.setdefault((known, witness.node.at), Later(known, witness.node.at))
        return tuple(found.values())

    def tasks_of(self, task: TaskDef) -> tuple[TaskDef, ...]:
        """Return the tasks that a task can call, itself first, in the order in which they are found."""
        found: dict[TaskDef, None] = {}
        todo: list[Unit] = [self.program.unit(task)]
        seen: set[Unit] = set()
        while todo:
            unit = todo.pop()
            if unit in seen:
                continue
            seen.add(unit)
            owner = unit.frame.owner
            if isinstance(owner, TaskDef):
                found[owner] = None
            todo.extend(reversed(list(self.solver.uses(unit))))
        return tuple(found)


_NONE = NeedSet((), None, True)


def _called(unit: Unit, params: Collection[Local]) -> Iterator[tuple[str, ScopeTemplate]]:
    for effect in unit.effects:
        if not effect.own and effect.kind not in DEFAULT_KINDS:
            made = _program_only(effect)
            yield effect.module, plain_template(made.kind, made.parts, params)


def _program_only(effect: Effect) -> Effect:
    """Of a command, keep the program; its arguments matter only where a clause names them."""
    parts = effect.parts
    return effect if parts is None or language_of(effect.kind) != PROGRAM else effect._replace(parts=program_of(parts))


def _is_covered(one: ScopeTemplate, all_: Iterable[ScopeTemplate]) -> bool:
    """Whether another one, of the same kind, without holes, allows all that this one does."""
    if one.parts is None:
        return False
    for other in all_:
        if other is one or other.parts is None or other.kind != one.kind or not all(isinstance(p, str) for p in other.parts):
            continue
        try:
            if scopes.template_contains(other, one) and not scopes.template_contains(one, other):
                return True
        except scopes.ScopeError:
            continue
    return False


def _fewest(made: list[ScopeTemplate]) -> tuple[ScopeTemplate, ...]:
    distinct = list({(one.kind, one.parts): one for one in made}.values())
    wide = [one for one in distinct if is_wide(one)]
    return tuple([one for one in distinct if not _is_covered(one, wide)])
