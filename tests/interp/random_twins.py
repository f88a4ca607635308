"""What the Python twins of random programs are made of."""

from __future__ import annotations

import copy
from typing import Any


class Failed(Exception):
    """A failure in the twin."""


class Box:
    """The twin of the record."""

    def __init__(self, items: list[int], grid: list[list[int]], n: int) -> None:
        self.items, self.grid, self.n = items, grid, n


def cp(x: Any) -> Any:
    """Copy deeply."""
    return copy.deepcopy(x)


def added(xs: list[int], x: int) -> list[int]:
    return [*xs, x]


def reset(xs: list[int], x: int) -> list[int]:
    return [x, *xs[1:]] if xs else xs


def longer(xs: list[int], ys: list[int]) -> list[int]:
    return xs if len(xs) > len(ys) else ys


def both(xs: list[int], x: int) -> tuple[list[int], int]:
    return ([*xs, x], len(xs))


def grow(b: Box, x: int) -> None:
    b.items.append(x)
    b.n += 1


def widen(b: Box, row: list[int]) -> None:
    b.grid.append(row)
    if len(b.grid) > 2:
        b.grid[0].append(b.n)


def risky(xs: list[int], x: int) -> list[int]:
    if x % 3 == 0:
        raise Failed(f"risky {x}")
    return added(xs, x)


def risky_grow(b: Box, x: int) -> None:
    b.items.append(x)
    if x % 2 == 0:
        raise Failed(f"grown {x}")
    b.grid.append(cp(b.items))


def held(h: Any) -> list[int]:
    return [0] if h == ("Empty",) else added(h[1], h[2])


def boxed(b: Box, x: int) -> Box:
    b.items.append(x)
    grow(b, x)
    return b


def shown(x: Any) -> str:
    """Show a twin's value as Tek prints it."""
    if isinstance(x, list):
        return "[" + ", ".join(shown(y) for y in x) + "]"
    if isinstance(x, dict):
        return "[" + ", ".join(f'"{k}": {shown(v)}' for k, v in x.items()) + "]" if x else "[:]"
    if isinstance(x, Box):
        return f"Box(items: {shown(x.items)}, grid: {shown(x.grid)}, n: {x.n})"
    if isinstance(x, tuple) and x and isinstance(x[0], str):
        return x[0] + ("(" + ", ".join(shown(y) for y in x[1:]) + ")" if len(x) > 1 else "")
    if isinstance(x, tuple):
        return "(" + ", ".join(shown(y) for y in x) + ")"
    return "None" if x is None else str(x)


def unwrap(option: Any, other: Any) -> Any:
    """``option ?? other``."""
    return other if option is None else option[1]


def run_twin(text: str) -> str:
    """Run the Python twin and return what it prints."""
    scope: dict[str, Any] = {
        "cp": cp, "Box": Box, "Failed": Failed, "added": added, "reset": reset, "longer": longer, "both": both, "grow": grow, "widen": widen,
        "risky": risky, "risky_grow": risky_grow, "held": held, "boxed": boxed, "shown": shown, "unwrap": unwrap, "out": [],
    }  # fmt: skip
    exec(text, scope)  # noqa: S102 - the twin is Python that we wrote
    return "".join(line + "\n" for line in scope["out"])
