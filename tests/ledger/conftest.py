"""The fixtures of the command line: a folder, a state folder beside it, ``tekc`` in this process."""

from __future__ import annotations

from tests.cli.conftest import folder, tekc, write

__all__ = ["folder", "tekc", "write"]
