"""Globs of paths: parsing and matching.

A path is a sequence of parts below an anchor: the root (``""``, perhaps some folders ``up``), ``/`` or ``~``.  A glob is a
sequence of segments: a literal text, a pattern of one part, or ``**`` for any number of parts.  So ``dir/**`` includes
``dir`` by construction, and ``..`` is gone before anything is compared: links are never followed, so taking a part and
``..`` away is what the system would do as well.

Characters are sets of ranges of code points; that makes ``?``, ``[a-z]`` and a literal the same thing to the automata.
Matching takes time proportional to text times pattern at most: no pattern makes it explode.
"""

from __future__ import annotations

from tekrt.scopes.errors import ScopeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    Ranges: TypeAlias = tuple[tuple[int, int], ...]
    Pattern: TypeAlias = tuple[Ranges | None, ...]  # None is ``*``
    Segment: TypeAlias = str | Pattern | None  # None is ``**``

TOP = 0x10FFFF
ANY: Ranges = ((1, 46), (48, TOP))
"""Every character of a part: all but NUL and ``/``."""
LONGEST = 4096
"""The longest path and the longest glob, in characters; what the system takes as well."""


class Glob:
    """A parsed glob.  ``text`` is its normal form, which parses to an equal glob."""

    __slots__ = ("anchor", "literal", "segments", "text", "up")

    def __init__(self, anchor: str, up: int, segments: tuple[Segment, ...]) -> None:
        self.anchor = anchor
        self.up = up
        self.segments = segments
        self.literal = all(isinstance(s, str) for s in segments)
        self.text = _show(anchor, up, segments)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Glob) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Glob({self.text!r})"

    def matches(self, parts: Sequence[str]) -> bool:
        """Tell whether the path of these parts, below the same anchor, is one of the glob's."""
        return match_parts(self.segments, parts)

    def prefix(self) -> tuple[str, ...]:
        """Return the leading literal parts: the folder below which everything that matches lies."""
        found: list[str] = []
        for segment in self.segments:
            if not isinstance(segment, str):
                break
            found.append(segment)
        return tuple(found)


def match_parts(segments: Sequence[Segment], parts: Sequence[str]) -> bool:
    """Match parts against segments; a ``**`` takes as few parts as it can and is asked again where that was too few."""
    at = here = 0
    star, mark = -1, 0
    count, total = len(parts), len(segments)
    while at < count:
        if here < total:
            segment = segments[here]
            if segment is None:
                star, mark = here, at
                here += 1
                continue
            if segment == parts[at] if isinstance(segment, str) else match_part(segment, parts[at]):
                at += 1
                here += 1
                continue
        if star < 0:
            return False
        mark += 1
        at, here = mark, star + 1
    while here < total and segments[here] is None:
        here += 1
    return here == total


def match_part(pattern: Pattern, name: str) -> bool:
    """Match one part against a pattern, by the same method."""
    at = here = 0
    star, mark = -1, 0
    count, total = len(name), len(pattern)
    while at < count:
        if here < total:
            ranges = pattern[here]
            if ranges is None:
                star, mark = here, at
                here += 1
                continue
            if within(ord(name[at]), ranges):
                at += 1
                here += 1
                continue
        if star < 0:
            return False
        mark += 1
        at, here = mark, star + 1
    while here < total and pattern[here] is None:
        here += 1
    return here == total


def part_test(pattern: str | Pattern) -> Callable[[str], bool]:
    """Return a test of one part; the usual shapes, as ``*.c``, cost no more than looking at both ends."""
    if isinstance(pattern, str):
        return pattern.__eq__
    if pattern.count(None) == 1 and all(r is None or (len(r) == 1 and r[0][0] == r[0][1]) for r in pattern):
        star = pattern.index(None)
        prefix = "".join(chr(r[0][0]) for r in pattern[:star] if r is not None)
        suffix = "".join(chr(r[0][0]) for r in pattern[star + 1 :] if r is not None)
        least = len(prefix) + len(suffix)
        return lambda name: len(name) >= least and name.startswith(prefix) and name.endswith(suffix)
    return lambda name: match_part(pattern, name)


