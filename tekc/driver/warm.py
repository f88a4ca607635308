"""The warm path of ``tekc run``: what was built before is found by the identity of its files, and nothing else is loaded."""

from __future__ import annotations

from tekc.driver.cache import open_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Texts: TypeAlias = tuple[str, str, str]
    """Problems as they are written: in plain text, in colour, as JSON."""

    TaskNotes: TypeAlias = tuple[Texts, list[tuple[str, str, int]]]
    """What this version cannot run of a task; and its effects that are only checked when it runs: capability, file, line."""

    Payload: TypeAlias = tuple[bytes, Texts, dict[str, TaskNotes]]
    """The image, the warnings, and notes on each task of the main file."""


class NotBuilt(Exception):
    """The program does not compile; ``texts`` say why."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts[0])
        self.texts = texts


def load(path: str, kind: str) -> Payload:
    """Return what was built from the main file `path`, building it where it is new or has changed.

    Raises:
        NotBuilt: it has errors.
    """
    cache = open_cache()
    payload: Payload | None = cache.recall(kind, path)
    if payload is not None:
        return payload
    from tekc.driver.building import build, texts

    built = build(path, kind, cache)
    if built.payload is None:
        raise NotBuilt(texts(built.problems))
    return built.payload
