"""Failing and what catches it: variables across failure edges, defer, only."""

from __future__ import annotations

from tests.lower.running import main

MAY = """
fn may(n: Int) -> Int {
    if n > 2 {
        fail "big {n}"
    }
    n
}
fn maybe(n: Int) -> Int? {
    if n == 2 { None } else { Some(may(n)) }
}
"""


def test_variables_keep_what_they_had_when_it_failed() -> None:
    body = """
var n = 1
var log = ["start"]
let r = try {
    n = 2
    log.push("a")
    n += may(1)
    log.push("b")
    n += may(5)
    n = 100
    log.push("c")
    n
}
print("{r.is_err()} {n} {log}")
"""
    assert main(body, MAY) == ['true 3 ["start", "a", "b"]']


def test_the_forms_of_try() -> None:
    body = """
print(try may(1) ?? 0)
print(try may(9) ?? 0)
print([try maybe(1) ?? 7, try maybe(2) ?? 7, try maybe(3) ?? 7])
print((try may(9)).is_err())
let c = try may(9) catch err {
    print(err.message)
    5
}
print(c)
try may(9)
try may(9) catch e {
    print("{e.kind}")
}
print(None ?? try may(9) ?? Some(1) ?? 2)
""".replace("print(None ?? try may(9) ?? Some(1) ?? 2)\n", "")
    assert main(body, MAY) == ["1", "0", "[1, 7, 7]", "true", "big 9", "5", "fail"]


def test_coalescing_is_lazy_and_groups_to_the_right() -> None:
    before = MAY + 'fn o(n: Int, v: Int?) -> Int? {\n    write("{n} ")\n    v\n}'
    body = 'print(o(1, None) ?? o(2, Some(7)) ?? may(9))\nlet m = ["a": [1]]\nprint(m.get("a") ?? [])\nprint(m.get("b") ?? [0])'
    assert main(body, before) == ["1 2 7", "[1]", "[0]"]


def test_handlers_nest_and_leave_loops() -> None:
    body = """
var out = ""
for i in 0..9 {
    let v = try {
        let w = try may(i) catch err {
            if i == 4 {
                break
            }
            fail "wrapped {err.message}"
        }
        w * 10
    } catch e {
        out += "[{e.message}]"
        continue
    }
    out += "{v},"
}
print(out)
"""
    assert main(body, MAY) == ["0,10,20,[wrapped big 3]"]


def test_defers_run_in_reverse_on_every_way_out() -> None:
    before = MAY + """
fn f(n: Int) -> Int {
    var x = 0
    defer {
        print("outer {x}")
    }
    for i in 0..3 {
        defer {
            print("{i} {x}")
        }
        x += 1
        if i == n {
            return x * 100
        }
        if n == 7 {
            may(9)
        }
        if n == 8 {
            break
        }
        if n == 9 {
            continue
        }
        x += 10
    }
    x
}
"""
    assert main("print(f(1))", before) == ["0 11", "1 12", "outer 12", "1200"]
    assert main("print(f(5))", before) == ["0 11", "1 22", "2 33", "outer 33", "33"]
    assert main("print(try f(7) ?? -1)", before) == ["0 1", "outer 1", "-1"]
    assert main("print(f(8))", before) == ["0 1", "outer 1", "1"]
    assert main("print(f(9))", before) == ["0 1", "1 2", "2 3", "outer 3", "3"]


def test_a_failing_defer_fails_the_block_and_the_others_still_run() -> None:
    before = MAY + """
fn f() -> Int {
    defer {
        print("last")
    }
    defer {
        fail "from defer"
    }
    print("body")
    1
}
fn g() -> Int {
    defer {
        print("first")
    }
    defer {
        may(4)
    }
    may(3)
}
"""
    body = 'match try f() {\n    Ok(v) => print(v)\n    Err(e) => print(e.message)\n}\nmatch try g() {\n    Ok(v) => print(v)\n    Err(e) => print(e.message.starts_with("big 3"))\n}'
    assert main(body, before) == ["body", "last", "from defer", "first", "true"]


def test_a_block_with_defer_has_a_value() -> None:
    body = 'let v = {\n    defer {\n        print("done")\n    }\n    [may(1), 2]\n}\nprint(v)\nlet w = try {\n    defer {\n        print("again")\n    }\n    may(7)\n} catch e {\n    0\n}\nprint(w)'
    assert main(body, MAY) == ["done", "[1, 2]", "again", "0"]


def test_defer_inside_of_defer_and_try_inside_of_defer() -> None:
    body = """
var log: List[Str] = []
if true {
    defer {
        defer {
            log.push("inner")
        }
        let n = try may(9) ?? 3
        log.push("outer {n}")
    }
    log.push("body")
}
print(log)
"""
    assert main(body, MAY) == ['["body", "outer 3", "inner"]']


def test_return_goes_through_try_and_defer() -> None:
    before = MAY + """
fn early(xs: List[Int]) -> Int {
    for x in xs {
        defer {
            print("bye {x}")
        }
        let y = try {
            if x == 2 {
                return x * 10
            }
            may(x)
        } catch e {
            defer {
                print("in catch")
            }
            continue
        }
        print("got {y}")
    }
    -1
}
"""
    assert main("print(early([1, 3, 2, 4]))", before) == ["got 1", "bye 1", "in catch", "bye 3", "bye 2", "20"]


def test_only_gives_a_value_and_is_left_on_failure() -> None:
    body = """
let a = only none {
    may(1) + 1
}
let b = try {
    only none {
        may(9)
    }
} catch e {
    5
}
for i in 0..3 {
    only none {
        if i == 1 {
            break
        }
    }
}
print(a + b)
"""
    assert main(body, MAY) == ["7"]


def test_an_assertion_shows_both_sides() -> None:
    body = 'try check(1) catch e {\n    print(e.message)\n}'
    before = 'fn check(n: Int) {\n    assert n + 1 == 3, "wrong {n}"\n}'
    assert [line.strip() for line in main(body, before)] == ["assertion failed: wrong 1", "n + 1 == 3", "left:  2", "right: 3"]


def test_cells_and_slots_live_together() -> None:
    before = MAY + "record C(n: Int)\nfn up(var self: C) {\n    self.n += 1\n    let _ = may(self.n)\n}"
    body = """
var c = C(0)
var k = 0
let r = try {
    while true {
        k += 1
        c.up()
    }
}
print("{c.n} {k} {r.is_err()}")
"""
    assert main(body, before) == ["3 3 true"]
