"""Taking over what a child wrote.

Its changes lie in the upper folders of its overlays, and nothing of it runs any more.  They are read, judged by the task's write
scopes as a whole, and what matches is renamed into place beneath descriptors, links not followed.  All else is named in a failure
of kind ``denied``.
"""

from __future__ import annotations

import errno
import os
import stat

from tekrt.effects.problems import failure
from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.effects.files import Files
    from tekrt.kernel import Context
    from tekrt.sandbox.client import Confined
    from tekrt.sandbox.view import View

WRITE = "fs.write"
MAKE, PUT, REMOVE, MODE = "make", "put", "remove", "mode"
OWN_ATTRIBUTES = "user.overlay."
SPECIAL = stat.S_ISUID | stat.S_ISGID
SHOWN = 3
"""How many paths a failure names."""
PIECE = 1 << 20
LONGEST = 4000
"""Bytes that the path of a change may have, its place in the stage included."""


class Change:
    """One thing to do at ``path``; ``source`` is where the new file lies."""

    __slots__ = ("path", "source", "status", "what")

    def __init__(self, what: str, path: str, source: str, status: os.stat_result | None) -> None:
        self.what = what
        self.path = path
        self.source = source
        self.status = status


class Refusal:
    """A change that is not made, and why; an empty ``why`` means that no scope has it."""

    __slots__ = ("path", "why")

    def __init__(self, path: str, why: str = "") -> None:
        self.path = path
        self.why = why


def take_over(files: Files, context: Context, child: Confined, name: str) -> list[str]:
    """Put what a child wrote in its place; return the paths.  ``name`` is the program's, for messages.

    Fails with ``denied`` where it changed something else, after the rest was done; with ``io`` where the system refuses.
    """
    reader = _Reader(files, context, child.view)
    try:
        for number, region in enumerate(child.view.regions):
            reader.read(f"{child.stage}/{number}", region)
    except OSError as error:
        raise failure(f"cannot take over what `{name}` wrote", error) from None
    _Writer(files, context, child.view).perform(reader.changes)
    if reader.refusals:
        raise _denied(context, files, name, reader.refusals)
    return [change.path for change in reader.changes]


def _denied(context: Context, files: Files, name: str, refusals: list[Refusal]) -> Failure:
    lines = []
    for refusal in refusals[:SHOWN]:
        why = refusal.why
        if not why:
            layer = context.permit.refusing(WRITE, refusal.path)
            why = context.broker.refusal(context, WRITE, refusal.path, layer)
        lines.append(f"`{name}` changed `{_short(files.show(refusal.path))}`, which was undone: {why}")
    if len(refusals) > SHOWN:
        lines.append(f"and {len(refusals) - SHOWN} more")
    return Failure("denied", "\n  ".join(lines))


def _short(path: str) -> str:
    return path if len(path) <= 200 else path[:100] + "…" + path[-60:]


