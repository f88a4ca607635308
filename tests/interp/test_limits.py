"""Limits hold: steps are counted exactly enough, depth exactly, memory and time are looked at while code runs."""

from __future__ import annotations

import pytest

from tekrt.interp import Limits, Machine
from tekrt.values.failure import Failure, SpentLimit
from tests.interp.harness import Run, compile_text

PROGRAM = """
fn down(n: Int) -> Int => if n == 0 { 0 } else { 1 + down(n - 1) }

fn even(n: Int) -> Bool => if n == 0 { true } else { odd(n - 1) }

fn odd(n: Int) -> Bool => if n == 0 { false } else { even(n - 1) }

fn one(n: Int) -> Int => n + 1

fn closing(n: Int) -> Int {
    if n == 0 {
        return 0
    }
    let f = fn(m: Int) => closing(m)
    f(n - 1) + 1
}

task depth(n: Int) -> Int => down(n)
task mutual(n: Int) -> Bool => even(n)
task closures(n: Int) -> Int => closing(n)
task survives(n: Int) -> Str {
    let r = try down(n) catch err {
        return "{err.kind}, and {down(50)}"
    }
    "{r}"
}
task loop(n: Int) -> Int {
    var x = 0
    for i in 0..n {
        x += i & 1
    }
    x
}
task calls(n: Int) -> Int {
    var x = 0
    for i in 0..n {
        x = one(x)
    }
    x
}
task whiles(n: Int) -> Int {
    var x = n
    while x > 0 {
        x -= 1
    }
    x
}
task short_loops(n: Int) -> Int {
    var x = 0
    for i in 0..n {
        x += three()
    }
    x
}
fn three() -> Int {
    var x = 0
    for i in 0..3 {
        x += 1
    }
    x
}
task caught(n: Int) -> Int {
    var x = 0
    for i in 0..n {
        x += try risky(i) ?? 1
    }
    x
}
fn risky(n: Int) -> Int {
    fail "no"
}
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine.of(compile_text(PROGRAM, tmp_path_factory.mktemp("limits")))


def steps_of(machine: Machine, task: str, n: int) -> int:
    """Find how many steps a task takes, by bisection over the limit, to the 4,096 that the machine looks at."""
    low, high = 0, 1 << 22
    while high - low > 512:
        middle = (low + high) // 2
        error = Run(machine, task, [n], Limits(steps=middle)).error
        low, high = (middle, high) if isinstance(error, SpentLimit) else (low, middle)
    return high


@pytest.mark.parametrize(
    ("task", "n", "each"),
    [
        ("loop", 200_000, 1),
        ("whiles", 200_000, 1),
        ("calls", 100_000, 2),
        ("short_loops", 40_000, 5),
        ("caught", 40_000, 2),
    ],
)
def test_a_step_is_a_call_or_a_loop_round(machine: Machine, task: str, n: int, each: int) -> None:
    assert abs(steps_of(machine, task, n) - n * each) <= 2 * 4096


def test_steps_that_suffice_do(machine: Machine) -> None:
    assert Run(machine, "loop", [10_000], Limits(steps=11_000)).value == 5_000


def test_calls_nest_ten_thousand_deep(machine: Machine) -> None:
    assert Run(machine, "depth", [9_999]).value == 9_999
    error = Run(machine, "depth", [10_000]).error
    assert isinstance(error, Failure)
    assert error.kind == "stack"


def test_calls_through_others_and_closures_count(machine: Machine) -> None:
    assert Run(machine, "mutual", [9_999]).value is False
    assert isinstance(Run(machine, "mutual", [10_000]).error, Failure)
    assert Run(machine, "closures", [4_999]).value == 4_999
    assert isinstance(Run(machine, "closures", [5_000]).error, Failure)


def test_the_host_may_set_the_depth(machine: Machine) -> None:
    assert Run(machine, "depth", [99], Limits(depth=100)).value == 99
    assert isinstance(Run(machine, "depth", [100], Limits(depth=100)).error, Failure)
    assert Run(machine, "depth", [100_000], Limits(depth=200_000)).value == 100_000


def test_too_deep_can_be_caught(machine: Machine) -> None:
    assert Run(machine, "survives", [20_000]).value == "stack, and 50"


def test_memory_is_looked_at(machine: Machine) -> None:
    used = [0]

    def measure() -> int:
        used[0] += 1 << 20
        return used[0]

    error = Run(machine, "loop", [10_000_000], Limits(memory=4 << 20, measure=measure)).error
    assert isinstance(error, SpentLimit)
    assert error.limit == "memory"


def test_a_machine_is_usable_after_a_spent_limit(machine: Machine) -> None:
    assert isinstance(Run(machine, "loop", [1_000_000], Limits(steps=1000)).error, SpentLimit)
    assert Run(machine, "loop", [10]).value == 5


def test_several_threads_run_one_machine(machine: Machine) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        runs = list(
            pool.map(lambda n: Run(machine, "calls", [n], Limits(steps=100_000)), [20_000, 40_000, 200_000, 10_000])
        )
    assert [run.value for run in runs] == [20_000, 40_000, None, 10_000]
    assert isinstance(runs[2].error, SpentLimit)
