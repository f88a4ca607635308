"""Random programs with value semantics, beside the same programs in Python that copy everything at each read.

Nobody ever sees somebody else's change: sharing, moves, borrows and updates in place must not show.  A program is made of
templates, Tek on the left and Python on the right, with the same holes: ``<L>`` an expression of a type, ``<v:L>`` a variable
that may be assigned, ``<n>`` a small number, ``<w>`` and ``<x>`` new names.  ``|`` separates lines of Python.
"""

from __future__ import annotations

import copy
import random
import re
from typing import Any

TYPES = {
    "I": "Int", "L": "List[Int]", "G": "List[List[Int]]", "M": "Map[Int, List[Int]]", "R": "R", "S": "List[R]", "O": "List[Int]?",
    "T": "(List[Int], Int)", "N": "E",
}  # fmt: skip

BEFORE = """
record R(items: List[Int], grid: List[List[Int]], m: Map[Int, List[Int]], n: Int)
enum E {
    A(List[Int])
    B(R)
    C
}
fn len_of(l: List[Int]) -> Int => l.len()
fn added(l: List[Int], x: Int) -> List[Int] {
    var o = l
    o.push(x)
    o
}
fn same(l: List[Int]) -> List[Int] => l
fn pick(a: List[Int], b: List[Int], c: Bool) -> List[Int] => if c { a } else { b }
fn gadd(g: List[List[Int]], i: Int, x: Int) -> List[List[Int]] {
    var o = g
    o[i].push(x)
    o
}
fn with_item(r: R, x: Int) -> R => R(..r, items: r.items + [x])
fn with_n(r: R, x: Int) -> R {
    var o = r
    o.n += x
    o.items.push(x)
    o
}
fn rebuild(r: R, x: Int) -> R => R(r.items + [x], r.grid, r.m, r.n + 1)
fn grow(var self: R, x: Int) {
    self.items.push(x)
    self.n += 1
    if x % 5 == 4 {
        fail "grow"
    }
    self.grid += [[x]]
}
fn shift(var self: R, x: Int) -> Int {
    var items = self.items
    items.push(x)
    self.items = items
    self.m[x % 3, default: []].push(x)
    self.items.len()
}
fn nest(var self: R, x: Int) {
    try {
        self.grow(x)
        self.items[0] = self.items[7]
    } catch e {
        self.items += [100]
    }
}
fn twist(var self: List[Int], x: Int) -> Int {
    self += [x]
    self = self + [x + 1]
    if self.len() > 9 {
        self = [x]
    }
    self[0]
}
fn lmay(l: List[Int], x: Int) -> List[Int] {
    var o = l
    o.push(x)
    if x % 3 == 2 {
        fail "lmay"
    }
    o
}
fn wrap(l: List[Int], k: Int) -> E => if k % 2 == 0 { A(l) } else { C }
fn unwrap(e: E) -> List[Int] {
    match e {
        A(l) => l + [1]
        B(r) => r.items
        C => []
    }
}
fn pair(l: List[Int], k: Int) -> (List[Int], Int) => (l + [k], k + 1)
fn opt(l: List[Int], k: Int) -> List[Int]? => if k % 2 == 0 { Some(l) } else { None }
fn apply(l: List[Int], f: fn(List[Int]) -> List[Int]) -> List[Int] => f(l)
"""

