"""Types as the checker sees them.

A type is a small immutable value, but for :class:`Var`, which inference fills in.  Facts that leave the checker hold no
unfilled ``Var``: they are *zonked*.  Heads of constructed types are compared by identity: a :class:`Builtin` of
``tekc.check.builtins`` or a record's or enum's definition (``tekc.check.defs``).  ``Unit`` is a builtin, not a tuple.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from tekc.check.defs import EnumDef, RecordDef
    from tekc.syntax import ast

    Head: TypeAlias = "Builtin | RecordDef | EnumDef"


class Builtin:
    """A type that the language itself knows (``Int``, ``List``); ``module`` is where its methods are declared."""

    __slots__ = ("arity", "module", "name")

    def __init__(self, name: str, arity: int, module: str) -> None:
        self.name = name
        self.arity = arity
        self.module = module

    def __repr__(self) -> str:
        return self.name


class Type:
    """Base of all types."""

    __slots__ = ()

    def __repr__(self) -> str:
        return show(self)


class Con(Type):
    """A named type with its arguments: ``Int``, ``List[T]``, ``Point``, ``Option[Int]``."""

    __slots__ = ("args", "head")

    def __init__(self, head: Head, args: tuple[Type, ...] = ()) -> None:
        self.head = head
        self.args = args


class Tuple(Type):
    """``(A, B)``; at least one part."""

    __slots__ = ("items",)

    def __init__(self, items: tuple[Type, ...]) -> None:
        self.items = items


class Fn(Type):
    """``fn(A, B) needs … -> C``; ``needs`` is what was written, None where nothing was (unification ignores it)."""

    __slots__ = ("needs", "params", "result")

    def __init__(self, params: tuple[Type, ...], result: Type, needs: ast.Needs | None = None) -> None:
        self.params = params
        self.result = result
        self.needs = needs


class Param(Type):
    """A type parameter inside its declaration.  Compared by identity; ``bounds`` from ``Eq Ord Hash Num Data Show``."""

    __slots__ = ("bounds", "name")

    def __init__(self, name: str, bounds: frozenset[str] = frozenset()) -> None:
        self.name = name
        self.bounds = bounds


class Var(Type):
    """A type that inference has still to find.

    ``kind`` is ``PLAIN``, ``INT`` (an integer literal: Int, Float or a ``Num`` parameter) or ``STR`` (a string literal: Str or
    Path).  ``at`` is the node that made it, for messages.
    """

    __slots__ = ("at", "kind", "to")

    def __init__(self, kind: int = 0, at: ast.Node | None = None) -> None:
        self.kind = kind
        self.at = at
        self.to: Type | None = None


PLAIN, INT_LITERAL, STR_LITERAL = 0, 1, 2


class NeverType(Type):
    """The type of what does not come back: ``return``, ``fail``; fits everywhere."""

    __slots__ = ()


class ErrorType(Type):
    """The type of what is wrong and was reported; fits everywhere and says nothing more."""

    __slots__ = ()


NEVER = NeverType()
ERROR = ErrorType()


def prune(t: Type) -> Type:
    """Follow what inference found for a variable, shortening the way."""
    while t.__class__ is Var:
        to = t.to
        if to is None:
            return t
        if to.__class__ is Var and to.to is not None:
            t.to = to.to
        t = to
    return t


def zonk(t: Type) -> Type:
    """Replace all filled variables; what was found nowhere stays a ``Var``."""
    t = prune(t)
    kind = t.__class__
    if kind is Con:
        args = t.args  # type: ignore[attr-defined]
        if not args:
            return t
        made = tuple([zonk(x) for x in args])
        return t if all(map(_is, made, args)) else Con(t.head, made)  # type: ignore[attr-defined]
    if kind is Tuple:
        return Tuple(tuple([zonk(x) for x in t.items]))  # type: ignore[attr-defined]
    if kind is Fn:
        return Fn(tuple([zonk(x) for x in t.params]), zonk(t.result), t.needs)  # type: ignore[attr-defined]
    return t


def _is(a: Type, b: Type) -> bool:
    return a is b


def subst(t: Type, by: Mapping[Type, Type]) -> Type:
    """Replace type parameters (or variables) by the types given for them."""
    if not by:
        return t
    t = prune(t)
    kind = t.__class__
    if kind is Con:
        args = t.args  # type: ignore[attr-defined]
        if not args:
            return t
        return Con(t.head, tuple([subst(x, by) for x in args]))  # type: ignore[attr-defined]
    if kind is Param or kind is Var:
        return by.get(t, t)
    if kind is Tuple:
        return Tuple(tuple([subst(x, by) for x in t.items]))  # type: ignore[attr-defined]
    if kind is Fn:
        return Fn(tuple([subst(x, by) for x in t.params]), subst(t.result, by), t.needs)  # type: ignore[attr-defined]
    return t


def same(a: Type, b: Type) -> bool:
    """Tell whether two types are the same type (needs of functions left aside)."""
    a, b = prune(a), prune(b)
    if a is b:
        return True
    kind = a.__class__
    if kind is not b.__class__:
        return False
    if isinstance(a, Con) and isinstance(b, Con):
        return a.head is b.head and all(map(same, a.args, b.args))
    if isinstance(a, Tuple) and isinstance(b, Tuple):
        return len(a.items) == len(b.items) and all(map(same, a.items, b.items))
    if isinstance(a, Fn) and isinstance(b, Fn):
        return len(a.params) == len(b.params) and all(map(same, a.params, b.params)) and same(a.result, b.result)
    return False


def parts(t: Type) -> tuple[Type, ...]:
    """Return the types that a type is made of, one level down."""
    t = prune(t)
    if isinstance(t, Con):
        return t.args
    if isinstance(t, Tuple):
        return t.items
    if isinstance(t, Fn):
        return (*t.params, t.result)
    return ()


LARGEST = 2_000
"""How many parts a type may have.  Types share parts, so that a few lines could build one of astronomic size."""


def too_large(t: Type) -> bool:
    """Tell whether a type has more parts than anybody can read, without walking through all of them."""
    todo = [t]
    count = 0
    while todo:
        count += 1
        if count > LARGEST:
            return True
        todo.extend(parts(todo.pop()))
    return False


def variables(t: Type) -> Iterable[Var]:
    """Yield the unfilled variables in a type."""
    t = prune(t)
    if isinstance(t, Var):
        yield t
    else:
        for part in parts(t):
            yield from variables(part)


def show(t: Type) -> str:
    """Return a type as users write it; what is not known is ``_``."""
    t = prune(t)
    if isinstance(t, Con):
        return _show_con(t)
    if isinstance(t, Tuple):
        return "(" + ", ".join([show(x) for x in t.items]) + ")"
    if isinstance(t, Fn):
        needs = f" {t.needs.at.text}" if t.needs is not None else ""
        result = "" if isinstance(r := prune(t.result), Con) and r.head.name == "Unit" else f" -> {show(r)}"
        return "fn(" + ", ".join([show(x) for x in t.params]) + ")" + needs + (result or (" -> Unit" if not needs else ""))
    if isinstance(t, Param):
        return t.name
    if isinstance(t, Var):
        return ("_", "Int", "Str")[t.kind]
    return "Never" if t is NEVER else "_"


def _show_con(t: Con) -> str:
    name = t.head.name
    if not t.args:
        return name
    if name == "Option":
        inner = show(t.args[0])
        return f"({inner})?" if isinstance(prune(t.args[0]), Fn) else f"{inner}?"
    return f"{name}[" + ", ".join([show(x) for x in t.args]) + "]"
