"""Facts about the flow of control of a function: predecessors, dominators, live values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir.build import successors

if TYPE_CHECKING:
    from collections.abc import Hashable

    from tekrt.ir import Block, Function, Value


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


def _idoms(order: list[Hashable], preds: dict[Hashable, list[Hashable]], parents: dict[Hashable, Hashable]) -> list[int]:
    """Return the index of each node's immediate dominator (Lengauer, Tarjan); ``order`` is preorder of a spanning tree."""
    number = {node: i for i, node in enumerate(order)}
    n = len(order)
    parent = [number[parents[node]] if node in parents else 0 for node in order]
    semi = list(range(n))
    ancestor = [-1] * n
    label = list(range(n))
    idom = [0] * n
    bucket: list[list[int]] = [[] for _ in range(n)]

    def best(v: int) -> int:
        way = []
        while ancestor[v] >= 0 and ancestor[ancestor[v]] >= 0:
            way.append(v)
            v = ancestor[v]
        for x in reversed(way):
            above = ancestor[x]
            if semi[label[above]] < semi[label[x]]:
                label[x] = label[above]
            ancestor[x] = ancestor[above]
        return label[way[0] if way else v]

    for w in range(n - 1, 0, -1):
        for p in preds.get(order[w], ()):
            if p in number:
                u = best(number[p])
                semi[w] = min(semi[w], semi[u])
        bucket[semi[w]].append(w)
        up = parent[w]
        ancestor[w] = up
        for v in bucket[up]:
            u = best(v)
            idom[v] = u if semi[u] < semi[v] else up
        bucket[up] = []
    for w in range(1, n):
        if idom[w] != semi[w]:
            idom[w] = idom[idom[w]]
    return idom


class Dominance:
    """Which definitions are there on every way to a point.

    Each block is two nodes, its entry (where its parameters are defined, and from where a failure may already leave) and its
    ops; a failure edge starts at the entry, since any op may be the one that fails.
    """

    def __init__(self, function: Function) -> None:
        preds: dict[Hashable, list[Hashable]] = {}
        parents: dict[Hashable, Hashable] = {}
        order: list[Hashable] = []
        seen: set[Hashable] = set()
        self.reachable: set[Block] = set()
        work: list[tuple[Block, int, Hashable]] = [(function.blocks[0], 0, None)]
        while work:
            block, part, parent = work.pop()
            node = (block, part)
            if parent is not None:
                preds.setdefault(node, []).append(parent)
            if node in seen:
                continue
            seen.add(node)
            order.append(node)
            if parent is not None:
                parents[node] = parent
            self.reachable.add(block)
            if part:
                work.extend([(target, 0, node) for target in successors(block)])
            else:
                if block.handler is not None:
                    work.append((block.handler, 0, node))
                work.append((block, 1, node))
        self._number(order, _idoms(order, preds, parents))

    def _number(self, order: list[Hashable], idom: list[int]) -> None:
        """Number the dominator tree so that one node above another spans it."""
        children: list[list[int]] = [[] for _ in order]
        for i in range(1, len(order)):
            children[idom[i]].append(i)
        self._span: dict[Hashable, tuple[int, int]] = {}
        begun = [0] * len(order)
        clock = 0
        work = [0]
        while work:
            at = work.pop()
            clock += 1
            if at < 0:
                self._span[order[~at]] = (begun[~at], clock)
            else:
                begun[at] = clock
                work.append(~at)
                work.extend(children[at])

    def dominates(self, above: Block, ops: bool, below: Block) -> bool:
        """Tell whether the entry (or with ``ops`` the ops) of ``above`` lies on every way to the entry of another block."""
        a, b = self._span[(above, int(ops))], self._span[(below, 0)]
        return a[0] <= b[0] and b[1] <= a[1]


def find(replaced: dict[Value, Value], value: Value) -> Value:
    """Follow replacements to the end, shortening the way."""
    end = value
    while end in replaced:
        end = replaced[end]
    while value in replaced and replaced[value] is not end:
        replaced[value], value = end, replaced[value]
    return end
