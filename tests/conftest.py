"""What holds for every test."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator

import pytest

# Whoever starts the tests in the background may have set this signal to be ignored, which every program they start would inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _memory_is_not_bounded_for_the_next_test() -> Iterator[None]:
    """A run in this process bounds its memory, as it should in a process of its own; the next test begins without."""
    bound = resource.getrlimit(resource.RLIMIT_AS)
    yield
    resource.setrlimit(resource.RLIMIT_AS, bound)
