"""Failing and leaving: ``try``, ``fail``, ``return``, ``break``; and the regions ``only``, ``seq`` and ``par``."""

from __future__ import annotations

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.body import DISCARD, QUIET, RETURN, Body, infers
from tekc.check.defs import FnDef, TaskDef
from tekc.check.dropping import judge
from tekc.check.on_blocks import tail
from tekc.check.types import ERROR, NEVER, Con, Type, prune, show
from tekc.diagnostics import Help
from tekc.syntax import ast


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
    t = b.infer(e.body) if want is None else tail(b, e.body, want)
    so_far = b.join(e.body, t, None, "")
    before = _enter_catch(b, e)
    assert e.handler is not None  # the caller looked
    if so_far is not None and prune(so_far) is bi.UNIT:
        handled = b.discard(e.handler, QUIET)
    else:
        hint = want if want is not None else so_far
        handled = b.infer(e.handler) if hint is None else tail(b, e.handler, hint)
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
        owner = b.owner
        if result is bi.UNIT and frame.node is None and isinstance(owner, FnDef | TaskDef) and owner.decl.result is None:
            b.discard(e.value, RETURN)
        else:
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


DISCARD.update({ast.Try: _discard_try, ast.Only: _discard_only, ast.Region: _discard_region})
