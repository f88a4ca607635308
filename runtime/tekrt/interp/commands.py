"""Commands and secrets that literals with interpolated values make."""

from __future__ import annotations

from tekrt.values.failure import Failure
from tekrt.values.scalars import Command, Secret
from tekrt.values.show import literal, show
from tekrt.values.types import NONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Hole = tuple[int, str]


def build(words: tuple[tuple[str | Hole, ...], ...], values: tuple[Any, ...]) -> Command:
    """Return the command of a literal's words; parts are texts and (index of a value, head of its type).

    Fails with ``denied`` where a ``Str`` that begins with ``-`` stands where the program would read an option.
    """
    argv: list[str | Secret] = []
    options = True
    for word in words:
        argv.extend(_word(word, values, options and bool(argv)))
        options = options and word != ("--",)
    return Command(argv)


def _word(word: tuple[str | Hole, ...], values: tuple[Any, ...], options: bool) -> list[str | Secret]:
    """Return the arguments that one word becomes: one, or none, or one an element of a list."""
    if len(word) == 1 and not isinstance(word[0], str):
        index, head = word[0]
        value = _content(values[index], head)
        if value is None:
            return []
        items = value.a if head == "List" or hasattr(value, "a") else [value]
        return [_argument(_content(item, ""), head, options) for item in items if item is not NONE]
    parts: list[str | Secret] = []
    for part in word:
        if isinstance(part, str):
            parts.append(part)
            continue
        value = _content(values[part[0]], part[1])
        if value is None:
            return []
        if hasattr(value, "a"):
            raise Failure("fail", "a list inside of a word would be several arguments; put it into a word of its own")
        first = not any(parts)
        parts.append(_argument(value, part[1], options and first) if first else _text(value))
    return [_joined(parts)]


def _content(value: Any, head: str) -> Any:
    """Return what an option holds, or None; other values as they are."""
    if value is NONE:
        return None
    if type(value) is tuple and len(value) == 2 and head in ("Enum", ""):
        return value[1]
    return value


def _argument(value: Any, head: str, options: bool) -> str | Secret:
    text = _text(value)
    if type(text) is Secret or not str(text).startswith("-") or head == "Arg":
        return text
    if type(value) is str:
        if options:
            raise Failure(
                "denied",
                f"the argument {literal(value)} begins with `-` and would be read as an option; write `--` before it, or arg(…) around it",
            )
        return text
    return f"./{text}" if hasattr(value, "text") else text


def _text(value: Any) -> str | Secret:
    return value if type(value) is Secret else show(value)


def _joined(parts: list[str | Secret]) -> str | Secret:
    if any(type(part) is Secret for part in parts):
        return secret(tuple(parts))
    return "".join(str(part) for part in parts)


def secret(parts: tuple[Any, ...]) -> Secret:
    """Return the secret that a text with secrets in it is."""
    made: list[tuple[str, str]] = []
    for part in parts:
        if type(part) is Secret:
            made.extend(part.parts)
        elif part:
            made.append(("text", part))
    return Secret(next((name for kind, name in made if kind == "secret"), ""), tuple(made))
