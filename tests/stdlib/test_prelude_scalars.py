"""Host bodies of texts, numbers, bytes, paths, durations."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tekrt.kernel.broker import Broker
from tekrt.kernel.permit import Permit
from tekrt.kernel.world import simulated
from tekrt.values.failure import Failure, SpentLimit
from tekrt.values.native import host_function
from tekrt.values.scalars import Duration, Path, Size
from tekrt.values.types import ERROR, JSON_NULL
from tests.stdlib.helpers import call, failing, tek

STR = [
    ("len", ("naïve",), 5),
    ("chars", ("añ",), ["a", "ñ"]),
    ("bytes", ("é",), b"\xc3\xa9"),
    ("lines", ("a\nb\n",), ["a", "b"]),
    ("lines", ("",), []),
    ("lines", ("\n",), [""]),
    ("lines", ("a\r\nb\rc\n\r\n",), ["a", "b\rc", ""]),
    ("lines", ("a\u2028b\x0bc",), ["a\u2028b\x0bc"]),
    ("lines", ("a\r\nb\r",), ["a", "b\r"]),
    ("words", ("  to \t be\n",), ["to", "be"]),
    ("split", ("a,b,,c", ","), ["a", "b", "", "c"]),
    ("split", ("", ","), [""]),
    ("split", ("abc", ""), ["a", "b", "c"]),
    ("split_once", ("k=v=w", "="), ("k", "v=w")),
    ("split_once", ("kv", "="), None),
    ("rsplit_once", ("k=v=w", "="), ("k=v", "w")),
    ("trim", (" \ta b\n",), "a b"),
    ("trim_start", (" a ",), "a "),
    ("trim_end", (" a ",), " a"),
    ("strip_prefix", ("v1", "v"), "1"),
    ("strip_prefix", ("1", "v"), None),
    ("strip_suffix", ("a.txt", ".txt"), "a"),
    ("strip_suffix", ("a.txt", ""), "a.txt"),
    ("starts_with", ("tekc", "tek"), True),
    ("ends_with", ("tekc", "tek"), False),
    ("contains", ("banana", "nan"), True),
    ("find", ("éanan", "an"), 1),
    ("find", ("banana", "x"), None),
    ("rfind", ("banana", "an"), 3),
    ("replace", ("banana", "an", "o"), "booa"),
    ("upper", ("straße",), "STRASSE"),
    ("lower", ("ÀB",), "àb"),
    ("title", ("it's a well-known 3rd",), "It's A Well-Known 3rd"),
    ("capitalize", ("hello World",), "Hello World"),
    ("capitalize", ("",), ""),
    ("repeat", ("ab", 3), "ababab"),
    ("repeat", ("ab", -1), ""),
    ("pad_start", ("7", 3, "0"), "007"),
    ("pad_start", ("7", 6, "ab"), "ababa7"),
    ("pad_start", ("1234", 3, "0"), "1234"),
    ("pad_end", ("ab", 4, "."), "ab.."),
    ("pad_end", ("ab", 4, ""), "ab"),
    ("reverse", ("añb",), "bña"),
    ("count", ("banana", "an"), 2),
    ("code", ("é",), 233),
    ("is_digit", ("123",), True),
    ("is_digit", ("²",), False),
    ("is_digit", ("",), False),
    ("is_alpha", ("éa",), True),
    ("is_alnum", ("a1",), True),
    ("is_space", (" \t",), True),
    ("is_upper", ("A1",), True),
    ("is_lower", ("a1",), True),
]


@pytest.mark.parametrize(("name", "args", "expected"), STR)
def test_methods_of_text(name: str, args: tuple[Any, ...], expected: Any) -> None:
    assert call(f"Str.{name}", *args) == expected


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("42", 10, 42), ("-42", 10, -42), ("+7", 10, 7), ("007", 10, 7), ("0", 10, 0), ("", 10, None), ("-", 10, None), (" 1", 10, None),
        ("1_0", 10, None), ("1.0", 10, None), ("٣", 10, None), ("9223372036854775807", 10, 2**63 - 1), ("9223372036854775808", 10, None),
        ("-9223372036854775808", 10, -(2**63)), ("9" * 5000, 10, None), ("ff", 16, 255), ("FF", 16, 255), ("0xff", 16, None),
        ("zz", 36, 1295), ("12", 2, None), ("101", 2, 5), ("--1", 10, None), ("0" * 5000 + "1", 10, 1),
    ],
)  # fmt: skip
def test_a_text_is_read_as_a_whole_number_or_not_at_all(text: str, base: int, expected: int | None) -> None:
    assert call("Str.to_int", text, base) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1.5", 1.5), ("1", 1.0), ("-2.5e3", -2500.0), (".5", 0.5), ("5.", 5.0), ("inf", math.inf), ("-inf", -math.inf), ("", None),
     ("1_0", None), (" 1", None), ("e", None), ("0x1", None), ("--1", None), ("infinite", None), ("1e400", math.inf)],
)  # fmt: skip
def test_a_text_is_read_as_a_float_or_not_at_all(text: str, expected: float | None) -> None:
    assert call("Str.to_float", text) == expected


def test_nan_is_read_as_nan() -> None:
    assert math.isnan(call("Str.to_float", "nan"))


def test_what_a_text_cannot_do_fails_in_words() -> None:
    assert failing("fail", "Str.code", "ab") == "code: the text must have one character, this one has 2"
    assert failing("fail", "Str.to_int", "1", 1) == "to_int: the base 1 is not from 2 to 36"


@pytest.mark.parametrize(("name", "args"), [("Str.repeat", ("ab", 1 << 40)), ("Str.pad_start", ("", 1 << 40, "ab")), ("fill", (1 << 40, 0))])
def test_what_no_memory_holds_spends_the_limit(name: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(SpentLimit) as caught:
        call(name, *args)
    assert caught.value.limit == "memory"


NUMBERS = [
    ("Int.to_float", (3,), 3.0), ("Int.bits", (255,), 8), ("Int.bits", (0,), 0), ("Int.count_ones", (-1,), 64), ("Int.hex", (255,), "ff"),
    ("Int.hex", (-255,), "-ff"), ("Int.bin", (5,), "101"), ("Int.oct", (8,), "10"), ("Float.to_int", (-2.7,), -2),
    ("Float.to_int", (-9.223372036854775808e18,), -(2**63)), ("Float.round", (2.345, 2), 2.35), ("Float.round", (0.5, 0), 0.0),
    ("Float.round", (1234.5, -2), 1200.0), ("Float.round", (2.5, 1 << 60), 2.5), ("Float.round", (2.5, -(1 << 60)), 0.0),
    ("Float.round", (math.inf, 2), math.inf), ("Float.floor", (-1.5,), -2.0), ("Float.floor", (1e300,), 1e300), ("Float.ceil", (1.2,), 2.0),
    ("Float.ceil", (-math.inf,), -math.inf), ("Float.trunc", (-1.5,), -1.0), ("Float.abs", (-1.5,), 1.5), ("Float.sqrt", (9.0,), 3.0),
    ("Float.sqrt", (math.inf,), math.inf), ("compare", (1, 2), -1), ("compare", (math.nan, math.inf), 1), ("compare", (math.nan, math.nan), 0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "expected"), NUMBERS)
def test_methods_of_numbers(name: str, args: tuple[Any, ...], expected: Any) -> None:
    result = call(name, *args)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize("name", ["floor", "ceil", "trunc", "round"])
@pytest.mark.parametrize("x", [-0.0, 0.0, 0.4, -0.4, 2.0**52 + 1, -(2.0**52), 4503599627370495.5, math.pi])
def test_rounding_agrees_with_the_c_library(name: str, x: float) -> None:
    args = (x, 0) if name == "round" else (x,)
    expected = {"floor": math.floor, "ceil": math.ceil, "trunc": math.trunc, "round": round}[name](x)
    assert call(f"Float.{name}", *args) == float(expected)


@pytest.mark.parametrize("x", [-0.4, -0.0])
@pytest.mark.parametrize("name", ["ceil", "trunc"])
def test_a_negative_zero_keeps_its_sign(name: str, x: float) -> None:
    assert str(call(f"Float.{name}", x)) == "-0.0"


@pytest.mark.parametrize("x", [math.nan, math.inf, 9.3e18, -9.3e18])
def test_a_float_that_is_no_int_overflows(x: float) -> None:
    failing("overflow", "Float.to_int", x)


def test_nan_stays_nan() -> None:
    for name in ("floor", "ceil", "trunc", "sqrt"):
        assert math.isnan(call(f"Float.{name}", math.nan))
    assert math.isnan(call("Float.sqrt", -1.0))
    assert math.isnan(call("Float.round", math.nan, 1))
    assert call("Float.round", 1.7e308, -308) == math.inf


BYTES = [
    ("Bytes.len", (b"abc",), 3), ("Bytes.to_str", (b"\xc3\xa9",), "é"), ("Bytes.hex", (b"\x00\xff",), "00ff"),
    ("Bytes.to_list", (b"Hi",), [72, 105]), ("Bytes.find", (b"banana", b"an"), 1), ("Bytes.find", (b"a", b"b"), None),
    ("Bytes.starts_with", (b"ab", b"a"), True), ("Bytes.ends_with", (b"ab", b"a"), False), ("Bytes.contains", (b"abc", b"bc"), True),
    ("bytes_of", ([72, 105],), b"Hi"), ("bytes_of", (range(3),), b"\x00\x01\x02"), ("char", (233,), "é"), ("char", (0x10FFFF,), "\U0010ffff"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "expected"), BYTES)
def test_methods_of_bytes(name: str, args: tuple[Any, ...], expected: Any) -> None:
    args = tuple(list(arg) if isinstance(arg, range) else arg for arg in args)
    assert call(name, *args) == expected


def test_bytes_that_are_no_text_fail() -> None:
    assert failing("decode", "Bytes.to_str", b"a\xff") == "byte 1 is not UTF-8: invalid start byte"


def test_numbers_that_are_no_bytes_or_characters_overflow() -> None:
    assert failing("overflow", "bytes_of", [1, 256]) == "256 does not fit a byte (0..256)"
    for code in (-1, 0xD800, 0xDFFF, 0x110000):
        failing("overflow", "char", code)


def part(path: str, name: str) -> Any:
    value = call(f"Path.{name}", Path(path))
    return value.text if isinstance(value, Path) else value


@pytest.mark.parametrize(
    ("path", "name", "stem", "suffix", "parent", "parts"),
    [
        ("src/a.b.c", "a.b.c", "a.b", ".c", "src", ["src", "a.b.c"]),
        ("plain", "plain", "plain", "", ".", ["plain"]),
        ("/etc/.bashrc", ".bashrc", ".bashrc", "", "/etc", ["/", "etc", ".bashrc"]),
        ("/", "", "", "", "/", ["/"]),
        (".", "", "", "", ".", []),
        ("/a", "a", "a", "", "/", ["/", "a"]),
        ("a/..", "", "", "", "a", ["a", ".."]),
        ("dots.", "dots.", "dots.", "", ".", ["dots."]),
        ("..x", "..x", "..x", "", ".", ["..x"]),
    ],
)
def test_parts_of_a_path(path: str, name: str, stem: str, suffix: str, parent: str, parts: list[str]) -> None:
    assert [part(path, p) for p in ("name", "stem", "suffix", "parent", "parts")] == [name, stem, suffix, parent, parts]


def test_methods_of_paths() -> None:
    assert call("Path.to_str", Path("a/b")) == "a/b"
    assert call("Path.is_absolute", Path("/a"))
    assert not call("Path.is_absolute", Path("a"))
    assert call("Path.with_suffix", Path("src/main.c"), ".o") == Path("src/main.o")
    assert call("Path.with_suffix", Path("src/main.c"), "") == Path("src/main")
    assert call("Path.with_suffix", Path("Makefile"), ".bak") == Path("Makefile.bak")
    assert call("Path.with_name", Path("/a/b"), "c") == Path("/a/c")
    assert call("Path.relative_to", Path("src/a/b"), Path("src")) == Path("a/b")
    assert call("Path.relative_to", Path("src"), Path("src")) == Path(".")
    assert call("Path.relative_to", Path("/a/b"), Path("/")) == Path("a/b")
    assert call("Path.is_below", Path("src/a"), Path("src"))
    assert not call("Path.is_below", Path("srca"), Path("src"))


@pytest.mark.parametrize("suffix", ["o", ".", "./x", ".a/b", ".\0"])
def test_what_is_no_suffix_is_refused(suffix: str) -> None:
    assert "is no suffix" in failing("fail", "Path.with_suffix", Path("a"), suffix)


def test_a_path_without_a_name_cannot_change_it() -> None:
    failing("fail", "Path.with_suffix", Path("/"), ".o")
    failing("fail", "Path.with_name", Path("."), "x")
    for name in ("", ".", "..", "a/b"):
        failing("fail", "Path.with_name", Path("a"), name)
    failing("fail", "Path.relative_to", Path("a"), Path("b"))


def test_durations_and_sizes() -> None:
    assert call("Duration.seconds", Duration(1_500_000_000)) == 1.5
    assert call("Duration.ms", Duration(1_999_999)) == 1
    assert call("Duration.ms", Duration(-1_999_999)) == -1
    assert call("Duration.ns", Duration(7)) == 7
    assert call("Size.bytes", Size(2048)) == 2048


def test_ranges_step_up_and_down_and_are_not_built() -> None:
    assert call("range", 0, 10, 3) == [0, 3, 6, 9]
    assert call("range", 3, 0, -1) == [3, 2, 1]
    assert call("range", 3, 0, 1) == []
    assert isinstance(host_function("range")(None, 0, 1 << 60, 1).a, range)
    assert failing("fail", "range", 0, 1, 0) == "range: a step of 0 leads nowhere"


def test_fill_counts_every_holder() -> None:
    inner = tek([1])
    made = host_function("fill")(None, 3, inner)
    assert made.a == [inner] * 3
    assert inner.rc == 4
    assert call("fill", -1, 0) == []


def test_unwrapping_an_error_fails_with_it() -> None:
    error = [1, ERROR, "io", "gone", JSON_NULL, tek(["f (a.tek:1)"])]
    with pytest.raises(Failure) as caught:
        call("raise", error)
    assert (caught.value.kind, caught.value.message, caught.value.trace) == ("io", "gone", ["f (a.tek:1)"])
    assert failing("fail", "raise", 7) == "7"
    assert failing("io", "raise_with", error, "config") == "config: gone"


def test_output_goes_where_it_belongs() -> None:
    world = simulated()
    ctx = Broker(world, Permit.of([], "/", "/home/nobody")).context()
    host_function("print")(ctx, "a")
    host_function("write")(ctx, tek(["b"]))
    host_function("eprint")(ctx, 1)
    ctx.out.flush()
    assert bytes(world.write_out.__self__) == b'a\n["b"]'  # type: ignore[attr-defined]
    assert bytes(world.write_err.__self__) == b"1\n"  # type: ignore[attr-defined]
