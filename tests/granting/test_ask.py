"""Asking a person, and the prompts of `run`, on a real terminal."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest

from tests.granting.conftest import Tekc, Write

ASK = """import ask

task main() needs human {
    print(ask.confirm("Go?"))
    print(ask.text("Name?"))
    print(ask.choose("Which?", ["red", "green"]))
}
"""


def at_terminal(folder: Path, words: list[str], typed: str, seconds: float = 60.0) -> tuple[int, str]:
    """Run tekc at a terminal of its own with lines typed ahead; return its status and the whole screen."""
    here = Path(__file__).parents[2]
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ["PYTHONPATH"] = ":".join(str(here / part) for part in (".", "runtime", "stdlib"))
        os.environ["NO_COLOR"] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "tekc", *words])
    os.write(fd, typed.encode())
    screen, end = b"", time.monotonic() + seconds
    while time.monotonic() < end:
        ready, _, _ = select.select([fd], [], [], 1.0)
        if ready:
            try:
                data = os.read(fd, 65536)
            except OSError:
                break
            if not data:
                break
            screen += data
    else:
        os.kill(pid, 9)
    _, status = os.waitpid(pid, 0)
    os.close(fd)
    return os.waitstatus_to_exitcode(status), screen.decode().replace("\r\n", "\n")


def test_a_person_answers(write: Write, folder: Path) -> None:
    write(main=ASK)
    status, screen = at_terminal(folder, ["run", "--allow-needs", "main.tek"], "maybe\ny\n Ada \nblue\n2\n")
    assert status == 0, screen
    assert screen.count("Go? [y]es, [n]o: ") == 2
    assert screen.count("  2  green 1 to 2: ") == 2
    for said in ("true\n", "Ada\n", "green\n"):
        assert said in screen


def test_choosing_by_name_and_no(write: Write, folder: Path) -> None:
    write(main=ASK)
    status, screen = at_terminal(folder, ["run", "--allow-needs", "main.tek"], "No\nx\nred\n")
    assert (status, "false\n" in screen) == (0, True)


def test_end_of_input_is_denied(write: Write, folder: Path) -> None:
    write(main=ASK)
    status, screen = at_terminal(folder, ["run", "--allow-needs", "main.tek"], "\x04")
    assert status == 4
    assert "there was no answer" in screen


def test_where_nobody_is_there_asking_is_denied_and_can_be_caught(write: Write, tekc: Tekc) -> None:
    write(main=ASK)
    found = tekc("run", "--allow-needs", "main.tek")
    assert (found.status, found.out) == (4, "")
    assert "nobody is there" in found.err
    write(main='import ask\ntask main() needs human {\n    print(try ask.confirm("Go?") ?? false)\n}\n')
    assert tekc("run", "--allow-needs", "main.tek").out == "false\n"


def test_choosing_among_nothing_fails(write: Write, tekc: Tekc) -> None:
    write(main='import ask\ntask main() needs human {\n    print(ask.choose("Which?", []))\n}\n')
    found = tekc("run", "--allow-needs", "main.tek")
    assert found.status == 1
    assert "missing_value" in found.err


def test_a_question_cannot_move_the_cursor(write: Write, folder: Path) -> None:
    write(main='import ask\ntask main() needs human {\n    print(ask.confirm("a\\u{1b}[2J\\u{202e}b?"))\n}\n')
    status, screen = at_terminal(folder, ["run", "--allow-needs", "main.tek"], "y\n")
    assert status == 0
    assert "a\\u{1b}[2J\\u{202e}b?" in screen


@pytest.mark.parametrize(("typed", "status"), [("y\n", 0), ("n\n", 4), ("what\na\n", 0)])
def test_the_prompt_of_run_at_a_terminal(script: Path, typed: str, status: int) -> None:
    found, screen = at_terminal(script, ["run", "main.tek"], typed)
    assert found == status, screen
    assert "module main" in screen
    assert ("done\n" in screen) == (status == 0)


def test_what_was_always_allowed_is_asked_again_in_another_root_and_when_it_grows(script: Path, tekc: Tekc, tmp_path: Path) -> None:
    assert at_terminal(script, ["run", "main.tek"], "a\n")[0] == 0
    assert tekc("run", "main.tek").status == 0
    other = tmp_path / "other"
    other.mkdir()
    assert tekc("run", "--root", str(other), "main.tek").status == 4
    text = (script / "main.tek").read_text()
    (script / "main.tek").write_text(text.replace('"done"', '"ready"'))
    assert tekc("run", "main.tek").out == "ready\n"
    (script / "main.tek").write_text(text.replace('env("HOME")', 'env("HOME"), env("PATH")'))
    found, screen = at_terminal(script, ["run", "main.tek"], "n\n")
    assert found == 4
    assert 'new since you approved it: env("PATH")' in screen
