"""Scopes: what is known when a program is compiled, what is proved, what waits for the run time, and mistakes in clauses."""

from __future__ import annotations

import pytest

from tekrt.scopes import show_template
from tests.check_effects.programs import Found, check, fixed

FS = "import fs\n"


def task(needs: str, *lines: str, params: str = "", before: str = "") -> Found:
    """Check a task with these needs and lines."""
    body = "\n".join(f"    {line}" for line in lines)
    clause = f" needs {needs}" if needs else ""
    return check(f"{FS}{before}\ntask main({params}){clause} {{\n{body}\n}}\n")


def inferred(found: Found, name: str = "main") -> list[str]:
    """The needs of a task as they are written."""
    assert found.codes == [], found.text()
    assert found.checked.effects is not None
    task = next(t for t in found.checked.tasks if t.name == name)
    return [show_template(need) for need in found.checked.effects.task_needs(task)]


def later(found: Found) -> list[str]:
    """What is checked when the main task runs."""
    assert found.codes == [], found.text()
    assert found.checked.effects is not None
    return [one.capability for one in found.checked.effects.later(next(t for t in found.checked.tasks if t.name == "main"))]


PROVED = [
    ('fs.read("data/**")', 'print(fs.read_text("data/a/b.txt"))'),
    ('fs.read("data/**")', 'print(fs.list("data"))'),
    ('fs.read("**")', 'print(fs.list("."))'),
    ('fs.read("data/*.txt")', 'print(fs.read_text("./data//a.txt"))'),
    ('fs.read("data/**")', 'print(fs.glob("data/*.c"))'),
    ('fs.read("[a-c]*")', 'print(fs.read_text("b1"))'),
    (r'fs.read("\\[id].tsx")', 'print(fs.read_text("[id].tsx"))'),
    ('fs.read("/etc/**")', 'print(fs.read_text("/etc/hosts"))'),
    ('fs.read("~/notes/**")', 'print(fs.read_text("~/notes/a"))'),
    ('fs.read("a/**"), fs.read("b/**")', 'fs.read_text("b/x").trim()\n    print(fs.read_text("a/x"))'),
    ('fs.read("a"), fs.write("b")', 'fs.copy("a", "b")'),
    ('fs.read("*.txt"), fs.read("[!.]*/**")', 'print(fs.read_text("x.txt"))'),
    ("fs.read(p)", "print(fs.read_text(p))"),
    ('fs.read("{p}/**")', 'print(fs.read_text("{p}/sub/x"))'),
    ('fs.read("{p.parent}/*")', 'print(fs.read_text("{p.parent}/x"))'),
    ('fs.write("out/{p.stem}.o")', 'fs.write_text("out/{p.stem}.o", "x")'),
    ('fs.write("out/{n}/{s}.o")', 'fs.write_text("out/{n}/{s}.o", "x")'),
    ('process("git")', '$"git status {s}".run()'),
    ('process("git status")', '$"git status -s".run()'),
    ('process("git *")', '$"git push".run()'),
    ('process("./tool"), process("target/**")', '$"./tool".run()\n    $"target/debug/x".run()'),
    ('process("a"), process("b")', '$"a".pipe($"b").run()'),
    ('process("a")', '$"a".cwd("x").env(["A": "1"]).stdin("t").timeout(1s).run()'),
]


@pytest.mark.parametrize(("needs", "line"), PROVED)
def test_what_is_within_the_needs_is_proved(needs: str, line: str) -> None:
    found = task(needs, line, params='p: Path = "p", s: Str = "s", n: Int = 1')
    assert later(found) == []


OUTSIDE = [
    ('fs.read("data/**")', 'print(fs.read_text("secret.txt"))'),
    ('fs.read("data/**")', 'print(fs.read_text("data2/a"))'),
    ('fs.read("data/**")', 'print(fs.read_text("data/../secret"))'),
    ('fs.read("data/**")', 'print(fs.read_text("/etc/passwd"))'),
    ('fs.read("**")', 'print(fs.read_text("/etc/passwd"))'),
    ('fs.read("data/*")', 'print(fs.read_text("data/a/b"))'),
    ('fs.read("src/*.c")', 'print(fs.glob("src/*"))'),
    ('fs.read("a*")', 'print(fs.read_text("b"))'),
    ('fs.read("a")', 'print(fs.read_text(name))'),
    ('fs.read("a")', 'print(fs.read_text("{name}.txt"))'),
    ('fs.read("a")', 'print(fs.read_text(Path("b")))'),
    ('fs.read("a")', "print(read(name))"),
    ('fs.read("a")', 'print(read("b"))'),
    ('fs.write("a")', 'fs.delete("a/b", recursive: true)'),
    ('fs.write("out/{s}.txt")', 'fs.write_text("log/{s}.txt", "x")'),
    ('fs.write("out/{s}.txt")', 'fs.write_text("log/a.txt", "x")'),
    ('process("gcc")', '$"gcc2 x".run()'),
    ('process("git status")', '$"git push".run()'),
    ('process("tool")', '$"./tool".run()'),
    ('process("a")', '$"a".pipe($"b").run()'),
]


