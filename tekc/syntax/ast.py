"""The syntax tree.

Nodes are values in the shape of the source, fields in source order.  They are compared by identity, so a node can be a
key: facts that later phases find live in side tables (``tekc.check.facts``), never on the node.  To the type checker they
are frozen; at run time they are plain slotted classes, because a frozen attrs class costs three times as much to make.

The parser limits how deep a program is nested: 200 brackets, blocks and holes, and somewhat more of what nests without
them (``not not x``).  Three chains are not limited, because programs that are made by programs have long ones, and are
deep on one side: operators of one level (``Binary`` on ``lhs``), calls, fields and indices (``Call``, ``Field``, ``Index`` on
``callee`` or ``target``), and ``else if`` (``If`` on ``otherwise``).  Walk these by a loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar, dataclass_transform

import attrs

from tekc.source import Span

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(attrs.field,))
def node(cls: type[_T]) -> type[_T]:
    """Make ``cls`` a syntax node: slotted, compared by identity."""
    return attrs.define(eq=False, order=False, slots=True)(cls)


@node
class Node:
    """Base of every node.  ``at`` is the source that the node was read from."""

    at: Span = attrs.field(repr=False)


# ---------------------------------------------------------------------------------------------------------------- names


@node
class Ident(Node):
    """A name where it is declared or mentioned as a label (field, parameter, argument)."""

    text: str


# ---------------------------------------------------------------------------------------------------------------- types


@node
class TypeName(Node):
    """``Name``, ``Name[A, B]`` or ``module.Name[A]``."""

    module: Ident | None
    name: Ident
    args: tuple[TypeExpr, ...]


@node
class TypeOption(Node):
    """``T?``."""

    inner: TypeExpr


@node
class TypeTuple(Node):
    """``(A, B)``; ``()`` is ``Unit``."""

    items: tuple[TypeExpr, ...]


@node
class TypeFn(Node):
    """``fn(A, B) needs … -> C``; ``needs`` is None where it is left out, ``result`` None means ``Unit``."""

    params: tuple[TypeExpr, ...]
    needs: Needs | None
    result: TypeExpr | None


@node
class ErrorType(Node):
    """A type that was left out; that was reported already, and it fits everything."""


TypeExpr: TypeAlias = TypeName | TypeOption | TypeTuple | TypeFn | ErrorType


# --------------------------------------------------------------------------------------------------------- capabilities


@node
class Capability(Node):
    """``fs.read("src/**")``, ``human``.  ``args`` are expressions; the checker says which may stand there."""

    name: str
    args: tuple[Expr, ...]


@node
class Needs(Node):
    """``needs a, b``; ``needs none`` has no items and ``none`` set."""

    items: tuple[Capability, ...]
    none: bool


# ------------------------------------------------------------------------------------------------------------- patterns


@node
class WildPattern(Node):
    """``_``."""


@node
class NamePattern(Node):
    """A name that is bound to what is matched."""

    name: Ident


@node
class LiteralPattern(Node):
    """``1``, ``-1``, ``"a"``, ``true``, ``1.5``, ``b"x"``, ``5min``: the literal, a ``Unary("-")`` of one included."""

    value: Expr


@node
class RangePattern(Node):
    """``1..5``, ``1..=5``, ``1..``, ``..5``: literals (or a ``Unary("-")`` of one) on both sides."""

    low: Expr | None
    high: Expr | None
    inclusive: bool


@node
class VariantPattern(Node):
    """``Circle(r)``, ``Rect(width: w, ..)``, ``Shape.Empty``, ``json.Json.Null``; also a record's ``Point(x, y)``.

    ``path`` is every name before the last.  ``args`` is None where no brackets stand.
    """

    path: tuple[Ident, ...]
    name: Ident
    args: tuple[PatternArg, ...] | None
    rest: bool


@node
class PatternArg(Node):
    """An argument of a variant pattern, named or not."""

    name: Ident | None
    pattern: Pattern


@node
class TuplePattern(Node):
    """``(a, b)``; ``()`` matches unit."""

    items: tuple[Pattern, ...]


@node
class ListPattern(Node):
    """``[first, ..rest, last]``; at most one ``RestPattern`` stands in it."""

    items: tuple[Pattern | RestPattern, ...]


@node
class RestPattern(Node):
    """``..`` or ``..rest`` in a list pattern."""

    name: Ident | None


@node
class OrPattern(Node):
    """``A | B``."""

    options: tuple[Pattern, ...]


@node
class AsPattern(Node):
    """``p as name``."""

    pattern: Pattern
    name: Ident


Pattern: TypeAlias = (
    WildPattern | NamePattern | LiteralPattern | RangePattern | VariantPattern | TuplePattern | ListPattern | OrPattern | AsPattern
)


# ---------------------------------------------------------------------------------------------------------- expressions


@node
class IntLiteral(Node):
    """``42``, ``0xff``, ``1_000``.  May be ``2**63`` only below a unary minus (the checker says so)."""

    value: int


@node
class FloatLiteral(Node):
    """``1.5``, ``2e-3``."""

    value: float


@node
class BoolLiteral(Node):
    """``true`` or ``false``."""

    value: bool


@node
class StrLiteral(Node):
    """A string without interpolation, escapes already read."""

    value: str


@node
class BytesLiteral(Node):
    """``b"\\x00abc"``."""

    value: bytes


@node
class DurationLiteral(Node):
    """``250ms``; in nanoseconds.  May be out of range, the checker says so."""

    ns: int


@node
class SizeLiteral(Node):
    """``10KiB``; in bytes."""

    bytes: int


@node
class Interpolation(Node):
    """A string with holes: texts and holes in source order."""

    parts: tuple[str | Hole, ...]


@node
class Hole(Node):
    """``{value}`` or ``{value:format}`` in a string; ``format`` is the text after the colon as written."""

    value: Expr
    format: str | None
    format_at: Span | None


@node
class CommandLiteral(Node):
    """``$"git commit -m {message}"``: already split into words by POSIX quoting rules.

    Each word is texts and holes in order; ``quoted`` tells per word whether any part of it was quoted (so that an empty
    word counts).  ``raw`` is ``$r"…"``.
    """

    words: tuple[CommandWord, ...]
    raw: bool


@node
class CommandWord(Node):
    """One word of a command."""

    parts: tuple[str | Hole, ...]
    quoted: bool


@node
class Name(Node):
    """A lower-case name as an expression."""

    text: str


@node
class UpperName(Node):
    """An upper-case name as an expression: a record, a variant, or a type in front of a dot."""

    text: str


@node
class Field(Node):
    """``target.name``; the checker tells modules, enums, fields and methods apart."""

    target: Expr
    name: Ident


@node
class Index(Node):
    """``xs[i]``, ``m[k, default: 0]``; a slice has a ``RangeExpr`` as ``index``, perhaps open."""

    target: Expr
    index: Expr
    default: Expr | None


@node
class Arg(Node):
    """An argument of a call: ``x``, ``name: x`` or, first in a record's call, ``..x`` (``spread``)."""

    name: Ident | None
    value: Expr
    spread: bool


