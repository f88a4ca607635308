"""Every way in which an effect can be reached, for several kinds: allowed by the right needs, refused by others.

In the programs CALL performs the effect (and gives Unit), NEEDS is its capability as written, NEED is what the task declares.
"""

from __future__ import annotations

import pytest

from tests.check_effects.programs import check

KINDS = {
    "fs.read": ('eprint(fs.read_text("a/x.txt"))', 'fs.read("a/*.txt")', 'fs.read("b/**")'),
    "fs.write": ('fs.write_text("a/x.txt", "t")', 'fs.write("a/**")', 'fs.write("b/y.txt")'),
    "process": ('$"tool run --fast".run()', 'process("tool")', 'process("tools")'),
    "env": ('eprint(env.get("HOME") ?? "")', 'env("HO*")', 'env("PATH")'),
}

WAYS = {
    "directly": "task main() needs NEED {\n    CALL\n}",
    "twice": "task main() needs NEED {\n    CALL\n    CALL\n}",
    "in a helper": "fn help() {\n    CALL\n}\ntask main() needs NEED {\n    help()\n}",
    "in a helper of a helper": "fn a() {\n    CALL\n}\nfn b() => a()\ntask main() needs NEED {\n    b()\n}",
    "in a helper that is defined later": "task main() needs NEED {\n    help()\n}\nfn help() {\n    CALL\n}",
    "in a helper that declares it": "fn help() needs NEEDS {\n    CALL\n}\ntask main() needs NEED {\n    help()\n}",
    "in a method": "record R(n: Int)\nfn go(self: R) {\n    CALL\n}\ntask main() needs NEED {\n    R(1).go()\n}",
    "in a method that changes its receiver": (
        "record R(n: Int)\nfn go(var self: R) {\n    self.n += 1\n    CALL\n}\ntask main() needs NEED {\n    var r = R(1)\n    r.go()\n}"
    ),
    "in a lambda that is passed to the library": "task main() needs NEED {\n    [1].each(fn(x) {\n        CALL\n    })\n}",
    "in a lambda in a lambda": "task main() needs NEED {\n    [1].each(fn(x) => [x].each(fn(y) {\n        CALL\n    }))\n}",
    "in a lambda with a name": "task main() needs NEED {\n    let go = fn() {\n        CALL\n    }\n    go()\n}",
    "in a variable lambda": (
        "task main() needs NEED {\n    var go = fn() {\n        print(1)\n    }\n    go = fn() {\n        CALL\n    }\n    go()\n}"
    ),
    "in a function by its name": "fn help(x: Int) {\n    CALL\n}\ntask main() needs NEED {\n    [1].each(help)\n}",
    "in a function with another name": "fn help(x: Int) {\n    CALL\n}\ntask main() needs NEED {\n    let h = help\n    [1].each(h)\n}",
    "in a method as a value": "fn go(self: Int) {\n    CALL\n}\ntask main() needs NEED {\n    [1].each(Int.go)\n}",
    "through an own higher-order function": (
        "fn twice(f: fn() -> Unit) {\n    f()\n    f()\n}\ntask main() needs NEED {\n    twice(fn() {\n        CALL\n    })\n}"
    ),
    "handed on": (
        "fn inner(f: fn() -> Unit) => f()\nfn outer(f: fn() -> Unit) => inner(f)\n"
        "task main() needs NEED {\n    outer(fn() {\n        CALL\n    })\n}"
    ),
    "handed on in a lambda": (
        "fn inner(f: fn() -> Unit) => f()\nfn outer(f: fn() -> Unit) => inner(fn() => f())\n"
        "task main() needs NEED {\n    outer(fn() {\n        CALL\n    })\n}"
    ),
    "in one of two branches": (
        "task main(b: Bool = true) needs NEED {\n    let f = if b {\n        fn() => print(1)\n    } else {\n        fn() {\n"
        "            CALL\n        }\n    }\n    f()\n}"
    ),
    "in a function that takes functions, as a value": (
        "fn run(f: fn() -> Unit) => f()\ntask main() needs NEED {\n    let r = run\n    r(fn() {\n        CALL\n    })\n}"
    ),
    "stored in a record": (
        "record Job(run: fn() needs NEEDS -> Unit)\ntask main() needs NEED {\n    let job = Job(fn() {\n        CALL\n    })\n    (job.run)()\n}"
    ),
    "stored in a list": (
        "task main() needs NEED {\n    let jobs: List[fn() needs NEEDS -> Unit] = [fn() {\n        CALL\n    }]\n    for job in jobs {\n"
        "        job()\n    }\n}"
    ),
    "stored in a map": (
        'task main() needs NEED {\n    let jobs: Map[Str, fn() needs NEEDS -> Unit] = ["a": fn() {\n        CALL\n    }]\n    jobs["a"]()\n}'
    ),
    "stored in an option": (
        "task main() needs NEED {\n    let job: (fn() needs NEEDS -> Unit)? = Some(fn() {\n        CALL\n    })\n"
        "    if let Some(f) = job {\n        f()\n    }\n}"
    ),
    "returned": (
        "fn make() -> fn() needs NEEDS -> Unit {\n    fn() {\n        CALL\n    }\n}\ntask main() needs NEED {\n    let f = make()\n    f()\n}"
    ),
    "returned and called at once": (
        "fn make() -> fn() needs NEEDS -> Unit {\n    fn() {\n        CALL\n    }\n}\ntask main() needs NEED {\n    make()()\n}"
    ),
    "kept parameter with needs": (
        "fn later(f: fn() needs NEEDS -> Unit) -> fn() needs NEEDS -> Unit => fn() => f()\n"
        "task main() needs NEED {\n    let f = later(fn() {\n        CALL\n    })\n    f()\n}"
    ),
    "in a function that calls itself": (
        "fn down(n: Int) {\n    CALL\n    if n > 0 {\n        down(n - 1)\n    }\n}\ntask main() needs NEED {\n    down(3)\n}"
    ),
    "in a recursive group": (
        "fn even(n: Int) -> Bool => if n == 0 { true } else { odd(n - 1) }\n"
        "fn odd(n: Int) -> Bool {\n    CALL\n    if n == 0 { false } else { even(n - 1) }\n}\n"
        "task main() needs NEED {\n    print(even(4))\n}"
    ),
    "in a recursive group of higher-order functions": (
        "fn walk(n: Int, f: fn(Int) -> Unit) {\n    f(n)\n    if n > 0 {\n        other(n - 1, f)\n    }\n}\n"
        "fn other(n: Int, f: fn(Int) -> Unit) => walk(n, f)\n"
        "task main() needs NEED {\n    walk(3, fn(x) {\n        CALL\n    })\n}"
    ),
    "in a generic function": "fn id[T](x: T) -> T {\n    CALL\n    x\n}\ntask main() needs NEED {\n    print(id(1))\n}",
    "through a generic higher-order function": (
        "fn app[A, B](x: A, f: fn(A) -> B) -> B => f(x)\ntask main() needs NEED {\n    app(1, fn(x) {\n        CALL\n    })\n}"
    ),
    "in a default argument": (
        "fn work() -> Int {\n    CALL\n    1\n}\nfn f(n: Int = work()) -> Int => n\ntask main() needs NEED {\n    print(f())\n}"
    ),
    "in a field's default": (
        "fn work() -> Int {\n    CALL\n    1\n}\nrecord R(n: Int = work())\ntask main() needs NEED {\n    print(R().n)\n}"
    ),
    "in a default that is a function": (
        "fn f(go: fn() -> Unit = fn() {\n        CALL\n    }) => go()\ntask main() needs NEED {\n    f()\n}"
    ),
    "in a comprehension": "fn go(n: Int) -> Int {\n    CALL\n    n\n}\ntask main() needs NEED {\n    print([go(n) for n in 0..3 if n > 1])\n}",
    "in its condition": "fn go(n: Int) -> Bool {\n    CALL\n    true\n}\ntask main() needs NEED {\n    print([n for n in 0..3 if go(n)])\n}",
    "in a match arm": "task main() needs NEED {\n    match 1 {\n        1 => {\n            CALL\n        }\n        _ => {}\n    }\n}",
    "in a guard": (
        "fn go() -> Bool {\n    CALL\n    true\n}\ntask main() needs NEED {\n    match 1 {\n        n if go() => {}\n        _ => {}\n    }\n}"
    ),
    "in a loop": "task main() needs NEED {\n    for i in 0..3 {\n        while i > 4 {\n            CALL\n        }\n    }\n}",
    "in a defer": "task main() needs NEED {\n    defer {\n        CALL\n    }\n}",
    "in a try": "task main() needs NEED {\n    try {\n        CALL\n    } catch err {\n        print(err.message)\n    }\n}",
    "in a catch": "task main() needs NEED {\n    try {\n        print(1)\n    } catch err {\n        CALL\n    }\n}",
    "in a string": 'fn go() -> Int {\n    CALL\n    1\n}\ntask main() needs NEED {\n    print("{go()}")\n}',
    "on the right of ??": "fn go() -> Int {\n    CALL\n    1\n}\ntask main() needs NEED {\n    print([1].first() ?? go())\n}",
    "in an index": "fn go() -> Int {\n    CALL\n    0\n}\ntask main() needs NEED {\n    print([1][go()])\n}",
    "in an assignment": "fn go() -> Int {\n    CALL\n    0\n}\ntask main() needs NEED {\n    var xs = [1]\n    xs[go()] += 1\n}",
    "in an assertion": "fn go() -> Int {\n    CALL\n    0\n}\ntask main() needs NEED {\n    assert go() == 0\n}",
    "in a seq block": "task main() needs NEED {\n    seq {\n        CALL\n    }\n}",
    "in an undo block": 'task main() needs NEED\n    undo {\n        CALL\n    }\n{\n    print("x")\n}',
    "in a parameter's default of a task": (
        "fn go() -> Int {\n    CALL\n    0\n}\ntask main(n: Int = go()) needs NEED {\n    print(n)\n}"
    ),
}

