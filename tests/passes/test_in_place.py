"""Values are updated in place: how many elements are copied does not grow with the square of the input.

Ways that people write updates in a loop, each with 100 and 400 rounds; ``copied`` counts elements that were copied because
their container was shared.
"""

from __future__ import annotations

import pytest

from tests.lower.running import copies

BEFORE = """
record P(items: List[Int], score: Int)
record World(players: Map[Int, P], grid: List[List[Int]])
record Idx(m: Map[Str, List[Int]])
record Vm(stack: List[Int], code: List[Int])
record B(items: List[Int])
enum St {
    Full(List[Int])
    Nothing
}
fn total(xs: List[Int]) -> Int => xs.len() + (if xs.len() > 0 { xs[0] } else { 0 })
fn added(xs: List[Int], x: Int) -> List[Int] {
    var out = xs
    out.push(x)
    out
}
fn pair(xs: List[Int], i: Int) -> (List[Int], Int) {
    var ys = xs
    ys.push(i)
    (ys, i)
}
fn with_item(p: P, x: Int) -> P => P(..p, items: p.items + [x])
fn with_item2(p: P, x: Int) -> P {
    var q = p
    q.items.push(x)
    q
}
fn with(self: B, x: Int) -> B => B(self.items + [x])
fn may(i: Int) -> Int {
    if i % 3 == 1 { fail "no" }
    i
}
fn failing(xs: List[Int]) -> Int {
    var ys = xs
    if xs.len() % 2 == 0 { fail "no" }
    ys.len()
}
fn add(var self: P, x: Int) {
    self.items.push(x)
    self.score += self.items.len()
}
fn add2(var self: P, x: Int) {
    self.items = self.items + [x]
}
fn add3(var self: P, x: Int) {
    var items = self.items
    items.push(x)
    self.items = items
}
fn push(var self: Vm, x: Int) { self.stack.push(x) }
fn pop(var self: Vm) -> Int => self.stack.pop() ?? fail "empty"
"""

