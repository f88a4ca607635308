"""Compiles small programs from text, in memory, down to IR."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tekc.check import check_program
from tekc.check.facts import Loaded, Loader
from tekc.lower import lower_program
from tekc.source import SourceFile
from tekc.syntax import parse
from tekrt.ir.verify import verify_program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.check.facts import Checked
    from tekrt.ir import Program


class Texts(Loader):
    """Modules from texts; standard ones from the library's folder."""

    def __init__(self, texts: dict[str, str]) -> None:
        import tekstd

        self.texts = texts
        self.library = os.path.dirname(os.path.abspath(tekstd.__file__))
        self.known: dict[str, Loaded] = {}
        self.problems: list[object] = []

    def load(self, importer: Loaded | None, level: int, path: Sequence[str]) -> Loaded | None:
        """Find a module."""
        name = ".".join(path)
        std = level == 0 or importer is None or importer.std
        key = f"{'std' if std else 'user'} {name}"
        if key in self.known:
            return self.known[key]
        if std:
            file = os.path.join(self.library, *path) + ".tek"
            if not os.path.exists(file):
                return None
            with open(file, encoding="utf-8") as stream:
                text = stream.read()
        elif name in self.texts:
            text = self.texts[name]
        else:
            return None
        found = self.known[key] = Loaded(name, parse(SourceFile(f"{name}.tek", text), self.problems.append), std)
        return found


class Wrong(Exception):
    """The program does not compile."""


def check(text: str, **others: str) -> Checked:
    """Check a program; Wrong with its errors where it has some."""
    loader = Texts({"main": text, **others})
    main = Loaded("main", parse(SourceFile("main.tek", text), loader.problems.append))
    checked = check_program(loader, [main], loader.problems.append)
    errors = [p for p in loader.problems if p.severity == "error"]  # type: ignore[attr-defined]  # problems
    if errors:
        raise Wrong("\n".join([f"{p.at.file.path}:{p.at.file.line_column(p.at.start)} {p.code} {p.title()}" for p in errors]))  # type: ignore[attr-defined]  # problems
    return checked


def lower(text: str, optimise: bool = True, tests: bool = True, others: dict[str, str] | None = None) -> Program:
    """Lower a program (``others`` are modules beside it); it is verified before and after the passes."""
    checked = check(text, **(others or {}))
    program = lower_program(checked, tests=tests, optimise=False)
    verify_program(program)
    if optimise:
        program = lower_program(checked, tests=tests)
        verify_program(program, owned=True)
    return program


if __name__ == "__main__":
    from tekrt.ir.text import show_function

    with open(sys.argv[1], encoding="utf-8") as given:
        made = lower(given.read(), optimise="--raw" not in sys.argv)
    for function in made.functions.values():
        if function.name.startswith(sys.argv[2] if len(sys.argv) > 2 else "main."):
            print(show_function(function))
