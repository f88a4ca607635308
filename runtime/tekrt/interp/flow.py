"""A function's blocks as a graph of nodes for the code generator.

A node is a straight run of ops.  A block is split after each op that *leaves* the function (a call, a task, a pause): what
follows is a node of its own, where the machine enters again.  Entries of the generated Python function are the first node,
those resumption nodes, and the nodes where failures arrive.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tekrt.ir import Block, Function, Op, Value

LEAVING = frozenset(["call", "call.closure", "call.task"])
"""Ops after which control is elsewhere; host functions that may pause join them."""


class Node:
    """A straight run of ops.  The last op is a terminator, or one that leaves and goes on at ``resume``.

    ``failed`` is where the machine enters when what was called there failed and a handler takes that.  ``result`` is the value
    that a resumption node finds in the frame.
    """

    __slots__ = ("failed", "handler", "index", "ops", "params", "pc", "preds", "result", "resume", "succs", "target")

    def __init__(self, index: int, params: list[Value], handler: Node | None = None) -> None:
        self.index = index
        self.params = params
        self.handler = handler
        self.ops: list[Op] = []
        self.succs: list[Node] = []
        self.preds: list[Node] = []
        self.resume: Node | None = None
        self.failed: Node | None = None
        self.target: Node | None = None  # of a node where a failure arrives: the handler that it goes to
        self.result: Value | None = None
        self.pc = -1

    def __repr__(self) -> str:
        return f"n{self.index}"


class Graph:
    """All nodes of a function, the entries among them, and the handlers."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.entries: list[Node] = []
        self.handlers: list[Node] = []
        self.by_block: dict[Block, Node] = {}

    def add(self, params: list[Value], handler: Node | None) -> Node:
        """Add a node."""
        node = Node(len(self.nodes), params, handler)
        self.nodes.append(node)
        return node


def build(function: Function, leaves: Callable[[Op], bool]) -> Graph:
    """Split a function's blocks into nodes and connect them.  Blocks that nothing reaches are left out."""
    graph = Graph()
    blocks = _reachable(function)
    for block in blocks:
        graph.by_block[block] = graph.add(block.params, None)
    first = graph.by_block[function.blocks[0]]
    graph.entries.append(first)
    handlers: dict[Node, None] = {}
    for block in blocks:
        handler = graph.by_block[block.handler] if block.handler is not None else None
        if handler is not None:
            handlers[handler] = None
        _split(graph, block, handler, leaves)
    if any(first in node.succs for node in graph.nodes):
        # a jump back to the first block must not unpack the arguments again
        before = graph.add([], None)
        before.succs.append(first)
        graph.entries[0] = before
    for node in graph.nodes:
        for succ in node.succs:
            succ.preds.append(node)
    graph.handlers = list(handlers)
    graph.entries.extend(graph.handlers)
    return graph


def _reachable(function: Function) -> list[Block]:
    """Return the blocks that can be reached, in the order in which the function has them."""
    seen = {function.blocks[0]}
    todo = [function.blocks[0]]
    while todo:
        block = todo.pop()
        for succ in targets(block.ops[-1]):
            if succ not in seen:
                seen.add(succ)
                todo.append(succ)
        if block.handler is not None and block.handler not in seen:
            seen.add(block.handler)
            todo.append(block.handler)
    return [block for block in function.blocks if block in seen]


def targets(op: Op) -> tuple[Block, ...]:
    """Return the blocks that a terminator can go to."""
    name = op.kind.name
    if name == "jump":
        return (op.imm[0],)
    if name == "branch":
        return (op.imm[0], op.imm[1])
    if name == "switch":
        return (*op.imm[0], op.imm[1])
    return ()


def _split(graph: Graph, block: Block, handler: Node | None, leaves: Callable[[Op], bool]) -> None:
    node = graph.by_block[block]
    node.handler = handler
    for op in block.ops:
        node.ops.append(op)
        if leaves(op):
            back = node.resume = graph.add([], handler)
            back.result = op.result
            graph.entries.append(back)
            if handler is not None:
                node.failed = graph.add([], None)
                node.failed.target = handler
                node.failed.succs.append(handler)
                graph.entries.append(node.failed)
            if op.kind.name == "call.closure":
                # a function value may be one that is called without leaving: both ways meet where its result is there
                after = graph.add([] if op.result is None else [op.result], handler)
                node.succs.append(after)
                back.succs.append(after)
                node = after
            else:
                node = back
    node.succs = [graph.by_block[t] for t in dict.fromkeys(targets(block.ops[-1]))]


