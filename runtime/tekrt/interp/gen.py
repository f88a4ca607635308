"""The writer of one function's Python code: lines with what they stand for, names of values and of global things.

``expr`` and ``stmt`` register how each op is written: as an expression (then its result may be folded into another line),
or as lines of its own.
"""

from __future__ import annotations

from tekrt.interp.owning import ANY, CELL, NOTHING, OBJECT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tekrt.interp.flow import Node
    from tekrt.interp.locals import Plan
    from tekrt.interp.owning import Owning
    from tekrt.ir import Function, Op, Program, Value
    from tekrt.ir.types import IrType

    Expression = Callable[["Gen", Op], str]
    Statement = Callable[["Gen", Op], None]

EXPRESSIONS: dict[str, Expression] = {}
STATEMENTS: dict[str, Statement] = {}


def expr(*names: str) -> Callable[[Expression], Expression]:
    """Register a writer that gives an op as one Python expression."""

    def register(write: Expression) -> Expression:
        for name in names:
            EXPRESSIONS[name] = write
        return write

    return register


def stmt(*names: str) -> Callable[[Statement], Statement]:
    """Register a writer that gives an op as lines."""

    def register(write: Statement) -> Statement:
        for name in names:
            STATEMENTS[name] = write
        return write

    return register


class Names:
    """Global names of one program: functions, host functions, types, variants and constants, numbered in order of use.

    ``items`` says what each name stands for, as plain data: ``("function", name)``, ``("direct", name)``, ``("host", name)``, ``("record", name)``,
    ``("variant", enum, index)``, ``("value", enum, index)``, ``("type", type)``, ``("const", name)``, ``("plain", data)``.
    """

    def __init__(self) -> None:
        self.items: dict[str, tuple[Any, ...]] = {}
        self._names: dict[tuple[Any, ...], str] = {}

    def of(self, *item: Any) -> str:
        """Return the name of a thing."""
        name = self._names.get(item)
        if name is None:
            name = self._names[item] = f"{_LETTERS[item[0]]}{len(self.items)}"
            self.items[name] = item
        return name


_LETTERS = {
    "function": "f", "direct": "d", "host": "h", "record": "R", "variant": "V", "value": "N", "type": "T", "const": "K", "plain": "Q",
}  # fmt: skip


