"""Operators: arithmetic, comparison, logic, ``in``, ``??``, ranges and indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import Body, broken, infers
from tekc.check.comparing import adapts, coalesce, compare, contains, logic
from tekc.check.mismatch import method_edit
from tekc.check.on_literals import integer
from tekc.check.types import ERROR, INT_LITERAL, NEVER, Con, Param, Type, Var, prune, show
from tekc.diagnostics import Help
from tekc.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBERS = (bi.INT, bi.FLOAT)
_UNITS = (bi.DURATION, bi.SIZE)
_ARITHMETIC = frozenset(["+", "-", "*", "/", "//", "%", "**"])
_INT_ONLY = frozenset(["+%", "-%", "*%", "&", "|", "^", "<<", ">>", ">>>"])
_JOINED = (bi.LIST, bi.BYTES.head, bi.STR.head)


@infers(ast.Paren)
def paren(b: Body, e: ast.Paren, want: Type | None) -> Type:
    """Brackets change nothing."""
    return b.infer(e.inner, want)


@infers(ast.Unary)
def unary(b: Body, e: ast.Unary, want: Type | None) -> Type:
    """``-x``, ``~x``, ``not x``."""
    op = e.op
    if op == "not":
        b.check(e.operand, bi.BOOL)
        return bi.BOOL
    if op == "-" and e.operand.__class__ is ast.IntLiteral:
        t = integer(b, e, -e.operand.value, want)
        b.types[e.operand] = t
        return t
    t = prune(b.infer(e.operand, want if op == "-" else None))
    if op not in ("-", "~"):
        return ERROR  # an operator of another language, which the parser reported
    if op == "~":
        if b.unify(t, bi.INT):
            return bi.INT
    elif t is bi.INT or t is bi.FLOAT or t in _UNITS or (t.__class__ is Var and t.kind == INT_LITERAL) or isinstance(t, Param) and "Num" in t.bounds:
        return t
    t = b.solid(t)
    if t is ERROR or t is NEVER:
        return t
    if isinstance(t, Var):
        _unknown_operand(b, e.operand, t)
        return ERROR
    b.report(p.OperatorTypes(e.at, op, show(t), None))
    return ERROR


@infers(ast.Binary)
def binary(b: Body, e: ast.Binary, want: Type | None) -> Type:
    """Any operator with two sides."""
    return _BINARY.get(e.op, _unread)(b, e, want)


def _unread(b: Body, e: ast.Binary, want: Type | None) -> Type:
    """An operator of another language, which the parser reported."""
    b.infer(e.lhs)
    b.infer(e.rhs)
    return ERROR


# ------------------------------------------------------------------------------------------------------------- arithmetic


def _arithmetic(b: Body, e: ast.Binary, want: Type | None) -> Type:
    lt = prune(b.infer(e.lhs))
    op = e.op
    hint = lt if adapts(e.rhs) and op != "/" and _hints(lt, op) else None
    if op == "/" and lt is bi.FLOAT:
        hint = lt
    return apply(b, e, op, lt, prune(b.infer(e.rhs, hint)))


def _hints(t: Type, op: str) -> bool:
    if t in _NUMBERS:
        return True
    if t.__class__ is Con:
        return op == "+" and t.head in _JOINED
    return t.__class__ is Param


def apply(b: Body, e: ast.Binary | ast.Assign, op: str, lt: Type, rt: Type) -> Type:
    """Return the type of ``lt op rt``, or report that these do not go together.  Both are pruned."""
    if lt is rt and (lt is bi.INT or (lt is bi.FLOAT and op not in _INT_ONLY)):
        return bi.FLOAT if op == "/" else lt
    if lt is ERROR or rt is ERROR:
        return ERROR
    if lt is NEVER or rt is NEVER:
        return NEVER if lt is NEVER else _alone(op, lt)
    t = _numbers(b, op, lt, rt)
    if t is None:
        t = _units(b, op, lt, rt)
    if t is None and op == "+":
        t = _joined(b, lt, rt)
    if t is None and op == "/":
        t = _paths(b, lt, rt)
    if t is None and (isinstance(lt, Var) or isinstance(rt, Var)):
        t = _open(b, e, op, lt, rt)
    if t is None:
        _report_operator(b, e, op, lt, rt)
        return ERROR
    return t


def _alone(op: str, t: Type) -> Type:
    return bi.FLOAT if op == "/" and t is bi.INT else t


def _is_literal(t: Type) -> bool:
    return t.__class__ is Var and t.kind == INT_LITERAL


def _numbers(b: Body, op: str, lt: Type, rt: Type) -> Type | None:
    """Numbers of one type, literals adapting to the other side."""
    left_literal, right_literal = _is_literal(lt), _is_literal(rt)
    if not left_literal and lt not in _NUMBERS and not isinstance(lt, Param):
        return None
    if not right_literal and rt not in _NUMBERS and not isinstance(rt, Param):
        return None
    if op == "/" and {lt, rt} == {bi.INT, bi.FLOAT}:
        return bi.FLOAT  # division turns an `Int` beside a `Float` into one
    if not b.unify(rt, lt):
        return None
    t = prune(lt)
    if isinstance(t, Param):
        return t if "Num" in t.bounds and op in ("+", "-", "*") else None
    if op == "/":
        return bi.FLOAT
    if op in _INT_ONLY:
        return bi.INT if b.unify(t, bi.INT) else None
    return t


def _int_like(t: Type) -> bool:
    return t is bi.INT or t is bi.FLOAT or _is_literal(t)


def _units(b: Body, op: str, lt: Type, rt: Type) -> Type | None:
    """Durations, sizes and instants."""
    if lt in _UNITS:
        if rt is lt:
            return lt if op in ("+", "-") else bi.FLOAT if op == "/" else None
        if op in ("*", "/") and _int_like(rt):
            return lt
        if lt is bi.DURATION and rt is bi.INSTANT and op == "+":
            return rt
    elif rt in _UNITS and op == "*" and _int_like(lt):
        return rt
    elif lt is bi.INSTANT:
        if rt is bi.DURATION and op in ("+", "-"):
            return lt
        if rt is bi.INSTANT and op == "-":
            return bi.DURATION
    return None


def _joined(b: Body, lt: Type, rt: Type) -> Type | None:
    """Strings, lists and bytes."""
    lt, rt = (b.solid(t) if not _is_literal(t) else t for t in (lt, rt))
    if isinstance(lt, Con) and lt.head in _JOINED:
        return lt if b.unify(rt, lt) else None
    if isinstance(rt, Con) and rt.head in _JOINED:
        return rt if b.unify(lt, rt) else None
    return None


def _paths(b: Body, lt: Type, rt: Type) -> Type | None:
    if lt is bi.PATH and (rt is bi.STR or rt is bi.PATH or (isinstance(rt, Var) and rt.kind and not _is_literal(rt))):
        b.solid(rt)
        return bi.PATH
    return None


def _open(b: Body, e: ast.Binary | ast.Assign, op: str, lt: Type, rt: Type) -> Type | None:
    """One side's type is not known yet: it is taken to be that of the other, where the operator has but one reading."""
    for t, other, node in ((lt, rt, _left(e)), (rt, lt, _right(e))):
        if isinstance(t, Var) and not t.kind:
            known = b.solid(other) if not isinstance(other, Var) or other.kind else other
            if isinstance(known, Var) or op == "/" or not (known in _NUMBERS or (isinstance(known, Con) and op == "+")):
                _unknown_operand(b, node, t)
                return ERROR
            return apply(b, e, op, known, known) if b.unify(t, known) else None
    return None


