"""Values print in Tek syntax."""

from __future__ import annotations

from typing import Any

import pytest

from tekrt.values.containers import Closure, TList, TMap, new_list, new_map, new_record, new_set, some
from tekrt.values.scalars import Command, Duration, Instant, Path, Regex, Secret, Size
from tekrt.values.show import literal, show
from tekrt.values.types import JSON, NONE, RecordType, VariantType, declare_enum

POINT = RecordType("shapes.Point", (), ("x", "y"), (("Int",), ("Float",)))
SHAPE = declare_enum(
    "shapes.Shape",
    (),
    ("Circle", (("radius", ("Float",)),)),
    ("Pair", (("", ("Int",)), ("", ("Str",)))),
    ("Mixed", (("", ("Int",)), ("named", ("Int",)))),
    ("Nothing", ()),
)
CIRCLE, PAIR, MIXED, NOTHING = SHAPE.variants


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (-5, "-5"),
        (1.0, "1.0"),
        (1e16, "1e+16"),
        (0.1, "0.1"),
        (-0.0, "-0.0"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (True, "true"),
        (None, "()"),
        ("text", "text"),
        (Path("a/b"), "a/b"),
        (b'\x00abc\xff\n"\\', 'b"\\x00abc\\xff\\n\\"\\\\"'),
        (new_list([]), "[]"),
        (new_list(["a", "b"]), '["a", "b"]'),
        (new_list([Path("a/b")]), '[Path("a/b")]'),
        (TList(2, range(1, 4)), "[1, 2, 3]"),
        (new_map([]), "[:]"),
        (new_map([("k", new_list([1]))]), '["k": [1]]'),
        (new_set([1, 2, 1]), "Set([1, 2])"),
        (new_set([]), "Set([])"),
        ((1, "two", new_list([3.0]), True), '(1, "two", [3.0], true)'),
        (some("a{b"), 'Some("a\\{b")'),
        (NONE, "None"),
        (new_record(POINT, 1, -0.5), "Point(x: 1, y: -0.5)"),
        ((CIRCLE, 1.5), "Circle(radius: 1.5)"),
        ((PAIR, 3, "x"), 'Pair(3, "x")'),
        ((MIXED, 1, 2), "Mixed(1, named: 2)"),
        (NOTHING.value, "Nothing"),
        ((JSON.by_name["Array"], new_list([JSON.by_name["Null"].value])), "Array([Null])"),
        (Secret("token"), "***"),
        (Regex(r"\d+"), 'regex("\\\\d+")'),
        (Instant(1_700_000_000_500_000_000), "2023-11-14T22:13:20.5Z"),
        (Instant(0), "1970-01-01T00:00:00Z"),
        (Instant(-1), "1969-12-31T23:59:59.999999999Z"),
        (Command(["git", "commit", "-m", "a b", Secret("x")]), "$\"git commit -m 'a b' ***\""),
        (Command(["a"], pipe=Command(["b"])), '$"a".pipe($"b")'),
        (new_record(RecordType("m.Nothing", (), (), ())), "Nothing()"),
        (Closure("main.f", None, ()), "<function main.f>"),
    ],
)
def test_a_value_prints_as_tek_writes_it(value: Any, text: str) -> None:
    assert show(value) == text


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('"', '"\\""'),
        ("\n\r\t\\\0", '"\\n\\r\\t\\\\\\0"'),
        ("{}", '"\\{\\}"'),
        ("\x1b\x7f", '"\\u{1b}\\u{7f}"'),
        ("é😀", '"é😀"'),
    ],
)
def test_texts_inside_of_data_are_escaped(text: str, quoted: str) -> None:
    assert literal(text) == quoted


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1_500, "1.5us"),
        (250_000_000, "250ms"),
        (1_500_000_000, "1.5s"),
        (120_000_000_000, "2min"),
        (7_200_000_000_000, "2h"),
        (86_400_000_000_000, "1d"),
        (-1_500_000_000, "-1.5s"),
        (1_000_000_001, "1000000001ns"),
    ],
)
def test_a_duration_is_its_shortest_literal(ns: int, text: str) -> None:
    assert show(Duration(ns)) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0B"),
        (512, "512B"),
        (1000, "1KB"),
        (1024, "1KiB"),
        (1536, "1536B"),
        (10 << 20, "10MiB"),
        (2_000_000_000, "2GB"),
        (-1000, "-1KB"),
    ],
)
def test_a_size_is_its_shortest_literal(size: int, text: str) -> None:
    assert show(Size(size)) == text


def test_data_of_any_depth_prints() -> None:
    value: Any = NONE
    for _ in range(100_000):
        value = some(value)
    assert show(value) == "Some(" * 100_000 + "None" + ")" * 100_000


def test_maps_print_original_keys() -> None:
    made = TMap(1, {})
    from tekrt.values.containers import map_put

    map_put(made, new_list([1]), "a")
    map_put(made, new_list([2]), "b")
    assert show(made) == '[[1]: "a", [2]: "b"]'


def test_variants_are_shared_where_they_have_no_parts() -> None:
    assert NOTHING.value is NOTHING.value
    assert isinstance(NOTHING, VariantType)
