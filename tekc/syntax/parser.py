"""The parser: a loop over the tables of the grammar.

A reduction by a rule that only hands its value on (an operand that is a sum that is a comparison …) does nothing, so whole
chains of them are followed once for each state, symbol and next token, and remembered.  When the loop meets a token that
fits nowhere, :mod:`tekc.syntax.recovery` reports it, mends tokens and stack, and the loop goes on.
"""

from __future__ import annotations

import gc
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from tekc.source import SourceFile, Span
from tekc.syntax import ast
from tekc.syntax import problems as p
from tekc.syntax import terminals as t
from tekc.syntax._tables import END, RULES, START
from tekc.syntax.automaton import ROWS, settle
from tekc.syntax.build_expr import ExprBuilder
from tekc.syntax.echoes import without_echoes
from tekc.syntax.recovery import Recovery, Stacks
from tekc.syntax.scanner import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from tekc.diagnostics import Problem, Report
    from tekc.syntax.brackets import Tokens

STACK_LIMIT = 1_200
"""How much may be begun and not ended at once.  The scanner limits brackets; this limits chains such as ``- - - x``."""

MOST_PROBLEMS = 200
"""More are not reported: a binary file that is taken for a program has one in each byte."""

_Reduction = tuple[int, int, "Callable[..., Any] | None", "Callable[[list[Any]], Any] | None"]


def parse(file: SourceFile, report: Report) -> ast.Module:
    """Return the tree of ``file``; what is wrong goes to ``report``, and is left out of the tree or is an ``ErrorExpr``.

    A tree is deep only where the text is nested (which is limited), and on the left side of chains: operators of one
    level, calls, fields and indices; and on the ``otherwise`` of a chain of ``else if``.  Walk these by a loop.
    """
    problems: list[Problem] = []
    collecting = gc.isenabled()
    gc.disable()  # nothing of a tree is garbage while it grows, and looking for some doubles the time
    try:
        tokens = scan(file, problems.append)
        module = _run(file, tokens, problems)
    finally:
        if collecting:
            gc.enable()
    problems.extend(region.problem for region in tokens.unclosed)
    problems.sort(key=lambda problem: problem.at.start)
    file.errors = tuple([problem.at.start for problem in problems if problem.severity == "error"])
    for problem in without_echoes(problems)[:MOST_PROBLEMS]:
        report(problem)
    return module


def _reductions(builder: ExprBuilder) -> list[_Reduction]:
    """Bind each rule to the method of its alias and to a function that picks the values that it wants."""
    made: list[_Reduction] = []
    for symbol, length, alias, picks in RULES:
        call = getattr(builder, alias) if alias else None
        if call is None and length > 1:
            call = _second
        pick = None if picks == tuple(range(length)) else _picker(picks)
        made.append((symbol, length, call, pick))
    return made


def _second(at: Span, value: object) -> object:
    return value


def _picker(picks: tuple[int, ...]) -> Callable[[list[Any]], Any]:
    """Return what takes the values at ``picks`` from a list that ends in None (so -1 is None)."""
    if not picks:
        return lambda values: ()
    if len(picks) == 1:
        at = picks[0]
        return lambda values: (values[at],)
    return itemgetter(*picks)


# One function, of more than 60 lines, because a call for each step would double the time.
def _run(file: SourceFile, tokens: Tokens, problems: list[Problem]) -> ast.Module:
    """Drive the tables over the tokens."""
    builder = ExprBuilder(file, tokens, problems.append)
    reductions = _reductions(builder)
    kinds, starts, ends, rows, soft = tokens.kinds, tokens.starts, tokens.ends, ROWS, t.SOFT_WORDS
    stacks = Stacks([START], [None], [0])
    states, values, begins = stacks.states, stacks.values, stacks.begins
    recovery: Recovery | None = None
    new, span = tuple.__new__, Span  # a span made without its constructor takes half the time
    index, end = 0, 0
    kind = kinds[0]
    row = rows[START]
    while True:
        action = row.get(kind)
        if action is None and kind in soft:
            action = row.get(t.NAME)
            if action is not None:
                kind = t.NAME
        if action is None:
            if kind == t.END and states[-1] == END:
                module: ast.Module = values[-1]
                return module
            recovery = recovery or Recovery(file, tokens, stacks, problems)
            index = recovery.mend(index)
            file.lost = frozenset(recovery.lost)
            if index < 0:
                return builder.module(Span(file, 0, end), _items(stacks))
            kind = kinds[index]
            row = rows[states[-1]]
        elif action >= 0:
            if len(states) > STACK_LIMIT:
                problems.append(p.TooDeep(Span(file, starts[index], ends[index]), STACK_LIMIT))
                return builder.module(Span(file, 0, end), _items(stacks))
            states.append(action)
            values.append(index)
            begins.append(starts[index])
            end = ends[index]
            index += 1
            kind = kinds[index]
            row = rows[action]
        else:
            symbol, length, call, pick = reductions[~action]
            if call is None:
                del states[-1]
            elif length:
                begin = begins[-length]
                taken = values[-length:]
                if pick is not None:
                    taken.append(None)
                    taken = pick(taken)
                del states[-length:], values[-length:], begins[-length:]
                begins.append(begin)
                values.append(call(new(span, (file, begin, end)), *taken))
            else:
                begins.append(end)
                values.append(call(new(span, (file, end, end)), *(() if pick is None else pick([None]))))
            state = settle(states[-1], symbol, kind)
            states.append(state)
            row = rows[state]


def _items(stacks: Stacks) -> list[ast.Import | ast.Decl]:
    """Return the items that were read when the parser gives up."""
    first = stacks.values[1] if len(stacks.values) > 1 else None
    return [item for item in first if isinstance(item, ast.Node)] if isinstance(first, list) else []  # type: ignore[misc]


