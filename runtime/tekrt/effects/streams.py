"""Files that are written piece by piece, and still as a whole or not at all."""

from __future__ import annotations

import os

from tekrt.effects.files import MODE, WRITE, write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tekrt.effects.files import Files
    from tekrt.kernel import Context

    Write = Callable[[bytes], None]


def write_stream(files: Files, context: Context, text: str, fill: Callable[[Write], None], detail: str) -> None:
    """Let ``fill`` write the file at ``text``, which gets its name when ``fill`` has returned.  ``fs.write`` is judged first."""
    path = files.place(text)
    files.judged(context, WRITE, path, detail, lambda: put_stream(files, path, fill))


def put_stream(files: Files, path: str, fill: Callable[[Write], None], mode: int = 0o666) -> None:
    """Put what ``fill`` writes at an absolute path that was judged, with the mode of the file that is there or ``mode``."""
    parent, name = files.opener.parent(path, create=True)
    try:
        there = files.replaceable(parent, name, path)
        temporary, fd = files.new_file(parent, mode if there is None else there & MODE)
        try:
            try:
                if there is not None:
                    os.fchmod(fd, there & MODE)
                fill(lambda data: write_all(fd, data))
            finally:
                os.close(fd)
            os.rename(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)
        except BaseException:
            files.forget(parent, temporary)
            raise
    finally:
        os.close(parent)
