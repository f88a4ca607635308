"""The text form of the IR: for people, golden tests and tools.  What is printed can be parsed back to the same.

One op a line: ``%7 "total": Int = int.add %3, %5 {immediates} @12:5``.  Blocks are ``b3``; immediates are Python literals in
braces, where ``b3`` stands for a block.  Types are as in Tek, but for ``@main.Point`` (a record), ``#Option[Int]`` (an enum) and
``$T`` (a type parameter).
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from tekrt.ir import Block, Function, Op, Value
from tekrt.ir.ops import OPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tekrt.ir import Program
    from tekrt.ir.types import IrType


class TextError(ValueError):
    """The text is no IR; the message says where and why."""


# ------------------------------------------------------------------------------------------------------------- printing


def show_type(t: IrType) -> str:
    """Return the text form of a type."""
    head = t[0]
    if head == "Tuple":
        return "(" + ", ".join([show_type(x) for x in t[1:]]) + (",)" if len(t) == 2 else ")")
    if head == "Fn":
        return "fn(" + ", ".join([show_type(x) for x in t[1]]) + ") -> " + show_type(t[2])
    if head == "Param":
        return f"${t[1]}"
    name, args = str(head), t[1:]
    if head in ("Record", "Enum"):
        name, args = ("@" if head == "Record" else "#") + t[1], t[2]
    return name + ("[" + ", ".join([show_type(x) for x in args]) + "]" if args else "")


def _value(value: Value) -> str:
    hint = f' "{value.hint}"' if value.hint else ""
    return f"%{value.id}{hint}: {show_type(value.type)}"


def _immediate(item: Any) -> str:
    if isinstance(item, Block):
        return f"b{item.id}"
    if isinstance(item, tuple):
        return "(" + ", ".join([_immediate(x) for x in item]) + (",)" if len(item) == 1 else ")")
    return repr(item)


def show_op(op: Op) -> str:
    """Return the text of one op."""
    text = op.kind.name
    if op.args:
        text += " " + ", ".join([f"%{arg.id}" for arg in op.args])
    if op.imm:
        text += " {" + ", ".join([_immediate(x) for x in op.imm]) + "}"
    if op.line:
        text += f" @{op.line}:{op.column}"
    return f"{_value(op.result)} = {text}" if op.result is not None else text


def _lines(function: Function) -> Iterator[str]:
    params = ", ".join([f"{_value(p)} {m}" for p, m in zip(function.params, function.modes, strict=True)])
    words = [f"fn {function.name}({params}) -> {show_type(function.result)}"]
    words.append(f"shown {function.shown!r} file {function.file!r} line {function.line}")
    if function.effects:
        words.append(f"effects {function.effects!r}")
    if function.pauses:
        words.append("pauses")
    yield " ".join(words) + " {"
    for index, slot in enumerate(function.slots):
        yield f"  slot {index}: {show_type(slot)}"
    for block in function.blocks:
        params = ", ".join([_value(p) for p in block.params])
        handler = f" handler b{block.handler.id}" if block.handler is not None else ""
        yield f"b{block.id}({params}){handler}:"
        for op in block.ops:
            yield "  " + show_op(op)
    yield "}"


def show_function(function: Function) -> str:
    """Return the text of a function."""
    return "\n".join(_lines(function)) + "\n"


def show_program(program: Program) -> str:
    """Return the text of all functions of a program, in order of their names."""
    return "\n".join([show_function(program.functions[name]) for name in sorted(program.functions)])


# -------------------------------------------------------------------------------------------------------------- parsing

_HEAD = re.compile(r"fn (?P<name>.+?)\((?P<params>.*)\) -> (?P<result>.+) shown (?P<rest>['\"].*) \{$")
_BLOCK = re.compile(r"b(?P<id>\d+)\((?P<params>.*)\)(?: handler b(?P<handler>\d+))?:$")
_SLOT = re.compile(r"  slot \d+: (?P<type>.+)$")
_VALUE = re.compile(r'%(?P<id>\d+)(?: "(?P<hint>[^"]*)")?: ')
_OP = re.compile(r"(?P<name>[a-z_]+(?:\.[a-z_]+)*)(?: (?P<args>%\d+(?:, %\d+)*))?(?: (?P<imm>\{.*\}))?(?: @(?P<line>\d+):(?P<column>\d+))?$")
_NAME = re.compile(r"[\w.]+")


class _Types:
    """Reads types from a text, from a position on."""

    def __init__(self, text: str, at: int = 0) -> None:
        self.text = text
        self.at = at

    def take(self, token: str) -> bool:
        """Skip a token if it comes next."""
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def need(self, token: str) -> None:
        """Skip a token that must come next."""
        if not self.take(token):
            raise TextError(f"expected {token!r} at {self.text[self.at :]!r}")

    def many(self, end: str) -> tuple[IrType, ...]:
        """Read types up to a closing bracket."""
        found: list[IrType] = []
        while not self.take(end):
            found.append(self.type())
            if self.take(",)"):
                self.at -= 1
            else:
                self.take(", ")
        return tuple(found)

    def type(self) -> IrType:
        """Read one type."""
        if self.take("fn("):
            params = self.many(")")
            self.need(" -> ")
            return ("Fn", params, self.type())
        if self.take("("):
            return ("Tuple", *self.many(")"))
        mark = self.text[self.at : self.at + 1]
        if mark in ("@", "#", "$"):
            self.at += 1
        word = _NAME.match(self.text, self.at)
        if word is None:
            raise TextError(f"expected a type at {self.text[self.at :]!r}")
        self.at = word.end()
        name = word.group()
        if mark == "$":
            return ("Param", name)
        args = self.many("]") if self.take("[") else ()
        if mark in ("@", "#"):
            return ("Record" if mark == "@" else "Enum", name, args)
        return (name, *args)


def parse_type(text: str) -> IrType:
    """Parse the text form of a type."""
    reader = _Types(text)
    found = reader.type()
    if reader.at != len(text):
        raise TextError(f"{text[reader.at :]!r} is left over behind a type")
    return found


class _Parser:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self.values: dict[int, Value] = {}
        self.blocks: dict[int, Block] = {}

    def define(self, text: str, at: int) -> tuple[Value, int]:
        """Read ``%1 "hint": Type`` and return the value and where it ends."""
        match = _VALUE.match(text, at)
        if match is None:
            raise TextError(f"expected a value at {text[at:]!r}")
        reader = _Types(text, match.end())
        made = self.value(int(match["id"]))
        made.type = reader.type()
        made.hint = match["hint"] or ""
        return made, reader.at

    def value(self, id: int) -> Value:
        """Return the value with a number."""
        return self.values.setdefault(id, Value(id, ("Unit",)))

    def block(self, id: int) -> Block:
        """Return the block with a number."""
        return self.blocks.setdefault(id, Block(id))

    def params(self, text: str, modes: list[str] | None) -> list[Value]:
        """Read parameters, with their modes where these are wanted."""
        found: list[Value] = []
        at = 0
        while at < len(text):
            value, at = self.define(text, at)
            found.append(value)
            if modes is not None:
                modes.append(text[at + 1])
                at += 2
            if text.startswith(", ", at):
                at += 2
        return found

    def function(self) -> Function:
        """Read one function."""
        match = _HEAD.match(self.lines[self.at])
        if match is None:
            raise TextError(f"expected a function: {self.lines[self.at]!r}")
        self.at += 1
        modes: list[str] = []
        params = self.params(match["params"], modes)
        function = Function(match["name"], "", "", 0, params, "".join(modes), parse_type(match["result"]))
        self.rest(function, match["rest"])
        while (line := self.lines[self.at]) != "}":
            self.at += 1
            slot = _SLOT.match(line)
            if slot is not None:
                function.slots.append(parse_type(slot["type"]))
            elif line.startswith("b"):
                function.blocks.append(self.head(line))
            else:
                function.blocks[-1].ops.append(self.op(line.strip()))
        self.at += 1
        return function

    def rest(self, function: Function, text: str) -> None:
        """Read what stands behind a function's type."""
        literal = r"('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
        match = re.match(literal + " file " + literal + r" line (\d+)(?: effects (\(.*?\)))?( pauses)?$", text)
        if match is None:
            raise TextError(f"expected shown, file and line: {text!r}")
        function.shown = ast.literal_eval(match[1])
        function.file = ast.literal_eval(match[2])
        function.line = int(match[3])
        function.effects = ast.literal_eval(match[4]) if match[4] else ()
        function.pauses = match[5] is not None

    def head(self, line: str) -> Block:
        """Read the first line of a block."""
        match = _BLOCK.match(line)
        if match is None:
            raise TextError(f"expected a block: {line!r}")
        block = self.block(int(match["id"]))
        block.params = self.params(match["params"], None)
        block.handler = self.block(int(match["handler"])) if match["handler"] else None
        return block

    def op(self, text: str) -> Op:
        """Read an op."""
        result = None
        if text.startswith("%"):
            result, at = self.define(text, 0)
            text = text[at + 3 :]
        match = _OP.match(text)
        if match is None or match["name"] not in OPS:
            raise TextError(f"expected an op: {text!r}")
        args = [self.value(int(x[1:])) for x in (match["args"] or "").split(", ") if x]
        imm: tuple[Any, ...] = ()
        if match["imm"]:
            imm = self.immediate(ast.parse("(" + match["imm"][1:-1] + ",)", mode="eval").body)
        return Op(OPS[match["name"]], args, imm, result, int(match["line"] or 0), int(match["column"] or 0))

    def immediate(self, node: ast.expr) -> Any:
        """Turn the syntax of an immediate into what it means."""
        if isinstance(node, ast.Tuple):
            return tuple([self.immediate(x) for x in node.elts])
        if isinstance(node, ast.Name):
            return float(node.id) if node.id in ("inf", "nan") else self.block(int(node.id[1:]))
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Name):
            return -float(node.operand.id)
        return ast.literal_eval(node)


def parse_function(text: str) -> Function:
    """Parse the text of one function."""
    return _Parser([line for line in text.splitlines() if line.strip()]).function()


def parse_functions(text: str) -> list[Function]:
    """Parse the text of several functions."""
    lines = [line for line in text.splitlines() if line.strip()]
    found: list[Function] = []
    at = 0
    while at < len(lines):
        parser = _Parser(lines)
        parser.at = at
        found.append(parser.function())
        at = parser.at
    return found
