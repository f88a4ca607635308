"""Tokens in words: what was found, and what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.syntax import terminals as t
from tekc.syntax._tables import TERMINALS
from tekc.syntax.automaton import ROWS, accepts

if TYPE_CHECKING:
    from tekc.source import SourceFile
    from tekc.syntax.brackets import Tokens


_NUMBERS = t.kinds("INT FLOAT DURATION SIZE")
_LITERALS = t.kinds("INT FLOAT DURATION SIZE STRING BYTES BOOL")
EXPRESSION = _LITERALS | t.kinds(
    "NAME UPPER STRING_OPEN COMMAND COMMAND_OPEN LPAR LBRACK LBRACE IF MATCH ONLY TRY MINUS TILDE NOT FN FAIL RETURN"
    " RETURN_ALONE BREAK CONTINUE REGION"
)
STATEMENT = EXPRESSION | t.kinds("LET VAR FOR WHILE DEFER ASSERT")
STARTS_STATEMENT = t.kinds("LET VAR FOR WHILE DEFER ASSERT IF MATCH RETURN RETURN_ALONE FAIL BREAK CONTINUE TRY")
"""Keywords that begin a statement."""

_PATTERN = _LITERALS | t.kinds("NAME UPPER LPAR LBRACK MINUS DOTDOT DOTDOTEQ")
_TYPE = t.kinds("UPPER NAME LPAR FN")
_OPERATORS = t.kinds(
    "AND OR NOT IN COMPARE COALESCE DOTDOT DOTDOTEQ BAR CARET AMPERSAND SHIFT PLUS MINUS WRAPPING_SUM PRODUCT POWER DOT"
    " ASSIGN_OP QUESTION CATCH"
)
_AFTER_VALUE = t.kinds("LPAR LBRACK")
_CLAUSES = t.kinds("RETRY TIMEOUT CACHE ONCE USES BUDGET APPROVE UNDO ON")
_GROUPS = (
    (t.DECLARES - t.kinds("PUB"), t.DECLARES, "a declaration"),
    (t.kinds("LET WHILE INT"), STATEMENT, "a statement"),
    (t.kinds("INT STRING_OPEN LPAR"), EXPRESSION, "an expression"),
    (t.kinds("INT NAME UPPER LPAR"), _PATTERN, "a pattern"),
    (_NUMBERS, _NUMBERS, "a number"),
    (_TYPE, _TYPE, "a type"),
    (_CLAUSES, _CLAUSES, "a clause"),
)
"""Groups of terminals that are named by one phrase: what tells them, what they hold, the phrase."""

_HIDDEN = t.kinds("BROKEN ERROR SEMICOLON")

_WORDS = {
    t.NAME: "a name",
    t.UPPER: "a name that begins with an upper-case letter",
    t.NEWLINE: "the end of the line",
    t.END: "the end of the file",
    t.STRING: "a string",
    t.BYTES: "bytes",
    t.COMMAND: "a command",
    t.COMMAND_OPEN: "a command",
    t.STRING_OPEN: "a string",
    t.STRING_TEXT: "text",
    t.STRING_CLOSE: "the end of the string",
    t.HOLE_OPEN: "`{`",
    t.HOLE_CLOSE: "the `}` that ends the expression in this string",
    t.FORMAT: "a format",
}
_SPELLED = {kind: text for text, kind in reversed(t.SPELLED.items())}


def found_words(file: SourceFile, tokens: Tokens, index: int) -> str:
    """Say what stands at a token."""
    kind = tokens.kinds[index]
    text = file.text[tokens.starts[index] : tokens.ends[index]]
    if kind in t.HARD_WORDS:
        return f"the keyword `{text}`"
    if kind in _NUMBERS and len(text) <= 30:
        return f"the number `{text}`"
    if kind in (t.NAME, t.UPPER) and len(text) <= 40:
        return f"the name `{text}`"
    if kind == t.RETURN_ALONE:
        return "the keyword `return`"
    if kind in _WORDS:
        return _WORDS[kind]
    return f"`{text}`" if text else "the end of the file"


def expected_words(states: list[int]) -> str:
    """Say what may stand next."""
    row = ROWS[states[-1]]
    kinds = {kind for kind in row if kind not in _HIDDEN and accepts(states, kind)}
    groups: list[str] = []
    for signs, group, phrase in _GROUPS:
        if signs <= kinds:
            groups.append(phrase)
            kinds -= group
    if not groups and t.NUMBER["POWER"] in kinds:
        kinds -= _AFTER_VALUE
    if len(kinds - _OPERATORS) + len(groups) > 0:
        kinds -= _OPERATORS
    if t.NEWLINE in kinds:
        kinds -= {t.RBRACE, t.END, t.EQ}
    if {t.NAME, t.UPPER} <= kinds:
        kinds.remove(t.UPPER)
    single = sorted({_WORDS.get(kind) or f"`{_SPELLED.get(kind, TERMINALS[kind])}`" for kind in kinds}, key=_order)
    words = [*groups, *single]
    if not words:
        return "an operator"
    if len(words) > 5:
        words = [*words[:4], "something of the kind"]
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _order(word: str) -> tuple[bool, str]:
    return word.startswith("the end"), word