EXPRESSIONS: dict[str, list[tuple[str, str]]] = {
    "I": [("<n>", "<n>"), ("<n>", "<n>"), ("len_of(<L>)", "len(<L>)"), ("(<I> + 1)", "(<I> + 1)")],
    "L": [
        ("[<n>, <n2>]", "[<n>, <n2>]"), ("[<I>]", "[<I>]"), ("<v:G>[<n>]", "cp(get(<v:G>, <n>))"), ("<v:R>.items", "cp(<v:R>.items)"),
        ("<L> + [<I>]", "(<L> + [<I>])"), ("added(<L>, <I>)", "(<L> + [<I>])"), ("same(<L>)", "<L>"), ("<v:M>[<n>]", "cp(get(<v:M>, <n>))"),
        ("pick(<L>, <L2>, <I> > 2)", "pick(<L>, <L2>, <I> > 2)"), ("(<v:M>.get(<n>) ?? <L>)", "cp(either(<v:M>, <n>, lambda: <L>))"),
        ("[x + 1 for x in <L>]", "[x + 1 for x in <L>]"), ("unwrap(wrap(<L>, <I>))", "unwrap(wrap(<L>, <I>))"), ("unwrap(<v:N>)", "unwrap(<v:N>)"),
        ("apply(<L>, fn(q) => q + <v:L>)", "(<L> + cp(<v:L>))"), ("(try lmay(<L>, <I>) ?? [])", "attempt(lambda: lmay(<L>, <I>), [])"),
        ("(opt(<L>, <I>) ?? [7])", "pick(<L>, [7], <I> % 2 == 0)"),
    ],
    "G": [
        ("[<L>, <L2>, [0]]", "[<L>, <L2>, [0]]"), ("<v:R>.grid", "cp(<v:R>.grid)"), ("<v:G> + [<L>]", "(cp(<v:G>) + [<L>])"),
        ("gadd(<v:G>, <n>, <I>)", "gadd(cp(<v:G>), <n>, <I>)"),
    ],
    "M": [("[1: <L>, 2: [5]]", "{1: <L>, 2: [5]}"), ("<v:R>.m", "cp(<v:R>.m)")],
    "R": [
        ("R(<L>, <G>, <M>, 0)", "R(<L>, <G>, <M>, 0)"), ("with_item(<v:R>, <I>)", "with_item(cp(<v:R>), <I>)"),
        ("with_n(<v:R>, <I>)", "with_n(cp(<v:R>), <I>)"), ("rebuild(<v:R>, <I>)", "rebuild(cp(<v:R>), <I>)"),
        ("<v:S>[<n>]", "cp(get(<v:S>, <n>))"),
    ],
    "S": [("[<R>, <R2>]", "[<R>, <R2>]")],
    "O": [("None", "Opt(None)"), ("Some(<L>)", "Opt(<L>)"), ("opt(<L>, <I>)", "(Opt(pick(<L>, None, <I> % 2 == 0)))")],
    "T": [("(<L>, <I>)", "(<L>, <I>)"), ("pair(<L>, <n>)", "(<L> + [<n>], <n> + 1)")],
    "N": [("C", "Enum('C')"), ("A(<L>)", "Enum('A', <L>)"), ("B(<R>)", "Enum('B', <R>)")],
}  # fmt: skip

STATEMENTS: list[tuple[str, str]] = [
    ("<v:L>.push(<I>)", "<v:L>.append(<I>)"),
    ("<v:L>[<n>] = <I>", "t = <I>|put(<v:L>, <n>, t)"),
    ("<v:L> = <v:L> + <L>", "<v:L> = cp(<v:L>) + <L>"),
    ("<v:G>[<n>] = <L>", "t = <L>|put(<v:G>, <n>, t)"),
    ("<v:G>[<n>][0] += <I>", "t = <I>|put(get(<v:G>, <n>), 0, get(get(<v:G>, <n>), 0) + t)"),
    ("<v:G>[<n>] += <L>", "t = <L>|get(<v:G>, <n>).extend(t)"),
    ("<v:M>[<n>] = <L>", "t = <L>|<v:M>[<n>] = t"),
    ("<v:M>[<n>, default: []].push(<I>)", "t = <I>|<v:M>.setdefault(<n>, []).append(t)"),
    ("<v:M>.update(<n>, [9], fn(q) => q + [<I>])", "t = <I>|<v:M>[<n>] = <v:M>.get(<n>, [9]) + [t]"),
    ("<v:M>[<n>] = (<v:M>.get(<n>) ?? []) + [<I>]", "t = list(<v:M>.get(<n>, [])) + [<I>]|<v:M>[<n>] = t"),
    ("<v:R>.grow(<I>)", "grow(<v:R>, <I>)"),
    ("print(<v:R>.shift(<I>))", "show(shift(<v:R>, <I>))"),
    ("<v:R>.nest(<I>)", "nest(<v:R>, <I>)"),
    ("<v:R>.items = <L>", "t = <L>|<v:R>.items = t"),
    ("var <w> = <v:R>.items|<w>.push(<I>)|<v:R>.items = <w>", "<w> = cp(<v:R>.items)|<w>.append(<I>)|<v:R>.items = cp(<w>)"),
    ("<v:R>.m[<n>, default: []].push(<I>)", "t = <I>|<v:R>.m.setdefault(<n>, []).append(t)"),
    ("print(<v:R>.grid[<n>].twist(<I>))", "t = <I>|show(twist(get(<v:R>.grid, <n>), t))"),
    ("<v:S>[<n>].grow(<I>)", "t = <I>|grow(get(<v:S>, <n>), t)"),
    ("<v:S>[<n>].items.push(<I>)", "t = <I>|get(<v:S>, <n>).items.append(t)"),
    ("let <w> = try <v:S>[<n>].shift(<I>)", "t = <I>|attempt(lambda: shift(get(<v:S>, <n>), t), 0)"),
    ("print(<v:L>.twist(<I>))", "show(twist(<v:L>, <I>))"),
    (
        "let <w> = fn(q: Int) => <v:L> + [q]|<v:L>.push(<I>)|print(<w>(8))",
        "<w> = (lambda z: lambda q: z + [q])(cp(<v:L>))|<v:L>.append(<I>)|show(<w>(8))",
    ),
    ("let (<w>, <x>) = pair(<L>, 3)|print(<w>)", "<w> = <L> + [3]|show(<w>)"),
    ("var <w> = <v:G>[<n>]|<w>.push(<I>)|<v:G>[<n>] = <w>", "<w> = cp(get(<v:G>, <n>))|<w>.append(<I>)|put(<v:G>, <n>, cp(<w>))"),
    ("let (<w>, <x>) = <v:T>|<v:T> = (<w> + [<I>], <x>)", "<w>, <x> = cp(<v:T>)|<v:T> = (<w> + [<I>], <x>)"),
    (
        "<v:N> = match <v:N> {|    A(z) => A(z + [<n>])|    B(z) => B(with_item(z, <n>))|    C => A([<n>])|}",
        "<v:N> = matched(<v:N>, <n>)",
    ),
    (
        "if let Some(<w>) = <v:O> {|    <v:O> = Some(<w> + [<I>])|}",
        "<w> = cp(<v:O>).v|if <w> is not None: <v:O> = Opt(<w> + [<I>])",
    ),
    (
        "if let Some(<w>) = <v:M>.get(<n>) {|    var <x> = <w>|    <x>.push(<I>)|    <v:M>[<n>] = <x>|}",
        "<w> = cp(<v:M>.get(<n>))|if <w> is not None: <v:M>[<n>] = <w> + [<I>]",
    ),
    (
        "<v:L> = try {|    lmay(<L>, <v:L>.len())|} catch e {|    <v:L> + [50]|}",
        "<v:L> = caught(lambda: lmay(<L>, len(<v:L>)), lambda: cp(<v:L>) + [50])",
    ),
]


