"""Compare what units do with what they declare, and say where they differ.

An effect is reported at the innermost call that stands in the definition itself, lambdas in it included; a helper that
performs it is shown beside.  The same effect at several calls is one mistake, so is a call with several missing effects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from tekc.check import effect_problems as problems
from tekc.check.defs import ConstDef, FnDef, TaskDef, TestDef
from tekc.check.dropping import arrow_place
from tekc.check.effects_judge import judge
from tekc.check.effects_text import WRONG, program_of
from tekc.check.effects_units import TASK, Effect, Guard, Poly, Unit, Witness
from tekc.check.needs import Gap, Hole, Need, NeedSet, is_plain, is_wide, template, text
from tekc.diagnostics import Edit
from tekrt import scopes
from tekrt.scopes.kinds import DEFAULT_KINDS, PROGRAM, language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tekc.check.effects_program import Program
    from tekc.check.effects_solve import Solver
    from tekc.source import Span
    from tekc.syntax import ast


def offered(effect: Effect | Need) -> str:
    """Return the capability to write for an effect; of a command only the program."""
    parts = effect.parts
    return text(effect.kind, program_of(parts) if parts and language_of(effect.kind) == PROGRAM else parts)


@attrs.define
class Found:
    """What is wrong at one place."""

    witness: Witness
    texts: dict[str, Effect]
    also: list[Span]


class Places:
    """Finds the place of an effect in the source, and how it is reached from there."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def place(self, unit: Unit, witness: Witness) -> Witness:
        """Return the innermost witness that stands in the same definition: inside of its lambdas."""
        seen = 0
        while witness.unit is not None and witness.unit.node is not None and witness.unit.frame is unit.frame and seen < 1000:
            inner = _cause(witness)
            if inner is None:
                return witness
            witness = inner
            seen += 1
        return witness

    def path(self, witness: Witness) -> tuple[tuple[str, ...], Span | None]:
        """Return the calls behind a place, outermost first, and where the last one stands, if it is another place."""
        steps = [witness]
        while len(steps) < 20:
            unit = steps[-1].unit
            inner = _cause(steps[-1])
            if inner is None or (unit is not None and unit.frame.module.std):
                break
            steps.append(inner)
        if len(steps) == 1:
            return (), None
        last = steps[-1].node.at
        return tuple([f"`{step.name}` ({_where(step.node)})" for step in steps]), last if last != witness.node.at else None


def _cause(witness: Witness) -> Witness | None:
    if witness.unit is None or witness.effect is None:
        return None
    if isinstance(witness.effect, Poly):
        return witness.unit.polys.get(witness.effect)
    return witness.unit.effects.get(witness.effect)


def _where(node: ast.Node) -> str:
    line, _ = node.at.file.line_column(node.at.start)
    return f"{node.at.file.path}:{line}"


