"""The pages of ``docs/diagnostics``: their programs, what is reported of them, and what the fixes offered make of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tekc.driver.cache import Cache
from tekc.driver.checking import check_files
from tests.spec.literate import Case, read_page
from tests.spec.running import place, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tekc.diagnostics import Help, Problem

DOCS = Path(__file__).parents[2] / "docs"
FOLDER = DOCS / "diagnostics"
PAGES = sorted(FOLDER.glob("TEK*.md"))
SPEC = sorted((DOCS / "spec").glob("[0-9]*.md")) + sorted((DOCS / "guide").glob("*.md"))

SECTIONS = ["What it means", "Why it matters", "A program that raises it", "The same program, repaired"]
OUTSIDE = ("net", "process", "secret", "ai", "human")
"""Capabilities of programs that are checked and not run here."""


class Said(NamedTuple):
    """What is told of a problem, as far as it can be compared before and after an edit."""

    code: str
    title: str


def cases_of(pages: Sequence[Path], mark: str) -> list[Case]:
    """Return the cases of pages that bear a mark."""
    return [case for page in pages for case in read_page(page) if mark in case.marks]


def prepare(case: Case, folder: Path) -> None:
    """Make the case's files in a folder, which is the current one; a Python block makes ``main.tek`` itself."""
    if case.language != "python":
        place(case, folder)
        return
    place(Case(case.page, case.heading, case.line, "", dict(case.files)), folder)
    exec(compile(case.source, str(case.page), "exec"), {})  # noqa: S102  # our own pages; what no text can hold is made by code


def problems_here() -> list[Problem]:
    """Check ``main.tek`` in the current folder."""
    return check_files(["main.tek"], Cache(None))


def codes_when_run() -> list[str]:
    """Run ``main.tek`` in the current folder; return the codes of the problems for which it is refused."""
    words = run(["run", "--allow-needs", "--json", "main.tek"]).err.split('"')
    return [word for before, word in zip(words[1:], words[3:]) if before == "code"]


def errors(problems: Sequence[Problem]) -> list[Said]:
    """Return what is said by the problems that keep a program from running."""
    return [Said(one.code, one.title()) for one in problems if one.severity == "error"]


def fixes(problems: Sequence[Problem]) -> Iterator[tuple[Problem, Help]]:
    """Yield each advice that can be applied, with the problem that gives it."""
    for one in problems:
        for advice in one.helps():
            if advice.edits:
                yield one, advice


def apply(advice: Help, folder: Path) -> dict[str, str]:
    """Apply an advice to the files in a folder; return the files as they were."""
    before: dict[str, str] = {}
    for edit in sorted(advice.edits, key=lambda e: (e.at.file.path, e.at.start, e.at.end), reverse=True):
        name = edit.at.file.path
        text = (folder / name).read_bytes().decode("utf-8")
        before.setdefault(name, text)
        (folder / name).write_bytes((text[: edit.at.start] + edit.text + text[edit.at.end :]).encode())
    return before


def new_errors(before: Sequence[Problem], fixed: Problem, after: Sequence[Problem]) -> list[Said]:
    """Return the errors that are there although, or because, a problem was fixed."""
    left = Counter(errors(after))
    left.subtract(Counter(errors([one for one in before if one is not fixed])))
    return list(left.elements())


def can_be_run(case: Case) -> bool:
    """Tell whether a program can be run here: it has a task ``main`` without parameters, and needs only files."""
    has_main = "task main()" in case.source
    return has_main and not any(f"{word}(" in line for line in case.source.splitlines() if "needs" in line for word in OUTSIDE)


def restore(files: dict[str, str], folder: Path) -> None:
    """Write files as they were."""
    for name, text in files.items():
        (folder / name).write_bytes(text.encode("utf-8"))
