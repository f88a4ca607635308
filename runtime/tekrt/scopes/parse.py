"""Reading capabilities from text: what stands in ``needs``, after ``--allow`` and in policies."""

from __future__ import annotations

from tekrt.scopes.capability import Capability, check
from tekrt.scopes.errors import ScopeError
from tekrt.scopes.kinds import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"', "{": "{", "}": "}", "0": "\0"}


def parse_capability(text: str, more_kinds: Collection[str] = ()) -> Capability:
    """Parse one capability, as ``fs.read("src/**")``.  Raises ScopeError; ``more_kinds`` are a host's own."""
    found = parse_capabilities(text, more_kinds)
    if len(found) != 1:
        raise ScopeError('write one capability, as in `fs.read("src/**")`', 0)
    return found[0]


def parse_capabilities(text: str, more_kinds: Collection[str] = ()) -> list[Capability]:
    """Parse capabilities that are separated by commas; ``none``, and nothing at all, is the empty list."""
    out: list[Capability] = []
    at = _blanks(text, 0)
    if text[at:].strip() == "none":
        return out
    while at < len(text):
        capability, at = _one(text, at, more_kinds)
        out.append(capability)
        at = _blanks(text, at)
        if at < len(text):
            if text[at] != ",":
                raise ScopeError(f"a comma is missing before `{text[at:at + 12]}`", at)
            at = _blanks(text, at + 1)
    return out


def _blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _one(text: str, at: int, more_kinds: Collection[str]) -> tuple[Capability, int]:
    start = at
    while at < len(text) and (text[at].isalnum() or text[at] in "._"):
        at += 1
    kind = text[start:at]
    if not kind:
        raise ScopeError(f'a capability begins with its kind, as in `fs.read("src/**")`, not with `{text[at : at + 12]}`', at)
    if kind not in KINDS and kind not in more_kinds:
        raise ScopeError(f"there is no capability `{kind}`", start, unknown_kind=kind)
    scope: str | None = None
    inside = start
    after = _blanks(text, at)
    if after < len(text) and text[after] == "(":
        inside = _blanks(text, after + 1)
        scope, at = _literal(text, inside)
        at = _blanks(text, at)
        if text[at : at + 1] == ",":
            raise ScopeError(f'a capability has one scope: write `{kind}("…"), {kind}("…")`', at)
        if text[at : at + 1] != ")":
            raise ScopeError("a `)` is missing", at)
        at += 1
    capability = Capability(kind, scope)
    try:
        check(capability)
    except ScopeError as error:
        raise ScopeError(error.message, inside + (1 + error.position if scope is not None else 0)) from None
    return capability, at


def _literal(text: str, at: int) -> tuple[str, int]:
    """Read a string literal.  ``\\[``, ``\\*`` and the like stay as they are: they are the glob's own escapes."""
    if text[at : at + 2] == 'r"':
        end = text.find('"', at + 2)
        if end < 0:
            raise ScopeError("this string has no end", at)
        return text[at + 2 : end], end + 1
    if text[at : at + 1] != '"':
        raise ScopeError('a scope is written in quotes, as in `"src/**"`', at)
    out: list[str] = []
    start = at
    at += 1
    while at < len(text) and text[at] != '"':
        char = text[at]
        if char == "{" or char == "}":
            raise ScopeError("a scope given from outside has no parameters: write `\\{` for the character", at)
        if char == "\\":
            char, at = _escape(text, at)
        else:
            at += 1
        out.append(char)
    if at >= len(text):
        raise ScopeError("this string has no end", start)
    return "".join(out), at + 1


def _escape(text: str, at: int) -> tuple[str, int]:
    code = text[at + 1 : at + 2]
    if code and code in "[]*?~!^- ":
        return "\\" + code, at + 2
    if code == "u" and text[at + 2 : at + 3] == "{":
        end = text.find("}", at)
        digits = text[at + 3 : end] if end > 0 else ""
        try:
            return chr(int(digits, 16)), end + 1
        except (ValueError, OverflowError):
            raise ScopeError("`\\u{…}` takes the number of a character, in hexadecimal", at) from None
    if code not in ESCAPES or not code:
        raise ScopeError(f"`\\{code}` means nothing in a string", at)
    return ESCAPES[code], at + 2
