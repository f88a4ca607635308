"""What is granted, by whom, and how it is asked for."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tekc.cli import approvals, grants
from tekc.cli.status import DENIED, Usage
from tekrt.ir import ScopeTemplate, TaskInfo
from tekrt.scopes import Capability, evaluate, parse_capability

SRC = ("src", "", "Path")


def task(needs: Sequence[ScopeTemplate], reach: Sequence[tuple[str, ScopeTemplate]] = ()) -> TaskInfo:
    everything = [*(("main", template) for template in needs), *reach]  # as the checker gives it: own needs first
    return TaskInfo("main.main", "main", "main.main", (), ("Unit",), False, tuple(needs), tuple(everything), {}, "", "main.tek", 1)


def manifest(info: TaskInfo, src: str) -> list[str]:
    found = grants.manifest(info, lambda template: evaluate(template, [src] * str(template.parts).count("'src'")))
    return [f"{one.module} {one.capability}" for one in found]


READ_SRC = ScopeTemplate("fs.read", (SRC,))


def test_the_manifest_has_own_scopes_exact_and_those_of_others_at_their_widest() -> None:
    other = ScopeTemplate("fs.write", ("build/*",))
    info = task([READ_SRC, ScopeTemplate("output", None)], [("lib", other)])
    assert manifest(info, "data/x") == ['main fs.read("data/x")', 'lib fs.write("build/*")']


def wanted(*capabilities: str, template: ScopeTemplate = READ_SRC) -> list[grants.Wanted]:
    return [grants.Wanted("main", parse_capability(text), template) for text in capabilities]


@pytest.mark.parametrize(
    ("need", "typed", "granted"),
    [
        ('fs.read("data")', "data", True),
        ('fs.read("data/**")', "data", True),
        ('fs.read("data/*.csv")', "data", True),
        ('fs.read("other")', "data", False),
        ('fs.read("**")', "data", False),
        ('fs.write("out.txt")', "out.txt", True),
        ('fs.write("out/**")', "out", False),
        ('fs.write("out/x")', "out", False),
        ('fs.read("/**")', "/", False),
        ('fs.read("/home/ada/**")', "/home/ada", False),
        ('fs.read("/home/**")', "/home", False),
        ('fs.read("~/**")', "~", False),
        ('fs.read("~/notes/**")', "~/notes", True),
        ('fs.read("/home/ada/notes")', "/home/ada/notes", True),
        ('process("gcc")', "gcc", False),
        ('fs.read("a\\\\*b")', "a*b", True),
    ],
)
def test_a_typed_path_grants_reading_it_and_what_is_below_and_writing_exactly_it(need: str, typed: str, granted: bool) -> None:
    found = grants.typed_grants(wanted(need), {"src": [typed]}, "/work/project", "/home/ada")
    assert bool(found) is granted


def test_the_root_as_a_typed_path_is_no_reason_to_read_the_home_folder() -> None:
    assert grants.typed_grants(wanted('fs.read("**")'), {"src": ["."]}, "/home/ada", "/home/ada") == []
    assert grants.typed_grants(wanted('fs.read("**")'), {"src": ["."]}, "/work", "/home/ada") != []


def test_only_the_parameter_that_a_need_names_grants_it() -> None:
    assert grants.typed_grants(wanted('fs.read("data")'), {"other": ["data"]}, "/work", "/home/ada") == []


def test_what_is_not_granted_is_named() -> None:
    lacking = grants.uncovered(wanted('fs.read("a/b")', 'process("gcc")'), [Capability("fs.read", "a/**")], "/work", "/home/ada")
    assert [str(one.capability) for one in lacking] == ['process("gcc")']


def test_a_relative_and_an_absolute_scope_mean_the_same_place() -> None:
    assert grants.uncovered(wanted('fs.read("a")'), [Capability("fs.read", "/work/**")], "/work", "/home/ada") == []


@pytest.mark.parametrize(
    ("text", "part"), [("fs.raed(\"x\")", "did you mean `fs.read`?"), ("nonsense(", "--allow"), ("", "--allow"), ("fs.read", "--allow"), ("env(HOME)", "in quotes")]
)
def test_a_grant_that_is_none_is_a_mistake(text: str, part: str) -> None:
    with pytest.raises(Usage) as caught:
        grants.allowed([text])
    assert part in " ".join([caught.value.message, *caught.value.hints])


def test_several_grants_may_stand_in_one_text() -> None:
    assert [str(one) for one in grants.allowed(['fs.read("a"), process("gcc")', 'env("HOME")'])] == [
        'fs.read("a")',
        'process("gcc")',
        'env("HOME")',
    ]


def test_a_refusal_names_every_capability_and_the_words_that_grant_it(capsys: pytest.CaptureFixture[str]) -> None:
    stop = grants.refuse("main", wanted('fs.write("it\'s")', 'process("gcc")'))
    text = capsys.readouterr().err
    assert stop.status == DENIED
    assert 'fs.write("it\'s")' in text
    assert """--allow 'fs.write("it'\\''s")' --allow 'process("gcc")'""" in text
    assert "--allow-needs" in text


