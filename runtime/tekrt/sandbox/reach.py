"""Scopes as an automaton that is stepped through one part of a path at a time.

A reach is layers of globs; a path is within it when some glob of each layer matches.  Stepping tells at every folder whether
anything below can match (alive) and whether all of it does (whole), so that a walk enters only what it must look at.
"""

from __future__ import annotations

from tekrt.scopes.glob import match_part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from tekrt.scopes.glob import Segment

    Layers: TypeAlias = Sequence[Sequence[tuple[Segment, ...]]]
    State: TypeAlias = tuple[frozenset[tuple[int, int]], ...]


class Reach:
    """Layers of globs, each a tuple of segments from ``/``.  Plain data: it goes to another process."""

    __slots__ = ("layers", "start")

    def __init__(self, layers: Layers) -> None:
        self.layers = layers
        self.start: State = tuple(
            frozenset(at for number in range(len(layer)) for at in _closed(layer[number], number, 0)) for layer in layers
        )

    def step(self, state: State, name: str) -> State:
        """Return the state below the folder or file ``name``."""
        return tuple(frozenset(self._stepped(layer, before, name)) for layer, before in zip(self.layers, state, strict=True))

    def _stepped(self, layer: Sequence[tuple[Segment, ...]], before: Iterable[tuple[int, int]], name: str) -> Iterable[tuple[int, int]]:
        for number, at in before:
            glob = layer[number]
            if at == len(glob):
                continue
            segment = glob[at]
            if segment is None:
                yield from _closed(glob, number, at)
            elif segment == name if isinstance(segment, str) else match_part(segment, name):
                yield from _closed(glob, number, at + 1)

    def along(self, path: str) -> State:
        """Return the state at an absolute path."""
        state = self.start
        for name in path.split("/"):
            if name:
                state = self.step(state, name)
        return state

    def matches(self, state: State) -> bool:
        """Tell whether the path itself is within."""
        return all(any(at == len(layer[number]) for number, at in part) for layer, part in zip(self.layers, state, strict=True))

    def alive(self, state: State) -> bool:
        """Tell whether the path, or anything below it, may be within."""
        return all(state)

    def whole(self, state: State) -> bool:
        """Tell whether the path and all below it are within."""
        return all(any(layer[number][at:] == (None,) for number, at in part) for layer, part in zip(self.layers, state, strict=True))


def _closed(glob: tuple[Segment, ...], number: int, at: int) -> Iterable[tuple[int, int]]:
    """Return a position, and those behind each ``**`` that follows: it may stand for nothing."""
    yield number, at
    while at < len(glob) and glob[at] is None:
        at += 1
        yield number, at
