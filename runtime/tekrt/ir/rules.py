"""The typing rule of every op: what its operands must be, and what that makes its result.

Most ops have a *signature*, written as a line of text over type variables (small letters): ``"List[a] Int > a"``.  ``*``
after the last operand repeats it.  Ops whose types depend on their immediates (fields, calls, slots) have a function in
``tekrt.ir.verify``; here their entry is None.  The builder takes result types from here, the verifier checks by them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekrt.ir.types import BOOL, BYTES, ERROR, FLOAT, INT, KEY, NEVER, PERMIT, PLACE, SECRET, STR, TYPE, option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tekrt.ir.types import IrType

Signature = tuple[tuple["IrType", ...], bool, "IrType | None"]
"""Operand types, whether the last one repeats, and the result's type (None: no result, or it is given by the context)."""

_NAMED: dict[str, IrType] = {
    "Bool": BOOL, "Bytes": BYTES, "Error": ERROR, "Float": FLOAT, "Int": INT, "Key": KEY, "Never": NEVER, "Permit": PERMIT,
    "Place": PLACE, "Secret": SECRET, "Str": STR, "Type": TYPE, "Path": ("Path",), "Command": ("Command",), "Unit": ("Unit",),
    "ListInt": ("List", INT),
    "a": ("Var", "a"), "b": ("Var", "b"), "k": ("Var", "k"), "v": ("Var", "v"),
}  # fmt: skip


def _type(text: str) -> IrType:
    """Read one type of a signature: a name, or a head with variables in brackets."""
    if "[" not in text:
        return _NAMED[text]
    head, _, rest = text[:-1].partition("[")
    args = tuple(_NAMED[x] for x in rest.split(","))
    return option(args[0]) if head == "Option" else (head, *args)


def _signature(text: str) -> Signature:
    operands, _, result = text.partition(">")
    words = operands.split()
    repeat = bool(words) and words[-1].endswith("*")
    types = tuple(_type(w.rstrip("*")) for w in words)
    return types, repeat, _type(result.strip()) if result.strip() else None


_TEXT: dict[str, str] = {
    "type.const": "Type* > Type",
    "dup": "a > a",
    "drop": "a",
    "int.not": "Int > Int",
    "int.neg": "Int > Int",
    "int.next": "Int > Int",
    "int.div": "Int Int > Float",
    "int.to_float": "Int > Float",
    "float.neg": "Float > Float",
    "bool.not": "Bool > Bool",
    "bool.and": "Bool Bool > Bool",
    "bool.or": "Bool Bool > Bool",
    "num.neg": "a > a",
    "num.literal": "Type > a",
    "str.concat": "Str Str > Str",
    "str.build": "Str* > Str",
    "str.format": "a > Str",
    "str.show": "a > Str",
    "str.index": "Str Int > Str",
    "str.slice": "Str a b > Str",
    "str.len": "Str > Int",
    "bytes.index": "Bytes Int > Int",
    "bytes.slice": "Bytes a b > Bytes",
    "bytes.concat": "Bytes Bytes > Bytes",
    "bytes.len": "Bytes > Int",
    "path.new": "Str > Path",
    "path.join": "Path a > Path",
    "list.new": "a* > List[a]",
    "list.range": "Int Int > ListInt",
    "list.len": "List[a] > Int",
    "list.get": "List[a] Int > a",
    "list.peek": "List[a] Int > a",
    "list.at": "List[a] Int > a",
    "list.at_peek": "List[a] Int > a",
    "list.take": "List[a] Int > a",
    "list.slice": "List[a] k v > List[a]",
    "list.concat": "List[a] List[a] > List[a]",
    "list.push": "List[a] a > List[a]",
    "list.set": "List[a] Int a > List[a]",
    "list.own": "List[a] > List[a]",
    "list.mut": "List[a] Int > a",
    "list.put": "List[a] Int a",
    "list.append": "List[a] a",
    "list.extend": "List[a] List[a]",
    "list.contains": "List[a] a > Bool",
    "map.get": "Map[k,v] k > v",
    "map.find": "Map[k,v] k > Option[v]",
    "map.peek": "Map[k,v] k > v",
    "map.take": "Map[k,v] k > v",
    "map.get_or": "Map[k,v] k v > v",
    "map.set": "Map[k,v] k v > Map[k,v]",
    "map.own": "Map[k,v] > Map[k,v]",
    "map.mut": "Map[k,v] k > v",
    "map.mut_or": "Map[k,v] k v > v",
    "map.put": "Map[k,v] k v",
    "map.has": "Map[k,v] k > Bool",
    "map.len": "Map[k,v] > Int",
    "map.keys": "Map[k,v] > List[k]",
    "set.new": "List[a] > Set[a]",
    "set.has": "Set[a] a > Bool",
    "set.own": "Set[a] > Set[a]",
    "set.len": "Set[a] > Int",
    "set.put": "Set[a] a",
    "set.items": "Set[a] > List[a]",
    "record.own": "a > a",
    "enum.tag": "a > Int",
    "enum.is": "a > Bool",
    "place.cell": "a > Place",
    "place.list": "List[a] Int > Place",
    "place.map": "Map[k,v] k > Place",
    "place.record": "a > Place",
    "place.get": "Place Key > a",
    "place.peek": "Place Key > a",
    "place.mut": "Place Key > a",
    "place.set": "Place Key a",
    "command.new": "a* > Command",
    "fail": "Error",
    "fail.again": "Error",
    "error.new": "Str > Error",
    "only.mark": "> Permit",
    "only.leave": "Permit",
    "region.enter": "",
    "region.leave": "",
    "defer.note": "Error Error > Error",
    "branch": "Bool",
    "switch": "Int",
    "unreachable": "",
}

