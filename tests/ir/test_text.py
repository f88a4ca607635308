"""The text form: what is printed is parsed back to the same; completeness over all ops."""

from __future__ import annotations

import math

import pytest

from tekrt.ir.build import Builder
from tekrt.ir.ops import OPS
from tekrt.ir.rules import SIGNATURES, SPECIAL
from tekrt.ir.text import TextError, parse_function, parse_functions, parse_type, show_function, show_type
from tekrt.ir.types import FLOAT, INT, STR, UNIT, option
from tests.ir.samples import sample


@pytest.mark.parametrize("name", sorted(OPS))
def test_every_op_is_printed_and_parsed_back(name: str) -> None:
    text = show_function(sample(name))
    assert show_function(parse_function(text)) == text
    assert name in text or name in ("jump", "return")


def test_every_op_has_a_typing_rule() -> None:
    assert set(SIGNATURES) | set(SPECIAL) == set(OPS)
    assert not set(SIGNATURES) & set(SPECIAL)


@pytest.mark.parametrize(
    "t",
    [
        INT, ("List", ("Map", STR, ("Set", FLOAT))), ("Tuple", INT), ("Tuple", INT, ("Tuple", STR, UNIT)), ("Fn", (), UNIT),
        ("Fn", (INT, ("Fn", (STR,), INT)), ("List", INT)), option(("Record", "main.Point", ())), ("Param", "T"),
        ("Enum", "lib.text.Tree", (("Param", "K"), INT)), ("Cell", ("List", INT)), ("Record", "a.B", (INT, STR)),
    ],
)  # fmt: skip
def test_types_are_parsed_back(t: tuple[object, ...]) -> None:
    assert parse_type(show_type(t)) == t


@pytest.mark.parametrize("value", [0.1, -0.0, math.inf, -math.inf, 1e300])
def test_floats_keep_their_value(value: float) -> None:
    b = Builder("f", FLOAT)
    b.ret(b.float(value))
    (op, _) = parse_function(show_function(b.function)).blocks[0].ops
    assert math.copysign(1.0, op.imm[0]) == math.copysign(1.0, value)
    assert op.imm[0] == value


def test_nan_and_odd_strings_are_parsed_back() -> None:
    b = Builder("f", UNIT, shown='test "it\'s {odd} -> b3"', file="a b'\".tek")
    b.float(math.nan)
    b.str('b3, "x" {\n} @1:2')
    b.const(b"\x00'", ("Bytes",))
    b.ret(b.unit())
    text = show_function(b.function)
    assert show_function(parse_function(text)) == text


def test_several_functions_are_parsed() -> None:
    text = show_function(sample("const")) + "\n" + show_function(sample("jump"))
    assert [f.name for f in parse_functions(text)] == ["main.const", "main.jump"]


@pytest.mark.parametrize("text", ["", "nothing", "fn f() -> Int {\n}", "fn f() -> Int shown 'f' file 'x' line 1 {\nb0():\n  no.op\n}"])
def test_what_is_no_ir_is_refused(text: str) -> None:
    with pytest.raises((TextError, IndexError)):
        parse_function(text)
