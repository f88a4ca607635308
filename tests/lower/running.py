"""Runs small programs from text, in memory, and returns what they printed."""

from __future__ import annotations

from tekrt.interp import Limits, Machine
from tekrt.kernel import Broker, Permit
from tekrt.kernel.world import simulated
from tekrt.values.containers import copied
from tekrt.values.failure import Failure
from tests.lower.helper import lower


def run(text: str, **others: str) -> str:
    """Compile and run ``main``; return its output, and at the end the failure where it failed."""
    program = lower(text, tests=False, others=others)
    out = bytearray()
    world = simulated(write_out=out.extend)
    broker = Broker(world, Permit.of([], "/nonexistent", world.home))
    machine = Machine.of(program)
    for name, function in program.consts.items():
        machine.set_constant(name, machine.run_function(function, [], broker.context(name), Limits()))
    end = ""
    try:
        machine.run_function("main.main", [], broker.context("main.main"), Limits())
    except Failure as failure:
        end = f"failed: {failure.kind}: {failure.message}"
    broker.close()
    return out.decode() + end


def main(body: str, before: str = "", **others: str) -> list[str]:
    """Run a task with this body behind other declarations; return its lines."""
    lines = "\n".join(["    " + line for line in body.strip("\n").splitlines()])
    return run(f"{before}\ntask main() {{\n{lines}\n}}\n", **others).splitlines()


def copies(body: str, before: str = "") -> int:
    """Run a body and return how many elements were copied because their container was shared."""
    copied[0] = 0
    main(body, before)
    return copied[0]
