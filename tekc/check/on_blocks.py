"""Blocks, statements and control flow."""

from __future__ import annotations

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import DISCARD, INFER, JUDGE, QUIET, STATEMENT, STATEMENTS, TAIL, Body, infers, runs
from tekc.check.defs import FnDef, TaskDef
from tekc.check.on_collections import iterate
from tekc.check.on_ops import apply
from tekc.check.on_patterns import bind_pattern
from tekc.check.places import check_changeable
from tekc.check.types import ERROR, NEVER, Con, Type, prune, show
from tekc.diagnostics import Edit, Help
from tekc.source import Span
from tekc.syntax import ast

# ------------------------------------------------------------------------------------------------------------- statements


@runs(ast.Let)
def let(b: Body, s: ast.Let) -> bool:
    """``let pattern: Type = value``."""
    t = _bound_value(b, s.value, s.type)
    leaves = prune(t) is NEVER
    if leaves:
        t = ERROR if s.type is None else b.session.signatures.type(s.type, b.module, b.session.params_of(b.owner))
    bind_pattern(b, s.pattern, t)
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
    check_changeable(b, s.target, "assigned here")
    if s.op == "=":
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
    condition = s.condition
    while isinstance(condition, ast.Paren):
        condition = condition.inner
    b.settle(mark)
    return isinstance(condition, ast.BoolLiteral) and not condition.value


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
    t = _tail(b, value, want)
    return NEVER if leaves else t


def _tail(b: Body, value: ast.Expr, want: Type | None) -> Type:
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
        t = b.infer(branch, want) if want is None else _tail(b, branch, want)
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
        t = b.infer(arm.body) if want is None else _tail(b, arm.body, want)
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


# ---------------------------------------------------------------------------------------------------------------- failing


@infers(ast.Try)
def try_(b: Body, e: ast.Try, want: Type | None) -> Type:
    """``try e``: a result; with ``catch`` the value of either."""
    if e.handler is not None:
        return _try_catch(b, e, want)
    wanted = prune(want) if want is not None else None
    content = wanted.args[0] if isinstance(wanted, Con) and wanted.head is bi.RESULT else None
    if content is not None and prune(content) is bi.UNIT:
        leaves = b.discard(e.body, QUIET) is NEVER
        t: Type = content
    else:
        t = b.infer(e.body, content)
        leaves = prune(t) is NEVER
    if leaves:
        t = content if content is not None else bi.UNIT
    return bi.result_of(t, bi.ERROR_VALUE)


def _try_catch(b: Body, e: ast.Try, want: Type | None) -> Type:
    t = b.infer(e.body) if want is None else _tail(b, e.body, want)
    so_far = b.join(e.body, t, None, "")
    before = _enter_catch(b, e)
    assert e.handler is not None  # the caller looked
    if so_far is not None and prune(so_far) is bi.UNIT:
        handled = b.discard(e.handler, QUIET)
    else:
        hint = want if want is not None else so_far
        handled = b.infer(e.handler) if hint is None else _tail(b, e.handler, hint)
    b.leave(before)
    so_far = b.join(e.handler, handled, so_far, "`catch` gives a value of the same type, or leaves")
    return NEVER if so_far is None else so_far


def _enter_catch(b: Body, e: ast.Try) -> tuple[int, dict[str, ast.Ident | None]]:
    before = b.enter()
    if e.name is not None:
        b.declare(e.name, bi.ERROR_VALUE)
    return before


def _discard_try(b: Body, e: ast.Try, mode: int) -> Type:
    if e.handler is None:
        t = b.infer(e, None)
        if mode:
            judge(b, e, t, mode)
        return bi.UNIT
    leaves = b.discard(e.body, QUIET) is NEVER
    before = _enter_catch(b, e)
    handled = b.discard(e.handler, mode)
    b.leave(before)
    return NEVER if leaves and handled is NEVER else bi.UNIT


@infers(ast.Only)
def only(b: Body, e: ast.Only, want: Type | None) -> Type:
    """``only needs { … }`` is its block."""
    b.session.check_needs(b, e.needs)
    return b.infer(e.body, want)


@infers(ast.Region)
def region(b: Body, e: ast.Region, want: Type | None) -> Type:
    """``seq { … }``, ``par { … }`` are their blocks."""
    return b.infer(e.body, want)


def _discard_only(b: Body, e: ast.Only, mode: int) -> Type:
    b.session.check_needs(b, e.needs)
    return b.discard(e.body, mode)


def _discard_region(b: Body, e: ast.Region, mode: int) -> Type:
    return b.discard(e.body, mode)


@infers(ast.Return)
def return_(b: Body, e: ast.Return, want: Type | None) -> Type:
    """``return value`` leaves the function."""
    frame = b.frame
    if frame.barrier is not None or frame.result is None:
        b.report(p.CannotReturn(e.at, frame.barrier or "this place: there is no function around it"))
        if e.value is not None:
            b.infer(e.value)
        return NEVER
    frame.returns = True
    result = prune(frame.result)
    if e.value is not None:
        b.check(e.value, result)
    elif not b.unify(bi.UNIT, result):
        b.report(p.TypeMismatch(e.at, show(result), "Unit", (Help("give the value: `return value`"),)))
    return NEVER


