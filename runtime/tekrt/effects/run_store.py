"""Where runs are kept: folders, the user's key, the heads of ledgers outside of them, and who wrote a ``.tek/``.

Runs lie in ``runs/NAME/`` of the root's ``.tek/`` or of the user's state folder.  The head of each ledger is kept in the state folder
(``anchors/NAME``), authenticated with a key of the user's: whoever can write the root alone can neither change a ledger unnoticed nor make one up.
"""

from __future__ import annotations

import errno
import os
import stat
from _blake2 import blake2b

from tekrt.effects.problems import failure
from tekrt.kernel.ledger_chain import Anchor, beginning, canonical
from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MARK = "owner"
"""The file of a ``.tek/`` that says who wrote it."""
_SLOT = 512
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Foreign(Exception):
    """A folder that this user's tekc did not write: ``path``, and ``why`` it is not."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path = path
        self.why = why


# ---- the key of the user


def user_key(state: str) -> bytes:
    """Return the user's key, which is made where there is none.  Fails with kind ``io``; raises Foreign where others may know it."""
    path = state + "/key"
    try:
        os.makedirs(state, 0o700, exist_ok=True)
        if not os.path.lexists(path):
            _make_key(state, path)
        fd = os.open(path, _READ)
        try:
            found = os.fstat(fd)
            if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
                raise Foreign(path, "others may read or change it")
            key = os.read(fd, 64)
        finally:
            os.close(fd)
    except OSError as error:
        raise failure(f"cannot keep the record of this run: the key in `{path}` cannot be made or read", error) from None
    if len(key) != 32:
        raise Foreign(path, "it is no key")
    return key


def _make_key(state: str, path: str) -> None:
    """Make the key whole or not at all; of two that do at once, the first wins."""
    part = f"{state}/key.{os.urandom(8).hex()}~"
    fd = os.open(part, _NEW, 0o600)
    try:
        os.write(fd, os.urandom(32))
        os.fsync(fd)
    finally:
        os.close(fd)
    try:
        os.link(part, path)
    except FileExistsError:
        pass  # another tekc was first, and its key is as good
    except OSError:
        if not os.path.lexists(path):  # a file system without hard links
            os.rename(part, path)
            return
    os.unlink(part)


def sealed(key: bytes, purpose: bytes, text: str) -> str:
    """Return what authenticates a text, for a purpose of at most 16 bytes."""
    return blake2b(text.encode("utf-8", "surrogatepass"), key=key, person=purpose, digest_size=32).hexdigest()


def _same(a: str, b: object) -> bool:
    """Compare without telling by the time it takes how much is equal."""
    from _operator import _compare_digest

    return isinstance(b, str) and b.isascii() and _compare_digest(a, b)


# ---- a root's own folder


def own_folder(root: str, key: bytes, make: bool) -> str | None:
    """Return the root's ``.tek``; None where it is missing and not to be made.

    Raises Foreign where this user's tekc did not write it; fails with kind ``io`` where it cannot be made.
    """
    path = (root if root != "/" else "") + "/.tek"
    try:
        if make and not os.path.lexists(path):
            _make_folder(path, key)
        return path if _judge(path, key) else None
    except OSError as error:
        raise failure(f"cannot keep runs in `{path}`", error) from None


def _make_folder(path: str, key: bytes) -> None:
    """Make the folder with its mark, or not at all; of two that do at once, the first wins."""
    part = f"{path}-{os.urandom(8).hex()}~"
    os.mkdir(part, 0o700)
    fd = os.open(part, _FOLDER)
    try:
        _write_new(fd, MARK, sealed(key, b"tek folder", str(os.fstat(fd).st_ino)) + "\n")
        _write_new(fd, ".gitignore", "*\n")
        try:
            os.rename(part, path)
        except OSError:
            for name in (MARK, ".gitignore"):
                os.unlink(name, dir_fd=fd)
            os.rmdir(part)
            if not os.path.lexists(path):
                raise
    finally:
        os.close(fd)


def _write_new(folder: int, name: str, text: str) -> None:
    fd = os.open(name, _NEW, 0o600, dir_fd=folder)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def _judge(path: str, key: bytes) -> bool:
    """Tell whether the folder is there; raises Foreign where it is not ours."""
    try:
        fd = os.open(path, _FOLDER)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise Foreign(path, "it is a link" if os.path.islink(path) else "it is no folder") from None
        raise
    try:
        found = os.fstat(fd)
        if found.st_uid != os.geteuid():
            raise Foreign(path, "it belongs to another user")
        if found.st_mode & 0o022:
            raise Foreign(path, "others may write it")
        if not _same(sealed(key, b"tek folder", str(found.st_ino)), _small(MARK, fd)):
            raise Foreign(path, "its mark is missing, or from elsewhere")
    finally:
        os.close(fd)
    return True


def _small(name: str, folder: int | None = None) -> str:
    """Return the content of a small file without its last newline; empty where it is missing or something else."""
    try:
        fd = os.open(name, _READ, dir_fd=folder)
    except OSError:
        return ""
    try:
        return os.read(fd, 4096).decode("ascii", "replace").rstrip("\n") if stat.S_ISREG(os.fstat(fd).st_mode) else ""
    finally:
        os.close(fd)


# ---- one run


