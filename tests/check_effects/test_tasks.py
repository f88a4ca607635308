"""Tasks: needs, reach with modules, clauses, and what is refused when it would run."""

from __future__ import annotations

import pytest

from tekrt.scopes import show_template
from tests.check_effects.programs import Found, check, fixed


def reach(found: Found, name: str = "main") -> list[tuple[str, str]]:
    """The reach of a task of the main module, as text."""
    assert found.codes == [], found.text()
    assert found.checked.effects is not None
    task = next(t for t in found.checked.tasks if t.name == name and t.module.main)
    return [(module, show_template(one)) for module, one in found.checked.effects.task_reach(task)]


def refused(found: Found, name: str = "main") -> list[tuple[str, str]]:
    """Clauses that keep a task from being run: word and task."""
    assert found.codes == [], found.text()
    assert found.checked.effects is not None
    task = next(t for t in found.checked.tasks if t.name == name)
    return [(p.word, p.task) for p in found.checked.effects.unsupported(task)]  # type: ignore[attr-defined]


# ---------------------------------------------------------------------------------------------------------------- reach


def test_the_reach_is_what_a_task_and_all_that_it_calls_may_touch() -> None:
    found = check(
        """
import fs
task leaf(n: Int) needs fs.write("leaf/{n}"), fs.read("in/**") => print(n)
task middle() => leaf(3)
fn helper() => middle()
task main() needs fs.read("conf") {
    helper()
    [1, 2].each(leaf)
}
task alone() => print(1)
"""
    )
    assert reach(found) == [
        ("main", 'fs.read("conf")'), ("main", 'fs.read("in/**")'), ("main", 'fs.write("leaf/*")')
    ] or set(reach(found)) == {("main", 'fs.read("conf")'), ("main", 'fs.write("leaf/*")'), ("main", 'fs.read("in/**")')}  # fmt: skip
    assert ("main", 'fs.write("leaf/3")') in reach(found, "middle")
    assert reach(found, "alone") == []


def test_parameters_that_are_handed_on_stay_holes_and_literals_stay_literal() -> None:
    found = check(
        """
import fs
task save(name: Str) needs fs.write("out/{name}.txt") => fs.write_text("out/{name}.txt", "x")
task main(who: Str) {
    save(who)
    save("fixed")
}
task all(names: List[Str]) {
    for n in names {
        save(n)
    }
}
"""
    )
    assert set(reach(found)) == {("main", 'fs.write("out/{who}.txt")'), ("main", 'fs.write("out/fixed.txt")')}
    assert reach(found, "all") == [("main", 'fs.write("out/*.txt")')]


def test_the_reach_says_by_which_module() -> None:
    found = check(
        """
import .vendor.text
import .work
task main() needs fs.read("a"), env("X") {
    print(text.load())
    work.go()
}
""",
        vendor__text='import fs\npub fn load() -> Str needs fs.read("a") => fs.read_text("a")\n',
        work='import fs\nimport .deep\npub task go() needs fs.write("w") {\n    fs.write_text("w", "x")\n    deep.more()\n}\n',
        deep='import fs\npub task more() => fs.write_text("d", "x")\n',
    )
    # `deep` lies beside `work` and is asked for by its own name.
    assert reach(found) == [
        ("vendor.text", 'fs.read("a")'),
        ("main", 'env("X")'),
        ("work", 'fs.write("w")'),
        ("deep", 'fs.write("d")'),
    ]


def test_tasks_that_call_each_other_have_a_finite_reach() -> None:
    found = check(
        """
import fs
task a(n: Int, p: Str) needs fs.write("a/{p}") {
    if n > 0 {
        b(n - 1, "{p}x")
    }
}
task b(n: Int, q: Str) needs fs.read("b/{q}") {
    if n > 0 {
        a(n - 1, "y{q}")
    }
}
task main(p: Str) => a(3, p)
"""
    )
    shown = {text for _, text in reach(found)}
    assert 'fs.write("a/{p}")' in shown or 'fs.write("a/*")' in shown
    assert 'fs.read("b/*")' in shown or any(text.startswith('fs.read("b/{p}') for text in shown)


