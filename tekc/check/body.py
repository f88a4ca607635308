"""Infer the types of one body: a function, task, constant, test or the defaults of a definition.

Inference is local to a body, bidirectional, by unification.  ``infer(e, want)`` gives the type of an expression, where
``want`` is what the place expects (the caller makes sure that it fits afterwards), ``check`` does both, ``discard`` is for values
that nobody takes.  The handlers for the kinds of nodes live in the ``on_*`` modules and register themselves in ``INFER`` and
``STATEMENTS``.

Integer and string literals without an expectation get a variable that may still become a Float or a Path, until the
statement that they stand in ends (``settle``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.defs import FnDef, Local, TaskDef
from tekc.check.mismatch import mismatch
from tekc.check.types import ERROR, LARGEST, NEVER, Con, Type, Var, prune, show, too_large, variables, zonk
from tekc.check.unify import Unifier, default_of
from tekc.diagnostics import Help
from tekc.resolve import problems as rp
from tekc.syntax import ast

if TYPE_CHECKING:
    from tekc.check.defs import ModuleInfo, Owner
    from tekc.check.facts import CallFact, Facts, ValueFact
    from tekc.check.session import Session
    from tekc.diagnostics import Label, Problem
    from tekc.source import Span

Infer = Callable[["Body", Any, "Type | None"], "Type"]
Run = Callable[["Body", Any], bool]

INFER: dict[type, Infer] = {}
"""How to infer each kind of expression."""

STATEMENTS: dict[type, Run] = {}
"""How to check each kind of statement; the answer tells whether it never ends."""

_N = TypeVar("_N")

_DEEP = 120  # below this depth a long left spine is taken apart with a loop


def infers(kind: type[_N]) -> Callable[[Callable[[Body, _N, Type | None], Type]], Callable[[Body, _N, Type | None], Type]]:
    """Register a function as the way to infer a kind of expression."""

    def register(run: Callable[[Body, _N, Type | None], Type]) -> Callable[[Body, _N, Type | None], Type]:
        INFER[kind] = run
        return run

    return register


def runs(kind: type[_N]) -> Callable[[Callable[[Body, _N], bool]], Callable[[Body, _N], bool]]:
    """Register a function as the way to check a kind of statement."""

    def register(run: Callable[[Body, _N], bool]) -> Callable[[Body, _N], bool]:
        STATEMENTS[kind] = run
        return run

    return register


class Frame:
    """A function or lambda whose body is being checked: what ``return`` must give, and what is around the current place."""

    __slots__ = ("barrier", "captures", "loops", "node", "outer", "result", "returns")

    def __init__(self, node: ast.Lambda | None, result: Type | None, outer: Frame | None) -> None:
        self.node = node
        self.result = result  # None: nothing to return to (constants, defaults)
        self.outer = outer
        self.captures: dict[Local, None] = {}
        self.loops = 0
        self.barrier: str | None = None  # what return, break and continue may not leave, such as a `defer`
        self.returns = False


class Body:
    """The state of checking one body."""

    def __init__(self, session: Session, module: ModuleInfo, owner: Owner | None) -> None:
        self.session = session
        self.module = module
        self.owner = owner
        self.facts: Facts = session.facts
        self.mistakes = 0
        self.wrong_lines: set[int] = set()
        self.types: dict[ast.Node, Type] = {}
        self.unifier = Unifier()
        self.unify = self.unifier.unify
        self.locals: dict[str, Local] = {}
        self.scope: dict[str, ast.Ident | None] = {}
        self.undo: list[tuple[str, Local | None]] = []
        self.frame = Frame(None, None, None)
        self.literals: list[Var] = []
        self.declared: list[Local] = []
        self.calls: list[CallFact] = []
        self.values: list[ValueFact] = []
        self.bounds: list[tuple[Type, str, ast.Node, str]] = []
        self.muted = False
        self.excused: list[Type] = []  # types of which a mistake was reported: what is open in them is no second one
        self.unknown: list[tuple[Var, ast.Node, str]] = []
        self.instances: list[tuple[Var, ast.Node, str]] = []
        self.lost: list[tuple[ast.Expr, Type, bool]] = []  # values at the ends of a function without ``->``; the last: returned
        self.later: list[Callable[[], None]] = []  # run when all types of the body are found
        self.lets: dict[Local, ast.Let | ast.For | None] = {}
        self.missing: dict[str, list[Span]] = {}  # names that are not there, and where they stand
        self.said: set[object] = set()  # fields that are not there, by line
        self.grown = False
        self.depth = 0
        self.ready: dict[ast.Node, Type] = {}

    def report(self, problem: Problem) -> None:
        """Hand a problem on, and remember that this body has one."""
        if problem.severity == "error":
            self.mistakes += 1
            self.wrong_lines.add(line_of(problem.at))
        if not self.muted:
            self.session.report(problem)

    # ------------------------------------------------------------------------------------------------------ inferring

    def infer(self, e: ast.Expr, want: Type | None = None) -> Type:
        """Return the type of an expression; ``want`` is what its place expects."""
        if self.ready and e in self.ready:
            return self.ready.pop(e)
        self.depth += 1
        if self.depth > _DEEP and e.__class__ in _SPINE:
            self._flatten(e)
        t = INFER[e.__class__](self, e, want)
        self.depth -= 1
        self.types[e] = t
        return t

    def check(self, e: ast.Expr, want: Type, why: Label | None = None) -> Type:
        """Make sure that an expression fits where ``want`` is expected, and return its type."""
        if want is bi.UNIT:
            return self.discard(e, QUIET)
        found = self.infer(e, want)
        if found is want or self.fits(found, want):
            return found
        self.report_mismatch(e, found, want, why)
        return ERROR

    def fits(self, found: Type, want: Type) -> bool:
        """Tell whether a value of type ``found`` may stand where ``want`` is expected; fills variables."""
        want = prune(want)
        if want is NEVER:
            return prune(found) in (NEVER, ERROR)
        return self.unify(found, want)

    def report_mismatch(self, e: ast.Expr, found: Type, want: Type, why: Label | None = None) -> None:
        """Report that an expression has the wrong type, unless that follows from an earlier mistake."""
        self.excused += (found, want)
        if self.unifier.endless:
            self.report(p.InfiniteType(e.at, show(want), show(found)))
        elif broken(found) or broken(want):
            return
        elif prune(found) is bi.UNIT and (place := self._unfinished(e)) is not None:
            whole = self.owner.decl.at if isinstance(self.owner, FnDef | TaskDef) else e.at
            if whole.file.is_parsed(whole.start, whole.end):
                self.report(place)
        else:
            self.report(mismatch(self, e, found, want, why))

    def _unfinished(self, e: ast.Expr) -> p.NoResult | None:
        """Return the problem of a named function whose body just ends, where ``e`` is that end."""
        owner = self.owner
        if not isinstance(owner, FnDef | TaskDef) or self.frame.node is not None or owner.decl.result is None:
            return None
        body = owner.decl.body
        if not isinstance(body, ast.Block):
            return None
        last = body.statements[-1] if body.statements else None
        tail = last.value if isinstance(last, ast.ExprStatement) else None
        if e is body or (e is tail and isinstance(e, ast.If)):
            end = last.at if last is not None else body.at
            return p.NoResult(owner.decl.result.at, owner.name, owner.decl.result.at.text, end)
        return None

    def solid(self, t: Type) -> Type:
        """Return a type whose outermost part is needed now: a literal that is still open gets its default."""
        t = prune(t)
        if t.__class__ is Var and t.kind:
            self.unifier.bind(t, default_of(t))
            t = prune(t)
        return t

    def settle(self, mark: int) -> None:
        """Give the literals made since ``mark`` their default where they have found nothing else."""
        literals = self.literals
        while len(literals) > mark:
            var = literals.pop()
            if var.to is None:
                var.to = default_of(var)

    def join(self, e: ast.Expr, t: Type, so_far: Type | None, what: str) -> Type | None:
        """Unite the type of one more branch with those before it; branches that do not come back do not count."""
        if prune(t) is NEVER:
            return so_far
        if so_far is None or prune(so_far) is ERROR:
            return t
        if not self.unify(t, so_far):
            self.excused += (t, so_far)
            if not (broken(t) or broken(so_far)):
                problem = mismatch(self, e, t, so_far, None)
                self.report(p.TypeMismatch(problem.at, problem.want, problem.found, problem.helping, problem.why, what))
            return ERROR
        return so_far

    def need(self, t: Type, bound: str, at: ast.Node, use: str) -> None:
        """Note that a type must have a bound; judged when the body is known."""
        self.bounds.append((t, bound, at, use))

    def bounded(self, t: Type, at: ast.Node) -> Type:
        """Return a type, or the error type where it has grown beyond all measure."""
        if not too_large(t):
            return t
        if not self.grown:
            self.report(p.TypeTooLarge(at.at, LARGEST))
        self.grown = True  # once is enough: what is built of it grows again
        return ERROR

    def fresh(self, at: ast.Node, what: str) -> Var:
        """Return a variable that must be found in this body; ``what`` names the thing whose type it is part of."""
        var = Var(0, at)
        self.unknown.append((var, at, what))
        return var

    def _flatten(self, e: ast.Expr) -> None:
        """Infer a long left spine from its inner end, so that its length costs no depth."""
        first = left(e)
        if first is None or first in self.ready or left(first) in self.ready:
            return  # the loop below is at work on this very spine
        spine = [e]
        at: ast.Expr | None = first
        while at is not None:
            spine.append(at)
            at = left(at)
        if len(spine) < _DEEP:
            return
        skipped: set[ast.Expr] = set()
        for i in range(len(spine) - 1, 0, -1):
            inner, outer = spine[i], spine[i - 1]
            if _no_value(inner, outer, skipped):
                skipped.add(inner)
            else:
                self.ready[inner] = self.infer(inner)

    # --------------------------------------------------------------------------------------------------------- scopes

    def enter(self) -> tuple[int, dict[str, ast.Ident | None]]:
        """Open a scope; hand the result to :meth:`leave`."""
        before = (len(self.undo), self.scope)
        self.scope = {}
        return before

    def leave(self, before: tuple[int, dict[str, ast.Ident | None]]) -> None:
        """Close a scope."""
        mark, self.scope = before
        undo, names = self.undo, self.locals
        while len(undo) > mark:
            name, local = undo.pop()
            if local is None:
                del names[name]
            else:
                names[name] = local

    def declare(self, ident: ast.Ident, t: Type, var: bool = False) -> Local:
        """Make a variable and put it into the scope."""
        if t.__class__ is not Con or t.args:
            t = self.bounded(t, ident)
        local = Local(ident.text, var, t, ident, self.frame.node)
        self.facts.bindings[ident] = local
        self.declared.append(local)
        self.bring(local)
        return local

    def bring(self, local: Local) -> None:
        """Put a variable into the scope."""
        name = local.name
        if name in self.scope and name != "_" and local.ident is not None:
            first = self.scope[name]
            self.report(rp.SameScope(local.ident.at, name, first.at if first is not None else None))
        self.scope[name] = local.ident
        self.undo.append((name, self.locals.get(name)))
        self.locals[name] = local

    def capture(self, local: Local) -> None:
        """Note that lambdas from here out to the variable's own body hold a copy of it."""
        frame: Frame | None = self.frame
        while frame is not None and frame.node is not local.owner:
            frame.captures[local] = None
            frame = frame.outer

    # ----------------------------------------------------------------------------------------------------- discarding

    def discard(self, e: ast.Expr, mode: int) -> Type:
        """Check an expression whose value nobody takes; ``mode`` says how much that deserves a word."""
        run = DISCARD.get(e.__class__)
        if run is not None:
            t = run(self, e, mode)
            self.types[e] = t
            return t
        mistakes = self.mistakes
        found = prune(self.infer(e, None))
        if found.__class__ is Var and not found.kind:
            self.unify(found, bi.UNIT)
            found = bi.UNIT
        if found is NEVER:
            return NEVER
        if found is not bi.UNIT and found is not ERROR and mode and mistakes == self.mistakes:
            JUDGE[0](self, e, found, mode)
        return bi.UNIT

    # -------------------------------------------------------------------------------------------------------- finishing

    def finish(self) -> None:
        """Fill in what was found, and report what was not."""
        self.settle(0)
        for t, bound, _, _ in self.bounds:
            if bound == "Text":
                self._default_text(t)
        for run in self.later:
            run()
        self._report_unknown()
        facts = self.facts
        types = facts.types
        for node, t in self.types.items():
            types[node] = t if t.__class__ is Con and not t.args else zonk(t)
        for local in self.declared:
            local.type = zonk(local.type)
        for call in self.calls:
            if call.type_args:
                call.type_args = tuple([zonk(t) for t in call.type_args])
        for value in self.values:
            if value.type_args:
                value.type_args = tuple([zonk(t) for t in value.type_args])
        for t, bound, at, use in self.bounds:
            self.session.judge_bound(t, bound, at, use)

    @staticmethod
    def _default_text(t: Type) -> None:
        """Let what is text of either kind, and says nothing of which, be a ``Str``."""
        var = prune(t)
        if isinstance(var, Var) and not var.kind:
            var.to = bi.STR

    def _report_unknown(self) -> None:
        for t in self.excused:
            for v in list(variables(t)):
                v.to = ERROR
        seen: set[ast.Node] = set()
        # The innermost call first: what is open in it stays open in those around it.
        inner_first = sorted(self.instances, key=_length) if any(_is_open(var) for var, _, _ in self.instances) else ()
        for var, at, what in (*self.unknown, *inner_first):
            open_vars = [v for v in variables(var) if not v.kind]
            if not open_vars:
                continue
            for v in open_vars:
                v.to = ERROR
            if at not in seen and line_of(at.at) not in self.wrong_lines:
                seen.add(at)
                self.report(p.TypeNotKnown(at.at, what, _known_by(at)))


