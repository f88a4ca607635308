"""Equality and order of values by structure.  Never recurses.

``equal`` and ``compare`` are what ``==`` and ``<`` mean (IEEE-754 on floats); ``total`` is the order that sorting, ``min``,
``max`` and ``unique`` use: NaN equals itself and comes last.
"""

from __future__ import annotations

from tekrt.values.containers import TList, TMap, TSet
from tekrt.values.numbers import is_nan
from tekrt.values.types import RecordType, VariantType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_COMPOSITE = frozenset([tuple, list, TList, TMap, TSet])


def equal(a: Any, b: Any) -> bool:
    """Tell whether two values of one Tek type are equal (``==``)."""
    if type(a) not in _COMPOSITE:
        return bool(a == b)
    stack: list[Any] = [a, b]
    while stack:
        y = stack.pop()
        x = stack.pop()
        t = type(x)
        if t not in _COMPOSITE:
            if x != y:
                return False
        elif t is tuple:
            if len(x) != len(y) or not _pair(x, y, stack):
                return False
        elif t is list:
            if not _pair(x[2:], y[2:], stack):
                return False
        elif t is TList:
            if len(x.a) != len(y.a) or not _pair(x.a, y.a, stack):
                return False
        elif not _same_keys(x, y, stack):
            return False
    return True


def _pair(x: Any, y: Any, stack: list[Any]) -> bool:
    """Compare what is scalar of two sequences of one length, push the rest; False where they differ."""
    for p, q in zip(x, y, strict=True):
        t = type(p)
        if t in _COMPOSITE:
            stack.append(p)
            stack.append(q)
        elif t is VariantType:
            if p is not q:
                return False
        elif p != q:
            return False
    return True


def _same_keys(x: TMap | TSet, y: TMap | TSet, stack: list[Any]) -> bool:
    if x.d.keys() != y.d.keys():
        return False
    if type(x) is TMap:
        other = y.d
        for key, value in x.d.items():
            stack.append(value)
            stack.append(other[key])
    return True


def compare(a: Any, b: Any) -> int | None:
    """Return -1, 0 or 1 by the order of ``<``; None where a NaN decides, which is neither below nor above."""
    return _order(a, b, False)


def total(a: Any, b: Any) -> int:
    """Return -1, 0 or 1 by the total order, in which NaN equals itself and is above every other number."""
    return _order(a, b, True) or 0


def less(a: Any, b: Any) -> bool:
    """``a < b``."""
    return _order(a, b, False) == -1


def less_equal(a: Any, b: Any) -> bool:
    """``a <= b``."""
    return _order(a, b, False) in (-1, 0)


def _order(a: Any, b: Any, nan_last: bool) -> int | None:
    stack: list[Any] = [a, b]
    while stack:
        y = stack.pop()
        x = stack.pop()
        t = type(x)
        if t is tuple:
            if x is not y:
                _push(x, y, len(x), stack)
        elif t is TList:
            short = min(len(x.a), len(y.a))
            if len(x.a) != len(y.a):
                # what is left when one list has ended, compared after all common elements
                stack += (len(x.a), len(y.a))
            _push(x.a, y.a, short, stack)
        elif t is list:
            _push(x[2:], y[2:], len(x) - 2, stack)
        elif t is VariantType:
            if x is not y:
                return -1 if x.index < y.index else 1
        elif x == y:
            continue
        elif x < y:
            return -1
        elif x > y:
            return 1
        elif not nan_last:
            return None
        elif not is_nan(x):
            return -1
        elif not is_nan(y):
            return 1
    return 0


def _push(x: Any, y: Any, count: int, stack: list[Any]) -> None:
    """Put the pairs of two sequences on the stack, the first on top; of two variants only what decides."""
    if count and type(x[0]) is VariantType and x[0] is not y[0]:
        stack += (x[0], y[0])
        return
    for at in range(count - 1, -1, -1):
        stack.append(x[at])
        stack.append(y[at])


_DIRECT = frozenset([int, str, bytes, bool])


class _Key:
    """A value that orders by :func:`total`, for Python's own stable sort."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Key) -> bool:
        return _order(self.value, other.value, True) == -1


def sort_key(value: Any) -> Any:
    """Return a Python object that sorts as the value does among values of its Tek type."""
    t = type(value)
    if t in _DIRECT:
        return value
    if t is float:
        return (1, 0.0) if is_nan(value) else (0, value)
    if t in _COMPOSITE:
        return _Key(value)
    return value


def sort_keys(values: Any) -> list[Any]:
    """Return :func:`sort_key` of each value of a Python sequence of one Tek type, quickly."""
    if not values or type(values[0]) in _DIRECT:
        return list(values)
    if type(values[0]) is float and not any(map(is_nan, values)):
        return list(values)
    if _plain_tuples(values):
        return list(values)
    return [sort_key(v) for v in values]


def _plain_tuples(values: Any) -> bool:
    """Tell whether all values are tuples of what Python orders as Tek does (same type at each place: Tek is typed)."""
    first = values[0]
    return type(first) is tuple and all(type(part) in _DIRECT for part in first)


def sorted_values(values: Any) -> list[Any]:
    """Return the values of a Python sequence of one Tek type in order, stably."""
    keys = sort_keys(values)
    if keys and type(keys[0]) is type(values[0]):
        return sorted(keys)
    return sorted_by(values, keys)


def sorted_by(values: Any, keys: list[Any]) -> list[Any]:
    """Return ``values`` in the stable order of ``keys``, which :func:`sort_keys` made."""
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return [values[at] for at in order]


def is_record(value: Any) -> bool:
    """Tell whether a value is a record."""
    return type(value) is list and type(value[1]) is RecordType
