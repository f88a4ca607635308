"""Python's control flow from a graph of nodes.

A node that one jump alone reaches stands where that jump is; a node where several ways meet follows the ``if`` that they come
out of; natural loops become ``while``; what is left is reached through the variable ``p``, by tests in the order of the nodes
inside one ``while True`` around everything.  So a function that calls nothing looks like hand-written Python, and one that
calls is entered again at a label.

Generated functions run on explicit data alone, so the shape never nests deeper than Python's compiler allows: nodes below a
certain depth become labels as well.
"""

from __future__ import annotations

from tekrt.interp.frames import ROUNDS
from tekrt.interp.places import Places, rounds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.interp.flow import Graph, Node
    from tekrt.interp.gen import Gen
    from tekrt.ir import Op

CHAIN = 40
"""How long a chain of ``elif`` may get; Python's compiler recurses on it."""

GROUP = 6
"""How many labels are tested one after the other before they are put into groups."""


class _Loop:
    __slots__ = ("body", "breaks", "header")

    def __init__(self, header: Node, body: set[Node]) -> None:
        self.header = header
        self.body = body
        self.breaks: set[Node] = set()


class Shape:
    """Writes the nodes of a graph through ``gen``.  After :meth:`write`, nodes have their labels in ``pc``."""

    def __init__(self, gen: Gen, graph: Graph) -> None:
        self.gen = gen
        self.graph = graph
        self.places = Places(graph)
        self.dom = self.places.dom
        for node in self.dom.order:
            node.pc = self.dom.rank[node]
        self._rounds = rounds(graph)
        self.loops: list[_Loop] = []
        self.dispatch = bool(graph.handlers)
        self._top = -1
        self._needed: set[Node] = set()
        self._sets: list[tuple[int, Node]] = []
        self._else_rows: dict[int, int] = {}

    def has_rounds(self) -> bool:
        """Tell whether the function counts steps itself: loop rounds, and calls that leave no frame."""
        return bool(self._rounds) or any(self.gen.counts(op) for node in self.graph.nodes for op in node.ops)

    # writing

    def write(self) -> None:
        """Write all nodes; rows for labels that nothing asks for are dropped at the end."""
        gen = self.gen
        rank = self.dom.rank
        pending = {node for node in self.places.top if node in self._roots()}
        for node in self.dom.order:
            for succ in node.succs:
                if self.dom.parent[succ] is None and rank[succ] <= rank[self.places.top_of[node]]:
                    pending.add(succ)
        left = self._group(0, len(self.places.top), pending)
        if left:
            self.dispatch = True
            self._needed |= left
        self._drop_labels(gen)

    def _roots(self) -> set[Node]:
        return set(self.dom.roots)

    def _group(self, start: int, end: int, pending: set[Node]) -> set[Node]:
        """Write the top nodes of a range; many of them in groups, so that a label is found in a few tests."""
        if end - start <= GROUP:
            for at in range(start, end):
                self._top = self.places.top[at].pc
                pending = self._guarded(self.places.top[at], pending)
            return pending
        step = -(-(end - start) // GROUP)
        for first in range(start, end, step):
            last = min(first + step, end) - 1
            beyond = {node for node in pending if node.pc > self.places.top[last].pc}
            if not beyond:
                pending = self._group(first, last + 1, pending)
                continue
            self._needed |= pending
            self.gen.line(f"if p <= {self.places.top[last].pc}:")
            self.gen.indent += 1
            inside = self._group(first, last + 1, pending - beyond)
            self.gen.indent -= 1
            pending = beyond | inside
        return pending

    def _guarded(self, node: Node, pending: set[Node]) -> set[Node]:
        """Write a node that control may or may not be heading for; return what it may head for afterwards."""
        others = pending - {node}
        if node not in pending:
            return pending
        if not others:
            return self._subtree(node)
        self._needed |= pending
        self.gen.line(f"if p == {node.pc}:" if node.pc else "if not p:")
        self.gen.indent += 1
        rows = len(self.gen.rows)
        inside = self._subtree(node)
        if len(self.gen.rows) == rows:
            self.gen.line("pass")
        self.gen.indent -= 1
        return others | inside

    def _subtree(self, node: Node) -> set[Node]:
        """Write a node and all that stands after it in the dominator tree."""
        if node in self.dom.loops:
            return self._loop(node)
        return self._inner(node)

    def _inner(self, node: Node) -> set[Node]:
        self._begin(node)
        pending = self._end(node)
        for merge in self.places.merges.get(node, ()):
            pending = self._guarded(merge, pending)
        return pending

    def _loop(self, header: Node) -> set[Node]:
        gen = self.gen
        loop = _Loop(header, self.dom.loops[header])
        self._begin_entry(header)
        start = gen.line("while True:")
        gen.indent += 1
        self.loops.append(loop)
        pending = self._header(header, loop, start)
        for merge in self.places.merges.get(header, ()):
            pending = self._guarded(merge, pending)
        others = pending - {header}
        if others:
            loop.breaks |= others
            if header in pending:
                self._needed |= pending
                gen.line(f"if p != {header.pc}: break")
            else:
                gen.line("break")
        if len(gen.rows) == start + 1:
            gen.line("pass")
        self.loops.pop()
        gen.indent -= 1
        self._while_else(header, loop, start)
        pending = loop.breaks
        for node in self.places.follow.get(header, ()):
            pending = self._guarded(node, pending)
        return pending

    def _header(self, header: Node, loop: _Loop, start: int) -> set[Node]:
        """Write the first node of a loop, as the condition of the ``while`` where it is nothing else."""
        gen = self.gen
        op = header.ops[-1] if header.ops else None
        if op is None or op.kind.name != "branch" or header.resume is not None:
            self._count_round()
            self._body(header)
            return self._end(header)
        self._body(header)
        then, otherwise = (self.graph.by_block[b] for b in op.imm)
        if (then in loop.body) == (otherwise in loop.body):
            self._count_round()
            return self._end(header)
        condition = gen.use(op.args[0])
        stay, leave = (then, otherwise) if then in loop.body else (otherwise, then)
        trap = gen.take_trap()
        if len(gen.rows) == start + 1:
            gen.rows[start] = (gen.rows[start][0], f"while {_bare(condition) if stay is then else 'not ' + condition}:")
            gen.stand_for(start, op, trap)
            loop.breaks.add(leave)
            self._else_rows[start] = leave.pc
        else:
            gen.line(f"if {_bare(condition) if stay is not then else 'not ' + condition}:", op, trap)
            gen.indent += 1
            self._goto(header, leave)
            gen.indent -= 1
        self._count_round()
        return self._goto(header, stay)

    def _while_else(self, header: Node, loop: _Loop, start: int) -> None:
        """After a ``while`` with a condition: say where its end leads, if anybody will ask."""
        target = self._else_rows.pop(start, None)
        if target is None:
            return
        leave = next(node for node in loop.breaks if node.pc == target)
        if len(loop.breaks) == 1:
            self._set(leave)
            return
        gen = self.gen
        gen.line("else:")
        gen.indent += 1
        gen.line(f"p = {leave.pc}")
        gen.indent -= 1

    def _count_round(self) -> None:
        self.gen.line("n += 1")
        self.gen.line(f"if n > {ROUNDS - 1}: n = poll(F, n)")

    # one node

    def _begin_entry(self, node: Node) -> None:
        """Write what happens only when the machine enters here: values come out of the frame."""
        gen = self.gen
        gen.node = node
        if node is self.graph.entries[0]:
            if gen.height is None:
                gen.unpack([gen.local(p) for p in gen.function.params])
            if gen.counts_rounds:
                gen.line("n = 0")
            if gen.function.slots:
                gen.line(" = ".join(f"s{at}" for at in range(len(gen.function.slots))) + " = None")
        elif node.target is not None or node in self._resumed():
            gen.unpack(gen.saved(self._left_from(node)))
            if node.target is not None:
                gen.line("E = F[3]")
            elif node.result is not None and gen.plan.uses.get(node.result):
                gen.line(f"{gen.local(node.result)} = F[3]")
        elif node in self.graph.handlers:
            if not _defers(node):
                gen.node = node
                gen.line("if E.__class__ is not list: raise again(E)", node.ops[0])  # a `try` takes failures alone
            if node.params and gen.plan.uses.get(node.params[0]):
                gen.line(f"{gen.local(node.params[0])} = E")

    def _resumed(self) -> dict[Node, Node]:
        if not hasattr(self, "_resumes"):
            self._resumes = {n.resume: n for n in self.graph.nodes if n.resume is not None}
            self._resumes.update({n.failed: n for n in self.graph.nodes if n.failed is not None})
        return self._resumes

    def _left_from(self, node: Node) -> Node:
        return self._resumed()[node]

    def _begin(self, node: Node) -> None:
        self._begin_entry(node)
        if node in self._rounds and node not in self.dom.loops:
            self._count_round()
        self._body(node)

    def _body(self, node: Node) -> None:
        """Write the ops of a node but the one that ends it."""
        gen = self.gen
        gen.node = node
        for op in node.ops[:-1]:
            gen.statement(op)

    def _end(self, node: Node) -> set[Node]:
        """Write how a node ends; return the nodes that control heads for at the end of what was written."""
        gen = self.gen
        gen.node = node
        if not node.ops:
            return self._goto(node, node.succs[0])
        op = node.ops[-1]
        name = op.kind.name
        if name == "call.closure":
            return self._closure(node, op)
        if node.resume is not None:
            gen.leave(node, op)
            return set()
        if name == "jump":
            self._copies(op)
            return self._goto(node, self.graph.by_block[op.imm[0]])
        if name == "branch":
            return self._branch(node, op)
        if name == "switch":
            return self._switch(node, op)
        if name == "return":
            self._return(op)
        else:
            gen.statement(op)
        return set()

    def _closure(self, node: Node, op: Op) -> set[Node]:
        """Write a call of a function value: at once where it can be called so, else by leaving."""
        gen = self.gen
        after = node.succs[0]
        closure, *args = (gen.name(arg) for arg in op.args)
        code = gen.scratch()
        gen.line(f"{code} = {closure}.direct", op)
        gen.line(f"if not {code}:", op)
        gen.indent += 1
        gen.leave(node, op)
        gen.indent -= 1
        gen.line("n += 1")
        gen.line("if not F[4]: too_deep()", op)
        text = f"{code}({', '.join(['F', f'*{closure}.caps', *args])})"
        if after.params and gen.plan.uses.get(after.params[0]):
            text = f"{gen.local(after.params[0])} = {text}"
        gen.line(text, op)
        return self._goto(node, after)

    def _copies(self, op: Op) -> None:
        """Write the arguments of a jump into the parameters of its target, all at once."""
        gen = self.gen
        target = self.graph.by_block[op.imm[0]]
        pairs: list[tuple[str, str]] = []
        for arg, param in zip(op.args, target.params, strict=True):
            if not gen.plan.uses.get(param):
                if gen.plan.real(arg) in gen.plan.folded:
                    gen.name(arg)  # nobody wants it, but computing it may fail
                continue
            source = gen.use(arg)
            dest = "E" if target in self.graph.handlers else gen.local(param)
            if source != dest:
                pairs.append((dest, source))
        if not pairs:
            return
        trap = gen.take_trap()
        if len(pairs) == 1 or not (trap or _dependent(pairs)):
            for dest, source in pairs:
                gen.line(f"{dest} = {source}", op, trap)
            return
        gen.line(f"{', '.join(d for d, _ in pairs)} = {', '.join(s for _, s in pairs)}", op, trap)

    def _goto(self, node: Node, target: Node) -> set[Node]:
        gen = self.gen
        if target in self.places.inline and self.dom.parent[target] is node:
            return self._subtree(target)
        if self.loops:
            loop = self.loops[-1]
            if target is loop.header:
                gen.line("continue")
                return set()
            self._set(target)
            if target in loop.body:
                return {target}
            gen.line("break")
            loop.breaks.add(target)
            return set()
        self._set(target)
        if self.dom.parent[target] is None and target.pc <= self._top:
            self._needed.add(target)
            self.dispatch = True
            gen.line("continue")
            return set()
        return {target}

    def _set(self, target: Node) -> None:
        self._sets.append((self.gen.line(f"p = {target.pc}"), target))

    def _branch(self, node: Node, op: Op) -> set[Node]:
        gen = self.gen
        then, otherwise = (self.graph.by_block[b] for b in op.imm)
        if then is otherwise:
            self._evaluate(op)
            return self._goto(node, then)
        condition = gen.use(op.args[0])
        if self._leaves_at_once(node, otherwise) or (then not in self.places.inline and otherwise in self.places.inline):
            then, otherwise = otherwise, then
            condition = f"not {condition}"
        gen.line(f"if {_bare(condition)}:", op, gen.take_trap())
        pending = self._arm(node, then)
        if not pending:
            return self._goto(node, otherwise)
        at = gen.line("else:")
        pending |= self._arm(node, otherwise)
        if len(gen.rows) == at + 2 and gen.rows[-1][1] == "pass":
            del gen.rows[at:]
        return pending

    def _evaluate(self, op: Op) -> None:
        """Write an operand that decides nothing where computing it may fail."""
        text = self.gen.use(op.args[0])
        trap = self.gen.take_trap()
        if trap:
            self.gen.line(text, op, trap)

    def _arm(self, node: Node, target: Node) -> set[Node]:
        gen = self.gen
        gen.indent += 1
        rows = len(gen.rows)
        pending = self._goto(node, target)
        if len(gen.rows) == rows:
            gen.line("pass")
        gen.indent -= 1
        return pending

    def _leaves_at_once(self, node: Node, target: Node) -> bool:
        """Tell whether going there is a ``break``, ``continue`` or a short node that returns or fails."""
        if target in self.places.inline and self.dom.parent[target] is node:
            return not target.succs and target.resume is None and len(target.ops) <= 3 and target not in self.dom.loops
        return bool(self.loops) and (target is self.loops[-1].header or target not in self.loops[-1].body)

    def _switch(self, node: Node, op: Op) -> set[Node]:
        gen = self.gen
        cases: dict[Node, list[int]] = {}
        for at, block in enumerate(op.imm[0]):
            cases.setdefault(self.graph.by_block[block], []).append(at)
        default = self.graph.by_block[op.imm[1]]
        cases.pop(default, None)
        if not cases:
            self._evaluate(op)
            return self._goto(node, default)
        index = gen.name(op.args[0])
        return self._cases(node, op, index, list(cases.items()), default)

    def _cases(self, node: Node, op: Op, index: str, cases: list[tuple[Node, list[int]]], default: Node) -> set[Node]:
        """Write a switch as a chain of tests; targets that stand inline may be far apart, so the chain is flat."""
        gen = self.gen
        pending: set[Node] = set()
        outer = gen.indent
        word = "if"
        for at, (target, values) in enumerate(cases):
            if at and at % CHAIN == 0 and word == "elif":
                gen.line("else:")
                gen.indent += 1
                word = "if"
            gen.line(f"{word} {index} == {values[0]}:" if len(values) == 1 else f"{word} {index} in {tuple(values)}:", op)
            arm = self._arm(node, target)
            pending |= arm
            word = "elif" if arm or word == "elif" else "if"
        if word == "elif":
            gen.line("else:")
            pending |= self._arm(node, default)
        else:
            pending |= self._goto(node, default)
        gen.indent = outer
        return pending

    def _return(self, op: Op) -> None:
        gen = self.gen
        value = gen.name(op.args[0])
        if gen.counts_rounds:
            gen.line("S[0] += n", op)
        gen.line(f"return {value}" if gen.height is not None else f"P = F[2]; P[3] = {value}; return P", op)

    # labels

    def _drop_labels(self, gen: Gen) -> None:
        """Blank the rows that set a label which no test asks for."""
        rows = gen.rows
        for row, target in self._sets:
            if target not in self._needed:
                rows[row] = (rows[row][0], "")


def _defers(handler: Node) -> bool:
    """Tell whether a handler is that of a ``defer``, which takes what a ``try`` does not."""
    op = handler.ops[0]
    return op.kind.name == "region.enter" and op.imm[0] == "defer"


def _bare(condition: str) -> str:
    """Drop the outer brackets of a condition."""
    if condition.startswith("(") and condition.endswith(")"):
        depth = 0
        for at, char in enumerate(condition):
            depth += (char == "(") - (char == ")")
            if not depth and at < len(condition) - 1:
                return condition
        return condition[1:-1]
    return condition


def _dependent(pairs: list[tuple[str, str]]) -> bool:
    """Tell whether writing one parameter could change what a later argument reads."""
    for at, (dest, _) in enumerate(pairs):
        for _, source in pairs[at + 1 :]:
            if dest in source:
                return True
    return False
