"""Every op is written, and does what its table says."""

from __future__ import annotations

from typing import Any

import pytest

from tekrt.interp import Machine
from tekrt.interp.codegen import Translator
from tekrt.interp.flow import LEAVING
from tekrt.interp.gen import EXPRESSIONS, STATEMENTS
from tekrt.ir import Program
from tekrt.ir.ops import OPS
from tekrt.ir.text import parse_functions
from tekrt.values.containers import TList, TMap, copied, new_list, new_map, new_record, new_set, some
from tekrt.values.failure import Failure
from tekrt.values.scalars import Path
from tekrt.values.show import show
from tekrt.values.types import NONE, declare_enum, declare_record
from tests.interp.harness import broker
from tests.ir.samples import program, sample

SHAPED = {"const", "jump", "branch", "switch", "return"}
"""Ops that are part of the control flow, or stand where they are used."""


@pytest.mark.parametrize("name", sorted(OPS))
def test_every_op_has_a_writer(name: str) -> None:
    assert name in EXPRESSIONS or name in STATEMENTS or name in LEAVING | SHAPED


@pytest.mark.parametrize("name", sorted(OPS))
def test_a_sample_of_every_op_becomes_python(name: str) -> None:
    made = Translator(program()).translate(sample(name))
    assert made.code.co_argcount == 1


BOX = declare_record("ops.Box", ("n", ("Int",)), ("items", ("List", ("Int",))))
KIND = declare_enum("ops.Kind", (), ("A", ()), ("B", (("", ("Int",)), ("", ("List", ("Int",))))))


def evaluate(body: str, head: str, args: list[Any], result: str) -> Any:
    """Run a function given by its ops in the text form."""
    text = f"fn f({head}) -> {result} shown 'main.f' file 'main.tek' line 1 {{\nb0():\n{body}\n}}"
    made = Program()
    made.functions = {function.name: function for function in parse_functions(text)}
    return Machine.of(made).run_function("f", args, broker().context())


