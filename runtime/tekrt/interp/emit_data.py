"""How ops on lists, maps, sets, tuples, records, variants, cells and places are written in Python."""

from __future__ import annotations

from tekrt.interp.emit_scalar import check_index
from tekrt.interp.gen import expr, stmt
from tekrt.interp.owning import ANY, RECORD
from tekrt.values.types import FIELD_BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.interp.gen import Gen
    from tekrt.ir import Op, Value
    from tekrt.ir.types import IrType

_SELF_KEYS = frozenset(
    ["Int", "Str", "Bool", "Bytes", "Unit", "Duration", "Size", "Instant", "Path", "Regex", "Command", "Secret"]
)
_COPY = {"List": "copy_list", "Map": "copy_map", "Set": "copy_set", "Record": "copy_record"}


def _key(g: Gen, value: Value) -> str:
    """Return what stands for a map key or set element in the dicts."""
    text = g.use(value)
    return text if value.type[0] in _SELF_KEYS else f"key_of({text})"


def _dest(g: Gen, op: Op) -> str:
    assert op.result is not None
    return g.local(op.result)


def _unique(g: Gen, op: Op, name: str, t: IrType, store: str = "") -> None:
    """Write that the value in ``name`` is made unique; ``store`` is where it is held."""
    target = f"{store} = {name}" if store else name
    kind = g.owning.kind(t)
    if t[0] in _COPY:
        count = f"{name}[0]" if kind == RECORD else f"{name}.rc"
        g.line(f"if {count} != 1: {target} = {_COPY[t[0]]}({name})", op)
    elif kind == ANY:
        g.line(f"{target} = own({name})", op)


def _owned(g: Gen, op: Op) -> str:
    """Write that the first operand is made unique, in the result's local; return it."""
    dest = _dest(g, op)
    source = g.use(op.args[0])
    if source != dest:
        g.line(f"{dest} = {source}", op)
    _unique(g, op, dest, op.args[0].type)
    return dest


@stmt("list.own", "map.own", "set.own", "record.own")
def _own(g: Gen, op: Op) -> None:
    _owned(g, op)


# lists


@expr("list.new")
def _list_new(g: Gen, op: Op) -> str:
    return f"TList(1, [{', '.join(g.use(a) for a in op.args)}])"


@expr("list.range")
def _range(g: Gen, op: Op) -> str:
    end = g.use(op.args[1]) if not op.imm[0] else f"{g.use(op.args[1])} + 1"
    return f"TList(2, range({g.use(op.args[0])}, {end}))"


@expr("list.len")
def _list_len(g: Gen, op: Op) -> str:
    return f"len({g.use(op.args[0])}.a)"


@expr("list.get", "list.peek")
def _list_get(g: Gen, op: Op) -> str:
    of, at = g.name(op.args[0]), g.name(op.args[1])
    check_index(g, op, f"{of}.a", at)
    g.trap("index", at, f"{of}.a")
    return f"{of}.a[{at}]"


@expr("list.at", "list.at_peek")
def _list_at(g: Gen, op: Op) -> str:
    return f"{g.use(op.args[0])}.a[{g.use(op.args[1])}]"


@stmt("list.take")
def _list_take(g: Gen, op: Op) -> None:
    of, at, dest = g.name(op.args[0]), g.name(op.args[1]), _dest(g, op)
    check_index(g, op, f"{of}.a", at)
    if not g.owning.counts(op.args[0].type[1]):
        g.line(f"{dest} = {of}.a[{at}]", op, ("index", at, f"{of}.a"))
        return
    scratch = g.scratch()
    g.line(f"{scratch} = {of}.a[{at}]", op, ("index", at, f"{of}.a"))
    g.line(f"if {of}.rc == 1: {of}.a[{at}] = None", op)
    g.line(f"else: dup({scratch})", op)
    g.line(f"{dest} = {scratch}", op)


@expr("list.slice")
def _list_slice(g: Gen, op: Op) -> str:
    a, b, c = (g.use(x) for x in op.args)
    return f"list_slice({a}, {b}, {c}, {bool(op.imm[0])})"


@stmt("list.concat")
def _list_concat(g: Gen, op: Op) -> None:
    left, right = (g.use(a) for a in op.args)
    g.line(f"{_dest(g, op)} = list_concat({left}, {right})", op)


@stmt("list.push")
def _list_push(g: Gen, op: Op) -> None:
    item = g.name(op.args[1])
    g.line(f"{_owned(g, op)}.a.append({item})", op)


@stmt("list.set")
def _list_set(g: Gen, op: Op) -> None:
    at, item = g.name(op.args[1]), g.name(op.args[2])
    _put(g, op, f"{_owned(g, op)}.a", at, item)


