"""What stands behind a dot: fields, members of modules, variants, methods kept as values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import Body, broken, infers, line_of
from tekc.check.defs import (
    AliasDef,
    ConstDef,
    EnumDef,
    FnDef,
    ImportDef,
    ModuleInfo,
    RecordDef,
    TaskDef,
    VariantDef,
)
from tekc.check.facts import FieldTarget, PartTarget
from tekc.check.on_names import aliased, constructed_value, definition_value, function_value
from tekc.check.places import edits_for_change
from tekc.check.signatures import receiver_head
from tekc.check.types import ERROR, NEVER, Con, Fn, Param, Type, Var, prune, show, subst
from tekc.diagnostics import Edit, Help
from tekc.diagnostics.suggest import closest
from tekc.resolve import problems as rp
from tekc.resolve.modules import members, private
from tekc.syntax import ast

if TYPE_CHECKING:
    from tekc.check.defs import Definition, TypeDefinition


def module_of(b: Body, target: ast.Expr) -> ModuleInfo | None:
    """Return the module that a name stands for, or None where it is something else."""
    if target.__class__ is not ast.Name or target.text in b.locals:
        return None
    found = b.module.scope.get(target.text)
    if not isinstance(found, ImportDef):
        return None
    found.used = True
    b.facts.names[target] = found.module
    return found.module


def is_missing_module(b: Body, target: ast.Expr) -> bool:
    """Report a standard module that is used without an import; tell whether it was that, or one whose import failed."""
    if not isinstance(target, ast.Name) or target.text in b.locals:
        return False
    if target.text in b.module.broken:
        return True
    if b.session.find_value(b.module, target.text) is None and target.text in b.session.modules.std_names():
        b.session.signatures.missing_import(b.module, target.text, target.at)
        return True
    return False


def type_of_name(b: Body, target: ast.Expr) -> TypeDefinition | None:
    """Return the enum, record or alias that stands in front of a dot: ``Shape`` or ``json.Json``."""
    if isinstance(target, ast.UpperName):
        found = b.session.signatures.lookup_type(target.text, b.module)
        return aliased(b, found) if isinstance(found, AliasDef) else found
    if isinstance(target, ast.Field) and target.name.text[:1].isupper():
        module = module_of(b, target.target)
        if module is not None:
            found = module.types.get(target.name.text)
            if found is not None and found.module is module:
                if found.decl is not None and not found.decl.pub:
                    b.report(private(target.name.at, target.name.text, module, found))
                return aliased(b, found) if isinstance(found, AliasDef) else found
    return None


def module_member(b: Body, e: ast.Field, module: ModuleInfo) -> Definition | RecordDef | VariantDef | None:
    """Find what ``module.name`` means, or report."""
    text = e.name.text
    found: Definition | TypeDefinition | None
    if text[:1].isupper():
        found = module.types.get(text)
        if isinstance(found, AliasDef):
            found = aliased(b, found)
        if isinstance(found, RecordDef):
            _visible(b, e, module, found)
            return found
        variants = [v for v in module.variants.get(text, ()) if v.enum.module is module]
        if len(variants) == 1:
            _visible(b, e, module, variants[0].enum)
            return variants[0]
        if isinstance(found, EnumDef):
            b.report(rp.NotAValue(e.at, text, "the type", f"a value of it is one of its variants: `{text}.{_first(found)}`"))
            return None
    else:
        found = module.scope.get(text)
        if found is not None and not isinstance(found, ImportDef) and found.module is module:
            _visible(b, e, module, found)
            return found
        if module.methods.get(text):
            b.report(rp.MethodCalledPlainly(e.name.at, text))
            return None
    if module.lacks(text):
        meant = closest(text, [*members(module), *module.variants] if text[:1].isupper() else members(module))
        b.report(rp.UnknownMember(e.name.at, module.name, text, meant))
    return None


def _first(enum: EnumDef) -> str:
    return enum.variants[0].name if enum.variants else "…"


def _visible(b: Body, e: ast.Field, module: ModuleInfo, found: FnDef | TaskDef | ConstDef | RecordDef | EnumDef) -> None:
    if found.decl is not None and not found.decl.pub and module is not b.module:
        b.report(private(e.name.at, e.name.text, module, found))


def enum_member(b: Body, e: ast.Field, owner: TypeDefinition) -> VariantDef | FnDef | None:
    """Find what ``Type.name`` means: a variant or a method of the type; report where it is neither."""
    text = e.name.text
    if text[:1].isupper():
        if isinstance(owner, EnumDef):
            variant = owner.variant(text)
            if variant is not None:
                return variant
            names = tuple(v.name for v in owner.variants)
            b.report(rp.UnknownVariant(e.name.at, owner.name, text, closest(text, names), names))
            return None
        b.report(rp.UnknownMember(e.name.at, owner.name, text, None))
        return None
    if not isinstance(owner, AliasDef):
        found = b.session.find_method(b.module, owner, text)
        if found is not None:
            return found
    b.report(rp.UnknownField(e.name.at, owner.name, text, "method", None))
    return None


@infers(ast.Field)
def field(b: Body, e: ast.Field, want: Type | None) -> Type:
    """A field, a member of a module, a variant, or a method kept as a value."""
    module = module_of(b, e.target)
    if module is not None:
        member = module_member(b, e, module)
        if member is None:
            return ERROR
        if isinstance(member, RecordDef | VariantDef):
            return constructed_value(b, e, member, want)
        return definition_value(b, e, e.name.text, member)
    if is_missing_module(b, e.target):
        return ERROR
    owner = type_of_name(b, e.target)
    if owner is not None:
        return _type_member(b, e, owner, want)
    if isinstance(e.target, ast.UpperName) and (builtin := builtin_head(e.target.text)) is not None:
        found = b.session.find_method(b.module, builtin, e.name.text)
        if found is not None:
            b.facts.names[e] = found
            return function_value(b, e, found, None)
    t = b.solid(b.infer(e.target))
    return member_of_value(b, e, t, want)


def builtin_head(text: str) -> object:
    """Return the head of a builtin type by name."""
    simple = bi.SIMPLE.get(text)
    return simple.head if simple is not None else bi.GENERIC.get(text)


def _type_member(b: Body, e: ast.Field, owner: TypeDefinition, want: Type | None) -> Type:
    member = enum_member(b, e, owner)
    if member is None:
        return ERROR
    if isinstance(member, VariantDef):
        return constructed_value(b, e, member, want)
    b.facts.names[e] = member
    return function_value(b, e, member, None)


def member_of_value(b: Body, e: ast.Field, t: Type, want: Type | None) -> Type:
    """Return the type of ``value.name`` where the value is of type ``t``."""
    text = e.name.text
    if isinstance(t, Con):
        head = t.head
        if isinstance(head, RecordDef):
            b.session.ensure(head)
            index = head.index(text)
            if index is not None:
                b.facts.names[e] = FieldTarget(head, index)
                t = head.fields[index].type if not t.args else subst(head.fields[index].type, dict(zip(head.type_params, t.args)))
                return t
        else:
            part = bi.PARTS.get(head, {}).get(text)
            if part is not None:
                b.facts.names[e] = PartTarget(t, text, bi.PART_HOSTS[head] + text)
                return part
    elif t is ERROR or t is NEVER:
        return ERROR
    elif isinstance(t, Var):
        unknown_receiver(b, e.target, t)
        return ERROR
    method = b.session.method_for(b.module, t, text)
    if method is not None:
        return _uncalled(b, e, t, method, want)
    report_no_member(b, e, t, None)
    return ERROR


def _uncalled(b: Body, e: ast.Field, t: Type, method: FnDef, want: Type | None) -> Type:
    wanted = prune(want) if want is not None else None
    if isinstance(wanted, Fn) and not method.var_self:
        b.facts.names[e] = method
        return function_value(b, e, method, (e.target, t))
    required = sum(1 for param in method.decl.params[1:] if param.default is None)
    b.report(p.MethodNotCalled(e.name.at, e.name.text, e.name.at, required))
    return ERROR


def unknown_receiver(b: Body, target: ast.Expr, t: Var) -> None:
    """Report that the type of something must be known before its parts can be looked at."""
    b.report(p.TypeNotKnown(target.at, _what(target), _write_it(b, target)))
    b.unify(t, ERROR)
    t.to = ERROR if t.to is None else t.to


def _what(target: ast.Expr) -> str:
    return f"`{target.text}`" if isinstance(target, ast.Name) else "this"


def _write_it(b: Body, target: ast.Expr) -> tuple[Help, ...]:
    if isinstance(target, ast.Name):
        local = b.locals.get(target.text)
        if local is not None and local.ident is not None:
            return (Help(f"write it where `{target.text}` is declared: `{target.text}: Type`"),)
    return ()


_FOREIGN = {
    "length": "len", "size": "len", "count": "len", "append": "push", "add": "push", "push_back": "push", "extend_from_slice": "extend",
    "insert_at": "insert", "toString": "to_str", "to_string": "to_str", "str": "to_str", "toUpperCase": "upper", "toLowerCase": "lower",
    "to_uppercase": "upper", "to_lowercase": "lower", "strip": "trim", "lstrip": "trim_start", "rstrip": "trim_end", "startswith": "starts_with",
    "endswith": "ends_with", "includes": "contains", "has_key": "has", "contains_key": "has", "foreach": "each", "for_each": "each",
    "forEach": "each", "flatMap": "flat_map", "filterMap": "filter_map", "sorted": "sort", "sortBy": "sort_by", "indexOf": "index_of",
    "index": "index_of", "parse": "to_int", "unwrap_or": "or", "collect": "to_list", "iter": "each", "substring": "slice", "charAt": "chars",
    "select": "map", "where": "filter", "inject": "fold", "foldl": "fold", "every": "all", "some": "any", "items": "entries",
    "discard": "remove", "delete": "remove", "reduce_left": "reduce", "zip_with": "zip", "distinct": "unique", "uniq": "unique",
    "isEmpty": "is_empty", "to_lower": "lower", "to_upper": "upper", "ljust": "pad_end", "rjust": "pad_start",
}  # fmt: skip
"""Names of methods in other languages, and what they are called here."""


def report_no_member(b: Body, e: ast.Field, t: Type, call: ast.Call | None) -> None:
    """Report a field or method that a value does not have; ``call`` is the call of it, if it is called."""
    if broken(t):
        return
    text = e.name.text
    if text[:1].isdigit():
        return  # the parser says that parts of tuples have no numbers
    missing = (receiver_head(t), text, line_of(e.at))  # one on a line is one mistake
    if missing in b.said:
        return
    b.said.add(missing)
    fields: list[str] = []
    if isinstance(t, Con) and isinstance(t.head, RecordDef):
        fields = [f.name for f in t.head.fields]
    elif isinstance(t, Con):
        fields = list(bi.PARTS.get(t.head, {}))
    methods = list(b.session.method_names(b.module, t))
    foreign = {name: own for name, own in _FOREIGN.items() if own in methods}
    near = foreign.get(text) or closest(text, [*fields, *methods, *foreign])
    meant = near if near is None or near in fields or near in methods else foreign[near]
    called = call is not None
    shown, edits = (None, ()) if meant is None else _instead(b, e, t, call, meant, meant in fields)
    advice = None
    if isinstance(t, Con) and t.head in (bi.OPTION, bi.RESULT) and meant is None:
        inner = prune(t.args[0])
        if has_member(b, inner, text):
            outer = "an option" if t.head is bi.OPTION else "a result"
            advice = f"`{show(inner)}` has it, this is {outer}: open it with `??`, `match` or `.unwrap()`"
    if isinstance(t, Con) and t.head is bi.MAP and meant is None and not called:
        advice = f"the value of a key is read with `[\"{text}\"]`"
    if isinstance(t, Param) and advice is None:
        advice = f"`{t.name}` may be any type here: only what its bounds promise can be used"
    what = "method" if called else "field" if fields else "field or method"
    b.report(rp.UnknownField(e.name.at, show(t), text, what, shown, edits, advice))


def _instead(b: Body, e: ast.Field, t: Type, call: ast.Call | None, meant: str, field: bool) -> tuple[str, tuple[Edit, ...]]:
    """Return how a member that may be meant is written, and the edits that put it in, none where it would not fit."""
    name = Edit(e.name.at, meant)
    method = None if field else b.session.method_for(b.module, t, meant)
    if method is None:
        if call is None:
            return meant, (name,)
        return meant, () if call.args else (name, Edit(call.at._replace(start=e.at.end), ""))
    b.session.ensure(method)
    params = method.params[1:]
    required = sum(param.default is None for param in params)
    if call is None:
        return (f"{meant}(…)", ()) if required else (f"{meant}()", (Edit(e.name.at, f"{meant}()"),))
    changing = edits_for_change(b, e.target) if method.var_self else ()
    fits = changing is not None and required <= len(call.args) <= len(params)
    return meant, (name, *(changing or ())) if fits else ()


def has_member(b: Body, t: Type, text: str) -> bool:
    """Tell whether values of a type have a field or method of that name."""
    if isinstance(t, Con) and isinstance(t.head, RecordDef):
        b.session.ensure(t.head)
        if t.head.index(text) is not None:
            return True
    return not isinstance(t, Var) and b.session.method_for(b.module, t, text) is not None
