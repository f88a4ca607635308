"""Every example runs on its data and prints what it should, is formatted, passes its own tests, and needs its grants."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/main.tek"))
PROGRAMS = {"build-c": "gcc", "git-statistics": "git"}

each = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)


def tekc(*args: str, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in (".", "runtime", "stdlib")),
        "XDG_STATE_HOME": str(home / "state"),
        "NO_COLOR": "1",
    }
    command = [sys.executable, "-m", "tekc", *args]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def copy(example: Path, tmp_path: Path) -> Path:
    """A copy of the example that its runs may change."""
    program = PROGRAMS.get(example.name)
    if program is not None and shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    return Path(shutil.copytree(example, tmp_path / example.name, ignore=shutil.ignore_patterns("build", ".tek")))


def commands(example: Path) -> list[list[str]]:
    """Return the command lines that the example is run with, after the options of tekc."""
    written = example / "commands"
    lines = written.read_text(encoding="utf-8").splitlines() if written.exists() else ["main.tek"]
    return [line.split() for line in lines]


@each
def test_an_example_prints_what_it_should(example: Path, copy: Path, tmp_path: Path) -> None:
    printed = ""
    for command in commands(example):
        run = tekc("run", "--allow-needs", *command, cwd=copy, home=tmp_path)
        assert run.returncode == 0, run.stderr
        printed += run.stdout
    assert printed == (example / "expected.out").read_text(encoding="utf-8")


@each
def test_an_example_runs_twice(example: Path, copy: Path, tmp_path: Path) -> None:
    for _ in range(2):
        for command in commands(example):
            run = tekc("run", "--allow-needs", *command, cwd=copy, home=tmp_path)
            assert run.returncode == 0, run.stderr


@each
def test_an_example_is_refused_without_grants(example: Path, copy: Path, tmp_path: Path) -> None:
    run = tekc("run", *commands(example)[0], cwd=copy, home=tmp_path)
    assert run.returncode == 4
    assert "--allow" in run.stderr
    assert run.stdout == ""
    assert not (copy / "build").exists()


@each
def test_an_example_shows_what_it_may_touch(example: Path, copy: Path, tmp_path: Path) -> None:
    run = tekc("run", "--dry-run", *commands(example)[0], cwd=copy, home=tmp_path)
    assert run.returncode == 0, run.stderr
    assert not (copy / "build").exists()


@each
def test_an_example_is_well_formed(example: Path, tmp_path: Path) -> None:
    for command in (["check"], ["fmt", "--check"], ["test"]):
        run = tekc(*command, "main.tek", cwd=example, home=tmp_path)
        assert run.returncode == 0, run.stdout + run.stderr
        assert "warning" not in run.stderr


@each
def test_an_example_says_what_it_is(example: Path) -> None:
    first = (example / "main.tek").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("## ")
    assert (example / "tek.toml").is_file()