@pytest.mark.parametrize(("typed", "answer"), [("y\n", "y"), ("A\n", "a"), ("what\nno\n", "n"), ("", "n")])
def test_the_whole_manifest_is_asked_for_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, answer: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    everything = wanted('fs.read("src/*.c")', 'fs.read("src/*.h")', 'fs.write("/**")', 'process("gcc")', "human")
    assert grants.ask("main.tek", "main", everything, everything, []) == answer
    text = capsys.readouterr().err
    assert "read files             src/*.c, src/*.h" in text
    assert "EVERYTHING on this computer" in text
    assert "Programs that it starts" in text


def test_text_of_a_script_cannot_draw_on_the_prompt() -> None:
    lines = grants.plain_words([grants.Wanted("ma\x1b[2Jin", Capability("fs.read", "a\u202eb"), READ_SRC)])
    assert "\x1b" not in "".join(lines)
    assert "\u202e" not in "".join(lines)


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "project"
    folder.mkdir(mode=0o755)
    (folder / "main.tek").write_text("")
    (folder / "main.tek").chmod(0o644)
    return str(folder / "main.tek")


GCC, SHELL, DATA, ALL = (parse_capability(t) for t in ('process("gcc")', 'process("bash")', 'fs.read("data/**")', 'fs.read("**")'))


def test_an_approval_is_kept_and_found(script: str, tmp_path: Path) -> None:
    assert approvals.approved(script, "c1") == ([], True)
    assert approvals.approve(script, "c1", [GCC, DATA, ALL], "/r", "/h")
    assert approvals.approved(script, "c1") == (['fs.read("/r/data/**")', 'process("gcc")', 'fs.read("/r/**")'], True)
    assert (tmp_path / "state/tekc/approvals.json").stat().st_mode & 0o777 == 0o600


def test_code_may_change_but_not_under_what_depends_on_it(script: str) -> None:
    approvals.approve(script, "c1", [GCC, DATA, ALL, SHELL, parse_capability('secret("KEY")')], "/r", "/h")
    assert approvals.approved(script, "c2") == (['fs.read("/r/data/**")', 'process("gcc")'], False)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_file_that_others_may_write_is_never_approved_for_good(script: str, what: str) -> None:
    approvals.approve(script, "c1", [GCC], "/r", "/h")
    os.chmod(script if what == "file" else os.path.dirname(script), 0o777)
    assert approvals.approved(script, "c1") == ([], True)
    assert not approvals.approve(script, "c1", [GCC], "/r", "/h")


def test_another_file_with_the_same_content_is_another(script: str, tmp_path: Path) -> None:
    approvals.approve(script, "c1", [GCC], "/r", "/h")
    other = tmp_path / "project" / "other.tek"
    other.write_text("")
    assert approvals.approved(str(other), "c1") == ([], True)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"x": 1}'])
def test_damaged_approvals_approve_nothing(script: str, tmp_path: Path, content: str) -> None:
    approvals.approve(script, "c1", [GCC], "/r", "/h")
    (tmp_path / "state/tekc/approvals.json").write_text(content)
    assert approvals.approved(script, "c1") == ([], True)


def test_approvals_that_others_may_write_count_for_nothing(script: str, tmp_path: Path) -> None:
    approvals.approve(script, "c1", [GCC], "/r", "/h")
    (tmp_path / "state/tekc/approvals.json").chmod(0o666)
    assert approvals.approved(script, "c1") == ([], True)
