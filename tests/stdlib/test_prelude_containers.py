"""Host bodies of lists, maps and sets: results, order, and who holds what."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tekrt.values.containers import TList, copied, drop, dup
from tekrt.values.native import host_function
from tekrt.values.types import RecordType, declare_enum
from tekstd.lending import lendable, reclaim
from tests.stdlib.helpers import call, failing, py, tek

POINT = RecordType("test.Point", (), ("x", "y"), (("Int",), ("Float",)))
TREE = declare_enum("test.Tree", (), ("Leaf", ()), ("Node", (("", ("Enum", "test.Tree", ())), ("", ("Int",)))))


def point(x: int, y: float) -> list[Any]:
    return [1, POINT, x, y]


LISTS = [
    ("len", ([1, 2],), 2), ("index_of", (["a", "b"], "b"), 1), ("index_of", ([1], 2), None), ("index_of", ([math.nan], math.nan), None),
    ("index_of", ([[1], [2]], [2]), 1), ("contains", ([1, 2], 2), True), ("contains", ([], 2), False), ("lowest", ([2, 1, 1],), 1),
    ("highest", ([2, 3, 3],), 1), ("highest", ([1.0, math.nan],), 1), ("lowest", ([math.nan, 1.0],), 1), ("sort", ([3, 1, 2],), [1, 2, 3]),
    ("sort", ([],), []), ("sort", (["b", "ä", "a"],), ["a", "b", "ä"]), ("sort", ([(2, "a"), (1, "b")],), [(1, "b"), (2, "a")]),
    ("sort", ([True, False],), [False, True]), ("sort_by_keys", (["a", "b", "c"], [2, 1, 1]), ["b", "c", "a"]),
    ("reverse", ([1, 2],), [2, 1]), ("unique", ([3, 1, 3],), [3, 1]), ("unique", ([[1], [1], [2]],), [[1], [2]]), ("join", ([1, 2], "-"), "1-2"),
    ("join", (["a", "b"], ""), "ab"), ("join", ([], "-"), ""), ("repeat", ([1, 2], 2), [1, 2, 1, 2]), ("repeat", ([1], -1), []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "expected"), LISTS)
def test_methods_of_lists(name: str, args: tuple[Any, ...], expected: Any) -> None:
    assert call(f"List.{name}", *args) == expected


def test_nan_sorts_last_and_is_one_in_unique() -> None:
    assert str(call("List.sort", [math.nan, 1.0, -math.inf, math.nan])) == "[-inf, 1.0, nan, nan]"
    assert str(call("List.unique", [math.nan, 0.0, -0.0, math.nan])) == "[nan, 0.0]"


def test_records_and_variants_sort_by_their_parts() -> None:
    points = TList(1, [point(2, 0.0), point(1, math.nan), point(1, 5.0)])
    assert [p["y"] for p in py(host_function("List.sort")(None, points))][:1] == [5.0]
    leaf, node = TREE.variants[0].value, (TREE.variants[1], TREE.variants[0].value, 1)
    assert host_function("List.sort")(None, TList(1, [node, leaf])).a == [leaf, node]


def test_sorting_is_stable() -> None:
    rows = [(n % 3, str(n)) for n in range(30)]
    by_first = call("List.sort_by_keys", rows, [row[0] for row in rows])
    assert by_first == sorted(rows, key=lambda row: row[0])


def test_sorting_leaves_the_old_list_alone() -> None:
    xs = tek([3, 1])
    host_function("List.sort")(None, xs)
    assert xs.a == [3, 1]


def test_a_range_is_a_list_for_all() -> None:
    xs = TList(2, range(5))
    assert host_function("List.sort")(None, xs).a == [0, 1, 2, 3, 4]
    assert host_function("List.index_of")(None, xs, 3)[1] == 3
    assert list(host_function("List.reverse")(None, xs).a) == [4, 3, 2, 1, 0]
    assert host_function("List.join")(None, xs, "") == "01234"
    assert host_function("List.repeat")(None, TList(2, range(2)), 2).a == [0, 1, 0, 1]


def changed(name: str, xs: list[Any], *args: Any) -> tuple[Any, Any]:
    receiver = tek(xs)
    result = host_function(f"List.{name}")(None, receiver, *[tek(arg) for arg in args])
    return py(receiver), py(result)


@pytest.mark.parametrize(
    ("name", "args", "after", "result"),
    [
        ("push", (9,), [1, 2, 3, 9], None), ("pop", (), [1, 2], 3), ("insert", (0, 9), [9, 1, 2, 3], None), ("insert", (3, 9), [1, 2, 3, 9], None),
        ("remove", (1,), [1, 3], 2), ("extend", ([4],), [1, 2, 3, 4], None), ("clear", (), [], None), ("truncate", (1,), [1], None),
        ("truncate", (9,), [1, 2, 3], None), ("truncate", (-1,), [], None), ("swap", (0, 2), [3, 2, 1], None),
    ],
)  # fmt: skip
def test_methods_that_change_a_list(name: str, args: tuple[Any, ...], after: Any, result: Any) -> None:
    assert changed(name, [1, 2, 3], *args) == (after, result)


def test_positions_outside_a_list_fail() -> None:
    assert failing("index", "List.insert", [1], 2, 0) == "position 2 is outside of the list, which has 1 element"
    assert failing("index", "List.remove", [], 0) == "index 0 is outside of the list, which is empty"
    failing("index", "List.swap", [1], 0, 1)
    failing("index", "List.remove", [1, 2], -1)
    assert changed("pop", []) == ([], None)


def test_what_moves_into_a_list_gets_a_holder() -> None:
    inner, xs = tek([1]), tek([])
    host_function("List.push")(None, xs, inner)
    host_function("List.insert")(None, xs, 0, inner)
    assert inner.rc == 3
    host_function("List.clear")(None, xs)
    assert inner.rc == 1


def test_results_share_elements_with_their_holders_counted() -> None:
    xs = tek([[1], [2]])
    for name in ("sort", "reverse", "unique"):
        made = host_function(f"List.{name}")(None, xs)
        assert [x.rc for x in xs.a] == [2, 2]
        drop(made)
        assert [x.rc for x in xs.a] == [1, 1]


MAPS = [
    ("len", ({"a": 1},), 1), ("get", ({"a": 1}, "a"), 1), ("get", ({"a": 1}, "b"), None), ("get_or", ({"a": 1}, "b", 0), 0),
    ("has", ({"a": 1}, "a"), True), ("keys", ({"b": 1, "a": 2},), ["b", "a"]), ("values", ({"b": 1, "a": 2},), [1, 2]),
    ("entries", ({"b": 1},), [("b", 1)]), ("is_lendable", ({"a": 1}, "a"), False), ("is_lendable", ({"a": list(range(99))}, "a"), True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "expected"), MAPS)
def test_methods_of_maps(name: str, args: tuple[Any, ...], expected: Any) -> None:
    assert call(f"Map.{name}", *args) == expected


def test_methods_that_change_a_map() -> None:
    m = tek({"a": [1], "b": [2]})
    remove = host_function("Map.remove")
    assert py(remove(None, m, "a")) == [1]
    assert py(remove(None, m, "a")) is None
    host_function("Map.extend")(None, m, tek({"b": [3], "c": [4]}))
    assert py(m) == {"b": [3], "c": [4]}
    host_function("Map.clear")(None, m)
    assert py(m) == {}


def test_keys_may_be_lists_and_records() -> None:
    m = tek({})
    host_function("Map.extend")(None, m, _map_of([(tek([1, 2]), "a"), (point(1, 2.0), "b")]))
    assert host_function("Map.get")(None, m, tek([1, 2]))[1] == "a"
    assert [type(k) for k in host_function("Map.keys")(None, m).a] == [TList, list]
    assert host_function("Map.has")(None, m, point(1, 2.0))
    assert not host_function("Map.has")(None, m, tek([2, 1]))
    host_function("Map.clear")(None, m)
    assert m.keys is None


def _map_of(entries: list[tuple[Any, Any]]) -> Any:
    from tekrt.values.containers import new_map

    return new_map(entries)


def test_an_empty_map_takes_over_another_with_holders_counted() -> None:
    other, m = tek({"a": [1]}), tek({})
    host_function("Map.extend")(None, m, other)
    assert other.d["a"].rc == 2


# lending


def update(m: Any, key: str, init: Any, f: Any) -> None:
    """What `Map.update` does in Tek."""
    lent = host_function("Map.is_lendable")(None, m, key)
    old = host_function("Map.lend")(None, m, key, init, lent)
    new = f(old)
    host_function("Map.settle")(None, m, key, new, lent)
    drop(new)


def pushed(xs: TList) -> TList:
    """What `fn(l) => l + [0]` does: in place where nobody else holds the list."""
    if xs.rc > 1:
        xs.rc -= 1
        copied[0] += len(xs.a)
        xs = TList(1, list(xs.a))
    xs.a.append(0)
    return xs


def test_updating_a_list_in_a_map_is_in_place() -> None:
    m = tek({})
    before = copied[0]
    for _ in range(2_000):
        update(m, "k", tek([]), pushed)
    assert len(m.d["k"].a) == 2_000
    assert m.d["k"].rc == 1
    assert copied[0] - before < 200


def test_a_lent_list_that_shrinks_stays_held() -> None:
    m = tek({"k": list(range(99))})

    def cut(xs: TList) -> TList:
        del xs.a[3:]
        return xs

    update(m, "k", tek([]), cut)
    assert m.d["k"].rc == 1
    assert py(m) == {"k": [0, 1, 2]}


def test_updating_a_shared_value_leaves_the_other_holder_alone() -> None:
    m = tek({"k": list(range(99))})
    other = dup(m.d["k"])
    update(m, "k", tek([]), pushed)
    assert len(other.a) == 99
    assert (other.rc, m.d["k"].rc) == (1, 1)


@pytest.mark.parametrize("let_go", [False, True])
def test_after_a_failing_update_the_map_holds_its_value(let_go: bool) -> None:
    m = tek({"k": [[n] for n in range(3)]})
    value = m.d["k"]
    lent = host_function("Map.is_lendable")(None, m, "k")
    old = host_function("Map.lend")(None, m, "k", tek([]), lent)
    if let_go:
        drop(old)
        assert value.a[0].rc == 0
    host_function("Map.reclaim")(None, m, "k", lent)
    assert value.rc >= 1
    assert [x.rc for x in value.a] == [1, 1, 1]


def test_reclaiming_deep_data_does_not_recurse() -> None:
    deep = tek([])
    for _ in range(100_000):
        deep = TList(1, [deep])
    drop(deep)
    reclaim(deep)
    assert deep.rc == 1
    assert deep.a[0].rc == 1


def test_small_scalars_are_copied_and_recursive_enums_never_lent() -> None:
    node = (TREE.variants[1], TREE.variants[0].value, 1)
    assert not lendable(tek([1, 2]))
    assert not lendable(node)
    assert not lendable(5)
    assert lendable(point(1, 2.0))
    assert lendable((tek([[1]]), 2))
    assert lendable(tek(dict.fromkeys(range(99), 0)))


SETS = [
    ("len", ({1, 2},), 2), ("has", ({1, 2}, 2), True), ("has", ({1}, 2), False), ("union", ({1, 2}, {2, 3}), {1, 2, 3}),
    ("intersect", ({1, 2}, {2, 3}), {2}), ("difference", ({1, 2}, {2, 3}), {1}), ("is_subset", ({1}, {1, 2}), True),
    ("is_subset", ({1, 3}, {1, 2}), False), ("to_list", ({1, 2},), [1, 2]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "expected"), SETS)
def test_methods_of_sets(name: str, args: tuple[Any, ...], expected: Any) -> None:
    assert call(f"Set.{name}", *args) == expected


def test_methods_that_change_a_set() -> None:
    s = tek({1})
    for item in (3, 2, 3):
        host_function("Set.add")(None, s, item)
    assert host_function("Set.to_list")(None, s).a == [1, 3, 2]
    assert host_function("Set.remove")(None, s, 3)
    assert not host_function("Set.remove")(None, s, 3)
    host_function("Set.extend")(None, s, tek([7, 1]))
    assert host_function("Set.to_list")(None, s).a == [1, 2, 7]
    host_function("Set.clear")(None, s)
    assert py(s) == set()


def test_elements_of_sets_get_holders() -> None:
    inner, s = tek([1]), tek(set())
    host_function("Set.add")(None, s, inner)
    assert inner.rc == 2
    union = host_function("Set.union")(None, s, s)
    assert (inner.rc, len(union.d)) == (3, 1)
    host_function("Set.remove")(None, s, tek([1]))
    assert inner.rc == 2