HEAD = "import env\nimport fs\nimport process\n"


def program(way: str, kind: str, need: str) -> str:
    """The program for a way, with what the task declares."""
    call, needs, _ = KINDS[kind]
    used = {"fs.read": "fs", "fs.write": "fs", "process": "process", "env": "env"}[kind]
    head = f"import {used}\n" if used != "process" else ""
    return head + WAYS[way].replace("NEEDS", needs).replace("NEED", need).replace("CALL", call) + "\n"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_the_right_needs_allow_it(way: str, kind: str) -> None:
    found = check(program(way, kind, KINDS[kind][1]))
    assert found.codes == [], found.text()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_no_needs_refuse_it_once(way: str, kind: str) -> None:
    found = check(program(way, kind, "none"))
    assert found.codes == ["TEK0301"], found.text()
    assert kind in found.problems[0].title()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_other_scopes_refuse_it_once(way: str, kind: str) -> None:
    found = check(program(way, kind, KINDS[kind][2]))
    assert found.codes == ["TEK0301"], found.text()


@pytest.mark.parametrize("way", WAYS)
def test_left_out_needs_are_inferred(way: str) -> None:
    found = check(program(way, "fs.write", "KEEP").replace(" needs KEEP", ""))
    assert found.codes == [], found.text()
    task = found.checked.tasks[0]
    assert found.checked.effects is not None
    texts = [str(part) for need in found.checked.effects.task_needs(task) for part in need.parts or ()]
    assert texts in (["a/x.txt"], ["a/**"]), texts


