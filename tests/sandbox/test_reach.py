"""Scopes as automata agree with the matcher, and never call something dead that can match."""

from __future__ import annotations

import random

from tekrt.sandbox.reach import Reach
from tekrt.scopes import parse_glob

GLOBS = ["/**", "/a/**", "/a/*.c", "/a/**/*.h", "/**/b", "/a/b", "/a/?/**", "/**/a/**/b/*", "/[ab]/c", "/a/**/b/**"]
NAMES = ["a", "b", "c", "x.c", "y.h"]


def test_it_agrees_with_the_matcher() -> None:
    rng = random.Random(7)
    for _ in range(3000):
        layers = [[parse_glob(rng.choice(GLOBS)) for _ in range(rng.randint(0, 3))] for _ in range(rng.randint(1, 2))]
        reach = Reach([[glob.segments for glob in layer] for layer in layers])
        parts = [rng.choice(NAMES) for _ in range(rng.randint(0, 5))]
        state = reach.along("/" + "/".join(parts))
        assert reach.matches(state) == all(any(glob.matches(parts) for glob in layer) for layer in layers)
        more = parts + [rng.choice(NAMES) for _ in range(rng.randint(0, 3))]
        matched = all(any(glob.matches(more) for glob in layer) for layer in layers)
        assert reach.alive(state) or not matched
        assert matched or not reach.whole(state)
