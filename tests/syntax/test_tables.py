"""The tables are those of the grammar, and the grammar has no conflict."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tekc.syntax import terminals as t
from tekc.syntax._tables import NONTERMINALS, RULES, TERMINALS
from tekc.syntax.build_expr import ExprBuilder
from tekc.syntax.generate import GRAMMAR, TABLES, read_grammar, render
from tests.syntax.helpers import ROOT


def test_the_tables_are_fresh_and_the_grammar_has_no_conflict() -> None:
    made = render(read_grammar(GRAMMAR.read_text(encoding="utf-8")))  # Lark raises on any conflict
    assert made == TABLES.read_text(encoding="utf-8")


def test_a_conflict_in_the_grammar_is_refused() -> None:
    text = GRAMMAR.read_text(encoding="utf-8").replace("shift: sum\n", "shift: sum\n     | _WHILE expr -> odd\n")
    with pytest.raises(Exception, match="Shift/Reduce conflict"):
        read_grammar(text)


def test_every_alias_is_a_method_of_the_builder() -> None:
    for _, _, alias, _ in RULES:
        assert not alias or callable(getattr(ExprBuilder, alias))


def test_every_rule_and_terminal_is_used() -> None:
    text = GRAMMAR.read_text(encoding="utf-8")
    for name in (*NONTERMINALS, *TERMINALS[1:]):
        uses = text.count(name)
        assert uses > 1 or name in ("start", "_SEMICOLON"), name


def test_the_keywords_are_those_of_the_language() -> None:
    hard = (
        "and as assert break catch const continue defer else fail false fn for if import in let match not or return true try var"
        " while"
    )
    soft = (
        "enum extern only par pub record seq task test type needs retry backoff every to timeout cache once uses budget approve"
        " undo on default"
    )
    assert {word for word, kind in t.WORDS.items() if kind in t.HARD_WORDS} == set(hard.split())
    assert {word for word, kind in t.WORDS.items() if kind in t.SOFT_WORDS} == set(soft.split())


def test_parsing_does_not_import_lark() -> None:
    code = "import sys; import tekc.syntax, tekc.syntax.format; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
