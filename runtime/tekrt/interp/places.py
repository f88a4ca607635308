"""Where each node of a graph stands in the Python code that :mod:`~tekrt.interp.shape` writes."""

from __future__ import annotations

from tekrt.interp.flow import Dominators

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.interp.flow import Graph, Node

MAX_NESTING = 24
"""Nodes below this depth of the dominator tree become labels (Python's compiler takes 100 indents, 20 loops)."""

MAX_LOOPS = 8


class Places:
    """For each node: whether it stands inline at the one jump to it, after a node (``merges``), after a loop (``follow``), or is
    reached by its label alone (``top``, in order; ``top_of`` is the label under which a node stands).
    """

    def __init__(self, graph: Graph) -> None:
        self.dom = dom = _bounded(graph)
        around: dict[Node, list[Node]] = {node: [] for node in dom.order}  # loops around a node, the outermost first
        for header in dom.order:
            for node in dom.loops.get(header, ()):
                if node in around:
                    around[node].append(header)
        self.top: list[Node] = []
        self.inline: set[Node] = set()
        self.merges: dict[Node, list[Node]] = {}
        self.follow: dict[Node, list[Node]] = {}
        self.top_of: dict[Node, Node] = {}
        for node in dom.order:
            parent = dom.parent[node]
            if parent is None:
                self.top.append(node)
                self.top_of[node] = node
                continue
            self.top_of[node] = self.top_of[parent]
            left = [h for h in around[parent] if node not in dom.loops[h]]
            if left:
                self.follow.setdefault(left[0], []).append(node)
            elif len(node.preds) == 1 and node not in dom.loops or len(node.preds) == 1 or _entries(node, dom) == 1:
                self.inline.add(node)
            else:
                self.merges.setdefault(parent, []).append(node)


def _entries(node: Node, dom: Dominators) -> int:
    """Count the ways into a node but those back from inside its own loop."""
    body = dom.loops.get(node, set())
    return sum(1 for pred in node.preds if pred not in body)


def _bounded(graph: Graph) -> Dominators:
    """Return dominators with so many nodes made entries that nothing nests too deep and every jump back is to a loop's header."""
    entries = list(graph.entries)
    dom = Dominators(graph, entries)
    extra = _too_deep(dom)
    if extra:
        entries.extend(extra)
        dom = Dominators(graph, entries)
    while True:
        extra = _irreducible(dom)
        if not extra:
            return dom
        entries.extend(extra)
        dom = Dominators(graph, entries)


def _too_deep(dom: Dominators) -> list[Node]:
    """Return the nodes at which nesting must begin anew."""
    found = [node for node in dom.order if dom.depth[node] and dom.depth[node] % MAX_NESTING == 0]
    nested: dict[Node, int] = {}
    for header in dom.order:
        for node in dom.loops.get(header, ()):
            nested[node] = nested.get(node, 0) + 1
        if header in dom.loops and nested[header] % MAX_LOOPS == 0:
            found.append(header)
    return list(dict.fromkeys(found))


def _irreducible(dom: Dominators) -> list[Node]:
    """Return what is jumped back to from where it was not passed; as an entry it is reached by its label."""
    found: dict[Node, None] = {}
    for node in dom.order:
        for succ in node.succs:
            if dom.rank[succ] <= dom.rank[node] and dom.parent[succ] is not None and not dom.dominates(succ, node):
                found[succ] = None
    return list(found)


def rounds(graph: Graph) -> set[Node]:
    """Return the nodes where a round of a loop begins when calls and what follows them are seen as one."""
    found: set[Node] = set()
    state: dict[Node, int] = {}
    for root in graph.entries:
        if root in state:
            continue
        stack: list[tuple[Node, int]] = [(root, 0)]
        state[root] = 1
        while stack:
            node, at = stack.pop()
            after = node.succs if node.resume is None else [node.resume]
            if at == len(after):
                state[node] = 2
                continue
            stack.append((node, at + 1))
            succ = after[at]
            if state.get(succ) == 1:
                found.add(succ)
            elif succ not in state:
                state[succ] = 1
                stack.append((succ, 0))
    return found