WAYS: dict[str, str] = {
    "push local": """
var xs: List[Int] = []
for i in 0..n { xs.push(i) }
xs.len()
""",
    "helper called with list": """
var xs: List[Int] = []
var t = 0
for i in 0..n { t += total(xs)
xs.push(i) }
t
""",
    "helper returns list": """
var xs: List[Int] = []
for i in 0..n { xs = added(xs, i) }
xs.len()
""",
    "nested grid": """
var g = [fill(n, 0) for _ in 0..3]
for i in 0..n { g[i % 3][i] = i
g[1][i] += g[0][i] }
g[0][0]
""",
    "record map list": """
var w = World([1: P([], 0)], [])
for i in 0..n { w.players[1].items.push(i)
w.players[1].score += 1 }
w.players[1].score
""",
    "var self": """
var s = P([], 0)
for i in 0..n { s.add(i) }
s.items.len()
""",
    "var self nested": """
var w = World([1: P([], 0)], [])
for i in 0..n { w.players[1].add(i) }
w.players[1].score
""",
    "captured": """
var xs: List[Int] = []
var t = 0
for i in 0..n { let f = fn(k: Int) => k + xs.len()
t += f(i)
xs.push(i) }
t
""",
    "captured passed": """
var xs: List[Int] = []
var t = 0
for i in 0..n { t += [1].map(fn(k) => k + xs.len())[0]
xs.push(i) }
t
""",
    "field out and back": """
var p = P([], 0)
for i in 0..n { var items = p.items
items.push(i)
p.items = items }
p.items.len()
""",
    "field let": """
var p = P([], 0)
for i in 0..n { let items = p.items
p.items = items + [i] }
p.items.len()
""",
    "update": """
var m: Map[Str, List[Int]] = [:]
for i in 0..n { m.update("k", [], fn(l) => l + [i]) }
m["k"].len()
""",
    "update in record": """
var w = Idx([:])
for i in 0..n { w.m.update("k", [], fn(l) => l + [i]) }
w.m["k"].len()
""",
    "map get or": """
var m: Map[Str, List[Int]] = [:]
for i in 0..n { m["k"] = (m.get("k") ?? []) + [i] }
m["k"].len()
""",
    "map get_or": """
var m: Map[Str, List[Int]] = [:]
for i in 0..n { m["k"] = m.get_or("k", []) + [i] }
m["k"].len()
""",
    "map default": """
var m: Map[Str, List[Int]] = [:]
for i in 0..n { m["k", default: []] += [i] }
m["k"].len()
""",
    "map default push": """
var m: Map[Str, List[Int]] = [:]
for i in 0..n { m["k", default: []].push(i) }
m["k"].len()
""",
    "if let put": """
var m: Map[Str, List[Int]] = [:]
for i in 0..n { if let Some(l) = m.get("k") { var c = l
c.push(i)
m["k"] = c } else { m["k"] = [i] } }
m["k"].len()
""",
    "row out and back": """
var g = [[0]]
for i in 0..n { var row = g[0]
row.push(i)
g[0] = row }
g[0].len()
""",
    "self field +": """
var s = P([], 0)
for i in 0..n { s.add2(i) }
s.items.len()
""",
    "self var field": """
var s = P([], 0)
for i in 0..n { s.add3(i) }
s.items.len()
""",
    "spread": """
var s = P([], 0)
for i in 0..n { s = P(..s, items: s.items + [i]) }
s.items.len()
""",
    "rebuild": """
var s = P([], 0)
for i in 0..n { s = P(s.items + [i], s.score + 1) }
s.items.len()
""",
    "fn rebuild": """
var s = P([], 0)
for i in 0..n { s = with_item(s, i) }
s.items.len()
""",
    "fn rebuild2": """
var s = P([], 0)
for i in 0..n { s = with_item2(s, i) }
s.items.len()
""",
    "fold": """
range(0, n).fold([0], fn(acc, x) => acc + [x]).len()
""",
    "fold tuple": """
let (k, l) = range(0, n).fold((0, [0]), fn((k, l), x) => (k + 1, l + [x]))
l.len() + k
""",
    "tuple state": """
var st = (0, [0])
for i in 0..n { let (k, l) = st
st = (k + 1, l + [i]) }
st.to_str().len()
""",
    "option state": """
var st = Some([0])
for i in 0..n { if let Some(l) = st { st = Some(l + [i]) } }
if st.is_some() { 1 } else { 0 }
""",
    "enum state": """
var st = Full([0])
for i in 0..n { st = match st { Full(l) => Full(l + [i])
Nothing => Nothing } }
if st == Nothing { 1 } else { 0 }
""",
    "in try": """
var xs: List[Int] = []
try { for i in 0..n { xs.push(i)
may(i) } } catch e { print(e.message) }
xs.len()
""",
    "try in loop": """
var xs: List[Int] = []
for i in 0..n { let k = try may(i) ?? 0
xs.push(k) }
xs.len()
""",
    "try around push": """
var xs: List[Int] = []
for i in 0..n { try { xs.push(may(i)) } catch e { xs.push(0) } }
xs.len()
""",
    "failing helper owned": """
var xs: List[Int] = []
for i in 0..n { let k = try failing(xs) ?? 0
xs.push(k) }
xs.len()
""",
    "defer": """
var xs: List[Int] = []
for i in 0..n { defer { xs.push(i) }
xs.push(1) }
xs.len()
""",
    "swap": """
var xs = range(0, n)
for i in 0..n { xs.swap(0, i)
let a = xs[0]
xs[i] = a }
xs.len()
""",
    "set add": """
var s = Set([0])
for i in 0..n { s.add(i)
if s.has(i) { s.remove(i - 1) } }
s.len()
""",
    "map assign": """
var m = [0: 0]
for i in 0..n { m[i] = i
m.remove(i - 1) }
m.len()
""",
    "loop over copy": """
var xs = [1]
var t = 0
for i in 0..n { xs.push(i)
t += xs[0] + (xs.last() ?? 0) }
t
""",
    "graph": """
var g: Map[Int, List[Int]] = [:]
for i in 0..n { g[i % 2, default: []].push(i)
for k in g.get(5) ?? [] { print(k) } }
g.len()
""",
    "stack vm": """
var st = Vm([], [1, 2, 3])
for i in 0..n { st.push(i)
st.push(st.pop() + 1) }
st.stack.len()
""",
    "list of records": """
var ps = [P([], 0), P([], 1)]
for i in 0..n { ps[i % 2].items.push(i)
ps[1].score += ps[0].items.len() }
ps[1].score
""",
    "for over then set": """
var ps = range(0, n)
for i in 0..ps.len() { ps[i] = ps[i] * 2 }
ps.len()
""",
    "ret pair": """
var xs: List[Int] = []
for i in 0..n { let (ys, k) = pair(xs, i)
xs = ys }
xs.len()
""",
    "method chain self": """
var b = B([])
for i in 0..n { b = b.with(i) }
b.items.len()
""",
    "sieve": """
var s = fill(n, true)
for i in 2..n { if s[i] { var j = i * i
while j < n { s[j] = false
j += i } } }
s.count(fn(x) => x)
""",
    "dp rows": """
var prev = fill(10, 0)
for i in 0..n { var cur = fill(10, 0)
for j in 1..10 { cur[j] = prev[j - 1] + 1 }
prev = cur }
prev[3]
""",
    "queue": """
var q = [0]
var h = 0
while h < q.len() { let x = q[h]
h += 1
if x < n { q.push(x + 1) } }
q.len()
""",
}


def measure(way: str, rounds: int) -> int:
    """Return how many elements a way of updating copies in that many rounds."""
    return copies(f"print(run({rounds}))", f"{BEFORE}\nfn run(n: Int) -> Int {{\n{WAYS[way]}\n}}")


@pytest.mark.parametrize("way", sorted(WAYS))
def test_copies_grow_at_most_with_the_input(way: str) -> None:
    few, many = measure(way, 100), measure(way, 400)
    assert many <= max(5 * few, 150), f"{few} elements copied in 100 rounds, {many} in 400"
    assert many <= 4 * 400
