"""Lists, maps, sets, records, variants and function values, and who holds them.

``rc`` (``record[0]``) is an upper bound on the number of holders: a value is changed in place only when it is one.  ``dup``
adds a holder, ``drop`` takes one away, ``own`` makes a value unique by copying it where it is shared.  Tuples and variants
have no count of their own; holding them means holding their parts, except for recursive enums (:attr:`VariantType.recursive`),
whose parts stay counted once for ever, so that they are copied before a change and never walked here.

``copied[0]`` counts the elements that were copied because a value was shared: tests measure in-place updates with it.
"""

from __future__ import annotations

from tekrt.values.keys import SELF_KEYS, canonical
from tekrt.values.types import ERR, NONE, OK, SOME, RecordType, VariantType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

copied = [0]
"""How many elements were copied so far because their container was shared."""

FOREVER = 1 << 40
"""A count that no sequence of drops brings down: for constants, which everybody shares."""


class TList:
    """A list.  ``a`` is a Python list, or a ``range`` that was never built (then ``rc`` starts at 2: a change copies first)."""

    __slots__ = ("a", "rc")

    def __init__(self, rc: int, a: Any) -> None:
        self.rc = rc
        self.a = a

    def __repr__(self) -> str:
        return f"TList({self.rc}, {len(self.a)} elements)"


class TMap:
    """A map.  ``d`` has values by canonical key, in order; ``keys`` has the keys by canonical key, or is None where they are the same."""

    __slots__ = ("d", "keys", "rc")

    def __init__(self, rc: int, d: dict[Any, Any], keys: dict[Any, Any] | None = None) -> None:
        self.rc = rc
        self.d = d
        self.keys = keys

    def __repr__(self) -> str:
        return f"TMap({self.rc}, {len(self.d)} entries)"


class TSet:
    """A set: its elements by canonical key, in order."""

    __slots__ = ("d", "rc")

    def __init__(self, rc: int, d: dict[Any, Any]) -> None:
        self.rc = rc
        self.d = d

    def __repr__(self) -> str:
        return f"TSet({self.rc}, {len(self.d)} elements)"


class Closure:
    """A function value: ``code`` is the machine's code of function ``name``, ``caps`` its first arguments.

    ``direct`` is Python code that may be called at once instead, with frame, captures and arguments; None where there is none.
    """

    __slots__ = ("caps", "code", "direct", "name", "rc")

    def __init__(self, name: str, code: Any, caps: tuple[Any, ...], direct: Any = None) -> None:
        self.name = name
        self.code = code
        self.caps = caps
        self.direct = direct
        self.rc = 1

    def __repr__(self) -> str:
        return f"<function {self.name}>"


class Decoded:
    """What a decoder gives: a value with holes, and ``fills``: (record, its list index, default function's name) in order.

    Where the name is "", something immutable has all of its parts by then: the first of the three has a ``finish()`` for it.
    """

    __slots__ = ("fills", "value")

    def __init__(self, value: Any, fills: list[tuple[Any, int, str]]) -> None:
        self.value = value
        self.fills = fills


_COUNTED = frozenset([TList, TMap, TSet, Closure])
_OWNERS = frozenset([TList, TMap, TSet, Closure, list, tuple])
"""The Python types whose values may hold something counted; everything else is never touched by dup and drop."""


# making values


def new_list(items: Iterable[Any]) -> TList:
    """Return a list of these elements, whose holders the caller has accounted for."""
    return TList(1, list(items))


def new_map(entries: Iterable[tuple[Any, Any]]) -> TMap:
    """Return a map of these entries; a later equal key replaces the value."""
    made = TMap(1, {})
    for key, value in entries:
        map_put(made, key, value)
    return made


def new_set(items: Iterable[Any]) -> TSet:
    """Return a set of these elements; of equal ones the first stays."""
    d: dict[Any, Any] = {}
    for item in items:
        d.setdefault(item if type(item) in SELF_KEYS else canonical(item), item)
    return TSet(1, d)


def new_record(of: RecordType, *fields: Any) -> list[Any]:
    """Return a record with these fields."""
    return [1, of, *fields]


def some(value: Any) -> tuple[Any, ...]:
    """Return ``Some(value)``."""
    return (SOME, value)


def option(value: Any) -> tuple[Any, ...]:
    """Return ``Some(value)``, or ``None`` where ``value`` is Python's None; for contents that are never ``Unit``."""
    return NONE if value is None else (SOME, value)


def ok(value: Any) -> tuple[Any, ...]:
    """Return ``Ok(value)``."""
    return (OK, value)


def err(value: Any) -> tuple[Any, ...]:
    """Return ``Err(value)``."""
    return (ERR, value)


# holders


def dup(v: Any) -> Any:
    """Add a holder to ``v`` and return it."""
    t = type(v)
    if t in _COUNTED:
        v.rc += 1
    elif t is list:
        v[0] += 1
    elif t is tuple:
        _dup_parts(v)
    return v


share = dup


def _dup_parts(v: tuple[Any, ...]) -> None:
    # recursion here is bounded by the nesting of the static type, not by the data
    if v and type(v[0]) is VariantType and v[0].recursive:
        return
    for part in v:
        t = type(part)
        if t in _COUNTED:
            part.rc += 1
        elif t is list:
            part[0] += 1
        elif t is tuple:
            _dup_parts(part)


