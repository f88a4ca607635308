"""The verifier: what must hold of every function, after lowering and after each pass.

Structure (blocks, terminators, operands), dominance (every value is there where it is used), types (``tekrt.ir.rules``), and,
after the ownership pass, that every owned value is given up exactly once on every way that does not fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir.build import successors
from tekrt.ir.flow import Dominance
from tekrt.ir.rules import SIGNATURES, match, substitute
from tekrt.ir.text import show_op, show_type
from tekrt.ir.types import BOOL, ERROR, INT, KEY, NEVER, SECRET, STR, UNIT
from tekrt.ir.verify_ownership import ownership

if TYPE_CHECKING:
    from collections.abc import Callable

    from tekrt.ir import Block, Function, Op, Program, Value
    from tekrt.ir.types import IrType


class VerifyError(Exception):
    """The IR is wrong, which is a bug of whatever made it; ``problems`` says all that was found."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems[:20]))
        self.problems = problems


def verify_program(program: Program, owned: bool = False) -> None:
    """Verify all functions of a program; VerifyError where something is wrong.  ``owned``: after the ownership pass."""
    problems: list[str] = []
    for function in program.functions.values():
        problems += verify_function(function, program, owned)
    if problems:
        raise VerifyError(problems)


def verify_function(function: Function, program: Program | None = None, owned: bool = False) -> list[str]:
    """Return what is wrong with a function.  Without ``program``, what other functions and types are is not looked at."""
    check = _Check(function, program)
    check.structure()
    if not check.problems:
        check.dominance()
    if not check.problems:
        check.types()
    if owned and not check.problems:
        check.problems += [f"{function.name}: {problem}" for problem in ownership(function, program)]
    return check.problems


def operand_count_fits(op: Op) -> bool:
    """Tell whether an op has as many operands as its kind takes."""
    letters = op.kind.operands
    if letters == "?":
        return True
    if letters.endswith("*"):
        return len(op.args) >= len(letters) - 2
    return len(op.args) == len(letters)


class _Check:
    def __init__(self, function: Function, program: Program | None) -> None:
        self.function = function
        self.program = program
        self.problems: list[str] = []

    def wrong(self, what: str, op: Op | None = None) -> None:
        """Note a problem."""
        at = f" in `{show_op(op)}`" if op is not None else ""
        self.problems.append(f"{self.function.name}: {what}{at}")

    # ------------------------------------------------------------------------------------------------- structure

    def structure(self) -> None:
        """Blocks end with one terminator, targets exist, operands and parameters are as many as they must be."""
        function = self.function
        if not function.blocks:
            self.wrong("it has no blocks")
            return
        if len(function.modes) != len(function.params) or set(function.modes) - {"b", "o"}:
            self.wrong("modes do not fit the parameters")
        if function.blocks[0].params:
            self.wrong("the first block has parameters")
        known = set(function.blocks)
        for block in function.blocks:
            if not block.ops or not block.ops[-1].kind.terminator:
                self.wrong(f"b{block.id} has no terminator")
                continue
            for op in block.ops[:-1]:
                if op.kind.terminator:
                    self.wrong(f"a terminator stands inside of b{block.id}", op)
            for op in block.ops:
                if not operand_count_fits(op):
                    self.wrong(f"{op.kind.name} does not take {len(op.args)} operands", op)
                if (op.result is not None) != op.kind.has_result:
                    self.wrong("the result is missing or too much", op)
            for target in successors(block):
                if target not in known:
                    self.wrong(f"b{target.id} is no block of this function", block.ops[-1])
            self._ways(block)
            if block.handler is not None and (block.handler not in known or [p.type for p in block.handler.params] != [ERROR]):
                self.wrong(f"the handler of b{block.id} is no block with an Error as its parameter")

    def _ways(self, block: Block) -> None:
        end = block.ops[-1]
        if end.kind.name == "jump":
            if len(end.args) != len(end.imm[0].params):
                self.wrong("as many operands as the target has parameters are needed", end)
        elif any(target.params for target in successors(block)):
            self.wrong("only a jump may lead to a block with parameters", end)

    # ------------------------------------------------------------------------------------------------- dominance

    def dominance(self) -> None:
        """Every value is defined once, and on every way to its uses."""
        defined: dict[Value, tuple[Block | None, bool]] = dict.fromkeys(self.function.params, (None, False))
        if len(defined) != len(self.function.params):
            self.wrong("a parameter stands twice")
        for block in self.function.blocks:
            for value in block.params:
                self._define(defined, value, block, False)
            for op in block.ops:
                if op.result is not None:
                    self._define(defined, op.result, block, True)
        dominance = Dominance(self.function)
        for block in self.function.blocks:
            if block not in dominance.reachable:
                self.wrong(f"b{block.id} is never reached")
                continue
            here: set[Value] = set()
            for op in block.ops:
                for arg in op.args:
                    if arg not in defined:
                        self.wrong(f"%{arg.id} is defined nowhere", op)
                        continue
                    above, in_ops = defined[arg]
                    if above is None or arg in here or (above is block and not in_ops):
                        continue
                    if above not in dominance.reachable or above is block or not dominance.dominates(above, in_ops, block):
                        self.wrong(f"%{arg.id} is not there on every way", op)
                if op.result is not None:
                    here.add(op.result)

    def _define(self, defined: dict[Value, tuple[Block | None, bool]], value: Value, block: Block, in_ops: bool) -> None:
        if value in defined:
            self.wrong(f"%{value.id} is defined twice")
        defined[value] = (block, in_ops)

    # ------------------------------------------------------------------------------------------------- types

    def types(self) -> None:
        """Every op has operands and a result of the types that its rule says."""
        for block in self.function.blocks:
            for op in block.ops:
                signature = SIGNATURES.get(op.kind.name)
                problem = _RULES[op.kind.name](self, op) if signature is None else _by_signature(op)
                if problem:
                    self.wrong(problem, op)

    def slot(self, op: Op) -> IrType | None:
        """Return the type of the slot that an op names."""
        index = op.imm[0]
        return self.function.slots[index] if 0 <= index < len(self.function.slots) else None


