"""Texts as scopes: hosts of URLs, parts of paths, programs of commands."""

from __future__ import annotations

import pytest

from tekc.check.builtins import PATH, STR
from tekc.check.defs import Local
from tekc.check.effects_text import GAP_HOST, Text, as_scope, host_of, is_temp, part_of, program_of
from tekc.check.needs import Gap, Hole, Parts

NAME = Hole(Local("host", False, STR, None), "", "Str")
SRC = Hole(Local("src", False, PATH, None), "", "Path")

HOSTS: list[tuple[Parts, Parts]] = [
    (("https://example.com/a?b#c",), ("example.com",)),
    (("https://example.com",), ("example.com",)),
    (("https://example.com?x=1",), ("example.com",)),
    (("https://EXAMPLE.com:8443/a",), ("example.com:8443",)),
    (("https://example.com:443/",), ("example.com",)),
    (("http://example.com:80/",), ("example.com",)),
    (("http://example.com:443/",), ("example.com:443",)),
    (("https://user:pw@example.com/",), ("example.com",)),
    (("https://example.com/", Gap("Str"), ".json"), ("example.com",)),
    (("https://example.com#", NAME), ("example.com",)),
    (("https://", NAME, "/a"), (NAME,)),
    (("https://", NAME), (NAME,)),
    ((NAME,), (NAME._replace(type="Url"),)),
    # A literal that nothing closes may go on in the value: `.evil.org`, `@evil.org`, `:8443`.
    (("https://example.com", NAME), GAP_HOST),
    (("https://api.", NAME, "/a"), GAP_HOST),
    (("https://", NAME, ".example.com/"), GAP_HOST),
    (("https://", Gap("Str"), "/"), GAP_HOST),
    ((Gap("Str"),), GAP_HOST),
    (("example.com/a",), GAP_HOST),
    (("https:///a",), GAP_HOST),
]


@pytest.mark.parametrize(("parts", "host"), HOSTS)
def test_the_host_of_a_url_is_known_only_where_literal_text_closes_it(parts: Parts, host: Parts) -> None:
    assert host_of(Text(parts, True)) == host


def test_parts_of_a_path_are_known_for_parameters_and_literals() -> None:
    assert part_of(Text((SRC,), True), "stem") == Text((SRC._replace(field="stem", type="Str"),), True)
    assert part_of(Text((SRC,), True), "parent") == Text((SRC._replace(field="parent"),), True)
    assert part_of(Text(("a/b.tar.gz",), True), "stem") == Text(("b.tar",), True)
    assert part_of(Text(("a/b.tar.gz",), True), "suffix") == Text((".gz",), True)
    assert part_of(Text(("plain",), True), "parent") == Text((".",), True)
    assert part_of(Text((".hidden",), True), "suffix") == Text(("",), True)
    assert part_of(Text(("a/", SRC), True), "stem") is None
    assert part_of(Text(("../a",), True), "name") is None


def test_literal_text_means_itself_and_patterns_stay_patterns() -> None:
    assert as_scope("fs.read", Text(("a/[id]*.txt",), True), raw=False) == ("a/\\[id]\\*.txt",)
    assert as_scope("fs.read", Text(("a/*.txt",), True), raw=True) == ("a/*.txt",)
    assert as_scope("fs.read", Text(("~/a",), True), raw=False) == ("~/a",)
    assert as_scope("process", Text(("my tool",), True), raw=False) == ("my\\ tool",)


def test_a_program_is_the_first_word_of_its_scope() -> None:
    assert program_of(("git commit -m x",)) == ("git",)
    assert program_of(("git",)) == ("git",)
    assert program_of((NAME, "-tool x")) == (NAME, "-tool")
    assert program_of(("my\\ tool x",)) == ("my\\ tool",)


def test_only_what_lies_below_a_temporary_folder_is_temporary() -> None:
    folder = Gap("Temp")
    assert is_temp((folder,))
    assert is_temp((folder, "/a/", Gap("Str")))
    assert not is_temp((folder, "x/a"))
    assert not is_temp((folder, "/../a"))
    assert not is_temp(("a/", folder))
