"""Host bodies of ``prelude_list.tek``.

Receivers of ``var self`` are uniquely held and changed in place; their ``a`` is a built Python list.  What moves from an
argument into a result or receiver gets one more holder.
"""

from __future__ import annotations

from tekrt.values.containers import TList, drop_all, dup, share_all, some
from tekrt.values.keys import SELF_KEYS, canonical
from tekrt.values.native import native
from tekrt.values.order import equal, sort_keys, sorted_by, sorted_values
from tekrt.values.show import show
from tekrt.values.types import NONE
from tekstd.guard import outside, room_for_list, room_for_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@native("List.push")
def push(ctx: Any, xs: TList, item: Any) -> None:
    """Append an element."""
    xs.a.append(dup(item))


@native("List.pop")
def pop(ctx: Any, xs: TList) -> Any:
    """Take the last element off."""
    return some(xs.a.pop()) if xs.a else NONE


@native("List.insert")
def insert(ctx: Any, xs: TList, i: int, item: Any) -> None:
    """Put an element before position ``i``; ``index`` outside 0..=len."""
    if not 0 <= i <= len(xs.a):
        raise outside("position", i, len(xs.a))
    xs.a.insert(i, dup(item))


@native("List.remove")
def remove(ctx: Any, xs: TList, i: int) -> Any:
    """Take the element at position ``i`` out; ``index`` where there is none."""
    if not 0 <= i < len(xs.a):
        raise outside("index", i, len(xs.a))
    return xs.a.pop(i)


@native("List.extend")
def extend(ctx: Any, xs: TList, items: TList) -> None:
    """Append all elements of another list."""
    room_for_list(len(xs.a) + len(items.a))
    xs.a.extend(share_all(items.a))


@native("List.clear")
def clear(ctx: Any, xs: TList) -> None:
    """Take all elements off."""
    dead, xs.a = xs.a, []
    drop_all(dead)


@native("List.truncate")
def truncate(ctx: Any, xs: TList, n: int) -> None:
    """Take elements off the end until ``n`` are left."""
    dead = xs.a[max(n, 0) :]
    del xs.a[max(n, 0) :]
    drop_all(dead)


@native("List.swap")
def swap(ctx: Any, xs: TList, i: int, j: int) -> None:
    """Exchange two elements; ``index`` where there is none."""
    a = xs.a
    for at in (i, j):
        if not 0 <= at < len(a):
            raise outside("index", at, len(a))
    a[i], a[j] = a[j], a[i]


@native("List.len")
def length(ctx: Any, xs: TList) -> int:
    """Return the number of elements."""
    return len(xs.a)


@native("List.index_of")
def index_of(ctx: Any, xs: TList, item: Any) -> Any:
    """Return the position of the first element that equals ``item``."""
    at = _index(xs.a, item)
    return some(at) if at >= 0 else NONE


def _index(a: Any, item: Any) -> int:
    t = type(item)
    if t is float or t not in SELF_KEYS:
        # Python's own search takes a NaN for itself, and compares lists by identity of their wrapper
        for at, x in enumerate(a):
            if equal(x, item):
                return at
        return -1
    try:
        return int(a.index(item))
    except ValueError:
        return -1


@native("List.contains")
def contains(ctx: Any, xs: TList, item: Any) -> bool:
    """Tell whether an element equals ``item``."""
    return _index(xs.a, item) >= 0


@native("List.lowest")
def lowest(ctx: Any, xs: TList) -> int:
    """Return the position of the first least element of a list that is not empty."""
    keys = sort_keys(xs.a)
    return min(range(len(keys)), key=keys.__getitem__)


@native("List.highest")
def highest(ctx: Any, xs: TList) -> int:
    """Return the position of the first greatest element of a list that is not empty."""
    keys = sort_keys(xs.a)
    best = 0
    for at in range(1, len(keys)):
        if keys[best] < keys[at]:
            best = at
    return best


@native("List.sort")
def sort(ctx: Any, xs: TList) -> TList:
    """Return the elements in order, stably."""
    return TList(1, share_all(sorted_values(xs.a)))


@native("List.sort_by_keys")
def sort_by_keys(ctx: Any, xs: TList, keys: TList) -> TList:
    """Return the elements in the order of the keys at the same positions, stably."""
    return TList(1, share_all(sorted_by(xs.a, sort_keys(keys.a))))


@native("List.reverse")
def reverse(ctx: Any, xs: TList) -> TList:
    """Return the elements from last to first."""
    if type(xs.a) is range:
        return TList(2, xs.a[::-1])
    return TList(1, share_all(xs.a[::-1]))


@native("List.unique")
def unique(ctx: Any, xs: TList) -> TList:
    """Return the elements without those that equal an earlier one; NaN equals itself here."""
    seen: set[Any] = set()
    out = []
    for x in xs.a:
        key = _unique_key(x)
        if key not in seen:
            seen.add(key)
            out.append(x)
    return TList(1, share_all(out))


_NAN = "NaN"


def _unique_key(x: Any) -> Any:
    if type(x) in SELF_KEYS:
        return _NAN if _is_nan(x) else x
    key = canonical(x)
    return tuple([_NAN if _is_nan(part) else part for part in key]) if any(map(_is_nan, key)) else key


def _is_nan(x: Any) -> bool:
    return bool(x != x)  # noqa: PLR0124 - nothing but a NaN differs from itself


@native("List.join")
def join(ctx: Any, xs: TList, sep: str) -> str:
    """Return the elements as text with ``sep`` between them."""
    a = xs.a
    texts = a if a and type(a[0]) is str else [show(x) for x in a]
    room_for_text(len(sep) * len(a))
    return sep.join(texts)


@native("List.repeat")
def repeat(ctx: Any, xs: TList, n: int) -> TList:
    """Return the list ``n`` times."""
    if n <= 0:
        return TList(1, [])
    room_for_list(len(xs.a) * n)
    return TList(1, share_all(list(xs.a) * n))
