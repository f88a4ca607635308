"""CSV, TOML and YAML."""

from __future__ import annotations

import csv
import io
import math
import random
import tomllib
from typing import Any

import pytest
import yaml

from tekrt.values.containers import Decoded
from tekrt.values.failure import Failure
from tekrt.values.native import host_function
from tekrt.values.scalars import Duration, Path
from tekrt.values.types import NONE, RecordType, declare_enum, declare_record, register_record
from tests.stdlib.helpers import call, failing, py, tek

INT, FLOAT, STR, BOOL = ("Int",), ("Float",), ("Str",), ("Bool",)
ANY = ("Enum", "json.Json", ())


def option(t: Any) -> Any:
    return ("Enum", "Option", (t,))


LEVEL = declare_enum("test_tables.Level", (), ("Low", ()), ("High", ()))
SALE = declare_record(
    "test_tables.Sale", ("day", STR), ("units", INT), ("price", FLOAT), ("paid", BOOL), ("level", ("Enum", LEVEL.name, ())), ("note", option(INT)),
)  # fmt: skip
EVENT = register_record(RecordType("test_tables.Event", (), ("kind", "id"), (STR, INT), ("type", "id"), ("default kind", None)))
SALE_T = ("Record", SALE.name, ())
HEAD = "day,units,price,paid,level,note\n"


# csv


ROWS = [
    ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]), ("a,b", [["a", "b"]]), ("", []), ("a\r\nb\r\n", [["a"], ["b"]]), ("a\n\n\nb\n", [["a"], ["b"]]),
    ('"x,y","q""q"\n', [["x,y", 'q"q']]), ('"line\nbreak",2\n', [["line\nbreak", "2"]]), (",\n", [["", ""]]), ("\ufeffa\n", [["a"]]),
    ('"a\r\nb"\n', [["a\r\nb"]]), ('""\n', [[""]]), (" a , b \n", [[" a ", " b "]]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rows"), ROWS)
def test_rows_of_csv(text: str, rows: list[list[str]]) -> None:
    assert call("csv.parse", text, ",") == rows


def test_another_separator() -> None:
    assert call("csv.parse", "a;b,c\n", ";") == [["a", "b,c"]]
    assert call("csv.parse", "a\tb\n", "\t") == [["a", "b"]]
    assert call("csv.encode", ("List", STR), [["a;b", "c"]], ";") == '"a;b";c\n'


@pytest.mark.parametrize("sep", ["", ",,", '"', "\n"])
def test_a_separator_is_one_character(sep: str) -> None:
    assert "the separator must be one character" in failing("fail", "csv.parse", "a", sep)


def test_wrong_quotes_are_refused() -> None:
    assert failing("decode", "csv.parse", 'a\n"x"y,1\n', ",").startswith("CSV, row 2, line 2: a quoted cell goes on after its closing quote")
    assert failing("decode", "csv.parse", 'a\nb\n"x,1\n', ",").startswith("CSV, row 3, line 3: a quoted cell does not end")


def test_a_long_cell_is_read() -> None:
    assert call("csv.parse", "x" * 300_000 + ",y", ",")[0][1] == "y"


def test_rows_are_decoded_as_records_by_the_header() -> None:
    text = "units,note,day,price,paid,level,more\n3,,mon, 1.5 ,true,High,x\n-1,7,tue,2,FALSE,Low,\n"
    assert call("csv.decode", SALE_T, text, ",") == [
        {"day": "mon", "units": 3, "price": 1.5, "paid": True, "level": ("High",), "note": None},
        {"day": "tue", "units": -1, "price": 2.0, "paid": False, "level": ("Low",), "note": 7},
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "mon,x,1,true,Low,\n", 'row 2, column 2 (units): expected Int, found "x"'),
        (HEAD + "mon,1,1,true,Low,\nmon,1,x,true,Low,\n", 'row 3, column 3 (price): expected Float, found "x"'),
        (HEAD + "mon,1,1,yes,Low,\n", 'row 2, column 4 (paid): expected Bool, found "yes"'),
        (HEAD + "mon,1,1,true,Mid,\n", 'row 2, column 5 (level): expected Level, found "Mid" (its variants are Low, High)'),
        (HEAD + "mon,1,1,true,Low,z\n", 'row 2, column 6 (note): expected Int?, found "z"'),
        (HEAD + "mon,1\n", "row 2: 2 cells, but row 1 has 6"),
        ("day,day\n", 'row 1: two columns are called "day"'),
        ("day\nx\n", 'row 1: there is no column "units", which Sale needs'),
        ("", 'row 1: there is no column "day", which Sale needs'),
    ],
)
def test_a_cell_that_does_not_fit_is_said_by_row_and_column(text: str, message: str) -> None:
    assert failing("decode", "csv.decode", SALE_T, text, ",") == message


