"""What all parts of the formatter share: the token at hand, comments, brackets, names and types."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from tekc.syntax import ast
from tekc.syntax import terminals as t
from tekc.syntax.layout import FRESH, HARD, LINE, SOFT, Doc, Fill, Group, IfBroken, Indent, Suffix

if TYPE_CHECKING:
    from tekc.syntax.trivia import Trivia

_N = t.NUMBER
Visit: TypeAlias = Generator[ast.Node, Doc, Doc]
"""A visit of a node: yields children, gets their documents, returns its own.  So the depth of a tree costs no stack."""

_TIGHT_BEFORE = frozenset({t.RPAR, t.RBRACK, t.COMMA, t.COLON, t.DOT, t.QUESTION, t.COALESCE, t.HOLE_CLOSE})
_TIGHT_AFTER = frozenset({t.LPAR, t.LBRACK, t.DOT, _N["DOTDOT"], _N["DOTDOTEQ"]})
_RANGES = frozenset({_N["DOTDOT"], _N["DOTDOTEQ"]})
_VALUES = t.SOFT_WORDS | frozenset({t.NAME, t.UPPER, t.INT, t.FLOAT, t.DURATION, t.SIZE, t.STRING, t.BYTES, _N["BOOL"], t.RPAR, t.RBRACK})
_SHORT = 10
_BEFORE_LINE = t.OPENERS | {t.COMMA}
_AFTER_LINE = t.CLOSERS | t.BINARY | {t.COMMA, t.END, t.DOT, t.ELSE, _N["CATCH"]}


class Formatter:
    """Walks the tree and the tokens in step."""

    def __init__(self, trivia: Trivia) -> None:
        self.trivia = trivia
        self.kinds = trivia.kinds
        self.i = 0

    # --------------------------------------------------------------------------------------------------------- tokens

    def take(self) -> Doc:
        """Print the next token with its comments."""
        i = self.i
        self.i += 1
        trivia = self.trivia
        text = trivia.text_of(i)
        heads, tail = trivia.heads[i], trivia.tails[i]
        if not heads and not tail:
            return text
        doc: list[Doc] = []
        for head in heads:
            doc.extend((FRESH, head.text, FRESH))
        doc.append(text)
        if tail:
            doc.append(Suffix("  " + tail))
            if not self.line_may_go_on(i):
                doc.append(FRESH)
        return doc

    def line_may_go_on(self, i: int) -> bool:
        """Tell whether a comment behind a token finds the end of its line by itself: where a newline is printed anyway."""
        following = self.kinds[i + 1]
        return i in self.trivia.line_ends or self.kinds[i] in _BEFORE_LINE or following in _AFTER_LINE

    def token_at(self, offset: int) -> int:
        """Return the number of the token that begins at ``offset``."""
        return self.trivia.at[offset]

    def is_next(self, kind: int) -> bool:
        """Tell whether the next token is of a kind."""
        return self.kinds[self.i] == kind

    def heads(self) -> list[Doc]:
        """Print the comments above the next token, each on its line."""
        doc: list[Doc] = []
        heads = self.trivia.heads[self.i]
        for n, head in enumerate(heads):
            if head.spaced and n:
                doc.append(HARD)
            doc.extend((head.text, HARD))
        if heads and self.trivia.spaced[self.i]:
            doc.append(HARD)
        self.trivia.heads[self.i] = []
        return doc

    def is_spaced(self) -> bool:
        """Tell whether a blank line stands before the next token and its comments."""
        heads = self.trivia.heads[self.i]
        return heads[0].spaced if heads else self.trivia.spaced[self.i]

    def commented(self, first: int, last: int) -> bool:
        """Tell whether a comment stands between two tokens."""
        return self.trivia.comments_between(first, last)

    # ------------------------------------------------------------------------------------------------ types and patterns

    def run(self, stop: int) -> Doc:
        """Print the tokens up to ``stop`` (excluded) on one line: names, types, patterns."""
        doc: list[Doc] = []
        first = self.i
        while self.i < stop:
            if self.i > first and self.is_apart(self.i - 1, self.i):
                doc.append(" ")
            doc.append(self.take())
            if self.trivia.tails[self.i - 1] and self.i < stop:
                doc.append(FRESH)  # nothing else here breaks the line
        return doc

    def is_apart(self, before: int, at: int) -> bool:
        """Tell whether a blank stands between two tokens of a type or pattern."""
        left, right = self.kinds[before], self.kinds[at]
        if left == t.COMMA or left == t.COLON:
            return right not in (t.RPAR, t.RBRACK)
        if left in _TIGHT_AFTER or right in _TIGHT_BEFORE:
            return False
        if right in _RANGES:
            return left not in _VALUES
        if right in (t.LPAR, t.LBRACK):
            return left not in _VALUES and left != t.FN
        return left != _N["MINUS"]

    def before(self, node: ast.Node) -> int:
        """Return the number of a node's first token."""
        return self.token_at(node.at.start)

    def simple(self, node: ast.Node) -> Doc:
        """Print a type or pattern."""
        return self.run(self.behind(node))

    def behind(self, node: ast.Node) -> int:
        """Return the number of the token behind a node."""
        i = self.i
        ends, end = self.trivia.ends, node.at.end
        while ends[i] < end:
            i += 1
        return i + 1

    def simple_until(self, *kinds: int) -> Doc:
        """Print tokens up to one of ``kinds`` that stands outside of brackets."""
        stop, depth = self.i, 0
        while depth or self.kinds[stop] not in kinds:
            depth += (self.kinds[stop] in t.OPENERS) - (self.kinds[stop] in t.CLOSERS)
            stop += 1
        return self.run(stop)

    # ------------------------------------------------------------------------------------------------------- brackets

    def listed(self, items: Iterable[Visit], *, spaced: bool = False, fill: bool = False, hug: bool = False) -> Visit:
        """Print an opening bracket, items with commas between, and the closing one, one item a line where it is broken.

        ``spaced`` puts blanks inside the brackets where they are on one line; ``hug`` leaves it to the only item to break.
        """
        opener = self.i
        forced = self.trivia.broken[opener + 1]
        opening = self.take()
        docs: list[Doc] = []
        for item in items:
            heads = self.heads()
            forced = forced or bool(heads)
            doc = yield from item
            if self.is_next(t.COMMA):
                heads.extend((doc, self.comma()))
            else:
                heads.append(doc)
            docs.append(heads)
        dangling = self.heads()
        inside = self.commented(opener, self.i) or bool(dangling)
        closing = self.take()
        if not docs:
            if dangling:
                return Group([opening, Indent([HARD, *_trimmed(dangling)]), HARD, closing], forced=True)
            return [opening, closing]
        if hug and not forced and not inside:
            return [opening, *docs, closing]
        edge = LINE if spaced else SOFT
        body: list[Doc] = [Fill(_texts(docs))] if fill and not inside else _joined(docs)
        body.append(IfBroken(","))
        if dangling:
            body.extend((HARD, *_trimmed(dangling)))
        return Group([opening, Indent([edge, *body]), edge, closing], forced=forced or inside or bool(dangling))

    def comma(self) -> Doc:
        """Skip a comma that is printed elsewhere; comments beside it go to the end of the line."""
        comments = [head.text for head in self.trivia.heads[self.i]]
        if self.trivia.tails[self.i]:
            comments.append(self.trivia.tails[self.i])
        self.i += 1
        return [Suffix("  " + comment) for comment in comments]

    def plain_items(self, nodes: Sequence[ast.Node]) -> Iterable[Visit]:
        """Give items that are types or patterns."""
        for node in nodes:
            yield self.as_visit(node)

    def as_visit(self, node: ast.Node) -> Visit:
        """Print a type or pattern as a visit."""
        return self.simple(node)
        yield node  # makes this a generator

    def is_short(self, node: ast.Node) -> bool:
        """Tell whether a node is one short literal, so that many fill a line."""
        return isinstance(node, ast.IntLiteral | ast.FloatLiteral | ast.StrLiteral | ast.BoolLiteral | ast.DurationLiteral) and (
            node.at.end - node.at.start <= _SHORT
        )


def _joined(docs: list[Doc]) -> list[Doc]:
    """Put a comma and a line between documents (a comment behind an item's comma follows it)."""
    out: list[Doc] = []
    for n, doc in enumerate(docs):
        if n:
            out.append(LINE)
        if n == len(docs) - 1:
            out.append(doc)
        else:
            out.extend((doc, ","))
    return out


def _texts(docs: list[Doc]) -> list[str]:
    """Return documents that are one text each, with their commas."""
    texts: list[str] = []
    for doc in docs:
        while isinstance(doc, list):
            doc = doc[0]
        assert isinstance(doc, str)  # a short literal without comments
        texts.append(doc)
    return [text + "," if n < len(texts) - 1 else text for n, text in enumerate(texts)]


def _trimmed(docs: list[Doc]) -> list[Doc]:
    """Leave out the newlines at the end."""
    while docs and docs[-1] is HARD:
        docs.pop()
    return docs
