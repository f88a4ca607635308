"""Every op of the IR, in one table; each carries its traits, so that passes ask an op and never list names.

``operands`` has a letter per operand: ``b`` borrowed, ``c`` consumed (moved); ``*`` after a letter repeats it for all that
follow.  ``effect`` is ``NONE`` (may be deleted, moved, merged), ``TRAP`` (may fail), ``READ``/``WRITE`` of frame or value state, ``CALL``
(anything).  ``owned`` says whether the result is a new holder (owned) or a borrow of a part of an operand, which must not
outlive the next consuming use of it.  The comment after each entry is its meaning in one line; ``imm`` are its immediates.
"""

from __future__ import annotations

NONE, TRAP, READ, WRITE, CALL = "none", "trap", "read", "write", "call"


class OpKind:
    """What is fixed about all ops of one name."""

    __slots__ = ("doc", "effect", "has_result", "imm", "name", "operands", "owned", "terminator")

    def __init__(self, name: str, operands: str, imm: str, effect: str, has_result: bool, owned: bool, terminator: bool, doc: str) -> None:
        self.name = name
        self.operands = operands
        self.imm = imm
        self.effect = effect
        self.has_result = has_result
        self.owned = owned
        self.terminator = terminator
        self.doc = doc

    def __repr__(self) -> str:
        return self.name

    def consumes(self, index: int) -> bool:
        """Tell whether operand ``index`` is moved into the op."""
        letters = self.operands
        star = letters.find("*")
        if star >= 0 and index >= star - 1:
            return letters[star - 1] == "c"
        return letters[index] == "c"


OPS: dict[str, OpKind] = {}


def _op(name: str, operands: str, effect: str, doc: str, imm: str = "", result: bool = True, owned: bool = True, end: bool = False) -> OpKind:
    kind = OPS[name] = OpKind(name, operands, imm, effect, result, owned, end, doc)
    return kind


# constants and moves
CONST = _op("const", "", NONE, "a literal of a scalar type; Duration, Size, Path as their plain content", "value")
CONST_GLOBAL = _op("const.global", "", NONE, "a new holder of the value of a module's constant", "name")
CONST_PEEK = _op("const.peek", "", NONE, "borrow the value of a module's constant", "name", owned=False)
TYPE_CONST = _op("type.const", "b*", NONE, "a type at run time; operands are the types of the type parameters that it names", "type, names of the parameters")
DUP = _op("dup", "b", WRITE, "one more holder of the value; the result is that holder")
DROP = _op("drop", "c", WRITE, "one holder less; of a cell: of what it holds", result=False)
# a slot holds nothing before its first slot.set; the ownership pass clears slots before the function returns
SLOT_GET = _op("slot.get", "", READ, "a new holder of what the slot holds", "slot")
SLOT_TAKE = _op("slot.take", "", WRITE, "move the slot's content out; it must be set again before it is read", "slot")
SLOT_SET = _op("slot.set", "c", WRITE, "put a value into a slot of the frame, instead of what it held", "slot", result=False)
SLOT_PEEK = _op("slot.peek", "", READ, "borrow what the slot holds", "slot", owned=False)
SLOT_MUT = _op("slot.mut", "", WRITE, "borrow what the slot holds for change, made unique in place", "slot", owned=False)
SLOT_CLEAR = _op("slot.clear", "", WRITE, "give up what the slot holds, if anything", "slot", result=False)

# numbers: fail with overflow, divide_by_zero where §4 says so
for _n in ("add", "sub", "mul", "floordiv", "mod", "pow", "shl", "shr", "ushr"):
    _op(f"int.{_n}", "bb", TRAP, f"checked 64-bit {_n}")
for _n in ("wadd", "wsub", "wmul", "and", "or", "xor"):
    _op(f"int.{_n}", "bb", NONE, f"{_n} on 64 bits, wrapping")
for _n in ("eq", "ne", "lt", "le", "gt", "ge"):
    _op(f"int.{_n}", "bb", NONE, "compare")
    _op(f"float.{_n}", "bb", NONE, "compare by IEEE-754")
    _op(f"str.{_n}", "bb", NONE, "compare by scalar value")
    _op(f"gen.{_n}", "bb", NONE, "compare two values of any one type by structure (§4)")
_op("int.neg", "b", TRAP, "checked negation")
_op("int.not", "b", NONE, "bitwise complement")
_op("int.div", "bb", NONE, "IEEE-754 division of two Ints, a Float")
_op("int.next", "b", NONE, "n + 1 of a loop's counter: at most 2**63, which is only compared then")
_op("int.to_float", "b", NONE, "convert")
for _n in ("add", "sub", "mul", "div", "floordiv", "mod", "pow"):
    _op(f"float.{_n}", "bb", NONE, "IEEE-754")
_op("float.neg", "b", NONE, "negate")
_op("bool.not", "b", NONE, "negate")
_op("bool.and", "bb", NONE, "both (both are there already: where the right side may fail or act, it is a branch)")
_op("bool.or", "bb", NONE, "either, likewise")
for _n in ("add", "sub", "mul"):
    _op(f"num.{_n}", "bb", TRAP, "on a type parameter bounded by Num: Int or Float")
