"""``tek.toml`` and ``.env``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tekc.cli.project import read_project, satisfies
from tekc.cli.status import Usage


def project(folder: Path, toml: str, env: str = "") -> dict[str, str]:
    (folder / "tek.toml").write_text(toml)
    (folder / ".env").write_text(env)
    return read_project(str(folder)).environment


def test_without_a_file_there_is_nothing(tmp_path: Path) -> None:
    assert read_project(str(tmp_path))[:3] == ({}, None, {})


def test_the_env_file_is_read_only_where_it_is_named(tmp_path: Path) -> None:
    assert project(tmp_path, '[project]\nname = "x"\n', "A=1") == {}
    assert project(tmp_path, '[run]\nenv_file = ".env"\n', "A=1") == {"A": "1"}


def test_the_env_file_has_quotes_comments_and_export(tmp_path: Path) -> None:
    text = "# c\n\nexport A=1 # note\nB='x # y'\nC=\"a\\nb\"\nD=\nE=a=b\n"
    assert project(tmp_path, '[run]\nenv_file = ".env"\n', text) == {"A": "1", "B": "x # y", "C": "a\nb", "D": "", "E": "a=b"}


def test_the_env_file_does_not_set_what_every_program_gets(tmp_path: Path) -> None:
    assert project(tmp_path, '[run]\nenv_file = ".env"\n', "PATH=/evil\nHOME=/x\nOK=1") == {"OK": "1"}


@pytest.mark.parametrize(
    ("toml", "part"),
    [
        ("x", "is no TOML"),
        ("[polic]\nallow = []", "did you mean `[policy]`?"),
        ("[policy]\nalow = []", "did you mean `allow`?"),
        ("[profile.ci]\nalow = []", "did you mean `allow`?"),
        ("[limits]\nsteps = 1", "did you mean `[policy.limits]`?"),
        ("[run]\njob = 2", "did you mean `jobs`?"),
        ("[run]\njobs = 0", "a number from 1"),
        ("[run]\njobs = true", "a number from 1"),
        ('[run]\nenv_file = "../.env"', "beneath the root"),
        ('[run]\nenv_file = "/etc/passwd"', "beneath the root"),
        ('[run]\nenv_file = "missing"', "cannot be read"),
        ('[project]\ntekc = ">=99"', "asks for tekc >=99"),
        ('[project]\ntekc = "new"', "no requirement"),
        ("[project]\ntekc = 1", "is a text"),
        ("run = 1", "there is no `[run]`"),
    ],
)
def test_what_cannot_be_followed_is_refused(tmp_path: Path, toml: str, part: str) -> None:
    with pytest.raises(Usage) as caught:
        project(tmp_path, toml)
    assert part in " ".join([caught.value.message, *caught.value.hints])


def test_a_line_that_is_no_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="line 2"):
        project(tmp_path, '[run]\nenv_file = ".env"\n', "A=1\nnonsense\n")


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [(">=0.1", True), (">=0.1, <2", True), ("<0.1", False), ("==0.1", True), ("==0.1.0", True), ("!=0.1", False), (">0.1", False), ("<=1", True)],
)
def test_versions_are_compared_as_numbers(wanted: str, fits: bool) -> None:
    assert satisfies("0.1.0", wanted) is fits
