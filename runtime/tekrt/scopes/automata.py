"""Containment and overlap of globs, exactly, by finite automata.

A path is read as its parts, each followed by ``/``; so ``**`` is a loop over whole parts.  Overlap walks pairs of states.
Containment walks pairs of a state of the inner glob and the set of states that the outer ones may be in; sets are bit masks.
The number of such sets can explode for patterns that nobody writes (``*a??????????????``): past a limit the answer is
"not proved", which is what containment may always say.
"""

from __future__ import annotations

from tekrt.scopes.glob import ANY, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tekrt.scopes.glob import Ranges, Segment

SLASH: Ranges = ((47, 47),)
MOST_PAIRS = 20_000
"""How many pairs a proof of containment may visit."""


class Nfa:
    """States with moves on character ranges; ``closure[s]`` are the states that ``s`` is in without reading, as a mask."""

    __slots__ = ("accept", "closure", "moves", "start")

    def __init__(self) -> None:
        self.moves: list[list[tuple[Ranges, int]]] = []
        self.closure: list[int] = []
        self.start = 0
        self.accept = 0

    def add(self, segments: Sequence[Segment]) -> None:
        """Add a glob: what it matches is accepted as well."""
        first = self._state()
        free: list[int] = []  # states that are also in the next one
        here = first
        for segment in segments:
            if segment is None:
                inner, after = self._state(), self._state()
                self.moves[here].append((ANY, inner))
                self.moves[inner] += [(ANY, inner), (SLASH, here)]
                free.append(here)
                # `here` leads to `after` without reading; states are numbered so that this is known below
                self.closure[here] = after
                here = after
                continue
            here = self._part(segment, here, free)
        last = here
        self._close(first, free)
        self.accept |= 1 << last
        self.start |= self.closure[first]

    def _part(self, segment: Segment, here: int, free: list[int]) -> int:
        tokens: list[Ranges | None]
        if isinstance(segment, str):
            tokens = [((ord(char), ord(char)),) for char in segment]
        else:
            tokens = list(segment or ())
            if all(token is None for token in tokens):
                tokens = [ANY, None]  # a part is never empty
        for token in tokens:
            after = self._state()
            if token is None:
                self.moves[here].append((ANY, here))
                free.append(here)
                self.closure[here] = after
            else:
                self.moves[here].append((token, after))
            here = after
        after = self._state()
        self.moves[here].append((SLASH, after))
        return after

    def _state(self) -> int:
        self.moves.append([])
        self.closure.append(-1)
        return len(self.moves) - 1

    def _close(self, first: int, free: list[int]) -> None:
        """Turn ``closure`` from "the next state" into masks, last state first."""
        skipping = set(free)
        for state in range(len(self.moves) - 1, first - 1, -1):
            mask = 1 << state
            if state in skipping:
                mask |= self.closure[self.closure[state]]
            self.closure[state] = mask


def automaton(globs: Iterable[Sequence[Segment]]) -> Nfa:
    """Return the automaton of what any of the globs matches."""
    nfa = Nfa()
    for segments in globs:
        nfa.add(segments)
    return nfa


def bits(mask: int) -> list[int]:
    """Return the numbers of the bits that are set."""
    out: list[int] = []
    while mask:
        low = mask & -mask
        out.append(low.bit_length() - 1)
        mask ^= low
    return out


def contains(outer: Iterable[Sequence[Segment]], inner: Sequence[Segment]) -> bool:
    """Tell whether everything that ``inner`` matches is matched by one of ``outer``; False also where it is not proved."""
    big, small = automaton(outer), automaton([inner])
    symbols = _symbols(big, small)
    table = [_targets(big, symbols, state) for state in range(len(big.moves))]
    steps: dict[tuple[int, int], int] = {}
    todo = [(state, big.start) for state in bits(small.start)]
    seen = set(todo)
    for state, mask in todo:
        if small.accept >> state & 1 and not mask & big.accept:
            return False
    while todo:
        state, mask = todo.pop()
        for ranges, target in small.moves[state]:
            for number, code in enumerate(symbols):
                if not within(code, ranges):
                    continue
                after = steps.get((mask, number))
                if after is None:
                    after = 0
                    for source in bits(mask):
                        after |= table[source][number]
                    steps[mask, number] = after
                if not after:
                    return False  # every state of a glob leads to acceptance, so here is a path that none matches
                for reached in bits(small.closure[target]):
                    pair = (reached, after)
                    if pair in seen:
                        continue
                    if small.accept >> reached & 1 and not after & big.accept:
                        return False
                    if len(seen) >= MOST_PAIRS:
                        return False
                    seen.add(pair)
                    todo.append(pair)
    return True


def overlaps(a: Sequence[Segment], b: Sequence[Segment]) -> bool:
    """Tell whether some path is matched by both."""
    first, second = automaton([a]), automaton([b])
    todo = [(x, y) for x in bits(first.start) for y in bits(second.start)]
    seen = set(todo)
    while todo:
        x, y = todo.pop()
        if first.accept >> x & 1 and second.accept >> y & 1:
            return True
        for ranges, target in first.moves[x]:
            for other, goal in second.moves[y]:
                if not _meet(ranges, other):
                    continue
                for p in bits(first.closure[target]):
                    for q in bits(second.closure[goal]):
                        if (p, q) not in seen:
                            seen.add((p, q))
                            todo.append((p, q))
    return False


def _symbols(a: Nfa, b: Nfa) -> list[int]:
    """Return one code point of each class that no range of the two tells apart."""
    cuts = {0}
    for nfa in (a, b):
        for moves in nfa.moves:
            for ranges, _ in moves:
                for low, high in ranges:
                    cuts.add(low)
                    cuts.add(high + 1)
    return sorted(cut for cut in cuts if cut <= 0x10FFFF)


def _targets(nfa: Nfa, symbols: list[int], state: int) -> list[int]:
    """Return, for each symbol, the mask of states that ``state`` leads to."""
    out = [0] * len(symbols)
    for ranges, target in nfa.moves[state]:
        reached = nfa.closure[target]
        for number, code in enumerate(symbols):
            if within(code, ranges):
                out[number] |= reached
    return out


def _meet(a: Ranges, b: Ranges) -> bool:
    for low, high in a:
        for other_low, other_high in b:
            if low <= other_high and other_low <= high:
                return True
    return False
