"""What a tool brings along when a task may start it."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Profile:
    """``reads`` and ``cache`` are paths from ``~/``; ``reads`` may end in ``/**`` for a whole folder."""

    __slots__ = ("cache", "name", "programs", "reads", "variables")

    def __init__(self, name: str, programs: Sequence[str], reads: Sequence[str], cache: Sequence[str], variables: Mapping[str, str]) -> None:
        self.name = name
        self.programs = tuple(programs)
        self.reads = tuple(reads)
        self.cache = tuple(cache)
        self.variables = dict(variables)
        for path in (*self.reads, *self.cache):
            if not path.startswith("~/") or ".." in path.split("/"):
                raise ValueError(f"profile {name}: `{path}` does not lie in the home folder")

    def binds(self, real_home: str, home: str, caches: str) -> list[tuple[str, str, bool]]:
        """Return what shows where in a view: from, to, and whether it may be written.  ``caches`` is this root's folder of caches."""
        found: list[tuple[str, str, bool]] = []
        for path in self.reads:
            rest = path[2:].removesuffix("/**")
            found.append((f"{real_home}/{rest}", f"{home}/{rest}", False))
        for path in self.cache:
            folder = f"{caches}/{self.name}/{path[2:].replace('/', '+')}"
            try:
                os.makedirs(folder, 0o700, exist_ok=True)
            except OSError:
                continue  # nothing can be kept here; the tool's cache lies in its private home folder then, and goes with it
            found.append((folder, f"{home}/{path[2:]}", True))
        return found

    def environment(self, root: str, home: str) -> dict[str, str]:
        """Return its variables."""
        return {name: value.replace("{root}", root).replace("{home}", home) for name, value in self.variables.items()}
