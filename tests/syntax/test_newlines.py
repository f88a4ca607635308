"""Where a newline ends a statement, and where it does not (§2)."""

from __future__ import annotations

import pytest

from tests.syntax.helpers import body, codes, in_task, module, show

JOINED = [
    "a +\nb",
    "a ??\nb",
    "a and\nb",
    "a not in\nb",
    "a\n.b",
    "a.\nb",
    "a\n\n# why\n\n.b\n# why\n.c()",
    "a\nand b",
    "a\nor b",
    "a\n?? b",
    "a  # why\n    ?? b",
    "if a {\n}\nelse {\n}",
    "if a {\n}\n# why\nelse if b {\n}\n\nelse {\n}",
    "try a\ncatch e {\n}",
    "f(\n1\n,\n2\n)",
    "[\n1\n+ 2\n- 3\n]",
    "(\na\n)",
    "x =\n1",
    "x +=\n1",
    "let x: Int =\n1",
    "fn(x) =>\nx",
    "0..\n5",
    "match x {\n1 =>\n2\n}",
    "xs[\n0\n]",
    '"{f(\n1,\n2)}"',
    "f(fn(x) {\n    x\n})",
]

APART = {
    "a\n- b": 2,
    "a\n(b)": 2,
    "a\n[b]": 2,
    "a\n~b": 2,
    "if a {\n}\nb": 2,
    "f(fn(x) {\n    x\n    y\n}, [\n    1,\n])\nb": 2,
    "return\nb": 2,
    "a\n\n\n\nb\n# c\n\nd": 3,
    "x = match y {\n    1 => a\n    2 => b\n}\nb": 2,
    "f((g(fn() {\n    a\n    b\n})))": 1,
    "a # + \nb": 2,
}


@pytest.mark.parametrize("text", JOINED)
def test_a_statement_goes_on_over_the_newline(text: str) -> None:
    assert len(body(text)) == 1


@pytest.mark.parametrize("text", APART)
def test_a_newline_ends_a_statement(text: str) -> None:
    assert len(body(text)) == APART[text]


def test_braces_in_brackets_make_newlines_count_again() -> None:
    (call,) = body("f(\n    fn(x) {\n        let y = x\n        y\n    },\n    [\n        1\n        + 2,\n    ],\n)")
    assert "(Let y - x .)" in show(call) and "(Binary 1 + 2)" in show(call)


def test_carriage_returns_belong_to_newlines() -> None:
    text = in_task("let x = 1", "# c", "f(x)\n.y", 'let z = """\n    a\n      b\n    """')
    assert show(module(text)) == show(module(text.replace("\n", "\r\n")))


def test_a_file_needs_no_newline_at_its_end() -> None:
    assert show(module("fn f() => 1\n# x")) == show(module("fn f() => 1"))


def test_the_type_of_an_alias_may_end_in_question_marks() -> None:
    assert len(module("type A = Int??\ntype B = Int???\nextern fn f() -> Int??\nfn g() {\n}\n").decls) == 4


@pytest.mark.parametrize("text", ["let\nx = 1", "let x\n= 1", "x\n= 1", "if\na { }", "a\n+ b\n* c", "for x\nin xs { }", "fail\n1"])
def test_elsewhere_a_newline_is_an_end(text: str) -> None:
    assert codes(in_task(text))


def test_line_ends_on_sample_128() -> None:
    text = "fn sum(\n    a: Int,\n    b: Int,\n) ->\n    Int =>\n    a +\n    b\n"
    assert show(module(text)) == show(module("fn sum(a: Int, b: Int) -> Int => a + b\n"))