def within(code: int, ranges: Ranges) -> bool:
    """Tell whether a code point is in one of the ranges."""
    return any(low <= code <= high for low, high in ranges)


def parse_glob(text: str) -> Glob:
    """Parse a glob of paths.  Raises ScopeError with the position of what is wrong."""
    if not text:
        raise ScopeError("an empty scope means nothing: write a path, or `**` for everything below the root", 0)
    if len(text) > LONGEST:
        raise ScopeError(f"a scope has at most {LONGEST} characters", LONGEST)
    if "\0" in text:
        raise ScopeError("a path has no NUL character", text.index("\0"))
    anchor, start = "", 0
    if text.startswith("/"):
        anchor, start = "/", 1
    elif text == "~" or text.startswith("~/"):
        anchor, start = "~", 2
    segments: list[Segment] = []
    up = 0
    position = start
    for piece in text[start:].split("/"):
        here = position
        position += len(piece) + 1
        if piece in ("", "."):
            continue
        if piece == "..":
            up = _step_up(anchor, up, segments, here)
            continue
        segment = parse_segment(piece, here)
        if segment is None and segments and segments[-1] is None:
            continue  # `**/**` is `**`
        segments.append(segment)
    return Glob(anchor, up, tuple(segments))


def _step_up(anchor: str, up: int, segments: list[Segment], position: int) -> int:
    """Take the last part back for a ``..``; return the new count of folders above the root."""
    if segments:
        if not isinstance(segments[-1], str):
            raise ScopeError("`..` may not follow a pattern", position)
        segments.pop()
        return up
    if anchor:
        raise ScopeError("`..` leads out of what the scope begins with", position)
    return up + 1


def parse_segment(piece: str, position: int = 0) -> Segment:
    """Parse one part of a glob: a literal, a pattern, or None for ``**``."""
    if piece == "**":
        return None
    out: list[Ranges | None] = []
    literal: list[str] | None = []
    at = 0
    while at < len(piece):
        char = piece[at]
        if char == "\\":
            if at + 1 == len(piece):
                raise ScopeError("a `\\` at the end of a part: write `\\\\` for the character", position + at)
            char = piece[at + 1]
            at += 2
        elif char == "*":
            if piece[at : at + 2] == "**":
                raise ScopeError("`**` stands for whole folders: write `**/*.c`, not `**.c`", position + at)
            out.append(None)
            literal = None
            at += 1
            continue
        elif char == "?":
            out.append(ANY)
            literal = None
            at += 1
            continue
        elif char == "[":
            ranges, at = _parse_class(piece, at, position)
            out.append(ranges)
            literal = None
            continue
        else:
            at += 1
        out.append(((ord(char), ord(char)),))
        if literal is not None:
            literal.append(char)
    return "".join(literal) if literal is not None else tuple(out)


def _parse_class(piece: str, at: int, position: int) -> tuple[Ranges, int]:
    """Parse ``[a-z_]``, ``[!a]`` or ``[^a]`` at ``at``; return its characters and where it ends."""
    start = at
    at += 1
    negated = piece[at : at + 1] in ("!", "^")
    if negated:
        at += 1
    pairs: list[tuple[int, int]] = []
    while at < len(piece) and piece[at] != "]":
        low, at = _class_char(piece, at, start, position)
        high = low
        if piece[at : at + 1] == "-" and piece[at + 1 : at + 2] not in ("", "]"):
            high, at = _class_char(piece, at + 1, start, position)
            if high < low:
                raise ScopeError("a range in `[ ]` runs from the lower character to the higher one", position + at - 3)
        pairs.append((low, high))
    if at >= len(piece):
        raise ScopeError("this `[` has no `]`: write `\\[` for the character", position + start)
    if not pairs:
        raise ScopeError("`[]` matches nothing: name the characters, or write `\\[` for the character", position + start)
    merged = merge(pairs)
    return (complement(merged) if negated else intersect(merged, ANY)), at + 1


