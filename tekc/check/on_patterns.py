"""Patterns: what they match, and the variables that they bind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import Body, broken
from tekc.check.defs import AliasDef, EnumDef, FieldDef, ImportDef, Local, ModuleInfo, RecordDef, VariantDef
from tekc.check.facts import VariantFact
from tekc.check.types import ERROR, Con, Tuple, Type, Var, prune, show, subst
from tekc.diagnostics import Edit, Help
from tekc.diagnostics.suggest import closest
from tekc.resolve import problems as rp
from tekc.resolve.modules import private
from tekc.syntax import ast

Bound = dict[str, Local]


def bind_pattern(b: Body, pattern: ast.Pattern, t: Type, var: bool = False) -> None:
    """Check a pattern on a value of type ``t`` and put its variables into the scope; ``var``: they can be assigned."""
    if pattern.__class__ is ast.NamePattern:  # by far the most frequent
        b.types[pattern] = t
        b.declare(pattern.name, t)
        return
    bound: Bound = {}
    check_pattern(b, pattern, t, bound)
    for local in bound.values():
        local.var = var
        b.bring(local)


def check_pattern(b: Body, pattern: ast.Pattern, t: Type, bound: Bound) -> None:
    """Check a pattern on a value of type ``t``; what it binds goes into ``bound``."""
    b.types[pattern] = t
    _PATTERNS[pattern.__class__](b, pattern, t, bound)


def _bind(b: Body, ident: ast.Ident, t: Type, bound: Bound) -> None:
    name = ident.text
    known = bound.get(name)
    if known is not None:
        assert known.ident is not None  # a variable of a pattern has its place
        b.report(p.BoundTwice(ident.at, name, known.ident.at))
        return
    local = Local(name, False, t, ident, b.frame.node)
    b.facts.bindings[ident] = local
    b.declared.append(local)
    bound[name] = local


def _wild(b: Body, pattern: ast.WildPattern, t: Type, bound: Bound) -> None:
    pass


def _name(b: Body, pattern: ast.NamePattern, t: Type, bound: Bound) -> None:
    _bind(b, pattern.name, t, bound)


def _literal(b: Body, pattern: ast.LiteralPattern, t: Type, bound: Bound) -> None:
    t = b.solid(t)
    found = b.infer(pattern.value, t)
    if not b.unify(found, t) and not broken(t):
        b.report(p.PatternType(pattern.at, f"`{pattern.at.text}`", show(t), _option_help(pattern, found, t)))


def _option_help(pattern: ast.Pattern, found: Type, t: Type) -> Help | None:
    if isinstance(t, Con) and t.head is bi.OPTION:
        return Help("what an option holds is matched by `Some(…)`", p.wrap(pattern.at, "Some(", ")"))
    if isinstance(t, Con) and t.head is bi.RESULT:
        return Help("what a result holds is matched by `Ok(…)`", p.wrap(pattern.at, "Ok(", ")"))
    return None


_RANGED = (bi.INT, bi.FLOAT, bi.STR)


def _range(b: Body, pattern: ast.RangePattern, t: Type, bound: Bound) -> None:
    t = b.solid(t)
    if isinstance(t, Var):
        b.unify(t, bi.INT)
        t = bi.INT
    if t not in _RANGED:
        if not broken(t):
            b.report(p.PatternType(pattern.at, "a range", show(t)))
        return
    for side in (pattern.low, pattern.high):
        if side is not None:
            found = b.infer(side, t)
            if not b.unify(found, t):
                b.report_mismatch(side, found, t)


def _tuple(b: Body, pattern: ast.TuplePattern, t: Type, bound: Bound) -> None:
    t = b.solid(t)
    if not pattern.items:
        if not b.unify(t, bi.UNIT):
            _wrong(b, pattern, "`()`", t)
        return
    if isinstance(t, Var):
        made = Tuple(tuple([b.fresh(item, "this") for item in pattern.items]))
        b.unify(t, made)
        t = made
    if isinstance(t, Tuple) and len(t.items) == len(pattern.items):
        for item, part in zip(pattern.items, t.items, strict=True):
            check_pattern(b, item, part, bound)
        return
    _wrong(b, pattern, f"a pattern of {len(pattern.items)} parts", t)
    for item in pattern.items:
        check_pattern(b, item, ERROR, bound)


def _wrong(b: Body, pattern: ast.Pattern, what: str, t: Type, advice: Help | None = None) -> None:
    if not broken(t):
        b.report(p.PatternType(pattern.at, what, show(t), advice))


def _list(b: Body, pattern: ast.ListPattern, t: Type, bound: Bound) -> None:
    t = b.solid(t)
    if isinstance(t, Var):
        made = bi.list_of(b.fresh(pattern, "this"))
        b.unify(t, made)
        t = made
    item: Type = ERROR
    if isinstance(t, Con) and t.head is bi.LIST:
        item = t.args[0]
    else:
        _wrong(b, pattern, "a list pattern", t)
        t = ERROR
    for part in pattern.items:
        if isinstance(part, ast.RestPattern):
            b.types[part] = t
            if part.name is not None:
                _bind(b, part.name, t, bound)
        else:
            check_pattern(b, part, item, bound)


def _as(b: Body, pattern: ast.AsPattern, t: Type, bound: Bound) -> None:
    check_pattern(b, pattern.pattern, t, bound)
    _bind(b, pattern.name, t, bound)


def _or(b: Body, pattern: ast.OrPattern, t: Type, bound: Bound) -> None:
    """All alternatives bind the same names, each of one type; they share the variables of the first."""
    first: Bound = {}
    check_pattern(b, pattern.options[0], t, first)
    for option in pattern.options[1:]:
        other: Bound = {}
        check_pattern(b, option, t, other)
        if other.keys() != first.keys():
            names = sorted(other.keys() ^ first.keys())
            b.report(p.OrPatternNames(option.at, tuple(names)))
        for name, local in other.items():
            known = first.get(name)
            if known is None:
                first[name] = Local(name, False, ERROR, local.ident, b.frame.node)
                continue
            assert local.ident is not None  # a variable of a pattern has its place
            if not b.unify(local.type, known.type) and not (broken(local.type) or broken(known.type)):
                b.report(p.TypeMismatch(local.ident.at, show(known.type), show(local.type)))
            b.facts.bindings[local.ident] = known
    for name, local in first.items():
        known = bound.get(name)
        if known is not None and local.ident is not None and known.ident is not None:
            b.report(p.BoundTwice(local.ident.at, name, known.ident.at))
        bound[name] = local


# --------------------------------------------------------------------------------------------------------------- variants


def _variant(b: Body, pattern: ast.VariantPattern, t: Type, bound: Bound) -> None:
    t = b.solid(t)
    target = _target(b, pattern, t)
    if target is None:
        _args_anyway(b, pattern, bound)
        return
    head: RecordDef | EnumDef = target if isinstance(target, RecordDef) else target.enum
    b.session.ensure(head)
    if isinstance(t, Var):
        made = Con(head, tuple([b.fresh(pattern, "this") for _ in head.type_params]))
        b.unify(t, made)
        t = made
    if not isinstance(t, Con) or t.head is not head:
        shown = ".".join([ident.text for ident in pattern.path] + [pattern.name.text])
        _wrong(b, pattern, f"`{shown}`", t, _variant_help(pattern, t, target))
        _args_anyway(b, pattern, bound)
        return
    by: dict[Type, Type] = dict(zip(head.type_params, t.args, strict=False))
    _fields(b, pattern, target, target.fields, by, bound)


def _variant_help(pattern: ast.VariantPattern, t: Type, target: RecordDef | VariantDef) -> Help | None:
    head = target.enum if isinstance(target, VariantDef) else target
    if isinstance(t, Con) and t.args and t.head in (bi.OPTION, bi.RESULT):
        inner = prune(t.args[0])
        if isinstance(inner, Con) and inner.head is head:
            wrapper = "Some" if t.head is bi.OPTION else "Ok"
            return Help(f"write `{wrapper}(…)` around it", p.wrap(pattern.at, f"{wrapper}(", ")"))
    return None


def _args_anyway(b: Body, pattern: ast.VariantPattern, bound: Bound) -> None:
    for arg in pattern.args or ():
        check_pattern(b, arg.pattern, ERROR, bound)


def _target(b: Body, pattern: ast.VariantPattern, t: Type) -> RecordDef | VariantDef | None:
    """Find the variant or record that a pattern names, led by the type of the value."""
    text = pattern.name.text
    if pattern.path:
        return _qualified(b, pattern, t)
    head = t.head if isinstance(t, Con) else None
    if isinstance(head, EnumDef):
        variant = head.variant(text)
        if variant is not None:
            return variant
    if isinstance(head, RecordDef) and _names_type(b, text, head):
        return head
    if t is ERROR:
        return None
    variants = b.module.variants.get(text, ())
    if variants and len({v.enum for v in variants}) == 1:
        return variants[0]
    kind = b.session.signatures.lookup_type(text, b.module)
    if isinstance(kind, RecordDef):
        return kind
    for enum in (bi.OPTION, bi.RESULT):
        variant = enum.variant(text)
        if variant is not None:
            return variant
    if isinstance(head, EnumDef):
        names = tuple(v.name for v in head.variants)
        b.report(rp.UnknownVariant(pattern.name.at, head.name, text, closest(text, names), names))
    elif text in b.module.broken:
        pass  # that its import failed was reported
    elif variants:
        b.report(rp.AmbiguousVariant(pattern.name.at, text, tuple(dict.fromkeys(v.enum.name for v in variants))))
    else:
        known = [*b.module.variants, *b.module.types, "Some", "None", "Ok", "Err"]
        b.report(rp.UnknownName(pattern.name.at, "record or variant", text, closest(text, known)))
    return None


def _names_type(b: Body, text: str, head: RecordDef) -> bool:
    if head.name == text:
        return True
    found = b.session.signatures.lookup_type(text, b.module)
    if isinstance(found, AliasDef):
        b.session.ensure(found)
        t = prune(found.type) if found.type is not None else None
        return isinstance(t, Con) and t.head is head
    return found is head


def _qualified(b: Body, pattern: ast.VariantPattern, t: Type) -> RecordDef | VariantDef | None:
    """``Shape.Circle``, ``json.Json.Null``, ``shapes.Point``."""
    path, text = pattern.path, pattern.name.text
    module = b.module
    rest = path
    if path[0].text[:1].islower() or path[0].text.startswith("_"):
        imported = module.scope.get(path[0].text)
        if not isinstance(imported, ImportDef):
            b.session.signatures.report_unknown_module(path[0], module)
            return None
        imported.used = True
        module, rest = imported.module, path[1:]
    if not rest:
        kind = module.types.get(text)
        if isinstance(kind, RecordDef):
            _visible(b, pattern.name, module, kind)
            return kind
        head = t.head if isinstance(t, Con) else None
        if isinstance(head, EnumDef) and head.module is module and head.variant(text) is not None:
            return head.variant(text)
        variants = [v for v in module.variants.get(text, ()) if v.enum.module is module]
        if variants:
            return variants[0]
        if module.lacks(text):
            b.report(rp.UnknownMember(pattern.name.at, module.name, text, closest(text, [*module.types, *module.variants])))
        return None
    found = b.session.signatures.lookup_type(rest[0].text, module)
    if isinstance(found, AliasDef):
        b.session.ensure(found)
        aliased = prune(found.type) if found.type is not None else None
        found = aliased.head if isinstance(aliased, Con) and isinstance(aliased.head, EnumDef) else None
    if not isinstance(found, EnumDef):
        known = [name for name, kind in module.types.items() if isinstance(kind, EnumDef)]
        b.report(rp.UnknownName(rest[0].at, "enum", rest[0].text, closest(rest[0].text, known)))
        return None
    if module is not b.module:
        _visible(b, rest[0], module, found)
    variant = found.variant(text)
    if variant is None:
        names = tuple(v.name for v in found.variants)
        b.report(rp.UnknownVariant(pattern.name.at, found.name, text, closest(text, names), names))
    return variant


def _visible(b: Body, ident: ast.Ident, module: ModuleInfo, found: RecordDef | EnumDef) -> None:
    if found.decl is not None and found.module is module and not found.decl.pub:
        b.report(private(ident.at, ident.text, module, found))


def _fields(
    b: Body,
    pattern: ast.VariantPattern,
    target: RecordDef | VariantDef,
    fields: tuple[FieldDef, ...],
    by: dict[Type, Type],
    bound: Bound,
) -> None:
    indices: list[int] = []
    taken: dict[int, ast.PatternArg] = {}
    position = 0
    wrong = False
    for arg in pattern.args or ():
        index = -1
        if arg.name is None:
            if position < len(fields):
                index = position
                position += 1
            elif not wrong:
                b.report(p.PatternFields(arg.at, target.name, (), len(fields)))
                wrong = True
        else:
            names = [f.name for f in fields]
            index = names.index(arg.name.text) if arg.name.text in names else -1
            if index < 0:
                meant = closest(arg.name.text, [n for n in names if n])
                edits = () if meant is None else (Edit(arg.name.at, meant),)
                b.report(rp.UnknownField(arg.name.at, target.name, arg.name.text, "field", meant, edits))
                wrong = True
        if index >= 0 and index in taken:
            b.report(p.ArgumentTwice(arg.at, fields[index].name or f"field {index + 1}"))
            wrong = True
        if index >= 0:
            taken[index] = arg
        check_pattern(b, arg.pattern, subst(fields[index].type, by) if index >= 0 else ERROR, bound)
        indices.append(max(index, 0))
    if not wrong and not pattern.rest:
        _missing(b, pattern, target, fields, taken)
    if not wrong:
        b.facts.variants[pattern] = VariantFact(target, tuple(indices))


def _missing(
    b: Body, pattern: ast.VariantPattern, target: RecordDef | VariantDef, fields: tuple[FieldDef, ...], taken: dict[int, ast.PatternArg]
) -> None:
    missing = tuple([f.name or f"field {i + 1}" for i, f in enumerate(fields) if i not in taken])
    if not missing:
        return
    if not pattern.at.text.endswith(")"):
        edit = p.append(pattern.at, "(..)")
    else:
        inside = pattern.at._replace(start=pattern.at.end - 1, end=pattern.at.end - 1)
        edit = Edit(inside, ", .." if pattern.args else "..")
    b.report(p.PatternFields(pattern.at, target.name, missing, len(fields), (edit,)))


_PATTERNS: dict[type, Callable[[Body, Any, Type, Bound], None]] = {
    ast.WildPattern: _wild,
    ast.NamePattern: _name,
    ast.LiteralPattern: _literal,
    ast.RangePattern: _range,
    ast.TuplePattern: _tuple,
    ast.ListPattern: _list,
    ast.AsPattern: _as,
    ast.OrPattern: _or,
    ast.VariantPattern: _variant,
}
