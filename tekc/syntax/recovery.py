"""What the parser does with a token that fits nowhere.

First the mistakes that people make are looked for, one function each; they report in their own words and put right what
they can.  Else the token is reported with what was expected, the statement (declaration, arm, variant) is given up, and the
parser goes on behind it.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple

from tekc.source import SourceFile, Span
from tekc.syntax import problems as p
from tekc.syntax import terminals as t
from tekc.syntax.automaton import ROWS, accepts
from tekc.syntax.expected import EXPRESSION, STARTS_STATEMENT, expected_words, found_words
from tekc.syntax.mistakes import MISTAKES

if TYPE_CHECKING:
    from tekc.diagnostics import Report
    from tekc.syntax.brackets import Tokens

UNFINISHED = t.CLOSERS | {t.END}
"""What is not odd itself: the line before it stops in the middle."""

MOST_ERRORS = 100
"""After so many places where the parser was lost the rest of a file is not read."""


class Stacks(NamedTuple):
    """The stacks of the parser: states, values (the number of a token for a terminal), and where each value begins."""

    states: list[int]
    values: list[Any]
    begins: list[int]

    def cut(self, length: int) -> None:
        """Keep the lowest ``length`` entries."""
        for row in self:
            del row[length:]


class Recovery:
    """Recovers one parser, as often as need be."""

    def __init__(self, file: SourceFile, tokens: Tokens, stacks: Stacks, report: Report) -> None:
        self.file = file
        self.text = file.text
        self.tokens = tokens
        self.stacks = stacks
        self.report = report
        self.count = 0
        self.resumed = -1

    def span(self, token: int) -> Span:
        """Return the span of a token."""
        return Span(self.file, self.tokens.starts[token], self.tokens.ends[token])

    def mend(self, index: int) -> int:
        """Deal with the token at ``index``; returns the token to go on with, or -1 to give up."""
        self.count += 1
        if self.count > MOST_ERRORS:
            return -1
        if index in self.tokens.hurt or index - 1 in self.tokens.hurt:
            return self.give_up_item(index)
        for mistake in MISTAKES:
            found = mistake(self, index)
            if found is not None:
                return found
        expected = expected_words(self.stacks.states)
        at, found = self.span(index), found_words(self.file, self.tokens, index)
        if index and self.kind(index) in UNFINISHED and not self.same_line(index):
            at, found = Span(self.file, self.tokens.ends[index - 1], self.tokens.ends[index - 1]), "the end of the line"
        self.report(p.Unexpected(at, found, expected, self.missing(index)))
        return self.give_up_item(index)

    def missing(self, index: int) -> str:
        """Return what would fit if it were put before a token: a comma or a newline; else nothing."""
        kind = self.kind(index)
        if kind in EXPRESSION and self.accepts(t.COMMA) and not self.accepts(t.NEWLINE):
            return ", "
        if kind in STARTS_STATEMENT and self.accepts(t.NEWLINE) and self.in_braces():
            return "\n" + self.indent(index)
        return ""

    # -------------------------------------------------------------------------------------------- what mistakes ask for

    def kind(self, token: int) -> int:
        """Return the kind of a token; behind the last one there are only ends."""
        kinds = self.tokens.kinds
        return kinds[token] if token < len(kinds) else t.END

    def token_text(self, token: int) -> str:
        """Return the text of a token."""
        return self.text[self.tokens.starts[token] : self.tokens.ends[token]]

    def accepts(self, kind: int) -> bool:
        """Tell whether the parser could go on with a token of ``kind``."""
        return accepts(self.stacks.states, kind)

    def at_item(self) -> bool:
        """Tell whether a statement, declaration, arm or variant begins here."""
        return t.BROKEN in ROWS[self.stacks.states[-1]]

    def in_braces(self) -> bool:
        """Tell whether the parser is between braces."""
        kinds = self.tokens.kinds
        return any(type(value) is int and kinds[value] == t.LBRACE for value in self.stacks.values)

    def in_match(self) -> bool:
        """Tell whether the innermost braces are those of a ``match``."""
        kinds, values = self.tokens.kinds, self.stacks.values
        for at in range(len(values) - 1, 1, -1):
            value = values[at]
            if type(value) is int and kinds[value] in t.OPENERS:
                before = values[at - 2]
                return kinds[value] == t.LBRACE and type(before) is int and kinds[before] == t.NUMBER["MATCH"]
        return False

    def same_line(self, index: int) -> bool:
        """Tell whether a token and the one before it stand on one line."""
        return "\n" not in self.text[self.tokens.ends[index - 1] : self.tokens.starts[index]]

    def after_first_close(self, index: int) -> int:
        """Return the token behind what the opening token at ``index`` opens (or the next opening one)."""
        depth = 0
        while self.kind(index) != t.END:
            depth += (self.kind(index) in t.OPENERS) - (self.kind(index) in t.CLOSERS)
            index += 1
            if depth <= 0:
                break
        return index

    def item_begin(self) -> int:
        """Return the offset at which the innermost item begins."""
        states = self.stacks.states
        keep = len(states)
        while t.BROKEN not in ROWS[states[keep - 1]]:
            keep -= 1
        return self.stacks.begins[keep] if keep < len(states) else len(self.text)

    def kind_at(self, offset: int) -> int:
        """Return the kind of the token that begins at ``offset``, past ``pub``."""
        at = bisect_left(self.tokens.starts, offset)
        return self.kind(at + 1) if self.kind(at) == t.NUMBER["PUB"] else self.kind(at)

    def indent(self, index: int) -> str:
        """Return the blanks at the beginning of a token's line."""
        line = self.text.rfind("\n", 0, self.tokens.starts[index]) + 1
        return self.text[line : len(self.text) - len(self.text[line:].lstrip(" \t"))]

    def insert(self, index: int, *kinds: int) -> None:
        """Put tokens of no width before the one at ``index``."""
        place = self.tokens.ends[index - 1] if index else 0
        for kind in reversed(kinds):
            self.tokens.insert(index, kind, place, place)

    # ---------------------------------------------------------------------------------------------------- giving up

    def give_up_item(self, index: int) -> int:
        """Drop the innermost item that is being read, up to where the next one begins."""
        states, values = self.stacks.states, self.stacks.values
        kinds = self.tokens.kinds
        depth = 0
        keep = len(states)
        while t.BROKEN not in ROWS[states[keep - 1]]:
            keep -= 1
            value = values[keep]
            if type(value) is int and kinds[value] in t.OPENERS:
                depth += 1
        begin = self.stacks.begins[keep] if keep < len(states) else self.tokens.starts[index]
        self.stacks.cut(keep)
        stop = self.skip(index, depth, top=keep == 1 or not self.in_braces())
        self.tokens.insert(stop, t.BROKEN, begin, max(begin, self.tokens.ends[stop - 1]))
        self.resumed = stop
        return stop

    def skip(self, index: int, depth: int, *, top: bool) -> int:
        """Return the token at which the item that holds ``index`` ends; ``depth`` is how many brackets it has open."""
        kinds = self.tokens.kinds
        if index <= self.resumed + 1 and kinds[index] != t.END:
            index += 1  # a step at least, so that this ends
        while kinds[index] != t.END:
            kind = kinds[index]
            if kind in t.OPENERS:
                depth += 1
            elif kind in t.CLOSERS:
                if depth == 0 and not top:
                    return index
                depth = max(depth - 1, 0)
            elif kind == t.NEWLINE and depth == 0 and (not top or self.is_declaration(index + 1)):
                return index
            index += 1
        return index

    def is_declaration(self, index: int) -> bool:
        """Tell whether a declaration begins at a token."""
        return self.tokens.kinds[index] in t.DECLARES
