"""Which files a command is about, and where the root is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tekc.cli.status import Usage
from tekc.cli.targets import display, existing, find_root, given_root, targets


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("main.tek", "lib/b.tek", "lib/a.tek", ".hidden/x.tek", "lib/.cache.tek", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_stands_for_the_files_beneath_it(tree: Path) -> None:
    assert targets(["lib"], str(tree)) == ["lib/a.tek", "lib/b.tek"]


def test_without_words_the_root_is_meant(tree: Path) -> None:
    assert targets([], str(tree)) == ["main.tek", "lib/a.tek", "lib/b.tek"]


def test_each_file_comes_once(tree: Path) -> None:
    assert targets(["main.tek", "./main.tek", str(tree / "main.tek"), "."], str(tree)) == ["main.tek", "lib/a.tek", "lib/b.tek"]


def test_the_root_may_lie_above(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "lib")
    assert targets([], str(tree)) == [str(tree / "main.tek"), "a.tek", "b.tek"]


@pytest.mark.parametrize(
    ("word", "part"),
    [("main", "did you mean `main.tek`?"), ("mian.tek", "did you mean `main.tek`?"), ("lib/aa.tek", "`lib/a.tek`"), ("no", "there is no file `no`")],
)
def test_a_missing_file_is_answered_with_what_may_have_been_meant(tree: Path, word: str, part: str) -> None:
    with pytest.raises(Usage) as caught:
        existing(word)
    assert part in " ".join([caught.value.message, *caught.value.hints])


def test_a_path_with_a_nul_byte_is_a_mistake(tree: Path) -> None:
    with pytest.raises(Usage):
        targets(["a\0b"], str(tree))


@pytest.mark.parametrize(
    ("path", "shown"), [("main.tek", "main.tek"), ("./main.tek", "main.tek"), ("lib/../main.tek", "main.tek"), ("/etc/x", "/etc/x")]
)
def test_paths_are_shown_from_the_working_directory(tree: Path, path: str, shown: str) -> None:
    assert display(path) == shown


def test_the_root_is_the_nearest_folder_with_a_tek_toml(tree: Path) -> None:
    assert find_root(str(tree / "lib"), str(tree)) == str(tree)
    (tree / "tek.toml").write_text("")
    assert find_root(str(tree / "lib"), "/") == str(tree)
    (tree / "lib" / "tek.toml").write_text("")
    assert find_root(str(tree / "lib"), "/") == str(tree / "lib")


def test_the_working_directory_counts_where_the_script_has_no_root(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("scripts")
    (tree / "tek.toml").write_text("")
    assert find_root(str(elsewhere), str(tree / "lib")) == str(tree)


def test_a_given_root_must_be_a_folder(tree: Path) -> None:
    assert given_root("lib") == str(tree / "lib")
    with pytest.raises(Usage):
        given_root("main.tek")
