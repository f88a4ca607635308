"""Values that are held once are changed in place: the work of a loop grows with its rounds, not with their square.

What is measured is how many elements were copied, not time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tekrt.interp import Machine
from tests.interp.harness import Run, compile_text

if TYPE_CHECKING:
    from pathlib import Path

PATTERNS = {
    "helper called with the list": """
    var xs: List[Int] = []
    for i in 0..n {
        xs.push(i)
        if total(xs) < 0 {
            return -1
        }
    }
    xs.len()
""",
    "returned by a helper": """
    var xs: List[Int] = []
    for i in 0..n {
        xs = with_one(xs, i)
    }
    xs.len()
""",
    "nested grid": """
    var grid = [fill(n, 0), fill(n, 0)]
    for i in 0..n {
        grid[1][i] = i
        grid[0][i] += grid[1][i] + 1
    }
    grid[0][n - 1]
""",
    "record in a map in a list": """
    var world = World([["a": Player("x", 0, [])]], 0)
    for i in 0..n {
        world.players[0]["p{i % 10}"] = Player("y", i, [])
        world.players[0]["p{i % 10}"].score += 1
        world.players[0]["a"].tags.push(i)
    }
    world.players[0]["a"].tags.len()
""",
    "var self": """
    var box = Box([], "b")
    for i in 0..n {
        box.grow(i)
    }
    box.items.len()
""",
    "captured": """
    var xs: List[Int] = []
    for i in 0..n {
        let more = [1].map(fn(x) => x + xs.len())
        xs.push(more[0])
    }
    xs.len()
""",
    "a field taken out and put back": """
    var box = Box([], "b")
    for i in 0..n {
        var items = box.items
        items.push(i)
        box.items = items
    }
    box.items.len()
""",
    "update of a map": """
    var m: Map[Str, List[Int]] = [:]
    for i in 0..n {
        m.update("k", [], fn(l) => l + [i])
    }
    m["k"].len()
""",
    "a record with one field changed": """
    var box = Box([], "b")
    for i in 0..n {
        box = Box(..box, items: box.items + [i])
    }
    box.items.len()
""",
    "concatenation": """
    var xs: List[Int] = []
    for i in 0..n {
        xs += [i]
        xs = xs + [i]
    }
    xs.len()
""",
    "parts of a tuple": """
    var xs: List[Int] = []
    var last = 0
    for i in 0..n {
        let (a, b) = pair(xs, i)
        xs = a
        last = b
    }
    xs.len()
""",
    "content of an option": """
    var m: Map[Str, List[Int]] = ["k": []]
    for i in 0..n {
        if let Some(l) = m.remove("k") {
            var more = l
            more.push(i)
            m["k"] = more
        }
    }
    m["k"].len()
""",
    "a default of a map": """
    var m: Map[Str, List[Int]] = [:]
    for i in 0..n {
        m["k", default: []].push(i)
    }
    m["k"].len()
""",
    "fold": """
    let xs: List[Int] = (0..n).fold([], fn(acc, x) => with_one(acc, x))
    xs.len()
""",
    "set": """
    var s: Set[Int] = Set([])
    for i in 0..n {
        s.add(i)
    }
    s.len()
""",
    "inside of try": """
    var xs: List[Int] = []
    for i in 0..n {
        try {
            xs.push(i)
            if i % 7 == 0 {
                fail "seven"
            }
        } catch err {
            xs.push(-i)
        }
    }
    xs.len()
""",
    "in a closure's result": """
    var xs: List[Int] = []
    let add = fn(ys: List[Int], x: Int) => with_one(ys, x)
    for i in 0..n {
        xs = add(xs, i)
    }
    xs.len()
""",
}

HELPERS = """
record Box(items: List[Int], name: Str)
record Player(name: Str, score: Int, tags: List[Int])
record World(players: List[Map[Str, Player]], round: Int)

fn total(xs: List[Int]) -> Int => xs.len()

fn with_one(xs: List[Int], x: Int) -> List[Int] {
    var ys = xs
    ys.push(x)
    ys
}

fn pair(xs: List[Int], x: Int) -> (List[Int], Int) => (with_one(xs, x), x)

fn grow(var self: Box, x: Int) {
    self.items.push(x)
}
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    folder: Path = tmp_path_factory.mktemp("updates")
    tasks = [f"task t{at}(n: Int) -> Int {{{body}}}\n" for at, body in enumerate(PATTERNS.values())]
    return Machine.of(compile_text(HELPERS + "\n".join(tasks), folder))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_loop_of_updates_copies_no_more_when_it_runs_longer(machine: Machine, pattern: str) -> None:
    task = f"t{list(PATTERNS).index(pattern)}"
    short = Run(machine, task, [200])
    long = Run(machine, task, [2000])
    assert short.error is None
    assert long.error is None
    assert long.copied <= short.copied + 16
    assert short.copied < 400


def test_values_that_are_shared_are_copied(tmp_path: Path) -> None:
    text = """
task main(n: Int) -> Str {
    var xs = fill(n, 0)
    let before = xs
    xs.push(1)
    xs.push(2)
    "{before.len()} {xs.len()}"
}
"""
    run = Run(Machine.of(compile_text(text, tmp_path)), "main", [50])
    assert run.value == "50 52"
    assert run.copied == 50