@node
class Call(Node):
    """``callee(args)``; a method call has a ``Field`` as callee."""

    callee: Expr
    args: tuple[Arg, ...]


@node
class Unary(Node):
    """``-x``, ``~x``, ``not x``; ``op`` is that text."""

    op: str
    operand: Expr


@node
class Binary(Node):
    """``lhs op rhs``; ``op`` is the source text, ``in``, ``not in``, ``and``, ``or`` and ``??`` included."""

    lhs: Expr
    op: str
    op_at: Span
    rhs: Expr


@node
class RangeExpr(Node):
    """``a..b``, ``a..=b``; a side may be missing only as the index of an ``Index``."""

    low: Expr | None
    high: Expr | None
    inclusive: bool


@node
class TupleExpr(Node):
    """``(a, b)``; ``()`` is the unit value.  ``(a)`` is a ``Paren``."""

    items: tuple[Expr, ...]


@node
class Paren(Node):
    """``(e)``; kept because ``(p.f)(x)`` calls a field and ``p.f(x)`` a method."""

    inner: Expr


@node
class ListExpr(Node):
    """``[a, b]``."""

    items: tuple[Expr, ...]


@node
class MapExpr(Node):
    """``["a": 1]``, ``[:]``."""

    entries: tuple[tuple[Expr, Expr], ...]


@node
class ForClause(Node):
    """``for pattern in iterable`` of a comprehension."""

    pattern: Pattern
    iterable: Expr


