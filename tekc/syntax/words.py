"""Names and documentation: scripts, normal form, the text of ``##`` lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_TOGETHER = (
    frozenset({"CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"CJK", "HANGUL"}),
    frozenset({"CJK", "BOPOMOFO"}),
)


def normal(word: str) -> str:
    """Return a name in the normal form in which names are compared (NFC)."""
    return word if word.isascii() else unicodedata.normalize("NFC", word)


def is_mark(char: str) -> bool:
    """Tell whether a character is written onto the one before it."""
    return not char.isascii() and unicodedata.category(char) in ("Mn", "Mc")


def scripts_of(word: str) -> tuple[str, ...]:
    """Return the scripts of the letters of ``word``, capitalised; scripts that are written together count as one."""
    found: dict[str, None] = {}
    for char in unicodedata.normalize("NFC", word):
        if unicodedata.category(char) in ("Ll", "Lu", "Lt", "Lo"):
            found[unicodedata.name(char, "UNKNOWN").split(" ")[0].split("-")[0]] = None
    names = frozenset(found)
    if any(names <= together for together in _TOGETHER):
        return ()
    return tuple(name.capitalize() for name in found)


def doc_text(lines: Sequence[str]) -> str:
    """Return the text of ``##`` lines without their signs and the blank after them."""
    return "\n".join(line.strip().removeprefix("##").removeprefix(" ") for line in lines)
