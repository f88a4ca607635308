"""What a person has approved for good: kept in the user's own state folder, by owner, real path and manifest.

An approval counts only for a file that nobody else may write, and only as far as the manifest does not grow.  Relative scopes are
kept as the places that they meant, so that an approval in one root gives nothing in another.  Wildcards over everything, secrets
and interpreters are asked again when the code changes.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any

from tekc.cli.sealed import change_sealed, read_sealed
from tekc.cli.state import state_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekrt.scopes import Capability

_FILE = "approvals"
_INTERPRETERS = frozenset(
    ["sh", "bash", "dash", "zsh", "fish", "ksh", "csh", "tcsh", "busybox", "python", "pypy", "ipython", "node", "deno", "bun", "npx", "tsx",
     "ts-node", "perl", "ruby", "php", "lua", "luajit", "Rscript", "julia", "java", "env", "sudo", "doas", "su", "ssh", "make", "xargs", "find",
     "awk", "gawk", "mawk", "sed", "tclsh", "osascript", "pwsh", "powershell", "gdb", "docker", "podman", "nohup", "nice", "timeout", "setsid",
     "watch", "time", "uv", "tekc"]
)  # fmt: skip
"""Programs whose arguments are programs: what they do is not said by their names."""


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
    entry = read_sealed(_FILE).get(_key(path))
    if not isinstance(entry, dict) or not is_own(path):
        return [], True
    same = entry.get("code") == code
    names = ("allow", "while_same") if same else ("allow",)
    return [text for name in names for text in entry.get(name, ()) if isinstance(text, str)], same


def approve(path: str, code: str, capabilities: Sequence[Capability], root: str, home: str) -> bool:
    """Keep an approval; False where it cannot be kept, or the file is not the user's own."""
    from tekrt.scopes import anchored

    if state_folder() is None or not is_own(path):
        return False
    kept: dict[bool, set[str]] = {False: set(), True: set()}
    for one in capabilities:
        kept[_depends_on_code(one, root, home)].add(str(anchored(one, root, home)))
    entry = {"path": os.path.realpath(path), "code": code, "allow": sorted(kept[False]), "while_same": sorted(kept[True])}

    def change(entries: dict[str, Any]) -> None:
        entries[_key(path)] = entry

    return change_sealed(_FILE, change)


def _key(path: str) -> str:
    return hashlib.blake2b(f"{os.geteuid()} {os.path.realpath(path)}".encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _depends_on_code(capability: Capability, root: str, home: str) -> bool:
    """Tell whether a capability is so wide that what it means is a matter of the code."""
    from tekrt.scopes import Capability, anchored, contains

    kind, scope = capability.kind, capability.scope or ""
    if kind in ("secret", "human"):
        return kind == "secret"
    if kind == "process":
        name = scope.split(" ")[0].rpartition("/")[2].removesuffix(".exe").rstrip("0123456789.")
        return name in _INTERPRETERS or "*" in scope or "?" in scope or "[" in scope
    if kind in ("fs.read", "fs.write"):
        exact = anchored(capability, root, home)
        return any(contains(exact, anchored(Capability(kind, all_of), root, home)) for all_of in ("**", "~/**", "/**"))
    return scope in ("", "*", "*:*", "**")
