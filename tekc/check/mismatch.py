"""Say what is wrong where a type does not fit, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import builtins as bi
from tekc.check import problems as p
from tekc.check.types import Con, Fn, Tuple, Type, prune, same, show
from tekc.diagnostics import Edit, Help, Label
from tekc.syntax import ast

if TYPE_CHECKING:
    from tekc.check.body import Body


def mismatch(body: Body, e: ast.Expr, found: Type, want: Type, why: Label | None) -> p.TypeMismatch:
    """Make the problem of an expression of type ``found`` where ``want`` is expected."""
    at = _tail(e)
    found, want = prune(found), prune(want)
    shown_want, shown_found = show(want), show(found)
    if shown_want == shown_found:
        shown_want, shown_found = _tell_apart(want, found)
    helps = [*conversions(at, found, want), *_missing_value(e, found, want), *_path_source(body, at, found, want)]
    return p.TypeMismatch(at.at, shown_want, shown_found, tuple(helps), why)


def _tail(e: ast.Expr) -> ast.Node:
    """Return the place to point at: the last line of a block rather than all of it."""
    while isinstance(e, ast.Block) and e.statements:
        last = e.statements[-1]
        if not isinstance(last, ast.ExprStatement):
            return last
        e = last.value
    return e


def _tell_apart(want: Type, found: Type) -> tuple[str, str]:
    """Show two types of one name by the modules that they come from."""
    return _full(want), _full(found)


def _full(t: Type) -> str:
    t = prune(t)
    if isinstance(t, Con):
        name = getattr(t.head, "qualified", t.head.name)
        return name + ("[" + ", ".join(_full(x) for x in t.args) + "]" if t.args else "")
    if isinstance(t, Tuple):
        return "(" + ", ".join(_full(x) for x in t.items) + ")"
    return show(t)


def conversions(at: ast.Node, found: Type, want: Type) -> list[Help]:
    """Return what turns a ``found`` into a ``want``."""
    if not isinstance(found, Con):
        return _functions(at, found, want)
    if isinstance(want, Con):
        simple = _simple(at, found, want)
        if simple:
            return simple
        if want.head is bi.OPTION and same(want.args[0], found):
            return [Help("make it an option", p.wrap(at.at, "Some(", ")"))]
        if want.head is bi.RESULT and same(want.args[0], found):
            return [Help("make it a result", p.wrap(at.at, "Ok(", ")"))]
        if found.head is bi.OPTION and same(found.args[0], want):
            return [Help("an option must be opened: `… ?? other`, `match`, or `.unwrap()`, which fails on `None`")]
        if found.head is bi.RESULT and same(found.args[0], want):
            return [Help("a result must be opened: `… ?? other`, `match`, or `.unwrap()`, which fails again")]
        if found.head is want.head is bi.LIST and prune(found.args[0]) is bi.STR and prune(want.args[0]) is bi.PATH:
            return [Help("make each a `Path`: write `let xs: List[Path] = […]` where the list is made, or `.map(fn(s) => Path(s))`")]
    return []


def _functions(at: ast.Node, found: Type, want: Type) -> list[Help]:
    if isinstance(found, Fn) and not isinstance(want, Fn) and isinstance(at, ast.Name | ast.Field) and not found.params:
        return [Help("call it", (p.append(at.at, "()"),))]
    return []


def _simple(at: ast.Node, found: Con, want: Con) -> list[Help]:
    pair = (found.head.name, want.head.name)
    if pair == ("Int", "Float"):
        return [Help("convert it", method_edit(at, ".to_float()"))]
    if pair == ("Float", "Int"):
        return [Help("convert it; what is behind the point goes", method_edit(at, ".to_int()"))]
    if pair == ("Str", "Path"):
        return [Help("make it a path", p.wrap(at.at, "Path(", ")"))]
    if want is bi.STR and pair[0] in ("Int", "Float", "Bool", "Path", "Size", "Duration", "Json"):
        return [Help("write it as text", method_edit(at, ".to_str()"))]
    if pair in (("Str", "Int"), ("Str", "Float")):
        name = "to_int" if want is bi.INT else "to_float"
        return [Help(f"read the number: `.{name}()` gives an option, `.{name}() ?? 0` a number")]
    return []


def method_edit(at: ast.Node, call: str) -> tuple[Edit, ...]:
    """Return the edits that call a method on an expression, in brackets where it needs them."""
    simple = ast.Name | ast.Call | ast.Field | ast.Index | ast.Paren | ast.IntLiteral | ast.StrLiteral | ast.Interpolation
    if isinstance(at, simple):
        return (p.append(at.at, call),)
    return p.wrap(at.at, "(", ")" + call)


def _missing_value(e: ast.Expr, found: Type, want: Type) -> list[Help]:
    if found is not bi.UNIT:
        return []
    if isinstance(e, ast.Block):
        return [Help("the last expression of a block is its value")]
    if isinstance(e, ast.If) and e.otherwise is None:
        return [Help("an `if` without `else` has no value")]
    return []


def _path_source(body: Body, at: ast.Node, found: Type, want: Type) -> list[Help]:
    """Where a text comes from a list of literals, or a literal, these can be paths from the start."""
    if found is not bi.STR or want is not bi.PATH:
        return []
    while isinstance(at, ast.Index | ast.Paren):
        at = at.target if isinstance(at, ast.Index) else at.inner
    local = body.locals.get(at.text) if isinstance(at, ast.Name) else None
    source = body.lets.get(local) if local is not None else None
    if isinstance(source, ast.For):
        listed: ast.Expr = source.iterable
        if isinstance(listed, ast.Name):
            other = body.locals.get(listed.text)
            source = body.lets.get(other) if other is not None else None
        elif isinstance(listed, ast.ListExpr) and listed.items and isinstance(listed.items[0], ast.StrLiteral):
            return [Help("or make the list one of paths, a `List[Path]`", p.wrap(listed.items[0].at, "Path(", ")"))]
    if isinstance(source, ast.Let) and source.type is None and isinstance(source.pattern, ast.NamePattern):
        kind = {ast.ListExpr: "List[Path]", ast.StrLiteral: "Path", ast.Interpolation: "Path"}.get(type(source.value))
        if kind is not None:
            return [Help(f"or make it a `{kind}` from the start", (p.append(source.pattern.at, f": {kind}"),))]
    return []
