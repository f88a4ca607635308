"""One mistake gives one problem, at the right place, and each fix that is offered parses."""

from __future__ import annotations

import pytest

from tekc.diagnostics import CATALOGUE
from tekc.syntax import problems
from tests.syntax.helpers import codes, fixed, only_problem
from tests.syntax.mistakes import MISTAKES, Mistake

_IDS = [f"{mistake.code}-{i}" for i, mistake in enumerate(MISTAKES)]


@pytest.mark.parametrize("mistake", MISTAKES, ids=_IDS)
def test_a_mistake_gives_one_problem_at_its_place(mistake: Mistake) -> None:
    problem = only_problem(mistake.text)
    assert (problem.code, problem.at.text) == (mistake.code, mistake.mark)


@pytest.mark.parametrize("mistake", MISTAKES, ids=_IDS)
def test_each_fix_makes_the_program_right(mistake: Mistake) -> None:
    problem = only_problem(mistake.text)
    good = [help_ for help_ in problem.helps() if help_.edits and not codes(fixed(mistake.text, help_))]
    offered = [help_ for help_ in problem.helps() if help_.edits]
    assert len(good) >= mistake.fixes
    assert mistake.fixes == 0 or len(good) == len(offered)


@pytest.mark.parametrize("mistake", MISTAKES, ids=_IDS)
def test_a_problem_says_itself_in_words(mistake: Mistake) -> None:
    problem = only_problem(mistake.text)
    texts = [problem.title(), problem.mark(), *(label.text for label in problem.labels()), *problem.notes()]
    texts.extend(help_.message for help_ in problem.helps())
    assert problem.title() and not problem.title().endswith(".")
    assert all("\n" not in text for text in texts)


def test_every_problem_of_the_parser_has_an_example() -> None:
    own = {code for code, kind in CATALOGUE.items() if kind.__module__.startswith("tekc.syntax.")}
    assert own - {mistake.code for mistake in MISTAKES} == {"TEK0001"}  # bytes that are no text: test_decode
    assert own == {getattr(problems, name).code for name in problems.__all__}
    assert all("TEK0001" <= code <= "TEK0099" for code in own)
