"""Host bodies of ``prelude_set.tek``."""

from __future__ import annotations

from tekrt.values.containers import TList, TSet, drop, drop_all, dup, key_of, share_all, share_values
from tekrt.values.native import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@native("Set.add")
def add(ctx: Any, s: TSet, item: Any) -> None:
    """Put an element in."""
    key = key_of(item)
    if key not in s.d:
        s.d[key] = dup(item)


@native("Set.remove")
def remove(ctx: Any, s: TSet, item: Any) -> bool:
    """Take an element out and tell whether it was there."""
    key = key_of(item)
    if key not in s.d:
        return False
    drop(s.d.pop(key))
    return True


@native("Set.clear")
def clear(ctx: Any, s: TSet) -> None:
    """Take all elements out."""
    dead, s.d = s.d, {}
    drop_all(dead.values())


@native("Set.extend")
def extend(ctx: Any, s: TSet, items: TList) -> None:
    """Put all elements of a list in."""
    for item in items.a:
        add(ctx, s, item)


@native("Set.len")
def length(ctx: Any, s: TSet) -> int:
    """Return the number of elements."""
    return len(s.d)


@native("Set.has")
def has(ctx: Any, s: TSet, item: Any) -> bool:
    """Tell whether an element is there."""
    return key_of(item) in s.d


def _made(d: dict[Any, Any]) -> TSet:
    share_values(d)
    return TSet(1, d)


@native("Set.union")
def union(ctx: Any, a: TSet, b: TSet) -> TSet:
    """Return the elements of both sets, those of the first before the others."""
    d = dict(a.d)
    for key, item in b.d.items():
        d.setdefault(key, item)
    return _made(d)


@native("Set.intersect")
def intersect(ctx: Any, a: TSet, b: TSet) -> TSet:
    """Return the elements that both sets have."""
    return _made({key: item for key, item in a.d.items() if key in b.d})


@native("Set.difference")
def difference(ctx: Any, a: TSet, b: TSet) -> TSet:
    """Return the elements that the second set has not."""
    return _made({key: item for key, item in a.d.items() if key not in b.d})


@native("Set.is_subset")
def is_subset(ctx: Any, a: TSet, b: TSet) -> bool:
    """Tell whether the second set has all elements of the first."""
    return a.d.keys() <= b.d.keys()


@native("Set.to_list")
def to_list(ctx: Any, s: TSet) -> TList:
    """Return the elements in order of their coming."""
    return TList(1, share_all(list(s.d.values())))
