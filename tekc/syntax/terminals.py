"""The terminals of the grammar by number, and groups of them that the scanner and the parser ask for."""

from __future__ import annotations

from tekc.syntax._tables import SOFT, SPELLINGS, TERMINALS

NUMBER: dict[str, int] = {name.lstrip("_"): i for i, name in enumerate(TERMINALS)}
"""The number of each terminal by its name without the leading underscore."""

SPELLED: dict[str, int] = dict(SPELLINGS)
"""The terminal that a fixed text is."""

WORDS: dict[str, int] = {text: kind for text, kind in SPELLINGS if text.isalpha()}
SYMBOLS: dict[str, int] = {text: kind for text, kind in SPELLINGS if not text.isalpha()}
SOFT_WORDS = frozenset(SOFT)
HARD_WORDS = frozenset(WORDS.values()) - SOFT_WORDS

END = NUMBER["$END"]
NAME = NUMBER["NAME"]
UPPER = NUMBER["UPPER"]
NEWLINE = NUMBER["NL"]
BROKEN = NUMBER["BROKEN"]
ERROR = NUMBER["ERROR"]
SEMICOLON = NUMBER["SEMICOLON"]
LPAR = NUMBER["LPAR"]
RPAR = NUMBER["RPAR"]
LBRACK = NUMBER["LBRACK"]
RBRACK = NUMBER["RBRACK"]
LBRACE = NUMBER["LBRACE"]
RBRACE = NUMBER["RBRACE"]
COMMA = NUMBER["COMMA"]
COLON = NUMBER["COLON"]
DOT = NUMBER["DOT"]
EQ = NUMBER["EQ"]
BAR = NUMBER["BAR"]
COMPARE = NUMBER["COMPARE"]
COALESCE = NUMBER["COALESCE"]
QUESTION = NUMBER["QUESTION"]
STRING = NUMBER["STRING"]
BYTES = NUMBER["BYTES"]
COMMAND = NUMBER["COMMAND"]
STRING_OPEN = NUMBER["STRING_OPEN"]
STRING_TEXT = NUMBER["STRING_TEXT"]
STRING_CLOSE = NUMBER["STRING_CLOSE"]
COMMAND_OPEN = NUMBER["COMMAND_OPEN"]
HOLE_OPEN = NUMBER["HOLE_OPEN"]
HOLE_CLOSE = NUMBER["HOLE_CLOSE"]
FORMAT = NUMBER["FORMAT"]
INT = NUMBER["INT"]
FLOAT = NUMBER["FLOAT"]
DURATION = NUMBER["DURATION"]
SIZE = NUMBER["SIZE"]
LET = NUMBER["LET"]
VAR = NUMBER["VAR"]
IF = NUMBER["IF"]
ELSE = NUMBER["ELSE"]
FN = NUMBER["FN"]
RETURN = NUMBER["RETURN"]
RETURN_ALONE = NUMBER["RETURN_ALONE"]
ONLY = NUMBER["ONLY"]
REGION = NUMBER["REGION"]

CLOSER_OF = {LPAR: RPAR, LBRACK: RBRACK, LBRACE: RBRACE, HOLE_OPEN: HOLE_CLOSE}
OPENERS = frozenset({*CLOSER_OF, STRING_OPEN, COMMAND_OPEN})
CLOSERS = frozenset({*CLOSER_OF.values(), STRING_CLOSE})



def kinds(names: str) -> frozenset[int]:
    """Return the terminals of some names, with blanks between."""
    return frozenset(NUMBER[name] for name in names.split())


BINARY = kinds(
    "AND OR NOT IN COMPARE COALESCE DOTDOT DOTDOTEQ BAR CARET AMPERSAND SHIFT PLUS MINUS WRAPPING_SUM PRODUCT POWER TILDE"
)
GOES_ON = frozenset(BINARY | {EQ, NUMBER["ASSIGN_OP"], COMMA, NUMBER["FATARROW"], NUMBER["ARROW"], DOT, LBRACE, NEWLINE})
"""After one of these a newline does not end a statement (an opening brace and a newline are followed by none, either)."""

DECLARES = kinds("PUB EXTERN FN TASK RECORD ENUM TYPE TEST CONST IMPORT")
"""What a declaration begins with."""
