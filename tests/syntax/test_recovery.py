"""Several mistakes in a file: each is reported once, and what is right is read."""

from __future__ import annotations

from tekc.source import SourceFile
from tekc.syntax import ast, parse
from tests.syntax.helpers import codes, in_task, read, show

MANY = """\
fn f(x: Int) -> Int {
    let y = x +* 2
    let z = foo(1, 2
    return z
}

fn g() {
    let = 3
    while true {
        print("hi)
    }
    if x {
        y(
    }
}

record R(a: Int b: Int)

enum E {
    A B
    C
}

task t() needs {
}

fn ok() {
    match x {
        1 =>
        2 => 3
    }
}

fn last() => 1
"""


def test_each_of_many_mistakes_is_reported_at_its_line() -> None:
    _, problems = read(MANY)
    lines = [problem.at.file.line_column(problem.at.start)[0] for problem in problems]
    assert lines == [2, 3, 8, 10, 13, 17, 20, 24, 29]


def test_what_is_right_is_read_beside_what_is_wrong() -> None:
    module, _ = read(MANY)
    names = [decl.name.text for decl in module.decls if not isinstance(decl, ast.Test)]
    assert names == ["f", "g", "R", "E", "ok", "last"]
    f = module.decls[0]
    assert isinstance(f, ast.Fn)
    assert show(f.body).endswith("(Let z - (Call foo [(Arg - 1 .) (Arg - 2 .)]) .) (ExprStatement (Return z))])")


def test_a_broken_statement_stands_in_the_tree() -> None:
    module, problems = read(in_task("a()", "let = 1", "b()"))
    assert len(problems) == 1
    assert show(module.decls[0]).endswith("(ExprStatement (Call a [])) (ExprStatement (ErrorExpr)) (ExprStatement (Call b []))]) .)")


def test_a_broken_arm_or_variant_is_left_out() -> None:
    module, problems = read("enum E {\n    A\n    1\n    B\n}\n\nfn f() => match x {\n    A => 1\n    + => 2\n    B => 3\n}\n")
    assert len(problems) == 2
    assert show(module.decls[0]) == "(Enum - . E [] [(Variant - A []) (Variant - B [])])"
    assert show(module.decls[1]).count("(Arm") == 2


def test_a_declaration_at_the_left_edge_ends_what_is_open() -> None:
    module, problems = read("fn f() {\n    if a {\n        g([1, 2,\n\nfn h() {\n}\n\ntask t() {\n}\n")
    assert [decl.name.text for decl in module.decls if not isinstance(decl, ast.Test)] == ["f", "h", "t"]
    assert [problem.code for problem in problems] == ["TEK0010"]


def test_names_in_what_could_not_be_read_are_remembered() -> None:
    file = SourceFile("test.tek", "fn f(a: ) -> Int {\n    b\n}\n\nfn g() {\n    c()\n    let (d, = e\n}\n")
    parse(file, lambda problem: None)
    assert {"f", "a", "d"} <= file.lost and "g" not in file.lost and "c" not in file.lost
    good = SourceFile("test.tek", "fn f() {\n}\n")
    parse(good, lambda problem: None)
    assert good.lost == frozenset()


def test_what_is_odd_behind_a_mistake_on_the_same_line_is_not_reported() -> None:
    assert codes(in_task("f( {a} {b} {c} )", "g(1 2 3 4)")) == ["TEK0040", "TEK0040"]


def test_lost_brackets_do_not_hide_other_mistakes() -> None:
    assert codes(in_task("f(1, 2", "let y = 3 4", "g[1", "let x == 1")) == ["TEK0010", "TEK0040", "TEK0010", "TEK0042"]


def test_problems_come_in_the_order_of_the_file() -> None:
    _, problems = read(in_task('let x = "\\q"', "let = 1", "a @ b", "f(a: 1, 2)"))
    assert [problem.code for problem in problems] == ["TEK0017", "TEK0040", "TEK0002", "TEK0079"]


def test_a_binary_file_is_not_reported_byte_by_byte() -> None:
    _, problems = read("".join(chr(i % 31 + 1) + chr(0x2500 + i % 99) for i in range(5_000)))
    assert 1 <= len(problems) <= 200


def test_parsing_ends_whatever_stands_at_the_end() -> None:
    for end in (")", "{", "(", "[", '"', '"""', '"{', "'", "#", "fn", "=", "=>", "\\", "if", "match x {", "let x = [1,", "@", "/*", "//"):
        assert codes("fn f() {\n    a()\n    " + end) != []
