"""Resolve what declarations say: type expressions, parameters, fields, bounds.

A definition is resolved when it is first needed, so that a script pays for the library only as far as it uses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.defs import (
    ANY,
    AliasDef,
    ConstDef,
    EnumDef,
    FieldDef,
    FnDef,
    ImportDef,
    Local,
    ModuleInfo,
    ParamDef,
    RecordDef,
    TaskDef,
    fn_head,
    tuple_head,
)
from tekc.check.types import ERROR, LARGEST, NEVER, Con, Fn, Param, Tuple, Type, prune, subst, too_large
from tekc.diagnostics.suggest import closest
from tekc.resolve import problems as rp
from tekc.resolve.modules import members, private
from tekc.source import Span
from tekc.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tekc.check.defs import ReceiverHead, TypeDefinition
    from tekc.check.facts import Facts
    from tekc.diagnostics import Report
    from tekc.resolve import Modules

_ALIASES = {
    "String": "Str", "Integer": "Int", "Boolean": "Bool", "Double": "Float", "Void": "Unit", "Vec": "List", "Array": "List",
    "Dict": "Map", "HashMap": "Map", "HashSet": "Set", "Number": "Int", "Optional": "Option", "Any": "Json",
}  # fmt: skip
"""Names of types in other languages, and what they are called here."""


class Signatures:
    """Resolves definitions on demand."""

    def __init__(self, modules: Modules, facts: Facts, report: Report) -> None:
        self._modules = modules
        self._facts = facts
        self._report = report
        self._open_aliases: list[AliasDef] = []
        self._missing: set[tuple[ModuleInfo, str]] = set()
        self.unused: set[Type] = set()
        """Type parameters that no call could tell, which was reported."""
        self.bounded: list[tuple[Type, str, ast.Node, str]] = []
        """Types that must meet a bound, with the place and the use; the session judges them when all is resolved."""

    def ensure(self, definition: FnDef | TaskDef | ConstDef | RecordDef | EnumDef | AliasDef) -> None:
        """Resolve a definition's signature once."""
        if definition.resolved:
            return
        if isinstance(definition, AliasDef):
            self._alias(definition)
            return
        definition.resolved = True
        if isinstance(definition, FnDef):
            self._function(definition)
        elif isinstance(definition, TaskDef):
            self._task(definition)
        elif isinstance(definition, ConstDef):
            if definition.decl.type is not None:
                definition.type = self.type(definition.decl.type, definition.module, {})
        elif definition is bi.ERROR_RECORD:
            definition.fields = bi.error_fields(self.json())
        elif isinstance(definition, RecordDef):
            self._record(definition)
        else:
            self._enum(definition)

    def json(self) -> Type:
        """Return the type ``Json``, which the module ``json`` declares."""
        module = self._modules.std("json")
        found = module.types.get("Json") if module is not None else None
        return Con(found) if isinstance(found, EnumDef) else ERROR

    # -------------------------------------------------------------------------------------------------- declarations

    def _function(self, fn: FnDef) -> None:
        decl, module = fn.decl, fn.module
        by = self._type_params(decl.type_params)
        fn.type_params = tuple(by.values())
        fn.params = self._params(decl.params, module, by, fn.is_method)
        if decl.extern and not module.std:
            self._report(p.ExternHere(decl.name.at, fn.name))
        if decl.result is not None:
            fn.result = self.type(decl.result, module, by)
        elif decl.body is None or not decl.arrow_body:
            fn.result = bi.UNIT
        if fn.is_method and fn.params:
            fn.receiver = receiver_head(fn.params[0].type)
            fn.qualified = module.qualify(f"{fn.receiver.name}.{fn.name}" if fn.receiver is not ANY else fn.name)
        if by and not module.std:
            self._used_params(fn, by)

    def _used_params(self, fn: FnDef, by: Mapping[str, Param]) -> None:
        todo: list[Type] = [param.type for param in fn.params]
        if fn.result is not None:
            todo.append(fn.result)
        else:
            return
        seen: set[Type] = set()
        while todo:
            t = prune(todo.pop())
            seen.add(t)
            todo.extend(t.args if isinstance(t, Con) else t.items if isinstance(t, Tuple) else ())
            if isinstance(t, Fn):
                todo.extend((*t.params, t.result))
        if ERROR in seen:
            return
        for ident in fn.decl.type_params:
            if by[ident.name.text] not in seen:
                self._report(p.UnusedTypeParam(ident.name.at, ident.name.text, fn.name))
                self.unused.add(by[ident.name.text])

    def _task(self, task: TaskDef) -> None:
        decl = task.decl
        task.params = self._params(decl.params, task.module, {}, False)
        if decl.result is not None:
            task.result = self.type(decl.result, task.module, {})
        elif not decl.arrow_body:
            task.result = bi.UNIT

    def _params(
        self, params: tuple[ast.Param, ...], module: ModuleInfo, by: Mapping[str, Param], method: bool
    ) -> tuple[ParamDef, ...]:
        made: list[ParamDef] = []
        seen: dict[str, ast.Ident] = {}
        for i, param in enumerate(params):
            name = param.name.text
            if name in seen and name != "_":
                self._report(p.BoundTwice(param.name.at, name, seen[name].at))
            seen[name] = param.name
            if name == "self" and not (method and i == 0):
                self._report(p.SelfParameter(param.name.at, "only the first parameter of a function can be called `self`"))
            t = self.type(param.type, module, by)
            local = Local(name, param.var, t, param.name)  # the parser reports a `var` on any other than `self`
            self._facts.bindings[param.name] = local
            made.append(ParamDef(name, t, param, local))
        return tuple(made)

    def _type_params(self, params: Iterable[ast.TypeParam]) -> dict[str, Param]:
        by: dict[str, Param] = {}
        for param in params:
            bounds: set[str] = set()
            for bound in param.bounds:
                if bound.text in bi.BOUNDS:
                    bounds.add(bound.text)
                else:
                    meant = closest(bound.text, [b for b in bi.BOUNDS if b not in ("Show", "Text")])
                    self._report(p.UnknownBound(bound.at, bound.text, meant))
            if param.name.text in by:
                self._report(rp.DuplicateName(param.name.at, "the type parameter", param.name.text, None))
            by[param.name.text] = Param(param.name.text, frozenset(bounds))
        return by

    def _record(self, record: RecordDef) -> None:
        decl = record.decl
        assert decl is not None and record.module is not None  # only Error has none, and is made elsewhere
        by = self._type_params(decl.type_params)
        record.type_params = tuple(by.values())
        record.fields = self._fields(decl.fields, record.module, by)

    def _enum(self, enum: EnumDef) -> None:
        decl = enum.decl
        assert decl is not None and enum.module is not None  # Option and Result are resolved from the start
        by = self._type_params(decl.type_params)
        enum.type_params = tuple(by.values())
        for variant in enum.variants:
            if variant.decl is not None:
                variant.fields = self._fields(variant.decl.fields, enum.module, by)

    def _fields(self, fields: tuple[ast.FieldDecl, ...], module: ModuleInfo, by: Mapping[str, Param]) -> tuple[FieldDef, ...]:
        made: list[FieldDef] = []
        seen: dict[str, ast.Ident] = {}
        outside: dict[str, Span] = {}
        for field in fields:
            t = self.type(field.type, module, by)
            name = field.name
            local = None
            if name is not None:
                local = Local(name.text, False, t, name)
                self._facts.bindings[name] = local
                shown = field.outside or name.text
                if name.text in seen:
                    self._report(rp.DuplicateName(name.at, "the field", name.text, seen[name.text].at))
                    local = None
                elif shown in outside:
                    self._report(rp.DuplicateName(field.at, "the outside name", shown, outside[shown]))
                seen.setdefault(name.text, name)
                outside.setdefault(shown, field.at)
            made.append(FieldDef(name.text if name is not None else "", t, field, local))
        return tuple(made)

    def _alias(self, alias: AliasDef) -> None:
        if alias in self._open_aliases:
            names = [a.name for a in self._open_aliases[self._open_aliases.index(alias) :]]
            self._report(p.AliasCycle(alias.decl.name.at, tuple(names)))
            for member in self._open_aliases[self._open_aliases.index(alias) :]:
                member.type = ERROR
            return
        self._open_aliases.append(alias)
        by = self._type_params(alias.decl.type_params)
        alias.type_params = tuple(by.values())
        made = self.type(alias.decl.type, alias.module, by)
        self._open_aliases.pop()
        if too_large(made):
            self._report(p.TypeTooLarge(alias.decl.name.at, LARGEST))
            made = ERROR
        if alias.type is None:
            alias.type = made
        alias.resolved = True

    # ----------------------------------------------------------------------------------------------- type expressions

    def type(self, expr: ast.TypeExpr, module: ModuleInfo, by: Mapping[str, Param]) -> Type:
        """Return the type that an expression in ``module`` stands for; ``by`` are the type parameters in scope."""
        if isinstance(expr, ast.TypeName):
            return self._named(expr, module, by)
        if isinstance(expr, ast.TypeOption):
            return bi.option_of(self.type(expr.inner, module, by))
        if isinstance(expr, ast.TypeTuple):
            if not expr.items:
                return bi.UNIT
            return Tuple(tuple([self.type(item, module, by) for item in expr.items]))
        if isinstance(expr, ast.ErrorType):
            return ERROR
        params = tuple([self.type(param, module, by) for param in expr.params])
        return Fn(params, bi.UNIT if expr.result is None else self.type(expr.result, module, by), expr.needs)

    def _named(self, expr: ast.TypeName, module: ModuleInfo, by: Mapping[str, Param]) -> Type:
        name = expr.name.text
        if expr.module is None:
            param = by.get(name)
            if param is not None:
                self._arity(expr, 0)
                return param
            simple = bi.SIMPLE.get(name)
            if simple is not None and name not in module.types:
                self._arity(expr, 0)
                return simple
            if name == "Never":
                self._arity(expr, 0)
                return NEVER
        args = tuple([self.type(arg, module, by) for arg in expr.args])
        if expr.module is None:
            builtin = bi.GENERIC.get(name)
            if builtin is not None:
                if not self._arity(expr, builtin.arity):
                    return ERROR
                if builtin is not bi.LIST:
                    self.bounded.append((args[0], "Hash", expr.args[0], "used as a key here"))
                return Con(builtin, args)
        found = self.find_type(expr, module)
        return ERROR if found is None else self.apply(expr, found, args)

    def apply(self, expr: ast.TypeName, found: TypeDefinition, args: tuple[Type, ...]) -> Type:
        """Return a definition's type with its arguments."""
        if isinstance(found, AliasDef):
            self.ensure(found)
            if found.type is None or not self._arity(expr, len(found.type_params)):
                return ERROR
            return subst(found.type, dict(zip(found.type_params, args, strict=True)))
        declared = found.decl.type_params if found.decl is not None else found.type_params
        if not self._arity(expr, len(declared)):
            return ERROR
        for i, param in enumerate(declared):
            if isinstance(param, ast.TypeParam):
                for bound in param.bounds:
                    if bound.text in bi.BOUNDS:
                        self.bounded.append((args[i], bound.text, expr.args[i], f"`{found.name}` asks for `{bound.text}`"))
        return Con(found, args)

    def _arity(self, expr: ast.TypeName, takes: int) -> bool:
        if len(expr.args) == takes:
            return True
        self._report(p.TypeArguments(expr.at, expr.name.text, takes, len(expr.args)))
        return False

    def find_type(self, expr: ast.TypeName, module: ModuleInfo) -> TypeDefinition | None:
        """Find the definition that a type's name means, or report that there is none."""
        name = expr.name.text
        if expr.module is not None:
            return self._in_module(expr.module, expr.name, module)
        found = self.lookup_type(name, module)
        if found is None:
            self._unknown_type(expr, module)
        return found

    def lookup_type(self, name: str, module: ModuleInfo) -> TypeDefinition | None:
        """Find a record, enum or alias by name as ``module`` sees it."""
        found = module.types.get(name)
        if found is not None:
            return found
        if name == "Option":
            return bi.OPTION
        if name == "Result":
            return bi.RESULT
        if name == "Error":
            return bi.ERROR_RECORD
        if name == "Json":
            json = self._modules.std("json")
            return json.types.get("Json") if json is not None else None
        prelude = self._modules.prelude
        return prelude.types.get(name) if prelude is not None else None

    def _in_module(self, prefix: ast.Ident, ident: ast.Ident, module: ModuleInfo) -> TypeDefinition | None:
        imported = module.scope.get(prefix.text)
        if not isinstance(imported, ImportDef):
            self.report_unknown_module(prefix, module)
            return None
        imported.used = True
        target = imported.module
        found = target.types.get(ident.text)
        if found is None or found.module is not target:
            if target.lacks(ident.text):
                meant = closest(ident.text, members(target))
                self._report(rp.UnknownMember(ident.at, target.name, ident.text, meant))
            return None
        if found.decl is not None and not found.decl.pub:
            self._report(private(ident.at, ident.text, target, found))
        return found

    def report_unknown_module(self, prefix: ast.Ident, module: ModuleInfo) -> None:
        """Report a name in front of a dot that is no module."""
        if prefix.text in module.broken:
            return
        if prefix.text in self._modules.std_names():
            self.missing_import(module, prefix.text, prefix.at)
            return
        modules = [n for n, d in module.scope.items() if isinstance(d, ImportDef)]
        self._report(rp.UnknownName(prefix.at, "module", prefix.text, closest(prefix.text, modules)))

    def missing_import(self, module: ModuleInfo, name: str, at: Span) -> None:
        """Report, once a module, a standard module that is used without an import."""
        if (module, name) not in self._missing:
            self._missing.add((module, name))
            self._report(rp.MissingImport(at, name, import_place(module)))

    def _unknown_type(self, expr: ast.TypeName, module: ModuleInfo) -> None:
        name, at = expr.name.text, expr.name.at
        if name in module.broken:
            return
        variants = module.variants.get(name)
        if variants:
            self._report(rp.NotAType(at, name, "a variant", variants[0].enum.name))
            return
        takes = len(expr.args)
        known = [*module.types, *[generic for generic, made in bi.GENERIC.items() if made.arity == takes]]
        known += [*bi.SIMPLE, "Error", "Json"] if not takes else ["Option"] if takes == 1 else ["Result"]
        meant = _ALIASES.get(name) or closest(name, known)
        advice = None
        if meant is None and len(name) == 1:
            advice = f"a type parameter is declared in brackets behind the name: `fn name[{name}](…)`"
        self._report(rp.UnknownName(at, "type", name, meant, advice))


def import_place(module: ModuleInfo) -> Span:
    """Return where a new import can be put into a module: before its first import or declaration, and what stands above that."""
    tree = module.tree
    first: ast.Node | None = tree.imports[0] if tree.imports else tree.decls[0] if tree.decls else None
    if first is None:
        return Span(tree.at.file, tree.at.start, tree.at.start)
    text, start = first.at.file.text, first.at.start
    while start:
        above = text.rfind("\n", 0, start - 1) + 1
        if text[above] != "#" or text.startswith("#!", above):
            break
        start = above  # a comment, or the documentation of a declaration
    return Span(first.at.file, start, start)


def receiver_head(t: Type) -> ReceiverHead:
    """Return what a method with a receiver of type ``t`` is filed under."""
    t = prune(t)
    if isinstance(t, Con):
        return t.head
    if isinstance(t, Tuple):
        return tuple_head(len(t.items))
    if isinstance(t, Fn):
        return fn_head(len(t.params))
    return ANY


