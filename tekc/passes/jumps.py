"""Makes the flow of control as simple as it is: blocks that only jump are skipped, blocks that follow each other become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.passes.fold import remove_unreachable
from tekrt.ir.build import successors
from tekrt.ir.flow import find

if TYPE_CHECKING:
    from tekrt.ir import Block, Function, Program, Value


def run(program: Program) -> None:
    """Simplify all functions."""
    for function in program.functions.values():
        simplify(function)


def simplify(function: Function) -> None:
    """Skip empty blocks, then join blocks."""
    if len(function.blocks) > 1:
        _skip(function)
        remove_unreachable(function)
        _join(function)


def _skip(function: Function) -> None:
    """Let branches go where the empty block between them and a block without parameters goes."""
    through: dict[Block, Block] = {}
    for block in function.blocks:
        end = block.ops[-1]
        if len(block.ops) == 1 and end.kind.name == "jump" and not end.args and not block.params and end.imm[0] is not block:
            through[block] = end.imm[0]
    handlers = {block.handler for block in function.blocks}

    def target(block: Block) -> Block:
        way = {block: None}
        while block in through and block not in handlers and not through[block].params:
            if through[block] in way:
                break  # an endless loop that does nothing
            block = through[block]
            way[block] = None
        for passed in way:
            if passed is not block:
                through[passed] = block
        return block

    for block in function.blocks:
        end = block.ops[-1]
        name = end.kind.name
        if name == "branch":
            end.imm = (target(end.imm[0]), target(end.imm[1]))
        elif name == "switch":
            end.imm = (tuple([target(x) for x in end.imm[0]]), target(end.imm[1]))
        elif name == "jump" and not end.args:
            end.imm = (target(end.imm[0]),)


def _join(function: Function) -> None:
    """Append a block to the one that alone jumps to it."""
    count: dict[Block, int] = {}
    for block in function.blocks:
        for after in successors(block):
            count[after] = count.get(after, 0) + 1
        if block.handler is not None:
            count[block.handler] = count.get(block.handler, 0) + 2  # a handler stays a block of its own
    replaced: dict[Value, Value] = {}
    gone: set[Block] = set()
    for block in function.blocks:
        if block in gone:
            continue
        while True:
            end = block.ops[-1]
            if end.kind.name != "jump":
                break
            after = end.imm[0]
            if count[after] != 1 or after is block or after.handler is not block.handler:
                break
            replaced.update(zip(after.params, end.args, strict=True))
            block.ops[-1:] = after.ops
            gone.add(after)
    if gone:
        function.blocks = [block for block in function.blocks if block not in gone]
    if replaced:
        for block in function.blocks:
            for op in block.ops:
                op.args = [find(replaced, arg) for arg in op.args]

