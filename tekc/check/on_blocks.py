"""Blocks, statements and control flow."""

from __future__ import annotations

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import DISCARD, QUIET, STATEMENT, STATEMENTS, Body, infers, runs
from tekc.check.on_collections import iterate
from tekc.check.on_ops import apply
from tekc.check.on_patterns import bind_pattern
from tekc.check.places import check_changeable
from tekc.check.types import ERROR, NEVER, Con, Type, prune, show
from tekc.diagnostics import Edit, Help
from tekc.syntax import ast

# ------------------------------------------------------------------------------------------------------------- statements


@runs(ast.Let)
def let(b: Body, s: ast.Let) -> bool:
    """``let pattern: Type = value``."""
    t = _bound_value(b, s.value, s.type)
    leaves = prune(t) is NEVER
    if leaves:
        t = ERROR if s.type is None else b.session.signatures.type(s.type, b.module, b.session.params_of(b.owner))
    bind_pattern(b, s.pattern, t, s.var)
    if s.pattern.__class__ is ast.NamePattern:
        local = b.locals.get(s.pattern.name.text)
        if local is not None:
            b.lets[local] = s
    return leaves


def _bound_value(b: Body, value: ast.Expr, annotation: ast.TypeExpr | None) -> Type:
    mark = len(b.literals)
    if annotation is None:
        t = b.infer(value)
        b.settle(mark)
        return t
    want = b.session.signatures.type(annotation, b.module, b.session.params_of(b.owner))
    found = b.check(value, want)
    b.settle(mark)
    return NEVER if prune(found) is NEVER else want


@runs(ast.Var)
def var(b: Body, s: ast.Var) -> bool:
    """``var name: Type = value``."""
    t = _bound_value(b, s.value, s.type)
    leaves = prune(t) is NEVER
    b.declare(s.name, ERROR if leaves else t, var=True)
    return leaves


@runs(ast.Assign)
def assign(b: Body, s: ast.Assign) -> bool:
    """``target op value``."""
    mark = len(b.literals)
    target = prune(b.infer(s.target))
    if not check_changeable(b, s.target, "assigned here"):
        found = b.infer(s.value, target)
        b.excused += (found, target)
    elif s.op == "=":
        if isinstance(s.target, ast.Index) and s.target.default is not None:
            b.report(p.IndexDefault(s.target.default.at))
        found = b.check(s.value, target)
    else:
        hint = target if target in (bi.INT, bi.FLOAT) or (isinstance(target, Con) and s.op == "+=") else None
        found = prune(b.infer(s.value, hint if _adapts(s.value) else None))
        result = apply(b, s, s.op[:-1], target, found)
        if result is not ERROR and target is not ERROR and found is not NEVER and not b.unify(result, target):
            b.report(p.TypeMismatch(s.at, show(target), show(result), _assign_helps(s, result, target)))
    b.settle(mark)
    return prune(found) is NEVER


def _adapts(e: ast.Expr) -> bool:
    return e.__class__ in (ast.IntLiteral, ast.Unary, ast.StrLiteral, ast.Interpolation, ast.ListExpr, ast.MapExpr)


def _assign_helps(s: ast.Assign, result: Type, target: Type) -> tuple[Help, ...]:
    if target is bi.INT and result is bi.FLOAT and s.op == "/=":
        return (Help("`/` always gives a `Float`; whole numbers are divided by `//=`", (Edit(s.op_at, "//="),)),)
    return ()


@runs(ast.ExprStatement)
def expr_statement(b: Body, s: ast.ExprStatement) -> bool:
    """An expression on a line of its own."""
    mark = len(b.literals)
    t = b.discard(s.value, STATEMENT)
    b.settle(mark)
    return t is NEVER


@runs(ast.For)
def for_(b: Body, s: ast.For) -> bool:
    """``for pattern in iterable { … }``."""
    item = iterate(b, s, s.iterable)
    before = b.enter()
    bind_pattern(b, s.pattern, item)
    if s.pattern.__class__ is ast.NamePattern:
        b.lets[b.locals[s.pattern.name.text]] = s
    _loop_body(b, s.body)
    b.leave(before)
    return False


