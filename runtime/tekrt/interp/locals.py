"""Which values get a Python local, and which one.

Constants are written where they are used; a ``dup`` is the same object as its operand; a result with one use in the same node
is *folded* into the expression that uses it where nothing between the two could tell the difference.  Everything else lives
in a local, and values that are never needed at once share one, so that a loop's counter is one variable.
"""

from __future__ import annotations

from tekrt.interp.flow import targets
from tekrt.ir.ops import CALL, NONE, READ, WRITE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.interp.flow import Graph, Node
    from tekrt.ir import Op, Value

FOLDABLE_READS = frozenset(
    ["list.len", "list.peek", "list.get", "list.at", "list.at_peek", "map.peek", "map.get", "map.has", "map.len", "record.get",
     "record.peek", "set.has", "set.len", "cell.peek", "cell.get", "list.contains", "place.get", "place.peek"]
)  # fmt: skip
"""Ops that are one expression but look at something that can be changed: they may not move over a change."""

FOLDABLE = frozenset(
    ["int.eq", "int.ne", "int.lt", "int.le", "int.gt", "int.ge", "float.eq", "float.ne", "float.lt", "float.le", "float.gt",
     "float.ge", "str.eq", "str.ne", "str.lt", "str.le", "str.gt", "str.ge", "gen.eq", "gen.ne", "gen.lt", "gen.le", "gen.gt",
     "gen.ge", "int.and", "int.or", "int.xor", "int.not", "int.div", "int.next", "int.to_float", "int.mod", "float.add",
     "float.sub", "float.mul", "float.div", "float.neg", "float.floordiv", "float.mod", "float.pow", "bool.not", "bool.and",
     "bool.or", "str.concat", "str.show", "str.len", "str.build", "str.index", "bytes.index", "bytes.len", "bytes.concat",
     "tuple.get", "tuple.peek", "enum.tag", "enum.is", "enum.get", "enum.peek", "tuple.new", "list.new", "record.new",
     "enum.new", "closure.new", "path.new", "place.key", "place.record", "place.cell", "str.format", "int.floordiv"]
) | FOLDABLE_READS  # fmt: skip
"""Ops that are one Python expression (where their result needs no counting)."""

MOST_NESTED = 12
"""How deep expressions are folded into each other; Python's compiler recurses on them."""

_MAX_FOLDED = 40
"""So many expressions stand in one another at most: what is longer, a sum of 50,000 strings, goes through locals."""


