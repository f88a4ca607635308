"""Numbers, strings, bytes, commands, formats, files that are no text."""

from __future__ import annotations

import pytest

from tekc.diagnostics import Problem
from tekc.syntax import decode_source
from tekc.syntax.formats import Format, parse_format
from tests.syntax.helpers import codes, expr, in_task

NUMBERS = {
    "42": "42", "1_000": "1000", "0xff": "255", "0XFF_FF": "65535", "0b1010": "10", "0o17": "15", "007": "7", "1.5": "1.5",
    "2e-3": "0.002", "1_0.0_1": "10.01", "1e3": "1000.0", "250ms": "250000000", "30s": "30000000000", "5min": "300000000000",
    "2h": "7200000000000", "7d": "604800000000000", "3us": "3000", "4ns": "4", "1.5s": "1500000000", "0.25h": "900000000000",
    "512B": "512", "10KB": "10000", "10KiB": "10240", "5MB": "5000000", "5MiB": "5242880", "2GB": "2000000000",
    "2GiB": "2147483648", "1.5KiB": "1536", "9223372036854775808": "9223372036854775808",
}  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers(text: str) -> None:
    assert expr(text) == NUMBERS[text]


@pytest.mark.parametrize("text", ["1_", "1__0", "0x", "0xg", "0b2", "0o8", "1e", "5sec", "1.5e3s", "1.5ns", "0.5B", "1e999", "3x"])
def test_malformed_numbers_are_reported(text: str) -> None:
    assert codes(in_task(f"let x = {text}")) == ["TEK0008"]


def test_a_number_of_many_digits_costs_no_time_and_raises_nothing() -> None:
    for text in ("9" * 100_000, "9" * 100_000 + "s", "0x" + "f" * 100_000, "1." + "9" * 100_000, "1." + "9" * 100_000 + "h"):
        assert len(codes(in_task(f"let x = {text}"))) <= 1


STRINGS = {
    r'"a\n\r\t\\\"\{\}\0\u{1F600}"': 'a\n\r\t\\"{}\0😀',
    r'"\u{41}\u{00e4}"': "Aä",
    'r"\\d+ {x}"': "\\d+ {x}",
    'r"""a "quoted" \\"""': 'a "quoted" \\',
    '""': "",
    '""""""': "",
    '"""just one"""': "just one",
    '"""\n    a\n      b\n    """': "a\n  b\n",
    '"""\n        a\n      b\n    """': "    a\n  b\n",
    '"""\n    a\n    b"""': "a\nb",
    '"""\n\n    a\n\n      \n    """': "\na\n\n  \n",
    '"""a\n    b\n      c\n    """': "a\nb\n  c\n",
    '"""\n\ta\n\t\tb\n\t"""': "a\n\tb\n",
    '"""\n    a\\n\\tb\n    """': "a\n\tb\n",
    '"""\n    "a" ""b""\n    """': '"a" ""b""\n',
    'r"""\n    \\d\n    """': "\\d\n",
    '"""   \n    a\n    """': "a\n",
}


@pytest.mark.parametrize("text", STRINGS)
def test_strings(text: str) -> None:
    assert expr(text) == repr(STRINGS[text])


INTERPOLATIONS = {
    '"a{x}b{y:>3}"': "(Interpolation [a (Hole x -) b (Hole y >3)])",
    '"{m["k"]}"': "(Interpolation [(Hole (Index m 'k' -) -)])",
    '"{ {x}.y }"': "(Interpolation [(Hole (Field (Block [(ExprStatement x)]) y) -)])",
    '"{[k: v for (k, v) in m]:>9}"': "(Interpolation [(Hole (MapComp k v [(ForClause (TuplePattern [k v]) m)]) >9)])",
    '"{f(a: 1)}"': "(Interpolation [(Hole (Call f [(Arg a 1 .)]) -)])",
    '"{"n{"m"}"}"': "(Interpolation [(Hole (Interpolation [n (Hole 'm' -)]) -)])",
    r'"\{{x}\}"': "(Interpolation [{ (Hole x -) }])",
    '"""\n    a {x}\n      {y}\n    """': "(Interpolation [a  (Hole x -) \n   (Hole y -) \n])",
    '"{if a { "x" } else { "y" }}"': (
        "(Interpolation [(Hole (If a (Block [(ExprStatement 'x')]) (Block [(ExprStatement 'y')])) -)])"
    ),
}


@pytest.mark.parametrize("text", INTERPOLATIONS)
def test_any_expression_may_stand_in_a_string(text: str) -> None:
    assert expr(text) == INTERPOLATIONS[text]


