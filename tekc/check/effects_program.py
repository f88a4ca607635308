"""A program as effect checking sees it: units for definitions, needs that were read, bounds of imports.

Units of user code are made at once; those of the standard library only where somebody asks, for what its public functions may
do stands in their signatures.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import attrs

from tekc.check.defs import (
    AliasDef,
    ConstDef,
    EnumDef,
    FieldDef,
    FnDef,
    Local,
    ModuleInfo,
    ParamDef,
    RecordDef,
    TaskDef,
    TestDef,
    VariantDef,
)
from tekc.check.effects_flow import sources_of
from tekc.check.effects_text import Texts, as_scope
from tekc.check.effects_units import Event, Frame, Guard, Source, Unit
from tekc.check.effects_walk import Walk, holds_functions
from tekc.check.needs import Around, Hole, Need, NeedSet, Part, Parts, by_name, joined, resolve
from tekc.check.types import Fn, prune
from tekc.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tekc.check.effects_units import Definition
    from tekc.check.facts import Checked
    from tekc.diagnostics import Problem, Report
    from tekc.source import SourceFile, Span


def _end(event: Event) -> int:
    return event.node.at.end


def _quiet(_: Problem) -> None:
    """Take a problem that was, or will be, reported where it belongs."""


class Program:
    """The tables of one program."""

    def __init__(self, checked: Checked, report: Report, more_kinds: frozenset[str], wrong: tuple[Span, ...]) -> None:
        self.checked = checked
        self.facts = checked.facts
        self.report = report
        self.more_kinds = more_kinds
        self._wrong: dict[SourceFile, list[int]] = {}
        for span in wrong:
            self._wrong.setdefault(span.file, []).append(span.start)
        for starts in self._wrong.values():
            starts.sort()
        self.units: dict[Definition, Unit] = {}
        self.order: list[Unit] = []
        self.events: dict[ast.Call, tuple[Unit, Event]] = {}
        self.lambdas: dict[ast.Node, Unit] = {}
        self._defaults: dict[ParamDef | FieldDef, Unit] = {}
        self._needs: dict[ast.Needs, NeedSet] = {}
        self._bounds: dict[ModuleInfo, dict[ModuleInfo, Guard]] = {}
        self._files: dict[SourceFile, ModuleInfo] | None = None

    def is_wrong(self, node: ast.Node) -> bool:
        """Tell whether an error was reported inside of a node: then nothing more is said about it."""
        starts = self._wrong.get(node.at.file)
        if not starts:
            return False
        at = bisect_left(starts, node.at.start)
        return at < len(starts) and starts[at] < node.at.end

    # ------------------------------------------------------------------------------------------------------------ units

    def unit(self, definition: Definition) -> Unit:
        """Return the unit of a definition's body, walking it the first time."""
        made = self.units.get(definition)
        if made is None:
            made = self.units[definition] = self._walked(definition)
        return made

    def _walked(self, definition: Definition) -> Unit:
        frame = self._frame(definition)
        walk = Walk(self, frame)
        unit = walk.run(_roots(definition))
        if isinstance(definition, ConstDef) and definition.type is not None and holds_functions(definition.type):
            walk.keep_results(definition.decl.value, definition.type, f"constant `{definition.name}`")
        if isinstance(definition, FnDef):
            unit.params = frame.params
            body = definition.decl.body
            if body is not None and definition.result is not None and holds_functions(definition.result):
                declared = definition.decl.result
                walk.keep_results(body, definition.result, f"the result of `{definition.name}`")
                for store in frame.stores:
                    if store.declared is None and store.where.startswith("the result of `"):
                        store.declared = declared
        self._finish(unit)
        return unit

    def _frame(self, definition: Definition) -> Frame:
        params = {p.name: p.local for p in definition.params} if isinstance(definition, FnDef | TaskDef) else {}
        module = definition.module
        assert module is not None  # only definitions with a declaration have code, and a module
        locals_ = frozenset(params.values())
        frame = Frame(definition, module, Texts(self.facts, locals_, {}), locals_, None)
        frame.texts.lets = frame.lets
        written = getattr(definition.decl, "needs", None)
        if written is not None:
            frame.needs = self.needs(written, self._around(definition, params))
        for type in _types(definition):
            self.check_type(type, frame)
        return frame

    def _finish(self, unit: Unit) -> None:
        """Find where the functions in the events of a frame come from."""
        frame = unit.frame
        for one in (unit, *frame.lambdas.values()):
            self.order.append(one)
            one.events.sort(key=_end)  # what is evaluated first ends first
            for event in one.events:
                self._resolve(frame, event)

    def _resolve(self, frame: Frame, event: Event) -> None:
        if event.target is None:
            if event.call.kind != "value":
                return
            event.callee = sources_of(self, frame, event.node.callee)
            type = self.facts.types.get(event.node.callee)
            type = prune(type) if type is not None else None
            params = type.params if isinstance(type, Fn) else ()
            handed = [
                source
                for param, arg in zip(params, event.call.args, strict=False)
                if isinstance(arg, ast.Node) and isinstance(wanted := prune(param), Fn) and wanted.needs is None
                for source in sources_of(self, frame, arg)
            ]
            event.functions = {None: tuple(handed)}
            return
        for param in event.target.params:
            wanted = prune(param.type)
            if isinstance(wanted, Fn) and wanted.needs is None:
                arg = event.args.get(param.local)
                if arg is not None:
                    event.functions[param.local] = sources_of(self, frame, arg)
                elif param.default is not None and not event.target.module.std:
                    made = self.default_unit(event.target, param)
                    found: list[Source] = []
                    for source in sources_of(self, made.frame, param.default):
                        earlier = event.functions.get(source.value) if isinstance(source.value, Local) else None
                        found.extend((source,) if earlier is None else earlier)
                    event.functions[param.local] = tuple(found)

    def default_unit(self, owner: FnDef | TaskDef, param: ParamDef) -> Unit:
        """Return the unit of a parameter's default: it is evaluated at each call that takes it."""
        return self._default(owner, param, param.default, frozenset(p.local for p in owner.params))

    def field_unit(self, owner: RecordDef | VariantDef, field: FieldDef) -> Unit:
        """Return the unit of a field's default."""
        return self._default(owner if isinstance(owner, RecordDef) else owner.enum, field, field.default, frozenset())

    def _default(self, owner: Definition, key: ParamDef | FieldDef, value: ast.Expr | None, params: frozenset[Local]) -> Unit:
        made = self._defaults.get(key)
        if made is None:
            module = owner.module
            assert module is not None  # definitions without a module have no defaults in Tek
            frame = Frame(owner, module, Texts(self.facts, params, {}), params, None, part=True)
            frame.texts.lets = frame.lets
            walk = Walk(self, frame)
            made = self._defaults[key] = walk.run([value])
            if value is not None and holds_functions(key.type) and not isinstance(prune(key.type), Fn):
                walk.keep_results(value, key.type, f"the default of `{key.name}`")
            self._finish(made)
        return made

    # ------------------------------------------------------------------------------------------------------------ needs

    def needs(self, written: ast.Needs, around: Around) -> NeedSet:
        """Read a clause once, reporting what is wrong in it."""
        made = self._needs.get(written)
        if made is None:
            std = self.module_of(written).std
            made = self._needs[written] = resolve(written, around, _quiet if std else self.report)
        return made

    def known_needs(self, written: ast.Needs) -> NeedSet:
        """Return a clause that was read before."""
        return self._needs[written]

    def only_of(self, module: ModuleInfo, guard: Guard) -> ast.Needs | None:
        """Return the clause that an import's guard was made of."""
        for imported in module.imports:
            if imported.decl.only is not None and self._bounds[module].get(imported.module) is guard:
                return imported.decl.only
        return None

    def declared(self, target: FnDef) -> NeedSet | None:
        """Return the clause of a function whose body is not looked at."""
        if target.decl.needs is None:
            return None
        return self.needs(target.decl.needs, self._around(target, {p.name: p.local for p in target.params}))

    def type_needs(self, type: Fn) -> NeedSet | None:
        """Return what a function type says, or None where it says nothing."""
        if type.needs is None:
            return None
        return self.needs(type.needs, self._around_module(self.module_of(type.needs), {}, "a function type"))

    def check_type(self, written: ast.TypeExpr, frame: Frame) -> None:
        """Read the needs of function types in a written type."""
        found = _needs_in(written)
        if found:
            around = self._around(frame.owner, {local.name: local for local in frame.params})
            for needs in found:
                self.needs(needs, around)

    def check_aliases(self) -> None:
        """Read the needs in type aliases of user modules, used or not."""
        for module in self.checked.modules.values():
            for definition in module.definitions if not module.std else ():
                if isinstance(definition, AliasDef):
                    around = self._around_module(module, {}, f"type `{definition.name}`")
                    for needs in _needs_in(definition.decl.type):
                        self.needs(needs, around)

    def resolve_only(self, node: ast.Only, frame: Frame) -> NeedSet:
        """Read the clause of an ``only`` block: its scopes may name every variable that is visible there."""
        params = {local.name: local for local in frame.params}

        def variable(name: ast.Name) -> Local | None:
            target = self.facts.names.get(name)
            return target if isinstance(target, Local) else params.get(name.text)

        around = self._around_module(frame.module, params, "the code around it")
        needs = self.needs(node.needs, Around(variable, around.names, around.const, around.owner, False, self.more_kinds))
        return attrs.evolve(needs, items=tuple([self._filled(need, frame) for need in needs.items]))

    def _filled(self, need: Need, frame: Frame) -> Need:
        """Put the text of variables that are bound to a literal into a scope."""
        if need.known:
            return need
        parts: list[Part] = []
        for part in need.parts or ():
            bound = frame.lets.get(part.local) if isinstance(part, Hole) and part.field == "" else None
            text = frame.texts.text(bound) if bound is not None else None
            if text is not None and text.literal is not None:
                parts.extend(as_scope(need.kind, text, raw=False))
            else:
                parts.append(part)
        return need._replace(parts=joined(parts))

    def bound_of(self, target: FnDef | TaskDef, module: ModuleInfo) -> Guard | None:
        """Return the bound under which ``module`` imports the module of ``target``, where there is one."""
        bounds = self._bounds.get(module)
        if bounds is None:
            bounds = self._bounds[module] = {}
            for imported in module.imports:
                only = imported.decl.only
                if only is not None:
                    around = self._around_module(module, {}, "an import")
                    bounds[imported.module] = Guard(self.needs(only, around), imported.module.name)
        return bounds.get(target.module) if bounds else None

    def _around(self, definition: Definition, params: dict[str, Local]) -> Around:
        word = "task" if isinstance(definition, TaskDef) else "test" if isinstance(definition, TestDef) else "function"
        module = definition.module
        assert module is not None  # only declarations have needs
        return self._around_module(module, params, f"{word} `{definition.name}`")

    def _around_module(self, module: ModuleInfo, params: dict[str, Local], owner: str) -> Around:
        def const(name: str) -> Parts | None:
            found = module.scope.get(name)
            text = Texts(self.facts, frozenset(), {}).const(found) if isinstance(found, ConstDef) else None
            return text.parts if text is not None and text.literal is not None else None

        return Around(by_name(params), tuple(params), const, owner, module.std, self.more_kinds)

    def module_of(self, node: ast.Node) -> ModuleInfo:
        """Return the module that a node stands in."""
        files = self._files
        if files is None or node.at.file not in files:
            files = self._files = {m.tree.at.file: m for m in self.checked.modules.values()}
        return files[node.at.file]


