"""Missing cases, written as Tek patterns.

A witness is read off the decisions that led to a place where no arm is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from tekc.check.defs import RecordDef, VariantDef
from tekc.check.types import Con, Tuple, Type

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDE = 4  # a variant with more parts than this is shown as `Name(..)`


class Occurrence:
    """A place in the matched value, with the places inside it that some pattern looked at.

    Keys of ``children``: ``(variant or None, index)`` for parts; ``(length, index)`` for elements of lists of that length, where
    -1 counts from the front and -2 from the back of lists that are longer than any pattern tells apart.
    """

    __slots__ = ("children", "type")

    def __init__(self, type: Type) -> None:
        self.type = type
        self.children: dict[tuple[object, int], Occurrence] = {}


@attrs.frozen(eq=False)
class Choice:
    """One decision: what ``place`` holds, and the decisions ``before``.

    Exactly one is set: ``variant`` (with parts looked at), ``variants`` (any of these, parts never looked at), ``text`` (a pattern
    as it is), ``length`` (of a list; with ``ends`` for all lists at least that long, told apart by so many elements at each end).
    """

    before: Choice | None
    place: Occurrence
    variant: VariantDef | None = None
    variants: tuple[VariantDef, ...] = ()
    text: str | None = None
    length: int = 0
    ends: tuple[int, int] | None = None


def witnesses(root: Occurrence, choice: Choice | None) -> Iterator[str]:
    """Yield patterns for what the decisions left: one for each variant where the last decision left several."""
    made: dict[Occurrence, Choice] = {}
    at = choice
    while at is not None:
        made.setdefault(at.place, at)
        at = at.before
    if choice is None or len(choice.variants) < 2:
        yield _show(root, made)
        return
    for variant in choice.variants:
        made[choice.place] = Choice(choice.before, choice.place, variants=(variant,))
        yield _show(root, made)


def _show(place: Occurrence, made: dict[Occurrence, Choice]) -> str:
    """Show one place.  Recursion is bounded by the nesting that the parser allows in patterns."""
    choice = made.get(place)
    if choice is None:
        return _show_whole(place, made)
    if choice.text is not None:
        return choice.text
    if choice.variant is not None:
        parts = [_child(place, (choice.variant, i), made) for i in range(len(choice.variant.fields))]
        return _call(choice.variant.name, parts)
    if choice.variants:
        return _call(choice.variants[0].name, ["_"] * len(choice.variants[0].fields))
    return _show_list(place, choice, made)


def _show_whole(place: Occurrence, made: dict[Occurrence, Choice]) -> str:
    """A tuple or record whose parts were decided on, or anything."""
    type = place.type
    if isinstance(type, Tuple):
        parts = [_child(place, (None, i), made) for i in range(len(type.items))]
        return "(" + ", ".join(parts) + ")" if any(p != "_" for p in parts) or place.children else "_"
    if isinstance(type, Con) and isinstance(type.head, RecordDef):
        parts = [_child(place, (None, i), made) for i in range(len(type.head.fields))]
        return _call(type.head.name, parts) if any(p != "_" for p in parts) else "_"
    return "_"


def _show_list(place: Occurrence, choice: Choice, made: dict[Occurrence, Choice]) -> str:
    if choice.ends is None:
        return "[" + ", ".join(_child(place, (choice.length, i), made) for i in range(choice.length)) + "]"
    first, last = choice.ends
    front = [_child(place, (-1, i), made) for i in range(first)]
    back = [_child(place, (-2, i), made) for i in reversed(range(last))]
    # Elements between that no pattern looks at still have to be there.
    front += ["_"] * (choice.length - first - last)
    return "[" + ", ".join([*front, "..", *back]) + "]"


def _child(place: Occurrence, key: tuple[object, int], made: dict[Occurrence, Choice]) -> str:
    child = place.children.get(key)
    return "_" if child is None else _show(child, made)


def _call(name: str, parts: list[str]) -> str:
    if not parts:
        return name
    if len(parts) > _WIDE and all(p == "_" for p in parts):
        return f"{name}(..)"
    return f"{name}({', '.join(parts)})"
