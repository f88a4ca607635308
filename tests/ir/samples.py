"""One op of each kind, with operands and a result of fitting types, for tests of completeness."""

from __future__ import annotations

from tekrt.ir import EnumInfo, FieldInfo, Function, Program, RecordInfo
from tekrt.ir.build import Builder
from tekrt.ir.ops import OPS
from tekrt.ir.rules import SIGNATURES, substitute
from tekrt.ir.types import BOOL, ERROR, FLOAT, INT, KEY, PLACE, SECRET, STR, TYPE, UNIT

LIST, MAP, PAIR = ("List", INT), ("Map", STR, INT), ("Tuple", INT, STR)
POINT, SHAPE = ("Record", "main.Point", ()), ("Enum", "main.Shape", ())
CELL = ("Cell", LIST)
DURATION = ("Duration",)
FN = ("Fn", (INT,), INT)
BINDING = {"a": INT, "b": INT, "k": STR, "v": INT}

SPECIAL: dict[str, tuple[tuple[object, ...], tuple[object, ...], object]] = {
    "const": ((), (1,), INT),
    "const.global": ((), ("main.limit",), INT),
    "const.peek": ((), ("main.limit",), INT),
    "slot.get": ((), (0,), LIST),
    "slot.take": ((), (0,), LIST),
    "slot.peek": ((), (0,), LIST),
    "slot.mut": ((), (0,), LIST),
    "slot.set": ((LIST,), (0,), None),
    "slot.clear": ((), (0,), None),
    "unit.add": ((DURATION, DURATION), ((DURATION, DURATION),), DURATION),
    "unit.sub": ((DURATION, DURATION), ((DURATION, DURATION),), DURATION),
    "unit.mul": ((DURATION, INT), ((DURATION, INT),), DURATION),
    "unit.div": ((DURATION, INT), ((DURATION, INT),), DURATION),
    "unit.neg": ((DURATION,), ((DURATION,),), DURATION),
    "map.new": ((STR, INT), (), MAP),
    "map.entries": ((MAP,), (), ("List", ("Tuple", STR, INT))),
    "tuple.new": ((INT, STR), (), PAIR),
    "tuple.get": ((PAIR,), (1,), STR),
    "tuple.peek": ((PAIR,), (1,), STR),
    "record.new": ((INT, LIST), ("main.Point",), POINT),
    "record.get": ((POINT,), (1,), LIST),
    "record.peek": ((POINT,), (1,), LIST),
    "record.take": ((POINT,), (1,), LIST),
    "record.set": ((POINT, LIST), (1,), POINT),
    "record.mut": ((POINT,), (1,), LIST),
    "record.put": ((POINT, LIST), (1,), None),
    "enum.new": ((INT,), ("main.Shape", 1), SHAPE),
    "enum.get": ((SHAPE,), ("main.Shape", 1, 0), INT),
    "enum.peek": ((SHAPE,), ("main.Shape", 1, 0), INT),
    "enum.is": ((SHAPE,), ("main.Shape", 1), BOOL),
    "cell.new": ((LIST,), (), CELL),
    "cell.get": ((CELL,), (), LIST),
    "cell.peek": ((CELL,), (), LIST),
    "cell.set": ((CELL, LIST), (), None),
    "cell.mut": ((CELL,), (), LIST),
    "place.cell": ((CELL,), (), PLACE),
    "place.record": ((POINT,), (0,), PLACE),
    "place.key": ((), ("record", 1), KEY),
    "call": ((INT,), ("main.same",), INT),
    "call.closure": ((FN, INT), (), INT),
    "call.host": ((STR,), ("print",), UNIT),
    "call.task": ((INT,), ("main.work",), INT),
    "closure.new": ((), ("main.same",), FN),
    "command.new": ((STR, ("List", STR)), ((("git",), ((0, STR),), ("x", (1, ("List", STR)))), 3), ("Command",)),
    "fail.kind": ((), ("index", "no such index"), None),
    "assert.fail": ((INT, INT, STR), ("a == b", "==", True), None),
    "only.enter": ((STR,), ((("fs.read", ("a/", (0, "", "Str"))),),), None),
    "region.enter": ((), ("seq",), None),
    "region.leave": ((), ("seq",), None),
    "secret.build": ((STR, SECRET), (), SECRET),
    "list.range": ((INT, INT), (True,), LIST),
    "list.slice": ((LIST, INT, UNIT), (False,), LIST),
    "str.slice": ((STR, INT, UNIT), (False,), STR),
    "bytes.slice": ((("Bytes",), INT, UNIT), (False,), ("Bytes",)),
    "str.format": ((FLOAT,), (("*", ">", "+", True, 8, True, 2, "f"),), STR),
    "num.literal": ((TYPE,), (5,), ("Param", "T")),
    "type.const": ((TYPE,), (("List", ("Param", "T")), ("T",)), TYPE),
}


FLOW = ("jump", "branch", "switch", "return", "unreachable")
"""Ops whose sample is a function of several blocks."""


def types_of(name: str) -> tuple[tuple[object, ...], tuple[object, ...], object]:
    """Return operand types, immediates and the result's type of a sample of an op."""
    if name in SPECIAL:
        return SPECIAL[name]
    if name in FLOW:
        return (), (), None
    types, _, result = SIGNATURES[name]
    return tuple([substitute(t, BINDING) for t in types]), (), None if result is None else substitute(result, BINDING)


def program() -> Program:
    """Return the program that the samples live in."""
    made = Program()
    made.records["main.Point"] = RecordInfo("main.Point", (), (FieldInfo("x", INT, "x", None), FieldInfo("items", LIST, "items", None)))
    payload = (FieldInfo("radius", INT, "radius", None),)
    made.enums["main.Shape"] = EnumInfo("main.Shape", (), (("Empty", ()), ("Circle", payload)))
    same = Builder("main.same", INT)
    same.ret(same.param(INT, "b", "x"))
    made.functions["main.same"] = same.function
    return made


def sample(name: str) -> Function:
    """Return a function around one op of that kind."""
    operands, imm, result = types_of(name)
    kind = OPS[name]
    b = Builder(f"main.{name}", UNIT, file="main.tek", line=7)
    b.slot(LIST)
    b.line, b.column = 8, 3
    args = [b.param(t, "b", f"p{i}") for i, t in enumerate(operands)]  # type: ignore[arg-type]  # types are tuples
    if name in FLOW:
        _flow(b, name)
    elif kind.has_result:
        b.op(name, *args, imm=imm, type=result)  # type: ignore[arg-type]  # it is a type here
        b.ret(b.unit())
    else:
        b.do(name, *args, imm=imm)
        if not kind.terminator:
            b.ret(b.unit())
    return b.function


def _flow(b: Builder, name: str) -> None:
    first, second = b.new_block(INT), b.new_block()
    third = b.new_block()
    b.switch(b.param(INT), (second, third), third)
    b.place(second)
    b.branch(b.param(BOOL), third, third)
    b.place(third)
    b.jump(first, b.int(3))
    b.handler = handler = b.new_block(ERROR)
    first.handler = handler
    b.place(first)
    if name == "unreachable":
        b.do("unreachable")
    else:
        b.ret(b.unit())
    b.handler = None
    b.place(handler)
    b.do("fail.again", handler.params[0])