def test_only_narrows_the_reach() -> None:
    source = """
import fs
task save(n: Str) needs fs.write("out/**") => fs.write_text("out/{n}", "x")
task main(i: Str) {
    only fs.write("out/{i}/**") {
        save("z")
    }
}
"""
    found = check(source)
    assert reach(found) == [("main", 'fs.write("out/{i}/**")')]


def test_a_task_outside_of_only_is_an_error() -> None:
    source = 'import fs\ntask save() needs fs.write("out/x") => fs.write_text("out/x", "t")\ntask main() {\n    only NEEDS {\n        save()\n    }\n}\n'
    assert check(source.replace("NEEDS", 'fs.write("out/**")')).codes == []
    found = check(source.replace("NEEDS", 'fs.read("**")'))
    assert found.codes == ["TEK0306"]
    assert "`save`" in found.problems[0].title()
    assert check(source.replace("NEEDS", "none")).codes == ["TEK0306"]


def test_what_a_task_does_that_is_called_is_not_the_callers_need() -> None:
    found = check('import fs\ntask save() needs fs.write("x") => fs.write_text("x", "t")\ntask main() needs none => save()\n')
    assert found.codes == []
    assert reach(found) == [("main", 'fs.write("x")')]


# ---------------------------------------------------------------------------------------------------------- import only


def test_an_import_bounds_all_that_is_reached_through_it() -> None:
    vendor = """
import fs
import env
pub fn load(p: Path) -> Str needs fs.read(p) => fs.read_text(p)
pub fn home() -> Str needs env("HOME") => env.get("HOME") ?? ""
pub fn map_all(xs: List[Str], f: fn(Str) -> Str) -> List[Str] => xs.map(f)
pub task go() needs fs.write("w") => fs.write_text("w", "x")
pub record Row(n: Int)
pub fn write(self: Row) needs fs.write("row") => fs.write_text("row", "x")
"""
    head = 'import fs\nimport .v only fs.read("data/**")\n'
    task = 'task main() needs fs.read("**"), fs.write("**"), env("*") {\n    LINE\n}\n'

    def codes(line: str) -> list[str]:
        return check(head + task.replace("LINE", line), v=vendor).codes

    assert codes('print(v.load("data/x"))') == []
    assert codes('print(v.load("other"))') == ["TEK0307"]
    assert codes("print(v.home())") == ["TEK0307"]
    assert codes("v.go()") == ["TEK0307"]
    assert codes("v.Row(1).write()") == ["TEK0307"]
    assert codes('print(v.map_all(["data/a"], fn(s) => s))') == []
    assert codes('print(v.map_all(["data/a"], fn(s) => fs.read_text("data/{s}")))') == []
    assert codes('print(v.map_all(["data/a"], fn(s) => fs.read_text("other")))') == ["TEK0307"]
    assert codes('let f = v.load\n    print(f("data/x"))') == ["TEK0307"]
    assert codes('let ps: List[Path] = ["data/x"]\n    print(ps.map(v.load))') == ["TEK0307"]


def test_what_a_bounded_import_leaves_to_the_run_time_is_known() -> None:
    vendor = "import fs\npub fn load(p: Path) -> Str needs fs.read(p) => fs.read_text(p)\n"
    main = 'import .v only fs.read("data/**")\ntask main(p: Path) needs fs.read("**") {\n    print(v.load(p))\n    print(v.load("data/x"))\n}\n'
    found = check(main, v=vendor)
    assert found.codes == [], found.text()
    effects = found.checked.effects
    assert effects is not None
    calls = [c for c in found.checked.facts.calls if c.callee.at.text == "v.load"]
    calls.sort(key=lambda c: c.at.start)
    assert [effects.import_bound(c) is not None for c in calls] == [True, False]


# -------------------------------------------------------------------------------------------------------------- clauses

