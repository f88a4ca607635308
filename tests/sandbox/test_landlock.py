"""The rung for containers that allow no namespaces: walls around the real tree."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tekrt.sandbox import confinement, ladder
from tekrt.values.failure import Failure
from tekrt.values.scalars import Command, Duration
from tests.sandbox.conftest import Box, _boxes
from tests.sandbox.test_walls import _sleeping

Make = Callable[..., Box]


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch, root: Path, tmp_path: Path) -> Iterator[Callable[..., Box]]:
    """Runs on this rung; skipped where the system has no Landlock."""
    monkeypatch.setattr(ladder, "allowed", (ladder.LANDLOCK,))
    probe = confinement(str(tmp_path), str(tmp_path / "state"))
    probe.close()
    if probe.name != ladder.LANDLOCK:
        pytest.skip(str(probe.why))
    yield from _boxes(root)


def test_reads_are_those_that_are_granted(box: Make, root: Path) -> None:
    run = box('fs.read("src/**")')
    assert run.sh("cat src/a.c src/sub/b.h")[1] == "alphabeta"
    for path in ("secret.txt", "out/old", "../outside/secret.txt", "/etc/shadow", f"/proc/{os.getpid()}/environ", "src/../secret.txt"):
        assert run.sh(f"cat {path}")[0] != 0
    os.symlink(root / "secret.txt", root / "src/link")
    assert run.sh("cat src/link")[0] != 0
    assert box('fs.read("src/*.c")').sh("cat src/a.c")[1] == "alpha"
    assert box('fs.read("src/*.c")').sh("cat src/sub/b.h")[0] != 0


def test_writes_are_those_that_are_granted(box: Make, root: Path) -> None:
    run = box('fs.read("src/**"), fs.write("out/**"), fs.write("exact.txt"), fs.write("made/deep/**")')
    assert run.sh("echo 1 > out/x; rm out/old; mkdir out/d; echo 2 > exact.txt; echo 3 > made/deep/y")[0] == 0
    assert (root / "exact.txt").read_text() == "2\n"
    assert (root / "made/deep/y").read_text() == "3\n"
    for path in ("evil", "src/a.c", "secret.txt", "../outside/x", "/tmp/tek-evil"):
        assert run.sh(f"echo pwned > {path}")[0] != 0
    assert (root / "src/a.c").read_text() == "alpha"
    box('fs.write("never.txt")').sh("true")
    assert not (root / "never.txt").exists()


def test_its_temporary_and_home_folders_are_its_own(box: Make) -> None:
    run = box("", environment={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/root")})
    assert run.sh("echo x > $TMPDIR/x; echo y > ~/y; cat $TMPDIR/x ~/y")[1] == "x\ny\n"
    assert run.sh("cat $TMPDIR/x ~/y")[0] != 0


def test_no_sockets_and_no_signals(box: Make) -> None:
    run = box("")
    line = "/usr/bin/python3 -c 'import socket; socket.socket({})'"
    for family in ("socket.AF_INET", "socket.AF_UNIX", "socket.AF_INET6, socket.SOCK_DGRAM"):
        assert run.sh(line.format(family))[0] != 0
    assert run.sh("/usr/bin/python3 -c 'import socket; socket.socketpair()'")[0] in (0, 127)
    assert run.sh(f"kill -0 {os.getpid()}")[0] != 0
    assert run.sh("kill -9 $PPID")[0] != 0
    assert run.sh("unshare -r true")[0] != 0


def test_daemons_end_with_their_command(box: Make) -> None:
    from tekstd import process

    run = box("")
    run.sh("setsid sleep 500.5 & setsid sh -c 'trap : TERM; setsid sleep 500.5 & wait' & sleep 0.1")
    assert not _sleeping("500.5")
    with pytest.raises(Failure):
        process.run(run.context, process.timeout(run.context, Command(["sh", "-c", "setsid sleep 500.5 & sleep 500.5"]), Duration(300_000_000)))
    assert not _sleeping("500.5")


def test_everything_dies_with_the_run(box: Make, root: Path) -> None:
    repository = Path(__file__).parents[2]
    code = (
        f"import sys; sys.path[:0] = [{str(repository / 'runtime')!r}, {str(repository / 'stdlib')!r}]\n"
        "from tekrt.effects.world import real_world\nfrom tekrt.kernel import Broker, Permit\nfrom tekrt.scopes import *\n"
        "from tekrt.sandbox import ladder\nladder.allowed = ('landlock',)\n"
        "from tekrt.values.scalars import Command\nimport tekstd.process as p\n"
        f"b = Broker(real_world(), Permit.of(parse_capabilities('process(\"sh\")'), {str(root)!r}, '/x'))\n"
        "p.run(b.context(), Command(['sh', '-c', 'setsid sh -c \"trap : TERM HUP INT; setsid sleep 600.5\" & exec sleep 600.5']))\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL) as ours:
        end = time.monotonic() + 10
        while len(_sleeping("600.5")) < 2 and time.monotonic() < end:
            time.sleep(0.02)
        assert len(_sleeping("600.5")) == 2
        os.kill(ours.pid, signal.SIGKILL)
        while _sleeping("600.5") and time.monotonic() < end:
            time.sleep(0.01)
        assert not _sleeping("600.5")


def test_a_program_that_cannot_be_started_says_so(box: Make, root: Path) -> None:
    (root / "bad").write_text("#!/no/such/interpreter\n")
    (root / "bad").chmod(0o755)
    assert box('process("bad")').sh("./bad")[0] != 0
