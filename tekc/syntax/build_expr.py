"""Nodes of expressions."""

from __future__ import annotations

from tekc.source import Span
from tekc.syntax import ast
from tekc.syntax import problems as p
from tekc.syntax.build import Builder
from tekc.syntax.words import normal

_Condition = ast.Expr | ast.LetCondition
_Branch = tuple[int, _Condition, ast.Block]
_Clause = ast.ForClause | ast.IfClause


class ExprBuilder(Builder):
    """Makes all nodes of a file: those of declarations, and of expressions."""

    # ------------------------------------------------------------------------------------------------------ operators

    def binary(self, at: Span, lhs: ast.Expr, op: int, rhs: ast.Expr) -> ast.Binary:
        """Make an operator between two operands."""
        op_at = self.token_span(op)
        return ast.Binary(at, lhs, self.text[op_at.start : op_at.end], op_at, rhs)

    def not_in(self, at: Span, lhs: ast.Expr, not_: int, in_: int, rhs: ast.Expr) -> ast.Binary:
        """Make ``x not in xs``."""
        return ast.Binary(at, lhs, "not in", Span(self.file, self.starts[not_], self.ends[in_]), rhs)

    def unary(self, at: Span, op: int, operand: ast.Expr) -> ast.Unary:
        """Make a sign before an operand."""
        return ast.Unary(at, self.token_text(op), operand)

    def range(self, at: Span, low: ast.Expr, op: int, high: ast.Expr) -> ast.RangeExpr:
        """Make ``a..b`` or ``a..=b``."""
        return ast.RangeExpr(at, low, high, self.token_text(op) == "..=")

    def range_from(self, at: Span, low: ast.Expr, op: int) -> ast.RangeExpr:
        """Make ``a..``."""
        return ast.RangeExpr(at, low, None, False)

    def range_to(self, at: Span, op: int, high: ast.Expr) -> ast.RangeExpr:
        """Make ``..b`` or ``..=b``."""
        return ast.RangeExpr(at, None, high, self.token_text(op) == "..=")

    def range_all(self, at: Span, op: int) -> ast.RangeExpr:
        """Make ``..``."""
        return ast.RangeExpr(at, None, None, False)

    # ---------------------------------------------------------------------------------------------------------- chains

    def upper_name(self, at: Span, token: int) -> ast.UpperName:
        """Make an upper-case name."""
        return ast.UpperName(at, normal(self.text[at.start : at.end]))

    def member(self, at: Span, target: ast.Expr, dot: int, name: int) -> ast.Field:
        """Make ``target.name``."""
        return ast.Field(at, target, self.ident(name))

    def call(self, at: Span, callee: ast.Expr, args: list[ast.Arg] | None) -> ast.Call:
        """Make a call; named arguments come last, ``..record`` first."""
        if args is None:
            return ast.Call(at, callee, ())
        named: ast.Arg | None = None
        for i, arg in enumerate(args):
            if arg.name is not None:
                named = arg
            elif arg.spread:
                if i > 0:
                    self.report(p.SpreadMisplaced(arg.at))
                    return ast.Call(at, callee, (arg, *args[:i], *args[i + 1 :]))
            elif named is not None:
                self.report(p.PositionalAfterNamed(arg.at, named.at))
                break
        return ast.Call(at, callee, tuple(args))

    def index(self, at: Span, target: ast.Expr, index: ast.Expr, default: ast.Expr | None) -> ast.Index:
        """Make ``target[index]``."""
        return ast.Index(at, target, index, default)

    def arg(self, at: Span, value: ast.Expr) -> ast.Arg:
        """Make an argument."""
        return ast.Arg(at, None, value, False)

    def named_arg(self, at: Span, name: int, value: ast.Expr) -> ast.Arg:
        """Make ``name: value``."""
        return ast.Arg(at, self.ident(name), value, False)

    def spread_arg(self, at: Span, sign: int, value: ast.Expr) -> ast.Arg:
        """Make ``..value``."""
        return ast.Arg(at, None, value, True)

    def try_(self, at: Span, body: ast.Expr) -> ast.Try:
        """Make ``try``."""
        return ast.Try(at, body, None, None)

    def try_catch(self, at: Span, body: ast.Expr, name: int, handler: ast.Block) -> ast.Try:
        """Make ``try … catch name { … }``."""
        return ast.Try(at, body, self.ident(name), handler)

    # ------------------------------------------------------------------------------------------------ open expressions

    def lambda_(self, at: Span, params: list[ast.LambdaParam] | None, body: ast.Expr) -> ast.Lambda:
        """Make a lambda."""
        return ast.Lambda(at, tuple(params or ()), body)

    def lambda_param(self, at: Span, pattern: ast.Pattern, type_: ast.TypeExpr | None) -> ast.LambdaParam:
        """Make a parameter of a lambda."""
        return ast.LambdaParam(at, pattern, type_)

    def return_(self, at: Span, word: int, value: ast.Expr) -> ast.Return:
        """Make ``return value``."""
        return ast.Return(at, value)

    def return_alone(self, at: Span, word: int) -> ast.Return:
        """Make ``return``."""
        return ast.Return(at, None)

    def fail(self, at: Span, value: ast.Expr) -> ast.Fail:
        """Make ``fail value``."""
        return ast.Fail(at, value)

    def break_(self, at: Span, word: int) -> ast.Break:
        """Make ``break``."""
        return ast.Break(at)

    def continue_(self, at: Span, word: int) -> ast.Continue:
        """Make ``continue``."""
        return ast.Continue(at)

    # -------------------------------------------------------------------------------------------------------- brackets

    def unit(self, at: Span) -> ast.TupleExpr:
        """Make ``()``."""
        return ast.TupleExpr(at, ())

    def paren(self, at: Span, inner: ast.Expr) -> ast.Paren:
        """Make ``(e)``."""
        return ast.Paren(at, inner)

    def tuple_of_one(self, at: Span, inner: ast.Expr) -> ast.Paren:
        """Report ``(e,)``."""
        self.report(p.TupleOfOne(at, Span(self.file, inner.at.end, at.end - 1)))
        return ast.Paren(at, inner)

    def tuple_(self, at: Span, first: ast.Expr, rest: list[ast.Expr]) -> ast.TupleExpr:
        """Make ``(a, b)``."""
        return ast.TupleExpr(at, (first, *rest))

    def list_(self, at: Span, items: list[ast.Expr] | None) -> ast.ListExpr:
        """Make ``[a, b]``."""
        return ast.ListExpr(at, tuple(items or ()))

    def empty_map(self, at: Span) -> ast.MapExpr:
        """Make ``[:]``."""
        return ast.MapExpr(at, ())

    def map_(self, at: Span, entries: list[tuple[ast.Expr, ast.Expr]]) -> ast.MapExpr:
        """Make ``[k: v]``."""
        return ast.MapExpr(at, tuple(entries))

    def entry(self, at: Span, key: ast.Expr, value: ast.Expr) -> tuple[ast.Expr, ast.Expr]:
        """Keep ``k: v``."""
        return key, value

    def list_comprehension(self, at: Span, element: ast.Expr, clauses: list[_Clause]) -> ast.ListComp:
        """Make ``[e for x in xs]``."""
        return ast.ListComp(at, element, tuple(clauses))

    def map_comprehension(self, at: Span, key: ast.Expr, value: ast.Expr, clauses: list[_Clause]) -> ast.MapComp:
        """Make ``[k: v for x in xs]``."""
        return ast.MapComp(at, key, value, tuple(clauses))

    def for_clause(self, at: Span, pattern: ast.Pattern, word: int, iterable: ast.Expr) -> ast.ForClause:
        """Make ``for p in e`` of a comprehension."""
        return ast.ForClause(at, pattern, iterable)

    def if_clause(self, at: Span, word: int, condition: ast.Expr) -> ast.IfClause:
        """Make ``if e`` of a comprehension."""
        return ast.IfClause(at, condition)

    # -------------------------------------------------------------------------------------------------------- branches

    def if_first(self, at: Span, word: int, condition: _Condition, then: ast.Block) -> list[_Branch]:
        """Begin a chain of branches.  It is a list until its end is known, so that a long chain nests nothing here."""
        return [(at.start, condition, then)]

    def if_next(
        self, at: Span, chain: list[_Branch], word: int, condition: _Condition, then: ast.Block
    ) -> list[_Branch]:
        """Add ``else if`` to a chain."""
        chain.append((self.starts[word], condition, then))
        return chain

    def let_condition(self, at: Span, pattern: ast.Pattern, eq: int, value: ast.Expr) -> ast.LetCondition:
        """Make ``let p = e`` of an ``if`` or ``while``."""
        return ast.LetCondition(at, pattern, value)

    def if_(self, at: Span, chain: list[_Branch]) -> ast.If:
        """Make a chain without ``else``."""
        return self.make_if(at, chain, None)

    def if_else(self, at: Span, chain: list[_Branch], otherwise: ast.Block) -> ast.If:
        """Make a chain with ``else``."""
        return self.make_if(at, chain, otherwise)

    def make_if(self, at: Span, chain: list[_Branch], otherwise: ast.Block | None) -> ast.If:
        """Nest the branches of a chain, from the last to the first."""
        rest: ast.Block | ast.If | None = otherwise
        for start, condition, then in reversed(chain):
            rest = ast.If(Span(self.file, start, at.end), condition, then, rest)
        assert isinstance(rest, ast.If)  # a chain has a first branch
        return rest

    def match_(self, at: Span, subject: ast.Expr, arms: list[ast.Arm] | None) -> ast.Match:
        """Make ``match``."""
        return ast.Match(at, subject, tuple(arms or ()))

    def arm(self, at: Span, pattern: ast.Pattern, guard: ast.Expr | None, body: ast.Expr) -> ast.Arm:
        """Make an arm."""
        return ast.Arm(at, pattern, guard, body)

    def guard(self, at: Span, word: int, condition: ast.Expr) -> ast.Expr:
        """Keep the condition of an arm."""
        return condition

    def only(self, at: Span, needs: ast.Needs, body: ast.Block) -> ast.Only:
        """Make ``only … { … }``."""
        return ast.Only(at, needs, body)

    def error_expr(self, at: Span, token: int) -> ast.ErrorExpr:
        """Stand for an expression that could not be read."""
        return ast.ErrorExpr(at)
