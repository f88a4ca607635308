"""A capability and what can be asked about two of them.

``matches`` is about one concrete thing, ``contains`` and ``overlaps`` are about all that a scope may mean.  ``contains`` says
True only where it is proved, ``overlaps`` says False only where it is proved, so that both err on the safe side.  Parsed
scopes are kept: asking about the same capability again costs a look-up.
"""

from __future__ import annotations

from tekrt.scopes.errors import ScopeError
from tekrt.scopes.kinds import (
    GENERAL,
    HOST,
    KINDS,
    MODEL,
    NAME,
    NOTHING,
    PATH,
    PROGRAM,
    SECRET,
    includes,
    language_of,
    same_world,
    writes,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from tekrt.scopes.glob import Glob

MOST_KEPT = 4096
"""How many parsed scopes and answers are kept before the tables are emptied."""

_parsed: dict[tuple[str, str], Any] = {}
_contained: dict[tuple[Capability, Capability], bool] = {}


class Capability:
    """A kind of effect and its scope, as text in the kind's own language; ``scope`` is None where the kind has none."""

    __slots__ = ("_hash", "kind", "scope")

    def __init__(self, kind: str, scope: str | None = None) -> None:
        self.kind = kind
        self.scope = scope
        self._hash = hash((kind, scope))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Capability) and self.kind == other.kind and self.scope == other.scope

    def __hash__(self) -> int:
        return self._hash

    def __lt__(self, other: Capability) -> bool:
        return (self.kind, self.scope or "") < (other.kind, other.scope or "")

    def __repr__(self) -> str:
        return f"Capability({self.kind!r}, {self.scope!r})"

    def __str__(self) -> str:
        return show(self)


def show(capability: Capability) -> str:
    """Return the capability as it is written in ``needs`` and after ``--allow``."""
    if capability.scope is None:
        return capability.kind
    return f"{capability.kind}({quote(capability.scope)})"


