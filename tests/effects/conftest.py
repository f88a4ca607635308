"""A run on the real world, with what it prints kept in memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tekrt.effects.files import Files
from tekrt.effects.world import real_world
from tekrt.kernel import Broker, Context, MemoryLedger, Permit
from tekrt.scopes import parse_capabilities
from tekrt.values.types import declare_record, known_record

Run = Callable[..., Context]

# A program that is loaded brings these; here there is none.
if known_record("fs.Stat") is None:
    declare_record("fs.Stat", ("size", ("Size",)), ("modified", ("Instant",)), ("mode", ("Int",)), ("kind", ("Str",)))
if known_record("process.Output") is None:
    declare_record("process.Output", ("status", ("Int",)), ("stdout", ("Bytes",)), ("stderr", ("Bytes",)))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The root of a run, with a few files; beside it a folder that no run may see."""
    made = tmp_path / "root"
    (made / "data").mkdir(parents=True)
    (made / "data" / "a.txt").write_text("alpha\n")
    (made / "data" / "b.txt").write_text("beta\n")
    (made / "secret.txt").write_text("root secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text("secret")
    return made


@pytest.fixture(params=["system", "walk"])
def start(request: pytest.FixtureRequest, root: Path) -> Iterator[Run]:
    """Start a run that is granted these capabilities; each way of opening files is tried."""
    brokers: list[Broker] = []

    def begin(needs: str, task: str | None = None, **changes: object) -> Context:
        world = real_world()
        world.write_out = bytearray().extend
        world.write_err = bytearray().extend
        world.eager = False
        world.files = lambda broker: Files(broker, walk_only=request.param == "walk")
        for name, value in changes.items():
            setattr(world, name, value)
        permit = Permit.of(parse_capabilities(needs), str(root), world.home)
        broker = Broker(world, permit, ledger=MemoryLedger())
        brokers.append(broker)
        context = broker.context()
        return context if task is None else context.for_task("job", parse_capabilities(task))

    yield begin
    for broker in brokers:
        broker.close()


@pytest.fixture
def printed() -> Callable[[Context], tuple[str, str]]:
    """What a run wrote to standard output and standard error."""

    def get(context: Context) -> tuple[str, str]:
        context.broker.flush()
        world = context.broker.world
        return world.write_out.__self__.decode(), world.write_err.__self__.decode()  # type: ignore[attr-defined]

    return get


@pytest.fixture(autouse=True)
def same_descriptors() -> Iterator[None]:
    """No test leaves a descriptor open."""
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    yield
    if before:
        assert len(os.listdir("/proc/self/fd")) <= before
