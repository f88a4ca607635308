"""Which files a command is about: those that are named, those beneath named folders, else those beneath the root."""

from __future__ import annotations

import os

from tekc.cli.status import Usage

SUFFIX = ".tek"
_MARK = "tek.toml"


def find_root(start: str, fallback: str) -> str:
    """Return the nearest folder with a ``tek.toml``: upwards from `start`, then from `fallback`, else `fallback` itself."""
    for base in (os.path.realpath(start), os.path.realpath(fallback)):
        folder = base
        while True:
            if os.path.exists(f"{folder}/{_MARK}"):
                return folder
            above = os.path.dirname(folder)
            if above == folder:
                break
            folder = above
    return os.path.realpath(fallback)


def working_folder() -> str:
    """Return the working directory.

    Raises:
        Usage: it was deleted.
    """
    try:
        return os.getcwd()
    except OSError:
        raise Usage("the working directory is not there any more") from None


def given_root(folder: str) -> str:
    """Return the folder that ``--root`` names.

    Raises:
        Usage: it is no folder.
    """
    if not os.path.isdir(folder):
        raise Usage(f"`--root {folder}` is no folder")
    return os.path.realpath(folder)


def display(path: str) -> str:
    """Return a path as it is shown and as it can be opened: relative where it lies beneath the working directory."""
    if not path.startswith(("/", ".", "~")) and "//" not in path and "/." not in path:
        return path
    here = working_folder()
    whole = os.path.abspath(path)
    if whole.startswith(here.rstrip("/") + "/"):
        return whole[len(here.rstrip("/")) + 1 :]
    return whole


def targets(words: list[str], root: str) -> list[str]:
    """Return the files to work on, in order, each once; a folder stands for all Tek files beneath it.

    Raises:
        Usage: there is no such file or folder.
    """
    found: dict[str, None] = {}
    for word in words or [display(root) if root != working_folder() else "."]:
        if "\0" in word:
            raise Usage("a path has a NUL byte")
        if os.path.isdir(word):
            found.update((display(path), None) for path in beneath(word))
        else:
            existing(word)
            found[display(word)] = None
    return list(found)


def existing(path: str) -> None:
    """Make sure that a file is there.

    Raises:
        Usage: it is not, with what may have been meant.
    """
    try:
        there = os.path.exists(path)
    except ValueError:
        there = False
    if there:
        return
    hints = []
    if os.path.isfile(path + SUFFIX):
        hints.append(f"did you mean `{path}{SUFFIX}`?")
    else:
        folder = os.path.dirname(path) or "."
        try:
            names = [name for name in os.listdir(folder) if name.endswith(SUFFIX)]
        except (OSError, ValueError):
            names = []
        from tekc.diagnostics.suggest import closest

        near = closest(os.path.basename(path), names)
        if near:
            hints.append(f"did you mean `{os.path.join(os.path.dirname(path), near)}`?")
    raise Usage(f"there is no file `{path}`", *hints)


def beneath(folder: str) -> list[str]:
    """Return the Tek files beneath a folder, sorted; hidden folders and links to folders are left out."""
    found: list[str] = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [os.path.join(base, name) for name in sorted(names) if name.endswith(SUFFIX) and not name.startswith(".")]
    return found
