"""Check a whole program: the one place that knows all modules, definitions and facts.

The order of work: load modules, resolve the signatures of user modules, infer result types that are left out (in the order
of their dependencies), check all user bodies.  Bodies of the library are checked when lowering reaches them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tekc.check import builtins as bi
from tekc.check import handlers as _handlers  # noqa: F401  # its import registers them
from tekc.check import problems as p
from tekc.check.body import TAIL, Body, Frame
from tekc.check.bounds import Bounds
from tekc.check.defs import AliasDef, ConstDef, EnumDef, FnDef, ImportDef, Local, RecordDef, TaskDef, TestDef, VariantDef
from tekc.check.dropping import arrow_place
from tekc.check.facts import BodyChecker, Checked, Facts
from tekc.check.methods import Methods
from tekc.check.order import in_order_of_use
from tekc.check.signatures import Signatures, receiver_head
from tekc.check.types import ERROR, NEVER, Param, Type, Var, prune, show, zonk
from tekc.check.wellformed import check_const_cycles, check_instances, report_valueless
from tekc.resolve import Modules
from tekc.resolve import problems as rp
from tekc.source import Span
from tekc.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tekc.check.defs import Definition, ModuleInfo, Owner, ParamDef
    from tekc.check.facts import Loaded, Loader
    from tekc.check.wellformed import Instance
    from tekc.diagnostics import Problem, Report


class Session(BodyChecker):
    """The state of checking one program."""

    def __init__(self, loader: Loader, report: Report) -> None:
        self._report = report
        self.failed = False
        self.facts = Facts()
        self.modules = Modules(loader, self.report)
        self.signatures = Signatures(self.modules, self.facts, self.report)
        self.methods = Methods(self)
        self.bounds = Bounds(self.ensure)
        self.instances: list[Instance] = []
        self.missing: dict[ModuleInfo, dict[str, list[Span]]] = {}  # functions that are not there, and where they are called
        self.later: list[Callable[[], None]] = []  # run when all bodies are checked
        self._done: set[object] = set()
        self._open: set[object] = set()
        self._lacking: set[tuple[object, ...]] = set()

    def report(self, problem: Problem) -> None:
        """Hand a problem on."""
        if problem.severity == "error":
            self.failed = True
        self._report(problem)

    # ------------------------------------------------------------------------------------------------------- the whole

    def check(self, mains: Sequence[Loaded]) -> Checked:
        """Check user modules with all their bodies."""
        self._take_error()
        infos = self.modules.load(mains)
        users = [info for info in self.modules.all if not info.std]
        checked = Checked(self.facts, {}, infos, checker=self)
        for info in users:
            _collect(info, checked)
        for definition in (d for info in users for d in info.definitions):
            if not isinstance(definition, TestDef):
                self.ensure(definition)
        for info in users:
            self.methods.check_declared(info)
        report_valueless([*checked.records, *checked.enums], self.ensure, self.report)
        self._check_data(checked.tasks)
        inferred = [d for info in users for d in info.definitions if isinstance(d, FnDef | TaskDef | ConstDef) and _is_inferred(d)]
        for definition in in_order_of_use(inferred):
            self.check_body(definition)
        for info in users:
            for definition in info.definitions:
                if isinstance(definition, TestDef):
                    self._run(definition, self._check_test)
                elif not isinstance(definition, AliasDef):
                    self.check_body(definition)
        for run in self.later:
            run()
        self._judge_written()
        check_instances(self.instances, self.report)
        if not self.failed:
            check_const_cycles(checked.consts, self.facts, self.report)
        checked.modules.update({info.name: info for info in self.modules.all})
        checked.failed = self.failed
        return checked

    def _judge_written(self) -> None:
        written = self.signatures.bounded
        while written:
            t, bound, at, use = written.pop()
            self.judge_bound(t, bound, at, use)

    def report_unused(self) -> None:
        """Warn of imports that nothing uses; not where something is wrong, for that may be what would have used them."""
        for info in self.modules.all:
            if self.failed or info.std:
                continue
            for imported in info.imports:
                decl = imported.decl
                if imported.name is not None and not (imported.used or decl.pub or self._is_mentioned(info, imported)):
                    remove = Span(decl.at.file, decl.at.start, _line_end(decl.at))
                    self.report(rp.UnusedImport(decl.at, imported.name, remove))

    def _is_mentioned(self, info: ModuleInfo, imported: ImportDef) -> bool:
        """Tell whether a module is used for its methods, or named, if only in a capability such as ``fs.read``."""
        text = info.tree.at.file.text
        return self.methods.used_from(info, imported.module) or text.count(f"{imported.name}.") > text.count(f".{imported.name}.")

    def _check_data(self, tasks: Iterable[TaskDef]) -> None:
        for task in tasks:
            for param in task.params:
                why = self.bounds.lacks(param.type, "Data")
                if why is not None:
                    self.report(p.NotData(param.decl.type.at, "a task's parameter", show(param.type), why))
            if task.decl.result is not None and task.result is not None:
                why = self.bounds.lacks(task.result, "Data")
                if why is not None:
                    self.report(p.NotData(task.decl.result.at, "a task's result", show(task.result), why))

    def _take_error(self) -> None:
        """Let ``Error``, which all sessions share, hold the ``Json`` of this one."""
        if bi.ERROR_OWNER[0] is not self:
            bi.ERROR_OWNER[0] = self
            bi.ERROR_RECORD.resolved = False

    # ---------------------------------------------------------------------------------------------------------- lookups

    def ensure(self, definition: object) -> None:
        """Resolve a definition's signature once."""
        if not definition.resolved:  # type: ignore[attr-defined]  # every definition has it
            self.signatures.ensure(definition)  # type: ignore[arg-type]  # likewise

    def find_value(self, module: ModuleInfo, text: str) -> Definition | None:
        """Find a function, task, constant or imported module by name."""
        found = module.scope.get(text)
        if found is None and self.modules.prelude is not None:
            found = self.modules.prelude.scope.get(text)
        return found

    def find_method(self, module: ModuleInfo, head: object, text: str) -> FnDef | None:
        """Find a method by the head of its receiver's type."""
        return self.methods.find(module, head, text)

    def method_for(self, module: ModuleInfo, t: Type, text: str) -> FnDef | None:
        """Find a method for a value of type ``t``, which is pruned and no variable."""
        return self.methods.find(module, receiver_head(t), text)

    def method_names(self, module: ModuleInfo, t: Type) -> Iterable[str]:
        """Return the names of all methods that a value of type ``t`` has in a module."""
        return self.methods.names(module, receiver_head(t))

    def library(self, module: str, name: str, receiver: str = "") -> FnDef:
        """Find a function of the standard library; KeyError where there is none."""
        info = self.modules.std(module)
        if info is None:
            raise KeyError(module)
        if not receiver:
            found = info.scope.get(name)
            if not isinstance(found, FnDef):
                raise KeyError(name)
            self.ensure(found)
            return found
        for method in info.methods.get(name, ()):
            self.ensure(method)
            if method.receiver is not None and method.receiver.name == receiver:
                return method
        raise KeyError(f"{receiver}.{name}")

    def new_var(self) -> Var:
        """Return a type that is still to be found."""
        return Var()

    def params_of(self, owner: Owner | None) -> dict[str, Param]:
        """Return the type parameters in scope in a definition's body."""
        if isinstance(owner, FnDef | RecordDef | EnumDef):
            return {param.name: param for param in owner.type_params}
        return {}

    # ---------------------------------------------------------------------------------------------------------- results

    def result_of(self, found: FnDef | TaskDef, at: Span) -> Type:
        """Return the result type of a function or task, inferring it where it is left out."""
        self.ensure(found)
        if found.result is None:
            if found in self._open:
                body = found.decl.body
                assert body is not None  # an extern has a result
                self.report(p.NeedsResultType(found.decl.name.at, found.name, at, arrow_place(found)))
                found.result = ERROR
                return ERROR
            self.check_body(found)
        return ERROR if found.result is None else found.result

    def const_type(self, const: ConstDef, at: Span) -> Type:
        """Return the type of a constant, inferring it where it is left out."""
        self.ensure(const)
        if const.type is None:
            if const in self._open:
                self.report(p.ConstCycle(const.decl.name.at, const.name, at))
                const.type = ERROR
                return ERROR
            self.check_body(const)
        return ERROR if const.type is None else const.type

    def note_instance(self, b: Body, found: object, args: tuple[Type, ...], at: ast.Node) -> None:
        """Remember that a generic function uses another one, for the rule about recursion."""
        if isinstance(b.owner, FnDef) and b.owner.type_params and isinstance(found, FnDef) and not found.module.std:
            self.instances.append((b.owner, found, args, at))

    def judge_bound(self, t: Type, bound: str, at: ast.Node, use: str) -> None:
        """Report a type that lacks a bound."""
        why = self.bounds.lacks(t, bound)
        if why is None:
            return
        lacking = zonk(t)
        # One parameter without a bound, or one type twice on a line, is one mistake.
        where = (lacking,) if isinstance(lacking, Param) else (show(lacking), at.at.file, at.at.file.line_column(at.at.start)[0])
        if (*where, bound) in self._lacking:
            return
        self._lacking.add((*where, bound))
        if bound == "Show" and isinstance(lacking, Param):
            bound = "Data"
        self.report(p.BoundNotMet(at.at, show(lacking), bound, use, why))

    def check_needs(self, b: Body, needs: ast.Needs) -> None:
        """Find the names in capabilities; what is wrong with these the effect checker says."""
        muted, b.muted = b.muted, True
        for item in needs.items:
            for arg in item.args:
                b.infer(arg, bi.STR)
        b.muted = muted

    # ------------------------------------------------------------------------------------------------------------ bodies

    def check_body(self, definition: object) -> None:
        """Check the body of a definition once."""
        self._take_error()
        checks: dict[type, Callable[[Any], None]] = {
            FnDef: self._check_function,
            TaskDef: self._check_task,
            ConstDef: self._check_const,
            RecordDef: self._check_record,
            EnumDef: self._check_enum,
        }
        run = checks.get(type(definition))
        if run is not None and definition not in self._done and definition not in self._open:
            self.ensure(definition)
            self._run(definition, run)

    def _run(self, definition: object, run: Callable[[Any], None]) -> None:
        self._open.add(definition)
        run(definition)
        self._open.discard(definition)
        self._done.add(definition)
        if definition.module is not None and definition.module.std:  # type: ignore[attr-defined]  # definitions have one
            self.signatures.bounded.clear()

    def _body(self, owner: Owner, params: Iterable[ParamDef]) -> Body:
        module = owner.module
        assert module is not None  # what has a body has a module
        b = Body(self, module, owner)
        for param in params:
            if param.default is not None:
                mark = len(b.literals)
                b.check(param.default, param.type)
                b.settle(mark)
            if param.name in b.scope:
                b.locals[param.name] = param.local  # that it is there twice was reported with the signature
            else:
                b.bring(param.local)
        return b

    def _check_function(self, fn: FnDef) -> None:
        b = self._body(fn, fn.params)
        if fn.decl.needs is not None:
            self.check_needs(b, fn.decl.needs)
        if fn.decl.body is not None:
            self._check_callable(b, fn, fn.decl.body)
        b.finish()

    def _check_callable(self, b: Body, owner: FnDef | TaskDef, body: ast.Expr) -> None:
        before = b.enter()
        if owner.result is None:
            b.frame = Frame(None, Var(), None)
            t = b.infer(body, None)
            wanted = b.frame.result
            assert wanted is not None  # just made
            if prune(t) is not NEVER and not b.unify(t, wanted):
                b.report_mismatch(body, t, wanted)
            b.settle(0)
            found = zonk(wanted)
            if isinstance(found, Var):
                found = NEVER if prune(t) is NEVER else found
            if owner.result is None:
                owner.result = found
        else:
            b.frame = Frame(None, owner.result, None)
            if owner.result is bi.UNIT and owner.decl.result is None and not owner.decl.arrow_body:
                b.discard(body, TAIL)
            else:
                b.check(body, owner.result)
        b.leave(before)

    def _check_task(self, task: TaskDef) -> None:
        b = self._body(task, task.params)
        decl = task.decl
        if decl.needs is not None:
            self.check_needs(b, decl.needs)
        self._check_callable(b, task, decl.body)
        for clause in decl.clauses:
            self._check_clause(b, task, clause)
        b.finish()
        if task.decl.arrow_body and decl.result is None and task.result is not None:
            task.result = zonk(task.result)
            why = self.bounds.lacks(task.result, "Data")
            if why is not None:
                self.report(p.NotData(decl.name.at, "a task's result", show(task.result), why))

    def _check_clause(self, b: Body, task: TaskDef, clause: ast.Clause) -> None:
        if clause.word == "undo":
            before = b.enter()
            task.undo_result = Local("result", False, task.result or ERROR, None)
            b.bring(task.undo_result)
            b.declared.append(task.undo_result)
            b.frame = Frame(None, None, None)
            b.frame.barrier = "an `undo` block"
            for arg in clause.args:
                b.discard(arg, 1)
            b.leave(before)
            return
        wants = _clause_types(clause)
        for i, arg in enumerate(clause.args):
            if clause.word in ("on", "uses", "budget"):
                _infer_inside(b, arg)
                continue
            want = wants[min(i, len(wants) - 1)] if wants else None
            if want is None:
                b.infer(arg)
            else:
                b.check(arg, want)
        for ident, value in clause.items:
            want = _ITEM_TYPES.get(ident.text)
            if want is None:
                b.infer(value)
            else:
                b.check(value, want)
        b.settle(0)

    def _check_const(self, const: ConstDef) -> None:
        b = Body(self, const.module, const)
        if const.type is not None:
            b.check(const.decl.value, const.type)
        else:
            t = b.infer(const.decl.value)
            b.settle(0)
            const.type = zonk(t) if const.type is None else const.type
        b.finish()

    def _check_test(self, test: TestDef) -> None:
        b = Body(self, test.module, test)
        if test.decl.needs is not None:
            self.check_needs(b, test.decl.needs)
        b.frame = Frame(None, bi.UNIT, None)
        b.discard(test.decl.body, 1)
        b.finish()

    def _check_record(self, record: RecordDef) -> None:
        if record.decl is not None and record.module is not None:
            b = Body(self, record.module, record)
            self._check_fields(b, record)
            b.finish()

    def _check_enum(self, enum: EnumDef) -> None:
        if enum.decl is not None and enum.module is not None:
            b = Body(self, enum.module, enum)
            for variant in enum.variants:
                before = b.enter()
                self._check_fields(b, variant)
                b.leave(before)
            b.finish()

    def _check_fields(self, b: Body, owner: RecordDef | VariantDef) -> None:
        for field in owner.fields:
            if field.default is not None:
                mark = len(b.literals)
                b.check(field.default, field.type)
                b.settle(mark)
            if field.local is not None:
                b.bring(field.local)