_op("num.neg", "b", TRAP, "likewise")
_op("num.literal", "b", NONE, "an integer literal of the Num type that the operand (a Type) is", "value")
for _n in ("add", "sub", "mul", "div", "neg"):
    _op(f"unit.{_n}", "b*", TRAP, "arithmetic of Duration, Size and Instant; imm has the operand types", "types")

# text and bytes
_op("str.concat", "bb", NONE, "join two")
_op("str.build", "b*", NONE, "interpolation: join texts", "")
_op("str.format", "b", TRAP, "a value as text by a format; imm is the parsed format as plain data", "format")
_op("secret.build", "b*", NONE, "interpolation of a Secret: parts are Str or Secret, the result is a Secret")
_op("str.show", "b", NONE, "to_str of any Data value")
_op("str.index", "bb", TRAP, "one scalar value as Str")
_op("str.slice", "bbb", TRAP, "a..b; an open side is a const Unit", "inclusive")
_op("str.len", "b", NONE, "scalar values")
_op("bytes.index", "bb", TRAP, "an Int")
_op("bytes.slice", "bbb", TRAP, "like str.slice", "inclusive")
_op("bytes.concat", "bb", NONE, "join")
_op("bytes.len", "b", NONE, "length")
_op("path.new", "b", NONE, "Path(text)")
_op("path.join", "bb", TRAP, "p / \"sub\"")

# lists (a range is a list that is not built)
_op("list.new", "c*", NONE, "a list of the operands")
_op("list.range", "bb", TRAP, "a..b or a..=b as a list that is never built until it is changed", "inclusive")
_op("list.len", "b", NONE, "length")
_op("list.get", "bb", TRAP, "a new holder of an element")
_op("list.peek", "bb", TRAP, "borrow an element", owned=False)
_op("list.at", "bb", NONE, "list.get where the index is known to be inside (a loop over the list, a pattern)")
_op("list.at_peek", "bb", NONE, "list.peek, likewise", owned=False)
_op("list.take", "bb", TRAP, "list.get that moves the element out where the operand is its list's only holder: it gets it back before it is read")
_op("list.slice", "bbb", TRAP, "a new list of a..b", "inclusive")
_op("list.concat", "cb", NONE, "lhs + rhs; writes into lhs where that is its only holder")
_op("list.push", "cc", NONE, "append; the result is the list")
_op("list.set", "cbc", TRAP, "xs[i] = x; the result is the list")
_op("list.own", "c", NONE, "the same list with this as its only holder (copies where it is shared)")
_op("list.mut", "bb", TRAP, "borrow an element for change; the operand must be owned uniquely; the element is made unique in place", owned=False)
_op("list.put", "bbc", TRAP, "store into a uniquely owned or mutably borrowed list, in place", result=False)
_op("list.append", "bc", WRITE, "append to a uniquely owned or mutably borrowed list, in place", result=False)
_op("list.extend", "bb", WRITE, "append the elements of the second list to a uniquely owned or mutably borrowed list, in place", result=False)
_op("list.contains", "bb", NONE, "x in xs; operands: list, element")

# maps and sets
_op("map.new", "c*", NONE, "keys and values in turn; a later equal key replaces the value")
_op("map.get", "bb", TRAP, "a new holder of the value; fails with missing_key")
_op("map.find", "bb", NONE, "Option of a new holder")
_op("map.peek", "bb", TRAP, "borrow the value; fails with missing_key", owned=False)
_op("map.take", "bb", TRAP, "map.get that moves the value out, like list.take")
_op("map.get_or", "bbb", NONE, "the value or the third operand: m[k, default: d]")
_op("map.set", "ccc", NONE, "m[k] = v; the result is the map")
_op("map.own", "c", NONE, "like list.own")
_op("map.mut", "bb", TRAP, "like list.mut, by key; fails with missing_key", owned=False)
_op("map.mut_or", "bbc", NONE, "like map.mut, storing the third operand first where the key is missing", owned=False)
_op("map.put", "bcc", WRITE, "like list.put", result=False)
_op("map.has", "bb", NONE, "k in m; operands: map, key")
_op("map.len", "b", NONE, "length")
_op("map.entries", "b", NONE, "List of (key, value) in order, for iteration")
_op("map.keys", "b", NONE, "List of keys in order")
_op("set.new", "b", NONE, "Set(list)")
_op("set.has", "bb", NONE, "x in s; operands: set, element")
_op("set.own", "c", NONE, "like list.own")
_op("set.len", "b", NONE, "length")
_op("set.put", "bc", WRITE, "add an element to a uniquely owned or mutably borrowed set, in place", result=False)
_op("set.items", "b", NONE, "List of the elements in order, for iteration")