def _left(e: ast.Binary | ast.Assign) -> ast.Expr:
    return e.lhs if isinstance(e, ast.Binary) else e.target


def _right(e: ast.Binary | ast.Assign) -> ast.Expr:
    return e.rhs if isinstance(e, ast.Binary) else e.value


def _unknown_operand(b: Body, node: ast.Expr, t: Var) -> None:
    what = f"`{node.text}`" if isinstance(node, ast.Name) else "this"
    helps: tuple[Help, ...] = ()
    if isinstance(node, ast.Name):
        helps = (Help(f"write it where `{node.text}` is declared: `{node.text}: Type`"),)
    b.report(p.TypeNotKnown(node.at, what, helps))
    b.unify(t, ERROR)
    if t.to is None:
        t.to = ERROR


def _report_operator(b: Body, e: ast.Binary | ast.Assign, op: str, lt: Type, rt: Type) -> None:
    left, right = _left(e), _right(e)
    if broken(lt) or broken(rt):
        return
    if isinstance(e, ast.Assign):
        op = e.op
    if {lt, rt} == {bi.INT, bi.FLOAT} and op.removesuffix("=") in _ARITHMETIC:
        whole, point = (left, right) if lt is bi.INT else (right, left)
        helps = (Help("convert the `Int`", method_edit(whole, ".to_float()")),)
        if not (isinstance(e, ast.Assign) and lt is bi.INT):
            b.report(p.IntAndFloat(e.op_at, op, whole.at, point.at, helps))
            return
        helps = (Help("convert the `Float`", method_edit(point, ".to_int()")),)
        b.report(p.IntAndFloat(e.op_at, op, whole.at, point.at, helps))
        return
    b.report(p.OperatorTypes(e.at, op, show(lt), show(rt), tuple(_operator_helps(left, right, op, b.solid(lt), b.solid(rt)))))