@pytest.mark.parametrize(("needs", "line"), OUTSIDE)
def test_a_known_scope_outside_of_the_needs_is_an_error_at_the_call(needs: str, line: str) -> None:
    before = 'const name: Path = "b"\nfn read(p: Path) -> Str => fs.read_text(p)'
    found = task(needs, line, params='s: Str = "s"', before=before)
    assert found.places == [("TEK0301", 5)], found.text()
    assert next(label.text for label in found.problems[0].labels()) == "this promises less"


@pytest.mark.parametrize(("needs", "line"), OUTSIDE)
def test_the_offered_text_is_enough(needs: str, line: str) -> None:
    before = 'const name: Path = "b"\nfn read(p: Path) -> Str => fs.read_text(p)'
    found = task(needs, line, params='s: Str = "s"', before=before)
    assert fixed(found).codes == [], fixed(found).text()


OPEN = [
    ('fs.read("data/**")', "print(fs.read_text(p))", "fs.read(p)"),
    ('fs.read("data/**")', 'print(fs.read_text("data/{s}"))', 'fs.read("data/{s}")'),
    ('fs.read("data/**")', 'print(fs.read_text("other/{s}"))', 'fs.read("other/{s}")'),
    ('fs.read("in/{s}")', 'print(fs.read_text("in/a"))', 'fs.read("in/a")'),
    ("fs.read(p)", 'print(fs.read_text("a"))', 'fs.read("a")'),
    ('fs.read("data/**")', 'let q = Path("a" + "b")\n    print(fs.read_text(q))', 'fs.read("ab")'),
    ('fs.read("a"), fs.read("b/*")', 'for f in fs.glob("b/*") {\n        print(fs.read_text(f))\n    }', 'fs.read("**")'),
    ('process("git")', '$"{s} x".run()', 'process("{s}")'),
    ('env("HOME")', "print(env.get(s))", 'env("{s}")'),
]


@pytest.mark.parametrize(("needs", "line", "text"), OPEN)
def test_what_is_not_known_waits_for_the_run_time(needs: str, line: str, text: str) -> None:
    before = "import env" if "env." in line else ""
    found = task(needs, line, params='p: Path = "p", s: Str = "s"', before=before)
    shown = later(found)
    assert shown == [text] or (text == 'process("{s}")' and shown == ["process(s)"]) or (text == 'env("{s}")' and shown == ["env(s)"]), shown


INFERRED = [
    ('fs.write_text("a.txt", "x")', ['fs.write("a.txt")']),
    ('fs.write_text("a.txt", fs.read_text("b"))', ['fs.read("b")', 'fs.write("a.txt")']),
    ("print(fs.read_text(p))", ["fs.read(p)"]),
    ('print(fs.read_text("{p}/x-{s}.txt"))', ['fs.read("{p}/x-{s}.txt")']),
    ('print(fs.read_text("{p.stem}.c"))', ['fs.read("{p.stem}.c")']),
    ('let f = "a.txt"\n    print(fs.read_text("{f}"))', ['fs.read("a.txt")']),
    ('let f = Path("a") / "b"\n    print(fs.read_text(f))', ['fs.read("a/b")']),
    ('print(fs.glob("src/**/*.c"))', ['fs.read("src/**/*.c")']),
    ('print(fs.read_text("[id].txt"))', [r'fs.read("\\[id].txt")']),
    ('$"git commit -m x".run()\n    $"git push".run()', ['process("git")']),
    ('let c = $"make all"\n    c.run()', ['process("make")']),
    ('print(fs.glob("a/**"))\n    print(fs.read_text("a/b"))', ['fs.read("a/**")']),
    ("print(1)", []),
    ('let d = fs.temp_dir()\n    fs.write_text(d / "x", "t")\n    print(fs.read_text("{d}/x"))', []),
    ("save(s)", ['fs.write("out/{s}.txt")']),
    ('save("k")', ['fs.write("out/k.txt")']),
    ("save_default()", ['fs.write("out/d.txt")']),
    ('only fs.write("out/**") {\n        fs.write_text(other(), "x")\n    }', ['fs.write("out/**")']),
    ('Doc(p).save()', ["fs.write(p)"]),
    ('let d = Doc("x/y")\n    d.save()', ['fs.write("x/y")']),
]