@node
class IfClause(Node):
    """``if condition`` of a comprehension."""

    condition: Expr


@node
class ListComp(Node):
    """``[e for x in xs if p(x)]``; the first clause is a ``ForClause``."""

    element: Expr
    clauses: tuple[ForClause | IfClause, ...]


@node
class MapComp(Node):
    """``[k: v for (k, v) in m]``."""

    key: Expr
    value: Expr
    clauses: tuple[ForClause | IfClause, ...]


@node
class LambdaParam(Node):
    """A parameter of a lambda: any pattern, perhaps with a type."""

    pattern: Pattern
    type: TypeExpr | None


@node
class Lambda(Node):
    """``fn(x) => e`` or ``fn(x) { … }``."""

    params: tuple[LambdaParam, ...]
    body: Expr


@node
class LetCondition(Node):
    """``let pattern = value`` as the condition of ``if`` or ``while``."""

    pattern: Pattern
    value: Expr


@node
class If(Node):
    """``if c { } else if d { } else { }``; ``otherwise`` is a ``Block``, an ``If`` or None."""

    condition: Expr | LetCondition
    then: Block
    otherwise: Block | If | None


@node
class Arm(Node):
    """``pattern if guard => body``."""

    pattern: Pattern
    guard: Expr | None
    body: Expr


@node
class Match(Node):
    """``match subject { arms }``."""

    subject: Expr
    arms: tuple[Arm, ...]


@node
class Block(Node):
    """``{ statements }``; its value is that of its last statement where this is an ``ExprStatement``."""

    statements: tuple[Statement, ...]


@node
class Try(Node):
    """``try body`` (``body`` a call chain or a ``Block``), with ``catch name { … }`` where ``handler`` is set.

    ``try e ?? d`` is a ``Binary("??")`` whose left side is a ``Try``.
    """

    body: Expr
    name: Ident | None
    handler: Block | None


@node
class Only(Node):
    """``only fs.read("in/**") { … }``; ``only none { … }``."""

    needs: Needs
    body: Block


@node
class Region(Node):
    """``seq { … }`` or ``par { … }``; ``kind`` is that word."""

    kind: str
    body: Block


@node
class Return(Node):
    """``return value``."""

    value: Expr | None


@node
class Fail(Node):
    """``fail value``: a ``Str`` or an ``Error``."""

    value: Expr


@node
class Break(Node):
    """``break``."""


@node
class Continue(Node):
    """``continue``."""


@node
class ErrorExpr(Node):
    """What could not be parsed; it was reported already and fits every type."""


Expr: TypeAlias = (
    IntLiteral | FloatLiteral | BoolLiteral | StrLiteral | BytesLiteral | DurationLiteral | SizeLiteral | Interpolation
    | CommandLiteral | Name | UpperName | Field | Index | Call | Unary | Binary | RangeExpr | TupleExpr | Paren | ListExpr
    | MapExpr | ListComp | MapComp | Lambda | If | Match | Block | Try | Only | Region | Return | Fail | Break | Continue
    | ErrorExpr
)  # fmt: skip


# ----------------------------------------------------------------------------------------------------------- statements


@node
class Let(Node):
    """``let pattern: Type = value``, or ``var`` with a pattern that is more than a name."""

    pattern: Pattern
    type: TypeExpr | None
    value: Expr
    var: bool = False


@node
class Var(Node):
    """``var name: Type = value``."""

    name: Ident
    type: TypeExpr | None
    value: Expr


@node
class Assign(Node):
    """``target op value``; ``op`` is ``=``, ``+=``, ``>>>=`` …  ``target`` is a chain of names, fields and indices."""

    target: Expr
    op: str
    op_at: Span
    value: Expr


@node
class ExprStatement(Node):
    """An expression on a line of its own (``if``, ``match`` and ``try`` are expressions)."""

    value: Expr


@node
class For(Node):
    """``for pattern in iterable { … }``."""

    pattern: Pattern
    iterable: Expr
    body: Block


@node
class While(Node):
    """``while condition { … }``."""

    condition: Expr | LetCondition
    body: Block


@node
class Defer(Node):
    """``defer { … }``."""

    body: Block


@node
class Assert(Node):
    """``assert condition, message``."""

    condition: Expr
    message: Expr | None


