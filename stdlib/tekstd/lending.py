"""Lending a value out of a container for a while, for updates that change it in place.

``Map.update`` hands the value of a key to a function that gives the new one.  While that function runs it has the map's
holding of the value, so that it can change the value in place; the map keeps a bare reference.  When the function fails, its
frames are gone and the holding with them, wholly or in part: then :func:`reclaim` makes the map a holder again.
"""

from __future__ import annotations

from tekrt.values.containers import Closure, TList, TMap, TSet
from tekrt.values.types import VariantType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LENDABLE = frozenset([TList, TMap, TSet, list])
_SMALL = 16
"""Containers of scalars up to this size are copied instead: that is as quick, and a failing update leaves no trace at all."""


def lendable(value: Any) -> bool:
    """Tell whether a value is lent rather than shared: where a copy would cost more than a few elements."""
    t = type(value)
    if t is TList:
        return len(value.a) > _SMALL or _holds_more(value.a)
    if t is TSet or t is TMap:
        return len(value.d) > _SMALL or _holds_more(value.d.values())
    if t is tuple:
        return not (type(value[0]) is VariantType and value[0].recursive) and any(lendable(part) for part in value)
    return t is list


def _holds_more(items: Any) -> bool:
    return any(type(item) in _LENDABLE or type(item) is tuple for item in items)


def reclaim(value: Any) -> None:
    """Add a holder to ``value``, and to its parts where it was let go for good meanwhile.  Never recurses."""
    todo = [value]
    while todo:
        v = todo.pop()
        t = type(v)
        if t is list:
            gone, v[0] = v[0] == 0, v[0] + 1
        elif t in _LENDABLE or t is Closure:
            gone, v.rc = v.rc == 0, v.rc + 1
        else:
            gone = t is tuple
        if gone:
            todo.extend(_parts(v))


def _parts(v: Any) -> Any:
    t = type(v)
    if t is TList:
        return v.a
    if t is TSet:
        return v.d.values()
    if t is TMap:
        return [*v.d.values(), *(v.keys.values() if v.keys is not None else ())]
    if t is Closure:
        return v.caps
    return v[2:] if t is list else v
