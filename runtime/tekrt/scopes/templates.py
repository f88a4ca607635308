"""Capabilities with holes: ``fs.write("build/{src.stem}.o")``.

A hole is filled with literal text when a task starts.  Before that, proofs put ``*`` in its place (one part of a path) or
``**`` (several).  Two templates with the same hole are compared by putting made-up texts of different shapes there: what
holds for all of these holds for every value, because globs can tell texts apart only by length, literals and parts.
"""

from __future__ import annotations

from tekrt.scopes.capability import Capability, check, contains, parsed, quote
from tekrt.scopes.errors import ScopeError
from tekrt.scopes.kinds import GENERAL, HOST, NOTHING, PATH, PROGRAM, language_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    from tekrt.ir import ScopeTemplate

MADE_UP = 0xF0000
"""Where the private characters begin that stand for a value that is not known."""


def holes(template: ScopeTemplate) -> list[tuple[str, str, str]]:
    """Return the holes in order: parameter, field (or ``""``) and type; ``evaluate`` takes their values in this order."""
    return [part for part in template.parts or () if not isinstance(part, str)]


def evaluate(template: ScopeTemplate, values: Sequence[Any]) -> Capability:
    """Fill the holes with values (texts, numbers, or objects with a ``text``, as paths) and return the capability.

    Fails with kind ``denied`` where a value may not stand in a scope: ``..``, NUL, the empty text, a text of several parts.
    """
    if template.parts is None:
        return Capability(template.kind)
    language = language_of(template.kind)
    rest = iter(values)
    pieces: list[str] = []
    first = True
    for part in template.parts:
        if isinstance(part, str):
            pieces.append(part)
            first = first and not part
            continue
        pieces.append(_fill(template, language, part, text_of(next(rest)), first))
        first = False
    scope = "".join(pieces)
    if language in (PATH, GENERAL):
        _check_parts(template, scope)
    capability = Capability(template.kind, scope)
    try:
        check(capability)
    except ScopeError as error:
        _deny(template, f"{quote(scope)} is no scope: {error.message}")
    if language in (PATH, GENERAL):
        return Capability(template.kind, parsed(template.kind, scope).text)
    return capability


def text_of(value: Any) -> str:
    """Return a hole's value as text: a path's, or a scalar's."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    text = getattr(value, "text", None)
    return text if isinstance(text, str) else str(value)


def _fill(template: ScopeTemplate, language: str, hole: tuple[str, str, str], text: str, first: bool) -> str:
    name = hole[0] + ("." + hole[1] if hole[1] else "")
    if not text:
        _deny(template, f"`{name}` is empty")
    if "\0" in text:
        _deny(template, f"`{name}` has a NUL character")
    path = hole[2] == "Path"
    if language == HOST:
        if any(char in text for char in "*/@#?[]") or (":" in text and not _is_address(text)):
            _deny(template, f"`{name}` is {quote(text)}, which is no host")
        return f"[{text}]" if ":" in text else text
    if language in (PATH, GENERAL) or (language == PROGRAM and path):
        pieces = text.split("/")
        if ".." in pieces:
            _deny(template, f"`{name}` is {quote(text)}: `..` may not stand in a scope")
        if not path and ("/" in text or text == "."):
            _deny(template, f"`{name}` is {quote(text)}: a text is one part of a path")
        return _escaped(text, first and path, language == PROGRAM)
    if not path and "/" in text:
        _deny(template, f"`{name}` is {quote(text)}, which has a `/`")
    return _escaped(text, False, language == PROGRAM)


def _is_address(text: str) -> bool:
    return text.count(":") > 1


def _escaped(text: str, may_be_home: bool, words: bool) -> str:
    """Escape what a glob would read; a leading ``~`` stays where it begins the scope and is a path."""
    special = "*?[\\ \t\n" if words else "*?[\\"
    out = "".join("\\" + char if char in special else char for char in text)
    return "\\" + out if out.startswith("~") and not may_be_home else out


def _check_parts(template: ScopeTemplate, scope: str) -> None:
    """Refuse a ``..`` that literal text and values make together: ``{a}{b}`` with ``.`` and ``.``."""
    written = "".join(part if isinstance(part, str) else "x" for part in template.parts or ())
    if scope.split("/").count("..") > written.split("/").count(".."):
        _deny(template, f"{quote(scope)} has a `..`")


def _deny(template: ScopeTemplate, why: str) -> NoReturn:
    from tekrt.values.failure import Failure

    raise Failure("denied", f"the scope of `{show_template(template)}` cannot be fixed: {why}")


def show_template(template: ScopeTemplate) -> str:
    """Return the template as it is written in ``needs``."""
    if template.parts is None:
        return template.kind
    if len(template.parts) == 1 and not isinstance(template.parts[0], str):
        return f"{template.kind}({_hole_text(template.parts[0])})"
    texts = [quote_part(part) if isinstance(part, str) else "{" + _hole_text(part) + "}" for part in template.parts]
    return f'{template.kind}("{"".join(texts)}")'


def quote_part(text: str) -> str:
    """Return text as it stands inside of a Tek string literal."""
    quoted = quote(text)
    return quoted[1:-1] if quoted.startswith('"') else quoted[2:-1].replace("\\", "\\\\")


def _hole_text(hole: tuple[str, str, str]) -> str:
    return f"{hole[0]}.{hole[1]}" if hole[1] else hole[0]


def widest(template: ScopeTemplate) -> Capability:
    """Return the capability that allows whatever the template may become."""
    if template.parts is None or language_of(template.kind) == NOTHING:
        return Capability(template.kind)
    if not holes(template):
        return Capability(template.kind, "".join(template.parts))
    language = language_of(template.kind)
    if language == HOST:
        return Capability(template.kind, _widest_host(template.parts))
    if language in (PATH, GENERAL):
        return Capability(template.kind, _widest_path(template.parts))
    if language == PROGRAM:
        return Capability(template.kind, _widest_program(template.parts))
    return Capability(template.kind, "".join(part if isinstance(part, str) else "*" for part in template.parts))


def _widest_path(parts: Sequence[Any]) -> str:
    """Put ``*`` and ``**`` into the holes, part by part of the path; a path in the middle of a part widens what is around."""
    segments: list[list[Any]] = [[]]
    for part in parts:
        if not isinstance(part, str):
            segments[-1].append(part)
            continue
        for number, piece in enumerate(part.split("/")):
            if number:
                segments.append([])
            if piece:
                segments[-1].append(piece)
    out = "/".join(_widest_segment(segment) for segment in segments)
    return out or "."


def _widest_segment(segment: list[Any]) -> str:
    paths = [at for at, part in enumerate(segment) if not isinstance(part, str) and part[2] == "Path"]
    if not paths:
        return _stars(segment)
    before, after = segment[: paths[0]], segment[paths[-1] + 1 :]
    if not before:
        return "**/" + _stars(["*", *after]) if after else "**"
    return _stars([*before, "*"]) + "/**"


def _stars(segment: list[Any]) -> str:
    out = ""
    for part in segment:
        text = part if isinstance(part, str) else "*"
        out += text[1:] if out.endswith("*") and not out.endswith("\\*") and text.startswith("*") else text
    return out


def _widest_host(parts: Sequence[Any]) -> str:
    marked = "".join(part if isinstance(part, str) else "\0" for part in parts)
    host, colon, port = marked.rpartition(":")
    if not colon or "\0" in port and host == "":
        host, port = marked, ""
    if "\0" in port:
        port = "*"
    if "\0" in host:
        rest = host[host.rindex("\0") + 1 :]
        host = "*" + rest if rest.startswith(".") and len(rest) > 1 else "*"
    return f"{host}:{port}" if port else host


def _widest_program(parts: Sequence[Any]) -> str:
    """A hole in the program's name widens the name; one in an argument allows any argument there, and ends what is fixed."""
    marked = "".join(part if isinstance(part, str) else ("\1" if part[2] == "Path" else "\0") for part in parts)
    words = marked.split()
    program = words[0]
    if "\1" in program:
        program = "**"
    fixed = [program.replace("\0", "*")]
    fixed += ["*" if "\0" in word or "\1" in word else word for word in words[1:]]
    return " ".join(fixed)


