"""Comparison, ``in``, ``and``, ``or`` and ``??``."""

from __future__ import annotations

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import Body, broken
from tekc.check.mismatch import method_edit
from tekc.check.types import ERROR, NEVER, Con, Type, Var, prune, show
from tekc.diagnostics import Help
from tekc.syntax import ast

_HINTED: frozenset[type] = frozenset(
    [ast.IntLiteral, ast.StrLiteral, ast.Interpolation, ast.ListExpr, ast.MapExpr, ast.UpperName, ast.Unary]
)
"""Operands that may take their type from the other side."""


def adapts(e: ast.Expr) -> bool:
    """Tell whether an operand may take its type from the other side."""
    while e.__class__ is ast.Paren:
        e = e.inner
    return e.__class__ in _HINTED



def _both(b: Body, e: ast.Binary) -> tuple[Type, Type]:
    """Infer both sides, the one that tells more first."""
    lhs, rhs = e.lhs, e.rhs
    if _tells_nothing(lhs) and not _tells_nothing(rhs):
        rt = prune(b.infer(rhs))
        return prune(b.infer(lhs, rt)), rt
    lt = prune(b.infer(lhs))
    return lt, prune(b.infer(rhs, lt if rhs.__class__ in _HINTED or rhs.__class__ is ast.Call else None))


def _tells_nothing(e: ast.Expr) -> bool:
    kind = e.__class__
    if kind is ast.UpperName:
        return True
    if kind is ast.Call:
        return e.callee.__class__ is ast.UpperName  # type: ignore[union-attr]  # narrowed by __class__
    return (kind is ast.ListExpr and not e.items) or (kind is ast.MapExpr and not e.entries)  # type: ignore[union-attr]


def compare(b: Body, e: ast.Binary, want: Type | None) -> Type:
    lt, rt = _both(b, e)
    if lt is rt and lt.__class__ is Con and not lt.args and lt in _ORDERED:
        return bi.BOOL
    if not b.unify(rt, lt):
        _report_comparison(b, e, lt, rt)
        return bi.BOOL
    bound = "Eq" if e.op in ("==", "!=") else "Ord"
    b.need(lt, bound, e, f"compared with `{e.op}`")
    return bi.BOOL


_ORDERED = frozenset([bi.INT, bi.FLOAT, bi.STR, bi.BOOL, bi.PATH, bi.DURATION, bi.SIZE, bi.BYTES])


def _report_comparison(b: Body, e: ast.Binary, lt: Type, rt: Type) -> None:
    if broken(lt) or broken(rt):
        return
    if {lt, rt} == {bi.INT, bi.FLOAT}:
        whole, point = (e.lhs, e.rhs) if lt is bi.INT else (e.rhs, e.lhs)
        b.report(p.IntAndFloat(e.op_at, e.op, whole.at, point.at, (Help("convert the `Int`", method_edit(whole, ".to_float()")),)))
        return
    helps: list[Help] = []
    if isinstance(lt, Con) and lt.head is bi.OPTION and b.unify(rt, lt.args[0]):
        helps.append(Help("compare with an option", p.wrap(e.rhs.at, "Some(", ")")))
    elif isinstance(rt, Con) and rt.head is bi.OPTION and b.unify(lt, rt.args[0]):
        helps.append(Help("compare with an option", p.wrap(e.lhs.at, "Some(", ")")))
    elif lt is bi.PATH and rt is bi.STR:
        helps.append(Help("make it a path", p.wrap(e.rhs.at, "Path(", ")")))
    elif rt is bi.PATH and lt is bi.STR:
        helps.append(Help("make it a path", p.wrap(e.lhs.at, "Path(", ")")))
    b.report(p.OperatorTypes(e.at, e.op, show(lt), show(rt), tuple(helps)))