def share_all(items: Any) -> Any:
    """Add a holder to each element of a Python sequence of one Tek type and return it."""
    if items and type(items[0]) in _OWNERS:
        for item in items:
            dup(item)
    return items


def share_values(d: dict[Any, Any]) -> None:
    """Add a holder to each value of a dict whose values have one Tek type."""
    for value in d.values():
        if type(value) not in _OWNERS:
            return
        dup(value)


def drop(v: Any) -> None:
    """Take a holder from ``v``; when it was the last one, from its parts as well.  Never recurses."""
    t = type(v)
    if t in _COUNTED:
        v.rc -= 1
        if v.rc:
            return
    elif t is list:
        v[0] -= 1
        if v[0]:
            return
    elif t is not tuple:
        return
    _release([v])


def drop_all(items: Iterable[Any]) -> None:
    """Take a holder from each of several values."""
    for item in items:
        drop(item)


def _release(dead: list[Any]) -> None:
    """Take a holder from the parts of values that nobody holds any more."""
    while dead:
        v = dead.pop()
        for part in _parts(v):
            t = type(part)
            if t in _COUNTED:
                part.rc -= 1
                if not part.rc:
                    dead.append(part)
            elif t is list:
                part[0] -= 1
                if not part[0]:
                    dead.append(part)
            elif t is tuple and part:
                dead.append(part)


def _parts(v: Any) -> Any:
    """Return the values that ``v`` holds itself and that may be counted."""
    t = type(v)
    if t is TList:
        a = v.a
        return a if type(a) is list and a and type(a[0]) in _OWNERS else ()
    if t is tuple:
        return () if v and type(v[0]) is VariantType and v[0].recursive else v
    if t is list:
        return v
    if t is TMap:
        return _map_parts(v)
    if t is TSet:
        return v.d.values()
    if t is Closure:
        return v.caps
    return ()


def _map_parts(v: TMap) -> list[Any]:
    parts: list[Any] = list(v.keys.values()) if v.keys is not None else []
    for value in v.d.values():
        if type(value) not in _OWNERS:
            break
        parts.append(value)
    return parts


# making unique


def own(v: Any) -> Any:
    """Return ``v`` with the caller as its only holder: itself, or a copy where others hold it too.  ``v`` is consumed."""
    t = type(v)
    if t is TList:
        return v if v.rc == 1 else copy_list(v)
    if t is TMap:
        return v if v.rc == 1 else copy_map(v)
    if t is list:
        return v if v[0] == 1 else copy_record(v)
    if t is TSet:
        return v if v.rc == 1 else copy_set(v)
    return v


def copy_list(v: TList) -> TList:
    """Return a copy of a shared list and take one holder from the old one."""
    a = list(v.a)
    v.rc -= 1
    copied[0] += len(a)
    return TList(1, share_all(a))


def copy_map(v: TMap) -> TMap:
    """Return a copy of a shared map and take one holder from the old one."""
    v.rc -= 1
    d = dict(v.d)
    copied[0] += len(d)
    share_values(d)
    keys = None
    if v.keys is not None:
        keys = dict(v.keys)
        share_values(keys)
    return TMap(1, d, keys)


def copy_set(v: TSet) -> TSet:
    """Return a copy of a shared set and take one holder from the old one."""
    v.rc -= 1
    d = dict(v.d)
    copied[0] += len(d)
    share_values(d)
    return TSet(1, d)


def copy_record(v: list[Any]) -> list[Any]:
    """Return a copy of a shared record and take one holder from the old one."""
    v[0] -= 1
    made = v[:]
    made[0] = 1
    copied[0] += len(made) - 2
    for field in made[2:]:
        dup(field)
    return made


# maps by key, for code that does not know the key's type


def map_put(m: TMap, key: Any, value: Any) -> None:
    """Store into a map that nobody else holds.  Key and value are consumed; an old value is dropped."""
    if type(key) in SELF_KEYS:
        keys = m.keys
        if keys is not None and key not in keys:
            keys[key] = key
        canon = key
    else:
        canon = canonical(key)
        if canon is not key and m.keys is None:
            m.keys = {k: k for k in m.d}
        if m.keys is not None:
            if canon in m.keys:
                drop(key)
            else:
                m.keys[canon] = key
        elif canon in m.d:
            drop(key)
    d = m.d
    if canon in d:
        old = d[canon]
        d[canon] = value
        drop(old)
    else:
        d[canon] = value


def map_remove(m: TMap, key: Any) -> Any:
    """Remove a key from a map that nobody else holds and return its value (owned); KeyError where it is missing."""
    canon = key if type(key) in SELF_KEYS else canonical(key)
    value = m.d.pop(canon)
    if m.keys is not None:
        drop(m.keys.pop(canon))
    return value


def map_keys(m: TMap) -> list[Any]:
    """Return a map's keys in order, borrowed."""
    return list(m.d) if m.keys is None else list(m.keys.values())


def map_items(m: TMap) -> list[tuple[Any, Any]]:
    """Return a map's entries in order, borrowed."""
    return list(m.d.items()) if m.keys is None else list(zip(m.keys.values(), m.d.values(), strict=True))


def key_of(key: Any) -> Any:
    """Return what stands for ``key`` in the dicts of maps and sets."""
    return key if type(key) in SELF_KEYS else canonical(key)