def check_template(template: ScopeTemplate) -> None:
    """Raise ScopeError where the literal text around the holes is no scope."""
    if template.parts is None:
        check(Capability(template.kind))
        return
    if language_of(template.kind) == NOTHING:
        check(Capability(template.kind, ""))
    language = language_of(template.kind)
    fill = "x"
    texts = []
    for at, part in enumerate(template.parts):
        if isinstance(part, str):
            texts.append(part)
        else:
            before = template.parts[at - 1] if at else ""
            texts.append("80" if language == HOST and isinstance(before, str) and before.endswith(":") else fill)
    check(Capability(template.kind, "".join(texts)))
    check(widest(template))


def template_contains(a: ScopeTemplate, b: ScopeTemplate) -> bool:
    """Tell whether ``a`` is proved to allow all that ``b`` does, for every value of the holes that they share."""
    if a.parts is None or b.parts is None:
        return a.parts is None and b.parts is None and contains(Capability(a.kind), Capability(b.kind))
    shared = [hole for hole in dict.fromkeys(holes(b)) if hole in holes(a)]
    if any(hole not in shared for hole in holes(a)):
        return False  # what only ``a`` names could be anything
    if not shared:
        return _proved(Capability(a.kind, "".join(a.parts)), widest(b))
    language = language_of(a.kind)
    return all(_proved(_shaped(a, shared, shape), _shaped(b, shared, shape)) for shape in _shapes(language, shared))


def _proved(a: Capability, b: Capability) -> bool:
    try:
        if language_of(a.kind) in (PATH, GENERAL) and a.scope is not None and _picks_characters(a.scope):
            return False
        return contains(a, b)
    except ScopeError:
        return False


def _picks_characters(scope: str) -> bool:
    """Tell whether a ``[!a]`` would take a made-up character for any character: then made-up texts prove nothing."""
    from tekrt.scopes.glob import ANY, parse_glob, within

    for segment in parse_glob(scope).segments:
        if isinstance(segment, tuple):
            for ranges in segment:
                if ranges is not None and ranges != ANY and len(ranges) > 1 and within(MADE_UP, ranges):
                    return True
    return False


def _shapes(language: str, shared: list[tuple[str, str, str]]) -> list[dict[tuple[str, str, str], str]]:
    """Return assignments of made-up texts to the shared holes: short and long ones, one part and several."""
    if language == HOST:
        return [{hole: f"x{number}q-{length}" * length for number, hole in enumerate(shared)} for length in (1, 3)]
    shapes: list[dict[tuple[str, str, str], str]] = []
    for length, several in ((1, False), (3, False), (2, True)):
        shape = {}
        for number, hole in enumerate(shared):
            text = "".join(chr(MADE_UP + number * 8 + at) for at in range(length))
            shape[hole] = "/".join(text) if several and hole[2] == "Path" else text
        shapes.append(shape)
    return shapes


def _shaped(template: ScopeTemplate, shared: list[tuple[str, str, str]], shape: dict[tuple[str, str, str], str]) -> Capability:
    from tekrt.ir import ScopeTemplate as Made

    parts = tuple(shape[part] if not isinstance(part, str) and part in shared else part for part in template.parts or ())
    merged: list[Any] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return widest(Made(template.kind, tuple(merged)))