def quote(text: str) -> str:
    """Return a Tek string literal of the text: raw where there are backslashes, which globs like, else plain."""
    if "\\" in text and '"' not in text and all(char >= " " for char in text):
        return f'r"{text}"'
    table = {'"': '\\"', "\\": "\\\\", "{": "\\{", "}": "\\}", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
    return '"' + "".join(table.get(char) or (char if _plain(char) else f"\\u{{{ord(char):X}}}") for char in text) + '"'


def _plain(char: str) -> bool:
    """Tell whether a character may be shown as it is: controls and those that reorder text may not."""
    code = ord(char)
    return code >= 32 and not 0x7F <= code <= 0x9F and code not in _REORDERING


_REORDERING = frozenset([0x061C, 0x200E, 0x200F, 0xFEFF, *range(0x2028, 0x202F), *range(0x2066, 0x206A)])


def check(capability: Capability) -> None:
    """Raise ScopeError unless the scope is one of the kind's language (positions count from the scope's beginning)."""
    kind, scope = capability.kind, capability.scope
    if language_of(kind) == NOTHING:
        if scope is not None:
            raise ScopeError(f"`{kind}` takes no scope: write `{kind}`")
        return
    if scope is None:
        example = {PATH: "src/**", HOST: "example.com", PROGRAM: "git", NAME: "HOME", SECRET: "token", MODEL: "provider/model", GENERAL: "a/*"}
        raise ScopeError(f'`{kind}` needs a scope, as in `{kind}("{example[language_of(kind)]}")`')
    parsed(kind, scope)


def parsed(kind: str, scope: str) -> Any:
    """Return the parsed scope: a Glob, Host, Program or segments.  Raises ScopeError."""
    language = language_of(kind)
    key = (language, scope)
    found = _parsed.get(key)
    if found is None:
        found = _parse(language, scope)
        if len(_parsed) >= MOST_KEPT:
            _parsed.clear()
        _parsed[key] = found
    return found


def _parse(language: str, scope: str) -> Any:
    if language in (PATH, GENERAL):
        from tekrt.scopes.glob import parse_glob

        return parse_glob(scope)
    if language == HOST:
        from tekrt.scopes.hosts import parse_host

        return parse_host(scope)
    if language == PROGRAM:
        from tekrt.scopes.programs import parse_program

        return parse_program(scope)
    if language == MODEL:
        return _parse_model(scope)
    return _parse_name(language, scope)


def _parse_name(language: str, scope: str) -> Any:
    from tekrt.scopes.glob import parse_segment

    if not scope:
        raise ScopeError("an empty name means nothing")
    for at, char in enumerate(scope):
        if not (char.isalnum() or char in "_-.") and not (language == NAME and char in "*?[]!^\\()"):
            what = "an environment variable's name has letters, digits and `_`" if language == NAME else "a name has letters, digits, `_`, `-` and `.`"
            raise ScopeError(what, at)
    if language == SECRET:
        return (scope,)
    segment = parse_segment(scope)
    return ((None,) if segment is None else segment,)


def _parse_model(scope: str) -> Any:
    from tekrt.scopes.glob import parse_segment

    if scope == "*":
        return (None,)
    pieces = scope.split("/")
    if len(pieces) != 2 or not all(pieces):
        raise ScopeError("a model is `provider/model`; `*` may stand in both")
    return tuple(parse_segment(piece) for piece in pieces)


def matches(capability: Capability, concrete: str | Sequence[str] | None) -> bool:
    """Tell whether one concrete thing is within the scope.

    ``concrete`` is a path, ``host:port``, a name, a command's words (or its program alone); None for kinds without scope.
    Paths are compared as written: relative ones with relative scopes; see ``anchored``.
    """
    kind, scope = capability.kind, capability.scope
    if scope is None or concrete is None:
        return scope is None and concrete is None
    language = language_of(kind)
    what = parsed(kind, scope)
    if language == PROGRAM:
        from tekrt.scopes import programs

        return programs.matches(what, [concrete] if isinstance(concrete, str) else concrete)
    if not isinstance(concrete, str):
        raise TypeError("only commands are matched by their words")
    if language in (PATH, GENERAL):
        return _path_matches(what, concrete)
    if language == HOST:
        from tekrt.scopes import hosts

        try:
            return hosts.contains(what, hosts.parse_host(concrete))
        except ScopeError:
            return False
    from tekrt.scopes.glob import match_parts

    return match_parts(what, concrete.split("/") if language == MODEL else [concrete])


def _path_matches(glob: Glob, path: str) -> bool:
    from tekrt.scopes.glob import split_path

    if not path or "\0" in path:
        return False
    anchor, up, parts = split_path(path)
    return (anchor, up) == (glob.anchor, glob.up) and glob.matches(parts)


def contains(a: Capability, b: Capability) -> bool:
    """Tell whether ``a`` is proved to allow everything that ``b`` does."""
    if not includes(a.kind, b.kind):
        return False
    if a.scope == b.scope:
        return True
    if a.scope is None or b.scope is None:
        return False
    key = (a, b)
    answer = _contained.get(key)
    if answer is None:
        answer = _contains(language_of(a.kind), [parsed(a.kind, a.scope)], parsed(b.kind, b.scope))
        if len(_contained) >= MOST_KEPT:
            _contained.clear()
        _contained[key] = answer
    return answer


def _contains(language: str, outer: list[Any], inner: Any) -> bool:
    from tekrt.scopes import automata

    if language in (PATH, GENERAL):
        fitting = [glob.segments for glob in outer if (glob.anchor, glob.up) == (inner.anchor, inner.up)]
        return bool(fitting) and automata.contains(fitting, inner.segments)
    if language == HOST:
        from tekrt.scopes import hosts

        return any(hosts.contains(host, inner) for host in outer)
    if language == PROGRAM:
        from tekrt.scopes import programs

        return any(programs.contains(program, inner) for program in outer)
    return automata.contains(outer, inner)


def covered(granted: Iterable[Capability], wanted: Capability) -> bool:
    """Tell whether the grants together are proved to allow everything that ``wanted`` does."""
    fitting = [grant for grant in granted if includes(grant.kind, wanted.kind)]
    if any(contains(grant, wanted) for grant in fitting):
        return True
    if wanted.scope is None or len(fitting) < 2:
        return False
    outer = [parsed(grant.kind, grant.scope) for grant in fitting if grant.scope is not None]
    return _contains(language_of(wanted.kind), outer, parsed(wanted.kind, wanted.scope))


def missing(granted: Iterable[Capability], wanted: Iterable[Capability]) -> list[Capability]:
    """Return what of ``wanted`` is not covered, in order, each once; default kinds always are."""
    grants = list(granted)
    out: list[Capability] = []
    for capability in wanted:
        kind = KINDS.get(capability.kind)
        if (kind is not None and kind.default) or capability in out or covered(grants, capability):
            continue
        out.append(capability)
    return out


def overlaps(a: Capability, b: Capability) -> bool:
    """Tell whether the two may touch the same thing; reading and writing a file do."""
    if not same_world(a.kind, b.kind):
        return False
    if a.scope is None or b.scope is None or a.scope == b.scope:
        return True
    language = language_of(a.kind)
    first, second = parsed(a.kind, a.scope), parsed(b.kind, b.scope)
    if language == HOST:
        from tekrt.scopes import hosts

        return hosts.overlaps(first, second)
    if language == PROGRAM:
        from tekrt.scopes import programs

        return programs.overlaps(first, second)
    from tekrt.scopes import automata

    if language in (PATH, GENERAL):
        if (first.anchor, first.up) != (second.anchor, second.up):
            return True  # where the root lies is not known here
        return automata.overlaps(first.segments, second.segments)
    return automata.overlaps(first, second)


def conflicts(a: Capability, b: Capability) -> bool:
    """Tell whether the order of two effects within these scopes may matter (language, section 8)."""
    return (writes(a.kind) or writes(b.kind)) and overlaps(a, b)


def anchored(capability: Capability, root: str, home: str) -> Capability:
    """Return the capability with its paths from ``/``: relative ones lie below ``root``, ``~`` is ``home``.

    Both are absolute paths.  Only then are scopes with different anchors compared exactly.
    """
    scope = capability.scope
    if scope is None:
        return capability
    language = language_of(capability.kind)
    if language == PATH:
        return Capability(capability.kind, _anchored(parsed(capability.kind, scope), root, home))
    if language == PROGRAM:
        from tekrt.scopes.programs import split_words

        program = parsed(capability.kind, scope)
        if program.path is None:
            return capability
        words = [_anchored(program.path, root, home).replace(" ", "\\ "), *split_words(scope)[1:]]
        return Capability(capability.kind, " ".join(words))
    return capability


def _anchored(glob: Glob, root: str, home: str) -> str:
    from tekrt.scopes.glob import Glob as Made
    from tekrt.scopes.glob import split_path

    if glob.anchor == "/":
        return glob.text
    base = split_path(home if glob.anchor == "~" else root)[2]
    kept = base[: max(len(base) - glob.up, 0)]
    return Made("/", 0, (*kept, *glob.segments)).text
