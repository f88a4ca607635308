"""The warm path: a cached program runs without the compiler, and without anything else that takes time to load."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

HEAVY = {
    "argparse", "attr", "attrs", "click", "collections", "ctypes", "dataclasses", "datetime", "enum", "fractions", "functools", "hashlib",
    "inspect", "json", "lark", "logging", "pathlib", "re", "re2", "rich", "shutil", "signal", "socket", "string", "subprocess", "tempfile",
    "threading", "traceback", "typing", "unicodedata", "yaml",
}  # fmt: skip
"""What a warm start may not load; each of these takes a tenth of bare Python's start, or much more."""

COMPILER = {"tekc.check", "tekc.diagnostics", "tekc.lower", "tekc.passes", "tekc.resolve", "tekc.source", "tekc.syntax", "tekc.driver.building"}

SCRIPTS = {
    "hello": ('task main() { print("Hello!") }\n', []),
    "parameters": ("task main(n: Int, names: List[Str] = [], loud: Bool = false) -> Int {\n    print(names)\n    n * 2\n}\n", ["3", "--loud"]),
    "loop": ("fn f(n: Int) -> Int => n + 1\ntask main() {\n    var s = 0\n    for i in 0..100 { s += f(i) }\n    print(s)\n}\n", []),
}


def started(folder: Path, *words: str) -> set[str]:
    """Run ``tekc`` in a process of its own and return the modules that it loaded."""
    script = "import sys; from tekc.__main__ import main; code = main(sys.argv[1:]); print('|'.join(sys.modules), file=sys.stderr); sys.exit(code)"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TEKC_CACHE_DIR": str(folder / "cache"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "runtime"), str(ROOT / "stdlib")]),
    }
    # -S: what a site hook of somebody's environment imports is none of our doing
    done = subprocess.run(
        [sys.executable, "-S", "-c", script, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split("|"))


def compiled(folder: Path) -> None:
    """Compile what is in the folder, with all that it takes."""
    environment = {**os.environ, "TEKC_CACHE_DIR": str(folder / "cache"), "HOME": str(folder)}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "runtime"), str(ROOT / "stdlib")])
    for path in folder.glob("*.tek"):
        for words in (["run", "--list"], ["check"]):
            done = subprocess.run(
                [sys.executable, "-m", "tekc", *words, path.name], cwd=folder, env=environment, capture_output=True, check=False
            )
            assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("warm")
    for name, (text, _) in SCRIPTS.items():
        (folder / f"{name}.tek").write_text(text)
    time.sleep(0.1)  # so that their times can be trusted
    compiled(folder)
    return folder


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_warm_run_loads_nothing_heavy(warm: Path, name: str) -> None:
    loaded = started(warm, "run", f"{name}.tek", *SCRIPTS[name][1])
    assert loaded & HEAVY == set()
    assert {module for module in loaded if ".".join(module.split(".")[:2]) in COMPILER or module in COMPILER} == set()


def test_a_second_check_loads_no_compiler(warm: Path) -> None:
    loaded = started(warm, "check", "hello.tek")
    assert loaded & (HEAVY - {"stat"}) == set()
    assert {module for module in loaded if module in COMPILER} == set()