def contains(b: Body, e: ast.Binary, want: Type | None) -> Type:
    """``x in xs``: elements of lists and sets, keys of maps, parts of strings and bytes."""
    rt = b.infer(e.rhs) if not isinstance(e.rhs, ast.ListExpr) else None
    if rt is None:
        lt = b.infer(e.lhs)
        rt = b.infer(e.rhs, bi.list_of(lt))
    else:
        held = _held(b.solid(rt))
        lt = b.infer(e.lhs, held)
    rt = b.solid(rt)
    held = _held(rt)
    if rt is ERROR or prune(lt) is ERROR:
        return bi.BOOL
    if held is None or not b.unify(lt, held):
        if not broken(lt):
            helps = (Help("a value of a map is found with `m.values().contains(x)`"),) if _is_map(rt) else ()
            b.report(p.OperatorTypes(e.at, e.op, show(lt), show(rt), helps))
        return bi.BOOL
    b.need(held, "Eq", e, f"compared by `{e.op}`")
    return bi.BOOL


def _is_map(t: Type) -> bool:
    return isinstance(t, Con) and t.head is bi.MAP


def _held(t: Type) -> Type | None:
    if isinstance(t, Con):
        if t.head in (bi.LIST, bi.SET, bi.MAP):
            return t.args[0]
        if t is bi.STR:
            return bi.STR
        if t is bi.BYTES:
            return bi.INT
    return None


def logic(b: Body, e: ast.Binary, want: Type | None) -> Type:
    """``and``, ``or``; the right side may leave."""
    b.check(e.lhs, bi.BOOL)
    b.check(e.rhs, bi.BOOL)
    return bi.BOOL


def coalesce(b: Body, e: ast.Binary, want: Type | None) -> Type:
    """``a ?? b``: the content of an option or a result, or ``b``."""
    lt: Type = b.solid(b.infer(e.lhs, _content_hint(e.lhs, want)))
    if isinstance(lt, Var):
        option = bi.option_of(b.fresh(e, "this"))
        b.unify(lt, option)
        lt = option
    if not isinstance(lt, Con) or lt.head not in (bi.OPTION, bi.RESULT):
        if lt is ERROR or lt is NEVER:
            b.infer(e.rhs, want)
            return ERROR
        b.report(p.CoalesceType(e.lhs.at, show(lt), _coalesce_helps(e.lhs)))
        b.infer(e.rhs, want)
        return lt
    content = prune(lt.args[0])
    if lt.head is bi.OPTION:
        b.facts.coalesce[e] = "option"
        return _other(b, e, content, want)
    if isinstance(content, Con) and content.head is bi.OPTION:
        return _result_of_option(b, e, content, want)
    b.facts.coalesce[e] = "result"
    return _other(b, e, content, want)


def _content_hint(lhs: ast.Expr, want: Type | None) -> Type | None:
    if want is None or prune(want) is bi.UNIT:
        return None
    if isinstance(lhs, ast.Try):
        return bi.result_of(want, bi.ERROR_VALUE)
    return None


def _other(b: Body, e: ast.Binary, content: Type, want: Type | None) -> Type:
    if content is NEVER:
        return b.infer(e.rhs, want)
    found = b.infer(e.rhs, content)
    if not b.fits(found, content):
        if prune(found) is NEVER:
            return content
        b.report_mismatch(e.rhs, found, content)
        return ERROR
    return content


def _result_of_option(b: Body, e: ast.Binary, content: Con, want: Type | None) -> Type:
    """A failure and ``None`` both give the right side where that is no option itself."""
    inner = content.args[0]
    hint = content if _tells_nothing(e.rhs) else inner
    found = prune(b.infer(e.rhs, hint))
    if found is not NEVER and isinstance(found, Con) and found.head is bi.OPTION and b.unify(found, content):
        b.facts.coalesce[e] = "result"
        return content
    b.facts.coalesce[e] = "result-of-option"
    if found is not NEVER and not b.unify(found, inner):
        b.report_mismatch(e.rhs, found, inner)
        return ERROR
    return inner


def _coalesce_helps(lhs: ast.Expr) -> tuple[Help, ...]:
    if isinstance(lhs, ast.Call):
        return (Help("to go on after a failure, write `try … ?? other`", (p.insert(lhs.at, "try "),)),)
    return ()
