"""Small files of the user's state folder that carry authority: approvals and trust, authenticated with the user's own key.

Whoever can write the folder but does not have the key can neither add to such a file nor change it: what does not fit the seal is
treated as not there, so that it is asked for again.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tekc.cli.state import state_folder
from tekrt.effects.run_store import Foreign, sealed, user_key
from tekrt.values.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST = 16 << 20
"""A larger file is not ours."""


def read_sealed(name: str) -> dict[str, Any]:
    """Return the entries of a sealed file; none where it is missing, or is not what this user's tekc wrote."""
    folder = state_folder()
    if folder is None or not os.path.isdir(folder):
        return {}
    try:
        return _read(folder, name, user_key(folder))
    except (Foreign, Failure):
        return {}


def change_sealed(name: str, change: Callable[[dict[str, Any]], None]) -> bool:
    """Change the entries of a sealed file; False where nothing can be kept."""
    folder = state_folder()
    if folder is None:
        return False
    part = os.path.join(folder, f"{name}.{os.getpid()}~")
    try:
        key = user_key(folder)
        with _alone(os.path.join(folder, f"{name}.lock")):
            entries = _read(folder, name, key)
            change(entries)
            text = json.dumps(entries, sort_keys=True)
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w", encoding="utf-8") as file:
                json.dump({"seal": _seal(key, name, text), "entries": entries}, file, sort_keys=True, indent=1)
            os.replace(part, os.path.join(folder, f"{name}.json"))
    except (OSError, Foreign, Failure):
        return False
    return True


def _read(folder: str, name: str, key: bytes) -> dict[str, Any]:
    from hmac import compare_digest

    try:
        with open(os.open(os.path.join(folder, f"{name}.json"), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), encoding="utf-8") as file:
            found = os.fstat(file.fileno())
            if found.st_uid != os.geteuid() or found.st_mode & 0o022:
                return {}
            whole = json.loads(file.read(_MOST))
        entries, seal = whole["entries"], whole["seal"]
        text = json.dumps(entries, sort_keys=True)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}
    fits = isinstance(seal, str) and seal.isascii() and compare_digest(seal, _seal(key, name, text))
    return entries if fits and isinstance(entries, dict) else {}


def _seal(key: bytes, name: str, text: str) -> str:
    return sealed(key, b"tek " + name.encode()[:12], text)


@contextmanager
def _alone(path: str) -> Iterator[None]:
    """Hold a lock while a file is changed, so that two at once lose nothing."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