class Plan:
    """The decisions for one function: constants, aliases, folded ops, live values and locals."""

    def __init__(self, graph: Graph, counted: set[Value]) -> None:
        self.graph = graph
        self.alias: dict[Value, Value] = {}
        self.consts: dict[Value, Op] = {}
        self.definer: dict[Value, Op] = {}
        self.uses: dict[Value, int] = {}
        self.dead: set[Op] = set()
        self.folded: set[Value] = set()
        self.counted = counted  # results whose op counts a holder: these are statements
        self._roots: dict[Node, list[int]] = {}
        self._survey()
        for node in graph.nodes:
            self._fold(node)
        self.live_in: dict[Node, set[Value]] = {}
        self.live_out: dict[Node, set[Value]] = {}
        self._last: dict[Node, dict[Value, int]] = {}
        self._defs: dict[Value, tuple[Node, int]] = {}
        self._liveness()
        self._leader: dict[Value, Value] = {}
        self._members: dict[Value, list[Value]] = {}
        self._coalesce()
        self._positive: set[Value] | None = None

    # what values are

    def real(self, value: Value) -> Value:
        """Return the value that stands for this one."""
        alias = self.alias
        while value in alias:
            value = alias[value]
        return value

    def _survey(self) -> None:
        for node in self.graph.nodes:
            for op in node.ops:
                result = op.result
                if result is None:
                    continue
                self.definer[result] = op
                if op.kind.name == "const":
                    self.consts[result] = op
                elif op.kind.name == "dup":
                    self.alias[result] = op.args[0]
        for node in self.graph.nodes:
            for op in node.ops:
                for arg in op.args:
                    value = self.real(arg)
                    self.uses[value] = self.uses.get(value, 0) + 1
        self._find_dead()

    def _find_dead(self) -> None:
        """Find ops that nobody needs; what only they use is not needed either."""
        todo = [op for node in self.graph.nodes for op in node.ops if self._is_dead(op)]
        while todo:
            op = todo.pop()
            if op in self.dead:
                continue
            self.dead.add(op)
            for arg in op.args:
                value = self.real(arg)
                self.uses[value] -= 1
                definer = self.definer.get(value)
                if definer is not None and self._is_dead(definer):
                    todo.append(definer)

    def _is_dead(self, op: Op) -> bool:
        value = op.result
        if value is None or self.uses.get(value) or value in self.consts or value in self.alias:
            return False
        return not self.traps(op) and op.kind.effect in (NONE, READ) and op.kind.name not in _IN_PLACE

    def needs_local(self, value: Value) -> bool:
        """Tell whether a value (not an alias) lives in a local."""
        return value not in self.consts and value not in self.folded

    # folding

    def _fold(self, node: Node) -> None:
        """Choose which results are folded, and note for each op the index of the statement that it becomes part of."""
        ops = node.ops
        roots = list(range(len(ops)))
        levels = [0] * len(ops)
        deep = [0] * len(ops)
        where: dict[Value, int] = {}
        for at, op in enumerate(ops):
            if op not in self.dead:
                for arg in op.args:
                    where[self.real(arg)] = at
        for at in range(len(ops) - 1, -1, -1):
            op = ops[at]
            value = op.result
            if value is None or not self._foldable(op, value):
                continue
            use = where.get(value)
            if use is None or use <= at or ops[use].kind.name in _NO_FOLD or deep[use] == _MAX_FOLDED:
                continue
            if self._crosses(ops, at, use, roots):
                continue
            self.folded.add(value)
            roots[at] = roots[use]
            levels[at] = levels[use] + 1
            deep[at] = deep[use] + 1
        self._roots[node] = roots

    def _foldable(self, op: Op, value: Value) -> bool:
        if op.kind.name == "int.floordiv" and self.traps(op):
            return False
        return (
            op.kind.name in FOLDABLE and self.uses.get(value) == 1 and value not in self.counted and value not in self.alias
        )

    def _crosses(self, ops: list[Op], at: int, use: int, roots: list[int]) -> bool:
        """Tell whether moving op ``at`` into the statement of op ``use`` would move it over something that matters."""
        op = ops[at]
        traps = self.traps(op)
        if not traps and op.kind.name not in FOLDABLE_READS:
            return False
        root = roots[use]
        if traps and (ops[root].line != op.line or ops[use].kind.effect == CALL):
            return True
        for k in range(at + 1, root):
            if _changes(ops[k]) or (traps and self.traps(ops[k])):
                return True
        # one op at most in a statement may raise, so that a failing line tells which it was
        return traps and self.traps(ops[root]) and ops[root].kind.name not in _CHECKED

    def traps(self, op: Op) -> bool:
        """Tell whether an op may fail, or do more than compute."""
        if op.kind.effect in (NONE, READ) or op.kind.name == "dup":
            return False
        if op.kind.name in ("int.mod", "int.floordiv"):
            by = self.consts.get(self.real(op.args[1]))
            return by is None or by.imm[0] in (0, -1)
        return True

    # liveness

    def locals_of(self, op: Op) -> list[Value]:
        """Return the locals that a statement reads, those of folded operands included."""
        found: list[Value] = []
        todo = list(op.args)
        while todo:
            value = self.real(todo.pop())
            if value in self.folded:
                todo.extend(self.definer[value].args)
            elif value not in self.consts:
                found.append(value)
        return found

    def _liveness(self) -> None:
        gens: dict[Node, set[Value]] = {}
        kills: dict[Node, set[Value]] = {}
        for node in self.graph.nodes:
            gens[node], kills[node] = self._scan(node)
        self.live_in = {node: set(gens[node]) for node in self.graph.nodes}
        self.live_out = {node: set() for node in self.graph.nodes}
        work = list(self.graph.nodes)
        pending = set(work)
        before: dict[Node, list[Node]] = {node: list(node.preds) for node in self.graph.nodes}
        for node in self.graph.nodes:
            for other in (node.resume, node.failed):
                if other is not None:
                    before[other].append(node)
            if node.handler is not None:
                before[node.handler].append(node)
        while work:
            node = work.pop()
            pending.discard(node)
            out = self._out(node)
            live = gens[node] | (out - kills[node])
            if node.handler is not None:
                live |= self.live_in[node.handler].difference(node.params, (node.result,))
            self.live_out[node] = out
            if live != self.live_in[node]:
                self.live_in[node] = live
                for other in before[node]:
                    if other not in pending:
                        pending.add(other)
                        work.append(other)

    def _out(self, node: Node) -> set[Value]:
        out: set[Value] = set()
        for succ in node.succs:
            out |= self.live_in[succ]
        for other in (node.resume, node.failed, node.handler):
            if other is not None:
                out |= self.live_in[other]
        return out

    def _scan(self, node: Node) -> tuple[set[Value], set[Value]]:
        """Return what a node reads before it defines it and what it defines; note positions for :meth:`_live_at`."""
        gen: set[Value] = set()
        kill: set[Value] = set()
        last: dict[Value, int] = {}
        if node.result is not None:
            kill.add(node.result)
            self._defs.setdefault(node.result, (node, -1))
        for value in node.params:
            kill.add(value)
            self._defs[value] = (node, -1)
        for at, op in enumerate(node.ops):
            if op in self.dead or (op.result is not None and op.result in self.folded):
                continue
            for value in self.locals_of(op):
                last[value] = at
                if value not in kill:
                    gen.add(value)
            result = op.result
            leaves = node.resume is not None and at == len(node.ops) - 1  # then the result comes in the next node
            if result is not None and not leaves and result not in self.consts and result not in self.alias:
                kill.add(result)
                self._defs[result] = (node, at)
        self._last[node] = last
        return gen, kill

    def _live_at(self, value: Value, node: Node, at: int) -> bool:
        """Tell whether a value is still needed after position ``at`` of a node where it is defined before."""
        defined = self._defs.get(value)
        if defined is not None and defined[0] is node:
            if defined[1] > at:
                return False
        elif value not in self.live_in[node]:
            return False
        return value in self.live_out[node] or self._last[node].get(value, -1) > at

    # ranges

    def never_negative(self, value: Value) -> bool:
        """Tell whether an Int is known to be zero or more: lengths, counters from zero, remainders by a positive number."""
        if self._positive is None:
            self._positive = _never_negative(self)
        return self.real(value) in self._positive

    # locals

    def _interfere(self, a: Value, b: Value) -> bool:
        node, at = self._defs[a]
        if self._live_at(b, node, at):
            return True
        node, at = self._defs[b]
        return self._live_at(a, node, at)

    def leader(self, value: Value) -> Value:
        """Return the value that names the local of this one."""
        return self._leader.get(value, value)

    def _join(self, a: Value, b: Value) -> None:
        """Let two values share a local where no two values of their groups are needed at once."""
        x, y = self.leader(a), self.leader(b)
        if x is y:
            return
        left = self._members.get(x, [x])
        right = self._members.get(y, [y])
        if len(left) * len(right) > 64:
            return
        for p in left:
            for q in right:
                if p not in self._defs or q not in self._defs or self._interfere(p, q):
                    return
        merged = left + right
        self._members[x] = merged
        for value in right:
            self._leader[value] = x

    def _coalesce(self) -> None:
        graph = self.graph
        for node in graph.nodes:
            if not node.ops or node.ops[-1].kind.name != "jump":
                continue
            op = node.ops[-1]
            for arg, param in zip(op.args, graph.by_block[targets(op)[0]].params, strict=True):
                value = self.real(arg)
                if self.needs_local(value):
                    self._join(param, value)
        for node in graph.nodes:
            for op in node.ops:
                if op.kind.name in _IN_PLACE and op.result is not None and self.needs_local(op.result):
                    value = self.real(op.args[0])
                    if self.needs_local(value):
                        self._join(value, op.result)


