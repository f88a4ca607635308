"""Values as plain data and back, sharing and counts kept."""

from __future__ import annotations

import marshal
from typing import Any

import pytest

from tekrt.values.containers import FOREVER, Closure, TList, new_list, new_map, new_record, new_set, some
from tekrt.values.order import equal
from tekrt.values.plain import Reader, Writer, from_plain, plain
from tekrt.values.scalars import Command, Duration, Instant, Path, Regex, Secret, Size
from tekrt.values.show import show
from tekrt.values.types import NONE, declare_record

POINT = declare_record("plain.Point", ("x", ("Int",)), ("tags", ("List", ("Str",))))

VALUES = [
    1, 1.5, "text", b"bytes", True, None, NONE, some(1), (1, ("a", None)), new_list([1, 2]), TList(2, range(5)),
    new_map([("a", new_list([1])), ("b", new_list([]))]), new_map([(new_list([1]), 2), ((1, 2), 3)]), new_set([(1, 2), (3, 4)]),
    new_record(POINT, 1, new_list(["x"])), Duration(5), Size(7), Instant(9), Path("a/b"), Regex("x+"), Secret("token"),
    Command(["a", Secret("s")], cwd="/x", env={"A": "b"}, stdin=b"in", timeout=5, pipe=Command(["b"])),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=show)
def test_a_value_survives(value: Any) -> None:
    data = marshal.loads(marshal.dumps(plain(value)))
    again = from_plain(data)
    assert equal(value, again)
    assert show(value) == show(again)


def test_sharing_and_counts_survive() -> None:
    inner = new_list([1])
    inner.rc = 2
    again = from_plain(plain(new_list([inner, inner])))
    assert again.a[0] is again.a[1]
    assert again.a[0].rc == 2
    assert again.rc == 1


def test_constants_are_shared_for_ever() -> None:
    again = from_plain(plain(new_list([new_record(POINT, 1, new_list([]))])), shared=True)
    assert again.rc == FOREVER
    assert again.a[0][0] == FOREVER
    assert again.a[0][3].rc == FOREVER


def test_deep_values_survive() -> None:
    value: Any = NONE
    for _ in range(100_000):
        value = some(value)
    assert equal(value, from_plain(marshal.loads(marshal.dumps(plain(value)))))


def test_the_inside_of_a_list_stays_the_inside_of_that_list() -> None:
    items = new_list([1, 2])
    entries = new_map([("a", 1)])
    writer = Writer()
    values = [items.a, entries.d, items, entries, [items]]
    writer.scan(values)
    refs = [writer.write(value) for value in values]
    reader = Reader(writer.nodes)
    inside, dict_inside, whole, whole_map, cell = [reader.read(ref) for ref in refs]
    assert whole.a is inside
    assert whole_map.d is dict_inside
    assert cell[0] is whole


def test_functions_need_their_program() -> None:
    data = plain(Closure("main.f", None, (new_list([1]),)))
    with pytest.raises(TypeError):
        from_plain(data)
    again = from_plain(data, code=lambda name: f"code of {name}")
    assert again.code == "code of main.f"
    assert again.caps[0].a == [1]


def test_what_lives_in_this_process_only_is_refused() -> None:
    with pytest.raises(TypeError):
        plain(object())
