"""Failures: kinds and messages, traces, handlers, `defer`, and what no `try` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tekrt.interp import Limits, Machine
from tekrt.values.failure import Cancelled, Failure, SpentLimit
from tests.interp.harness import Run, compile_text

if TYPE_CHECKING:
    from pathlib import Path


def run(text: str, folder: Path, task: str = "main", limits: Limits | None = None) -> Run:
    return Run(Machine.of(compile_text(text, folder)), task, [], limits)


KINDS = {
    "[1, 2][n + 5]": ("index", "index 5 is outside of the list, which has 2 elements"),
    "[1][n + 1]": ("index", "index 1 is outside of the list, which has 1 element"),
    "empty()[n]": ("index", "index 0 is outside of the list, which is empty"),
    "[1, 2][n - 1]": ("index", "index -1 is outside of the list, which has 2 elements"),
    '"abc"[n + 3].len()': ("index", "index 3 is outside of the text, which has 3 characters"),
    '"abc"[n - 3].len()': ("index", "index -3 is outside of the text, which has 3 characters"),
    'b"ab"[n + 2]': ("index", "index 2 is outside of the bytes, which has 2 bytes"),
    "[1, 2][n..n + 3].len()": ("index", "slice 0..3 is outside of the list, whose length is 2"),
    '"ab"[n - 1..].len()': ("index", "slice -1.. is outside of the text, whose length is 2"),
    '["a": 1]["b"]': ("missing_key", 'the map has no key "b"'),
    "[(1, [2]): 1][(1, [n])]": ("missing_key", "the map has no key (1, [0])"),
    "1 // n": ("divide_by_zero", "division by zero"),
    "1 % n": ("divide_by_zero", "division by zero"),
    "int_max + 1 + n": ("overflow", "the sum 9223372036854775808 does not fit an Int (64 bits)"),
    "int_min - 1 - n": ("overflow", "the difference -9223372036854775809 does not fit an Int (64 bits)"),
    "int_max * (n + 2)": ("overflow", "the product 18446744073709551614 does not fit an Int (64 bits)"),
    "-(int_min + n)": ("overflow", "the negation 9223372036854775808 does not fit an Int (64 bits)"),
    "(int_min + n) // (n - 1)": ("overflow", "the quotient 9223372036854775808 does not fit an Int (64 bits)"),
    "10 ** (n + 19)": ("overflow", "10 ** 19 does not fit an Int (64 bits)"),
    "2 ** (n - 1)": ("overflow", "the exponent -1 of an Int power is negative"),
    "1 << (n + 64)": ("overflow", "a shift by 64 is outside 0..63"),
    "none(n).unwrap()": ("missing_value", None),
    "deep(n)": ("stack", "calls nest too deep"),
    "fails(n)": ("fail", "told to"),
    "special(n)": ("mine", "own kind"),
}


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    text = """
fn empty() -> List[Int] => []
fn none(n: Int) -> Int? => if n == 0 { None } else { Some(n) }
fn deep(n: Int) -> Int => deep(n + 1) + 1
fn fails(n: Int) -> Int {
    fail "told to"
}
fn special(n: Int) -> Int {
    fail Error(kind: "mine", message: "own kind")
}
"""
    tasks = "\n".join(
        f"fn e{at}(n: Int) -> Int {{\n    {e}\n}}\ntask t{at}() -> Int => e{at}(0)" for at, e in enumerate(KINDS)
    )
    return Machine.of(compile_text(text + tasks, tmp_path_factory.mktemp("kinds")))


@pytest.mark.parametrize("expression", KINDS)
def test_what_fails_has_its_kind_and_says_why(kinds: Machine, expression: str) -> None:
    kind, message = KINDS[expression]
    at = list(KINDS).index(expression)
    result = Run(kinds, f"t{at}", [])
    assert isinstance(result.error, Failure)
    assert result.error.kind == kind
    assert message is None or result.error.message == message
    assert any(line.startswith(f"main.e{at} (") for line in result.trace)


def test_a_trace_goes_from_the_inside_out(tmp_path: Path) -> None:
    text = """
fn inner(n: Int) -> Int {
    let xs = [1, 2]
    xs.map(fn(x) {
        10 // (x - n)
    }).sum()
}

fn outer() -> Int =>
    inner(2) + 1

task main() -> Int => outer()
"""
    result = run(text, tmp_path)
    path = tmp_path / "main.tek"
    lines = [line for line in result.trace if "<std>" not in line]
    assert lines == [
        f"lambda in main.inner ({path}:5)",
        f"main.inner ({path}:4)",
        f"main.outer ({path}:10)",
        f"main.main ({path}:12)",
    ]


def test_a_long_trace_is_cut_in_the_middle(tmp_path: Path) -> None:
    result = run("fn deep(n: Int) -> Int => deep(n + 1) + 1\n\ntask main() -> Int => deep(0)\n", tmp_path)
    assert len(result.trace) == 41
    assert result.trace[30] == "… 9,961 more calls …"
    assert result.trace[-1].startswith("main.main (")


def test_a_failure_that_was_caught_and_is_failed_with_keeps_its_trace(tmp_path: Path) -> None:
    text = """
fn bad() -> Int => 1 // (1 - 1)

fn again() -> Int {
    try bad() catch err {
        fail err
    }
}

task main() -> Int => again()
"""
    result = run(text, tmp_path)
    assert [line.split(" ")[0] for line in result.trace] == ["main.bad", "main.again", "main.main"]


def test_catching_tells_the_failure_as_data(tmp_path: Path) -> None:
    text = """
fn bad(n: Int) -> Int => [1][n]

