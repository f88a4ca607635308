"""Standard output of a run: gathered and written in large pieces, because a script may print in a tight loop."""

from __future__ import annotations

from tekrt.values.failure import Cancelled, SpentLimit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

FULL = 32_768
"""How many characters are gathered before they are written."""


class OutputClosed(Cancelled):
    """Nobody reads what the script prints any more (``tekc run … | head``): the run ends, and says nothing."""


class Output:
    """Texts on their way to ``sink``.  ``add`` is the whole cost of a line; an ``eager`` one (a terminal) writes at once.

    ``limit`` is how many bytes may be written in all, or None.
    """

    __slots__ = ("eager", "limit", "parts", "sink", "size", "written")

    def __init__(self, sink: Callable[[bytes], None], eager: bool = False, limit: int | None = None) -> None:
        self.sink = sink
        self.eager = eager
        self.limit = limit
        self.parts: list[str] = []
        self.size = 0
        self.written = 0

    def add(self, text: str) -> None:
        """Take a text.  Raises what the sink raises when it is full, and SpentLimit past the limit."""
        self.parts.append(text)
        self.size += len(text)
        if self.size >= FULL or self.eager or self.limit is not None:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered.  It is gone even where the sink fails: nothing is ever written twice."""
        if not self.parts:
            return
        data = "".join(self.parts).encode("utf-8", "backslashreplace")
        self.parts.clear()
        self.size = 0
        if self.limit is not None and self.written + len(data) > self.limit:
            data = data[: self.limit - self.written]
            self.written = self.limit
            self.sink(data)
            raise SpentLimit("output", f"the script printed more than {self.limit} bytes")
        self.written += len(data)
        self.sink(data)