class _Reader:
    """Reads upper folders into changes and refusals."""

    def __init__(self, files: Files, context: Context, view: View) -> None:
        self.files = files
        self.context = context
        self.view = view
        self.changes: list[Change] = []
        self.refusals: list[Refusal] = []

    def read(self, upper: str, region: str) -> None:
        """Read one upper folder."""
        todo = [(upper, region)]
        while todo:
            folder, real = todo.pop()
            os.chmod(folder, 0o700 | stat.S_IMODE(os.lstat(folder).st_mode))
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
            for entry in entries:
                path = real.rstrip("/") + "/" + entry.name
                if len(os.fsencode(entry.path)) > LONGEST:
                    self.refusals.append(Refusal(path, f"its path is longer than the {LONGEST} bytes that can be taken over"))
                    continue
                status = entry.stat(follow_symlinks=False)
                if self._entry(entry.path, path, status):
                    todo.append((entry.path, path))

    def _entry(self, source: str, path: str, status: os.stat_result) -> bool:
        """Judge one entry; tell whether it is a folder to go into."""
        mode = status.st_mode
        if stat.S_ISDIR(mode):
            self._folder(source, path, status)
            return True
        if stat.S_ISCHR(mode) and status.st_rdev == 0:
            self._removed(path)
        elif not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            self.refusals.append(Refusal(path, "it is neither a file nor a folder nor a link"))
        elif stat.S_ISREG(mode) and mode & SPECIAL:
            self.refusals.append(Refusal(path, "it has a set-uid or set-gid bit"))
        elif not self._may(path):
            if not self._same(source, path, status):
                self.refusals.append(self._refused(path))
        elif self._cleared(path, False):
            self.changes.append(Change(PUT, path, source, status))
        return False

    def _may(self, path: str) -> bool:
        return self.context.allows(WRITE, path) and self._own(path) is None

    def _own(self, path: str) -> str | None:
        try:
            self.files.guard(path)
        except Failure as failure:
            return failure.message
        return None

    def _refused(self, path: str) -> Refusal:
        return Refusal(path, self._own(path) or "")

    def _real(self, path: str) -> os.stat_result | None:
        try:
            return self.files.opener.lstat(path)
        except (OSError, Failure):
            return None  # behind a link or out of sight: putting something there will say so

    def _folder(self, source: str, path: str, status: os.stat_result) -> None:
        real = self._real(path)
        if real is None or not stat.S_ISDIR(real.st_mode):
            if real is not None and not self._cleared(path, True):
                return
            if self._may(path):
                self.changes.append(Change(MAKE, path, source, status))
            elif self._own(path) is not None or not self.view.write.alive(self.view.write.along(path)):
                self.refusals.append(self._refused(path))
            return
        if stat.S_IMODE(status.st_mode) & 0o777 != stat.S_IMODE(real.st_mode) & 0o777 and status.st_mode & 0o700 == 0o700:
            if self._may(path):
                self.changes.append(Change(MODE, path, source, status))
            else:
                self.refusals.append(self._refused(path))
        if _is_opaque(source):
            self._replaced(source, path)

    def _replaced(self, source: str, path: str) -> None:
        """A folder was removed and made again: what it had, and the child could see, is gone."""
        kept = set(os.listdir(source))
        try:
            names = _names(self.files, path)
        except OSError:
            return
        for name in names:
            below = f"{path}/{name}"
            if name not in kept and self._seen(below):
                self._removed(below)

    def _seen(self, path: str) -> bool:
        read, write = self.view.read, self.view.write
        return read.alive(read.along(path)) or write.alive(write.along(path))

    def _removed(self, path: str) -> None:
        if self._real(path) is not None and self._cleared(path, True):
            pass  # `_cleared` noted it

    def _cleared(self, path: str, even_file: bool) -> bool:
        """Note the removal of what is at ``path`` with all below it, if all of it may be removed.

        A file that is to be replaced by a file needs none (``even_file`` is False): the new one takes its place in one step.
        """
        real = self._real(path)
        if real is None or (not even_file and not stat.S_ISDIR(real.st_mode)):
            return True
        changes: list[Change] = []
        todo = [(path, real)]
        while todo:
            at, status = todo.pop()
            if not self._may(at):
                self.refusals.append(self._refused(at))
                return False
            changes.append(Change(REMOVE, at, "", status))
            if stat.S_ISDIR(status.st_mode):
                for name in _names(self.files, at):
                    below = self._real(f"{at}/{name}")
                    if below is not None:
                        todo.append((f"{at}/{name}", below))
        self.changes += reversed(changes)
        return True

    def _same(self, source: str, path: str, status: os.stat_result) -> bool:
        """Tell whether a file that no scope has was opened for writing and left as it was."""
        real = self._real(path)
        if real is None or stat.S_IFMT(real.st_mode) != stat.S_IFMT(status.st_mode) or real.st_size != status.st_size:
            return False
        if stat.S_IMODE(real.st_mode) != stat.S_IMODE(status.st_mode) or stat.S_ISLNK(status.st_mode):
            return False
        ours = self.files.open_regular(path)
        theirs = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            while True:
                left, right = os.read(ours, PIECE), os.read(theirs, PIECE)
                if left != right:
                    return False
                if not left:
                    return True
        finally:
            os.close(ours)
            os.close(theirs)


def _names(files: Files, path: str) -> list[str]:
    from tekrt.effects.beneath import LIST

    fd = files.opener.open(path, LIST)
    try:
        return sorted(os.listdir(fd))
    finally:
        os.close(fd)


def _is_opaque(path: str) -> bool:
    try:
        return os.getxattr(path, "user.overlay.opaque", follow_symlinks=False) == b"y"
    except OSError:
        return False