def line_of(at: Span) -> int:
    """Return the line that a span begins on."""
    return at.file.line_column(at.start)[0]


def _length(instance: tuple[Var, ast.Node, str]) -> int:
    at = instance[1].at
    return at.end - at.start


def _is_open(var: Var) -> bool:
    return var.to is None or any(True for _ in variables(var))


def _known_by(at: ast.Node) -> tuple[Help, ...]:
    if isinstance(at, ast.ListExpr):
        return (Help("write it where the list is declared: `let xs: List[Int] = []`"),)
    if isinstance(at, ast.MapExpr):
        return (Help("write it where the map is declared: `let m: Map[Str, Int] = [:]`"),)
    if isinstance(at, ast.LambdaParam | ast.NamePattern | ast.WildPattern | ast.Ident):
        return (Help("write it: `fn(x: Int) …`"),)
    return (Help("write it where the value is declared: `let x: Type = …`"),)


QUIET, STATEMENT, TAIL, RETURN = 0, 1, 2, 3
"""Modes of dropping: nothing to say; a statement; the end of a named function without ``->``; a ``return`` in one."""

DISCARD: dict[type, Callable[[Body, Any, int], Type]] = {}
"""How to drop the value of expressions that have parts of their own (``if``, ``match``, blocks)."""

JUDGE: list[Callable[[Body, ast.Expr, Type, int], None]] = []
"""What to say about a dropped value; set by ``on_blocks``."""


