"""What a match covers, what it misses, and which arms nothing reaches."""

from __future__ import annotations

import time

import pytest

from tests.check_effects.programs import Found, check, fixed

TYPES = """
enum Shape {
    Circle(radius: Float)
    Rect(width: Float, height: Float)
    Empty
}
enum Wide {
    W(a: Int, b: Int, c: Int, d: Int, e: Int)
    N
}
record Point(x: Int, y: Bool)
record Box[T](content: T)
enum Tree[T] {
    Leaf
    Node(left: Tree[T], value: T, right: Tree[T])
}
"""


def match(type: str, *arms: str) -> Found:
    """Check a match on a value of a type; each arm is a pattern, perhaps with a guard."""
    lines = "\n".join(f"        {arm} => {i}" for i, arm in enumerate(arms))
    return check(f"{TYPES}\nfn f(v: {type}) -> Int {{\n    match v {{\n{lines}\n    }}\n}}\n")


def missing(found: Found) -> tuple[str, ...]:
    """The missing cases that were reported."""
    assert found.codes == ["TEK0400"], found.text()
    return tuple(found.problems[0].missing)  # type: ignore[attr-defined]  # a MatchMisses


def arms_reported(found: Found) -> list[str]:
    """The patterns that were reported as unreachable."""
    assert all(code in ("TEK0401", "TEK0403") for code in found.codes), found.text()
    return [p.at.text for p in found.problems]


COVERED = [
    ("Bool", ["true", "false"]),
    ("Bool", ["true", "_"]),
    ("Shape", ["Circle(_)", "Rect(..)", "Empty"]),
    ("Shape", ["Shape.Circle(r)", "Rect(height: h, ..)", "x"]),
    ("Int?", ["Some(n)", "None"]),
    ("Int??", ["Some(Some(n))", "Some(None)", "None"]),
    ("Result[Int, Str]", ["Ok(0)", "Ok(n)", "Err(_)"]),
    ("Result[Int, Never]", ["Ok(n)"]),
    ("(Bool, Bool)", ["(true, _)", "(_, true)", "(false, false)"]),
    ("(Bool, Int)", ["(true, 0)", "(true, _)", "(false, n)"]),
    ("Int", ["0", "1..", "..0"]),
    ("Int", ["-9223372036854775808..=-1", "0..=9223372036854775807"]),
    ("Int", ["..=5", "6..=6", "7.."]),
    ("Duration", ["1s", "5min", "_"]),
    ("Size", ["1KiB", "_"]),
    ("Float", ["1.0", "2.5..", "_"]),
    ("Str", ['"a"', '"b"', "s"]),
    ("Str", ['""..']),
    ("Bytes", ['b"a"', "_"]),
    ("List[Int]", ["[]", "[x, ..rest]"]),
    ("List[Int]", ["[]", "[x]", "[a, .., b]"]),
    ("List[Bool]", ["[]", "[true, ..]", "[.., true]", "[false]", "[false, .., false]"]),
    ("List[Bool]", ["[..xs]"]),
    ("Point", ["Point(x: 0, ..)", "Point(x, y)"]),
    ("Point", ["Point(y: true, ..)", "Point(y: false, x: n)"]),
    ("Box[Bool?]", ["Box(Some(true))", "Box(None)", "Box(Some(false))"]),
    ("Tree[Int]", ["Leaf", "Node(Leaf, n, _)", "Node(Node(..), n, r)"]),
    ("()", ["()"]),
    ("Int", ["n if n > 3", "_"]),
    ("(Int, Str)", ['(1, "a" | "b")', '(1 | 2, "c")', "_ as whole"]),
    ("Shape", ["Circle(_) | Rect(..) | Empty"]),
    ("Bool?", ["Some(true | false) | None"]),
    ("fn(Int) -> Int", ["f"]),
    ("Map[Str, Int]", ["_"]),
]


@pytest.mark.parametrize(("type", "arms"), COVERED, ids=[f"{t}: {' / '.join(a)}" for t, a in COVERED])
def test_a_match_that_covers_everything_is_accepted(type: str, arms: list[str]) -> None:
    assert match(type, *arms).codes == []


