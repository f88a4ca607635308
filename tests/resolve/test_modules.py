"""Modules: imports, what is visible, circles, methods across modules."""

from __future__ import annotations

import pytest

from tests.check.running import check, codes, lines

SHAPES = """
pub record Point(x: Int, y: Int)
pub enum Side {
    Left
    Right(n: Int)
}
pub const origin: Point = Point(0, 0)
pub type Points = List[Point]
pub fn length(self: Point) -> Int => self.x + hidden(self.y)
pub fn exclaim(self: Str) -> Str => self + "!"
pub fn make(x: Int) -> Point => Point(x, x)
fn hidden(n: Int) -> Int => n
record Secret2(x: Int)
fn inner(self: Str) -> Str => self
pub task draw(p: Point) {}
task quiet() {}
"""


def test_a_module_gives_what_is_pub() -> None:
    assert codes("""
import .shapes
task main() {
    let p: shapes.Point = shapes.Point(1, 2)
    let ps: shapes.Points = [p, shapes.origin, shapes.make(1)]
    let s = [shapes.Side.Left, shapes.Left, shapes.Right(1)]
    match s[0] {
        shapes.Side.Left => print(p.length())
        shapes.Right(n) => print(n)
    }
    let shapes.Point(x, y) = p
    shapes.draw(p)
    print("{ps} {x + y}")
}
""", shapes=SHAPES) == []  # fmt: skip


def test_what_is_not_pub_stays_inside() -> None:
    _, problems = check("""import .shapes
import .shapes { hidden, Secret2, quiet }
task main() {
    print(shapes.hidden(1))
    shapes.quiet()
    let s: shapes.Secret2 = shapes.make(1)
    print("a".inner())
}
""", shapes=SHAPES)  # fmt: skip
    found = [(line, code) for line, code in lines(problems) if code != "TEK0200"]
    assert found == [(2, "TEK0105"), (2, "TEK0105"), (2, "TEK0105"), (4, "TEK0105"), (5, "TEK0105"), (6, "TEK0105"), (7, "TEK0107")]


def test_names_may_be_taken_directly() -> None:
    assert codes("""
import .shapes { Point, Side, make as create, exclaim, length, Points as Many }
task main() {
    let p = Point(1, 2)
    let s: List[Side] = [Left, Side.Right(2)]
    let m: Many = [create(1)]
    print("a".exclaim() + "{p.length()} {s} {m}")
}
""", shapes=SHAPES) == []  # fmt: skip


def test_taking_names_does_not_bind_the_module() -> None:
    assert codes("""
import .shapes { Point }
import json { encode }
task main() {
    print(shapes.origin)
    print(json.encode(Point(1, 2)))
    print(encode(1))
    print(Left)
}
""", shapes=SHAPES) == ["TEK0100", "TEK0101", "TEK0100"]  # fmt: skip


def test_another_name_for_a_module() -> None:
    assert codes("""
import .shapes as s
import json as j
task main() {
    print(s.make(1).length())
    print(j.encode(s.Left))
    print(shapes.make(1))
}
""", shapes=SHAPES) == ["TEK0100"]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("import .missing", "TEK0102"),
        ("import jsn", "TEK0102"),
        ("import prelude", "TEK0102"),
        ("import .shapes { nothing }", "TEK0106"),
        ("import .shapes { Pint }", "TEK0106"),
        ("import .main", "TEK0104"),
        ("import json\nimport json", "TEK0103"),
        ("import .shapes as json\nimport json", "TEK0103"),
        ("import json\nfn json() {}", "TEK0103"),
        ("import .shapes { Point }\nrecord Point(z: Int)", "TEK0103"),
    ],
)
def test_imports_that_do_not_work(line: str, code: str) -> None:
    found = codes(f"{line}\ntask main() {{}}\n", shapes=SHAPES)
    assert [c for c in found if c != "TEK0110"] == [code]


def test_a_name_that_a_module_lacks_is_suggested() -> None:
    _, problems = check("import .shapes\ntask main() {\n    print(shapes.mak(1))\n}\n", shapes=SHAPES)
    assert [h.message for h in problems[0].helps()] == ["did you mean `make`?"]


def test_a_missing_import_is_offered_once() -> None:
    _, problems = check("task main() {\n    print(json.encode(1))\n    print(json.encode(2))\n    let j: json.Json = json.parse(\"1\")\n}\n")
    assert [p.code for p in problems] == ["TEK0101"]
    (advice,) = problems[0].helps()
    assert advice.edits[0].text == "import json\n\n"  # a blank line before the first declaration


