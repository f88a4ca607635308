"""The network, the system's calls, death, and what happens where nothing works."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tekrt.sandbox import confinement, filters, ladder
from tests.sandbox.conftest import Box

Make = Callable[..., Box]


@pytest.fixture
def port() -> Iterator[int]:
    """A server on loopback that says hello."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
            line.shutdown(socket.SHUT_WR)
            line.recv(1000)
            line.close()

    thread = threading.Thread(target=serve)
    thread.start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


def _connect(port: int) -> str:
    return f'/usr/bin/python3 -c "import socket; print(socket.create_connection((\'127.0.0.1\', {port})).recv(99))"'


@pytest.mark.skipif(not os.path.exists("/usr/bin/python3"), reason="no Python in the system")
def test_no_network_without_the_grant(box: Make, port: int) -> None:
    assert box("").sh(_connect(port))[0] != 0
    assert box('net.get("localhost")').sh(_connect(port))[0] != 0
    assert "hello" in box('net("*:*")').sh(_connect(port))[1]


@pytest.mark.skipif(not os.path.exists("/usr/bin/curl"), reason="no curl")
def test_granted_hosts_are_reached_through_the_proxy_and_others_are_not(box: Make, port: int) -> None:
    run = box(f'net("127.0.0.1:{port}")')
    reach = f"curl -sS -m 9 http://127.0.0.1:{port}/x"
    assert "hello" in run.sh(reach)[1]
    assert "hello" in run.sh(f"curl -sS -m 9 -p --http0.9 http://127.0.0.1:{port}/x")[1]
    assert run.sh(_connect(port))[0] != 0  # it does not use the proxy
    _, out, _ = run.sh(f"curl -sS -m 9 http://127.0.0.1:{port + 1}/; curl -sS -m 9 http://localhost:{port}/")
    assert "hello" not in out
    assert "not granted" in out
    for target in (f"http://127.1:{port}/", f"http://2130706433:{port}/", f"http://0x7f.1:{port}/", "http://169.254.169.254/latest"):
        assert "hello" not in run.sh(f"curl -sS -m 9 --request-target {target} -x http://127.0.0.1:3128 http://x/")[1]
    recorded = [one.scope for one in run.context.broker.ledger.begun if one.effect == "net"] if hasattr(run.context.broker.ledger, "begun") else None
    assert recorded is None or f"127.0.0.1:{port}" in recorded


@pytest.mark.skipif(not os.path.exists("/usr/bin/python3"), reason="no Python in the system")
def test_abstract_sockets_of_the_system_are_out_of_reach(box: Make) -> None:
    server = socket.socket(socket.AF_UNIX)
    server.bind(f"\0tek-test-{os.getpid()}")
    server.listen()
    try:
        line = f'/usr/bin/python3 -c "import socket; socket.socket(socket.AF_UNIX).connect(\'\\0tek-test-{os.getpid()}\')"'
        assert box("").sh(line)[0] != 0
    finally:
        server.close()


@pytest.mark.parametrize("line", ["unshare -r true", "unshare -m true", "mount -t tmpfs x /tmp", "umount /proc", "umount -l /.old", "chroot / true"])
def test_no_new_namespaces_and_mounts(box: Make, line: str) -> None:
    status, _, err = box("").sh(line)
    assert status not in (0, 127), err


def test_the_old_root_is_covered(box: Make) -> None:
    run = box("")
    assert run.sh("ls -A /.old")[1] == ""
    for path in ("/.old/etc/shadow", "/.old/../etc/shadow", "/proc/1/root/etc/shadow", "/proc/self/root/etc/shadow", "/proc/1/cwd/etc/shadow"):
        assert run.sh(f"cat {path}")[0] != 0


def test_rights_are_gone(box: Make) -> None:
    text = box("").sh("grep -E 'NoNewPrivs|Seccomp:|CapEff|CapBnd' /proc/self/status")[1]
    fields = dict(line.split(":\t") for line in text.strip().split("\n"))
    assert fields["NoNewPrivs"] == "1"
    assert fields["Seccomp"] == "2"
    assert int(fields["CapEff"], 16) & ~0x1B == 0
    assert int(fields["CapBnd"], 16) & ~0x1B == 0


def test_it_cannot_signal_others(box: Make) -> None:
    got: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: got.append(number))
    try:
        assert box("").sh(f"kill -USR1 {os.getpid()}")[0] != 0
        assert box("").sh("sleep 400.75 & kill -USR1 -1; kill -9 -1; kill -9 1; echo still")[1] == "still\n"
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert got == []


def test_the_filter_knows_this_machine() -> None:
    for machine in ("x86_64", "aarch64"):
        assert len(filters.program(machine)) % 8 == 0
    with pytest.raises(OSError, match="no filter"):
        filters.program("vax")


def test_daemons_end_with_their_command(box: Make) -> None:
    run = box("")
    run.sh("setsid sleep 200.25 & setsid sh -c 'sleep 200.25 & wait' & sleep 0.1")
    assert not _sleeping("200.25")


@pytest.mark.parametrize("what", ["tekc", "supervisor"])
def test_everything_dies_with_the_run(rung: str, root: Path, what: str) -> None:
    repository = Path(__file__).parents[2]
    code = (
        f"import sys; sys.path[:0] = [{str(repository / 'runtime')!r}, {str(repository / 'stdlib')!r}]\n"
        "from tekrt.effects.world import real_world\nfrom tekrt.kernel import Broker, Permit\nfrom tekrt.scopes import *\n"
        f"from tekrt.sandbox import ladder\nladder.allowed = ({rung!r},)\n"
        "from tekrt.values.scalars import Command\nimport tekstd.process as p\n"
        f"b = Broker(real_world(), Permit.of(parse_capabilities('process(\"sh\")'), {str(root)!r}, '/x'))\n"
        "print(b.processes.rung.sandbox._process, flush=True)\n"
        "p.run(b.context(), Command(['sh', '-c', 'setsid sh -c \"trap : TERM HUP INT; setsid sleep 300.5\" & exec sleep 300.5']))\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as ours:
        assert ours.stdout is not None
        supervisor = int(ours.stdout.readline())
        end = time.monotonic() + 10
        while len(_sleeping("300.5")) < 2 and time.monotonic() < end:
            time.sleep(0.02)
        assert len(_sleeping("300.5")) == 2
        os.kill(ours.pid if what == "tekc" else supervisor, signal.SIGKILL)
        while _sleeping("300.5") and time.monotonic() < end:
            time.sleep(0.01)
        assert not _sleeping("300.5")


def _sleeping(word: str) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] == [b"sleep", word.encode()]:
            found.append(folder.name)
    return found


def test_where_nothing_works_the_note_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ladder, "allowed", ())
    rung = confinement(str(tmp_path), str(tmp_path / "state"))
    assert rung.name == ladder.UNCONFINED
    assert rung.sandbox is None


def test_stages_of_runs_that_were_killed_are_swept(tmp_path: Path) -> None:
    base = tmp_path / "state/stage"
    dead = base / "tek-stage-999999999-00ff"
    (dead / "1/0/deep").mkdir(parents=True)
    (dead / "1/0/deep").chmod(0)
    mine = base / f"tek-stage-{os.getpid()}-00ff"
    mine.mkdir()
    confinement(str(tmp_path), str(tmp_path / "state")).close()
    assert not dead.exists()
    assert mine.exists()
