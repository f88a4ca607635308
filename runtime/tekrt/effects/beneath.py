"""Opening files by descriptor, beneath the root, without following any link.

A path arrives absolute and without ``..``.  It is opened from the descriptor of the root (or of ``/``, where it lies outside)
and no part of it may be a symbolic link, so the path that was judged is the file that is opened, whatever is renamed or
linked meanwhile.  The system does that in one call where it has ``openat2``; else, and for short paths (where loading
``ctypes`` would cost more), each part is opened in turn with O_NOFOLLOW.  Neither ever sees a ``..``, so a folder that is moved
away meanwhile cannot be climbed out of.
"""

from __future__ import annotations

import errno
import os
import stat

from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    OpenAt = Callable[[int, str, int, int], int]

O_PATH = getattr(os, "O_PATH", os.O_RDONLY)
FOLDER = O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
LIST = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
APPEND = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

WALKED = 2
"""Paths of at most so many parts are walked even where ``openat2`` is there."""

NO_SYMLINKS, NO_MAGICLINKS, BENEATH = 0x04, 0x02, 0x08
SYS_OPENAT2 = 437  # the same on every architecture


class Opener:
    """Opens absolute paths beneath ``root``'s descriptor, or that of ``/``.  ``root`` is a real path."""

    __slots__ = ("_fds", "_inside", "_openat", "root")

    def __init__(self, root: str, walk_only: bool = False) -> None:
        self.root = root
        self._inside = root + "/" if root != "/" else "/"
        self._fds: dict[str, int] = {}
        self._openat: OpenAt | None = walk if walk_only else None

    def close(self) -> None:
        """Close the descriptors of the roots."""
        for fd in self._fds.values():
            os.close(fd)
        self._fds.clear()

    def open(self, path: str, flags: int, mode: int = 0o666) -> int:
        """Open a path.  Raises OSError, ELOOP or ENOTDIR where a part is a link."""
        base, rest = self._split(path)
        if not rest:
            return os.open(".", flags & ~os.O_CREAT, dir_fd=base)
        if self._openat is None:
            if rest.count("/") < WALKED:
                return walk(base, rest, flags, mode)
            self._openat = _system_openat() or walk
        return self._openat(base, rest, flags, mode)

    def _split(self, path: str) -> tuple[int, str]:
        """Return the descriptor to begin at, and the rest of the path below it."""
        if path.startswith(self._inside):
            return self._base(self.root), path[len(self._inside) :]
        if path == self.root:
            return self._base(self.root), ""
        return self._base("/"), path[1:]

    def _base(self, folder: str) -> int:
        fd = self._fds.get(folder)
        if fd is None:
            fd = self._fds[folder] = os.open(folder, O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        return fd

    def parent(self, path: str, create: bool = False) -> tuple[int, str]:
        """Open the folder that holds ``path``; return its descriptor and the last name.  ``create`` makes missing folders."""
        folder, _, name = path.rpartition("/")
        folder = folder or "/"
        try:
            return self.open(folder, FOLDER), name
        except FileNotFoundError:
            if not create:
                raise
        self.make_folders(folder)
        return self.open(folder, FOLDER), name

    def make_folders(self, path: str) -> None:
        """Make a folder and those above it that are missing."""
        base, rest = self._split(path)
        here = os.dup(base)
        try:
            for name in rest.split("/") if rest else ():
                try:
                    after = os.open(name, FOLDER, dir_fd=here)
                except FileNotFoundError:
                    try:
                        os.mkdir(name, dir_fd=here)
                    except FileExistsError:
                        pass  # somebody else made it meanwhile; opening it says whether it is a folder
                    after = os.open(name, FOLDER, dir_fd=here)
                os.close(here)
                here = after
        finally:
            os.close(here)

    def lstat(self, path: str) -> os.stat_result | None:
        """Return the status of what is at ``path`` (a link itself), or None where nothing is."""
        base, rest = self._split(path)
        if not rest:
            return os.stat(base)
        try:
            if "/" not in rest:
                return os.stat(rest, dir_fd=base, follow_symlinks=False)
            fd, name = self.parent(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.ENOTDIR):
                raise
            self.refuse_links(path.rpartition("/")[0])
            return None
        try:
            return os.stat(name, dir_fd=fd, follow_symlinks=False)
        except FileNotFoundError:
            return None
        finally:
            os.close(fd)

    def refuse_links(self, path: str) -> None:
        """Fail with kind ``denied`` where a part of ``path`` is a symbolic link; called after an opening went wrong."""
        base, rest = self._split(path)
        shown = "" if base == self._fds.get(self.root) else "/"
        here = os.dup(base)
        try:
            for name in rest.split("/") if rest else ():
                try:
                    status = os.stat(name, dir_fd=here, follow_symlinks=False)
                    if stat.S_ISLNK(status.st_mode):
                        raise Failure("denied", f"`{shown}{name}` is a symbolic link, and links are not followed: name what it points to")
                    if not stat.S_ISDIR(status.st_mode):
                        return
                    after = os.open(name, FOLDER, dir_fd=here)
                except OSError:
                    return
                os.close(here)
                here = after
                shown += name + "/"
        finally:
            os.close(here)


def walk(base: int, rest: str, flags: int, mode: int) -> int:
    """Open ``rest`` below ``base``, part by part."""
    parts = rest.split("/")
    here = base
    try:
        for name in parts[:-1]:
            after = os.open(name, FOLDER, dir_fd=here)
            if here != base:
                os.close(here)
            here = after
        return os.open(parts[-1], flags | os.O_NOFOLLOW, mode, dir_fd=here)
    finally:
        if here != base:
            os.close(here)


def _system_openat() -> OpenAt | None:
    """Return an opener by ``openat2``, or None where the system has none."""
    try:
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        syscall = libc.syscall
    except (ImportError, OSError, AttributeError):
        return None

    class How(ctypes.Structure):
        _fields_ = [("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64)]

    size, number, get_errno = ctypes.c_size_t(24), ctypes.c_long(SYS_OPENAT2), ctypes.get_errno
    syscall.restype = ctypes.c_long
    # One structure for each way of opening, never changed again: several threads may open at once.
    ways: dict[tuple[int, int], object] = {}

    def openat(base: int, rest: str, flags: int, mode: int) -> int:
        key = (flags, mode & 0o7777 if flags & os.O_CREAT else 0)
        pointer = ways.get(key)
        if pointer is None:
            pointer = ways[key] = ctypes.byref(How(key[0], key[1], BENEATH | NO_SYMLINKS | NO_MAGICLINKS))
        name = os.fsencode(rest)
        for _ in range(100):
            fd: int = syscall(number, base, name, pointer, size)
            if fd >= 0:
                return fd
            code = get_errno()
            if code not in (errno.EAGAIN, errno.EINTR):
                break
        raise OSError(code, os.strerror(code), rest)

    slash = os.open("/", FOLDER)
    try:
        os.close(openat(slash, ".", FOLDER, 0))
    except OSError:
        return None  # an old system, or a filter that refuses what it does not know
    finally:
        os.close(slash)
    return openat
