"""Scopes of ``process``: a program's name, a program with its first arguments, or a path of programs that the script built."""

from __future__ import annotations

from tekrt.scopes.errors import ScopeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekrt.scopes.glob import Glob, Segment

ANYTHING = "*"


class Program:
    """A parsed scope: a ``name`` (one segment) or a ``path``, and the arguments that must come first."""

    __slots__ = ("arguments", "name", "path", "text")

    def __init__(self, text: str, name: Segment, path: Glob | None, arguments: tuple[str | None, ...]) -> None:
        self.text = text
        self.name = name
        self.path = path
        self.arguments = arguments  # None is ``*``: any one argument


def split_words(text: str) -> list[str]:
    """Split at blanks; a blank after ``\\`` is part of the word (and so is the backslash, for the glob to read)."""
    words: list[str] = []
    word: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            word.append(text[at : at + 2])
            at += 2
            continue
        if char in " \t\n":
            if word:
                words.append("".join(word))
            word = []
        else:
            word.append(char)
        at += 1
    if word:
        words.append("".join(word))
    return words


def parse_program(text: str) -> Program:
    """Parse a program scope.  Raises ScopeError."""
    from tekrt.scopes.glob import parse_glob, parse_segment

    words = split_words(text)
    if not words:
        raise ScopeError("an empty program means nothing: write its name, as in `gcc`, or `git status`")
    if "\0" in text:
        raise ScopeError("a program has no NUL in its name", text.index("\0"))
    arguments = tuple(None if word == ANYTHING else _unescape(word) for word in words[1:])
    shown = " ".join(words)
    if "/" in words[0] or words[0] in (".", "..", "~", "**"):
        return Program(shown, "", parse_glob(words[0]), arguments)
    return Program(shown, parse_segment(words[0]), None, arguments)


def _unescape(word: str) -> str:
    out: list[str] = []
    at = 0
    while at < len(word):
        if word[at] == "\\" and at + 1 < len(word):
            at += 1
        out.append(word[at])
        at += 1
    return "".join(out)


def escape_word(text: str) -> str:
    """Return a scope's word that means exactly ``text``."""
    return "".join("\\" + char if char in "*?[\\ \t\n" else char for char in text)


def matches(scope: Program, argv: Sequence[str]) -> bool:
    """Tell whether a command, its program as it was named and its arguments, is one of the scope's."""
    from tekrt.scopes.glob import match_part, match_parts, split_path

    program = argv[0]
    if "/" in program:
        if scope.path is None:
            return False
        anchor, up, parts = split_path(program)
        if (anchor, up) != (scope.path.anchor, scope.path.up) or not match_parts(scope.path.segments, parts):
            return False
    elif scope.path is not None:
        return False
    elif isinstance(scope.name, str):
        if scope.name != program:
            return False
    elif not match_part(scope.name or (None,), program):
        return False
    if len(argv) - 1 < len(scope.arguments):
        return False
    return all(want is None or want == got for want, got in zip(scope.arguments, argv[1:]))


def contains(a: Program, b: Program) -> bool:
    """Tell whether every command of ``b`` is one of ``a``."""
    if not _program_contains(a, b) or len(a.arguments) > len(b.arguments):
        return False
    return all(want is None or want == got for want, got in zip(a.arguments, b.arguments))


def _program_contains(a: Program, b: Program) -> bool:
    from tekrt.scopes import automata

    if a.path is None or b.path is None:
        return a.path is None and b.path is None and automata.contains([(a.name,)], (b.name,))
    same = (a.path.anchor, a.path.up) == (b.path.anchor, b.path.up)
    return same and automata.contains([a.path.segments], b.path.segments)


def overlaps(a: Program, b: Program) -> bool:
    """Tell whether some command may be one of both."""
    from tekrt.scopes import automata

    if any(x is not None and y is not None and x != y for x, y in zip(a.arguments, b.arguments)):
        return False
    if a.path is None or b.path is None:
        return a.path is None and b.path is None and automata.overlaps((a.name,), (b.name,))
    if (a.path.anchor, a.path.up) != (b.path.anchor, b.path.up):
        return True
    return automata.overlaps(a.path.segments, b.path.segments)
