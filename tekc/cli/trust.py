"""``tekc trust``: let what lies beneath a root grant, as long as it stays as it is."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from tekc.cli.console import err, is_terminal, out
from tekc.cli.project import FILE, read_bytes, toml
from tekc.cli.sealed import change_sealed, read_sealed
from tekc.cli.status import DENIED, DONE, FAILED, Usage
from tekrt.kernel.ledger_chain import canonical, digest

if TYPE_CHECKING:
    from tekc.cli.commands import Line

_FILE = "trust"


def is_trusted(path: str, data: bytes) -> bool:
    """Tell whether the user has trusted a policy with exactly this content, functions that it names included."""
    known = read_sealed(_FILE).get(os.path.realpath(path))
    return isinstance(known, str) and known == digest_of(path, data)


def digest_of(path: str, data: bytes) -> str:
    """Return the digest of a policy and of all Tek files that decide for it, in hexadecimal digits.

    Raises:
        Usage: it is no TOML.
    """
    parts: list[list[str]] = [[os.path.basename(path), digest(data)]]
    folder = os.path.dirname(os.path.abspath(path))
    for name in _functions(path, data):
        place = os.path.normpath(os.path.join(folder, name))
        parts += [[os.path.relpath(os.path.join(os.path.dirname(place), part), folder), digest(content)] for part, content in _sources(place)]
    return digest(canonical(parts).encode())


def _sources(path: str) -> list[tuple[str, bytes]]:
    from tekc.driver.policy import sources_of

    return sources_of(path)


def _functions(path: str, data: bytes) -> list[str]:
    """Return the files of all functions that a policy may hand on to, in any of its profiles."""
    if path.endswith(".tek"):
        return [os.path.basename(path)]
    content = toml(path, data)
    tables: list[Any] = [content, content.get("policy")]
    profiles = content.get("profile")
    if isinstance(profiles, dict):
        tables += profiles.values()
        tables += [profile.get("policy") for profile in profiles.values() if isinstance(profile, dict)]
    names = [table["decide"] for table in tables if isinstance(table, dict) and isinstance(table.get("decide"), str)]
    return sorted(set(names))


def trust(line: Line) -> int:
    """Approve a policy as it is now: asked on a terminal, by its digest elsewhere."""
    path = _path(line)
    data = read_bytes(path)
    _judge(path, data)
    found = digest_of(path, data)
    given = line.value("digest").strip().lower()
    if given and given != found:
        err(f"error: the digest of `{path}` is {found}, not the one that was given; nothing was trusted\n")
        return DENIED
    if not given and not _asked(path, data, found):
        return DENIED

    def change(entries: dict[str, Any]) -> None:
        entries[os.path.realpath(path)] = found

    if not change_sealed(_FILE, change):
        err("error: that cannot be kept: your state folder, or the key in it, cannot be used\n")
        return FAILED
    out(f"`{path}` is trusted as it is now\n")
    return DONE


def _path(line: Line) -> str:
    from tekc.cli.targets import existing, find_root, working_folder

    here = working_folder()
    word = line.words[0] if line.words else os.path.join(find_root(here, here), FILE)
    if os.path.isdir(word):
        word = os.path.join(word, FILE)
    existing(word)
    return os.path.abspath(word)


def _judge(path: str, data: bytes) -> None:
    """Refuse what is no policy, so that nobody trusts what counts for nothing."""
    if os.path.basename(path) == FILE:
        from tekc.cli.project import read_project

        read_project(os.path.dirname(path))
    elif path.endswith((".toml", ".tek")):
        from tekc.cli.policies import read_policy

        read_policy(path, [])
    else:
        raise Usage(f"`{path}` is no policy", f"`tekc trust` takes a `{FILE}`, a policy in TOML, or a Tek file with a function `decide`")


def _asked(path: str, data: bytes, found: str) -> bool:
    """Show what is to be trusted and ask; False where the answer is no, or nobody is there."""
    from tekc.diagnostics.render_chars import safe, safe_lines

    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        err(f"error: nobody is there to ask; to trust `{safe(path)}` as it is now: tekc trust {safe(path)} --digest {found}\n")
        return False
    text = data.decode("utf-8", "replace")
    err(f"{safe(path)} says\n\n" + "\n".join("    " + one for one in safe_lines(text.rstrip("\n"))) + "\n\n")
    for name in _functions(path, data):
        if not path.endswith(".tek"):
            err(f"  and what {safe(name)} decides, as it is now\n")
    err(f"  digest {found}\n")
    while True:
        err("Let it grant this to scripts of its root, until it changes? [y]es, [n]o: ")
        word = sys.stdin.readline()
        if word.strip().lower() in ("y", "yes"):
            return True
        if not word or word.strip().lower() in ("n", "no"):
            return False
