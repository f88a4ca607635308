"""The tokens of a correct file with what stands between them: comments and blank lines.

A comment on the line of the token before it is a *tail* of that token; one on a line of its own is a *head* of the next.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from tekc.syntax import terminals as t

if TYPE_CHECKING:
    from tekc.source import SourceFile
    from tekc.syntax.brackets import Tokens


class Head(NamedTuple):
    """A comment on a line of its own; ``spaced`` where a blank line stands before it."""

    text: str
    spaced: bool


class Trivia:
    """Tokens without newlines, a string with holes being one token, and what stands before and behind each.

    ``spaced[i]`` tells whether a blank line stands just before token ``i`` (behind its comments); ``broken[i]`` whether a
    newline stands anywhere between the one before and it.  The last token is the end of the file; behind those in
    ``line_ends`` a statement ends.
    """

    def __init__(self, file: SourceFile, tokens: Tokens) -> None:
        self.text = file.text
        self.kinds: list[int] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.line_ends: set[int] = set()
        self._collect(tokens)
        self.at = {start: i for i, start in reversed(list(enumerate(self.starts)))}
        count = len(self.kinds)
        self.heads: list[list[Head]] = [[] for _ in range(count)]
        self.tails: list[str] = [""] * count
        self.spaced = [False] * count
        self.broken = [False] * count
        self.first_tail = ""
        for i in range(count):
            self._gap(i)
        own = (len(heads) + (tail != "") for heads, tail in zip(self.heads, ["", *self.tails], strict=False))
        self._comments = [0, *accumulate(own)]

    def _collect(self, tokens: Tokens) -> None:
        depth = 0
        for kind, start, end in zip(tokens.kinds, tokens.starts, tokens.ends, strict=True):
            if kind == t.STRING_CLOSE:
                depth -= 1
                if depth == 0:
                    self.ends[-1] = end
                continue
            if kind in (t.STRING_OPEN, t.COMMAND_OPEN):
                depth += 1
                if depth > 1:
                    continue
            elif depth or kind == t.NEWLINE:
                if not depth:
                    self.line_ends.add(len(self.kinds) - 1)
                continue
            if kind == t.END:
                start = end = len(self.text)
            self.kinds.append(kind)
            self.starts.append(start)
            self.ends.append(end)

    def _gap(self, index: int) -> None:
        """Read what stands before a token."""
        text = self.text[self.ends[index - 1] if index else 0 : self.starts[index]]
        if "\n" not in text and "#" not in text:
            return
        first, *lines = text.split("\n")
        self.broken[index] = bool(lines)
        if index == 0:
            lines, first = [first, *lines], ""
        if self.kinds[index] != t.END:
            lines = lines[:-1]
        if first.strip():
            self.tails[index - 1] = first.strip()
        spaced = False
        for line in lines:
            if line.strip():
                self.heads[index].append(Head(line.strip(), spaced))
            spaced = not line.strip()
        self.spaced[index] = spaced

    def comments_between(self, first: int, last: int) -> bool:
        """Tell whether a comment stands behind token ``first`` and before token ``last``."""
        return self._comments[last + 1] > self._comments[first + 1]

    def text_of(self, index: int) -> str:
        """Return the text of a token, its newlines plain."""
        text = self.text[self.starts[index] : self.ends[index]]
        return text.replace("\r\n", "\n") if "\r" in text else text