GOOD = [
    "retry 3", "retry 0", "retry 3 every 5s", "retry 3 backoff 1s", "retry 3 backoff 1s to 1min", "timeout 10min", "once",
    "retry n", "timeout d", "uses cpu 2, memory 1GiB, gpu 1, slot(\"db\")", "budget time 1h, tokens 50_000, cost 2.50, process 20, net 100MB",
    "cache", "cache for 1d", 'approve "Deploy to {s}?"', "undo {\n    print(\"undone\")\n}", 'on cron("0 2 * * *")', 'on cron("*/5 0-6,12 1 1-12/3 7")',
    "on every 5min", 'on file("in/*.csv")', "on webhook", 'on cron("0 2 * * *"), webhook',
]  # fmt: skip


@pytest.mark.parametrize("clause", GOOD)
def test_good_clauses_are_accepted_by_check(clause: str) -> None:
    found = check(f"task main(n: Int = 1, d: Duration = 1s, s: Str = \"x\")\n    {clause}\n{{\n    print(n)\n    print(d)\n    print(s)\n}}\n")
    assert found.codes == [], found.text()


BAD = [
    ("retry -1", "TEK0450"),
    ("retry 3 every 0s", "TEK0450"),
    ("retry 3 every -1s", "TEK0450"),
    ("retry 3 backoff 0s", "TEK0450"),
    ("retry 3 backoff 1min to 1s", "TEK0450"),
    ("timeout 0s", "TEK0450"),
    ("timeout -5min", "TEK0450"),
    ("cache for 0s", "TEK0450"),
    ("uses cpu 0", "TEK0450"),
    ("budget tokens -1", "TEK0450"),
    ("uses cpus 2", "TEK0451"),
    ("budget money 2", "TEK0451"),
    ("on crom(\"0 2 * * *\")", "TEK0451"),
    ("uses cpu 1, cpu 2", "TEK0452"),
    ("uses slot(s)", "TEK0453"),
    ("uses slot()", "TEK0453"),
    ('on cron("0 25 * * *")', "TEK0453"),
    ('on cron("daily")', "TEK0453"),
    ("on file(3)", "TEK0453"),
    ("on webhook(1)", "TEK0453"),
]


@pytest.mark.parametrize(("clause", "code"), BAD)
def test_a_clause_that_makes_no_sense_is_one_error(clause: str, code: str) -> None:
    found = check(f'task main(s: Str = "x")\n    {clause}\n{{\n    print(s)\n}}\n')
    assert found.codes == [code], found.text()


def test_a_wrong_type_in_a_clause_is_an_error() -> None:
    for clause in ("retry 1s", 'timeout 5', 'retry "a"', "cache for 3"):
        assert len(check(f"task main()\n    {clause}\n{{\n    print(1)\n}}\n").codes) == 1, clause


# ---------------------------------------------------------------------------------------------------------------- cache


UNCACHED = {
    "print(time.now())": "TEK0454",
    "print(random.int(0, 1))": "TEK0454",
    "helper()": "TEK0454",
    "other()": "TEK0454",
    'print(fs.read_text("a"))': None,
    "print(1)": None,
    "waits()": "TEK0454",
}


@pytest.mark.parametrize("line", UNCACHED)
def test_cache_is_refused_where_running_gives_something_else(line: str) -> None:
    source = (
        "import fs\nimport random\nimport time\nfn helper() => print(time.now())\ntask other() => print(random.int(0, 1))\n"
        'task waits()\n    approve "go?"\n{\n    print(1)\n}\n'
        f"task main()\n    cache\n{{\n    {line}\n}}\n"
    )
    code = UNCACHED[line]
    found = check(source)
    assert found.codes == ([code] if code else []), found.text()


def test_cache_of_the_network_is_refused_or_needs_a_time() -> None:
    assert check('task main()\n    needs net("a.com")\n    cache\n{\n    print(1)\n}\n').codes == ["TEK0454"]
    assert check("task main()\n    needs human\n    cache\n{\n    print(1)\n}\n").codes == ["TEK0454"]
    assert check('task main()\n    needs net.get("a.com")\n    cache for 1d\n{\n    print(1)\n}\n').codes == []


# --------------------------------------------------------------------------------------------------------- not yet run


