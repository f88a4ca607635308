"""Whatever a file holds and however a run is disturbed: diagnostics or a plain failure, never a traceback, a hang or half a file."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.spec.running import Ran, run

ROOT = Path(__file__).parents[2]
NESTED = 100_000
TERMS = 50_000
MOMENTS = [random.Random(7).uniform(0.01, 1.2) for _ in range(12)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of its own, with state and cache beside it."""
    place = tmp_path / "work"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TEKC_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(place) for place in (ROOT, ROOT / "runtime", ROOT / "stdlib")))
    return place


def ran(folder: Path, text: str | bytes, *args: str) -> Ran:
    """Run a program's text in this process; no traceback and no report of a bug may come of it."""
    (folder / "main.tek").write_bytes(text if isinstance(text, bytes) else text.encode())
    found = run(["run", "--allow-needs", "main.tek", *args])
    assert "Traceback" not in found.err
    assert found.status != 70, found.err
    return found


def main_of(*lines: str) -> str:
    """Return a program whose main task has these lines."""
    return "task main() {\n" + "".join(f"    {line}\n" for line in lines) + "}\n"


def body(expression: str) -> str:
    """Return a program that prints an expression."""
    return main_of(f"print({expression})")


# ------------------------------------------------------------------------------------------------------------- source text


@pytest.mark.parametrize("text", [
    body("(" * NESTED + "1" + ")" * NESTED),
    body("[" * NESTED + "1" + "]" * NESTED),
    "task main() {\n    print(" + "(" * NESTED,
    main_of("{" * NESTED),
    "fn f(x: " + "List[" * NESTED + "Int" + "]" * NESTED + ") -> Int => 1\n",
    main_of("let " + "(" * NESTED + "x" + ")" * NESTED + " = 1"),
    body('"{' * NESTED + "1" + '}"' * NESTED),
    body("not " * NESTED + "true"),
    body("-" * NESTED + "1"),
    body(" ** ".join(["1"] * TERMS)),
    body("fn(x: Int) => " * TERMS + "1"),
], ids=["round", "square", "never closed", "braces", "types", "patterns", "strings", "not", "minus", "powers", "lambdas"])  # fmt: skip
def test_what_is_nested_too_deep_is_one_error(folder: Path, text: str) -> None:
    found = ran(folder, text)
    assert found.status == 3
    assert "TEK0012" in found.err
    assert len(found.err) < 20_000


@pytest.mark.parametrize(("text", "out"), [
    (body(" + ".join(["1"] * TERMS)), "50000"),
    (body("(" + " + ".join(['"a"'] * TERMS) + ").len()"), "50000"),
    (main_of("let x = 0.5", "print(" + " + ".join(["x"] * TERMS) + ")"), "25000.0"),
    (main_of("let x = false", "print(" + " or ".join(["x"] * TERMS) + ")"), "false"),
    (body("[" + ", ".join(str(i) for i in range(20_000)) + "].sum()"), "199990000"),
    (body('"' + "a" * 1_000_000 + '".len()'), "1000000"),
], ids=["numbers", "texts", "floats", "or", "a list", "one text"])  # fmt: skip
def test_what_is_long_runs(folder: Path, text: str, out: str) -> None:
    found = ran(folder, text)
    assert (found.status, found.out) == (0, out + "\n")


@pytest.mark.parametrize(("text", "told"), [
    (b'task main() {\n    print("a\x00b")\n}\n', "NUL"),
    (b"task ma\x00in() {}\n", "NUL"),
    (main_of('print("\u00e9")').encode("latin-1"), "UTF-8"),
    (main_of("print(1)").encode("utf-16"), "UTF-16"),
    (main_of("print(1)").encode("utf-16-be"), "main.tek:1"),
    (b'task main() {\n    print("\xed\xa0\x80")\n}\n', "UTF-8"),
    (bytes(range(256)) * 100, "main.tek"),
    (main_of('print("a\u202eb")'), "U+202E"),
    (main_of("let p\u0430ypal = 2", "print(1)"), "Cyrillic"),
], ids=["NUL in a text", "NUL in a name", "latin-1", "utf-16", "utf-16-be", "surrogate", "binary", "turned around", "mixed scripts"])  # fmt: skip
def test_what_is_no_text_is_told_so(folder: Path, text: str | bytes, told: str) -> None:
    found = ran(folder, text)
    assert found.status == 3
    assert told in found.err


