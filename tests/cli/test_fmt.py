"""``tekc fmt``: files in place, standard input, ``--check`` and ``--diff``."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Tekc, Write

UGLY = "task   main( ){ print( 1+2 )\n}\n"
NICE = "task main() {\n    print(1 + 2)\n}\n"


def test_files_are_formatted_in_place(write: Write, tekc: Tekc, folder: Path) -> None:
    write(a=UGLY, b=NICE)
    (folder / "a.tek").chmod(0o755)
    found = tekc("fmt")
    assert (found.status, found.out) == (0, "")
    assert "1 of 2 files formatted" in found.err
    assert (folder / "a.tek").read_text() == NICE
    assert (folder / "a.tek").stat().st_mode & 0o777 == 0o755
    assert sorted(path.name for path in folder.iterdir()) == ["a.tek", "b.tek"]


def test_a_link_stays_a_link(write: Write, tekc: Tekc, folder: Path) -> None:
    write(real=UGLY)
    os.symlink("real.tek", folder / "link.tek")
    assert tekc("fmt", "link.tek").status == 0
    assert (folder / "link.tek").is_symlink()
    assert (folder / "real.tek").read_text() == NICE


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_check_and_diff_change_nothing_and_give_1(write: Write, tekc: Tekc, folder: Path, option: str) -> None:
    write(a=UGLY, b=NICE)
    found = tekc("fmt", option)
    assert found.status == 1
    assert "a.tek" in found.out
    assert "b.tek" not in found.out
    assert ("+    print(1 + 2)" in found.out) is (option == "--diff")
    assert (folder / "a.tek").read_text() == UGLY
    assert tekc("fmt", option, "b.tek")[:2] == (0, "")


def test_what_does_not_parse_stays_untouched(write: Write, tekc: Tekc, folder: Path) -> None:
    broken = "task main( {\n"
    write(a=broken, b=UGLY)
    found = tekc("fmt")
    assert found.status == 3
    assert "a.tek:1" in found.err
    assert (folder / "a.tek").read_text() == broken
    assert (folder / "b.tek").read_text() == NICE
    assert tekc("fmt", "--check", "a.tek").status == 3


def test_bytes_that_are_no_text_stay_untouched(tekc: Tekc, folder: Path) -> None:
    (folder / "a.tek").write_bytes(b"\xff\xfe\x00")
    assert tekc("fmt", "a.tek").status == 3
    assert (folder / "a.tek").read_bytes() == b"\xff\xfe\x00"


def test_windows_newlines_and_a_byte_order_mark_go(tekc: Tekc, folder: Path) -> None:
    (folder / "a.tek").write_bytes(b"\xef\xbb\xbf" + NICE.replace("\n", "\r\n").encode())
    assert tekc("fmt", "--check", "a.tek").status == 1
    tekc("fmt", "a.tek")
    assert (folder / "a.tek").read_bytes() == NICE.encode()
    assert tekc("fmt", "--check", "a.tek").status == 0


class _Input(io.TextIOWrapper):
    def __init__(self, text: str) -> None:
        super().__init__(io.BytesIO(text.encode()))


@pytest.mark.parametrize(
    ("words", "text", "status", "out"),
    [
        ([], UGLY, 0, NICE),
        (["--check"], NICE, 0, ""),
        (["--check"], UGLY, 1, "- would change\n"),
        ([], "task main(", 3, ""),
        ([], "", 0, ""),
    ],
)
def test_standard_input_goes_to_standard_output(
    tekc: Tekc, monkeypatch: pytest.MonkeyPatch, words: list[str], text: str, status: int, out: str
) -> None:
    monkeypatch.setattr("sys.stdin", _Input(text))
    assert tekc("fmt", *words, "-")[:2] == (status, out)


def test_a_file_that_cannot_be_read_or_written_is_an_error(tekc: Tekc, folder: Path) -> None:
    os.mkfifo(folder / "a.tek")
    found = tekc("fmt", "a.tek")
    assert found.status == 1
    assert "no regular file" in found.err
