"""``tekc test``: each test in a root of its own."""

from __future__ import annotations

import os
from pathlib import Path

from tests.cli.conftest import Tekc, Write

TESTS = """import fs

test "adds" {
    assert 1 + 1 == 2
}

test "does not add" {
    print("look here")
    assert 1 + 1 == 3, "sums"
}

test "has an empty root" {
    assert fs.list(".").len() == 0
    fs.write_text("a/b.txt", "x")
    assert fs.list(".").len() == 1
}

test "has an empty root, too" {
    assert fs.list(".").len() == 0
}

test "may not look elsewhere" {
    let name = "/etc/" + "hostname"
    print(fs.read_text(Path(name)))
}

test "may do what it declares" needs env("MARK") {
    assert true
}
"""


def test_the_tests_of_a_file_are_run_and_told(write: Write, tekc: Tekc, folder: Path) -> None:
    write(main=TESTS)
    found = tekc("test")
    assert found.status == 1
    assert found.err == ""
    for part in ("ok      main.tek: adds", "FAILED  main.tek: does not add", "sums", "left:  2", "main.tek:9", "it printed:", "look here",
                 "ok      main.tek: has an empty root, too", "FAILED  main.tek: may not look elsewhere", "denied", "4 passed, 2 failed"):  # fmt: skip
        assert part in found.out
    assert os.listdir(folder) == ["main.tek"]


def test_a_filter_chooses_tests_by_name(write: Write, tekc: Tekc) -> None:
    write(main=TESTS)
    found = tekc("test", "--filter", "empty root")
    assert found.status == 0
    assert "2 passed, 0 failed" in found.out
    assert tekc("test", "--filter", "nonsense").status == 2


def test_what_does_not_compile_is_3_and_the_rest_is_run(write: Write, tekc: Tekc) -> None:
    write(a="test \"x\" { print(nonsense) }\n", b='test "y" { assert true }\n')
    found = tekc("test")
    assert found.status == 3
    assert "ok      b.tek: y" in found.out
    assert "1 file did not compile" in found.out
    assert "a.tek:1" in found.err


def test_files_without_tests_have_nothing_to_fail(write: Write, tekc: Tekc) -> None:
    write(main="task main() { print(1) }\n")
    found = tekc("test", "main.tek")
    assert (found.status, found.err) == (0, "")
    assert "0 passed, 0 failed" in found.out


def test_a_wrong_setting_is_a_mistake(write: Write, tekc: Tekc) -> None:
    write(main="")
    assert tekc("test", "--jit", "maybe").status == 2
    assert tekc("test", "--root", "nowhere").status == 2
