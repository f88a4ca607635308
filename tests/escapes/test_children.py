"""Attacks on the view and the stage of children, each with what is allowed beside it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tekrt.values.failure import Failure
from tests.sandbox.conftest import Box, box, root, rung  # noqa: F401  # fixtures

FILES = 60
ROUNDS = 25


def test_flipping_links_while_changes_are_taken_over(box, root: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    """A stranger swaps the folder that is written to for a link, over and over: no file ever lands outside."""
    outside = root.parent / "outside"
    run: Box = box('fs.write("out/**")')
    (root / "out/d").mkdir()
    os.symlink(outside, root / "out/link")
    stop = threading.Event()

    def flip() -> None:
        while not stop.is_set():
            try:
                os.rename(root / "out/d", root / "out/away")
                os.rename(root / "out/link", root / "out/d")
                os.rename(root / "out/d", root / "out/link")
                os.rename(root / "out/away", root / "out/d")
            except OSError:
                continue

    thread = threading.Thread(target=flip)
    thread.start()
    landed = 0
    try:
        for number in range(ROUNDS):
            try:
                run.sh(f"mkdir -p out/d; for i in $(seq {FILES}); do echo x > out/d/{number}-$i; done")
                landed += 1
            except Failure as failure:
                assert failure.kind in ("denied", "io")
    finally:
        stop.set()
        thread.join()
    assert sorted(os.listdir(outside)) == ["secret.txt"]
    assert (outside / "secret.txt").read_text() == "outside secret"


@pytest.mark.parametrize(
    "line",
    [
        "ln -s ../../outside out/l; echo pwned > out/l/secret.txt",
        "ln -s ../../outside/secret.txt out/l; echo pwned > out/l",
        "mkdir out/x; ln -s .. out/x/up; echo pwned > out/x/up/up",
        "cp /bin/true out/t; chmod 4755 out/t",
        "mknod out/dev b 8 0",
        "ln ../outside/secret.txt out/hard",
        "echo pwned > ../outside/secret.txt",
        "mv out ../outside/out",
        "cd /; echo pwned > /proc/1/root/x",
        "exec 9<>/dev/tcp/127.0.0.1/22",
        "mount --bind / out",
        "nsenter -t 1 -m true",
        "cat /proc/1/mem",
    ],
)
def test_a_hostile_program_changes_nothing_outside(box, root: Path, line: str) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    run: Box = box('fs.read("out/**"), fs.write("out/**")')
    try:
        run.sh(line)
    except Failure as failure:
        assert failure.kind == "denied"
    outside = root.parent / "outside"
    assert sorted(os.listdir(outside)) == ["secret.txt"]
    assert (outside / "secret.txt").read_text() == "outside secret"
    assert (root / "secret.txt").read_text() == "root secret"
    for path in (root / "out").rglob("*"):
        assert path.is_symlink() or path.stat().st_mode & 0o6000 == 0
    run.sh("echo fine > out/fine")
    assert (root / "out/fine").read_text() == "fine\n"


def test_the_old_content_of_a_hard_link_is_not_changed_by_a_commit(box, root: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    os.link(root.parent / "outside/secret.txt", root / "out/linked")
    run: Box = box('fs.read("out/**"), fs.write("out/**")')
    run.sh("echo pwned >> out/linked")
    assert (root.parent / "outside/secret.txt").read_text() == "outside secret"
    assert (root / "out/linked").read_text() == "outside secretpwned\n"


def test_a_deep_tree_is_removed_and_crashes_nothing(box, root: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    run: Box = box('fs.write("out/**")')
    line = "cd out; i=0; while [ $i -lt 1200 ]; do mkdir -p dddd/dddd/dddd/dddd && cd dddd/dddd/dddd/dddd || exit 1; i=$((i+1)); done"
    with pytest.raises(Failure) as caught:
        run.sh(line)
    assert "path is longer" in caught.value.message
    assert len(caught.value.message) < 2000
    assert run.sh("echo fine > out/fine")[0] == 0
    sandbox = run.context.broker.processes.rung.sandbox
    assert sorted(os.listdir(sandbox.stage)) == ["mask", "probe", "root"]