def test_a_missing_column_takes_the_default() -> None:
    made = host_function("csv.decode")(None, ("Record", EVENT.name, ()), "id\n1\n2\n", ",")
    assert isinstance(made, Decoded)
    assert [(fill[0][3], fill[1], fill[2]) for fill in made.fills] == [(1, 2, "default kind"), (2, 2, "default kind")]
    assert call("csv.decode", ("Record", EVENT.name, ()), "type,id\nx,1\n", ",") == [{"kind": "x", "id": 1}]


def test_rows_are_decoded_as_lists_tuples_and_maps() -> None:
    assert call("csv.decode", ("List", INT), "1,2\n3\n", ",") == [[1, 2], [3]]
    assert call("csv.decode", ("List", option(INT)), "1,,2\n", ",") == [[1, None, 2]]
    assert call("csv.decode", ("Tuple", STR, INT), "a,1\nb,2\n", ",") == [("a", 1), ("b", 2)]
    assert call("csv.decode", ("Map", STR, FLOAT), "a,b\n1,2\n", ",") == [{"a": 1.0, "b": 2.0}]
    assert call("csv.decode", ("Tuple", ("Path",), ("Duration",)), "a/b,5s\n", ",") == [(Path("a/b"), Duration(5 * 10**9))]
    assert failing("decode", "csv.decode", ("Tuple", STR, INT), "a\n", ",") == "row 1: expected 2 cells for (Str, Int), found 1"
    assert failing("decode", "csv.decode", ("List", INT), "1,x\n", ",") == 'row 1, column 2: expected Int, found "x"'


@pytest.mark.parametrize("t", [INT, ("List", ("List", INT)), ("Map", INT, STR), ("Tuple", ANY), ("Enum", LEVEL.name, ())])
def test_what_no_row_or_cell_can_be_is_refused(t: Any) -> None:
    assert "CSV" in failing("decode", "csv.decode", t, "1\n", ",")


def test_records_are_written_with_a_header() -> None:
    rows = [[1, SALE, "mon, tue", 3, 1.5, True, LEVEL.variants[1].value, NONE]]
    assert call("csv.encode", SALE_T, rows, ",") == HEAD + '"mon, tue",3,1.5,true,High,\n'
    assert call("csv.encode", ("Record", EVENT.name, ()), [], ",") == "type,id\n"


def test_lists_tuples_and_maps_are_written() -> None:
    assert call("csv.encode", ("List", STR), [["a", 'q"q'], ["", "x\ny"], [""]], ",") == 'a,"q""q"\n,"x\ny"\n""\n'
    assert call("csv.encode", ("Tuple", INT, STR), [(1, "a")], ",") == "1,a\n"
    assert call("csv.encode", ("Map", STR, INT), [{"a": 1, "b": 2}, {"b": 3, "a": 4}], ",") == "a,b\n1,2\n4,3\n"
    assert call("csv.encode", ("Map", STR, INT), [], ",") == ""


