"""Problems as plain data, so that a second check of unchanged files can show them without finding them again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tekc.diagnostics import Edit, Help, Label, Problem
from tekc.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LIBRARY = "<std>/"


class KeptProblem(Problem):
    """A problem that was found before: its words and places, without the evidence that they were made from."""

    def __init__(self, plain: tuple[Any, ...], span: Callable[[tuple[str, int, int]], Span]) -> None:
        code, slug, severity, summary, at, self._title, self._mark, labels, notes, helps = plain
        self.code, self.slug, self.severity, self.summary = code, slug, severity, summary  # type: ignore[misc]  # of a class elsewhere
        self.at = span(at)
        self._labels = [Label(span(where), text) for where, text in labels]
        self._notes = notes
        self._helps = [Help(text, tuple(Edit(span(where), new) for where, new in edits)) for text, edits in helps]

    def title(self) -> str:
        """Return the sentence as it was."""
        return str(self._title)

    def mark(self) -> str:
        """Return the words at the underlined place as they were."""
        return str(self._mark)

    def labels(self) -> Iterator[Label]:
        """Yield the labels as they were."""
        yield from self._labels

    def notes(self) -> Iterator[str]:
        """Yield the notes as they were."""
        yield from self._notes

    def helps(self) -> Iterator[Help]:
        """Yield the advice as it was."""
        yield from self._helps


def plain(problem: Problem) -> tuple[Any, ...]:
    """Return all that a problem shows as plain data."""
    return (
        problem.code, problem.slug, problem.severity, summary(problem), _place(problem.at), problem.title(), problem.mark(),
        [(_place(label.at), label.text) for label in problem.labels()],
        list(problem.notes()),
        [(one.message, [(_place(edit.at), edit.text) for edit in one.edits]) for one in problem.helps()],
    )  # fmt: skip


def summary(problem: Problem) -> str:
    """Return what the problem's class stands for, in one line."""
    return (type(problem).__doc__ or problem.slug).strip().split("\n")[0]


def _place(at: Span) -> tuple[str, int, int]:
    return at.file.path, at.start, at.end


def thaw(kept: Sequence[tuple[Any, ...]], sources: dict[str, bytes], library: str) -> list[Problem]:
    """Return problems from plain data; `sources` has the user's files, the library's are read from the folder `library`."""
    files: dict[str, SourceFile] = {}

    def span(place: tuple[str, int, int]) -> Span:
        path, start, end = place
        if path not in files:
            files[path] = SourceFile(path, _text(path, sources, library))
        return Span(files[path], start, end)

    return [KeptProblem(one, span) for one in kept]


def _text(path: str, sources: dict[str, bytes], library: str) -> str:
    data = sources.get(path)
    if data is None and path.startswith(_LIBRARY):
        with open(os.path.join(library, path.removeprefix(_LIBRARY)), "rb") as file:
            data = file.read()
    return (data or b"").decode("utf-8", "replace").removeprefix("\ufeff")
