"""Programs that a stranger wrote from the design pages print what the pages say, fail as they say, and end as they say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.spec.running import Ran, run

HERE = Path(__file__).parent
PROGRAMS = sorted(place.parent for place in HERE.glob("*/main.tek"))
ABOUT = frozenset({
    "expected.out", "oracle.py", "args", "status", "stderr_has", "stderr_lacks", "out_has", "out_lacks", "options", "grants", "command",
})
ALSO_AS_A_PROCESS = ("bank", "fail-uncaught-trace", "cli-result-as-json", "effect-refused-without-grant")


def _text(program: Path, name: str) -> str | None:
    path = program / name
    return path.read_text(encoding="utf-8") if path.exists() else None


def _lines(program: Path, name: str) -> list[str]:
    return [line for line in (_text(program, name) or "").splitlines() if line.strip()]


def _words(program: Path) -> list[str]:
    """The command line: ``run`` with grants, options, the file and its arguments, or what ``command`` says."""
    whole = _text(program, "command")
    if whole is not None:
        return whole.splitlines()
    grants = _lines(program, "grants") if (program / "grants").exists() else ["--allow-needs"]
    return ["run", *grants, *_lines(program, "options"), "main.tek", *(_text(program, "args") or "").splitlines()]


def _fresh(program: Path, tmp_path: Path) -> Path:
    work = tmp_path / "work"
    shutil.copytree(program, work, ignore=lambda place, names: ABOUT.intersection(names) if Path(place) == program else ())
    return work


def _judge(program: Path, ran: Ran) -> None:
    assert ran.status == int(_text(program, "status") or 0), ran.err
    if (program / "expected.out").exists() or not (program / "out_has").exists():
        assert ran.out == (_text(program, "expected.out") or "")
    for line in _lines(program, "out_has"):
        assert line in ran.out
    for line in _lines(program, "out_lacks"):
        assert line not in ran.out
    low = ran.err.lower()
    for line in _lines(program, "stderr_has"):
        assert line.lower() in low
    for line in (*_lines(program, "stderr_lacks"), "Traceback", "a bug in tekc"):
        assert line.lower() not in low


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda place: place.name)
def test_a_program_does_what_the_pages_say(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_fresh(program, tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TEKC_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_COLOR", "1")
    _judge(program, run(_words(program)))


@pytest.mark.parametrize("name", ALSO_AS_A_PROCESS)
def test_a_program_does_the_same_as_a_process_of_its_own(name: str, tmp_path: Path) -> None:
    program = HERE / name
    root = HERE.parents[1]
    paths = os.pathsep.join(str(place) for place in (root, root / "runtime", root / "stdlib"))
    environment = {**os.environ, "PYTHONPATH": paths, "NO_COLOR": "1", "XDG_STATE_HOME": str(tmp_path / "state"),
                   "TEKC_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-m", "tekc", *_words(program)], cwd=_fresh(program, tmp_path), env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    _judge(program, Ran(done.returncode, done.stdout.decode(), done.stderr.decode()))


def test_there_are_programs_enough() -> None:
    assert len(PROGRAMS) >= 145
