"""Mistakes with signs: brackets, operators, commas, comments.  See :mod:`tekc.syntax.mistakes`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tekc.diagnostics import Edit
from tekc.source import Span
from tekc.syntax import problems as p
from tekc.syntax import terminals as t
from tekc.syntax.expected import EXPRESSION

if TYPE_CHECKING:
    from tekc.syntax.recovery import Recovery

_N = t.NUMBER
_UNFINISHED = t.GOES_ON - {t.NEWLINE, t.LBRACE, t.COMMA, t.DOT}
_LINE_END = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)")


def slash_comment(r: Recovery, index: int) -> int | None:
    """``// comment``: division that rounds down, with words behind it."""
    kinds, starts = r.tokens.kinds, r.tokens.starts
    line = r.text.rfind("\n", 0, starts[index]) + 1
    first = index
    found = -1
    while first >= 0 and starts[first] >= line:
        if kinds[first] == _N["PRODUCT"] and r.token_text(first) == "//":
            found = first
        first -= 1
    words = kinds[found + 1 : index]
    if found < 0 or (found != index and not words) or len(words) > 2 or not all(kind in (t.NAME, t.UPPER) or kind in t.WORDS.values() for kind in words):
        return None  # a division, as far as one can see
    line_end = r.text.find("\n", line)
    line_end = len(r.text) if line_end < 0 else line_end
    at = Span(r.file, starts[found], starts[found] + 2)
    r.report(p.ForeignComment(at, (Edit(at, "#"),)))
    while len(r.stacks.begins) > 1 and r.stacks.begins[-1] >= starts[found]:
        r.stacks.cut(len(r.stacks.states) - 1)
    last = found
    while kinds[last] != t.END and kinds[last] != t.NEWLINE and starts[last] < line_end:
        last += 1
    r.tokens.delete(found, last)
    if kinds[found] == t.NEWLINE:
        if found == 0 or kinds[found - 1] in (t.NEWLINE, t.LBRACE):
            r.tokens.delete(found, found + 1)
    elif kinds[found] not in t.CLOSERS and kinds[found] != t.END and r.accepts(t.NEWLINE):
        r.insert(found, t.NEWLINE)
    return found


def chained_comparison(r: Recovery, index: int) -> int | None:
    """``a < b < c``."""
    if r.kind(index) not in (t.COMPARE, _N["IN"]):
        return None
    values = r.stacks.values
    before = values[-2] if len(values) > 2 else None
    if type(before) is not int or r.kind(before) not in (t.COMPARE, _N["IN"]) or not r.accepts(_N["AND"]):
        return None
    r.report(p.ChainedComparison(r.span(index), Span(r.file, r.stacks.begins[-1], r.tokens.ends[index - 1])))
    r.insert(index, _N["AND"], t.ERROR)
    return index


_SIGNS = (
    (t.EQ, _N["FATARROW"], "=>", "the expression of a function stands behind `=>`"),
    (t.EQ, t.COLON, ": ", "the name of an argument is followed by `:`"),
    (t.EQ, t.COMPARE, "==", "values are compared with `==`"),
    (t.COMPARE, t.EQ, "=", "a name gets its value with `=`"),
    (_N["ARROW"], _N["FATARROW"], "=>", "the expression of a lambda, arm or function stands behind `=>`"),
    (_N["FATARROW"], t.COLON, ":", "key and value of a map are separated by `:`"),
    (t.COLON, t.EQ, "=", "a name gets its value with `=`"),
)


def wrong_sign(r: Recovery, index: int) -> int | None:
    """``=`` for ``==``, ``->`` for ``=>`` and the like: another sign fits."""
    for found, fits, instead, why in _SIGNS:
        if r.kind(index) != found or not r.accepts(fits):
            continue
        if found == t.COMPARE and (r.token_text(index) != "==" or r.accepts(t.COMPARE)):
            continue
        if found == t.COLON and (r.kind(index + 1) not in EXPRESSION or r.accepts(t.COLON)):
            continue
        if found == t.EQ and fits == t.COLON and r.kind(index - 1) != t.NAME:
            continue
        r.report(p.WrongSign(r.span(index), _around(r, index) if instead == ": " else r.span(index), instead, why))
        r.tokens.kinds[index] = fits
        return index
    if r.kind(index) != t.EQ or not r.accepts(_N["OR"]):
        return None
    # The tables have read the left side as a whole condition by now, so go on as with `… or <error> ==`.
    r.report(p.WrongSign(r.span(index), r.span(index), "==", "values are compared with `==`"))
    r.tokens.kinds[index] = t.COMPARE
    r.insert(index, _N["OR"], t.ERROR)
    return index


