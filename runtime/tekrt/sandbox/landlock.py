"""Landlock: rights beneath files and folders, where there are no namespaces to make a view in.

It denies by default and needs no privilege.  It judges real files, so it cannot stage what a child writes, and it knows files and
folders, not patterns: a pattern of files to write is widened to the folder that it begins with, which `tekc doctor` says.
"""

from __future__ import annotations

import ctypes
import os
import stat

from tekrt.sandbox import system
from tekrt.sandbox.reach import Reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekrt.sandbox.reach import State
    from tekrt.scopes.glob import Segment

CREATE, ADD, RESTRICT = 444, 445, 446  # the same on every architecture
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
MAKE_DEVICES = (1 << 6) | (1 << 11)
TRUNCATE, IOCTL_DEVICE = 1 << 14, 1 << 15
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE
READ = EXECUTE | READ_FILE | READ_DIR
FILE_BITS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights on files each version knows; 16 from the fifth on."""
TCP, SCOPED = 3, 3


def version() -> int:
    """Return the system's version of Landlock.  Raises OSError where there is none."""
    found: int = system._syscall(ctypes.c_long(CREATE), None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if found < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), "landlock")
    return found


class Rules:
    """A set of rules that is being made."""

    def __init__(self, network: bool) -> None:
        self.version = version()
        self.all = (1 << FILE_BITS.get(self.version, 16)) - 1
        net = TCP if self.version >= 4 and not network else 0
        scoped = SCOPED if self.version >= 6 and not network else (2 if self.version >= 6 else 0)
        attributes = (ctypes.c_uint64 * 3)(self.all, net, scoped)
        size = 24 if self.version >= 6 else 16 if self.version >= 4 else 8
        self.fd = self._call(CREATE, ctypes.byref(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0))

    @staticmethod
    def _call(number: int, *words: object) -> int:
        result: int = system._syscall(ctypes.c_long(number), *words)
        if result < 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), "landlock")
        return result

    @property
    def change(self) -> int:
        """Everything but making devices."""
        return self.all & ~MAKE_DEVICES

    def allow(self, path: str, rights: int) -> None:
        """Allow rights on a file, or on a folder and all below it.  What is not there, or a link, gets none."""
        try:
            fd = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return
        try:
            mode = os.fstat(fd).st_mode
            if stat.S_ISLNK(mode):
                return
            rights &= self.all if stat.S_ISDIR(mode) else self.all & OF_FILES
            rule = ctypes.create_string_buffer(rights.to_bytes(8, "little") + fd.to_bytes(4, "little"), 12)
            self._call(ADD, self.fd, ctypes.c_int(1), rule, ctypes.c_uint32(0))
        finally:
            os.close(fd)

    def restrict(self) -> None:
        """Put the rules on this process and all that it starts, for good."""
        self._call(RESTRICT, self.fd, ctypes.c_uint32(0))
        os.close(self.fd)


def allow_reads(rules: Rules, regions: Sequence[str], read: Reach, run: Reach, hidden: Sequence[str]) -> None:
    """Allow what may be read below the regions: whole folders where that is granted and nothing hidden lies in them, else file by file."""
    for region in regions:
        todo: list[tuple[str, State, State]] = [(region, read.along(region), run.along(region))]
        while todo:
            folder, reads, runs = todo.pop()
            whole = read.whole(reads)
            if whole and not any(path.startswith(folder + "/") for path in hidden):
                rules.allow(folder, READ)
                continue
            try:
                with os.scandir(folder) as found:
                    entries = list(found)
            except OSError:
                continue
            for entry in entries:
                below = (read.step(reads, entry.name), run.step(runs, entry.name))
                if entry.is_dir(follow_symlinks=False):
                    if (read.alive(below[0]) or run.alive(below[1])) and entry.path not in hidden:
                        todo.append((entry.path, *below))
                elif entry.is_file(follow_symlinks=False) and (
                    read.matches(below[0]) or (run.matches(below[1]) and entry.stat().st_mode & 0o111)
                ):
                    rules.allow(entry.path, READ)


def allow_writes(rules: Rules, layers: Sequence[Sequence[tuple[Segment, ...]]]) -> list[str]:
    """Allow what may be written; return the files that were made for that, empty.

    A file that is named exactly is made where it is missing, because making it is a right on its folder.
    """
    made: list[str] = []
    write = Reach(layers)
    for glob in {glob for layer in layers for glob in layer}:
        literal: list[str] = []
        for segment in glob:
            if not isinstance(segment, str):
                break
            literal.append(segment)
        path = "/" + "/".join(literal)
        state = write.along(path)
        if len(literal) == len(glob):
            if write.matches(state) and not os.path.isdir(path):
                made += _make_file(path)
                rules.allow(path, WRITE_FILE | READ_FILE | TRUNCATE)
        elif write.alive(state) and len(literal) > 0:
            os.makedirs(path, exist_ok=True)
            rules.allow(path, rules.change)
    return made


def _make_file(path: str) -> list[str]:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666))
    except FileExistsError:
        return []
    return [path]
