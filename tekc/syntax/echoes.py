"""Which problems of a text only echo an earlier one: one mistake shall be one error.

Brackets and quotes are counted before anything is parsed, so what is wrong with one of them is often noticed twice: by
the parser where something is odd, and by the scanner where the counting comes out wrong.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from tekc.syntax import problems as p

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.diagnostics import Problem

_SAME_LINE = (
    p.UnclosedBracket, p.UnopenedBracket, p.UnterminatedString, p.UnclosedHole, p.LoneBrace, p.ForeignComment, p.UnknownCharacter,
)  # fmt: skip
_NEXT_ITEM = re.compile(r"^(?:pub|extern|fn|task|record|enum|type|test|const|import)\b", re.MULTILINE)


def without_echoes(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems of one file, which come in the order of its text, without the echoes.

    An echo is a bracket on the line of an earlier error, a quote or an odd character on the line of an earlier error of
    another kind, and a closing bracket without its opening one behind an error in the same declaration.
    """
    if len(problems) < 2:
        return list(problems)
    file = problems[0].at.file
    items = [match.start() for match in _NEXT_ITEM.finditer(file.text)]
    kept: list[Problem] = []
    last = (-1, -1)  # line and declaration of the last error that is kept
    kind: type[Problem] | None = None
    for one in problems:
        place = (file.line_column(one.at.start)[0], bisect_right(items, one.at.start))
        unopened = isinstance(one, p.UnopenedBracket)
        bracket = isinstance(one, p.UnopenedBracket | p.UnclosedBracket)
        same_line = place[0] == last[0] and (bracket or one.__class__ is not kind)
        if isinstance(one, _SAME_LINE) and (same_line or (unopened and place[1] == last[1])):
            continue
        kept.append(one)
        if one.severity == "error":
            last, kind = place, one.__class__
    return kept
