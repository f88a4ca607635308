"""The pages of this room's diagnostics: the failing program raises the code, the repaired one nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tekc.check import effect_problems  # noqa: F401  # fills the catalogue
from tekc.diagnostics import CATALOGUE
from tekc.diagnostics.render import render
from tests.check_effects.programs import check

PAGES = Path(__file__).parents[2] / "docs" / "diagnostics"
CODES = sorted(code for code in CATALOGUE if "TEK0300" <= code < "TEK0480")
BLOCK = re.compile(r"^```tek (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(code: str, kind: str) -> tuple[str, dict[str, str]]:
    """The program of a page that ``fails`` or ``works``, and the files beside it."""
    files: dict[str, str] = {}
    for info, text in BLOCK.findall((PAGES / f"{code}.md").read_text(encoding="utf-8")):
        if info.startswith("file="):
            files[info.removeprefix("file=").removesuffix(".tek").replace("/", "__")] = text
        elif info == kind:
            return text, files
    raise AssertionError(f"{code} has no block that {kind}")


@pytest.mark.parametrize("code", CODES)
def test_the_failing_program_of_a_page_raises_its_code(code: str) -> None:
    text, files = blocks(code, "fails")
    found = check(text, **files)
    if code == "TEK0470":
        assert found.checked.effects is not None
        assert [p.code for t in found.checked.tasks for p in found.checked.effects.unsupported(t)] == [code, code]
    else:
        assert found.codes == [code], found.text()
        shown = "".join(render(found.problems))
        assert code in shown and found.problems[0].title() in shown


@pytest.mark.parametrize("code", CODES)
def test_the_repaired_program_of_a_page_has_no_problem(code: str) -> None:
    text, files = blocks(code, "works")
    found = check(text, **files)
    assert found.codes == [], found.text()


@pytest.mark.parametrize("code", CODES)
def test_a_page_has_its_headings_and_the_codes_slug(code: str) -> None:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code}: {CATALOGUE[code].slug}\n")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "What it means", "Why it matters", "A program that raises it", "The same program, repaired"
    ]  # fmt: skip
