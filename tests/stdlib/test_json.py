"""JSON: reading, writing, typed decoding."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import pytest

from tekrt.values.containers import Decoded, TList, TMap
from tekrt.values.failure import Failure
from tekrt.values.native import host_function
from tekrt.values.scalars import Command, Duration, Instant, Path, Regex, Size
from tekrt.values.types import (
    ERROR,
    JSON,
    NONE,
    EnumType,
    RecordType,
    VariantType,
    declare_enum,
    declare_record,
    register_enum,
    register_record,
)
from tests.stdlib.helpers import call, failing, py, tek

INT, FLOAT, STR, BOOL = ("Int",), ("Float",), ("Str",), ("Bool",)
ANY = ("Enum", "json.Json", ())


def option(t: Any) -> Any:
    return ("Enum", "Option", (t,))


SERVER = declare_record("test_json.Server", ("host", STR), ("port", INT), ("note", option(STR)))
CONFIG = declare_record("test_json.Config", ("name", STR), ("servers", ("List", ("Record", "test_json.Server", ()))))
SHAPE = declare_enum(
    "test_json.Shape", (),
    ("Empty", ()), ("Circle", (("radius", FLOAT),)), ("Pair", (("", INT), ("", STR))), ("Only", (("", INT),)),
    ("Inside", (("shape", ("Enum", "test_json.Shape", ())), ("tag", option(STR)))),
)  # fmt: skip
TREE = declare_record("test_json.Tree", ("value", INT), ("children", ("List", ("Record", "test_json.Tree", ()))))
BOX = RecordType("test_json.Box", ("T",), ("content", "rest"), (("Param", "T"), ("List", ("Param", "T"))))
register_record(BOX)
EVENT = register_record(
    RecordType("test_json.Event", (), ("kind", "id", "note"), (STR, INT, STR), ("type", "id", "note"), ("default kind", None, "default note"))
)


def record(of: RecordType) -> Any:
    return ("Record", of.name, ())


def decode(t: Any, text: str, strict: bool = False) -> Any:
    return call("json.decode", t, text, strict)


def refused(t: Any, text: str, strict: bool = False) -> str:
    return failing("decode", "json.decode", t, text, strict)


VALUES = [
    (INT, "42", 42), (INT, " -7 ", -7), (FLOAT, "2", 2.0), (FLOAT, "2.5e3", 2500.0), (STR, '"a\\u00e9\\n"', "aé\n"), (BOOL, "true", True),
    (("Unit",), "null", None), (("List", INT), "[1, 2]", [1, 2]), (("List", INT), "[]", []), (("List", ("List", STR)), '[["a"], []]', [["a"], []]),
    (("Map", STR, INT), '{"b": 1, "a": 2}', {"b": 1, "a": 2}), (("Map", INT, STR), '{"1": "x"}', {1: "x"}),
    (("Map", BOOL, ("List", INT)), '{"true": [1]}', {True: [1]}), (("Set", INT), "[1, 2, 1]", {1, 2}), (("Tuple", INT, STR), '[1, "a"]', (1, "a")),
    (option(INT), "null", None), (option(INT), "1", 1), (("List", option(FLOAT)), "[1, null]", [1.0, None]),
    (option(("List", INT)), "[1]", [1]), (("Path",), '"a/b"', Path("a/b")), (("Duration",), '"1.5s"', Duration(1_500_000_000)),
    (("Size",), '"10KiB"', Size(10240)), (("Instant",), '"1970-01-01T00:00:01.5Z"', Instant(1_500_000_000)), (("Bytes",), '"aGk="', b"hi"),
    (("Regex",), '"a+"', Regex("a+")), (ANY, '[null, 1, 1.0, "x", true]', ("Array", [("Null",), ("Integer", 1), ("Number", 1.0), ("Text", "x"), ("Boolean", True)])),
    (("Set", ("List", INT)), "[[1], [1]]", None),
]  # fmt: skip


@pytest.mark.parametrize(("t", "text", "expected"), VALUES[:-1])
def test_a_text_is_decoded_by_its_type(t: Any, text: str, expected: Any) -> None:
    result = decode(t, text)
    assert result == expected
    assert type(result) is type(expected)


def test_equal_elements_of_a_set_are_one() -> None:
    assert len(host_function("json.decode")(None, ("Set", ("List", INT)), "[[1], [1]]", False).d) == 1


WRONG = [
    (INT, '"eighty"', '$: expected Int, found "eighty"'), (INT, "1.0", "$: expected Int, found 1.0"), (INT, "1e3", "$: expected Int, found 1000.0"),
    (INT, "9223372036854775808", "$: expected Int, found a number that does not fit 64 bits"), (INT, "true", "$: expected Int, found true"),
    (INT, "null", "$: expected Int, found null"), (FLOAT, '"1"', '$: expected Float, found "1"'), (STR, "1", "$: expected Str, found 1"),
    (FLOAT, "1" + "0" * 400, "$: expected Float, found a number that is too large"),
    (BOOL, "0", "$: expected Bool, found 0"), (("List", INT), '[1, "x"]', '$[1]: expected Int, found "x"'), (("List", INT), "{}", "$: expected List[Int], found an object"),
    (("Tuple", INT, STR), "[1]", "$: expected (Int, Str), found a list of 1 element"), (("Map", STR, INT), "[]", "$: expected Map[Str, Int], found a list of 0 elements"),
    (("Map", STR, INT), '{"a b": null}', '$["a b"]: expected Int, found null'), (("Map", INT, INT), '{"x": 1}', '$.x: expected Int, found "x"'),
    (("Map", INT, INT), '{"1": 1, "01": 1}', "$: two keys are the same Int"), (("Set", INT), "[[]]", "$[0]: expected Int, found a list of 0 elements"),
    (("Path",), "1", "$: expected Path, found 1"), (("Duration",), '"5"', '$: expected Duration, found "5" (one looks like "1.5s")'),
    (option(INT), '"x"', '$: expected Int, found "x"'), (option(("List", INT)), "[true]", "$[0]: expected Int, found true"),
    (("Bytes",), '"?"', '$: expected Bytes, found "?" (one looks like Base64, "aGVsbG8=")'),
    (("Regex",), '"("', '$: expected Regex, found "(" (one looks like "\\\\d+")'), (("Command",), '"ls"', '$: expected Command, found "ls", but no Command can be read from text'),
    (STR, '["' + "x" * 100 + '"]', "$: expected Str, found a list of 1 element"),
    (INT, '"' + "x" * 100 + '"', '$: expected Int, found "' + "x" * 57 + '…"'),
]  # fmt: skip


@pytest.mark.parametrize(("t", "text", "message"), WRONG)
def test_what_does_not_fit_is_said_by_path(t: Any, text: str, message: str) -> None:
    assert refused(t, text) == message


def test_records_are_decoded_from_objects() -> None:
    text = '{"name": "prod", "servers": [{"host": "a", "port": 80}, {"host": "b", "port": 81, "note": "x", "more": 1}]}'
    assert decode(record(CONFIG), text) == {
        "name": "prod",
        "servers": [{"host": "a", "port": 80, "note": None}, {"host": "b", "port": 81, "note": "x"}],
    }


def test_a_wrong_field_deep_inside_is_found() -> None:
    text = '{"name": "prod", "servers": [{"host": "a", "port": 80}, {"host": "b", "port": 1}, {"host": "b", "port": "eighty"}]}'
    assert refused(record(CONFIG), text) == '$.servers[2].port: expected Int, found "eighty"'
    assert refused(record(CONFIG), '{"name": "x"}') == "$.servers: expected List[Server], found nothing: the field is missing"
    assert refused(record(CONFIG), "[]") == "$: expected Config, found a list of 0 elements"


def test_unknown_fields_are_skipped_unless_strict() -> None:
    text = '{"host": "a", "port": 1, "prt": 2}'
    assert decode(record(SERVER), text)["port"] == 1
    assert refused(record(SERVER), text, strict=True) == "$.prt: unknown field; Server has host, port, note"


def test_a_missing_field_is_filled_with_its_default_later() -> None:
    made = host_function("json.decode")(None, ("List", record(EVENT)), '[{"id": 1}, {"type": "x", "id": 2, "note": ""}]', False)
    assert isinstance(made, Decoded)
    first = made.value.a[0]
    assert made.fills == [(first, 2, "default kind"), (first, 4, "default note")]
    assert py(made.value)[1] == {"kind": "x", "id": 2, "note": ""}


def test_inner_defaults_are_filled_before_outer_ones() -> None:
    outer = register_record(RecordType("test_json.Outer", (), ("event", "copy"), (record(EVENT), STR), None, (None, "default copy")))
    made = host_function("json.decode")(None, record(outer), '{"event": {"id": 1}}', False)
    assert [fill[2] for fill in made.fills] == ["default kind", "default note", "default copy"]


def test_a_variant_waits_for_its_defaults_and_so_does_what_is_around_it() -> None:
    rect = EnumType("test_json.Rect", ())
    rect.complete((VariantType(rect, 0, "Rect", ("w", "h"), (INT, INT), None, (None, "default h")),))
    register_enum(rect)
    t = ("List", option(("Tuple", ("Enum", rect.name, ()), ("Set", INT))))
    made = host_function("json.decode")(None, t, '[[{"Rect": {"w": 1}}, [5]], null, [{"Rect": {"w": 2, "h": 3}}, []]]', False)
    (parts, at, name), *later = made.fills
    assert (parts[2:], at, name) == ([1, None], 3, "default h")
    parts[at] = 7
    for finish, _, name in later:
        assert name == ""
        finish.finish()
    assert py(made.value) == [(("Rect", 1, 7), {5}), None, (("Rect", 2, 3), set())]


SHAPES = [
    ('"Empty"', ("Empty",)), ('{"Empty": {}}', ("Empty",)), ('{"Circle": {"radius": 1}}', ("Circle", 1.0)), ('{"Pair": [1, "a"]}', ("Pair", 1, "a")),
    ('{"Only": 5}', ("Only", 5)), ('{"Inside": {"shape": {"Inside": {"shape": "Empty", "tag": "x"}}}}', ("Inside", ("Inside", ("Empty",), "x"), None)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SHAPES)
def test_variants_are_a_name_or_an_object_of_their_name(text: str, expected: Any) -> None:
    assert decode(("Enum", SHAPE.name, ()), text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"Square"', '$: expected Shape, found "Square" (its variants are Empty, Circle, Pair, Only, Inside)'),
        ('"Circle"', '$: expected Shape, found "Circle" (its variants are Empty, Circle, Pair, Only, Inside)'),
        ('{"Square": 1}', '$: expected Shape, found "Square" (its variants are Empty, Circle, Pair, Only, Inside)'),
        ("{}", "$: expected Shape, found an object (its variants are Empty, Circle, Pair, Only, Inside)"),
        ("3", "$: expected Shape, found 3 (its variants are Empty, Circle, Pair, Only, Inside)"),
        ('{"Circle": {"radius": "x"}}', '$.Circle.radius: expected Float, found "x"'),
        ('{"Circle": 1}', "$.Circle: expected an object with the fields of Circle, found 1"),
        ('{"Pair": [1]}', "$.Pair: expected a list of the 2 parts of Pair, found a list of 1 element"),
        ('{"Empty": 1}', "$.Empty: Empty has no parts, found 1"),
        ('{"Inside": {"tag": "x"}}', "$.Inside.shape: expected Shape, found nothing: the field is missing"),
    ],
)
def test_what_is_no_variant_is_said(text: str, message: str) -> None:
    assert refused(("Enum", SHAPE.name, ()), text) == message


def test_generic_records_know_their_arguments() -> None:
    t = ("Record", BOX.name, (("List", INT),))
    assert decode(t, '{"content": [1], "rest": [[2], []]}') == {"content": [1], "rest": [[2], []]}
    assert refused(t, '{"content": [1], "rest": [3]}') == "$.rest[0]: expected List[Int], found 3"


def test_errors_are_data_with_optional_parts() -> None:
    assert decode(("Record", "Error", ()), '{"kind": "a", "message": "b"}') == {"kind": "a", "message": "b", "data": ("Null",), "trace": []}
    assert ERROR.name == "Error"


def test_a_type_that_was_replaced_is_decoded_anew() -> None:
    register_record(RecordType("test_json.Twice", (), ("a",), (INT,)))
    assert decode(("Record", "test_json.Twice", ()), '{"a": 1}') == {"a": 1}
    register_record(RecordType("test_json.Twice", (), ("b",), (STR,)))
    assert decode(("Record", "test_json.Twice", ()), '{"b": "x"}') == {"b": "x"}


# text that is no JSON


MALFORMED = [
    ("", "line 1, column 1: expected a value, but the text ends"), ("[1,]", "line 1, column 4: expected a value after the comma, found `]`"),
    ("[1 2]", "line 1, column 4: expected `,` or `]`, found `2`"), ('{"a" 1}', "line 1, column 6: expected `:` after the key, found `1`"),
    ("{a: 1}", "line 1, column 2: expected a key in quotes, found `a`"), ('{"a": 1,}', "line 1, column 9: expected a key in quotes, found `}`"),
    ('{"a": 1,\n "a": 2}', 'line 2, column 2: the key "a" stands twice in one object'), ("[NaN]", "line 1, column 2: expected a value, found `NaN`"),
    ("-Infinity", "line 1, column 1: expected a number, found `-`"), ("01", "line 1, column 1: expected a number, found `01`"),
    ("1.", "line 1, column 1: expected a number, found `1`"), ("1 2", "line 1, column 3: expected the end of the text, found `2`"),
    ('"a', "line 1, column 1: a text that begins here does not end"), ('"a\nb"', "line 1, column 3: a text may not have the control character \\u000a; write it as an escape"),
    (r'"\x"', "line 1, column 2: `\\x` is no escape of JSON"), (r'"\u12"', "line 1, column 2: `\\u` needs four hexadecimal digits"),
    (r'"\ud800"', "line 1, column 2: \\ud800 is half of a surrogate pair and no character"), ("1e999", "line 1, column 1: the number is too large for a Float"),
    ("'a'", "line 1, column 1: expected a value, found `'`"), ("truefalse", "line 1, column 1: expected a value, found `truefalse`"),
    ("[1", "line 1, column 3: expected `,` or `]`, but the text ends"), ("// x\n1", "line 1, column 1: expected a value, found `/`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), MALFORMED)
def test_a_malformed_text_is_refused_at_its_place(text: str, message: str) -> None:
    assert failing("decode", "json.parse", text) == f"JSON, {message}"


def test_both_readers_agree_on_good_texts() -> None:
    from tekstd.json_text import _Reader

    rng = random.Random(7)

    def value(depth: int) -> Any:
        kind = rng.randrange(8 if depth else 6)
        if kind >= 6:
            items = [value(depth - 1) for _ in range(rng.randrange(4))]
            return items if kind == 6 else {f"k{n}\u00e9\"\\": item for n, item in enumerate(items)}
        return [None, True, rng.randrange(-(10**20), 10**20), rng.random() * 1e9, 'a"\\\n\u2028\U0001f600', -0.0][kind]

    for _ in range(300):
        made = value(4)
        text = json.dumps(made, indent=rng.choice([None, 2]), ensure_ascii=rng.random() < 0.5)
        assert _Reader(text).read() == made


def test_surrogate_pairs_and_a_byte_order_mark_are_read() -> None:
    assert decode(STR, '\ufeff"\\ud83d\\ude00\\/"') == "\U0001f600/"


def test_numbers_beyond_64_bits_are_numbers_in_json() -> None:
    assert call("json.parse", "18446744073709551616") == ("Number", 2.0**64)
    assert call("json.parse", "1e4") == ("Number", 1e4)
    assert "too large" in failing("decode", "json.parse", "1" + "0" * 400)


# depth


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000, "[" * 1_001 + "]" * 1_001])
def test_too_deep_a_text_is_refused(text: str) -> None:
    assert "nested more than 1,000 levels" in failing("decode", "json.parse", text)


def test_a_thousand_levels_are_read_and_written() -> None:
    text = "[" * 1_000 + "]" * 1_000
    parsed = host_function("json.parse")(None, text)
    assert host_function("json.encode")(None, ANY, parsed, 0) == text
    mixed = '{"a":[' * 500 + "]}" * 500
    assert host_function("json.encode")(None, ANY, host_function("json.parse")(None, mixed), 0) == mixed


def test_recursive_types_are_decoded_as_deep_as_text_may_be() -> None:
    text = '{"value": 1, "children": [' * 490 + "]}" * 490
    value = host_function("json.decode")(None, record(TREE), text, False)
    depth = 0
    while value[3].a:
        value = value[3].a[0]
        depth += 1
    assert depth == 489


def test_too_deep_a_value_cannot_be_written() -> None:
    deep = tek([])
    for _ in range(100_000):
        deep = TList(1, [deep])
    with pytest.raises(Failure) as caught:
        host_function("json.encode")(None, ANY, deep, 0)
    assert caught.value.kind == "encode"


# writing


def encode(value: Any, indent: int = 0) -> str:
    return host_function("json.encode")(None, ("Unit",), tek(value), indent)  # type: ignore[no-any-return]


ENCODED = [
    (1, "1"), (1.5, "1.5"), (2.0, "2.0"), (1e300, "1e+300"), ('a"é\n', '"a\\"é\\n"'), (True, "true"), (None, "null"), ([[1], [2]], "[[1],[2]]"),
    ({"a": [1], "b": {}}, '{"a":[1],"b":{}}'), ({1: "x"}, '{"1":"x"}'), ({True: 1}, '{"true":1}'), ((1, "a"), '[1,"a"]'), ({1, 2}, "[1,2]"),
    (Path("a/b"), '"a/b"'), (Duration(1_500_000_000), '"1.5s"'), (Size(10240), '"10KiB"'), (b"hi", '"aGk="'), (Regex("a+"), '"a+"'),
    (NONE, "null"), ((SHAPE.variants[0],), '"Empty"'), ((SHAPE.variants[1], 1.0), '{"Circle":{"radius":1.0}}'),
    ((SHAPE.variants[2], 1, "a"), '{"Pair":[1,"a"]}'), ((SHAPE.variants[3], 5), '{"Only":5}'), ([1, EVENT, "k", 1, "n"], '{"type":"k","id":1,"note":"n"}'),
    (Instant(0), '"1970-01-01T00:00:00Z"'), ({Path("a"): 1}, '{"a":1}'), ([], "[]"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), ENCODED)
def test_values_are_written_compactly(value: Any, text: str) -> None:
    assert encode(value) == text


def test_options_vanish_in_writing() -> None:
    some = host_function("Map.get")(None, tek({"a": [1]}), "a")
    assert encode(some) == "[1]"
    assert encode(TList(1, [some, NONE])) == "[[1],null]"


def test_json_writes_itself() -> None:
    text = '{"a":[1,2.5,"x",null,true,{}],"b":[]}'
    assert host_function("json.encode")(None, ANY, host_function("json.parse")(None, text), 0) == text


@pytest.mark.parametrize("indent", [1, 2, 4])
def test_an_indent_gives_pythons_layout(indent: int) -> None:
    value = {"a": [1, {"b": [], "c": {}}, [[]]], "é": "x"}
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    assert host_function("json.encode")(None, ANY, host_function("json.parse")(None, text), indent) == text


@pytest.mark.parametrize(
    ("value", "words"),
    [(math.nan, "finite"), ([math.inf], "finite"), (Command(["ls"]), "Command"), ({(1, 2): 1}, "key"), ({None: 1}, "key")],
)
def test_what_cannot_be_written_fails(value: Any, words: str) -> None:
    with pytest.raises(Failure) as caught:
        encode(value)
    assert caught.value.kind == "encode"
    assert words in caught.value.message


def test_an_odd_indent_is_refused() -> None:
    failing("encode", "json.encode", INT, 1, -1)
    failing("encode", "json.encode", INT, 1, 101)


def test_two_keys_of_one_text_cannot_be_written() -> None:
    m = TMap(1, {(SHAPE.variants[0],): 1, "Empty": 2})
    with pytest.raises(Failure):
        encode(m)


# Json values


def test_json_is_reached_into_by_key_and_position() -> None:
    j = host_function("json.parse")(None, '{"a": [1, {"b": null}]}')
    at_key, at_index = host_function("json.Json.at_key"), host_function("json.Json.at_index")
    inner = at_key(None, j, "a")
    assert at_index(None, inner, 0) == (JSON.by_name["Integer"], 1)
    with pytest.raises(Failure) as caught:
        at_key(None, j, "b")
    assert (caught.value.kind, caught.value.message) == ("missing_key", 'the object has no key "b"')
    with pytest.raises(Failure) as caught:
        at_key(None, inner, "b")
    assert caught.value.kind == "missing_key"
    assert "no object but an array" in caught.value.message
    with pytest.raises(Failure) as caught:
        at_index(None, inner, 2)
    assert (caught.value.kind, caught.value.message) == ("index", "index 2 is outside of the array, which has 2 elements")
    with pytest.raises(Failure) as caught:
        at_index(None, j, 0)
    assert "no array but an object" in caught.value.message


def test_values_become_json_and_back() -> None:
    j = host_function("json.of")(None, ("Unit",), tek({"host": "a", "port": 80}))
    assert py(j) == ("Object", {"host": ("Text", "a"), "port": ("Integer", 80)})
    assert call("json.Json.to", record(SERVER), j, False) == {"host": "a", "port": 80, "note": None}


def test_a_large_text_is_decoded_quickly() -> None:
    text = json.dumps([{"host": f"h{n}", "port": n} for n in range(20_000)])
    assert len(decode(("List", record(SERVER)), text)) == 20_000
