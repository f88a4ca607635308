"""``tekc run``: what a script may touch."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.cli.conftest import Tekc, Write

COPY = """import fs

task main(src: Path, out: Path = "out.txt") needs fs.read(src), fs.write(out) {
    print("started")
    fs.write_text(out, fs.read_text(src))
}
"""


@pytest.fixture
def copy(write: Write, folder: Path) -> Path:
    write(main=COPY)
    (folder / "in.txt").write_text("text")
    return folder


def test_what_is_missing_is_refused_before_anything_starts(copy: Path, tekc: Tekc) -> None:
    found = tekc("run", "main.tek", "in.txt")
    assert (found.status, found.out) == (4, "")
    assert """--allow 'fs.write("out.txt")'""" in found.err
    assert "fs.read" not in found.err
    assert not (copy / "out.txt").exists()


def test_typed_paths_are_granted_by_that_act(copy: Path, tekc: Tekc) -> None:
    assert tekc("run", "main.tek", "in.txt", "--out", "new.txt") == (0, "started\n", "")
    assert (copy / "new.txt").read_text() == "text"


@pytest.mark.parametrize("words", [["--allow-needs"], ["--allow", 'fs.write("out.txt")'], ["--allow", 'fs.write("*.txt"), env("X")']])
def test_grants_on_the_command_line_count(copy: Path, tekc: Tekc, words: list[str]) -> None:
    assert tekc("run", *words, "main.tek", "in.txt").status == 0
    assert tekc("run", "main.tek", "in.txt", *words).status == 0


def test_a_grant_that_is_too_narrow_is_refused(copy: Path, tekc: Tekc) -> None:
    assert tekc("run", "--allow", 'fs.write("other.txt")', "main.tek", "in.txt").status == 4


def test_a_dry_run_shows_the_manifest_and_runs_nothing(copy: Path, tekc: Tekc) -> None:
    found = tekc("run", "--dry-run", "main.tek", "in.txt")
    assert found.status == 0
    for part in ("would run `main`", 'src = Path("in.txt")', "in.txt", "out.txt", "not granted yet", 'fs.write("out.txt")'):
        assert part in found.out
    assert "started" not in found.out


def test_what_a_script_does_beyond_its_needs_is_denied(write: Write, tekc: Tekc, folder: Path) -> None:
    write(main='import fs\ntask main(name: Str) needs fs.read("a/*") {\n    print(fs.read_text(Path(name)))\n}\n')
    (folder / "secret").write_text("x")
    found = tekc("run", "--allow-needs", "main.tek", "secret")
    assert found.status == 4
    assert "denied" in found.err
    assert "secret" in found.err
    assert "main.tek:3" in found.err


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("tekc.cli.grants.is_asking_possible", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_on_a_terminal_it_asks_once(copy: Path, tekc: Tekc, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "y\n")
    found = tekc("run", "main.tek", "in.txt")
    assert (found.status, found.out) == (0, "started\n")
    assert found.err.count("[y]es, [a]lways for this file, [n]o") == 1
    answer(monkeypatch, "n\n")
    assert tekc("run", "main.tek", "in.txt")[:2] == (4, "")


def test_always_counts_for_this_file_until_the_reach_grows(copy: Path, tekc: Tekc, monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    answer(monkeypatch, "a\n")
    assert tekc("run", "main.tek", "in.txt").status == 0
    monkeypatch.setattr("tekc.cli.grants.is_asking_possible", lambda: False)
    assert tekc("run", "main.tek", "in.txt") == (0, "started\n", "")
    write(main=COPY.replace("started", "changed"))
    assert tekc("run", "main.tek", "in.txt") == (0, "changed\n", "")
    write(main=COPY.replace("fs.write(out)", 'fs.write(out), fs.read("more/*")'))
    found = tekc("run", "main.tek", "in.txt")
    assert found.status == 4
    assert "more/*" in found.err


def test_needs_of_called_tasks_and_of_modules_count(write: Write, tekc: Tekc) -> None:
    write(
        main='import .lib\ntask main() {\n    for name in ["x", "y"] { lib.save(name) }\n}\n',
        lib='import fs\npub task save(name: Str) needs fs.write("out/{name}") {\n    fs.write_text(Path("out/{name}"), "y")\n}\n',
    )
    found = tekc("run", "main.tek")
    assert found.status == 4
    assert "out/*" in found.err
    assert "module lib" in tekc("run", "--dry-run", "main.tek").out
    assert tekc("run", "--allow", 'fs.write("out/**")', "main.tek").status == 0


def test_the_root_is_where_relative_paths_start(copy: Path, tekc: Tekc) -> None:
    (copy / "sub").mkdir()
    (copy / "sub" / "in.txt").write_text("below")
    assert tekc("run", "--root", "sub", "main.tek", "in.txt", "--out", "new.txt").status == 0
    assert (copy / "sub" / "new.txt").read_text() == "below"


def test_variables_come_from_the_env_file_that_tek_toml_names(write: Write, tekc: Tekc, folder: Path) -> None:
    write(main='import env\ntask main() needs env("GREETING") { print(env.get("GREETING") ?? "none") }\n')
    (folder / ".env").write_text("GREETING=hi\n")
    assert tekc("run", "--allow-needs", "main.tek").out == "none\n"
    (folder / "tek.toml").write_text('[run]\nenv_file = ".env"\n')
    assert tekc("run", "--allow-needs", "main.tek").out == "hi\n"
