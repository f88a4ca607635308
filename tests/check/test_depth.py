"""Long chains and deep nesting neither crash nor take long."""

from __future__ import annotations

import time

import pytest

from tests.check.running import codes

N = 20_000
LONG = {
    "a sum": "fn f() -> Int => " + " + ".join(["1"] * N),
    "a sum of floats": "fn f(y: Float) -> Float => " + " + ".join(["1"] * N) + " + y",
    "texts": "fn f(y: Str) -> Str => " + " + ".join(['"a"', "y"] * (N // 2)),
    "and": "fn f(b: Bool) -> Bool => " + " and ".join(["b"] * N),
    "methods": "fn f(xs: List[Int]) -> List[Int] => xs" + ".take(1)" * 3000,
    "fields": "record R(next: List[R])\nfn f(r: R) -> R => r" + ".next[0]" * 3000,
    "else if": "fn f(n: Int) -> Int {\n    if n == 0 { 0 }" + "".join(f" else if n == {i} {{ {i} }}" for i in range(3000)) + " else { 1 }\n}",
    "arms": "fn f(n: Int) -> Int => match n {\n" + "\n".join(f"    {i} => {i}" for i in range(1000)) + "\n    _ => 2\n}",
    "inferred results": "\n".join(f"fn f{i}(n: Int) => f{i + 1}(n)" for i in range(1500)) + "\nfn f1500(n: Int) => n",
    "records in records": "\n".join(f"record R{i}(x: R{i + 1})" for i in range(1500)) + "\nrecord R1500(n: Int)\nfn f(a: R0) -> Bool => a == a",
    "aliases": "\n".join(f"type A{i} = A{i + 1}" for i in range(1500)) + "\ntype A1500 = Int\nfn f(a: A0) -> Int => a",
    "brackets": "fn f(b: Int) -> Int => " + "(" * 150 + "b" + ")" * 150,
    "lists": "fn f(b: Int) => " + "[" * 150 + "b" + "]" * 150,
    "blocks": "fn f(b: Bool) {\n" + "if b { " * 150 + "print(1)" + " }" * 150 + "\n}",
    "not": "fn f(b: Bool) -> Bool => " + "not " * 1000 + "b",
    "returns": "fn f(b: Int) -> Int {\n    " + "return " * 1000 + "b\n}",
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_long_and_deep_programs_are_checked(text: str) -> None:
    start = time.process_time()
    assert codes(text + "\n") == []
    assert time.process_time() - start < 20


HUGE = {
    "calls": "fn two[T](x: T) -> (T, T) => (x, x)\nfn f() {\n    let r = " + "two(" * 60 + "1" + ")" * 60 + "\n}",
    "lets": "fn f() {\n    let x0 = 1\n" + "".join(f"    let x{i + 1} = (x{i}, x{i})\n" for i in range(60)) + "}",
    "maps": "fn f() {\n    let x0 = 1\n" + "".join(f"    let x{i + 1} = [x{i}: x{i}]\n" for i in range(60)) + "}",
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE.keys())
def test_a_type_beyond_all_measure_is_one_error(text: str) -> None:
    assert codes(text + "\n") == ["TEK0247"]


def test_aliases_cannot_build_a_huge_type() -> None:
    text = "\n".join(f"type A{i} = (A{i + 1}, A{i + 1})" for i in range(40)) + "\ntype A40 = Int\nfn f(a: A0) -> Bool => a == a\n"
    assert set(codes(text)) == {"TEK0247"}


def test_bounds_of_types_that_share_their_parts_are_quick() -> None:
    text = "record P[T](a: T, b: T)\nfn f(x: " + "P[" * 45 + "Int" + "]" * 45 + ") -> Bool => x == x\n"
    start = time.process_time()
    assert codes(text) == []
    assert time.process_time() - start < 5


def test_ten_thousand_lines_are_checked_in_time() -> None:
    one = """
record Item{i}(name: Str, count: Int, price: Float = 1.5)
fn total{i}(items: List[Item{i}], limit: Int = 10) -> Float {{
    var sum = 0.0
    for item in items {{
        if item.count > limit and item.name.len() > 3 {{
            sum += item.price * item.count.to_float()
        }} else {{
            sum += item.price / 2
        }}
    }}
    let names = items.map(fn(x) => x.name.upper()).filter(fn(s) => s != "")
    print("{{sum:.2}} of {{names.join(", ")}}")
    sum
}}
"""
    text = "".join(one.format(i=i) for i in range(650))
    assert text.count("\n") > 9_000
    start = time.process_time()
    assert codes(text) == []
    assert time.process_time() - start < 8  # parsing included; about one second on a machine of 2024
