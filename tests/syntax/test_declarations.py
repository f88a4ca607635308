"""Declarations, types and patterns."""

from __future__ import annotations

import pytest

from tekc.syntax import ast
from tests.syntax.helpers import codes, decl, module, pattern, show, type_

DECLARATIONS = {
    "const limit: Int = 10\n": "(Const - . limit Int 10)",
    "pub const limit = 10\n": "(Const - + limit - 10)",
    "type Names[T] = List[T]\n": "(TypeAliasDecl - . Names [(TypeParam T [])] (TypeName - List [T]))",
    "record Point(x: Float, y: Float = 0.0)\n": "(Record - . Point [] [(FieldDecl x Float - - -) (FieldDecl y Float - 0.0 -)])",
    'record Event(kind: Str as "type" = "none")\n': "(Record - . Event [] [(FieldDecl kind Str type 'none' -)])",
    "record Row(type: Str, match: Int, in: Bool)\n": (
        "(Record - . Row [] [(FieldDecl type Str - - -) (FieldDecl match Int - - -) (FieldDecl in Bool - - -)])"
    ),
    "record Empty()\n": "(Record - . Empty [] [])",
    "enum E { A, B(Int, Str), }\n": "(Enum - . E [] [(Variant - A []) (Variant - B [(FieldDecl - Int - - -) (FieldDecl - Str - - -)])])",
    "enum E[T] {\n    A(x: T)\n    B\n}\n": "(Enum - . E [(TypeParam T [])] [(Variant - A [(FieldDecl x T - - -)]) (Variant - B [])])",
    "fn f() {\n}\n": "(Fn - . . f [] [] - - (Block []) .)",
    "fn f[T: Ord + Hash, U](x: T, y: U = 1) -> T? => x\n": (
        "(Fn - . . f [(TypeParam T [Ord Hash]) (TypeParam U [])] [(Param x . T - -) (Param y . U 1 -)] (TypeOption T) - x +)"
    ),
    "fn f(var self: Stack) => 1\n": "(Fn - . . f [] [(Param self + Stack - -)] - - 1 +)",
    'fn f() -> Int needs fs.read("x") => 1\n': "(Fn - . . f [] [] Int (Needs [(Capability fs.read ['x'])] .) 1 +)",
    'fn f() needs fs.read("x") -> Int => 1\n': "(Fn - . . f [] [] Int (Needs [(Capability fs.read ['x'])] .) 1 +)",
    "fn f() needs none\n{\n}\n": "(Fn - . . f [] [] - (Needs [] +) (Block []) .)",
    "pub extern fn f(p: Path) -> Str needs fs.read(p)\n": (
        "(Fn - + + f [] [(Param p . Path - -)] Str (Needs [(Capability fs.read [p])] .) - .)"
    ),
    "task t(x: Int) -> Int => x\n": "(Task - . t [(Param x . Int - -)] Int - [] x +)",
    "task test() {\n}\n": "(Task - . test [] - - [] (Block []) .)",
    'test "a" needs human {\n}\n': "(Test a (Needs [(Capability human [])] .) (Block []))",
}


@pytest.mark.parametrize("text", DECLARATIONS)
def test_declarations(text: str) -> None:
    assert decl(text) == DECLARATIONS[text]


CLAUSES = {
    "retry 3 backoff 1s to 1min": "(Clause retry [3 1000000000 60000000000] [] .)",
    "retry 3 backoff 1s": "(Clause retry [3 1000000000] [] .)",
    "retry n every 5s": "(Clause retry [n 5000000000] [] +)",
    "timeout 10min": "(Clause timeout [600000000000] [] .)",
    "cache": "(Clause cache [] [] .)",
    "cache for 1d": "(Clause cache [86400000000000] [] .)",
    "once": "(Clause once [] [] .)",
    'uses cpu 2, memory 1GiB, slot("db")': "(Clause uses [(Call slot [(Arg - 'db' .)])] [[cpu 2] [memory 1073741824]] .)",
    "budget time 1h, tokens 50_000, cost 2.50": "(Clause budget [] [[time 3600000000000] [tokens 50000] [cost 2.5]] .)",
    'approve "Go?"': "(Clause approve ['Go?'] [] .)",
    "undo { f() }": "(Clause undo [(Block [(ExprStatement (Call f []))])] [] .)",
    'on cron("0 2 * * *"), every 5min, webhook': (
        "(Clause on [(Call cron [(Arg - '0 2 * * *' .)]) (Call every [(Arg - 300000000000 .)]) (Call webhook [])] [] .)"
    ),
}