class Fails(Exception):
    """A failure of the model."""


class R:
    """The record of the model."""

    def __init__(self, items: list[int], grid: list[list[int]], m: dict[int, list[int]], n: int) -> None:
        self.items = items
        self.grid = grid
        self.m = m
        self.n = n


class Opt:
    """An option of the model."""

    def __init__(self, v: Any) -> None:
        self.v = v


class Enum:
    """The enum of the model."""

    def __init__(self, kind: str, v: Any = None) -> None:
        self.kind = kind
        self.v = v


def shown(x: Any) -> str:
    """Return a value of the model as Tek prints it."""
    if isinstance(x, R):
        return f"R(items: {shown(x.items)}, grid: {shown(x.grid)}, m: {shown(x.m)}, n: {x.n})"
    if isinstance(x, Opt):
        return "None" if x.v is None else f"Some({shown(x.v)})"
    if isinstance(x, Enum):
        return x.kind if x.v is None else f"{x.kind}({shown(x.v)})"
    if isinstance(x, dict):
        return "[" + ", ".join([f"{k}: {shown(v)}" for k, v in x.items()]) + "]" if x else "[:]"
    if isinstance(x, list | tuple):
        text = ", ".join([shown(y) for y in x])
        return f"[{text}]" if isinstance(x, list) else f"({text})"
    return str(x)


def get(of: Any, at: int) -> Any:
    """Read an element or fail."""
    if at not in of if isinstance(of, dict) else not 0 <= at < len(of):
        raise Fails
    return of[at]


def put(of: list[Any], at: int, value: Any) -> None:
    """Store an element or fail."""
    get(of, at)
    of[at] = value


def lmay(items: list[int], x: int) -> list[int]:
    """Append, or fail."""
    if x % 3 == 2:
        raise Fails
    return [*items, x]


def grow(r: R, x: int) -> None:
    """Change a record, then perhaps fail."""
    r.items.append(x)
    r.n += 1
    if x % 5 == 4:
        raise Fails
    r.grid.append([x])


def shift(r: R, x: int) -> int:
    """Change two fields."""
    r.items.append(x)
    r.m.setdefault(x % 3, []).append(x)
    return len(r.items)


