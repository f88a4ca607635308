"""What leaves a computation early: failures, spent limits and cancellation."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Failure(Exception):
    """A Tek failure: ``kind`` is one of the language's or a script's own, ``data`` a ``json.Json`` value or None.

    ``trace`` has a line ``function (file:line)`` a call, innermost first, and a line ``note: …`` for each failure of a
    ``defer`` block on the way.  It is empty until the machine has caught or reported the failure.
    """

    def __init__(self, kind: str, message: str, data: Any = None) -> None:
        super().__init__(kind, message)
        self.kind = kind
        self.message = message
        self.data = data
        self.trace: list[str] = []

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


class SpentLimit(Exception):
    """A limit is spent: ``steps``, ``memory``, ``seconds`` or ``output``.  No ``try`` takes it."""

    def __init__(self, limit: str, message: str) -> None:
        super().__init__(limit, message)
        self.limit = limit
        self.message = message
        self.trace: list[str] = []

    def __str__(self) -> str:
        return self.message


class Cancelled(Exception):
    """The run was cancelled.  No ``try`` takes it; ``defer`` blocks still run."""

    def __init__(self, message: str = "cancelled") -> None:
        super().__init__(message)
        self.message = message
        self.trace: list[str] = []