@infers(ast.Fail)
def fail(b: Body, e: ast.Fail, want: Type | None) -> Type:
    """``fail value``: a message or an ``Error``."""
    mark = len(b.literals)
    t = b.solid(b.infer(e.value))
    b.settle(mark)
    if t is not bi.STR and t is not ERROR and t is not NEVER and not b.unify(t, bi.ERROR_VALUE):
        b.report(p.FailValue(e.value.at, show(t)))
    return NEVER


@infers(ast.Break)
def break_(b: Body, e: ast.Break, want: Type | None) -> Type:
    """``break`` leaves the innermost loop."""
    return _leave_loop(b, e, "break")


@infers(ast.Continue)
def continue_(b: Body, e: ast.Continue, want: Type | None) -> Type:
    """``continue`` goes on with the innermost loop."""
    return _leave_loop(b, e, "continue")


def _leave_loop(b: Body, e: ast.Break | ast.Continue, word: str) -> Type:
    if not b.frame.loops:
        where = f"in {b.frame.barrier}, which it cannot leave" if b.frame.barrier is not None else "outside of a loop"
        b.report(p.OutsideLoop(e.at, word, where))
    return NEVER


# ---------------------------------------------------------------------------------------------------------- dropped values


def judge(b: Body, e: ast.Expr, t: Type, mode: int) -> None:
    """Say what a dropped value deserves: an error where it is plainly useless, a warning for a result."""
    if inert(e):
        if mode == TAIL and isinstance(b.owner, FnDef | TaskDef):
            _missing_arrow(b, b.owner, e, t)
        else:
            b.later.append(lambda: b.report(p.UselessExpression(e.at, _useless_helps(e))))
        return
    if isinstance(t, Con) and t.head is bi.RESULT:
        b.report(p.DroppedResult(e.at))
        return
    if mode == TAIL and isinstance(b.owner, FnDef | TaskDef):
        b.facts.tails.append((b.owner, e, t))
    else:
        b.facts.dropped.append((e, t))


JUDGE.append(judge)


def _missing_arrow(b: Body, owner: FnDef | TaskDef, e: ast.Expr, t: Type) -> None:
    b.settle(0)
    place = arrow_place(owner)
    b.later.append(lambda: b.report(p.MissingArrow(e.at, owner.name, show(t), place)))


def arrow_place(owner: FnDef | TaskDef) -> Span:
    """Return where ``-> Type`` is written: behind the closing bracket of the parameters."""
    decl = owner.decl
    start = decl.params[-1].at.end if decl.params else decl.name.at.end
    limit = decl.body.at.start if decl.body is not None else decl.at.end
    text = decl.at.file.text
    close = text.find(")", start, limit)
    while decl.params and close >= 0 and text.count("(", start, close) > text.count(")", start, close):
        close = text.find(")", close + 1, limit)
    end = close + 1 if close >= 0 else start
    return Span(decl.at.file, end, end)


def _useless_helps(e: ast.Expr) -> tuple[Help, ...]:
    if isinstance(e, ast.Binary) and e.op == "==" and isinstance(e.lhs, ast.Name | ast.Field | ast.Index):
        return (Help("to assign, write `=`", (Edit(e.op_at, "="),)),)
    if isinstance(e, ast.Unary) and e.op == "-":
        return (Help("a line that goes on has its operator at the end of the line before"),)
    if isinstance(e, ast.Name):
        return (Help(f"to call it, write `{e.text}()`", (p.append(e.at, "()"),)),)
    return ()


_INERT: frozenset[type] = frozenset(
    [ast.IntLiteral, ast.FloatLiteral, ast.BoolLiteral, ast.StrLiteral, ast.BytesLiteral, ast.DurationLiteral, ast.SizeLiteral,
     ast.Name, ast.UpperName, ast.Lambda]
)  # fmt: skip
_PARTS: frozenset[type] = frozenset(
    [ast.Interpolation, ast.Hole, ast.CommandLiteral, ast.CommandWord, ast.Field, ast.Index, ast.Unary, ast.Binary, ast.RangeExpr,
     ast.TupleExpr, ast.Paren, ast.ListExpr, ast.MapExpr]
)  # fmt: skip


def inert(e: ast.Expr) -> bool:
    """Tell whether an expression plainly does nothing: no call, no control flow, nothing but values."""
    todo: list[object] = [e]
    while todo:
        node = todo.pop()
        kind = node.__class__
        if kind in _INERT or kind is str or node is None or kind is bool:
            continue
        if kind is tuple:
            todo.extend(node)  # type: ignore[arg-type]  # narrowed by __class__
        elif kind in _PARTS:
            todo.extend([getattr(node, name) for name in node.__slots__ if name not in _NOT_PARTS])  # type: ignore[attr-defined]
        else:
            return False
    return True


_NOT_PARTS = frozenset(["op", "op_at", "name", "at", "format", "format_at", "__weakref__"])

DISCARD.update(
    {
        ast.Block: _discard_block,
        ast.If: _discard_if,
        ast.Match: _discard_match,
        ast.Try: _discard_try,
        ast.Only: _discard_only,
        ast.Region: _discard_region,
    }
)

assert INFER  # the handlers above have registered themselves
