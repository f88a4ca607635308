"""``tek.toml`` and the ``.env`` file that it may name.  Neither grants anything by itself: authority comes from outside the root.

What is not known could narrow a run, so it is refused instead of passed over.  A profile says the same as ``[policy]`` and ``[run]``
do, and takes the place of what they say.
"""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from tekc.cli.status import Usage
from tekc.cli.version import version
from tekc.diagnostics.suggest import closest

FILE = "tek.toml"
_KNOWN = {"project": ("name", "version", "tekc"), "run": ("jobs", "env_file")}
_POLICY = ("allow", "ask", "decide", "limits", "budget")
_PROFILE = (*_POLICY, *_KNOWN["run"], "policy", "run")
_FIXED = frozenset(["PATH", "HOME", "LANG", "TERM", "TZ", "TMPDIR"])
"""Variables that reach every program that a script starts; a file beneath the root does not set them."""


class Project(NamedTuple):
    """What a ``tek.toml`` says that matters to a run: variables from its ``.env`` file, how many tasks at once, and its policy.

    ``content`` are the bytes that were read, for their digest.
    """

    environment: dict[str, str]
    jobs: int | None
    policy: dict[str, Any] = {}  # noqa: RUF012  # never changed
    content: bytes = b""


def read_project(root: str, profile: str = "") -> Project:
    """Read the ``tek.toml`` of a root, where there is one, with one of its profiles where one is named.

    Raises:
        Usage: it is no TOML, asks for another version of tekc, says what this version does not know, or has no such profile.
    """
    path = os.path.join(root, FILE)
    if not os.path.isfile(path):
        if profile:
            raise Usage(f"`--profile {profile}`: there is no `{FILE}` in `{root}`")
        return Project({}, None)
    data = read_bytes(path)
    content = toml(path, data)
    _judge(content, path)
    policy, run = merged(content, profile, path)
    project = content.get("project", {})
    wanted = project.get("tekc")
    if wanted is not None and not satisfies(version(), wanted):
        raise Usage(f"`{path}` asks for tekc {wanted}; this is {version()}")
    jobs = run.get("jobs")
    if jobs is not None and (not isinstance(jobs, int) or isinstance(jobs, bool) or jobs < 1):
        raise Usage(f"`{path}`: `jobs` is a number from 1")
    env_file = run.get("env_file")
    return Project({} if env_file is None else _env_file(root, env_file), jobs, policy, data)


def merged(content: dict[str, Any], profile: str, path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the policy and the settings of a run: what a profile says takes the place of what stands outside of it.

    Raises:
        Usage: there is no such profile.
    """
    policy, run = dict(content.get("policy", {})), dict(content.get("run", {}))
    if not profile:
        return policy, run
    profiles = content.get("profile", {})
    if profile not in profiles:
        near = closest(profile, profiles)
        known = "it has " + ", ".join(f"`{name}`" for name in profiles) if profiles else "it has none"
        raise Usage(f"`{path}` has no profile `{profile}`", f"did you mean `{near}`?" if near else known)
    chosen = profiles[profile]
    more = {key: chosen[key] for key in _POLICY if key in chosen} | chosen.get("policy", {})
    for key in ("limits", "budget"):
        if isinstance(policy.get(key), dict) and isinstance(more.get(key), dict):
            more[key] = policy[key] | more[key]
    settings = {key: chosen[key] for key in _KNOWN["run"] if key in chosen} | chosen.get("run", {})
    return policy | more, run | settings


def read_bytes(path: str) -> bytes:
    """Return the content of a file of settings.

    Raises:
        Usage: it cannot be read.
    """
    from tekc.driver.files import Files, reason

    try:
        return Files().read(path)
    except OSError as error:
        raise Usage(f"`{path}` cannot be read: {reason(error)}") from None


def toml(path: str, data: bytes) -> dict[str, Any]:
    """Return what stands in a TOML file.

    Raises:
        Usage: it is no TOML.
    """
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8").removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise Usage(f"`{path}` is no TOML: {error}") from None


def _judge(content: dict[str, Any], path: str) -> None:
    """Refuse tables and keys that have no meaning."""
    for table, keys in content.items():
        if table in ("limits", "budget"):
            raise Usage(f"`{path}`: there is no `[{table}]`", f"did you mean `[policy.{table}]`?")
        if table not in (*_KNOWN, "policy", "profile") or not isinstance(keys, dict):
            near = closest(table, [*_KNOWN, "policy", "profile"])
            raise Usage(f"`{path}`: there is no `[{table}]`", *([f"did you mean `[{near}]`?"] if near else []))
        if table == "profile":
            for name, inside in keys.items():
                _judge_profile(path, name, inside)
        else:
            _judge_keys(path, table, keys, _POLICY if table == "policy" else _KNOWN[table])


def _judge_profile(path: str, name: str, inside: object) -> None:
    if not isinstance(inside, dict):
        raise Usage(f"`{path}`: a profile is a table, as in `[profile.ci]`, not `{name}`")
    _judge_keys(path, f"profile.{name}", inside, _PROFILE)
    for part, known in (("policy", _POLICY), ("run", _KNOWN["run"])):
        table = inside.get(part, {})
        if not isinstance(table, dict):
            raise Usage(f"`{path}`: there is no `[profile.{name}.{part}]`, which would be a table")
        _judge_keys(path, f"profile.{name}.{part}", table, known)


def _judge_keys(path: str, table: str, keys: dict[str, Any], known: tuple[str, ...]) -> None:
    for key in keys:
        if key not in known:
            near = closest(key, known)
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
