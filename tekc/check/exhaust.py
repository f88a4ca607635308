"""Patterns cover what they have to: matches every case, ``let``, ``for`` and parameters every value.

What is covered is found by ``exhaust_analysis``; here it is asked and put into words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check.exhaust_analysis import Unknown, coverage
from tekc.check.exhaust_problems import (
    MatchMisses,
    MatchTooComplex,
    PatternMayNotFit,
    UnreachableAlternative,
    UnreachableArm,
)
from tekc.check.types import ErrorType, prune
from tekc.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tekc.check.facts import Facts
    from tekc.diagnostics import Report
    from tekc.source import Span


def check_match(match: ast.Match, facts: Facts, report: Report) -> None:
    """Report the cases that a match misses and the arms that nothing reaches."""
    subject = facts.types.get(match.subject)
    if subject is None or isinstance(prune(subject), ErrorType):
        return
    arms = [(arm.pattern, arm.guard is not None) for arm in match.arms]
    try:
        found = coverage(arms, subject, facts)
    except Unknown:
        return
    head = match.at._replace(end=match.subject.at.end)
    if found.missing:
        if not match.at.file.is_parsed(match.at.start, match.at.end):
            return
        report(MatchMisses(head, found.missing, _place_for_arms(match)))
    if not found.complete:
        if not found.missing and not any(arm.guard is None and _takes_all(arm.pattern) for arm in match.arms):
            report(MatchTooComplex(head))
        return
    for index, arm in enumerate(match.arms):
        if index not in found.reached:
            report(UnreachableArm(arm.pattern.at, _covering(match.arms, index)))
        else:
            for option in _alternatives(arm.pattern):
                if option not in found.taken:
                    report(UnreachableAlternative(option.at))


def check_fits(pattern: ast.Pattern, facts: Facts, report: Report, place: str) -> None:
    """Report a pattern that may not fit where it must: ``place`` is ``let``, ``for`` or ``parameter``."""
    if pattern.__class__ is ast.NamePattern or pattern.__class__ is ast.WildPattern:
        return
    missing = missing_case(pattern, facts)
    if missing is not None:
        report(PatternMayNotFit(pattern.at, place, missing))


def missing_case(pattern: ast.Pattern, facts: Facts) -> str | None:
    """Return a value's pattern that ``pattern`` does not fit, or None where it fits everything."""
    type = facts.types.get(pattern)
    if type is None or isinstance(prune(type), ErrorType):
        return None
    try:
        found = coverage([(pattern, False)], type, facts)
    except Unknown:
        return None
    return found.missing[0] if found.missing else None


def is_irrefutable(pattern: ast.Pattern, facts: Facts) -> bool:
    """Tell whether a pattern fits every value of its type."""
    return missing_case(pattern, facts) is None


def _alternatives(pattern: ast.Pattern) -> Iterator[ast.Pattern]:
    """The alternatives of every ``|`` in a pattern, in source order."""
    todo: list[ast.Pattern | ast.RestPattern] = [pattern]
    while todo:
        p = todo.pop()
        if isinstance(p, ast.OrPattern):
            yield from p.options
            todo.extend(reversed(p.options))
        elif isinstance(p, ast.AsPattern):
            todo.append(p.pattern)
        elif isinstance(p, ast.TuplePattern | ast.ListPattern):
            todo.extend(reversed(p.items))
        elif isinstance(p, ast.VariantPattern):
            todo.extend([arg.pattern for arg in reversed(p.args or ())])


def _takes_all(pattern: ast.Pattern) -> bool:
    while isinstance(pattern, ast.AsPattern):
        pattern = pattern.pattern
    return isinstance(pattern, ast.WildPattern | ast.NamePattern)


def _covering(arms: tuple[ast.Arm, ...], index: int) -> Span | None:
    """The arm that alone covers everything before ``index``, where there is one."""
    for arm in arms[:index]:
        if arm.guard is None and _takes_all(arm.pattern):
            return arm.pattern.at
    return None


def _place_for_arms(match: ast.Match) -> tuple[Span, str] | None:
    """Where more arms go, and what stands before each of them."""
    if not match.arms:
        return None
    last = match.arms[-1].at
    line, column = last.file.line_column(match.arms[0].at.start)
    before = last.file.line_text(line)[: column - 1]
    indent = before if not before.strip() else before[: len(before) - len(before.lstrip())] + "    "
    return last._replace(start=last.end), "\n" + indent