task main() -> Str {
    let r = try bad(3) catch err {
        return "{err.kind} | {err.message} | {err.data} | {err.trace.len()}"
    }
    "no"
}
"""
    assert run(text, tmp_path).value == "index | index 3 is outside of the list, which has 1 element | Null | 2"


def test_values_from_before_a_failing_call_are_there_in_the_handler(tmp_path: Path) -> None:
    text = """
fn bad(n: Int) -> Int {
    if n > 1 {
        fail "n = {n}"
    }
    n
}

task main() -> Str {
    var log: List[Str] = []
    for i in 0..4 {
        let before = i * 10
        var changed = 0
        let r = try {
            changed = 1
            let a = bad(i)
            changed = 2
            a
        } catch err {
            log.push("{before} {changed} {err.message}")
            -1
        }
        log.push("{r} {changed}")
    }
    log.join(", ")
}
"""
    assert run(text, tmp_path).value == "0 2, 1 2, 20 1 n = 2, -1 1, 30 1 n = 3, -1 1"


DEFER = """
import time

fn leaves(how: Int) -> Int {
    defer {
        print("outer {how}")
    }
    for i in 0..3 {
        defer {
            print("round {i}")
        }
        if how == 1 and i == 1 {
            return i
        }
        if how == 2 and i == 1 {
            break
        }
        if how == 3 and i == 1 {
            fail "stop"
        }
        if how == 4 {
            continue
        }
        print("body {i}")
    }
    10
}

fn both() -> Int {
    defer {
        print("still runs")
    }
    defer {
        fail "from defer"
    }
    fail "first"
}

fn only_defer() -> Int {
    defer {
        fail "from defer"
    }
    1
}

fn wait(n: Int) -> Int {
    defer {
        print("left {n}")
        time.sleep(1ms)
    }
    if n == 0 {
        while true {
            time.sleep(1s)
        }
    }
    wait(n - 1) + 1
}

fn spin(n: Int) -> Int {
    defer {
        print("left {n}")
    }
    var x = 0
    while true {
        try {
            x += 1
        } catch err {
            print("taken")
        }
    }
    x
}

task normal() -> Int => leaves(0)
task returns() -> Int => leaves(1)
task breaks() -> Int => leaves(2)
task fails() -> Int => leaves(3)
task continues() -> Int => leaves(4)
task two() -> Int => both()
task defer_fails() -> Int => only_defer()
task waits() -> Int => wait(2)
task spins() -> Int => spin(0)
"""


@pytest.fixture(scope="module")
def deferring(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine.of(compile_text(DEFER, tmp_path_factory.mktemp("defer")))


@pytest.mark.parametrize(
    ("task", "lines"),
    [
        ("normal", "body 0|round 0|body 1|round 1|body 2|round 2|outer 0"),
        ("returns", "body 0|round 0|round 1|outer 1"),
        ("breaks", "body 0|round 0|round 1|outer 2"),
        ("fails", "body 0|round 0|round 1|outer 3"),
        ("continues", "round 0|round 1|round 2|outer 4"),
    ],
)
def test_defer_runs_however_its_block_is_left(deferring: Machine, task: str, lines: str) -> None:
    assert Run(deferring, task, []).out.splitlines() == lines.split("|")


def test_of_two_failures_the_first_is_reported_with_the_other_as_a_note(deferring: Machine) -> None:
    result = Run(deferring, "two", [])
    assert isinstance(result.error, Failure)
    assert result.error.message == "first"
    assert "note: then a `defer` failed, too: fail: from defer" in result.trace
    assert result.out == "still runs\n"


def test_a_failing_defer_fails_its_block(deferring: Machine) -> None:
    result = Run(deferring, "defer_fails", [])
    assert isinstance(result.error, Failure)
    assert result.error.message == "from defer"


def test_defer_runs_when_the_deadline_is_over(deferring: Machine) -> None:
    result = Run(deferring, "waits", [], Limits(seconds=5))
    assert isinstance(result.error, SpentLimit)
    assert result.error.limit == "seconds"
    assert result.out.splitlines() == ["left 0", "left 1", "left 2"]
    assert [line.split(" ")[0] for line in result.trace] == ["main.wait"] * 3 + ["main.waits"]


def test_defer_runs_when_the_run_is_cancelled(deferring: Machine) -> None:
    deferring.cancel()
    try:
        result = Run(deferring, "waits", [])
        looping = Run(deferring, "spins", [])
    finally:
        deferring.cancelled = False
    assert isinstance(result.error, Cancelled)
    assert result.out.splitlines() == ["left 0", "left 1", "left 2"]
    assert isinstance(looping.error, Cancelled)
    assert looping.out == "left 0\n"


def test_spent_steps_run_nothing_more(deferring: Machine) -> None:
    result = Run(deferring, "spins", [], Limits(steps=100_000))
    assert isinstance(result.error, SpentLimit)
    assert result.error.limit == "steps"
    assert result.out == ""


def test_assertions_show_both_sides(tmp_path: Path) -> None:
    text = """
task main() {
    let xs = [1, 2]
    assert xs.len() == 3, "wrong length"
}

task plain() {
    let yes = false
    assert yes
}
"""
    machine = Machine.of(compile_text(text, tmp_path))
    error = Run(machine, "main", []).error
    assert isinstance(error, Failure)
    assert error.kind == "assert"
    assert "wrong length" in error.message
    assert "left:  2" in error.message
    assert "right: 3" in error.message
    other = Run(machine, "plain", []).error
    assert isinstance(other, Failure)
    assert other.message == "assertion failed: yes"
