"""Make ``_tables.py`` from ``grammar/tek.lark``.

Lark reads the grammar, refuses any conflict and builds the LALR tables; this module packs them into nested tuples of
small integers, which Python loads from its byte code in well under a millisecond.  It runs when the grammar changes
(``python -m tekc.syntax.generate``), never when a program is parsed, and is the only module that imports Lark.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lark.grammar import Rule

GRAMMAR = Path(__file__).resolve().parents[2] / "grammar" / "tek.lark"
TABLES = Path(__file__).with_name("_tables.py")

_SPELLING = re.compile(r'^(_?[A-Z_]+): ("[^"]+"(?: \| "[^"]+")*)$', re.MULTILINE)
_SOFT_FROM = "// Words that are names wherever"


@attrs.frozen
class Tables:
    """What the parser needs of a grammar: names, spellings, rules and the two halves of the LALR table."""

    terminals: tuple[str, ...]
    nonterminals: tuple[str, ...]
    spellings: tuple[tuple[str, int], ...]
    soft: tuple[int, ...]
    rules: tuple[tuple[int, int, str, tuple[int, ...]], ...]
    actions: tuple[tuple[int, ...], ...]
    gotos: tuple[tuple[int, ...], ...]
    start: int
    end: int


def read_grammar(text: str) -> Tables:
    """Build the tables of the grammar in ``text``; Lark raises ``GrammarError`` where it has a conflict."""
    table, parser_rules = _lalr(text)
    terminals = _terminal_names(text)
    nonterminals = tuple(sorted({str(rule.origin.name) for rule in parser_rules}))
    terminal_of = {name: i for i, name in enumerate(terminals)}
    nonterminal_of = {name: i for i, name in enumerate(nonterminals)}
    rules = tuple(sorted((_rule(rule, nonterminal_of), _key(rule)) for rule in parser_rules))
    rule_of = {key: i for i, (_, key) in enumerate(rules)}
    order = {state: i for i, state in enumerate(_breadth_first(table))}
    actions: list[tuple[int, ...]] = []
    gotos: list[tuple[int, ...]] = []
    for state in order:
        action, goto = {}, {}
        for symbol, (kind, target) in table.states[state].items():
            shift = kind.name == "Shift"
            if symbol in nonterminal_of:
                goto[nonterminal_of[symbol]] = order[target]
            elif not shift:
                action[terminal_of[symbol]] = ~rule_of[_key(target)]
            elif target in order:
                action[terminal_of[symbol]] = order[target]
        actions.append(tuple(n for item in sorted(action.items()) for n in item))
        gotos.append(tuple(n for item in sorted(goto.items()) for n in item))
    return Tables(
        terminals=terminals,
        nonterminals=nonterminals,
        spellings=tuple((word, terminal_of[name]) for name, word in _spellings(text)),
        soft=_soft(text, terminal_of),
        rules=tuple(rule for rule, _ in rules),
        actions=tuple(actions),
        gotos=tuple(gotos),
        start=order[table.start_states["start"]],
        end=order[table.end_states["start"]],
    )


def _lalr(text: str) -> tuple[Any, list[Rule]]:
    from lark import Lark
    from lark.lexer import Lexer

    class NoLexer(Lexer):
        """Stands where Lark wants a lexer; the tables need none."""

        def __init__(self, conf: object) -> None:
            pass

        def lex(self, *args: object) -> Iterator[Any]:
            """Yield nothing."""
            return iter(())

    parser = Lark(text, parser="lalr", lexer=NoLexer, strict=True, maybe_placeholders=True)
    return parser.parser.parser._parse_table, parser.rules


def _terminal_names(text: str) -> tuple[str, ...]:
    declared = [name for line in re.findall(r"^%declare (.*)$", text, re.MULTILINE) for name in line.split()]
    spelled = list(dict.fromkeys(name for name, _ in _spellings(text)))
    return ("$END", *spelled, *declared)


def _spellings(text: str) -> list[tuple[str, str]]:
    return [(name, word) for name, words in _SPELLING.findall(text) for word in re.findall(r'"([^"]+)"', words)]


def _soft(text: str, terminal_of: dict[str, int]) -> tuple[int, ...]:
    part = text[text.index(_SOFT_FROM) :].split("\n\n")[0]
    return tuple(sorted({terminal_of[name] for name, _ in _spellings(part)}))


def _key(rule: Rule) -> str:
    return f"{rule.origin.name}: {' '.join(symbol.name for symbol in rule.expansion)}"


def _rule(rule: Rule, nonterminal_of: dict[str, int]) -> tuple[int, int, str, tuple[int, ...]]:
    """Pack a rule: what it makes, its length, its alias, and which values the alias wants (-1 is None)."""
    kept = [not symbol.name.startswith("_") for symbol in rule.expansion]
    picks: list[int] = []
    at = 0
    for empty in rule.options.empty_indices or [False] * len(kept):
        if empty:
            picks.append(-1)
            continue
        if kept[at]:
            picks.append(at)
        at += 1
    if not rule.alias and len(picks) != 1:
        raise ValueError(f"an alternative needs an alias, or exactly one value to hand on: {_key(rule)}")
    return (nonterminal_of[rule.origin.name], len(kept), str(rule.alias or ""), tuple(picks))


def _breadth_first(table: Any) -> list[int]:
    """Number the states by the order in which they are reached, so that the numbers depend on the grammar only."""
    queue = [table.start_states["start"]]
    seen = set(queue)
    for state in queue:
        for _, (kind, target) in sorted(table.states[state].items()):
            if kind.name == "Shift" and target not in seen and target in table.states:
                seen.add(target)
                queue.append(target)
    return queue


def render(tables: Tables) -> str:
    """Return the text of ``_tables.py``."""
    shared = list(dict.fromkeys(tables.actions))
    row_of = {row: i for i, row in enumerate(shared)}
    lines = [
        '"""The LALR tables of ``grammar/tek.lark``.  Generated by ``python -m tekc.syntax.generate``; do not edit."""',
        "",
        "# fmt: off",
        *_assignment("TERMINALS: tuple[str, ...]", map(repr, tables.terminals)),
        *_assignment("NONTERMINALS: tuple[str, ...]", map(repr, tables.nonterminals)),
        *_assignment("SPELLINGS: tuple[tuple[str, int], ...]", map(repr, tables.spellings)),
        *_assignment("SOFT: tuple[int, ...]", map(repr, tables.soft)),
        *_assignment("RULES: tuple[tuple[int, int, str, tuple[int, ...]], ...]", map(_packed, tables.rules)),
        *_assignment("ACTIONS: tuple[tuple[int, ...], ...]", map(_packed, shared)),
        *_assignment("ACTION_OF: tuple[int, ...]", (str(row_of[row]) for row in tables.actions)),
        *_assignment("GOTOS: tuple[tuple[int, ...], ...]", map(_packed, tables.gotos)),
        f"START = {tables.start}",
        f"END = {tables.end}",
    ]
    return "\n".join(lines) + "\n"


def _packed(row: tuple[object, ...]) -> str:
    return repr(row).replace(", ", ",")


def _assignment(target: str, items: Iterable[str]) -> Iterator[str]:
    yield f"{target} = ("
    line = ""
    for item in items:
        words = [item] if "'" in item else item.split(",")
        for word in (word + "," for word in words):
            if len(line) + len(word) > 120:
                yield line
                line = ""
            line += word
    yield line
    yield ")"


def main() -> None:
    """Write ``_tables.py``, or with ``--check`` say whether it is fresh."""
    text = render(read_grammar(GRAMMAR.read_text(encoding="utf-8")))
    if "--check" in sys.argv[1:]:
        sys.exit(0 if TABLES.read_text(encoding="utf-8") == text else f"{TABLES} is not fresh")
    TABLES.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