@pytest.mark.parametrize(
    ("t", "rows", "words"),
    [
        (("List", ("List", INT)), [[[1]]], "row 1, column 1: [1] cannot be a cell"),
        (INT, [1], "Int cannot be a row of CSV"),
        (("Map", STR, INT), [{"a": 1}, {"b": 1}], "row 3: a map has other keys than the first one"),
        (("Tuple", ("Bytes",)), [(b"x",)], "cannot be a cell"),
    ],
)
def test_what_cannot_be_written_as_csv_fails(t: Any, rows: Any, words: str) -> None:
    assert words in failing("encode", "csv.encode", t, rows, ",")


def test_csv_reads_what_it_wrote_and_so_does_python() -> None:
    rng = random.Random(3)
    for _ in range(100):
        rows = [["".join(rng.choice('ab",\n\r ;é') for _ in range(rng.randrange(5))) for _ in range(3)] for _ in range(4)]
        text = call("csv.encode", ("List", STR), rows, ",")
        assert list(csv.reader(io.StringIO(text, newline=""))) == rows
        assert call("csv.parse", text, ",") == rows


# toml


def test_toml_is_read() -> None:
    text = 'a = 1\nd = 1979-05-27T07:32:00Z\n[t]\nx = [1.5, "é", true, 07:32:00]\n[[r]]\nn = 1979-05-27\n'
    assert call("toml.parse", text) == ("Object", {
        "a": ("Integer", 1), "d": ("Text", "1979-05-27T07:32:00Z"),
        "t": ("Object", {"x": ("Array", [("Number", 1.5), ("Text", "é"), ("Boolean", True), ("Text", "07:32:00")])}),
        "r": ("Array", [("Object", {"n": ("Text", "1979-05-27")})]),
    })  # fmt: skip
    assert call("toml.decode", ("Record", EVENT.name, ()), 'id = 1\ntype = "x"', False) == {"kind": "x", "id": 1}
    assert call("toml.decode", ("Map", STR, ("Instant",)), "a = 1970-01-01T00:00:00Z", False)["a"].n == 0
    assert math.isinf(call("toml.decode", ("Map", STR, FLOAT), "a = inf", False)["a"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = ", "TOML, end of document: invalid value"),
        ("\na = 1 b", "TOML, line 2, column 7: expected newline or end of document after a statement"),
        ("a = 1\na = 2", "TOML, end of document: cannot overwrite a value"),
        ("x = " + "9" * 5_000, "TOML: a number is too large"),
        ("a = " + "[" * 100_000, "TOML: the value is nested more than 1,000 levels deep"),
        ("a = " + "[" * 1_001 + "]" * 1_001, "TOML: the value is nested more than 1,000 levels deep"),
    ],
)
def test_what_is_no_toml_is_refused(text: str, message: str) -> None:
    assert failing("decode", "toml.parse", text) == message


def test_what_does_not_fit_in_toml_is_said_by_path() -> None:
    assert failing("decode", "toml.decode", ("Record", EVENT.name, ()), 'id = "x"', False) == '$.id: expected Int, found "x"'
    assert "unknown field" in failing("decode", "toml.decode", ("Record", EVENT.name, ()), "id = 1\nz = 1", True)


def encoded(module: str, text: str) -> str:
    return host_function(f"{module}.encode")(None, ANY, host_function("json.parse")(None, text))  # type: ignore[no-any-return]


def test_toml_is_written_with_values_before_tables() -> None:
    text = '{"t": {"u": {"v": 1}, "s": "x"}, "a": 1, "n": null, "r": [{"p": 1, "q": {"k": [1, {"i": null, "j": {}}]}}, {}], "e": {}, "": [], "x.y": 1.0}'
    assert encoded("toml", text) == (
        'a = 1\n"" = []\n"x.y" = 1.0\n\n[t]\ns = "x"\n\n[t.u]\nv = 1\n\n[[r]]\np = 1\n\n[r.q]\nk = [1, { j = {} }]\n\n[[r]]\n\n[e]\n'
    )


