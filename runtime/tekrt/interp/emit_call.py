"""How constants of modules, slots, calls, failures and regions are written in Python.

Ops that leave the function (see ``flow.LEAVING``) are written by :mod:`~tekrt.interp.shape`, which knows what is live.
"""

from __future__ import annotations

from tekrt.interp.gen import expr, stmt
from tekrt.interp.owning import ANY, NOTHING, OBJECT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.interp.gen import Gen
    from tekrt.ir import Op


@stmt("dup")
def _dup(g: Gen, op: Op) -> None:
    g.hold(g.name(op.args[0]), op.args[0].type, op)


@stmt("drop")
def _drop(g: Gen, op: Op) -> None:
    if g.plan.real(op.args[0]) in g.plan.consts:
        return
    g.release(g.name(op.args[0]), op.args[0].type, op)


@expr("const.global", "const.peek")
def _global(g: Gen, op: Op) -> str:
    return g.need("const", op.imm[0])


@expr("type.const")
def _type(g: Gen, op: Op) -> str:
    made = g.need("type", op.imm[0])
    if not op.args:
        return made
    return f"substitute({made}, {tuple(op.imm[1])!r}, ({''.join(g.use(a) + ', ' for a in op.args)}))"


# slots: locals that live as long as the frame


@expr("slot.get", "slot.peek")
def _slot_get(g: Gen, op: Op) -> str:
    return f"s{op.imm[0]}"


@stmt("slot.take")
def _slot_take(g: Gen, op: Op) -> None:
    assert op.result is not None
    g.line(f"{g.local(op.result)} = s{op.imm[0]}", op)
    g.line(f"s{op.imm[0]} = None", op)


@stmt("slot.set")
def _slot_set(g: Gen, op: Op) -> None:
    slot = f"s{op.imm[0]}"
    t = g.function.slots[op.imm[0]]
    if not g.owning.counts(t):
        g.line(f"{slot} = {g.use(op.args[0])}", op)
        return
    item, scratch = g.name(op.args[0]), g.scratch()
    g.line(f"{scratch} = {slot}", op)
    g.line(f"{slot} = {item}", op)
    g.line(f"drop({scratch})", op)


@stmt("slot.mut")
def _slot_mut(g: Gen, op: Op) -> None:
    assert op.result is not None
    slot = f"s{op.imm[0]}"
    g.line(f"{slot} = {g.local(op.result)} = own({slot})", op)


@stmt("slot.clear")
def _slot_clear(g: Gen, op: Op) -> None:
    clear_slot(g, op.imm[0], op)


def clear_slot(g: Gen, slot: int, op: Op | None = None) -> None:
    """Write that a slot gives up what it holds."""
    t = g.function.slots[slot]
    kind = g.owning.kind(t)
    if kind in (OBJECT, ANY, "record"):
        g.line(f"drop(s{slot})", op)
    elif kind != NOTHING and g.owning.counts(t[1]):
        g.line(f"if s{slot} is not None: drop(s{slot}[0])", op)
    g.line(f"s{slot} = None", op)


# calls that stay


@stmt("call.host")
def _host(g: Gen, op: Op) -> None:
    name = op.imm[0]
    args = ", ".join([g.context(), *(g.use(a) for a in op.args)])
    text = f"{g.need('host', name)}({args})"
    if op.result is not None and g.plan.uses.get(op.result):
        g.line(f"{g.local(op.result)} = {text}", op)
    else:
        g.line(text, op)


@expr("closure.new")
def _closure(g: Gen, op: Op) -> str:
    name = op.imm[0]
    caps = "".join(g.use(a) + ", " for a in op.args)
    height = g.heights.get(name)
    direct = (
        "" if height is None else f", {g.need('direct', name)}" if not height else f", with_depth({g.need('direct', name)})"
    )
    return f"Closure({name!r}, {g.need('function', name)}, ({caps}){direct})"


@stmt("call")
def _call(g: Gen, op: Op) -> None:
    g.direct(op)  # a call that leaves is written by ``shape``


@expr("command.new")
def _command(g: Gen, op: Op) -> str:
    words = _plain_words(op.imm[0])
    return f"build_command({words!r}, ({''.join(g.use(a) + ', ' for a in op.args)}))"


def _plain_words(words: object) -> object:
    """Return words with the type of each hole as its head alone."""
    return tuple(tuple(part if isinstance(part, str) else (part[0], part[1][0]) for part in word) for word in words)  # type: ignore[attr-defined]


# failing


@stmt("fail")
def _fail(g: Gen, op: Op) -> None:
    g.line(f"raise failure_of({g.use(op.args[0])})", op)


@stmt("fail.again")
def _again(g: Gen, op: Op) -> None:
    g.line(f"raise again({g.use(op.args[0])})", op)


@stmt("fail.kind")
def _fail_kind(g: Gen, op: Op) -> None:
    kind, message = op.imm[0], op.imm[1]
    g.line(f"fail_kind({kind!r}, {message!r}, ({''.join(g.use(a) + ', ' for a in op.args)}))", op)


@expr("error.new")
def _error(g: Gen, op: Op) -> str:
    return f"new_error('fail', {g.use(op.args[0])})"


@stmt("assert.fail")
def _assert(g: Gen, op: Op) -> None:
    source, operator, has_message = op.imm
    g.line(f"assert_fail({source!r}, {operator!r}, {has_message!r}, ({''.join(g.use(a) + ', ' for a in op.args)}))", op)


@stmt("unreachable")
def _unreachable(g: Gen, op: Op) -> None:
    g.line("unreachable()", op)


# regions


@expr("only.mark")
def _mark(g: Gen, op: Op) -> str:
    return g.context()


@stmt("only.enter")
def _only_enter(g: Gen, op: Op) -> None:
    values = "".join(g.use(a) + ", " for a in op.args)
    g.line(f"F[5] = C = only_enter({g.context()}, {op.imm[0]!r}, ({values}))", op)


@stmt("only.leave")
def _only_leave(g: Gen, op: Op) -> None:
    g.context()
    g.line(f"F[5] = C = {g.use(op.args[0])}", op)


@stmt("region.enter")
def _enter(g: Gen, op: Op) -> None:
    if op.imm[0] == "defer":
        g.context()
        g.line("F[5] = C = shield(F)", op)


@stmt("region.leave")
def _leave(g: Gen, op: Op) -> None:
    if op.imm[0] == "defer":
        g.context()
        g.line("F[5] = C = unshield(F)", op)


@expr("defer.note")
def _note(g: Gen, op: Op) -> str:
    return f"noted({g.use(op.args[0])}, {g.use(op.args[1])})"