def _line_end(at: Span) -> int:
    text = at.file.text
    return at.end + 1 if text[at.end : at.end + 1] == "\n" else at.end


def _is_inferred(d: FnDef | TaskDef | ConstDef) -> bool:
    if isinstance(d, ConstDef):
        return d.decl.type is None
    return d.decl.arrow_body and d.decl.result is None


def _collect(info: ModuleInfo, checked: Checked) -> None:
    lists: dict[type, list[Any]] = {
        FnDef: checked.functions, TaskDef: checked.tasks, ConstDef: checked.consts, TestDef: checked.tests,
        RecordDef: checked.records, EnumDef: checked.enums,
    }  # fmt: skip
    for definition in info.definitions:
        found = lists.get(type(definition))
        if found is not None:
            found.append(definition)


def _clause_types(clause: ast.Clause) -> tuple[Type, ...]:
    if clause.word == "retry":
        return (bi.INT, bi.DURATION, bi.DURATION)
    if clause.word in ("timeout", "cache"):
        return (bi.DURATION,)
    if clause.word == "approve":
        return (bi.STR,)
    return ()


_ITEM_TYPES: dict[str, Type] = {
    "time": bi.DURATION, "tokens": bi.INT, "cost": bi.FLOAT, "process": bi.INT, "net": bi.SIZE, "cpu": bi.INT, "memory": bi.SIZE,
    "gpu": bi.INT,
}  # fmt: skip


def _infer_inside(b: Body, e: ast.Expr) -> None:
    """Infer the arguments of a trigger or slot, which is no call of a function."""
    if isinstance(e, ast.Call):
        for arg in e.args:
            b.infer(arg.value)
    elif not isinstance(e, ast.Name):
        b.infer(e)

