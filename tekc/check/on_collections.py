"""Lists, maps, tuples, comprehensions and lambdas."""

from __future__ import annotations

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import QUIET, Body, Frame, broken, infers
from tekc.check.facts import IterKind
from tekc.check.on_patterns import bind_pattern
from tekc.check.types import ERROR, NEVER, Con, Fn, Tuple, Type, Var, prune, show
from tekc.diagnostics import Help
from tekc.syntax import ast


@infers(ast.TupleExpr)
def tuple_expr(b: Body, e: ast.TupleExpr, want: Type | None) -> Type:
    """``(a, b)``; ``()`` is the unit value."""
    if not e.items:
        return bi.UNIT
    want = prune(want) if want is not None else None
    if isinstance(want, Tuple) and len(want.items) == len(e.items):
        return Tuple(tuple([_part(b, item, w) for item, w in zip(e.items, want.items, strict=True)]))
    return Tuple(tuple([_value(b, item) for item in e.items]))


def _part(b: Body, e: ast.Expr, want: Type) -> Type:
    t = b.infer(e, want)
    if prune(t) is NEVER:
        return want
    if not b.fits(t, want):
        b.report_mismatch(e, t, want)
        return want
    return t


def _value(b: Body, e: ast.Expr) -> Type:
    return b.infer(e)


@infers(ast.ListExpr)
def list_expr(b: Body, e: ast.ListExpr, want: Type | None) -> Type:
    """``[a, b]``."""
    want = prune(want) if want is not None else None
    if isinstance(want, Con) and want.head is bi.LIST:
        item = want.args[0]
        for element in e.items:
            b.check(element, item)
        return want
    if not e.items:
        return bi.list_of(b.fresh(e, "the elements of this list"))
    return bi.list_of(_elements(b, e.items, "all elements of a list have one type"))


def _elements(b: Body, items: tuple[ast.Expr, ...], what: str) -> Type:
    so_far: Type | None = None
    for element in items:
        hint = so_far if so_far is not None and prune(so_far) is not ERROR else None
        if hint is not None and prune(hint).__class__ is Var:
            hint = None
        t = b.infer(element, hint)
        so_far = b.join(element, t, so_far, what)
    return NEVER if so_far is None else so_far


@infers(ast.MapExpr)
def map_expr(b: Body, e: ast.MapExpr, want: Type | None) -> Type:
    """``["a": 1]``, ``[:]``."""
    want = prune(want) if want is not None else None
    if isinstance(want, Con) and want.head is bi.MAP:
        for key, value in e.entries:
            b.check(key, want.args[0])
            b.check(value, want.args[1])
        if isinstance(prune(want.args[0]), Var):
            b.need(want.args[0], "Hash", e, "the keys of this map")
        return want
    if not e.entries:
        key_type, value_type = b.fresh(e, "the keys of this map"), b.fresh(e, "the values of this map")
        b.need(key_type, "Hash", e, "the keys of this map")
        return bi.map_of(key_type, value_type)
    keys = _elements(b, tuple([k for k, _ in e.entries]), "all keys of a map have one type")
    values = _elements(b, tuple([v for _, v in e.entries]), "all values of a map have one type")
    b.need(keys, "Hash", e.entries[0][0], "a key of a map")
    return bi.map_of(keys, values)


# -------------------------------------------------------------------------------------------------------- comprehensions


@infers(ast.ListComp)
def list_comp(b: Body, e: ast.ListComp, want: Type | None) -> Type:
    """``[e for x in xs if p(x)]``."""
    want = prune(want) if want is not None else None
    item = want.args[0] if isinstance(want, Con) and want.head is bi.LIST else None
    scopes = _clauses(b, e.clauses)
    t = _element(b, e.element, item)
    for before in reversed(scopes):
        b.leave(before)
    return bi.list_of(t)


def _element(b: Body, e: ast.Expr, want: Type | None) -> Type:
    if want is None:
        return b.infer(e)
    t = b.infer(e, want)
    if prune(t) is not NEVER and not b.fits(t, want):
        b.report_mismatch(e, t, want)
    return want


@infers(ast.MapComp)
def map_comp(b: Body, e: ast.MapComp, want: Type | None) -> Type:
    """``[k: v for (k, v) in m]``."""
    want = prune(want) if want is not None else None
    wanted = want.args if isinstance(want, Con) and want.head is bi.MAP else (None, None)
    scopes = _clauses(b, e.clauses)
    key = _element(b, e.key, wanted[0])
    value = _element(b, e.value, wanted[1])
    for before in reversed(scopes):
        b.leave(before)
    b.need(key, "Hash", e.key, "a key of a map")
    return bi.map_of(key, value)


Scope = tuple[int, "dict[str, ast.Ident | None]"]


