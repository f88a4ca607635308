"""The person at the terminal: asked in whole questions, with nothing in them that a terminal would obey."""

from __future__ import annotations

import os
import select

from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.kernel import Broker, Context

TICK = 200_000_000
"""Nanoseconds between looks at cancellation while nobody types."""
_MOST = 65_536
"""Bytes of an answer."""


class Person:
    """Who answers questions of one run: whoever sits at the terminal that is standard input and standard error."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self._typed = b""

    def ask(self, context: Context, question: str, hint: str) -> str:
        """Show a question and return the line that is typed, without blanks around it.

        Fails with ``denied`` where nobody is there, or nobody answers any more.
        """
        if not (_is_terminal(0) and _is_terminal(2)):
            raise Failure("denied", f"nobody is there to answer: {shown(question.split(chr(10))[0])}")
        self.broker.flush()
        words = shown(question) + (f" {hint}: " if hint else " ")
        self.broker.world.write_err(words.encode("utf-8", "backslashreplace"))
        return self._line(context, question)

    def _line(self, context: Context, question: str) -> str:
        while b"\n" not in self._typed:
            self.broker.wait_allowed(context)
            ready, _, _ = select.select([0], [], [], self.broker.patience(context, TICK) / 1e9)
            if not ready:
                continue
            data = os.read(0, 4096)
            if not data or len(self._typed) > _MOST:
                self._typed = b""
                self.broker.world.write_err(b"\n")
                raise Failure("denied", f"there was no answer: {shown(question.split(chr(10))[0])}")
            self._typed += data
        line, _, self._typed = self._typed.partition(b"\n")
        return line.decode("utf-8", "replace").strip()


def shown(text: str) -> str:
    """Return a text with control and bidirectional characters escaped as Tek writes them; line ends stay."""
    from unicodedata import category

    return "".join(c if c == "\n" or category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else f"\\u{{{ord(c):x}}}" for c in text)


def _is_terminal(fd: int) -> bool:
    try:
        return os.isatty(fd)
    except OSError:
        return False
