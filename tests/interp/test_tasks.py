"""Tasks: arguments, clauses, scopes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tekrt.interp import Machine
from tekrt.kernel import Broker, Permit
from tekrt.kernel.world import simulated
from tekrt.values.failure import Failure
from tekrt.values.native import native
from tekrt.values.scalars import Path as TekPath
from tests.interp.harness import Run, compile_text

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import time
import fs

task flaky(n: Int) -> Int retry 3 backoff 1s to 3s {
    print("attempt at {time.now().unix()}")
    if n < 100 {
        fail "no"
    }
    n
}
task regular() -> Int retry 2 every 5s {
    print("attempt at {time.now().unix()}")
    fail "no"
}
task counted(times: Int, pause: Duration) -> Int retry times every pause {
    print("attempt")
    fail "no"
}
task slow(limit: Duration) -> Int timeout limit {
    defer {
        print("left")
    }
    while true {
        time.sleep(10ms)
    }
    1
}
task slow_retried() -> Int timeout 1s retry 1 {
    print("attempt")
    time.sleep(1h)
    1
}
task once_each(n: Int, tags: List[Str]) -> List[Str] once {
    print("runs {n}")
    tags + ["{n}"]
}
task once_failing() -> Int once {
    print("runs")
    fail "no"
}

task retries() -> Str {
    let r = try flaky(1) catch err {
        return err.message
    }
    "{r}"
}
task retries_regularly() -> Int => try regular() ?? -1
task retries_as_told() -> Int => try counted(1 + 1, 2s) ?? -1
task times_out() -> Str {
    let r = try slow(500ms) catch err {
        return "{err.kind}: {err.message}"
    }
    "{r}"
}
task times_out_twice() -> Str {
    let r = try slow_retried() catch err {
        return err.kind
    }
    "{r}"
}
task does_once() -> Str {
    var first = once_each(1, ["a"])
    first.push("changed")
    "{first} {once_each(1, ["a"])} {once_each(1, ["b"])} {once_each(2, ["a"])}"
}
task does_once_failing() -> Str {
    let a = try once_failing() ?? 1
    let b = try once_failing() ?? 2
    "{a} {b}"
}
task holds(dir: Path, name: Str) -> Str needs fs.read("{dir}/{name}.txt"), fs.read(dir.parent / "x") {
    "ran"
}
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    text = PROGRAM.replace(', fs.read(dir.parent / "x")', ', fs.read("{dir.parent}/x")')
    return Machine.of(compile_text(text, tmp_path_factory.mktemp("tasks")))


def seconds(out: str) -> list[int]:
    """Return when each attempt was, in seconds after the first."""
    times = [int(line.rpartition(" ")[2]) for line in out.splitlines()]
    return [t - times[0] for t in times]


def test_retry_tries_again_with_growing_pauses(machine: Machine) -> None:
    run = Run(machine, "retries", [])
    assert run.value == "no"
    at = seconds(run.out)
    assert len(at) == 4
    pauses = [b - a for a, b in pairwise(at)]
    assert all(low <= pause <= high for pause, low, high in zip(pauses, (0, 1, 1), (1, 2, 3), strict=True))


def test_retry_every_keeps_the_pause(machine: Machine) -> None:
    run = Run(machine, "retries_regularly", [])
    assert run.value == -1
    assert seconds(run.out) == [0, 5, 10]


def test_operands_of_clauses_may_use_parameters(machine: Machine) -> None:
    run = Run(machine, "retries_as_told", [])
    assert run.error is None
    assert run.out == "attempt\n" * 3


def test_a_timeout_ends_an_attempt(machine: Machine) -> None:
    run = Run(machine, "times_out", [])
    assert run.value == "timeout: task `slow` took longer than 0.5s"
    assert run.out == "left\n"


def test_each_attempt_has_its_own_time(machine: Machine) -> None:
    run = Run(machine, "times_out_twice", [])
    assert run.value == "timeout"
    assert run.out == "attempt\n" * 2


def test_once_runs_once_for_the_same_arguments(machine: Machine) -> None:
    run = Run(machine, "does_once", [])
    assert run.value == '["a", "1", "changed"] ["a", "1"] ["b", "1"] ["a", "2"]'
    assert run.out == "runs 1\nruns 1\nruns 2\n"


def test_once_does_not_run_again_after_a_failure(machine: Machine) -> None:
    run = Run(machine, "does_once_failing", [])
    assert run.value == "1 2"
    assert run.out == "runs\n"


def test_once_is_for_one_run(machine: Machine) -> None:
    assert Run(machine, "does_once", []).out == Run(machine, "does_once", []).out


@pytest.mark.parametrize(("dir", "name"), [("a", "../b"), ("a", ""), ("a", "x/y"), ("..", "b"), ("a", "nul\0")])
def test_a_hole_that_is_no_part_of_a_path_is_denied(machine: Machine, dir: str, name: str) -> None:
    run = Run(machine, "holds", [TekPath(dir), name])
    assert isinstance(run.error, Failure)
    assert run.error.kind == "denied"


def test_holes_are_filled_with_arguments_and_their_parts(machine: Machine) -> None:
    run = Run(machine, "holds", [TekPath("a/b"), "c"])
    assert run.value == "ran"
    info = machine.tasks["main.holds"]
    assert [str(machine.fill(need, info, [TekPath("a/b"), "c"])) for need in info.needs] == [
        'fs.read("a/b/c.txt")',
        'fs.read("a/x")',
    ]


def test_only_narrows_what_a_block_and_its_tasks_may_do(tmp_path: Path) -> None:
    seen: list[str] = []

    @native("fs.read_text")
    def read_text(ctx: Any, path: TekPath) -> str:
        try:
            ctx.broker.check(ctx, "fs.read", f"/root-of-the-test/{path.text}", "read")
            seen.append(f"allowed {path.text}")
        except Failure as failure:
            seen.append(f"{failure.kind} {path.text}")
        return ""

    text = """
import fs
task inner(name: Str) -> Str needs fs.read("data/*") {
    fs.read_text("data/{name}")
}
task main(name: Str, other: Str) needs fs.read("data/*") {
    fs.read_text("data/{other}")
    only fs.read("data/{name}") {
        fs.read_text("data/{name}")
        fs.read_text("data/{other}")
        inner(name)
        inner(other)
    }
    inner(other)
    fs.read_text("data/{other}")
}
"""
    program = compile_text(text.replace('fs.read_text("data/{other}")\n        inner', "inner"), tmp_path)
    try:
        world = simulated()
        gate = Broker(world, Permit.of([], "/root-of-the-test", "/home/nobody"))
        from tekrt.scopes import parse_capability

        gate = Broker(world, Permit.of([parse_capability('fs.read("data/**")')], "/root-of-the-test", "/home/nobody"))
        Machine.of(program).run_task("main.main", ["a", "b"], gate.context())
    finally:
        import importlib

        import tekstd.fs

        importlib.reload(tekstd.fs)
    assert seen == [
        "allowed data/b",
        "allowed data/a",
        "allowed data/a",
        "denied data/b",
        "allowed data/b",
        "allowed data/b",
    ]