class Reporter:
    """Reports on units that are solved."""

    def __init__(self, program: Program, solver: Solver) -> None:
        self.program = program
        self.solver = solver
        self.report = program.report
        self.places = Places(program)
        self._outside: set[tuple[Guard, ast.Node, str]] = set()

    def check(self, unit: Unit) -> None:
        """Report what is wrong in a unit."""
        owner = unit.frame.owner
        inner = unit.node is not None or unit.frame.part or unit.frame.module.std
        if inner or not isinstance(owner, FnDef | TaskDef | TestDef | ConstDef):
            self._visit(unit, lambda effect, witness: None)
        elif isinstance(owner, FnDef):
            self._check_function(unit, owner)
        elif isinstance(owner, TaskDef):
            self._check_task(unit, owner)
        elif isinstance(owner, TestDef):
            implicit = (Need("fs.read", ("**",), owner.decl.at), Need("fs.write", ("**",), owner.decl.at))
            declared = unit.frame.needs
            needs = NeedSet(implicit, None)
            if declared is not None:
                needs = NeedSet((*implicit, *declared.items), declared.at, declared.none, declared.broken)
            self._check_declared(unit, f'test "{owner.name}"', needs, owner.decl.body.at)
        else:
            self._check_pure(unit, f"constant `{owner.name}`", None)

    def _visit(self, unit: Unit, take: Callable[[Effect, Witness], None]) -> None:
        """Hand each own effect of each event to ``take``; report what ``only`` and imports do not allow."""

        def outside(guard: Guard, effect: Effect, witness: Witness) -> None:
            self._report_outside(unit, guard, effect, witness)

        for event in unit.events:
            for item, witness in self.solver.performed(unit, event, outside):
                if isinstance(item, Effect) and item.own:
                    take(item, witness)

    def _is_wrong(self, unit: Unit, witness: Witness) -> bool:
        return self.program.is_wrong(self.places.place(unit, witness).node)

    # -------------------------------------------------------------------------------------------------------- functions

    def _check_function(self, unit: Unit, owner: FnDef) -> None:
        declared = unit.frame.needs
        if declared is not None and declared.none:
            self._check_pure(unit, f"function `{owner.name}`", declared.at)
            return
        if declared is not None:
            self._check_declared(unit, f"function `{owner.name}`", declared, arrow_place(owner))
        elif owner.decl.pub:
            self._check_public(unit, owner)
        else:
            self._visit(unit, lambda effect, witness: None)
        if owner.decl.pub:
            self._check_calls_no_task(unit, owner)

    def _check_public(self, unit: Unit, owner: FnDef) -> None:
        found: dict[str, Witness] = {}
        needs: list[Effect] = []

        def take(effect: Effect, witness: Witness) -> None:
            if effect.kind == TASK or effect.kind in DEFAULT_KINDS or self._is_wrong(unit, witness):
                return
            if offered(effect) not in found:
                found[offered(effect)] = witness
                needs.append(effect)

        self._visit(unit, take)
        if found:
            texts = tuple(reduced(needs))
            place = self.places.place(unit, found[texts[0]] if texts[0] in found else next(iter(found.values())))
            edit = Edit(_behind(owner), f" needs {', '.join(texts)}")
            self.report(problems.PublicEffect(owner.decl.name.at, owner.name, texts, place.node.at, edit))

    def _check_calls_no_task(self, unit: Unit, owner: FnDef) -> None:
        witness = unit.effects.get(Effect(TASK, None, True, "", True))
        if witness is not None:
            place = self.places.place(unit, witness)
            path, _ = self.places.path(place)
            last = place
            while (inner := _cause(last)) is not None:
                last = inner
            self.report(problems.PublicTaskCall(place.node.at, owner.name, last.name, path))

    def _check_pure(self, unit: Unit, what: str, asserted: Span | None) -> None:
        first: list[tuple[Effect, Witness]] = []

        def take(effect: Effect, witness: Witness) -> None:
            if not first and not self._is_wrong(unit, witness):
                first.append((effect, witness))

        self._visit(unit, take)
        for effect, witness in first:
            place = self.places.place(unit, witness)
            path, inner = self.places.path(place)
            self.report(problems.NotPure(place.node.at, what, _in_words(effect, witness), asserted, path, inner))

    # ------------------------------------------------------------------------------------------------------------ needs

    def _check_declared(self, unit: Unit, owner: str, needs: NeedSet, behind: Span) -> None:
        """Report own effects that a clause does not cover."""
        places: dict[ast.Node, Found] = {}
        first: dict[str, Found] = {}
        fixed = unit.frame.params

        def take(effect: Effect, witness: Witness) -> None:
            if judge(effect, needs, fixed) in ("covered", "open"):
                return
            place = self.places.place(unit, witness)
            if self.program.is_wrong(place.node):
                return
            known = offered(effect)
            if known in first:
                if place.node is not first[known].witness.node:
                    first[known].also.append(place.node.at)
                return
            found = places.setdefault(place.node, Found(place, {}, []))
            found.texts[known] = effect
            first[known] = found

        self._visit(unit, take)
        for found in places.values():
            path, inner = self.places.path(found.witness)
            texts = tuple(reduced(found.texts.values()))
            edit = adding(needs, texts, behind)
            also = tuple(dict.fromkeys(found.also))
            at = found.witness.node.at
            self.report(problems.UndeclaredEffect(at, owner, texts, needs.at, edit, path, inner, also))

    def _check_task(self, unit: Unit, owner: TaskDef) -> None:
        declared = unit.frame.needs
        if declared is not None:
            self._check_declared(unit, f"task `{owner.name}`", declared, arrow_place(owner))
            return
        open_effects: list[tuple[Effect, Witness]] = []

        def take(effect: Effect, witness: Witness) -> None:
            if not inferable(effect) and not self._is_wrong(unit, witness):
                open_effects.append((effect, witness))

        self._visit(unit, take)
        if not open_effects:
            return
        effect, witness = open_effects[0]
        needed = [e for e in unit.effects if e.own and e.kind != TASK and e.kind not in DEFAULT_KINDS]
        offer = ", ".join(reduced(needed))
        place = self.places.place(unit, witness)
        edit = Edit(_behind(owner), f" needs {offer}")
        self.report(problems.NeedsNotKnown(place.node.at, owner.name, effect.kind, owner.decl.name.at, offer, edit))

    def _report_outside(self, unit: Unit, guard: Guard, effect: Effect, witness: Witness) -> None:
        place = self.places.place(unit, witness)
        known = offered(effect)
        if (guard, place.node, known) in self._outside or self.program.is_wrong(place.node):
            return
        self._outside.add((guard, place.node, known))
        path, inner = self.places.path(place)
        at = place.node.at
        edit = adding(guard.needs, (known,), at) if guard.needs.at is not None else None
        if guard.module is not None:
            self.report(problems.OutsideImport(at, known, guard.module, guard.needs.at, edit, path, inner))
        else:
            task = None if effect.own else place.name
            self.report(problems.OutsideOnly(at, known, guard.needs.at, edit, task, path, inner))


