"""Each diagnostic has a page; its programs do what the page says, and each fix that is offered compiles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tekc.cli.explain import load_catalogue
from tekc.diagnostics import CATALOGUE
from tests.diagnostics.pages import (
    FOLDER,
    PAGES,
    SECTIONS,
    SPEC,
    apply,
    can_be_run,
    cases_of,
    codes_when_run,
    errors,
    fixes,
    new_errors,
    prepare,
    problems_here,
    restore,
)
from tests.spec.literate import Case, read_page
from tests.spec.running import place, run

load_catalogue()
FAILING = cases_of(PAGES, "fails")
WORKING = cases_of(PAGES, "works")
ANNOUNCED = [case for page in SPEC for case in read_page(page) if case.announced]
WHEN_RUN = {"TEK0470"}
"""Codes that `tekc run` reports, not `tekc check`."""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEKC_CACHE_DIR", str(tmp_path / ".cache"))


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {page.stem for page in PAGES} == set(CATALOGUE)
    assert not [found.name for found in FOLDER.iterdir() if found.name != "README.md" and found not in PAGES]


def test_the_index_names_every_code() -> None:
    rows = re.findall(r"^\| \[(TEK\d{4})\]\((TEK\d{4})\.md\) \| (\S+) \| (\w+) \|$", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)
    assert rows == [(code, code, CATALOGUE[code].slug, CATALOGUE[code].severity) for code in sorted(CATALOGUE)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_title_and_its_sections(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.stem}: {CATALOGUE[page.stem].slug}\n")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS
    assert text.endswith("```\n") and max(map(len, text.splitlines())) <= 140
    marks = [case.marks[0] for case in read_page(page) if case.marks]
    assert "fails" in marks and "works" in marks


@pytest.mark.parametrize("case", FAILING, ids=lambda case: case.name)
def test_one_mistake_gives_one_problem(case: Case, tmp_path: Path) -> None:
    prepare(case, tmp_path)
    code = case.page.stem
    found = [one.code for one in problems_here()]
    if code in WHEN_RUN:
        assert found == []
        found = codes_when_run()
    assert found == [code]


@pytest.mark.parametrize("case", WORKING, ids=lambda case: case.name)
def test_the_repaired_program_works(case: Case, tmp_path: Path) -> None:
    prepare(case, tmp_path)
    assert [(one.code, one.title()) for one in problems_here()] == []
    if can_be_run(case):
        ran = run(["run", "--allow-needs", "main.tek", *case.args])
        assert ran.status == 0, ran.err
        assert case.expected_output is None or ran.out == case.expected_output


@pytest.mark.parametrize("case", FAILING + ANNOUNCED, ids=lambda case: case.name)
def test_each_fix_offered_compiles(case: Case, tmp_path: Path) -> None:
    prepare(case, tmp_path)
    before = problems_here()
    said = [(one.code, one.title()) for one in before]
    for problem, advice in fixes(before):
        files = apply(advice, tmp_path)
        after = problems_here()
        told = f"{problem.code} {problem.title()}: {advice.message}\n" + (tmp_path / "main.tek").read_text(encoding="utf-8")
        assert not new_errors(before, problem, after), f"{told}\n{errors(after)}"
        again = [(one.code, one.title()) for one in after]
        this = (problem.code, problem.title())
        assert again.count(this) < said.count(this), told
        restore(files, tmp_path)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_explain_prints_the_page(code: str) -> None:
    ran = run(["explain", code])
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (FOLDER / f"{code}.md").read_text(encoding="utf-8")


def test_a_page_of_python_makes_what_no_text_can_hold(tmp_path: Path) -> None:
    made = [case for case in FAILING if case.language == "python"]
    assert made
    place(Case(PAGES[0], "", 1, ""), tmp_path)
    for case in made:
        prepare(case, tmp_path)
        assert (tmp_path / "main.tek").stat().st_size > 0
