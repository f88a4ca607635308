"""Where source text comes from: the one seam between a compilation and the disk."""

from __future__ import annotations

import os
import stat

MOST_BYTES = 64 * 1024 * 1024
"""A larger source file is refused before it is read."""


class TooLarge(OSError):
    """A file is larger than a source file may be; ``size`` is in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__("it is too large")
        self.size = size


class Files:
    """Reads source files and remembers what it read, so that a compilation sees each file once and as one content."""

    def __init__(self) -> None:
        self._read: dict[str, bytes] = {}

    def read(self, path: str) -> bytes:
        """Return the content of a file.

        Raises:
            OSError: it cannot be read, is no regular file, or is too large (`TooLarge`).
        """
        known = self._read.get(path)
        if known is None:
            known = self._read[path] = self.fetch(path)
        return known

    def fetch(self, path: str) -> bytes:
        """Read a file from where files are; a test or an editor overrides this."""
        if "\0" in path:
            raise OSError("the path has a NUL byte")
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a FIFO must not make tekc wait
        with open(handle, "rb") as file:
            found = os.fstat(handle)
            if stat.S_ISDIR(found.st_mode):
                raise IsADirectoryError(21, "it is a folder")
            if not stat.S_ISREG(found.st_mode):
                raise OSError("it is no regular file")
            if found.st_size > MOST_BYTES:
                raise TooLarge(found.st_size)
            return file.read()

    def listing(self, folder: str) -> list[str]:
        """Return the names in a folder, none where it cannot be listed; for "did you mean" only."""
        try:
            return sorted(os.listdir(folder or "."))
        except OSError:
            return []

    def is_there(self, path: str) -> bool:
        """Tell whether something is there; what is no file, such as a folder, is reported when it is read."""
        return path in self._read or os.path.exists(path)

    def same(self, path: str) -> object:
        """Return what is equal for two paths of one file: its real path."""
        return os.path.realpath(path)


def reason(error: OSError) -> str:
    """Say in plain words why a file could not be read."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    if isinstance(error, PermissionError):
        return "permission denied"
    return (error.strerror or str(error)).lower()