class Dominators:
    """Immediate dominators below a root that stands before all entries, reverse postorder, and loops."""

    def __init__(self, graph: Graph, entries: Iterable[Node]) -> None:
        self.roots = list(dict.fromkeys(entries))
        self.order = _reverse_postorder(self.roots)
        self.rank = {node: at for at, node in enumerate(self.order)}
        self.parent: dict[Node, Node | None] = {}
        self._solve()
        self.depth: dict[Node, int] = {}
        for node in self.order:
            parent = self.parent[node]
            self.depth[node] = 0 if parent is None else self.depth[parent] + 1
        self.loops = self._loops()

    def _solve(self) -> None:
        """Find immediate dominators (semi-NCA); None stands for the root before all entries."""
        order, tree = _preorder(self.roots)
        number = {node: at + 1 for at, node in enumerate(order)}  # 0 is the root before all entries
        roots = set(self.roots)
        semi = _semidominators(order, tree, number, roots)
        idom = [0, *tree]
        for at in range(1, len(order) + 1):
            up = idom[at]
            while up > semi[at]:
                up = idom[up]
            idom[at] = up
        self.parent = {node: order[idom[number[node]] - 1] if idom[number[node]] else None for node in self.order}

    def dominates(self, a: Node, b: Node) -> bool:
        """Tell whether every way to ``b`` passes ``a``."""
        at: Node | None = b
        while at is not None and self.depth[at] > self.depth[a]:
            at = self.parent[at]
        return at is a

    def _loops(self) -> dict[Node, set[Node]]:
        """Return the natural loops by header, each with all of its nodes; jumps back to a root are left to the dispatcher."""
        loops: dict[Node, set[Node]] = {}
        for node in self.order:
            for succ in node.succs:
                if self.rank[succ] <= self.rank[node] and self.dominates(succ, node):
                    body = loops.setdefault(succ, {succ})
                    todo = [node]
                    while todo:
                        at = todo.pop()
                        if at not in body:
                            body.add(at)
                            todo.extend(pred for pred in at.preds if pred in self.rank)
        return loops


def _reverse_postorder(roots: list[Node]) -> list[Node]:
    seen: set[Node] = set()
    post: list[Node] = []
    for root in reversed(roots):
        if root in seen:
            continue
        seen.add(root)
        stack: list[tuple[Node, int]] = [(root, len(root.succs))]
        while stack:
            node, left = stack.pop()
            if not left:
                post.append(node)
                continue
            stack.append((node, left - 1))
            succ = node.succs[left - 1]
            if succ not in seen:
                seen.add(succ)
                stack.append((succ, len(succ.succs)))
    post.reverse()
    return post


def _preorder(roots: list[Node]) -> tuple[list[Node], list[int]]:
    """Return the nodes in the order of a walk, and for each the number (from 1) of the one it was come from; 0 for roots."""
    order: list[Node] = []
    tree: list[int] = []
    seen: set[Node] = set()
    stack: list[tuple[Node, int]] = [(root, 0) for root in reversed(roots)]
    while stack:
        node, above = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        order.append(node)
        tree.append(above)
        stack.extend((succ, len(order)) for succ in reversed(node.succs) if succ not in seen)
    return order, tree


def _semidominators(order: list[Node], tree: list[int], number: dict[Node, int], roots: set[Node]) -> list[int]:
    count = len(order) + 1
    semi = list(range(count))
    label = list(range(count))
    ancestor = [-1] * count
    for at in range(count - 1, 0, -1):
        node = order[at - 1]
        least = 0 if node in roots else tree[at - 1]
        for pred in node.preds:
            if pred in number:
                least = min(least, semi[_best(number[pred], ancestor, label, semi)])
        semi[at] = least
        ancestor[at] = tree[at - 1]
    return semi


def _best(at: int, ancestor: list[int], label: list[int], semi: list[int]) -> int:
    """Return the node of least semidominator on the way up that is linked so far, shortening the way."""
    way = []
    while ancestor[at] >= 0 and ancestor[ancestor[at]] >= 0:
        way.append(at)
        at = ancestor[at]
    for node in reversed(way):
        above = ancestor[node]
        if semi[label[above]] < semi[label[node]]:
            label[node] = label[above]
        ancestor[node] = ancestor[above]
    return label[way[0] if way else at]