def _by_signature(op: Op) -> str:
    types, repeat, result = SIGNATURES[op.kind.name]
    binding: dict[str, IrType] = {}
    for i, arg in enumerate(op.args):
        want = types[min(i, len(types) - 1)] if repeat else types[i]
        fresh: dict[str, IrType] = {}
        if not match(want, arg.type, fresh if op.kind.name == "command.new" else binding):
            return f"operand {i} is {show_type(arg.type)}"
    if op.result is not None and result is not None:
        have = op.result.type
        want = substitute(result, binding)
        if not match(want, have, {}) and not (op.kind.name == "num.literal" or want == NEVER):
            return f"the result must be {show_type(want)}"
    return ""


def fits(want: IrType, have: IrType) -> bool:
    """Tell whether a value of type ``have`` may stand where ``want`` is wanted."""
    return want == have or match(want, have, {})


# ----------------------------------------------------------------------------------------------------- rules of single ops


def _any(check: _Check, op: Op) -> str:
    return ""


def _slot(check: _Check, op: Op) -> str:
    t = check.slot(op)
    if t is None:
        return "there is no such slot"
    have = op.args[0].type if op.args else op.result.type if op.result is not None else t
    return "" if fits(t, have) else f"the slot holds {show_type(t)}"


def _units(check: _Check, op: Op) -> str:
    return "" if op.imm[0] == tuple([arg.type for arg in op.args]) else "imm must be the operands' types"


def _map_new(check: _Check, op: Op) -> str:
    t = op.result.type if op.result is not None else UNIT
    if t[0] != "Map" or len(op.args) % 2:
        return "keys and values in turn make a Map"
    good = all(fits(t[1 + i % 2], arg.type) for i, arg in enumerate(op.args))
    return "" if good else "a key or value has another type"


def _map_entries(check: _Check, op: Op) -> str:
    t = op.args[0].type
    assert op.result is not None
    return "" if t[0] == "Map" and op.result.type == ("List", ("Tuple", t[1], t[2])) else "it makes a list of pairs of a map"


