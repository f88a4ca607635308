"""Tokens, and what is open while they are made.

Every bracket that opens is closed in the tokens, in order: what the text leaves open is reported here once and closed by
tokens of no width, so that the parser never meets a consequence.  ``Tokens.hurt`` says near which tokens something was
reported already.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tekc.diagnostics import Edit
from tekc.source import SourceFile, Span
from tekc.syntax import problems as p
from tekc.syntax import terminals as t

if TYPE_CHECKING:
    from tekc.diagnostics import Report

DEPTH = 200
"""How deep brackets, blocks and holes may be nested."""

_BRACE_CLOSES_NEXT = re.compile(r"[^(){}\[\]\"#]*\}")
_HEAD = re.compile(r"(?:^|.*\W)fn[ \t]*$|[ \t]*[A-Z]\w*$|(?:pub[ \t]+)?(?:fn|task)[ \t]+\w+(?:\[[^\n]*\])?$")
_HEAD_END = re.compile(r"[ \t]*(?:\{[ \t]*$|=>|\bneeds\b|->)")
_CONDITION = re.compile(r"[ \t}]*(?:else[ \t]+)?(?:if|while|for|match)\b|[^\n]*\bneeds\b")
_TYPE = re.compile(r"[ \t]*(?:let|var|const)[ \t]+\w+[ \t]*:.*[A-Z]\w*$")
_TYPE_END = re.compile(r"[ \t]*=")
_CONDITION_END = re.compile(r"[ \t]*\{[ \t]*$")
INDENT = re.compile(r"[ \t]*")


class Unclosed:
    """Brackets that are not closed: tokens ``first..last`` stand in them, the ones of no width that close them included.

    The parser may find out better where they should have been closed, so their problem is reported after parsing.
    """

    __slots__ = ("first", "last", "problem", "settled")

    def __init__(self, first: int, last: int, problem: p.UnclosedBracket) -> None:
        self.first = first
        self.last = last
        self.problem = problem
        self.settled = False


class Tokens:
    """The tokens of a file, as lists in step, with an end token.

    ``hurt`` holds the numbers of tokens beside which the scanner reported something, ``unclosed`` the brackets without an
    end, ``docs`` the offset of each token that stands below ``##`` lines with their text, ``top`` the documentation of the
    file.
    """

    __slots__ = ("docs", "ends", "hurt", "kinds", "starts", "top", "unclosed")

    def __init__(self) -> None:
        self.kinds: list[int] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.hurt: set[int] = set()
        self.unclosed: list[Unclosed] = []
        self.docs: dict[int, str] = {}
        self.top: str | None = None

    def insert(self, index: int, kind: int, start: int, end: int) -> None:
        """Put a token in front of the one at ``index``."""
        self.kinds.insert(index, kind)
        self.starts.insert(index, start)
        self.ends.insert(index, end)
        self.hurt = {token + 1 if token >= index else token for token in self.hurt}
        for region in self.unclosed:
            region.first += region.first >= index
            region.last += region.last >= index

    def delete(self, first: int, last: int) -> None:
        """Take the tokens ``first..last`` away, the last one excluded."""
        for row in (self.kinds, self.starts, self.ends):
            del row[first:last]
        count = last - first
        self.hurt = {token - count if token >= last else min(token, first) for token in self.hurt}
        for region in self.unclosed:
            region.first = region.first - count if region.first >= last else min(region.first, first)
            region.last = region.last - count if region.last >= last else min(region.last, first)


class BracketScanner:
    """The tokens so far, and what is open.

    ``stack`` holds the kind of each opening token, its number, and for a hole the quotes of the string around it.
    """

    def __init__(self, file: SourceFile, report: Report) -> None:
        self.file = file
        self.text = file.text
        self.report = report
        self.ascii = file.text.isascii()
        self.tokens = Tokens()
        self.stack: list[tuple[int, int, str]] = []
        self.done = False

    def emit(self, kind: int, start: int, end: int) -> None:
        """Append a token."""
        self.tokens.kinds.append(kind)
        self.tokens.starts.append(start)
        self.tokens.ends.append(end)

    def span(self, start: int, end: int) -> Span:
        """Return a span of this file."""
        return Span(self.file, start, end)

    def hurt(self) -> None:
        """Remember that something was reported about the place of the next token."""
        self.tokens.hurt.add(len(self.tokens.kinds))

    # ------------------------------------------------------------------------------------------------------- brackets

    def open(self, start: int, end: int) -> int:
        """Open a bracket."""
        kind = t.SYMBOLS[self.text[start]]
        return kind if self.push(kind, start, end, "") else -1

    def push(self, kind: int, start: int, end: int, quote: str) -> bool:
        """Put an opening token on the stack; too deep a one ends the scan."""
        if len(self.stack) >= DEPTH:
            self.report(p.TooDeep(self.span(start, end), DEPTH))
            self.finish(start, silent=True)
            return False
        self.stack.append((kind, len(self.tokens.kinds), quote))
        return True

    def opener_of(self, kind: int, end: int) -> int:
        """Return the place on the stack of what a closing bracket closes, or -1."""
        stack = self.stack
        depth = len(stack) - 1
        crossed = False
        while depth >= 0:
            opened = stack[depth][0]
            if t.CLOSER_OF[opened] == kind or (kind == t.RBRACE and opened == t.HOLE_OPEN):
                break
            crossed = crossed or opened in (t.LBRACE, t.HOLE_OPEN)
            depth -= 1
        # `f(fn(x) { g(x)) })`: a stray closer rather than an unclosed block, if the block is closed later.
        if crossed and depth >= 0 and _BRACE_CLOSES_NEXT.match(self.text, end):
            return -1
        return depth

    def close_above(self, depth: int, at: int, found: str) -> None:
        """Report what is not closed above ``depth``, one of them, and close all of it."""
        kind, token, _ = self.stack[-1]
        missed = self.tokens.ends[-1]
        start = self.tokens.starts[token]
        if kind == t.HOLE_OPEN:
            self.report(p.UnclosedHole(self.span(start, start + 1), self.span(missed, missed)))
            self.close_silently(depth)
            return
        place = self.span(at, at + 1) if at < len(self.text) else self.span(missed, missed)
        closer = ")]}"["([{".index(self.text[start])]
        edit = Edit(self.span(missed, missed), closer)
        if kind in (t.LPAR, t.LBRACK) and (end := self.head_end(start)) is not None:
            edit = Edit(self.span(end, end), closer)
        if kind == t.LBRACE:
            edit = Edit(edit.at, "\n" + " " * self.indent_of(start) + "}" + ("" if place.text in ("", "\n") else "\n"))
            taken = self.taken_brace(self.stack[depth][1])
            if taken is not None:
                start, line = taken
                edit = Edit(self.span(line, line), " " * self.indent_of(start) + "}\n")
        problem = p.UnclosedBracket(self.span(start, start + 1), place, closer, found, edit)
        if kind == t.LBRACE:
            self.report(problem)
            self.close_silently(depth)
            return
        inner = len(self.stack)
        while inner > depth and self.stack[inner - 1][0] in (t.LPAR, t.LBRACK):
            inner -= 1
        region = Unclosed(self.stack[inner][1], 0, problem)
        self.close_silently(inner)
        region.last = len(self.tokens.kinds) - 1
        self.tokens.unclosed.append(region)
        self.close_silently(depth)

    def close_silently(self, depth: int) -> None:
        """Close what is open above ``depth`` by tokens of no width."""
        at = self.tokens.ends[-1]
        while len(self.stack) > depth:
            kind, _, _ = self.stack.pop()
            self.hurt()
            self.emit(t.CLOSER_OF[kind], at, at)
            if kind == t.HOLE_OPEN:
                self.hurt()
                self.emit(t.STRING_CLOSE, at, at)
        self.hurt()

    def close_line(self, start: int) -> None:
        """Close, unsaid, the brackets that were opened on the line of ``start``: their ends were taken for text."""
        self.close_silently(self.line_depth(start))

    def line_depth(self, start: int) -> int:
        """Return how many of the open brackets were opened before the line of ``start``, or are braces."""
        line = self.text.rfind("\n", 0, start) + 1
        depth = len(self.stack)
        while depth and self.stack[depth - 1][0] != t.LBRACE and self.tokens.starts[self.stack[depth - 1][1]] >= line:
            depth -= 1
        return depth

    def quote_place(self, start: int, end: int) -> int:
        """Return where the missing quote of a string belongs: before the brackets that close what its line opened."""
        opened = [kind for kind, _, _ in self.stack[self.line_depth(start) :]]
        if not opened or t.HOLE_OPEN in opened:
            return end
        closers = "".join([")" if kind == t.LPAR else "]" for kind in reversed(opened)])
        found = re.search(re.escape(closers) + r"[ \t]*(?:#.*)?$", self.text[start:end])
        return end if found is None else start + found.start()

    def taken_brace(self, first: int) -> tuple[int, int] | None:
        """Find the first block from token ``first`` on whose closing brace stands further left than the block's line.

        Such a brace was meant for a block around it.  Returns the offset of the block's brace, and that of the line of
        the other one.
        """
        kinds, starts = self.tokens.kinds, self.tokens.starts
        opened: list[int] = []
        for token in range(first, len(kinds)):
            if kinds[token] == t.LBRACE:
                opened.append(starts[token])
            elif kinds[token] == t.RBRACE and opened:
                start = opened.pop()
                line = self.text.rfind("\n", 0, starts[token]) + 1
                own_line = not self.text[line : starts[token]].strip()
                if own_line and starts[token] - line < self.indent_of(start):
                    return start, line
        return None

    def extra_brace(self) -> int | None:
        """Find the last closing brace that stands further right than the line of what it closes, on a line of its own.

        Where a later one closes nothing, this is the one too many.  Returns its token.
        """
        kinds, starts = self.tokens.kinds, self.tokens.starts
        opened: list[int] = []
        found: int | None = None
        for token, kind in enumerate(kinds):
            if kind == t.LBRACE:
                opened.append(starts[token])
            elif kind == t.RBRACE and opened:
                line = self.text.rfind("\n", 0, starts[token]) + 1
                own_line = not self.text[line : starts[token]].strip()
                if own_line and starts[token] - line > self.indent_of(opened.pop()):
                    found = token
        return found

    def head_end(self, opener: int) -> int | None:
        """Return where the head of a function, a condition, a pattern or a type ends whose bracket at ``opener`` is not closed."""
        line = self.text.rfind("\n", 0, opener) + 1
        before = self.text[line:opener]
        end = self.text.find("\n", opener)
        rest = self.text[opener : end if end >= 0 else len(self.text)]
        if self.text[opener] == "[":
            ends = _TYPE_END if _TYPE.match(before) else None
        else:
            ends = _HEAD_END if _HEAD.match(before) else _CONDITION_END if _CONDITION.match(before) else None
        found = ends.search(rest) if ends is not None else None
        if found is None or "fn" in rest[: found.start()]:
            return None
        return opener + found.start()

    def indent_of(self, offset: int) -> int:
        """Return how many blanks the line of ``offset`` begins with."""
        m = INDENT.match(self.text, self.text.rfind("\n", 0, offset) + 1)
        return len(m[0]) if m is not None else 0

    def finish(self, at: int, *, silent: bool = False) -> None:
        """End the tokens, closing what is open."""
        if self.stack:
            if silent:
                self.close_silently(0)
            else:
                self.close_above(0, at, "before the end of the file")
        tokens = self.tokens
        if tokens.kinds and tokens.kinds[-1] == t.NEWLINE:
            for row in (tokens.kinds, tokens.starts, tokens.ends):
                row.pop()
        end = tokens.ends[-1] if tokens.ends else 0
        self.emit(t.END, end, end)
        self.done = True
