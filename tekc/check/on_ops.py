"""Operators: arithmetic, comparison, logic, ``in``, ``??``, ranges and indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import Body, broken, infers
from tekc.check.defs import EnumDef
from tekc.check.facts import IndexFact, IndexKind
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
_HINTED: frozenset[type] = frozenset(
    [ast.IntLiteral, ast.StrLiteral, ast.Interpolation, ast.ListExpr, ast.MapExpr, ast.UpperName, ast.Unary]
)
"""Operands that may take their type from the other side."""

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
    hint = lt if _adapts(e.rhs) and op != "/" and _hints(lt, op) else None
    if op == "/" and lt is bi.FLOAT:
        hint = lt
    return apply(b, e, op, lt, prune(b.infer(e.rhs, hint)))


def _adapts(e: ast.Expr) -> bool:
    while e.__class__ is ast.Paren:
        e = e.inner
    return e.__class__ in _HINTED


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


# ------------------------------------------------------------------------------------------------------------- comparison


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


def _compare(b: Body, e: ast.Binary, want: Type | None) -> Type:
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


def _contains(b: Body, e: ast.Binary, want: Type | None) -> Type:
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


def _logic(b: Body, e: ast.Binary, want: Type | None) -> Type:
    """``and``, ``or``; the right side may leave."""
    b.check(e.lhs, bi.BOOL)
    b.check(e.rhs, bi.BOOL)
    return bi.BOOL


# ------------------------------------------------------------------------------------------------------------------- ??


def _coalesce(b: Body, e: ast.Binary, want: Type | None) -> Type:
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


# ---------------------------------------------------------------------------------------------------- ranges and indices


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


_BINARY: dict[str, Callable[[Body, ast.Binary, Type | None], Type]] = {
    **dict.fromkeys((*_ARITHMETIC, *_INT_ONLY), _arithmetic),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), _compare),
    "in": _contains, "not in": _contains, "and": _logic, "or": _logic, "??": _coalesce,
}  # fmt: skip