def nest(r: R, x: int) -> None:
    """Change, and take a failure."""
    try:
        grow(r, x)
        put(r.items, 0, get(r.items, 7))
    except Fails:
        r.items.append(100)


def twist(items: list[int], x: int) -> int:
    """Change a list in several ways."""
    items += [x, x + 1]
    if len(items) > 9:
        items[:] = [x]
    return items[0]


def gadd(grid: list[list[int]], at: int, x: int) -> list[list[int]]:
    """Change a row."""
    get(grid, at).append(x)
    return grid


def with_item(r: R, x: int) -> R:
    """Change one field."""
    r.items.append(x)
    return r


def with_n(r: R, x: int) -> R:
    """Change two fields."""
    r.n += x
    return with_item(r, x)


def rebuild(r: R, x: int) -> R:
    """Build the record anew."""
    return R([*r.items, x], r.grid, r.m, r.n + 1)


def wrap(items: list[int], k: int) -> Enum:
    """Put a list into a variant, or not."""
    return Enum("A", items) if k % 2 == 0 else Enum("C")


def unwrap(e: Enum) -> list[int]:
    """Take a list out of a variant."""
    return [*e.v, 1] if e.kind == "A" else list(e.v.items) if e.kind == "B" else []


def matched(e: Enum, x: int) -> Enum:
    """Change what a variant holds."""
    if e.kind == "A":
        return Enum("A", [*e.v, x])
    return Enum("B", with_item(copy.deepcopy(e.v), x)) if e.kind == "B" else Enum("A", [x])


def attempt(run: Any, other: Any) -> Any:
    """``try … ??``."""
    try:
        return run()
    except Fails:
        return other


def caught(run: Any, handler: Any) -> Any:
    """``try … catch``."""
    try:
        return run()
    except Fails:
        return handler()


def either(of: dict[int, Any], key: int, other: Any) -> Any:
    """``m.get(k) ?? other``."""
    return of[key] if key in of else other()


def pick(a: Any, b: Any, first: bool) -> Any:
    """One of two."""
    return a if first else b


HOLE = re.compile(r"<([a-zA-Z])(?::([A-Z]))?(\d?)>")