class Gen:
    """Writes the lines of one function.  ``rows`` has (indent, text) in order; other tables are by index into it."""

    def __init__(self, program: Program, function: Function, names: Names, owning: Owning, plan: Plan,
                 pausing: frozenset[str] = frozenset(), heights: dict[str, int] | None = None) -> None:  # fmt: skip
        self.program = program
        self.function = function
        self.names = names
        self.owning = owning
        self.plan = plan
        self.pausing = pausing
        self.heights = heights if heights is not None else {}
        self.height = self.heights.get(function.name)  # None: a function over frames
        self.rows: list[tuple[int, str]] = []
        self.indent = 1
        self.places: dict[int, int] = {}  # row -> source line
        self.traps: dict[int, tuple[str, ...]] = {}  # row -> what may fail there and the expressions to tell it by
        self.row_nodes: dict[int, Node] = {}
        self.used: dict[str, None] = {}
        self.node: Node | None = None
        self.uses_context = False
        self.counts_rounds = False
        self._trap: tuple[str, ...] | None = None
        self._named: dict[Value, str] = {}
        self._scratch = 0

    # lines

    def line(self, text: str, op: Op | None = None, trap: tuple[str, ...] | None = None) -> int:
        """Write a line; ``op`` is what it stands for, ``trap`` what Python's exception in it means."""
        row = len(self.rows)
        self.rows.append((self.indent, text))
        if op is not None:
            if trap is None:
                trap = self.take_trap()  # of an operand that is written out in this line
            self.places[row] = op.line
            if self.node is not None:
                self.row_nodes[row] = self.node
        if trap is not None:
            self.traps[row] = trap
        return row

    def stand_for(self, row: int, op: Op, trap: tuple[str, ...] | None) -> None:
        """Note what a row that is there already stands for."""
        self.places[row] = op.line
        if self.node is not None:
            self.row_nodes[row] = self.node
        if trap is not None:
            self.traps[row] = trap

    def statement(self, op: Op) -> None:
        """Write one op, unless it is folded into a later line or nobody needs it."""
        value = op.result
        plan = self.plan
        if op in plan.dead or (value is not None and (value in plan.folded or value in plan.consts)):
            return
        name = op.kind.name
        write = STATEMENTS.get(name)
        self._trap = None
        if write is not None:
            write(self, op)
            return
        used = value is not None and plan.uses.get(value, 0)
        text = EXPRESSIONS[name](self, op)
        if value is None or not used:
            self.line(text, op, self._trap)
            return
        dest = self.local(value)
        if dest != text:
            self.line(f"{dest} = {text}", op, self._trap)
        if value in plan.counted:
            self.hold(dest, value.type, op)

    def trap(self, *what: str) -> None:
        """Note what a Python exception in the expression being written means: a word and Python expressions for its message."""
        self._trap = what

    def take_trap(self) -> tuple[str, ...] | None:
        """Return what was noted by :meth:`trap` since the line before, and forget it."""
        trap, self._trap = self._trap, None
        return trap

    # values

    def local(self, value: Value) -> str:
        """Return the local that holds a value."""
        return f"v{self.plan.leader(self.plan.real(value)).id}"

    def use(self, value: Value) -> str:
        """Return a value as an expression that is evaluated once."""
        value = self.plan.real(value)
        named = self._named.get(value)
        if named is not None:
            return named
        const = self.plan.consts.get(value)
        if const is not None:
            return self.literal(const.imm[0], value.type)
        if value in self.plan.folded:
            return EXPRESSIONS[self.plan.definer[value].kind.name](self, self.plan.definer[value])
        return self.local(value)

    def name(self, value: Value) -> str:
        """Return a value as an expression that may stand several times: a local or a literal."""
        value = self.plan.real(value)
        if value not in self.plan.folded or value in self._named:
            return self.use(value)
        op = self.plan.definer[value]
        outer, self._trap = self._trap, None
        text = EXPRESSIONS[op.kind.name](self, op)
        dest = f"v{value.id}"
        self.line(f"{dest} = {text}", op, self._trap)
        self._trap = outer
        self._named[value] = dest
        return dest

    def const_of(self, value: Value) -> Any:
        """Return what a constant operand is, or Ellipsis where the operand is none."""
        op = self.plan.consts.get(self.plan.real(value))
        return ... if op is None else op.imm[0]

    def scratch(self) -> str:
        """Return a fresh name for use within a line or two."""
        self._scratch += 1
        return f"t{self._scratch}"

    def literal(self, value: Any, t: IrType) -> str:
        """Return a constant of a scalar type as Python text."""
        head = t[0]
        if head in ("Duration", "Size", "Instant", "Path", "Regex"):
            return self.need("plain", (head, value))
        if type(value) is float:
            return _float(value)
        if type(value) is int and value < 0:
            return f"({value})"
        return repr(value)

    # global things

    def need(self, *item: Any) -> str:
        """Return the global name of something, noting that this function needs it."""
        name = self.names.of(*item)
        self.used[name] = None
        return name

    def context(self) -> str:
        """Return the context of effects as an expression."""
        self.uses_context = True
        return "C"

    # leaving and entering

    def saved(self, node: Node) -> list[str]:
        """Return the locals that are saved where control leaves at the end of a node, in order."""
        names = {f"v{self.plan.leader(value).id}": None for value in self.plan.live_out[node]}
        found = sorted(names, key=lambda name: int(name[1:]))
        found.extend(f"s{at}" for at in range(len(self.function.slots)))
        if self.counts_rounds:
            found.append("n")
        return found

    def unpack(self, names: list[str]) -> None:
        """Write that values come out of the frame."""
        if names:
            self.line(f"{', '.join(names)} = F[6]")

    def leave(self, node: Node, op: Op) -> None:
        """Write an op after which control is elsewhere: the frame is left so that it goes on at the node's ``resume``."""
        assert node.resume is not None
        name = op.kind.name
        args = [self.use(arg) for arg in op.args]
        trap = self.take_trap()
        saved = self.saved(node)
        self.line(f"F[1] = {node.resume.pc}", op)
        if saved:
            self.line(f"F[6] = {', '.join(saved)}", op)
        if name == "call.task":
            self.line(f"return call_task(F, {op.imm[0]!r}, {_tuple(args)})", op, trap)
        elif name == "call.host":
            host = op.imm[0]
            if host in self.pausing:
                self.line(f"return pause(F, {host!r}, {_tuple(args)})", op, trap)
            else:
                self.line(f"return decoded(F, {self.need('host', host)}({', '.join([self.context(), *args])}))", op, trap)
        else:
            self._call(op, args, trap)

    def counts(self, op: Op) -> bool:
        """Tell whether an op is, or may be, a call that leaves no frame."""
        return op.kind.name == "call.closure" or (op.kind.name == "call" and op.imm[0] in self.heights)

    def depth(self) -> str:
        """Return how many calls may still nest here, as an expression."""
        return "F[4]" if self.height is None else "d"

    def direct(self, op: Op) -> None:
        """Write a call of a function that is called as Python calls: it leaves no frame behind."""
        callee = self.need("direct", op.imm[0])
        args = ["F", *([f"{self.depth()} - 1"] if self.heights[op.imm[0]] else []), *(self.use(arg) for arg in op.args)]
        trap = self.take_trap()
        self.line("n += 1")
        self.line(f"if not {self.depth()}: too_deep()", op)
        text = f"{callee}({', '.join(args)})"
        if op.result is not None and self.plan.uses.get(op.result):
            text = f"{self.local(op.result)} = {text}"
        self.line(text, op, trap)

    def _call(self, op: Op, args: list[str], trap: tuple[str, ...] | None) -> None:
        if op.kind.name == "call":
            self.line("if not F[4]: too_deep()", op)
            code = self.need("function", op.imm[0])
            packed = "None" if not args else args[0] if len(args) == 1 else _tuple(args)
        else:
            closure, *rest = args
            code = f"{closure}.code"
            packed = f"(*{closure}.caps, {', '.join(rest)})"
            if not rest:
                packed = f"only_caps({closure}.caps)"
            elif len(rest) == 1:
                packed = f"(*{closure}.caps, {rest[0]}) if {closure}.caps else {rest[0]}"
        self.line(f"return [{code}, 0, F, None, F[4] - 1, F[5], {packed}]", op, trap)

    # counting

    def hold(self, text: str, t: IrType, op: Op | None = None) -> None:
        """Write one more holder of the value that a name stands for."""
        kind = self.owning.kind(t)
        if kind == OBJECT:
            self.line(f"{text}.rc += 1", op)
        elif kind == ANY:
            self.line(f"dup({text})", op)
        elif kind not in (NOTHING, CELL):
            self.line(f"{text}[0] += 1", op)

    def release(self, text: str, t: IrType, op: Op | None = None) -> None:
        """Write one holder less of the value that a name stands for."""
        kind = self.owning.kind(t)
        if kind == OBJECT and t[0] in ("List", "Set") and not self.owning.counts(t[1]):
            self.line(f"{text}.rc -= 1", op)
        elif kind == CELL:
            if self.owning.counts(t[1]):
                self.line(f"drop({text}[0])", op)
        elif kind != NOTHING:
            self.line(f"drop({text})", op)


def _tuple(items: list[str]) -> str:
    return f"({''.join(item + ', ' for item in items)})"


def _float(value: float) -> str:
    text = repr(value)
    if text in ("inf", "-inf", "nan"):
        return {"inf": "INF", "-inf": "(-INF)", "nan": "NAN"}[text]
    return f"({text})" if text[0] == "-" else text
