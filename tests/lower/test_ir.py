"""What lowering makes of the main constructs, as text, and that its size and time stay linear in the source."""

from __future__ import annotations

import re
import time

import pytest

from tekrt.ir.text import show_function
from tests.lower.helper import Wrong, lower


def text(source: str, function: str, optimise: bool = True) -> str:
    """Return the IR of a function without its head and places, values numbered as they appear."""
    program = lower(source, optimise=optimise)
    lines = show_function(program.functions[function]).splitlines()[1:-1]
    whole = "\n".join([re.sub(r" @\d+:\d+$", "", line) for line in lines])
    numbers: dict[str, str] = {}
    return re.sub(r"%\d+", lambda found: numbers.setdefault(found.group(), f"%{len(numbers)}"), whole)


def size(source: str) -> int:
    """Return the number of ops of a program."""
    program = lower(source)
    return sum([len(block.ops) for function in program.functions.values() for block in function.blocks])


def test_a_loop_counts_without_a_list() -> None:
    source = "fn f(n: Int) -> Int {\n    var t = 0\n    for i in 0..n {\n        t += i\n    }\n    t\n}\ntask main() => print(f(3))"
    assert text(source, "main.f") == """\
b0():
  %0: Int = const {0}
  %1: Int = const {0}
  jump %1, %0 {b1}
b1(%2 "i": Int, %3 "t": Int):
  %4: Bool = int.lt %2, %5
  branch %4 {b5, b3}
b5():
  %6: Int = int.add %3, %2
  %7: Int = int.next %2
  jump %7, %6 {b1}
b3():
  return %3"""


def test_a_list_is_pushed_in_place_and_read_by_borrows() -> None:
    source = """
fn f(rows: List[List[Int]], y: Int) -> List[Int] {
    var out: List[Int] = []
    for row in rows {
        out.push(row[y])
    }
    out
}
task main() => print(f([[1]], 0))
"""
    assert text(source, "main.f") == """\
b0():
  %0: List[Int] = list.new
  %1: Int = list.len %2
  %3: Int = const {0}
  jump %3, %0 {b1}
b1(%4 "i": Int, %5 "out": List[Int]):
  %6: Bool = int.lt %4, %1
  branch %6 {b5, b3}
b5():
  %7: List[Int] = list.at_peek %2, %4
  %8: Int = list.get %7, %9
  %10 "out": List[Int] = list.push %5, %8
  %11: Int = int.next %4
  jump %11, %10 {b1}
b3():
  return %5"""


def test_a_match_on_many_variants_is_a_switch() -> None:
    source = "enum E {\n    A(Int)\n    B\n    C\n}\nfn f(e: E) -> Int {\n    match e {\n        A(n) => n\n        B => 2\n        C => 3\n    }\n}\ntask main() => print(f(B))"
    assert text(source, "main.f") == """\
b0():
  %0: Int = enum.tag %1
  switch %0 {(b2, b3, b4), b9}
b9():
  unreachable
b2():
  %2 "n": Int = enum.get %1 {'main.E', 0, 0}
  jump %2 {b1}
b3():
  %3: Int = const {2}
  jump %3 {b1}
b4():
  %4: Int = const {3}
  jump %4 {b1}
b1(%5: Int):
  return %5"""


def test_a_variable_that_a_handler_may_see_is_in_a_slot() -> None:
    source = "fn g(n: Int) -> Int => n\nfn f() -> Int {\n    var n = 0\n    var other = 1\n    other += 1\n    try {\n        n = g(1)\n    } catch e {\n        n += 10\n    }\n    n + other\n}\ntask main() => print(f())"
    made = text(source, "main.f")
    assert "slot.set" in made and made.count("slot 0: Int") == 1 and "slot 1" not in made


def test_a_receiver_of_a_method_that_changes_it_is_in_a_cell() -> None:
    source = "record C(n: Int)\nfn up(var self: C) {\n    self.n += 1\n}\nfn f() -> Int {\n    var c = C(0)\n    c.up()\n    c.n\n}\ntask main() => print(f())"
    made = text(source, "main.f")
    assert "cell.new" in made and "place.cell" in made and "cell.peek" in made and "cell.get" not in made
    assert text(source, "main.C.up") == """\
b0():
  %0: Int = const {1}
  %1: @main.C = place.mut %2, %3
  %4: Int = record.get %1 {0}
  %5: Int = int.add %4, %0
  record.put %1, %5 {0}
  %6: Unit = const {None}
  return %6"""


def test_a_deferred_block_exists_once() -> None:
    body = "".join([f"    if n == {i} {{\n        return {i}\n    }}\n" for i in range(20)])
    source = f'fn f(n: Int) -> Int {{\n    defer {{\n        print("only once")\n    }}\n{body}    0\n}}\ntask main() => print(f(3))'
    assert text(source, "main.f").count("only once") == 1


