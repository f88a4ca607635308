"""Operators, literals, indices and interpolation."""

from __future__ import annotations

import pytest

from tekrt.ir.text import show_function
from tests.lower.helper import lower
from tests.lower.running import main


@pytest.mark.parametrize(
    ("expression", "want"),
    [
        ("10 // 3 + -7 // 2", "-1"), ("-7 % 3", "2"), ("7 / 2", "3.5"), ("2 ** 3 ** 2", "512"), ("-2 ** 2", "-4"), ("2.0 ** -1.0", "0.5"),
        ("~5 ^ 3 | 1 << 4 & 0xff", "-7"), ("-16 >> 2", "-4"), ("-1 >>> 60", "15"), ("9223372036854775807 +% 1", "-9223372036854775808"),
        ("-9223372036854775808", "-9223372036854775808"), ("5 *% 2 -% 1", "9"), ("7.5 // 2", "3.0"), ("7.5 % 2", "1.5"), ("-(1.5)", "-1.5"),
        ('"a" + "b"', "ab"), ("[1] + [2]", "[1, 2]"), ('b"a" + b"b"', 'b"ab"'), ("1s + 500ms", "1.5s"), ("-(1s) * 2", "-2s"), ("-5min", "-5min"),
        ("10s / 4", "2.5s"), ("10s / 4s", "2.5"), ("5MB * 2 - 1MB", "9MB"), ('Path("a") / "b" / "c.txt"', "a/b/c.txt"),
        ('(Path("a") / "c.txt").stem', "c"), ("not true == false", "true"), ("(5, 2) < (5, 3)", "true"), ("[1, 2] >= [1, 3]", "false"),
        ("Some(1) > None", "true"), ('["a": 1] == ["a": 1]', "true"), ('"a" < "b"', "true"), ("1.5 >= 1.5", "true"), ("false < true", "true"),
        ("[1.5, 2][1]", "2.0"), ("(if 3 > 2 { 1 } else { 2.5 }) + 1", "2.0"), ('"aé😀"[1..]', "é😀"), ('"abc"[1]', "b"), ('b"abc"[1]', "98"),
        ('b"abc"[1..]', 'b"bc"'), ("[1, 2, 3, 4][1..=2]", "[2, 3]"), ("[1, 2, 3][..2]", "[1, 2]"), ("(1..4)", "[1, 2, 3]"), ("()", "()"),
        ("(1, \"a\", [2.5])", '(1, "a", [2.5])'), ("Set([2, 1, 2])", "Set([2, 1])"), ("{ 1 + 1 }", "2"), ('["k": [1]]["k"][0]', "1"),
        ('"{3.14159:.2} {42:>6}|{"ab":<4}|{255:x} {1234567:,} {"q"}"', "3.14     42|ab  |ff 1,234,567 q"), ('json.parse("[1, [2]]")[1][0]', "json.Integer(2)"),
        ('json.parse("\\{\\"a\\": 7\\}")["a"].as_int() ?? 0', "7"), ("math.pi > 3 and 2 * math.pi < 7", "true"),
    ],
)  # fmt: skip
def test_expressions(expression: str, want: str) -> None:
    assert main(f"print({expression})", "import json\nimport math")[0].removeprefix("json.") == want.removeprefix("json.")


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("9223372036854775807 + n", "overflow"), ("n // (n - 1)", "divide_by_zero"), ("n % (n - 1)", "divide_by_zero"), ("n << 64", "overflow"),
        ("n ** -1", "overflow"), ("[1][n]", "index"), ("[1][-n]", "index"), ('"a"[n]', "index"), ("[1][n..5]", "index"), ('["a": 1]["{n}"]', "missing_key"),
        ("-(-9223372036854775807 - n)", "overflow"),
    ],
)  # fmt: skip
def test_what_fails_fails_when_it_runs(expression: str, kind: str) -> None:
    assert main(f"let n = [1].len()\nprint(try ({expression}) catch e {{\n    print(e.kind)\n    return\n}})")[0] == kind


def test_interpolation_gives_paths_where_they_are_wanted() -> None:
    assert main('let n = 3\nlet p: Path = "a/{n}.txt"\nprint(p.name)\nprint("{p}")\nprint("{n}")') == ["3.txt", "a/3.txt", "3"]


def test_commands_are_words_with_operands() -> None:
    source = 'task main(s: Str, xs: List[Path]) needs process("git") {\n    let c = $"git commit -m {s} --x={s} {arg(s)} -- {xs}"\n    print(c.ok())\n}'
    text = show_function(lower(source).functions["main.main"])
    words = "(('git',), ('commit',), ('-m',), ((0, ('Str',)),), ('--x=', (1, ('Str',))), ((2, ('Arg',)),), ('--',), ((3, ('List', ('Path',))),))"
    assert words in text


def test_only_evaluates_its_holes() -> None:
    source = """
import fs
record Where(folder: Path)
fn read(p: Path) -> Str needs fs.read(p) => fs.read_text(p)
task main(p: Path, w: Where) needs fs.read("**") {
    let name = "x"
    only fs.read("a/{name}"), fs.read(p), fs.read("{p.stem}/b"), fs.read(w.folder) {
        print(read("a/x"))
    }
}
"""
    text = show_function(lower(source).functions["main.main"])
    assert "only.mark" in text and "only.leave" in text
    assert "('fs.read', ('a/', (0, '', 'Str')))" in text and "call.host %0 {'Path.stem'}" in text


def test_a_bounded_import_narrows_calls_that_only_the_run_can_judge() -> None:
    library = "import fs\npub fn read(p: Path) -> Str needs fs.read(p) => fs.read_text(p)"
    source = 'import .lib only fs.read("a/**")\ntask main(p: Path) needs fs.read("**") {\n    print(lib.read(p))\n}'
    program = lower(source, others={"lib": library})
    ops = [op.kind.name for block in program.functions["main.main"].blocks for op in block.ops]
    assert ops.index("only.mark") < ops.index("only.enter") < ops.index("call") < ops.index("only.leave")
