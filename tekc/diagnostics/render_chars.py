"""How characters of somebody's source come onto a terminal: widths, tabs, and nothing that could move the cursor.

Text from scripts is shown with control and bidirectional characters escaped as Tek writes them, ``\\u{202e}``, so that what
a person reads is what the compiler read.
"""

from __future__ import annotations

import re
import unicodedata

TAB = 4
"""A tab moves to the next multiple of this many columns."""

_UNSAFE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
"""What is never written as it is: controls, line separators, bidirectional and invisible marks, lone surrogates."""


def safe(text: str) -> str:
    """Return `text` with all characters escaped that a terminal would obey or hide; a tab is one blank."""
    return _UNSAFE.sub(_escape, text).replace("\t", " ")


def safe_lines(text: str) -> list[str]:
    """Return the lines of `text`, each of them safe."""
    return [safe(line) for line in text.split("\n")]


def _escape(found: re.Match[str]) -> str:
    return f"\\u{{{ord(found[0]):x}}}"


def width(text: str) -> int:
    """Return how many columns `text` takes on a terminal; East Asian wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if char < "\u0300":
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


class Columns:
    """A source line as it is shown: ``shown`` is the text, ``at[i]`` the column at which its character `i` begins.

    ``at`` has one entry more than the line has characters: the column behind its end.
    """

    __slots__ = ("at", "shown")

    def __init__(self, line: str) -> None:
        if line.isascii() and line.isprintable():
            self.shown = line
            self.at: list[int] | range = range(len(line) + 1)
            return
        parts: list[str] = []
        at = [0]
        column = 0
        for char in line:
            part = " " * (TAB - column % TAB) if char == "\t" else _UNSAFE.sub(_escape, char)
            parts.append(part)
            column += width(part)
            at.append(column)
        self.shown = "".join(parts)
        self.at = at

    def column(self, index: int) -> int:
        """Return the column of character `index`; beyond the end it counts on."""
        last = len(self.at) - 1
        return self.at[index] if index <= last else self.at[last] + index - last


def cut(text: str, start: int, end: int) -> str:
    """Return what of `text` lies in the columns `start` to `end`, with blanks for a wide character that is cut in two."""
    if text.isascii():
        return text[start:end]
    parts: list[str] = []
    column = 0
    for char in text:
        following = column + _char_width(char)
        if start <= column and following <= end:
            parts.append(char)
        elif following > start and column < end:
            parts.append(" " * (min(following, end) - max(column, start)))
        column = following
    return "".join(parts)
