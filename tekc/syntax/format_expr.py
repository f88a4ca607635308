"""Formatting of expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tekc.syntax import ast
from tekc.syntax import terminals as t
from tekc.syntax.format_base import Formatter, Visit
from tekc.syntax.layout import HARD, LINE, SOFT, Doc, Group, Indent, Suffix

_N = t.NUMBER
_LEVELS = (
    ("or",), ("and",), ("==", "!=", "<", "<=", ">", ">=", "in", "not in"), ("??",), ("|",), ("^",), ("&",), ("<<", ">>", ">>>"),
    ("+", "-", "+%", "-%"), ("*", "/", "//", "%", "*%"), ("**",),
)  # fmt: skip
_LEVEL = {op: level for level, ops in enumerate(_LEVELS) for op in ops}
_OPERATOR_FIRST = frozenset({"or", "and", "??"})
_HUGGED = (
    ast.StrLiteral, ast.Interpolation, ast.CommandLiteral, ast.ListExpr, ast.MapExpr, ast.ListComp, ast.MapComp, ast.TupleExpr,
    ast.Call, ast.Index, ast.Match, ast.If, ast.Block, ast.Name, ast.UpperName, ast.IntLiteral, ast.FloatLiteral,
)  # fmt: skip
_OPEN_ENDS = (ast.Lambda, ast.Return, ast.Fail, ast.Break, ast.Continue)


class ExprFormatter(Formatter):
    """Prints expressions; blocks are printed by a subclass."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.visits: dict[type[ast.Node], Callable[[Any], Visit]] = {
            ast.Field: self.chain, ast.Index: self.chain, ast.Call: self.chain, ast.Unary: self.unary, ast.Binary: self.binary,
            ast.RangeExpr: self.range, ast.TupleExpr: self.tuple, ast.Paren: self.paren, ast.ListExpr: self.list,
            ast.MapExpr: self.map, ast.ListComp: self.comprehension, ast.MapComp: self.comprehension, ast.Lambda: self.function,
            ast.LetCondition: self.let_condition, ast.If: self.if_, ast.Match: self.match, ast.Arm: self.arm,
            ast.Block: self.block, ast.Try: self.try_, ast.Only: self.only, ast.Region: self.region, ast.Return: self.leave,
            ast.Fail: self.leave, ast.Needs: self.needs, ast.Arg: self.arg, ast.Capability: self.capability,
        }  # fmt: skip

    def print(self, node: ast.Node) -> Doc:
        """Print a node and all below it, without recursion."""
        stack: list[Visit] = [self.visit(node)]
        made: Doc | None = None
        while True:
            try:
                child = next(stack[-1]) if made is None else stack[-1].send(made)
            except StopIteration as stop:
                stack.pop()
                made = stop.value
                if not stack:
                    return stop.value  # type: ignore[no-any-return]
            else:
                stack.append(self.visit(child))
                made = None

    def visit(self, node: ast.Node) -> Visit:
        """Begin the visit of a node; what has no visit of its own is one token (or a type or pattern)."""
        visit = self.visits.get(type(node))
        return self.as_visit(node) if visit is None else visit(node)

    # ------------------------------------------------------------------------------------------------ needless brackets

    def full(self, node: ast.Expr, *, before_brace: bool = False) -> Visit:
        """Print an expression that stands alone, without brackets around all of it."""
        depth = 0
        while isinstance(node, ast.Paren) and not self.commented_paren(node):
            if before_brace and self.ends_open(node.inner):
                break
            depth += 1
            self.i += 1
            node = node.inner
        doc = yield node
        tails = [self.trivia.tails[token] for token in range(self.i, self.i + depth)]
        self.i += depth
        comments: list[Doc] = [Suffix("  " + tail) for tail in tails if tail]
        return [doc, *comments] if comments else doc

    def commented_paren(self, node: ast.Paren) -> bool:
        """Tell whether a comment is beside one of the brackets, but for one behind them."""
        trivia = self.trivia
        opener, closer = self.before(node), self.behind(node) - 1
        return bool(trivia.heads[opener] or trivia.tails[opener] or trivia.heads[closer])

    def ends_open(self, node: ast.Expr) -> bool:
        """Tell whether an expression ends in what reaches as far right as it can."""
        while True:
            if isinstance(node, ast.Binary):
                node = node.rhs
            elif isinstance(node, ast.Unary):
                node = node.operand
            else:
                return isinstance(node, _OPEN_ENDS)

    # ------------------------------------------------------------------------------------------------------- operators

    def unary(self, node: ast.Unary) -> Visit:
        """``-x``, ``not x``; a row of signs is printed at once."""
        doc: list[Doc] = []
        operand: ast.Expr = node
        while isinstance(operand, ast.Unary):
            doc.append(self.take())
            if operand.op == "not":
                doc.append(" ")
            operand = operand.operand
        doc.append((yield operand))
        return doc

    def binary(self, node: ast.Binary) -> Visit:
        """Operators of one level, from left to right (or, for ``??`` and ``**``, from right to left)."""
        level = _LEVEL[node.op]
        operands: list[ast.Expr] = []
        left: ast.Expr = node
        if level in (_LEVEL["??"], _LEVEL["**"]):
            while isinstance(left, ast.Binary) and _LEVEL[left.op] == level:
                operands.append(left.lhs)
                left = left.rhs
            operands.append(left)
        else:
            while isinstance(left, ast.Binary) and _LEVEL[left.op] == level:
                operands.append(left.rhs)
                left = left.lhs
            operands.append(left)
            operands.reverse()
        begin = self.i
        first = yield operands[0]
        rest: list[Doc] = []
        forced = False
        tight = level == _LEVEL["**"]
        for operand in operands[1:]:
            forced = forced or self.trivia.broken[self.i]
            word = self.trivia.text_of(self.i)
            op = self.take()
            if word == "not":
                op = [op, " ", self.take()]
            forced = forced or self.trivia.broken[self.i]
            value = yield operand
            if tight:
                rest.extend((" ", op, " ", value))
            elif word in _OPERATOR_FIRST:
                rest.extend((LINE, op, " ", value))
            else:
                rest.extend((" ", op, LINE, value))
        if tight:
            return [first, *rest]
        return Group([first, Indent(rest)], forced=forced or self.commented(begin, self.i - 1))

    def range(self, node: ast.RangeExpr) -> Visit:
        """``a..b``."""
        doc: list[Doc] = []
        if node.low is not None:
            doc.append((yield node.low))
        doc.append(self.take())
        if node.high is not None:
            doc.append((yield node.high))
        return doc

    # ---------------------------------------------------------------------------------------------------------- chains

    def chain(self, node: ast.Field | ast.Index | ast.Call) -> Visit:
        """Calls, fields and indices of one value."""
        links: list[ast.Field | ast.Index | ast.Call] = []
        base: ast.Expr = node
        while isinstance(base, ast.Field | ast.Index | ast.Call):
            links.append(base)
            base = base.target if not isinstance(base, ast.Call) else base.callee
        links.reverse()
        first = yield base
        parts: list[list[Doc]] = [[first]]
        breaks = 0
        forced = False
        for n, link in enumerate(links):
            if isinstance(link, ast.Field):
                called = n + 1 < len(links) and isinstance(links[n + 1], ast.Call)
                broken = self.trivia.broken[self.i] or self.trivia.broken[self.i + 1]
                if broken or (called and (breaks or not self.is_head(base, links[:n]))):
                    forced = forced or broken
                    breaks += 1
                    parts.append([])
                parts[-1].extend((self.take(), self.take()))
            elif isinstance(link, ast.Call):
                parts[-1].append((yield from self.call(link)))
            else:
                parts[-1].append((yield from self.subscript(link)))
        if breaks < 2 and not forced:
            return [part for row in parts for part in row]
        return Group([*parts[0], Indent([[SOFT, *row] for row in parts[1:]])], forced=forced)

    def is_head(self, base: ast.Expr, links: list[Any]) -> bool:
        """Tell whether a first call stays beside what it is called on: a module, a type, ``self``, a short name."""
        if any(not isinstance(link, ast.Field) for link in links):
            return False
        return isinstance(base, ast.UpperName) or (isinstance(base, ast.Name) and len(base.text) <= 4)

    def call(self, node: ast.Call) -> Visit:
        """``(arguments)``."""
        hug = len(node.args) == 1 and isinstance(node.args[0].value, _HUGGED)
        return (yield from self.listed(self.visits_of(node.args), hug=hug))

    def visits_of(self, nodes: Iterable[ast.Node]) -> Iterable[Visit]:
        """Give items that are visited as themselves."""
        for node in nodes:
            yield self.visit(node)

    def arg(self, node: ast.Arg) -> Visit:
        """``x``, ``name: x``, ``..x``."""
        doc: list[Doc] = []
        if node.name is not None:
            doc.extend((self.take(), self.take(), " "))
        elif node.spread:
            doc.append(self.take())
        doc.append((yield from self.full(node.value)))
        return doc

    def subscript(self, node: ast.Index) -> Visit:
        """``[index]``, ``[key, default: value]``."""
        begin = self.i
        forced = self.trivia.broken[begin + 1]
        opening = self.take()
        inner: list[Doc] = [(yield node.index)]
        if node.default is not None:
            inner.extend((self.take(), LINE, self.take(), self.take(), " ", (yield from self.full(node.default))))
            if self.is_next(t.COMMA):
                inner.append(self.comma())
        forced = forced or self.commented(begin, self.i)
        heads = self.heads()
        return Group([opening, Indent([SOFT, *inner, *([HARD, *heads[:-1]] if heads else [])]), SOFT, self.take()], forced=forced)

    # -------------------------------------------------------------------------------------------------------- brackets

    def paren(self, node: ast.Paren) -> Visit:
        """``(e)``."""
        begin = self.i
        forced = self.trivia.broken[begin + 1]
        opening = self.take()
        inner = yield from self.full(node.inner)
        forced = forced or self.commented(begin, begin + 1) or self.commented(self.i - 1, self.i)
        return Group([opening, Indent([SOFT, inner]), SOFT, self.take()], forced=forced)

    def tuple(self, node: ast.TupleExpr) -> Visit:
        """``(a, b)``."""
        return (yield from self.listed(self.full(item) for item in node.items))

    def list(self, node: ast.ListExpr) -> Visit:
        """``[a, b]``; many short literals fill lines."""
        fill = len(node.items) > 8 and all(self.is_short(item) for item in node.items)
        return (yield from self.listed((self.full(item) for item in node.items), fill=fill))

    def map(self, node: ast.MapExpr) -> Visit:
        """``["a": 1]``, ``[:]``."""
        if not node.entries:
            return [self.take(), self.take(), self.take()]
        return (yield from self.listed(self.entry(key, value) for key, value in node.entries))

    def entry(self, key: ast.Expr, value: ast.Expr) -> Visit:
        """``key: value``."""
        first = yield key
        colon = self.take()
        return [first, colon, " ", (yield from self.full(value))]

    def comprehension(self, node: ast.ListComp | ast.MapComp) -> Visit:
        """``[e for x in xs if p]``."""
        begin = self.i
        forced = self.trivia.broken[begin + 1]
        opening = self.take()
        if isinstance(node, ast.ListComp):
            inner: list[Doc] = [(yield node.element)]
        else:
            inner = [(yield node.key), self.take(), " ", (yield node.value)]
        for clause in node.clauses:
            inner.extend((LINE, self.take(), " "))
            if isinstance(clause, ast.ForClause):
                inner.extend((self.simple_until(_N["IN"]), " ", self.take(), " ", (yield clause.iterable)))
            else:
                inner.append((yield clause.condition))
        forced = forced or self.commented(begin, self.i)
        heads = self.heads()
        return Group([opening, Indent([SOFT, *inner, *([HARD, *heads[:-1]] if heads else [])]), SOFT, self.take()], forced=forced)

    # ------------------------------------------------------------------------------------------------------ with blocks

    def function(self, node: ast.Lambda) -> Visit:
        """``fn(x) => e``, ``fn(x) { … }``."""
        word = self.take()
        params = yield from self.listed(self.lambda_param(param) for param in node.params)
        if self.is_next(_N["FATARROW"]):
            arrow = self.take()
            return [word, params, " ", arrow, " ", (yield from self.full(node.body))]
        return [word, params, " ", (yield node.body)]

    def lambda_param(self, node: ast.LambdaParam) -> Visit:
        """``x``, ``(a, b): T``."""
        return self.simple_until(t.COMMA, t.RPAR)
        yield node  # makes this a generator

    def leave(self, node: ast.Return | ast.Fail) -> Visit:
        """``return e``, ``fail e``."""
        word = self.take()
        if node.value is None:
            return word
        return [word, " ", (yield from self.full(node.value))]

    def let_condition(self, node: ast.LetCondition) -> Visit:
        """``let p = e`` as a condition."""
        doc: list[Doc] = [self.take(), " ", self.simple_until(t.EQ), " ", self.take(), " "]
        doc.append((yield from self.full(node.value, before_brace=True)))
        return doc

    def condition(self, node: ast.Expr | ast.LetCondition) -> Visit:
        """The condition of ``if`` or ``while``."""
        if isinstance(node, ast.LetCondition):
            return (yield node)
        return (yield from self.full(node, before_brace=True))

    def if_(self, node: ast.If) -> Visit:
        """A chain of ``if`` and ``else``: on one line if it was and fits, else all its blocks are broken."""
        blocks: list[ast.Block] = []
        branch: ast.If | ast.Block | None = node
        while isinstance(branch, ast.If):
            blocks.append(branch.then)
            branch = branch.otherwise
        if branch is not None:
            blocks.append(branch)
        flat = branch is not None and all(self.is_flat(block) for block in blocks)
        doc: list[Doc] = []
        branch = node
        while isinstance(branch, ast.If):
            doc.extend((self.take(), " ", (yield from self.condition(branch.condition)), " "))
            doc.append((yield from self.braces(branch.then)))
            branch = branch.otherwise
            if branch is not None:
                doc.extend((" ", self.take(), " "))
        if branch is not None:
            doc.append((yield from self.braces(branch)))
        return Group(doc, forced=not flat)

    def match(self, node: ast.Match) -> Visit:
        """``match e { arms }``, an arm a line."""
        doc: list[Doc] = [self.take(), " ", (yield from self.full(node.subject, before_brace=True)), " "]
        doc.append((yield from self.lines(node.arms)))
        return doc

    def arm(self, node: ast.Arm) -> Visit:
        """``pattern if guard => body``."""
        doc: list[Doc] = [self.simple_until(t.IF, _N["FATARROW"])]
        if node.guard is not None:
            doc.extend((" ", self.take(), " ", (yield from self.full(node.guard, before_brace=True))))
        doc.extend((" ", self.take(), " ", (yield from self.full(node.body))))
        return doc

    def try_(self, node: ast.Try) -> Visit:
        """``try e``, ``try e catch err { … }``."""
        doc: list[Doc] = [self.take(), " "]
        flat = node.handler is not None and self.is_flat(node.handler)
        if isinstance(node.body, ast.Block):
            flat = self.is_flat(node.body) and (flat or node.handler is None)
            doc.append((yield from self.braces(node.body)))
        else:
            doc.append((yield node.body))
        if node.handler is None:
            return Group(doc, forced=not flat) if isinstance(node.body, ast.Block) else doc
        doc.extend((" ", self.take(), " ", self.take(), " "))
        doc.append((yield from self.braces(node.handler)))
        return Group(doc, forced=not flat)

    def only(self, node: ast.Only) -> Visit:
        """``only capabilities { … }``."""
        return [self.take(), " ", (yield node.needs), " ", (yield node.body)]

    def region(self, node: ast.Region) -> Visit:
        """``seq { … }``."""
        return [self.take(), " ", (yield node.body)]

    def block(self, node: ast.Block) -> Visit:
        """A block of its own."""
        flat = self.is_flat(node)
        return Group((yield from self.braces(node)), forced=not flat)

    def is_flat(self, node: ast.Block) -> bool:
        """Tell whether a block stands on one line: one statement at most, written so, without a comment."""
        opener = self.trivia.at[node.at.start]
        if not node.statements:
            return not self.trivia.heads[opener + 1] and not self.trivia.tails[opener]
        if len(node.statements) > 1 or self.trivia.broken[opener + 1]:
            return False
        closer = self.trivia.at[node.at.end - 1]
        return not self.commented(opener, closer)

    def braces(self, node: ast.Block) -> Visit:
        """A block whose lines are broken with the group around it."""
        if self.is_flat(node) and node.statements:
            opening = self.take()
            return [opening, Indent([LINE, (yield node.statements[0])]), LINE, self.take()]
        return (yield from self.lines(node.statements))

    def lines(self, nodes: Iterable[ast.Node]) -> Visit:
        """Braces around items of a line each."""
        raise NotImplementedError  # `format.py` has it, with statements and declarations

    # ----------------------------------------------------------------------------------------------------- capabilities

    def needs(self, node: ast.Needs) -> Visit:
        """A list of capabilities, without the word before it."""
        if node.none:
            doc = self.take()
            if self.is_next(t.COMMA):
                return [doc, self.comma()]
            return doc
        docs: list[Doc] = []
        begin = self.i
        forced = False
        for n, item in enumerate(node.items):
            if n:
                forced = forced or self.trivia.broken[self.i]
                docs.append(LINE)
            docs.append((yield item))
            if self.is_next(t.COMMA):
                docs.append(self.comma())
                if n < len(node.items) - 1:
                    docs.insert(len(docs) - 1, ",")
        return Group(Indent(docs), forced=forced or self.commented(begin, self.i - 1))

    def capability(self, node: ast.Capability) -> Visit:
        """``fs.read("src/**")``."""
        doc: list[Doc] = [self.take()]
        while self.is_next(t.DOT):
            doc.extend((self.take(), self.take()))
        if self.is_next(t.LPAR):
            doc.append((yield from self.listed(self.full(arg) for arg in node.args)))
        return doc
