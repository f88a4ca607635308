"""A bound on the memory of this process, set in the system: one operation may ask for more than any look at it would see in time."""

from __future__ import annotations

import os
import resource

SLACK = 64 << 20
"""Bytes of address space beyond what is used and what is allowed: for code and stacks that are loaded later."""


def memory_in_use() -> int:
    """Return how many bytes of memory this process has."""
    try:
        return _statm(1)
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS: bytes, and the most that it ever was


def limit_memory(size: int) -> None:
    """Let this process use so many bytes more than it does; what asks for more gets a `MemoryError`.

    Where the system has no such bound, nothing happens; then only `memory_in_use` tells.
    """
    try:
        wanted = _statm(0) + size + SLACK
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or wanted < hard:
            resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    except (OSError, ValueError):
        return


def _statm(field: int) -> int:
    handle = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(os.read(handle, 200).split()[field]) * os.sysconf("SC_PAGE_SIZE")
    finally:
        os.close(handle)
