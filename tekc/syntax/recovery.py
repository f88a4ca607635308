"""What the parser does with a token that fits nowhere.

First the mistakes that people make are looked for, one function each; they report in their own words and put right what
they can.  Else the token is reported with what was expected, the statement (declaration, arm, variant) is given up, and the
parser goes on behind it.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple

from tekc.diagnostics import Edit
from tekc.source import SourceFile, Span
from tekc.syntax import problems as p
from tekc.syntax import terminals as t
from tekc.syntax.automaton import ROWS, accepts
from tekc.syntax.expected import EXPRESSION, STARTS_STATEMENT, expected_words, found_words
from tekc.syntax.mistakes import MISTAKES
from tekc.syntax.words import normal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tekc.diagnostics import Problem
    from tekc.syntax.brackets import Tokens, Unclosed

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

    def __init__(self, file: SourceFile, tokens: Tokens, stacks: Stacks, problems: list[Problem]) -> None:
        self.file = file
        self.text = file.text
        self.tokens = tokens
        self.stacks = stacks
        self.problems = problems
        self.count = 0
        self.failed = -1
        self.lost: set[str] = set()

    def report(self, problem: Problem) -> None:
        """Add a problem."""
        self.problems.append(problem)

    def span(self, token: int) -> Span:
        """Return the span of a token."""
        return Span(self.file, self.tokens.starts[token], self.tokens.ends[token])

    def mend(self, index: int) -> int:
        """Deal with the token at ``index``; returns the token to go on with, or -1 to give up."""
        self.count += 1
        if self.count > MOST_ERRORS:
            return -1
        left = len(self.tokens.kinds) - index  # tells a token even where some were put in before it
        if left == self.failed:
            return self.drop(index)
        self.failed = left
        for region in self.tokens.unclosed:
            if region.first < index <= region.last:
                return self.mend_unclosed(region, index)
        if index in self.tokens.hurt or index - 1 in self.tokens.hurt:
            return self.give_up_item(index)
        for mistake in MISTAKES:
            mended = mistake(self, index)
            if mended is not None:
                return mended
        if self.reported_on_line(index):
            return self.give_up_item(index)
        expected = expected_words(self.stacks.states)
        at, found = self.span(index), found_words(self.file, self.tokens, index)
        if index and self.kind(index) in UNFINISHED and not self.same_line(index):
            at, found = Span(self.file, self.tokens.ends[index - 1], self.tokens.ends[index - 1]), "the end of the line"
        missing = self.missing(index)
        self.report(p.Unexpected(at, found, expected, missing))
        if missing and not self.accepts(t.COLON):
            self.insert(index, {", ": t.COMMA, ".": t.DOT}.get(missing, t.NEWLINE))
            return index
        return self.give_up_item(index)

    def reported_on_line(self, index: int) -> bool:
        """Tell whether an error stands earlier on the line of a token: one such line is mostly one mistake."""
        start = self.tokens.starts[index]
        line = self.text.rfind("\n", 0, start) + 1
        return any(line <= problem.at.start <= start and problem.severity == "error" for problem in self.problems)

    def drop(self, index: int) -> int:
        """Leave out a token that did not help before, so that this ends; the end of the file ends it anyway."""
        if self.kind(index) == t.END:
            return -1
        self.tokens.delete(index, index + 1)
        self.failed = -1
        return index

    def mend_unclosed(self, region: Unclosed, index: int) -> int:
        """Close what is not closed at the end of a line, where the next line does not go on with it.

        Newlines do not count in brackets, so they are put in again behind.
        """
        tokens = self.tokens
        if not self.same_line(index):
            place = tokens.ends[index - 1]
            closer = next((at for at in range(index, region.last + 1) if tokens.starts[at] == tokens.ends[at]), -1)
            if closer >= 0 and tokens.kinds[closer] in t.CLOSERS and self.accepts(tokens.kinds[closer]):
                kind = tokens.kinds[closer]
                if closer > index:
                    last = region.last
                    tokens.delete(closer, closer + 1)
                    tokens.insert(index, kind, place, place)
                    region.last = last
                if not region.settled:
                    region.settled = True
                    edit = Edit(Span(self.file, place, place), region.problem.edit.text)
                    start = tokens.starts[index + 1]
                    line = Span(self.file, start, start + 1)
                    old = region.problem
                    region.problem = p.UnclosedBracket(old.at, line, old.closer, "before this line", edit)
                self.failed = -1
                return index
            if self.accepts(t.NEWLINE):
                self.insert(index, t.NEWLINE)
                self.failed = -1
                return index
        return self.give_up_item(index)

    def missing(self, index: int) -> str:
        """Return what would fit if it were put before a token: a dot, a comma or a newline; else nothing."""
        kind = self.kind(index)
        after_call = self.kind(index - 1) in (t.RPAR, t.RBRACK)
        if kind == t.NAME and after_call and self.accepts(t.DOT) and self.tokens.ends[index - 1] == self.tokens.starts[index]:
            return "."
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
        return any(self.kind(opener) == t.LBRACE for opener in self.open_brackets())

    def in_match(self) -> bool:
        """Tell whether the innermost braces are those of a ``match``."""
        opener = next(self.open_brackets(), None)
        if opener is None or self.kind(opener) != t.LBRACE:
            return False
        before = self.stacks.values[self.stacks.values.index(opener) - 2]
        return type(before) is int and self.kind(before) == t.NUMBER["MATCH"]

    def open_brackets(self) -> Iterator[int]:
        """Give the tokens of the brackets that are open, from the innermost outwards."""
        closed = 0
        for value in reversed(self.stacks.values):
            if type(value) is not int:
                continue
            if self.kind(value) in t.CLOSERS:
                closed += 1
            elif self.kind(value) in t.OPENERS:
                if not closed:
                    yield value
                closed = max(closed - 1, 0)

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
        keep, _ = self.innermost_item()
        return self.stacks.begins[keep] if keep < len(self.stacks.begins) else len(self.text)

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
        keep, depth = self.innermost_item()
        begin = self.stacks.begins[keep] if keep < len(self.stacks.begins) else self.tokens.starts[index]
        self.stacks.cut(keep)
        stop = self.skip(index, depth, top=keep == 1 or not self.in_braces())
        self.lose(begin, stop)
        self.tokens.insert(stop, t.BROKEN, begin, max(begin, self.tokens.ends[stop - 1]))
        return stop

    def lose(self, begin: int, stop: int) -> None:
        """Remember the names from the offset ``begin`` to the token ``stop``: some may be declared there."""
        kinds = self.tokens.kinds
        for token in range(bisect_left(self.tokens.starts, begin), stop):
            if kinds[token] == t.NAME or kinds[token] == t.UPPER or kinds[token] in t.SOFT_WORDS:
                self.lost.add(normal(self.token_text(token)))

    def innermost_item(self) -> tuple[int, int]:
        """Return how much of the stack lies before the innermost item, and how many brackets the item has open."""
        states, values, kinds = self.stacks.states, self.stacks.values, self.tokens.kinds
        keep, depth = len(states), 0
        while depth < 0 or t.BROKEN not in ROWS[states[keep - 1]]:  # below zero: between brackets that are closed
            keep -= 1
            value = values[keep]
            if type(value) is int:
                depth += (kinds[value] in t.OPENERS) - (kinds[value] in t.CLOSERS)
        return keep, depth

    def skip(self, index: int, depth: int, *, top: bool) -> int:
        """Return the token at which the item that holds ``index`` ends; ``depth`` is how many brackets it has open."""
        kinds = self.tokens.kinds
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
