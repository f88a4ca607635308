"""Assignments to places, compound operators, methods that change their receiver."""

from __future__ import annotations

import pytest

from tests.lower.running import main

TYPES = """
record P(x: Int, items: List[Int])
record World(players: Map[Int, P], grid: List[List[Int]])
fn side(name: Str, value: Int) -> Int {
    write("{name} ")
    value
}
fn grow(var self: P, by: Int = 1) -> Int {
    self.x += by
    self.items.push(by)
    if by > 100 {
        fail "too much"
    }
    self.x
}
fn twice(var self: P) {
    self.grow()
    self.grow(by: 2)
    for i in 0..2 {
        self.items += [i]
    }
}
"""
WORLD = "var w = World([7: P(1, [1])], [[1, 2], [3, 4]])\nlet old = w\n"


def test_nested_places_are_changed_and_copies_are_not() -> None:
    body = WORLD + "w.players[7].x += 5\nw.players[7].items.push(3)\nw.grid[1][0] = 9\nprint(w)\nprint(old)"
    assert main(body, TYPES) == [
        "World(players: [7: P(x: 6, items: [1, 3])], grid: [[1, 2], [9, 4]])",
        "World(players: [7: P(x: 1, items: [1])], grid: [[1, 2], [3, 4]])",
    ]


def test_indices_are_evaluated_once_from_left_to_right_before_the_value() -> None:
    body = WORLD + 'w.grid[side("y", 1)][side("x", 0)] += side("v", 10)\nprint(w.grid)'
    assert main(body, TYPES) == ["y x v [[1, 2], [13, 4]]"]


def test_methods_change_nested_receivers() -> None:
    body = WORLD + 'print(w.players[side("i", 7)].grow(side("a", 2)))\nw.players[7].twice()\nprint(w.players[7])\nprint(old.players[7])'
    assert main(body, TYPES) == ["i a 3", "P(x: 6, items: [1, 2, 1, 2, 0, 1])", "P(x: 1, items: [1])"]


def test_what_a_method_changed_stays_when_it_fails() -> None:
    body = WORLD + "let r = try w.players[7].grow(1000)\nprint(r.is_err())\nprint(w.players[7])\nvar p = P(0, [])\nlet s = try p.grow(500)\nprint(p)"
    assert main(body, TYPES) == ["true", "P(x: 1001, items: [1, 1000])", "P(x: 500, items: [500])"]


def test_a_list_of_records_shares_nothing() -> None:
    body = "var p = P(0, [])\nvar ps = [p, p]\nps[1].twice()\np.grow()\nprint([q.x for q in ps] + [p.x])"
    assert main(body, TYPES) == ["[0, 3, 1]"]


def test_the_receiver_given_as_argument_is_a_copy() -> None:
    before = "record S(items: List[Int])\nfn add(var self: S, other: S) {\n    self.items.push(9)\n    self.items += other.items\n}"
    assert main("var s = S([1])\ns.add(s)\nprint(s)", before) == ["S(items: [1, 9, 1])"]


def test_map_defaults_on_the_way() -> None:
    body = """
var counts: Map[Str, Int] = [:]
for c in "hello" {
    counts[c, default: 0] += 1
}
print(counts)
var groups: Map[Int, List[Int]] = [:]
for i in 0..5 {
    groups[i % 2, default: []].push(i)
}
groups[7, default: [1]] += [2]
print(groups)
var deep: Map[Str, Map[Str, Int]] = [:]
deep["a", default: [:]]["b"] = 1
deep["a", default: [:]]["c", default: 40] += 2
print(deep)
print(counts["zz", default: 5])
"""
    assert main(body) == [
        '["h": 1, "e": 1, "l": 2, "o": 1]', "[0: [0, 2, 4], 1: [1, 3], 7: [1, 2]]", '["a": ["b": 1, "c": 42]]', "5"
    ]  # fmt: skip


def test_every_compound_operator() -> None:
    body = """
var x = 5
x -= 2
x *= 7
x //= 2
x **= 2
x %= 17
x <<= 3
x |= 1
x ^= 3
x +%= 1
x &= 126
x >>= 1
x >>>= 1
x -%= 1
x *%= 2
print(x)
var f = 1.5
f /= 2
print(f)
var s = "a"
s += "b"
print(s)
var d = 2s
d += 500ms
d *= 2
print(d)
"""
    assert main(body) == ["58", "0.75", "ab", "5s"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("var xs = [1]\nxs[1] = 2", "index"), ("var xs = [1]\nxs[-1] += 2", "index"), ('var m = ["a": 1]\nm["b"] += 1', "missing_key"),
        ("var x = 9223372036854775807\nx += 1", "overflow"), ("var x = 1\nx //= 0", "divide_by_zero"), ("var x = 1\nx <<= 64", "overflow"),
    ],
)  # fmt: skip
def test_what_cannot_be_assigned_fails(body: str, kind: str) -> None:
    assert main(body)[0].startswith(f"failed: {kind}: ")


def test_a_failing_assignment_leaves_the_variable_as_it_was() -> None:
    assert main('var xs = [1, 2]\nlet r = try {\n    xs[0] = 5\n    xs[7] = 1\n}\nprint(xs)\nprint(r.is_err())') == ["[5, 2]", "true"]


def test_loops_go_over_what_was_there() -> None:
    body = 'var xs = [1, 2, 3]\nfor x in xs {\n    xs.push(x * 10)\n}\nprint(xs)\nvar m = ["a": 1]\nfor (k, v) in m {\n    m[k + "2"] = v\n    m.remove(k)\n}\nprint(m)'
    assert main(body) == ["[1, 2, 3, 10, 20, 30]", '["a2": 1]']


def test_var_self_of_built_in_types() -> None:
    before = "fn bump(var self: Int, by: Int) {\n    self += by\n}\nfn shout(var self: Str) {\n    self = self.upper() + \"!\"\n}"
    assert main('var n = 1\nn.bump(4)\nvar s = "a"\ns.shout()\nvar xs = [1, 2]\nxs[1].bump(5)\nprint("{n} {s} {xs}")', before) == ["5 A! [1, 7]"]