def _tuple_new(check: _Check, op: Op) -> str:
    assert op.result is not None
    t = op.result.type
    good = t[0] == "Tuple" and len(t) == len(op.args) + 1 and all(map(fits, t[1:], [arg.type for arg in op.args]))
    return "" if good else "the operands are not the parts"


def _tuple_get(check: _Check, op: Op) -> str:
    t, index = op.args[0].type, op.imm[0]
    assert op.result is not None
    return "" if t[0] == "Tuple" and index < len(t) - 1 and fits(op.result.type, t[1 + index]) else "there is no such part"


def _record_fields(check: _Check, t: IrType) -> list[IrType] | None:
    """Return the field types of a record type, None where they are not known here."""
    record = check.program.records.get(t[1]) if check.program is not None and t[0] == "Record" else None
    if record is None:
        return None
    binding = dict(zip(record.type_params, t[2], strict=True))
    return [substitute(field.type, binding, "Param") for field in record.fields]


def _record_new(check: _Check, op: Op) -> str:
    assert op.result is not None
    t = op.result.type
    if t[0] != "Record" or t[1] != op.imm[0]:
        return "the result is not that record"
    fields = _record_fields(check, t)
    if fields is None:
        return ""
    good = len(fields) == len(op.args) and all(map(fits, fields, [arg.type for arg in op.args]))
    return "" if good else "the operands are not the fields"


def _record_field(check: _Check, op: Op) -> str:
    t = op.args[0].type
    if t[0] != "Record":
        return "the operand is no record"
    fields = _record_fields(check, t)
    if fields is None:
        return ""
    index = op.imm[0]
    if not 0 <= index < len(fields):
        return "there is no such field"
    have = op.args[1].type if len(op.args) > 1 else op.result.type if op.result is not None else NEVER
    return "" if fits(fields[index], have) else f"the field is {show_type(fields[index])}"


def _payload(check: _Check, t: IrType, variant: int) -> list[IrType] | None:
    if t[0] != "Enum":
        return None
    if t[1] == "Option":
        return [t[2][0]] if variant else []
    if t[1] == "Result":
        return [t[2][variant]]
    enum = check.program.enums.get(t[1]) if check.program is not None else None
    if enum is None:
        return None
    binding = dict(zip(enum.type_params, t[2], strict=True))
    return [substitute(field.type, binding, "Param") for field in enum.variants[variant][1]]


def _enum_new(check: _Check, op: Op) -> str:
    assert op.result is not None
    if op.result.type[0] != "Enum" or op.result.type[1] != op.imm[0]:
        return "the result is not that enum"
    parts = _payload(check, op.result.type, op.imm[1])
    if parts is None:
        return ""
    good = len(parts) == len(op.args) and all(map(fits, parts, [arg.type for arg in op.args]))
    return "" if good else "the operands are not the variant's fields"


def _enum_get(check: _Check, op: Op) -> str:
    t = op.args[0].type
    assert op.result is not None
    if t[0] != "Enum" or t[1] != op.imm[0]:
        return "the operand is not that enum"
    parts = _payload(check, t, op.imm[1])
    if parts is None:
        return ""
    return "" if op.imm[2] < len(parts) and fits(parts[op.imm[2]], op.result.type) else "there is no such part"


def _cell(check: _Check, op: Op) -> str:
    cell = op.result if op.kind.name == "cell.new" else op.args[0]
    content = op.args[-1] if op.kind.name in ("cell.new", "cell.set") else op.result
    assert cell is not None and content is not None
    return "" if cell.type[0] == "Cell" and fits(cell.type[1], content.type) else "the cell holds another type"


def _key(check: _Check, op: Op) -> str:
    return "" if op.result is not None and op.result.type == KEY else "the result must be a Key"


def _arguments(check: _Check, op: Op, params: list[IrType], result: IrType, args: list[Value]) -> str:
    binding: dict[str, IrType] = {}
    if len(params) != len(args):
        return f"{len(params)} arguments are needed"
    for i, (want, arg) in enumerate(zip(params, args, strict=True)):
        if not match(want, arg.type, binding, "Param"):
            return f"argument {i} must be {show_type(want)}"
    assert op.result is not None
    return "" if match(result, op.result.type, binding, "Param") else f"the result must be {show_type(result)}"


