"""Tasks and tests as the run time sees them: parameters, clauses, needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from tekc.syntax import ast
from tekrt.ir import ScopeTemplate, TaskInfo, TaskParam, TestInfo
from tekrt.ir.types import INT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.check.defs import FnDef, TaskDef, TestDef
    from tekc.lower.program import Lowering
    from tekrt.ir.types import IrType


class Effects(Protocol):
    """What lowering asks the effect checker."""

    def task_needs(self, task: TaskDef) -> Sequence[ScopeTemplate]:
        """Return a task's own needs, declared or inferred."""

    def task_reach(self, task: TaskDef) -> Sequence[tuple[str, ScopeTemplate]]:
        """Return what a task and all that it can call may touch, with the module by which it is reached."""

    def test_needs(self, test: TestDef) -> Sequence[ScopeTemplate]:
        """Return what a test declares."""

    def kinds(self, target: FnDef | TaskDef | TestDef | ast.Lambda) -> tuple[str, ...]:
        """Return the kinds of effects that a function may perform, sorted."""


class NoEffects:
    """The answers where no effects were checked."""

    def task_needs(self, task: TaskDef) -> Sequence[ScopeTemplate]:
        """Return nothing."""
        return ()

    def task_reach(self, task: TaskDef) -> Sequence[tuple[str, ScopeTemplate]]:
        """Return nothing."""
        return ()

    def test_needs(self, test: TestDef) -> Sequence[ScopeTemplate]:
        """Return nothing."""
        return ()

    def kinds(self, target: FnDef | TaskDef | TestDef | ast.Lambda) -> tuple[str, ...]:
        """Return nothing."""
        return ()


def task_info(lowering: Lowering, task: TaskDef, effects: Effects) -> TaskInfo:
    """Describe a task."""
    decl = task.decl
    params = []
    for index, param in enumerate(task.params):
        default = lowering.default(task, index) if param.default is not None else None
        text = param.default.at.text if param.default is not None else ""
        params.append(TaskParam(param.name, lowering.types(param.type), default, text, param.decl.doc or ""))
    assert task.result is not None
    result = lowering.types(task.result)
    line, _ = decl.at.file.line_column(decl.at.start)
    return TaskInfo(
        task.qualified, task.module.name, task.qualified, tuple(params), result, decl.result is not None,
        tuple(effects.task_needs(task)), tuple(effects.task_reach(task)), clauses(lowering, task), decl.doc or "", decl.at.file.path, line,
    )  # fmt: skip


def clauses(lowering: Lowering, task: TaskDef) -> dict[str, Any]:
    """Return the clauses that the run time of this version knows; numbers, or names of functions of the parameters."""
    found: dict[str, Any] = {}
    for clause in task.decl.clauses:
        if clause.word == "retry":
            kinds: list[IrType] = [INT, *[("Duration",)] * (len(clause.args) - 1)]
            values = [
                operand(lowering, task, f"retry{i}", arg, kind)
                for i, (arg, kind) in enumerate(zip(clause.args, kinds, strict=True))
            ]
            found["retry"] = (values[0], "every" if clause.every else "backoff", *values[1:]) if values[1:] else (values[0], "backoff")
        elif clause.word == "timeout":
            found["timeout"] = operand(lowering, task, "timeout", clause.args[0], ("Duration",))
        elif clause.word == "once":
            found["once"] = True
    return found


def operand(lowering: Lowering, task: TaskDef, word: str, node: ast.Expr, kind: IrType) -> Any:
    """Return a clause's operand: a number where it is a literal, else the name of a function."""
    while isinstance(node, ast.Paren):
        node = node.inner
    if isinstance(node, ast.IntLiteral):
        return node.value
    if isinstance(node, ast.DurationLiteral):
        return node.ns
    return lowering.expression(f"{task.qualified}.{word}", task.qualified, node, task.params, kind)


def test_info(lowering: Lowering, test: TestDef, index: int, effects: Effects) -> TestInfo:
    """Describe a test and ask for its body."""
    name = f"{test.module.name}.test{index}"
    lowering.test(test, name)
    line, _ = test.decl.at.file.line_column(test.decl.at.start)
    return TestInfo(test.name, name, tuple(effects.test_needs(test)), test.decl.at.file.path, line)
