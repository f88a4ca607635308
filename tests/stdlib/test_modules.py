"""Text, mathematics, digests and encodings."""

from __future__ import annotations

import base64
import hashlib
import math
import random
import textwrap
from typing import Any
from urllib.parse import quote, unquote

import pytest

from tekrt.values.native import host_function
from tekrt.values.scalars import Regex
from tests.stdlib.helpers import call, failing


def found(pattern: str, text: str) -> Any:
    return call("text.Regex.find", Regex(pattern), text)


def test_a_match_has_its_text_place_and_groups() -> None:
    assert found(r"(\w)(\d)(x)?", "é--a1") == {"text": "a1", "start": 3, "end": 5, "groups": ["a", "1", ""]}
    assert found("b", "a") is None
    assert found("^", "") == {"text": "", "start": 0, "end": 0, "groups": []}


def test_patterns_are_compiled_once_and_refused_in_words() -> None:
    regex = call("text.regex", "a+")
    engine = regex.engine
    assert call("text.Regex.is_match", regex, "caat")
    assert regex.engine is engine
    assert failing("decode", "text.regex", "(") == "'(' is no regular expression: missing ): ("
    assert "is no regular expression" in failing("decode", "text.regex", r"(a)\1")
    assert "is no regular expression" in failing("decode", "text.Regex.find", Regex("a{9999}"), "")


def test_all_occurrences_are_found() -> None:
    assert [m["text"] for m in call("text.Regex.find_all", Regex(r"\d+"), "1, 22é333")] == ["1", "22", "333"]
    assert [(m["start"], m["end"]) for m in call("text.Regex.find_all", Regex("x*"), "aéxb")] == [(0, 0), (1, 1), (2, 3), (3, 3), (4, 4)]


def test_named_groups_are_captured() -> None:
    assert call("text.Regex.captures", Regex(r"(?P<k>\w+)=(?P<v>\d+)?(z)?"), "a=") == {"k": "a"}
    assert call("text.Regex.captures", Regex("(?P<k>a)"), "b") is None


@pytest.mark.parametrize(
    ("pattern", "text", "template", "expected"),
    [
        (r"(\w+)@(\w+)", "me@home", "$2 of $1", "home of me"), ("(?P<n>a)", "banana", "<${n}>", "b<a>n<a>n<a>"), ("a", "aa", "$$", "$$"),
        ("a", "ab", "$0$0", "aab"), ("a", "ab", "$x $", "$x $b"), ("(a)|b", "ab", "[$1]", "[a][]"), ("x*", "ab", "-", "-a-b-"), ("z", "ab", "-", "ab"),
        ("a", "ab", "${0}1", "a1b"), ("a", "ab", "${", "${b"),
    ],
)  # fmt: skip
def test_occurrences_are_replaced(pattern: str, text: str, template: str, expected: str) -> None:
    assert call("text.Regex.replace", Regex(pattern), text, template) == expected


def test_a_replacement_names_groups_that_are_there() -> None:
    assert failing("fail", "text.Regex.replace", Regex("(a)"), "a", "$2") == "replace: the pattern has no group 2, only 1"
    assert failing("fail", "text.Regex.replace", Regex("(a)"), "a", "${x}") == "replace: the pattern has no group named 'x'"


def test_a_text_is_split_at_a_pattern() -> None:
    assert call("text.Regex.split", Regex(r",\s*"), "a, b,c") == ["a", "b", "c"]
    assert call("text.Regex.split", Regex("x"), "") == [""]
    assert call("text.Regex.split", Regex("(,)"), "a,b") == ["a", "b"]


def test_an_evil_pattern_takes_linear_time() -> None:
    assert not call("text.Regex.is_match", Regex("(a+)+$"), "a" * 50_000 + "b")


def test_escaping_makes_a_pattern_of_a_text() -> None:
    for text in ("a.b*c", "[x]", "é\n\\", "${}^|()+?"):
        assert found(call("text.escape", text), f"--{text}--")["text"] == text
    assert call("text.Regex.pattern", Regex("a+")) == "a+"


def test_a_difference_is_written_as_diff_does() -> None:
    assert call("text.diff", "a\nb\n", "a\nc\n") == "--- a\n+++ b\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
    assert call("text.diff", "a", "a\n") == "--- a\n+++ b\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"
    assert call("text.diff", "same\n", "same\n") == ""
    assert call("text.diff", "", "x\n") == "--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n"


def test_a_text_is_wrapped_between_words() -> None:
    assert call("text.wrap", "to be or not", 5) == ["to be", "or", "not"]
    assert call("text.wrap", "abcdefgh", 3) == ["abc", "def", "gh"]
    assert call("text.wrap", "", 3) == []
    failing("fail", "text.wrap", "a", 0)


def test_wrapping_agrees_with_pythons() -> None:
    rng = random.Random(9)
    for _ in range(2_000):
        words = ["".join(rng.choice("abcé") for _ in range(rng.randrange(2, 6))) for _ in range(8)]
        s = "".join(word + rng.choice([" ", "-"]) for word in words).strip("-")
        n = rng.randrange(6, 14)
        assert call("text.wrap", s, n) == textwrap.wrap(s.strip(), n)


def test_words_that_are_too_long_are_broken() -> None:
    rng = random.Random(9)
    for _ in range(500):
        s = "".join(rng.choice("ab -") for _ in range(40))
        n = rng.randrange(1, 9)
        lines = call("text.wrap", s, n)
        assert all(len(line) <= n and line == line.strip() for line in lines)
        assert "".join(lines).replace(" ", "") == s.replace(" ", "")
    assert call("text.wrap", "ab abcdefgh", 4) == ["ab a", "bcde", "fgh"]