@pytest.mark.parametrize(("line", "needs"), INFERRED)
def test_needs_that_are_left_out_are_inferred(line: str, needs: list[str]) -> None:
    before = (
        'fn save(name: Str) => fs.write_text("out/{name}.txt", "x")\n'
        'fn save_default(name: Str = "d") => save(name)\n'
        'fn other() -> Path => "out/z"\n'
        "record Doc(path: Path)\n"
        'fn save(self: Doc) needs fs.write(self.path) => fs.write_text(self.path, "x")\n'
    )
    found = task("", line, params='p: Path = "p", s: Str = "s"', before=before)
    shown = inferred(found)
    assert [x.replace('r"', '"').replace("\\\\", "\\") for x in shown] == [x.replace("\\\\", "\\") for x in needs]


COMPUTED = [
    ('let n = fs.read_text("n").trim()\n    print(fs.read_text(Path(n)))', ' needs fs.read("**")'),
    ('for f in fs.glob("*.txt") {\n        print(fs.read_text(f))\n    }', ' needs fs.read("**")'),
    ('for i in 0..3 {\n        fs.write_text("out/{i}.txt", "x")\n    }', ' needs fs.write("out/*.txt")'),
    ('$"{s} x".run()', " needs process(s)"),
    ('$"{s}-tool x".run()', ' needs process("{s}-tool")'),
    ("print(fs.glob(s))", ' needs fs.read("**")'),
    ('var f = Path("a")\n    f = "b"\n    print(fs.read_text(f))', ' needs fs.read("**")'),
    ('["a"].each(fn(n) => fs.write_text("out/{n}", "x"))', ' needs fs.write("out/*")'),
    ('print([Path("a")].map(fs.read_text))', ""),
]


@pytest.mark.parametrize(("line", "offer"), COMPUTED)
def test_a_computed_scope_has_to_be_declared_and_the_text_is_offered(line: str, offer: str) -> None:
    found = task("", line, params='s: Str = "s"')
    if not offer:
        assert inferred(found) == ['fs.read("**")']
        return
    assert found.codes == ["TEK0302"], found.text()
    edits = next(iter(found.problems[0].helps())).edits
    assert edits[0].text == offer
    assert fixed(found).codes == []


def test_recursion_over_paths_ends_and_is_computed() -> None:
    found = task("", "walk(p)", params='p: Path = "p"', before='fn walk(p: Path) {\n    print(fs.read_text(p))\n    walk("{p}/x")\n}')
    assert found.codes == ["TEK0302"], found.text()
    found = task("", "walk(p, 3)", params='p: Path = "p"', before="fn walk(p: Path, n: Int) {\n    print(fs.read_text(p))\n    walk(p, n - 1)\n}")
    assert inferred(found) == ["fs.read(p)"]


def test_parameters_are_followed_through_functions_and_modules() -> None:
    module = 'import fs\npub fn save(name: Str) needs fs.write("out/{name}.txt") => fs.write_text("out/{name}.txt", "x")\n'
    main = 'import .store\nfn twice(a: Str) {\n    store.save(a)\n    store.save("{a}2")\n}\ntask main(n: Str) {\n    twice(n)\n}\n'
    assert inferred(check(main, store=module)) == ['fs.write("out/{n}.txt")', 'fs.write("out/{n}2.txt")']


# ------------------------------------------------------------------------------------------------------------- mistakes

