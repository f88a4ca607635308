"""Values that nobody takes: what deserves an error, what a warning, and what nothing."""

from __future__ import annotations

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import JUDGE, RETURN, STATEMENT, TAIL, Body
from tekc.check.defs import FnDef, TaskDef
from tekc.check.types import Con, Type, show
from tekc.diagnostics import Edit, Help
from tekc.source import Span
from tekc.syntax import ast


def judge(b: Body, e: ast.Expr, t: Type, mode: int) -> None:
    """Say what a dropped value deserves: an error where it is plainly useless, a warning for a result."""
    if inert(e):
        if mode != STATEMENT and isinstance(b.owner, FnDef | TaskDef):
            _missing_arrow(b, b.owner, e, t, mode == RETURN)
        else:
            b.later.append(lambda: b.report(p.UselessExpression(e.at, _useless_helps(e))))
        return
    if mode == RETURN:
        return
    if isinstance(t, Con) and t.head is bi.RESULT:
        b.report(p.DroppedResult(e.at))
        return
    if mode == TAIL and isinstance(b.owner, FnDef | TaskDef):
        b.facts.tails.append((b.owner, e, t))
    else:
        b.facts.dropped.append((e, t))


JUDGE.append(judge)


def _missing_arrow(b: Body, owner: FnDef | TaskDef, e: ast.Expr, t: Type, returned: bool) -> None:
    b.settle(0)
    place = arrow_place(owner)
    b.later.append(lambda: b.report(p.MissingArrow(e.at, owner.name, show(t), place, returned)))


def arrow_place(owner: FnDef | TaskDef) -> Span:
    """Return where ``-> Type`` is written: behind the closing bracket of the parameters."""
    decl = owner.decl
    start = decl.params[-1].at.end if decl.params else decl.name.at.end
    limit = decl.body.at.start if decl.body is not None else decl.at.end
    text = decl.at.file.text
    close = text.find(")", start, limit)
    while decl.params and close >= 0 and text.count("(", start, close) > text.count(")", start, close):
        close = text.find(")", close + 1, limit)
    end = close + 1 if close >= 0 else start
    return Span(decl.at.file, end, end)


def _useless_helps(e: ast.Expr) -> tuple[Help, ...]:
    if isinstance(e, ast.Binary) and e.op == "==" and isinstance(e.lhs, ast.Name | ast.Field | ast.Index):
        return (Help("to assign, write `=`", (Edit(e.op_at, "="),)),)
    if isinstance(e, ast.Unary) and e.op == "-":
        return (Help("a line that goes on has its operator at the end of the line before"),)
    if isinstance(e, ast.Name):
        return (Help(f"to call it, write `{e.text}()`", (p.append(e.at, "()"),)),)
    return ()


_INERT: frozenset[type] = frozenset(
    [ast.IntLiteral, ast.FloatLiteral, ast.BoolLiteral, ast.StrLiteral, ast.BytesLiteral, ast.DurationLiteral, ast.SizeLiteral,
     ast.Name, ast.UpperName, ast.Lambda]
)  # fmt: skip
_PARTS: frozenset[type] = frozenset(
    [ast.Interpolation, ast.Hole, ast.CommandLiteral, ast.CommandWord, ast.Field, ast.Index, ast.Unary, ast.Binary, ast.RangeExpr,
     ast.TupleExpr, ast.Paren, ast.ListExpr, ast.MapExpr]
)  # fmt: skip


def inert(e: ast.Expr) -> bool:
    """Tell whether an expression plainly does nothing: no call, no control flow, nothing but values."""
    todo: list[object] = [e]
    while todo:
        node = todo.pop()
        kind = node.__class__
        if kind in _INERT or kind is str or node is None or kind is bool:
            continue
        if kind is tuple:
            todo.extend(node)  # type: ignore[arg-type]  # narrowed by __class__
        elif kind in _PARTS:
            todo.extend([getattr(node, name) for name in node.__slots__ if name not in _NOT_PARTS])  # type: ignore[attr-defined]
        else:
            return False
    return True


_NOT_PARTS = frozenset(["op", "op_at", "name", "at", "format", "format_at", "__weakref__"])