def test_a_file_cut_off_anywhere_is_answered(folder: Path) -> None:
    whole = (Path(__file__).parent / "app-event-store" / "main.tek").read_text(encoding="utf-8")
    for end in range(0, len(whole) - 1, 97):
        (folder / "main.tek").write_text(whole[:end], encoding="utf-8")
        found = run(["check", "main.tek"])
        assert found.status in (0, 3), (end, found.err)
        assert "Traceback" not in found.err


def test_an_empty_file_has_no_tasks(folder: Path) -> None:
    assert ran(folder, "").status == 2
    assert ran(folder, "\n\n# nothing\n").status == 2


def test_a_folder_is_no_script(folder: Path) -> None:
    (folder / "main.tek").mkdir()
    found = run(["run", "main.tek"])
    assert found.status == 2
    assert "main.tek" in found.err


def test_a_file_that_may_not_be_read_is_told_so(folder: Path) -> None:
    place = folder / "main.tek"
    place.symlink_to("main.tek")
    found = run(["run", "main.tek"])
    assert found.status == 2
    assert "main.tek" in found.err


# -------------------------------------------------------------------------------------------------------------- deep data

DEEP = """
import json
import json { Json }

record Node(next: Node?, n: Int)

enum Tree {
    Leaf
    Branch(Tree, Int)
}

fn nodes(n: Int) -> Node {
    var x = Node(None, 0)
    for i in 1..=n {
        x = Node(Some(x), i)
    }
    x
}

fn tree(n: Int) -> Tree {
    var x = Leaf
    for i in 0..n {
        x = Branch(x, i)
    }
    x
}

fn arrays(n: Int) -> Json {
    var x = Array([])
    for _ in 0..n {
        x = Array([x])
    }
    x
}

task main(n: Int) {
    let a = nodes(n)
    print([a == nodes(n), a < nodes(n + 1), a == Node(..a, n: 5)])
    print("{a}".len() == a.to_str().len())
    let t = tree(n)
    print([t == tree(n), Set([t, t]).len() == 1, [t: 1].has(tree(n)), [t, t].sort() == [t, t]])
    let j = arrays(n)
    print([j == arrays(n), (try json.encode(j)).is_ok(), (try json.parse("[".repeat(n) + "]".repeat(n))).is_err()])
    print((try {
        assert a == Node(..a, n: 5)
    }).is_err())
    var deep = a
    deep.n += 1
    print(deep.n - a.n)
}
"""


def test_data_nested_a_hundred_thousand_deep_is_data(folder: Path) -> None:
    found = ran(folder, DEEP, str(NESTED))
    assert found.status == 0, found.err
    assert found.out == "[true, true, false]\ntrue\n[true, true, true, true]\n[true, false, true]\ntrue\n1\n"


@pytest.mark.parametrize(("module", "text"), [
    ("json", '"[".repeat(100_000)'),
    ("json", '"[".repeat(100_000) + "]".repeat(100_000)'),
    ("json", '"\\{\\"a\\":".repeat(100_000) + "1" + "\\}".repeat(100_000)'),
    ("yaml", '"[".repeat(100_000) + "]".repeat(100_000)'),
    ("yaml", '"- ".repeat(50_000) + "x"'),
    ("toml", '"a = " + "[".repeat(100_000) + "]".repeat(100_000)'),
    ("toml", '"a" + ".a".repeat(100_000) + " = 1"'),
])  # fmt: skip
def test_texts_that_nest_too_deep_do_not_decode(folder: Path, module: str, text: str) -> None:
    found = ran(folder, f"import {module}\n\n" + body(f"(try {module}.parse({text})).err().map(fn(e) => e.kind)"))
    assert (found.status, found.out) == (0, 'Some("decode")\n'), found.err


