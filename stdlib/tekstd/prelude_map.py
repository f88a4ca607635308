"""Host bodies of ``prelude_map.tek``."""

from __future__ import annotations

from tekrt.values.containers import (
    TList,
    TMap,
    drop,
    dup,
    key_of,
    map_items,
    map_keys,
    map_put,
    map_remove,
    share_all,
    some,
)
from tekrt.values.native import native
from tekrt.values.types import NONE
from tekstd.lending import lendable, reclaim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@native("Map.remove")
def remove(ctx: Any, m: TMap, key: Any) -> Any:
    """Take a key out and return its value."""
    return some(map_remove(m, key)) if key_of(key) in m.d else NONE


@native("Map.is_lendable")
def is_lendable(ctx: Any, m: TMap, key: Any) -> bool:
    """Tell whether the value of a key is worth lending."""
    return lendable(m.d.get(key_of(key)))


@native("Map.lend")
def lend(ctx: Any, m: TMap, key: Any, init: Any, lent: bool) -> Any:
    """Return the value of ``key``, or ``init``; where it is ``lent`` with the map's own holding of it.

    The map keeps the bare reference, so that :func:`take_back` can give it its holding back when the borrower fails.
    """
    value = m.d.get(key_of(key), init)
    return value if lent else dup(value)


@native("Map.reclaim")
def take_back(ctx: Any, m: TMap, key: Any, lent: bool) -> None:
    """Give the map its holding of a lent value back, after the borrower failed."""
    if lent:
        reclaim(m.d[key_of(key)])


@native("Map.settle")
def settle(ctx: Any, m: TMap, key: Any, value: Any, lent: bool) -> None:
    """Store ``value``; the holding of an old value that was ``lent`` went to the borrower."""
    if lent:
        m.d[key_of(key)] = dup(value)
    else:
        map_put(m, dup(key), dup(value))


@native("Map.clear")
def clear(ctx: Any, m: TMap) -> None:
    """Take all keys out."""
    keys, values = m.keys, m.d
    m.d, m.keys = {}, None
    for value in values.values():
        drop(value)
    for key in keys.values() if keys is not None else ():
        drop(key)


@native("Map.extend")
def extend(ctx: Any, m: TMap, other: TMap) -> None:
    """Put all keys and values of another map in."""
    if m.keys is None and other.keys is None and not m.d:
        share_all(list(other.d.values()))
        m.d.update(other.d)
        return
    for key, value in map_items(other):
        map_put(m, dup(key), dup(value))


@native("Map.len")
def length(ctx: Any, m: TMap) -> int:
    """Return the number of keys."""
    return len(m.d)


@native("Map.get")
def get(ctx: Any, m: TMap, key: Any) -> Any:
    """Return the value of a key, if there is one."""
    canon = key_of(key)
    return some(dup(m.d[canon])) if canon in m.d else NONE


@native("Map.get_or")
def get_or(ctx: Any, m: TMap, key: Any, other: Any) -> Any:
    """Return the value of a key, or ``other``."""
    return dup(m.d.get(key_of(key), other))


@native("Map.has")
def has(ctx: Any, m: TMap, key: Any) -> bool:
    """Tell whether there is this key."""
    return key_of(key) in m.d


@native("Map.keys")
def keys(ctx: Any, m: TMap) -> TList:
    """Return the keys in order."""
    return TList(1, share_all(map_keys(m)))


@native("Map.values")
def values(ctx: Any, m: TMap) -> TList:
    """Return the values in the order of their keys."""
    return TList(1, share_all(list(m.d.values())))


@native("Map.entries")
def entries(ctx: Any, m: TMap) -> TList:
    """Return pairs of key and value in order."""
    return TList(1, share_all(map_items(m)))