MISSED = [
    ("Bool", ["true"], ("false",)),
    ("Bool", ["true if 1 > 2", "false"], ("true",)),
    ("Shape", ["Circle(_)", "Empty"], ("Rect(_, _)",)),
    ("Shape", ["Empty"], ("Circle(_)", "Rect(_, _)")),
    ("Wide", ["N"], ("W(..)",)),
    ("Int?", ["Some(_)"], ("None",)),
    ("Int??", ["Some(Some(_))", "None"], ("Some(None)",)),
    ("(Bool?, Bool)", ["(Some(true), _)", "(None, true)", "(Some(false), false)"], ("(None, false)", "(Some(false), true)")),
    ("Int", ["0..10", "11.."], ("..0", "10")),
    ("Int", ["..5", "7..=9"], ("5..=6", "10..")),
    ("Int", ["x if x > 0", "x if x <= 0"], ("_",)),
    ("Duration", ["1s", "2s"], ("_",)),
    ("Float", ["..0.0", "0.0.."], ("_",)),
    ("Str", ['"a"', '"b"'], ("_",)),
    ("List[Int]", ["[]", "[_, _, ..]"], ("[_]",)),
    ("List[Int]", ["[]", "[a]", "[a, b]"], ("[_, _, _, ..]",)),
    ("List[Int]", ["[a, ..]"], ("[]",)),
    ("List[Bool]", ["[]", "[true, ..]"], ("[false, ..]",)),
    ("List[Bool]", ["[]", "[true, ..]", "[.., true]"], ("[false]", "[false, .., false]")),
    ("Point", ["Point(x: 0, ..)", "Point(y: true, ..)"], ("Point(..0, false)",)),
    ("Tree[Int]", ["Leaf", "Node(Leaf, _, _)"], ("Node(Node(_, _, _), _, _)",)),
    ("(Int, Str)", ['(1, "a")', "(2, _)"], ("(1, _)", "(..1, _)")),
    ("Result[Int, Str]", ["Ok(0)", "Err(_)"], ("Ok(..0)",)),
]


@pytest.mark.parametrize(("type", "arms", "cases"), MISSED, ids=[f"{t}: {' / '.join(a)}" for t, a, _ in MISSED])
def test_a_missing_case_is_shown_as_a_pattern(type: str, arms: list[str], cases: tuple[str, ...]) -> None:
    found = match(type, *arms)
    shown = missing(found)
    assert set(cases) <= set(shown), found.text()


@pytest.mark.parametrize(("type", "arms", "cases"), MISSED, ids=[f"{t}: {' / '.join(a)}" for t, a, _ in MISSED])
def test_the_offered_arms_compile_and_in_the_end_cover_everything(type: str, arms: list[str], cases: tuple[str, ...]) -> None:
    found = match(type, *arms)
    assert fixed(found, 0, 1).codes == [], "the arm that takes all the rest"
    for _ in range(6):
        if found.codes != ["TEK0400"]:
            break
        found = fixed(found)
    assert found.codes in ([], ["TEK0400"]), found.text()


UNREACHED = [
    ("Int", ["0", "_", "5"], ["5"]),
    ("Bool", ["true", "false", "_"], ["_"]),
    ("Bool", ["true", "true if 1 > 2", "false"], ["true"]),
    ("Int", ["0..10", "3", "_"], ["3"]),
    ("Int", ["..10", "5..", "0..20", "_"], ["0..20", "_"]),
    ("Int", ["5..2", "_"], ["5..2"]),
    ("Shape", ["Circle(_)", "Circle(1.0)", "_"], ["Circle(1.0)"]),
    ("List[Int]", ["[]", "[..]", "[1]"], ["[1]"]),
    ("(Bool, Bool)", ["(true, _)", "(_, true)", "(true, false)", "(false, false)"], ["(true, false)"]),
    ("Int", ["1 | 2 | 1", "_"], ["1"]),
    ("Int", ["1", "1 | 2", "_"], ["1"]),
    ("Bool?", ["Some(true)", "Some(true | false) | None"], ["true"]),
    ("Str", ['"a"', '"a"', "_"], ['"a"']),
]


