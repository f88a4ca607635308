"""Functions as values: called and handed on freely, kept only with what their type states; public functions; purity."""

from __future__ import annotations

import pytest

from tests.check_effects.programs import check, fixed

KEPT = {
    "returned": "fn k(f: fn() -> Unit) -> fn() -> Unit => f",
    "returned early": "fn k(f: fn() -> Unit) -> fn() -> Unit {\n    return f\n}",
    "captured in what is returned": "fn k(f: fn() -> Unit) -> fn() -> Unit => fn() => f()",
    "handed on in what is returned": "fn k(f: fn(Int) -> Unit) -> fn() -> Unit => fn() => [1].each(f)",
    "returned by name": "fn k(f: fn() -> Unit) -> fn() -> Unit {\n    let g = f\n    g\n}",
    "returned from a branch": "fn k(f: fn() -> Unit, b: Bool) -> fn() -> Unit {\n    if b { f } else { fn() => print(1) }\n}",
    "in an option": "fn k(f: fn() -> Unit) -> (fn() -> Unit)? => Some(f)",
    "in a tuple": "fn k(f: fn() -> Unit) -> (Int, fn() -> Unit) => (1, f)",
    "in a list": "fn k(f: fn() -> Unit) -> Int => [f].len()",
    "pushed": "fn k(f: fn() -> Unit) {\n    var fs: List[fn() -> Unit] = []\n    fs.push(f)\n}",
    "in a map": 'fn k(f: fn() -> Unit) -> Map[Str, fn() -> Unit] => ["a": f]',
    "in a record": "record R(f: fn() -> Unit)\nfn k(f: fn() -> Unit) -> R => R(f)",
    "put into a record": "record R(f: fn() -> Unit)\nfn k(f: fn() -> Unit) {\n    var r = R(fn() => print(1))\n    r.f = f\n}",
    "spread into a record": "record R(f: fn() -> Unit, n: Int)\nfn k(r: R, f: fn() -> Unit) -> R => R(..r, f: f)",
    "in an enum": "enum E {\n    A(f: fn() -> Unit)\n}\nfn k(f: fn() -> Unit) -> E => A(f)",
    "through a generic function": "fn id[T](x: T) -> T => x\nfn k(f: fn() -> Unit) {\n    let g = id(f)\n    g()\n}",
    "in a comprehension": "fn k(f: fn() -> Unit) -> List[fn() -> Unit] => [f for _ in 0..3]",
    "in a lambda's result": "fn k(f: fn() -> Unit) {\n    let make = fn() => fn() => f()\n    make()()\n}",
    "given to what keeps": "fn keep(f: fn() needs none -> Unit) => f()\nfn k(f: fn() -> Unit) => keep(f)",
    "put into an index": "fn k(f: fn() -> Unit) {\n    var fs = [fn() => print(1)]\n    fs[0] = f\n}",
}


@pytest.mark.parametrize("how", KEPT)
def test_a_parameter_without_needs_is_not_kept(how: str) -> None:
    found = check(KEPT[how] + "\n")
    assert found.codes == ["TEK0308"], found.text()
    assert "`f`" in found.problems[0].title()


@pytest.mark.parametrize("how", KEPT)
def test_the_offered_type_lets_it_be_kept(how: str) -> None:
    repaired = fixed(check(KEPT[how] + "\n"))
    assert repaired.codes == [], repaired.text()


