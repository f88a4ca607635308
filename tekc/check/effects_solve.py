"""Find the effects of every unit: the least fixpoint over the call graph.

Units are taken in strongly connected groups, callees first.  Within a group the scopes of recursive calls are widened (a
parameter that is not handed on as it is becomes a gap), so that the sets stay finite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tekc.check.defs import FnDef, Local, RecordDef, TaskDef
from tekc.check.effects_judge import judge, judge_inside, narrowed, widest
from tekc.check.effects_text import Text, as_scope, host_of, is_temp, part_of
from tekc.check.effects_units import TASK, Effect, Event, Guard, Poly, Source, Unit, Witness
from tekc.check.needs import Gap, Hole, NeedSet, Part, Parts, joined
from tekc.check.types import Con, Fn, prune
from tekc.syntax import ast
from tekrt.scopes.kinds import DEFAULT_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from tekc.check.effects_judge import Verdict
    from tekc.check.effects_program import Program

    Judging = Callable[[Effect, NeedSet, Collection[Local]], Verdict]
    Outside = Callable[[Guard, Effect, Witness], None]


class Summary(NamedTuple):
    """What a caller sees of a definition: effects and called parameters, and the unit behind them, where it matters."""

    effects: tuple[Effect, ...]
    polys: tuple[Poly, ...]
    unit: Unit | None


class Solver:
    """Solves units; asks the program for those of callees."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._contracts: dict[FnDef, Summary] = {}
        self._groups = 0

    # -------------------------------------------------------------------------------------------------------- fixpoint

    def solve(self, roots: Iterable[Unit]) -> None:
        """Solve these units and everything that they use."""
        for group in self._components(roots):
            self._groups += 1
            for unit in group:
                unit.group = self._groups
            changed = True
            while changed:
                changed = False
                for unit in group:
                    changed = self._step(unit) or changed
                if len(group) == 1 and not self._calls_itself(group[0]):
                    break
            for unit in group:
                unit.solved = True

    def _step(self, unit: Unit) -> bool:
        before = (len(unit.effects), len(unit.polys))
        effects, polys = unit.effects, unit.polys
        for event in unit.events:
            for item, witness in self.performed(unit, event):
                if isinstance(item, Effect):
                    if item not in effects:
                        effects[item] = witness
                elif item not in polys:
                    polys[item] = witness
        return before != (len(effects), len(polys))

    def _calls_itself(self, unit: Unit) -> bool:
        return any(used is unit for used in self.uses(unit))

    def uses(self, unit: Unit) -> Iterator[Unit]:
        """Yield the units whose effects an unit's own are made of, and those of the tasks that it calls."""
        program = self.program
        for event in unit.events:
            if event.target is not None and not has_contract(event.target):
                yield program.unit(event.target)
            for sources in (event.callee, *event.functions.values()):
                for source in sources:
                    if isinstance(source.value, Unit):
                        yield source.value
                    elif isinstance(source.value, FnDef | TaskDef) and not has_contract(source.value):
                        yield program.unit(source.value)
            yield from event.defaults

    def _components(self, roots: Iterable[Unit]) -> Iterator[list[Unit]]:
        """Strongly connected groups, callees first (Tarjan's algorithm with a stack of its own)."""
        index: dict[Unit, int] = {}
        low: dict[Unit, int] = {}
        waiting: list[Unit] = []
        on_stack: set[Unit] = set()
        for root in roots:
            if root.solved or root in index:
                continue
            index[root] = low[root] = len(index)
            waiting.append(root)
            on_stack.add(root)
            path = [(root, self.uses(root))]
            while path:
                unit, rest = path[-1]
                for used in rest:
                    if used.solved:
                        continue
                    if used not in index:
                        index[used] = low[used] = len(index)
                        waiting.append(used)
                        on_stack.add(used)
                        path.append((used, self.uses(used)))
                        break
                    if used in on_stack:
                        low[unit] = min(low[unit], index[used])
                else:
                    path.pop()
                    if path:
                        low[path[-1][0]] = min(low[path[-1][0]], low[unit])
                    if low[unit] == index[unit]:
                        yield _taken(waiting, on_stack, unit)

    # -------------------------------------------------------------------------------------------------------- summaries

    def summary(self, target: FnDef | TaskDef) -> Summary:
        """Return what callers see of a definition."""
        if isinstance(target, TaskDef):
            return self._task(target)
        if has_contract(target):
            made = self._contracts.get(target)
            if made is None:
                made = self._contracts[target] = self._contract(target)
            return made
        unit = self.program.unit(target)
        declared = unit.frame.needs
        if declared is None:
            return Summary(_few(unit.effects), tuple(unit.polys), unit)
        rest = [e for e in unit.effects if not e.own or e.kind == TASK or e.kind in DEFAULT_KINDS]
        return Summary((*stated(declared, target.module.name), *rest), tuple(unit.polys), unit)

    def _contract(self, target: FnDef) -> Summary:
        """A public function of the library: its signature says everything."""
        declared = self.program.declared(target)
        polys = [Poly(p.local, ()) for p in target.params if isinstance(prune(p.type), Fn) and prune(p.type).needs is None]  # type: ignore[attr-defined]  # a Fn
        return Summary(stated(declared, "") if declared is not None else (), () if target.extern else tuple(polys), None)

    def _task(self, target: TaskDef) -> Summary:
        """Calling a task is an effect; what it may touch itself is its own affair, and part of the reach."""
        unit = self.program.unit(target)
        reach = [e._replace(own=False) for e in self.own_needs(target) if e.kind != TASK]
        reach.extend(e for e in unit.effects if not e.own)
        reach.extend(e._replace(own=False) for e in unit.effects if e.own and e.kind in DEFAULT_KINDS)
        return Summary((CALL_TASK, *_few(dict.fromkeys(reach))), (), unit)

    def own_needs(self, target: TaskDef) -> tuple[Effect, ...]:
        """Return what a task itself may touch: declared, or what is found where nothing is declared."""
        unit = self.program.unit(target)
        declared = unit.frame.needs
        if declared is not None:
            return stated(declared, target.module.name)
        return tuple([e for e in unit.effects if e.own and e.kind != TASK and e.kind not in DEFAULT_KINDS])

    # ----------------------------------------------------------------------------------------------------- contributions

    def performed(self, unit: Unit, event: Event, outside: Outside | None = None) -> Iterator[tuple[Effect | Poly, Witness]]:
        """Yield what an event adds to its unit; ``outside`` is told what a guard does not allow."""
        for item, witness in self._raw(unit, event, outside):
            yield from self._through(item, witness, event.guards, unit, outside)

    def leaves_open(self, unit: Unit, event: Event, guard: Guard) -> bool:
        """Tell whether a guard around an event has something to do when it runs: a scope that is not proved, a passed function."""
        for item, _ in self._raw(unit, event, None):
            if isinstance(item, Poly) or judge_inside(item, guard.needs, unit.frame.params) == "open":
                return True
        return False

    def _raw(self, unit: Unit, event: Event, outside: Outside | None) -> Iterator[tuple[Effect | Poly, Witness]]:
        target = event.target
        if target is None:
            for source in event.callee:
                yield from self._from_source(unit, event, source, "this function", outside)
            for source in event.functions.get(None, ()):
                yield from self._from_source(unit, event, source, "the function that is passed", outside)
        else:
            found = self.summary(target)
            name = shown(target)
            recursive = found.unit is not None and found.unit.group == unit.group
            for effect in found.effects:
                for made in self._substituted(effect, event, unit, recursive):
                    yield made, Witness(event.node, name, found.unit, effect)
            for poly in found.polys:
                for source in event.functions.get(poly.param, ()):
                    for item, witness in self._from_source(unit, event, source, name, outside):
                        yield from self._through(item, witness, poly.guards, unit, outside)
        for default in event.defaults:
            for effect in default.effects:
                for made in self._substituted(effect, event, unit, default.group == unit.group):
                    yield made, Witness(event.node, "a default", default, effect)

    def _from_source(self, unit: Unit, event: Event, source: Source, name: str, outside: Outside | None) -> Iterator[tuple[Effect | Poly, Witness]]:
        """Yield what calling a function value performs."""
        guards = (source.guard,) if source.guard is not None else ()
        for item, witness in self.of_source(unit, event.node, source, name):
            yield from self._through(item, witness, guards, unit, outside, judge)  # the bound of a value has to be proved

    def of_source(self, unit: Unit, node: ast.Expr, source: Source, name: str) -> Iterator[tuple[Effect | Poly, Witness]]:
        """Yield what the function that a source stands for performs, witnessed at ``node``."""
        value = source.value
        if isinstance(value, Unit):
            for effect in value.effects:
                yield effect, Witness(node, name, value, effect)
            for poly in value.polys:
                if poly.param not in value.params:
                    yield poly, Witness(node, name, value, poly)
        elif isinstance(value, NeedSet):
            for effect in stated(value, unit.frame.module.name):
                parts = effect.parts and tuple([Gap(p.type) if isinstance(p, Hole) and p.local not in unit.frame.params else p for p in effect.parts])
                yield effect._replace(parts=parts), Witness(node, name, None, None)
        elif isinstance(value, Local):
            yield Poly(value, ()), Witness(node, value.name, None, None)
        else:
            found = self.summary(value)
            for effect in found.effects:
                module = effect.module or ("" if effect.kind in DEFAULT_KINDS else unit.frame.module.name)
                yield widest(effect)._replace(module=module), Witness(node, shown(value), found.unit, effect)

    def _through(
        self, item: Effect | Poly, witness: Witness, guards: Iterable[Guard], unit: Unit, outside: Outside | None, judging: Judging = judge_inside
    ) -> Iterator[tuple[Effect | Poly, Witness]]:  # fmt: skip
        """Pass an effect through guards, from the inside out."""
        if isinstance(item, Poly):
            yield Poly(item.param, tuple(dict.fromkeys((*item.guards, *guards)))), witness
            return
        found = [item]
        fixed = unit.frame.params
        for guard in guards:
            left: list[Effect] = []
            for effect in found:
                verdict = judging(effect, guard.needs, fixed)
                if verdict == "covered":
                    left.append(effect)
                elif verdict == "open":
                    left.extend(narrowed(effect, guard.needs, fixed))
                elif outside is not None:
                    outside(guard, effect, witness)
            found = left
        for effect in found:
            yield effect, witness

    # ----------------------------------------------------------------------------------------------------- substitution

    def _substituted(self, effect: Effect, event: Event, unit: Unit, recursive: bool) -> Iterator[Effect]:
        """Put arguments into the holes of a callee's effect."""
        module = effect.module or ("" if effect.kind in DEFAULT_KINDS or effect.kind == TASK else unit.frame.module.name)
        parts = effect.parts
        if parts is None or not any(isinstance(part, Hole) for part in parts):
            yield effect if module == effect.module else effect._replace(module=module)
            return
        for filled, sure in self._filled(effect, parts, event, unit, recursive):
            if is_temp(filled):
                yield Effect("temp", None, True, "", effect.own)
            else:
                yield Effect(effect.kind, _computed(filled), effect.sure and sure, module, effect.own)

    def _filled(self, effect: Effect, parts: Parts, event: Event, unit: Unit, recursive: bool) -> Iterator[tuple[Parts, bool]]:
        only = parts[0]
        if len(parts) == 1 and isinstance(only, Hole) and only.type in ("Command", "List"):
            for text in self._several(only, event, unit):
                scope = text.parts if only.type == "Command" else as_scope(effect.kind, text, raw=False)
                yield (scope if not recursive or _steady(scope) else (Gap("Path"),)), text.sure
            return
        out: list[Part] = []
        sure = True
        for part in parts:
            if not isinstance(part, Hole):
                out.append(part)
                continue
            text = self._argument(part, event, unit)
            made = host_of(text) if part.type == "Url" else as_scope(effect.kind, text, part.raw)
            if len(made) == 1 and isinstance(made[0], Gap) and (part.type == "Path" or part.raw) and made[0].type == "Str":
                made = (Gap("Path"),)
            if recursive and not _steady(made):
                made = (Gap("Path" if part.type == "Path" or part.raw else "Str"),)
            out.extend(made)
            sure = sure and text.sure
        yield joined(out), sure

    def _argument(self, hole: Hole, event: Event, unit: Unit) -> Text:
        """What stands for a hole in the caller."""
        arg = event.args.get(hole.local)
        if arg is None:
            return self._default(hole, event)
        texts = unit.frame.texts
        if hole.field == "":
            return texts.text(arg)
        owner = prune(hole.local.type)
        if isinstance(owner, Con) and isinstance(owner.head, RecordDef):
            index = owner.head.index(hole.field)
            found = texts.field(arg, owner.head, index) if index is not None else None
            return found or Text((Gap(hole.type),), False)
        return part_of(texts.text(arg), hole.field) or Text((Gap(hole.type),), False)

    def _default(self, hole: Hole, event: Event) -> Text:
        """The text of a default that is taken, where it is a literal."""
        if event.target is not None:
            for param in event.target.params:
                if param.local is hole.local and isinstance(param.default, ast.StrLiteral) and hole.field == "":
                    return Text((param.default.value,), True)
        return Text((Gap("Path" if hole.type == "Path" else "Str"),), False)

    def _several(self, hole: Hole, event: Event, unit: Unit) -> tuple[Text, ...]:
        arg = event.args.get(hole.local)
        if arg is None:
            return (Text((Gap("Path"),), False),)
        return unit.frame.texts.programs(arg) if hole.type == "Command" else unit.frame.texts.elements(arg)


