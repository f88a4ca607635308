"""Standard output and standard error as tekc itself uses them: UTF-8, whole texts, colour only for people.

What a script prints goes through its broker, not through here.
"""

from __future__ import annotations

import os
import sys

from tekc.cli.status import FAILED, Stop


def out(text: str) -> None:
    """Write a result to standard output.

    Raises:
        BrokenPipeError: nobody reads it any more.
        Stop: it cannot be written, which was said.
    """
    try:
        _write(sys.stdout, text)
    except BrokenPipeError:
        raise
    except OSError as error:
        hush()
        err(f"error: standard output cannot be written: {(error.strerror or str(error)).lower()}\n")
        raise Stop(FAILED) from None


def err(text: str) -> None:
    """Write a message to standard error; when nobody can read it, nobody misses it."""
    try:
        _write(sys.stderr, text)
    except OSError:
        return


def out_bytes(data: bytes) -> None:
    """Write a script's output to Python's standard output, wherever that goes."""
    _write_bytes(sys.stdout, data)


def err_bytes(data: bytes) -> None:
    """Write a script's messages to Python's standard error, wherever that goes."""
    _write_bytes(sys.stderr, data)


def _write(stream: object, text: str) -> None:
    _write_bytes(stream, text.encode("utf-8", "backslashreplace"))


def _write_bytes(stream: object, data: bytes) -> None:
    buffer = getattr(stream, "buffer", None)
    if buffer is not None:
        stream.flush()  # type: ignore[attr-defined]  # a text stream over a buffer can be flushed
        buffer.write(data)
        buffer.flush()
    elif stream is not None:  # a test's stand-in
        stream.write(data.decode("utf-8", "backslashreplace"))  # type: ignore[attr-defined]


def is_terminal(stream: object) -> bool:
    """Tell whether a stream is a terminal that a person looks at."""
    try:
        return stream is not None and stream.isatty()  # type: ignore[attr-defined]
    except ValueError:  # closed
        return False


def colour(stream: object) -> bool:
    """Tell whether to write in colour: on a terminal that can, where NO_COLOR is not set."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def close_quietly() -> bool:
    """Flush standard output; False where nobody reads it any more.  Then what is left is thrown away."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        hush()
        return False
    return True


def hush() -> None:
    """Let nothing else reach standard output, whose reader is gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
