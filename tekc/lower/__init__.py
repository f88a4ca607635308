"""Lowering: checked syntax trees become IR.

The one verb is :func:`lower_program`.  It lowers what the roots reach and nothing else, so that a script does not pay for the
library; nothing is inferred here, all types come from ``tekc.check.facts``.  The result has no ownership ops yet: they are the
work of ``tekc.passes``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import attrs

from tekc.lower import calls, control, exprs, failing, functions, loops, patterns, places, strings  # noqa: F401  (they register)
from tekc.lower.program import Lowering
from tekc.lower.tasks import Effects, NoEffects, task_info, test_info
from tekc.passes import run_passes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.check.defs import ConstDef, FnDef, TaskDef, TestDef
    from tekc.check.facts import Checked
    from tekrt.ir import Program

RECURSION = 20_000
"""Python's limit while lowering: nesting is bounded by the parser, but each level of it takes several calls."""

PAUSING = frozenset(["task", "process", "net", "net.get", "human", "ai"])
"""Kinds of effects that may wait for something outside."""

BUILTIN_KINDS = frozenset(["output", "log", "clock", "random", "sleep", "fs.read", "fs.write", "env", "secret", *PAUSING])
"""All other kinds are a host's, which may wait as well."""


@attrs.frozen
class Roots:
    """What a program is lowered for.  ``tasks`` None means all tasks of the main modules."""

    tasks: Sequence[TaskDef] | None = None
    tests: Sequence[TestDef] = ()
    functions: Sequence[FnDef] = ()
    consts: Sequence[ConstDef] = ()


def lower_program(
    checked: Checked, *, tests: bool = False, roots: Roots | None = None, optimise: bool = True, without: Sequence[str] = ()
) -> Program:
    """Lower what the roots of a checked program reach and run the passes (but ``without``) over it.

    Without ``roots`` these are the tasks of the main modules, with ``tests`` also their tests.  ``optimise`` False leaves all passes
    out: such a program has no ownership and cannot run.  ``checked.failed`` must not be set.
    """
    if roots is None:
        roots = Roots(tests=[test for test in checked.tests if test.module in checked.mains] if tests else ())
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION))
    try:
        program = _lower(checked, roots, checked.effects or NoEffects())
        if optimise:
            run_passes(program, without)
    finally:
        sys.setrecursionlimit(limit)
    return program


def _lower(checked: Checked, roots: Roots, effects: Effects) -> Program:
    lowering = Lowering(checked)
    program = lowering.program
    main = checked.mains[0] if checked.mains else None
    if main is not None:
        program.main = main.name
        program.doc = main.tree.doc or ""
    tasks = roots.tasks if roots.tasks is not None else [task for task in checked.tasks if task.module in checked.mains]
    for task in tasks:
        lowering.task(task)
    for function in roots.functions:
        lowering.function(function)
    for constant in roots.consts:
        lowering.constant(constant)
    program.tests = [test_info(lowering, test, index, effects) for index, test in enumerate(roots.tests)]
    lowering.run()
    described = 0
    while described < len(lowering.tasks):
        task = lowering.tasks[described]
        described += 1
        program.tasks[task.qualified] = task_info(lowering, task, effects)
        lowering.run()
    _set_effects(lowering, effects)
    program.consts = _in_order(program)
    return program


def _set_effects(lowering: Lowering, effects: Effects) -> None:
    for name, function in lowering.functions.items():
        target = lowering.definitions.get(name) or lowering.lambdas.get(name)
        kinds = effects.kinds(target) if target is not None else ()  # type: ignore[arg-type]  # lambdas: nodes of expressions
        function.effects = kinds
        function.pauses = any(kind in PAUSING or kind not in BUILTIN_KINDS for kind in kinds)


def _in_order(program: Program) -> dict[str, str]:
    """Return the constants in an order in which each one comes behind those that it is computed from."""
    done: dict[str, str] = {}
    for start in program.consts:
        work = [(start, False)]
        entered: set[str] = set()
        while work:
            name, after = work.pop()
            if name in done:
                continue
            if after:
                done[name] = program.consts[name]
            elif name not in entered:
                entered.add(name)
                work.append((name, True))
                work.extend([(other, False) for other in reversed(constants_of(program, program.consts[name]))])
    return done


def constants_of(program: Program, function: str) -> list[str]:
    """Return the constants that a function reads, itself or through what it calls."""
    seen = {function}
    work = [function]
    found: list[str] = []
    while work:
        body = program.functions.get(work.pop())
        for block in body.blocks if body is not None else ():
            for op in block.ops:
                name = op.kind.name
                if name in ("const.global", "const.peek"):
                    if op.imm[0] not in found:
                        found.append(op.imm[0])
                elif name in ("call", "closure.new") and op.imm[0] not in seen:
                    seen.add(op.imm[0])
                    work.append(op.imm[0])
    return found


__all__ = ["Effects", "Lowering", "Roots", "constants_of", "lower_program"]