def _call(check: _Check, op: Op) -> str:
    if check.program is None:
        return ""
    callee = check.program.functions.get(op.imm[0])
    if callee is None:
        return "there is no such function"
    return _arguments(check, op, [p.type for p in callee.params], callee.result, op.args)


def _call_closure(check: _Check, op: Op) -> str:
    t = op.args[0].type
    if t[0] != "Fn":
        return "the callee is no function"
    params = [arg.type for arg in op.args[1:]]
    assert op.result is not None
    good = len(params) == len(t[1]) and all(map(fits, t[1], params)) and fits(t[2], op.result.type)
    return "" if good else f"it is a {show_type(t)}"


def _call_task(check: _Check, op: Op) -> str:
    task = check.program.tasks.get(op.imm[0]) if check.program is not None else None
    return "" if task is None else _arguments(check, op, [p.type for p in task.params], task.result, op.args)


def _closure_new(check: _Check, op: Op) -> str:
    if check.program is None:
        return ""
    callee = check.program.functions.get(op.imm[0])
    assert op.result is not None
    t = op.result.type
    if callee is None or t[0] != "Fn":
        return "there is no such function"
    params = [p.type for p in callee.params]
    held = len(op.args)
    binding: dict[str, IrType] = {}
    have = [*[arg.type for arg in op.args], *t[1]]
    if len(params) != len(have) or not all(match(want, x, binding, "Param") for want, x in zip(params, have, strict=True)):
        return f"the function's parameters do not fit {held} held ones and {show_type(t)}"
    return "" if match(callee.result, t[2], binding, "Param") else "the function gives another type"


def _jump(check: _Check, op: Op) -> str:
    good = all(map(fits, [p.type for p in op.imm[0].params], [arg.type for arg in op.args]))
    return "" if good else "an operand does not fit the block's parameter"


def _return(check: _Check, op: Op) -> str:
    return "" if fits(check.function.result, op.args[0].type) else f"the function gives {show_type(check.function.result)}"


def _assert(check: _Check, op: Op) -> str:
    sides = len(op.args) - bool(op.imm[2])
    return "" if sides in (0, 2) and (not op.imm[2] or op.args[-1].type == STR) else "two sides or none, then perhaps a message"


def _secret(check: _Check, op: Op) -> str:
    return "" if all(arg.type in (STR, SECRET) for arg in op.args) else "parts are Str or Secret"


def _const(check: _Check, op: Op) -> str:
    assert op.result is not None
    value, t = op.imm[0], op.result.type
    wants = {BOOL: bool, INT: int, STR: str, ("Float",): float, ("Bytes",): bytes, ("Path",): str, ("Duration",): int, ("Size",): int}
    want = wants.get(t)
    if value is None or want is None:
        return "" if value is None else "constants are of scalar types"
    return "" if isinstance(value, want) and (t == BOOL or not isinstance(value, bool)) else f"{value!r} is no {show_type(t)}"


_RULES: dict[str, Callable[[_Check, Op], str]] = {
    "const": _const, "const.global": _any, "const.peek": _any, "map.new": _map_new, "map.entries": _map_entries,
    "tuple.new": _tuple_new, "tuple.get": _tuple_get, "tuple.peek": _tuple_get, "record.new": _record_new, "enum.new": _enum_new,
    "enum.get": _enum_get, "enum.peek": _enum_get, "place.key": _key, "call": _call, "call.closure": _call_closure,
    "call.host": _any, "call.task": _call_task, "closure.new": _closure_new, "fail.kind": _any, "assert.fail": _assert,
    "only.enter": _any, "jump": _jump, "return": _return, "secret.build": _secret,
    **{f"slot.{x}": _slot for x in ("get", "take", "set", "peek", "mut", "clear")},
    **{f"unit.{x}": _units for x in ("add", "sub", "mul", "div", "neg")},
    **{f"record.{x}": _record_field for x in ("get", "peek", "take", "set", "mut", "put")},
    **{f"cell.{x}": _cell for x in ("new", "get", "peek", "set", "mut")},
}  # fmt: skip