Statement: TypeAlias = Let | Var | Assign | ExprStatement | For | While | Defer | Assert


# --------------------------------------------------------------------------------------------------------- declarations


@node
class TypeParam(Node):
    """``T`` or ``T: Ord + Data`` in brackets after a declared name."""

    name: Ident
    bounds: tuple[Ident, ...]


@node
class Param(Node):
    """A parameter of a function or task; ``var`` only on ``self``.  ``doc`` is the ``##`` text above it, or None."""

    name: Ident
    var: bool
    type: TypeExpr
    default: Expr | None
    doc: str | None


@node
class Import(Node):
    """``import a.b as c { names } only …``; ``level`` 1 for ``.helpers`` (beside this file), 0 for a standard module."""

    pub: bool
    level: int
    path: tuple[Ident, ...]
    alias: Ident | None
    names: tuple[ImportName, ...] | None
    only: Needs | None


@node
class ImportName(Node):
    """A name taken by an import, perhaps under another one (``Row as R``)."""

    name: Ident
    alias: Ident | None


@node
class Const(Node):
    """``const name: Type = value``."""

    doc: str | None
    pub: bool
    name: Ident
    type: TypeExpr | None
    value: Expr


@node
class TypeAliasDecl(Node):
    """``type Name[T] = Type``."""

    doc: str | None
    pub: bool
    name: Ident
    type_params: tuple[TypeParam, ...]
    type: TypeExpr


@node
class FieldDecl(Node):
    """``kind: Str as "type" = "none"`` of a record or variant; ``name`` is None in ``Pair(Int, Str)``."""

    name: Ident | None
    type: TypeExpr
    outside: str | None
    default: Expr | None
    doc: str | None


@node
class Record(Node):
    """``record Name[T](fields)``."""

    doc: str | None
    pub: bool
    name: Ident
    type_params: tuple[TypeParam, ...]
    fields: tuple[FieldDecl, ...]


@node
class Variant(Node):
    """A variant of an enum; ``fields`` is empty where it has none."""

    doc: str | None
    name: Ident
    fields: tuple[FieldDecl, ...]


@node
class Enum(Node):
    """``enum Name[T] { variants }``."""

    doc: str | None
    pub: bool
    name: Ident
    type_params: tuple[TypeParam, ...]
    variants: tuple[Variant, ...]


@node
class Fn(Node):
    """``fn name[T](params) -> Type needs … body``.

    ``body`` is a ``Block``, any other expression after ``=>`` (then ``arrow_body`` is set), or None for ``extern fn``.
    """

    doc: str | None
    pub: bool
    extern: bool
    name: Ident
    type_params: tuple[TypeParam, ...]
    params: tuple[Param, ...]
    result: TypeExpr | None
    needs: Needs | None
    body: Expr | None
    arrow_body: bool


@node
class Clause(Node):
    """A clause of a task other than ``needs``; ``word`` is ``retry``, ``timeout``, ``cache``, …

    ``args`` by word: ``retry n backoff a to b`` → n, a, b (b may be missing); ``retry n every d`` → n, d with ``every``
    set; ``timeout d`` → d; ``budget``/``uses`` → ``items`` of (name, value) with ``slot("db")`` and triggers of ``on`` as
    calls in ``args`` (``every 5min`` a call of ``every``, ``webhook`` one without arguments); ``cache for d`` → d;
    ``approve "…"`` → the string; ``undo`` → the block.
    """

    word: str
    args: tuple[Expr, ...]
    items: tuple[tuple[Ident, Expr], ...]
    every: bool


@node
class Task(Node):
    """``task name(params) -> Type clauses body``."""

    doc: str | None
    pub: bool
    name: Ident
    params: tuple[Param, ...]
    result: TypeExpr | None
    needs: Needs | None
    clauses: tuple[Clause, ...]
    body: Expr
    arrow_body: bool


@node
class Test(Node):
    """``test "name" needs … { … }``."""

    name: str
    needs: Needs | None
    body: Block


Decl: TypeAlias = Const | TypeAliasDecl | Record | Enum | Fn | Task | Test


@node
class Module(Node):
    """A file: its documentation, imports and declarations in source order."""

    doc: str | None
    imports: tuple[Import, ...]
    decls: tuple[Decl, ...]


if TYPE_CHECKING:
    AnyNode: TypeAlias = Node