for _name in ("add", "sub", "mul", "floordiv", "mod", "pow", "shl", "shr", "ushr", "wadd", "wsub", "wmul", "and", "or", "xor"):
    _TEXT[f"int.{_name}"] = "Int Int > Int"
for _name in ("add", "sub", "mul", "div", "floordiv", "mod", "pow"):
    _TEXT[f"float.{_name}"] = "Float Float > Float"
for _name in ("add", "sub", "mul"):
    _TEXT[f"num.{_name}"] = "a a > a"
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    _TEXT[f"int.{_name}"] = "Int Int > Bool"
    _TEXT[f"float.{_name}"] = "Float Float > Bool"
    _TEXT[f"str.{_name}"] = "Str Str > Bool"
    _TEXT[f"gen.{_name}"] = "a a > Bool"

SIGNATURES: dict[str, Signature] = {name: _signature(text) for name, text in _TEXT.items()}
"""The signature of every op that has one."""

LOOSE = frozenset(["type.const", "command.new", "num.literal"])
"""Ops with a repeated operand whose type may differ from operand to operand, or a result that the context gives."""

SPECIAL = frozenset(
    ["const", "const.global", "const.peek", "slot.get", "slot.take", "slot.set", "slot.peek", "slot.mut", "slot.clear",
     "unit.add", "unit.sub", "unit.mul", "unit.div", "unit.neg", "map.new", "map.entries", "tuple.new", "tuple.get",
     "tuple.peek", "record.new", "record.get", "record.peek", "record.take", "record.set", "record.mut", "record.put",
     "enum.new", "enum.get", "enum.peek", "cell.new", "cell.get", "cell.peek", "cell.set", "cell.mut", "place.key", "call",
     "call.closure", "call.host", "call.task", "closure.new", "fail.kind", "assert.fail", "only.enter", "jump", "return",
     "secret.build"]
)  # fmt: skip
"""Ops whose rule is a function of the verifier."""


def match(pattern: IrType, actual: IrType, binding: dict[str, IrType], kind: str = "Var") -> bool:
    """Match ``actual`` against a type with variables (``("Var", name)``), extending ``binding``; ``Never`` fits everything.

    With ``kind`` ``Param`` the type parameters of ``pattern`` are its variables: those of a callee.
    """
    work = [(pattern, actual)]
    while work:
        want, have = work.pop()
        if have == NEVER or (want == have and want[0] != kind):
            continue
        if want[0] == kind:
            known = binding.setdefault(want[1], have)
            if known == NEVER:
                binding[want[1]] = have
            elif known != have:
                return False
            continue
        if want[0] != have[0] or len(want) != len(have):
            return False
        for x, y in zip(want[1:], have[1:], strict=True):
            if isinstance(x, tuple) and isinstance(y, tuple):
                if x and isinstance(x[0], tuple):
                    if len(x) != len(y):
                        return False
                    work.extend(zip(x, y, strict=True))
                elif x == () or y == ():
                    if x != y:
                        return False
                else:
                    work.append((x, y))
            elif x != y:
                return False
    return True


def substitute(t: IrType, binding: Mapping[str, IrType], kind: str = "Var") -> IrType:
    """Replace variables (or, with kind ``Param``, type parameters) of ``t`` by what ``binding`` has for them."""
    if t[0] == kind:
        return binding.get(t[1], t)
    if len(t) == 1:
        return t
    if t[0] in ("Record", "Enum"):
        return (t[0], t[1], tuple([substitute(x, binding, kind) for x in t[2]])) if t[2] else t
    if t[0] == "Fn":
        return ("Fn", tuple([substitute(x, binding, kind) for x in t[1]]), substitute(t[2], binding, kind))
    if t[0] in ("Param", "Var"):
        return t
    return (t[0], *[substitute(x, binding, kind) for x in t[1:]])


def result_type(name: str, operands: list[IrType]) -> IrType:
    """Return the type of the result of an op that has a signature with one."""
    types, repeat, result = SIGNATURES[name]
    if result is None:
        raise ValueError(f"{name} has no result of a known type")
    if len(result) == 1:
        return result
    binding: dict[str, IrType] = {}
    for i, actual in enumerate(operands):
        match(types[min(i, len(types) - 1)] if repeat else types[i], actual, binding)
    return substitute(result, binding)
