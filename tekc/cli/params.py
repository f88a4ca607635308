"""From the words of a command line to the values of a task's parameters.

Lists repeat the option, scalars take their text, an enum without fields its name, everything else is JSON or ``@file.json``.
Each word is judged by the parameter's type, and a mistake says what would have been right.
"""

from __future__ import annotations

from tekc.cli.argv import Parameter
from tekc.cli.status import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from tekrt.ir import TaskParam
    from tekrt.ir.types import IrType

    Decode = Callable[[IrType, str], Any]
    """Reads JSON text as a value of a type; fails with `Failure`."""

_OPTION = "Option"


def parameters(declared: Sequence[TaskParam]) -> list[Parameter]:
    """Return how each parameter of a task is given on the command line."""
    return [
        Parameter(p.name, flag=inner(p.type) == ("Bool",), many=inner(p.type)[0] == "List", required=p.default is None)
        for p in declared
    ]


def inner(t: IrType) -> IrType:
    """Return the type under any ``?``."""
    while t[0] == "Enum" and t[1] == _OPTION:
        t = t[2][0]
    return t


def convert(name: str, t: IrType, words: list[str], decode: Decode) -> Any:
    """Return the value of the parameter `name` of type `t` for the words that were given.

    Raises:
        Usage: a word is none of that type.
    """
    depth = 0
    while t[0] == "Enum" and t[1] == _OPTION:
        t = t[2][0]
        depth += 1
    if t[0] == "List" and not (len(words) == 1 and words[0].startswith("@")):
        from tekrt.values.containers import TList

        value: Any = TList(1, [_one(name, t[1], word, decode) for word in words])
    else:
        value = _one(name, t, words[-1], decode)
    for _ in range(depth):
        from tekrt.values.types import SOME

        value = (SOME, value)
    return value


def _one(name: str, t: IrType, word: str, decode: Decode) -> Any:
    head = t[0]
    if head == "Str":
        return _text(name, word)
    if head == "Int":
        return _int(name, word)
    reader = _READERS.get(head)
    if reader is not None:
        return reader(name, word)
    if head == "Enum" and t[1] == _OPTION:
        from tekrt.values.types import SOME

        return (SOME, _one(name, t[2][0], word, decode))
    if head == "Enum":
        plain = _plain_variant(name, t[1], word)
        if plain is not None:
            return plain
    return _json(name, t, word, decode)


def _shown(name: str) -> str:
    return "--" + name.replace("_", "-")


def _wrong(name: str, wanted: str, word: str, *hints: str) -> Usage:
    return Usage(f"`{_shown(name)}` takes {wanted}, not `{word}`", *hints)


def _text(name: str, word: str) -> str:
    try:
        word.encode("utf-8")
    except UnicodeEncodeError:
        raise Usage(f"`{_shown(name)}` takes text, and what was given is not UTF-8") from None
    return word


def _int(name: str, word: str) -> int:
    digits = word.strip()
    try:
        value = int(digits, 10 if digits.lstrip("+-").isdecimal() else 0) if digits.isascii() and len(digits) < 100 else None
    except ValueError:
        value = None
    if value is None:
        raise _wrong(name, "an Int", word)
    if not -(2**63) <= value < 2**63:
        raise _wrong(name, "an Int of 64 bits", word)
    return value


def _float(name: str, word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise _wrong(name, "a Float", word) from None


def _bool(name: str, word: str) -> bool:
    if word not in ("true", "false"):
        raise _wrong(name, "`true` or `false`", word)
    return word == "true"


def _path(name: str, word: str) -> Any:
    from tekrt.values.scalars import Path

    if not word or "\0" in word:
        raise _wrong(name, "a path", word)
    return Path(_text(name, word))


def _bytes(name: str, word: str) -> bytes:
    return word.encode("utf-8", "surrogateescape")


def _duration(name: str, word: str) -> Any:
    from tekstd.quantities import duration_of

    found = duration_of(word)
    if found is None:
        raise _wrong(name, "a Duration such as `30s`, `5min` or `250ms`", word)
    return found


def _size(name: str, word: str) -> Any:
    from tekstd.quantities import size_of

    found = size_of(word)
    if found is None:
        raise _wrong(name, "a Size such as `512B`, `10KiB` or `5MB`", word)
    return found


_READERS: dict[str, Callable[[str, str], Any]] = {
    "Float": _float, "Bool": _bool, "Path": _path, "Bytes": _bytes, "Duration": _duration, "Size": _size,
}  # fmt: skip


def _plain_variant(name: str, enum: str, word: str) -> Any:
    """Return the variant that `word` names, None where it is no name."""
    from tekrt.values.types import enum_type

    found = enum_type(enum)
    variant = found.by_name.get(word)
    if variant is not None and not variant.types:
        return variant.value
    if any(v.types for v in found.variants):
        return None
    from tekc.diagnostics.suggest import closest

    names = [v.name for v in found.variants]
    near = closest(word, names)
    raise _wrong(name, "one of " + ", ".join(f"`{n}`" for n in names), word, *([f"did you mean `{near}`?"] if near else []))


def _json(name: str, t: IrType, word: str, decode: Decode) -> Any:
    """Read a word as JSON, or as the name of a file with JSON behind an ``@``."""
    from tekrt.ir.types import show
    from tekrt.values.failure import Failure

    scalar = t in (("Instant",), ("Regex",))
    text = word
    where = f"`{_shown(name)}`"
    if word.startswith("@") and not scalar:
        where = f"`{word[1:]}`"
        try:
            with open(word[1:], encoding="utf-8") as file:
                text = file.read()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise Usage(f"`{_shown(name)}`: `{word[1:]}` cannot be read: {why.lower()}") from None
    elif scalar:
        import json

        text = json.dumps(word)
    try:
        return decode(t, text)
    except Failure as failure:
        hint = "everything but scalars, lists of scalars and enums without fields is given as JSON, or as @FILE.json"
        raise Usage(f"{where} takes {_article(show(t))}: {failure.message}", *([] if scalar else [hint])) from None


def _article(shown: str) -> str:
    name = shown.replace("json.", "")
    return f"an {name}" if name[0] in "AEIOU" else f"a {name}"
