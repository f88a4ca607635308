"""Names, and what stands behind a dot: variables, functions as values, fields, members of modules, variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import Body, infers
from tekc.check.defs import (
    AliasDef,
    ConstDef,
    EnumDef,
    FnDef,
    ImportDef,
    RecordDef,
    TaskDef,
    VariantDef,
)
from tekc.check.facts import ValueFact
from tekc.check.types import ERROR, NEVER, Con, Fn, Type, Var, prune, show, subst
from tekc.check.unify import default_of
from tekc.diagnostics import Edit
from tekc.diagnostics.suggest import closest
from tekc.resolve import problems as rp
from tekc.syntax import ast

if TYPE_CHECKING:
    from tekc.check.defs import Definition

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
        if param in b.session.signatures.unused:
            var.to = ERROR
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


def unknown_name(b: Body, e: ast.Name, call: ast.Call | None = None) -> None:
    """Report a name that nothing in scope has; ``call`` is the call whose callee it is."""
    text = e.text
    session = b.session
    if text in b.module.broken or b.muted:
        return  # that its import failed was reported; and what is muted, others say
    # Several uses of what is not there are one mistake: of a function in the module, of a variable in the body.
    missing, later = (b.missing, b.later) if call is None else (session.missing.setdefault(b.module, {}), session.later)
    if text in missing:
        missing[text].append(e.at)
        b.mistakes += 1
        return
    places = missing[text] = [e.at]
    if text in session.modules.std_names():
        session.signatures.missing_import(b.module, text, e.at)
        return
    method = _meant_as_method(b, e, call) if call is not None else None
    if b.module.methods.get(text) or b.module.taken.get(text):
        b.report(rp.MethodCalledPlainly(e.at, text, method[1] if method is not None else ()))
        return
    if method is not None:
        b.report(rp.UnknownName(e.at, "function", text, None, *method))
        return
    known = [*b.locals, *b.module.scope, *(session.modules.prelude.scope if session.modules.prelude is not None else ())]
    meant = _field_of_self(b, text) or closest(text, known)
    advice = None if meant is not None else _ADVICE.get(text)
    b.mistakes += 1
    later.append(lambda: b.report(rp.UnknownName(e.at, "name", text, meant, advice, (), tuple(places[1:]))))


def _field_of_self(b: Body, text: str) -> str | None:
    receiver = b.locals.get("self")
    t = prune(receiver.type) if receiver is not None else None
    if isinstance(t, Con) and isinstance(t.head, RecordDef):
        b.session.ensure(t.head)
        return f"self.{text}" if t.head.index(text) is not None else None
    return None


def _meant_as_method(b: Body, e: ast.Name, call: ast.Call) -> tuple[str, tuple[Edit, ...]] | None:
    """Return advice and edits where the first argument has a method of that name: ``len(xs)`` is ``xs.len()``."""
    if not call.args or call.args[0].name is not None or call.args[0].spread:
        return None
    first = call.args[0].value
    t = prune(b.types[first]) if first in b.types else ERROR
    if isinstance(t, Var) and t.kind:
        t = default_of(t)
    if t is ERROR or t is NEVER or isinstance(t, Var) or b.session.method_for(b.module, t, e.text) is None:
        return None
    rest = ", ".join(arg.at.text for arg in call.args[1:])
    simple = isinstance(first, ast.Name | ast.Call | ast.Field | ast.Index | ast.Paren | ast.StrLiteral | ast.ListExpr | ast.Interpolation)
    text = f"{first.at.text if simple else f'({first.at.text})'}.{e.text}({rest})"
    shown = text if len(text) < 60 else f"x.{e.text}({rest})"
    return f"it is a method: `{shown}`", (Edit(call.at, text),)


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
        kind = aliased(b, kind)
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


def hides_built_in(b: Body, text: str, want: Type | None) -> bool:
    """Tell whether a type or a variant in scope takes the place of the built-in ``Set`` or ``Path``, unless that is expected."""
    wanted = _wanted_head(want)
    if isinstance(wanted, EnumDef) and wanted.variant(text) is not None or text in b.module.types:
        return True
    return text in b.module.variants and wanted not in (bi.SET, bi.PATH.head)


def _wanted_head(want: Type | None) -> object:
    if want is None:
        return None
    want = prune(want)
    if isinstance(want, Fn):
        want = prune(want.result)
    return want.head if isinstance(want, Con) else None


def aliased(b: Body, alias: AliasDef) -> RecordDef | EnumDef | AliasDef:
    """Return the record or enum that an alias stands for, else the alias itself."""
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
    if text in b.module.broken:
        return
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