def _class_char(piece: str, at: int, start: int, position: int) -> tuple[int, int]:
    if piece[at] == "\\":
        at += 1
        if at == len(piece):
            raise ScopeError("this `[` has no `]`: write `\\[` for the character", position + start)
    return ord(piece[at]), at + 1


def merge(pairs: list[tuple[int, int]]) -> Ranges:
    """Return the ranges sorted, without overlap and as few as can be."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(pairs):
        if out and low <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return tuple(out)


def complement(ranges: Ranges) -> Ranges:
    """Return the characters of a part that are in none of the ranges."""
    out: list[tuple[int, int]] = []
    at = 0
    for low, high in ranges:
        if at < low:
            out.append((at, low - 1))
        at = high + 1
    if at <= TOP:
        out.append((at, TOP))
    return intersect(tuple(out), ANY)


def intersect(a: Ranges, b: Ranges) -> Ranges:
    """Return the code points that are in both."""
    out: list[tuple[int, int]] = []
    for low, high in a:
        for other_low, other_high in b:
            first, last = max(low, other_low), min(high, other_high)
            if first <= last:
                out.append((first, last))
    return tuple(sorted(out))


def escape(text: str) -> str:
    """Return the glob that matches exactly ``text`` (which may hold several parts)."""
    if text == "~" or text.startswith("~/"):
        text = "./" + text
    if not any(char in text for char in "*?[\\"):
        return text
    return "".join("\\" + char if char in "*?[\\" else char for char in text)


def split_path(text: str) -> tuple[str, int, list[str]]:
    """Take a path apart, as plain text: its anchor, how many folders it goes up from there, its parts.

    ``.``, doubled slashes and ``..`` are taken out.  Above ``/`` there is ``/``; above ``~`` is the folder that holds it.
    """
    anchor = ""
    if text.startswith("/"):
        anchor = "/"
    elif text == "~" or text.startswith("~/"):
        anchor, text = "~", text[2:]
    if "/./" not in text and "//" not in text and ".." not in text and text[:2] != "./":
        # The usual case: nothing to take out but a slash at either end.
        parts = text.strip("/").split("/")
        if parts[-1] == ".":
            parts.pop()
        return anchor, 0, ([] if parts == [""] else parts)
    up = 0
    parts = []
    for piece in text.split("/"):
        if piece in ("", "."):
            continue
        if piece != "..":
            parts.append(piece)
        elif parts:
            parts.pop()
        elif anchor != "/":
            up += 1
    return anchor, up, parts


def _show(anchor: str, up: int, segments: tuple[Segment, ...]) -> str:
    pieces = [".."] * up
    pieces += [show_segment(segment) for segment in segments]
    if anchor == "/":
        return "/" + "/".join(pieces)
    if anchor == "~":
        return "/".join(["~", *pieces])
    if pieces and pieces[0] == "~":
        pieces[0] = "\\~"
    return "/".join(pieces) if pieces else "."


def show_segment(segment: Segment) -> str:
    """Return a segment as text that parses to it."""
    if segment is None:
        return "**"
    if isinstance(segment, str):
        return "".join("\\" + c if c in "*?[\\" else c for c in segment)
    out: list[str] = []
    for ranges in segment:
        if ranges is None:
            out.append("*")
        elif ranges == ANY:
            out.append("?")
        elif len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
            char = chr(ranges[0][0])
            out.append("\\" + char if char in "*?[\\" else char)
        else:
            out.append(_show_class(ranges))
    return "".join(out)


def _show_class(ranges: Ranges) -> str:
    negated = ranges[-1][1] == TOP
    shown = complement(ranges) if negated else ranges
    out = ["[!" if negated else "["]
    for low, high in shown:
        out.append(_class_text(low))
        if high > low:
            if high > low + 1:
                out.append("-")
            out.append(_class_text(high))
    out.append("]")
    return "".join(out)


def _class_text(code: int) -> str:
    char = chr(code)
    return "\\" + char if char in "]\\-!^[" else char
