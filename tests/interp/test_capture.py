"""Programs that wait for their host are plain data and go on in another process."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tekrt.interp import Paused, load_image
from tekrt.interp.image import build_image
from tekrt.interp.saved import SaveError, restore
from tekrt.values.containers import copied
from tests.interp.harness import broker, compile_text

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import time

record Box(items: List[Int], name: Str)

fn add(var self: Box, x: Int) {
    time.sleep(1s)
    self.items.push(x)
}

fn apply(f: fn(Int) -> Int, x: Int) -> Int => f(x)

task inner(n: Int) -> Int once {
    time.sleep(1s)
    n * 10
}

task main(n: Int) -> Str {
    var box = Box([1], "b")
    let other = box
    var shared = [box.items, box.items]
    let k = 100
    defer {
        print("done")
    }
    for i in 0..n {
        box.add(i)
        shared[0].push(i)
    }
    let seen = apply(fn(x) {
        time.sleep(1s)
        x + k
    }, 1)
    let r = try {
        time.sleep(1s)
        fail "after the pause"
    } catch err {
        err.message
    }
    let both = inner(1) + inner(1)
    only human {
        time.sleep(2s)
    }
    "{box.items} {other.items} {shared} {seen} {r} {both}"
}
"""

EXPECTED = "[1, 0, 1, 2] [1] [[1, 0, 1, 2], [1]] 101 after the pause 20"


@pytest.fixture
def image(tmp_path: Path) -> bytes:
    return build_image(compile_text(PROGRAM, tmp_path), frozenset(["time.sleep"]))


def finish(image: bytes, *, save_each: bool) -> tuple[Any, int, str]:
    """Run to the end, answering each pause; through bytes and a fresh machine each time where ``save_each`` says so."""
    machine = load_image(image)
    gate = broker()
    result = machine.start_task("main.main", [3], gate.context())
    pauses = 0
    while isinstance(result, Paused):
        pauses += 1
        assert result.waiting[0] == "time.sleep"
        if save_each:
            result = restore(load_image(image), result.save(), gate)
        result = result.resume(None)
    gate.out.flush()
    out: Any = gate.world.write_out
    return result, pauses, bytes(out.__self__).decode()


def test_a_paused_program_goes_on_where_it_was(image: bytes) -> None:
    assert finish(image, save_each=False) == (EXPECTED, 7, "done\n")


def test_a_saved_program_goes_on_on_another_machine(image: bytes) -> None:
    assert finish(image, save_each=True) == (EXPECTED, 7, "done\n")


def test_sharing_and_counts_survive_saving(image: bytes) -> None:
    before = copied[0]
    finish(image, save_each=False)
    plain = copied[0] - before
    finish(image, save_each=True)
    assert copied[0] - before == 2 * plain


def test_a_saved_program_goes_on_in_another_process(image: bytes, tmp_path: Path) -> None:
    result = load_image(image).start_task("main.main", [3], broker().context())
    for _ in range(3):
        assert isinstance(result, Paused)
        result = result.resume(None)
    (tmp_path / "image").write_bytes(image)
    (tmp_path / "saved").write_bytes(result.save())
    script = (
        "import sys; from pathlib import Path; from tekrt.interp import load_image, Paused; from tekrt.interp.saved import restore\n"
        "from tests.interp.harness import broker\n"
        "folder = Path(sys.argv[1])\n"
        "r = restore(load_image((folder / 'image').read_bytes()), (folder / 'saved').read_bytes(), broker())\n"
        "while isinstance(r, Paused): r = r.resume(None)\n"
        "print(r)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True, env=_environment()
    )
    assert done.stdout.strip() == EXPECTED


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(path for path in sys.path if path), "PATH": "/usr/bin:/bin"}


def test_bytes_that_are_no_saved_program_are_refused(image: bytes) -> None:
    with pytest.raises(SaveError):
        restore(load_image(image), b"rubbish", broker())


def test_a_saved_program_of_other_code_is_refused(image: bytes, tmp_path: Path) -> None:
    result = load_image(image).start_task("main.main", [1], broker().context())
    other = build_image(compile_text("task main() {\n    print(1)\n}\n", tmp_path))
    with pytest.raises(SaveError, match="other code"):
        restore(load_image(other), result.save(), broker())
