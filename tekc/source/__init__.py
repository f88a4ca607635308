"""Source text and places in it.

A :class:`SourceFile` is text that was read once, with an index of its lines.  A :class:`Span` is a half-open range of
scalar values in one file.  Nothing here reads the disk; the driver hands the text in.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple


class SourceFile:
    """The text of one file, its display name and an index of its lines.

    ``path`` is what diagnostics show; ``text`` has no BOM and keeps its line ends as they are.  ``lost`` holds the names in
    those parts that could not be parsed: what they mean is not known, so problems about them are mere consequences.
    ``errors`` are the offsets of what the parser complained about, in order; ``unread`` says that the file could not be read.
    """

    __slots__ = ("_starts", "errors", "lost", "path", "text", "unread")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.lost: frozenset[str] = frozenset()
        self.errors: tuple[int, ...] = ()
        self.unread = False
        self._starts: list[int] | None = None

    def __repr__(self) -> str:
        return f"SourceFile({self.path!r})"

    @property
    def starts(self) -> list[int]:
        """Offsets in scalar values at which the lines begin, made when first asked for."""
        if self._starts is None:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._starts = starts
        return self._starts

    def is_parsed(self, start: int, end: int) -> bool:
        """Tell whether everything from ``start`` to ``end`` could be parsed: something may be missing there else."""
        return bisect_left(self.errors, start) == bisect_right(self.errors, end)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Return the line and column of ``offset``, both from 1, columns in scalar values."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """Return the text of a line (from 1) without its end."""
        start = self.starts[line - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def byte_offset(self, offset: int) -> int:
        """Return ``offset`` counted in UTF-8 bytes."""
        return len(self.text[:offset].encode("utf-8", "surrogatepass"))


class Span(NamedTuple):
    """A half-open range ``start..end`` of scalar values in ``file``."""

    file: SourceFile
    start: int
    end: int

    def to(self, other: Span) -> Span:
        """Return the span from the start of this one to the end of ``other``."""
        return Span(self.file, self.start, other.end)

    @property
    def text(self) -> str:
        """The source text of this span."""
        return self.file.text[self.start : self.end]
