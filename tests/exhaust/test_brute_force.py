"""The analysis agrees with trying every value, on random matches over small types."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.check_effects.programs import check

# A type is ("bool",), ("int",), ("option", t), ("tuple", …), ("list", t); values are Python values.


def values(t: tuple[Any, ...]) -> list[Any]:
    """Values that stand for all others: ints near the ends of the patterns' ranges, lists of up to four elements."""
    if t[0] == "bool":
        return [True, False]
    if t[0] == "int":
        return [-(2**63), -1, 0, 1, 2, 3, 4, 2**63 - 1]
    if t[0] == "option":
        return [None, *[("some", v) for v in values(t[1])]]
    if t[0] == "tuple":
        out: list[Any] = [()]
        for part in t[1:]:
            out = [(*left, v) for left in out for v in values(part)]
        return out
    lists: list[Any] = [[]]
    last = lists
    for _ in range(4):
        last = [[*xs, v] for xs in last for v in values(t[1])]
        lists = lists + last
    return lists


def show_type(t: tuple[Any, ...]) -> str:
    """The type in Tek."""
    if t[0] == "option":
        return show_type(t[1]) + "?"
    if t[0] == "tuple":
        return "(" + ", ".join(map(show_type, t[1:])) + ")"
    return f"List[{show_type(t[1])}]" if t[0] == "list" else {"bool": "Bool", "int": "Int"}[t[0]]


def pattern(rng: random.Random, t: tuple[Any, ...], depth: int) -> tuple[Any, ...]:
    """A random pattern for a type."""
    roll = rng.random()
    if roll < 0.25 or depth > 3:
        return ("wild",)
    if roll < 0.38:
        return ("or", pattern(rng, t, depth + 1), pattern(rng, t, depth + 1))
    if t[0] == "bool":
        return ("lit", rng.random() < 0.5)
    if t[0] == "int":
        low = rng.randint(0, 3)
        return rng.choice([("lit", low), ("range", low, rng.randint(low, 4)), ("range", low, None), ("range", None, low)])
    if t[0] == "option":
        return ("lit", None) if rng.random() < 0.4 else ("some", pattern(rng, t[1], depth + 1))
    if t[0] == "tuple":
        return ("tuple", *[pattern(rng, part, depth + 1) for part in t[1:]])
    first = [pattern(rng, t[1], depth + 1) for _ in range(rng.randint(0, 2))]
    if rng.random() < 0.5:
        return ("list", first, None)
    return ("list", first, [pattern(rng, t[1], depth + 1) for _ in range(rng.randint(0, 1))])


def show(p: tuple[Any, ...]) -> str:
    """The pattern in Tek."""
    if p[0] == "wild":
        return "_"
    if p[0] == "or":
        return f"({show(p[1])} | {show(p[2])})"
    if p[0] == "lit":
        return {True: "true", False: "false", None: "None"}[p[1]] if p[1] is None or isinstance(p[1], bool) else str(p[1])
    if p[0] == "range":
        return f"{'' if p[1] is None else p[1]}..{'' if p[2] is None else p[2]}"
    if p[0] == "some":
        return f"Some({show(p[1])})"
    if p[0] == "tuple":
        return "(" + ", ".join(map(show, p[1:])) + ")"
    rest = [] if p[2] is None else ["..", *map(show, p[2])]
    return "[" + ", ".join([*map(show, p[1]), *rest]) + "]"


def fits(p: tuple[Any, ...], v: Any) -> bool:
    """Whether a value is one of the pattern's."""
    if p[0] == "wild":
        return True
    if p[0] == "or":
        return fits(p[1], v) or fits(p[2], v)
    if p[0] == "lit":
        return p[1] is v if p[1] is None or isinstance(p[1], bool) else p[1] == v
    if p[0] == "range":
        return (p[1] is None or p[1] <= v) and (p[2] is None or v < p[2])
    if p[0] == "some":
        return v is not None and fits(p[1], v[1])
    if p[0] == "tuple":
        return all(map(fits, p[1:], v))
    if p[2] is None:
        return len(v) == len(p[1]) and all(map(fits, p[1], v))
    if len(v) < len(p[1]) + len(p[2]):
        return False
    return all(map(fits, p[1], v)) and all(map(fits, reversed(p[2]), reversed(v)))


TYPES: list[tuple[Any, ...]] = [
    ("option", ("bool",)),
    ("tuple", ("bool",), ("bool",), ("bool",)),
    ("tuple", ("int",), ("bool",)),
    ("list", ("bool",)),
    ("option", ("tuple", ("bool",), ("option", ("bool",)))),
    ("tuple", ("list", ("bool",)), ("bool",)),
    ("int",),
    ("option", ("option", ("int",))),
]


@pytest.mark.parametrize("seed", range(40))
def test_it_agrees_with_trying_every_value(seed: int) -> None:
    rng = random.Random(seed)
    source, expected = [], []
    for index in range(12):
        t = rng.choice(TYPES)
        arms = [(pattern(rng, t, 0), rng.random() < 0.15) for _ in range(rng.randint(1, 6))]
        lines = "\n".join(f"        {show(p)}{' if 1 < 2' if guarded else ''} => {i}" for i, (p, guarded) in enumerate(arms))
        source.append(f"fn f{index}(v: {show_type(t)}) -> Int {{\n    match v {{\n{lines}\n    }}\n}}\n")
        left = values(t)
        unreached = set()
        for i, (p, guarded) in enumerate(arms):
            taken = [v for v in left if fits(p, v)]
            if not taken:
                unreached.add(i)
            if not guarded:
                left = [v for v in left if not fits(p, v)]
        expected.append((bool(left), unreached))
    found = check("".join(source))
    lines_before = 0
    for text, (is_missing, unreached) in zip(source, expected, strict=True):
        first, last = lines_before + 1, lines_before + text.count("\n")
        mine = [(code, line) for code, line in found.places if first <= line <= last]
        assert (("TEK0400", first + 1) in mine) == is_missing, text
        assert {line - first - 2 for code, line in mine if code == "TEK0401"} == unreached, text
        lines_before = last
