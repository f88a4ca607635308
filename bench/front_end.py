"""Measure the front end beside mypy and pyright on the same program of 10,000 lines: ``python bench/front_end.py``.

Each figure is CPU time of a whole process, the median of several, tools in turn; pyright is left out where it is not installed.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import programs

ROUNDS = 3


def cpu_of(argv: list[str], folder: Path, env: dict[str, str]) -> float:
    """Return the CPU seconds of one run; a run that fails ends the bench."""
    before = os.times()
    done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False)
    after = os.times()
    if done.returncode:
        sys.exit(f"{argv[0]} ended with {done.returncode}: {(done.stdout + done.stderr)[-400:]}")
    return after.children_user + after.children_system - before.children_user - before.children_system


def parsed_per_second(text: str) -> float:
    """Return the lines a second that the parser alone reads, in this process."""
    from tekc.source import SourceFile
    from tekc.syntax import parse

    best = 0.0
    for _ in range(ROUNDS):
        start = time.process_time()
        parse(SourceFile("main.tek", text), sys.exit)
        best = max(best, text.count("\n") / (time.process_time() - start))
    return best


def main() -> None:
    """Print the table."""
    lines = 10_000
    tek, python = programs.tek(lines), programs.python(lines)
    print(f"parse: {parsed_per_second(tek):,.0f} lines/s")
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        (folder / "main.tek").write_text(tek)
        (folder / "main.py").write_text(python)
        env = {**os.environ, "TEKC_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": os.pathsep.join(sys.path[:1] + _rooms())}
        cold = {**env, "TEKC_CACHE_DIR": "/dev/null/none"}
        tekc = [sys.executable, "-m", "tekc", "check", "main.tek"]
        tools = {
            "tekc check": (tekc, cold),
            "tekc check, nothing changed": (tekc, env),
            "mypy --strict": ([sys.executable, "-m", "mypy", "--strict", "--no-incremental", "main.py"], env),
            "mypy --strict, nothing changed": ([sys.executable, "-m", "mypy", "--strict", "main.py"], env),
        }
        if shutil.which("pyright"):
            tools["pyright"] = (["pyright", "main.py"], env)
        for argv, environment in tools.values():
            cpu_of(argv, folder, environment)
        time.sleep(0.1)
        cpu_of(*tools["tekc check, nothing changed"][:1], folder, env)
        taken: dict[str, list[float]] = {name: [] for name in tools}
        for _ in range(ROUNDS):
            for name, (argv, environment) in tools.items():
                taken[name].append(cpu_of(argv, folder, environment))
    base = statistics.median(taken["tekc check"])
    print(f"{'CPU of the process on 10,000 lines':36} {'s':>7}  times tekc check")
    for name, seconds in taken.items():
        median = statistics.median(seconds)
        print(f"{name:36} {median:7.3f}  {median / base:6.2f}")


def _rooms() -> list[str]:
    root = Path(__file__).parents[1]
    return [str(root / "runtime"), str(root / "stdlib")]


if __name__ == "__main__":
    main()
