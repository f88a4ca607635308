"""What a person has approved for good: kept in the user's own state folder, by owner, real path and manifest.

An approval counts only for a file that nobody else may write, and only as far as the manifest does not grow.  Wildcards over
everything, secrets and interpreters are asked again when the code changes.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from tekc.cli.state import state_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekrt.scopes import Capability

_INTERPRETERS = frozenset(
    ["sh", "bash", "dash", "zsh", "fish", "ksh", "python", "python3", "node", "deno", "bun", "perl", "ruby", "php", "lua", "env",
     "sudo", "su", "ssh", "make", "xargs", "find", "awk", "tclsh", "osascript", "pwsh"]
)  # fmt: skip


def is_own(path: str) -> bool:
    """Tell whether a file and its folder belong to this user, and nobody else may write them."""
    try:
        found = [os.stat(path), os.stat(os.path.dirname(os.path.realpath(path)))]
    except OSError:
        return False
    return all(one.st_uid == os.geteuid() and not one.st_mode & 0o022 for one in found)


def approved(path: str, code: str) -> tuple[list[str], bool]:
    """Return the capabilities approved for a file as texts, and whether they still count whole for this code.

    Where the code has changed, those that depend on it are left out.
    """
    entry = _read().get(_key(path))
    if entry is None or not is_own(path):
        return [], True
    same = entry.get("code") == code
    texts = [text for text in entry.get("allow", []) if isinstance(text, str)]
    return [text for text in texts if same or not _depends_on_code(text)], same


def approve(path: str, code: str, capabilities: Sequence[Capability]) -> bool:
    """Keep an approval; False where it cannot be kept, or the file is not the user's own."""
    folder = state_folder()
    if folder is None or not is_own(path):
        return False
    entries = _read()
    entries[_key(path)] = {"path": os.path.realpath(path), "code": code, "allow": sorted({str(one) for one in capabilities})}
    part = os.path.join(folder, f"approvals.{os.getpid()}~")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(entries, file, indent=1)
        os.replace(part, os.path.join(folder, "approvals.json"))
    except OSError:
        return False
    return True


def _read() -> dict[str, Any]:
    folder = state_folder()
    if folder is None:
        return {}
    path = os.path.join(folder, "approvals.json")
    try:
        found = os.stat(path)
        if found.st_uid != os.geteuid() or found.st_mode & 0o022:
            return {}
        with open(path, encoding="utf-8") as file:
            entries = json.load(file)
    except (OSError, ValueError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _key(path: str) -> str:
    return hashlib.blake2b(f"{os.geteuid()} {os.path.realpath(path)}".encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _depends_on_code(text: str) -> bool:
    kind, _, scope = text.partition("(")
    scope = scope.rstrip(")").strip('"')
    if kind == "secret":
        return True
    if kind == "process":
        return scope.split(" ")[0].rpartition("/")[2] in _INTERPRETERS or "*" in scope
    return scope in ("**", "/**", "~/**", "*", "*:*")
