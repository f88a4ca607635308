"""Make broken programs out of good ones, repeatably.

A mutation works on the text or on its tokens, so that most results are nearly right, which is where compilers go wrong.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

TOKEN = re.compile(r'"""|"|\w+|\s+|=>|->|\.\.=?|[-+*/<>=!|&^%]+|.', re.DOTALL)
_SPICE = (
    "fn task let var if else match for in while try catch fail defer only needs return import record enum test true None Some "
    '( ) [ ] { } , : . .. ..= => -> = == + - * / // ** ?? ? | & ^ ~ << >> @ $ # " """ r" b" $" \\ \0 \t \r ü 0 1.5 1_000 0x '
    "9223372036854775808 10s 5KiB Int Str List[Int] Map[Str, Int] self _ x fs.read not and or assert break continue const pub"
)
SPICE = _SPICE.split(" ")


def _delete(tokens: list[str], rng: random.Random) -> list[str]:
    at = rng.randrange(len(tokens))
    return tokens[:at] + tokens[at + rng.randint(1, 4) :]


def _repeat(tokens: list[str], rng: random.Random) -> list[str]:
    at = rng.randrange(len(tokens))
    run = tokens[at : at + rng.randint(1, 6)]
    return tokens[:at] + run * rng.randint(2, 4) + tokens[at:]


def _swap(tokens: list[str], rng: random.Random) -> list[str]:
    made = list(tokens)
    a, b = rng.randrange(len(made)), rng.randrange(len(made))
    made[a], made[b] = made[b], made[a]
    return made


def _spice(tokens: list[str], rng: random.Random) -> list[str]:
    at = rng.randrange(len(tokens))
    return [*tokens[:at], rng.choice(SPICE), *tokens[at + rng.randint(0, 1) :]]


def _borrow(tokens: list[str], rng: random.Random) -> list[str]:
    """Put one token of the program where another stood: names of other things, in most cases."""
    made = list(tokens)
    made[rng.randrange(len(made))] = rng.choice(made)
    return made


def _truncate(tokens: list[str], rng: random.Random) -> list[str]:
    return tokens[: rng.randrange(len(tokens))]


def _move_line(tokens: list[str], rng: random.Random) -> list[str]:
    lines = "".join(tokens).split("\n")
    line = lines.pop(rng.randrange(len(lines)))
    lines.insert(rng.randrange(len(lines) + 1), line)
    return ["\n".join(lines)]


MUTATIONS: tuple[Callable[[list[str], random.Random], list[str]], ...] = (
    _delete, _repeat, _swap, _spice, _spice, _borrow, _borrow, _truncate, _move_line,
)  # fmt: skip


def mutate(texts: Sequence[str], seed: int) -> str:
    """Return the broken program that belongs to ``seed``: one to four mutations of one of ``texts``."""
    rng = random.Random(seed)
    text = rng.choice(texts)
    if rng.random() < 0.1:
        other = rng.choice(texts)
        text = text[: rng.randrange(len(text) + 1)] + other[rng.randrange(len(other) + 1) :]
    for _ in range(rng.randint(1, 4)):
        tokens = TOKEN.findall(text)
        if not tokens:
            return text
        text = "".join(rng.choice(MUTATIONS)(tokens, rng))
    return text


def corpus(root: Path) -> list[str]:
    """Return the good programs to start from: the reference's, the examples' and the library's, in a fixed order."""
    from tests.spec.literate import read_page

    pages = sorted((root / "docs" / "spec").glob("[0-9]*.md"))
    texts = [case.source for page in pages for case in read_page(page)]
    texts += [p.read_text(encoding="utf-8") for p in sorted((root / "examples").rglob("*.tek"))]
    texts += [p.read_text(encoding="utf-8") for p in sorted((root / "stdlib").rglob("*.tek"))]
    return [text for text in texts if len(text) < 6_000]
