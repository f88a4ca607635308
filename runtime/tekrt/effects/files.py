"""Files: every operation is judged by the broker on the path that is then opened, beneath the root and without links.

Paths come in as scripts write them: relative to the root, absolute, or from ``~/``; ``..`` is taken out first, which is what
the system would do as well, because no part of the path is followed if it is a link.  Only regular files are read and
written: a FIFO or a device is refused on its descriptor.  Writing makes a new file beside the old one and renames it into
place: nobody sees half of it, and what else is linked to the old one does not change.
"""

from __future__ import annotations

import errno
import os
import stat

from tekrt.effects import beneath
from tekrt.effects.problems import failure
from tekrt.values.failure import Failure, SpentLimit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from tekrt.kernel import Broker, Context

    T = TypeVar("T")

READ, WRITE = "fs.read", "fs.write"
LONGEST = 4096
"""The longest path in characters."""
PIECE = 1 << 20
"""Bytes that are copied at a time."""
MODE = 0o777
"""The bits of a mode that a script may set: neither set-uid nor set-gid nor sticky."""
TEMPORARY = ".tek-"
"""How the names of files begin that are not complete yet; they end in ``~`` and are in no listing."""


class Files:
    """The file service of one run.  ``most`` is how many bytes a file that is read may have; more is a spent limit.
    """

    def __init__(self, broker: Broker, *, most: int = 4 << 30, walk_only: bool = False) -> None:
        self.broker = broker
        self.root = broker.permit.root
        self.home = broker.permit.home
        self.most = most
        self.opener = beneath.Opener(self.root, walk_only)
        self.reserved = tuple(dict.fromkeys([self._below(self.root, ".tek"), *broker.world.reserved]))
        self._reserved_names = frozenset(path.rpartition("/")[2].casefold() for path in self.reserved)
        self._temporary: list[str] = []

    @staticmethod
    def _below(folder: str, name: str) -> str:
        return folder + "/" + name if folder != "/" else "/" + name

    # ---- paths

    def place(self, text: str) -> str:
        """Return the absolute path, without ``..``, that a script means by ``text``.  Fails with kind ``io``."""
        if not text:
            raise Failure("io", "an empty path names nothing")
        if "\0" in text:
            raise Failure("io", "a path has no NUL character")
        if len(text) > LONGEST:
            raise Failure("io", f"a path has at most {LONGEST} characters")
        if text[0] != "/" and text[0] != "~" and "." not in text:
            # The usual case: nothing in it but names and slashes.
            clean = text.rstrip("/") if "//" not in text else "/".join(part for part in text.split("/") if part)
            return self._below(self.root, clean)
        if text[0] == "/":
            base, rest = "/", text
        elif text == "~" or text.startswith("~/"):
            base, rest = self.home, text[2:]
        else:
            base, rest = self.root, text
        parts = base.split("/")
        for part in rest.split("/"):
            if part == "..":
                if len(parts) > 1:
                    parts.pop()
            elif part and part != ".":
                parts.append(part)
        path = "/".join(parts) if parts[0] == "" and len(parts) > 1 else "/"
        return path if path[:2] != "//" else path[1:]

    def show(self, path: str) -> str:
        """Return an absolute path as messages name it."""
        return self.broker.shorten(path)

    def guard(self, path: str) -> None:
        """Fail with kind ``denied`` where a path is tekc's own; by name regardless of case, as some systems compare."""
        folded = path.casefold()
        if not any(name in folded for name in self._reserved_names):
            return
        for own in self.reserved:
            own_folded = own.casefold()
            if folded == own_folded or folded.startswith(own_folded + "/"):
                raise Failure("denied", f"`{self.show(path)}` is tekc's own: it is outside every scope")

    def holds_reserved(self, path: str) -> str | None:
        """Return the path of tekc's own that lies at or below ``path`` and is there, or None."""
        inside = path if path.endswith("/") else path + "/"
        for own in self.reserved:
            if (own == path or own.startswith(inside)) and self.opener.lstat(own) is not None:
                return own
        return None

    def judged(self, context: Context, kind: str, path: str, detail: str, action: Callable[[], T]) -> T:
        """Let ``action`` happen on an absolute path, if it is allowed; its OSErrors become failures of kind ``io``."""
        self.guard(path)

        def act() -> T:
            try:
                return action()
            except OSError as error:
                raise self.explain(detail, path, error) from None

        return self.broker.effect(context, kind, path, detail, act)

    def explain(self, detail: str, path: str, error: OSError) -> Failure:
        """Return the failure for what the system refused: ``denied`` where a link is in the way, else ``io``."""
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            try:
                self.opener.refuse_links(path)
            except Failure as denied:
                return denied
        verb = _VERBS.get(detail, "use")
        return failure(f"cannot {verb} `{self.show(path)}`", error)

    # ---- reading

    def read_bytes(self, context: Context, text: str, detail: str = "read_bytes") -> bytes:
        """Return the whole content of a file."""
        path = self.place(text)
        return self.judged(context, READ, path, detail, lambda: self._read(path))

    def read_text(self, context: Context, text: str) -> str:
        """Return the content as text; fails with kind ``decode`` where it is no UTF-8."""
        data = self.read_bytes(context, text, "read_text")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            where = f"byte 0x{data[error.start]:02x} at offset {error.start}, in line {line}"
            raise Failure("decode", f"`{text}` is no UTF-8 text: {where}") from None

    def _read(self, path: str) -> bytes:
        fd = self.open_regular(path)
        try:
            size = os.fstat(fd).st_size
            if size > self.most:
                raise self._too_large(path)
            data = os.read(fd, size + 1)
            if len(data) == size:
                return data
            return self._read_rest(fd, path, data)
        finally:
            os.close(fd)

    def _read_rest(self, fd: int, path: str, data: bytes) -> bytes:
        """Go on reading a file that grows, or whose size the system does not know."""
        pieces, total = [data], len(data)
        while data:
            data = os.read(fd, PIECE)
            pieces.append(data)
            total += len(data)
            if total > self.most:
                raise self._too_large(path)
        return b"".join(pieces)

    def _too_large(self, path: str) -> SpentLimit:
        return SpentLimit("memory", f"`{self.show(path)}` has more than the {self.most} bytes that may be read")

    def open_regular(self, path: str) -> int:
        """Open a file for reading and make sure, on the descriptor, that it is a regular one."""
        fd = self.opener.open(path, beneath.READ)
        try:
            mode = os.fstat(fd).st_mode
            if not stat.S_ISREG(mode):
                raise self.not_regular(path, mode)
        except BaseException:
            os.close(fd)
            raise
        return fd

    def not_regular(self, path: str, mode: int) -> Failure:
        """Return the failure for something that is no regular file."""
        if stat.S_ISDIR(mode):
            return Failure("io", f"`{self.show(path)}` is a folder, not a file")
        if stat.S_ISLNK(mode):
            return Failure("denied", f"`{self.show(path)}` is a symbolic link, and links are not followed: name what it points to")
        return Failure("denied", f"`{self.show(path)}` is {_what(mode)}, not a regular file")

    def hash(self, context: Context, text: str) -> str:
        """Return the BLAKE2b-256 of a file's content in hexadecimal."""
        path = self.place(text)

        def action() -> str:
            from hashlib import blake2b

            digest = blake2b(digest_size=32)
            fd = self.open_regular(path)
            try:
                while piece := os.read(fd, PIECE):
                    digest.update(piece)
            finally:
                os.close(fd)
            return digest.hexdigest()

        return self.judged(context, READ, path, "hash", action)

    def status(self, context: Context, text: str, detail: str = "stat") -> os.stat_result | None:
        """Return the status of what is there (of a link itself), or None; outside of the grant it is denied."""
        path = self.place(text)
        return self.judged(context, READ, path, detail, lambda: self.opener.lstat(path))

    # ---- writing

    def write_bytes(self, context: Context, text: str, data: bytes, detail: str = "write_bytes") -> None:
        """Write a file as a whole: its old content stays until the new one is complete.  Missing folders are made."""
        path = self.place(text)

        def action() -> bytes:
            self.replace(path, data)
            return data  # whose digest is recorded

        self.judged(context, WRITE, path, detail, action)

    def replace(self, path: str, data: bytes) -> None:
        """Put a new file with this content into place, with the mode of the old one."""
        parent, name = self.opener.parent(path, create=True)
        try:
            mode = self.replaceable(parent, name, path)
            temporary, fd = self.new_file(parent, 0o666 if mode is None else mode & MODE)
            try:
                try:
                    if mode is not None:
                        os.fchmod(fd, mode & MODE)
                    write_all(fd, data)
                finally:
                    os.close(fd)
                os.rename(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)
            except BaseException:
                self.forget(parent, temporary)
                raise
        finally:
            os.close(parent)

    def replaceable(self, parent: int, name: str, path: str) -> int | None:
        """Return the mode of the file that is there, None where nothing is; anything but a regular file is refused."""
        try:
            mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(mode):
            raise self.not_regular(path, mode)
        return mode

    def new_file(self, parent: int, mode: int) -> tuple[str, int]:
        """Make a file in a folder under a name of its own."""
        temporary = f"{TEMPORARY}{os.urandom(8).hex()}~"
        return temporary, os.open(temporary, beneath.CREATE, mode, dir_fd=parent)

    @staticmethod
    def forget(parent: int, name: str) -> None:
        """Remove a file that did not get complete; what is wrong is told by the error that is on its way."""
        try:
            os.unlink(name, dir_fd=parent)
        except OSError:
            pass  # it is the first error that the user needs to see

    def append_bytes(self, context: Context, text: str, data: bytes, detail: str = "append_text") -> None:
        """Write to the end of a file, which is made where it is missing; all of the data or none."""
        path = self.place(text)

        def action() -> bytes:
            self._append(path, data)
            return data

        self.judged(context, WRITE, path, detail, action)

    def _append(self, path: str, data: bytes) -> None:
        try:
            fd = self.opener.open(path, beneath.APPEND)
        except FileNotFoundError:
            self.replace(path, data)
            return
        try:
            status = os.fstat(fd)
            if not stat.S_ISREG(status.st_mode):
                raise self.not_regular(path, status.st_mode)
            if status.st_nlink > 1:
                # Another name of the file may lie outside of every scope: it must not change.
                self.replace(path, self._read(path) + data)
                return
            try:
                write_all(fd, data)
            except BaseException:
                os.ftruncate(fd, status.st_size)
                raise
        finally:
            os.close(fd)

    def set_mode(self, context: Context, text: str, mode: int) -> None:
        """Set the permission bits of a file or folder; set-uid, set-gid and sticky bits are not for scripts."""
        path = self.place(text)
        if mode & ~MODE:
            raise Failure("denied", f"mode 0o{mode:o} of `{text}` has bits besides 0o777")

        def action() -> None:
            status = self.opener.lstat(path)
            if status is None:
                raise FileNotFoundError(errno.ENOENT, "")
            if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
                raise Failure("denied", f"`{self.show(path)}` has another name (a hard link), which would change as well")
            if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
                raise self.not_regular(path, status.st_mode)
            fd = self.opener.open(path, beneath.READ)
            try:
                os.fchmod(fd, mode)
            finally:
                os.close(fd)

        self.judged(context, WRITE, path, "set_mode", action)

    def make_dir(self, context: Context, text: str) -> None:
        """Make a folder and those above it; one that is there already is fine."""
        path = self.place(text)
        self.judged(context, WRITE, path, "make_dir", lambda: self._make_dir(path))

    def _make_dir(self, path: str) -> None:
        status = self.opener.lstat(path)
        if status is None:
            self.opener.make_folders(path)
        elif stat.S_ISLNK(status.st_mode):
            raise self.not_regular(path, status.st_mode)
        elif not stat.S_ISDIR(status.st_mode):
            raise FileExistsError(errno.EEXIST, "")

    # ---- temporary folders

    def temp_dir(self, context: Context) -> str:
        """Make a folder that only this user may enter; it is in the task's scope, and goes when the task ends."""
        base = os.path.realpath(self.broker.world.environment.get("TMPDIR") or "/tmp")

        def action() -> str:
            path = self._below(base, f"tek-{os.urandom(8).hex()}")
            try:
                os.mkdir(path, 0o700)
            except OSError as error:
                raise failure("cannot make a temporary folder", error) from None
            return path

        path = self.broker.effect(context, "temp", None, "temp_dir", action)
        context.state.folders.append(path)
        self._temporary.append(path)
        context.state.closing.append(lambda: self._remove_temporary(path))
        return path

    def _remove_temporary(self, path: str) -> None:
        from tekrt.effects import trees

        if path in self._temporary:
            self._temporary.remove(path)
            trees.remove_temporary(self, path)

    def close(self) -> None:
        """Remove what is left of temporary folders and close all descriptors."""
        for path in list(self._temporary):
            self._remove_temporary(path)
        self.opener.close()


def write_all(fd: int, data: bytes) -> None:
    """Write all of the data to a file."""
    done = os.write(fd, data) if data else 0
    if done == len(data):
        return
    view = memoryview(data)[done:]
    while view:
        view = view[os.write(fd, view) :]


def _what(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device" if stat.S_ISCHR(mode) or stat.S_ISBLK(mode) else "something else"


_VERBS = {
    "read_text": "read", "read_bytes": "read", "lines": "read", "hash": "read", "write_text": "write", "write_bytes": "write",
    "append_text": "write", "append_bytes": "write", "exists": "look at", "is_dir": "look at", "is_file": "look at",
    "stat": "look at", "list": "list", "glob": "search", "make_dir": "make", "delete": "delete", "copy": "copy", "move": "move",
    "set_mode": "change",
}  # fmt: skip
