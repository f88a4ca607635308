"""Arithmetic, formats and texts of numbers."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tekrt.values.failure import Failure
from tekrt.values.format import FormatError, format_problem, format_value, parse_format
from tekrt.values.numbers import (
    INT_MAX,
    INT_MIN,
    checked,
    float_div,
    float_floordiv,
    float_mod,
    float_pow,
    int_div,
    int_pow,
    int_shift,
    num_op,
    unit_op,
    wrap,
)  # fmt: skip
from tekrt.values.scalars import Duration, Instant, Path, Size, join_path
from tekrt.values.show import show

INTS = st.integers(INT_MIN, INT_MAX)
INF, NAN = float("inf"), float("nan")


def kind_of(run: Any) -> str:
    with pytest.raises(Failure) as caught:
        run()
    return caught.value.kind


@given(st.integers(-(1 << 70), 1 << 70))
def test_wrapping_is_modulo_two_to_the_sixty_fourth(n: int) -> None:
    assert INT_MIN <= wrap(n) <= INT_MAX
    assert (wrap(n) - n) % (1 << 64) == 0


def test_what_does_not_fit_overflows() -> None:
    assert checked(INT_MAX, "x") == INT_MAX
    assert kind_of(lambda: checked(INT_MAX + 1, "x")) == "overflow"
    assert kind_of(lambda: num_op("add", INT_MAX, 1)) == "overflow"
    assert num_op("mul", 1.5, 2.0) == 3.0


@given(st.integers(-20, 20), st.integers(0, 70))
def test_powers_are_exact_or_overflow(base: int, exponent: int) -> None:
    if INT_MIN <= base**exponent <= INT_MAX:
        assert int_pow(base, exponent) == base**exponent
    else:
        assert kind_of(lambda: int_pow(base, exponent)) == "overflow"


def test_powers_never_make_huge_numbers() -> None:
    assert kind_of(lambda: int_pow(10, 10**18)) == "overflow"
    assert kind_of(lambda: int_pow(2, -1)) == "overflow"
    assert int_pow(-1, 10**18 + 1) == -1
    assert int_pow(0, 10**18) == 0
    assert int_pow(-2, 63) == INT_MIN


@given(INTS, st.integers(0, 63))
def test_shifts(n: int, by: int) -> None:
    assert int_shift(n, by, "shl") == wrap(n << by)
    assert int_shift(n, by, "shr") == n >> by
    assert int_shift(n, by, "ushr") == wrap((n % (1 << 64)) >> by)


def test_shifts_outside_overflow() -> None:
    assert int_shift(1, 63, "shl") == INT_MIN
    for by in (-1, 64):
        assert kind_of(lambda by=by: int_shift(1, by, "shl")) == "overflow"


def test_division_of_ints_is_that_of_floats() -> None:
    assert int_div(1, 3) == 1 / 3
    assert int_div(9007199254740993, 1) == 9007199254740992.0
    assert int_div(1, 0) == INF
    assert int_div(-1, 0) == -INF
    assert math.isnan(int_div(0, 0))


def test_floats_never_raise() -> None:
    assert float_div(1.0, -0.0) == -INF
    assert math.isnan(float_div(0.0, 0.0))
    assert math.isnan(float_div(NAN, 0.0))
    assert float_floordiv(7.0, 2.0) == 3.0
    assert float_floordiv(7.0, 0.0) == INF
    assert math.isnan(float_mod(1.0, 0.0))
    assert float_mod(-7.0, 3.0) == 2.0
    assert float_pow(2.0, -1.0) == 0.5
    assert float_pow(0.0, -1.0) == INF
    assert float_pow(-0.0, -1.0) == -INF
    assert float_pow(1e300, 2.0) == INF
    assert float_pow(-1e300, 3.0) == -INF
    assert math.isnan(float_pow(-8.0, 1 / 3))


@given(st.floats(), st.floats())
def test_every_float_operation_has_a_float(a: float, b: float) -> None:
    for op in (float_div, float_floordiv, float_mod, float_pow):
        assert type(op(a, b)) is float


def test_quantities() -> None:
    second = Duration(10**9)
    assert unit_op("add", second, second) == Duration(2 * 10**9)
    assert unit_op("sub", second, second) == Duration(0)
    assert unit_op("neg", second) == Duration(-(10**9))
    assert unit_op("mul", second, 3) == unit_op("mul", 3, second) == Duration(3 * 10**9)
    assert unit_op("mul", second, 0.5) == Duration(5 * 10**8)
    assert unit_op("div", second, 2) == Duration(5 * 10**8)
    assert unit_op("div", Duration(5), 2) == Duration(2)
    assert unit_op("div", Duration(7), 2) == Duration(4)
    assert unit_op("div", Duration(-7), 2) == Duration(-4)
    assert unit_op("div", second, Duration(4)) == 2.5e8
    assert unit_op("add", Instant(5), Duration(1)) == Instant(6)
    assert unit_op("add", Duration(1), Instant(5)) == Instant(6)
    assert unit_op("sub", Instant(5), Instant(3)) == Duration(2)
    assert unit_op("sub", Instant(5), Duration(3)) == Instant(2)
    assert unit_op("add", Size(1), Size(2)) == Size(3)
    assert kind_of(lambda: unit_op("div", second, 0)) == "divide_by_zero"
    assert kind_of(lambda: unit_op("mul", Duration(INT_MAX), 2)) == "overflow"
    assert kind_of(lambda: unit_op("mul", second, INF)) == "overflow"


@pytest.mark.parametrize(
    ("value", "fmt", "text"),
    [
        (3.14159, ".2", "3.14"),
        (3.14159, ">8.2", "    3.14"),
        (1234567.891, ">14,.2f", "  1,234,567.89"),
        (1e6, ".3g", "1e+06"),
        (0.25, ".0%", "25%"),
        (42, "05", "00042"),
        (42, "+", "+42"),
        (255, "x", "ff"),
        (5, "b", "101"),
        (1234567, ",", "1,234,567"),
        (2, ".2f", "2.00"),
        ("ab", ">5", "   ab"),
        ("ab", "*^6", "**ab**"),
        ("abcdef", ".3", "abc"),
        (True, ">6", "  true"),
        (Duration(1_500_000_000), ">6", "  1.5s"),
        (Path("a/b"), "<5", "a/b  "),
        (7, "}>3", "}}7"),
    ],
)
def test_formats_have_pythons_meaning(value: Any, fmt: str, text: str) -> None:
    assert format_value(value, parse_format(fmt)) == text


@pytest.mark.parametrize("fmt", ["q", ".", "<<<", "5.2fx", "9999999999", "5..2", ".99999999"])
def test_what_is_no_format_is_refused(fmt: str) -> None:
    with pytest.raises(FormatError):
        parse_format(fmt)


@pytest.mark.parametrize(
    ("kind", "fmt"),
    [("Int", ".2"), ("Int", ",x"), ("Int", "s"), ("Float", "d"), ("Str", "d"), ("Str", "+"), ("Str", ","), ("Str", "=5")],
)
def test_a_format_that_does_not_fit_has_a_reason(kind: str, fmt: str) -> None:
    assert format_problem(parse_format(fmt), kind)
    value = {"Int": 1, "Float": 1.0, "Str": "a"}[kind]
    assert kind_of(lambda: format_value(value, parse_format(fmt))) == "encode"


def test_a_number_that_is_no_character() -> None:
    assert kind_of(lambda: format_value(-1, parse_format("c"))) == "encode"


def test_paths_are_in_normal_form() -> None:
    for text, normal in [
        ("a/", "a"),
        ("./a", "a"),
        ("a//b", "a/b"),
        ("a/./b", "a/b"),
        ("/", "/"),
        ("//a", "/a"),
        ("", ""),
        (".", "."),
        ("./", "."),
    ]:
        assert Path(text).text == normal
    assert Path("a/../b").text == "a/../b"
    assert join_path(Path("a"), "b/c").text == "a/b/c"
    assert join_path(Path("a"), "/b").text == "/b"
    assert join_path(Path("."), "b").text == "b"
    assert join_path(Path("a"), "").text == "a"
    assert show(Path("./x")) == "x"
