"""Single passes on IR that is written by hand, and the registry."""

from __future__ import annotations

import pytest

from tekc.passes import PASSES, run_passes
from tekc.passes.dead import clean
from tekc.passes.fold import fold
from tekc.passes.jumps import simplify
from tekc.passes.ownership import run as own
from tekrt.ir import Function, Program
from tekrt.ir.text import parse_functions, show_function
from tekrt.ir.verify import verify_program
from tests.lower.helper import check, lower


def program(*texts: str) -> Program:
    """Return a program of functions given as (name(params) -> result, blocks)."""
    made = Program()
    for text in texts:
        head, _, body = text.strip().partition("\n")
        (function,) = parse_functions(f"fn {head} shown 'f' file 'x' line 1 {{\n{body}\n}}")
        made.functions[function.name] = function
    return made


def body(function: Function) -> list[str]:
    """Return the lines of a function without its head."""
    return [line.strip() for line in show_function(function).splitlines()[1:-1]]


def test_constants_are_folded_but_what_fails_is_not() -> None:
    made = program("""f() -> Int
b0():
  %0: Int = const {9223372036854775807}
  %1: Int = const {1}
  %2: Int = int.add %0, %1
  %3: Int = int.sub %0, %1
  %4: Int = int.floordiv %0, %1
  return %3""")
    fold(made.functions["f"])
    assert body(made.functions["f"])[3:] == [
        "%2: Int = int.add %0, %1", "%3: Int = const {9223372036854775806}", "%4: Int = int.floordiv %0, %1", "return %3"
    ]  # fmt: skip


def test_a_branch_on_a_constant_goes_one_way() -> None:
    made = program("""f() -> Int
b0():
  %0: Bool = const {True}
  branch %0 {b1, b2}
b1():
  %1: Int = const {1}
  return %1
b2():
  %2: Int = const {2}
  return %2""")
    fold(made.functions["f"])
    simplify(made.functions["f"])
    clean(made.functions["f"])
    assert body(made.functions["f"]) == ["b0():", "%1: Int = const {1}", "return %1"]


def test_parts_of_a_new_tuple_are_its_operands() -> None:
    made = program("""f(%0: Int b, %1: Int b) -> Int
b0():
  %2: (Int, Int) = tuple.new %0, %1
  %3: Int = tuple.get %2 {1}
  return %3""")
    fold(made.functions["f"])
    clean(made.functions["f"])
    assert body(made.functions["f"]) == ["b0():", "return %1"]


def test_dead_ops_go_with_what_was_only_for_them_and_failing_ones_stay() -> None:
    made = program("""f(%0: Int b) -> Int
b0():
  %1: Int = const {1}
  %2: List[Int] = list.new %0, %1
  %3: Int = list.len %2
  %4: Int = int.add %0, %0
  return %0""")
    clean(made.functions["f"])
    assert body(made.functions["f"]) == ["b0():", "%4: Int = int.add %0, %0", "return %0"]


def test_empty_blocks_are_skipped_and_straight_ones_joined() -> None:
    made = program("""f(%0: Bool b, %9: Int b) -> Int
b0():
  branch %0 {b1, b2}
b1():
  jump {b3}
b2():
  jump {b3}
b3():
  jump %9 {b4}
b4(%1: Int):
  return %1""")
    simplify(made.functions["f"])
    assert body(made.functions["f"]) == ["b0():", "branch %0 {b3, b3}", "b3():", "return %9"]


def test_an_endless_empty_loop_is_left_alone() -> None:
    made = program("f() -> Int\nb0():\n  jump {b1}\nb1():\n  jump {b2}\nb2():\n  jump {b1}")
    simplify(made.functions["f"])
    verify_program(made)


def test_blocks_with_different_handlers_stay_apart() -> None:
    made = program("""f(%0: Int b) -> Int
b0():
  jump {b1}
b1() handler b2:
  %1: Int = int.add %0, %0
  return %1
b2(%2: @Error):
  return %0""")
    simplify(made.functions["f"])
    assert len(made.functions["f"].blocks) == 3


def test_the_last_use_moves_and_others_are_duplicated() -> None:
    made = program("""f(%0: Int b) -> List[List[Int]]
b0():
  %1: List[Int] = list.new %0
  %2: List[List[Int]] = list.new %1, %1
  return %2""")
    own(made)
    verify_program(made, owned=True)
    assert body(made.functions["f"])[2:4] == ["%3: List[Int] = dup %1", "%2: List[List[Int]] = list.new %1, %3"]


def test_parameters_that_are_only_read_are_borrowed() -> None:
    made = program(
        "reads(%0: List[Int] b) -> Int\nb0():\n  %1: Int = list.len %0\n  return %1",
        "keeps(%0: List[Int] b, %1: Int b) -> List[Int]\nb0():\n  %2: List[Int] = list.push %0, %1\n  return %2",
        "hands(%0: List[Int] b, %1: Int b) -> List[Int]\nb0():\n  %2: List[Int] = call %0, %1 {'keeps'}\n  return %2",
        "both(%0: List[Int] b) -> Int\nb0():\n  %1: Int = call %0 {'reads'}\n  return %1",
    )
    own(made)
    verify_program(made, owned=True)
    assert {name: f.modes for name, f in made.functions.items()} == {"reads": "b", "keeps": "ob", "hands": "ob", "both": "b"}