@pytest.mark.parametrize("text", CLAUSES)
def test_a_clause_stands_on_the_line_of_the_head_or_below(text: str) -> None:
    for source in (f"task t() {text} {{\n}}\n", f"task t()\n    {text}\n{{\n}}\n", f"task t() -> Int\n\n    # why\n    {text}\n    => 1\n"):
        task = module(source).decls[0]
        assert isinstance(task, ast.Task)
        assert [show(clause) for clause in task.clauses] == [CLAUSES[text]]


def test_clauses_stand_in_any_order_and_keep_it() -> None:
    text = "task t()\n    cache\n    needs a.b,\n        human\n    once\n    -> Int\n    retry 1\n{\n    1\n}\n"
    task = module(text).decls[0]
    assert isinstance(task, ast.Task)
    assert [clause.word for clause in task.clauses] == ["cache", "once", "retry"]
    assert show(task.needs) == "(Needs [(Capability a.b []) (Capability human [])] .)"
    assert show(task.result) == "Int"


IMPORTS = {
    "import fs": "(Import . 0 [fs] - - -)",
    "import json as j": "(Import . 0 [json] j - -)",
    "import .helpers": "(Import . 1 [helpers] - - -)",
    "import .lib.text { clean, Row as R, }": "(Import . 1 [lib text] - [(ImportName clean -) (ImportName Row R)] -)",
    'import .x only fs.read("a")': "(Import . 1 [x] - - (Needs [(Capability fs.read ['a'])] .))",
    "import .match.test": "(Import . 1 [match test] - - -)",
    "import a {\n    b,\n    c\n}": "(Import . 0 [a] - [(ImportName b -) (ImportName c -)] -)",
}


@pytest.mark.parametrize("text", IMPORTS)
def test_imports(text: str) -> None:
    assert show(module(text + "\n").imports[0]) == IMPORTS[text]


TYPES = {
    "Int": "Int",
    "Map[Str, List[Int]]": "(TypeName - Map [Str (TypeName - List [Int])])",
    "json.Json": "(TypeName json Json [])",
    "Int???": "(TypeOption (TypeOption (TypeOption Int)))",
    "()": "(TypeTuple [])",
    "(Int)": "Int",
    "(Int, Str)?": "(TypeOption (TypeTuple [Int Str]))",
    "fn(Int) -> Str": "(TypeFn [Int] - Str)",
    "fn()": "(TypeFn [] - -)",
    "fn(Int) -> fn(Str) -> Int?": "(TypeFn [Int] - (TypeFn [Str] - (TypeOption Int)))",
    'fn(Str) needs net("*"), human -> Str': "(TypeFn [Str] (Needs [(Capability net ['*']) (Capability human [])] .) Str)",
    "(fn(A) -> B)?": "(TypeOption (TypeFn [A] - B))",
}


@pytest.mark.parametrize("text", TYPES)
def test_types(text: str) -> None:
    assert type_(text) == TYPES[text]


def test_needs_belong_to_the_innermost_function_type_that_can_have_them() -> None:
    made = decl('fn f() -> fn(Int) needs net("*") -> Str needs none {\n}\n')
    assert made == "(Fn - . . f [] [] (TypeFn [Int] (Needs [(Capability net ['*'])] .) Str) (Needs [] +) (Block []) .)"
    assert decl("fn f() -> fn(Int) -> fn() {\n}\n") == "(Fn - . . f [] [] (TypeFn [Int] - (TypeFn [] - -)) - (Block []) .)"


