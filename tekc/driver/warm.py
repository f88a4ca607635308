"""The warm path of ``tekc run``: what was built before is found by the identity of its files, and nothing else is loaded."""

from __future__ import annotations

from tekc.driver.cache import open_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    TaskNotes: TypeAlias = tuple[str, str, list[tuple[str, str, int]]]
    """What this version cannot run of a task, in plain text and in colour; its effects that are only checked when it runs: capability,
    file, line."""

    Payload: TypeAlias = tuple[bytes, str, str, dict[str, TaskNotes]]
    """The image, the warnings in plain text and in colour, and notes on each task of the main file."""


class NotBuilt(Exception):
    """The program does not compile; ``text`` says why, plain or in colour as was asked."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def load(path: str, kind: str, colour: bool) -> Payload:
    """Return what was built from the main file `path`, building it where it is new or has changed.

    Raises:
        NotBuilt: it has errors.
    """
    cache = open_cache()
    payload: Payload | None = cache.recall(kind, path)
    if payload is not None:
        return payload
    from tekc.driver.building import build

    built = build(path, kind, cache)
    if built.payload is None:
        from tekc.diagnostics.render import render

        raise NotBuilt("".join(render(built.problems, colour=colour)))
    return built.payload
