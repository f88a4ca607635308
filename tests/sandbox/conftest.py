"""Runs on the real world whose children are confined, on every rung that works here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tekrt.effects.world import real_world
from tekrt.kernel import Broker, Context, MemoryLedger, Permit
from tekrt.sandbox import confinement, ladder
from tekrt.scopes import parse_capabilities
from tekrt.values.failure import Failure
from tekrt.values.scalars import Command
from tekrt.values.types import declare_record, known_record

if known_record("process.Output") is None:
    declare_record("process.Output", ("status", ("Int",)), ("stdout", ("Bytes",)), ("stderr", ("Bytes",)))

STAGED = [ladder.NAMESPACES, ladder.USER]


class Box:
    """A run with a root; ``sh`` runs a line of shell in it."""

    def __init__(self, context: Context, root: Path) -> None:
        self.context = context
        self.root = root

    def sh(self, line: str, context: Context | None = None) -> tuple[int, str, str]:
        """Return status, output and error output."""
        from tekstd import process

        found = process.output(context or self.context, Command(["sh", "-c", line]))
        return found[2], found[3].decode("utf-8", "replace"), found[4].decode("utf-8", "replace")

    def denied(self, line: str) -> str:
        """Run a line whose changes are refused; return why."""
        with pytest.raises(Failure) as caught:
            self.sh(line)
        assert caught.value.kind == "denied", caught.value
        return caught.value.message


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with a few files; beside it what no child may see."""
    made = tmp_path / "root"
    for name, text in {"src/a.c": "alpha", "src/sub/b.h": "beta", "out/old": "old", "secret.txt": "root secret"}.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(text)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text("outside secret")
    return made


@pytest.fixture(params=STAGED)
def rung(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A rung with a private view; skipped where this system has it not."""
    name: str = request.param
    monkeypatch.setattr(ladder, "allowed", (name,))
    probe = confinement(str(tmp_path), str(tmp_path / "state"))
    probe.close()
    if probe.name != name:
        pytest.skip(f"{name}: {probe.why}")
    return name


@pytest.fixture
def box(rung: str, root: Path) -> Iterator[Callable[..., Box]]:
    """Make runs that are granted capabilities."""
    yield from _boxes(root)


def _boxes(root: Path) -> Iterator[Callable[..., Box]]:
    brokers: list[Broker] = []

    def make(needs: str, **changes: object) -> Box:
        world = real_world()
        world.write_out = bytearray().extend
        world.write_err = bytearray().extend
        for name, value in changes.items():
            setattr(world, name, value)
        permit = Permit.of(parse_capabilities(f'process("sh"), {needs}' if needs else 'process("sh")'), str(root), world.home)
        broker = Broker(world, permit, ledger=MemoryLedger())
        brokers.append(broker)
        return Box(broker.context(), root)

    yield make
    for broker in brokers:
        broker.close()


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path) -> Iterator[None]:
    """No descriptor stays open and no supervisor stays."""
    before = len(os.listdir("/proc/self/fd"))
    yield
    assert len(os.listdir("/proc/self/fd")) <= before
