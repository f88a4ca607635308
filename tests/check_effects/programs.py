"""Check small programs that are given as text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import tekstd
from tekc.check import Loaded, Loader, check_program
from tekc.source import SourceFile
from tekc.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.check import Checked
    from tekc.diagnostics import Problem, Report

LIBRARY = Path(tekstd.__file__).parent


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
                text = file.read_text() if file.is_file() else None
            else:
                text = self.sources.get(name)
            self.made[key] = None if text is None else Loaded(name, parse(SourceFile(f"{'<std>/' if std else ''}{name}.tek", text), self.report), std)
        return self.made[key]


class Found:
    """A checked program and its problems."""

    def __init__(self, checked: Checked, problems: list[Problem]) -> None:
        self.checked = checked
        quiet = [p for p in problems if p.code != "TEK0110"]  # unused imports: programs here share their heads
        self.problems = sorted(quiet, key=lambda p: (p.at.file.path, p.at.start))

    @property
    def codes(self) -> list[str]:
        """Codes in the order of the source."""
        return [p.code for p in self.problems]

    @property
    def places(self) -> list[tuple[str, int]]:
        """Codes with lines."""
        return [(p.code, p.at.file.line_column(p.at.start)[0]) for p in self.problems]

    def text(self) -> str:
        """All problems in words."""
        out = []
        for p in self.problems:
            line, column = p.at.file.line_column(p.at.start)
            out.append(f"{p.code} {line}:{column} {p.title()} [{p.mark()}]")
            out += [f"    {label.at.file.line_column(label.at.start)}: {label.text}" for label in p.labels()]
            out += [f"    note: {n}" for n in p.notes()]
            out += [f"    help: {h.message} {[e.text for e in h.edits]}" for h in p.helps()]
        return "\n".join(out)


def check(source: str, **others: str) -> Found:
    """Check ``source`` as module ``main``; ``others`` are modules beside it (``vendor__text`` is ``vendor.text``)."""
    problems: list[Problem] = []
    sources = {name.replace("__", "."): text for name, text in others.items()}
    loader = Texts({**sources, "main": source}, problems.append)
    main = Loaded("main", parse(SourceFile("main.tek", source), problems.append))
    loader.made["main"] = main
    return Found(check_program(loader, [main], problems.append), problems)


def fixed(found: Found, index: int = 0, help_index: int = 0) -> Found:
    """Apply a help of a problem to the main file and check that alone again."""
    help = list(found.problems[index].helps())[help_index]
    assert help.edits, "the help has no edit"
    text = help.edits[0].at.file.text
    for edit in sorted(help.edits, key=lambda e: -e.at.start):
        text = text[: edit.at.start] + edit.text + text[edit.at.end :]
    return check(text)