@pytest.mark.parametrize("way", WAYS)
def test_a_test_has_its_own_root_and_nothing_else(way: str) -> None:
    source = program(way, "env", "none").replace("task main", "task unused")
    if way in ("in a parameter's default of a task", "in one of two branches", "in an undo block"):
        return
    text = source.replace("task unused() needs none", 'test "t"')
    assert check(text).codes == ["TEK0301"], check(text).text()
    files = program(way, "fs.write", "none").replace("task main() needs none", 'test "t"')
    assert check(files).codes == [], check(files).text()


NOT_IN_BLOCKS = ("in an undo block", "in a parameter's default of a task", "in a helper that is defined later")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", [w for w in WAYS if w not in NOT_IN_BLOCKS])
def test_only_refuses_it_in_a_block(way: str, kind: str) -> None:
    needs = KINDS[kind][1]
    source = program(way, kind, needs)
    start = source.rindex("task main(")
    open_at = source.index("{\n", start) + 2
    allowed = source[:open_at] + f"    only {needs} {{\n" + source[open_at:].rstrip()[:-1] + "    }\n}\n"
    refused = source[:open_at] + "    only none {\n" + source[open_at:].rstrip()[:-1] + "    }\n}\n"
    assert check(allowed).codes == [], check(allowed).text()
    found = check(refused)
    assert found.codes and set(found.codes) == {"TEK0306"}, found.text()


@pytest.mark.parametrize("kind", KINDS)
def test_across_modules_and_through_bounded_imports(kind: str) -> None:
    call, needs, other = KINDS[kind]
    used = {"fs.read": "import fs\n", "fs.write": "import fs\n", "process": "", "env": "import env\n"}[kind]
    module = f"{used}pub fn go() needs {needs} {{\n    {call}\n}}\npub fn with(f: fn() -> Unit) => f()\n"
    main = "import .lib.tools{only}\ntask main() needs {need} {{\n    tools.go()\n}}\n"
    assert check(main.format(only="", need=needs), lib__tools=module).codes == []
    assert check(main.format(only="", need="none"), lib__tools=module).codes == ["TEK0301"]
    assert check(main.format(only="", need=other), lib__tools=module).codes == ["TEK0301"]
    assert check(main.format(only=f" only {needs}", need=needs), lib__tools=module).codes == []
    assert check(main.format(only=f" only {other}", need=needs), lib__tools=module).codes == ["TEK0307"]
    handed = f"{used}import .lib.tools only none\ntask main() needs {needs} {{\n    tools.with(fn() {{\n        {call}\n    }})\n}}\n"
    assert check(handed, lib__tools=module).codes == ["TEK0307"]
    named = "import .lib.tools only none { go }\ntask main() needs " + needs + " {\n    go()\n}\n"
    if check(named, lib__tools=module).codes[:1] != ["TEK0307"]:
        named = "import .lib.tools { go } only none\ntask main() needs " + needs + " {\n    go()\n}\n"
    assert check(named, lib__tools=module).codes == ["TEK0307"], check(named, lib__tools=module).text()
