"""Calls: functions, methods, tasks, constructors, function values.

Arguments are checked in the order of the source, lambdas after all others, because the others tell their types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.arguments import Slots, match_arguments
from tekc.check.body import Body, infers
from tekc.check.defs import EnumDef, FnDef, ImportDef, RecordDef, TaskDef, VariantDef
from tekc.check.facts import DEFAULT, SPREAD, CallFact
from tekc.check.on_members import (
    builtin_head,
    enum_member,
    is_missing_module,
    module_member,
    module_of,
    report_no_member,
    type_of_name,
    unknown_receiver,
)
from tekc.check.on_names import constructor, definition_value, hides_built_in, instantiate, unknown_name
from tekc.check.places import check_changeable
from tekc.check.types import ERROR, NEVER, Con, Fn, Type, Var, prune, show, subst
from tekc.diagnostics import Edit, Help
from tekc.source import Span
from tekc.syntax import ast

if TYPE_CHECKING:
    from tekc.check.defs import Definition
    from tekc.check.facts import CallKind


@infers(ast.Call)
def call(b: Body, e: ast.Call, want: Type | None) -> Type:
    """Any call."""
    callee = e.callee
    kind = callee.__class__
    if kind is ast.Field:
        return _call_field(b, e, callee, want)  # type: ignore[arg-type]  # narrowed by __class__
    if kind is ast.Name:
        return _call_name(b, e, callee, want)  # type: ignore[arg-type]  # likewise
    if kind is ast.UpperName:
        return _construct(b, e, callee, want)  # type: ignore[arg-type]  # likewise
    return _call_value(b, e, b.infer(callee))


def _call_name(b: Body, e: ast.Call, callee: ast.Name, want: Type | None) -> Type:
    if callee.text in b.locals:
        return _call_value(b, e, b.infer(callee))
    found = b.session.find_value(b.module, callee.text)
    if found is None:
        if callee.text == "arg" and len(e.args) == 1:
            return _builtin(b, e, "arg", bi.STR)
        _arguments_anyway(b, e)
        unknown_name(b, callee, e)
        return ERROR
    return _call_definition(b, e, callee, callee.text, found, want)


def _call_definition(
    b: Body, e: ast.Call, callee: ast.Expr, text: str, found: Definition | RecordDef | VariantDef, want: Type | None
) -> Type:
    if isinstance(found, FnDef):
        b.facts.names[callee] = found
        return _call_function(b, e, found, "fn", None, want)
    if isinstance(found, TaskDef):
        b.facts.names[callee] = found
        return _call_function(b, e, found, "task", None, want)
    if isinstance(found, RecordDef | VariantDef):
        return _build(b, e, callee, found, want)
    if isinstance(found, ImportDef):
        found.used = True
        b.report(p.NotCallable(callee.at, text, Help(f"`{text}` is a module: call something in it, `{text}.name(…)`")))
        return _arguments_anyway(b, e)
    t = definition_value(b, callee, text, found)
    b.types[callee] = t
    return _call_value(b, e, t)


def _call_field(b: Body, e: ast.Call, callee: ast.Field, want: Type | None) -> Type:
    target = callee.target
    module = module_of(b, target)
    if module is not None:
        member = module_member(b, callee, module)
        if member is None:
            return _arguments_anyway(b, e)
        return _call_definition(b, e, callee, callee.name.text, member, want)
    if is_missing_module(b, target):
        return _arguments_anyway(b, e)
    owner = type_of_name(b, target)
    if owner is not None:
        found = enum_member(b, callee, owner)
        if found is None:
            return _arguments_anyway(b, e)
        if isinstance(found, VariantDef):
            return _build(b, e, callee, found, want)
        return _call_unbound(b, e, callee, found)
    if isinstance(target, ast.UpperName) and (head := builtin_head(target.text)) is not None:
        method = b.session.find_method(b.module, head, callee.name.text)
        if method is not None:
            return _call_unbound(b, e, callee, method)
    return _call_method(b, e, callee, want)


def _call_unbound(b: Body, e: ast.Call, callee: ast.Field, found: FnDef) -> Type:
    """``Shape.area(s)``: a method called as the function that it is; it cannot change its receiver so."""
    b.report(p.NotCallable(callee.at, f"{found.name}", Help(f"call the method on its receiver: `x.{found.name}(…)`")))
    return _arguments_anyway(b, e)


def _call_method(b: Body, e: ast.Call, callee: ast.Field, want: Type | None) -> Type:
    target = callee.target
    t = b.solid(b.infer(target))
    if t is ERROR or t is NEVER:
        return _arguments_anyway(b, e)
    if t.__class__ is Var:
        unknown_receiver(b, target, t)
        return _arguments_anyway(b, e)
    method = b.session.method_for(b.module, t, callee.name.text)
    if method is None:
        return _no_method(b, e, callee, t)
    b.facts.names[callee] = method
    if method.var_self:
        check_changeable(b, target, f"changed by `{method.name}` here")
    return _call_function(b, e, method, "method", (target, t), want)


def _no_method(b: Body, e: ast.Call, callee: ast.Field, t: Type) -> Type:
    text = callee.name.text
    found: Type | None = None
    if isinstance(t, Con) and isinstance(t.head, RecordDef):
        b.session.ensure(t.head)
        index = t.head.index(text)
        if index is not None:
            found = prune(subst(t.head.fields[index].type, dict(zip(t.head.type_params, t.args, strict=True))))
    elif isinstance(t, Con):
        found = bi.PARTS.get(t.head, {}).get(text)
    if found is not None:
        if isinstance(found, Fn):
            helps = Help("a field that holds a function is called in brackets", p.wrap(callee.at, "(", ")"))
        else:
            brackets = callee.at._replace(start=callee.at.end, end=e.at.end)
            helps = Help("it is read without brackets", () if e.args else (Edit(brackets, ""),))
        b.report(p.FieldCalled(callee.name.at, text, show(found), (helps,)))
        return _arguments_anyway(b, e)
    report_no_member(b, callee, t, e)
    return _arguments_anyway(b, e)


def _arguments_anyway(b: Body, e: ast.Call) -> Type:
    """Check the arguments of a call whose callee is wrong, for the mistakes inside of them."""
    for arg in e.args:
        if not isinstance(arg.value, ast.Lambda | ast.UpperName | ast.ListExpr | ast.MapExpr):
            b.infer(arg.value)
    return ERROR


# ------------------------------------------------------------------------------------------------------------- functions


def _call_function(
    b: Body, e: ast.Call, found: FnDef | TaskDef, kind: CallKind, receiver: tuple[ast.Expr, Type] | None, want: Type | None
) -> Type:
    session = b.session
    mistakes = b.mistakes
    if not found.resolved:
        session.ensure(found)
    params = found.params
    generic = isinstance(found, FnDef) and bool(found.type_params)
    by: dict[Type, Type] = {}
    args: tuple[Type, ...] = ()
    if generic:
        by, args = instantiate(b, found, e)
    if receiver is not None:
        self_type = subst(params[0].type, by)
        if not b.unify(receiver[1], self_type):
            b.report(p.WrongInstance(_callee_at(e), found.name, show(params[0].type), show(receiver[1])))
            return _arguments_anyway(b, e)
        params = params[1:]
    result = found.result
    if result is None:
        result = session.result_of(found, e.at)
    if generic:
        result = subst(result, by)
        for var in args:
            b.instances.append((var, e, f"what `{found.name}` gives"))  # type: ignore[arg-type]  # fresh ones are variables
        if want is not None:
            _expect(b, result, want)
    slots = match_arguments(
        b, e.args, found.name, [param.name for param in params], [param.decl.default is not None for param in params], e, found.decl.name.at
    )
    types = [subst(param.type, by) for param in params] if by else [param.type for param in params]
    _check_arguments(b, slots, types)
    fact = CallFact(kind, found, receiver[0] if receiver is not None else None, slots.values(), slots.order, args)
    b.facts.calls[e] = fact
    if args:
        b.calls.append(fact)
        if mistakes != b.mistakes:
            b.excused += args
            return ERROR  # what it gives depends on arguments that are wrong
        return b.bounded(result, e)
    return result


def _callee_at(e: ast.Call) -> Span:
    return e.callee.name.at if isinstance(e.callee, ast.Field) else e.callee.at


def _expect(b: Body, result: Type, want: Type) -> None:
    """Let the expected type tell type parameters, where that leads anywhere."""
    want = prune(want)
    if want.__class__ is Var or want is bi.UNIT or want is NEVER:
        return
    b.unify(result, want)


def _check_arguments(b: Body, slots: Slots, types: list[Type]) -> None:
    late: list[int] = []
    for index in slots.order:
        value = slots.args[index]
        if value.__class__ is ast.Lambda:
            late.append(index)
        elif value is not None:
            b.check(value, types[index])
    for index in late:
        value = slots.args[index]
        if value is not None:
            b.check(value, types[index])
    for extra in slots.extra:
        b.infer(extra)


def _call_value(b: Body, e: ast.Call, callee: Type) -> Type:
    """Call a function that is a value."""
    t = b.solid(callee)
    if t is ERROR or t is NEVER:
        return _arguments_anyway(b, e)
    if isinstance(t, Var):
        return _call_unknown(b, e, t)
    if not isinstance(t, Fn):
        b.report(p.NotCallable(e.callee.at, show(t)))
        return _arguments_anyway(b, e)
    name = e.callee.text if isinstance(e.callee, ast.Name) else "this function"
    for arg in e.args:
        if arg.name is not None:
            b.report(p.UnknownArgument(arg.name.at, name, arg.name.text, None))
            return _arguments_anyway(b, e)
    slots = match_arguments(b, e.args, name, [f"argument {i + 1}" for i in range(len(t.params))], [False] * len(t.params), e, None)
    _check_arguments(b, slots, list(t.params))
    b.facts.calls[e] = CallFact("value", None, None, slots.values(), slots.order, ())
    return t.result


def _call_unknown(b: Body, e: ast.Call, t: Var) -> Type:
    """Call something of a type that is still open: it becomes a function of what is given."""
    params = tuple([b.infer(arg.value) for arg in e.args])
    result = b.fresh(e, "the result of this call")
    b.unify(t, Fn(params, result))
    order = tuple(range(len(e.args)))
    b.facts.calls[e] = CallFact("value", None, None, tuple([arg.value for arg in e.args]), order, ())
    return result


# ----------------------------------------------------------------------------------------------------------- constructors


def _construct(b: Body, e: ast.Call, callee: ast.UpperName, want: Type | None) -> Type:
    text = callee.text
    if text in ("Set", "Path") and not hides_built_in(b, text, want):
        return _build_set(b, e, want) if text == "Set" else _builtin(b, e, "path", bi.PATH)
    found = constructor(b, callee, text, want)
    if found is None:
        return _arguments_anyway(b, e)
    return _build(b, e, callee, found, want)


def _build_set(b: Body, e: ast.Call, want: Type | None) -> Type:
    want = prune(want) if want is not None else None
    item: Type = b.fresh(e, "the elements of this set")
    if isinstance(want, Con) and want.head is bi.SET:
        b.unify(item, want.args[0])
    if not e.args:
        b.report(p.MissingArgument(e.at, "Set", ("list",), None))
        return bi.set_of(item)
    _one_argument(b, e, "set", bi.list_of(item))
    b.need(item, "Hash", e, "an element of a set")
    return bi.set_of(item)


def _builtin(b: Body, e: ast.Call, kind: CallKind, result: Type) -> Type:
    if not e.args:
        b.report(p.MissingArgument(e.at, "Path" if kind == "path" else kind, ("text",), None))
        return result
    t = b.solid(b.infer(e.args[0].value, bi.STR))
    if kind == "path" and t is bi.PATH:
        pass  # a path of a path is that path
    elif t is bi.SECRET and kind == "arg":
        pass
    elif not b.fits(t, bi.STR):
        b.report_mismatch(e.args[0].value, t, bi.STR)
    return _finish_one(b, e, kind, result)


def _one_argument(b: Body, e: ast.Call, kind: CallKind, want: Type) -> None:
    b.check(e.args[0].value, want)
    _finish_one(b, e, kind, want)


def _finish_one(b: Body, e: ast.Call, kind: CallKind, result: Type) -> Type:
    name = {"set": "Set", "path": "Path"}.get(kind, kind)
    first = e.args[0]
    if first.spread:
        b.report(p.BadSpread(first.at, "`..` spreads a record in a record's call"))
    if first.name is not None:
        b.report(p.UnknownArgument(first.name.at, name, first.name.text, None))
    for extra in e.args[1:]:
        b.infer(extra.value)
    if len(e.args) > 1:
        b.report(p.TooManyArguments(e.args[1].at, name, 1, len(e.args), None))
    b.facts.calls[e] = CallFact(kind, None, None, (first.value,), (0,), ())
    return result


def _build(b: Body, e: ast.Call, callee: ast.Expr, found: RecordDef | VariantDef, want: Type | None) -> Type:
    mistakes = b.mistakes
    b.facts.names[callee] = found
    head: RecordDef | EnumDef = found if isinstance(found, RecordDef) else found.enum
    b.session.ensure(head)
    by, args = instantiate(b, found, e)
    result = Con(head, args)
    if args:
        for var in args:
            b.instances.append((var, e, f"this `{head.name}`"))  # type: ignore[arg-type]  # fresh ones are variables
        if want is not None:
            _expect(b, result, want)
    given, spread = _take_spread(b, e, found, result)
    defaults = [field.default is not None or (found is bi.ERROR_RECORD and field.name in bi.ERROR_DEFAULTS) for field in found.fields]
    names = [field.name for field in found.fields]
    declared = found.decl.name.at if found.decl is not None else None
    if not found.fields and isinstance(found, VariantDef) and not given:
        b.report(p.NotCallable(callee.at, found.name, Help("a variant without fields is written without brackets")))
        return result
    slots = match_arguments(b, given, found.name, names, [True] * len(names) if spread is not None else defaults, e, declared,
                            keep_order=spread is None, owner=head)  # fmt: skip
    _check_arguments(b, slots, [subst(field.type, by) for field in found.fields])
    missing = SPREAD if spread is not None else DEFAULT
    kind: CallKind = "record" if isinstance(found, RecordDef) else "variant"
    fact = CallFact(kind, found, None, slots.values(missing), slots.order, args, spread)
    b.facts.calls[e] = fact
    if args:
        b.calls.append(fact)
        if mistakes != b.mistakes:
            b.excused += args
            return ERROR
        return b.bounded(result, e)
    return result


def _take_spread(b: Body, e: ast.Call, found: RecordDef | VariantDef, result: Type) -> tuple[tuple[ast.Arg, ...], ast.Expr | None]:
    spread: ast.Expr | None = None
    given: list[ast.Arg] = []
    for i, arg in enumerate(e.args):
        if not arg.spread:
            given.append(arg)
        elif i > 0:
            b.infer(arg.value)  # the parser says that it stands first
        elif isinstance(found, VariantDef):
            b.report(p.BadSpread(arg.at, f"`..` spreads a record, `{found.name}` is a variant"))
            b.infer(arg.value)
        else:
            spread = arg.value
            b.check(spread, result, None)
    return tuple(given), spread
