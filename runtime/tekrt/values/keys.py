"""Canonical keys: the hashable stand-ins of values in maps and sets.

Python's own hash recurses on nested tuples, and records, lists and maps have none.  A scalar is its own key, a tuple or
variant of scalars too; everything else becomes one flat tuple of tokens that starts with a mark no value has.  Equal values
of one Tek type have equal keys, and only they.
"""

from __future__ import annotations

from tekrt.values.scalars import Command, Duration, Instant, Path, Regex, Secret, Size
from tekrt.values.types import RecordType, VariantType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SELF_KEYS = frozenset([int, str, bool, bytes, type(None), Duration, Size, Instant, Path, Regex, Command, Secret, float])
"""Python types whose values are their own keys."""

_PARTS = SELF_KEYS | {VariantType}


class _Mark:
    """A token that equals itself alone."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


_FLAT = _Mark("flat")
_LIST = _Mark("list")
_SET = _Mark("set")
_MAP = _Mark("map")
_DEEP = 64
_deep: dict[frozenset[Any], _Mark] = {}


def canonical(key: Any) -> Any:
    """Return the key that stands for a value of any hashable Tek type."""
    t = type(key)
    if t in SELF_KEYS:
        return key
    if t is tuple and all(type(part) in _PARTS for part in key):
        return key
    return _flat(key)


class _Build:
    """An unordered value in the making: its elements' keys are built one by one before it becomes a token."""

    __slots__ = ("done", "levels", "out", "todo", "value")

    def __init__(self, value: Any, out: list[Any]) -> None:
        self.value = value
        self.out = out  # where its token goes
        self.todo = _members(value)
        self.done: list[Any] = []
        self.levels = 1  # how many unordered values stand in each other below


def _members(value: Any) -> list[list[Any]]:
    """Return, last first, the values to flatten for each member of a map or set."""
    if hasattr(value, "keys"):
        keys = value.d if value.keys is None else value.keys.values()
        found = [[v, k] for k, v in zip(keys, value.d.values(), strict=True)]
    else:
        found = [[x] for x in value.d.values()]
    found.reverse()
    return found


def _flat(key: Any) -> Any:
    """Flatten with an explicit stack; maps and sets become frozen sets of their members' flat keys, from the inside out."""
    out: list[Any] = [_FLAT]
    stack = [key]
    builds: list[_Build] = []
    pending: list[list[Any]] = []  # the stacks that wait for a map or set to be done
    while True:
        if stack:
            value = stack.pop()
            t = type(value)
            if t in _PARTS or t is RecordType:
                out.append(value)
            elif t is tuple:
                stack.extend(reversed(value))
            elif t is list:
                stack.extend(value[:0:-1])
            elif hasattr(value, "a"):
                out.append(_LIST)
                out.append(len(value.a))
                stack.extend(reversed(value.a))
            else:
                builds.append(_Build(value, out))
                pending.append(stack)
                stack, out = [], []
            continue
        if not builds:
            return tuple(out)
        build = builds[-1]
        if out:
            build.done.append(tuple(out))
        if build.todo:
            stack, out = build.todo.pop(), []
            continue
        builds.pop()
        stack, out = pending.pop(), build.out
        out.extend(_unordered(build))
        if builds:
            builds[-1].levels = max(builds[-1].levels, build.levels + 1)


def _unordered(build: _Build) -> list[Any]:
    """Return the tokens of a finished map or set."""
    whole: Any = frozenset(build.done)
    if build.levels % _DEEP == 0:
        # comparing frozen sets recurses, so very deep ones are replaced by one token each, equal for equal ones
        whole = _deep.setdefault(whole, _Mark("deep"))
    return [_MAP if hasattr(build.value, "keys") else _SET, len(build.done), whole]
