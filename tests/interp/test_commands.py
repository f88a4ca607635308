"""Words of command literals: one interpolated value is one argument, and no value becomes an option unseen."""

from __future__ import annotations

from typing import Any

import pytest

from tekrt.interp.commands import build, secret
from tekrt.values.containers import new_list, some
from tekrt.values.failure import Failure
from tekrt.values.scalars import Duration, Path, Secret
from tekrt.values.types import NONE


def argv(words: tuple[Any, ...], *values: Any) -> list[Any]:
    return list(build((("prog",), *words), values).argv)


@pytest.mark.parametrize(
    ("words", "values", "expected"),
    [
        ((("-m",), ((0, "Str"),)), ("a b; rm -rf /",), ["prog", "-m", "a b; rm -rf /"]),
        ((((0, "Str"),),), ("",), ["prog", ""]),
        ((("--out=", (0, "Str")),), ("-x",), ["prog", "--out=-x"]),
        ((((0, "List"),),), (new_list(["a", "b c"]),), ["prog", "a", "b c"]),
        ((((0, "List"),),), (new_list([]),), ["prog"]),
        ((((0, "Enum"),),), (NONE,), ["prog"]),
        ((((0, "Enum"),),), (some("x"),), ["prog", "x"]),
        ((("--level=", (0, "Enum")),), (NONE,), ["prog"]),
        ((("--level=", (0, "Enum")),), (some(3),), ["prog", "--level=3"]),
        ((((0, "Path"),),), (Path("-rf"),), ["prog", "./-rf"]),
        ((("x/", (0, "Path")),), (Path("-rf"),), ["prog", "x/-rf"]),
        ((((0, "List"),),), (new_list([Path("-a"), Path("b")]),), ["prog", "./-a", "b"]),
        ((((0, "Int"),),), (-5,), ["prog", "-5"]),
        ((((0, "Bool"), ",", (1, "Float")),), (True, 1.5), ["prog", "true,1.5"]),
        ((((0, "Duration"),),), (Duration(1_500_000_000),), ["prog", "1.5s"]),
        ((((0, "Arg"),),), ("-x",), ["prog", "-x"]),
        ((("--",), ((0, "Str"),)), ("-x",), ["prog", "--", "-x"]),
        ((((0, "List"),),), (new_list([some("a"), NONE]),), ["prog", "a"]),
    ],
)
def test_words_become_arguments(words: tuple[Any, ...], values: tuple[Any, ...], expected: list[str]) -> None:
    assert argv(words, *values) == expected


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ((((0, "Str"),),), "-rf"),
        ((((0, "Str"), ".txt"),), "--x"),
        ((((0, "List"),),), new_list(["a", "-b"])),
        ((((0, "Enum"),),), some("-b")),
        ((((0, "Str"),), ("--",)), "-rf"),
    ],
)
def test_a_text_that_would_be_read_as_an_option_is_denied(words: tuple[Any, ...], value: Any) -> None:
    with pytest.raises(Failure) as caught:
        argv(words, value)
    assert caught.value.kind == "denied"
    assert "arg(" in caught.value.message


def test_the_program_itself_may_begin_as_it_likes() -> None:
    assert list(build((((0, "Str"),),), ("-odd",)).argv) == ["-odd"]


def test_a_list_inside_of_a_word_fails() -> None:
    with pytest.raises(Failure):
        argv((("--x=", (0, "List")),), new_list(["a"]))


def test_a_word_with_a_secret_is_one() -> None:
    (_, word) = argv((("--token=", (0, "Secret")),), Secret("t"))
    assert word == Secret("t", (("text", "--token="), ("secret", "t")))
    assert argv((((0, "Secret"),),), Secret("t"))[1] == Secret("t")


def test_texts_around_secrets_make_a_secret() -> None:
    assert secret(("a", Secret("x"), "", Secret("y"))).parts == (("text", "a"), ("secret", "x"), ("secret", "y"))