@pytest.mark.parametrize("text", [
    'json.parse("\\u{0}")', 'json.parse("{}")', 'json.parse("[1,]")', 'json.parse("\\"\\\\ud800\\"")', 'json.parse("1e999")', 'json.parse("01")',
    'toml.parse("a = 1\\na = 2")', 'toml.parse("[a]\\n[a]")', 'yaml.parse("a: b: c")', 'yaml.parse("\\t- x")', 'yaml.parse("*nowhere")',
    'csv.parse("a,\\"b")', 'time.parse("2024-13-01")', 'time.parse("2024-02-30T00:00:00Z")', 'encoding.base64_decode("a")',
    'encoding.hex_decode("0g")', 'b"\\xff".to_str()', 'text.regex("*")', 'text.regex("a{{1,2000}}")',
])  # fmt: skip
def test_a_text_that_is_not_of_its_kind_fails_and_can_be_taken(folder: Path, text: str) -> None:
    text = text.replace('json.parse("{}")', 'json.parse("\\{")').replace("{{", "\\{").replace("}}", "\\}")
    imports = "".join(f"import {name}\n" for name in ("json", "toml", "yaml", "csv", "time", "encoding", "text"))
    found = ran(folder, imports + body(f"(try {text}).is_err()"))
    assert (found.status, found.out) == (0, "true\n"), found.err


# ---------------------------------------------------------------------------------------------------------------- updates

UPDATES = {
    "a helper is called with the list": "xs = grown(xs, i)",
    "a nested grid": "grid[i % 10].push(i)",
    "a record in a map in a list": 'worlds[0]["k"].items.push(i)',
    "var self": "stack.add(i)",
    "captured and taken back": "let f = fn() => i\n        xs.push(f())",
    "a field taken out and put back": "var items = stack.items\n        stack.items = []\n        items.push(i)\n        stack.items = items",
    "update": 'm.update("k", [], fn(l) => l + [i])',
    "an option": "held = Some((held ?? []) + [i])",
    "text": 'text += "x"',
    "a map of counts": "counts[i % 100, default: 0] += 1",
}


@pytest.mark.parametrize("how", UPDATES)
def test_an_update_costs_the_same_however_much_is_there(folder: Path, how: str) -> None:
    program = f"""
record Stack(items: List[Int])

fn add(var self: Stack, x: Int) {{
    self.items.push(x)
}}

fn grown(xs: List[Int], x: Int) -> List[Int] {{
    var out = xs
    out.push(x)
    out
}}

task main(n: Int) {{
    var xs: List[Int] = []
    var grid = fill(10, xs)
    var stack = Stack([])
    var worlds = [["k": Stack([])]]
    var m: Map[Str, List[Int]] = [:]
    var held: List[Int]? = None
    var text = ""
    var counts: Map[Int, Int] = [:]
    for i in 0..n {{
        {UPDATES[how]}
    }}
    print(xs.len() + grid[0].len() + stack.items.len() + worlds.len() + m.len() + (held ?? []).len() + text.len() + counts.len() > 0)
}}
"""
    assert ran(folder, program, "10").out == "true\n"

    def took(n: int) -> float:
        begin = time.process_time()
        assert ran(folder, program, str(n)).out == "true\n"
        return time.process_time() - begin

    idle = min(took(1) for _ in range(2))
    small = max(0.01, min(took(5_000) for _ in range(2)) - idle)
    large = min(took(50_000) for _ in range(2)) - idle
    assert large <= 25 * small, f"{small:.3f} s and {large:.3f} s"