def _changes(op: Op) -> bool:
    """Tell whether an op may change something that a folded read looks at."""
    name = op.kind.name
    return (op.kind.effect in (WRITE, CALL) and name != "dup") or name in _IN_PLACE or name in _MUTABLE


_NO_FOLD = frozenset(["dup", "drop", "slot.set", "int.pow", "int.shl", "int.shr", "int.ushr"])
"""Ops that look at an operand more than once in a way that makes a local the better choice."""

_CHECKED = frozenset(["int.add", "int.sub", "int.mul", "int.neg", "num.add", "num.sub", "num.mul"])
"""Ops that fail by a check of their own in a line of its own, not by an exception of Python's."""

_MUTABLE = frozenset(
    ["list.mut", "list.put", "list.take", "map.mut", "map.mut_or", "map.take", "record.mut", "record.take"]
)
"""Ops that change what an operand holds although their effect is a lesser one."""

_IN_PLACE = frozenset(
    ["list.push", "list.set", "list.own", "list.concat", "map.set", "map.own", "set.own", "record.set", "record.own"]
)
"""Ops whose result is usually their first operand."""


def _never_negative(plan: Plan) -> set[Value]:
    """Return the Ints that are never negative: assume it of all that could be, take back what does not hold."""
    incoming: dict[Value, list[Value]] = {}
    for node in plan.graph.nodes:
        if node.ops and node.ops[-1].kind.name == "jump":
            target = plan.graph.by_block[targets(node.ops[-1])[0]]
            for arg, param in zip(node.ops[-1].args, target.params, strict=True):
                incoming.setdefault(param, []).append(plan.real(arg))
    good = {value for value, op in plan.definer.items() if op.kind.name in _GROWING and value not in plan.alias}
    good |= {param for param in incoming if param.type[0] == "Int"}
    good.difference_update(plan.graph.entries[0].params)
    changed = True
    while changed:
        changed = False
        for value in list(good):
            if not _holds(plan, value, incoming, good):
                good.discard(value)
                changed = True
    return good


_GROWING = frozenset(
    ["const", "list.len", "str.len", "bytes.len", "map.len", "set.len", "enum.tag", "int.next", "int.add", "int.mul", "int.mod", "int.and",
     "int.floordiv", "int.shr", "int.ushr", "bytes.index"]
)  # fmt: skip
"""Ops whose results may be known to be never negative."""


def _holds(plan: Plan, value: Value, incoming: dict[Value, list[Value]], good: set[Value]) -> bool:
    """Tell whether a value is never negative, given those that are believed to be so."""
    op = plan.definer.get(value)
    if op is None:
        return all(arg in good for arg in incoming.get(value, [value]))
    name = op.kind.name
    if name == "const":
        return type(op.imm[0]) is int and op.imm[0] >= 0
    args = [plan.real(arg) for arg in op.args]
    if name in ("int.next", "int.shr"):
        return args[0] in good
    if name in ("int.add", "int.mul", "int.floordiv"):
        return args[0] in good and args[1] in good
    if name == "int.and":
        return args[0] in good or args[1] in good
    if name == "int.mod":
        return args[1] in good
    if name == "int.ushr":
        by = plan.consts.get(args[1])
        return args[0] in good or (by is not None and 1 <= by.imm[0] <= 63)
    return True
