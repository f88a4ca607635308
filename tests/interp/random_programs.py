"""Random programs that share, change and hand around values, each beside a Python program that means the same.

The Python twin copies deeply wherever Tek says that a value is copied, so a difference is an update that somebody else could see.
"""

from __future__ import annotations

import random

HELPERS = """
record Box(items: List[Int], grid: List[List[Int]], n: Int)

enum Holder {
    Empty
    Full(List[Int], Int)
}

fn added(xs: List[Int], x: Int) -> List[Int] {
    var ys = xs
    ys.push(x)
    ys
}

fn reset(xs: List[Int], x: Int) -> List[Int] {
    var ys = xs
    if ys.len() > 0 {
        ys[0] = x
    }
    ys
}

fn longer(xs: List[Int], ys: List[Int]) -> List[Int] => if xs.len() > ys.len() { xs } else { ys }

fn both(xs: List[Int], x: Int) -> (List[Int], Int) => (added(xs, x), xs.len())

fn grow(var self: Box, x: Int) {
    self.items.push(x)
    self.n += 1
}

fn widen(var self: Box, row: List[Int]) {
    self.grid.push(row)
    if self.grid.len() > 2 {
        self.grid[0].push(self.n)
    }
}

fn append(var self: List[Int], x: Int) {
    self.push(x)
}

fn risky(xs: List[Int], x: Int) -> List[Int] {
    if x % 3 == 0 {
        fail "risky {x}"
    }
    added(xs, x)
}

fn risky_grow(var self: Box, x: Int) {
    self.items.push(x)
    if x % 2 == 0 {
        fail "grown {x}"
    }
    self.grid.push(self.items)
}

fn held(h: Holder) -> List[Int] {
    match h {
        Empty => [0]
        Full(xs, n) => added(xs, n)
    }
}

fn boxed(b: Box, x: Int) -> Box {
    var c = b
    c.items.push(x)
    c.grow(x)
    c
}
"""


TYPES = {
    "L": "List[Int]", "LL": "List[List[Int]]", "M": "Map[Str, List[Int]]", "B": "Box", "O": "List[Int]?", "T": "(List[Int], Int)", "E": "Holder",
    "MB": "Map[Str, Box]", "LB": "List[Box]",
}  # fmt: skip


