"""What holds for every test."""

from __future__ import annotations

import resource
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _memory_is_not_bounded_for_the_next_test() -> Iterator[None]:
    """A run in this process bounds its memory, as it should in a process of its own; the next test begins without."""
    bound = resource.getrlimit(resource.RLIMIT_AS)
    yield
    resource.setrlimit(resource.RLIMIT_AS, bound)