@pytest.mark.parametrize(("type", "arms", "reported"), UNREACHED, ids=[f"{t}: {' / '.join(a)}" for t, a, _ in UNREACHED])
def test_an_arm_that_nothing_reaches_is_a_warning(type: str, arms: list[str], reported: list[str]) -> None:
    found = match(type, *arms)
    assert arms_reported(found) == reported
    assert all(p.severity == "warning" for p in found.problems)


def test_a_guarded_arm_covers_nothing_and_hides_nothing() -> None:
    assert match("Int", "n if n > 0", "n if n > 0", "_").codes == []


REFUTABLE = [
    ("let Some(x) = [1].first()", "None"),
    ("let [a, b] = [1, 2]", "[]"),
    ("let (1, x) = (1, 2)", "(..1, _)"),
    ("for Some(x) in [Some(1), None] { print(x) }", "None"),
    ("let f = fn((a, 1)) => a\n    print([(1, 2)].map(f))", "(_, ..1)"),
    ("print([x for [x] in [[1]]])", "[]"),
]


@pytest.mark.parametrize(("line", "case"), REFUTABLE)
def test_a_pattern_of_let_for_and_parameters_has_to_fit_everything(line: str, case: str) -> None:
    found = check(f"task main() {{\n    {line}\n}}\n")
    assert "TEK0402" in found.codes, found.text()
    problem = next(p for p in found.problems if p.code == "TEK0402")
    assert problem.missing == case  # type: ignore[attr-defined]


def test_patterns_that_fit_everything_are_accepted_everywhere() -> None:
    found = check(
        """
record Point(x: Int, y: Int)
enum One { Only(n: Int) }
task main() {
    let (a, (b, _)) = (1, (2, 3))
    let Point(x, y: height) = Point(4, 5)
    let Only(n) = Only(3)
    let (p, q) as both = (1, 2)
    for (i, Point(x: z, ..)) in [Point(7, 8)].enumerate() {
        print("{i} {z}")
    }
    print([w + c for (w, c) in [(1, 2)]])
    print([("a", 1)].map(fn((word, k)) => "{word}{k}"))
    print("{a} {b} {x} {height} {n} {p} {q} {both}")
}
"""
    )
    assert found.codes == []


def test_a_wrong_pattern_is_reported_once_and_says_nothing_about_coverage() -> None:
    found = match("Shape", "Circle(a, b)", "Square(a)")
    assert "TEK0400" not in found.codes
    assert found.codes


# ------------------------------------------------------------------------------------------------------------------- size


def test_a_thousand_arms_take_no_time() -> None:
    variants = "\n".join(f"    V{i}(n: Int)" for i in range(1000))
    arms = "\n".join(f"        V{i}(n) => n" for i in range(1000))
    source = f"enum E {{\n{variants}\n}}\nfn f(e: E) -> Int {{\n    match e {{\n{arms}\n    }}\n}}\n"
    start = time.process_time()
    assert check(source).codes == []
    assert time.process_time() - start < 3


def test_wide_tuples_and_long_lists_do_not_recurse() -> None:
    types = ", ".join(["Bool"] * 300)
    some = ", ".join(["true"] * 300)
    assert missing(match(f"({types})", f"({some})"))
    long = ", ".join(["1"] * 2000)
    assert missing(match("List[Int]", f"[{long}]", f"[{long}, ..]"))


def test_a_diagonal_of_flags_stays_linear() -> None:
    n = 40
    arms = [f"({', '.join('true' if i == j else '_' for j in range(n))})" for i in range(n)]
    types = ", ".join(["Bool"] * n)
    start = time.process_time()
    assert missing(match(f"({types})", *arms)) == (f"({', '.join(['false'] * n)})",)
    assert time.process_time() - start < 3


def test_too_many_combinations_are_an_error_and_no_hang() -> None:
    n = 16
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    arms = [f"({', '.join('true' if k == i else 'false' if k == j else '_' for k in range(n))})" for i, j in pairs]
    arms += [f"({', '.join('false' if k == i else 'true' if k == j else '_' for k in range(n))})" for i, j in reversed(pairs)]
    types = ", ".join(["Bool"] * n)
    start = time.process_time()
    found = match(f"({types})", *arms)
    assert set(found.codes) <= {"TEK0400", "TEK0401", "TEK0404"}
    assert time.process_time() - start < 10
