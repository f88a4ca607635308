"""Expressions: precedence, chains, brackets, what reaches to the right."""

from __future__ import annotations

import pytest

from tests.syntax.helpers import codes, expr, in_task, statement

PRECEDENCE = {
    "a or b and not c == d": "(Binary a or (Binary b and (Unary not (Binary c == d))))",
    "not a in b": "(Unary not (Binary a in b))",
    "x not in y": "(Binary x not in y)",
    "a == b ?? c": "(Binary a == (Binary b ?? c))",
    "a ?? b ?? c": "(Binary a ?? (Binary b ?? c))",
    "a ?? 0..n": "(Binary a ?? (RangeExpr 0 n .))",
    "0..=n - 1": "(RangeExpr 0 (Binary n - 1) +)",
    "0..a | b": "(RangeExpr 0 (Binary a | b) .)",
    "a | b ^ c & d << 1 + 2 * 3": "(Binary a | (Binary b ^ (Binary c & (Binary d << (Binary 1 + (Binary 2 * 3))))))",
    "a - b - c": "(Binary (Binary a - b) - c)",
    "a // b % c": "(Binary (Binary a // b) % c)",
    "a -% b *% c": "(Binary a -% (Binary b *% c))",
    "a >> 1 >>> 2": "(Binary (Binary a >> 1) >>> 2)",
    "-2 ** 2": "(Unary - (Binary 2 ** 2))",
    "2.0 ** -1.0": "(Binary 2.0 ** (Unary - 1.0))",
    "2 ** 3 ** 2": "(Binary 2 ** (Binary 3 ** 2))",
    "~a & b": "(Binary (Unary ~ a) & b)",
    "-x.abs()": "(Unary - (Call (Field x abs) []))",
    "a - -b": "(Binary a - (Unary - b))",
    "-9223372036854775808": "(Unary - 9223372036854775808)",
    "5.x()": "(Call (Field 5 x) [])",
    "5..x": "(RangeExpr 5 x .)",
    "1.5.floor()": "(Call (Field 1.5 floor) [])",
}


@pytest.mark.parametrize("text", PRECEDENCE)
def test_operators_bind_as_the_language_says(text: str) -> None:
    assert expr(text) == PRECEDENCE[text]


OPEN = {
    "try f(x).y[0] ?? d": "(Binary (Try (Index (Field (Call f [(Arg - x .)]) y) 0 -) - -) ?? d)",
    "try a ** b": "(Binary (Try a - -) ** b)",
    "-try f()": "(Unary - (Try (Call f []) - -))",
    "try f() catch err { 1 }": "(Try (Call f []) err (Block [(ExprStatement 1)]))",
    "try { 1 } catch _ { 2 } ?? 3": "(Binary (Try (Block [(ExprStatement 1)]) _ (Block [(ExprStatement 2)])) ?? 3)",
    "(try f()).y": "(Field (Paren (Try (Call f []) - -)) y)",
    'a ?? fail "x" + y': "(Binary a ?? (Fail (Binary 'x' + y)))",
    "a and return": "(Binary a and (Return -))",
    "a or return b or c": "(Binary a or (Return (Binary b or c)))",
    "a ?? b ?? break": "(Binary a ?? (Binary b ?? (Break)))",
    "a == b ?? continue": "(Binary a == (Binary b ?? (Continue)))",
    "not a ?? return 1": "(Unary not (Binary a ?? (Return 1)))",
    "fn(x) => x + 1 ?? fn() => 2": "(Lambda [(LambdaParam x -)] (Binary (Binary x + 1) ?? (Lambda [] 2)))",
    "fn(x) => fn(y) => x": "(Lambda [(LambdaParam x -)] (Lambda [(LambdaParam y -)] x))",
    "fn((a, _): (Int, Int)) { a }": (
        "(Lambda [(LambdaParam (TuplePattern [a _]) (TypeTuple [Int Int]))] (Block [(ExprStatement a)]))"
    ),
    "[fn(x) => x, fn(y) => y]": "(ListExpr [(Lambda [(LambdaParam x -)] x) (Lambda [(LambdaParam y -)] y)])",
    "[fn(x) => x for x in xs]": "(ListComp (Lambda [(LambdaParam x -)] x) [(ForClause x xs)])",
    "f(fn(x) => x, 1)": "(Call f [(Arg - (Lambda [(LambdaParam x -)] x) .) (Arg - 1 .)])",
}


@pytest.mark.parametrize("text", OPEN)
def test_try_takes_a_chain_and_lambdas_reach_to_the_right(text: str) -> None:
    assert expr(text) == OPEN[text]


