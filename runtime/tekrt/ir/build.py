"""The builder: makes a function block by block and op by op, with ids, source places and handlers filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir import Block, Function, Op, Value
from tekrt.ir.ops import OPS
from tekrt.ir.rules import SIGNATURES, result_type
from tekrt.ir.types import BOOL, FLOAT, INT, STR, UNIT

if TYPE_CHECKING:
    from typing import Any

    from tekrt.ir.types import IrType


class Builder:
    """Appends to ``function``.  ``block`` is where ops go; ``handler`` is given to new blocks; ``line`` to new ops."""

    def __init__(self, name: str, result: IrType, shown: str = "", file: str = "", line: int = 0) -> None:
        self.function = Function(name, shown or name, file, line, [], "", result)
        self.handler: Block | None = None
        self.line = line
        self.column = 0
        self._values = 0
        self._blocks = 0
        self.block = self.new_block()
        self.place(self.block)

    def param(self, type: IrType, mode: str = "b", hint: str = "") -> Value:
        """Add a parameter to the function; ``mode`` is ``b`` or ``o``."""
        value = self.value(type, hint)
        self.function.params.append(value)
        self.function.modes += mode
        return value

    def value(self, type: IrType, hint: str = "") -> Value:
        """Make a value that nothing defines yet."""
        self._values += 1
        return Value(self._values - 1, type, hint)

    def new_block(self, *params: IrType) -> Block:
        """Make a block with parameters of these types; it is not in the function before it is placed."""
        block = Block(self._blocks, [self.value(t) for t in params], self.handler)
        self._blocks += 1
        return block

    def place(self, block: Block) -> Block:
        """Add a block to the function and go on in it."""
        self.function.blocks.append(block)
        self.block = block
        return block

    def slot(self, type: IrType) -> int:
        """Add a slot to the frame and return its number."""
        self.function.slots.append(type)
        return len(self.function.slots) - 1

    def op(self, name: str, *args: Value, imm: tuple[Any, ...] = (), type: IrType | None = None, hint: str = "") -> Value:
        """Append an op with a result; its type follows from the op's signature where ``type`` is left out."""
        kind = OPS[name]
        if type is None:
            result = SIGNATURES[name][2]
            type = result if result is not None and len(result) == 1 else result_type(name, [a.type for a in args])
        self._values += 1
        value = Value(self._values - 1, type, hint)
        self.block.ops.append(Op(kind, list(args), imm, value, self.line, self.column))
        return value

    def do(self, name: str, *args: Value, imm: tuple[Any, ...] = ()) -> None:
        """Append an op without a result."""
        self.block.ops.append(Op(OPS[name], list(args), imm, None, self.line, self.column))

    def const(self, value: Any, type: IrType) -> Value:
        """Append a constant."""
        return self.op("const", imm=(value,), type=type)

    def int(self, value: int) -> Value:
        """Append an ``Int`` constant."""
        return self.const(value, INT)

    def float(self, value: float) -> Value:
        """Append a ``Float`` constant."""
        return self.const(value, FLOAT)

    def str(self, value: str) -> Value:
        """Append a ``Str`` constant."""
        return self.const(value, STR)

    def bool(self, value: bool) -> Value:
        """Append a ``Bool`` constant."""
        return self.const(value, BOOL)

    def unit(self) -> Value:
        """Append the unit value."""
        return self.const(None, UNIT)

    def jump(self, target: Block, *args: Value) -> None:
        """End the block with a jump."""
        self.do("jump", *args, imm=(target,))

    def branch(self, condition: Value, then: Block, otherwise: Block) -> None:
        """End the block with a branch; neither target may have parameters."""
        self.do("branch", condition, imm=(then, otherwise))

    def switch(self, index: Value, targets: tuple[Block, ...], default: Block) -> None:
        """End the block with a switch by an ``Int`` from 0; no target may have parameters."""
        self.do("switch", index, imm=(targets, default))

    def ret(self, value: Value) -> None:
        """End the block by leaving the function with a value."""
        self.do("return", value)


def successors(block: Block) -> tuple[Block, ...]:
    """Return where the terminator of a block can go (not the handler)."""
    op = block.ops[-1]
    name = op.kind.name
    if name == "switch":
        return (*op.imm[0], op.imm[1])
    if name in ("jump", "branch"):
        return op.imm
    return ()