# tuples, records, enums
_op("tuple.new", "c*", NONE, "a tuple")
_op("tuple.get", "b", NONE, "a new holder of a part", "index")
_op("tuple.peek", "b", NONE, "borrow a part", "index", owned=False)
_op("record.new", "c*", NONE, "a record; operands are the fields in order", "name")
_op("record.get", "b", NONE, "a new holder of a field", "index")
_op("record.peek", "b", NONE, "borrow a field", "index", owned=False)
_op("record.take", "b", NONE, "move a field out of a record that is owned and gets it back before it is read (else a copy)", "index")
_op("record.set", "cc", NONE, "p.x = e; the result is the record", "index")
_op("record.own", "c", NONE, "like list.own")
_op("record.mut", "b", NONE, "borrow a field for change, made unique in place", "index", owned=False)
_op("record.put", "bc", WRITE, "like list.put", "index", result=False)
_op("enum.new", "c*", NONE, "a variant", "enum, variant index")
_op("enum.tag", "b", NONE, "the variant's index, an Int")
_op("enum.is", "b", NONE, "whether it is that variant", "enum, variant index")
_op("enum.get", "b", NONE, "a new holder of a part of the payload", "enum, variant index, part")
_op("enum.peek", "b", NONE, "borrow a part of the payload", "enum, variant index, part", owned=False)

# cells and places: a variable that is handed to a `var self` function lives in a cell
_op("cell.new", "c", NONE, "a cell that holds a value")
_op("cell.get", "b", READ, "a new holder of the content")
_op("cell.peek", "b", READ, "borrow the content", owned=False)
_op("cell.set", "bc", WRITE, "replace the content", result=False)
_op("cell.mut", "b", WRITE, "borrow the content for change, made unique in place", owned=False)
_op("place.get", "bb", READ, "a new holder of what the place holds; operands: container, key")
_op("place.peek", "bb", READ, "borrow it", owned=False)
_op("place.set", "bbc", WRITE, "replace it", result=False)
_op("place.mut", "bb", WRITE, "borrow it for change, made unique in place", owned=False)
_op("place.cell", "b", NONE, "container and key of a cell (two results as a pair of the codegen: see place.key)", owned=False)
_op("place.list", "bb", TRAP, "the container of element i of a mutably borrowed list, after the bounds check", owned=False)
_op("place.map", "bb", TRAP, "the container of key k of a mutably borrowed map; fails with missing_key", owned=False)
_op("place.record", "b", NONE, "the container of a field of a mutably borrowed record", "index", owned=False)
_op("place.key", "b*", NONE, "the key that goes with the container: operand the index or map key, or none with imm the field index or 0", "kind, index", owned=False)

# calls.  `call` operands follow the callee's modes; the verifier checks them
_op("call", "?", CALL, "call a function of the program; operands by its modes", "function")
_op("call.closure", "bc*", CALL, "call a function value; operands after the first are owned")
_op("call.host", "b*", CALL, "call a host function of the library; operands are borrowed, type operands first; a var self operand is the mutably borrowed receiver", "name")
_op("call.task", "c*", CALL, "call a task", "task")
_op("closure.new", "c*", NONE, "a function value that holds the operands as its first arguments", "function")
_op("command.new", "b*", TRAP, "a Command; imm: words, each a tuple of (text | operand index with the kind of its type); see interp", "words, line")
_op("fail", "c", TRAP, "fail with an Error record", end=True, result=False)
_op("fail.again", "c", TRAP, "fail on with what a handler's parameter holds, as it came: trace kept, also what `try` does not take", end=True, result=False)
_op("fail.kind", "b*", TRAP, "fail with a kind of the language; operands are shown in the message", "kind, message", end=True, result=False)
_op("error.new", "b", NONE, "an Error of kind `fail` from a message")
_op("assert.fail", "b*", TRAP, "a failed assertion; operands: the two sides of a comparison (or none), then perhaps the message", "source text, operator or ''; has message", end=True, result=False)

# regions
_op("only.mark", "", READ, "the permit of this frame as it is now, a value of type Permit (plain, never owned)")
_op("only.enter", "b*", WRITE, "narrow the permit of this frame; operands are the values of the holes in order", "needs (ScopeTemplates as plain tuples)", result=False)
_op("only.leave", "b", WRITE, "back to the permit that only.mark gave; at the end of the block and first in handlers around it", result=False)
# A handler whose first op is region.enter ("defer",) belongs to a `defer` and takes every failure; any other is a `try`'s.
# Between region.enter and region.leave of "defer" the frame is shielded from cancellation; they nest.
_op("region.enter", "", WRITE, "seq, par or defer begins; seq and par mean nothing yet, line by line", "kind", result=False)
_op("region.leave", "", WRITE, "it ends", "kind", result=False)
_op("defer.note", "bb", NONE, "the first failure with a later one (of a defer block) as its note")

# terminators
_op("jump", "c*", NONE, "go to a block; operands are its parameters", "block", end=True, result=False)
_op("branch", "b", NONE, "go to the first block where the operand is true, else to the second; neither takes parameters", "then, else", end=True, result=False)
_op("switch", "b", NONE, "by an Int: (target of 0, of 1, …), then the default; none takes parameters", "tuple of blocks, default", end=True, result=False)
_op("return", "c", NONE, "leave the function with a value", end=True, result=False)
_op("unreachable", "", NONE, "the checker proved that this is never reached", end=True, result=False)