BRACKETS = {
    "()": "(TupleExpr [])",
    "(1)": "(Paren 1)",
    "(1, 2,)": "(TupleExpr [1 2])",
    "[]": "(ListExpr [])",
    "[1, 2,]": "(ListExpr [1 2])",
    "[:]": "(MapExpr [])",
    '["a": 1, "b": 2,]': "(MapExpr [['a' 1] ['b' 2]])",
    "[true: 1]": "(MapExpr [[true 1]])",
    "[x for x in xs if p(x) for y in ys]": "(ListComp x [(ForClause x xs) (IfClause (Call p [(Arg - x .)])) (ForClause y ys)])",
    "[k: v for (k, v) in m]": "(MapComp k v [(ForClause (TuplePattern [k v]) m)])",
    "xs[1]": "(Index xs 1 -)",
    "xs[a..]": "(Index xs (RangeExpr a - .) -)",
    "xs[..b]": "(Index xs (RangeExpr - b .) -)",
    "xs[..=b]": "(Index xs (RangeExpr - b +) -)",
    "xs[..]": "(Index xs (RangeExpr - - .) -)",
    "m[k, default: 0]": "(Index m k 0)",
    "f(a, b: 1,)": "(Call f [(Arg - a .) (Arg b 1 .)])",
    "Point(..p, x: 0.0)": "(Call Point [(Arg - p +) (Arg x 0.0 .)])",
    "(p.f)(x)": "(Call (Paren (Field p f)) [(Arg - x .)])",
    "json.Json.Null": "(Field (Field json Json) Null)",
    "f(match: 1, in: 2, type: 3)": "(Call f [(Arg match 1 .) (Arg in 2 .) (Arg type 3 .)])",
    "r.match.in.type": "(Field (Field (Field r match) in) type)",
}


@pytest.mark.parametrize("text", BRACKETS)
def test_brackets_and_chains(text: str) -> None:
    assert expr(text) == BRACKETS[text]


BLOCKS = {
    "if a { 1 } else if b { 2 } else { 3 }": (
        "(If a (Block [(ExprStatement 1)]) (If b (Block [(ExprStatement 2)]) (Block [(ExprStatement 3)])))"
    ),
    "if let Some(x) = e { x }": "(If (LetCondition (VariantPattern [] Some [(PatternArg - x)] .) e) (Block [(ExprStatement x)]) -)",
    "1 + if a { 1 } else { 2 } * 3": "(Binary 1 + (Binary (If a (Block [(ExprStatement 1)]) (Block [(ExprStatement 2)])) * 3))",
    "{}": "(Block [])",
    "{ 1 }.x": "(Field (Block [(ExprStatement 1)]) x)",
    "match x {}": "(Match x [])",
    'only fs.read("x"), human { 1 }': "(Only (Needs [(Capability fs.read ['x']) (Capability human [])] .) (Block [(ExprStatement 1)]))",
    "only none { 1 }": "(Only (Needs [] +) (Block [(ExprStatement 1)]))",
    "seq { f() }": "(Region seq (Block [(ExprStatement (Call f []))]))",
    "par { }": "(Region par (Block []))",
}


@pytest.mark.parametrize("text", BLOCKS)
def test_blocks_are_expressions(text: str) -> None:
    assert expr(text) == BLOCKS[text]


STATEMENTS = {
    "let (a, b): (Int, Int) = t": "(Let (TuplePattern [a b]) (TypeTuple [Int Int]) t .)",
    "var (a, b) = t": "(Let (TuplePattern [a b]) - t +)",
    "var x: Int? = None": "(Var x (TypeOption Int) None)",
    "x >>>= 1": "(Assign x >>>= 1)",
    "a.b[c].d = 1": "(Assign (Field (Index (Field a b) c -) d) = 1)",
    "counts[word, default: 0] += 1": "(Assign (Index counts word 0) += 1)",
    "for (k, v) in m { }": "(For (TuplePattern [k v]) m (Block []))",
    "while let Some(x) = q.pop() { }": (
        "(While (LetCondition (VariantPattern [] Some [(PatternArg - x)] .) (Call (Field q pop) [])) (Block []))"
    ),
    "defer { }": "(Defer (Block []))",
    'assert a == b, "m"': "(Assert (Binary a == b) 'm')",
    "return": "(Return -)",
    "return (1, 2)": "(Return (TupleExpr [1 2]))",
    'fail Error(kind: "x")': "(Fail (Call Error [(Arg kind 'x' .)]))",
    "{ 1 }": "(Block [(ExprStatement 1)])",
    "if n % 2 == 1 { a } else { b }": (
        "(If (Binary (Binary n % 2) == 1) (Block [(ExprStatement a)]) (Block [(ExprStatement b)]))"
    ),
    "for x in seq { }": "(For x seq (Block []))",
    "if par { }": "(If par (Block []) -)",
    "seq += 1": "(Assign seq += 1)",
    "only.push(1)": "(Call (Field only push) [(Arg - 1 .)])",
    "let test = task + record": "(Let test - (Binary task + record) .)",
    "type.x()": "(Call (Field type x) [])",
    "retry = timeout": "(Assign retry = timeout)",
}


@pytest.mark.parametrize("text", STATEMENTS)
def test_statements(text: str) -> None:
    assert statement(text) == STATEMENTS[text]


@pytest.mark.parametrize("text", ["a..b..c", "a = b = c", "fn(x)", "x..", "if a { } else", "let x: = 1", "a not b", "1 2", "match { }"])
def test_what_is_no_expression_is_a_problem(text: str) -> None:
    assert len(codes(in_task(text))) == 1
