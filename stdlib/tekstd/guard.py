"""Bounds on what one host function may build at once, so that a wrong number spends a limit instead of the machine."""

from __future__ import annotations

from tekrt.values.failure import Failure, SpentLimit

MAX_CHARACTERS = 1 << 31
MAX_ELEMENTS = 1 << 28


def room_for_text(length: int) -> None:
    """Raise ``SpentLimit`` where a text or byte string of this length is beyond all measure."""
    if length > MAX_CHARACTERS:
        raise SpentLimit("memory", f"a text of {length} characters does not fit the memory of this run")


def room_for_list(length: int) -> None:
    """Raise ``SpentLimit`` where a list of this length is beyond all measure."""
    if length > MAX_ELEMENTS:
        raise SpentLimit("memory", f"a list of {length} elements does not fit the memory of this run")


def outside(what: str, at: int, length: int) -> Failure:
    """Return the failure of an index or position outside a value of this length."""
    return Failure("index", f"{what} {at} is outside of the list, which {size_text(length)}")


def size_text(length: int) -> str:
    """Return how long a list is, in words."""
    return "is empty" if not length else f"has {length} element{'' if length == 1 else 's'}"