PATTERNS = {
    "_": "_",
    "x": "x",
    "-1": "(Unary - 1)",
    "1..5": "(RangePattern 1 5 .)",
    "-5..=-1": "(RangePattern (Unary - 5) (Unary - 1) +)",
    "1..": "(RangePattern 1 - .)",
    "..5": "(RangePattern - 5 .)",
    '"a" | "b"': "(OrPattern ['a' 'b'])",
    "1.. | 0": "(OrPattern [(RangePattern 1 - .) 0])",
    "A | B(x) as y": "(AsPattern (OrPattern [(VariantPattern [] A - .) (VariantPattern [] B [(PatternArg - x)] .)]) y)",
    "A() ": "(VariantPattern [] A [] .)",
    "Rect(width: w, ..)": "(VariantPattern [] Rect [(PatternArg width w)] +)",
    "P(in: x, match: y)": "(VariantPattern [] P [(PatternArg in x) (PatternArg match y)] .)",
    "Shape.Circle(_)": "(VariantPattern [Shape] Circle [(PatternArg - _)] .)",
    "json.Json.Null": "(VariantPattern [json Json] Null - .)",
    "()": "(TuplePattern [])",
    "(a, (b, _),)": "(TuplePattern [a (TuplePattern [b _])])",
    "(A | B)": "(OrPattern [(VariantPattern [] A - .) (VariantPattern [] B - .)])",
    "[]": "(ListPattern [])",
    "[first, ..rest]": "(ListPattern [first (RestPattern rest)])",
    "[a, .., z]": "(ListPattern [a (RestPattern -) z])",
    'b"x"': "b'x'",
    "5min": "300000000000",
    "true": "true",
}


@pytest.mark.parametrize("text", PATTERNS)
def test_patterns(text: str) -> None:
    assert pattern(text) == PATTERNS[text]


def test_documentation_is_the_lines_directly_above() -> None:
    made = module(
        "#!/usr/bin/env -S tekc run\n## The file.\n\n## Not this:\n\n## One\n##  two\nrecord P(\n    ## of x\n    x: Int,\n"
        "    y: Int,\n)\n\n## E\nenum E {\n    ## of A\n    A\n    B  ## not this\n    C\n}\n\n## t\n# not a doc\ntask t(\n"
        "    ## of a\n    a: Int) {\n}\n"
    )
    record, enum, task = made.decls
    assert isinstance(record, ast.Record) and isinstance(enum, ast.Enum) and isinstance(task, ast.Task)
    assert (made.doc, record.doc, enum.doc, task.doc) == ("The file.", "One\n two", "E", None)
    assert [field.doc for field in record.fields] == ["of x", None]
    assert [variant.doc for variant in enum.variants] == ["of A", None, None]
    assert [param.doc for param in task.params] == ["of a"]


@pytest.mark.parametrize(
    ("text", "top", "own"),
    [
        ("## a\nfn f() {\n}\n", None, "a"),
        ("## a\n\nfn f() {\n}\n", "a", None),
        ("## a\nimport fs\n\nfn f() {\n}\n", "a", None),
        ("# licence\n\n## a\n\n## b\nfn f() {\n}\n", "a", "b"),
        ("fn f() {\n}\n## a\n", None, None),
    ],
)
def test_lines_at_the_top_document_the_module(text: str, top: str | None, own: str | None) -> None:
    made = module(text)
    assert (made.doc, made.decls[0].doc) == (top, own)  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "## doc\n", "\ufeff", "\r\n# x\r\n"])
def test_a_file_may_be_empty(text: str) -> None:
    assert module(text).decls == ()


@pytest.mark.parametrize("text", ["fn f() { } fn g() { }", "record A", "enum E", "import", "task t", "fn () { }", "pub", "test { }"])
def test_what_is_no_declaration_is_one_problem(text: str) -> None:
    assert len(codes(text + "\n")) == 1
