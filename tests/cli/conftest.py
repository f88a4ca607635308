"""A folder of its own for each test, and ``tekc`` in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tekc.__main__ import main


class Ran(NamedTuple):
    """How a command ended and what it wrote."""

    status: int
    out: str
    err: str


Tekc = Callable[..., Ran]
Write = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and a cache and state folder beside it."""
    place = tmp_path / "work"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TEKC_CACHE_DIR", str(tmp_path / "cache"))
    return place


@pytest.fixture
def write(folder: Path) -> Write:
    """Write files: ``write(main="task main() { … }")``."""

    def write_files(**files: str) -> None:
        for name, text in files.items():
            (folder / f"{name}.tek").write_text(text, encoding="utf-8")

    return write_files


@pytest.fixture
def tekc(folder: Path, capsys: pytest.CaptureFixture[str]) -> Tekc:
    """Run a command line and return how it ended."""

    def run(*words: str) -> Ran:
        status = main(list(words))
        found = capsys.readouterr()
        return Ran(status, found.out, found.err)

    return run
