"""``tek.toml`` and the ``.env`` file that it may name.  Neither ever grants anything: authority comes from outside the root.

What this version does not know (policies, limits, profiles) could narrow a run, so it is refused instead of passed over.
"""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from tekc.cli.status import Usage
from tekc.cli.version import version
from tekc.diagnostics.suggest import closest

FILE = "tek.toml"
_KNOWN = {"project": ("name", "version", "tekc"), "run": ("jobs", "env_file")}
_LATER = ("policy", "profile", "limits", "budget")
_FIXED = frozenset(["PATH", "HOME", "LANG", "TERM", "TZ", "TMPDIR"])
"""Variables that reach every program that a script starts; a file beneath the root does not set them."""


class Project(NamedTuple):
    """What a ``tek.toml`` says that matters to a run: variables from its ``.env`` file, and how many tasks at once."""

    environment: dict[str, str]
    jobs: int | None


def read_project(root: str) -> Project:
    """Read the ``tek.toml`` of a root, where there is one.

    Raises:
        Usage: it is no TOML, asks for another version of tekc, or says what this version does not know.
    """
    path = os.path.join(root, FILE)
    if not os.path.isfile(path):
        return Project({}, None)
    content = _toml(path)
    _judge(content, path)
    project, run = content.get("project", {}), content.get("run", {})
    wanted = project.get("tekc")
    if wanted is not None and not satisfies(version(), wanted):
        raise Usage(f"`{path}` asks for tekc {wanted}; this is {version()}")
    jobs = run.get("jobs")
    if jobs is not None and (not isinstance(jobs, int) or isinstance(jobs, bool) or jobs < 1):
        raise Usage(f"`{path}`: `jobs` is a number from 1")
    env_file = run.get("env_file")
    return Project({} if env_file is None else _env_file(root, env_file), jobs)


def _toml(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise Usage(f"`{path}` cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, RecursionError) as error:
        raise Usage(f"`{path}` is no TOML: {error}") from None


def _judge(content: dict[str, Any], path: str) -> None:
    """Refuse tables and keys that have no meaning, or none in this version."""
    for table, keys in content.items():
        if table in _LATER:
            raise Usage(f"`{path}`: `[{table}]` is not in this version of tekc, and passing it over could allow too much")
        if table not in _KNOWN or not isinstance(keys, dict):
            near = closest(table, [*_KNOWN, *_LATER])
            raise Usage(f"`{path}`: there is no `[{table}]`", *([f"did you mean `[{near}]`?"] if near else []))
        for key in keys:
            if key not in _KNOWN[table]:
                near = closest(key, _KNOWN[table])
                raise Usage(f"`{path}`: `[{table}]` has no `{key}`", *([f"did you mean `{near}`?"] if near else []))


def satisfies(have: str, wanted: object) -> bool:
    """Tell whether a version is within a requirement such as ``>=0.1, <2``.

    Raises:
        Usage: the requirement is none.
    """
    if not isinstance(wanted, str):
        raise Usage(f"`tekc` in `{FILE}` is a text such as \">=0.1\"")
    for part in wanted.split(","):
        text = part.strip()
        sign = text[: len(text) - len(text.lstrip("<>=!~"))]
        numbers = _numbers(text[len(sign) :].strip())
        if sign not in _SIGNS or numbers is None:
            raise Usage(f"`{wanted}` is no requirement of a version", 'write it like ">=0.1" or ">=0.1, <2"')
        ours = _numbers(have) or ()
        size = max(len(ours), len(numbers))
        if not _SIGNS[sign](_padded(ours, size), _padded(numbers, size)):
            return False
    return True


_SIGNS = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}


def _numbers(text: str) -> tuple[int, ...] | None:
    parts = text.split(".")
    return tuple(map(int, parts)) if all(part.isascii() and part.isdigit() for part in parts) else None


def _padded(numbers: tuple[int, ...], size: int) -> tuple[int, ...]:
    return numbers + (0,) * (size - len(numbers))


def _env_file(root: str, name: object) -> dict[str, str]:
    """Read the variables of a ``.env`` file beneath the root."""
    if not isinstance(name, str) or not name or os.path.isabs(name) or ".." in name.split("/"):
        raise Usage(f"`env_file` in `{FILE}` is the name of a file beneath the root")
    path = os.path.join(root, name)
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise Usage(f"`{path}` cannot be read: {why.lower()}") from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        text = line.strip().removeprefix("export ").lstrip()
        if not text or text.startswith("#"):
            continue
        key, equals, value = text.partition("=")
        key = key.strip()
        if not equals or not key.isidentifier() or not key.isascii():
            raise Usage(f"`{path}` line {number} is not NAME=VALUE")
        if key not in _FIXED:
            found[key] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        inside = value[1:-1]
        return inside if value[0] == "'" else inside.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
    return value.partition(" #")[0].rstrip()