def _clauses(b: Body, clauses: tuple[ast.ForClause | ast.IfClause, ...]) -> list[Scope]:
    scopes: list[Scope] = []
    for clause in clauses:
        if isinstance(clause, ast.IfClause):
            b.check(clause.condition, bi.BOOL)
            continue
        item = iterate(b, clause, clause.iterable)
        scopes.append(b.enter())
        bind_pattern(b, clause.pattern, item)
    return scopes


def iterate(b: Body, node: ast.For | ast.ForClause, iterable: ast.Expr) -> Type:
    """Return the type of the elements that a ``for`` goes over."""
    mark = len(b.literals)
    t = b.solid(b.infer(iterable))
    b.settle(mark)
    kind: IterKind | None = None
    item: Type = ERROR
    if isinstance(t, Con):
        if t.head is bi.LIST:
            kind, item = "list", t.args[0]
        elif t.head is bi.MAP:
            kind, item = "map", Tuple(t.args)
        elif t.head is bi.SET:
            kind, item = "set", t.args[0]
        elif t is bi.STR:
            kind, item = "str", bi.STR
        elif t is bi.BYTES:
            kind, item = "bytes", bi.INT
    if kind is not None:
        b.facts.iterations[node] = kind
        return item
    if isinstance(t, Var):
        item = b.fresh(iterable, "this")
        b.unify(t, bi.list_of(item))
        b.facts.iterations[node] = "list"
        return item
    if t is not ERROR and t is not NEVER and not broken(t):
        b.report(p.NotIterable(iterable.at, show(t), _iterate_helps(iterable, t)))
    return ERROR


def _iterate_helps(e: ast.Expr, t: Type) -> tuple[Help, ...]:
    if t is bi.INT:
        return (Help("for numbers from 0 up to it, write a range", p.wrap(e.at, "0..", "")[:1]),)
    if isinstance(t, Con) and t.head in (bi.OPTION, bi.RESULT):
        return (Help("open it first: `if let Some(x) = … { }`" if t.head is bi.OPTION else "open it first: `… ?? []`"),)
    return ()


# --------------------------------------------------------------------------------------------------------------- lambdas


@infers(ast.Lambda)
def lambda_expr(b: Body, e: ast.Lambda, want: Type | None) -> Type:
    """``fn(x) => e``: parameter types come from the context or are written."""
    wanted = prune(want) if want is not None else None
    fn = wanted if isinstance(wanted, Fn) else None
    if fn is not None and len(fn.params) != len(e.params):
        b.report(p.LambdaParameters(e.at, len(e.params), len(fn.params)))
        b.excused.append(fn)
        return _mistaken(b, e)
    frame = Frame(e, fn.result if fn is not None else b.session.new_var(), b.frame)
    before = b.enter()
    b.frame = frame
    params: list[Type] = []
    mistaken = False
    for i, param in enumerate(e.params):
        t: Type
        if param.type is not None:
            t = b.session.signatures.type(param.type, b.module, b.session.params_of(b.owner))
            if fn is not None and not b.unify(t, fn.params[i]):
                b.report(p.TypeMismatch(param.type.at, show(fn.params[i]), show(t)))
                mistaken = True
        elif fn is not None:
            t = fn.params[i]
            if isinstance(prune(t), Var):
                b.unknown.append((prune(t), param, _param_name(param)))  # type: ignore[arg-type]  # just looked
        else:
            t = b.fresh(param, _param_name(param))
        bind_pattern(b, param.pattern, t)
        params.append(t)
    result = _lambda_body(b, e, frame)
    b.frame = frame.outer  # type: ignore[assignment]  # a lambda's frame always has an outer one
    b.leave(before)
    b.facts.captures[e] = tuple(frame.captures)
    return ERROR if mistaken else Fn(tuple(params), result, fn.needs if fn is not None else None)


def _mistaken(b: Body, e: ast.Lambda) -> Type:
    """Look into a lambda that does not fit, for the mistakes inside of it."""
    frame = Frame(e, b.session.new_var(), b.frame)
    before = b.enter()
    b.frame = frame
    for param in e.params:
        bind_pattern(b, param.pattern, ERROR)
    b.infer(e.body)
    b.frame = frame.outer  # type: ignore[assignment]  # a lambda's frame always has an outer one
    b.leave(before)
    return ERROR


def _param_name(param: ast.LambdaParam) -> str:
    pattern = param.pattern
    return f"`{pattern.name.text}`" if isinstance(pattern, ast.NamePattern) else "this parameter"


def _lambda_body(b: Body, e: ast.Lambda, frame: Frame) -> Type:
    want = prune(frame.result) if frame.result is not None else None
    mark = len(b.literals)
    if want is bi.UNIT:
        b.discard(e.body, QUIET)
        b.settle(mark)
        return bi.UNIT
    assert want is not None  # a lambda's frame has a result
    found = b.infer(e.body, want)
    if prune(found) is NEVER:
        result = prune(want)
        if isinstance(result, Var) and not frame.returns:
            return NEVER
        return result
    if not b.fits(found, want):
        b.report_mismatch(e.body, found, want)
        return ERROR
    return want
