"""``tekc fmt``: what it writes, that it keeps the meaning and all comments, that a second run changes nothing."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tekc.source import SourceFile
from tekc.syntax.compare import same_tree
from tekc.syntax.format import format_source
from tests.syntax.helpers import SAMPLES, Sample, in_task, module, read
from tests.syntax.programs import Programs, shaken


def formatted(text: str) -> str:
    """Format a correct file."""
    made = format_source(SourceFile("test.tek", text), lambda problem: None)
    assert made is not None
    return made


def check(text: str) -> str:
    """Format a file, and assert what holds for every one."""
    made = formatted(text)
    assert formatted(made) == made
    assert same_tree(module(text), module(made))
    assert sorted(re.findall(r"# c\d+", text)) == sorted(re.findall(r"# c\d+", made))
    assert made == "" or (made.endswith("\n") and not made.endswith("\n\n"))
    return made


def lines_of(text: str) -> str:
    """Format statements, and return them without the task around them."""
    made = check(in_task(text))
    return "\n".join(line[4:] for line in made.split("\n")[1:-2])


STAYS = [
    "task main() needs fs.read(\"src/*.c\") {\n    f()\n}\n",
    'task t(src: Path) -> Path\n    needs process("gcc"), fs.read(src)\n    cache\n{\n    src\n}\n',
    'task t()\n    needs fs.read("a")\n{}\n',
    "#!/usr/bin/env -S tekc run\n## The file.\n\nimport fs\nimport .lib.text { clean, Row as R }\n\n## Doc.\nfn f() => 1\nfn g() => 2\n",
    "enum E { A, B }\n",
    "enum E {\n    A(x: Int)\n\n    ## doc\n    B\n}\n",
    "record P(\n    ## doc\n    x: Int,\n    y: Int = 1,  # why\n)\n",
    'fn f[T: Ord + Hash](var self: List[T], f: fn(T) -> T?) -> T? needs net("*") {\n    self.first()\n}\n',
    'pub extern fn read(path: Path) -> Str needs fs.read(path)\n',
    'record Event(kind: Str as "type" = "none", id: Int)\n',
    'test "a" needs human {}\n',
    "# only a comment\n",
    "",
    "const x: Int = 1  # one\nconst y = 2\n\n# apart\n\nconst z = 3\n",
]


@pytest.mark.parametrize("text", STAYS)
def test_what_is_well_written_stays(text: str) -> None:
    assert check(text) == text


LINES = {
    "let   x:Int=1+2*3": "let x: Int = 1 + 2 * 3",
    "let x=-1 ** ~y": "let x = -1 ** ~y",
    "x=a [ 0 ] . b ( 1 , c:1 )": "x = a[0].b(1, c: 1)",
    "f( ..p,x : 1, )": "f(..p, x: 1)",
    "xs[ a .. ] + xs[ ..= b ]": "xs[a..] + xs[..=b]",
    "m[ k , default : 0 ]": "m[k, default: 0]",
    "if(a){b}": "if a {\n    b\n}",
    "if (a ?? return) { b }": "if (a ?? return) {\n    b\n}",
    "let x = if(a){1}else{2}": "let x = if a { 1 } else { 2 }",
    "if a { 1 }\nelse {\n 2\n}": "if a {\n    1\n} else {\n    2\n}",
    "return(x)": "return x",
    "return ((x, y))": "return (x, y)",
    "let x = ((a)) + (b)": "let x = (a) + (b)",
    "let x = (p.f)(1)": "let x = (p.f)(1)",
    "f((a), [(b)], (c).d)": "f(a, [b], (c).d)",
    "match(x){1=>2\n_ if (a)=>{}\n}": "match x {\n    1 => 2\n    _ if a => {}\n}",
    "xs.each(fn(p){fs.delete(p)})": "xs.each(fn(p) { fs.delete(p) })",
    "xs.each(fn(p) {\nfs.delete(p)\n})": "xs.each(fn(p) {\n    fs.delete(p)\n})",
    "let f=fn( (a,_):(Int,Int) , b )=>a": "let f = fn((a, _): (Int, Int), b) => a",
    "for(k,v) in(m){}": "for (k, v) in m {}",
    "try f() catch err{1}": "try f() catch err { 1 }",
    "try{\na\n}\ncatch err{\nb\n}": "try {\n    a\n} catch err {\n    b\n}",
    'only fs.read("x"),human{f()}': 'only fs.read("x"), human { f() }',
    "seq{\nf()\n}": "seq {\n    f()\n}",
    "[x*2 for x in xs if(x)>1]": "[x * 2 for x in xs if (x) > 1]",
    '["a":1,"b":[:]]': '["a": 1, "b": [:]]',
    "let [a,..rest]=xs": "let [a, ..rest] = xs",
    "let A|B (x:1|2,..) as y=z": "let A | B(x: 1 | 2, ..) as y = z",
    "assert a==b,\"m\"": 'assert a == b, "m"',
    "a\n\n\n\nb": "a\n\nb",
    'f("a{x  +1}", $"git  {x}")': 'f("a{x  +1}", $"git  {x}")',
    "a   # why": "a  # why",
    "let x = 1 +\n    2": "let x = 1 +\n    2",
    "let x = a and b\n   or c": "let x = a and b\n    or c",
    "x\n  .f()\n     .g()": "x\n    .f()\n    .g()",
    "x.f(1)\n.g()": "x.f(1)\n    .g()",
    "f(\n a, b)": "f(\n    a,\n    b,\n)",
    "f(a,\n b)": "f(a, b)",
    "a - -b": "a - -b",
    "not(not x)": "not (not x)",
}


@pytest.mark.parametrize("text", LINES)
def test_statements_are_written_so(text: str) -> None:
    assert lines_of(text) == LINES[text]


def test_long_lines_are_broken() -> None:
    long = ", ".join(f"argument_{i}" for i in range(12))
    assert lines_of(f"call({long})").split("\n")[:2] == ["call(", "    argument_0,"]
    numbers = ", ".join(str(i) for i in range(60))
    assert all(60 < len(line) <= 96 for line in lines_of(f"let x = [{numbers}]").split("\n")[1:-2])
    sums = " + ".join(f"summand_{i}" for i in range(12))
    assert lines_of(f"let x = {sums}").split("\n")[1].startswith("    summand_1 +")
    words = " and ".join(f"condition_{i}" for i in range(12))
    assert lines_of(f"let x = {words}").split("\n")[1].startswith("    and condition_1")
    calls = "".join(f".method_{i}(fn(x) => x)" for i in range(6))
    assert lines_of(f"let x = values{calls}").split("\n")[1] == "    .method_0(fn(x) => x)"
    needs = ", ".join(f'fs.read("folder_{i}/**")' for i in range(4))
    assert check(f"task t(a: Int) needs {needs} {{\n}}\n").split("\n")[1].startswith("    needs fs.read")


def test_a_result_behind_the_needs_is_written_before_them() -> None:
    assert check('fn f() needs fs.read("x") -> Int => 1\n') == 'fn f() -> Int needs fs.read("x") => 1\n'
    assert check("task t()\n    cache\n    -> (Int)\n    once\n{\n    1\n}\n") == "task t() -> (Int)\n    cache\n    once\n{\n    1\n}\n"


def test_commas_between_variants_on_lines_of_their_own_go() -> None:
    assert check("enum E {\n    A, # c1\n    B,\n}\n") == "enum E {\n    A  # c1\n    B\n}\n"


def test_comments_stay_in_odd_places() -> None:
    text = in_task(
        "# c1", "let x = # c2", "    1 + # c3", "    # c4", "    2", "f( # c5", "    a, # c6", "    # c7", ")", "if a { # c8", "    # c9", "}",
        "# c10", "else { b } # c11", "match x {", "    # c12", "    1 => # c13", "        2", "    # c14", "}", "x # c15", "    # c16",
        "    .y()", "(  # c17", "    a", ") # c18", "# c19",
    )  # fmt: skip
    check(text + "# c20\n")


def test_what_does_not_parse_is_reported_and_not_formatted() -> None:
    problems: list[object] = []
    assert format_source(SourceFile("a.tek", "fn f( {\n"), problems.append) is None
    assert problems


def test_carriage_returns_become_newlines() -> None:
    assert formatted('fn f() {\r\n    """\r\n    a\r\n    """  # x\r\n}\r\n') == 'fn f() {\n    """\n    a\n    """  # x\n}\n'


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_every_program_of_the_project_keeps_its_meaning(sample: Sample) -> None:
    check(sample.text)
    check(shaken(random.Random(sample.name), sample.text, 0.05))


@pytest.mark.parametrize("seed", range(60))
def test_random_programs_keep_their_meaning(seed: int) -> None:
    text = Programs(seed).file()
    assert not read(text)[1], text
    check(text)
    check(shaken(random.Random(seed), formatted(text), 0.1))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(min_value=100, max_value=10**9))
def test_any_program_keeps_its_meaning(seed: int) -> None:
    check(Programs(seed).file())


def test_long_chains_cost_no_stack() -> None:
    check("fn f() => " + " + ".join(["1"] * 20_000) + "\n")
    check("fn f() => x" + ".g(1)" * 5_000 + "\n")
    check("fn f() => " + "(" * 150 + "1" + ")" * 150 + "\n")
    check("fn f() => if a { 1 }" + " else if a { 1 }" * 2_000 + " else { 2 }\n")
    check("fn f() => " + "- " * 900 + "1\n")