def _loop_body(b: Body, body: ast.Block) -> None:
    frame = b.frame
    barrier, frame.barrier = frame.barrier, None if frame.barrier is None else frame.barrier
    frame.loops += 1
    b.discard(body, STATEMENT)
    frame.loops -= 1
    frame.barrier = barrier


@runs(ast.While)
def while_(b: Body, s: ast.While) -> bool:
    """``while condition { … }``; ``while true`` without ``break`` never ends."""
    before = b.enter()
    _condition(b, s.condition)
    _loop_body(b, s.body)
    b.leave(before)
    return isinstance(s.condition, ast.BoolLiteral) and s.condition.value and not _breaks(s.body)


def _breaks(block: ast.Block) -> bool:
    """Tell whether a ``break`` in a loop's body leaves this loop."""
    todo: list[ast.Node] = [block]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Break):
            return True
        if not isinstance(node, ast.For | ast.While | ast.Lambda):
            todo.extend(_children(node))
    return False


def _children(node: ast.Node) -> list[ast.Node]:
    found: list[ast.Node] = []
    for name in getattr(node, "__slots__", ()):
        value = getattr(node, name, None)
        if isinstance(value, ast.Node):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend([v for v in value if isinstance(v, ast.Node)])
    return found


def _condition(b: Body, condition: ast.Expr | ast.LetCondition) -> None:
    """Check what an ``if`` or ``while`` asks; the variables of ``let`` go into the scope at hand."""
    mark = len(b.literals)
    if isinstance(condition, ast.LetCondition):
        t = b.infer(condition.value)
        b.settle(mark)
        bind_pattern(b, condition.pattern, t)
    else:
        b.check(condition, bi.BOOL)
        b.settle(mark)


@runs(ast.Defer)
def defer(b: Body, s: ast.Defer) -> bool:
    """``defer { … }``; nothing in it leaves it but a failure."""
    frame = b.frame
    before = (frame.barrier, frame.loops)
    frame.barrier, frame.loops = "a `defer` block", 0
    b.discard(s.body, STATEMENT)
    frame.barrier, frame.loops = before
    return False


@runs(ast.Assert)
def assert_(b: Body, s: ast.Assert) -> bool:
    """``assert condition, message``."""
    mark = len(b.literals)
    b.check(s.condition, bi.BOOL)
    if s.message is not None:
        b.check(s.message, bi.STR)
    b.settle(mark)
    return False


# ----------------------------------------------------------------------------------------------------------------- blocks


def _statements(b: Body, statements: tuple[ast.Statement, ...]) -> bool:
    """Check statements; tell whether one of them never ends."""
    leaves = False
    literals = b.literals
    for s in statements:
        mark = len(literals)
        if STATEMENTS[s.__class__](b, s):
            leaves = True
        if len(literals) > mark:
            b.settle(mark)
    return leaves


@infers(ast.Block)
def block(b: Body, e: ast.Block, want: Type | None) -> Type:
    """The value of a block is its last expression."""
    before = b.enter()
    t = _block_value(b, e.statements, want)
    b.leave(before)
    return t


def _block_value(b: Body, statements: tuple[ast.Statement, ...], want: Type | None) -> Type:
    if not statements:
        return bi.UNIT
    last = statements[-1]
    if last.__class__ is not ast.ExprStatement:
        return NEVER if _statements(b, statements) else bi.UNIT
    leaves = _statements(b, statements[:-1])
    value = last.value
    t = tail(b, value, want)
    return NEVER if leaves else t


def tail(b: Body, value: ast.Expr, want: Type | None) -> Type:
    """Infer the value of a branch; what does not fit is reported right there."""
    if want is None:
        return b.infer(value)
    pruned = prune(want)
    if pruned is bi.UNIT:
        return b.discard(value, QUIET)
    t = b.infer(value, want)
    if t is want or prune(t) is NEVER or b.fits(t, want):
        return t
    b.report_mismatch(value, t, want)
    return ERROR