CASES: list[tuple[str, str, list[Any], str, str]] = [
    # numbers
    ("%2: Int = int.wadd %0, %1", "%0: Int b, %1: Int b", [2**63 - 1, 2], "Int", "-9223372036854775807"),
    ("%2: Int = int.wsub %0, %1", "%0: Int b, %1: Int b", [-(2**63), 1], "Int", "9223372036854775807"),
    ("%2: Int = int.wmul %0, %1", "%0: Int b, %1: Int b", [2**62, 2], "Int", "-9223372036854775808"),
    ("%2: Int = int.xor %0, %1", "%0: Int b, %1: Int b", [6, -1], "Int", "-7"),
    ("%2: Int = int.ushr %0, %1", "%0: Int b, %1: Int b", [-1, 1], "Int", "9223372036854775807"),
    ("%2: Float = int.div %0, %1", "%0: Int b, %1: Int b", [1, 0], "Float", "inf"),
    ("%2: Float = int.div %0, %1", "%0: Int b, %1: Int b", [9007199254740993, 1], "Float", "9007199254740992.0"),
    ("%2: Float = float.div %0, %1", "%0: Float b, %1: Float b", [-1.0, 0.0], "Float", "-inf"),
    ("%2: Float = float.pow %0, %1", "%0: Float b, %1: Float b", [2.0, -1.0], "Float", "0.5"),
    ("%2: Bool = bool.and %0, %1", "%0: Bool b, %1: Bool b", [True, False], "Bool", "false"),
    ("%2: Bool = gen.lt %0, %1", "%0: List[Int] b, %1: List[Int] b", [new_list([1]), new_list([2])], "Bool", "true"),
    ("%2: Bool = gen.ge %0, %1", "%0: List[Int] b, %1: List[Int] b", [new_list([1]), new_list([2])], "Bool", "false"),
    ("%2: Bool = gen.ne %0, %1", "%0: List[Int] b, %1: List[Int] b", [new_list([1]), new_list([2])], "Bool", "true"),
    # text
    ("%2: Str = str.build %0, %1, %0", "%0: Str b, %1: Str b", ["{a}\"'\\", "é\n"], "Str", "{a}\"'\\é\n{a}\"'\\"),
    ("%2: Str = str.show %0", "%0: List[Str] b, %1: Int b", [new_list(["a"]), 0], "Str", '["a"]'),
    ("%2: Str = str.index %0, %1", "%0: Str b, %1: Int b", ["aé", 1], "Str", "é"),
    ("%2: Path = path.join %0, %1", "%0: Path b, %1: Str b", [Path("a"), "b"], "Path", "a/b"),
    ("%2: Path = path.new %0", "%0: Str b, %1: Int b", ["a//b", 0], "Path", "a/b"),
    # lists
    ("%2: List[Int] = list.range %0, %1 {True}", "%0: Int b, %1: Int b", [1, 3], "List[Int]", "[1, 2, 3]"),
    ("%2: List[Int] = list.range %0, %1 {False}", "%0: Int b, %1: Int b", [5, 2], "List[Int]", "[]"),
    ("%2: List[Int] = list.push %0, %1", "%0: List[Int] o, %1: Int b", [TList(2, range(2)), 7], "List[Int]", "[0, 1, 7]"),
    ("%2: Int = list.take %0, %1", "%0: List[Int] b, %1: Int b", [new_list([4, 5]), 1], "Int", "5"),
    ("%2: Bool = list.contains %0, %1", "%0: List[Float] b, %1: Float b", [new_list([float("nan")]), float("nan")], "Bool", "false"),
    ("%2: Bool = list.contains %0, %1", "%0: List[Int] b, %1: Int b", [TList(2, range(9)), 8], "Bool", "true"),
    # maps and sets
    ("%2: Option[List[Int]] = map.find %0, %1", "%0: Map[Str, List[Int]] b, %1: Str b", [new_map([("a", new_list([1]))]), "a"],
     "Option[List[Int]]", "Some([1])"),
    ("%2: Option[Int] = map.find %0, %1", "%0: Map[Str, Int] b, %1: Str b", [new_map([]), "a"], "Option[Int]", "None"),
    ("%2: List[(Str, Int)] = map.entries %0", "%0: Map[Str, Int] b, %1: Int b", [new_map([("a", 1)]), 0], "List[(Str, Int)]", '[("a", 1)]'),
    ("%2: List[List[Int]] = map.keys %0", "%0: Map[List[Int], Int] b, %1: Int b", [new_map([(new_list([1]), 1)]), 0], "List[List[Int]]", "[[1]]"),
    ("%2: Set[Int] = set.new %0", "%0: List[Int] b, %1: Int b", [new_list([2, 1, 2]), 0], "Set[Int]", "Set([2, 1])"),
    ("%2: Bool = set.has %0, %1", "%0: Set[List[Int]] b, %1: List[Int] b", [new_set([new_list([1])]), new_list([1])], "Bool", "true"),
    ("%2: List[Int] = set.items %0", "%0: Set[Int] b, %1: Int b", [new_set([3, 4]), 0], "List[Int]", "[3, 4]"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("op", "head", "args", "result", "shown"), CASES, ids=[f"{at}-{case[0].split()[3]}" for at, case in enumerate(CASES)]
)
def test_an_op_gives_what_it_says(op: str, head: str, args: list[Any], result: str, shown: str) -> None:
    value = evaluate(f"  {op}\n  return %2", head, args, result)
    assert show(value) == shown


def test_getting_an_element_is_one_more_holder() -> None:
    inner = new_list([1])
    value = evaluate(
        "  %2: List[Int] = list.get %0, %1\n  return %2",
        "%0: List[List[Int]] b, %1: Int b",
        [new_list([inner]), 0],
        "List[Int]",
    )
    assert value is inner
    assert inner.rc == 2


def test_an_element_borrowed_for_change_is_made_unique_in_place() -> None:
    inner = new_list([1])
    outer = new_list([inner, inner])
    inner.rc = 2
    body = "  %2: List[Int] = list.mut %0, %1\n  list.append %2, %1\n  return %1"
    evaluate(body, "%0: List[List[Int]] b, %1: Int b", [outer, 0], "Int")
    assert show(outer) == "[[1, 0], [1]]"
    assert inner.rc == 1


def test_a_place_in_a_map_is_its_value() -> None:
    entries = new_map([("a", new_list([1]))])
    body = (
        "  %2: Place = place.map %0, %1\n  %3: Key = place.key %1 {'map', 0}\n  %4: List[Int] = place.mut %2, %3\n"
        "  %5: Int = const {9}\n  list.append %4, %5\n  return %5"
    )
    evaluate(body, "%0: Map[Str, List[Int]] b, %1: Str b", [entries, "a"], "Int")
    assert show(entries) == '["a": [1, 9]]'


def test_a_place_that_is_not_there_fails() -> None:
    body = "  %2: Place = place.map %0, %1\n  return %1"
    with pytest.raises(Failure, match="missing_key"):
        evaluate(body, "%0: Map[Str, Int] b, %1: Str b", [new_map([]), "a"], "Str")


def test_a_default_is_stored_where_the_key_is_missing() -> None:
    entries = new_map([])
    body = (
        "  %3: List[Int] = list.new\n  %4: List[Int] = map.mut_or %0, %1, %3\n  %5: Int = const {1}\n  list.append %4, %5\n"
        "  %6: List[Int] = list.new\n  %7: List[Int] = map.mut_or %0, %1, %6\n  list.append %7, %5\n  return %5"
    )
    evaluate(body, "%0: Map[Str, List[Int]] b, %1: Str b", [entries, "k"], "Int")
    assert show(entries) == '["k": [1, 1]]'


def test_replacing_a_field_gives_up_the_old_one() -> None:
    old = new_list([1])
    box = new_record(BOX, 1, old)
    made = Program()
    text = (
        "fn f(%0: @ops.Box o, %1: List[Int] o) -> @ops.Box shown 'f' file 'x' line 1 {\nb0():\n"
        "  %2: @ops.Box = record.set %0, %1 {1}\n  return %2\n}"
    )
    made.functions = {function.name: function for function in parse_functions(text)}
    value = Machine.of(made).run_function("f", [box, new_list([2])], broker().context())
    assert value is box
    assert old.rc == 0


def test_taking_from_a_shared_list_leaves_it_as_it_is() -> None:
    outer = new_list([new_list([1])])
    outer.rc = 2
    before = copied[0]
    value = evaluate(
        "  %2: List[Int] = list.take %0, %1\n  return %2", "%0: List[List[Int]] b, %1: Int b", [outer, 0], "List[Int]"
    )
    assert value is outer.a[0]
    assert value.rc == 2
    outer.rc = 1
    value.rc = 1
    taken = evaluate(
        "  %2: List[Int] = list.take %0, %1\n  return %2", "%0: List[List[Int]] b, %1: Int b", [outer, 0], "List[Int]"
    )
    assert taken.rc == 1
    assert outer.a[0] is None
    assert copied[0] == before


def test_variants_and_options_are_told_apart() -> None:
    assert some(1) != NONE
    assert KIND.variants[0].value[0] is KIND.variants[0]
    assert isinstance(new_map([]), TMap)
