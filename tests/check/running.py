"""Check small programs that are given as text, and compare what is reported with what they announce.

A file of cases holds programs, each after a line ``#--- claim``.  A comment ``# error: TEK0200`` at the end of a line (or
``# warning: …``, several codes with commas) says what is reported on this line; nothing else may be.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import tekstd
from tekc.check import Loaded, Loader, check_program
from tekc.source import SourceFile
from tekc.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tekc.check import Checked
    from tekc.diagnostics import Problem, Report

LIBRARY = Path(tekstd.__file__).parent
_CASE = re.compile(r"^#--- (.*)$", re.MULTILINE)
_SAID = re.compile(r"# (?:error|warning): (TEK\d{4}(?:, TEK\d{4})*)")


class Texts(Loader):
    """Modules that are given as texts, and the standard library."""

    def __init__(self, sources: dict[str, str], report: Report) -> None:
        self.sources = sources
        self.report = report
        self.made: dict[str, Loaded | None] = {}

    def load(self, importer: Loaded | None, level: int, path: Sequence[str]) -> Loaded | None:
        """Find a module."""
        std = level == 0 or importer is None or importer.std
        name = ".".join(path)
        key = f"std {name}" if std else name
        if key not in self.made:
            if std:
                file = LIBRARY.joinpath(*path).with_suffix(".tek")
                text = file.read_text(encoding="utf-8") if file.is_file() else None
            else:
                text = self.sources.get(name)
            shown = f"{'<std>/' if std else ''}{name}.tek"
            self.made[key] = None if text is None else Loaded(name, parse(SourceFile(shown, text), self.report), std)
        return self.made[key]

    def names(self, importer: Loaded | None, level: int) -> Sequence[str]:
        """Return the names of modules."""
        if level == 0:
            return sorted(file.stem for file in LIBRARY.glob("*.tek"))
        return sorted(self.sources)


def check(text: str, **modules: str) -> tuple[Checked, list[Problem]]:
    """Check a program ``main``, with further modules by name; problems come in the order of the source."""
    problems: list[Problem] = []
    loader = Texts({"main": text, **modules}, problems.append)
    main = loader.load(Loaded("", parse(SourceFile("", ""), problems.append)), 1, ["main"])
    assert main is not None
    checked = check_program(loader, [main], problems.append)
    return checked, sorted(problems, key=lambda p: (p.at.file.path, p.at.start, p.code))


def codes(text: str, **modules: str) -> list[str]:
    """Return the codes of the problems of a program."""
    return [problem.code for problem in check(text, **modules)[1]]


def lines(problems: Sequence[Problem], file: str = "main.tek") -> list[tuple[int, str]]:
    """Return line and code of the problems in one file."""
    return sorted((p.at.file.line_column(p.at.start)[0], p.code) for p in problems if p.at.file.path == file)


def announced(text: str) -> list[tuple[int, str]]:
    """Return line and code of what a program announces about itself."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        said = _SAID.search(line)
        if said is not None:
            found.extend((number, code) for code in said[1].split(", "))
    return sorted(found)


def cases(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (name, program) of all cases in a folder; the name says the file, too."""
    for file in sorted(folder.glob("*.tek")):
        parts = _CASE.split(file.read_text(encoding="utf-8"))
        for claim, program in zip(parts[1::2], parts[2::2], strict=True):
            yield f"{file.stem}: {claim.strip()}", program.lstrip("\n")