@stmt("list.put")
def _list_put(g: Gen, op: Op) -> None:
    of, at, item = (g.name(a) for a in op.args)
    _put(g, op, f"{of}.a", at, item)


def _put(g: Gen, op: Op, of: str, at: str, item: str) -> None:
    check_index(g, op, of, at)
    t = op.args[2].type
    if g.owning.counts(t):
        scratch = g.scratch()
        g.line(f"{scratch} = {of}[{at}]", op, ("index", at, of))
        g.line(f"{of}[{at}] = {item}", op)
        g.line(f"drop({scratch})", op)  # which may be the hole that list.take left
    else:
        g.line(f"{of}[{at}] = {item}", op, ("index", at, of))


@stmt("list.append")
def _list_append(g: Gen, op: Op) -> None:
    g.line(f"{g.use(op.args[0])}.a.append({g.use(op.args[1])})", op)


@stmt("list.extend")
def _list_extend(g: Gen, op: Op) -> None:
    of, items = g.use(op.args[0]), g.use(op.args[1])
    if g.owning.counts(op.args[0].type[1]):
        g.line(f"{of}.a.extend(share_all({items}.a))", op)
    else:
        g.line(f"{of}.a.extend({items}.a)", op)


@stmt("list.mut")
def _list_mut(g: Gen, op: Op) -> None:
    of, at, dest = g.name(op.args[0]), g.name(op.args[1]), _dest(g, op)
    check_index(g, op, f"{of}.a", at)
    scratch = dest if dest not in (of, at) else g.scratch()
    g.line(f"{scratch} = {of}.a[{at}]", op, ("index", at, f"{of}.a"))
    _unique(g, op, scratch, op.args[0].type[1], f"{of}.a[{at}]")
    if scratch != dest:
        g.line(f"{dest} = {scratch}", op)


@expr("list.contains")
def _list_contains(g: Gen, op: Op) -> str:
    of, item = op.args
    if item.type[0] in _SELF_KEYS:
        a = g.name(of)
        return f"({g.use(item)} in {a}.a)"
    return f"list_contains({g.use(of)}, {g.use(item)})"


# maps and sets


@expr("map.new")
def _map_new(g: Gen, op: Op) -> str:
    if not op.args:
        return "TMap(1, {})"
    pairs = [f"({g.use(k)}, {g.use(v)})" for k, v in zip(op.args[::2], op.args[1::2], strict=True)]
    return f"new_map(({', '.join(pairs)},))"


@expr("map.get", "map.peek")
def _map_get(g: Gen, op: Op) -> str:
    of, key = g.name(op.args[0]), g.name(op.args[1])
    g.trap("key", key)
    return f"{of}.d[{key if op.args[1].type[0] in _SELF_KEYS else f'key_of({key})'}]"


@stmt("map.take")
def _map_take(g: Gen, op: Op) -> None:
    of, key, dest = g.name(op.args[0]), g.name(op.args[1]), _dest(g, op)
    canon = key if op.args[1].type[0] in _SELF_KEYS else f"key_of({key})"
    scratch = g.scratch()
    g.line(f"{scratch} = {of}.d[{canon}]", op, ("key", key))
    if g.owning.counts(op.args[0].type[2]):
        g.line(f"if {of}.rc == 1: {of}.d[{canon}] = None", op)
        g.line(f"else: dup({scratch})", op)
    g.line(f"{dest} = {scratch}", op)


@stmt("map.find")
def _map_find(g: Gen, op: Op) -> None:
    of, key, dest = g.use(op.args[0]), _key(g, op.args[1]), _dest(g, op)
    scratch = g.scratch()
    g.line(f"{scratch} = {of}.d.get({key}, MISSING)", op)
    t = op.args[0].type[2]
    if g.owning.counts(t):
        g.line(f"if {scratch} is MISSING: {dest} = NONE", op)
        g.line("else:", op)
        g.indent += 1
        g.hold(scratch, t, op)
        g.line(f"{dest} = (SOME, {scratch})", op)
        g.indent -= 1
    else:
        g.line(f"{dest} = NONE if {scratch} is MISSING else (SOME, {scratch})", op)


@stmt("map.get_or")
def _map_get_or(g: Gen, op: Op) -> None:
    of, key, other, dest = g.use(op.args[0]), _key(g, op.args[1]), g.use(op.args[2]), _dest(g, op)
    g.line(f"{dest} = {of}.d.get({key}, {other})", op)
    g.hold(dest, op.args[0].type[2], op)


@stmt("map.set")
def _map_set(g: Gen, op: Op) -> None:
    key, value = g.name(op.args[1]), g.name(op.args[2])
    _map_store(g, op, _owned(g, op), key, value)