class _Writer:
    """Performs changes, with the folder that was last used kept open."""

    def __init__(self, files: Files, context: Context, view: View) -> None:
        self.files = files
        self.context = context
        self.view = view
        self._folder = ""
        self._fd = -1

    def perform(self, changes: list[Change]) -> None:
        """Make all changes."""
        try:
            for change in changes:
                self.files.judged(self.context, WRITE, change.path, "write", lambda change=change: self._one(change))  # type: ignore[misc]
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
            self._folder = ""

    def _parent(self, path: str) -> tuple[int, str]:
        folder, _, name = path.rpartition("/")
        if folder != self._folder or self._fd < 0:
            self._leave()
            self._fd, _ = self.files.opener.parent(path, create=True)
            self._folder = folder
        return self._fd, name

    def _one(self, change: Change) -> None:
        fd, name = self._parent(change.path)
        if change.what == REMOVE:
            if change.status is not None and stat.S_ISDIR(change.status.st_mode):
                os.rmdir(name, dir_fd=fd)
            else:
                os.unlink(name, dir_fd=fd)
        elif change.what == PUT:
            self._put(change, fd, name)
        elif change.status is not None:
            mode = stat.S_IMODE(change.status.st_mode) & 0o1777
            if change.what == MAKE:
                os.mkdir(name, mode, dir_fd=fd)
            self._change_mode(fd, name, mode)

    def _change_mode(self, fd: int, name: str, mode: int) -> None:
        own = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=fd)
        try:
            os.fchmod(own, mode)
        finally:
            os.close(own)

    def _put(self, change: Change, fd: int, name: str) -> None:
        link = change.status is not None and stat.S_ISLNK(change.status.st_mode)
        if not link:
            for attribute in os.listxattr(change.source):
                if attribute.startswith(OWN_ATTRIBUTES):
                    os.removexattr(change.source, attribute)
            self._fill(change, fd, name)
        try:
            os.rename(change.source, name, dst_dir_fd=fd)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy(change, fd, name, link)

    def _fill(self, change: Change, fd: int, name: str) -> None:
        """Put the real beginning into a file that the child could not read, and has written on in."""
        read = self.view.read
        if change.status is None or read.matches(read.along(change.path)):
            return
        try:
            real = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=fd)
        except OSError:
            return  # it is new
        try:
            status = os.fstat(real)
            if not stat.S_ISREG(status.st_mode):
                return
            mode = stat.S_IMODE(status.st_mode)
            if stat.S_IMODE(change.status.st_mode) == mode & 0o777 & ~0o444:
                os.chmod(change.source, mode)
            _merge(change.source, real, status.st_size, self.view.token)
        finally:
            os.close(real)

    def _copy(self, change: Change, fd: int, name: str, link: bool) -> None:
        """Do what a rename does, across file systems: a copy beside the place, then a rename."""
        if link:
            temporary = f".tek-{os.urandom(8).hex()}~"
            os.symlink(os.readlink(change.source), temporary, dir_fd=fd)
        else:
            status = os.stat(change.source)
            temporary, made = self.files.new_file(fd, 0o600)
            try:
                _pour(change.source, made)
                os.fchmod(made, stat.S_IMODE(status.st_mode) & 0o777)
                os.utime(made, ns=(status.st_atime_ns, status.st_mtime_ns))
            except BaseException:
                os.unlink(temporary, dir_fd=fd)
                raise
            finally:
                os.close(made)
        os.rename(temporary, name, src_dir_fd=fd, dst_dir_fd=fd)


def _pour(source: str, target: int) -> None:
    fd = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        while os.sendfile(target, fd, None, PIECE * 16):
            pass
    finally:
        os.close(fd)


def _merge(source: str, real: int, size: int, token: bytes) -> None:
    mark = token[:size]
    fd = os.open(source, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not mark or os.pread(fd, len(mark), 0) != mark:
            return  # the child began it anew
        end = min(size, os.fstat(fd).st_size)
        at = 0
        while at < end:
            piece = os.pread(fd, min(PIECE, end - at), at)
            if piece.strip(b"\0") not in (b"", mark.strip(b"\0")):
                raise Failure("denied", "a program changed the middle of a file that it may not read: add `fs.read` for it")
            ours = os.pread(real, len(piece), at)
            if not ours:
                return
            os.pwrite(fd, ours, at)
            at += len(ours)
    finally:
        os.close(fd)


def discard(child: Confined) -> None:
    """Remove all that a child wrote and nobody took over."""
    remove(child.stage)


def remove(folder: str) -> None:
    """Remove a folder of ours, however deep it is: what lies below is lifted up first."""
    todo = [folder]
    count = 0
    while todo:
        at = todo[-1]
        try:
            os.rmdir(at)
        except FileNotFoundError:
            pass
        except OSError:
            os.chmod(at, 0o700)
            with os.scandir(at) as found:
                entries = list(found)
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)
                    continue
                count += 1
                lifted = f"{folder}-{count}"
                os.chmod(entry.path, 0o700)
                os.rename(entry.path, lifted)
                todo.append(lifted)
            continue
        todo.pop()


__all__ = ["Change", "discard", "remove", "take_over"]
