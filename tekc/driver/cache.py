"""What was compiled before: flat files in the user's own cache folder, found by content.

``data/KEY`` holds a payload under the digest of all that it was made from.  ``index/…`` finds it for a file without reading
any source: by the identity, size and times of each file that took part; ``known/…`` finds it by their content, after a
checkout or a copy changed the times.  Every file begins with a check sum; what does not fit is treated as not there.

A payload is code that will run.  So a folder that somebody else owns or can write is not used.  The cache is a help, never a
duty: where it cannot be written, everything works without.  This module is on the warm path and imports next to nothing.
"""

from __future__ import annotations

import marshal
import os
import sys
from _imp import source_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

_CHECK = 0x74656B63  # the key of the check sums; any number does
_SUM = 8
_MOST = 4000
"""So many files a part of the cache may have before the oldest half of them goes."""

_SETTLED = 50_000_000
"""A file that changed within so many nanoseconds before it was read may change again without a newer time."""


def fingerprint() -> str:
    """Return what identifies this compiler, its library, and the Python that runs them."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    base = os.path.dirname(here)
    parts = [sys.version, sys.implementation.cache_tag or ""]
    if os.path.exists(os.path.join(base, "pyproject.toml")):  # a checkout, where any file may have been edited
        parts.append(str(sum(map(_scan, (here, f"{base}/runtime", f"{base}/stdlib")))))
    else:
        parts.append(repr(_identity(os.path.join(here, "__init__.py"))))
    return source_hash(_CHECK, "\n".join(parts).encode("utf-8", "surrogateescape")).hex()


def _scan(top: str) -> int:
    """Return a number that changes with every edit beneath a folder; it is made of what the system knows, not of content."""
    folders = [top]
    total = 0
    while folders:
        folder = folders.pop()
        found = os.stat(folder)
        total += found.st_mtime_ns * (found.st_ino | 1)
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name.endswith((".py", ".tek")):
                    found = entry.stat()
                    total += (found.st_mtime_ns ^ found.st_size) * (found.st_ino | 1)
                elif "." not in name and name != "__pycache__" and entry.is_dir():
                    folders.append(entry.path)
    return total


def _identity(path: str) -> tuple[int, ...]:
    found = os.stat(path)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


class Cache:
    """The cache folder, or none.  `base` is None where it must not or cannot be used."""

    __slots__ = ("_made", "base")

    def __init__(self, base: str | None) -> None:
        self.base = base
        self._made = ""

    @property
    def made(self) -> str:
        """The fingerprint of this compiler, found out once."""
        if not self._made:
            self._made = fingerprint()
        return self._made

    def recall(self, kind: str, path: str) -> Any:
        """Return the payload for the main file `path` if no file that it was made from has changed, else None."""
        if self.base is None:
            return None
        try:
            main = os.stat(path)
        except (OSError, ValueError):
            return None
        entry = self._read(f"index/{kind}-{main.st_dev:x}-{main.st_ino:x}")
        if entry is None or entry[0] != self.made or entry[1] != path:
            return None
        try:
            if any(_identity(name) != then for name, then in entry[2]):
                return None
        except (OSError, ValueError):
            return None
        return self._read(f"data/{entry[3]}")

    def recall_content(self, kind: str, path: str, content: bytes, read: Callable[[str], bytes]) -> Any:
        """Return the payload for a main file with this content if all other files read as they did, else None.

        The short way is then open for the next time.
        """
        if self.base is None:
            return None
        entry = self._read(f"known/{self._digest(kind, path, content)}")
        if entry is None:
            return None
        files, key = entry
        before = now()
        try:
            if any(digest(read(name)) != then for name, then in files):
                return None
        except OSError:
            return None
        payload = self._read(f"data/{key}")
        if payload is not None:
            self._index(kind, [name for name, _ in files], key, before)
        return payload

    def sources(self, kind: str, path: str, content: bytes) -> list[tuple[str, str]]:
        """Return the files from which a main file with this content was built, with their digests; none where that is not known."""
        entry = None if self.base is None else self._read(f"known/{self._digest(kind, path, content)}")
        return list(entry[0]) if entry is not None else []

    def keep(self, kind: str, files: Sequence[tuple[str, bytes]], payload: Any, read_at: int) -> None:
        """Keep a payload that was made from `files`, the main file first; `read_at` is when the first of them was read."""
        if self.base is None:
            return
        path, content = files[0]
        digests = [(name, digest(data)) for name, data in files]
        key = digest(marshal.dumps((kind, self.made, digests)))
        self._write(f"data/{key}", payload)
        self._write(f"known/{self._digest(kind, path, content)}", (digests, key))
        self._index(kind, [name for name, _ in files], key, read_at)

    def _digest(self, kind: str, path: str, content: bytes) -> str:
        return digest(marshal.dumps((kind, self.made, path, content)))

    def _index(self, kind: str, names: list[str], key: str, read_at: int) -> None:
        try:
            files = [(name, _identity(name)) for name in names]
        except (OSError, ValueError):
            return
        if any(read_at - _SETTLED < then[3] or read_at - _SETTLED < then[4] for _, then in files):
            return
        device, inode = files[0][1][:2]
        self._write(f"index/{kind}-{device:x}-{inode:x}", (self.made, names[0], files, key))

    def _read(self, name: str) -> Any:
        """Return the content of an entry, or None where it is missing or damaged."""
        try:
            with open(f"{self.base}/{name}", "rb", buffering=0) as file:
                data = file.readall()
        except OSError:
            return None
        if len(data) <= _SUM or source_hash(_CHECK, data[_SUM:]) != data[:_SUM]:
            return None
        try:
            return marshal.loads(data[_SUM:])
        except (EOFError, TypeError, ValueError):
            return None  # written by a Python whose format this one does not read

    def _write(self, name: str, content: Any) -> None:
        """Write an entry so that nobody ever sees half of it."""
        data = marshal.dumps(content)
        path = f"{self.base}/{name}"
        part = f"{path}.{os.getpid():x}~"
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            with open(part, "wb") as file:
                file.write(source_hash(_CHECK, data) + data)
            os.replace(part, path)
            if data[-1] & 63 == 0:  # now and then
                _prune(os.path.dirname(path))
        except OSError:
            _forget(part)


def _forget(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return  # it never came to be, or somebody else has removed it


def _prune(folder: str) -> None:
    """Delete the older half of a folder that has grown too large."""
    with os.scandir(folder) as entries:
        found = [(entry.stat().st_mtime_ns, entry.path) for entry in entries]
    if len(found) > _MOST:
        for _, path in sorted(found)[: len(found) // 2]:
            _forget(path)


def digest(data: bytes) -> str:
    """Return the BLAKE2b-256 of `data` in hexadecimal digits."""
    from _blake2 import blake2b  # the module `hashlib` would load OpenSSL

    return blake2b(data, digest_size=32).hexdigest()


def now() -> int:
    """Return the time in nanoseconds, as files have it."""
    import time

    return time.time_ns()


def open_cache() -> Cache:
    """Return the user's cache: ``$TEKC_CACHE_DIR``, or ``tekc`` in ``$XDG_CACHE_HOME`` or ``~/.cache``."""
    base = os.environ.get("TEKC_CACHE_DIR")
    if not base:
        home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        if not os.path.isabs(home):
            return Cache(None)
        base = os.path.join(home, "tekc")
    return Cache(base if _is_own(base) else None)


def _is_own(base: str) -> bool:
    """Tell whether a folder belongs to this user, and nobody else may look into it; make it where it is missing."""
    try:
        found = os.lstat(base)
    except FileNotFoundError:
        try:
            os.makedirs(base, mode=0o700)
            found = os.lstat(base)
        except OSError:
            return False
    except (OSError, ValueError):
        return False
    is_folder = found.st_mode & 0o170000 == 0o040000
    return is_folder and found.st_uid == os.geteuid() and not found.st_mode & 0o077
