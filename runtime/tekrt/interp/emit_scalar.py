"""How ops on numbers, texts, bytes and conditions are written in Python."""

from __future__ import annotations

from tekrt.interp.gen import expr, stmt
from tekrt.values.format import spec_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.interp.gen import Gen
    from tekrt.ir import Op

_COMPARE = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_DIRECT = frozenset(
    ["Int", "Float", "Bool", "Str", "Bytes", "Duration", "Size", "Instant", "Path", "Regex", "Command", "Unit", "Secret"]
)
MAX = "9223372036854775807"
MIN = "-9223372036854775808"


@expr(*[f"{t}.{c}" for t in ("int", "float", "str", "gen") for c in _COMPARE])
def _compare(g: Gen, op: Op) -> str:
    family, _, word = op.kind.name.partition(".")
    a, b = op.args
    if family == "gen" and a.type[0] not in _DIRECT:
        return _structural(g, word, g.use(a), g.use(b))
    return f"({g.use(a)} {_COMPARE[word]} {g.use(b)})"


def _structural(g: Gen, word: str, a: str, b: str) -> str:
    if word == "eq":
        return f"equal({a}, {b})"
    if word == "ne":
        return f"(not equal({a}, {b}))"
    if word in ("gt", "ge"):
        # evaluated in the order written, compared the other way round
        return f"more{'_equal' if word == 'ge' else ''}({a}, {b})"
    return f"less{'_equal' if word == 'le' else ''}({a}, {b})"


@stmt("int.add", "int.sub", "int.mul", "int.neg")
def _checked(g: Gen, op: Op) -> None:
    sign = {"int.add": "+", "int.sub": "-", "int.mul": "*"}.get(op.kind.name, "")
    assert op.result is not None
    dest = g.local(op.result)
    if not sign:
        g.line(f"{dest} = -{g.use(op.args[0])}", op)
        g.line(f"if {dest} > {MAX}: overflow_neg({dest})", op)
        return
    left, right = op.args
    g._trap = None
    a = g.use(left)
    b = g.use(right)
    g.line(f"{dest} = {a} {sign} {b}", op, g._trap)
    _check(g, op, dest, sign)


def _check(g: Gen, op: Op, dest: str, sign: str) -> None:
    """Write the overflow check, one-sided where an operand is a constant of a known sign."""
    by = g.const_of(op.args[1])
    if type(by) is not int:
        by = g.const_of(op.args[0]) if sign == "+" else ...
    if type(by) is int and sign in ("+", "-"):
        up = (by >= 0) == (sign == "+")
        g.line(
            f"if {dest} > {MAX}: overflow_{_WORDS[sign]}({dest})"
            if up
            else f"if {dest} < {MIN}: overflow_{_WORDS[sign]}({dest})",
            op,
        )
        return
    g.line(f"if not {MIN} <= {dest} <= {MAX}: overflow_{_WORDS[sign]}({dest})", op)


_WORDS = {"+": "add", "-": "sub", "*": "mul"}


@stmt("int.wadd", "int.wsub", "int.wmul")
def _wrapping(g: Gen, op: Op) -> None:
    sign = {"int.wadd": "+", "int.wsub": "-", "int.wmul": "*"}[op.kind.name]
    assert op.result is not None
    if not g.plan.uses.get(op.result):
        return
    dest = g.local(op.result)
    g.line(f"{dest} = {g.use(op.args[0])} {sign} {g.use(op.args[1])}", op)
    g.line(f"if not {MIN} <= {dest} <= {MAX}: {dest} = wrap({dest})", op)


@expr("int.next")
def _next(g: Gen, op: Op) -> str:
    return f"({g.use(op.args[0])} + 1)"


@expr("int.and", "int.or", "int.xor")
def _bits(g: Gen, op: Op) -> str:
    sign = {"int.and": "&", "int.or": "|", "int.xor": "^"}[op.kind.name]
    return f"({g.use(op.args[0])} {sign} {g.use(op.args[1])})"


@expr("int.not")
def _not_bits(g: Gen, op: Op) -> str:
    return f"(~{g.use(op.args[0])})"


