"""Branches, loops, patterns, comprehensions, and code that is never reached."""

from __future__ import annotations

import pytest

from tests.lower.running import main

SHAPES = """
enum Tree[T] {
    Leaf
    Node(left: Tree[T], value: T, right: Tree[T])
}
enum Expr {
    Num(Int)
    Add(Expr, Expr)
    Mul(Expr, Expr)
    Neg(Expr)
}
record P(x: Int, y: Int)
fn insert[T: Ord](self: Tree[T], x: T) -> Tree[T] {
    match self {
        Leaf => Node(Leaf, x, Leaf)
        Node(l, v, r) if x < v => Node(l.insert(x), v, r)
        Node(l, v, r) if x > v => Node(l, v, r.insert(x))
        _ => self
    }
}
fn all[T](self: Tree[T]) -> List[T] {
    match self {
        Leaf => []
        Node(l, v, r) => l.all() + [v] + r.all()
    }
}
fn eval(e: Expr) -> Int {
    match e {
        Num(n) => n
        Add(Num(0), x) | Add(x, Num(0)) => eval(x)
        Add(a, b) => eval(a) + eval(b)
        Mul(Num(0), _) | Mul(_, Num(0)) => 0
        Mul(a, b) => eval(a) * eval(b)
        Neg(Neg(x)) => eval(x)
        Neg(x) => -eval(x)
    }
}
fn number(n: Int) -> Str {
    match n {
        0 => "zero"
        1 | 2 | 3 => "small"
        4..10 => "medium"
        -5..=-1 => "negative"
        x if x % 2 == 0 => "even {x}"
        100.. => "large"
        _ => "other"
    }
}
fn items(xs: List[Int]) -> Str {
    match xs {
        [] => "empty"
        [x] => "one {x}"
        [1, ..rest] => "1 then {rest}"
        [a, .., z] if a == z => "ends {a}"
        [a, b, ..] => "{a} and {b}"
    }
}
fn nested(x: (Int, (Str, List[Int?]))) -> Str {
    match x {
        (1, ("a", [Some(n), ..])) if n > 5 => "first {n}"
        (k, (s, [None, Some(n) as o, ..rest])) => "second {k} {s} {n} {o} {rest}"
        (_, (s as t, [])) => "third {s}{t}"
        (0 | 1, _) => "zero or one"
        _ => "else"
    }
}
fn word(s: Str) -> Int {
    match s {
        "a" | "b" => 1
        "c" => 2
        _ => 3
    }
}
fn point(p: P) -> Str {
    match p {
        P(x: 0, ..) => "axis"
        P(a, b) if a == b => "diagonal"
        P(y: 1, x: k) => "line {k}"
        _ => "else"
    }
}
fn pair(a: Int?, b: Int?) -> Str {
    match (a, b) {
        (Some(x), Some(y)) => "both {x} {y}"
        (Some(x), None) | (None, Some(x)) => "one {x}"
        (None, None) => "none"
    }
}
fn flag(b: Bool, f: Float) -> Str {
    match (b, f) {
        (true, 0.5) => "half"
        (false, 0.0..1.0) => "low"
        (true, _) => "yes"
        (false, _) => "no"
    }
}
"""


@pytest.mark.parametrize(
    ("call", "want"),
    [
        ("number(0)", "zero"), ("number(2)", "small"), ("number(9)", "medium"), ("number(10)", "even 10"), ("number(-3)", "negative"),
        ("number(14)", "even 14"), ("number(101)", "large"), ("number(11)", "other"), ("items([])", "empty"), ("items([9])", "one 9"),
        ("items([1, 2, 3])", "1 then [2, 3]"), ("items([4, 5, 4])", "ends 4"), ("items([4, 5, 6])", "4 and 5"),
        ('nested((1, ("a", [Some(9)])))', "first 9"), ('nested((2, ("b", [None, Some(1), None])))', "second 2 b 1 Some(1) [None]"),
        ('nested((3, ("c", [])))', "third cc"), ('nested((0, ("c", [None])))', "zero or one"), ('nested((7, ("c", [None])))', "else"),
        ('[word("a"), word("b"), word("c"), word("d")]', "[1, 1, 2, 3]"), ("point(P(0, 5))", "axis"), ("point(P(3, 3))", "diagonal"),
        ("point(P(7, 1))", "line 7"), ("point(P(7, 2))", "else"), ("pair(Some(1), Some(2))", "both 1 2"), ("pair(None, Some(2))", "one 2"),
        ("pair(Some(1), None)", "one 1"), ("pair(None, None)", "none"), ("flag(true, 0.5)", "half"), ("flag(false, 0.5)", "low"),
        ("flag(true, 1.0)", "yes"), ("flag(false, 1.0)", "no"),
        ("eval(Add(Num(0), Mul(Num(3), Neg(Neg(Add(Num(4), Num(1)))))))", "15"), ("eval(Mul(Num(2), Num(0)))", "0"), ("eval(Neg(Num(2)))", "-2"),
    ],
)  # fmt: skip
def test_match(call: str, want: str) -> None:
    assert main(f"print({call})", SHAPES) == [want]


def test_recursive_enums() -> None:
    assert main("var t: Tree[Int] = Leaf\nfor x in [5, 2, 8, 1, 5, 9] {\n    t = t.insert(x)\n}\nprint(t.all())", SHAPES) == ["[1, 2, 5, 8, 9]"]


