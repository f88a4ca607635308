"""One IR function to one Python function, with the tables that tell failures and entries of it."""

from __future__ import annotations

from tekrt.interp import emit_call, emit_data, emit_scalar
from tekrt.interp.flow import LEAVING, Graph, build
from tekrt.interp.gen import Gen, Names
from tekrt.interp.locals import Plan
from tekrt.interp.owning import Owning
from tekrt.interp.shape import Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from tekrt.ir import Function, Op, Program, Value

FILE = "<tek>"
"""The file name of generated code, by which its frames are known in Python's tracebacks."""

WRITERS = (emit_scalar, emit_data, emit_call)
"""The modules that register how ops are written."""

_GETS = frozenset(
    ["list.get", "list.at", "map.get", "tuple.get", "record.get", "enum.get", "cell.get", "place.get", "slot.get"]
)
"""Ops that are an expression, whose result is one more holder."""


class Translated:
    """Generated code of one function.

    ``meta`` is plain data: (shown name, file, line, source line by Python line, what may fail by Python line, handler's label by
    Python line, (line, label for a failure or -1) by label of resumption, height of a function that is called directly or None).  ``needs`` are the global names to be there when it runs.
    """

    __slots__ = ("code", "meta", "needs", "source")

    def __init__(self, code: CodeType, meta: tuple[Any, ...], needs: tuple[str, ...], source: str) -> None:
        self.code = code
        self.meta = meta
        self.needs = needs
        self.source = source


MOST_HEIGHT = 3
"""Functions that call directly called ones are called directly, too, up to so many levels."""

_BY_FRAME = frozenset(
    ["call.closure", "call.task", "only.enter", "only.leave", "only.mark", "region.enter", "region.leave"]
)
"""Ops for which a function needs a frame of its own."""


def direct_heights(program: Program, pausing: frozenset[str]) -> dict[str, int]:
    """Return the functions that are called as Python calls, with how many levels of such calls are in them at most.

    They never leave: they call nothing that does, have no handlers and no context of their own.  So no frame is needed to come
    back to, and neither depth nor steps nor traces are lost: the caller counts, and Python's traceback knows the place.
    """
    calls = {
        name: found
        for name, function in program.functions.items()
        if (found := _direct_calls(function, pausing)) is not None
    }
    heights: dict[str, int] = {}
    for level in range(MOST_HEIGHT + 1):
        ready = [
            name for name, called in calls.items() if name not in heights and all(other in heights for other in called)
        ]
        heights.update((name, level) for name in ready)
    return heights


def _direct_calls(function: Function, pausing: frozenset[str]) -> set[str] | None:
    """Return the functions that a function calls, or None where it needs a frame."""
    if function.slots or function.pauses:
        return None
    called: set[str] = set()
    for block in function.blocks:
        if block.handler is not None:
            return None
        for op in block.ops:
            name = op.kind.name
            if name in _BY_FRAME or (name == "call.host" and leaves_by_host(op, pausing)):
                return None
            if name == "call":
                called.add(op.imm[0])
    return called


def leaves_by_host(op: Op, pausing: frozenset[str]) -> bool:
    """Tell whether control is elsewhere after a call of a host function.

    A decoder may leave defaults to be computed, and what it is handed is a type.
    """
    return op.imm[0] in pausing or bool(op.args and op.args[0].type == ("Type",))


class Translator:
    """Translates the functions of one program; names of global things are shared between them."""

    def __init__(self, program: Program, pausing: frozenset[str] = frozenset()) -> None:
        self.program = program
        self.names = Names()
        self.owning = Owning(program)
        self.pausing = pausing
        self.heights = direct_heights(program, pausing)

    def translate(self, function: Function) -> Translated:
        """Translate one function."""
        name = self.name(function.name)
        graph = build(function, self._leaves)
        graph.entries[0].params = [*function.params, *graph.entries[0].params]
        plan = Plan(graph, self._counted(function))
        gen = Gen(self.program, function, self.names, self.owning, plan, self.pausing, self.heights)
        shape = Shape(gen, graph)
        gen.counts_rounds = shape.has_rounds()
        shape.write()
        lines = _render(name, gen, shape)
        source = "\n".join(text for _, text in lines) + "\n"
        module = compile(source, FILE, "exec", dont_inherit=True)
        code = next(const for const in module.co_consts if hasattr(const, "co_name") and const.co_name == name)
        return Translated(code, _meta(function, gen, graph, [row for row, _ in lines]), tuple(gen.used), source)

    def name(self, function: str) -> str:
        """Return the global name of a function's code."""
        return self.names.of("direct" if function in self.heights else "function", function)

    def _leaves(self, op: Op) -> bool:
        name = op.kind.name
        if name == "call":
            return op.imm[0] not in self.heights
        return leaves_by_host(op, self.pausing) if name == "call.host" else name in LEAVING

    def _counted(self, function: Function) -> set[Value]:
        counts = self.owning.counts
        found: set[Value] = set()
        for block in function.blocks:
            for op in block.ops:
                if op.kind.name in _GETS and op.result is not None and counts(op.result.type):
                    found.add(op.result)
        return found


def _render(name: str, gen: Gen, shape: Shape) -> list[tuple[int, str]]:
    """Return the lines of the function as (row or -1, text)."""
    params = ["F"]
    if gen.height is not None:
        params.extend(["d"] if gen.height else [])
        params.extend(gen.local(param) for param in gen.function.params)
    lines: list[tuple[int, str]] = [(-1, f"def {name}({', '.join(params)}):")]
    if len(shape.dom.roots) > 1 or shape.dispatch:
        lines.append((-1, "    p = F[1]" if gen.height is None else "    p = 0"))
    if gen.uses_context:
        lines.append((-1, "    C = F[5]"))
    base = 0
    if shape.dispatch:
        lines.append((-1, "    while True:"))
        base = 1
    if shape.graph.handlers:
        lines.append((-1, "        try:"))
        base = 2
    opened = -1  # the indent of a line that opened a block and has nothing in it yet
    for at, (indent, text) in enumerate(gen.rows):
        if not text:
            continue
        if indent <= opened:
            lines.append((-1, "    " * (opened + base + 1) + "pass"))
        lines.append((at, "    " * (indent + base) + text))
        opened = indent if text.endswith(":") else -1
    if opened >= 0:
        lines.append((-1, "    " * (opened + base + 1) + "pass"))
    if shape.graph.handlers:
        lines.append((-1, "        except BaseException as e:"))
        lines.append((-1, "            p, E = caught(e, F)"))
    return lines


def _meta(function: Function, gen: Gen, graph: Graph, rows: list[int]) -> tuple[Any, ...]:
    places: dict[int, int] = {}
    traps: dict[int, tuple[str, ...]] = {}
    handlers: dict[int, int] = {}
    for at, row in enumerate(rows):
        number = at + 1
        if row in gen.places:
            places[number] = gen.places[row]
        if row in gen.traps:
            traps[number] = gen.traps[row]
        node = gen.row_nodes.get(row)
        if node is not None and node.handler is not None:
            handlers[number] = node.handler.pc
    resumes: dict[int, tuple[int, int]] = {}
    for node in graph.nodes:
        if node.resume is not None and node.pc >= 0:
            resumes[node.resume.pc] = (node.ops[-1].line, node.failed.pc if node.failed is not None else -1)
    return (function.shown, function.file, function.line, places, traps, handlers, resumes, gen.height)
