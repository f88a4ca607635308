"""Splitting a command into words, by the quoting rules of POSIX, when it is compiled.

No shell ever runs, so whatever only a shell could do (pipes, redirections, variables, globs) is a problem that names what
Tek has for it.  Holes never split a word and never are quoted or unquoted: their value is one argument.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from tekc.source import Span
from tekc.syntax import ast
from tekc.syntax import problems as p

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.diagnostics import Problem
    from tekc.syntax.literals import Piece

CommandPart: TypeAlias = "list[Piece] | ast.Hole"

_SHELL = {
    "|": ("a pipe", "write `$\"a\".pipe($\"b\")`"),
    ">": ("a redirection", "write the result of `.text()` or `.output()` with `fs.write_text`"),
    "<": ("a redirection", "give the input with `.stdin(text)`"),
    "&": ("running in the background", "tasks run at the same time by themselves; for `&&` call `.run()` twice"),
    ";": ("a list of commands", "write one command after the other, each with its `.run()`"),
    "`": ("the output of another command", "interpolate `{$\"…\".text()}`"),
    "(": ("a subshell", "write one command after the other, each with its `.run()`"),
    ")": ("a subshell", "write one command after the other, each with its `.run()`"),
    "*": ("a glob", "interpolate `{fs.glob(\"…\")}`, which gives one argument a file"),
    "?": ("a glob", "interpolate `{fs.glob(\"…\")}`, which gives one argument a file"),
    "[": ("a glob", "interpolate `{fs.glob(\"…\")}`, which gives one argument a file"),
    "~": ("the home folder", "pass the path as a parameter of type `Path`"),
    "$": ("a variable", "interpolate `{env.get(\"NAME\")}`, or a value of the script"),
    "=": ("a variable for one command", "set it with `.env([\"NAME\": \"value\"])`"),
}
_VARIABLE = re.compile(r"[A-Za-z_({]")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class _Splitter:
    """The state of splitting one command: words so far, the word at hand, the quotes that are open."""

    def __init__(self, at: Span) -> None:
        self.at = at
        self.words: list[ast.CommandWord] = []
        self.problems: list[Problem] = []
        self.parts: list[str | ast.Hole] = []
        self.text: list[str] = []
        self.open = False
        self.quoted = False
        self.start = self.end = at.start
        self.quote = ""
        self.quote_at = at
        self.escaped = False

    def span(self, start: int, end: int) -> Span:
        """Return a span of the command's file."""
        return Span(self.at.file, start, end)

    def begin(self, start: int, end: int) -> None:
        """Begin a word, or go on with it."""
        if not self.open:
            self.open, self.start = True, start
        self.end = end

    def finish(self) -> None:
        """End the word at hand."""
        if not self.open:
            return
        if self.text:
            self.parts.append("".join(self.text))
        self.words.append(ast.CommandWord(self.span(self.start, self.end), tuple(self.parts), self.quoted))
        self.parts, self.text = [], []
        self.open = self.quoted = False

    def hole(self, hole: ast.Hole) -> None:
        """Add a hole to the word at hand."""
        self.begin(hole.at.start, hole.at.end)
        if self.text:
            self.parts.append("".join(self.text))
            self.text = []
        self.parts.append(hole)

    def shell(self, sign: str, start: int, end: int) -> None:
        """Report a sign that only a shell understands."""
        what, instead = _SHELL[sign]
        self.problems.append(p.ShellSyntax(self.span(start, end), what, instead, sign in "*?[~$="))

    def char(self, char: str, start: int, end: int, following: str) -> None:
        """Take one character; ``following`` is what comes next in the same text."""
        if self.escaped:
            self.escaped = False
            if self.quote and char not in '$`"\\\n':
                self.text.append("\\")
            if char != "\n":
                self.text.append(char)
            self.end = end
        elif self.quote == "'":
            self.in_quotes(char, end)
        elif char == "\\":
            self.begin(start, end)
            self.escaped, self.quoted = True, True
            self.quote_at = self.quote_at if self.quote else self.span(start, end)
        elif char == "$" and _VARIABLE.match(following):
            self.shell("$", start, end)
            self.text.append(char)
        elif self.quote:
            if char == "`":
                self.shell(char, start, end)
            self.in_quotes(char, end)
        elif char in "'\"":
            self.begin(start, end)
            self.quote, self.quoted, self.quote_at = char, True, self.span(start, end)
        elif char in " \t\n\r":
            self.finish()
        else:
            self.plain(char, start, end, following)

    def in_quotes(self, char: str, end: int) -> None:
        """Take a character between quotes."""
        self.end = end
        if char == self.quote:
            self.quote = ""
        else:
            self.text.append(char)

    def plain(self, char: str, start: int, end: int, following: str) -> None:
        """Take a character outside of quotes."""
        if self.is_shell(char, following):
            self.shell(char, start, end)
        self.begin(start, end)
        self.text.append(char)

    def is_shell(self, char: str, following: str) -> bool:
        """Tell whether a shell would do more with a character than put it into the word."""
        if char == "~":
            return not self.open
        if char == "[":
            return "]" in following.split(" ")[0] and not following.startswith("]")
        if char == "=":  # `NAME=value program`
            first = not self.words and not self.parts and not self.quoted
            return first and _ASSIGNMENT.match("".join(self.text)) is not None
        return char in "|><;&`()*?"


def split_command(at: Span, parts: Sequence[CommandPart]) -> tuple[list[ast.CommandWord], list[Problem]]:
    """Split the parts of a command into words; returns them with what is wrong."""
    state = _Splitter(at)
    for part in parts:
        if isinstance(part, ast.Hole):
            state.hole(part)
            continue
        whole = "".join(piece.text for piece in part)
        at_char = 0
        for piece in part:
            own = len(piece.text) == piece.end - piece.start
            for i, char in enumerate(piece.text):
                start, end = (piece.start + i, piece.start + i + 1) if own else (piece.start, piece.end)
                at_char += 1
                state.char(char, start, end, whole[at_char : at_char + 200])
    if state.quote or state.escaped:
        state.problems.append(p.UnclosedQuote(state.quote_at, state.quote))
    state.finish()
    if not state.words:
        state.problems.append(p.EmptyCommand(at))
    return state.words, state.problems
