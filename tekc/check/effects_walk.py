"""Walk over bodies once: find calls, function values that are kept, ``only`` blocks, and patterns that must cover everything.

The walk uses a stack of its own, so the depth of the source does not matter.  What stands inside of a lambda or an ``only``
block is put on a list of jobs with its own unit or guards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tekc.check.defs import FnDef, Local, RecordDef, TaskDef, VariantDef
from tekc.check.effects_units import Event, Guard, Store, Unit
from tekc.check.exhaust import check_fits, check_match
from tekc.check.facts import DEFAULT, Marker
from tekc.check.types import Con, Fn, Tuple, Type, prune, subst
from tekc.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tekc.check.effects_program import Program
    from tekc.check.effects_units import Frame

_CHILDREN: dict[type, tuple[str, ...]] = {
    ast.Interpolation: ("parts",),
    ast.Hole: ("value",),
    ast.CommandLiteral: ("words",),
    ast.CommandWord: ("parts",),
    ast.Field: ("target",),
    ast.Index: ("target", "index", "default"),
    ast.Arg: ("value",),
    ast.Call: ("callee", "args"),
    ast.Unary: ("operand",),
    ast.Binary: ("lhs", "rhs"),
    ast.RangeExpr: ("low", "high"),
    ast.TupleExpr: ("items",),
    ast.Paren: ("inner",),
    ast.ListExpr: ("items",),
    ast.ForClause: ("iterable",),
    ast.IfClause: ("condition",),
    ast.ListComp: ("clauses", "element"),
    ast.MapComp: ("clauses", "key", "value"),
    ast.LetCondition: ("value",),
    ast.If: ("condition", "then", "otherwise"),
    ast.Arm: ("guard", "body"),
    ast.Match: ("subject", "arms"),
    ast.Block: ("statements",),
    ast.Try: ("body", "handler"),
    ast.Region: ("body",),
    ast.Return: ("value",),
    ast.Fail: ("value",),
    ast.Let: ("value",),
    ast.Var: ("value",),
    ast.Assign: ("target", "value"),
    ast.ExprStatement: ("value",),
    ast.For: ("iterable", "body"),
    ast.While: ("condition", "body"),
    ast.Defer: ("body",),
    ast.Assert: ("condition", "message"),
}
"""Which parts of a node are code.  ``MapExpr``, ``Lambda`` and ``Only`` are taken apart by hand; all else has none."""


class Walk:
    """The walk over one frame: a definition's code with all lambdas in it."""

    def __init__(self, program: Program, frame: Frame) -> None:
        self.program = program
        self.facts = program.facts
        self.frame = frame
        self.jobs: list[tuple[Unit, tuple[Guard, ...], tuple[ast.Node, ...]]] = []
        self.unit = Unit(frame)
        self.guards: tuple[Guard, ...] = ()
        self.stack: list[ast.Node] = []
        self.told: set[ast.Node] = set()
        self.stated: dict[ast.Lambda, frozenset[int]] = {}

    def run(self, roots: Iterable[ast.Node | None]) -> Unit:
        """Walk the definition's own code, then lambdas and blocks; return its unit."""
        unit = self.unit
        self.jobs.append((unit, (), tuple([root for root in roots if root is not None])))
        while self.jobs:
            self.unit, self.guards, nodes = self.jobs.pop()
            self.stack = list(reversed(nodes))
            self._walk()
        return unit

    def _walk(self) -> None:
        stack, children, special = self.stack, _CHILDREN, _SPECIAL
        while stack:
            node = stack.pop()
            kind = node.__class__
            run = special.get(kind)
            if run is not None:
                run(self, node)
            names = children.get(kind)
            if names is None:
                continue
            for name in reversed(names):
                part = getattr(node, name)
                if part.__class__ is tuple:
                    stack.extend([p for p in reversed(part) if p.__class__ is not str])
                elif part is not None:
                    stack.append(part)

    # ------------------------------------------------------------------------------------------------------------ calls

    def on_call(self, node: ast.Call) -> None:
        """Make an event of a call; note what is kept by it."""
        call = self.facts.calls.get(node)
        if call is None:
            return
        if call.kind in ("fn", "method", "task"):
            self._on_known(node, call.target)  # type: ignore[arg-type]  # these kinds have such targets
        elif call.kind in ("record", "variant"):
            self._on_made(node)
        elif call.kind == "value":
            self._on_value(node)

    def _on_known(self, node: ast.Call, target: FnDef | TaskDef) -> None:
        call = self.facts.calls[node]
        event = Event(node, call, self.guards, target)
        bound = self.program.bound_of(target, self.frame.module)
        if bound is not None:
            event.guards = (bound, *self.guards)
        params = target.params
        if call.kind == "method" and call.receiver is not None and params:
            event.args[params[0].local] = call.receiver
            params = params[1:]
        given = dict(zip(target.type_params, call.type_args, strict=False)) if isinstance(target, FnDef) else {}
        defaults: list[Unit] = []
        for param, arg in zip(params, call.args, strict=False):
            if isinstance(arg, ast.Node):
                event.args[param.local] = arg
                self._on_argument(param.local, param.type, arg, given)
            elif arg is DEFAULT and param.default is not None and not target.module.std:
                defaults.append(self.program.default_unit(target, param))
        event.defaults = tuple(defaults)
        self._add(event)

    def _add(self, event: Event) -> None:
        self.unit.events.append(event)
        self.program.events[event.node] = (self.unit, event)

    def _on_argument(self, local: Local, type: Type, arg: ast.Expr, given: dict[Any, Type]) -> None:
        type = prune(type)
        if isinstance(type, Fn):
            self._note_stated(arg, type)
            if type.needs is not None:
                self._store(arg, subst(type, given), f"parameter `{local.name}`", None)
            elif any(holds_functions(param) for param in type.params):
                self.frame.stores.append(Store(arg, subst(type, given), f"parameter `{local.name}`", None, only_params=True))
        elif given and holds_functions(made := subst(type, given)):
            self._store(arg, made, f"parameter `{local.name}`", None)
        elif not given and holds_functions(type):
            self._store(arg, type, f"parameter `{local.name}`", None)

    def _note_stated(self, arg: ast.Expr, type: Fn) -> None:
        """Where a lambda is handed to ``fn(T) -> U``, a function that stands for ``T`` came out of something that keeps it."""
        while isinstance(arg, ast.Paren):
            arg = arg.inner
        if isinstance(arg, ast.Lambda):
            kept = [i for i, param in enumerate(type.params) if not isinstance(prune(param), Fn)]
            if kept:
                self.stated[arg] = frozenset(kept)

    def _on_made(self, node: ast.Call) -> None:
        """A record or variant keeps what it is made of."""
        call = self.facts.calls[node]
        target = call.target
        if not isinstance(target, RecordDef | VariantDef):
            return
        params = target.type_params if isinstance(target, RecordDef) else target.enum.type_params
        given: dict[Type, Type] = dict(zip(params, call.type_args, strict=False))
        defaults: list[Unit] = []
        for field, arg in zip(target.fields, call.args, strict=False):
            if isinstance(arg, ast.Node):
                type = subst(field.type, given) if given else field.type
                if node not in self.told and holds_functions(type):
                    where = f"field `{field.name}`" if field.name else f"`{target.name}`"
                    self._store(arg, type, where, field.decl.type if field.decl is not None else None)
            elif arg is DEFAULT and field.default is not None and not _is_std(target):
                defaults.append(self.program.field_unit(target, field))
        if defaults:
            self._add(Event(node, call, self.guards, defaults=tuple(defaults)))

    def _on_value(self, node: ast.Call) -> None:
        call = self.facts.calls[node]
        event = Event(node, call, self.guards)
        self._add(event)
        type = prune(self.facts.types.get(node.callee) or _UNKNOWN)
        if isinstance(type, Fn):
            for param, arg in zip(type.params, call.args, strict=False):
                wanted = prune(param)
                if isinstance(arg, ast.Node) and (not isinstance(wanted, Fn) or wanted.needs is not None) and holds_functions(wanted):
                    self._store(arg, wanted, "a parameter", None)

    # ------------------------------------------------------------------------------------------- variables and patterns

    def on_let(self, node: ast.Let) -> None:
        """Remember what a name stands for."""
        pattern = node.pattern
        if isinstance(pattern, ast.NamePattern):
            local = self.facts.bindings.get(pattern.name)
            if local is not None:
                self.frame.lets[local] = node.value
            self._annotated(node.type, local, node.value, f"variable `{pattern.name.text}`")
        else:
            check_fits(pattern, self.facts, self.program.report, "let")
            self._annotated(node.type, None, node.value, "this variable")

    def on_var(self, node: ast.Var) -> None:
        """Remember what a variable may hold."""
        local = self.facts.bindings.get(node.name)
        if local is not None:
            self.frame.vars.setdefault(local, []).append(node.value)
        self._annotated(node.type, local, node.value, f"variable `{node.name.text}`")

    def _annotated(self, written: ast.TypeExpr | None, local: Local | None, value: ast.Expr, where: str) -> None:
        if written is None:
            return
        self.program.check_type(written, self.frame)
        type = prune(local.type) if local is not None else prune(self.facts.types.get(value) or _UNKNOWN)
        # A name for a function keeps nothing; only what is written binds it.
        if holds_functions(type) and not (isinstance(type, Fn) and type.needs is None):
            self._store(value, type, where, written)

    def on_assign(self, node: ast.Assign) -> None:
        """What is put into a variable is remembered, what is put into a part of one is kept."""
        target = node.target
        if isinstance(target, ast.Name):
            local = self.facts.names.get(target)
            if isinstance(local, Local):
                self.frame.vars.setdefault(local, []).append(node.value)
                if isinstance(prune(local.type), Fn) and prune(local.type).needs is None:  # type: ignore[attr-defined]  # a Fn
                    return
        type = self.facts.types.get(target)
        if type is not None and holds_functions(type):
            self._store(node.value, type, f"`{target.at.text}`", None)

    def on_match(self, node: ast.Match) -> None:
        """A match covers every case."""
        check_match(node, self.facts, self.program.report)

    def on_for(self, node: ast.For | ast.ForClause) -> None:
        """The pattern of a loop fits every element."""
        check_fits(node.pattern, self.facts, self.program.report, "for")

    # ------------------------------------------------------------------------------------------------ functions and blocks

    def on_lambda(self, node: ast.Lambda) -> None:
        """A lambda is a unit of its own."""
        unit = Unit(self.frame, node)
        self.frame.lambdas[node] = unit
        self.program.lambdas[node] = unit
        params: set[Local] = set()
        stated = self.stated.get(node, frozenset())
        for index, param in enumerate(node.params):
            if param.type is not None:
                self.program.check_type(param.type, self.frame)
            if isinstance(param.pattern, ast.NamePattern):
                local = self.facts.bindings.get(param.pattern.name)
                if local is not None and index not in stated:
                    params.add(local)
            else:
                check_fits(param.pattern, self.facts, self.program.report, "parameter")
        unit.params = frozenset(params)
        self.frame.lambda_params |= params
        self.jobs.append((unit, (), (node.body,)))
        type = prune(self.facts.types.get(node) or _UNKNOWN)
        if isinstance(type, Fn) and holds_functions(type.result):
            self.keep_results(node.body, type.result, "the result of this function")

    def on_only(self, node: ast.Only) -> None:
        """An ``only`` block is a guard around what stands in it."""
        needs = self.program.resolve_only(node, self.frame)
        self.jobs.append((self.unit, (Guard(needs, None), *self.guards), (node.body,)))

    def keep_results(self, body: ast.Expr, type: Type, where: str) -> None:
        """Note what a function gives back: the value of its body and of each ``return`` in it."""
        self._store(body, type, where, None)
        todo: list[ast.Node] = [body]
        while todo:
            node = todo.pop()
            if isinstance(node, ast.Return):
                if node.value is not None:
                    self._store(node.value, type, where, None)
                continue
            if isinstance(node, ast.Lambda):
                continue
            todo.extend(parts_of(node))

    def on_container(self, node: ast.ListExpr | ast.TupleExpr | ast.MapExpr | ast.ListComp | ast.MapComp) -> None:
        """A container keeps what is put into it."""
        if node.__class__ is ast.MapExpr:
            for key, value in reversed(node.entries):
                self.stack.append(value)
                self.stack.append(key)
        if node not in self.told:
            type = self.facts.types.get(node)
            if type is not None and holds_functions(type):
                self._store(node, type, "", None)

    def _store(self, value: ast.Expr, want: Type, where: str, declared: ast.Node | None) -> None:
        """Note a place that keeps functions; containers written there are part of it."""
        self.frame.stores.append(Store(value, prune(want), where, declared))
        todo: list[ast.Expr] = [value]
        while todo:
            for part in kept_parts(todo.pop(), self.facts.calls):
                if part not in self.told:
                    self.told.add(part)
                    todo.append(part)
        self.told.add(value)


