"""The command line in a folder of its own, and secrets in the environment."""

from __future__ import annotations

from tests.cli.conftest import Ran, Tekc, Write, folder, tekc, write

__all__ = ["Ran", "Tekc", "Write", "folder", "tekc", "write"]
