"""Control flow of any shape, with calls and handlers anywhere, means what its blocks say.

Random functions in SSA form, irreducible ones included, run on the machine and on a few lines that walk the blocks.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from tekrt.interp import Machine, places, shape
from tekrt.ir import Block, Function, Op, Program, Value
from tekrt.ir.build import Builder
from tekrt.ir.ops import OPS
from tekrt.ir.types import ERROR, INT
from tekrt.values.failure import Failure
from tests.interp.harness import broker

MOST_BLOCKS = 600
ARITHMETIC = ("int.add", "int.sub", "int.mul", "int.mod", "int.floordiv", "int.and", "int.wmul")


class TooLong(Exception):
    """The walk took too many blocks; the function is not judged."""


def callee() -> Function:
    """A function that mixes its operands, and fails for some."""
    b = Builder("g", INT, "main.g", "main.tek", 1)
    x, y = b.param(INT), b.param(INT)
    bad, good = b.new_block(), b.new_block()
    b.branch(b.op("int.eq", b.op("int.mod", x, b.int(4)), b.int(1)), bad, good)
    b.place(bad)
    b.do("fail", b.op("error.new", b.str("g")))
    b.place(good)
    b.ret(b.op("int.mod", b.op("int.wadd", b.op("int.wmul", x, b.int(3)), y), b.int(1009)))
    return b.function


class Maker:
    """Makes one random function of two parameters."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.next_id = 0
        count = self.random.randint(2, 12)
        self.function = Function("f", "main.f", "main.tek", 1, [self.value(), self.value()], "bb", INT)
        self.blocks = [Block(at) for at in range(count)]
        self.kinds = ["entry"] + [self.random.choice(["join", "arm", "arm"]) for _ in range(count - 1)]
        if count > 4 and self.random.random() < 0.6:
            self.kinds[-1] = "handler"
        for block, kind in zip(self.blocks, self.kinds, strict=True):
            if kind == "join":
                block.params = [self.value() for _ in range(self.random.randint(1, 3))]
            elif kind == "handler":
                block.params = [Value(self.fresh(), ERROR)]
        self.function.blocks = self.blocks
        self.made = {block: [self.value() for _ in range(self.random.randint(1, 5))] for block in self.blocks}
        self.ends = [self.end(at) for at in range(count)]
        handlers = [block for block, kind in zip(self.blocks, self.kinds, strict=True) if kind == "handler"]
        for block, kind in zip(self.blocks, self.kinds, strict=True):
            if handlers and kind != "handler" and self.random.random() < 0.5:
                block.handler = handlers[0]
        self.available = self.flow()
        for at, block in enumerate(self.blocks):
            self.fill(at, block)

    def fresh(self) -> int:
        self.next_id += 1
        return self.next_id - 1

    def value(self) -> Value:
        return Value(self.fresh(), INT)

    def of_kind(self, kind: str) -> list[Block]:
        return [block for block, k in zip(self.blocks, self.kinds, strict=True) if k == kind]

    def end(self, at: int) -> tuple[str, tuple[Block, ...]]:
        joins, arms = self.of_kind("join"), self.of_kind("arm")
        choice = self.random.random()
        if joins and choice < 0.45:
            return "jump", (self.random.choice(joins),)
        if arms and choice < 0.85:
            if choice < 0.75:
                return "branch", (self.random.choice(arms), self.random.choice(arms))
            return "switch", tuple(self.random.choice(arms) for _ in range(3))
        return "return", ()

    def flow(self) -> dict[Block, list[Value]]:
        """Return which values are defined on every way to the start of each block."""
        all_values = {v for values in self.made.values() for v in values} | {p for b in self.blocks for p in b.params}
        known = {block: set(all_values) for block in self.blocks}
        known[self.blocks[0]] = set()
        changed = True
        while changed:
            changed = False
            for block in self.blocks[1:]:
                ways = []
                for at, other in enumerate(self.blocks):
                    if block in self.ends[at][1]:
                        ways.append(known[other] | set(other.params) | set(self.made[other]))
                    if other.handler is block:
                        ways.append(known[other] | set(other.params))
                new = set.intersection(*ways) if ways else set()
                if new != known[block]:
                    known[block] = new
                    changed = True
        ints = {block: sorted((v for v in values if v.type == INT), key=lambda v: v.id) for block, values in known.items()}
        return {block: [*self.function.params, *values] for block, values in ints.items()}

    def fill(self, at: int, block: Block) -> None:
        pool = [*self.available[block], *(p for p in block.params if p.type == INT)]
        line = 10 * at + 10
        for result in self.made[block]:
            choice = self.random.random()
            if choice < 0.2:
                op = Op(OPS["const"], [], (self.random.randint(-3, 9),), result, line)
            elif choice < 0.4:
                op = Op(OPS["call"], [self.random.choice(pool), self.random.choice(pool)], ("g",), result, line)
            else:
                op = Op(
                    OPS[self.random.choice(ARITHMETIC)],
                    [self.random.choice(pool), self.random.choice(pool)],
                    (),
                    result,
                    line,
                )
            block.ops.append(op)
            pool.append(result)
        kind, targets = self.ends[at]
        if kind == "jump":
            args = [self.random.choice(pool) for _ in targets[0].params]
            block.ops.append(Op(OPS["jump"], args, targets, None, line))
        elif kind == "branch":
            test = Value(self.fresh(), ("Bool",))
            block.ops.append(Op(OPS["int.lt"], [self.random.choice(pool), self.random.choice(pool)], (), test, line))
            block.ops.append(Op(OPS["branch"], [test], targets, None, line))
        elif kind == "switch":
            two = self.value()
            index = self.value()
            block.ops.append(Op(OPS["const"], [], (4,), two, line))
            block.ops.append(Op(OPS["int.mod"], [self.random.choice(pool), two], (), index, line))
            block.ops.append(Op(OPS["switch"], [index], (targets[:2], targets[2]), None, line))
        else:
            block.ops.append(Op(OPS["return"], [self.random.choice(pool)], (), None, line))