def test_a_run_of_variants_with_guards_falls_through_in_order() -> None:
    before = """
enum E {
    A(Int)
    B(Int)
    C
    D
}
fn f(e: E, strict: Bool) -> Str {
    match e {
        A(1) => "a1"
        B(n) if n > 5 => "b big"
        C | D if strict => "strict"
        A(n) if n > 10 => "a big"
        x if x == B(0) => "b0"
        A(_) => "a"
        B(_) | C => "b or c"
        D => "d"
    }
}
"""
    body = "for e in [A(1), A(11), A(2), B(6), B(0), B(1), C, D] {\n    write(\"{f(e, false)}, {f(e, true)}; \")\n}"
    assert main(body, before) == [
        "a1, a1; a big, a big; a, a; b big, b big; b0, b0; b or c, b or c; b or c, strict; d, strict; "
    ]  # fmt: skip


def test_conditions_are_lazy() -> None:
    before = 'fn t(n: Int) -> Bool {\n    write("t{n} ")\n    true\n}\nfn f(n: Int) -> Bool {\n    write("f{n} ")\n    false\n}'
    body = """
if f(1) and t(2) or t(3) and not f(4) { print("yes") } else { print("no") }
if not (t(1) and f(2)) or t(3) { print("yes") }
let x = f(1) or f(2) or t(3) or t(4)
print(x)
let y = t(1) and f(2) and t(3)
print(y)
"""
    assert main(body, before) == ["f1 t3 f4 yes", "t1 f2 yes", "f1 f2 t3 true", "t1 f2 false"]


def test_if_let_and_while_let() -> None:
    body = """
let m = ["a": 1]
if let Some(n) = m.get("a") { print(n) } else { print("none") }
if let Some(n) = m.get("b") { print(n) } else if let [x, ..] = [7] { print("list {x}") }
var stack = [1, 2, 3]
while let Some(x) = stack.pop() {
    if x == 2 { continue }
    write("{x};")
}
let v = if let (1, k) = (2, 3) { k } else { 0 }
print(v)
"""
    assert main(body) == ["1", "list 7", "3;1;0"]


def test_loops_break_and_continue_from_inside_expressions() -> None:
    body = """
var out: List[Int] = []
for i in 0..10 {
    let k = if i % 2 == 0 { continue } else { i }
    let j = match k {
        7 => break
        n => n * 10
    }
    out.push(j)
}
print(out)
var n = 0
while true {
    n += 1
    for _ in 0..3 {
        if n > 3 { break }
        n += 1
    }
    if n > 5 { break }
}
print(n)
"""
    assert main(body) == ["[10, 30, 50]", "6"]


def test_loops_over_everything() -> None:
    body = """
for (i, x) in [(1, "a"), (2, "b")] { write("{i}{x} ") }
for (k, v) in ["x": 1] { write("{k}{v} ") }
for s in Set([3, 1]) { write("{s} ") }
for c in "hä😀" { write("[{c}]") }
for b in b"\\x01a" { write("{b},") }
for i in 3..1 { write("never") }
for i in 9223372036854775806..=9223372036854775807 { write(" {i}") }
for i in (0..=2) { write(" {i}") }
let r = 5..8
for i in r { write(" {i}") }
print("")
"""
    assert main(body) == ["1a 2b x1 3 1 [h][ä][😀]1,97, 9223372036854775806 9223372036854775807 0 1 2 5 6 7"]


def test_comprehensions_nest_and_filter() -> None:
    body = """
print([x * y for x in 1..4 for y in 1..=x if (x + y) % 2 == 0])
print([k: v.len() for (k, v) in ["a": [1], "b": [1, 2]] if k != "c"])
print([[i for i in 0..n] for n in 0..3])
print([n for Some(n) in [Some(1)]])
""".replace("print([n for Some(n) in [Some(1)]])\n", "")
    assert main(body) == ["[1, 4, 3, 9]", '["a": 1, "b": 2]', "[[], [0], [0, 1]]"]


def test_membership() -> None:
    assert main('print("{5 in [1, 5]} {"k" in ["k": 1]} {3 in 1..3} {3 in 1..=3} {"el" in "hello"} {4 not in [4]} {1 in Set([1])}")') == [
        "true true false true true false true"
    ]


def test_code_that_is_never_reached_is_no_trouble() -> None:
    before = """
fn f(k: Int) -> Int {
    if k == 0 { return [1, fail "list"][0] }
    if k == 1 { return 1 + (fail "plus") }
    if k == 2 {
        if fail "cond" {
            return 1
        }
    }
    if k == 3 {
        for x in fail "iter" {
            return 1
        }
    }
    if k == 4 {
        let x: Int = fail "let"
        return x
    }
    if k == 5 { return [1, 2][fail "index"] }
    if k == 6 { return "{fail "hole"}".len() }
    if k == 7 { return -(fail "neg") }
    if k == 8 { return (if true { fail "branch" } else { 3 }) }
    if k == 9 {
        match fail "subject" {
            _ => return 4
        }
    }
    if k == 10 { return [k: 1][fail "key"] }
    if k == 11 {
        var xs = [1]
        xs.push(fail "push")
        xs[0] = fail "assign"
    }
    while true {
        return k
    }
    fail "end"
}
"""
    body = "for k in 0..13 {\n    match try f(k) {\n        Ok(n) => print(n)\n        Err(e) => write(\"{e.message} \")\n    }\n}"
    assert main(body, before) == ["list plus cond iter let index hole neg branch subject key push 12"]
