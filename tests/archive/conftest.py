"""A run on the real world beneath a folder of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tekrt.effects.world import real_world
from tekrt.kernel import Broker, Context, MemoryLedger, Permit
from tekrt.scopes import parse_capabilities

Run = Callable[..., Context]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The root of a run; beside it a folder that no run may see."""
    made = tmp_path / "root"
    (made / "data" / "deep").mkdir(parents=True)
    (made / "data" / "a.txt").write_text("alpha\n")
    (made / "data" / "deep" / "b.bin").write_bytes(bytes(range(256)) * 2000)
    (made / "data" / "run.sh").write_text("#!/bin/sh\n")
    (made / "data" / "run.sh").chmod(0o755)
    (made / "secret.txt").write_text("secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text("secret")
    return made


@pytest.fixture
def start(root: Path) -> Iterator[Run]:
    """Start a run that is granted these capabilities."""
    brokers: list[Broker] = []

    def begin(needs: str) -> Context:
        world = real_world()
        world.write_out = bytearray().extend
        world.write_err = bytearray().extend
        broker = Broker(world, Permit.of(parse_capabilities(needs), str(root), world.home), ledger=MemoryLedger())
        brokers.append(broker)
        return broker.context()

    yield begin
    for broker in brokers:
        broker.close()


@pytest.fixture(autouse=True)
def same_descriptors() -> Iterator[None]:
    """No test leaves a descriptor open."""
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    yield
    if before:
        assert len(os.listdir("/proc/self/fd")) <= before
