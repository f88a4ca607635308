"""The verifier accepts what is right and names what is wrong."""

from __future__ import annotations

import pytest

from tekrt.ir.ops import OPS
from tekrt.ir.text import parse_functions
from tekrt.ir.verify import VerifyError, verify_function, verify_program
from tests.ir.samples import program, sample


@pytest.mark.parametrize("name", sorted(OPS))
def test_a_sample_of_every_op_is_right(name: str) -> None:
    assert verify_function(sample(name), program()) == []


def problems(body: str, head: str = "%0: Int b, %1 \"xs\": List[Int] b", owned: bool = False, result: str = "Int", slots: str = "") -> str:
    text = f"fn f({head}) -> {result} shown 'f' file 'x' line 1 {{\n{slots}{body}\n}}"
    (function,) = parse_functions(text)
    return "\n".join(verify_function(function, program(), owned))


def test_a_missing_terminator_is_found() -> None:
    assert "no terminator" in problems("b0():\n  %2: Int = int.add %0, %0")


def test_a_terminator_inside_is_found() -> None:
    assert "stands inside" in problems("b0():\n  return %0\n  return %0")


def test_a_wrong_operand_is_found() -> None:
    assert "operand 1 is List[Int]" in problems("b0():\n  %2: Int = int.add %0, %1\n  return %2")


def test_a_wrong_result_is_found() -> None:
    assert "the result must be Int" in problems("b0():\n  %2: Str = int.add %0, %0\n  return %0")


def test_type_variables_of_an_op_agree() -> None:
    assert "operand 1 is Str" in problems(
        "b0():\n  %2: Str = const {'a'}\n  %3: List[Int] = list.push %1, %2\n  return %0"
    )


def test_a_wrong_number_of_operands_is_found() -> None:
    assert "does not take 1" in problems("b0():\n  %2: Int = int.add %0\n  return %2")


def test_a_wrong_return_is_found() -> None:
    assert "the function gives Int" in problems("b0():\n  return %1")


def test_a_use_before_the_definition_is_found() -> None:
    assert "not there on every way" in problems("b0():\n  %2: Int = int.add %3, %0\n  %3: Int = int.add %0, %0\n  return %2")


def test_a_use_from_another_branch_is_found() -> None:
    body = """b0():
  %2: Bool = int.eq %0, %0
  branch %2 {b1, b2}
b1():
  %3: Int = int.add %0, %0
  jump {b3}
b2():
  jump {b3}
b3():
  return %3"""
    assert "not there on every way" in problems(body)


def test_a_handler_sees_only_what_was_there_before() -> None:
    body = """b0():
  jump {b1}
b1() handler b2:
  %3: Int = int.add %0, %0
  return %3
b2(%4: @Error):
  return %3"""
    assert "not there on every way" in problems(body)
    assert problems(body.replace("return %3\nb2", "return %0\nb2").replace("return %3", "return %0")) == ""


def test_a_handler_needs_an_error_as_parameter() -> None:
    assert "handler" in problems("b0() handler b1:\n  return %0\nb1():\n  return %0")


def test_only_a_jump_gives_operands_to_a_block() -> None:
    body = "b0():\n  %2: Bool = int.eq %0, %0\n  branch %2 {b1, b1}\nb1(%3: Int):\n  return %3"
    assert "only a jump" in problems(body)
    assert "as many operands" in problems("b0():\n  jump {b1}\nb1(%3: Int):\n  return %3")


def test_a_value_is_defined_once() -> None:
    assert "defined twice" in problems("b0():\n  %2: Int = int.add %0, %0\n  %2: Int = int.add %0, %0\n  return %2")


def test_what_is_never_reached_is_found() -> None:
    assert "never reached" in problems("b0():\n  return %0\nb1():\n  return %0")


def test_unknown_slots_fields_and_functions_are_found() -> None:
    assert "no such slot" in problems("b0():\n  %2: Int = slot.get {3}\n  return %2")
    assert "the slot holds" in problems("b0():\n  %2: Int = slot.get {0}\n  return %2", slots="  slot 0: Str\n")
    assert "no such field" in problems("b0():\n  %2: Int = record.get %3 {9}\n  return %2", head="%3: @main.Point b")
    assert "no such function" in problems("b0():\n  %2: Int = call {'main.none'}\n  return %2")
    assert "arguments are needed" in problems("b0():\n  %2: Int = call {'main.same'}\n  return %2")
    assert "operands are not the fields" in problems("b0():\n  %2: @main.Point = record.new %0 {'main.Point'}\n  return %0")


def test_constants_fit_their_type() -> None:
    assert "no Int" in problems("b0():\n  %2: Int = const {'a'}\n  return %2")
    assert "no Int" in problems("b0():\n  %2: Int = const {True}\n  return %2")


def test_the_program_is_verified_as_a_whole() -> None:
    whole = program()
    whole.functions["bad"] = parse_functions("fn bad() -> Int shown 'b' file 'x' line 1 {\nb0():\n  unreachable\nb1():\n  unreachable\n}")[0]
    with pytest.raises(VerifyError, match="never reached"):
        verify_program(whole)


OWNED = "%1 \"xs\": List[Int] o"


def test_owned_values_are_given_up_once() -> None:
    assert problems("b0():\n  return %1", OWNED, True, "List[Int]") == ""
    assert "never given up" in problems("b0():\n  %2: Int = list.len %1\n  return %2", OWNED, True)
    assert problems("b0():\n  %2: Int = list.len %1\n  drop %1\n  return %2", OWNED, True) == ""
    assert "after it was given up" in problems("b0():\n  drop %1\n  %2: Int = list.len %1\n  return %2", OWNED, True)


def test_borrowed_values_are_not_given_up() -> None:
    assert "is borrowed but given up" in problems("b0():\n  return %1", OWNED.replace(" o", " b"), True, "List[Int]")
    good = "b0():\n  %2: List[Int] = dup %1\n  return %2"
    assert problems(good, OWNED.replace(" o", " b"), True, "List[Int]") == ""


def test_a_borrow_does_not_outlive_its_owner() -> None:
    body = "b0():\n  %2: Int = const {0}\n  %3: List[Int] = list.peek %1, %2\n  drop %1\n  %4: Int = list.len %3\n  return %4"
    assert "after it was given up" in problems(body, "%1: List[List[Int]] o", True)


def test_ways_agree_on_what_is_owned() -> None:
    body = """b0():
  %2: Int = list.len %1
  %3: Bool = int.eq %2, %2
  branch %3 {b1, b2}
b1():
  drop %1
  jump {b3}
b2():
  jump {b3}
b3():
  return %2"""
    assert "differs by the way" in problems(body, OWNED, True)
    assert problems(body.replace("b2():\n", "b2():\n  drop %1\n"), OWNED, True) == ""


def test_a_handler_may_not_use_what_is_given_up_in_its_block() -> None:
    body = """b0():
  jump {b1}
b1() handler b2:
  drop %1
  %2: Int = int.add %0, %0
  return %2
b2(%3: @Error):
  drop %3
  %4: Int = list.len %1
  drop %1
  return %4"""
    assert "after it was given up" in problems(body, "%0: Int b, " + OWNED, True)
