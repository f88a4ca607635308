"""What the checker hands to lowering."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tekc.check.builtins import FLOAT, INT, PATH, STR
from tekc.check.defs import FnDef, Local, TaskDef, VariantDef
from tekc.check.facts import DEFAULT, SPREAD, FieldTarget, PartTarget
from tekc.check.order import children
from tekc.check.types import Param, show
from tekc.syntax import ast
from tests.check.running import check

if TYPE_CHECKING:
    from tekc.check import Checked

_N = TypeVar("_N", bound=ast.Node)


def find(root: ast.Node, kind: type[_N]) -> list[_N]:
    """Return all nodes of a kind in the order of the source."""
    found: list[_N] = []
    todo: list[object] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo.extend(node)
        elif isinstance(node, ast.Node):
            if isinstance(node, kind):
                found.append(node)
            todo.extend(children(node))
    return sorted(found, key=lambda n: (n.at.start, -n.at.end))


def checked(text: str) -> tuple[Checked, ast.Module]:
    """Check a program that must have no problem."""
    program, problems = check(text)
    assert [p.title() for p in problems if p.severity == "error"] == []
    return program, program.mains[0].tree


def test_arguments_are_in_parameter_order_and_remember_the_order_of_the_source() -> None:
    program, tree = checked("""
fn f(a: Int, b: Int = 2, c: Int = 3) -> Int => a
task main() {
    print(f(c: 5, a: 1))
}
""")
    call = next(c for c in find(tree, ast.Call) if c.at.text.startswith("f("))
    fact = program.facts.calls[call]
    assert fact.kind == "fn"
    assert isinstance(fact.target, FnDef) and fact.target.qualified == "main.f"
    assert [a.at.text if isinstance(a, ast.Node) else a for a in fact.args] == ["1", DEFAULT, "5"]
    assert fact.order == (2, 0)


def test_records_and_spreads() -> None:
    program, tree = checked("""
record P(x: Float, y: Float = 0.0)
task main() {
    let p = P(1)
    print(P(..p, x: 2).y)
}
""")
    first, _, second = find(tree, ast.Call)
    one, two = program.facts.calls[first], program.facts.calls[second]
    assert (one.kind, one.args[1], one.spread) == ("record", DEFAULT, None)
    assert two.args[1] is SPREAD and isinstance(two.spread, ast.Name)
    assert program.facts.types[find(first, ast.IntLiteral)[0]] is FLOAT
    (field,) = find(tree, ast.Field)
    target = program.facts.names[field]
    assert isinstance(target, FieldTarget) and target.index == 1


def test_literals_carry_what_they_became() -> None:
    program, tree = checked("""
fn f[T: Num](x: T) -> T => x * 2
fn g(p: Path) {}
task main() {
    let a = 1
    let b: Float = 3 + 4
    g("x")
    let c = [5, 2.5]
    let d: List[Path] = ["y", "z{a}"]
    print("{b} {c} {d} w".len() + f(6))
}
""")
    types = program.facts.types
    by_text = {n.at.text: types[n] for kind in (ast.IntLiteral, ast.StrLiteral) for n in find(tree, kind)}
    two = by_text["2"]
    assert isinstance(two, Param) and two.name == "T"
    assert [by_text[t] for t in ("1", "3", "4", "5", "6")] == [INT, FLOAT, FLOAT, FLOAT, INT]
    assert [by_text[t] for t in ('"x"', '"y"')] == [PATH, PATH]
    assert [types[n] for n in find(tree, ast.Interpolation)] == [PATH, STR]


def test_type_arguments_instantiate_the_callee() -> None:
    program, tree = checked("""
fn pair[A, B](a: A, b: B) -> (A, B) => (a, b)
task main() {
    print(pair(1, "x"))
    var m: Map[Str, Float] = [:]
    m.update("a", 0, fn(x) => x + 1)
}
""")
    calls = {c.callee.at.text: program.facts.calls[c] for c in find(tree, ast.Call)}
    assert [show(t) for t in calls["pair"].type_args] == ["Int", "Str"]
    assert [show(t) for t in calls["m.update"].type_args] == ["Str", "Float"]
    assert calls["m.update"].var_receiver and calls["m.update"].kind == "method"


def test_captures_go_through_lambdas_inside_of_lambdas() -> None:
    program, tree = checked("""
