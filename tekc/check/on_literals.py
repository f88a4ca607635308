"""Literals, strings with holes, and commands."""

from __future__ import annotations

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import Body, infers
from tekc.check.types import ERROR, INT_LITERAL, NEVER, STR_LITERAL, Con, Param, Type, Var, prune, show
from tekc.syntax import ast
from tekc.syntax.formats import Format, parse_format

INT_MAX = 2**63 - 1
_EXACT = 2**53


@infers(ast.IntLiteral)
def int_literal(b: Body, e: ast.IntLiteral, want: Type | None) -> Type:
    """An ``Int``, or a ``Float`` where one is expected."""
    return integer(b, e, e.value, want)


def integer(b: Body, e: ast.Expr, value: int, want: Type | None) -> Type:
    """Return the type of an integer literal, with its sign, and check that it fits."""
    if value > INT_MAX or value < -INT_MAX - 1:
        b.report(p.LiteralRange(e.at, "Int", "the greatest is 9223372036854775807, the least -9223372036854775808"))
        return ERROR
    if want is not None:
        want = prune(want)
        if want is bi.INT:
            return want
        if want is bi.FLOAT:
            exact(b, e, value)
            return want
        if want.__class__ is Param and "Num" in want.bounds:
            return want
    var = Var(INT_LITERAL, e)
    b.literals.append(var)
    if not -_EXACT <= value <= _EXACT:
        b.later.append(lambda: exact(b, e, value) if prune(var) is bi.FLOAT else None)
    return var


def exact(b: Body, e: ast.Expr, value: int) -> None:
    """Report an integer literal that a ``Float`` cannot hold exactly."""
    if int(float(value)) != value:
        b.report(p.LiteralRange(e.at, "Float", "a `Float` cannot hold it exactly: write it with a point if that is meant"))


@infers(ast.FloatLiteral)
def float_literal(b: Body, e: ast.FloatLiteral, want: Type | None) -> Type:
    """A ``Float``."""
    return bi.FLOAT


@infers(ast.BoolLiteral)
def bool_literal(b: Body, e: ast.BoolLiteral, want: Type | None) -> Type:
    """A ``Bool``."""
    return bi.BOOL


@infers(ast.StrLiteral)
def str_literal(b: Body, e: ast.StrLiteral, want: Type | None) -> Type:
    """A ``Str``, or a ``Path`` where one is expected."""
    return text(b, e, want)


def text(b: Body, e: ast.Expr, want: Type | None) -> Type:
    """Return the type of a string literal."""
    if want is not None:
        want = prune(want)
        if want is bi.STR or want is bi.PATH or want is bi.SECRET:
            return want
    var = Var(STR_LITERAL, e)
    b.literals.append(var)
    return var


@infers(ast.BytesLiteral)
def bytes_literal(b: Body, e: ast.BytesLiteral, want: Type | None) -> Type:
    """A ``Bytes``."""
    return bi.BYTES


@infers(ast.DurationLiteral)
def duration_literal(b: Body, e: ast.DurationLiteral, want: Type | None) -> Type:
    """A ``Duration`` in nanoseconds."""
    if e.ns > INT_MAX:
        b.report(p.LiteralRange(e.at, "Duration", "the longest is about 292 years"))
    return bi.DURATION


@infers(ast.SizeLiteral)
def size_literal(b: Body, e: ast.SizeLiteral, want: Type | None) -> Type:
    """A ``Size`` in bytes."""
    if e.bytes > INT_MAX:
        b.report(p.LiteralRange(e.at, "Size", "the greatest is 9223372036854775807 bytes"))
    return bi.SIZE


@infers(ast.ErrorExpr)
def error_expr(b: Body, e: ast.ErrorExpr, want: Type | None) -> Type:
    """What could not be parsed fits everywhere."""
    return ERROR


@infers(ast.Interpolation)
def interpolation(b: Body, e: ast.Interpolation, want: Type | None) -> Type:
    """A string; a ``Secret`` where a hole holds one."""
    secret = False
    for part in e.parts:
        if part.__class__ is ast.Hole and hole(b, part) is bi.SECRET:
            secret = True
    return bi.SECRET if secret else text(b, e, want)


def hole(b: Body, part: ast.Hole) -> Type:
    """Check what stands in a hole of a string, and its format."""
    mark = len(b.literals)
    t = b.solid(b.infer(part.value))
    b.settle(mark)
    if t is NEVER or t is ERROR or t is bi.STR or t is bi.INT:
        pass
    else:
        b.need(t, "Show", part.value, "written as text here")
    if part.format is not None:
        b.later.append(lambda: check_format(b, part, prune(t)))
    return t


def check_format(b: Body, part: ast.Hole, t: Type) -> None:
    """Report a format that the value's type does not take."""
    spec = parse_format(part.format or "")
    if isinstance(spec, str) or t is ERROR or t is NEVER:
        return  # the parser says what is wrong with the format itself
    number = t is bi.INT or t is bi.FLOAT or (isinstance(t, Param) and "Num" in t.bounds)
    detail = _misfit(spec, t, number)
    if detail is not None:
        b.report(p.BadFormat(part.format_at or part.value.at, show(t), detail))


def _misfit(spec: Format, t: Type, number: bool) -> str | None:
    if spec.type in tuple("bcdoxX") and t is not bi.INT:
        return f"`{spec.type}` writes an `Int`"
    if spec.type in tuple("eEfFgG%") and not number:
        return f"`{spec.type}` writes a number"
    if spec.type == "s" and number:
        return "`s` writes text"
    if spec.precision is not None and t is bi.INT and spec.type not in tuple("eEfFgG%"):
        return "an `Int` has no digits behind the point"
    if number:
        return None
    if spec.comma:
        return "`,` groups the digits of a number"
    if spec.sign or spec.align == "=":
        return "only a number has a sign"
    return None


_ARGUMENTS = frozenset([bi.STR, bi.PATH, bi.INT, bi.FLOAT, bi.BOOL, bi.SIZE, bi.DURATION, bi.SECRET])


@infers(ast.CommandLiteral)
def command(b: Body, e: ast.CommandLiteral, want: Type | None) -> Type:
    """A ``Command``: each hole is one argument, a list several, an option perhaps none."""
    for word in e.words:
        alone = len(word.parts) == 1
        for part in word.parts:
            if part.__class__ is ast.Hole:
                _command_hole(b, part, alone)
    return bi.COMMAND


def _command_hole(b: Body, part: ast.Hole, alone: bool) -> None:
    mark = len(b.literals)
    t = b.solid(b.infer(part.value))
    b.settle(mark)
    if part.format is not None:
        b.later.append(lambda: check_format(b, part, prune(t)))
    inner = t
    if isinstance(t, Con) and t.head is bi.LIST:
        if not alone:
            detail = "a list can only be an argument of its own, not part of one"
            b.report(p.CommandArgument(part.value.at, show(t), detail))
            return
        inner = b.solid(t.args[0])
    if isinstance(inner, Con) and inner.head is bi.OPTION:
        inner = b.solid(inner.args[0])
    if inner in _ARGUMENTS or inner is ERROR or inner is NEVER:
        return
    if isinstance(inner, Var) or (isinstance(inner, Param) and "Num" in inner.bounds):
        return
    b.report(p.CommandArgument(part.value.at, show(t)))
