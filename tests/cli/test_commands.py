"""The commands but ``run``, as far as no program is compiled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tekc.__main__ import main
from tekc.cli.commands import COMMANDS, LATER


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TEKC_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(name in text for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"Usage: tekc {name}" in text
    assert main(["help", name]) == 0
    assert capsys.readouterr().out == text


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("tekc 0.")


@pytest.mark.parametrize("name", LATER)
def test_commands_that_come_later_say_so(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name]) == 2
    assert "is not in this version" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ([], "which command?"),
        (["chekc"], "did you mean `check`?"),
        (["--verison"], "did you mean `--version`?"),
        (["main.tek"], "tekc run main.tek"),
        (["check", "--outptu", "json"], "did you mean `--output`?"),
        (["check", "--output", "jsno"], "did you mean `json`?"),
        (["check", "--output"], "needs a value"),
        (["check", "nowhere.tek"], "there is no file `nowhere.tek`"),
        (["fmt", "--check=1"], "takes no value"),
        (["new"], "needs NAME"),
        (["new", "a", "b"], "`b` is too many"),
        (["explain"], "needs CODE"),
        (["completion", "basch"], "did you mean `bash`?"),
        (["help", "chekc"], "did you mean `check`?"),
        (["run"], "which file?"),
        (["run", "nowhere.tek"], "there is no file `nowhere.tek`"),
        (["run", "--jbos", "3", "x.tek"], "did you mean `--jobs`?"),
        (["run", "--trace", "x", "x.tek"], "not in this version"),
    ],
)
def test_a_wrong_command_line_is_status_2_with_a_hint(words: list[str], part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    found = capsys.readouterr()
    assert part in found.err
    assert found.out == ""


def test_a_folder_is_no_script(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (elsewhere / "src").mkdir()
    assert main(["run", "src"]) == 2
    assert "did you mean `src/main.tek`?" in capsys.readouterr().err


def test_new_writes_a_script_that_can_be_started(elsewhere: Path) -> None:
    assert main(["new", "hello.tek"]) == 0
    assert os.access(elsewhere / "hello.tek", os.X_OK)
    assert (elsewhere / "hello.tek").read_text().startswith("#!/usr/bin/env -S tekc run\n")


def test_new_writes_a_project(elsewhere: Path) -> None:
    assert main(["new", "shop"]) == 0
    assert sorted(path.name for path in (elsewhere / "shop").iterdir()) == [".gitignore", "main.tek", "tek.toml"]


def test_new_touches_nothing_that_is_there(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (elsewhere / "a.tek").write_text("mine")
    (elsewhere / "dir").mkdir()
    (elsewhere / "dir" / "x").write_text("")
    assert main(["new", "a.tek"]) == 2
    assert main(["new", "dir"]) == 2
    assert main(["new", ".."]) == 2
    assert (elsewhere / "a.tek").read_text() == "mine"
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_there_for_three_shells(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert "__complete" in capsys.readouterr().out


def complete(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["__complete", *words]) == 0
    return [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()]


def test_commands_options_and_their_values_are_completed(capsys: pytest.CaptureFixture[str]) -> None:
    assert complete(capsys, "c") == ["check", "completion"]
    assert complete(capsys, "check", "--o") == ["--output"]
    assert complete(capsys, "check", "--output", "s") == ["sarif"]
    assert complete(capsys, "fmt", "x") == [":files"]
    assert complete(capsys, "run", "--jit", "a") == ["auto", "always"]
    assert complete(capsys, "run", "--allow-n") == ["--allow-needs"]
    assert complete(capsys, "run", "ma") == [":files"]
    assert complete(capsys, "nonsense", "x") == []
    assert complete(capsys, "run", "missing.tek", "--") != []


def test_an_internal_error_is_reported_as_ours(elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(words: list[str]) -> int:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("tekc.cli.commands.dispatch", broken)
    assert main(["check"]) == 70
    text = capsys.readouterr().err
    assert "this is a bug in tekc" in text
    assert "Traceback" not in text
    [report] = (elsewhere / "state/tekc/reports").iterdir()
    assert "ZeroDivisionError: oops" in report.read_text()
    assert str(report) in text


def test_a_report_that_cannot_be_written_is_shown(elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (elsewhere / "state").write_text("in the way")
    monkeypatch.setattr("tekc.cli.commands.dispatch", lambda words: 1 // 0)
    assert main(["check"]) == 70
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_an_interrupt_is_130_and_a_closed_pipe_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(words: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("tekc.cli.commands.dispatch", interrupted)
    assert main(["check"]) == 130
    assert capsys.readouterr().err == ""
