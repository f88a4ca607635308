"""Build the wheel and the sdist twice in two places, and compare them byte by byte."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", ".nox", "dist", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache")


def build(work: Path) -> dict[str, str]:
    """Build in a copy of the project below `work`; return the digest of each file that was made."""
    copy = work / "project"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    environment = dict(os.environ, SOURCE_DATE_EPOCH=os.environ.get("SOURCE_DATE_EPOCH", "1700000000"))
    subprocess.run([sys.executable, "-m", "build", "--outdir", str(work / "dist"), str(copy)], check=True, env=environment)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((work / "dist").iterdir())}


def main() -> int:
    """Build twice; with an argument, keep the files in that folder."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory(prefix="another-place-") as two:
        first, second = build(Path(one)), build(Path(two))
        for name, found in first.items():
            print(f"{found}  {name}")
        if first != second:
            print("the two builds differ", file=sys.stderr)
            return 1
        if len(sys.argv) > 1:
            shutil.copytree(Path(one) / "dist", sys.argv[1], dirs_exist_ok=True)
    print("built twice, the same")
    return 0


if __name__ == "__main__":
    sys.exit(main())
