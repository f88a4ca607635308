"""The nearest name."""

from __future__ import annotations

import pytest

from tekc.diagnostics.suggest import closest, distance


@pytest.mark.parametrize(
    ("name", "candidates", "found"),
    [
        ("lenght", ["length", "left"], "length"),
        ("prnt", ["print", "point"], "print"),
        ("to_flaot", ["to_float", "to_int"], "to_float"),
        ("readtext", ["read_text"], "read_text"),
        ("Foo", ["foo"], "foo"),
        ("x", ["y", "z"], None),
        ("banana", ["apple"], None),
        ("same", ["same"], None),
        ("", ["a"], None),
        ("a" * 100, ["a" * 99], None),
        ("aple", ["apple", "maple"], "apple"),
        ("Srt", ["Set", "Str"], "Str"),
    ],
)
def test_the_nearest_name_is_found_and_no_other(name: str, candidates: list[str], found: str | None) -> None:
    assert closest(name, candidates) == found


def test_the_order_of_the_candidates_does_not_matter() -> None:
    names = ["cat", "car", "can"]
    assert closest("caz", names) == closest("caz", reversed(names)) == "can"


def test_a_swap_is_one_slip_and_the_limit_stops_the_count() -> None:
    assert distance("ab", "ba", 3) == 1
    assert distance("abc", "xyz", 1) == 2
    assert distance("abcdef", "a", 2) == 3
