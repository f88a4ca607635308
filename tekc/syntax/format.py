"""``tekc fmt``: one layout for every program.

The formatter walks the tree, which says what belongs together, and the tokens in step, which carry comments.  What is
written over several lines stays so, what is on one line stays there while it fits; so a second run changes nothing.  It
changes blanks, newlines, commas at the end of lists and lines, and brackets around a whole expression; before the text is
given back it is parsed again and compared with the tree of the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tekc.source import SourceFile
from tekc.syntax import ast
from tekc.syntax import terminals as t
from tekc.syntax.compare import same_tree
from tekc.syntax.format_base import Visit
from tekc.syntax.format_expr import ExprFormatter
from tekc.syntax.layout import HARD, LINE, Doc, Group, IfBroken, Indent, render
from tekc.syntax.parser import parse
from tekc.syntax.scanner import scan
from tekc.syntax.trivia import Trivia

if TYPE_CHECKING:
    from tekc.diagnostics import Problem, Report

_N = t.NUMBER
_BIG = (ast.Task, ast.Test, ast.Enum)


def format_source(file: SourceFile, report: Report) -> str | None:
    """Return the text of ``file`` as ``tekc fmt`` writes it, or None where it does not parse (the problems are reported).

    Raises:
        RuntimeError: the result would mean something else than the source, which is a bug of the formatter.
    """
    problems: list[Problem] = []
    module = parse(file, problems.append)
    for problem in problems:
        report(problem)
    if any(problem.severity == "error" for problem in problems):
        return None
    trivia = Trivia(file, scan(file, _nowhere))
    text = render(_ModuleFormatter(trivia).print(module))
    text = "" if text == "\n" else text  # an empty file stays empty
    made = parse(SourceFile(file.path, text), problems.append)
    if any(problem.severity == "error" for problem in problems) or not same_tree(module, made):
        raise RuntimeError(f"the formatted text of {file.path} would mean something else")
    return text


def _nowhere(problem: Problem) -> None:
    """Take problems that were reported already."""


class _ModuleFormatter(ExprFormatter):
    """Prints statements, declarations and files."""

    def __init__(self, trivia: Trivia) -> None:
        super().__init__(trivia)
        self.visits |= {
            ast.ExprStatement: self.expr_statement, ast.Let: self.let, ast.Var: self.let, ast.Assign: self.assign,
            ast.For: self.for_, ast.While: self.while_, ast.Defer: self.defer, ast.Assert: self.assert_,
            ast.Module: self.module, ast.Import: self.import_, ast.Const: self.const, ast.TypeAliasDecl: self.type_alias,
            ast.Record: self.record, ast.FieldDecl: self.field, ast.Enum: self.enum, ast.Variant: self.variant, ast.Fn: self.fn,
            ast.Param: self.field, ast.Task: self.task, ast.Clause: self.clause, ast.Test: self.test,
        }  # fmt: skip

    # ----------------------------------------------------------------------------------------------------- statements

    def lines(self, nodes: Iterable[ast.Node]) -> Visit:
        """Braces around items of a line each, blank lines between them kept."""
        opening = self.take()
        inner: list[Doc] = []
        for node in nodes:
            if inner:
                inner.extend((HARD, HARD) if self.is_spaced() else (HARD,))
            inner.extend(self.heads())
            inner.append((yield node))
        return self.closed(opening, inner)

    def closed(self, opening: Doc, inner: list[Doc]) -> Doc:
        """Close braces around lines, with the comments before the closing one."""
        if self.trivia.heads[self.i]:
            if inner:
                inner.extend((HARD, HARD) if self.is_spaced() else (HARD,))
            dangling = self.heads()
            while dangling and dangling[-1] is HARD:
                dangling.pop()
            inner.extend(dangling)
        if not inner:
            return [opening, self.take()]
        return [opening, Indent([HARD, *inner]), HARD, self.take()]

    def expr_statement(self, node: ast.ExprStatement) -> Visit:
        """An expression as a statement."""
        return (yield from self.full(node.value))

    def let(self, node: ast.Let | ast.Var) -> Visit:
        """``let p: T = e``."""
        doc: list[Doc] = [self.take(), " ", self.simple_until(t.EQ), " ", self.take(), " "]
        doc.append((yield from self.full(node.value)))
        return doc

    def assign(self, node: ast.Assign) -> Visit:
        """``target += e``."""
        target = yield node.target
        return [target, " ", self.take(), " ", (yield from self.full(node.value))]

    def for_(self, node: ast.For) -> Visit:
        """``for p in e { … }``."""
        doc: list[Doc] = [self.take(), " ", self.simple_until(_N["IN"]), " ", self.take(), " "]
        doc.extend(((yield from self.full(node.iterable, before_brace=True)), " "))
        doc.append((yield from self.lines(node.body.statements)))
        return doc

    def while_(self, node: ast.While) -> Visit:
        """``while c { … }``."""
        doc: list[Doc] = [self.take(), " ", (yield from self.condition(node.condition)), " "]
        doc.append((yield from self.lines(node.body.statements)))
        return doc

    def defer(self, node: ast.Defer) -> Visit:
        """``defer { … }``."""
        return [self.take(), " ", (yield from self.lines(node.body.statements))]

    def assert_(self, node: ast.Assert) -> Visit:
        """``assert c, message``."""
        doc: list[Doc] = [self.take(), " ", (yield from self.full(node.condition))]
        if node.message is not None:
            doc.extend((self.take(), " ", (yield from self.full(node.message))))
        return doc

    # -------------------------------------------------------------------------------------------------------- modules

    def module(self, node: ast.Module) -> Visit:
        """A file: blank lines are kept between short declarations and made around long ones."""
        items: list[ast.Node] = sorted((*node.imports, *node.decls), key=lambda item: item.at.start)
        doc: list[Doc] = []
        before: ast.Node | None = None
        for item in items:
            if before is not None:
                apart = self.is_spaced() or self.is_big(before) or self.is_big(item)
                apart = apart or isinstance(before, ast.Import) != isinstance(item, ast.Import)
                doc.extend((HARD, HARD) if apart else (HARD,))
            doc.extend(self.heads())
            doc.append((yield item))
            before = item
        if doc and self.trivia.heads[self.i]:
            doc.extend((HARD, HARD) if self.is_spaced() else (HARD,))
        doc.extend(self.heads())
        return doc

    def is_big(self, node: ast.Node) -> bool:
        """Tell whether a declaration stands between blank lines."""
        return isinstance(node, _BIG) or (isinstance(node, ast.Fn) and isinstance(node.body, ast.Block))

    def import_(self, node: ast.Import) -> Visit:
        """``import .a.b as c { names } only …``."""
        doc: list[Doc] = [self.take(), " "]
        if node.pub:
            doc.extend((self.take(), " "))
        stop = self.i
        end = node.alias.at.end if node.alias is not None else node.path[-1].at.end
        while self.trivia.ends[stop] < end:
            stop += 1
        doc.append(self.run(stop + 1))
        if node.names is not None:
            doc.extend((" ", (yield from self.listed((self.import_name(name) for name in node.names), spaced=True))))
        if node.only is not None:
            doc.extend((" ", self.take(), " ", (yield node.only)))
        return doc

    def import_name(self, node: ast.ImportName) -> Visit:
        """``name as other``."""
        return self.simple_until(t.COMMA, t.RBRACE)
        yield node  # makes this a generator

    # --------------------------------------------------------------------------------------------------- declarations

    def const(self, node: ast.Const) -> Visit:
        """``const name: T = e``."""
        doc: list[Doc] = [self.simple_until(t.EQ), " ", self.take(), " "]
        doc.append((yield from self.full(node.value)))
        return doc

    def type_alias(self, node: ast.TypeAliasDecl) -> Visit:
        """``type Name[T] = T``."""
        return self.run(self.closing(node.type))
        yield node  # makes this a generator

    def closing(self, node: ast.Node) -> int:
        """Return the token behind a type and the brackets around it."""
        stop = self.i
        depth = 0
        end = node.at.end
        while self.trivia.ends[stop] <= end or depth:
            depth += (self.kinds[stop] in t.OPENERS) - (self.kinds[stop] in t.CLOSERS)
            stop += 1
        return stop

    def record(self, node: ast.Record) -> Visit:
        """``record Name[T](fields)``."""
        return [self.simple_until(t.LPAR), (yield from self.listed(self.visits_of(node.fields)))]

    def field(self, node: ast.FieldDecl | ast.Param) -> Visit:
        """``name: T as "other" = e``."""
        doc: list[Doc] = [self.simple_until(t.EQ, t.COMMA, t.RPAR)]
        if node.default is not None:
            doc.extend((" ", self.take(), " ", (yield from self.full(node.default))))
        return doc

    def enum(self, node: ast.Enum) -> Visit:
        """``enum Name[T] { variants }``: with commas on one line, without where each has its own."""
        head = self.simple_until(t.LBRACE)
        opener = self.i
        broken = self.trivia.broken[opener + 1]
        forced = broken
        opening = self.take()
        inner: list[Doc] = []
        for n, variant in enumerate(node.variants):
            if n:
                forced = forced or self.trivia.broken[self.i]
                inner.extend((HARD, HARD) if self.is_spaced() else (IfBroken("", flat=","), LINE))
            inner.extend(self.heads())
            inner.append((yield variant))
            if self.is_next(t.COMMA):
                inner.append(self.comma())
        if forced or not inner or self.commented(opener, self.i):
            return [head, " ", Group(self.closed(opening, inner), forced=True)]
        return [head, " ", Group([opening, Indent([LINE, *inner]), LINE, self.take()])]

    def variant(self, node: ast.Variant) -> Visit:
        """``Name(fields)``."""
        name = self.take()
        if not self.is_next(t.LPAR):
            return name
        return [name, (yield from self.listed(self.visits_of(node.fields)))]

    def fn(self, node: ast.Fn) -> Visit:
        """``fn name[T](params) -> T needs … body``."""
        head: list[Doc] = [self.simple_until(t.LPAR), (yield from self.listed(self.visits_of(node.params)))]
        clauses: list[ast.Node] = [part for part in (node.result, node.needs) if part is not None]
        return (yield from self.with_clauses(head, clauses, node.body, arrow=node.arrow_body))

    def task(self, node: ast.Task) -> Visit:
        """``task name(params) -> T clauses body``."""
        head: list[Doc] = [self.simple_until(t.LPAR), (yield from self.listed(self.visits_of(node.params)))]
        clauses: list[ast.Node] = [part for part in (node.needs, *node.clauses) if part is not None]
        clauses.sort(key=lambda part: part.at.start)
        if node.result is not None:
            clauses.insert(0, node.result)
        return (yield from self.with_clauses(head, clauses, node.body, arrow=node.arrow_body))

    def test(self, node: ast.Test) -> Visit:
        """``test "name" needs … { … }``."""
        head: list[Doc] = [self.take(), " ", self.take()]
        clauses: list[ast.Node] = [] if node.needs is None else [node.needs]
        return (yield from self.with_clauses(head, clauses, node.body, arrow=False))

    def with_clauses(self, head: list[Doc], clauses: Sequence[ast.Node], body: ast.Expr | None, *, arrow: bool) -> Visit:
        """A head, its result, its clauses (on lines of their own if there are several, or they were), and the body.

        A result that stands behind ``needs`` is printed before it.
        """
        made: list[Doc] = []
        forced = False
        last = self.i
        begin = self.i - 1
        for part in clauses:
            if isinstance(part, ast.Clause):
                self.i = self.before(part)
            else:
                self.i = self.word_before(part)
            broken = self.trivia.broken[self.i]
            if isinstance(part, ast.Needs | ast.Clause):
                forced = forced or broken or bool(made)
                made.extend((LINE if body is not None else " ", (yield from self.clause_of(part))))
            else:
                head.extend((" ", self.take(), " ", self.run(self.closing(part))))
            last = max(last, self.i)
        self.i = last
        if body is None:  # a newline before `needs` would end the declaration
            return [*head, *made]
        forced = forced or (bool(made) and self.commented(begin, self.i))
        doc: list[Doc] = [*head]
        gap = LINE if made else " "
        if made:
            made = [Indent(made)]
        if not arrow:
            assert isinstance(body, ast.Block)  # what follows no arrow is one
            return [Group([*doc, *made, gap], forced=forced), (yield from self.lines(body.statements))]
        doc.extend((*made, gap, self.take()))
        broken = self.trivia.broken[self.i]
        value = yield from self.full(body)
        return [Group(doc, forced=forced), Group(Indent([LINE, value]), forced=broken)]

    def word_before(self, node: ast.Node) -> int:
        """Return the token before a part of a head, past brackets around a type: ``->`` or ``needs``."""
        token = self.before(node) - 1
        while self.kinds[token] == t.LPAR:
            token -= 1
        return token

    def clause_of(self, part: ast.Node) -> Visit:
        """``needs …`` with its word, or another clause."""
        if isinstance(part, ast.Needs):
            return [self.take(), " ", (yield part)]
        return (yield part)

    def clause(self, node: ast.Clause) -> Visit:
        """``retry 3 backoff 1s``, ``uses cpu 2, slot("db")``, ``undo { … }``."""
        doc: list[Doc] = [self.take()]
        if node.word in ("uses", "budget", "on"):
            doc.extend((" ", (yield from self.items(node))))
            return doc
        for arg in node.args:
            while self.trivia.starts[self.i] < arg.at.start:
                doc.extend((" ", self.take()))
            doc.extend((" ", (yield arg)))
        return doc

    def items(self, node: ast.Clause) -> Visit:
        """The items of ``uses``, ``budget`` and ``on``."""
        docs: list[Doc] = []
        parts: list[Any] = sorted((*node.args, *node.items), key=_begin)
        forced = False
        begin = self.i
        for n, part in enumerate(parts):
            if n:
                forced = forced or self.trivia.broken[self.i]
                docs.append(LINE)
            if isinstance(part, tuple):
                docs.extend((self.take(), " ", (yield part[1])))
            elif self.is_next(_N["EVERY"]):
                docs.extend((self.take(), " ", (yield part.args[0].value)))
            elif self.kinds[self.i + 1] == t.LPAR:
                docs.append((yield part))
            else:
                docs.append(self.take())
            if self.is_next(t.COMMA):
                comment = self.comma()
                docs.extend((",", comment) if n < len(parts) - 1 else (comment,))
        return Group(Indent(docs), forced=forced or self.commented(begin, self.i - 1))


def _begin(part: Any) -> int:
    """Return where an item of a clause begins."""
    start: int = part[0].at.start if isinstance(part, tuple) else part.at.start
    return start
