"""Lowering of a program, driven by demand: what the roots reach is lowered, each function once."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tekc.check.defs import ConstDef, EnumDef, FnDef, RecordDef, TaskDef, VariantDef
from tekc.lower.body import Body, Place
from tekc.lower.types import IrTypes, is_handed_over
from tekrt.ir import EnumInfo, FieldInfo, Program, RecordInfo
from tekrt.ir.rules import substitute
from tekrt.ir.types import KEY, PLACE, TYPE, UNIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tekc.check.defs import FieldDef, ParamDef, TestDef
    from tekc.check.facts import Checked
    from tekc.check.types import Param
    from tekc.lower.types import Instance
    from tekc.syntax import ast
    from tekrt.ir import Function
    from tekrt.ir.types import IrType


class Lowering:
    """One program being lowered.  ``program`` fills up while :meth:`run` works through what was asked for."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.facts = checked.facts
        self.program = Program()
        self.functions = self.program.functions
        self.types = IrTypes(self._found)
        self.closures: dict[str, int] = {}  # functions that closures are made of: how many leading parameters they hold
        self.definitions: dict[str, FnDef | TaskDef | ConstDef | TestDef] = {}  # of functions that have one
        self.lambdas: dict[str, ast.Node] = {}  # of functions that come from an expression
        self.tasks: list[TaskDef] = []
        self.hosts: set[str] = set()
        self._asked: set[str] = set()
        self._work: deque[Callable[[], None]] = deque()
        self._undescribed: list[RecordDef | EnumDef] = []

    # ------------------------------------------------------------------------------------------------------- demands

    def run(self) -> None:
        """Lower all that was asked for, and what that asks for."""
        while self._work:
            self._work.popleft()()
            self.describe_types()

    def check(self, target: FnDef | TaskDef | ConstDef | RecordDef | VariantDef | EnumDef) -> None:
        """Have the body (defaults, value) of a definition checked."""
        owner = target.enum if isinstance(target, VariantDef) else target
        self.checked.check_body(owner)

    def function(self, target: FnDef, fixed: Instance = ()) -> str:
        """Ask for a function, perhaps an instance with some type parameters fixed, and return its name."""
        name = target.qualified
        if any(t is not None for t in fixed):
            name += "[" + ", ".join(["_" if t is None else t[0] for t in fixed]) + "]"
        if self._first(name):
            self._work.append(lambda: self._function(target, name, fixed))
        return name

    def task(self, target: TaskDef) -> str:
        """Ask for a task and return its name."""
        name = target.qualified
        if self._first(name):
            self.tasks.append(target)
            self._work.append(lambda: self._task(target))
        return name

    def constant(self, target: ConstDef) -> str:
        """Ask for a constant and return its name."""
        name = target.qualified
        if self._first(name):
            self.program.consts[name] = name
            self._work.append(lambda: self._constant(target))
        return name

    def host(self, target: FnDef) -> None:
        """Note that a host function is called."""
        self.hosts.add(target.qualified)

    def default(self, target: FnDef | TaskDef | RecordDef | VariantDef, index: int) -> str:
        """Ask for the function that computes a default from the earlier parameters or fields, and return its name."""
        fields: tuple[ParamDef, ...] | tuple[FieldDef, ...]
        if isinstance(target, FnDef | TaskDef):
            fields, owner = target.params, target.qualified
        else:
            fields = target.fields
            owner = f"{target.enum.qualified}.{target.name}" if isinstance(target, VariantDef) else target.qualified
        name = f"{owner}.default.{fields[index].name or index}"
        if self._first(name):
            hidden = [p for p in target.type_params if is_handed_over(p)] if isinstance(target, FnDef) else []
            self._work.append(lambda: self._default(name, target, fields, index, hidden))
        return name

    def expression(self, name: str, shown: str, node: ast.Expr, params: tuple[ParamDef, ...], result: IrType) -> str:
        """Ask for a function of a task's parameters that computes an expression, and return its name."""
        if self._first(name):
            self._work.append(lambda: self._expression(name, shown, node, params, result))
        return name

    def test(self, target: TestDef, name: str) -> None:
        """Ask for a test's body under a name."""
        if self._first(name):
            self._work.append(lambda: self._test(target, name))

    def import_bound(self, node: ast.Call) -> ast.Needs | None:
        """Return what the import allows by which a call goes, where the run time must see to it."""
        return self.checked.effects.import_bound(node) if self.checked.effects is not None else None

    def _first(self, name: str) -> bool:
        if name in self._asked:
            return False
        self._asked.add(name)
        return True

    def add_closure(self, function: Function, held: int, node: ast.Node) -> None:
        """Add the finished function of a closure, whose first ``held`` parameters the closure holds."""
        self.functions[function.name] = function
        self.closures[function.name] = held
        self.lambdas[function.name] = node

    # ------------------------------------------------------------------------------------------------------- bodies

    def _function(self, target: FnDef, name: str, fixed: Instance) -> None:
        self.checked.check_body(target)
        decl = target.decl
        assert decl.body is not None and target.result is not None
        known = {p.name: t for p, t in zip(target.type_params, fixed, strict=False) if t is not None}
        result = substitute(self.types(target.result), known, "Param")
        body = Body(self, name, target.qualified, decl.at, result)
        body.fixed = known
        for param in target.type_params:
            if is_handed_over(param) and param.name not in known:
                body.types[param.name] = body.b.param(TYPE, "b", param.name)
        self._fill(body, target.params, decl.body)
        self.definitions[name] = target

    def _task(self, target: TaskDef) -> None:
        self.checked.check_body(target)
        assert target.result is not None
        body = Body(self, target.qualified, target.qualified, target.decl.at, self.types(target.result))
        self._fill(body, target.params, target.decl.body, "o")
        self.definitions[target.qualified] = target

    def _constant(self, target: ConstDef) -> None:
        self.checked.check_body(target)
        assert target.type is not None
        body = Body(self, target.qualified, target.qualified, target.decl.at, self.types(target.type))
        self._fill(body, (), target.decl.value)
        self.definitions[target.qualified] = target

    def _test(self, target: TestDef, name: str) -> None:
        body = Body(self, name, f'test "{target.name}"', target.decl.at, UNIT)
        self._fill(body, (), target.decl.body)
        self.definitions[name] = target

    def _expression(self, name: str, shown: str, node: ast.Expr, params: tuple[ParamDef, ...], result: IrType) -> None:
        body = Body(self, name, shown, node.at, result)
        self._fill(body, params, node)

    def _fill(self, body: Body, params: tuple[ParamDef, ...], node: ast.Expr, mode: str = "b") -> None:
        body.find_places(node)
        for param in params:
            t = body.ir(param.type)
            if param.decl.var:
                container, key = body.b.param(PLACE, "b", param.name), body.b.param(KEY, "b")
                body.where[param.local] = Place(container, key, t)
            else:
                body.declare(param.local, body.b.param(t, mode, param.name))
        value = body.expr_as(node, body.b.function.result)
        body.b.line, body.b.column = node.at.file.line_column(max(node.at.start, node.at.end - 1))
        body.b.ret(value)
        body.stop()
        self.functions[body.b.function.name] = body.finish()

    def _default(
        self, name: str, target: FnDef | TaskDef | RecordDef | VariantDef, fields: tuple[ParamDef, ...] | tuple[FieldDef, ...],
        index: int, hidden: list[Param],
    ) -> None:  # fmt: skip
        self.check(target)
        field = fields[index]
        node = field.default
        assert node is not None
        shown = target.name if isinstance(target, VariantDef) else target.qualified
        body = Body(self, name, shown, node.at, self.types(field.type))
        for param in hidden:
            body.types[param.name] = body.b.param(TYPE, "b", param.name)
        body.find_places(node)
        for earlier in fields[:index]:
            value = body.b.param(self.types(earlier.type), "b", earlier.name)
            if earlier.local is not None:
                body.declare(earlier.local, value)
        body.b.ret(body.expr_as(node, body.b.function.result))
        body.stop()
        self.functions[name] = body.finish()

    # ------------------------------------------------------------------------------------------------------- types

    def _found(self, head: RecordDef | EnumDef) -> None:
        self._undescribed.append(head)

    def describe_types(self) -> None:
        """Describe the types that were met; their defaults are asked for, since a decoder may need them."""
        while self._undescribed:
            self._describe(self._undescribed.pop())

    def _describe(self, head: RecordDef | EnumDef) -> None:
        if not head.resolved:
            self.checked.check_body(head)
        names = tuple([p.name for p in head.type_params])
        if isinstance(head, RecordDef):
            self.program.records[head.qualified] = RecordInfo(head.qualified, names, self._fields(head))
        else:
            variants = tuple([(variant.name, self._fields(variant)) for variant in head.variants])
            self.program.enums[head.qualified] = EnumInfo(head.qualified, names, variants)

    def _fields(self, owner: RecordDef | VariantDef) -> tuple[FieldInfo, ...]:
        infos = []
        for index, field in enumerate(owner.fields):
            default = self.default(owner, index) if field.default is not None else None
            infos.append(FieldInfo(field.name, self.types(field.type), field.outside, default))
        return tuple(infos)
