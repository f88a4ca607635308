"""``tekc`` as a process: signals, closed pipes, full disks, bounds of memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Write

ROOT = Path(__file__).resolve().parents[2]
SLEEP = """import time

task main() {
    defer { print("cleaned up") }
    print("started")
    time.sleep(60s)
}

task busy() {
    defer { print("cleaned up") }
    print("started")
    var n = 0
    while true { n += 1 }
}
"""


def start(*words: str, **streams: object) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "runtime"), str(ROOT / "stdlib")])}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **streams}
    return subprocess.Popen([sys.executable, "-m", "tekc", *words], env=environment, **options)  # type: ignore[call-overload]


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=30)
    return process.returncode, (out or b"").decode(), (err or b"").decode()


@pytest.mark.parametrize("task", ["main", "busy"])
def test_an_interrupt_ends_a_run_in_good_order(write: Write, task: str) -> None:
    write(main=SLEEP)
    with start("run", f"main.tek:{task}") as process:
        assert process.stdout is not None
        assert ended(start("run", "--list", "main.tek"))[0] == 0  # by now it is compiled, and has started
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        status, out, err = ended(process)
    assert (status, out) == (130, "started\ncleaned up\n")
    assert "Traceback" not in err
    assert "interrupted" in err


def test_a_closed_pipe_ends_a_run_quietly(write: Write) -> None:
    write(main="task main() {\n    for i in 0..1000000 { print(i) }\n}\n")
    with start("run", "main.tek") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"0\n"
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(30) == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no device that is always full")
@pytest.mark.parametrize("words", [["run", "main.tek"], ["run", "--help"], ["--version"]])
def test_a_full_disk_is_told(write: Write, words: list[str]) -> None:
    write(main="task main() { print(1) }\n")
    with open("/dev/full", "wb") as full:
        status, _, err = ended(start(*words, stdout=full))
    assert status == 1
    assert "no space" in err
    assert "Traceback" not in err


def test_memory_that_one_operation_asks_for_is_limited(write: Write) -> None:
    write(main='task main() {\n    var text = "abcdefgh"\n    while true { text = text + text }\n}\n')
    status, _, err = ended(start("run", "--limit", "memory=64MiB", "main.tek"))
    assert status == 5
    assert "memory" in err
    assert "main.tek:3" in err


def test_a_program_that_a_script_starts_is_free_of_the_bound(write: Write) -> None:
    write(main="task main() needs process(\"sh\") {\n    $\"sh -c 'ulimit -v'\".run()\n}\n")
    status, out, err = ended(start("run", "--allow-needs", "main.tek"))
    assert status == 0
    assert "unlimited" in out + err


def test_a_folder_that_is_gone_is_told(write: Write, folder: Path) -> None:
    script = f"cd {folder} && mkdir gone && cd gone && rmdir ../gone && exec {sys.executable} -m tekc check"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "runtime"), str(ROOT / "stdlib")])}
    done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "working directory" in done.stderr
