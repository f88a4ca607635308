"""The state while one function is lowered: the builder, where variables live, what is around the current place.

The rooms' other modules are functions over a :class:`Body`; they register themselves in ``EXPRESSIONS``, ``SPINES`` and
``STATEMENTS`` by the node that they lower.  Code after a ``return`` or ``fail`` is lowered like any other, into blocks that
nothing reaches; ``finish`` takes them out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tekc.lower.scan import Places, scan
from tekc.lower.ssa import Variables
from tekc.lower.types import parameters_in
from tekc.syntax import ast
from tekrt.ir.build import Builder, successors
from tekrt.ir.rules import substitute
from tekrt.ir.types import ERROR, NEVER, TYPE, UNIT

if TYPE_CHECKING:
    from tekc.check.defs import Local
    from tekc.check.types import Type
    from tekc.lower.exits import Scope
    from tekc.lower.program import Lowering
    from tekrt.ir import Block, Function, Value
    from tekrt.ir.types import IrType

    Finish = Callable[["Body", Any, Value], Value]


class Fixed:
    """A variable that never changes: its value."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value


class Ssa:
    """A ``var`` in SSA form."""

    __slots__ = ("type",)

    def __init__(self, type: IrType) -> None:
        self.type = type


class Slot:
    """A ``var`` in a slot of the frame."""

    __slots__ = ("index", "type")

    def __init__(self, index: int, type: IrType) -> None:
        self.index = index
        self.type = type


class Cell:
    """A ``var`` in a cell."""

    __slots__ = ("type", "value")

    def __init__(self, value: Value, type: IrType) -> None:
        self.value = value
        self.type = type


class Place:
    """``var self``: a place in somebody else's variable."""

    __slots__ = ("container", "key", "type")

    def __init__(self, container: Value, key: Value, type: IrType) -> None:
        self.container = container
        self.key = key
        self.type = type


