"""``tekc run``: parameters, results, statuses, help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tekc, Write

TYPES = """
enum Colour { Red, DarkBlue }
record Point(x: Int, y: Int = 7)

task main(
    n: Int,
    f: Float = 1.5,
    loud: Bool = false,
    tags: List[Str] = [],
    wait: Duration = 1s,
    size: Size = 1KiB,
    colour: Colour = Red,
    point: Point = Point(1),
    maybe: Int? = None,
    twice: Int = n * 2
) {
    print("{n} {f} {loud} {tags} {wait} {size} {colour} {point} {maybe} {twice}")
}
"""


def test_hello(write: Write, tekc: Tekc) -> None:
    write(main='task main() { print("Hello!") }\n')
    assert tekc("run", "main.tek") == (0, "Hello!\n", "")
    assert tekc("run", "main.tek") == (0, "Hello!\n", "")


def test_parameters_are_options_with_defaults(write: Write, tekc: Tekc) -> None:
    write(main=TYPES)
    assert tekc("run", "main.tek", "3") == (0, "3 1.5 false [] 1s 1KiB Red Point(x: 1, y: 7) None 6\n", "")
    words = ["--n=4", "--f", "2", "--loud", "--tags", "a", "--tags", "b", "--wait", "2min", "--size", "5MB", "--colour", "DarkBlue"]
    words += ["--point", '{"x": 2}', "--maybe", "-1", "--twice", "0"]
    expected = '4 2.0 true ["a", "b"] 2min 5MB DarkBlue Point(x: 2, y: 7) Some(-1) 0\n'
    assert tekc("run", "main.tek", *words) == (0, expected, "")


def test_a_required_parameter_that_is_missing_is_named(write: Write, tekc: Tekc) -> None:
    write(main="task main(day: Str, count: Int) { print(day, ) }\n")
    found = tekc("run", "main.tek")
    assert found.status == 2
    assert "`--day`, `--count`" in found.err
    assert "main.tek --help" in found.err


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["x"], "`--n` takes an Int, not `x`"),
        (["1", "2"], "`2` is too many"),
        (["1", "--colour", "DarkBleu"], "did you mean `DarkBlue`?"),
        (["1", "--lould"], "did you mean `--loud`?"),
        (["1", "--jbos", "2"], "did you mean `--jobs`?"),
        (["1", "--jobs", "0"], "a number from 1"),
        (["1", "--jit", "sometimes"], "off, auto or always"),
        (["1", "--limit", "steps=x"], "a number from 1"),
        (["1", "--root", "nowhere"], "is no folder"),
        (["1", "--point", '{"y": 1}'], "$.x"),
        (["1", "--policy", "p.toml"], "there is no such file"),
        (["1", "--profile", "ci"], "there is no `tek.toml`"),
    ],
)
def test_a_mistake_on_the_command_line_is_status_2(write: Write, tekc: Tekc, words: list[str], part: str) -> None:
    write(main=TYPES)
    found = tekc("run", "main.tek", *words)
    assert (found.status, found.out) == (2, "")
    assert part in found.err


def test_a_task_is_named_behind_a_colon(write: Write, tekc: Tekc) -> None:
    write(main='task main() { print("main") }\ntask other(n: Int) { print("other {n}") }\n')
    assert tekc("run", "main.tek:other", "5").out == "other 5\n"
    found = tekc("run", "main.tek:othr")
    assert found.status == 2
    assert "did you mean `main.tek:other`?" in found.err


def test_where_there_is_no_main_the_tasks_are_listed(write: Write, tekc: Tekc) -> None:
    write(main="## Builds it.\ntask build(src: Str) { print(src) }\n\n## Cleans up.\ntask clean() { print(1) }\n")
    found = tekc("run", "main.tek")
    assert (found.status, found.out) == (2, "")
    assert "build SRC" in found.err
    assert "Cleans up." in found.err
    listed = tekc("run", "--list", "main.tek")
    assert (listed.status, listed.err) == (0, "")
    assert listed.out == found.err
    assert tekc("run", "main.tek", "--list").out == found.err


def test_a_file_without_tasks_says_so(write: Write, tekc: Tekc) -> None:
    write(main="fn f() -> Int => 1\n")
    found = tekc("run", "main.tek")
    assert found.status == 2
    assert "no tasks" in found.err


def test_help_behind_the_file_is_that_of_the_script(write: Write, tekc: Tekc) -> None:
    write(
        main='''## What the file is for.

enum Colour { Red, Blue }

## Greets somebody.
task main(
    ## Who it is.
    name: Str,
    colour: Colour = Red,
    loud: Bool = false,
    files: List[Path] = []
) { print(name) }

## Does more.
task more() { print(1) }
'''
    )
    found = tekc("run", "main.tek", "--help")
    assert (found.status, found.err) == (0, "")
    for part in ("What the file is for.", "Greets somebody.", "NAME", "--name Str", "Who it is.", "default: Red", "one of Red, Blue",
                 "--loud, --no-loud", "--files Path", "more", "Does more."):  # fmt: skip
        assert part in found.out
    assert "Usage: tekc run main.tek:more" in tekc("run", "main.tek:more", "--help").out


def test_a_declared_result_is_printed_last(write: Write, tekc: Tekc) -> None:
    write(
        main='''record P(a: Int, b: Str as "B")
task main() -> List[P] { print("first") ; [P(1, "x")] }
task text() -> Str => "a\\nb"
task path() -> Path => Path("a/b")
task none() -> Int? => None
task silent() { print("x") }
'''.replace(" ; ", "\n")
    )
    assert tekc("run", "main.tek").out == 'first\n[P(a: 1, b: "x")]\n'
    assert json.loads(tekc("run", "main.tek", "--json").out.splitlines()[-1]) == [{"a": 1, "B": "x"}]
    assert tekc("run", "main.tek:text").out == "a\nb\n"
    assert tekc("run", "--json", "main.tek:text").out == '"a\\nb"\n'
    assert tekc("run", "main.tek:path").out == "a/b\n"
    assert tekc("run", "main.tek:none").out == "None\n"
    assert tekc("run", "--json", "main.tek:none").out == "null\n"
    assert tekc("run", "--json", "main.tek:silent").out == "x\n"


def test_what_does_not_compile_is_status_3(write: Write, tekc: Tekc) -> None:
    write(main="task main() {\n    print(nonsense)\n}\n")
    found = tekc("run", "main.tek")
    assert (found.status, found.out) == (3, "")
    assert "main.tek:2:11" in found.err
    assert "1 error" in found.err


def test_warnings_are_shown_at_every_run(write: Write, tekc: Tekc) -> None:
    write(main="import fs\ntask main() { print(1) }\n")
    first, second = tekc("run", "main.tek"), tekc("run", "main.tek")
    assert first == second
    assert "warning[" in first.err
    assert first.out == "1\n"


def test_a_failure_is_told_with_kind_message_trace_and_source(write: Write, tekc: Tekc) -> None:
    write(main="fn middle(n: Int) -> Int {\n    10 // n\n}\n\ntask main() {\n    print(middle(0))\n}\n")
    found = tekc("run", "main.tek")
    assert (found.status, found.out) == (1, "")
    for part in ("divide_by_zero", "main.tek:2", "10 // n", "middle", "main.tek:6"):
        assert part in found.err
    assert "Traceback" not in found.err


def test_own_failures_and_asserts_are_told_too(write: Write, tekc: Tekc) -> None:
    write(main='task main() { fail "no luck" }\ntask check() { assert 1 + 1 == 3, "sums" }\n')
    assert "no luck" in tekc("run", "main.tek").err
    found = tekc("run", "main.tek:check")
    assert found.status == 1
    assert "assert" in found.err


def test_output_before_a_failure_is_there(write: Write, tekc: Tekc) -> None:
    write(main='task main() {\n    print("before")\n    fail "x"\n}\n')
    assert tekc("run", "main.tek").out == "before\n"


def test_a_long_trace_is_cut(write: Write, tekc: Tekc) -> None:
    write(main="fn down(n: Int) -> Int => if n == 0 { 1 // n } else { down(n - 1) + 1 }\ntask main() { print(down(500)) }\n")
    found = tekc("run", "main.tek")
    assert "more calls" in found.err
    assert len(found.err.splitlines()) < 40


def test_a_spent_limit_is_status_5(write: Write, tekc: Tekc) -> None:
    write(main="task main() {\n    var n = 0\n    while true { n += 1 }\n}\n")
    found = tekc("run", "--limit", "steps=20000", "main.tek")
    assert found.status == 5
    assert "steps" in found.err
    assert tekc("run", "main.tek", "--limit", "seconds=0.2").status == 5


def test_a_clause_that_comes_later_is_refused_when_run(write: Write, tekc: Tekc) -> None:
    write(main='task main() cache { print("x") }\ntask other() { print("y") }\n')
    found = tekc("run", "main.tek")
    assert (found.status, found.out) == (3, "")
    assert "cache" in found.err
    assert tekc("run", "main.tek:other").out == "y\n"


def test_a_script_may_be_interpreted_by_its_first_line(write: Write, tekc: Tekc, folder: Path) -> None:
    (folder / "greet").write_text('#!/usr/bin/env -S tekc run\ntask main() { print("hi") }\n')
    assert tekc("run", "greet").out == "hi\n"


def test_tasks_and_parameters_are_completed(write: Write, tekc: Tekc) -> None:
    write(main=TYPES + "\n## Cleans.\ntask clean() { print(1) }\n")
    assert tekc("__complete", "run", "main.tek:").out == "main.tek:main\nmain.tek:clean\tCleans.\n"
    assert tekc("__complete", "run", "main.tek", "--no").out == "--no-loud\n"
    assert tekc("__complete", "run", "main.tek", "--colour", "D").out == "DarkBlue\n"
    assert "--twice" in tekc("__complete", "run", "main.tek", "--t").out
    assert ":files" in tekc("__complete", "run", "main.tek", "x").out
    write(broken="task main( {")
    assert tekc("__complete", "run", "broken.tek", "--").status == 0


def test_a_result_that_is_only_inferred_is_not_printed(write: Write, tekc: Tekc) -> None:
    write(main="fn f() -> Int => 42\ntask main() => f()\n")
    assert tekc("run", "main.tek") == (0, "", "")


def test_what_new_writes_is_formatted_runs_and_passes_its_test(tekc: Tekc) -> None:
    assert tekc("new", "first.tek").status == 0
    assert tekc("run", "first.tek", "--name", "you").out == "hello you\n"
    assert tekc("new", "shop").status == 0
    assert tekc("run", "shop/main.tek").out == "hello world\n"
    assert tekc("check") == (0, "", "2 files checked, no problems\n")
    assert tekc("fmt", "--check").status == 0
    assert "2 passed, 0 failed" in tekc("test").out
    assert "Greets somebody." in tekc("run", "shop/main.tek", "--help").out