task main() {
    let a = 1
    let b = 2
    let f = fn(x: Int) => fn(y: Int) => a + x + y
    print(f(1)(b))
}
""")
    outer, inner = find(tree, ast.Lambda)
    assert [local.name for local in program.facts.captures[outer]] == ["a"]
    assert sorted(local.name for local in program.facts.captures[inner]) == ["a", "x"]


def test_kinds_of_coalescing() -> None:
    program, tree = checked("""
fn maybe(n: Int) -> Int? => Some(n)
task main() {
    print(maybe(1) ?? 0)
    print((try maybe(1)) ?? None)
    print(try maybe(1) ?? 0)
    print(try maybe(1).unwrap() ?? 0)
}
""")
    kinds = [program.facts.coalesce[n] for n in find(tree, ast.Binary)]
    assert kinds == ["option", "result", "result-of-option", "result"]


def test_indices_and_iterations() -> None:
    program, tree = checked("""
import json
task main() {
    let m = ["a": [1]]
    print(m["a"][0])
    print("abc"[0..2])
    print(json.parse("[1]")[0])
    for (k, v) in m {
        print([c for c in k])
    }
    for x in Set([1]) {}
    for x in 0..3 {}
}
""")
    facts = program.facts
    found = [(facts.indexes[n].kind, facts.indexes[n].slice) for n in find(tree, ast.Index)]
    assert found == [("list", False), ("map", False), ("str", True), ("json", False)]
    assert [facts.iterations[n] for n in find(tree, ast.For)] == ["map", "set", "list"]
    assert [facts.iterations[n] for n in find(tree, ast.ForClause)] == ["str"]


def test_what_names_mean() -> None:
    program, tree = checked("""
enum Shape {
    Circle(r: Float)
    Empty
}
task other() -> Int => 1
fn id(x: Int) -> Int => x
task main(out: Path = "x/y") {
    let s = [Circle(1.0), Shape.Empty, Empty]
    print(out.stem.len() + other() + s.len())
    print([1].map(id))
}
""")
    names = program.facts.names
    by_text = {n.at.text: names.get(n) for kind in (ast.Name, ast.UpperName, ast.Field) for n in find(tree, kind)}
    assert isinstance(by_text["Circle"], VariantDef) and isinstance(by_text["Shape.Empty"], VariantDef)
    part = by_text["out.stem"]
    assert isinstance(part, PartTarget) and part.host == "Path.stem"
    assert isinstance(by_text["other"], TaskDef) and isinstance(by_text["s"], Local)
    value = next(v for n, v in program.facts.values.items() if n.at.text == "id")
    assert isinstance(value.target, FnDef) and value.receiver is None


def test_alternatives_of_a_pattern_share_their_variables() -> None:
    program, tree = checked("""
task main() {
    match (1, 2) {
        (a, 1) | (1, a) => print(a)
        _ => {}
    }
}
""")
    idents = [p.name for p in find(tree, ast.NamePattern)]
    first, second = (program.facts.bindings[i] for i in idents)
    assert first is second


def test_fields_of_patterns_are_found_by_name() -> None:
    program, tree = checked("""
enum E {
    A(x: Int, y: Str)
}
task main() {
    match A(1, "b") {
        A(y: s, x: n) => print("{s}{n}")
    }
}
""")
    pattern = next(p for p in find(tree, ast.VariantPattern))
    assert program.facts.variants[pattern].fields == (1, 0)


def test_bodies_of_the_library_are_checked_on_demand() -> None:
    program, _ = checked("task main() {\n    print([1].map(fn(x) => x))\n}\n")
    method = program.library("prelude_list", "map", "List")
    assert method.decl.body is not None
    body = method.decl.body
    assert body not in program.facts.types
    program.check_body(method)
    assert body in program.facts.types


def test_no_fact_of_a_good_program_holds_an_open_type() -> None:
    program, _ = checked("""
task main() {
    var xs = []
    let m = [:]
    xs.push(None)
    xs[0] = Some(1)
    let f = fn(k) => m.get(k) ?? 2
    print(f("a"))
    print(xs)
}
""")
    assert not [show(t) for t in program.facts.types.values() if "_" in show(t)]
