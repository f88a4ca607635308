"""Scalar values that Python has no exact counterpart of.  All are immutable, hashable and own nothing.

Attributes are set through ``object.__setattr__``-free slots for speed; nobody assigns to them after ``__init__``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Quantity:
    """A whole number of some unit, ordered and hashed by it; the base of durations, sizes and instants."""

    __slots__ = ("n",)

    def __init__(self, n: int) -> None:
        self.n = n

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.n == self.n

    def __lt__(self, other: Any) -> bool:
        return bool(self.n < other.n)

    def __le__(self, other: Any) -> bool:
        return bool(self.n <= other.n)

    def __gt__(self, other: Any) -> bool:
        return bool(self.n > other.n)

    def __ge__(self, other: Any) -> bool:
        return bool(self.n >= other.n)

    def __hash__(self) -> int:
        return hash(self.n)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.n})"


class Duration(Quantity):
    """A length of time in nanoseconds, negative ones included."""

    __slots__ = ()

    @property
    def ns(self) -> int:
        """The length in nanoseconds."""
        return self.n


class Size(Quantity):
    """An amount of data in bytes."""

    __slots__ = ()

    @property
    def bytes(self) -> int:
        """The amount in bytes."""
        return self.n


class Instant(Quantity):
    """A point in time: nanoseconds since 1970-01-01T00:00:00Z."""

    __slots__ = ()

    @property
    def ns(self) -> int:
        """Nanoseconds since the epoch."""
        return self.n


class Text:
    """A value that is told by one text, ordered by scalar value; the base of paths and regular expressions."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.text == self.text

    def __lt__(self, other: Any) -> bool:
        return bool(self.text < other.text)

    def __le__(self, other: Any) -> bool:
        return bool(self.text <= other.text)

    def __gt__(self, other: Any) -> bool:
        return bool(self.text > other.text)

    def __ge__(self, other: Any) -> bool:
        return bool(self.text >= other.text)

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"


class Path(Text):
    """A path as plain text in normal form: no ``//``, no ``.`` parts, no ``/`` at the end; ``..`` stays.

    The empty text stays empty, so that a scope made of it can be refused instead of meaning the root.
    """

    __slots__ = ()

    def __init__(self, text: str) -> None:
        self.text = normal_path(text)


class Regex(Text):
    """A regular expression; ``engine`` is the compiled one, made by module ``text`` when it is first used."""

    __slots__ = ("engine",)

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.engine: Any = None

    @property
    def pattern(self) -> str:
        """The pattern as written."""
        return self.text


class Secret:
    """A secret by name.  ``parts`` has texts and names of secrets in turn where a string interpolates some.

    The content never stands in a value: the broker looks it up where it is used.
    """

    __slots__ = ("name", "parts")

    def __init__(self, name: str, parts: tuple[tuple[str, str], ...] | None = None) -> None:
        self.name = name
        self.parts = parts if parts is not None else (("secret", name),)

    def __eq__(self, other: object) -> bool:
        return type(other) is Secret and other.parts == self.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def __repr__(self) -> str:
        return "Secret(***)"


class Command:
    """A command that has not run: argument vector and how to run it.  ``argv`` and ``env`` may hold :class:`Secret`.

    ``stdin`` is bytes (or a Secret), ``timeout`` nanoseconds, ``pipe`` the command that its output goes to.
    """

    __slots__ = ("argv", "cwd", "env", "pipe", "stdin", "timeout")

    def __init__(
        self, argv: tuple[str | Secret, ...] | list[str | Secret], cwd: str | None = None, env: dict[str, str | Secret] | None = None,
        stdin: bytes | Secret | None = None, timeout: int | None = None, pipe: Command | None = None,
    ) -> None:  # fmt: skip
        self.argv = tuple(argv)
        self.cwd = cwd
        self.env = env if env is not None else {}
        self.stdin = stdin
        self.timeout = timeout
        self.pipe = pipe

    def changed(self, **changes: Any) -> Command:
        """Return the same command with some of its parts replaced."""
        parts = {name: getattr(self, name) for name in Command.__slots__}
        parts.update(changes)
        return Command(**parts)

    def stages(self) -> list[Command]:
        """Return this command and those that its output is piped to, in order."""
        found: list[Command] = []
        at: Command | None = self
        while at is not None:
            found.append(at)
            at = at.pipe
        return found

    def _key(self) -> tuple[Any, ...]:
        return tuple((c.argv, c.cwd, tuple(sorted(c.env.items(), key=str)), c.stdin, c.timeout) for c in self.stages())

    def __eq__(self, other: object) -> bool:
        return type(other) is Command and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Command({self.argv!r})"


def normal_path(text: str) -> str:
    """Return a path's text in normal form (see :class:`Path`)."""
    if "/" not in text:
        return text
    if "//" not in text and "/./" not in text and text[:2] != "./" and text[-1] != "/" and text[-2:] != "/.":
        return text
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if text[0] == "/":
        return "/" + "/".join(parts)
    return "/".join(parts) or "."


def join_path(left: Path, right: str) -> Path:
    """Return ``left / right``; an absolute right side stands alone, as everywhere."""
    if right[:1] == "/" or left.text in ("", "."):
        return Path(right)
    return Path(left.text + "/" + right) if right else left
