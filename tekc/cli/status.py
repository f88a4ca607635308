"""How tekc ends: the exit statuses of the command line, and the exceptions that lead to them."""

from __future__ import annotations

DONE = 0
FAILED = 1
USAGE = 2
NOT_COMPILED = 3
DENIED = 4
SPENT = 5
IN_DOUBT = 6
BUG = 70
INTERRUPTED = 130


class Usage(Exception):
    """A wrong use of the command line: one sentence, and hints on what to write instead."""

    def __init__(self, message: str, *hints: str) -> None:
        super().__init__(message)
        self.message = message
        self.hints = hints


class Stop(Exception):
    """The command is over with `status`; everything that had to be said was said."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