@expr("int.mod")
def _mod(g: Gen, op: Op) -> str:
    if g.plan.traps(op):
        g.trap("zero")
    return f"({g.use(op.args[0])} % {g.use(op.args[1])})"


@expr("int.floordiv")
def _floordiv(g: Gen, op: Op) -> str:
    if g.plan.traps(op):
        g.trap("zero")
    text = f"({g.use(op.args[0])} // {g.use(op.args[1])})"
    # only the lowest number by -1 does not fit
    return f"floor_fits{text}" if g.plan.traps(op) else text


@expr("int.pow")
def _pow(g: Gen, op: Op) -> str:
    return f"int_pow({g.use(op.args[0])}, {g.use(op.args[1])})"


@expr("int.shl", "int.shr", "int.ushr")
def _shift(g: Gen, op: Op) -> str:
    word = op.kind.name[4:]
    by = g.const_of(op.args[1])
    if word == "shr" and type(by) is int and 0 <= by <= 63:
        return f"({g.use(op.args[0])} >> {by})"
    if word == "ushr" and type(by) is int and 0 < by <= 63:
        return f"(({g.use(op.args[0])} & 18446744073709551615) >> {by})"
    return f"int_shift({g.use(op.args[0])}, {g.use(op.args[1])}, {word!r})"


@expr("int.div")
def _int_div(g: Gen, op: Op) -> str:
    # both become Floats first: Python would divide the exact numbers
    by = g.const_of(op.args[1])
    if type(by) is int and by and abs(by) < 1 << 53:
        return f"({g.use(op.args[0])} * 1.0 / {by})" if by > 0 else f"({g.use(op.args[0])} * 1.0 / ({by}))"
    a, b = g.name(op.args[0]), g.name(op.args[1])
    return f"({a} * 1.0 / {b} if {b} else int_div({a}, {b}))"


@expr("int.to_float")
def _to_float(g: Gen, op: Op) -> str:
    return f"({g.use(op.args[0])} * 1.0)"


@expr("float.add", "float.sub", "float.mul")
def _float_op(g: Gen, op: Op) -> str:
    sign = {"float.add": "+", "float.sub": "-", "float.mul": "*"}[op.kind.name]
    return f"({g.use(op.args[0])} {sign} {g.use(op.args[1])})"


@expr("float.div")
def _float_div(g: Gen, op: Op) -> str:
    by = g.const_of(op.args[1])
    if type(by) is float and by:
        return f"({g.use(op.args[0])} / {g.use(op.args[1])})"
    a, b = g.name(op.args[0]), g.name(op.args[1])
    return f"({a} / {b} if {b} else float_div({a}, {b}))"


@expr("float.floordiv", "float.mod", "float.pow")
def _float_call(g: Gen, op: Op) -> str:
    return f"float_{op.kind.name[6:]}({g.use(op.args[0])}, {g.use(op.args[1])})"


@expr("float.neg")
def _float_neg(g: Gen, op: Op) -> str:
    return f"(-{g.use(op.args[0])})"


@expr("bool.not")
def _not(g: Gen, op: Op) -> str:
    return f"(not {g.use(op.args[0])})"


@expr("bool.and")
def _and(g: Gen, op: Op) -> str:
    return f"({g.use(op.args[0])} and {g.use(op.args[1])})"


@expr("bool.or")
def _or(g: Gen, op: Op) -> str:
    return f"({g.use(op.args[0])} or {g.use(op.args[1])})"


@stmt("num.add", "num.sub", "num.mul")
def _num(g: Gen, op: Op) -> None:
    sign = {"num.add": "+", "num.sub": "-", "num.mul": "*"}[op.kind.name]
    assert op.result is not None
    dest = g.local(op.result)
    g._trap = None
    a, b = g.use(op.args[0]), g.use(op.args[1])
    g.line(f"{dest} = {a} {sign} {b}", op, g._trap)
    g.line(f"if type({dest}) is int and not {MIN} <= {dest} <= {MAX}: overflow_{_WORDS[sign]}({dest})", op)


@stmt("num.neg")
def _num_neg(g: Gen, op: Op) -> None:
    assert op.result is not None
    dest = g.local(op.result)
    g.line(f"{dest} = -{g.use(op.args[0])}", op)
    g.line(f"if type({dest}) is int and {dest} > {MAX}: overflow_neg({dest})", op)


