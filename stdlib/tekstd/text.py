"""Host bodies of ``text.tek``.  Regular expressions run in RE2, in time linear in the text."""

from __future__ import annotations

from tekrt.values.containers import TList, TMap, new_record, some
from tekrt.values.failure import Failure
from tekrt.values.native import native
from tekrt.values.scalars import Regex
from tekrt.values.types import NONE, declare_record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MATCH = "text.Match"
_MEMORY = 64 << 20


def compiled(pattern: str) -> Regex:
    """Return the regular expression of a pattern; ``decode`` where it is none."""
    regex = Regex(pattern)
    engine(regex)
    return regex


def engine(regex: Regex) -> Any:
    """Return RE2's object for a regular expression, made when it is first used."""
    if regex.engine is None:
        import re2

        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        try:
            regex.engine = re2.compile(regex.text, options)
        except re2.error as error:
            reason = error.args[0] if error.args else "malformed"
            words = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
            raise Failure("decode", f"{regex.text!r} is no regular expression: {words}") from None
    return regex.engine


def match_record(found: Any) -> list[Any]:
    """Return what was found as a ``text.Match``."""
    groups = TList(1, [group or "" for group in found.groups()])
    return new_record(_match_type(), found.group(), found.start(), found.end(), groups)


def _match_type() -> Any:
    return declare_record(MATCH, ("text", ("Str",)), ("start", ("Int",)), ("end", ("Int",)), ("groups", ("List", ("Str",))))


@native("text.regex")
def regex_(ctx: Any, pattern: str) -> Regex:
    """Return the regular expression of a pattern; ``decode`` where it is none."""
    return compiled(pattern)


@native("text.escape")
def escape(ctx: Any, literal: str) -> str:
    """Return a pattern that finds exactly this text."""
    return "".join(["\\" + c if c in _SPECIAL else c for c in literal])


_SPECIAL = frozenset("\\.+*?()|[]{}^$")


@native("text.Regex.is_match")
def is_match(ctx: Any, regex: Regex, s: str) -> bool:
    """Tell whether the pattern occurs in the text."""
    return engine(regex).search(s) is not None


@native("text.Regex.find")
def find(ctx: Any, regex: Regex, s: str) -> Any:
    """Return the first place where the pattern occurs."""
    found = engine(regex).search(s)
    return NONE if found is None else some(match_record(found))


@native("text.Regex.find_all")
def find_all(ctx: Any, regex: Regex, s: str) -> TList:
    """Return all places where the pattern occurs."""
    return TList(1, [match_record(found) for found in engine(regex).finditer(s)])


@native("text.Regex.captures")
def captures(ctx: Any, regex: Regex, s: str) -> Any:
    """Return the texts of the named groups of the first place; a group that took no part is left out."""
    found = engine(regex).search(s)
    if found is None:
        return NONE
    names = sorted(engine(regex).groupindex.items(), key=lambda item: item[1])
    return some(TMap(1, {name: found.group(at) for name, at in names if found.group(at) is not None}))


@native("text.Regex.replace")
def replace(ctx: Any, regex: Regex, s: str, with_: str) -> str:
    """Return the text with every occurrence replaced; ``fail`` where ``with`` names a group that is not there."""
    parts = list(_template(engine(regex), with_))
    out: list[str] = []
    at = 0
    for found in engine(regex).finditer(s):
        out.append(s[at : found.start()])
        out += [part if type(part) is str else found.group(part) or "" for part in parts]
        at = found.end()
    out.append(s[at:])
    return "".join(out)