def test_clauses_of_later_versions_are_refused_only_for_tasks_that_reach_them() -> None:
    source = """
task kept()
    cache
    retry 2
{
    print(1)
}
fn help() => kept()
task main()
    timeout 1s
{
    help()
}
task budgeted()
    budget time 1h
    uses cpu 2
{
    print(1)
}
task alone()
    once
{
    print(1)
}
task handed() => [1].each(fn(x) => kept())
"""
    found = check(source)
    assert refused(found) == [("cache", "kept")]
    assert refused(found, "kept") == [("cache", "kept")]
    assert refused(found, "handed") == [("cache", "kept")]
    assert refused(found, "budgeted") == [("budget", "budgeted"), ("uses", "budgeted")]
    assert refused(found, "alone") == []


def test_the_refusal_says_what_to_do() -> None:
    found = check("task a()\n    approve \"ok?\"\n{\n    print(1)\n}\ntask main() => a()\n")
    assert found.checked.effects is not None
    problem = found.checked.effects.unsupported(next(t for t in found.checked.tasks if t.name == "main"))[0]
    assert problem.code == "TEK0470"
    assert "`approve`" in problem.title()
    assert list(problem.notes()) == ["task `main`, which is to be run, can call it"]


# -------------------------------------------------------------------------------------------------------------- queries


def test_kinds_of_definitions_and_lambdas_are_known() -> None:
    found = check(
        """
import fs
import time
fn pure(x: Int) -> Int => x
fn loud() => print(1)
fn file() -> Str => fs.read_text("a")
fn both(f: fn() -> Unit) {
    f()
    loud()
    print(file())
}
task t() => print(time.now())
fn calls() => t()
task main() {
    both(fn() => fs.write_text("b", "x"))
}
"""
    )
    assert found.codes == [], found.text()
    effects = found.checked.effects
    assert effects is not None
    kinds = {f.name: effects.kinds(f) for f in found.checked.functions}
    assert kinds == {"pure": (), "loud": ("output",), "file": ("fs.read",), "both": ("fs.read", "output"), "calls": ("task",)}
    assert effects.is_pure(found.checked.functions[0])
    assert not effects.is_pure(next(f for f in found.checked.functions if f.name == "both"))
    lambdas = list(effects.program.lambdas)
    assert [effects.kinds(node) for node in lambdas] == [("fs.write",)]
    assert not effects.pauses(("output", "fs.read"))
    assert effects.pauses(("task",))


# ------------------------------------------------------------------------------------------------------ many, and deep


def test_effects_of_long_chains_and_deep_calls_take_linear_time_and_no_recursion() -> None:
    import time

    n = 3000
    chain = "\n".join(f"fn f{i}(p: Path) => f{i + 1}(p)" for i in range(n))
    source = f'import fs\n{chain}\nfn f{n}(p: Path) => fs.write_text(p, "x")\ntask main() needs fs.write("a") => f0("a")\n'
    typed = source.replace("(p: Path) =>", "(p: Path) {").replace("f0(", "f0(")
    typed = "\n".join(line + " }" if line.startswith("fn f") else line for line in source.replace("(p: Path) =>", "(p: Path) {").split("\n"))
    start = time.process_time()
    assert check(typed).codes == []
    assert time.process_time() - start < 10


def test_a_long_sum_with_an_effect_in_it_is_found() -> None:
    terms = " + ".join(["1"] * 20_000)
    found = check(f"import fs\nfn g() -> Int {{\n    fs.make_dir(\"x\")\n    1\n}}\ntask main() needs none {{\n    print(g() + {terms})\n}}\n")
    assert found.codes == ["TEK0301"]


def test_fixing_every_offer_ends_in_a_program_that_compiles() -> None:
    found = check(
        """
import env
import fs
pub fn save(p: Path) => fs.write_text(p, env.get("X") ?? "")
task main(out: Path) needs none {
    save(out)
    $"git push".run()
}
"""
    )
    for _ in range(10):
        if not found.codes:
            break
        found = fixed(found)
    assert found.codes == [], found.text()