def kept_parts(e: ast.Expr, calls: dict[ast.Call, Any]) -> list[ast.Expr]:
    """Return the expressions whose values an expression gives or puts into what it gives."""
    found: list[ast.Expr | None] = []
    if isinstance(e, ast.Paren):
        found = [e.inner]
    elif isinstance(e, ast.ListExpr | ast.TupleExpr):
        found = list(e.items)
    elif isinstance(e, ast.MapExpr):
        found = [x for entry in e.entries for x in entry]
    elif isinstance(e, ast.ListComp):
        found = [e.element]
    elif isinstance(e, ast.MapComp):
        found = [e.key, e.value]
    elif isinstance(e, ast.If):
        found = [e.then, e.otherwise]
    elif isinstance(e, ast.Match):
        found = [arm.body for arm in e.arms]
    elif isinstance(e, ast.Block):
        last = e.statements[-1] if e.statements else None
        found = [last.value] if isinstance(last, ast.ExprStatement) else []
    elif isinstance(e, ast.Only | ast.Region):
        found = [e.body]
    elif isinstance(e, ast.Binary) and e.op == "??":
        found = [e.rhs]
    elif isinstance(e, ast.Call):
        call = calls.get(e)
        if call is not None and call.kind in ("record", "variant"):
            found = [arg for arg in call.args if not isinstance(arg, Marker)]
    return [x for x in found if x is not None]