class RunStore:
    """The folder of one run, ``BASE/runs/NAME``, and the anchor of its ledger; a ``Store`` of :mod:`tekrt.kernel.ledger_file`.

    ``place`` is asked for BASE, the state folder and the key when the first record is to be kept; ``texts`` are files that are
    written then, by name.
    """

    def __init__(self, name: str, place: Callable[[], tuple[str, str, bytes]], texts: dict[str, str]) -> None:
        self.name = name
        self.folder = ""
        self._place = place
        self._texts = texts
        self._state = ""
        self._key = b""
        self._ledger = -1
        self._anchor = -1
        self._turn = 0

    def open(self) -> None:
        """Make the folder and what stands in it before the first effect, and anchor an empty ledger."""
        base, self._state, self._key = self._place()
        self.folder = f"{base}/runs/{self.name}"
        try:
            os.makedirs(os.path.dirname(self.folder), 0o700, exist_ok=True)
            os.mkdir(self.folder, 0o700)
            fd = os.open(self.folder, _FOLDER)
            try:
                for name, text in self._texts.items():
                    _write_new(fd, name, text)
                self._ledger = os.open("ledger", _NEW | os.O_APPEND, 0o600, dir_fd=fd)
            finally:
                os.close(fd)
            os.makedirs(self._state + "/anchors", 0o700, exist_ok=True)
            self._anchor = os.open(anchor_path(self._state, self.name), _NEW, 0o600)
        except OSError as error:
            raise self._failed(error) from None
        self.anchor(0, beginning(self.name), False)

    def add(self, data: bytes) -> None:
        """Add to the ledger, durably."""
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._ledger, view) :]
            _make_durable(self._ledger)
        except OSError as error:
            raise self._failed(error) from None

    def anchor(self, count: int, head: str, closed: bool) -> None:
        """Keep the head: in two places by turns, so that one of them is whole whatever happens."""
        text = anchor_text(self._key, self.name, Anchor(count, head, closed)).encode().ljust(_SLOT - 1) + b"\n"
        try:
            self._turn = _SLOT - self._turn
            os.pwrite(self._anchor, text, self._turn)
        except OSError as error:
            raise self._failed(error) from None

    def write(self, name: str, text: str) -> None:
        """Put a file into the folder, whole or not at all."""
        path = f"{self.folder}/{name}"
        part = f"{path}.{os.urandom(4).hex()}~"
        try:
            fd = os.open(part, _NEW, 0o600)
            try:
                view = memoryview(text.encode("utf-8", "surrogateescape"))
                while view:
                    view = view[os.write(fd, view) :]
            finally:
                os.close(fd)
            os.replace(part, path)
        except OSError as error:
            raise self._failed(error) from None

    def close(self) -> None:
        """Let go of the files."""
        for fd in (self._ledger, self._anchor):
            if fd >= 0:
                os.close(fd)
        self._ledger = self._anchor = -1

    def _failed(self, error: OSError) -> Failure:
        return failure(f"cannot keep the record of this run in `{self.folder}`", error)


def _make_durable(fd: int) -> None:
    if hasattr(os, "fdatasync"):
        os.fdatasync(fd)
    else:
        os.fsync(fd)


# ---- anchors


def anchor_path(state: str, name: str) -> str:
    """Return where the head of a run's ledger is kept."""
    return f"{state}/anchors/{name}"


def anchor_text(key: bytes, name: str, anchor: Anchor) -> str:
    """Return an anchor as a line, authenticated."""
    fields = {"closed": anchor.closed, "count": anchor.count, "head": anchor.head, "run": name}
    return canonical({**fields, "seal": sealed(key, b"tek anchor", canonical(fields))})


def read_anchor(state: str, name: str, key: bytes) -> Anchor | None:
    """Return the newest authentic head of a run, or None."""
    best: Anchor | None = None
    try:
        fd = os.open(anchor_path(state, name), _READ)
    except OSError:
        return None
    try:
        for place in (0, _SLOT):
            found = _anchor_of(os.pread(fd, _SLOT, place), name, key)
            if found is not None and (best is None or (found.closed, found.count) > (best.closed, best.count)):
                best = found
    finally:
        os.close(fd)
    return best


def _anchor_of(data: bytes, name: str, key: bytes) -> Anchor | None:
    import json

    try:
        found = json.loads(data)
        seal = found.pop("seal")
        if found["run"] != name or not _same(sealed(key, b"tek anchor", canonical(found)), seal):
            return None
        return Anchor(found["count"], found["head"], found["closed"])
    except (ValueError, KeyError, AttributeError, TypeError):
        return None  # torn, or made up


# ---- looking at runs


def run_names(base: str) -> list[str]:
    """Return the names of the runs that are kept below a folder, the oldest first."""
    try:
        return sorted(name for name in os.listdir(base + "/runs") if is_name(name))
    except OSError:
        return []


def is_name(name: str) -> bool:
    """Tell whether a text may be a run's name: letters, digits and hyphens."""
    return bool(name) and len(name) <= 64 and name.isascii() and name.replace("-", "").isalnum()


def read_file(base: str, run: str, name: str) -> bytes:
    """Return a file of a run.  Raises OSError."""
    with os.fdopen(os.open(f"{base}/runs/{run}/{name}", _READ), "rb") as file:
        return file.read()


def ledger_lines(base: str, run: str) -> Iterator[bytes]:
    """Yield the lines of a run's ledger, each with its end.  Raises OSError; FileNotFoundError where it has none."""
    with os.fdopen(os.open(f"{base}/runs/{run}/ledger", _READ), "rb", 1 << 20) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise FileNotFoundError(errno.ENOENT, "the ledger is no file")
        while text := file.readline(1 << 24):
            yield text