def test_a_hole_may_hold_lines() -> None:
    assert expr('"{match x {\n    1 => "a"\n    _ => "b"\n}}"').count("(Arm") == 2
    assert expr('"{a +\n    b}"') == "(Interpolation [(Hole (Binary a + b) -)])"


BYTES = {r'b"\x00abc\xff"': b"\x00abc\xff", r'b"\n\r\t\\\"\0{}"': b'\n\r\t\\"\0{}', 'b""': b""}


@pytest.mark.parametrize("text", BYTES)
def test_bytes(text: str) -> None:
    assert expr(text) == repr(BYTES[text])


COMMANDS = {
    '$"git commit -m {message}"': "[git] . [commit] . [-m] . [(Hole message -)] .",
    "$\"printf '[%s]' {name} 'two words'\"": "[printf] . [[%s]] + [(Hole name -)] . [two words] +",
    "$\"a --x={y}z'q'\"": "[a] . [--x= (Hole y -) zq] +",
    r'$"a \"b {c}\" d\\ e"': "[a] . [b  (Hole c -)] + [d e] +",
    "$\"a '' b\"": "[a] . [] + [b] .",
    r'$"a\tb\nc"': "[a] . [b] . [c] .",
    "$r\"awk '{print $1}' \\x\"": "[awk] . [{print $1}] + [x] +",
    '$"""\n    make\n      -j {n}\n    """': "[make] . [-j] . [(Hole n -)] .",
    r'$"echo \"a\\\\b\\$c\""': "[echo] . [a\\b$c] +",
    '$"git show HEAD~1 a=b [ # $"': "[git] . [show] . [HEAD~1] . [a=b] . [[] . [#] . [$] .",
    r'$"find -name \\*.c"': "[find] . [-name] . [*.c] +",
}


@pytest.mark.parametrize("text", COMMANDS)
def test_commands_are_split_by_the_rules_of_posix(text: str) -> None:
    words = expr(text).split("[", 1)[1].rsplit("]", 1)[0]
    assert words.replace("(CommandWord ", "").replace(" .)", " .").replace(" +)", " +") == COMMANDS[text]


@pytest.mark.parametrize(
    "text",
    ["a | b", "a > b", "a < b", "a && b", "a & b", "a; b", "a `b`", "a $(b)", "a $HOME", "a ${HOME}", "a *", "a b?", "a [ab]", "a ~/b", "(a)"],
)
def test_what_only_a_shell_understands_is_reported(text: str) -> None:
    written = text.replace("{", "\\{").replace("}", "\\}")
    assert codes(in_task(f'$"{written}".run()')) == ["TEK0030"]
    assert codes(in_task(f"$\"a '{written}'\".run()")) == []


FORMATS = {
    ">8": Format(" ", ">", "", False, 8, False, None, ""),
    "*^+08,.2f": Format("*", "^", "+", True, 8, True, 2, "f"),
    ".2": Format(" ", "", "", False, 0, False, 2, ""),
    "02": Format(" ", "", "", True, 2, False, None, ""),
    "x": Format(" ", "", "", False, 0, False, None, "x"),
    ",": Format(" ", "", "", False, 0, True, None, ""),
    "}<3": Format("}", "<", "", False, 3, False, None, ""),
    "%": Format(" ", "", "", False, 0, False, None, "%"),
    "0": Format(" ", "", "", True, 0, False, None, ""),
    "<<": Format("<", "<", "", False, 0, False, None, ""),
}


@pytest.mark.parametrize("text", FORMATS)
def test_formats(text: str) -> None:
    assert parse_format(text) == FORMATS[text]


@pytest.mark.parametrize("text", ["", "zz", "5.", ".x", "abc", ",x", ".2d", "99999999999", ".99999999999", "5q", "#x", "_d", "{w}"])
def test_what_is_no_format_is_told_why(text: str) -> None:
    assert isinstance(parse_format(text), str)


def decoded(data: bytes) -> tuple[str | None, list[Problem]]:
    """Decode a file."""
    problems: list[Problem] = []
    return decode_source("a.tek", data, problems.append), problems


def test_a_file_is_utf_8_and_its_byte_order_mark_goes() -> None:
    assert decoded("\ufeffä\r\n".encode()) == ("ä\r\n", [])


@pytest.mark.parametrize("data", [b"a\xffb", "ä".encode("latin-1"), "abc".encode("utf-16"), b"ab\0c", b"\xed\xa0\x80", b"\xff\xfe\x00"])
def test_what_is_no_text_is_one_problem(data: bytes) -> None:
    text, problems = decoded(data)
    assert text is None
    assert [problem.code for problem in problems] == ["TEK0001"]
    assert 0 <= problems[0].at.start <= problems[0].at.end <= len(problems[0].at.file.text)
    assert problems[0].title() and list(problems[0].helps())