def test_generic_functions_have_instances_for_plain_types() -> None:
    source = "fn twice[T: Num](x: T) -> T => x + x\nrecord R(n: Int)\nfn same[T](x: T) -> T => x\ntask main() {\n    print(twice(1))\n    print(twice(1.5))\n    print(same(R(1)))\n}"
    names = set(lower(source).functions)
    assert {"main.twice[Int]", "main.twice[Float]", "main.same"} <= names
    assert "main.twice" not in names


def test_what_is_not_reached_is_not_lowered() -> None:
    assert set(lower("fn unused() -> Int => 1\ntask main() => print(1)").functions) == {"main.main"}


def test_constants_come_behind_those_they_use() -> None:
    source = "const c = b * 2\nconst b = f()\nconst a = 3\nfn f() -> Int => a + 1\ntask main() => print(c)"
    assert list(lower(source).consts) == ["main.a", "main.b", "main.c"]


def test_tasks_are_described() -> None:
    source = "## Does it.\ntask main(n: Int, out: Path = \"a/{n}\") -> Int\n    retry 3 backoff 1s to 30s\n    timeout 20s\n    once\n{\n    n\n}"
    program = lower(source)
    task = program.tasks["main.main"]
    assert task.clauses == {"retry": (3, "backoff", 10**9, 30 * 10**9), "timeout": 20 * 10**9, "once": True}
    assert task.doc == "Does it." and task.returns
    assert [(p.name, p.type, p.default, p.default_text) for p in task.params] == [
        ("n", ("Int",), None, ""), ("out", ("Path",), "main.main.default.out", '"a/{n}"')
    ]  # fmt: skip
    assert "main.main.default.out" in program.functions


def test_functions_know_their_effects() -> None:
    source = "fn pure(n: Int) -> Int => n\nfn says(n: Int) {\n    print(n)\n}\ntask work() {\n    says(pure(1))\n}\ntask main() {\n    work()\n}"
    functions = lower(source).functions
    assert functions["main.pure"].effects == () and functions["main.says"].effects == ("output",)
    assert functions["main.main"].pauses and not functions["main.says"].pauses


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "fn f(x: Int) -> Int => " + " + ".join(["x"] * n) + "\ntask main() => print(f(1))",
        lambda n: "fn f(x: Str) -> Str => " + " + ".join(["x"] * n) + '\ntask main() => print(f("a"))',
        lambda n: "fn f(x: Bool) -> Bool => " + " and ".join(["x"] * n) + "\ntask main() => print(f(true))",
        lambda n: "fn f(x: Int) -> Bool => " + " or ".join(["x // 2 == 1"] * n) + "\ntask main() => print(f(1))",
        lambda n: "fn f(x: Int) -> Int {\n    if x == 0 { 1 }" + "".join([f" else if x == {i} {{ 2 }}" for i in range(n)]) + " else { 3 }\n}\ntask main() => print(f(1))",
        lambda n: "fn f(x: Int) -> Int {\n    match x {\n" + "".join([f"        {i} => {i}\n" for i in range(n)]) + "        _ => 0\n    }\n}\ntask main() => print(f(1))",
        lambda n: "task main() {\n    print([1]" + ".reverse()" * n + ")\n}",
        lambda n: "task main() {\n" + "".join([f"    var v{i} = {i}\n    if v{i} > 3 {{\n        v{i} += 1\n    }}\n" for i in range(n)]) + "".join([f"    print(v{i})\n" for i in range(n)]) + "}",
        lambda n: "task main() {\n    var n = 0\n" + "".join([f"    n += try [1][{i}] ?? {i}\n" for i in range(n)]) + "    print(n)\n}",
        lambda n: "task main() {\n" + "".join([f"    defer {{\n        print({i})\n    }}\n" for i in range(n // 10)]) + "}",
    ],
    ids=["sum", "text", "and", "or", "else-if", "match", "methods", "variables", "try", "defer"],
)  # fmt: skip
def test_size_and_time_are_linear(make: object) -> None:
    few, many = make(300), make(1200)  # type: ignore[operator]  # they are functions
    begun = time.process_time()
    small = size(few)
    middle = time.process_time()
    large = size(many)
    end = time.process_time()
    assert large <= 4.5 * small
    assert end - middle <= 12 * (middle - begun) + 0.5


def test_nesting_up_to_the_parsers_limit_is_lowered() -> None:
    lower("fn f(x: Int) -> Int => x\ntask main() {\n    print(" + "f(" * 90 + "1" + ")" * 90 + ")\n    print(" + "[" * 90 + "1" + "]" * 90 + ")\n}")
    depth = 90
    blocks = "".join(["    " * (i + 1) + f"if n < {i + 1} {{\n" + "    " * (i + 2) + "n += 1\n" for i in range(depth)])
    ends = "".join(["    " * (i + 1) + "}\n" for i in range(depth - 1, -1, -1)])
    lower("task main() {\n    var n = 0\n" + blocks + ends + "    print(n)\n}")


def test_a_program_with_errors_is_not_lowered() -> None:
    with pytest.raises(Wrong):
        lower("task main() {\n    print(x)\n}")
