"""What can be wrong with the text of a capability."""

from __future__ import annotations


class ScopeError(ValueError):
    """The text is no capability, or its scope is none of its kind.

    ``message`` says what is wrong and what would be right; ``position`` is the offset in the text that was parsed, in
    scalar values; ``unknown_kind`` is the kind where that is what is unknown (so that a caller can say what is near).
    """

    def __init__(self, message: str, position: int = 0, unknown_kind: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.unknown_kind = unknown_kind