class Maker:
    """Writes one program and its twin."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.tek: list[str] = []
        self.py: list[str] = []
        self.indent = 1
        self.count = 0
        self.vars: list[tuple[str, str]] = []  # (name, type) of variables in scope
        self.full = False  # whether there is a variable of each type

    def program(self) -> tuple[str, str]:
        """Return the Tek text and the Python text."""
        for kind in TYPES:
            self.declare(kind)
        self.full = True
        for _ in range(self.random.randint(8, 16)):
            self.statement(3)
            if self.random.random() < 0.3:
                self.show()
        self.show()
        return HELPERS + "\ntask main() {\n" + "\n".join(self.tek) + "\n}\n", "\n".join(self.py)

    def out(self, tek: str, py: str | None) -> None:
        self.tek.append("    " * self.indent + tek)
        if py is not None:
            self.py.append("    " * (self.indent - 1) + py)

    def name(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def pick(self, kind: str) -> str:
        return self.random.choice([name for name, t in self.vars if t == kind])

    def declare(self, kind: str) -> None:
        tek, py = self.expr(kind, 2)
        name = self.name()
        self.out(f"var {name}: {TYPES[kind]} = {tek}", f"{name} = {py}")
        self.vars.append((name, kind))

    def show(self) -> None:
        for name, _ in self.vars:
            self.out(f'print("{name} {{{name}}}")', f'out.append("{name} " + shown({name}))')

    # expressions

    def number(self) -> tuple[str, str]:
        ints = [name for name, t in self.vars if t == "I"]
        if ints and self.random.random() < 0.5:
            name = self.random.choice(ints)
            return name, name
        n = str(self.random.randint(0, 9))
        return n, n

    def expr(self, kind: str, depth: int) -> tuple[str, str]:
        """Return a value of a type in both languages; the twin's is nobody else's."""
        has = [name for name, t in self.vars if t == kind]
        if has and (depth <= 0 or self.random.random() < 0.35):
            name = self.random.choice(has)
            return name, f"cp({name})"
        return getattr(self, f"make_{kind}")(depth - 1)  # type: ignore[no-any-return]

    def make_L(self, depth: int) -> tuple[str, str]:
        a, b = self.number()
        choices = ["new", "new", "added", "reset"]
        if self.full:
            choices += ["LL", "M", "B", "BG", "longer", "concat", "held", "slice", "map", "comp", "or", "MB"]
        choice = self.random.choice(choices)
        if choice == "new" or depth <= 0:
            return f"[{a}, 7]", f"[{b}, 7]"
        if choice in ("added", "reset"):
            x, y = self.expr("L", depth)
            return f"{choice}({x}, {a})", f"{choice}({y}, {b})"
        if choice == "longer":
            x, y = self.expr("L", depth)
            z, w = self.expr("L", depth)
            return f"longer({x}, {z})", f"longer({y}, {w})"
        if choice == "concat":
            x, y = self.expr("L", depth)
            z, w = self.expr("L", depth)
            return f"({x} + {z})", f"({y} + {w})"
        if choice == "held":
            x, y = self.expr("E", depth)
            return f"held({x})", f"held({y})"
        if choice == "slice":
            x, y = self.expr("L", depth)
            return f"({x}).take(2)", f"({y})[:2]"
        if choice == "map":
            x, y = self.expr("L", depth)
            return f"({x}).map(fn(k) => k + {a})", f"[k + {b} for k in {y}]"
        if choice == "comp":
            x, y = self.expr("L", depth)
            return f"[k * 2 for k in {x} if k != 3]", f"[k * 2 for k in {y} if k != 3]"
        if choice == "or":
            x, y = self.expr("O", depth)
            return f"({x} ?? [5])", f"unwrap({y}, [5])"
        return self.part(choice)

    def part(self, choice: str) -> tuple[str, str]:
        if choice == "LL":
            name = self.pick("LL")
            return f"({name}.first() ?? [4])", f"(cp({name}[0]) if {name} else [4])"
        if choice == "M":
            name = self.pick("M")
            return f'({name}.get("a") ?? [3])', f'cp({name}.get("a", [3]))'
        if choice == "B":
            name = self.pick("B")
            return f"{name}.items", f"cp({name}.items)"
        if choice == "MB":
            name = self.pick("MB")
            return f'{name}["x"].items', f'cp({name}["x"].items)'
        name = self.pick("B")
        return f"({name}.grid.last() ?? [2])", f"(cp({name}.grid[-1]) if {name}.grid else [2])"

    def make_LL(self, depth: int) -> tuple[str, str]:
        x, y = self.expr("L", depth)
        z, w = self.expr("L", depth)
        if self.full and self.random.random() < 0.3:
            name = self.pick("B")
            return f"{name}.grid", f"cp({name}.grid)"
        if self.random.random() < 0.3:
            return f"fill(2, {x})", f"(lambda q: [cp(q), cp(q)])({y})"
        return f"[{x}, {z}]", f"[{y}, {w}]"

    def make_M(self, depth: int) -> tuple[str, str]:
        x, y = self.expr("L", depth)
        z, w = self.expr("L", depth)
        return f'["a": {x}, "b": {z}]', f'{{"a": {y}, "b": {w}}}'

    def make_B(self, depth: int) -> tuple[str, str]:
        a, b = self.number()
        choice = self.random.random()
        if self.full and choice < 0.2:
            x, y = self.expr("B", depth)
            return f"boxed({x}, {a})", f"boxed({y}, {b})"
        if self.full and choice < 0.4:
            x, y = self.expr("B", depth)
            z, w = self.expr("L", depth)
            return f"Box(..{x}, items: {z})", f"(lambda q, r: Box(r, q.grid, q.n))({y}, {w})"
        if self.full and choice < 0.5:
            name = self.pick("LB")
            return f"{name}[0]", f"cp({name}[0])"
        x, y = self.expr("L", depth)
        z, w = self.expr("LL", depth)
        return f"Box({x}, {z}, {a})", f"Box({y}, {w}, {b})"

    def make_O(self, depth: int) -> tuple[str, str]:
        if self.random.random() < 0.2:
            return "None", "None"
        if self.full and self.random.random() < 0.3:
            name = self.pick("M")
            return f'{name}.get("b")', f'(("Some", cp({name}["b"])) if "b" in {name} else None)'
        x, y = self.expr("L", depth)
        return f"Some({x})", f'("Some", {y})'

    def make_T(self, depth: int) -> tuple[str, str]:
        a, b = self.number()
        x, y = self.expr("L", depth)
        if self.random.random() < 0.4:
            return f"both({x}, {a})", f"both({y}, {b})"
        return f"({x}, {a})", f"({y}, {b})"

    def make_E(self, depth: int) -> tuple[str, str]:
        if self.random.random() < 0.2:
            return "Empty", '("Empty",)'
        a, b = self.number()
        x, y = self.expr("L", depth)
        return f"Full({x}, {a})", f'("Full", {y}, {b})'

    def make_MB(self, depth: int) -> tuple[str, str]:
        x, y = self.expr("B", depth)
        z, w = self.expr("B", depth)
        return f'["x": {x}, "y": {z}]', f'{{"x": {y}, "y": {w}}}'

    def make_LB(self, depth: int) -> tuple[str, str]:
        x, y = self.expr("B", depth)
        if self.random.random() < 0.4:
            return f"fill(2, {x})", f"(lambda q: [cp(q), cp(q)])({y})"
        z, w = self.expr("B", depth)
        return f"[{x}, {z}]", f"[{y}, {w}]"

    # statements

    def statement(self, depth: int) -> None:
        plain = (
            ["assign"] * 4
            + ["change"] * 10
            + ["method"] * 3
            + ["let"] * 2
            + ["closure", "update", "remove", "parts", "content"]
        )
        nested = ["if", "for", "try", "try", "loop", "defer", "match", "while"]
        choice = self.random.choice(plain + (nested if depth > 0 else []))
        getattr(self, f"do_{choice}")(depth)

    def block(self, depth: int, fail: bool = False) -> None:
        """Write an indented block; what it declares goes out of scope."""
        kept = len(self.vars)
        self.indent += 1
        for _ in range(self.random.randint(1, 3)):
            self.statement(depth - 1)
        if fail and self.random.random() < 0.4:
            a, b = self.number()
            self.out(
                f'if {a} % 2 == 0 {{\n{"    " * (self.indent + 1)}fail "thrown"\n{"    " * self.indent}}}',
                f"if {b} % 2 == 0: raise Failed('thrown')",
            )
        self.indent -= 1
        del self.vars[kept:]

    def do_assign(self, depth: int) -> None:
        kind = self.random.choice(list(TYPES))
        name = self.pick(kind)
        tek, py = self.expr(kind, 2)
        self.out(f"{name} = {tek}", f"{name} = {py}")

    def do_let(self, depth: int) -> None:
        self.declare(self.random.choice(list(TYPES)))

    def do_change(self, depth: int) -> None:
        a, b = self.number()
        x, y = self.expr("L", 1)
        ways = [
            ("L", "{v}.push({a})", "{v}.append({b})"),
            ("L", "{v} += {x}", "{v} += {y}"),
            ("L", "if {v}.len() > 0 {{ {v}[0] = {a} }}", "if {v}: {v}[0] = {b}"),
            ("L", "if {v}.len() > 1 {{ {v}[{v}.len() - 1] += {a} }}", "if len({v}) > 1: {v}[-1] += {b}"),
            ("L", "if {v}.len() > 6 {{ {v}.truncate(2) }}", "if len({v}) > 6: del {v}[2:]"),
            ("LL", "{v}.push({x})", "{v}.append({y})"),
            ("LL", "if {v}.len() > 0 {{ {v}[0].push({a}) }}", "if {v}: {v}[0].append({b})"),
            ("LL", "if {v}.len() > 1 {{ {v}[1] = {v}[0] }}", "if len({v}) > 1: {v}[1] = cp({v}[0])"),
            ("LL", "if {v}.len() > 1 {{ {v}.swap(0, 1) }}", "if len({v}) > 1: {v}[0], {v}[1] = {v}[1], {v}[0]"),
            ("LL", "if {v}.len() > 4 {{ {v}.truncate(1) }}", "if len({v}) > 4: del {v}[1:]"),
            ("M", '{v}["a"] = {x}', '{v}["a"] = {y}'),
            ("M", '{v}["k{a}"] = {x}', '{v}["k" + str({b})] = {y}'),
            ("M", '{v}["c", default: []].push({a})', '{v}.setdefault("c", []).append({b})'),
            ("M", 'if {v}.has("a") {{ {v}["a"].push({a}) }}', 'if "a" in {v}: {v}["a"].append({b})'),
            ("B", "{v}.items.push({a})", "{v}.items.append({b})"),
            ("B", "{v}.n += {a}", "{v}.n += {b}"),
            ("B", "{v}.items = {x}", "{v}.items = {y}"),
            ("B", "{v}.grid.push({x})", "{v}.grid.append({y})"),
            ("B", "{v}.grid.push({v}.items)", "{v}.grid.append(cp({v}.items))"),
            ("B", "if {v}.grid.len() > 0 {{ {v}.grid[0].push({a}) }}", "if {v}.grid: {v}.grid[0].append({b})"),
            ("B", "if {v}.grid.len() > 4 {{ {v}.grid.clear() }}", "if len({v}.grid) > 4: {v}.grid.clear()"),
            ("MB", '{v}["x"].items.push({a})', '{v}["x"].items.append({b})'),
            ("MB", '{v}["y"] = {v}["x"]', '{v}["y"] = cp({v}["x"])'),
            ("MB", '{v}["x"].grid.push({x})', '{v}["x"].grid.append({y})'),
            ("LB", "{v}[0].items.push({a})", "{v}[0].items.append({b})"),
            ("LB", "{v}[1] = {v}[0]", "{v}[1] = cp({v}[0])"),
            ("LB", "{v}[1].grid.push({v}[0].items)", "{v}[1].grid.append(cp({v}[0].items))"),
        ]  # fmt: skip
        kind, tek, py = self.random.choice(ways)
        v = self.pick(kind)
        a_in_text = "{" + a + "}"
        tek = tek.replace('"k{a}"', '"k' + a_in_text.replace("{", "{{").replace("}", "}}") + '"')
        self.out(tek.format(v=v, a=a, x=x), py.format(v=v, b=b, y=y))

    def do_method(self, depth: int) -> None:
        a, b = self.number()
        x, y = self.expr("L", 1)
        ways = [
            ("B", "{v}.grow({a})", "grow({v}, {b})"),
            ("B", "{v}.widen({x})", "widen({v}, {y})"),
            ("B", "{v}.items.append({a})", "{v}.items.append({b})"),
            ("B", "{v}.widen({v}.items)", "widen({v}, cp({v}.items))"),
            ("L", "{v}.append({a})", "{v}.append({b})"),
            ("LB", "{v}[0].grow({a})", "grow({v}[0], {b})"),
            ("LB", "{v}[1].widen({x})", "widen({v}[1], {y})"),
            ("MB", '{v}["x"].grow({a})', 'grow({v}["x"], {b})'),
            ("M", 'if {v}.has("b") {{ {v}["b"].append({a}) }}', 'if "b" in {v}: {v}["b"].append({b})'),
            ("LL", "if {v}.len() > 0 {{ {v}[0].append({a}) }}", "if {v}: {v}[0].append({b})"),
        ]
        kind, tek, py = self.random.choice(ways)
        v = self.pick(kind)
        self.out(tek.format(v=v, a=a, x=x), py.format(v=v, b=b, y=y))

    def do_closure(self, depth: int) -> None:
        f, v, w = self.name(), self.pick("L"), self.pick("L")
        a, b = self.number()
        self.out(f"let {f} = fn(k: Int) => {v} + [k]", f"{f} = (lambda k, q=cp({v}): cp(q) + [k])")
        if self.random.random() < 0.5:
            self.out(f"{v}.push({a})", f"{v}.append({b})")
        self.out(f"{w} = {f}({a})", f"{w} = {f}({b})")
        self.out(f"if {w}.len() > 8 {{ {w}.truncate(3) }}", f"if len({w}) > 8: del {w}[3:]")

    def do_update(self, depth: int) -> None:
        m = self.pick("M")
        a, b = self.number()
        self.out(f'{m}.update("a", [], fn(l) => l + [{a}])', f'{m}["a"] = {m}.get("a", []) + [{b}]')

    def do_remove(self, depth: int) -> None:
        m, v, name = self.pick("M"), self.pick("L"), self.name()
        self.out(f'if let Some({name}) = {m}.remove("a") {{', f'if (taken := {m}.pop("a", None)) is not None:')
        self.indent += 1
        self.out(f"var w{name} = {name}", f"w{name} = cp(taken)")
        self.out(f"w{name}.push(1)", f"w{name}.append(1)")
        self.out(f"{v} = {name}", f"{v} = cp(taken)")
        self.out(f'{m}["a"] = w{name}', f'{m}["a"] = cp(w{name})')
        self.indent -= 1
        self.out("}", None)

    def do_parts(self, depth: int) -> None:
        a, b, v = self.name(), self.name(), self.pick("L")
        x, y = self.expr("T", 2)
        self.out(f"let ({a}, {b}) = {x}", f"({a}, {b}) = {y}")
        self.out(f"{v} = {a}", f"{v} = cp({a})")
        self.out(f"{v}.push({b})", f"{v}.append({b})")
        self.vars.append((b, "I"))

    def do_content(self, depth: int) -> None:
        o, v, name = self.pick("O"), self.pick("L"), self.name()
        self.out(f"if let Some({name}) = {o} {{", f"if {o} is not None:")
        self.indent += 1
        self.out(f"{v} = {name}", f"{v} = cp({o}[1])")
        self.out(f"{v}.push(3)", f"{v}.append(3)")
        self.out(f"{o} = Some({v} + [4])", f"{o} = ('Some', cp({v}) + [4])")
        self.out(f"if {v}.len() > 9 {{ {o} = None }}", f"if len({v}) > 9: {o} = None")
        self.indent -= 1
        self.out("}", None)

    def do_if(self, depth: int) -> None:
        v = self.pick("L")
        self.out(f"if {v}.len() % 2 == 0 {{", f"if len({v}) % 2 == 0:")
        self.block(depth)
        self.out("} else {", "else:")
        self.block(depth)
        self.out("}", None)

    def do_match(self, depth: int) -> None:
        e, xs, n = self.pick("E"), self.name(), self.name()
        self.out(f"match {e} {{", f"if {e} != ('Empty',):")
        self.indent += 1
        self.out("Empty => {}", f"({xs}, {n}) = (cp({e}[1]), {e}[2])")
        self.tek.append("    " * self.indent + f"Full({xs}, {n}) => {{")
        self.tek.append("    " * self.indent + f"    {e} = Full({xs} + [{n}], {n})")
        self.tek.append("    " * self.indent + f"    if {xs}.len() > 6 {{ {e} = Empty }}")
        self.out("}", f"{e} = ('Full', cp({xs}) + [{n}], {n})")
        self.py.append("    " * (self.indent - 1) + f"if len({xs}) > 6: {e} = ('Empty',)")
        self.indent -= 1
        self.out("}", None)

    def do_for(self, depth: int) -> None:
        v, item = self.pick("L"), self.name()
        self.out(f"for {item} in {v}.take(3) {{", f"for {item} in cp({v})[:3]:")
        self.vars.append((item, "I"))
        self.block(depth)
        self.vars.pop()
        self.out("}", None)

    def do_loop(self, depth: int) -> None:
        """Go through a value while it is changed: the loop sees what it was."""
        v, item = self.pick("L"), self.name()
        self.out(f"if {v}.len() < 6 {{", f"if len({v}) < 6:")
        self.indent += 1
        self.out(f"for {item} in {v} {{", f"for {item} in cp({v}):")
        self.indent += 1
        self.out(f"{v}.push({item} + 1)", f"{v}.append({item} + 1)")
        self.out(f"if {item} == 8 {{ break }}", f"if {item} == 8: break")
        self.indent -= 1
        self.out("}", None)
        self.out(f"{v}.truncate(4)", f"del {v}[4:]")
        self.indent -= 1
        self.out("}", None)

    def do_while(self, depth: int) -> None:
        i = self.name()
        self.out(f"var {i} = 0", f"{i} = 0")
        self.out(f"while {i} < 3 {{", f"while {i} < 3:")
        self.vars.append((i, "I"))
        self.indent += 1
        self.out(f"{i} += 1", f"{i} += 1")
        self.indent -= 1
        kept = [(name, t) for name, t in self.vars if name != i]
        self.vars = kept
        self.block(depth)
        self.out("}", None)

    def do_try(self, depth: int) -> None:
        a, b = self.number()
        v, box, err = self.pick("L"), self.pick("B"), self.name()
        self.out("try {", "try:")
        self.block(depth, fail=True)
        self.indent += 1
        if self.random.random() < 0.5:
            self.out(f"{v} = risky({v}, {a})", f"{v} = risky(cp({v}), {b})")
        if self.random.random() < 0.5:
            self.out(f"{box}.risky_grow({a})", f"risky_grow({box}, {b})")
        self.indent -= 1
        self.out(f"}} catch {err} {{", f"except Failed as {err}:")
        self.indent += 1
        self.out(f"print({err}.message)", f"out.append(str({err}))")
        self.indent -= 1
        self.block(depth)
        self.out("}", None)

    def do_defer(self, depth: int) -> None:
        v = self.pick("L")
        a, b = self.number()
        self.out("if true {", "try:")
        self.indent += 1
        self.out(f"defer {{\n{'    ' * (self.indent + 1)}{v}.push({a})\n{'    ' * self.indent}}}", f"deferred = {b}")
        self.indent -= 1
        # the deferred value is fixed in the twin: numbers are never reassigned in blocks
        self.block(depth)
        self.out("}", "finally:")
        self.indent += 1
        self.py.append("    " * (self.indent - 1) + f"{v}.append({b})")
        self.indent -= 1
