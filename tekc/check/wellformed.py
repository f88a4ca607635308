"""Judgements about declarations as a whole: types without values, and generic recursion that would never end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import problems as p
from tekc.check.defs import ConstDef, EnumDef, FnDef, RecordDef
from tekc.check.order import children
from tekc.check.types import ERROR, NEVER, Con, Fn, Param, Tuple, Type, parts, prune, show
from tekc.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tekc.check.facts import Facts
    from tekc.diagnostics import Report

    Instance = tuple[FnDef, FnDef, tuple[Type, ...], ast.Node]


def report_valueless(definitions: Sequence[RecordDef | EnumDef], ensure: Callable[[object], None], report: Report) -> None:
    """Report records and enums that no value can have: the least fixpoint of "all parts can have one"."""
    undecided = {d for d in definitions if d.decl is not None}
    users: dict[object, list[RecordDef | EnumDef]] = {}
    for definition in definitions:
        ensure(definition)
        for head in _heads(definition):
            users.setdefault(head, []).append(definition)
    todo = list(definitions)
    while todo:
        definition = todo.pop()
        if definition in undecided and _has_value(definition, undecided):
            undecided.discard(definition)
            todo.extend(users.get(definition, ()))
    for definition in definitions:
        if definition in undecided and definition.decl is not None:
            report(p.NoValue(definition.decl.name.at, definition.name, "record" if isinstance(definition, RecordDef) else "enum"))


def _heads(definition: RecordDef | EnumDef) -> set[object]:
    groups = [definition] if isinstance(definition, RecordDef) else definition.variants
    todo = [field.type for group in groups for field in group.fields]
    found: set[object] = set()
    while todo:
        t = prune(todo.pop())
        if isinstance(t, Con):
            found.add(t.head)
        todo.extend(parts(t))
    return found


def _has_value(definition: RecordDef | EnumDef, undecided: set[RecordDef | EnumDef]) -> bool:
    if isinstance(definition, RecordDef):
        return all(_can_have(field.type, undecided) for field in definition.fields)
    if not definition.variants:
        return True  # said elsewhere, or meant
    return any(all(_can_have(field.type, undecided) for field in variant.fields) for variant in definition.variants)


def _can_have(t: Type, undecided: set[RecordDef | EnumDef]) -> bool:
    t = prune(t)
    if isinstance(t, Con):
        head = t.head
        if isinstance(head, RecordDef | EnumDef):
            if head in undecided:
                return False
            if head.name == "Result" and head.decl is None:
                return any(_can_have(arg, undecided) for arg in t.args)
            if isinstance(head, RecordDef):
                return all(_can_have(arg, undecided) for arg in t.args)
        return True
    if isinstance(t, Tuple):
        return all(_can_have(item, undecided) for item in t.items)
    return True if isinstance(t, Fn) else t is ERROR or t is not NEVER


def check_const_cycles(consts: Sequence[ConstDef], facts: Facts, report: Report) -> None:
    """Report constants whose value needs itself, also through functions: each circle once."""
    done: set[object] = set()
    for const in consts:
        path: list[object] = []
        stack: list[tuple[object, ast.Node | None, bool]] = [(const, None, False)]
        while stack:
            definition, at, leave = stack.pop()
            if leave:
                done.add(path.pop())
            elif definition in path:
                circle = path[path.index(definition) :]
                first = next((d for d in circle if isinstance(d, ConstDef)), None)
                if first is not None and at is not None:
                    report(p.ConstCycle(first.decl.name.at, first.name, at.at))
            elif definition not in done:
                path.append(definition)
                stack.append((definition, at, True))
                stack.extend([(other, node, False) for node, other in _uses(definition, facts)])


def _uses(definition: object, facts: Facts) -> list[tuple[ast.Node, object]]:
    """Return the constants and functions of user modules that a definition mentions, with the place."""
    if isinstance(definition, ConstDef):
        root: ast.Node | None = definition.decl.value
    elif isinstance(definition, FnDef) and not definition.module.std:
        root = definition.decl.body
    else:
        return []
    found: list[tuple[ast.Node, object]] = []
    todo: list[object] = [root]
    while todo:
        node = todo.pop()
        if node.__class__ is tuple:
            todo.extend(node)
        elif isinstance(node, ast.Node):
            named = facts.names.get(node)
            if isinstance(named, ConstDef | FnDef):
                found.append((node, named))
            todo.extend(children(node))
    return found


def check_instances(instances: Sequence[Instance], report: Report) -> None:
    """Report generic functions that call themselves, perhaps through others, at other types than their own parameters."""
    calls: dict[FnDef, set[FnDef]] = {}
    for caller, callee, _, _ in instances:
        calls.setdefault(caller, set()).add(callee)
    reach: dict[FnDef, set[FnDef]] = {}
    for caller, callee, args, at in instances:
        if all(isinstance(t, Param) for t in map(prune, args)):
            continue
        if callee not in reach:
            reach[callee] = _reached(callee, calls)
        if caller in reach[callee]:
            bad = next(t for t in map(prune, args) if not isinstance(t, Param))
            if not any(t is ERROR for t in map(prune, args)):
                through = () if callee is caller else (callee.name,)
                report(p.GenericRecursion(at.at, caller.name, through, show(bad)))


def _reached(start: FnDef, calls: dict[FnDef, set[FnDef]]) -> set[FnDef]:
    found = {start}
    todo = [start]
    while todo:
        for other in calls.get(todo.pop(), ()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found
