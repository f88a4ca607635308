"""From reductions to nodes: one method for each alias of the grammar.

Each method gets the span of what was read and the values of its parts in order: nodes, lists of them, None for what is
left out, and the number of its token for a terminal.  What the grammar cannot say is checked here (a target that can be
assigned, a clause given twice), so that the parser stays a loop over tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.source import SourceFile, Span
from tekc.syntax import ast
from tekc.syntax import problems as p
from tekc.syntax.brackets import Tokens
from tekc.syntax.build_text import TextBuilder
from tekc.syntax.words import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.diagnostics import Report

_Body = tuple["ast.Expr", bool]
_Head = tuple[ast.Ident, tuple[ast.TypeParam, ...], tuple[ast.Param, ...]]


OPTION_LIMIT = 50
"""How many ``?`` a type may have."""


class Missing:
    """Stands for an item that could not be read; lists leave it out."""


MISSING = Missing()


class Builder(TextBuilder):
    """Makes the nodes of one file."""

    def __init__(self, file: SourceFile, tokens: Tokens, report: Report) -> None:
        super().__init__(file, tokens, report)
        self.docs = tokens.docs
        self.too_many_options = False

    # ---------------------------------------------------------------------------------------------------------- lists

    def none(self, at: Span) -> list[object]:
        """Begin a list that may be empty."""
        return []

    def one(self, at: Span, item: object) -> list[object]:
        """Begin a list with its first item."""
        return [] if item is MISSING else [item]

    def more(self, at: Span, items: list[object], item: object) -> list[object]:
        """Add an item to a list."""
        if item is not MISSING:
            items.append(item)
        return items

    def one_name(self, at: Span, name: int) -> list[ast.Ident]:
        """Begin a list of names."""
        return [self.ident(name)]

    def two_names(self, at: Span, first: int, dot: int, second: int) -> list[ast.Ident]:
        """Begin a list of names with two of them."""
        return [self.ident(first), self.ident(second)]

    def more_names(self, at: Span, names: list[ast.Ident], sign: int, name: int) -> list[ast.Ident]:
        """Add a name that follows a dot or a plus."""
        names.append(self.ident(name))
        return names

    def two(self, at: Span, first: ast.Pattern, bar: int, second: ast.Pattern) -> list[ast.Pattern]:
        """Begin a list of alternatives."""
        return [first, second]

    def more_options(self, at: Span, options: list[ast.Pattern], bar: int, option: ast.Pattern) -> list[ast.Pattern]:
        """Add an alternative."""
        options.append(option)
        return options

    def some(self, at: Span, items: list[object] | None) -> list[object]:
        """Give a list that stands between brackets."""
        return items or []

    def broken_item(self, at: Span, token: int) -> Missing:
        """Stand for an item that could not be read."""
        return MISSING

    # -------------------------------------------------------------------------------------------------------- modules

    def module(self, at: Span, items: list[ast.Import | ast.Decl] | None) -> ast.Module:
        """Make a module of all that its file holds."""
        items = items or []
        whole = Span(self.file, 0, len(self.text))
        imports = tuple(item for item in items if isinstance(item, ast.Import))
        decls = tuple(item for item in items if not isinstance(item, ast.Import))
        return ast.Module(whole, self.tokens.top, imports, decls)

    def import_(
        self,
        at: Span,
        pub: int | None,
        dot: int | None,
        path: list[ast.Ident],
        alias: int | None,
        names: list[ast.ImportName] | None,
        only: ast.Needs | None,
    ) -> ast.Import:
        """Make an import."""
        if pub is not None:
            self.report(p.PubMisplaced(self.token_span(pub), "an import"))
        taken = None if names is None else tuple(names)
        level = 0 if dot is None else 1
        return ast.Import(at, pub is not None, level, tuple(path), self.maybe_ident(alias), taken, only)

    def import_name(self, at: Span, name: int, alias: int | None) -> ast.ImportName:
        """Make a name that an import takes."""
        return ast.ImportName(at, self.ident(name), self.maybe_ident(alias))

    def ident(self, token: int) -> ast.Ident:
        """Make a name of a token."""
        start, end = self.starts[token], self.ends[token]
        return ast.Ident(Span(self.file, start, end), normal(self.text[start:end]))

    def maybe_ident(self, token: int | None) -> ast.Ident | None:
        """Make a name of a token that may be missing."""
        return None if token is None else self.ident(token)

    # --------------------------------------------------------------------------------------------------- declarations

    def const(
        self, at: Span, pub: int | None, name: int, type_: ast.TypeExpr | None, eq: int, value: ast.Expr
    ) -> ast.Const:
        """Make a constant."""
        return ast.Const(at, self.docs.get(at.start), pub is not None, self.ident(name), type_, value)

    def type_alias(
        self, at: Span, pub: int | None, name: int, params: list[ast.TypeParam] | None, eq: int, type_: ast.TypeExpr
    ) -> ast.TypeAliasDecl:
        """Make a type alias."""
        doc = self.docs.get(at.start)
        return ast.TypeAliasDecl(at, doc, pub is not None, self.ident(name), tuple(params or ()), type_)

    def record(
        self, at: Span, pub: int | None, name: int, params: list[ast.TypeParam] | None, fields: list[ast.FieldDecl] | None
    ) -> ast.Record:
        """Make a record."""
        for field in fields or ():
            if field.name is None:
                self.report(p.UnnamedField(field.at))
        doc = self.docs.get(at.start)
        return ast.Record(at, doc, pub is not None, self.ident(name), tuple(params or ()), tuple(fields or ()))

    def field(
        self, at: Span, name: int, type_: ast.TypeExpr, outside: int | None, eq: int | None, default: ast.Expr | None
    ) -> ast.FieldDecl:
        """Make a field with a name."""
        text = None if outside is None else self.string(self.token_span(outside), outside).value
        return ast.FieldDecl(at, self.ident(name), type_, text, default, self.docs.get(at.start))

    def bare_field(self, at: Span, type_: ast.TypeExpr) -> ast.FieldDecl:
        """Make a field without a name."""
        return ast.FieldDecl(at, None, type_, None, None, self.docs.get(at.start))

    def enum(
        self, at: Span, pub: int | None, name: int, params: list[ast.TypeParam] | None, variants: list[ast.Variant] | None
    ) -> ast.Enum:
        """Make an enum."""
        doc = self.docs.get(at.start)
        return ast.Enum(at, doc, pub is not None, self.ident(name), tuple(params or ()), tuple(variants or ()))

    def variant(self, at: Span, name: int, fields: list[ast.FieldDecl] | None) -> ast.Variant:
        """Make a variant of an enum."""
        return ast.Variant(at, self.docs.get(at.start), self.ident(name), tuple(fields or ()))

    def type_param(self, at: Span, name: int, bounds: list[ast.Ident] | None) -> ast.TypeParam:
        """Make a type parameter."""
        return ast.TypeParam(at, self.ident(name), tuple(bounds or ()))

    def function_head(
        self, at: Span, name: int, types: list[ast.TypeParam] | None, params: list[ast.Param] | None
    ) -> _Head:
        """Keep the head of a function up to its parameters."""
        return self.ident(name), tuple(types or ()), tuple(params or ())

    def function(self, at: Span, pub: int | None, head: _Head, parts: list[ast.Node], body: _Body) -> ast.Fn:
        """Make a function with a body."""
        return self.make_function(at, pub, head, parts, body)

    def function_open(
        self, at: Span, pub: int | None, head: _Head, parts: list[ast.Node], result: ast.TypeExpr, body: _Body
    ) -> ast.Fn:
        """Make a function whose result ends in ``fn(…)``."""
        return self.make_function(at, pub, head, [*parts, result], body)

    def extern(
        self, at: Span, pub: int | None, head: _Head, parts: list[ast.Node], result: ast.TypeExpr | None
    ) -> ast.Fn:
        """Make a function that the host implements."""
        return self.make_function(at, pub, head, parts if result is None else [*parts, result], None)

    def make_function(
        self, at: Span, pub: int | None, head: _Head, parts: list[ast.Node], body: _Body | None
    ) -> ast.Fn:
        """Make a function of its parts."""
        name, types, params = head
        result, needs = self.result_and_needs(parts)
        code, arrow = body or (None, False)
        self.check_params(params, code)
        doc = self.docs.get(at.start)
        return ast.Fn(at, doc, pub is not None, body is None, name, types, params, result, needs, code, arrow)

    def result_and_needs(self, parts: list[ast.Node]) -> tuple[ast.TypeExpr | None, ast.Needs | None]:
        """Tell the result of a head from its needs, each at most once."""
        result: ast.TypeExpr | None = None
        needs: ast.Needs | None = None
        for part in parts:
            if isinstance(part, ast.Needs):
                if needs is not None:
                    self.report(p.RepeatedClause(part.at, "needs", needs.at))
                needs = needs or part
            elif isinstance(part, ast.TypeName | ast.TypeOption | ast.TypeTuple | ast.TypeFn):
                if result is not None:
                    self.report(p.RepeatedClause(part.at, "->", result.at))
                result = result or part
        return result, needs

    def block_body(self, at: Span, body: ast.Block) -> _Body:
        """Keep a body in braces."""
        return body, False

    def arrow_body(self, at: Span, body: ast.Expr) -> _Body:
        """Keep a body behind ``=>``."""
        return body, True

    def param(
        self, at: Span, var: int | None, name: int, type_: ast.TypeExpr, eq: int | None, default: ast.Expr | None
    ) -> ast.Param:
        """Make a parameter."""
        return ast.Param(at, self.ident(name), var is not None, type_, default, self.docs.get(at.start))

    def untyped_param(self, at: Span, var: int | None, name: int, eq: int | None, default: ast.Expr | None) -> ast.Param:
        """Report a parameter without its type."""
        ident = self.ident(name)
        self.report(p.UntypedParam(ident.at))
        unknown = ast.ErrorType(Span(self.file, ident.at.end, ident.at.end))
        return ast.Param(at, ident, var is not None, unknown, default, self.docs.get(at.start))

    def check_params(self, params: Sequence[ast.Param], body: ast.Expr | None) -> None:
        """Report ``var`` on a parameter that is not the receiver."""
        inside = Span(self.file, body.at.start + 1, body.at.start + 1) if isinstance(body, ast.Block) else None
        for i, param in enumerate(params):
            if param.var and (i > 0 or param.name.text != "self"):
                self.report(p.VarParam(Span(self.file, param.at.start, param.name.at.start), param.name.text, inside))

    def needs(self, at: Span, items: list[ast.Capability]) -> ast.Needs:
        """Make a list of capabilities; ``none`` stands alone."""
        plain = [item for item in items if item.name != "none" or item.args]
        if len(plain) < len(items) and len(items) > 1:
            odd = next(item for item in items if item.name == "none" and not item.args)
            self.report(p.NeedsNoneAndMore(odd.at))
        return ast.Needs(at, tuple(plain), not plain)

    def capability(self, at: Span, name: list[ast.Ident], args: list[ast.Expr] | None) -> ast.Capability:
        """Make a capability."""
        return ast.Capability(at, ".".join(ident.text for ident in name), tuple(args or ()))

    def task(
        self,
        at: Span,
        pub: int | None,
        name: int,
        params: list[ast.Param] | None,
        clauses: list[ast.Node],
        body: _Body,
    ) -> ast.Task:
        """Make a task."""
        result, needs = self.result_and_needs([part for part in clauses if not isinstance(part, ast.Clause)])
        own: dict[str, ast.Clause] = {}
        for part in clauses:
            if isinstance(part, ast.Clause):
                first = own.setdefault(part.word, part)
                if first is not part:
                    self.report(p.RepeatedClause(part.at, part.word, first.at))
        doc = self.docs.get(at.start)
        code, arrow = body
        self.check_params(params or (), code)
        return ast.Task(
            at, doc, pub is not None, self.ident(name), tuple(params or ()), result, needs, tuple(own.values()), code, arrow
        )

    def clause_values(self, at: Span, word: int, *values: ast.Expr | None) -> ast.Clause:
        """Make a clause of plain values."""
        args = tuple(value for value in values if value is not None)
        return ast.Clause(at, self.token_text(word), args, (), False)

    def clause_every(self, at: Span, word: int, count: ast.Expr, every: int, pause: ast.Expr) -> ast.Clause:
        """Make ``retry n every d``."""
        return ast.Clause(at, self.token_text(word), (count, pause), (), True)

    def clause_items(self, at: Span, word: int, parts: list[ast.Call | tuple[ast.Ident, ast.Expr]]) -> ast.Clause:
        """Make a clause of amounts and calls."""
        calls = tuple(part for part in parts if isinstance(part, ast.Call))
        items = tuple(part for part in parts if not isinstance(part, ast.Call))
        return ast.Clause(at, self.token_text(word), calls, items, False)

    def amount(self, at: Span, name: int, value: ast.Expr) -> tuple[ast.Ident, ast.Expr]:
        """Keep ``cpu 2``."""
        return self.ident(name), value

    def called_word(self, at: Span, name: int, args: list[ast.Arg] | None) -> ast.Call:
        """Make a call of a word of a clause: ``cron("…")``, ``slot("db")``, ``webhook``."""
        return ast.Call(at, self.name(self.token_span(name), name), tuple(args or ()))

    def called_every(self, at: Span, word: int, value: ast.Expr) -> ast.Call:
        """Make ``every 5min`` a call of ``every``."""
        return ast.Call(at, self.name(self.token_span(word), word), (ast.Arg(value.at, None, value, False),))

    def test(self, at: Span, pub: int | None, name: int, needs: ast.Needs | None, body: ast.Block) -> ast.Test:
        """Make a test."""
        if pub is not None:
            self.report(p.PubMisplaced(self.token_span(pub), "a test"))
        return ast.Test(at, self.string(self.token_span(name), name).value, needs, body)

    # ---------------------------------------------------------------------------------------------------------- types

    def type_name(self, at: Span, name: int, args: list[ast.TypeExpr] | None) -> ast.TypeName:
        """Make the name of a type."""
        return ast.TypeName(at, None, self.ident(name), tuple(args or ()))

    def type_name_in(self, at: Span, module: int, dot: int, name: int, args: list[ast.TypeExpr] | None) -> ast.TypeName:
        """Make the name of a type of a module."""
        return ast.TypeName(at, self.ident(module), self.ident(name), tuple(args or ()))

    def type_option(self, at: Span, inner: ast.TypeExpr) -> ast.TypeOption:
        """Make ``T?``; more than 50 of them in a row are reported, and not nested."""
        depth, below = 0, inner
        while isinstance(below, ast.TypeOption):
            depth, below = depth + 1, below.inner
        if depth < OPTION_LIMIT:
            return ast.TypeOption(at, inner)
        if not self.too_many_options:
            self.report(p.TooDeep(at, OPTION_LIMIT))
            self.too_many_options = True
        assert isinstance(inner, ast.TypeOption)
        return inner

    def type_option_twice(self, at: Span, inner: ast.TypeExpr, sign: int) -> ast.TypeOption:
        """Make ``T??``."""
        return self.type_option(at, self.type_option(Span(self.file, at.start, at.end - 1), inner))

    def type_tuple(self, at: Span, items: list[ast.TypeExpr] | None) -> ast.TypeExpr:
        """Make a tuple, or give what stands alone in parentheses."""
        if items and len(items) == 1:
            return items[0]
        return ast.TypeTuple(at, tuple(items or ()))

    def type_fn(
        self, at: Span, params: list[ast.TypeExpr] | None, needs: ast.Needs | None, result: ast.TypeExpr
    ) -> ast.TypeFn:
        """Make the type of a function."""
        return ast.TypeFn(at, tuple(params or ()), needs, result)

    def type_fn_unit(self, at: Span, params: list[ast.TypeExpr] | None) -> ast.TypeFn:
        """Make the type of a function without a result."""
        return ast.TypeFn(at, tuple(params or ()), None, None)

    # ------------------------------------------------------------------------------------------------------- patterns

    def as_pattern(self, at: Span, pattern: ast.Pattern, name: int) -> ast.AsPattern:
        """Make ``p as name``."""
        return ast.AsPattern(at, pattern, self.ident(name))

    def or_pattern(self, at: Span, options: list[ast.Pattern]) -> ast.OrPattern:
        """Make ``A | B``."""
        return ast.OrPattern(at, tuple(options))

    def name_pattern(self, at: Span, name: int) -> ast.WildPattern | ast.NamePattern:
        """Make a name that is bound, or ``_``."""
        return ast.WildPattern(at) if at.text == "_" else ast.NamePattern(at, self.ident(name))

    def literal_pattern(self, at: Span, value: ast.Expr) -> ast.LiteralPattern:
        """Make a literal that is compared."""
        return ast.LiteralPattern(at, value)

    def range_pattern(self, at: Span, low: ast.Expr, sign: int, high: ast.Expr | None) -> ast.RangePattern:
        """Make ``1..5``, ``1..=5`` or ``1..``."""
        return ast.RangePattern(at, low, high, self.token_text(sign) == "..=")

    def range_pattern_below(self, at: Span, sign: int, high: ast.Expr) -> ast.RangePattern:
        """Make ``..5`` or ``..=5``."""
        return ast.RangePattern(at, None, high, self.token_text(sign) == "..=")

    def bare_variant_pattern(self, at: Span, path: list[ast.Ident]) -> ast.VariantPattern:
        """Make a variant without brackets."""
        *before, name = path
        return ast.VariantPattern(at, tuple(before), name, None, False)

    def variant_pattern(
        self, at: Span, path: list[ast.Ident], args: list[ast.PatternArg | ast.RestPattern] | None
    ) -> ast.VariantPattern:
        """Make a variant with arguments; ``..`` for the rest comes last."""
        *before, name = path
        rests = [arg for arg in args or () if isinstance(arg, ast.RestPattern)]
        if args and rests and (len(rests) > 1 or args[-1] is not rests[0]):
            self.report(p.RestMisplaced(rests[0].at, "`..` stands last, once, in the arguments of a pattern"))
        kept = tuple(arg for arg in args or () if isinstance(arg, ast.PatternArg))
        return ast.VariantPattern(at, tuple(before), name, kept, bool(rests))

    def pattern_arg(self, at: Span, pattern: ast.Pattern) -> ast.PatternArg:
        """Make an argument of a pattern."""
        return ast.PatternArg(at, None, pattern)

    def named_pattern_arg(self, at: Span, name: int, pattern: ast.Pattern) -> ast.PatternArg:
        """Make an argument of a pattern with a name."""
        return ast.PatternArg(at, self.ident(name), pattern)

    def rest_pattern(self, at: Span, sign: int) -> ast.RestPattern:
        """Make ``..``."""
        return ast.RestPattern(at, None)

    def named_rest_pattern(self, at: Span, sign: int, name: int) -> ast.RestPattern:
        """Make ``..rest``."""
        return ast.RestPattern(at, self.ident(name))

    def unit_pattern(self, at: Span) -> ast.TuplePattern:
        """Make ``()``."""
        return ast.TuplePattern(at, ())

    def tuple_pattern(self, at: Span, first: ast.Pattern, rest: list[ast.Pattern]) -> ast.TuplePattern:
        """Make ``(a, b)``."""
        return ast.TuplePattern(at, (first, *rest))

    def list_pattern(self, at: Span, items: list[ast.Pattern | ast.RestPattern] | None) -> ast.ListPattern:
        """Make ``[a, ..rest]``; at most one rest stands in it."""
        rests = [item for item in items or () if isinstance(item, ast.RestPattern)]
        if len(rests) > 1:
            self.report(p.RestMisplaced(rests[1].at, "a list pattern has one `..` at most"))
        return ast.ListPattern(at, tuple(items or ()))

    # ----------------------------------------------------------------------------------------------------- statements

    def block(self, at: Span, statements: list[ast.Statement] | None) -> ast.Block:
        """Make a block."""
        return ast.Block(at, tuple(statements or ()))

    def expr_statement(self, at: Span, value: ast.Expr) -> ast.ExprStatement:
        """Make a statement of an expression."""
        return ast.ExprStatement(at, value)

    def broken_statement(self, at: Span, token: int) -> ast.ExprStatement:
        """Stand for a statement that could not be read."""
        return ast.ExprStatement(at, ast.ErrorExpr(at))

    def let(self, at: Span, pattern: ast.Pattern, type_: ast.TypeExpr | None, eq: int, value: ast.Expr) -> ast.Let:
        """Make ``let``."""
        return ast.Let(at, pattern, type_, value)

    def var(
        self, at: Span, word: int, pattern: ast.Pattern, type_: ast.TypeExpr | None, eq: int, value: ast.Expr
    ) -> ast.Var | ast.Let:
        """Make ``var``; a pattern of several variables is a ``let`` whose variables can be assigned."""
        if isinstance(pattern, ast.NamePattern):
            return ast.Var(at, pattern.name, type_, value)
        return ast.Let(at, pattern, type_, value, var=True)

    def assign(self, at: Span, target: ast.Expr, op: int, value: ast.Expr) -> ast.Assign:
        """Make an assignment; its target is a chain of fields and indices of a name."""
        root = target
        while isinstance(root, ast.Field | ast.Index):
            root = root.target
        if not isinstance(root, ast.Name | ast.ErrorExpr):
            self.report(p.NotAssignable(target.at))
            target = ast.ErrorExpr(target.at)
        return ast.Assign(at, target, self.token_text(op), self.token_span(op), value)

    def for_(self, at: Span, pattern: ast.Pattern, word: int, iterable: ast.Expr, body: ast.Block) -> ast.For:
        """Make ``for``."""
        return ast.For(at, pattern, iterable, body)

    def while_(self, at: Span, condition: ast.Expr | ast.LetCondition, body: ast.Block) -> ast.While:
        """Make ``while``."""
        return ast.While(at, condition, body)

    def defer(self, at: Span, body: ast.Block) -> ast.Defer:
        """Make ``defer``."""
        return ast.Defer(at, body)

    def assert_(self, at: Span, condition: ast.Expr, message: ast.Expr | None) -> ast.Assert:
        """Make ``assert``."""
        return ast.Assert(at, condition, message)

    def region(self, at: Span, word: int, body: ast.Block) -> ast.Region:
        """Make ``seq { … }`` or ``par { … }``."""
        return ast.Region(at, self.token_text(word), body)