def _needs_in(written: ast.TypeExpr) -> list[ast.Needs]:
    """The clauses of the function types in a written type."""
    found: list[ast.Needs] = []
    todo: list[ast.TypeExpr | None] = [written]
    while todo:
        type = todo.pop()
        kind = type.__class__
        if kind is ast.TypeName:
            todo.extend(type.args)  # type: ignore[union-attr]  # narrowed by __class__; so below
        elif kind is ast.TypeFn:
            todo.extend(type.params)  # type: ignore[union-attr]
            todo.append(type.result)  # type: ignore[union-attr]
            if type.needs is not None:  # type: ignore[union-attr]
                found.append(type.needs)  # type: ignore[union-attr]
        elif kind is ast.TypeOption:
            todo.append(type.inner)  # type: ignore[union-attr]
        elif kind is ast.TypeTuple:
            todo.extend(type.items)  # type: ignore[union-attr]
    return found


def _roots(definition: Definition) -> Iterable[ast.Node | None]:
    """The code of a definition; for a task also its clauses and the defaults, which are evaluated when it starts."""
    if isinstance(definition, ConstDef):
        return (definition.decl.value,)
    if isinstance(definition, RecordDef | EnumDef):
        return ()
    if not isinstance(definition, TaskDef):
        return (definition.decl.body,)
    roots: list[ast.Node | None] = [definition.decl.body]
    for clause in definition.decl.clauses:
        if clause.word not in ("uses", "on"):
            roots.extend(clause.args)
            roots.extend([value for _, value in clause.items])
    roots.extend([param.default for param in definition.params])
    return roots


def _types(definition: Definition) -> list[ast.TypeExpr]:
    """The types that a definition's head writes."""
    decl = definition.decl
    found: list[ast.TypeExpr | None] = []
    if isinstance(decl, ast.Fn | ast.Task):
        found = [*[p.type for p in decl.params], decl.result]
    elif isinstance(decl, ast.Const):
        found = [decl.type]
    elif isinstance(decl, ast.Record):
        found = [f.type for f in decl.fields]
    elif isinstance(decl, ast.Enum):
        found = [f.type for v in decl.variants for f in v.fields]
    return [t for t in found if t is not None]