MISTAKES = [
    ('fs.raed("x")', "TEK0320"),
    ("file", "TEK0320"),
    ("fs.read", "TEK0321"),
    ('fs.read("a", "b")', "TEK0321"),
    ('human("x")', "TEK0321"),
    ('fs.read("")', "TEK0322"),
    ('fs.read("[a")', "TEK0322"),
    ('net.get("https://example.com/x")', "TEK0322"),
    ('net("example.com:99999")', "TEK0322"),
    ('env("A B")', "TEK0322"),
    ('fs.read("in/{other}.txt")', "TEK0323"),
    ("fs.read(other)", "TEK0323"),
    ('fs.read("in/{xs}.txt")', "TEK0324"),
    ('fs.read("in/{p.parts}.txt")', "TEK0324"),
    ('fs.read("in/{p.size}")', "TEK0324"),
    ('fs.read("a" + "b")', "TEK0325"),
    ('fs.read("{s.upper()}")', "TEK0325"),
    ('fs.read("{n:03}")', "TEK0325"),
    ("fs.read(3)", "TEK0325"),
    ("output", "TEK0326"),
    ('fs.read("a"), clock', "TEK0326"),
]


@pytest.mark.parametrize(("needs", "code"), MISTAKES)
def test_a_mistake_in_a_clause_is_one_error(needs: str, code: str) -> None:
    found = task(needs, 'print(fs.read_text("a"))', params='p: Path = "p", s: Str = "s", xs: List[Int] = [], n: Int = 1')
    assert found.codes == [code], found.text()


def test_a_kind_that_was_meant_is_offered() -> None:
    for wrong, right in [("fs.raed", "fs.read"), ("fs.delete", "fs.write"), ("http", "net.get"), ("procces", "process"), ("read", "fs.read")]:
        found = task(f'{wrong}("x")', "print(1)")
        assert [h.edits[0].text for h in found.problems[0].helps()] == [right]


def test_mistakes_are_found_in_types_only_and_imports_too() -> None:
    assert check('fn f(g: fn() needs fs.raed("x") -> Unit) => g()\n').codes == ["TEK0320"]
    assert check('record R(g: fn() needs fs.read -> Unit)\n').codes == ["TEK0321"]
    assert check('enum E { A(g: fn() needs fs.read(x) -> Unit) }\n').codes == ["TEK0323"]
    assert check('type T = List[fn() needs output -> Unit]\n').codes == ["TEK0326"]
    assert check('task main() {\n    let f: (fn() needs nothing -> Unit)? = None\n    print(f.is_none())\n}\n').codes[:1] == ["TEK0320"]
    assert check('task main() {\n    only fs.wriet("x") {\n        print(1)\n    }\n}\n').codes == ["TEK0320"]
    found = check('import .m only fs.wriet("x")\ntask main() {\n    m.f()\n}\n', m="pub fn f() => print(1)\n")
    assert found.codes == ["TEK0320"], found.text()


def test_only_may_name_local_variables() -> None:
    found = task(
        'fs.write("out/**")',
        "for i in 0..3 {",
        '    only fs.write("out/{i}/**") {',
        '        fs.write_text("out/{i}/x", "t")',
        "    }",
        "}",
        'let dir = "out"',
        'only fs.write("{dir}/a/**") {',
        '    fs.write_text("out/a/b", "t")',
        "}",
    )
    assert found.codes == [], found.text()
    found = task('fs.write("**")', 'let dir = "out"', 'only fs.write("{dir}/**") {', '    fs.write_text("log/x", "t")', "}")
    assert found.places == [("TEK0306", 6)], found.text()


def test_a_constant_may_stand_in_a_scope() -> None:
    before = 'const dir = "data"\nconst sub: Path = "{dir}/in"'
    assert task('fs.read("{dir}/**")', 'print(fs.read_text("data/x"))', before=before).codes == []
    assert task("fs.read(sub)", 'print(fs.read_text("data/in"))', before=before).codes == []
    assert task('fs.read("{dir}/**")', 'print(fs.read_text("x"))', before=before).codes == ["TEK0301"]


def test_several_missing_effects_of_one_call_are_one_error() -> None:
    found = task("none", 'fs.copy("a", "b")')
    assert found.codes == ["TEK0301"]
    assert fixed(found).codes == []


def test_the_same_effect_at_several_places_is_one_error() -> None:
    found = task("none", *['fs.write_text("a", "x")'] * 3)
    assert found.places == [("TEK0301", 4)]
    assert sum(label.text == "and here" for label in found.problems[0].labels()) == 2


def test_how_an_effect_is_reached_is_told_with_places() -> None:
    found = task("none", "outer()", before='fn inner() => fs.write_text("a", "x")\nfn outer() => inner()')
    assert found.places == [("TEK0301", 5)]
    assert list(found.problems[0].notes()) == [
        "reached by `outer` (main.tek:5), then `inner` (main.tek:3), then `fs.write_text` (main.tek:2)"
    ]
