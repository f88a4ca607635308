"""Equality, order and keys of values."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tekrt.values.containers import TList, new_list, new_map, new_record, new_set, some
from tekrt.values.keys import canonical
from tekrt.values.order import compare, equal, less, less_equal, sort_keys, sorted_by, sorted_values, total
from tekrt.values.scalars import Duration, Path
from tekrt.values.types import NONE, declare_enum, declare_record

POINT = declare_record("order.Point", ("x", ("Int",)), ("y", ("Float",)))
KIND = declare_enum("order.Kind", (), ("A", ()), ("B", (("", ("Int",)),)), ("C", ()))
A, B, C = KIND.variants
NAN = float("nan")


def point(x: int, y: float) -> list[Any]:
    return new_record(POINT, x, y)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 1),
        ("a", "a"),
        (new_list([1, 2]), new_list([1, 2])),
        (TList(2, range(2)), new_list([0, 1])),
        (new_map([("a", 1), ("b", 2)]), new_map([("b", 2), ("a", 1)])),
        (new_set([1, 2]), new_set([2, 1])),
        (point(1, 2.0), point(1, 2.0)),
        (some(new_list([1])), some(new_list([1]))),
        ((1, (2, "x")), (1, (2, "x"))),
        (0.0, -0.0),
        (new_map([(new_list([1]), 1)]), new_map([(new_list([1]), 1)])),
        (Path("a//b/./c/"), Path("a/b/c")),
        (Duration(5), Duration(5)),
    ],
)
def test_equal_by_structure(a: Any, b: Any) -> None:
    assert equal(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 2),
        (new_list([1]), new_list([1, 2])),
        (new_list([NAN]), new_list([NAN])),
        (point(1, NAN), point(1, NAN)),
        (new_map([("a", 1)]), new_map([("a", 2)])),
        (new_map([("a", 1)]), new_map([("b", 1)])),
        (new_set([1]), new_set([2])),
        (NONE, some(1)),
        (some(1), some(2)),
        ((B, 1), A.value),
        (some(new_list([1])), some(new_list([2]))),
    ],
)
def test_not_equal(a: Any, b: Any) -> None:
    assert not equal(a, b)


def test_a_nan_object_does_not_equal_itself() -> None:
    values = new_list([NAN])
    assert not equal(values, values)


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (1, 2),
        (False, True),
        ("Z", "a"),
        (b"a", b"b"),
        ((1, "b"), (2, "a")),
        ((1, "a"), (1, "b")),
        (new_list([1]), new_list([1, 0])),
        (new_list([]), new_list([0])),
        (new_list([1, 9]), new_list([2])),
        (point(1, 9.0), point(2, 0.0)),
        (NONE, some(-5)),
        (A.value, (B, 1)),
        ((B, 9), C.value),
        ((B, 1), (B, 2)),
        (Path("a"), Path("b")),
        (new_list([new_list([1]), new_list([2])]), new_list([new_list([1]), new_list([3])])),
        (new_list([new_list([1])]), new_list([new_list([1]), new_list([])])),
    ],
)
def test_the_order_of_values(low: Any, high: Any) -> None:
    assert compare(low, high) == -1
    assert compare(high, low) == 1
    assert total(low, high) == -1
    assert less(low, high)
    assert less_equal(low, high)
    assert less_equal(low, low)
    assert not less(low, low)
    assert compare(low, low) == 0


def test_a_nan_is_neither_below_nor_above() -> None:
    assert compare(NAN, 1.0) is None
    assert compare((1, NAN), (1, 2.0)) is None
    assert compare((1, NAN), (2, 2.0)) == -1
    assert not less(NAN, 1.0)
    assert not less_equal(NAN, NAN)


def test_the_total_order_has_nan_last_and_equal_to_itself() -> None:
    assert total(NAN, float("inf")) == 1
    assert total(float("-inf"), NAN) == -1
    assert total(NAN, NAN) == 0
    assert [str(x) for x in sorted_values([NAN, 1.0, -1.0])] == ["-1.0", "1.0", "nan"]


def test_sorting_is_stable() -> None:
    values = [point(2, 0.0), point(1, 1.0), point(2, 2.0)]
    by_x = sorted_by(values, sort_keys([v[2] for v in values]))
    assert [v[3] for v in by_x] == [1.0, 0.0, 2.0]


@pytest.mark.parametrize(
    "values",
    [
        [3, 1, 2],
        ["b", "a"],
        [(2, "a"), (1, "b"), (1, "a")],
        [new_list([2]), new_list([1])],
        [some(1), NONE],
        [Path("b"), Path("a")],
        [],
    ],
)
def test_sorting_agrees_with_the_total_order(values: list[Any]) -> None:
    made = sorted_values(values)
    assert all(total(a, b) <= 0 for a, b in pairwise(made))
    assert len(made) == len(values)


def test_deep_data_compares_without_recursion() -> None:
    a: Any = NONE
    b: Any = NONE
    for _ in range(100_000):
        a, b = some(a), some(b)
    assert equal(a, b)
    assert compare(a, b) == 0
    assert compare(a, some(b)) == -1
    assert canonical(a) == canonical(b)
    assert canonical(a) != canonical(some(b))


Types = st.recursive(
    st.just("int"),
    lambda inner: (
        st.tuples(st.sampled_from(["list", "set", "option"]), inner)
        | st.tuples(st.sampled_from(["map", "tuple"]), inner, inner)
    ),
    max_leaves=5,
)


def values_of(t: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for values of a type."""
    if t == "int":
        return st.integers(0, 2)
    if t[0] in ("list", "set"):
        return st.lists(values_of(t[1]), max_size=3).map(new_list if t[0] == "list" else new_set)
    if t[0] == "option":
        return st.just(NONE) | values_of(t[1]).map(some)
    if t[0] == "map":
        return st.lists(st.tuples(values_of(t[1]), values_of(t[2])), max_size=3).map(new_map)
    return st.tuples(values_of(t[1]), values_of(t[2]))


@given(st.data())
def test_keys_are_equal_exactly_where_values_are(data: st.DataObject) -> None:
    strategy = values_of(data.draw(Types))
    a, b = data.draw(strategy), data.draw(strategy)
    assert equal(a, b) == (canonical(a) == canonical(b))
    if equal(a, b):
        assert hash(canonical(a)) == hash(canonical(b))


def test_sets_in_sets_are_keys_at_any_depth() -> None:
    a, b = new_set([1]), new_set([1])
    for _ in range(300):
        a, b = new_set([a]), new_set([b])
    assert canonical(a) == canonical(b)
    assert equal(a, b)