ALLOWED = {
    "called": "fn k(f: fn() -> Unit) => f()",
    "handed on": "fn a(f: fn() -> Unit) => f()\nfn k(f: fn() -> Unit) => a(f)",
    "named": "fn k(f: fn() -> Unit) {\n    let g = f\n    g()\n}",
    "in a variable": "fn k(f: fn() -> Unit) {\n    var g = f\n    g = fn() => print(1)\n    g()\n}",
    "in a lambda that is called": "fn k(f: fn() -> Unit) {\n    let g = fn() => f()\n    g()\n}",
    "in a lambda that is handed on": "fn k(f: fn(Int) -> Unit) => [1].each(fn(x) => f(x))",
    "with needs, kept": "fn k(f: fn() needs none -> Unit) -> fn() -> Unit => fn() => f()",
    "compose with needs none": (
        "fn compose(f: fn(Int) needs none -> Int, g: fn(Int) needs none -> Int) -> fn(Int) -> Int => fn(x) => g(f(x))\n"
        "task main() {\n    let steps = [fn(x: Int) => x + 1, fn(x: Int) => x * 2]\n"
        "    let all = steps.fold(fn(x: Int) => x, fn(a, b) => compose(a, b))\n    print(all(3))\n}"
    ),
    "functions from a list given back": (
        "task main() {\n    let fs = [fn(x: Int) => x + 1]\n    let gs = fs.filter(fn(f) => f(1) > 0).map(fn(f) => f)\n    print(gs[0](1))\n}"
    ),
    "functions sorted": (
        "task main() {\n    let fs = [fn(x: Int) => x + 1, fn(x: Int) => x - 1]\n    let s = fs.sort_by(fn(f) => f(0))\n    print(s[0](1))\n}"
    ),
    "a printing function where needs none is meant": (
        "record R(f: fn() -> Unit)\ntask main() {\n    let r = R(fn() => print(1))\n    (r.f)()\n}"
    ),
    "fewer needs fit more": (
        'import fs\nrecord R(f: fn() needs fs.read("**"), fs.write("a") -> Unit)\n'
        'task main() needs fs.read("**"), fs.write("a") {\n    let r = R(fn() => eprint(fs.read_text("x")))\n    (r.f)()\n}'
    ),
    "a constant function": "const double: fn(Int) -> Int = fn(x) => x * 2\ntask main() {\n    print([1].map(double))\n    print(double(2))\n}",
}


@pytest.mark.parametrize("how", ALLOWED)
def test_what_is_called_or_handed_on_is_fine(how: str) -> None:
    found = check(ALLOWED[how] + "\n")
    assert found.codes == [], found.text()


EFFECT = 'fs.write_text("x", "t")'
MORE = {
    "a record": f"record R(f: fn() -> Unit)\ntask main() {{\n    let r = R(fn() {{\n        {EFFECT}\n    }})\n    (r.f)()\n}}",
    "a list": f"task main() {{\n    let fs2 = [fn() {{\n        {EFFECT}\n    }}]\n    fs2[0]()\n}}",
    "an annotated list": f"task main() {{\n    let a: List[fn() -> Unit] = [fn() {{\n        {EFFECT}\n    }}]\n    a[0]()\n}}",
    "an option": f"task main() {{\n    let a = Some(fn() {{\n        {EFFECT}\n    }})\n    print(a.is_some())\n}}",
    "a result": f"fn make() -> fn() -> Unit {{\n    fn() {{\n        {EFFECT}\n    }}\n}}",
    "a generic function": f"fn id[T](x: T) -> T => x\ntask main() {{\n    id(fn() {{\n        {EFFECT}\n    }})()\n}}",
    "a parameter that keeps": (
        f"fn keep(f: fn() needs none -> Unit) -> fn() -> Unit => f\ntask main() {{\n    keep(fn() {{\n        {EFFECT}\n    }})()\n}}"
    ),
    "a constant": f"const c: fn() -> Unit = fn() {{\n    {EFFECT}\n}}",
    "a variable that says so": f"task main() {{\n    let f: fn() needs none -> Unit = fn() {{\n        {EFFECT}\n    }}\n    f()\n}}",
    "a tuple": f"task main() {{\n    let (a, b) = (1, fn() {{\n        {EFFECT}\n    }})\n    b()\n    print(a)\n}}",
    "by its name": "record R(f: fn(Path) -> Unit)\ntask main() {\n    let r = R(fs.make_dir)\n    (r.f)(\"a\")\n}",
}


@pytest.mark.parametrize("where", MORE)
def test_a_kept_function_does_no_more_than_its_type_says(where: str) -> None:
    found = check(f"import fs\n{MORE[where]}\n")
    assert found.codes == ["TEK0309"], found.text()
    assert "fs.write" in found.problems[0].title()


def test_a_field_says_how_its_type_is_widened() -> None:
    found = check(f"import fs\n{MORE['a record']}\n")
    assert fixed(found).codes == []
    found = check(f"import fs\n{MORE['an annotated list']}\n")
    assert "fn() needs" in found.text()


def test_a_kept_function_may_not_call_a_task() -> None:
    found = check("task t() => print(1)\nrecord R(f: fn() -> Unit)\ntask main() {\n    let r = R(fn() => t())\n    (r.f)()\n}\n")
    assert found.codes == ["TEK0309"], found.text()