def _discard_block(b: Body, e: ast.Block, mode: int) -> Type:
    before = b.enter()
    statements = e.statements
    leaves = False
    if statements:
        last = statements[-1]
        if last.__class__ is ast.ExprStatement:
            leaves = _statements(b, statements[:-1])
            mark = len(b.literals)
            if b.discard(last.value, mode) is NEVER:
                leaves = True
            b.settle(mark)
        else:
            leaves = _statements(b, statements)
    b.leave(before)
    return NEVER if leaves else bi.UNIT


# ------------------------------------------------------------------------------------------------------------ conditions


@infers(ast.If)
def if_(b: Body, e: ast.If, want: Type | None) -> Type:
    """``if``, with its chain of ``else if`` in a loop; without ``else`` it is ``Unit``."""
    last: ast.Block | ast.If | None = e
    while isinstance(last, ast.If):
        last = last.otherwise
    wanted = prune(want) if want is not None else None
    if last is None or wanted is bi.UNIT:
        return _discard_if(b, e, STATEMENT if wanted is None else QUIET)
    so_far: Type | None = None
    chain: list[ast.If] = []
    at: ast.Block | ast.If | None = e
    while at is not None:
        branch = at
        before = b.enter()
        if isinstance(at, ast.If):
            chain.append(at)
            _condition(b, at.condition)
            branch = at.then
        t = b.infer(branch, want) if want is None else tail(b, branch, want)
        b.leave(before)
        so_far = b.join(branch, t, so_far, "all branches of an `if` have one type")
        at = at.otherwise if isinstance(at, ast.If) else None
    result = NEVER if so_far is None else so_far
    for inner in chain:
        b.types[inner] = result
    return result


def _discard_if(b: Body, e: ast.If, mode: int) -> Type:
    leaves = True
    at: ast.Block | ast.If | None = e
    chain: list[ast.If] = []
    complete = False
    while at is not None:
        before = b.enter()
        if isinstance(at, ast.If):
            chain.append(at)
            _condition(b, at.condition)
            if b.discard(at.then, mode) is not NEVER:
                leaves = False
        elif b.discard(at, mode) is not NEVER:
            leaves = False
        b.leave(before)
        if isinstance(at, ast.Block):
            complete = True
            at = None
        else:
            at = at.otherwise
    result = NEVER if leaves and complete else bi.UNIT
    for inner in chain:
        b.types[inner] = result
    return result


@infers(ast.Match)
def match(b: Body, e: ast.Match, want: Type | None) -> Type:
    """``match``: all arms have one type."""
    if want is not None and prune(want) is bi.UNIT:
        return _discard_match(b, e, QUIET)
    subject = _subject(b, e)
    so_far: Type | None = None
    for arm in e.arms:
        before = b.enter()
        _arm(b, arm, subject)
        t = b.infer(arm.body) if want is None else tail(b, arm.body, want)
        b.leave(before)
        so_far = b.join(arm.body, t, so_far, "all arms of a `match` have one type")
    return NEVER if so_far is None else so_far


def _subject(b: Body, e: ast.Match) -> Type:
    mark = len(b.literals)
    subject = b.infer(e.subject)
    b.settle(mark)
    return subject


def _arm(b: Body, arm: ast.Arm, subject: Type) -> None:
    bind_pattern(b, arm.pattern, subject)
    if arm.guard is not None:
        mark = len(b.literals)
        b.check(arm.guard, bi.BOOL)
        b.settle(mark)


def _discard_match(b: Body, e: ast.Match, mode: int) -> Type:
    subject = _subject(b, e)
    leaves = bool(e.arms)
    for arm in e.arms:
        before = b.enter()
        _arm(b, arm, subject)
        mark = len(b.literals)
        if b.discard(arm.body, mode) is not NEVER:
            leaves = False
        b.settle(mark)
        b.leave(before)
    return NEVER if leaves else bi.UNIT


DISCARD.update({ast.Block: _discard_block, ast.If: _discard_if, ast.Match: _discard_match})
