"""Ways out of a body: what has to happen when a block is left, whichever way that is.

The scopes around the current place are a stack: loops, regions (``seq``, ``par``), ``only`` blocks, and blocks with a ``defer``.
Leaving some of them runs their ends from the inside to the outside.  A deferred block exists once: every way through it
comes with a number, and a switch at its end goes on where that way was going (0: the failure goes on).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir.types import ERROR, INT

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from tekc.lower.body import Body
    from tekc.syntax import ast
    from tekrt.ir import Block, Value


class Loop:
    """A loop: where ``break`` and ``continue`` go."""

    def __init__(self, leave: Block, again: Block) -> None:
        self.leave = leave
        self.again = again


class Region:
    """``seq``, ``par``."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


class Only:
    """``only``: the permit from before it."""

    def __init__(self, mark: Value) -> None:
        self.mark = mark


class Deferred:
    """The rest of a block after a ``defer``.

    ``entry`` is the deferred block, whose parameter is the number of the way; ``ways`` are what comes after it, by what
    identifies them; ``outer`` is the handler around the block, ``error`` the slot of a failure on its way, ``mark`` the permit
    before the block where an ``only`` stands in it.
    """

    def __init__(self, node: ast.Defer, entry: Block, handler: Block, outer: Block | None, error: int, mark: Value | None) -> None:
        self.node = node
        self.mark = mark
        self.entry = entry
        self.handler = handler
        self.outer = outer
        self.error = error
        self.ways: dict[Hashable, tuple[int, Callable[[], None]]] = {}


Scope = Loop | Region | Only | Deferred


def leave(body: Body, depth: int, way: Hashable, then: Callable[[], None]) -> None:
    """Leave all scopes above ``depth``, then do ``then``, which ends the block.  ``way`` identifies where that goes."""
    for index in range(len(body.scopes) - 1, depth - 1, -1):
        scope = body.scopes[index]
        if isinstance(scope, Only):
            body.b.do("only.leave", scope.mark)
        elif isinstance(scope, Region):
            body.b.do("region.leave", imm=(scope.kind,))
        elif isinstance(scope, Deferred):
            through(body, scope, way, lambda: leave(body, depth, way, then))
            return
    then()


def through(body: Body, scope: Deferred, way: Hashable, then: Callable[[], None]) -> None:
    """Go through a deferred block, then do ``then`` (which is called later, with that scope gone)."""
    if body.dead:
        return
    known = scope.ways.get(way)
    if known is None:
        known = scope.ways[way] = (len(scope.ways) + 1, then)
    body.b.do("region.enter", imm=("defer",))
    body.jump(scope.entry, body.b.int(known[0]))


def leave_function(body: Body, value: Value) -> None:
    """Return ``value`` from the function, through all that is deferred."""
    if not any(isinstance(scope, Deferred) for scope in body.scopes):
        leave(body, 0, "return", lambda: body.end("return", value))
        return
    if body.return_slot < 0:
        body.return_slot = body.b.slot(body.b.function.result)
    slot = body.return_slot
    body.b.do("slot.set", value, imm=(slot,))

    def then() -> None:
        body.end("return", body.b.op("slot.take", imm=(slot,), type=body.b.function.result))

    leave(body, 0, "return", then)


def leave_loop(body: Body, again: bool) -> None:
    """``break`` or ``continue``."""
    for index in range(len(body.scopes) - 1, -1, -1):
        scope = body.scopes[index]
        if isinstance(scope, Loop):
            _jump_out(body, index + 1, scope.again if again else scope.leave)
            return
    raise AssertionError("the checker lets break and continue stand only in loops")


def _jump_out(body: Body, depth: int, target: Block) -> None:
    leave(body, depth, target, lambda: body.jump(target))


def open_deferred(body: Body, node: ast.Defer) -> Deferred:
    """Begin the rest of a block after a ``defer``: its failures go through the deferred block."""
    outer = body.b.handler
    entry = body.merge(INT)
    handler = body.catching()
    mark = body.b.op("only.mark") if node in body.places.narrowed else None
    scope = Deferred(node, entry, handler, outer, body.b.slot(ERROR), mark)
    body.guard(handler)
    body.scopes.append(scope)
    return scope


def close_deferred(body: Body, scope: Deferred) -> None:
    """End a block with a ``defer``: all ways run the deferred block; goes on where the block's end leads."""
    after = body.merge()
    body.scopes.pop()
    through(body, scope, after, lambda: body.jump(after))
    body.b.handler = scope.outer
    _begin_handler(body, scope)
    body.start(scope.entry)
    way = scope.entry.params[0]
    second = body.catching()
    body.guard(second)
    body.effect(scope.node.body)
    body.guard(scope.outer)
    body.b.do("region.leave", imm=("defer",))
    targets, default = body.switch(way, 1 + len(scope.ways))
    body.start(targets[0])
    body.end("fail.again", body.b.op("slot.take", imm=(scope.error,), type=ERROR))
    for (_, then), target in zip(list(scope.ways.values()), targets[1:], strict=True):
        body.start(target)
        then()
    body.start(default)
    body.end("unreachable")
    _failing_defer(body, scope, second, way)
    body.start(after)


def _begin_handler(body: Body, scope: Deferred) -> None:
    """A failure in the block is kept in a slot while the deferred block runs."""
    body.start(scope.handler)
    body.b.do("region.enter", imm=("defer",))
    if scope.mark is not None:
        body.b.do("only.leave", scope.mark)
    body.b.do("slot.set", scope.handler.params[0], imm=(scope.error,))
    body.jump(scope.entry, body.b.int(0))


def _failing_defer(body: Body, scope: Deferred, handler: Block, way: Value) -> None:
    """The deferred block failed itself: a failure that is on its way already stays the one that is reported."""
    body.start(handler)
    body.b.do("region.enter", imm=("defer",))
    body.b.do("region.leave", imm=("defer",))
    body.b.do("region.leave", imm=("defer",))
    first, other = body.branch(body.b.op("int.eq", way, body.b.int(0)))
    body.start(first)
    earlier = body.b.op("slot.take", imm=(scope.error,), type=ERROR)
    body.end("fail.again", body.b.op("defer.note", earlier, handler.params[0]))
    body.start(other)
    body.end("fail.again", handler.params[0])