@expr("num.literal")
def _num_literal(g: Gen, op: Op) -> str:
    number = op.imm[0]
    return f"({number} if {g.use(op.args[0])}[0] == 'Int' else {float(number)!r})"


@expr("unit.add", "unit.sub", "unit.mul", "unit.div", "unit.neg")
def _unit(g: Gen, op: Op) -> str:
    word = op.kind.name[5:]
    return f"unit_op({word!r}, {', '.join(g.use(a) for a in op.args)})"


# text and bytes


@expr("str.concat", "bytes.concat")
def _concat(g: Gen, op: Op) -> str:
    return f"({g.use(op.args[0])} + {g.use(op.args[1])})"


@expr("str.build")
def _build(g: Gen, op: Op) -> str:
    parts: list[str] = []
    for arg in op.args:
        const = g.const_of(arg)
        if type(const) is str:
            parts.append(_quote(const))
            continue
        text = _shown(g, arg)
        parts.append("{" + text + "}")
    return 'f"' + "".join(parts) + '"'


def _shown(g: Gen, arg: object) -> str:
    """Return an operand of an interpolation as text that may stand in the braces of an f-string."""
    value = g.plan.real(arg)  # type: ignore[arg-type]
    op = g.plan.definer.get(value)
    if value in g.plan.folded and op is not None and op.kind.name == "str.show" and op.args[0].type[0] == "Int":
        text = g.use(op.args[0])  # an int in braces is its decimal text
    else:
        text = g.use(value)
    if '"' in text or "\\" in text or "'" in text or "{" in text or "!" in text or ":" in text:
        text = g.name(value)
    return text


def _quote(text: str) -> str:
    """Return a text for the constant part of an f-string in double quotes."""
    escaped = text.encode("unicode_escape").decode("ascii")
    return escaped.replace('"', '\\"').replace("{", "{{").replace("}", "}}")


@expr("str.show")
def _show(g: Gen, op: Op) -> str:
    text = g.use(op.args[0])
    head = op.args[0].type[0]
    if head == "Str":
        return text
    if head == "Int":
        return f"str({text})"
    if head == "Float":
        return f"repr({text})"
    if head == "Bool":
        return f"('true' if {text} else 'false')"
    return f"show({text})"


@expr("str.format")
def _format(g: Gen, op: Op) -> str:
    fmt = op.imm[0]
    head = op.args[0].type[0]
    if head in ("Int", "Float", "Str") and fmt[7] != "c":
        return f"format({g.use(op.args[0])}, {spec_text(fmt, head)!r})"
    return f"format_value({g.use(op.args[0])}, {fmt!r})"


@expr("str.len", "bytes.len")
def _len(g: Gen, op: Op) -> str:
    return f"len({g.use(op.args[0])})"


@expr("str.index", "bytes.index")
def _index(g: Gen, op: Op) -> str:
    text, at = g.name(op.args[0]), g.name(op.args[1])
    check_index(g, op, text, at)
    g.trap("index", at, text)
    return f"{text}[{at}]"


def check_index(g: Gen, op: Op, of: str, at: str) -> None:
    """Write the check that an index is not negative, where it could be; Python checks the other end."""
    const = g.const_of(op.args[1])
    if type(const) is int and const >= 0:
        return
    if g.plan.never_negative(op.args[1]):
        return
    g.line(f"if {at} < 0: bad_index({at}, {of})", op)


@expr("str.slice", "bytes.slice")
def _slice(g: Gen, op: Op) -> str:
    a, b, c = (g.use(x) for x in op.args)
    return f"slice_of({a}, {b}, {c}, {bool(op.imm[0])})"


@expr("path.new")
def _path_new(g: Gen, op: Op) -> str:
    return f"Path({g.use(op.args[0])})"


@expr("path.join")
def _path_join(g: Gen, op: Op) -> str:
    right = g.use(op.args[1])
    return f"join_path({g.use(op.args[0])}, {right}{'.text' if op.args[1].type[0] == 'Path' else ''})"


@expr("secret.build")
def _secret(g: Gen, op: Op) -> str:
    return f"build_secret(({''.join(g.use(a) + ', ' for a in op.args)}))"
