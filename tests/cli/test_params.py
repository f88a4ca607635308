"""From words to values."""

from __future__ import annotations

from pathlib import Path as File
from typing import Any

import pytest

from tekc.cli.limits import read_limits
from tekc.cli.params import convert, parameters
from tekc.cli.status import Usage
from tekrt.ir import TaskParam
from tekrt.ir.types import option
from tekrt.values.scalars import Duration, Path, Size
from tekrt.values.show import literal
from tekrt.values.types import declare_enum
from tekstd.decoding import decode as decode_raw
from tekstd.json_text import parse_json

COLOUR = declare_enum("tests.Colour", (), ("Red", ()), ("DarkBlue", ()))
SHAPE = declare_enum("tests.Shape", (), ("Empty", ()), ("Circle", (("radius", ("Float",)),)))
INT, STR = ("Int",), ("Str",)


def decode(wanted: Any, text: str) -> Any:
    found = decode_raw(wanted, parse_json(text), False)
    return getattr(found, "value", found)


def value(wanted: Any, *words: str) -> Any:
    return convert("it", wanted, list(words), decode)


@pytest.mark.parametrize(
    ("wanted", "word", "expected"),
    [
        (STR, "a b", "a b"),
        (STR, "", ""),
        (INT, "42", 42),
        (INT, "-7", -7),
        (INT, "1_000", 1000),
        (INT, "0xff", 255),
        (INT, "007", 7),
        (INT, "-9223372036854775808", -(2**63)),
        (("Float",), "1.5", 1.5),
        (("Float",), "2", 2.0),
        (("Float",), "-1e3", -1000.0),
        (("Bool",), "true", True),
        (("Bytes",), "é", "é".encode()),
        (("Path",), "./a//b/", Path("a/b")),
        (("Duration",), "30s", Duration(30_000_000_000)),
        (("Duration",), "1.5min", Duration(90_000_000_000)),
        (("Size",), "10KiB", Size(10240)),
        (("Enum", "tests.Colour", ()), "Red", COLOUR.by_name["Red"].value),
        (("Enum", "tests.Shape", ()), "Empty", SHAPE.by_name["Empty"].value),
    ],
)
def test_scalars_take_their_text(wanted: Any, word: str, expected: Any) -> None:
    found = value(wanted, word)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("wanted", "words", "shown"),
    [
        (("List", INT), ["1", "2"], "[1, 2]"),
        (("List", STR), ["[1]", "x"], '["[1]", "x"]'),
        (option(INT), ["3"], "Some(3)"),
        (option(("List", INT)), ["3"], "Some([3])"),
        (("List", ("List", INT)), ["[1,2]", "[]"], "[[1, 2], []]"),
        (("Map", STR, INT), ['{"a": 1}'], '["a": 1]'),
        (("Tuple", INT, STR), ['[1, "x"]'], '(1, "x")'),
        (("Enum", "tests.Shape", ()), ['{"Circle": {"radius": 2.0}}'], "Circle(radius: 2.0)"),
        (("Enum", "json.Json", ()), ['{"a": [null]}'], None),
        (("Instant",), ["2026-01-02T03:04:05Z"], None),
    ],
)
def test_lists_repeat_and_everything_else_is_json(wanted: Any, words: list[str], shown: str | None) -> None:
    found = value(wanted, *words)
    assert shown is None or literal(found) == shown


def test_json_may_stand_in_a_file(tmp_path: File) -> None:
    (tmp_path / "x.json").write_text("[1, 2]")
    assert literal(value(("List", INT), f"@{tmp_path}/x.json")) == "[1, 2]"
    assert literal(value(("Map", STR, ("List", INT)), '{"a":[1]}')) == '["a": [1]]'
    with pytest.raises(Usage, match="cannot be read"):
        value(("Map", STR, INT), f"@{tmp_path}/none.json")


@pytest.mark.parametrize(
    ("wanted", "word", "part"),
    [
        (INT, "eighty", "takes an Int, not `eighty`"),
        (INT, "1.0", "takes an Int"),
        (INT, "", "takes an Int"),
        (INT, "9223372036854775808", "64 bits"),
        (INT, "9" * 5000, "takes an Int"),
        (("Float",), "x", "takes a Float"),
        (("Bool",), "yes", "`true` or `false`"),
        (("Path",), "", "takes a path"),
        (("Duration",), "30", "such as `30s`"),
        (("Duration",), "1e3s", "such as `30s`"),
        (("Size",), "10 kb", "such as `512B`"),
        (("Enum", "tests.Colour", ()), "DarkBleu", "did you mean `DarkBlue`?"),
        (("Enum", "tests.Colour", ()), "red", "did you mean `Red`?"),
        (("Enum", "tests.Shape", ()), "Circle", "JSON"),
        (("Map", STR, INT), '{"a": "b"}', "$.a"),
        (("Map", STR, INT), "{", "JSON"),
        (("Instant",), "yesterday", "takes an Instant"),
        (STR, "\udc80", "not UTF-8"),
    ],
)
def test_a_wrong_word_is_answered_with_what_would_be_right(wanted: Any, word: str, part: str) -> None:
    with pytest.raises(Usage) as caught:
        value(wanted, word)
    assert part in " ".join([caught.value.message, *caught.value.hints])
    assert "--it" in caught.value.message


def test_parameters_say_how_they_are_given() -> None:
    declared = [
        TaskParam("a", INT, None, "", ""),
        TaskParam("b", ("Bool",), "f", "false", ""),
        TaskParam("c", option(("List", STR)), None, "", ""),
    ]
    assert [(p.name, p.flag, p.many, p.required) for p in parameters(declared)] == [
        ("a", False, False, True),
        ("b", True, False, False),
        ("c", False, True, True),
    ]


@pytest.mark.parametrize(
    "word", ["steps", "steps=", "steps=0", "steps=-1", "step=5", "memory=0", "memory=lots", "seconds=0", "seconds=x", "depth=1.5", ""]
)
def test_a_wrong_limit_is_a_mistake(word: str) -> None:
    with pytest.raises(Usage):
        read_limits([word])


def test_limits_take_numbers_and_units() -> None:
    found = read_limits(["steps=1_000,memory=64MiB", "seconds=1.5", "output=100", "depth=50"])
    assert (found.steps, found.memory, found.seconds, found.output, found.depth) == (1000, 64 << 20, 1.5, 100, 50)
    assert read_limits(["seconds=2min"]).seconds == 120