def test_circles_of_imports_are_refused_once() -> None:
    _, problems = check("import .a\ntask main() {}\n", a="import .b\npub fn f() -> Int => b.g()\n", b="import .a\npub fn g() -> Int => a.f()\n")
    assert [p.code for p in problems] == ["TEK0104"]
    assert "`a` → `b` → `a`" in problems[0].title()


def test_a_circle_through_main() -> None:
    _, problems = check("import .a\nfn x() -> Int => a.f()\ntask main() {}\n", a="import .main\npub fn f() -> Int => 1\n")
    assert [p.code for p in problems if p.code != "TEK0110"] == ["TEK0104"]


def test_two_ways_to_one_module_are_no_circle() -> None:
    main = "import .a\nimport .b\ntask main() {\n    print(a.f() + b.f())\n}\n"
    one = "import .c\npub fn f() -> Int => c.g()\n"
    assert codes(main, a=one, b=one, c="pub fn g() -> Int => 1\n") == []


def test_mistakes_in_imported_modules_are_reported_there() -> None:
    _, problems = check("import .a\ntask main() {\n    print(a.f())\n}\n", a="pub fn f() -> Int => \"x\"\n")
    assert lines(problems, "a.tek") == [(1, "TEK0200")]
    assert lines(problems) == []


def test_methods_of_imports() -> None:
    module = "pub fn shout(self: Str) -> Str => self + \"!\"\n"
    taken = "import .a { shout }\ntask main() {\n    print(\"x\".shout())\n}\n"
    whole = "import .a\ntask main() {\n    print(\"x\".shout())\n}\n"
    assert codes(taken, a=module) == []
    assert codes(whole, a=module) == []
    assert codes("task main() {\n    print(\"x\".shout())\n}\n") == ["TEK0107"]


def test_own_methods_come_before_taken_ones_and_these_before_the_library() -> None:
    checked, problems = check(
        "import .a { len, size }\nfn size(self: Str) -> Int => 2\ntask main() {\n    print(\"x\".len() + \"x\".size())\n}\n",
        a="pub fn len(self: Str) -> Int => 1\npub fn size(self: Str) -> Int => 1\n",
    )
    assert [(p.code, p.at.file.path) for p in problems] == [("TEK0111", "a.tek"), ("TEK0111", "main.tek")]
    owners = {d.name: d.module.name for d in checked.facts.names.values() if getattr(d, "receiver", None) is not None}
    assert owners == {"len": "a", "size": "main"}


def test_a_generic_function_sees_the_methods_of_its_own_module() -> None:
    checked, _ = check(
        "import .a\nfn weight(self: Int) -> Int => 2\ntask main() {\n    print(a.heavy([1]) + 1.weight())\n}\n",
        a="fn weight(self: Int) -> Int => 1\npub fn heavy(xs: List[Int]) -> Int => xs[0].weight()\n",
    )
    assert {d.module.name for d in checked.facts.names.values() if getattr(d, "name", "") == "weight"} == {"main", "a"}


def test_an_unused_import_is_a_quiet_warning() -> None:
    _, problems = check("import json\ntask main() {\n    print(1)\n}\n")
    assert [(p.code, p.severity) for p in problems] == [("TEK0110", "warning")]
    assert codes("import json\ntask main() {\n    print(json.encode(1))\n}\n") == []
    assert codes("import json\nfn f(j: json.Json) -> Int => 1\ntask main() {}\n") == []
    assert codes("import text\ntask main() {\n    print(text.regex(\"a\").is_match(\"a\"))\n}\n") == []


def test_locals_hide_modules() -> None:
    assert codes("import json\ntask main() {\n    print(json.encode(1))\n    let json = [1]\n    print(json.len())\n}\n") == []


def test_local_and_imported_names_of_the_prelude() -> None:
    assert codes("fn min(a: Int) -> Int => a\ntask main() {\n    print(min(1))\n    let max = 3\n    print(max + 1)\n}\n") == []


def test_what_a_failed_import_should_have_bound_is_no_second_mistake() -> None:
    assert codes("""import .missing
import .gone { f, Point, Side as S, area }
import .shapes { nothing }
fn g(p: Point, s: missing.Row) -> S => missing.make(p)
task main() {
    print(f(1).x + missing.value.y)
    match g(Point(1), missing.Row(1)) {
        Point(x) => print(x)
        missing.Row(y) => print(y)
    }
    nothing(1)
}
""", shapes=SHAPES) == ["TEK0102", "TEK0102", "TEK0106"]  # fmt: skip
