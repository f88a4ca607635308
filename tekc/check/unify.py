"""Make two types the same by filling variables.

Filled variables are noted on a trail, so that an attempt that fails leaves nothing behind.
"""

from __future__ import annotations

from tekc.check import builtins as bi
from tekc.check.types import ERROR, INT_LITERAL, NEVER, Con, Fn, Param, Tuple, Type, Var, parts, prune, variables

_INT = bi.INT.head
_FLOAT = bi.FLOAT.head
_STR = bi.STR.head
_PATH = bi.PATH.head
_SECRET = bi.SECRET.head


class Unifier:
    """Fills variables, and takes back what a failed attempt filled."""

    __slots__ = ("endless", "trail")

    def __init__(self) -> None:
        self.trail: list[Var] = []
        self.endless = False

    def unify(self, found: Type, want: Type) -> bool:
        """Make ``found`` and ``want`` one type, or change nothing and return False."""
        mark = len(self.trail)
        self.endless = False
        if self._unify(found, want):
            return True
        self.undo(mark)
        return False

    def undo(self, mark: int) -> None:
        """Empty the variables filled since the trail was ``mark`` long."""
        trail = self.trail
        while len(trail) > mark:
            trail.pop().to = None

    def bind(self, var: Var, to: Type) -> None:
        """Fill a variable."""
        var.to = to
        self.trail.append(var)

    def _unify(self, a: Type, b: Type) -> bool:
        a, b = prune(a), prune(b)
        if a is b or a is NEVER or b is NEVER:
            return True
        if a is ERROR or b is ERROR:
            for var in list(variables(b if a is ERROR else a)):
                self.bind(var, ERROR)
            return True
        kind = a.__class__
        if kind is Var:
            return self._fill(a, b)  # type: ignore[arg-type]  # narrowed by __class__
        if b.__class__ is Var:
            return self._fill(b, a)
        if kind is not b.__class__:
            return False
        if isinstance(a, Con) and isinstance(b, Con):
            return a.head is b.head and self._all(a.args, b.args)
        if isinstance(a, Tuple) and isinstance(b, Tuple):
            return self._all(a.items, b.items)
        if isinstance(a, Fn) and isinstance(b, Fn):
            return self._all(a.params, b.params) and self._unify(a.result, b.result)
        return False

    def _all(self, some: tuple[Type, ...], others: tuple[Type, ...]) -> bool:
        if len(some) != len(others):
            return False
        for a, b in zip(some, others, strict=True):  # noqa: SIM110  # `all(…)` would use the machine's stack at each level
            if not self._unify(a, b):
                return False
        return True

    def _fill(self, var: Var, to: Type) -> bool:
        if isinstance(to, Var):
            if not var.kind:
                self.bind(var, to)
            elif not to.kind or to.kind == var.kind:
                self.bind(to, var)
            else:
                return False
            return True
        if var.kind:
            if not literal_fits(var.kind, to):
                return False
        elif (not isinstance(to, Con) or to.args) and occurs(var, to):
            self.endless = True
            return False
        self.bind(var, to)
        return True


def literal_fits(kind: int, to: Type) -> bool:
    """Tell whether an integer (or else string) literal may be of type ``to``, which is no variable."""
    if isinstance(to, Con):
        head = to.head
        return head is _INT or head is _FLOAT if kind == INT_LITERAL else head is _STR or head is _PATH or head is _SECRET
    return kind == INT_LITERAL and isinstance(to, Param) and "Num" in to.bounds


def default_of(var: Var) -> Type:
    """Return what a literal is where nothing else is wanted."""
    return bi.INT if var.kind == INT_LITERAL else bi.STR


def occurs(var: Var, t: Type) -> bool:
    """Tell whether ``var`` stands in ``t``."""
    todo = [t]
    while todo:
        t = prune(todo.pop())
        if t is var:
            return True
        todo.extend(parts(t))
    return False