MOST = 256
"""A caller sees no more scopes than this of one kind; beyond, only that they are many.  It bounds the work on long call chains."""


def _few(effects: Collection[Effect]) -> tuple[Effect, ...]:
    if len(effects) <= MOST:
        return tuple(effects)
    counts: dict[tuple[str, bool], int] = {}
    for effect in effects:
        key = (effect.kind, effect.own)
        counts[key] = counts.get(key, 0) + 1
    many = {key for key, count in counts.items() if count > MOST}
    few = [e if (e.kind, e.own) not in many else Effect(e.kind, (Gap("Path"),), False, e.module, e.own) for e in effects]
    return tuple(dict.fromkeys(few))


CALL_TASK = Effect(TASK, None, True, "", True)


def has_contract(target: FnDef | TaskDef) -> bool:
    """Whether a signature says all: an ``extern fn``, or a public function of the library."""
    return isinstance(target, FnDef) and (target.extern or (target.module.std and target.decl.pub))


def stated(needs: NeedSet, module: str) -> tuple[Effect, ...]:
    """Return the effects that a clause allows."""
    return tuple([Effect(n.kind, n.parts, True, "" if n.kind in DEFAULT_KINDS else module, True) for n in needs.items])


def shown(target: FnDef | TaskDef) -> str:
    """Return a definition's name as messages show it."""
    if isinstance(target, TaskDef):
        return target.name
    if target.is_method or target.module.prelude or target.module.main:
        return target.name
    return f"{target.module.name.rpartition('.')[2]}.{target.name}"


def _computed(parts: Parts) -> Parts:
    """Gaps of the temporary folder inside of other text are just computed."""
    return tuple([Gap("Path") if isinstance(p, Gap) and p.type == "Temp" else p for p in parts])


def _steady(parts: Parts) -> bool:
    """Whether putting these parts in again and again cannot grow a scope without end."""
    return len(parts) == 1 or all(isinstance(part, str) for part in parts)


def _taken(waiting: list[Unit], on_stack: set[Unit], last: Unit) -> list[Unit]:
    group: list[Unit] = []
    while True:
        unit = waiting.pop()
        on_stack.discard(unit)
        group.append(unit)
        if unit is last:
            return group