def inferable(effect: Effect) -> bool:
    """Tell whether an effect can stand in needs that are inferred: its scope is known, parameters as holes."""
    if effect.parts is None:
        return True
    literal = language_of(effect.kind) == PROGRAM  # a program that a parameter names has to be declared
    for part in effect.parts:
        if isinstance(part, Hole) and (literal or not is_plain(part)):
            return False
        if isinstance(part, Gap) and part.type != WRONG:
            return False
    return True


def reduced(effects: Iterable[Effect]) -> list[str]:
    """Return the capabilities to write for effects, without those that another one covers."""
    chosen: dict[str, scopes.ScopeTemplate] = {}
    for effect in effects:
        known = offered(effect)
        parts = effect.parts
        program = parts is not None and language_of(effect.kind) == PROGRAM
        chosen.setdefault(known, template(effect.kind, program_of(parts) if parts and program else parts))
    wide = [(known, made) for known, made in chosen.items() if is_wide(made)]
    return [
        known
        for known, mine in chosen.items()
        if not any(other != known and _covers(theirs, mine) and not (_covers(mine, theirs) and known < other) for other, theirs in wide)
    ]


def _covers(a: scopes.ScopeTemplate, b: scopes.ScopeTemplate) -> bool:
    gaps = any(not isinstance(p, str) and p[0].startswith("…") for p in a.parts or ())
    wide = scopes.widest(a) if gaps else None
    try:
        if wide is not None:
            return scopes.contains(wide, scopes.widest(b))
        return scopes.includes(a.kind, b.kind) and scopes.template_contains(a, b)
    except scopes.ScopeError:
        return False


def adding(needs: NeedSet, texts: tuple[str, ...], behind: Span) -> Edit:
    """Return the edit that adds capabilities to a clause, or writes one ``behind`` a head that has none."""
    joined = ", ".join(texts)
    at = needs.at
    if at is None:
        start = behind.start
        space_before = behind.file.text[start - 1 : start].isspace()
        return Edit(behind._replace(end=start), f"needs {joined} " if space_before else f" needs {joined}")
    if needs.none:
        return Edit(at, joined)
    return Edit(at._replace(start=at.end), f", {joined}")


def _behind(owner: FnDef | TaskDef) -> Span:
    """Where a clause is written: behind the result, or the brackets."""
    result = owner.decl.result
    if result is not None:
        return result.at._replace(start=result.at.end)
    return arrow_place(owner)


_WORDS = {
    "output": "it prints", "log": "it writes to the log", "clock": "it reads the clock", "random": "it draws random numbers",
    "sleep": "it sleeps", "temp": "it makes a temporary folder", "system": "it asks what system this is", "human": "it asks a person",
}  # fmt: skip


def _in_words(effect: Effect, witness: Witness) -> str:
    if effect.kind == TASK:
        return f"it calls task `{witness.name}`" if witness.unit is None or witness.effect is None else "it calls a task"
    return _WORDS.get(effect.kind) or f"it performs `{offered(effect)}`"
