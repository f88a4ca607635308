"""Looks through a body once, before it is lowered: where each of its variables has to live.

Most variables are plain SSA.  A ``var`` that is the receiver of a ``var self`` function written in Tek lives in a *cell*, since
the function changes it through a place.  One that is assigned inside a region from which a failure is caught (the body of
a ``try``, the rest of a block after a ``defer``) but declared outside of it lives in a *slot* of the frame, because its value at
the time of the failure cannot be known otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs

from tekc.check.defs import FnDef, Local
from tekc.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable

    from tekc.check.facts import Facts

    Work = list[tuple[ast.Node, "Region"]]


class Region:
    """A stretch of a body from which failures are caught; ``outer`` is the next one around it, None for the body itself."""

    __slots__ = ("outer", "owner")

    def __init__(self, outer: Region | None, owner: ast.Node | None) -> None:
        self.outer = outer
        self.owner = owner


@attrs.define(eq=False)
class Places:
    """What was found: variables in cells, variables in slots, and regions' owners (Try, Defer) with an ``only`` inside."""

    cells: set[Local] = attrs.field(factory=set)
    slots: set[Local] = attrs.field(factory=set)
    assigned: set[Local] = attrs.field(factory=set)
    narrowed: set[ast.Node] = attrs.field(factory=set)


def root_of(expr: ast.Expr) -> ast.Name | None:
    """Return the variable's name at the bottom of a place such as ``a.b[i].c``, or None where there is none."""
    at = expr
    while True:
        if isinstance(at, ast.Field | ast.Index):
            at = at.target
        elif isinstance(at, ast.Paren):
            at = at.inner
        else:
            return at if isinstance(at, ast.Name) else None


_FIELDS: dict[type, tuple[str, ...]] = {}


def children(node: ast.Node) -> list[ast.Node]:
    """Return the nodes directly below a node, in source order."""
    cls = node.__class__
    names = _FIELDS.get(cls)
    if names is None:
        names = _FIELDS[cls] = tuple(f.name for f in attrs.fields(cls) if f.name != "at")  # type: ignore[arg-type]  # all are attrs
    found: list[ast.Node] = []
    for name in names:
        value = getattr(node, name)
        if isinstance(value, ast.Node):
            found.append(value)
        elif value.__class__ is tuple:
            for item in value:
                if isinstance(item, ast.Node):
                    found.append(item)
                elif item.__class__ is tuple:
                    found.extend([x for x in item if isinstance(x, ast.Node)])
    return found


class _Scan:
    def __init__(self, facts: Facts, is_bounded: Callable[[ast.Call], bool]) -> None:
        self.facts = facts
        self.is_bounded = is_bounded
        self.found = Places()
        self.declared: dict[Local, Region] = {}
        self.changes: list[tuple[Local, Region]] = []

    def run(self, body: ast.Node) -> Places:
        top = Region(None, None)
        work: list[tuple[ast.Node, Region]] = [(body, top)]
        while work:
            node, region = work.pop()
            special = self._SPECIAL.get(node.__class__)
            if special is None:
                work.extend([(child, region) for child in children(node)])
            else:
                special(self, node, region, work)
        for local, region in self.changes:
            if self.declared.get(local, top) is not region:
                self.found.slots.add(local)
        self.found.slots -= self.found.cells
        return self.found

    def _block(self, node: ast.Block, region: Region, work: Work) -> None:
        for statement in node.statements:
            if isinstance(statement, ast.Defer):
                work.append((statement.body, region))
                region = Region(region, statement)
            else:
                work.append((statement, region))

    def _try(self, node: ast.Try, region: Region, work: Work) -> None:
        work.append((node.body, Region(region, node)))
        if node.handler is not None:
            work.append((node.handler, region))

    def _only(self, node: ast.Only, region: Region, work: Work) -> None:
        self._narrow(region)
        work.extend([(child, region) for child in children(node)])

    def _narrow(self, region: Region) -> None:
        at: Region | None = region
        while at is not None and at.owner is not None and at.owner not in self.found.narrowed:
            self.found.narrowed.add(at.owner)
            at = at.outer

    def _var(self, node: ast.Var, region: Region, work: Work) -> None:
        local = self.facts.bindings.get(node.name)
        if local is not None:
            self.declared[local] = region
        work.append((node.value, region))

    def _let(self, node: ast.Let, region: Region, work: Work) -> None:
        work.append((node.value, region))
        names: list[ast.Node] = [node.pattern] if node.var else []
        while names:
            name = names.pop()
            local = self.facts.bindings.get(name) if isinstance(name, ast.Ident) else None
            if local is not None:
                self.declared[local] = region
            names.extend(children(name))

    def _assign(self, node: ast.Assign, region: Region, work: Work) -> None:
        self._change(node.target, region)
        work.append((node.target, region))
        work.append((node.value, region))

    def _call(self, node: ast.Call, region: Region, work: Work) -> None:
        fact = self.facts.calls.get(node)
        if self.is_bounded(node):
            self._narrow(region)
        if fact is not None and fact.var_receiver and fact.receiver is not None:
            local = self._change(fact.receiver, region)
            if local is not None and isinstance(fact.target, FnDef) and not fact.target.extern:
                self.found.cells.add(local)
        work.extend([(child, region) for child in children(node)])

    def _change(self, place: ast.Expr, region: Region) -> Local | None:
        name = root_of(place)
        local = self.facts.names.get(name) if name is not None else None
        if not isinstance(local, Local):
            return None
        self.changes.append((local, region))
        self.found.assigned.add(local)
        return local

    def _lambda(self, node: ast.Lambda, region: Region, work: Work) -> None:
        """A lambda is a body of its own."""

    _SPECIAL: ClassVar[dict[type, Callable[..., None]]] = {
        ast.Block: _block,
        ast.Try: _try,
        ast.Only: _only,
        ast.Var: _var,
        ast.Let: _let,
        ast.Assign: _assign,
        ast.Call: _call,
        ast.Lambda: _lambda,
    }


def scan(body: ast.Node, facts: Facts, is_bounded: Callable[[ast.Call], bool]) -> Places:
    """Find out where the variables of a body (of a function, or of a lambda) have to live.

    ``is_bounded`` tells which calls narrow the permit, because they go through an import with ``only``.
    """
    return _Scan(facts, is_bounded).run(body)
