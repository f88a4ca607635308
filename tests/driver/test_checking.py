"""Finding modules, checking files, and not doing it twice."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tekc.__main__ import main
from tekc.diagnostics import Problem
from tekc.driver import checking
from tekc.driver.cache import Cache
from tekc.driver.checking import check_files
from tekc.driver.files import MOST_BYTES, Files, TooLarge
from tekc.driver.modules import Modules


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TEKC_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return folder


def write(**files: str) -> None:
    for name, text in files.items():
        path = Path(name.replace("__", "/") + ".tek")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def codes(*paths: str) -> list[tuple[str, str]]:
    return [(one.code, one.at.file.path) for one in check_files(paths, Cache(None))]


def test_modules_are_found_beside_the_importing_file() -> None:
    write(main="import .lib.text\ntask main() { print(text.shout()) }\n", lib__text="import .low\npub fn shout() -> Str => low.hi()\n")
    write(lib__low='pub fn hi() -> Str => "hi"\n')
    assert codes("main.tek") == []


def test_a_file_is_one_module_however_it_is_reached() -> None:
    write(main="import .a\nimport .b\ntask main() { print(a.f() + b.g()) }\n", a="import .c\npub fn f() -> Int => c.n\n")
    write(b="import .c\npub fn g() -> Int => c.n\n", c="pub const n: Int = 1\n")
    problems: list[Problem] = []
    modules = Modules(Files(), problems.append)
    first = modules.main("main.tek")
    assert modules.load(first, 1, ["a"]) is modules.load(first, 1, ["a"])
    assert modules.reached("main.tek") == ["main.tek", "a.tek"]


def test_names_of_modules_are_unique_and_never_those_of_the_library() -> None:
    write(main="", json="", lib__json="", lib__main="", prelude_list="")
    modules = Modules(Files(), lambda problem: None)
    main_module = modules.main("main.tek")
    names = [main_module.name]
    for path in (["json"], ["lib", "json"], ["lib", "main"], ["prelude_list"]):
        found = modules.load(main_module, 1, path)
        assert found is not None
        names.append(found.name)
    standard = modules.load(None, 0, ["json"])
    assert standard is not None
    assert standard.name == "json"
    assert standard.std
    assert len({*names, "json"}) == 6


def test_a_missing_module_is_an_error_with_a_hint() -> None:
    write(main="import .helpr\ntask main() { print(1) }\n", helper="")
    [problem] = check_files(["main.tek"], Cache(None))
    assert "helper" in " ".join([problem.title(), *(one.message for one in problem.helps())])


def test_a_folder_a_fifo_and_a_missing_file_are_no_sources() -> None:
    os.mkdir("a.tek")
    os.mkfifo("b.tek")
    for name in ("a.tek", "b.tek", "c.tek"):
        assert codes(name) == [("TEK0501", name)]


def test_a_source_file_may_only_be_so_large() -> None:
    write(main="task main() { }\n")
    os.truncate("main.tek", MOST_BYTES + 1)  # a hole: it takes no space
    with pytest.raises(TooLarge):
        Files().read("main.tek")
    assert codes("main.tek") == [("TEK0504", "main.tek")]


@pytest.mark.parametrize("data", [b"\xff\xfe", b"task main() { \x00 }", b"\xc3(", "task".encode("utf-16")])
def test_what_is_no_text_is_one_error(data: bytes) -> None:
    Path("main.tek").write_bytes(data)
    assert len(codes("main.tek")) == 1


def test_a_byte_order_mark_and_windows_newlines_are_read() -> None:
    Path("main.tek").write_bytes("\ufefftask main() {\r\n    print(1)\r\n}\r\n".encode())
    assert codes("main.tek") == []


BROKEN = "task main() {\n    print(nonsense)\n    let unused = missing\n}\n"


def fresh(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Note which files are checked anew."""
    seen: list[list[str]] = []
    original = checking._check

    def noted(paths: list[str], cache: Cache, files: Files) -> list[Problem]:
        seen.append(list(paths))
        return original(paths, cache, files)

    monkeypatch.setattr(checking, "_check", noted)
    return seen


def test_unchanged_files_are_not_checked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(main="import .lib\ntask main() { print(lib.f()) }\n", lib="pub fn f() -> Int => 1\n", other="task main() { print(2) }\n")
    seen = fresh(monkeypatch)
    (tmp_path / "cache").mkdir(mode=0o700)
    cache = Cache(str(tmp_path / "cache"))
    paths = ["main.tek", "other.tek"]
    assert check_files(paths, cache) == check_files(paths, cache) == []
    assert seen == [paths]
    write(lib='pub fn f() -> Str => "x"\n')
    assert check_files(paths, cache) == []
    assert seen == [paths, ["main.tek"]]
    write(lib="pub fn g() -> Int => 1\n")
    assert [one.code for one in check_files(paths, cache)] != []


def test_all_outputs_are_the_same_from_the_cache(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    write(main=BROKEN)
    seen = fresh(monkeypatch)
    for output in ("json", "text", "sarif", "github"):
        monkeypatch.setenv("TEKC_CACHE_DIR", str(tmp_path / f"cache-{output}"))
        texts = []
        for _ in range(2):
            assert main(["check", "main.tek", "--output", output]) == 3
            texts.append(capsys.readouterr().out)
        assert texts[0] == texts[1]
        assert "nonsense" in texts[0]
    assert len(seen) == 4


def test_json_is_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    write(main=BROKEN)
    main(["check", "--output", "json", "main.tek"])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["span"]["start"]["line"] for one in found if one["severity"] == "error"] == [2, 3]


def test_a_check_without_problems_is_silent_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    write(main="task main() { print(1) }\n")
    assert main(["check"]) == 0
    found = capsys.readouterr()
    assert found.out == ""
    assert "1 file checked" in found.err
    assert main(["check", "--output", "json"]) == 0
    assert capsys.readouterr().out == ""


def test_an_empty_folder_has_nothing_to_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "0 files checked" in capsys.readouterr().err


def test_constants_are_computed_and_each_failure_is_one_error() -> None:
    write(
        main="const a: Int = 1 // 0\nconst b: Int = a + 1\nconst c: Int = int_max\nconst d: Int = c + 1\nconst e: List[Int] = [x for x in 0..3]\n"
        "task main() { print(a + b + d + e[0]) }\n"
    )
    found = check_files(["main.tek"], Cache(None))
    assert [(one.code, one.at.text) for one in found] == [("TEK0502", "a"), ("TEK0502", "d")]
    assert main(["run", "main.tek"]) == 3


def test_a_constant_may_take_only_so_many_steps() -> None:
    write(main="const a: Int = f()\nfn f() -> Int {\n    var n = 0\n    while true { n += 1 }\n    n\n}\ntask main() { print(a) }\n")
    assert codes("main.tek") == [("TEK0503", "main.tek")]
