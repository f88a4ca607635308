"""What effects are made of: units of code, the events in them, and effects with their witnesses.

A *unit* is a body whose effects are counted together: a function, task, test, constant, default, or a lambda.  An *event* is a
call in it.  An *effect* is a capability that a unit may use, with what is known of its scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import attrs

from tekc.check.needs import NeedSet, Part, Parts

if TYPE_CHECKING:
    from tekc.check.defs import ConstDef, EnumDef, FnDef, Local, ModuleInfo, RecordDef, TaskDef, TestDef
    from tekc.check.effects_text import Texts
    from tekc.check.facts import CallFact
    from tekc.check.types import Type
    from tekc.syntax import ast

    Definition: TypeAlias = FnDef | TaskDef | TestDef | ConstDef | RecordDef | EnumDef

TASK = "task"
"""The kind of the effect of calling a task."""


class Effect(NamedTuple):
    """A capability that is used.

    ``parts`` is the scope with what is not known of it, None for kinds without scope.  ``sure`` effects must be covered as they
    stand; others are left to the run time where they are not proved.  ``module`` is where it is performed ("" where that does not
    matter).  ``own`` effects are the unit's; others belong to tasks that it calls.
    """

    kind: str
    parts: Parts | None
    sure: bool
    module: str
    own: bool


class Poly(NamedTuple):
    """Calling the function that a parameter holds, inside of ``guards``."""

    param: Local
    guards: tuple[Guard, ...]


class Witness(NamedTuple):
    """Why a unit has an effect: a call, the ``name`` of what is called, and the unit and effect there, where they are known."""

    node: ast.Expr
    name: str
    unit: Unit | None
    effect: Effect | Poly | None


@attrs.frozen(eq=False)
class Guard:
    """An ``only`` block, or an import that ``only`` bounds (then ``module`` is what it imports)."""

    needs: NeedSet
    module: str | None


class Source(NamedTuple):
    """Where the function in a value comes from.

    ``unit``: a lambda; ``def``: a definition, at its widest; ``param``: a parameter without needs; ``needs``: what a type states.
    """

    kind: Literal["unit", "def", "param", "needs"]
    value: Unit | FnDef | TaskDef | Local | NeedSet
    guard: Guard | None


@attrs.define(eq=False)
class Event:
    """A call.  ``target`` is None where a function value is called; ``callee`` are then its sources.

    ``functions`` are the sources of function arguments by parameter; of a called value, under None.  ``defaults`` are units of the
    defaults that are taken.  ``guards`` are around it in its unit, innermost first.
    """

    node: ast.Call
    call: CallFact
    guards: tuple[Guard, ...]
    target: FnDef | TaskDef | None = None
    callee: tuple[Source, ...] = ()
    functions: dict[Local | None, tuple[Source, ...]] = attrs.field(factory=dict)
    defaults: tuple[Unit, ...] = ()
    args: dict[Local, ast.Expr] = attrs.field(factory=dict)


@attrs.define(eq=False)
class Store:
    """A place where a value is kept that may hold functions: ``want`` is the type that it must fit, ``where`` says what it is.

    ``only_params``: the function itself may do what it likes there, but it must take the functions that it will be handed.
    """

    value: ast.Expr
    want: Type
    where: str
    declared: ast.Node | None = None
    only_params: bool = False


@attrs.define(eq=False)
class Frame:
    """What is the same for a definition's body and all lambdas in it; ``part`` where it is only a default of the definition."""

    owner: Definition
    module: ModuleInfo
    texts: Texts
    params: frozenset[Local]
    needs: NeedSet | None
    lets: dict[Local, ast.Expr] = attrs.field(factory=dict)
    vars: dict[Local, list[ast.Expr]] = attrs.field(factory=dict)
    lambdas: dict[ast.Lambda, Unit] = attrs.field(factory=dict)
    lambda_params: set[Local] = attrs.field(factory=set)
    stores: list[Store] = attrs.field(factory=list)
    part: bool = False


@attrs.define(eq=False)
class Unit:
    """A body; ``node`` is the lambda where it is one.  ``effects`` and ``polys`` are found by ``effects_solve``."""

    frame: Frame
    node: ast.Lambda | None = None
    params: frozenset[Local] = frozenset()
    events: list[Event] = attrs.field(factory=list)
    effects: dict[Effect, Witness] = attrs.field(factory=dict)
    polys: dict[Poly, Witness] = attrs.field(factory=dict)
    solved: bool = False
    group: int = -1


__all__ = [
    "TASK", "Definition", "Effect", "Event", "Frame", "Guard", "Part", "Parts", "Poly", "Source", "Store", "Unit", "Witness",
]  # fmt: skip