def _around(r: Recovery, index: int) -> Span:
    """Return a token with the blanks around it: `f(x = 1)` becomes `f(x: 1)`."""
    return Span(r.file, r.tokens.ends[index - 1], r.tokens.starts[index + 1])


def unfinished_line(r: Recovery, index: int) -> int | None:
    """``2 =>`` and the next arm on the next line, ``let x =`` and the next statement."""
    if r.kind(index) not in (_N["FATARROW"], t.EQ, _N["ASSIGN_OP"]):
        return None
    first = index
    while first > 0 and r.same_line(first):
        first -= 1
    values = r.stacks.values
    if first == 0 or r.kind(first - 1) not in _UNFINISHED or first - 1 not in [v for v in values if type(v) is int]:
        return None
    end = r.tokens.ends[first - 1]
    r.report(p.Unexpected(Span(r.file, end, end), "the end of the line", "an expression", ""))
    r.stacks.cut(len(values) - values[::-1].index(first - 1))
    r.insert(first, t.ERROR, t.NEWLINE)
    return first


def comma_between_arms(r: Recovery, index: int) -> int | None:
    """``A => 1,``."""
    if r.kind(index) != t.COMMA or not r.accepts(t.NEWLINE) or not r.in_match():
        return None
    following = _LINE_END.match(r.text, r.tokens.ends[index])
    if r.kind(index + 1) == t.RBRACE:
        r.report(p.CommaBetweenArms(r.span(index), r.span(index), ""))
        r.tokens.delete(index, index + 1)
        return index
    gap = Span(r.file, r.tokens.starts[index], r.tokens.ends[index] if following else r.tokens.starts[index + 1])
    r.report(p.CommaBetweenArms(r.span(index), gap, "" if following else "\n" + r.indent(index)))
    r.tokens.kinds[index] = t.NEWLINE
    return index


def colon_for_block(r: Recovery, index: int) -> int | None:
    """``if x:``, ``def f():``."""
    if r.kind(index) != t.COLON or not r.accepts(t.LBRACE) or not _LINE_END.match(r.text, r.tokens.ends[index]):
        return None
    r.report(p.ColonForBlock(r.span(index)))
    return r.give_up_item(index)


def increment(r: Recovery, index: int) -> int | None:
    """``x++`` and a plus before a value."""
    kinds, starts, ends = r.tokens.kinds, r.tokens.starts, r.tokens.ends
    if kinds[index] != _N["PLUS"]:
        return None
    if index and kinds[index - 1] == _N["PLUS"] and ends[index - 1] == starts[index]:
        r.report(p.Increment(Span(r.file, starts[index - 1], ends[index]), " += 1"))
        r.stacks.cut(len(r.stacks.states) - 1)
        kinds[index - 1 : index + 1] = [_N["ASSIGN_OP"], t.ERROR]
        if not r.same_line(index + 1) and kinds[index + 1] not in (t.NEWLINE, t.RBRACE):
            r.insert(index + 1, t.NEWLINE)
        return index - 1
    if not r.accepts(t.INT) or r.kind(index + 1) not in EXPRESSION:
        return None
    r.report(p.Increment(r.span(index), ""))
    r.tokens.delete(index, index + 1)
    return index


def question_mark(r: Recovery, index: int) -> int | None:
    """``f()?`` and ``a ? b : c``."""
    if r.kind(index) != t.QUESTION or not r.accepts(_N["DOT"]) or r.accepts(t.COLON) or not r.in_braces():
        return None
    line_end = r.text.find("\n", r.tokens.starts[index])
    ternary = False
    at = index + 1
    while r.kind(at) not in (t.END, t.NEWLINE) and (line_end < 0 or r.tokens.starts[at] < line_end):
        ternary = ternary or r.kind(at) == t.COLON
        at += 1
    r.report(p.QuestionMark(r.span(index), ternary))
    if ternary:
        return r.give_up_item(index)
    r.tokens.delete(index, index + 1)
    return index


def tuple_index(r: Recovery, index: int) -> int | None:
    """``t.0``."""
    if r.kind(index) not in (t.INT, t.FLOAT) or index == 0 or r.kind(index - 1) != t.DOT:
        return None
    r.report(p.TupleIndex(r.span(index)))
    r.tokens.kinds[index] = t.NAME
    return index
