"""Ranges, indices and slices."""

from __future__ import annotations

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import Body, infers
from tekc.check.defs import EnumDef
from tekc.check.facts import IndexFact, IndexKind
from tekc.check.types import ERROR, NEVER, Con, Type, Var, show
from tekc.diagnostics import Help
from tekc.syntax import ast


@infers(ast.RangeExpr)
def range_expr(b: Body, e: ast.RangeExpr, want: Type | None) -> Type:
    """``a..b``: a list of ``Int``."""
    for side in (e.low, e.high):
        if side is not None:
            b.check(side, bi.INT)
    return _INTS


_INTS = bi.list_of(bi.INT)


@infers(ast.Index)
def index(b: Body, e: ast.Index, want: Type | None) -> Type:
    """``x[i]``, a slice, or ``m[k, default: d]``."""
    t = b.solid(b.infer(e.target))
    if t is ERROR or t is NEVER:
        b.infer(e.index)
        return ERROR
    if isinstance(t, Con):
        if isinstance(e.index, ast.RangeExpr):
            return _slice(b, e, t)
        if t.head is bi.MAP:
            return _map_index(b, e, t)
        if e.default is not None:
            b.report(p.IndexDefault(e.default.at))
            b.infer(e.default)
        if t.head is bi.LIST:
            return _at(b, e, "list", t.args[0])
        if t is bi.STR:
            return _at(b, e, "str", bi.STR)
        if t is bi.BYTES:
            return _at(b, e, "bytes", bi.INT)
        if isinstance(t.head, EnumDef) and t.head.qualified == "json.Json":
            return _json_index(b, e, t)
    if isinstance(t, Var):
        b.report(p.TypeNotKnown(e.target.at, "this"))
        b.unify(t, ERROR)
        b.infer(e.index)
        return ERROR
    b.infer(e.index)
    b.report(p.NotIndexable(e.target.at, show(t), tuple(_index_helps(t))))
    return ERROR


def _at(b: Body, e: ast.Index, kind: IndexKind, item: Type) -> Type:
    b.check(e.index, bi.INT)
    b.facts.indexes[e] = IndexFact(kind, False)
    return item


def _slice(b: Body, e: ast.Index, t: Con) -> Type:
    b.infer(e.index)
    kinds: dict[object, IndexKind] = {bi.LIST: "list", bi.STR.head: "str", bi.BYTES.head: "bytes"}
    kind = kinds.get(t.head)
    if kind is None:
        b.report(p.NotIndexable(e.target.at, show(t), what="a slice"))
        return ERROR
    if e.default is not None:
        b.report(p.IndexDefault(e.default.at))
    b.facts.indexes[e] = IndexFact(kind, True)
    return t


def _map_index(b: Body, e: ast.Index, t: Con) -> Type:
    b.check(e.index, t.args[0])
    if e.default is not None:
        b.check(e.default, t.args[1])
    b.facts.indexes[e] = IndexFact("map", False)
    return t.args[1]


def _json_index(b: Body, e: ast.Index, t: Con) -> Type:
    found = b.solid(b.infer(e.index))
    name = "at_key" if found is bi.STR else "at_index"
    if found is not bi.STR and not b.unify(found, bi.INT):
        b.report_mismatch(e.index, found, bi.STR)
        return ERROR
    b.facts.indexes[e] = IndexFact("json", False, b.session.library("json", name, "Json"))
    return t


def _index_helps(t: Type) -> list[Help]:
    if isinstance(t, Con) and t.head in (bi.OPTION, bi.RESULT):
        return [Help("open it first: `… ?? other`, `match`, or `.unwrap()`")]
    if isinstance(t, Con) and t.head is bi.SET:
        return [Help("ask with `x in s`, or make it a list: `s.to_list()`")]
    if not isinstance(t, Con):
        return [Help("take a tuple apart: `let (a, b) = t`")]
    return []