def test_containers_of_functions_are_compared_by_what_they_need() -> None:
    head = 'import fs\nfn run(fs2: List[fn() -> Unit]) => fs2.each(fn(f) => f())\n'
    wide = 'let a: List[fn() needs fs.write("x") -> Unit] = [fn() => fs.write_text("x", "t")]'
    found = check(f'{head}task main() needs fs.write("x") {{\n    {wide}\n    run(a)\n}}\n')
    assert found.codes == ["TEK0310"], found.text()
    narrow = "let a: List[fn() needs none -> Unit] = [fn() => print(1)]"
    assert check(f"{head}task main() {{\n    {narrow}\n    run(a)\n}}\n").codes == []


def test_a_function_with_dependent_scopes_is_at_its_widest_as_a_value() -> None:
    source = 'import fs\nfn save(p: Str) => fs.write_text("out/{p}.txt", "x")\ntask main() needs NEED {\n    ["a"].each(save)\n}\n'
    assert check(source.replace("NEED", 'fs.write("out/*.txt")')).codes == []
    assert check(source.replace("NEED", 'fs.write("out/a.txt")')).codes == ["TEK0301"]
    source = 'import fs\ntask main() needs NEED {\n    let ps: List[Path] = ["out/a"]\n    ps.each(fs.make_dir)\n}\n'
    assert check(source.replace("NEED", 'fs.write("out/*")')).codes == ["TEK0301"]
    assert check(source.replace("NEED", 'fs.write("**")')).codes == []


def test_effects_are_narrowed_by_where_code_runs_not_where_it_is_written() -> None:
    go = "fn go(f: fn() -> Unit) {\n    only none {\n        f()\n    }\n}\n"
    found = check(f'import fs\n{go}task main() needs fs.write("x") {{\n    go(fn() => {EFFECT})\n}}\n')
    assert found.codes == ["TEK0306"], found.text()
    lambda_made_inside = (
        'import fs\ntask main() needs fs.write("x") {\n    var f = fn() => print(1)\n    only none {\n        f = fn() => '
        f"{EFFECT}\n    }}\n    f()\n}}\n"
    )
    assert check(lambda_made_inside).codes == []


# --------------------------------------------------------------------------------------------------- public, pure, const


def test_public_functions_declare_their_effects() -> None:
    source = 'import fs\npub fn load(p: Path) -> Str => fs.read_text(p)\n'
    found = check(source)
    assert found.places == [("TEK0303", 2)]
    assert fixed(found).codes == []
    assert check(source.replace("-> Str", "-> Str needs fs.read(p)")).codes == []
    assert check(source.replace("-> Str", 'needs fs.read("data/**") -> Str')).codes == []
    assert check(source.replace("-> Str", 'needs fs.write("**") -> Str')).codes == ["TEK0301"]
    assert check("pub fn hello() => print(1)\n").codes == []
    assert check("pub fn each(xs: List[Int], f: fn(Int) -> Unit) => xs.each(f)\n").codes == []


def test_public_functions_do_not_call_tasks_not_even_through_others() -> None:
    found = check("task t() => print(1)\nfn help() => t()\npub fn go() => help()\n")
    assert found.places == [("TEK0304", 3)], found.text()
    assert "`t`" in found.problems[0].title()
    assert check("task t() => print(1)\nfn help() => t()\n").codes == []


IMPURE = {
    "print": "print(1)",
    "a clock": "print2(time.now())",
    "random numbers": "print2(random.int(0, 1))",
    "a file": 'print2(fs.read_text("a"))',
    "a task": "t()",
    "a sleep": "time.sleep(1s)",
}


@pytest.mark.parametrize("what", IMPURE)
def test_needs_none_and_constants_are_pure(what: str) -> None:
    head = "import fs\nimport random\nimport time\ntask t() => print(1)\nfn print2[T](x: T) -> Int => 1\n"
    found = check(f"{head}fn f() needs none {{\n    {IMPURE[what]}\n}}\n")
    assert found.places == [("TEK0305", 7)], found.text()
    found = check(f"{head}fn f() -> Int {{\n    {IMPURE[what]}\n    1\n}}\nconst c: Int = f()\n")
    assert found.places == [("TEK0305", 10)], found.text()


def test_a_pure_function_may_fail_and_call_what_it_is_given() -> None:
    assert check('fn f(x: Int) -> Int needs none {\n    if x > 3 {\n        fail "no"\n    }\n    x // 0\n}\n').codes == []
    assert check("fn f(xs: List[Int], g: fn(Int) -> Int) -> List[Int] needs none => xs.map(g)\n").codes == []
    assert check("const c: Int = [1, 2].map(fn(x) => x * 2).sum()\n").codes == []


