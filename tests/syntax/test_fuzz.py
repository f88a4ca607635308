"""Broken programs, made of good ones by a seeded generator: parsing always ends, with a tree and with words."""

from __future__ import annotations

import random

import pytest

from tekc.source import SourceFile
from tekc.syntax import ast, parse
from tekc.syntax.scanner import scan
from tests.syntax.helpers import SAMPLES, read

JUNK = (
    *"(){}[],:.=+*?|@#'\\\0éа\n\"", "..", "==", "=>", "->", "??", '"""', '$"', 'r"', "{x:", '}"', "if", "else", "match", "let", "fn", "task",
    "record", "return", "try", "catch", "import", "pub", "needs", "seq", "only", "not", "in", "for", "while", "x", "X", "1", "1.5s",
)  # fmt: skip


def broken(rng: random.Random, text: str) -> str:
    """Delete, insert, replace or double some tokens, or cut the file."""
    tokens = scan(SourceFile("test.tek", text), lambda problem: None)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at = rng.randrange(len(tokens.kinds))
        start, end = tokens.starts[at], tokens.ends[at]
        choice = rng.random()
        if choice < 0.4:
            text = text[:start] + text[end:]
        elif choice < 0.7:
            text = text[:start] + rng.choice(JUNK) + text[start:]
        elif choice < 0.85:
            other = rng.randrange(len(tokens.kinds))
            text = text[:start] + text[tokens.starts[other] : tokens.ends[other]] + text[end:]
        elif choice < 0.95:
            text = text[:end] + text[start:]
        else:
            text = text[:start]
    return text


@pytest.mark.parametrize("seed", range(30))
def test_a_broken_program_is_answered_with_problems(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(10):
        text = broken(rng, rng.choice(SAMPLES).text)
        module, problems = read(text)
        assert isinstance(module, ast.Module)
        for problem in problems:
            assert 0 <= problem.at.start <= problem.at.end <= len(text)
            assert problem.title() and isinstance(problem.mark(), str)
            places = [label.at for label in problem.labels()]
            places.extend(edit.at for help_ in problem.helps() for edit in help_.edits)
            assert all(0 <= place.start <= place.end <= len(text) for place in places)
            assert list(problem.notes()) is not None


def test_one_deleted_token_gives_few_problems() -> None:
    rng = random.Random(1)
    counts: list[int] = []
    for _ in range(300):
        text = rng.choice(SAMPLES).text
        tokens = scan(SourceFile("test.tek", text), lambda problem: None)
        at = rng.randrange(len(tokens.kinds))
        found: list[object] = []
        parse(SourceFile("test.tek", text[: tokens.starts[at]] + text[tokens.ends[at] :]), found.append)
        counts.append(len(found))
    assert sum(count <= 1 for count in counts) >= 270
    assert max(counts) <= 10
