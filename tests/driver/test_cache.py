"""The cache of what was compiled: found by identity, found by content, never trusted when it cannot be."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tekc.driver.cache import Cache, open_cache


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, bytes]]]:
    monkeypatch.chdir(tmp_path)
    files = [("main.tek", b"import .lib"), ("lib.tek", b"fn f() {}")]
    for name, data in files:
        Path(name).write_bytes(data)
    yield files


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    (tmp_path / "cache").mkdir(mode=0o700)
    return Cache(str(tmp_path / "cache"))


def read(name: str) -> bytes:
    return Path(name).read_bytes()


LATER = time.time_ns() + 3_600_000_000_000
"""Reading "later" makes the files old enough for their times to be trusted."""


def test_what_was_kept_is_found_again(cache: Cache, sources: list[tuple[str, bytes]]) -> None:
    assert cache.recall("run", "main.tek") is None
    cache.keep("run", sources, ("image", b"x"), LATER)
    assert cache.recall("run", "main.tek") == ("image", b"x")
    assert cache.recall("check", "main.tek") is None


@pytest.mark.parametrize("name", ["main.tek", "lib.tek"])
def test_a_changed_file_is_noticed(cache: Cache, sources: list[tuple[str, bytes]], name: str) -> None:
    cache.keep("run", sources, 1, LATER)
    Path(name).write_bytes(b"fn g() {}!!")
    assert cache.recall("run", "main.tek") is None
    assert cache.recall_content("run", "main.tek", read("main.tek"), read) is None


def test_a_missing_file_is_noticed(cache: Cache, sources: list[tuple[str, bytes]]) -> None:
    cache.keep("run", sources, 1, LATER)
    os.unlink("lib.tek")
    assert cache.recall("run", "main.tek") is None
    assert cache.recall_content("run", "main.tek", read("main.tek"), read) is None


def test_files_with_new_times_and_old_content_are_found_by_content(cache: Cache, sources: list[tuple[str, bytes]]) -> None:
    cache.keep("run", sources, 1, LATER)
    os.utime("lib.tek", (1, 1))
    assert cache.recall("run", "main.tek") is None
    assert cache.recall_content("run", "main.tek", read("main.tek"), read) == 1


def test_a_file_that_just_changed_is_found_by_content_only(cache: Cache, sources: list[tuple[str, bytes]]) -> None:
    cache.keep("run", sources, 1, time.time_ns())
    assert cache.recall("run", "main.tek") is None
    assert cache.recall_content("run", "main.tek", read("main.tek"), read) == 1


def test_another_path_to_the_same_file_is_another_program(cache: Cache, sources: list[tuple[str, bytes]]) -> None:
    cache.keep("run", sources, 1, LATER)
    assert cache.recall("run", os.path.abspath("main.tek")) is None


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 200])
def test_a_damaged_entry_counts_as_not_there_and_is_written_again(cache: Cache, sources: list[tuple[str, bytes]], damage: bytes) -> None:
    cache.keep("run", sources, 1, LATER)
    entries = [path for path in Path(str(cache.base)).rglob("*") if path.is_file()]
    assert len(entries) == 3
    for path in entries:
        path.write_bytes(damage)
    assert cache.recall("run", "main.tek") is None
    assert cache.recall_content("run", "main.tek", read("main.tek"), read) is None
    cache.keep("run", sources, 2, LATER)
    assert cache.recall("run", "main.tek") == 2


def test_one_flipped_bit_is_noticed(cache: Cache, sources: list[tuple[str, bytes]]) -> None:
    cache.keep("run", sources, b"payload" * 100, LATER)
    [data] = (Path(str(cache.base)) / "data").iterdir()
    content = bytearray(data.read_bytes())
    content[len(content) // 2] ^= 4
    data.write_bytes(content)
    assert cache.recall("run", "main.tek") is None


def test_no_half_written_file_stays(cache: Cache, sources: list[tuple[str, bytes]]) -> None:
    cache.keep("run", sources, 1, LATER)
    assert not list(Path(str(cache.base)).rglob("*~"))


def test_the_folder_is_made_for_this_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tmp_path / "deep" / "cache"
    monkeypatch.setenv("TEKC_CACHE_DIR", str(base))
    assert open_cache().base == str(base)
    assert base.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o777, 0o1777])
def test_a_folder_that_others_can_see_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int) -> None:
    base = tmp_path / "cache"
    base.mkdir()
    base.chmod(mode)
    monkeypatch.setenv("TEKC_CACHE_DIR", str(base))
    assert open_cache().base is None


def test_a_link_or_a_file_in_its_place_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("")
    for name in ("link", "file"):
        monkeypatch.setenv("TEKC_CACHE_DIR", str(tmp_path / name))
        assert open_cache().base is None


def test_without_a_cache_everything_works(sources: list[tuple[str, bytes]]) -> None:
    none = Cache(None)
    none.keep("run", sources, 1, LATER)
    assert none.recall("run", "main.tek") is None
    assert none.recall_content("run", "main.tek", b"", read) is None


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, sources: list[tuple[str, bytes]]) -> None:
    (tmp_path / "index").write_text("in the way")
    (tmp_path / "data").write_text("in the way")
    (tmp_path / "known").write_text("in the way")
    Cache(str(tmp_path)).keep("run", sources, 1, LATER)
    assert Cache(str(tmp_path)).recall("run", "main.tek") is None