def test_toml_reads_what_it_wrote() -> None:
    rng = random.Random(5)

    def value(depth: int) -> Any:
        kind = rng.randrange(7 if depth else 5)
        if kind == 5:
            return [value(depth - 1) for _ in range(rng.randrange(3))]
        if kind == 6:
            return {f"k {n}" if rng.random() < 0.3 else f"k{n}": value(depth - 1) for n in range(rng.randrange(4))}
        return [True, rng.randrange(-(10**18), 10**18), rng.random(), 'a"\\\n\x7f\u2028é', ""][kind]

    import json

    for _ in range(200):
        made = {f"t{n}": value(4) for n in range(3)}
        assert tomllib.loads(encoded("toml", json.dumps(made))) == made


@pytest.mark.parametrize("text", ["[1]", "1", '{"a": [null]}'])
def test_what_toml_has_not_cannot_be_written(text: str) -> None:
    with pytest.raises(Failure) as caught:
        encoded("toml", text)
    assert caught.value.kind == "encode"


# yaml


def read(text: str) -> Any:
    from tekstd.yaml_text import parse_yaml

    return parse_yaml(text)


YAML = [
    ("", None), ("a: no\n", {"a": "no"}), ("[yes, on, Off, y, true, False]", ["yes", "on", "Off", "y", True, False]),
    ("[1, -1, +1, 0x1f, 0o17, 017, 1_0]", [1, -1, 1, 31, 15, 17, "1_0"]), ("[1.5, .5, 1., 1e3, 1:30, 1.2.3]", [1.5, 0.5, 1.0, 1000.0, "1:30", "1.2.3"]),
    ("[~, null, Null, nil]", [None, None, None, "nil"]), ("a:\n", {"a": None}), ("[2024-01-01, '1', \"2\"]", ["2024-01-01", "1", "2"]),
    ("on: 1\n1: 2\nnull: 3\n", {"on": 1, "1": 2, "null": 3}), ("a: &x [1]\nb: *x\n", {"a": [1], "b": [1]}),
    ("base: &b {x: 1, y: 2}\nc:\n  <<: *b\n  y: 3\n", {"base": {"x": 1, "y": 2}, "c": {"x": 1, "y": 3}}),
    ("a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc:\n  <<: [*a, *b]\n", {"a": {"x": 1}, "b": {"x": 2, "z": 3}, "c": {"x": 1, "z": 3}}),
    ("'<<': 1\n", {"<<": 1}), ("a: |\n  x\n  y\nb: >\n  x\n  y\n", {"a": "x\ny\n", "b": "x y\n"}), ("a: !!str 1\nb: !!float 1\nc: ! 5\n", {"a": "1", "b": 1.0, "c": "5"}),
    ("&k key: *k\n", {"key": "key"}), ("? a\n: 1\n", {"a": 1}), ("--- 5\n...\n", 5), ("# only a comment\n", None), ("a: !!timestamp 2024-01-01", {"a": "2024-01-01"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), YAML)
def test_yaml_is_read_by_the_core_schema(text: str, expected: Any) -> None:
    found = read(text)
    assert found == expected
    assert repr(found) == repr(expected)


def test_infinity_and_nan_are_read() -> None:
    assert read("[.inf, -.Inf]") == [math.inf, -math.inf]
    assert math.isnan(read(".nan"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", "YAML, line 2, column 1: the key 'a' stands twice in one mapping"),
        ("a: [1", "YAML, line 2, column 1: did not find expected ',' or ']'"),
        ("--- 1\n--- 2\n", "YAML, line 2, column 1: a second document begins here; only one is read"),
        ("a: &a [*a]", "YAML, line 1, column 8: *a stands inside of what it names"),
        ("a: *b", "YAML, line 1, column 4: there is no anchor &b"),
        ("? [1]\n: 2", "YAML, line 1, column 3: a key must be a single value, not a list or mapping"),
        ("a: &x [1]\n*x : 2", "YAML, line 2, column 1: a key must be a text"),
        ("!!python/object/apply:os.system [ls]", "YAML, line 1, column 1: the tag tag:yaml.org,2002:python/object/apply:os.system is not known"),
        ("a: !!int x", "YAML, line 1, column 4: 'x' is no int"),
        ("a: !x 1", "YAML, line 1, column 4: the tag !x is not known"),
        ("a: {<<: 1}", "YAML, line 1, column 10: `<<` takes a mapping, or a list of mappings"),
    ],
)
def test_what_is_no_yaml_is_refused(text: str, message: str) -> None:
    assert failing("decode", "yaml.parse", text) == message


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000 + "1", "[" * 1_001 + "]" * 1_001, "{a: " * 2_000, "\0", "\t- a: b\n c"])
def test_deep_and_broken_texts_are_refused_at_once(text: str) -> None:
    assert failing("decode", "yaml.parse", text).startswith("YAML, ")