@stmt("map.put")
def _map_put(g: Gen, op: Op) -> None:
    of, key, value = (g.name(a) for a in op.args)
    _map_store(g, op, of, key, value)


def _map_store(g: Gen, op: Op, of: str, key: str, value: str) -> None:
    if op.args[1].type[0] in _SELF_KEYS and not g.owning.counts(op.args[2].type):
        g.line(f"{of}.d[{key}] = {value}", op)
    else:
        g.line(f"map_put({of}, {key}, {value})", op)


@stmt("map.mut")
def _map_mut(g: Gen, op: Op) -> None:
    of, key, dest = g.name(op.args[0]), g.name(op.args[1]), _dest(g, op)
    canon = key
    if op.args[1].type[0] not in _SELF_KEYS:
        canon = g.scratch()
        g.line(f"{canon} = key_of({key})", op)
    scratch = dest if dest not in (of, key) else g.scratch()
    g.line(f"{scratch} = {of}.d[{canon}]", op, ("key", key))
    _unique(g, op, scratch, op.args[0].type[2], f"{of}.d[{canon}]")
    if scratch != dest:
        g.line(f"{dest} = {scratch}", op)


@stmt("map.mut_or")
def _map_mut_or(g: Gen, op: Op) -> None:
    of, key, other = (g.use(a) for a in op.args)
    g.line(f"{_dest(g, op)} = map_mut_or({of}, {key}, {other})", op)


@expr("map.has", "set.has")
def _has(g: Gen, op: Op) -> str:
    of = g.use(op.args[0])
    return f"({_key(g, op.args[1])} in {of}.d)"


@expr("map.len", "set.len")
def _map_len(g: Gen, op: Op) -> str:
    return f"len({g.use(op.args[0])}.d)"


@expr("map.entries", "map.keys", "set.items")
def _entries(g: Gen, op: Op) -> str:
    return f"{op.kind.name.replace('.', '_')}({g.use(op.args[0])})"


@expr("set.new")
def _set_new(g: Gen, op: Op) -> str:
    return f"set_of({g.use(op.args[0])})"


@stmt("set.put")
def _set_put(g: Gen, op: Op) -> None:
    of, item = g.use(op.args[0]), g.name(op.args[1])
    if op.args[1].type[0] in _SELF_KEYS:
        g.line(f"{of}.d.setdefault({item}, {item})", op)
    else:
        g.line(f"set_put({of}, {item})", op)


# tuples, records, variants


@expr("tuple.new")
def _tuple(g: Gen, op: Op) -> str:
    return f"({', '.join(g.use(a) for a in op.args)})"


@expr("tuple.get", "tuple.peek")
def _tuple_get(g: Gen, op: Op) -> str:
    return f"{g.use(op.args[0])}[{op.imm[0]}]"


@expr("record.new")
def _record(g: Gen, op: Op) -> str:
    made = g.need("record", op.imm[0])
    return f"[1, {', '.join([made, *(g.use(a) for a in op.args)])}]"


@expr("record.get", "record.peek")
def _record_get(g: Gen, op: Op) -> str:
    return f"{g.use(op.args[0])}[{op.imm[0] + FIELD_BASE}]"


@stmt("record.take")
def _record_take(g: Gen, op: Op) -> None:
    of, at, dest = g.name(op.args[0]), op.imm[0] + FIELD_BASE, _dest(g, op)
    assert op.result is not None
    if not g.owning.counts(op.result.type):
        g.line(f"{dest} = {of}[{at}]", op)
        return
    scratch = dest if dest != of else g.scratch()
    g.line(f"{scratch} = {of}[{at}]", op)
    g.line(f"if {of}[0] == 1: {of}[{at}] = None", op)
    g.line(f"else: dup({scratch})", op)
    if scratch != dest:
        g.line(f"{dest} = {scratch}", op)


@stmt("record.set")
def _record_set(g: Gen, op: Op) -> None:
    item = g.name(op.args[1])
    _record_store(g, op, _owned(g, op), item)


@stmt("record.put")
def _record_put(g: Gen, op: Op) -> None:
    of, item = g.name(op.args[0]), g.name(op.args[1])
    _record_store(g, op, of, item)


def _record_store(g: Gen, op: Op, of: str, item: str) -> None:
    _replace(g, op, f"{of}[{op.imm[0] + FIELD_BASE}]", item, op.args[1].type)


def _replace(g: Gen, op: Op, place: str, item: str, t: IrType) -> None:
    """Write that a place gets another value and gives up the one it held."""
    if g.owning.counts(t):
        scratch = g.scratch()
        g.line(f"{scratch} = {place}", op)
        g.line(f"{place} = {item}", op)
        g.line(f"drop({scratch})", op)
    else:
        g.line(f"{place} = {item}", op)