def compute(op: Op, env: dict[Value, Any]) -> Any:
    """Return the result of an op, or raise Failure."""
    from tekrt.values.numbers import checked, wrap

    name = op.kind.name
    if name == "const":
        return op.imm[0]
    a, b = (env[arg] for arg in op.args)
    if name == "call":
        if a % 4 == 1:
            raise Failure("fail", "g")
        return wrap(wrap(a * 3) + b) % 1009
    if name in ("int.mod", "int.floordiv"):
        if b == 0:
            raise Failure("divide_by_zero", "division by zero")
        return a % b if name == "int.mod" else checked(a // b, "")
    if name == "int.and":
        return a & b
    if name == "int.wmul":
        return wrap(a * b)
    if name == "int.lt":
        return a < b
    return checked(a + b if name == "int.add" else a - b if name == "int.sub" else a * b, "")


def walk(function: Function, args: list[int]) -> Any:
    """Walk the blocks; return the result, or the kind of the failure that left the function."""
    env: dict[Value, Any] = dict(zip(function.params, args, strict=True))
    block = function.blocks[0]
    for _ in range(MOST_BLOCKS):
        try:
            for op in block.ops[:-1]:
                assert op.result is not None
                env[op.result] = compute(op, env)
        except Failure as failure:
            if block.handler is None:
                return failure.kind
            block = block.handler
            continue
        op = block.ops[-1]
        if op.kind.name == "return":
            return env[op.args[0]]
        if op.kind.name == "jump":
            values = [env[arg] for arg in op.args]
            block = op.imm[0]
            env.update(zip(block.params, values, strict=True))
        elif op.kind.name == "branch":
            block = op.imm[0] if env[op.args[0]] else op.imm[1]
        else:
            at = env[op.args[0]]
            block = op.imm[0][at] if 0 <= at < len(op.imm[0]) else op.imm[1]
    raise TooLong


def run_on_machine(machine: Machine, args: list[int]) -> Any:
    try:
        return machine.run_function("f", list(args), broker().context())
    except Failure as failure:
        return failure.kind


@pytest.mark.parametrize("group", range(12))
def test_random_control_flow_means_what_its_blocks_say(group: int) -> None:
    judge(range(group * 60, group * 60 + 60))


@pytest.mark.parametrize("group", range(4))
def test_control_flow_cut_into_labels_means_the_same(group: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MAX_NESTING", 2)
    monkeypatch.setattr(places, "MAX_LOOPS", 1)
    monkeypatch.setattr(shape, "GROUP", 2)
    judge(range(group * 60, group * 60 + 60))


def judge(seeds: range) -> None:
    """Compare machine and walk for the random functions of some seeds."""
    judged = 0
    for seed in seeds:
        function = Maker(seed).function
        program = Program()
        program.functions = {"f": function, "g": callee()}
        machine = Machine.of(program)
        for args in ([0, 1], [7, -2], [-5, 3], [100, 12]):
            try:
                expected = walk(function, args)
            except TooLong:
                continue
            judged += 1
            assert run_on_machine(machine, args) == expected, (seed, args)
    assert judged > 60


def test_a_chain_of_many_branches_does_not_nest_too_deep() -> None:
    b = Builder("f", INT, "main.f", "main.tek", 1)
    x = b.param(INT)
    done = b.new_block(INT)
    for at in range(3000):
        then, otherwise = b.new_block(), b.new_block()
        b.branch(b.op("int.eq", x, b.int(at)), then, otherwise)
        b.place(then)
        b.jump(done, b.int(at * 2))
        b.place(otherwise)
    b.jump(done, b.int(-1))
    b.place(done)
    b.ret(done.params[0])
    program = Program()
    program.functions = {"f": b.function}
    machine = Machine.of(program)
    for x_value, expected in ((0, 0), (1500, 3000), (2999, 5998), (3000, -1)):
        assert machine.run_function("f", [x_value], broker().context()) == expected


def test_a_function_with_many_calls_finds_its_place_again() -> None:
    b = Builder("f", INT, "main.f", "main.tek", 1)
    total = b.param(INT)
    for _ in range(500):
        total = b.op("call", total, b.int(2), imm=("g",), type=INT)
    b.ret(total)
    program = Program()
    program.functions = {"f": b.function, "g": callee()}
    expected = 2
    for _ in range(500):
        if expected % 4 == 1:
            break
        expected = (expected * 3 + 2) % 1009
    result = run_on_machine(Machine.of(program), [2])
    assert result == (expected if expected % 4 != 1 else "fail")


def test_deeply_nested_loops_run() -> None:
    b = Builder("f", INT, "main.f", "main.tek", 1)
    n = b.param(INT)
    total: Value = b.int(0)
    heads: list[tuple[Block, Value]] = []
    for _ in range(30):
        head = b.new_block(INT, INT)
        b.jump(head, b.int(0), total)
        b.place(head)
        body, out = b.new_block(), b.new_block()
        b.branch(b.op("int.lt", head.params[0], n), body, out)
        heads.append((head, out))  # type: ignore[arg-type]
        b.place(body)
        total = head.params[1]
    total = b.op("int.add", total, b.int(1))
    for head, out in reversed(heads):
        b.jump(head, b.op("int.next", head.params[0]), total)
        b.place(out)  # type: ignore[arg-type]
        total = head.params[1]
    b.ret(total)
    program = Program()
    program.functions = {"f": b.function}
    assert Machine.of(program).run_function("f", [1], broker().context()) == 1
