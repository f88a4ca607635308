"""Which types have which bounds, and why not.

Bounds are structural: a record or enum has a bound when all its parts have it.  A type that contains itself is taken to
have it while we look (the greatest fixpoint).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check.defs import EnumDef, RecordDef
from tekc.check.types import INT_LITERAL, Con, Fn, Param, Tuple, Type, Var, prune, show, subst

if TYPE_CHECKING:
    from collections.abc import Callable

IMPLIES: dict[str, frozenset[str]] = {
    "Eq": frozenset(["Eq", "Show"]),
    "Ord": frozenset(["Ord", "Eq", "Show"]),
    "Hash": frozenset(["Hash", "Eq", "Show"]),
    "Num": frozenset(["Num", "Ord", "Eq", "Data", "Show"]),
    "Data": frozenset(["Data", "Eq", "Show"]),
    "Show": frozenset(["Show"]),
    "Text": frozenset(["Text", "Show"]),
}
"""What else a type parameter has.  ``Data`` follows only from ``Num``: both are handed over at run time."""

_LACKS: dict[str, frozenset[str]] = {
    "Bool": frozenset(["Num"]),
    "Unit": frozenset(["Num"]),
    "Int": frozenset(),
    "Float": frozenset(["Hash"]),
    "Regex": frozenset(["Ord", "Num"]),
    "Command": frozenset(["Ord", "Num"]),
    "Secret": frozenset(["Eq", "Ord", "Hash", "Num", "Data"]),
    "Map": frozenset(["Ord", "Num"]),
    "Set": frozenset(["Ord", "Num"]),
}
_SIMPLE = frozenset(["Num"])
_TEXTS = frozenset(["Str", "Secret"])
_SINGLE = {"Num": "number", "Text": "text"}

_WHY_FN = {
    "Eq": "functions cannot be compared",
    "Ord": "functions have no order",
    "Hash": "functions cannot be keys",
    "Num": "a function is no number",
    "Data": "a function cannot be written down",
    "Show": "a function cannot be written as text",
    "Text": "a function is no text",
}


class Bounds:
    """Answers whether a type meets a bound.  ``ensure`` resolves a definition before its parts are looked at."""

    def __init__(self, ensure: Callable[[RecordDef | EnumDef], None]) -> None:
        self._ensure = ensure
        self._seen: dict[tuple[Type, str], tuple[str, ...] | None] = {}  # of the question at hand: types share their parts
        self._known: dict[tuple[RecordDef | EnumDef, str], tuple[str, ...] | None] = {}

    def lacks(self, t: Type, bound: str) -> tuple[str, ...] | None:
        """Return None where ``t`` has the bound, else the reasons, from the outer part to the inner one."""
        self._seen.clear()
        return self._look(t, bound, frozenset())

    def _look(self, t: Type, bound: str, inside: frozenset[tuple[object, str]]) -> tuple[str, ...] | None:
        t = prune(t)
        if isinstance(t, Con):
            return self._named(t, bound, inside)
        if isinstance(t, Param):
            return self._param(t, bound)
        if isinstance(t, Tuple):
            return (f"a tuple is no {_SINGLE[bound]}",) if bound in _SINGLE else self._all(t.items, bound, inside)
        if isinstance(t, Fn):
            return (_WHY_FN[bound],)
        if isinstance(t, Var) and t.kind and (t.kind == INT_LITERAL if bound == "Text" else t.kind != INT_LITERAL and bound == "Num"):
            return ("a string is no number",) if bound == "Num" else ("a number is no text",)
        return None

    @staticmethod
    def _param(t: Param, bound: str) -> tuple[str, ...] | None:
        for has in t.bounds:
            if bound in IMPLIES[has]:
                return None
        need = "Data" if bound == "Show" else bound
        return (f"`{t.name}` may be any type here; bound it: `{t.name}: {' + '.join(sorted({*t.bounds, need}))}`",)

    def _all(self, items: tuple[Type, ...], bound: str, inside: frozenset[tuple[object, str]]) -> tuple[str, ...] | None:
        for item in items:
            why = self._look(item, bound, inside)
            if why is not None:
                return why
        return None

    def _named(self, t: Con, bound: str, inside: frozenset[tuple[object, str]]) -> tuple[str, ...] | None:
        head = t.head
        if not isinstance(head, RecordDef | EnumDef):
            if bound == "Text":
                return None if head.name in _TEXTS else (f"a `{show(t)}` is written as text by `.to_str()` or in a string",)
            lacks = _LACKS.get(head.name, _SIMPLE)
            if bound in lacks:
                return (_reason(head.name, bound),)
            return self._all(t.args, bound, inside) if t.args else None
        if bound == "Num":
            return (f"only `Int` and `Float` are numbers, `{show(t)}` is not",)
        if bound == "Text":
            return (f"a `{show(t)}` is written as text by `.to_str()` or in a string",)
        key = (head, bound)
        if key in inside:
            return None
        if not t.args and key in self._known:
            return self._known[key]
        if (t, bound) in self._seen:
            return self._seen[t, bound]
        why = self._parts(t, head, bound, inside | {key})
        self._seen[t, bound] = why
        if not t.args and not inside:
            self._known[key] = why
        return why

    def _parts(self, t: Con, head: RecordDef | EnumDef, bound: str, inside: frozenset[tuple[object, str]]) -> tuple[str, ...] | None:
        self._ensure(head)
        by: dict[Type, Type] = dict(zip(head.type_params, t.args, strict=False))
        groups = [("", head.fields)] if isinstance(head, RecordDef) else [(v.name, v.fields) for v in head.variants]
        for variant, fields in groups:
            for i, field in enumerate(fields):
                part = subst(field.type, by)
                why = self._look(part, bound, inside)
                if why is not None:
                    owner = f"`{head.name}.{variant}`" if variant else f"`{head.name}`"
                    named = f"the field `{field.name}`" if field.name else f"field {i + 1}"
                    if head.decl is None:
                        return why
                    return (f"{named} of {owner} is `{show(part)}`", *why)
        return None


def _reason(name: str, bound: str) -> str:
    if name == "Secret":
        return "a `Secret` is never written down or compared"
    if bound == "Hash":
        return "`Float` cannot be a key, because NaN is not equal to itself"
    if bound == "Ord":
        return f"a `{name}` has no order"
    if bound == "Num":
        return f"only `Int` and `Float` are numbers, `{name}` is not"
    return f"`{name}` has no `{bound}`"