# ------------------------------------------------------------------------------------------------------ a world that fails


def command(*words: str) -> list[str]:
    """Return a command line that starts tekc as a process of its own."""
    return [sys.executable, "-m", "tekc", *words]


@contextmanager
def started(*words: str, out: int = subprocess.PIPE) -> Iterator[subprocess.Popen[bytes]]:
    """Start tekc, and end it however the test ends."""
    with subprocess.Popen(command(*words), stdout=out, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    """Wait for a process; return its status and what it told."""
    _, told = process.communicate(timeout=30)
    return process.returncode, told


PRINTS = main_of("for i in 0..20_000 {", '    print("line {i}")', "}")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("lines", [1, 20_000])
def test_a_full_disk_is_a_failure_in_words(folder: Path, lines: int) -> None:
    (folder / "main.tek").write_text(PRINTS.replace("20_000", str(lines)), encoding="utf-8")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command("run", "main.tek"), stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"no space" in done.stderr.lower()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_for_messages_changes_no_status(folder: Path) -> None:
    (folder / "main.tek").write_text(body("nothing"), encoding="utf-8")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command("run", "main.tek"), stdout=subprocess.PIPE, stderr=full, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (3, b"")


@pytest.mark.parametrize("words", [("run", "main.tek"), ("run", "main.tek", "--help"), ("explain", "TEK0001"), ("--help",)])
def test_a_closed_pipe_ends_a_command_quietly(folder: Path, words: tuple[str, ...]) -> None:
    (folder / "main.tek").write_text(PRINTS, encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as broken:
        done = subprocess.run(command(*words), stdout=broken, stderr=subprocess.PIPE, check=False, timeout=60)
    assert done.returncode in (0, 1)
    assert b"Traceback" not in done.stderr
    assert b"Error" not in done.stderr


def test_a_pipe_that_is_closed_after_a_line_ends_the_run(folder: Path) -> None:
    (folder / "main.tek").write_text(main_of("while true {", '    print("line")', "}"), encoding="utf-8")
    with started("run", "main.tek") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"line\n"
        process.stdout.close()
        assert process.wait(timeout=30) in (0, 1)
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


WORKS = """
import fs
import time

task main() needs fs.write("out/*"), fs.read("out/*") {
    defer {
        fs.write_text("out/left.txt", "left")
    }
    for i in 0..1_000_000 {
        fs.write_text("out/{i % 5}.txt", "0123456789".repeat(5_000))
        print(i)
        if i % 50 == 0 {
            time.sleep(1ms)
        }
    }
}
"""


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: f"after {moment:.2f} s")
def test_an_interrupt_at_any_moment_ends_it_cleanly(folder: Path, moment: float) -> None:
    (folder / "main.tek").write_text(WORKS, encoding="utf-8")
    with started("run", "--allow-needs", "main.tek", out=subprocess.DEVNULL) as process:
        time.sleep(moment)
        process.send_signal(signal.SIGINT)
        status, told = ended(process)
    # Before Python has begun to listen, the signal itself ends the process.
    assert status in (130, -signal.SIGINT), told
    assert b"Traceback" not in told or moment < 0.2, told
    out = folder / "out"
    for path in out.iterdir() if out.is_dir() else ():
        assert path.suffix == ".txt", "something half-written is left"
        assert path.read_text(encoding="utf-8") in ("left", "0123456789" * 5_000)
    if out.is_dir() and any(out.iterdir()):
        assert (out / "left.txt").exists(), "`defer` did not run"


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_ends_it(folder: Path, sent: signal.Signals) -> None:
    (folder / "main.tek").write_text("import time\n\n" + main_of('print("ready")', "time.sleep(1ms)", "while true {}"), encoding="utf-8")
    with started("run", "main.tek") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(sent)
        status, told = ended(process)
    assert status in (-sent, 128 + sent, 130)
    assert b"Traceback" not in told
