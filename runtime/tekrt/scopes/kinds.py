"""The kinds of capabilities: one table that checker, broker and scheduler ask."""

from __future__ import annotations

PATH, HOST, PROGRAM, NAME, SECRET, MODEL, NOTHING, GENERAL = "path", "host", "program", "name", "secret", "model", "nothing", "general"
"""Scope languages: globs of paths, hosts, programs, names with ``*``, plain names, ``provider/model``, no scope, globs of parts."""


class Kind:
    """What is fixed about a kind of effect.

    ``language`` is the language of its scopes.  ``default`` kinds are granted unless a host or a policy denies them and
    are never written in ``needs``.  ``writes`` kinds conflict with every overlapping scope of their ``family``; ``outward``
    ones can't be taken back.
    """

    __slots__ = ("default", "family", "language", "name", "outward", "shown", "writes")

    def __init__(self, name: str, language: str, family: str, shown: str, *, default: bool = False, writes: bool = False,
                 outward: bool = False) -> None:  # fmt: skip
        self.name = name
        self.language = language
        self.family = family
        self.shown = shown
        self.default = default
        self.writes = writes
        self.outward = outward

    def __repr__(self) -> str:
        return f"Kind({self.name})"


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("fs.read", PATH, "fs", "read"),
        Kind("fs.write", PATH, "fs", "write, create and delete", writes=True),
        Kind("net.get", HOST, "net", "fetch from"),
        Kind("net", HOST, "net", "exchange anything with", writes=True, outward=True),
        Kind("process", PROGRAM, "process", "start"),
        Kind("env", NAME, "env", "see the environment variable"),
        Kind("secret", SECRET, "secret", "use the secret"),
        Kind("ai", MODEL, "ai", "call the model"),
        Kind("human", NOTHING, "human", "ask a person", writes=True, outward=True),
        Kind("output", NOTHING, "output", "print", default=True),
        Kind("log", NOTHING, "log", "write to the log", default=True),
        Kind("clock", NOTHING, "clock", "read the clock", default=True),
        Kind("random", NOTHING, "random", "draw random numbers", default=True),
        Kind("sleep", NOTHING, "sleep", "sleep", default=True),
        Kind("temp", NOTHING, "temp", "have a temporary folder of its own", default=True),
        Kind("system", NOTHING, "system", "ask what system this is", default=True),
    )
}
"""Every kind by name.  A host adds its own by registering effects; their scopes are globs of parts."""

DEFAULT_KINDS = frozenset(name for name, kind in KINDS.items() if kind.default)
"""Granted by default and never written in ``needs``."""


def language_of(kind: str) -> str:
    """Return the scope language of ``kind``; a host's own kinds have globs of parts, which are no paths."""
    known = KINDS.get(kind)
    return known.language if known is not None else GENERAL


def writes(kind: str) -> bool:
    """Tell whether effects of ``kind`` change what others see; a host's own kinds do unless it says otherwise."""
    known = KINDS.get(kind)
    return known.writes if known is not None else True


def same_world(a: str, b: str) -> bool:
    """Tell whether scopes of the two kinds speak of the same things (``fs.read`` and ``fs.write`` do)."""
    if a == b:
        return True
    first, second = KINDS.get(a), KINDS.get(b)
    return first is not None and second is not None and first.family == second.family


def includes(a: str, b: str) -> bool:
    """Tell whether a grant of kind ``a`` allows effects of kind ``b``: ``net`` allows what ``net.get`` does."""
    return a == b or (a == "net" and b == "net.get")
