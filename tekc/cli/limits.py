"""``--limit NAME=VALUE``: how much a run may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tekc.cli.status import Usage
from tekc.diagnostics.suggest import closest
from tekstd.quantities import duration_of, size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekrt.interp import Limits

NAMES = ("steps", "memory", "seconds", "output", "depth")


def read_limits(words: Sequence[str]) -> Limits:
    """Return the limits that were given, each as ``steps=1000``, several in one word with commas between.

    Raises:
        Usage: there is no such limit, or its value is wrong.
    """
    from tekrt.interp import Limits

    found: dict[str, Any] = {}
    for part in [part.strip() for word in words for part in word.split(",")]:
        name, equals, text = part.partition("=")
        if not equals or name not in NAMES:
            near = closest(name, NAMES)
            raise Usage(f"`--limit` takes NAME=VALUE with {', '.join(NAMES)}, not `{part}`", *([f"did you mean `{near}`?"] if near else []))
        found[name] = _value(name, text)
    return Limits(**found)


def _value(name: str, text: str) -> int | float:
    if name in ("memory", "output"):
        size = size_of(text + "B" if text[-1:].isdigit() else text)
        if size is None or size.bytes <= 0:
            raise Usage(f"`--limit {name}` takes a size such as 64MiB, not `{text}`")
        return size.bytes
    if name == "seconds":
        duration = duration_of(text + "s" if text[-1:].isdigit() else text)
        if duration is None or duration.ns <= 0:
            raise Usage(f"`--limit seconds` takes seconds or a duration such as 2min, not `{text}`")
        return duration.ns / 1e9
    digits = text.replace("_", "")
    if not (digits.isascii() and digits.isdigit()) or int(digits) < 1:
        raise Usage(f"`--limit {name}` takes a number from 1, not `{text}`")
    return int(digits)