def test_what_only_one_branch_uses_is_dropped_on_the_other() -> None:
    made = program("""f(%0: Bool b, %1: Int b) -> Int
b0():
  %2: List[Int] = list.new %1
  branch %0 {b1, b2}
b1():
  %3: Int = list.len %2
  return %3
b2():
  return %1""")
    own(made)
    verify_program(made, owned=True)
    assert body(made.functions["f"])[6:] == ["drop %2", "return %3", "b2():", "drop %2", "return %1"][-4:] or "drop %2" in body(made.functions["f"])


def test_a_handler_keeps_alive_what_it_needs() -> None:
    made = program(
        "may(%0: List[Int] b) -> List[Int]\nb0():\n  %1: List[Int] = list.own %0\n  return %1",
        """f(%1: Int b) -> List[Int]
b0():
  %2: List[Int] = list.new %1
  jump {b1}
b1() handler b2:
  %3: List[Int] = call %2 {'may'}
  return %3
b2(%4: @Error):
  return %2""",
    )
    own(made)
    verify_program(made, owned=True)
    lines = body(made.functions["f"])
    assert "%5: List[Int] = dup %2" in lines and "drop %2" in lines and "drop %4" in lines


def test_a_borrow_does_not_span_a_change() -> None:
    source = """
fn f(n: Int) -> List[Int] {
    var grid = [[1], [2]]
    let row = grid[0]
    grid[0].push(n)
    row
}
fn g(n: Int) -> Int {
    var grid = [[1], [2]]
    let row = grid[0]
    let k = row[0]
    grid[0].push(n)
    k
}
task main() {
    print(f(1))
    print(g(1))
}
"""
    functions = lower(source).functions
    assert not any(op.kind.name == "list.peek" for block in functions["main.f"].blocks for op in block.ops)
    assert any(op.kind.name == "list.peek" for block in functions["main.g"].blocks for op in block.ops)


def test_passes_can_be_listed_printed_and_switched_off() -> None:
    assert [one.name for one in PASSES][-1] == "ownership"
    assert all(one.doc for one in PASSES)
    from tekc.lower import lower_program

    checked = check("fn f(n: Int) -> Int => n + 1 * 2\ntask main() => print(f(1))")
    seen: list[str] = []
    made = lower_program(checked, optimise=False)
    run_passes(made, without=("fold", "ownership"), after=lambda one, _: seen.append(one.name))
    verify_program(made, owned=True)
    assert seen == ["jumps", "dead", "lending", "ownership"]
    assert "int.mul" in show_function(made.functions["main.f"])


@pytest.mark.parametrize("off", [(), ("fold",), ("jumps",), ("dead",), ("fold", "jumps", "dead")])
def test_the_meaning_does_not_depend_on_optional_passes(off: tuple[str, ...]) -> None:
    from tekc.lower import lower_program
    from tekrt.interp import Limits, Machine
    from tekrt.kernel import Broker, Permit
    from tekrt.kernel.world import simulated

    source = """
fn f(xs: List[Int]) -> Int {
    var t = 0
    for (i, x) in xs.enumerate() {
        let r = try {
            if x == 2 {
                fail "two"
            }
            x * 10 + i
        }
        t += r ?? 1000
    }
    t
}
task main() {
    print(f([1, 2, 3]))
}
"""
    made = lower_program(check(source), without=off)
    verify_program(made, owned=True)
    out = bytearray()
    world = simulated(write_out=out.extend)
    broker = Broker(world, Permit.of([], "/nonexistent", world.home))
    Machine.of(made).run_function("main.main", [], broker.context("main.main"), Limits())
    broker.close()
    assert out.decode() == "1042\n"


FAILING = """
fn bad(l: List[List[Int]]) -> List[List[Int]] {
    var x = l
    x.push([9])
    if x.len() > 1 {
        fail "no"
    }
    x
}
fn good(l: List[List[Int]]) -> List[List[Int]] => l + [[1]]
fn early(l: List[List[Int]], n: Int) -> List[List[Int]] => l + [[n + 1]]
task main() {
    var m: Map[Str, List[List[Int]]] = ["k": [[1]]]
    let n = 3
    %s
    print(m)
}
"""


@pytest.mark.parametrize(
    ("update", "lends"),
    [
        ("m.update(\"k\", [], good)", True),
        ("m.update(\"k\", [], fn(l) => l + [[n + 1]])", True),
        ("m.update(\"k\", [], fn(l) => early(l, n))", True),
        ("m.update(\"k\", [], fn(l) => good(good(l)))", True),
        ("m.update(\"k\", [], bad)", False),
        ("m.update(\"k\", [], fn(l) => bad(l))", False),
        ("m.update(\"k\", [], fn(l) {\n        var x = l\n        x.push([1])\n        x[7] = []\n        x\n    })", False),
        ("let f = [good][0]\n    m.update(\"k\", [], f)", False),
    ],
)  # fmt: skip
def test_updates_lend_only_to_what_cannot_fail_half_way(update: str, lends: bool) -> None:
    made = lower(FAILING % update)
    (called,) = [op.imm[0] for block in made.functions["main.main"].blocks for op in block.ops if op.kind.name == "call"]
    assert called.startswith("Map.update") and called.endswith(".cautious") != lends


def test_a_failing_update_leaves_the_map_as_it_was() -> None:
    from tests.lower.running import run

    assert run(FAILING % 'try m.update("k", [], bad)') == '["k": [[1]]]\n'