class Counter:
    """A variable that lowering itself needs, such as the position in a loop."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Body:
    """One function under construction."""

    def __init__(self, program: Lowering, name: str, shown: str, at: Any, result: IrType) -> None:
        self.program = program
        self.facts = program.facts
        self.file = at.file
        line, _ = at.file.line_column(at.start)
        self.b = Builder(name, result, shown, at.file.path, line)
        self.vars = Variables(self.b)
        self.where: dict[Local, Fixed | Ssa | Slot | Cell | Place] = {}
        self.types: dict[str, Value] = {}  # hidden type parameters by name
        self.fixed: dict[str, IrType] = {}  # type parameters that are known in this instance of the function
        self.outer: Body | None = None  # of a lambda: the body that it stands in
        self.captured_types: list[tuple[str, Value]] = []
        self.places = Places()
        self.scopes: list[Scope] = []
        self.dead = False
        self.return_slot = -1
        self.lambdas = 0

    # ------------------------------------------------------------------------------------------------------- places

    def at(self, node: ast.Node) -> None:
        """Let the ops that follow stand for ``node``."""
        span = node.at
        if isinstance(node, ast.Call):
            if isinstance(node.callee, ast.Field):
                span = node.callee.name.at
        elif isinstance(node, ast.Binary | ast.Assign):
            span = node.op_at
        self.b.line, self.b.column = span.file.line_column(span.start)

    def type_of(self, node: ast.Node) -> IrType:
        """Return the type that the checker found for an expression or pattern."""
        t = self.program.types(self.facts.types[node])
        return substitute(t, self.fixed, "Param") if self.fixed else t

    def ir(self, t: Type) -> IrType:
        """Return the IR's type for a checker's type."""
        found = self.program.types(t)
        return substitute(found, self.fixed, "Param") if self.fixed else found

    # ------------------------------------------------------------------------------------------------------- control

    def new(self, *params: IrType) -> Block:
        """Make a block that one way leads to."""
        return self.b.new_block(*params)

    def merge(self, *params: IrType) -> Block:
        """Make a block that several jumps may lead to, all of them before it is started."""
        block = self.b.new_block(*params)
        self.vars.merge(block, self.b.block)
        return block

    def head(self) -> Block:
        """Make a block that jumps may lead to even when it was started: the head of a loop."""
        block = self.b.new_block()
        self.vars.merge(block)
        return block

    def start(self, block: Block) -> None:
        """Go on in ``block``; where no way leads to it, what follows is dead code."""
        blocks = self.b.function.blocks
        if self.dead and not self.b.block.ops and self.b.block is blocks[-1]:
            blocks.pop()
        self.b.place(block)
        self.vars.complete(block)
        self.dead = not self.vars.reached(block)

    def jump(self, target: Block, *args: Value) -> None:
        """Go to a block that was made by :meth:`merge` or :meth:`new`; nothing where this is dead code."""
        if not self.dead:
            self.vars.edge(self.b.block, target)
            self.b.jump(target, *args)
            self.stop()

    def branch(self, condition: Value) -> tuple[Block, Block]:
        """End the block with a branch to two new ones."""
        then, otherwise = self.new(), self.new()
        if not self.dead:
            self.vars.edge(self.b.block, then)
            self.vars.edge(self.b.block, otherwise)
            self.b.branch(condition, then, otherwise)
            self.stop()
        return then, otherwise

    def switch(self, index: Value, count: int) -> tuple[list[Block], Block]:
        """End the block with a switch to ``count`` new ones and a default."""
        targets, default = [self.new() for _ in range(count)], self.new()
        if not self.dead:
            for target in (*targets, default):
                self.vars.edge(self.b.block, target)
            self.b.switch(index, tuple(targets), default)
            self.stop()
        return targets, default

    def end(self, name: str, *args: Value, imm: tuple[Any, ...] = ()) -> None:
        """End the block with a terminator that leaves the function."""
        self.b.do(name, *args, imm=imm)
        self.stop()

    def stop(self) -> None:
        """Begin dead code."""
        self.b.place(self.b.new_block())
        self.dead = True

    def catching(self) -> Block:
        """Make a handler for the blocks that follow here; in it, variables have the values that they have now."""
        handler = self.new(ERROR)
        if not self.dead:
            self.vars.edge(self.b.block, handler)
        return handler

    def guard(self, handler: Block | None) -> None:
        """Go on in a new block whose failures go to ``handler``."""
        self.b.handler = handler
        block = self.new()
        self.jump(block)
        self.start(block)

    # ------------------------------------------------------------------------------------------------------- values

    def expr(self, node: ast.Expr) -> Value:
        """Lower an expression and return its value.  Chains of calls, fields and operators are walked, not recursed."""
        waiting: list[tuple[Finish, ast.Expr]] = []
        at = node
        while True:
            split = SPINES.get(at.__class__)
            step = split(self, at) if split is not None else None
            if step is None:
                break
            waiting.append((step[1], at))
            at = step[0]
        lower = EXPRESSIONS[at.__class__]
        self.at(at)
        value: Value = lower(self, at)
        while waiting:
            finish, at = waiting.pop()
            self.at(at)
            value = finish(self, at, value)
        return value

    def effect(self, node: ast.Expr) -> None:
        """Lower an expression whose value nobody wants."""
        lower = EFFECTS.get(node.__class__)
        if lower is None:
            self.expr(node)
        else:
            self.at(node)
            lower(self, node)

    def expr_as(self, node: ast.Expr, want: IrType) -> Value:
        """Lower an expression into a place of type ``want``; what stands where ``Unit`` is wanted is dropped."""
        if want == UNIT:
            self.effect(node)
            return self.b.unit()
        value = self.expr(node)
        return self.nothing(want) if value.type == NEVER else value

    def nothing(self, type: IrType) -> Value:
        """Return a value of any type in code that is never reached."""
        return self.b.const(None, type)

    def type_value(self, t: IrType) -> Value:
        """Return the value that stands for a type at run time."""
        names = parameters_in(t)
        if len(names) == 1 and t == ("Param", names[0]):
            return self.type_parameter(names[0])
        operands = [self.type_parameter(name) for name in names]
        return self.b.op("type.const", *operands, imm=(t, names), type=TYPE)

    def type_parameter(self, name: str) -> Value:
        """Return the hidden parameter of a type parameter; a lambda captures it from the body around it."""
        value = self.types.get(name)
        if value is None:
            if self.outer is None:
                return self.b.op("type.const", imm=(UNIT, ()), type=TYPE)  # a parameter that no value at run time depends on
            value = self.types[name] = self.b.value(TYPE, name)
            self.captured_types.append((name, value))
        return value

    # ------------------------------------------------------------------------------------------------------- variables

    def find_places(self, *bodies: ast.Node) -> None:
        """Find out where the variables of the bodies have to live."""
        for body in bodies:
            found = scan(body, self.facts, lambda call: self.program.import_bound(call) is not None)
            self.places.cells |= found.cells
            self.places.slots |= found.slots
            self.places.assigned |= found.assigned
            self.places.narrowed |= found.narrowed

    def declare(self, local: Local, value: Value) -> None:
        """Begin the life of a variable."""
        if not local.var or local not in self.places.assigned:
            self.where[local] = Fixed(value)
            return
        type = self.ir(local.type)
        if local in self.places.cells:
            cell = self.b.op("cell.new", value, type=("Cell", type), hint=local.name)
            self.where[local] = Cell(cell, type)
        elif local in self.places.slots:
            slot = Slot(self.b.slot(type), type)
            self.where[local] = slot
            self.b.do("slot.set", value, imm=(slot.index,))
        else:
            self.where[local] = Ssa(type)
            self.vars.write(local, self.b.block, value)

    def read(self, local: Local) -> Value:
        """Return the value of a variable now."""
        where = self.where[local]
        if isinstance(where, Fixed):
            return where.value
        if isinstance(where, Ssa):
            return self.vars.read(local, self.b.block, where.type)
        if isinstance(where, Slot):
            return self.b.op("slot.get", imm=(where.index,), type=where.type, hint=local.name)
        if isinstance(where, Cell):
            return self.b.op("cell.get", where.value, type=where.type, hint=local.name)
        return self.b.op("place.get", where.container, where.key, type=where.type, hint=local.name)

    def write(self, local: Local, value: Value) -> None:
        """Give a variable a new value."""
        where = self.where[local]
        if isinstance(where, Ssa):
            self.vars.write(local, self.b.block, value)
        elif isinstance(where, Slot):
            self.b.do("slot.set", value, imm=(where.index,))
        elif isinstance(where, Cell):
            self.b.do("cell.set", where.value, value)
        elif isinstance(where, Place):
            self.b.do("place.set", where.container, where.key, value)
        else:
            assert not isinstance(where, Fixed), f"{local.name} is assigned but was found to be fixed"

    # ------------------------------------------------------------------------------------------------------- end

    def finish(self) -> Function:
        """Complete the function: dead blocks go, block parameters get their values."""
        function = self.b.function
        entry = function.blocks[0]
        seen = {entry}
        work = [entry]
        while work:
            block = work.pop()
            if not block.ops or not block.ops[-1].kind.terminator:
                self.b.block = block
                self.b.do("unreachable")
            for target in successors(block) if block.handler is None else (*successors(block), block.handler):
                if target not in seen:
                    seen.add(target)
                    work.append(target)
        function.blocks = [block for block in function.blocks if block in seen]
        self.vars.finish()
        return function


EXPRESSIONS: dict[type, Callable[[Body, Any], Any]] = {}
"""How an expression is lowered, by its class."""

EFFECTS: dict[type, Callable[[Body, Any], None]] = {}
"""How an expression is lowered whose value nobody wants, where that differs."""

SPINES: dict[type, Callable[[Body, Any], tuple[ast.Expr, Finish] | None]] = {}
"""Expressions whose first operand is lowered before them without recursion: the operand, and what goes on with its value.

