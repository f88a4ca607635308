"""Every block of the language reference and of the guide does what its page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.literate import Case, read_page
from tests.spec.running import place, reported, run

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted((DOCS / "spec").glob("[0-9]*.md")) + sorted((DOCS / "guide").glob("*.md"))
CASES = [case for page in PAGES for case in read_page(page)]


def test_the_reference_has_at_least_four_hundred_cases() -> None:
    assert len(CASES) >= 400


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_page_is_true(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place(case, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEKC_CACHE_DIR", str(tmp_path / ".cache"))
    found = reported(tmp_path)
    announced = case.announced
    assert [(line, severity) for line, severity, _ in found] == [(line, severity) for line, severity, _ in announced], found
    for (_, _, code), (line, _, told) in zip(found, announced, strict=True):
        assert told is None or told == code, f"line {line} reports {code}"
    if any(severity == "error" for _, severity, _ in found):
        return
    ran = run(["run", "--allow-needs", "main.tek", *case.args])
    _compare(case, ran.status, ran.out, ran.err)


def _compare(case: Case, status: int, out: str, err: str) -> None:
    if case.failure:
        assert status == int(case.failure[0]), err
        for line in case.failure[1:]:
            assert line in err
    else:
        assert status == 0, err
    if case.expected_output is not None:
        assert out == case.expected_output
