"""Long and deep programs: read, or answered with one problem, soon and without recursion."""

from __future__ import annotations

import time

import pytest

from tekc.syntax import ast
from tests.syntax.helpers import SAMPLES, module, read

LONG = {
    "sum": ("fn f() => " + " + ".join(["1"] * 50_000), 50_000),
    "and": ("fn f() => " + " and ".join(["a"] * 20_000), 20_000),
    "calls": ("fn f() => x" + ".g(1)" * 20_000, 40_000),
    "fields": ("fn f() => x" + ".g" * 20_000, 20_000),
    "indices": ("fn f() => x" + "[0]" * 20_000, 20_000),
}


@pytest.mark.parametrize("name", LONG)
def test_long_chains_are_read(name: str) -> None:
    text, length = LONG[name]
    fn = module(text + "\n").decls[0]
    assert isinstance(fn, ast.Fn)
    value: object = fn.body
    count = 1
    while isinstance(value, ast.Binary | ast.Call | ast.Field | ast.Index):
        value = value.lhs if isinstance(value, ast.Binary) else value.callee if isinstance(value, ast.Call) else value.target
        count += 1
    assert abs(count - length) <= 1


def test_long_lists_and_chains_of_else_are_read() -> None:
    module("const x = [" + "1, " * 50_000 + "]\n")
    module("fn f() {\n" + "    x()\n" * 20_000 + "}\n")
    chain = module("fn f() => if a { 1 }" + " else if a { 1 }" * 5_000 + " else { 2 }\n").decls[0]
    assert isinstance(chain, ast.Fn)
    branch: object = chain.body
    count = 0
    while isinstance(branch, ast.If):
        branch, count = branch.otherwise, count + 1
    assert count == 5_001
    module('const x = "' + "{y}" * 20_000 + '"\n')
    module("".join(f"fn f{i}() => {i}\n" for i in range(20_000)))


DEEP = {
    "parentheses": "fn f() => " + "(" * 100_000 + "1" + ")" * 100_000,
    "brackets": "fn f() => " + "[" * 100_000 + "]" * 100_000,
    "braces": "fn f() " + "{" * 100_000 + "}" * 100_000,
    "blocks": "fn f() { " + "if a { " * 100_000 + "} " * 100_001,
    "strings": "fn f() => " + '"{' * 100_000 + "1" + '}"' * 100_000,
    "minus": "fn f() => " + "- " * 100_000 + "1",
    "not": "fn f() => " + "not " * 100_000 + "a",
    "powers": "fn f() => " + "2 ** " * 100_000 + "1",
    "otherwise": "fn f() => " + "a ?? " * 100_000 + "b",
    "lambdas": "fn f() => " + "fn(x) => " * 100_000 + "1",
    "options": "fn f(x: Int" + "?" * 100_000 + ") { }",
    "types": "fn f(x: " + "List[" * 100_000 + "Int" + "]" * 100_000 + ") { }",
    "functions": "fn f(x: " + "fn() -> " * 100_000 + "Int) { }",
    "patterns": "fn f() => match x { " + "A(" * 100_000 + "x" + ")" * 100_000 + " => 1 }",
    "returns": "fn f() { " + "return " * 100_000 + "1 }",
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_too_deep_is_one_problem_and_quickly_found(name: str) -> None:
    begin = time.process_time()
    _, problems = read(DEEP[name] + "\n")
    assert [problem.code for problem in problems] == ["TEK0012"]
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("depth", [100, 199])
def test_what_is_not_too_deep_is_read(depth: int) -> None:
    module("fn f() => " + "(" * depth + "1" + ")" * depth + "\n")
    module("fn f() => " + "[fn(x) => g(" * (depth // 2) + "1" + ")]" * (depth // 2) + "\n")
    module("fn f() {" + "\nif a {" * (depth - 1) + "}" * depth + "\n")


@pytest.mark.parametrize("text", ["@ " * 50_000, ")" * 50_000, "\0" * 50_000, "fn f() {\n" + "    let x = \n" * 20_000 + "}\n", "'" * 50_001, '"\n' * 20_000])
def test_a_file_full_of_mistakes_is_answered_soon(text: str) -> None:
    begin = time.process_time()
    _, problems = read(text)
    assert 1 <= len(problems) <= 200
    assert time.process_time() - begin < 10


def test_ten_thousand_lines_are_read_in_a_second() -> None:
    text = "\n".join(sample.text for sample in SAMPLES)
    text = "\n".join([text] * (10_000 // text.count("\n") + 1))
    read(text)
    begin = time.process_time()
    read(text)
    seconds = time.process_time() - begin
    assert text.count("\n") / seconds > 10_000  # measured: 40,000 lines a second
