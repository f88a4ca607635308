"""A tour of what programs do, through the whole toolchain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tekrt.interp import Machine
from tests.interp.harness import Run, compile_text

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
record Node(label: Str, children: List[Node])
enum Op {
    Add
    Push(Int)
}
const table: Map[Str, List[Int]] = ["a": [1, 2], "b": []]

fn depth(n: Node) -> Int => 1 + (n.children.map(fn(c) => depth(c)).max() ?? 0)

fn twice[T](f: fn(T) -> T, x: T) -> T => f(f(x))

fn compose(f: fn(Int) needs none -> Int, g: fn(Int) needs none -> Int) -> fn(Int) -> Int => fn(x) => g(f(x))

fn total[T: Num](xs: List[T]) -> T {
    var t: T = 0
    for x in xs {
        t = t + x * 2
    }
    t
}

fn find[K: Hash, V](m: Map[K, V], k: K) -> V? => m.get(k)

fn run(ops: List[Op]) -> List[Int] {
    var stack: List[Int] = []
    for op in ops {
        match op {
            Push(n) => stack.push(n)
            Add => {
                let b = stack.pop().unwrap()
                let a = stack.pop().unwrap()
                stack.push(a + b)
            }
        }
    }
    stack
}

fn nested(n: Int) -> Node {
    var t = Node("x", [])
    for i in 0..n {
        t = Node("n{i}", [t, Node("l", [])])
    }
    t
}
"""

CASES = {
    "depth(nested(500))": "501",
    "twice(fn(x) => x * 3, 7)": "63",
    'twice(fn(s) => s + "!", "a")': "a!!",
    "compose(fn(x) => x + 1, fn(x) => x * 10)(4)": "50",
    "total([1, 2, 3])": "12",
    "total([1.5, 2.5])": "8.0",
    'find([(1, "a"): 5], (1, "a"))': "Some(5)",
    "table": '["a": [1, 2], "b": []]',
    "run([Push(1), Push(2), Add, Push(10)])": "[3, 10]",
    '["b": 2, "a": 1].sort_by_key()': '["a": 1, "b": 2]',
    "[3, 1, 2].sort_by(fn(x) => -x)": "[3, 2, 1]",
    "[(x, y) for x in 0..3 for y in x..3 if (x + y) % 2 == 0]": "[(0, 0), (0, 2), (1, 1), (2, 2)]",
    '"{3.14159:.2} {42:>6} {1234567:,}"': "3.14     42 1,234,567",
    '"the cat the dog".words().group_by(fn(w) => w.len())': '[3: ["the", "cat", "the", "dog"]]',
    "500ms + 1s": "1.5s",
    "2h / 30min": "4.0",
    "[1, 2, 3] < [1, 2, 4]": "true",
    "Some(3) > None": "true",
    "-17 // 5": "-4",
    "-17 % 5": "3",
    "7 / 2": "3.5",
    "5 & 3 | 8 ^ 2": "11",
    "~5": "-6",
    "9223372036854775807 +% 1": "-9223372036854775808",
    '"abc"[1..]': "bc",
    'b"abc"[0]': "97",
    "[1, 2, 3, 4][1..=2]": "[2, 3]",
    'if let [a, ..rest] = [1, 2, 3] { "{a} {rest}" } else { "" }': "1 [2, 3]",
    "1 in [1, 2]": "true",
    "3.0 in [1.0]": "false",
    '"k" in ["k": 1]': "true",
    "(1, 2) in Set([(1, 2)])": "true",
    "0.1 + 0.2": "0.30000000000000004",
    "1e300 * 1e10": "inf",
    "-8.0 ** 2.0": "-64.0",
}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    folder: Path = tmp_path_factory.mktemp("tour")
    tasks = "\n".join(f"task t{at}() {{\n    print({expression})\n}}" for at, expression in enumerate(CASES))
    return Machine.of(compile_text(HEAD + tasks, folder))


@pytest.mark.parametrize("expression", CASES)
def test_an_expression_prints(machine: Machine, expression: str) -> None:
    run = Run(machine, f"t{list(CASES).index(expression)}", [])
    assert run.error is None
    assert run.out == CASES[expression] + "\n"
