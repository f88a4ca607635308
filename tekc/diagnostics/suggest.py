"""Find the name that somebody probably meant.

Every "did you mean" of tekc comes from here, so that all of them agree on what is
close enough: a slip of the fingers, never a guess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 64  # a longer name is not a slip of the fingers, and would cost time


def distance(a: str, b: str, limit: int) -> int:
    """Return how many slips turn `a` into `b`, or `limit + 1` when it is more than `limit`.

    A slip is one character missing, added or changed, or two neighbours swapped.
    """
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return min(last[-1], limit + 1)


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that `name` was probably meant to be, or None.

    A third of the longer name may differ.  Upper and lower case and underscores count
    only between equals, then letters in another order are likelier than other letters,
    and of two equally close names the earlier in the alphabet wins.
    """
    if not name or len(name) > _LONGEST:
        return None
    wanted = _plain(name)
    letters = sorted(wanted)
    best: tuple[int, int, bool, str] | None = None
    for candidate in candidates:
        if candidate == name or not candidate or len(candidate) > _LONGEST:
            continue
        limit = max(len(name), len(candidate)) // 3
        if best is not None:
            limit = min(limit, best[0])
        plain = _plain(candidate)
        slips = 0 if plain == wanted else distance(wanted, plain, limit)
        if slips > limit:
            continue
        found = (slips, distance(name, candidate, _LONGEST), sorted(plain) != letters, candidate)
        if best is None or found < best:
            best = found
    return None if best is None else best[3]


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").casefold()
