"""Random programs, and random layouts of programs, for tests of the formatter."""

from __future__ import annotations

import random

from tekc.source import SourceFile
from tekc.syntax import terminals as t
from tekc.syntax.scanner import scan
from tekc.syntax.trivia import Trivia

_OPERATORS = ["or", "and", "==", "!=", "<", "<=", ">", ">=", "in", "|", "^", "&", "<<", ">>", ">>>", "+", "-", "+%", "-%", "*", "/", "//", "%", "*%", "**", "??"]
_NAMES = ("a", "total", "long_name_of_a_value", "xs", "self", "task", "test", "only")
_TYPES = ("Int", "Str?", "List[Int]", "Map[Str, List[Int]]", "(Int, Str)", "fn(Int) -> Str", 'fn() needs net("*") -> Int')
_PATTERNS = ("_", "x", "1", "-1", "1..5", "Some(x)", "A | B", "[first, ..rest]", "(a, b)", "P(x: 1, ..)", '"a" as s', "1..")


class Programs:
    """Makes programs from a seed: correct ones, laid out badly."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def pick(self, items: tuple[str, ...] | list[str]) -> str:
        """Choose one of some texts."""
        return self.rng.choice(items)

    def file(self) -> str:
        """Make a file."""
        return "\n".join(self.declaration() for _ in range(self.rng.randint(1, 5)))

    def many(self, depth: int, most: int = 3) -> str:
        """Make up to some expressions, with commas between them."""
        parts = [self.expr(depth - 1) for _ in range(self.rng.randint(0, most))]
        comma = self.pick(["", ","]) if parts else ""
        return self.pick([", ", ","]).join(parts) + comma

    def declaration(self) -> str:
        """Make a declaration."""
        match self.rng.randint(0, 6):
            case 0:
                return f"const {self.pick(_NAMES)}: Int={self.expr(3)}\n"
            case 1:
                return f"record Rec[T:Ord+Hash](x:{self.pick(_TYPES)}, y:Int={self.expr(1)},)\n"
            case 2:
                return self.pick(["enum E { A,B(x:Int), C }\n", "enum E {\n\n  A\n\n\n  B(Int,Str)\n}\n"])
            case 3:
                needs = self.pick(["", " needs human", ' needs fs.read("a"),fs.write("b")', '\n needs fs.read("a")\n'])
                return f"task t(x:Int=1){needs}{self.block(2)}\n"
            case 4:
                return f"task t()\n  retry 3 backoff 1s to 1min\n   cache\n\n  needs a.b,c\n{self.block(2)}\n"
            case 5:
                return f"fn f(x:{self.pick(_TYPES)})->{self.pick(_TYPES)}=>{self.expr(3)}\n"
            case _:
                return f"fn f[T](x:T, y:Int={self.expr(1)}){self.block(3)}\n"

    def block(self, depth: int) -> str:
        """Make a block."""
        lines = [self.statement(depth - 1) for _ in range(self.rng.randint(0, 3))]
        if len(lines) == 1 and self.rng.random() < 0.5:
            return "{" + lines[0] + "}"
        return "{\n" + self.pick(["\n", "\n\n\n", "\n  "]).join(lines) + "\n}"

    def statement(self, depth: int) -> str:
        """Make a statement."""
        if depth <= 0:
            return f"let x={self.expr(0)}"
        match self.rng.randint(0, 7):
            case 0:
                return f"let {self.pick(['x', '(a, b)', 'P(x, ..)'])}:{self.pick(_TYPES)}={self.expr(depth)}"
            case 1:
                return f"for x in {self.expr(1)}{self.block(depth)}"
            case 2:
                return f"while let Some(x)={self.expr(1)}{self.block(depth)}"
            case 3:
                return f"if {self.expr(2)}{self.block(depth)}else if b{self.block(depth)}"
            case 4:
                return f"total.x[1]+={self.expr(depth)}"
            case 5:
                return f"defer{self.block(depth)}"
            case 6:
                return f"return {self.expr(depth)}"
            case _:
                return self.expr(depth + 1)

    def expr(self, depth: int) -> str:
        """Make an expression."""
        if depth <= 0:
            return self.pick([*_NAMES, "1", "2.5", '"text"', '"{x:>3} {a+1}"', "30s", "None", '$"git {x}"', "[:]", "()"])
        inner = [self.expr(depth - 1) for _ in range(3)]
        a, b, c = inner
        match self.rng.randint(0, 13):
            case 0 | 1 | 2:
                return f"({a}){self.spaced(self.pick(_OPERATORS))}({b})"
            case 3:
                return f"f({self.many(depth)})"
            case 4:
                return f"{self.pick(_NAMES)}.map(fn(x)=>{a}).filter(fn(y){self.block(depth - 1)}).sum({b})"
            case 5:
                return f"[{self.many(depth, 12)}]"
            case 6:
                return f"[({a}):({b}),{c}:1]"
            case 7:
                return f"[{a} for x in ({b}) if ({c})]"
            case 8:
                return f"if ({a}){{ {b} }} else {{ {c} }}"
            case 9:
                arms = "\n".join(f"{self.pick(_PATTERNS)}=>{self.expr(depth - 1)}" for _ in range(self.rng.randint(1, 3)))
                return f"match ({a}) {{\n{arms}\n}}"
            case 10:
                return f"try f({a}) catch err {{ {b} }}"
            case 11:
                return f"(({a}))[({b})..]"
            case 12:
                return f"-({a})"
            case _:
                return f"(not ({a}))"

    def spaced(self, sign: str) -> str:
        """Put blanks around a sign, or not."""
        return f" {sign} " if sign.isalpha() or self.rng.random() < 0.5 else sign


def shaken(rng: random.Random, text: str, rate: float) -> str:
    """Put newlines, blanks and comments where they may stand."""
    trivia = Trivia(SourceFile("test.tek", text), scan(SourceFile("test.tek", text), lambda problem: None))
    out: list[str] = []
    opened: list[str] = []
    for i, (kind, start, end) in enumerate(zip(trivia.kinds, trivia.starts, trivia.ends, strict=True)):
        gap = text[trivia.ends[i - 1] if i else 0 : start]
        before = trivia.kinds[i - 1] if i else t.NEWLINE
        starts_line = kind in (t.DOT, t.ELSE, t.NUMBER["CATCH"], t.NUMBER["AND"], t.NUMBER["OR"], t.COALESCE, t.RBRACE, t.END)
        if i and rng.random() < rate and ("\n" in gap or (opened and opened[-1] != "{") or before in t.GOES_ON or starts_line):
            gap = rng.choice((gap + "\n", f" # c{i}\n{gap}", f"\n# c{i}\n{gap}", f"\n\n  # c{i}\n\n{gap}", gap + "   "))
        out.append(gap + text[start:end])
        if text[start:end] in ("(", "[", "{"):
            opened.append(text[start:end])
        elif text[start:end] in (")", "]", "}"):
            opened.pop()
    return "".join(out)
