"""Load the modules of a program and collect what they declare.

Nothing is resolved here but names: every declaration becomes a definition without types, imports bind names.  The
standard library is loaded as far as imports and methods ask for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check.defs import (
    AliasDef,
    ConstDef,
    EnumDef,
    FnDef,
    ImportDef,
    ModuleInfo,
    RecordDef,
    TaskDef,
    TestDef,
    VariantDef,
)
from tekc.diagnostics.suggest import closest
from tekc.resolve import problems as p
from tekc.resolve.mentions import mentions
from tekc.source import Span
from tekc.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tekc.check.facts import Loaded, Loader
    from tekc.diagnostics import Report

RESERVED_TYPES = frozenset(
    ["Unit", "Bool", "Int", "Float", "Str", "Bytes", "List", "Map", "Set", "Option", "Result", "Never"]
)  # fmt: skip
"""Types that no module may hide: the grammar itself speaks of them.  The other built-in names may be taken, as in `enum Command`."""


class Modules:
    """The modules of a program.  ``prelude`` is the scope that every module sees after its own."""

    def __init__(self, loader: Loader, report: Report) -> None:
        self._loader = loader
        self._report = report
        self._known: dict[Loaded, ModuleInfo] = {}
        self._std: dict[str, ModuleInfo | None] = {}
        self._cycles: set[frozenset[ModuleInfo]] = set()
        self.prelude = self.std("prelude")

    @property
    def all(self) -> list[ModuleInfo]:
        """All modules loaded so far, in the order of loading."""
        return list(self._known.values())

    def std(self, name: str) -> ModuleInfo | None:
        """Return a standard module, or None where the library has none of that name."""
        if name not in self._std:
            loaded = self._loader.load(None, 0, name.split("."))
            self._std[name] = None if loaded is None else self._module(loaded)
            if loaded is not None:
                self._resolve_imports([self._known[loaded]])
        return self._std[name]

    def std_names(self) -> Iterable[str]:
        """Return the names of the standard modules that a script may import."""
        return [name for name in self._loader.names(None, 0) if not name.startswith("prelude")]

    def load(self, mains: Iterable[Loaded]) -> tuple[ModuleInfo, ...]:
        """Load modules with all that they import."""
        infos = tuple([self._module(loaded) for loaded in mains])
        for info in infos:
            info.main = True
        self._resolve_imports(infos)
        self._find_cycles(infos)
        return infos

    def _module(self, loaded: Loaded) -> ModuleInfo:
        info = self._known.get(loaded)
        if info is None:
            prelude = loaded.std and loaded.name.split("_")[0] == "prelude"
            info = self._known[loaded] = ModuleInfo(loaded.name, loaded.tree, loaded.std, prelude, loaded=loaded)
            _Collector(info, self._report).collect()
        return info

    def _resolve_imports(self, infos: Iterable[ModuleInfo]) -> None:
        queue = [info for info in infos if info.imports is not None and not info.imports and info.tree.imports]
        seen = set(queue)
        order: list[ModuleInfo] = []
        while queue:
            info = queue.pop()
            order.append(info)
            for decl in info.tree.imports:
                target = self._find(info, decl)
                if target is None:
                    continue
                info.imports.append(ImportDef(decl, target, None))
                if target not in seen and not target.imports and target.tree.imports:
                    seen.add(target)
                    queue.append(target)
        for info in order:
            for imported in info.imports:
                self._bind(info, imported)

    def _find(self, info: ModuleInfo, decl: ast.Import) -> ModuleInfo | None:
        path = [ident.text for ident in decl.path]
        if not path:
            return None
        loaded = self._loader.load(info.loaded, decl.level, path)
        at = decl.path[0].at.to(decl.path[-1].at)
        if loaded is None or (loaded.std and loaded.name.startswith("prelude")):
            name = ".".join(path)
            meant = closest(name, self._loader.names(info.loaded, decl.level))
            plain = meant is not None and decl.names is None and decl.alias is None
            uses = mentions(info.tree, path[-1]) if plain else ()
            self._report(p.UnknownModule(at, name, meant, decl.level > 0, tuple(uses)))
            info.broken.update(_bound_by(decl))
            if meant is not None and decl.names is None and decl.alias is None:
                info.broken.add(meant.rsplit(".", 1)[-1])  # the uses may well be spelled right
            return None
        target = self._module(loaded)
        if loaded.std:
            self._std.setdefault(loaded.name, target)
        if target is info:
            self._report(p.ImportCycle(at, (info.name,)))
            info.broken.update(_bound_by(decl))
            return None
        return target

    def _bind(self, info: ModuleInfo, imported: ImportDef) -> None:
        decl = imported.decl
        if decl.names is not None:
            for name in decl.names:
                self._bind_name(info, imported, name)
            return
        ident = decl.alias or decl.path[-1]
        imported.name = ident.text
        self._declare(info, ident, imported)

    def _declare(self, info: ModuleInfo, ident: ast.Ident, what: ImportDef | FnDef | TaskDef | ConstDef) -> None:
        first = info.scope.get(ident.text)
        if first is None:
            info.scope[ident.text] = what
        elif isinstance(what, ImportDef) and isinstance(first, ImportDef) and first.module is what.module:
            self._report(p.DuplicateName(ident.at, "the import", ident.text, _place(first)))
        elif first is not what:
            at, other = ident.at, _place(first)
            if not isinstance(first, ImportDef) and other is not None:
                at, other = other, at  # the declaration stands further down than the import
            self._report(p.DuplicateName(at, "the name", ident.text, other))

    def _bind_name(self, info: ModuleInfo, imported: ImportDef, wanted: ast.ImportName) -> None:
        module, name = imported.module, wanted.name.text
        ident = wanted.alias or wanted.name
        value = module.scope.get(name)
        kind = module.types.get(name)
        methods = module.methods.get(name)
        if isinstance(value, ImportDef) or (value is not None and value.module is not module):
            value = None
        if kind is not None and kind.module is not module:
            kind = None
        if value is None and kind is None and methods is None:
            self._bind_variant(info, imported, wanted)
            return
        found = [d for d in (value, kind, *(methods or ())) if d is not None]
        visible = [d for d in found if d.decl is not None and d.decl.pub]
        if not visible:
            self._report(private(wanted.name.at, name, module, found[0]))
        if value is not None:
            self._declare(info, ident, value)
        if kind is not None:
            self._take_type(info, ident, kind)
        if methods is not None:
            taken = info.taken.setdefault(ident.text, [])
            if module not in taken:
                taken.append(module)

    def _take_type(self, info: ModuleInfo, ident: ast.Ident, kind: RecordDef | EnumDef | AliasDef) -> None:
        first = info.types.get(ident.text)
        if first is not None and first is not kind:
            decl = first.decl
            self._report(p.DuplicateName(ident.at, "the type", ident.text, decl.name.at if decl is not None else None))
            return
        info.types[ident.text] = kind
        if isinstance(kind, EnumDef):
            for variant in kind.variants:
                options = info.variants.setdefault(variant.name, [])
                if variant not in options:
                    options.append(variant)

    def _bind_variant(self, info: ModuleInfo, imported: ImportDef, wanted: ast.ImportName) -> None:
        module, name = imported.module, wanted.name.text
        variants = [v for v in module.variants.get(name, ()) if v.enum.module is module]
        if variants:
            info.variants.setdefault((wanted.alias or wanted.name).text, []).extend(variants)
            return
        if module.lacks(name):
            meant = closest(name, members(module))
            self._report(p.UnknownMember(wanted.name.at, module.name, name, meant))
        info.broken.add((wanted.alias or wanted.name).text)

    def _find_cycles(self, mains: Iterable[ModuleInfo]) -> None:
        """Report each circle of user modules once, by depth-first search with a stack of our own."""
        done: set[ModuleInfo] = set()
        for main in mains:
            path: list[ModuleInfo] = []
            on_path: set[ModuleInfo] = set()
            edges: list[ImportDef] = []
            stack: list[tuple[ModuleInfo, ImportDef | None, bool]] = [(main, None, False)]
            while stack:
                info, edge, leave = stack.pop()
                if leave:
                    done.add(path.pop())
                    on_path.discard(info)
                    if edge is not None:
                        edges.pop()
                    continue
                if info in on_path and edge is not None:
                    self._report_cycle(path, [*edges, edge], info)
                    continue
                if info in done or info.std:
                    continue
                path.append(info)
                on_path.add(info)
                if edge is not None:
                    edges.append(edge)
                stack.append((info, edge, True))
                stack.extend([(i.module, i, False) for i in reversed(info.imports)])

    def _report_cycle(self, path: list[ModuleInfo], edges: list[ImportDef], closes: ModuleInfo) -> None:
        start = path.index(closes)
        cycle = tuple(path[start:])
        key = frozenset(cycle)
        if key in self._cycles:
            return
        self._cycles.add(key)
        # From outside, the place that people look at first is the import that leads into the circle.
        decl = (edges[start - 1] if start > 0 else edges[-1]).decl
        closing = edges[-1].decl
        at = decl.path[0].at.to(decl.path[-1].at)
        other = None if decl is closing else closing.path[0].at.to(closing.path[-1].at)
        self._report(p.ImportCycle(at, tuple([m.name for m in cycle]), other))


def _bound_by(decl: ast.Import) -> list[str]:
    """Return the names that an import would bind."""
    if decl.names is not None:
        return [(name.alias or name.name).text for name in decl.names]
    return [(decl.alias or decl.path[-1]).text]


def members(module: ModuleInfo) -> list[str]:
    """Return the names that a module lets others see."""
    names = [n for n, d in module.scope.items() if not isinstance(d, ImportDef) and d.module is module and d.decl.pub]
    names += [n for n, t in module.types.items() if t.module is module and t.decl is not None and t.decl.pub]
    names += [n for n, fns in module.methods.items() if any(f.decl.pub for f in fns)]
    return names


def private(at: Span, name: str, module: ModuleInfo, found: FnDef | TaskDef | ConstDef | RecordDef | EnumDef | AliasDef) -> p.PrivateName:
    """Make the problem of a name that another module keeps to itself."""
    decl = found.decl
    if decl is None:
        return p.PrivateName(at, name, module.name, None, None)
    insert = None if module.std else Span(decl.at.file, decl.at.start, decl.at.start)
    return p.PrivateName(at, name, module.name, None if module.std else decl.name.at, insert)


def _place(what: ImportDef | FnDef | TaskDef | ConstDef) -> Span | None:
    if not isinstance(what, ImportDef):
        return what.decl.name.at
    decl = what.decl
    return (decl.alias or decl.path[-1]).at


class _Collector:
    """Fills a module's tables from its declarations."""

    def __init__(self, info: ModuleInfo, report: Report) -> None:
        self._info = info
        self._report = report

    def collect(self) -> None:
        """Make a definition of every declaration."""
        for decl in self._info.tree.decls:
            if isinstance(decl, ast.Fn):
                self._function(decl)
            elif isinstance(decl, ast.Test):
                self._info.tests.append(TestDef(decl.name, self._info, decl))
                self._info.definitions.append(self._info.tests[-1])
            elif isinstance(decl, ast.Task):
                self._value(decl.name, TaskDef(decl.name.text, self._info.qualify(decl.name.text), self._info, decl))
            elif isinstance(decl, ast.Const):
                self._value(decl.name, ConstDef(decl.name.text, self._info.qualify(decl.name.text), self._info, decl))
            else:
                self._type(decl)

    def _function(self, decl: ast.Fn) -> None:
        info, name = self._info, decl.name.text
        made = FnDef(name, info.qualify(name), info, decl)
        if made.is_method:
            info.methods.setdefault(name, []).append(made)
            info.definitions.append(made)
        else:
            self._value(decl.name, made)

    def _value(self, ident: ast.Ident, made: FnDef | TaskDef | ConstDef) -> None:
        first = self._info.scope.get(ident.text)
        if first is not None:
            self._report(p.DuplicateName(ident.at, "the name", ident.text, _place(first)))
            made.qualified = f"{made.qualified}'{ident.at.start}"
        else:
            self._info.scope[ident.text] = made
        self._info.definitions.append(made)

    def _type(self, decl: ast.Record | ast.Enum | ast.TypeAliasDecl) -> None:
        info, name = self._info, decl.name.text
        if name in RESERVED_TYPES and not info.std:
            self._report(p.BuiltInName(decl.name.at, name))
        first = info.types.get(name)
        if first is not None and first.decl is not None:
            self._report(p.DuplicateName(decl.name.at, "the type", name, first.decl.name.at))
            return
        qualified = info.qualify(name)
        if isinstance(decl, ast.Record):
            info.types[name] = RecordDef(name, qualified, info, decl)
        elif isinstance(decl, ast.Enum):
            info.types[name] = self._enum(EnumDef(name, qualified, info, decl), decl)
        else:
            info.types[name] = AliasDef(name, qualified, info, decl)
        info.definitions.append(info.types[name])

    def _enum(self, made: EnumDef, decl: ast.Enum) -> EnumDef:
        seen: dict[str, ast.Variant] = {}
        variants: list[VariantDef] = []
        for variant in decl.variants:
            name = variant.name.text
            if name in seen:
                self._report(p.DuplicateName(variant.name.at, "the variant", name, seen[name].name.at))
                continue
            seen[name] = variant
            variants.append(VariantDef(name, made, len(variants), variant))
            self._info.variants.setdefault(name, []).append(variants[-1])
        made.variants = tuple(variants)
        return made
