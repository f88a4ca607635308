"""Laying out text: documents with places where a line may be broken, and the printer that decides.

A document is a string, a list of documents, or one of the classes below.  A group is printed on one line if what comes up
to the next newline fits, else all its own lines are broken.  A group that is *forced* is broken in any case; this does not
force the groups around it, so that ``f(fn(x) {`` stays on a line whatever its block holds.

Nothing here recurses: deep documents are printed with an explicit stack.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

WIDTH: Final = 100


class Line:
    """A place for a newline: ``flat`` is what stands there on one line, None where there is always a newline.

    A *fresh* one does nothing on a line that is still empty.
    """

    __slots__ = ("flat", "fresh")

    def __init__(self, flat: str | None, *, fresh: bool = False) -> None:
        self.flat = flat
        self.fresh = fresh


SOFT: Final = Line("")
LINE: Final = Line(" ")
HARD: Final = Line(None)
FRESH: Final = Line(None, fresh=True)


class Indent:
    """What is one level further in where its group is broken."""

    __slots__ = ("doc",)

    def __init__(self, doc: Doc) -> None:
        self.doc = doc


class Group:
    """What is broken together or not at all."""

    __slots__ = ("doc", "forced")

    def __init__(self, doc: Doc, *, forced: bool = False) -> None:
        self.doc = doc
        self.forced = forced


class Fill:
    """Texts that fill lines, with blanks between them."""

    __slots__ = ("items",)

    def __init__(self, items: Sequence[str]) -> None:
        self.items = items


class IfBroken:
    """Text that stands only in a group that is broken; ``flat`` is what stands there in one that is not."""

    __slots__ = ("flat", "text")

    def __init__(self, text: str, *, flat: str = "") -> None:
        self.text = text
        self.flat = flat


class Suffix:
    """Text that goes to the end of its line: a comment."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


Doc: TypeAlias = "str | list[Doc] | Line | Indent | Group | Fill | IfBroken | Suffix"
_Mode = Literal["flat", "broken"]
_Command = tuple[int, _Mode, Doc]


def render(doc: Doc, *, indent: int = 4, width: int = WIDTH) -> str:
    """Print a document."""
    return _Printer(indent, width).print(doc)


class _Printer:
    """The state of printing: what was written, the column, comments for the end of the line."""

    def __init__(self, indent: int, width: int) -> None:
        self.step = indent
        self.width = width
        self.out: list[str] = []  # on a line that is still blank the last part is its indent
        self.column = 0
        self.blank = True
        self.suffixes: list[str] = []
        self.refreshed = False

    def print(self, doc: Doc) -> str:
        """Print a document, and return the text."""
        stack: list[_Command] = [(0, "broken", doc)]
        while stack:
            indent, mode, doc = stack.pop()
            if isinstance(doc, str):
                self.text(doc)
            elif isinstance(doc, list):
                stack.extend((indent, mode, part) for part in reversed(doc))
            elif isinstance(doc, Line):
                self.line(doc, indent, mode)
            elif isinstance(doc, Indent):
                stack.append((indent if mode == "flat" else indent + self.step, mode, doc.doc))
            elif isinstance(doc, Group):
                stack.append((indent, self.mode_of(doc, indent, stack), doc.doc))
            elif isinstance(doc, Fill):
                self.fill(doc, indent, mode)
            elif isinstance(doc, IfBroken):
                self.text(doc.text if mode == "broken" else doc.flat)
            else:
                self.suffixes.append(doc.text)
        self.newline(0)
        return "".join(self.out).rstrip("\n") + "\n" if self.out else ""

    def text(self, text: str) -> None:
        """Write text."""
        if not text or (text == " " and self.blank):
            return
        self.out.append(text)
        self.blank = False
        newline = text.rfind("\n")
        self.column = self.column + len(text) if newline < 0 else len(text) - newline - 1

    def line(self, line: Line, indent: int, mode: _Mode) -> None:
        """Write a newline, or what stands in its place."""
        if mode == "flat" and line.flat is not None:
            self.text(line.flat)
            return
        if self.blank and (line.fresh or self.refreshed):
            self.refreshed = line.fresh
            self.column = indent
            self.out[-1:] = [" " * indent] if self.out else []
            return
        self.newline(indent)
        self.refreshed = line.fresh

    def newline(self, indent: int) -> None:
        """End the line: blanks at its end go, comments come."""
        while self.out and self.out[-1] != "\n" and not self.out[-1].strip(" "):
            self.out.pop()
        if self.out:
            self.out[-1] = self.out[-1].rstrip(" ")
        if self.suffixes:
            self.out.extend(self.suffixes)
            self.suffixes.clear()
        self.out.append("\n")
        self.out.append(" " * indent)
        self.column = indent
        self.blank = True

    def mode_of(self, group: Group, indent: int, rest: list[_Command]) -> _Mode:
        """Decide how a group is printed; one in a flat group may stand behind a newline, so it is measured all the same."""
        if group.forced:
            return "broken"
        return "flat" if self.fits((indent, "flat", group.doc), rest) else "broken"

    def fill(self, fill: Fill, indent: int, mode: _Mode) -> None:
        """Print items as many to a line as fit."""
        for i, item in enumerate(fill.items):
            if i:
                fits = mode == "flat" or self.column + len(item) + 2 <= self.width
                self.line(LINE, indent, "flat" if fits else "broken")
            self.text(item)

    def fits(self, first: _Command, rest: list[_Command]) -> bool:
        """Tell whether what comes up to the next newline fits on this line."""
        left = self.width - self.column
        commands = [first]
        at = len(rest)
        while left >= 0:
            if not commands:
                if at == 0:
                    return True
                at -= 1
                commands.append(rest[at])
            indent, mode, doc = commands.pop()
            if isinstance(doc, str):
                newline = doc.find("\n")
                if newline >= 0:
                    return newline <= left
                left -= len(doc)
            elif isinstance(doc, list):
                commands.extend((indent, mode, part) for part in reversed(doc))
            elif isinstance(doc, Line):
                if mode == "broken" or doc.flat is None:
                    return True
                left -= len(doc.flat)
            elif isinstance(doc, Indent):
                commands.append((indent, mode, doc.doc))
            elif isinstance(doc, Group):
                commands.append((indent, "broken" if doc.forced else mode, doc.doc))
            elif isinstance(doc, Fill):
                commands.extend((indent, mode, part) for item in doc.items for part in (item, " "))
            elif isinstance(doc, IfBroken):
                left -= len(doc.text if mode == "broken" else doc.flat)
        return False