def parts_of(node: ast.Node) -> list[ast.Node]:
    """Return the code that a node directly consists of."""
    if isinstance(node, ast.MapExpr):
        return [x for entry in node.entries for x in entry]
    if isinstance(node, ast.Lambda | ast.Only):
        return [node.body]
    out: list[ast.Node] = []
    for name in _CHILDREN.get(node.__class__, ()):
        part = getattr(node, name)
        if part.__class__ is tuple:
            out.extend([p for p in part if p.__class__ is not str])
        elif part is not None:
            out.append(part)
    return out


class _Unknown(Type):
    """The type of what has none in the facts."""

    __slots__ = ()


_UNKNOWN = _Unknown()


def holds_functions(type: Type) -> bool:
    """Tell whether a type is, or has as an argument or part, a function type."""
    type = prune(type)
    kind = type.__class__
    if kind is Fn:
        return True
    if kind is Con:
        args: tuple[Type, ...] = type.args  # type: ignore[attr-defined]  # narrowed by __class__
        return bool(args) and any(map(holds_functions, args))
    if kind is Tuple:
        return any(map(holds_functions, type.items))  # type: ignore[attr-defined]  # narrowed by __class__
    return False


def _is_std(target: RecordDef | VariantDef) -> bool:
    module = target.module if isinstance(target, RecordDef) else target.enum.module
    return module is None or module.std


_SPECIAL: dict[type, Callable[[Walk, Any], None]] = {
    ast.Call: Walk.on_call,
    ast.Let: Walk.on_let,
    ast.Var: Walk.on_var,
    ast.Assign: Walk.on_assign,
    ast.Match: Walk.on_match,
    ast.For: Walk.on_for,
    ast.ForClause: Walk.on_for,
    ast.Lambda: Walk.on_lambda,
    ast.Only: Walk.on_only,
    ast.ListExpr: Walk.on_container,
    ast.TupleExpr: Walk.on_container,
    ast.MapExpr: Walk.on_container,
    ast.ListComp: Walk.on_container,
    ast.MapComp: Walk.on_container,
}