@stmt("record.mut")
def _record_mut(g: Gen, op: Op) -> None:
    of, dest = g.name(op.args[0]), _dest(g, op)
    assert op.result is not None
    _borrow(g, op, f"{of}[{op.imm[0] + FIELD_BASE}]", of, dest, op.result.type)


def _borrow(g: Gen, op: Op, place: str, of: str, dest: str, t: IrType) -> None:
    """Write that what a place holds is made unique in place and borrowed."""
    scratch = dest if dest != of else g.scratch()
    g.line(f"{scratch} = {place}", op)
    _unique(g, op, scratch, t, place)
    if scratch != dest:
        g.line(f"{dest} = {scratch}", op)


@expr("enum.new")
def _enum_new(g: Gen, op: Op) -> str:
    enum, index = op.imm
    if not op.args:
        return "NONE" if enum == "Option" else g.need("value", enum, index)
    made = _variant(g, enum, index)
    return f"({', '.join([made, *(g.use(a) for a in op.args)])})"


_BUILT_IN = {("Option", 1): "SOME", ("Result", 0): "OK", ("Result", 1): "ERR"}


def _variant(g: Gen, enum: str, index: int) -> str:
    return _BUILT_IN.get((enum, index)) or g.need("variant", enum, index)


@expr("enum.tag")
def _enum_tag(g: Gen, op: Op) -> str:
    return f"{g.use(op.args[0])}[0].index"


@expr("enum.is")
def _enum_is(g: Gen, op: Op) -> str:
    enum, index = op.imm
    if enum == "Option":
        return f"({g.use(op.args[0])} is{' not' if index else ''} NONE)"
    return f"({g.use(op.args[0])}[0] is {_variant(g, enum, index)})"


@expr("enum.get", "enum.peek")
def _enum_get(g: Gen, op: Op) -> str:
    return f"{g.use(op.args[0])}[{op.imm[2] + 1}]"


# cells and places


@expr("cell.new")
def _cell(g: Gen, op: Op) -> str:
    return f"[{g.use(op.args[0])}]"


@expr("cell.get", "cell.peek")
def _cell_get(g: Gen, op: Op) -> str:
    return f"{g.use(op.args[0])}[0]"


@stmt("cell.set")
def _cell_set(g: Gen, op: Op) -> None:
    of, item = g.name(op.args[0]), g.name(op.args[1])
    _replace(g, op, f"{of}[0]", item, op.args[1].type)


@stmt("cell.mut")
def _cell_mut(g: Gen, op: Op) -> None:
    of, dest = g.name(op.args[0]), _dest(g, op)
    assert op.result is not None
    _borrow(g, op, f"{of}[0]", of, dest, op.result.type)


@expr("place.get", "place.peek")
def _place_get(g: Gen, op: Op) -> str:
    return f"{g.use(op.args[0])}[{g.use(op.args[1])}]"


@stmt("place.set")
def _place_set(g: Gen, op: Op) -> None:
    of, key, item = (g.name(a) for a in op.args)
    _replace(g, op, f"{of}[{key}]", item, op.args[2].type)


@stmt("place.mut")
def _place_mut(g: Gen, op: Op) -> None:
    of, key, dest = g.name(op.args[0]), g.name(op.args[1]), _dest(g, op)
    assert op.result is not None
    scratch = dest if dest not in (of, key) else g.scratch()
    g.line(f"{scratch} = {of}[{key}]", op)
    _unique(g, op, scratch, op.result.type, f"{of}[{key}]")
    if scratch != dest:
        g.line(f"{dest} = {scratch}", op)


@expr("place.cell", "place.record")
def _place_same(g: Gen, op: Op) -> str:
    return g.use(op.args[0])


@stmt("place.list")
def _place_list(g: Gen, op: Op) -> None:
    of, at = g.name(op.args[0]), g.name(op.args[1])
    check_index(g, op, f"{of}.a", at)
    g.line(f"{of}.a[{at}]", op, ("index", at, f"{of}.a"))
    g.line(f"{_dest(g, op)} = {of}.a", op)


@stmt("place.map")
def _place_map(g: Gen, op: Op) -> None:
    of, key = g.name(op.args[0]), g.name(op.args[1])
    canon = key if op.args[1].type[0] in _SELF_KEYS else f"key_of({key})"
    g.line(f"{of}.d[{canon}]", op, ("key", key))
    g.line(f"{_dest(g, op)} = {of}.d", op)


@expr("place.key")
def _place_key(g: Gen, op: Op) -> str:
    kind, index = op.imm[0], op.imm[1] if len(op.imm) > 1 else 0
    if kind == "cell":
        return "0"
    if kind == "record":
        return str(index + FIELD_BASE)
    return _key(g, op.args[0]) if kind == "map" else g.use(op.args[0])