def test_aliases_cannot_blow_up() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for n in range(9):
        lines.append(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]")
    assert "aliases make more than 1,000,000 values" in failing("decode", "yaml.parse", "\n".join(lines))
    deep = "a: &a " + "[" * 600 + "]" * 600 + "\nb: " + "[" * 600 + "*a" + "]" * 600
    assert "nested more than 1,000 levels" in failing("decode", "yaml.parse", deep)


def test_yaml_is_decoded_by_type() -> None:
    assert call("yaml.decode", ("List", ("Record", EVENT.name, ())), "- {id: 1, type: x}\n", False) == [{"kind": "x", "id": 1}]
    assert failing("decode", "yaml.decode", ("List", INT), "- 1\n- no\n", False) == '$[1]: expected Int, found "no"'
    assert call("yaml.parse", "a: [1, no]") == ("Object", {"a": ("Array", [("Integer", 1), ("Text", "no")])})


def test_yaml_is_written_in_block_style() -> None:
    text = '{"a": [1, {"b": [], "c": [[1], {}]}], "no": "yes", "x y": "a: b", "s": "", "m": "l\\nm", "p": "a/b-c.d", "f": 1.0, "n": null}'
    assert encoded("yaml", text) == (
        'a:\n  - 1\n  - b: []\n    c:\n      - - 1\n      - {}\n"no": "yes"\nx y: "a: b"\ns: ""\nm: "l\\nm"\np: a/b-c.d\nf: 1.0\n"n": null\n'
    )
    assert call("yaml.encode", STR, "123") == '"123"\n'
    assert call("yaml.encode", ("List", INT), []) == "[]\n"


def test_yaml_reads_what_it_wrote_and_so_does_yaml_1_1() -> None:
    rng = random.Random(11)
    words = ["no", "~", "1", "1.5", "-", "a: b", "#x", "é", " x", "x ", "a\nb", "", "y", "0x1f", "1e3", "2024-01-01", "12:30", "=", "<<", "a b (c)", "\x7f\u2028", "---", "..."]

    def value(depth: int) -> Any:
        kind = rng.randrange(6 if depth else 4)
        if kind == 4:
            return [value(depth - 1) for _ in range(rng.randrange(3))]
        if kind == 5:
            return {rng.choice(words) + str(n): value(depth - 1) for n in range(rng.randrange(4))}
        return [rng.choice(words), rng.randrange(1000), True, None][kind]

    import json

    for _ in range(200):
        made = value(4)
        text = encoded("yaml", json.dumps(made))
        assert read(text) == made
        assert yaml.safe_load(text) == made


def test_unit_is_null() -> None:
    assert py(call("yaml.encode", ("Unit",), None)) == "null\n"
    assert tek(None) is None
