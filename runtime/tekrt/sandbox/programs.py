"""Programs outside of the system's folders: what of their surroundings a child must see so that they work."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
PARTS = ("bin", "sbin", "shims", "lib", "lib32", "lib64", "libexec", "include", "versions", "plugins", "completions", "toolchains", "pyvenv.cfg")
"""What belongs to an installation of programs; the rest of its folder may be somebody's data."""


def surroundings(folders: Iterable[str], program: str, home: str, root: str) -> list[str]:
    """Return the folders and files to show, given the folders of PATH and the program that is started."""
    found: dict[str, None] = {}
    real = os.path.realpath(program)
    wanted = [os.path.dirname(program), os.path.dirname(real), *folders]
    for folder in wanted:
        here = os.path.realpath(folder)
        for place in (folder, here):
            if not _is_system(place) and os.path.isdir(place) and not _holds(place, (home, root)):
                for path in _installation(place, home, root):
                    found.setdefault(path)
    return [path for path in found if not any(path != other and path.startswith(other + "/") for other in found)]


def _is_system(path: str) -> bool:
    return any(path == folder or path.startswith(folder + "/") for folder in SYSTEM)


def _holds(path: str, places: Iterable[str]) -> bool:
    return any(place == path or place.startswith(path.rstrip("/") + "/") for place in places if place)


def _installation(folder: str, home: str, root: str) -> list[str]:
    """Return what is shown of the installation that a folder of programs belongs to: the folder, and its usual neighbours."""
    prefix, _, name = folder.rpartition("/")
    if name not in ("bin", "sbin", "shims") or not prefix or _holds(prefix, (home, root)) or _is_inside(folder, root):
        return [folder] if not _is_inside(folder, root) else []
    found = [f"{prefix}/{part}" for part in PARTS if os.path.exists(f"{prefix}/{part}")]
    base = _base_python(f"{prefix}/pyvenv.cfg")
    if base and not _is_system(base) and not _holds(base, (home, root)):
        found += [f"{os.path.dirname(base)}/{part}" for part in PARTS if os.path.exists(f"{os.path.dirname(base)}/{part}")]
    if name == "bin" and os.path.exists(f"{prefix}/../.rustup") and os.path.basename(prefix) == ".cargo":
        found.append(os.path.normpath(f"{prefix}/../.rustup"))
    return found


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _base_python(config: str) -> str:
    """Return the folder of the interpreter that a virtual environment was made from, or nothing."""
    try:
        with open(config, encoding="utf-8", errors="replace") as file:
            lines = file.read(10_000).split("\n")
    except OSError:
        return ""
    for line in lines:
        key, _, value = line.partition("=")
        if key.strip() == "home":
            return os.path.realpath(value.strip())
    return ""
