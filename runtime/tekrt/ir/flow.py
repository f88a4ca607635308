"""Facts about the flow of control of a function: predecessors, dominators, live values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir.build import successors

if TYPE_CHECKING:
    from collections.abc import Hashable

    from tekrt.ir import Block, Function


def targets(block: Block) -> tuple[Block, ...]:
    """Return where control can go from a block, its handler included."""
    return successors(block) if block.handler is None else (*successors(block), block.handler)


def predecessors(function: Function) -> dict[Block, list[Block]]:
    """Return for each block those that can go to it (once each), failure edges included."""
    found: dict[Block, list[Block]] = {block: [] for block in function.blocks}
    for block in function.blocks:
        for target in dict.fromkeys(targets(block)):
            found[target].append(block)
    return found


def reverse_postorder(function: Function) -> list[Block]:
    """Return the reachable blocks, each before those that only it leads to."""
    seen = {function.blocks[0]}
    order: list[Block] = []
    work = [(function.blocks[0], iter(targets(function.blocks[0])))]
    while work:
        block, rest = work[-1]
        for target in rest:
            if target not in seen:
                seen.add(target)
                work.append((target, iter(targets(target))))
                break
        else:
            order.append(block)
            work.pop()
    order.reverse()
    return order


def _idoms(order: list[Hashable], preds: dict[Hashable, list[Hashable]]) -> dict[Hashable, Hashable]:
    """Return immediate dominators (Cooper, Harvey, Kennedy) of nodes in reverse postorder."""
    number = {node: i for i, node in enumerate(order)}
    idom = [-1] * len(order)
    idom[0] = 0
    ways = [[number[p] for p in preds.get(node, ()) if p in number] for node in order]
    changed = True
    while changed:
        changed = False
        for i in range(1, len(order)):
            best = -1
            for p in ways[i]:
                if idom[p] < 0:
                    continue
                if best < 0:
                    best = p
                    continue
                a, b = p, best
                while a != b:
                    while a > b:
                        a = idom[a]
                    while b > a:
                        b = idom[b]
                best = a
            if best != idom[i]:
                idom[i] = best
                changed = True
    return {node: order[idom[i]] for i, node in enumerate(order)}


class Dominance:
    """Which definitions are there on every way to a point.

    Each block is two nodes, its entry (where its parameters are defined, and from where a failure may already leave) and its
    ops; a failure edge starts at the entry, since any op may be the one that fails.
    """

    def __init__(self, function: Function) -> None:
        blocks = reverse_postorder(function)
        preds: dict[Hashable, list[Hashable]] = {}
        order: list[Hashable] = []
        for block in blocks:
            order += [(block, 0), (block, 1)]
            preds.setdefault((block, 1), []).append((block, 0))
            for target in successors(block):
                preds.setdefault((target, 0), []).append((block, 1))
            if block.handler is not None:
                preds.setdefault((block.handler, 0), []).append((block, 0))
        self.reachable = set(blocks)
        self._idom = _idoms(order, preds)
        children: dict[Hashable, list[Hashable]] = {}
        for node, parent in self._idom.items():
            if node != parent:
                children.setdefault(parent, []).append(node)
        self._span: dict[Hashable, tuple[int, int]] = {}
        clock = 0
        work: list[tuple[Hashable, bool]] = [(order[0], False)]
        begun: dict[Hashable, int] = {}
        while work:
            node, after = work.pop()
            clock += 1
            if after:
                self._span[node] = (begun[node], clock)
            else:
                begun[node] = clock
                work.append((node, True))
                work.extend([(child, False) for child in children.get(node, ())])

    def dominates(self, above: Block, ops: bool, below: Block) -> bool:
        """Tell whether the entry (or with ``ops`` the ops) of ``above`` lies on every way to the entry of another block."""
        a, b = self._span[(above, int(ops))], self._span[(below, 0)]
        return a[0] <= b[0] and b[1] <= a[1]