def _template(pattern: Any, text: str) -> Iterator[str | int]:
    """Yield the texts and group numbers of a replacement."""
    at = 0
    while True:
        dollar = text.find("$", at)
        if dollar < 0:
            yield text[at:]
            return
        yield text[at:dollar]
        after = text[dollar + 1 : dollar + 2]
        if after == "$":
            yield "$"
            at = dollar + 2
        elif after.isdecimal() and after.isascii():
            end = dollar + 2
            while text[end : end + 1].isdecimal() and text[end].isascii():
                end += 1
            yield _group(pattern, text[dollar + 1 : end])
            at = end
        elif after == "{" and "}" in text[dollar:]:
            end = text.index("}", dollar)
            yield _group(pattern, text[dollar + 2 : end])
            at = end + 1
        else:
            yield "$"
            at = dollar + 1


def _group(pattern: Any, name: str) -> int:
    if name.isdecimal() and name.isascii() and len(name) < 10:
        number = int(name)
        if number > pattern.groups:
            raise Failure("fail", f"replace: the pattern has no group {number}, only {pattern.groups}")
        return number
    number = int(pattern.groupindex.get(name, 0))
    if number == 0:
        raise Failure("fail", f"replace: the pattern has no group named {name!r}")
    return number


@native("text.Regex.split")
def split(ctx: Any, regex: Regex, s: str) -> TList:
    """Return what stands between the occurrences."""
    out: list[str] = []
    at = 0
    for found in engine(regex).finditer(s):
        out.append(s[at : found.start()])
        at = found.end()
    out.append(s[at:])
    return TList(1, out)


@native("text.Regex.pattern")
def pattern_(ctx: Any, regex: Regex) -> str:
    """Return the pattern's text."""
    return regex.text


@native("text.diff")
def diff(ctx: Any, a: str, b: str) -> str:
    """Return the difference of two texts as ``diff -u`` writes it."""
    from difflib import unified_diff

    out: list[str] = []
    for line in unified_diff(_ended_lines(a), _ended_lines(b), "a", "b"):
        out.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    return "".join(out)


def _ended_lines(s: str) -> list[str]:
    found = [line + "\n" for line in s.split("\n")]
    last = found.pop()[:-1]
    return [*found, last] if last else found


@native("text.wrap")
def wrap(ctx: Any, s: str, n: int) -> TList:
    """Return the text in lines of at most ``n`` characters; ``fail`` where that is below 1."""
    if n < 1:
        raise Failure("fail", f"wrap: lines of {n} characters cannot be")
    lines: list[str] = []
    line = ""
    for word in s.split():
        blank = " " if line else ""
        for piece in _pieces(word):
            rest = piece
            if len(line) + len(blank) + len(rest) > n:
                room = n - len(line) - len(blank)
                if len(rest) > n and line and room > 0:
                    # what has to be broken anyway begins on this line
                    line, rest = line + blank + rest[:room], rest[room:]
                if line:
                    lines.append(line)
                    line = blank = ""
                whole = (len(rest) - 1) // n * n
                lines += [rest[at : at + n] for at in range(0, whole, n)]
                rest = rest[whole:]
            line += blank + rest
            blank = ""
    return TList(1, [*lines, line] if line else lines)


def _pieces(word: str) -> list[str]:
    """Return the parts of a word between which a line may end: after a hyphen with two letters on either side."""
    if "-" not in word:
        return [word]
    cuts = [at for at in range(3, len(word) - 1) if word[at - 1] == "-" and (word[at - 3 : at - 1] + word[at : at + 2]).isalpha()]
    return [word[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(word)])]


@native("text.dedent")
def dedent(ctx: Any, s: str) -> str:
    """Return the text without the indentation that its lines share; lines of blanks do not count."""
    lines = s.split("\n")
    indents = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines if line.strip()]
    shared = indents[0] if indents else ""
    for indent in indents:
        while not indent.startswith(shared):
            shared = shared[:-1]
    return "\n".join([line[len(shared) :] if line.strip() else "" for line in lines])


@native("text.indent")
def indent_(ctx: Any, s: str, prefix: str) -> str:
    """Return the text with ``prefix`` before each line that is not blank."""
    return "\n".join([prefix + line if line.strip() else line for line in s.split("\n")])