def broken(t: Type) -> bool:
    """Tell whether a type holds a mistake that was reported."""
    todo = [t]
    while todo:
        t = prune(todo.pop())
        if t is ERROR:
            return True
        if isinstance(t, Con):
            todo.extend(t.args)
        else:
            todo.extend(getattr(t, "items", ()))
            todo.extend(getattr(t, "params", ()))
            result = getattr(t, "result", None)
            if result is not None:
                todo.append(result)
    return False


_SPINE: frozenset[type] = frozenset([ast.Binary, ast.Call, ast.Field, ast.Index])


def left(e: ast.Node) -> ast.Expr | None:
    """Return the expression that stands first inside of a chain, or None."""
    if isinstance(e, ast.Binary):
        return e.lhs
    if isinstance(e, ast.Call):
        return e.callee
    return e.target if isinstance(e, ast.Field | ast.Index) else None


def _no_value(inner: ast.Expr, outer: ast.Expr, skipped: set[ast.Expr]) -> bool:
    """Tell whether a part of a chain need not be a value by itself: a name, a module, a type, the name of a method."""
    kind = inner.__class__
    if kind is ast.Name or kind is ast.UpperName:
        return True
    if kind is ast.Field:
        called = outer.__class__ is ast.Call
        return called or (outer.__class__ is ast.Field and inner.target in skipped)  # type: ignore[union-attr]  # narrowed
    return False
