"""A script that writes a file and reads a variable, and the command line around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Tekc, Write, folder, tekc, write

SCRIPT = """import fs
import env

task main(name: Str = "a") needs fs.write("out/{name}.txt"), env("HOME") {
    fs.write_text("out/{name}.txt", env.get("HOME") ?? "")
    print("done")
}
"""
GRANT = "allow = ['fs.write(\"out/**\")', 'env(\"HOME\")']\n"


@pytest.fixture
def script(folder: Path, write: Write) -> Path:
    """The script `main.tek` in its root; what lies outside of the root is the folder above."""
    write(main=SCRIPT)
    return folder


__all__ = ["GRANT", "SCRIPT", "Ran", "Tekc", "Write", "folder", "tekc", "write"]