def _operator_helps(left: ast.Expr, right: ast.Expr, op: str, lt: Type, rt: Type) -> list[Help]:
    if op == "+" and bi.STR in (lt, rt):
        other = right if lt is bi.STR else left
        kind = rt if lt is bi.STR else lt
        if isinstance(kind, Con) and kind.head is bi.OPTION:
            return [Help("open the option first: `… ?? other`")]
        return [Help("write it as text", method_edit(other, ".to_str()")), Help("or put it into the string: `\"… {x} …\"`")]
    if op == "*" and lt is bi.STR:
        return [Help("write `s.repeat(n)`")]
    if op == "+" and isinstance(lt, Con) and lt.head is bi.LIST:
        return [Help("one more element is a list of its own: `xs + [x]`; or `xs.push(x)`")]
    if op in ("&", "|") and lt is bi.BOOL:
        return [Help(f"write `{'and' if op == '&' else 'or'}`")]
    if op in ("|", "&", "-") and isinstance(lt, Con) and lt.head is bi.SET:
        return [Help(f"write `a.{ {'|': 'union', '&': 'intersect', '-': 'difference'}[op] }(b)`")]
    if op == "%" and lt is bi.STR:
        return [Help("put values into the string: `\"… {x} …\"`")]
    if op in ("+", "/") and lt is bi.PATH:
        return [Help("join paths with `p / \"name\"`")]
    for side, t in ((left, lt), (right, rt)):
        if isinstance(t, Con) and t.head is bi.OPTION:
            shown = f"`{side.at.text}`" if len(side.at.text) < 30 else "the option"
            return [Help(f"open {shown} first: `… ?? other`, `match`, or `.unwrap()`, which fails on `None`")]
    if isinstance(lt, Param) or isinstance(rt, Param):
        param = lt if isinstance(lt, Param) else rt
        return [Help(f"only a number has `+`, `-` and `*`: bound it, `{show(param)}: Num`")]
    return []


_BINARY: dict[str, Callable[[Body, ast.Binary, Type | None], Type]] = {
    **dict.fromkeys((*_ARITHMETIC, *_INT_ONLY), _arithmetic),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), compare),
    "in": contains, "not in": contains, "and": logic, "or": logic, "??": coalesce,
}  # fmt: skip