None where this one has no such operand; then ``EXPRESSIONS`` applies."""

STATEMENTS: dict[type, Callable[[Body, Any], None]] = {}
"""How a statement is lowered, by its class."""


def expression(*classes: type) -> Callable[[Callable[[Body, Any], Value]], Callable[[Body, Any], Value]]:
    """Register a function for expressions of these classes."""

    def register(function: Callable[[Body, Any], Value]) -> Callable[[Body, Any], Value]:
        for cls in classes:
            EXPRESSIONS[cls] = function
        return function

    return register


def dropped(*classes: type) -> Callable[[Callable[[Body, Any], None]], Callable[[Body, Any], None]]:
    """Register a function for expressions of these classes whose value nobody wants."""

    def register(function: Callable[[Body, Any], None]) -> Callable[[Body, Any], None]:
        for cls in classes:
            EFFECTS[cls] = function
        return function

    return register


def spine(*classes: type) -> Callable[[Any], Any]:
    """Register a function that splits expressions of these classes."""

    def register(function: Any) -> Any:
        for cls in classes:
            SPINES[cls] = function
        return function

    return register


def statement(*classes: type) -> Callable[[Callable[[Body, Any], None]], Callable[[Body, Any], None]]:
    """Register a function for statements of these classes."""

    def register(function: Callable[[Body, Any], None]) -> Callable[[Body, Any], None]:
        for cls in classes:
            STATEMENTS[cls] = function
        return function

    return register
