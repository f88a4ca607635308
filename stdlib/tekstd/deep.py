"""More of Python's stack for a while, for readers of others that recurse on the depth of data."""

from __future__ import annotations

from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_FRAMES = 10_000
"""Enough for 1,000 levels of the deepest reader that we use; calls between Python functions take no room on the C stack."""


@contextmanager
def deeper_stack() -> Iterator[None]:
    """Allow deeper recursion inside of the block."""
    import sys

    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
