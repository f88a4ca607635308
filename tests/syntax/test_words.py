"""Names: which words are names where, scripts, normal forms."""

from __future__ import annotations

import pytest

from tekc.syntax import ast
from tekc.syntax import terminals as t
from tests.syntax.helpers import body, codes, expr, in_task, module, show

SOFT = sorted(word for word, kind in t.WORDS.items() if kind in t.SOFT_WORDS)
ALL = sorted(t.WORDS)


@pytest.mark.parametrize("word", SOFT)
def test_a_soft_word_is_a_name_wherever_a_name_may_stand(word: str) -> None:
    text = (
        f"import {word}\nimport .{word} {{ {word} as {word} }}\nconst {word}: Int = {word}\n"
        f"fn {word}({word}: Int, f: fn({word}.X) -> Int) -> {word}.T => {word}({word}: {word})\n"
        f"task {word}({word}: Int = {word}) {{\n    let {word} = {word}.{word}\n    {word} = {word} + {word}[{word}]\n"
        f"    for {word} in {word} {{\n    }}\n    if {word} {{\n    }}\n    match {word} {{\n        {word} => {word}\n    }}\n"
        f"    [{word} for {word} in [{word}] if {word}]\n    fn({word}) => {word}\n    {word} += {word}\n    try {word}() catch {word} {{\n    }}\n"
        f'    "{{{word}}} {{{word}:>3}}"\n    {word}\n}}\n'
    )
    assert len(module(text).decls) == 3


@pytest.mark.parametrize("word", ALL)
def test_every_word_is_a_name_after_a_dot_and_before_a_colon_in_parentheses(word: str) -> None:
    module(f"record R({word}: Int, second: Int)\nfn f(a: Int, {word}: Int) {{\n}}\n")
    assert expr(f"x.{word}.{word}({word}: 1, b: 2)") == (
        f"(Call (Field (Field x {word}) {word}) [(Arg {word} 1 .) (Arg b 2 .)])"
    )
    assert len(body(f"let R({word}: x) = y")) == 1


def test_a_colon_may_stand_on_the_next_line() -> None:
    assert expr("f(a, in  # why\n : 1)") == "(Call f [(Arg - a .) (Arg in 1 .)])"


def test_keywords_stay_keywords_elsewhere() -> None:
    assert expr("[true: 1]") == "(MapExpr [[true 1]])"
    assert expr("f(true, not x)") == "(Call f [(Arg - true .) (Arg - (Unary not x) .)])"
    assert expr("(if a { 1 } else { 2 })").startswith("(Paren (If")


@pytest.mark.parametrize("name", ["größe", "имя", "名前", "ひらがなカタカナ漢字", "naïve_x", "δ2", "한글", "नाम", "_"])
def test_names_may_be_of_any_one_script(name: str) -> None:
    assert len(body(f"let {name} = 1\n{name}")) == 2


def test_names_are_compared_in_normal_form() -> None:
    first, second = body("let caf\u00e9 = 1\ncafe\u0301")
    assert isinstance(first, ast.Let) and show(first.pattern) == show(second.value)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["p\u0430ypal", "\u0410bc", "αbc", "x\u043e"])
def test_a_name_may_not_mix_scripts(name: str) -> None:
    assert codes(in_task(f"f({name})")) == ["TEK0004"]


def test_the_first_letter_decides_what_a_name_is() -> None:
    assert expr("Äa") == "Äa" and isinstance(body("Äa")[0].value, ast.UpperName)  # type: ignore[union-attr]
    assert isinstance(body("äA")[0].value, ast.Name)  # type: ignore[union-attr]
    assert isinstance(body("_A")[0].value, ast.Name)  # type: ignore[union-attr]