# ------------------------------------------------------------------------------------------------------- dropped values


def test_dropping_what_had_no_effect_is_told() -> None:
    source = "fn pure(x: Int) -> Int => x + 1\nfn loud(x: Int) -> Int {\n    print(x)\n    x\n}\ntask main() {\n    LINE\n    print(1)\n}\n"
    assert check(source.replace("LINE", "pure(1)")).codes == ["TEK0216"]
    assert check(source.replace("LINE", "[1].map(pure)")).codes == ["TEK0216"]
    assert check(source.replace("LINE", "loud(1)")).codes == []
    assert check(source.replace("LINE", "[1].map(loud)")).codes == []
    assert check(source.replace("LINE", "pure(loud(1))")).codes == []
    assert check(source.replace("LINE", "var xs = [1]\n    xs.pop()")).codes == []
    assert check(source.replace("LINE", "pure(1) + 2")).codes == ["TEK0214"]


def test_a_last_value_without_an_arrow_is_an_error_where_it_had_no_effect() -> None:
    found = check("fn pure(x: Int) -> Int => x + 1\nfn f(x: Int) {\n    pure(x)\n}\n")
    assert found.codes == ["TEK0213"], found.text()
    assert fixed(found).codes == []
    assert check("fn loud(x: Int) -> Int {\n    print(x)\n    x\n}\nfn f(x: Int) {\n    loud(x)\n}\n").codes == []


# -------------------------------------------------------------------------------------------- what else could hide effects


def test_a_replacement_hides_no_effects_of_what_it_replaces() -> None:
    head = (
        "import fs\nrecord R(f: (fn() needs fs.write(\"x\") -> Unit)?)\n"
        "task main() needs NEED {\n    let r = R(None)\n    let g = r.f ?? fn() => print(1)\n    g()\n}\n"
    )
    assert check(head.replace("NEED", "none")).codes == ["TEK0301"], check(head.replace("NEED", "none")).text()
    assert check(head.replace("NEED", 'fs.write("x")')).codes == []


def test_a_default_of_an_index_counts() -> None:
    source = (
        'import fs\ntask main() needs NEED {\n    let m: Map[Str, fn() -> Unit] = ["a": fn() => print(1)]\n'
        '    m["b", default: fn() => fs.write_text("x", "t")]()\n}\n'
    )
    assert check(source.replace("NEED", "none")).codes == ["TEK0301"]
    assert check(source.replace("NEED", 'fs.write("x")')).codes == []


def test_what_keeps_pure_functions_is_not_handed_others_behind_a_type() -> None:
    keep = "fn keep(f: fn() needs none -> Unit) -> fn() -> Unit => f\n"
    run = 'fn run(g: fn(fn() -> Unit) -> fn() -> Unit) -> fn() -> Unit => g(fn() => fs.delete("x"))\n'
    found = check(f"import fs\n{keep}{run}task main() {{\n    run(keep)()\n}}\n")
    assert "TEK0311" in found.codes, found.text()
    run = "fn run(g: fn(fn() needs none -> Unit) -> fn() -> Unit) -> fn() -> Unit => g(fn() => print(1))\n"
    assert check(f"{keep}{run}task main() {{\n    run(keep)()\n}}\n").codes == []


def test_functions_that_take_functions_that_take_functions() -> None:
    source = """
import fs
fn twice(f: fn(fn() -> Unit) -> Unit, g: fn() -> Unit) {
    f(g)
    f(g)
}
task main() needs NEED {
    twice(fn(h) => h(), fn() => fs.write_text("x", "t"))
}
"""
    assert check(source.replace("NEED", "none")).codes == ["TEK0301"]
    assert check(source.replace("NEED", 'fs.write("x")')).codes == []


def test_a_long_chain_of_different_effects_stays_small() -> None:
    n = 400
    functions = [f'fn f{i}() {{\n    fs.write_text("d/{i}.txt", "x")\n    {f"f{i - 1}()" if i else "print(1)"}\n}}\n' for i in range(n)]
    source = "import fs\n" + "".join(functions) + f"task main() needs NEED {{\n    f{n - 1}()\n}}\n"
    assert check(source.replace("NEED", 'fs.write("d/**")')).codes == []
    assert check(source.replace("NEED", "none")).codes == ["TEK0301"]