class Maker:
    """Makes one program from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.variables: list[tuple[str, str, bool]] = []
        self.count = 0
        self.indent = 1
        self.fuel = 60
        self.loops = 0
        self.tek: list[str] = []
        self.python: list[str] = []

    def make(self) -> tuple[str, str]:
        """Return the program in Tek and in Python."""
        for _ in range(4):
            self.declare()
        self.statements(22)
        for name, _, _ in self.variables:
            self.say(f"print({name})", f"show({name})")
        return BEFORE + "task main() {\n" + "\n".join(self.tek) + "\n}\n", "def main():\n" + "\n".join(self.python) + "\n"

    def say(self, tek: str, python: str) -> None:
        """Write lines of both."""
        self.tek += ["    " * self.indent + line for line in tek.split("|") if line]
        self.python += ["    " * self.indent + line for line in python.split("|") if line]

    def name(self) -> str:
        """Return a new name."""
        self.count += 1
        return f"v{self.count}"

    def variable(self, kind: str, assigned: bool) -> str | None:
        """Return a variable of a type, if there is one."""
        found = [name for name, t, var in self.variables if t == kind and (var or not assigned)]
        return self.random.choice(found) if found else None

    def expression(self, kind: str, depth: int) -> tuple[str, str]:
        """Return an expression of a type."""
        name = self.variable(kind, False)
        if name is not None and (self.random.random() < 0.35 or depth > 3):
            return name, f"cp({name})"
        choices = EXPRESSIONS[kind]
        for _ in range(5):
            tek, python = choices[0] if depth > 2 else self.random.choice(choices)
            made = self.fill(tek, python, depth + 1, False)
            if made is not None:
                return made
        made = self.fill(*choices[0], depth + 1, False)
        assert made is not None
        return made

    def fill(self, tek: str, python: str, depth: int, assigned: bool) -> tuple[str, str] | None:
        """Fill the holes of a template; None where a variable is missing."""
        found: dict[str, tuple[str, str]] = {}
        for hole in HOLE.finditer(tek):
            key = hole.group()
            if key in found:
                continue
            letter, kind, _ = hole.groups()
            if letter == "n":
                number = str(self.random.randrange(3))
                found[key] = number, number
            elif letter in "wx":
                fresh = self.name()
                found[key] = fresh, fresh
            elif letter == "v":
                name = self.variable(kind, assigned)
                if name is None:
                    return None
                found[key] = name, name
            else:
                found[key] = self.expression(letter, depth)
        return HOLE.sub(lambda h: found[h.group()][0], tek), HOLE.sub(lambda h: found[h.group()][1], python)

    def declare(self) -> None:
        """Declare a variable."""
        kind = self.random.choice("ILLGMRRSOTN")
        tek, python = self.expression(kind, 0)
        name = self.name()
        var = self.random.random() < 0.75
        self.say(f"{'var' if var else 'let'} {name}: {TYPES[kind]} = {tek}", f"{name} = {python}")
        self.variables.append((name, kind, var))

    def statements(self, count: int) -> None:
        """Write several statements."""
        for _ in range(count):
            self.statement()
        self.say("", "pass")

    def statement(self) -> None:
        """Write one statement."""
        self.fuel -= 1
        if self.fuel < 0:
            return
        choice = self.random.randrange(20)
        if choice < 3:
            self.declare()
        elif choice < 5:
            self.assign()
        elif choice < 8 and self.indent < 5:
            self.random.choice([self.branch, self.loop, self.attempt, self.deferring])()
        elif choice < 10:
            name = self.random.choice(self.variables)[0]
            self.say(f"print({name})", f"show({name})")
        else:
            made = self.fill(*self.random.choice(STATEMENTS), 1, True)
            if made is not None:
                self.say(*made)

    def assign(self) -> None:
        """Assign a whole variable."""
        found = [(name, kind) for name, kind, var in self.variables if var]
        if found:
            name, kind = self.random.choice(found)
            tek, python = self.expression(kind, 0)
            self.say(f"{name} = {tek}", f"{name} = {python}")

    def inside(self, count: int, *more: tuple[str, str, bool]) -> None:
        """Write the statements of an inner block."""
        kept = len(self.variables)
        self.variables += more
        self.indent += 1
        self.statements(count)
        self.indent -= 1
        del self.variables[kept:]

    def branch(self) -> None:
        """Write an ``if``."""
        (a, b), (c, d) = self.expression("I", 1), self.expression("I", 1)
        self.say(f"if {a} > {c} {{", f"if {b} > {d}:")
        self.inside(2)
        self.say("} else {", "else:")
        self.inside(1)
        self.say("}", "")

    def loop(self) -> None:
        """Write a ``for``, perhaps left early."""
        if self.loops > 1:
            return
        name = self.name()
        if self.random.random() < 0.5:
            self.say(f"for {name} in 0..3 {{", f"for {name} in range(3):")
            item = (name, "I", False)
        else:
            tek, python = self.expression("G", 1)
            self.say(f"for {name} in {tek} {{", f"for {name} in {python}:")
            item = (name, "L", False)
        self.loops += 1
        self.inside(3, item)
        self.indent += 1
        if self.random.random() < 0.4:
            a, b = self.expression("I", 1)
            word = self.random.choice(["break", "continue", "return"])
            self.say(f"if {a} > 2 {{|    {word}|}}", f"if {b} > 2: {word}")
        self.indent -= 1
        self.loops -= 1
        self.say("}", "")

    def attempt(self) -> None:
        """Write a ``try`` with ``catch``."""
        self.say("try {", "try:")
        self.inside(3)
        self.say("} catch e {", "except Fails:")
        self.indent += 1
        self.say('print("caught")', 'show("caught")')
        self.indent -= 1
        self.inside(1)
        self.say("}", "")

    def deferring(self) -> None:
        """Write a block with a ``defer`` that changes a variable."""
        name = self.variable("L", True)
        change = (f"{name}.push(6)", f"{name}.append(6)") if name is not None else ("", "")
        self.say("if true {", "try:")
        self.indent += 1
        self.tek += ["    " * self.indent + line for line in ["defer {", f"    {change[0]}", '    print("deferred")', "}"]]
        self.indent -= 1
        self.inside(3)
        self.say("}", f"finally:|    {change[1]}|    show('deferred')")


def expected(python: str) -> list[str]:
    """Run the Python side; return its lines, the last one ``failed`` where it failed."""
    lines: list[str] = []
    space = {**globals(), "show": lambda x: lines.append(shown(x)), "cp": copy.deepcopy}
    exec(compile(python, "<model>", "exec"), space)  # noqa: S102  (the text is made above)
    try:
        space["main"]()
    except Fails:
        lines.append("failed")
    return lines
