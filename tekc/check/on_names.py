"""Names, and what stands behind a dot: variables, functions as values, fields, members of modules, variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import Body, broken, infers
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
from tekc.check.facts import FieldTarget, PartTarget, ValueFact
from tekc.check.types import ERROR, NEVER, Con, Fn, Param, Type, Var, prune, show, subst
from tekc.diagnostics import Help
from tekc.diagnostics.suggest import closest
from tekc.resolve import problems as rp
from tekc.resolve.modules import members, private
from tekc.syntax import ast

if TYPE_CHECKING:
    from tekc.check.defs import Definition, TypeDefinition

Callee = FnDef | TaskDef | RecordDef | VariantDef


@infers(ast.Name)
def name(b: Body, e: ast.Name, want: Type | None) -> Type:
    """A variable, a constant, or a function as a value."""
    local = b.locals.get(e.text)
    if local is not None:
        b.facts.names[e] = local
        local.used = True
        if local.owner is not b.frame.node:
            b.capture(local)
        return local.type
    found = b.session.find_value(b.module, e.text)
    if found is None:
        unknown_name(b, e)
        return ERROR
    return definition_value(b, e, e.text, found)


def definition_value(b: Body, e: ast.Expr, text: str, found: Definition) -> Type:
    """Return the type of a definition that is used as a value."""
    if isinstance(found, ImportDef):
        found.used = True
        b.report(rp.NotAValue(e.at, text, "the module", f"take something from it: `{text}.name`"))
        return ERROR
    b.session.ensure(found)
    if isinstance(found, ConstDef):
        b.facts.names[e] = found
        return b.session.const_type(found, e.at)
    b.facts.names[e] = found
    return function_value(b, e, found, None)


def instantiate(b: Body, found: Callee, at: ast.Node) -> tuple[dict[Type, Type], tuple[Type, ...]]:
    """Return fresh types for the type parameters of a definition, by parameter and in order."""
    params = found.enum.type_params if isinstance(found, VariantDef) else () if isinstance(found, TaskDef) else found.type_params
    if not params:
        return {}, ()
    by: dict[Type, Type] = {}
    for param in params:
        var = by[param] = Var(0, at)
        for bound in param.bounds:
            b.bounds.append((var, bound, at, f"`{found.name}` asks for `{bound}`"))
    args = tuple(by.values())
    b.session.note_instance(b, found, args, at)
    return by, args


def function_value(b: Body, e: ast.Expr, found: Callee, receiver: tuple[ast.Expr, Type] | None) -> Type:
    """Return the function type of a definition used as a value; ``receiver`` is kept in it."""
    by, args = instantiate(b, found, e)
    for var in args:
        b.instances.append((var, e, f"`{found.name}`"))  # type: ignore[arg-type]  # fresh instances are variables
    params, result = callee_type(b, found, e)
    if receiver is not None:
        self_type, params = subst(params[0], by), params[1:]
        if not b.unify(receiver[1], self_type):
            b.report(p.WrongInstance(e.at, found.name, show(self_type), show(receiver[1])))
            return ERROR
    fact = ValueFact(found, args, receiver[0] if receiver is not None else None)
    b.values.append(fact)
    b.facts.values[e] = fact
    return Fn(tuple([subst(t, by) for t in params]), subst(result, by))


def callee_type(b: Body, found: Callee, at: ast.Node) -> tuple[tuple[Type, ...], Type]:
    """Return the parameter types and the result of a function, task or constructor."""
    if isinstance(found, FnDef | TaskDef):
        return tuple([param.type for param in found.params]), b.session.result_of(found, at.at)
    if isinstance(found, RecordDef):
        return tuple([field.type for field in found.fields]), Con(found, found.type_params)
    return tuple([field.type for field in found.fields]), Con(found.enum, found.enum.type_params)


def unknown_name(b: Body, e: ast.Name) -> None:
    """Report a name that nothing in scope has."""
    text = e.text
    session = b.session
    if text in session.modules.std_names():
        session.signatures.missing_import(b.module, text, e.at)
        return
    if b.module.methods.get(text) or b.module.taken.get(text):
        b.report(rp.MethodCalledPlainly(e.at, text))
        return
    known = [*b.locals, *b.module.scope, *(session.modules.prelude.scope if session.modules.prelude is not None else ())]
    meant = closest(text, known)
    b.report(rp.UnknownName(e.at, "name", text, meant, None if meant is not None else _advice(text)))


_ADVICE = {
    "null": "there is no null: an option is `None`",
    "nil": "there is no null: an option is `None`",
    "none": "the empty option is `None`",
    "self": "only a method has a `self`: `fn name(self: Type) …`",
    "len": "`len` is a method: `x.len()`",
    "str": "write `x.to_str()`, or `\"{x}\"`",
    "int": "write `x.to_int()`",
    "float": "write `x.to_float()`",
    "sorted": "write `xs.sort()`",
    "enumerate": "write `xs.enumerate()`",
    "sum": "write `xs.sum()`",
    "println": "write `print(…)`",
    "printf": "write `print(\"…\")` with `{…}` in the string",
    "console": "write `print(…)`",
    "panic": "write `fail \"…\"`",
    "throw": "write `fail \"…\"`",
    "raise": "write `fail \"…\"`",
    "this": "the receiver of a method is called `self`",
}


def _advice(text: str) -> str | None:
    return _ADVICE.get(text)


@infers(ast.UpperName)
def upper_name(b: Body, e: ast.UpperName, want: Type | None) -> Type:
    """A variant without fields as a value, or a constructor as a function."""
    found = constructor(b, e, e.text, want)
    if found is None:
        return ERROR
    return constructed_value(b, e, found, want)


def constructed_value(b: Body, e: ast.Expr, found: RecordDef | VariantDef, want: Type | None) -> Type:
    """Return the type of a variant or record whose name stands without brackets."""
    b.facts.names[e] = found
    if isinstance(found, VariantDef):
        b.session.ensure(found.enum)
        if not found.fields:
            head = found.enum
            args: tuple[Type, ...] = ()
            if head.type_params:
                _, args = instantiate(b, found, e)
                for var in args:
                    b.instances.append((var, e, f"`{found.name}`"))  # type: ignore[arg-type]  # fresh instances are variables
                fact = ValueFact(found, args)
                b.values.append(fact)
                b.facts.values[e] = fact
            made = Con(head, args)
            return made
    else:
        b.session.ensure(found)
    want = prune(want) if want is not None else None
    if not isinstance(want, Fn | Var) and want is not None:
        shown = found.name
        b.report(p.MethodNotCalled(e.at, shown, e.at, 0 if not found.fields else 1))
        return ERROR
    return function_value(b, e, found, None)


def constructor(b: Body, e: ast.Expr, text: str, want: Type | None, callee: bool = False) -> RecordDef | VariantDef | None:
    """Find what an upper-case name builds, led by the expected type; report where that is nothing or not clear."""
    wanted = _wanted_head(want)
    if isinstance(wanted, EnumDef):
        variant = wanted.variant(text)
        if variant is not None:
            return variant
    kind = b.session.signatures.lookup_type(text, b.module)
    if isinstance(kind, AliasDef):
        kind = _aliased(b, kind)
    if isinstance(kind, RecordDef) and (wanted is kind or not b.module.variants.get(text)):
        return kind
    variants = b.module.variants.get(text, ())
    if len({v.enum for v in variants}) > 1:
        if isinstance(kind, RecordDef):
            return kind
        b.report(rp.AmbiguousVariant(e.at, text, tuple(dict.fromkeys(v.enum.name for v in variants))))
        return None
    if isinstance(kind, RecordDef):
        return kind
    if variants:
        return variants[0]
    for enum in (bi.OPTION, bi.RESULT):
        variant = enum.variant(text)
        if variant is not None:
            return variant
    prelude = b.session.modules.prelude
    if prelude is not None and text in prelude.variants:
        return prelude.variants[text][0]
    _no_constructor(b, e, text, kind)
    return None


def _wanted_head(want: Type | None) -> object:
    if want is None:
        return None
    want = prune(want)
    if isinstance(want, Fn):
        want = prune(want.result)
    return want.head if isinstance(want, Con) else None


def _aliased(b: Body, alias: AliasDef) -> RecordDef | EnumDef | AliasDef:
    b.session.ensure(alias)
    t = prune(alias.type) if alias.type is not None else None
    return t.head if isinstance(t, Con) and isinstance(t.head, RecordDef | EnumDef) else alias


_CONVERSIONS = {
    "Int": "write `x.to_int()`",
    "Float": "write `x.to_float()`",
    "Str": "write `x.to_str()`, or `\"{x}\"`",
    "List": "a list is written `[a, b]`, an empty one `[]`",
    "Map": "a map is written `[\"a\": 1]`, an empty one `[:]`",
    "Bytes": "write `b\"…\"`, or `bytes_of([…])`",
    "Duration": "write `5s`, or multiply: `n * 1s`",
    "Size": "write `10KiB`, or multiply: `n * 1B`",
    "Regex": "write `text.regex(r\"…\")`",
    "Command": "write `$\"program argument\"`",
    "Instant": "write `time.now()` or `time.parse(…)`",
    "Secret": "write `secret.get(\"name\")`",
    "Unit": "the unit value is `()`",
    "Bool": "compare: `x == …`",
}


def _no_constructor(b: Body, e: ast.Expr, text: str, kind: object) -> None:
    if text in _CONVERSIONS or isinstance(kind, EnumDef | AliasDef) or text in ("Set", "Path", "Option", "Result"):
        advice = _CONVERSIONS.get(text)
        if isinstance(kind, EnumDef):
            shown = ", ".join(f"`{v.name}`" for v in kind.variants[:6])
            advice = f"a value of it is one of its variants: {shown}" if kind.variants else None
        if text in ("Set", "Path"):
            advice = "call it: `Set([1, 2])`" if text == "Set" else "call it: `Path(\"a/b\")`"
        b.report(rp.NotAValue(e.at, text, "the type", advice))
        return
    known = [*b.module.variants, *b.module.types, "Some", "None", "Ok", "Err", "Set", "Path", "Error"]
    advice = {"Null": "the empty option is `None`", "Nothing": "the empty option is `None`", "Nil": "the empty option is `None`",
              "True": "write `true`", "False": "write `false`", "Just": "write `Some(x)`", "Exception": "write `Error`"}.get(text)  # fmt: skip
    meant = None if advice is not None else closest(text, known)
    b.report(rp.UnknownName(e.at, "record or variant", text, meant, advice))


# ----------------------------------------------------------------------------------------------------------- behind a dot


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
    """Report a standard module that is used without an import; tell whether it was that."""
    if not isinstance(target, ast.Name) or target.text in b.locals:
        return False
    if b.session.find_value(b.module, target.text) is None and target.text in b.session.modules.std_names():
        b.session.signatures.missing_import(b.module, target.text, target.at)
        return True
    return False


def type_of_name(b: Body, target: ast.Expr) -> TypeDefinition | None:
    """Return the enum, record or alias that stands in front of a dot: ``Shape`` or ``json.Json``."""
    if isinstance(target, ast.UpperName):
        found = b.session.signatures.lookup_type(target.text, b.module)
        return _aliased(b, found) if isinstance(found, AliasDef) else found
    if isinstance(target, ast.Field) and target.name.text[:1].isupper():
        module = module_of(b, target.target)
        if module is not None:
            found = module.types.get(target.name.text)
            if found is not None and found.module is module:
                if found.decl is not None and not found.decl.pub:
                    b.report(private(target.name.at, target.name.text, module, found))
                return _aliased(b, found) if isinstance(found, AliasDef) else found
    return None


def module_member(b: Body, e: ast.Field, module: ModuleInfo) -> Definition | RecordDef | VariantDef | None:
    """Find what ``module.name`` means, or report."""
    text = e.name.text
    found: Definition | TypeDefinition | None
    if text[:1].isupper():
        found = module.types.get(text)
        if isinstance(found, AliasDef):
            found = _aliased(b, found)
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
    report_no_member(b, e, t, called=False)
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


def report_no_member(b: Body, e: ast.Field, t: Type, called: bool) -> None:
    """Report a field or method that a value does not have."""
    if broken(t):
        return
    text = e.name.text
    fields: list[str] = []
    if isinstance(t, Con) and isinstance(t.head, RecordDef):
        fields = [f.name for f in t.head.fields]
    elif isinstance(t, Con):
        fields = list(bi.PARTS.get(t.head, {}))
    methods = list(b.session.method_names(b.module, t))
    foreign = _FOREIGN.get(text)
    meant = foreign if foreign in methods else closest(text, [*fields, *methods])
    call = None
    if meant is not None and not called and meant in methods and meant not in fields:
        call = p.append(e.name.at, "").at
    advice = None
    if isinstance(t, Con) and t.head in (bi.OPTION, bi.RESULT) and meant is None:
        inner = prune(t.args[0])
        if has_member(b, inner, text):
            shown = "an option" if t.head is bi.OPTION else "a result"
            advice = f"`{show(inner)}` has it, this is {shown}: open it with `??`, `match` or `.unwrap()`"
    if isinstance(t, Param) and advice is None:
        advice = f"`{t.name}` may be any type here: only what its bounds promise can be used"
    what = "method" if called else "field" if fields else "field or method"
    b.report(rp.UnknownField(e.name.at, show(t), text, what, meant, call, advice))


def has_member(b: Body, t: Type, text: str) -> bool:
    """Tell whether values of a type have a field or method of that name."""
    if isinstance(t, Con) and isinstance(t.head, RecordDef):
        b.session.ensure(t.head)
        if t.head.index(text) is not None:
            return True
    return not isinstance(t, Var) and b.session.method_for(b.module, t, text) is not None
