"""The version of tekc, without asking the packaging system, which would be slow."""

from __future__ import annotations

from tekc import __version__


def version() -> str:
    """Return the version as in ``pyproject.toml``."""
    return __version__
