"""Check and run a case of the pages in this process, in a folder of its own."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tekc.__main__ import main
from tekc.driver.cache import Cache
from tekc.driver.checking import check_files

if TYPE_CHECKING:
    from tests.spec.literate import Case


class Ran(NamedTuple):
    """What a run gave."""

    status: int
    out: str
    err: str


def place(case: Case, folder: Path) -> None:
    """Write the case's files into a folder."""
    for name, text in {**case.files, "main.tek": case.source}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def reported(folder: Path) -> list[tuple[int, str, str]]:
    """Check ``main.tek`` in the current folder; return line, severity and code of each problem in it."""
    problems = check_files(["main.tek"], Cache(None))
    return [
        (one.at.file.line_column(one.at.start)[0], one.severity, one.code)
        for one in problems
        if os.path.basename(one.at.file.path) == "main.tek"
    ]


class _Text(io.TextIOWrapper):
    """A standard stream whose bytes can be read afterwards."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def text(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode("utf-8", "backslashreplace")  # type: ignore[attr-defined]  # a BytesIO


def run(words: list[str]) -> Ran:
    """Run ``tekc`` with these words in this process."""
    out, err = _Text(), _Text()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(words)
    return Ran(status, out.text(), err.text())
