"""Reviewed profiles of common tools: what they read of the user's, which caches are theirs, which variables they get.

A profile is a TOML file beside this one: ``programs`` (names), ``reads`` (files, or folders as ``dir/**``, of the home folder),
``cache`` (folders that the tool keeps between runs, one set for each root) and ``[variables]`` with ``{root}`` and ``{home}``.
"""

from __future__ import annotations

import os

from tekrt.effects.profile import Profile

NAMES = ("git", "gcc", "make", "python", "pip", "npm", "cargo", "go", "ssh", "docker", "curl", "tar")
"""All profiles."""

_loaded: dict[str, Profile] = {}
_by_program: dict[str, str] = {}


def profile_of(program: str) -> Profile | None:
    """Return the profile for a program's name, or None."""
    if not _by_program:
        for name in NAMES:
            _by_program.update(dict.fromkeys(load(name).programs, name))
    found = _by_program.get(program)
    return None if found is None else _loaded[found]


def load(name: str) -> Profile:
    """Read a profile.  Raises OSError or ValueError where it is broken."""
    found = _loaded.get(name)
    if found is None:
        import tomllib

        with open(os.path.join(os.path.dirname(__file__), name + ".toml"), "rb") as file:
            data = tomllib.load(file)
        found = _loaded[name] = Profile(name, data["programs"], data["reads"], data["cache"], data["variables"])
    return found
