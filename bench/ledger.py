"""The ledger's speed: ``python bench/ledger.py`` appends and verifies a million records and times a run's own costs.

Appending is the whole way of an effect through the broker and the file, divided by its two records; the state folder is a temporary one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "runtime"), str(ROOT / "stdlib")]

from tekrt.effects.run_store import RunStore, ledger_lines, read_anchor, user_key
from tekrt.effects.world import real_world
from tekrt.kernel import Broker, Permit
from tekrt.kernel.ledger_chain import check
from tekrt.kernel.ledger_file import FileLedger
from tekrt.scopes import parse_capabilities

RUN = "bench"


def append(state: str, effects: int, repeatable: bool) -> tuple[float, float]:
    """Record effects, two records each; return seconds from the first to the durable last, and those of the processor."""
    key = user_key(state)
    store = RunStore(RUN, lambda: (state, state, key), {"run.json": "{}\n"})
    world = real_world()
    broker = Broker(world, Permit.of(parse_capabilities('fs.read("data/**")'), "/r", "/h"), run=RUN)
    broker.ledger = ledger = FileLedger(store, RUN, {"name": RUN}, world.monotonic)
    context = broker.context()
    context.state.repeatable = repeatable
    paths = [f"/r/data/{number}.txt" for number in range(100)]
    began, worked = time.perf_counter(), time.process_time()
    for number in range(effects):
        broker.effect(context, "fs.read", paths[number % 100], "stat", _nothing)
    ledger.finish(world.now(), "done")
    return time.perf_counter() - began, time.process_time() - worked


def _nothing() -> None:
    return None


def verify(state: str) -> tuple[float, int]:
    """Check the ledger; return seconds and how many records it has."""
    began = time.perf_counter()
    found = check(ledger_lines(state, RUN), RUN, read_anchor(state, RUN, user_key(state)))
    if found.problem:
        raise SystemExit(found.problem)
    return time.perf_counter() - began, found.records


def main() -> None:
    """Measure and print, a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--effects", type=int, default=500_000, help="how many effects, with two records each")
    effects = parser.parse_args().effects
    for repeatable in (True, False):
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            took, worked = append(folder, effects, repeatable)
            checked, records = verify(folder)
        how = "may repeat" if repeatable else "first of each group durable beforehand"
        print(f"append ({how}): {took / (2 * effects) * 1e6:.1f} µs a record ({worked / (2 * effects) * 1e6:.1f} of the processor), {records:,} records in {took:.2f} s")
        print(f"verify: {records:,} records in {checked:.2f} s")


if __name__ == "__main__":
    main()
