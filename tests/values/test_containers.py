"""Counts of holders: never too low; values are changed in place when they are held once."""

from __future__ import annotations

from typing import Any

import pytest

from tekrt.values.containers import (
    Closure,
    TList,
    TMap,
    TSet,
    copied,
    copy_list,
    drop,
    dup,
    map_items,
    map_keys,
    map_put,
    map_remove,
    new_list,
    new_map,
    new_record,
    new_set,
    option,
    own,
    share_all,
    some,
)  # fmt: skip
from tekrt.values.types import NONE, RecordType, declare_enum, declare_record

BOX = declare_record("boxes.Box", ("items", ("List", ("Int",))))
CHAIN = declare_enum(
    "boxes.Chain", (), ("End", ()), ("Link", (("", ("List", ("Int",))), ("", ("Enum", "boxes.Chain", ()))))
)


@pytest.mark.parametrize("value", [1, "a", 1.5, True, None, b"x", NONE])
def test_scalars_are_not_counted(value: Any) -> None:
    assert dup(value) is value
    drop(value)


def test_a_holder_more_and_less() -> None:
    for made in (new_list([1]), new_map([(1, 2)]), new_set([1]), Closure("f", None, ())):
        dup(made)
        assert made.rc == 2
        drop(made)
        assert made.rc == 1
    record = new_record(BOX, new_list([]))
    dup(record)
    assert record[0] == 2
    drop(record)
    assert record[0] == 1


def test_holding_a_tuple_is_holding_its_parts() -> None:
    inner = new_list([1])
    pair = (inner, (1, some(inner)))
    inner.rc = 2  # it is held twice by the pair
    dup(pair)
    assert inner.rc == 4
    drop(pair)
    assert inner.rc == 2


def test_parts_of_recursive_enums_are_counted_once_for_ever() -> None:
    inner = new_list([1])
    value = (CHAIN.by_name["Link"], inner, CHAIN.by_name["End"].value)
    assert CHAIN.by_name["Link"].recursive
    dup(value)
    drop(value)
    drop(value)
    assert inner.rc == 1


def test_json_is_counted_through_its_lists() -> None:
    from tekrt.values.types import JSON

    assert not JSON.recursive


def test_the_last_holder_releases_what_the_value_holds() -> None:
    inner = new_list([1])
    outer = new_list([dup(inner), inner])
    drop(outer)
    assert inner.rc == 0
    inner = new_list([1])
    holders = [
        new_record(BOX, inner),
        new_map([("k", inner)]),
        Closure("f", None, (inner,)),
        (inner, 1),
        new_list([(inner,)]),
    ]
    inner.rc = 5
    for at, holder in enumerate(holders):
        drop(holder)
        assert inner.rc == 4 - at


def test_releasing_never_recurses() -> None:
    value: Any = new_list([])
    for _ in range(200_000):
        value = new_list([value])
    drop(value)
    assert value.rc == 0


def test_a_value_held_once_is_its_own_copy() -> None:
    for made in (new_list([1]), new_map([(1, 2)]), new_set([1]), new_record(BOX, new_list([]))):
        assert own(made) is made


def test_a_shared_value_is_copied_and_its_parts_are_held_once_more() -> None:
    inner = new_list([1])
    for made in (new_list([inner]), new_map([("a", inner)]), new_record(BOX, inner)):
        inner.rc = 1
        dup(made)
        before = copied[0]
        copy = own(made)
        assert copy is not made
        assert inner.rc == 2
        assert copied[0] == before + 1


def test_an_unbuilt_range_is_built_before_it_changes() -> None:
    numbers = TList(2, range(3))
    changed = own(numbers)
    assert type(numbers.a) is range
    assert changed.a == [0, 1, 2]
    assert changed.rc == 1


def test_copying_takes_one_holder_from_the_old_value() -> None:
    made = new_list([1])
    made.rc = 3
    copy_list(made)
    assert made.rc == 2


def test_maps_keep_original_keys_beside_canonical_ones() -> None:
    key = new_list([1])
    made = new_map([(key, "a"), (new_list([2]), "b"), (new_list([1]), "c")])
    assert [k.a for k in map_keys(made)] == [[1], [2]]
    assert [(k.a, v) for k, v in map_items(made)] == [([1], "c"), ([2], "b")]
    assert map_remove(made, new_list([1])) == "c"
    assert len(made.d) == 1
    with pytest.raises(KeyError):
        map_remove(made, new_list([1]))


def test_maps_of_mixed_keys_keep_their_order() -> None:
    variant = declare_enum("boxes.K", (), ("A", ()), ("B", (("", ("List", ("Int",))),)))
    a, b = variant.variants[0].value, (variant.variants[1], new_list([1]))
    made = TMap(1, {})
    map_put(made, a, 1)
    assert made.keys is None
    map_put(made, b, 2)
    map_put(made, a, 3)
    assert map_keys(made) == [a, b]
    assert list(made.d.values()) == [3, 2]


def test_replacing_a_value_releases_the_old_one() -> None:
    old = new_list([1])
    made = new_map([("k", old)])
    map_put(made, "k", new_list([]))
    assert old.rc == 0


def test_sets_keep_the_first_of_equal_elements() -> None:
    made = new_set([new_list([1]), new_list([2]), new_list([1])])
    assert [x.a for x in made.d.values()] == [[1], [2]]
    assert isinstance(made, TSet)


def test_sharing_all_looks_at_the_first_element_only() -> None:
    inner = new_list([1])
    share_all([inner, inner])
    assert inner.rc == 3
    assert share_all([1, 2]) == [1, 2]
    assert share_all([]) == []


def test_an_option_of_a_host_value() -> None:
    assert option(None) is NONE
    assert option(1) == some(1)


def test_types_of_one_name_and_shape_are_one_type() -> None:
    from tekrt.values.types import record_type, register_record

    again = RecordType("boxes.Box", (), ("items",), (("List", ("Int",)),))
    assert register_record(again) is record_type("boxes.Box") is BOX
    assert declare_record("boxes.Box") is BOX
