"""Hiding what a child may not see: a layer above a real folder.

The layer has a whiteout for each name that is not granted, and folders only where something below is hidden.  A file that may
be written and not read is stood for by a hole of the same size that cannot be read: it can be deleted, replaced and appended to.
The walk enters only folders that are granted in part, so a whole folder costs nothing however large it is.
"""

from __future__ import annotations

import os
import stat

from tekrt.sandbox.reach import Reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.sandbox.reach import State

UNREADABLE = 0o444
"""The bits that a file which may only be written lacks in the view."""


class Mask:
    """Builds the layer of one region.  ``layer`` is an empty folder in memory."""

    def __init__(self, read: Reach, write: Reach, run: Reach, token: bytes) -> None:
        self.token = token
        self.read = read
        self.write = write
        self.run = run

    def build(self, real: str, place: str, layer: str, hidden: list[str], folders: list[str]) -> bool:
        """Fill ``layer`` for the region at ``place``, whose real content is at ``real``.

        Returns whether the real folder belongs below the layer; where it does not, the layer is all there is to see.
        """
        states = (self.read.along(place), self.write.along(place), self.run.along(place))
        seen = self.read.alive(states[0]) or self.run.alive(states[2])
        if not self.read.whole(states[0]):
            self._walk(real, layer, states, seen)
        inside = place.rstrip("/") + "/"
        for path in folders:
            if path.startswith(inside):
                _make_folders(real, layer, path[len(inside) :])
        for path in hidden:
            if path.startswith(inside) and os.path.lexists(real + "/" + path[len(inside) :]):
                rest = path[len(inside) :]
                _make_folders(real, layer, os.path.dirname(rest))
                if not os.path.lexists(layer + "/" + rest):
                    _whiteout(layer + "/" + rest)
        return seen

    def _walk(self, real: str, layer: str, states: tuple[State, State, State], seen: bool) -> None:
        """Go through all folders that are granted in part."""
        todo = [(real, layer, states)]
        while todo:
            folder, made, (read, write, run) = todo.pop()
            for entry in _entries(folder):
                below = (self.read.step(read, entry.name), self.write.step(write, entry.name), self.run.step(run, entry.name))
                if self._entry(entry, made + "/" + entry.name, below, seen):
                    todo.append((entry.path, made + "/" + entry.name, below))
            _copy_status(folder, made)

    def _entry(self, entry: os.DirEntry[str], made: str, states: tuple[State, State, State], seen: bool) -> bool:
        """Show, hide or stand in for one entry; tell whether it is a folder to go into."""
        read, write, run = states
        if entry.is_dir(follow_symlinks=False):
            if self.read.whole(read):
                return False
            if self.read.alive(read) or self.write.alive(write) or self.run.alive(run):
                os.mkdir(made)
                return True
        elif self.read.matches(read):
            return False
        elif entry.is_file(follow_symlinks=False):
            status = entry.stat(follow_symlinks=False)
            if self.run.matches(run) and status.st_mode & 0o111:
                return False
            if self.write.matches(write):
                _stand_in(made, status, self.token)
                return False
        if seen:
            _whiteout(made)
        return False


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """Return what is in a folder; nothing where it cannot be listed, because then the child cannot either."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _whiteout(path: str) -> None:
    os.mknod(path, stat.S_IFCHR, 0)


def _stand_in(path: str, status: os.stat_result, token: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(fd, token[: status.st_size])
        os.ftruncate(fd, status.st_size)
        os.fchmod(fd, stat.S_IMODE(status.st_mode) & 0o777 & ~UNREADABLE)
    finally:
        os.close(fd)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _copy_status(real: str, made: str) -> None:
    try:
        status = os.stat(real)
        os.chmod(made, stat.S_IMODE(status.st_mode) & 0o1777)
        os.utime(made, ns=(status.st_atime_ns, status.st_mtime_ns))
    except OSError:
        os.chmod(made, 0o755)


def _make_folders(real: str, layer: str, rest: str) -> None:
    """Make the folders of ``rest`` in the layer; of one that was hidden nothing but itself shows."""
    at, here = layer, real
    for name in rest.split("/"):
        if not name:
            continue
        at += "/" + name
        here += "/" + name
        try:
            status = os.lstat(at)
        except FileNotFoundError:
            os.mkdir(at)
            _copy_status(here, at)
            continue
        if stat.S_ISCHR(status.st_mode):
            os.unlink(at)
            os.mkdir(at)
            for entry in _entries(here):
                _whiteout(at + "/" + entry.name)
        elif not stat.S_ISDIR(status.st_mode):
            return
