"""Nodes of literals: numbers, strings with holes, bytes, commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.source import SourceFile, Span
from tekc.syntax import ast
from tekc.syntax import problems as p
from tekc.syntax.brackets import Tokens
from tekc.syntax.commands import CommandPart, split_command
from tekc.syntax.formats import parse_format
from tekc.syntax.literals import (
    BadEscape,
    BadNumber,
    Piece,
    dedent,
    read_number,
    unescape,
    unescape_bytes,
    unescaped_pieces,
)
from tekc.syntax.words import normal

if TYPE_CHECKING:
    from tekc.diagnostics import Report


class TextBuilder:
    """What the builder needs of tokens, and the nodes of literals."""

    def __init__(self, file: SourceFile, tokens: Tokens, report: Report) -> None:
        self.file = file
        self.text = file.text
        self.tokens = tokens
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.report = report

    def token_span(self, token: int) -> Span:
        """Return the span of a token."""
        return Span(self.file, self.starts[token], self.ends[token])

    def token_text(self, token: int) -> str:
        """Return the text of a token."""
        return self.text[self.starts[token] : self.ends[token]]

    def name(self, at: Span, token: int) -> ast.Name:
        """Make a lower-case name."""
        return ast.Name(at, normal(self.text[at.start : at.end]))

    def number(self, at: Span, token: int) -> int | float:
        """Read a number; a malformed one is reported and counts as 0."""
        value = read_number(self.text[at.start : at.end])
        if isinstance(value, BadNumber):
            self.report(p.MalformedNumber(at, value.why, value.instead))
            return 0
        return value

    def int_(self, at: Span, token: int) -> ast.IntLiteral:
        """Make an integer."""
        return ast.IntLiteral(at, int(self.number(at, token)))

    def float_(self, at: Span, token: int) -> ast.FloatLiteral:
        """Make a float."""
        return ast.FloatLiteral(at, float(self.number(at, token)))

    def duration(self, at: Span, token: int) -> ast.DurationLiteral:
        """Make a duration."""
        return ast.DurationLiteral(at, int(self.number(at, token)))

    def size(self, at: Span, token: int) -> ast.SizeLiteral:
        """Make a size."""
        return ast.SizeLiteral(at, int(self.number(at, token)))

    def bool_(self, at: Span, token: int) -> ast.BoolLiteral:
        """Make ``true`` or ``false``."""
        return ast.BoolLiteral(at, self.text[at.start] == "t")

    def string(self, at: Span, token: int) -> ast.StrLiteral:
        """Make a string without holes."""
        text = self.text[at.start : at.end]
        raw = text.startswith("r")
        start = 1 if raw else 0
        if text.startswith('"""', start):
            inner, start = text[start + 3 : -3], start + 3
            if raw:
                return ast.StrLiteral(at, dedent([inner])[0])
            self.check_escapes(inner, at.start + start)
            return ast.StrLiteral(at, unescape(dedent([inner])[0])[0])
        inner = text[start + 1 : -1]
        if text.startswith("'") or raw:
            return ast.StrLiteral(at, inner)
        if "\\" in inner:
            self.check_escapes(inner, at.start + 1)
            inner, _ = unescape(inner)
        return ast.StrLiteral(at, inner)

    def check_escapes(self, text: str, offset: int) -> None:
        """Report wrong escapes of a text that stands at ``offset``."""
        if "\\" in text:
            self.report_escapes(unescape(text)[1], offset)

    def report_escapes(self, bad: list[BadEscape], offset: int) -> None:
        """Report wrong escapes."""
        for escape in bad:
            at = Span(self.file, offset + escape.start, offset + escape.end)
            self.report(p.UnknownEscape(at, escape.why, escape.instead))

    def bytes_(self, at: Span, token: int) -> ast.BytesLiteral:
        """Make a bytes literal."""
        value, bad = unescape_bytes(self.text[at.start + 2 : at.end - 1])
        for escape in bad:
            place = Span(self.file, at.start + 2 + escape.start, at.start + 2 + escape.end)
            self.report(p.UnknownEscape(place, escape.why, escape.instead) if escape.why else p.BytesNotAscii(place))
        return ast.BytesLiteral(at, value)

    def interpolation(self, at: Span, opener: int, parts: list[int | ast.Hole], closer: int) -> ast.Interpolation:
        """Make a string with holes."""
        raw: list[str | None] = [self.token_text(part) if isinstance(part, int) else None for part in parts]
        for part, text in zip(parts, raw, strict=True):
            if isinstance(part, int) and text is not None:
                self.check_escapes(text, self.starts[part])
        texts = dedent(raw) if self.token_text(opener) == '"""' else [text or "" for text in raw]
        made: list[str | ast.Hole] = []
        for part, text in zip(parts, texts, strict=True):
            if not isinstance(part, int):
                made.append(part)
                continue
            value, _ = unescape(text)
            if made and isinstance(made[-1], str):
                made[-1] += value
            elif value:
                made.append(value)
        return ast.Interpolation(at, tuple(made))

    def hole(self, at: Span, opener: int, value: ast.Expr, format_: int | None) -> ast.Hole:
        """Make a hole; its format is checked as far as it can be without the type of the value."""
        if format_ is None:
            return ast.Hole(at, value, None, None)
        text, place = self.token_text(format_), self.token_span(format_)
        checked = parse_format(text)
        if isinstance(checked, str):
            self.report(p.MalformedFormat(place, checked))
            return ast.Hole(at, value, None, None)
        return ast.Hole(at, value, text, place)

    # ------------------------------------------------------------------------------------------------------- commands

    def command(self, at: Span, token: int) -> ast.CommandLiteral:
        """Make a command without holes."""
        text = self.text[at.start : at.end]
        raw = text.startswith("$r")
        start = 2 if raw else 1
        width = 3 if text.startswith('"""', start) else 1
        inner = text[start + width : -width]
        offset = at.start + start + width
        return self.split(at, [self.command_text(inner, offset, raw)], raw)

    def command_parts(self, at: Span, opener: int, parts: list[int | ast.Hole], closer: int) -> ast.CommandLiteral:
        """Make a command with holes."""
        raw = self.token_text(opener).startswith("$r")
        made: list[CommandPart] = []
        for part in parts:
            made.append(self.command_text(self.token_text(part), self.starts[part], raw) if isinstance(part, int) else part)
        return self.split(at, made, raw)

    def command_text(self, text: str, offset: int, raw: bool) -> list[Piece]:
        """Read the escapes of a part of a command, keeping where each piece stands in the file."""
        if raw:
            pieces = [Piece(text, 0, len(text))]
        else:
            pieces, bad = unescaped_pieces(text)
            self.report_escapes(bad, offset)
        return [Piece(piece.text, piece.start + offset, piece.end + offset) for piece in pieces]

    def split(self, at: Span, parts: list[CommandPart], raw: bool) -> ast.CommandLiteral:
        """Split a command into words."""
        words, odd = split_command(at, parts)
        for problem in odd[:1]:  # what follows the first sign of shell syntax is mostly more of it
            self.report(problem)
        return ast.CommandLiteral(at, tuple(words), raw)
