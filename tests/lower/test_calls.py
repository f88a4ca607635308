"""Calls, arguments, defaults, constructors, function values."""

from __future__ import annotations

from tests.lower.running import main

SIDE = """
fn side(name: Str, value: Int) -> Int {
    write("{name} ")
    value
}
fn three(a: Int, b: Int, c: Int = a * 10 + b) -> Str => "{a} {b} {c}"
record P(x: Int, y: Int = x + 1, label: Str = "p{x}{y}")
fn label(self: P) -> Str => self.label
"""


def test_arguments_are_evaluated_as_they_are_written() -> None:
    assert main('print(three(b: side("b", 2), a: side("a", 1)))', SIDE) == ["b a 1 2 12"]


def test_defaults_use_earlier_parameters_at_each_call() -> None:
    assert main("print(three(1, 2))\nprint(three(3, 4))\nprint(three(1, 2, c: 0))", SIDE) == ["1 2 12", "3 4 34", "1 2 0"]


def test_the_receiver_comes_before_the_arguments() -> None:
    before = SIDE + "\nfn plus(self: Int, other: Int) -> Int => self + other\n"
    assert main('print(side("r", 1).plus(side("a", 2)))', before) == ["r a 3"]


def test_records_take_defaults_and_are_spread() -> None:
    assert main('let p = P(1)\nprint(p)\nprint(P(..p, y: 9))\nprint(P(2, label: "q").label())', SIDE) == [
        'P(x: 1, y: 2, label: "p12")', 'P(x: 1, y: 9, label: "p12")', "q"
    ]  # fmt: skip


def test_lambdas_capture_values_not_variables() -> None:
    body = "var n = 1\nlet f = fn(x: Int) => x + n\nn = 100\nprint(f(1))\nprint([1, 2].map(fn(x) => x + n))"
    assert main(body) == ["2", "[101, 102]"]


def test_lambdas_nest() -> None:
    assert main("let add = fn(a: Int) => fn(b: Int) => fn(c: Int) => a * 100 + b * 10 + c\nprint(add(1)(2)(3))") == ["123"]


def test_lambda_parameters_are_patterns() -> None:
    assert main('print([(1, "a"), (2, "b")].map(fn((n, s)) => "{s}{n}"))\nprint([1].map(fn(_) => 0))') == ['["a1", "b2"]', "[0]"]


def test_functions_constructors_and_host_functions_are_values() -> None:
    before = "fn twice(n: Int) -> Int => n * 2\nfn same[T: Data](x: T) -> Str => \"{x}\"\nrecord R(n: Int, m: Int = 7)\nimport math"
    assert main("print([1, 2].map(twice))\nprint([1].map(same))\nprint([1].map(Some))\nprint([4.0].map(math.sqrt))", before) == [
        "[2, 4]", '["1"]', "[Some(1)]", "[2.0]"
    ]  # fmt: skip


def test_a_field_that_holds_a_function_is_called() -> None:
    assert main("let op = Op(fn(x) => x * 2)\nprint((op.run)(21))", "record Op(run: fn(Int) -> Int)") == ["42"]


def test_a_value_where_unit_is_wanted_is_dropped() -> None:
    before = "fn each(xs: List[Int], f: fn(Int) -> Unit) {\n    for x in xs {\n        f(x)\n    }\n}"
    assert main('each([1], fn(x) => x + 1)\nprint("ok")', before) == ["ok"]


def test_type_parameters_are_handed_over_through_lambdas() -> None:
    before = """
fn json_of[T: Data](x: T) -> Str => "{[x]}"
fn all[T: Data](xs: List[T]) -> List[Str] {
    let f = fn(x: T) => fn() => json_of(x)
    xs.map(fn(x) => f(x)())
}
fn total[T: Num](xs: List[T], start: T = 0) -> T {
    var t = start
    for x in xs {
        t += x * 2
    }
    t - 1
}
"""
    assert main("print(all([1, 2]))\nprint(total([1, 2]))\nprint(total([1.5]))\nprint(total([1], start: 5))", before) == [
        '["[1]", "[2]"]', "5", "2.0", "6"
    ]  # fmt: skip


def test_tasks_are_called_with_defaults() -> None:
    assert main('print(work(1) + work(2, b: "x"))', 'task work(a: Int, b: Str = "d{a}") -> Str => "{a}{b}"') == ["1d12x"]


def test_constants_may_use_constants_and_calls() -> None:
    before = "const c = b * 2\nconst b = sum(a)\nconst a = [1, 2]\nfn sum(xs: List[Int]) -> Int => xs[0] + xs[1]"
    assert main("print(c)\nvar x = a\nx.push(3)\nprint(x.len() + a.len())", before) == ["6", "5"]


def test_a_call_that_never_returns_ends_the_code() -> None:
    before = 'fn stop(text: Str) -> Never => fail text\nfn f(n: Int) -> Int {\n    if n > 0 {\n        return n\n    }\n    stop("no")\n}'
    assert main('print(f(1))\nprint(try f(0) ?? -1)', before) == ["1", "-1"]
