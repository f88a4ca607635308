"""What this system can do to confine children: the best rung that works, tried once, never assumed.

``namespaces``: a private view with staged changes, made by root.  ``user``: the same in a user namespace, by anybody.
``landlock``: walls around the real tree, for containers that allow no namespaces: what is written is written at once.
``unconfined``: nothing beyond a clean start.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekrt.sandbox.client import Sandbox

NAMESPACES, USER, LANDLOCK, UNCONFINED = "namespaces", "user", "landlock", "unconfined"
WORDS = {
    NAMESPACES: "private view and staged changes in namespaces, filter of system calls",
    USER: "private view and staged changes in a user namespace, filter of system calls",
    LANDLOCK: "rights on files by Landlock, no sockets; not staged, patterns to write widened to their folder, names of files stay visible",
    UNCONFINED: "none: programs may do all that you may",
}
"""What a rung does, for people."""


class Rung:
    """A rung, what works it, and why the better ones do not work."""

    __slots__ = ("name", "sandbox", "why")

    def __init__(self, name: str, sandbox: Sandbox | None, why: Sequence[tuple[str, str]]) -> None:
        self.name = name
        self.sandbox = sandbox
        self.why = tuple(why)

    @property
    def words(self) -> str:
        """What it does, for people."""
        return WORDS[self.name]

    def close(self) -> None:
        """End what works it, and remove what it left."""
        if self.sandbox is not None:
            from tekrt.sandbox.commit import remove

            self.sandbox.close()
            remove(self.sandbox.stage)


allowed: tuple[str, ...] = (NAMESPACES, USER, LANDLOCK)
"""The rungs that are tried; tests take some away."""


def confinement(root: str, state: str) -> Rung:
    """Climb to the best rung that works here.  ``state`` is tekc's folder of this user; stages lie there where that is possible."""
    why: list[tuple[str, str]] = []
    if sys.platform != "linux":
        return Rung(UNCONFINED, None, [(NAMESPACES, f"{sys.platform} has no namespaces")])
    from tekrt.sandbox.client import Sandbox, Unavailable
    from tekrt.sandbox.commit import remove

    for name in allowed:
        if name == NAMESPACES and os.geteuid() != 0:
            why.append((name, "this needs root"))
            continue
        for base in _bases(root, state):
            try:
                stage = _new_stage(base)
            except OSError as error:
                why.append((name, f"{base}: {error.strerror}"))
                continue
            try:
                return Rung(name, Sandbox(stage, name), why)
            except Unavailable as error:
                why.append((name, f"{base}: {error}"))
                remove(stage)
                if "unshare" in str(error) or name == LANDLOCK:
                    break  # another place for the stage would not help
    return Rung(UNCONFINED, None, why)


def _bases(root: str, state: str) -> list[str]:
    """Return where changes may be staged, best first: on the root's file system they are renamed into place, else copied."""
    found = [state + "/stage", "/dev/shm", "/tmp"]
    if os.path.exists(root + "/tek.toml"):
        found.insert(0, root + "/.tek/stage")
    return sorted(found, key=lambda base: not _same_device(base, root))


def _same_device(base: str, root: str) -> bool:
    while base != "/" and not os.path.isdir(base):
        base = os.path.dirname(base)
    try:
        return os.stat(base).st_dev == os.stat(root).st_dev
    except OSError:
        return False


def _new_stage(base: str) -> str:
    """Make an empty folder of this run's, after those of runs that were killed are removed."""
    if base not in ("/dev/shm", "/tmp"):
        os.makedirs(base, 0o700, exist_ok=True)
    _sweep(base)
    stage = f"{base}/tek-stage-{os.getpid()}-{os.urandom(6).hex()}"
    os.mkdir(stage, 0o700)
    return stage


def _sweep(base: str) -> None:
    from tekrt.sandbox.commit import remove

    uid = os.getuid()
    for name in os.listdir(base):
        words = name.split("-")
        if name.startswith("tek-stage-") and len(words) == 4 and words[2].isdigit() and not os.path.exists("/proc/" + words[2]):
            path = f"{base}/{name}"
            try:
                if os.lstat(path).st_uid == uid:
                    remove(path)
            except OSError:
                continue  # somebody else removes it as well
