"""The interpreter beside CPython: CPU time of kernels as a multiple of the same program in Python.

usage: python bench/interp.py [NAME …] [--runs N] [--check]

``--check`` fails where a kernel is over its limit: 12 on loops, 20 on calls.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(ROOT / "runtime"), str(ROOT / "stdlib")]

SIZES = {
    "fib": 22, "loop": 300_000, "collatz": 6_000, "sieve": 200_000, "matmul": 60, "nbody": 1_500, "trees": 14, "words": 100_000,
    "closures": 60_000, "levenshtein": 300, "mandelbrot": 100,
}  # fmt: skip
CALLS = {"fib", "trees", "closures", "levenshtein"}
LOOP_LIMIT, CALL_LIMIT = 12, 20


def machine_of(path: Path) -> Any:
    """Compile a kernel and load its image."""
    from tekrt.interp import load_image
    from tekrt.interp.image import build_image
    from tests.interp.harness import compile_file

    return load_image(build_image(compile_file(path)))


def python_of(path: Path) -> Any:
    """Return the main function of the same kernel in Python."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


def best(run: Any, runs: int) -> tuple[float, Any]:
    """Return the least CPU time of some runs, and the result."""
    least, result = float("inf"), None
    for _ in range(runs):
        started = time.process_time()
        result = run()
        least = min(least, time.process_time() - started)
    return least, result


def main() -> int:
    """Run the kernels and print the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    from tests.interp.harness import broker

    over = 0
    for name in options.names or SIZES:
        n = SIZES[name]
        machine = machine_of(HERE / "kernels" / f"{name}.tek")
        task = f"{machine.main}.main"
        context = broker().context()
        tek, value = best(lambda m=machine, t=task, n=n, c=context: m.run_task(t, [n], c), options.runs)
        same = python_of(HERE / "kernels" / f"{name}.py")
        python, expected = best(lambda f=same, n=n: f(n), options.runs)
        assert value == expected, (name, value, expected)
        limit = CALL_LIMIT if name in CALLS else LOOP_LIMIT
        over += tek / python > limit
        print(f"{name:12} {tek * 1e3:8.1f} ms  {python * 1e3:8.1f} ms  {tek / python:5.1f} x  (at most {limit})")
    return 1 if over and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
