"""Values that nobody takes: what deserves an error, what a warning, and what nothing."""

from __future__ import annotations

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import JUDGE, RETURN, STATEMENT, TAIL, Body
from tekc.check.defs import FnDef, TaskDef
from tekc.check.places import edits_for_change
from tekc.check.types import NEVER, Con, Fn, Type, prune, show
from tekc.diagnostics import Edit, Help
from tekc.source import Span
from tekc.syntax import ast


def judge(b: Body, e: ast.Expr, t: Type, mode: int) -> None:
    """Say what a dropped value deserves: an error where it is plainly useless, a warning for a result."""
    if inert(e):
        if mode != STATEMENT and isinstance(b.owner, FnDef | TaskDef):
            _missing_arrow(b, b.owner, e, t, mode == RETURN)
        else:
            b.later.append(lambda: b.report(p.UselessExpression(e.at, _useless_helps(b, e, t))))
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
    b.lost.append((e, t, returned))
    if len(b.lost) == 1:  # several ways may end so; it is one arrow that is missing
        b.later.append(lambda: _report_arrow(b, owner))


def _report_arrow(b: Body, owner: FnDef | TaskDef) -> None:
    first, t, returned = b.lost[0]
    shown = show(t)
    mends = all(show(other) == shown for _, other, _ in b.lost) and _always_gives(b, owner.decl.body, shown)
    also = tuple([e.at for e, _, _ in b.lost[1:]])
    b.facts.tails[:] = [tail for tail in b.facts.tails if tail[0] is not owner]
    b.report(p.MissingArrow(first.at, owner.name, shown, arrow_place(owner) if mends else None, returned, also))


def _always_gives(b: Body, body: ast.Expr | None, shown: str) -> bool:
    """Tell whether each way through a body ends in a value of one type, or leaves."""
    todo: list[ast.Node | None] = [body]
    while todo:
        e = todo.pop()
        if isinstance(e, ast.Block):
            last = e.statements[-1] if e.statements else None
            todo.append(last.value if isinstance(last, ast.ExprStatement) else None)
        elif isinstance(e, ast.If):
            todo += [e.then, e.otherwise]
        elif isinstance(e, ast.Match):
            todo += [arm.body for arm in e.arms]
        elif isinstance(e, ast.Paren):
            todo.append(e.inner)
        elif e is None:
            return False
        elif not isinstance(e, ast.Return | ast.Fail):
            found = prune(b.types[e]) if e in b.types else bi.UNIT
            if found is not NEVER and show(found) != shown:
                return False
    return True


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


def _useless_helps(b: Body, e: ast.Expr, t: Type) -> tuple[Help, ...]:
    if isinstance(e, ast.Binary) and e.op == "==" and isinstance(e.lhs, ast.Name | ast.Field | ast.Index):
        edits = edits_for_change(b, e.lhs)
        return (Help("to assign, write `=`", (Edit(e.op_at, "="), *edits)),) if edits is not None else ()
    if isinstance(e, ast.Unary) and e.op == "-":
        return (Help("a line that goes on has its operator at the end of the line before"),)
    called = prune(t)
    if isinstance(e, ast.Name) and isinstance(called, Fn):
        edits = () if called.params else (p.append(e.at, "()"),)
        return (Help(f"to call it, write `{e.text}({'…' if called.params else ''})`", edits),)
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