@pytest.mark.parametrize("text", ["a" * 300_000, " " * 300_000, "-" * 300_000, "a-" * 150_000])
def test_wrapping_takes_linear_time(text: str) -> None:
    assert len(call("text.wrap", text, 1)) == len(text.replace(" ", ""))


def test_shared_indentation_goes_and_comes() -> None:
    assert call("text.dedent", "  a\n    b\n\n  c\n") == "a\n  b\n\nc\n"
    assert call("text.dedent", "\ta\n  b") == "\ta\n  b"
    assert call("text.dedent", "") == ""
    assert call("text.indent", "a\n\nb\n", "> ") == "> a\n\n> b\n"


MATH = [
    ("sqrt", 9.0, 3.0), ("sqrt", -1.0, math.nan), ("cbrt", -27.0, -3.0), ("exp", 0.0, 1.0), ("exp", 1000.0, math.inf), ("exp", -1000.0, 0.0),
    ("log", 1.0, 0.0), ("log", 0.0, -math.inf), ("log", -1.0, math.nan), ("log", math.nan, math.nan), ("log", math.inf, math.inf), ("log2", 8.0, 3.0),
    ("log10", 1000.0, 3.0), ("log2", 0.0, -math.inf), ("sin", math.inf, math.nan), ("sin", 0.0, 0.0), ("cos", 0.0, 1.0), ("tan", 0.0, 0.0),
    ("asin", 2.0, math.nan), ("acos", 1.0, 0.0), ("acos", -2.0, math.nan), ("atan", math.inf, math.pi / 2), ("sinh", 1000.0, math.inf),
    ("sinh", -1000.0, -math.inf), ("cosh", -1000.0, math.inf), ("tanh", 1000.0, 1.0), ("cos", math.nan, math.nan),
]  # fmt: skip


@pytest.mark.parametrize(("name", "x", "expected"), MATH)
def test_functions_of_a_float_never_fail(name: str, x: float, expected: float) -> None:
    result = call(f"math.{name}", x)
    assert result == expected or (math.isnan(result) and math.isnan(expected))


def test_functions_of_two_numbers() -> None:
    assert call("math.atan2", 1.0, 1.0) == math.pi / 4
    assert call("math.hypot", 3.0, 4.0) == 5.0


def test_whole_roots_and_factorials() -> None:
    assert call("math.isqrt", 17) == 4
    assert call("math.isqrt", 2**63 - 1) == 3037000499
    assert call("math.factorial", 20) == 2432902008176640000
    for name, n in (("isqrt", -1), ("factorial", -1), ("factorial", 21)):
        failing("overflow", f"math.{name}", n)


@pytest.mark.parametrize("name", ["sha256", "sha512", "sha1", "md5"])
@pytest.mark.parametrize("data", [b"", b"abc", "é" * 1000])
def test_digests_agree_with_hashlib(name: str, data: bytes | str) -> None:
    raw = data.encode() if isinstance(data, str) else data
    assert call(f"hash.{name}", data) == hashlib.new(name, raw).hexdigest()


def test_blake2b_has_a_size() -> None:
    assert call("hash.blake2b", "abc", 32) == hashlib.blake2b(b"abc", digest_size=32).hexdigest()
    assert len(call("hash.blake2b", b"", 64)) == 128
    failing("fail", "hash.blake2b", "", 0)
    failing("fail", "hash.blake2b", "", 65)
    assert call("hash.crc32", "abc") == 891568578
    assert failing("fail", "hash.md5", 5) == "hash: only Str and Bytes have a digest, not 5"


def test_encodings_agree_with_pythons() -> None:
    rng = random.Random(1)
    for size in range(60):
        data = rng.randbytes(size)
        assert call("encoding.base64_encode", data) == base64.b64encode(data).decode()
        assert call("encoding.base64_decode", base64.b64encode(data).decode()) == data
        url = call("encoding.base64url_encode", data)
        assert url == base64.urlsafe_b64encode(data).decode().rstrip("=")
        assert call("encoding.base64url_decode", url) == data
        assert call("encoding.hex_decode", call("encoding.hex_encode", data)) == data
        text = "".join(chr(rng.randrange(1, 0x2000)) for _ in range(size))
        assert call("encoding.url_encode", text) == quote(text, safe="")
        assert unquote(quote(text)) == call("encoding.url_decode", quote(text)) == text


def test_base64_may_be_broken_into_lines() -> None:
    assert call("encoding.base64_decode", "aGVs\nbG8=\n") == b"hello"
    assert call("encoding.base64url_decode", "-_8=") == b"\xfb\xff"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("base64_decode", "a", "not Base64"), ("base64_decode", "aGk", "not Base64"), ("base64_decode", "aG?k", "not Base64"), ("base64_decode", "é", "not Base64"),
        ("base64url_decode", "+w", "it has + or /"), ("base64url_decode", "a", "not Base64 for URLs"), ("hex_decode", "abc", "odd number"),
        ("hex_decode", "zz", "'z' is no digit"), ("hex_decode", "a b ", "' ' is no digit"), ("url_decode", "%", "two hexadecimal digits"),
        ("url_decode", "a%2", "two hexadecimal digits"), ("url_decode", "%zz", "two hexadecimal digits"), ("url_decode", "%ff", "not UTF-8"),
    ],
)  # fmt: skip
def test_what_is_not_encoded_so_is_refused(name: str, text: str, words: str) -> None:
    assert words in failing("decode", f"encoding.{name}", text)


def test_plus_is_no_blank_in_a_url() -> None:
    assert host_function("encoding.url_decode")(None, "a+b") == "a+b"
