"""Long programs: nothing grows with the square of a function's length, nothing recurses on it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tekrt.interp import Machine
from tests.interp.harness import Run, compile_text

if TYPE_CHECKING:
    from pathlib import Path

N = 3000

BODIES = {
    "sum of floats": ("x: Float", "2.0", " + ".join(["x"] * N), "Float"),
    "sum of list elements": ("xs: List[Int]", "[1, 2]", " + ".join(f"xs[{at % 2}]" for at in range(N)), "Int"),
    "joined texts": ("s: Str", '"a"', " + ".join(["s"] * N), "Str"),
    "or": ("x: Int", "-1", " or ".join(f"x == {at}" for at in range(N)), "Bool"),
    "else if": ("x: Int", "7", " else ".join(f"if x == {at} {{ {at} }}" for at in range(N)) + " else { -1 }", "Int"),
    "match": (
        "x: Int",
        "7",
        "match x {\n" + "\n".join(f"    {at} => {at + 1}" for at in range(N)) + "\n    _ => 0\n}",
        "Int",
    ),
    "statements": (
        "x: Int",
        "1",
        "var y = x\n" + "\n".join(f"    if y == {at} {{\n        y += 1\n    }}" for at in range(N)) + "\n    y",
        "Int",
    ),
    "calls": ("x: Int", "1", "var y = x\n" + "\n".join(f"    y = same(y, {at})" for at in range(N)) + "\n    y", "Int"),
    "interpolation": ("x: Int", "1", '"' + "{x} " * N + '"', "Str"),
    "list literal": ("x: Int", "1", "[" + ", ".join(f"x + {at}" for at in range(N)) + "].sum()", "Int"),
    "try after try": (
        "x: Int",
        "1",
        "var y = x\n" + "\n".join(f"    y += try same(y, {at}) ?? 0" for at in range(N // 10)) + "\n    y % 7",
        "Int",
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_long_function_runs_soon(name: str, tmp_path: Path) -> None:
    params, argument, body, result = BODIES[name]
    text = (
        'fn same(a: Int, b: Int) -> Int {\n    if b < 0 {\n        fail "negative"\n    }\n    a - (a - 1)\n}\n'
        f"fn f({params}) -> {result} {{\n    {body}\n}}\ntask main() {{\n    print(f({argument}))\n}}\n"
    )
    program = compile_text(text, tmp_path)
    started = time.process_time()
    run = Run(Machine.of(program), "main", [])
    assert run.error is None
    assert run.out.strip()
    assert time.process_time() - started < 5
