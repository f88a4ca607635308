"""The IR: typed, flat, in SSA form; the border between the compiler and the run time.

A :class:`Program` is functions, type descriptions, tasks and constants.  A :class:`Function` is blocks; a block has
parameters (instead of phi nodes), a list of ops and ends with exactly one terminator.  Every :class:`Value` is defined
once.  Variables that cross a failure edge live in *slots* of the frame (``slot.get``/``slot.set``), everything else is SSA.

Ownership is explicit: each operand of an op is either borrowed or moved.  The kind of op says which operands it *consumes*;
``passes.ownership`` inserts ``dup`` before a consuming use that is not the last one and ``drop`` after the last use of an
owned value that nothing consumed.  A count may be too high, never too low: then an update copies instead of writing in place.

Failure edges: ``Block.handler`` names the block that a failure inside of it goes to (its single parameter is the ``Error``
record), or None: the failure leaves the function.  A handler block may only use values that dominate every block which
names it, slots, and its parameter.

The classes here are plain and slotted, because a warm start loads them; the IR knows no surface syntax.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.ir.ops import OpKind
    from tekrt.ir.types import IrType


class Value:
    """The result of an op or a block parameter.  ``hint`` is the source name, for text and debugging only."""

    __slots__ = ("hint", "id", "type")

    def __init__(self, id: int, type: IrType, hint: str = "") -> None:
        self.id = id
        self.type = type
        self.hint = hint

    def __repr__(self) -> str:
        return f"%{self.id}"


class Op:
    """One operation.  ``imm`` are its immediates (plain data), ``line`` the source line that it stands for."""

    __slots__ = ("args", "column", "imm", "kind", "line", "result")

    def __init__(
        self, kind: OpKind, args: list[Value], imm: tuple[Any, ...] = (), result: Value | None = None, line: int = 0, column: int = 0
    ) -> None:
        self.kind = kind
        self.args = args
        self.imm = imm
        self.result = result
        self.line = line
        self.column = column


class Block:
    """A straight run of ops.  ``ops[-1]`` is the terminator.  ``handler`` is where a failure goes, or None."""

    __slots__ = ("handler", "id", "ops", "params")

    def __init__(self, id: int, params: list[Value] | None = None, handler: Block | None = None) -> None:
        self.id = id
        self.params = params if params is not None else []
        self.ops: list[Op] = []
        self.handler = handler


class Function:
    """A function, lambda, task body, default, undo block or test.

    ``name`` is unique in the program and what traces show is ``shown`` (``main.middle``, ``lambda in main.main``).
    ``modes`` has one letter a parameter: ``b`` borrowed, ``o`` owned.  A ``var self`` parameter is a pair of parameters
    (the container of type ``("Place",)`` and the key of type ``("Key",)``), both borrowed.  The function of a closure borrows
    its captures and owns its declared parameters; a default borrows its parameters, a task owns them.  Captures come first, then hidden type parameters
    (``("Type",)``), then the declared ones.  ``effects`` is a sorted tuple of capability kinds that it may perform
    (``("fs.read", "output", "task")``); ``()`` means pure.  ``pauses`` says that it may wait: it calls a task, a program,
    the network, a person or a host's effect.
    """

    __slots__ = ("blocks", "effects", "file", "line", "modes", "name", "params", "pauses", "result", "shown", "slots")

    def __init__(self, name: str, shown: str, file: str, line: int, params: list[Value], modes: str, result: IrType) -> None:
        self.name = name
        self.shown = shown
        self.file = file
        self.line = line
        self.params = params
        self.modes = modes
        self.result = result
        self.blocks: list[Block] = []
        self.slots: list[IrType] = []
        self.effects: tuple[str, ...] = ()
        self.pauses = False


class FieldInfo:
    """A field of a record or variant: ``name`` is "" where it has none; ``default`` names a function of all earlier fields."""

    __slots__ = ("default", "name", "outside", "type")

    def __init__(self, name: str, type: IrType, outside: str, default: str | None) -> None:
        self.name = name
        self.type = type
        self.outside = outside
        self.default = default


class RecordInfo:
    """A record type: its qualified name, type parameters and fields."""

    __slots__ = ("fields", "name", "type_params")

    def __init__(self, name: str, type_params: tuple[str, ...], fields: tuple[FieldInfo, ...]) -> None:
        self.name = name
        self.type_params = type_params
        self.fields = fields


class EnumInfo:
    """An enum type: its qualified name, type parameters and variants in order (name, fields)."""

    __slots__ = ("name", "type_params", "variants")

    def __init__(self, name: str, type_params: tuple[str, ...], variants: tuple[tuple[str, tuple[FieldInfo, ...]], ...]) -> None:
        self.name = name
        self.type_params = type_params
        self.variants = variants


class ScopeTemplate:
    """A capability with holes: ``parts`` are literal texts and holes ``(parameter, field or "", "Str" | "Path" | other type)``.

    ``fs.write("build/{src.stem}.o")`` is kind ``fs.write``, parts ``("build/", ("src", "stem", "Str"), ".o")``.
    ``parts`` is None for a kind without scope (``human``).
    """

    __slots__ = ("kind", "parts")

    def __init__(self, kind: str, parts: tuple[Any, ...] | None) -> None:
        self.kind = kind
        self.parts = parts


class TaskParam:
    """A parameter of a task as the command line and hosts see it; ``default`` names a function of all earlier parameters."""

    __slots__ = ("default", "default_text", "doc", "name", "type")

    def __init__(self, name: str, type: IrType, default: str | None, default_text: str, doc: str) -> None:
        self.name = name
        self.type = type
        self.default = default
        self.default_text = default_text
        self.doc = doc


class TaskInfo:
    """A task: what it is called, takes, needs and promises.

    ``needs`` are its own (declared, or inferred where none are declared), ``reach`` those of everything that it may call
    as well, scopes at their widest.  ``clauses`` is plain data by word: ``{"retry": (3, "backoff", ns, ns)}``,
    ``{"retry": (3, "every", ns)}``, ``{"timeout": ns}``, ``{"once": True}``; clauses whose operands are no literals name a
    function of the task's parameters instead of a number.  ``function`` is the body's name.
    """

    __slots__ = ("clauses", "doc", "file", "function", "line", "module", "name", "needs", "params", "reach", "result", "returns")

    def __init__(
        self, name: str, module: str, function: str, params: tuple[TaskParam, ...], result: IrType, returns: bool,
        needs: tuple[ScopeTemplate, ...], reach: tuple[tuple[str, ScopeTemplate], ...], clauses: dict[str, Any], doc: str, file: str, line: int,
    ) -> None:  # fmt: skip
        self.name = name
        self.module = module
        self.function = function
        self.params = params
        self.result = result
        self.returns = returns  # declared with ``->``: then the command line prints the result
        self.needs = needs
        self.reach = reach  # (module by which it is reached, capability)
        self.clauses = clauses
        self.doc = doc
        self.file = file
        self.line = line


class TestInfo:
    """A test: its name, its needs and the function that is its body."""

    __test__ = False
    __slots__ = ("file", "function", "line", "name", "needs")

    def __init__(self, name: str, function: str, needs: tuple[ScopeTemplate, ...], file: str, line: int) -> None:
        self.name = name
        self.function = function
        self.needs = needs
        self.file = file
        self.line = line


class Program:
    """All that can run: functions by name, types by qualified name, tasks and tests, constants.

    ``consts`` maps a constant's qualified name to the function that computes it; the driver evaluates each when compiling
    and keeps the value in ``const_values`` as plain data (``tekrt.values.plain``).  ``doc`` is the main module's documentation.
    """

    __slots__ = ("const_values", "consts", "doc", "enums", "functions", "main", "records", "tasks", "tests")

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.records: dict[str, RecordInfo] = {}
        self.enums: dict[str, EnumInfo] = {}
        self.tasks: dict[str, TaskInfo] = {}
        self.tests: list[TestInfo] = []
        self.consts: dict[str, str] = {}
        self.const_values: dict[str, Any] = {}
        self.main = ""
        self.doc = ""
