"""What the checker found out about a program: side tables keyed by syntax nodes.

Lowering and effect checking read these and never infer anything again.  One :class:`Facts` serves all modules of a
program, since nodes are unique.  Entries of a body appear when the body is checked (user modules: always; the standard
library: when :meth:`Checked.check_body` asks).  All types are zonked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.check.defs import (
        ConstDef,
        EnumDef,
        FnDef,
        Local,
        ModuleInfo,
        RecordDef,
        TaskDef,
        TestDef,
        VariantDef,
    )
    from tekc.check.effects import Effects
    from tekc.check.types import Type
    from tekc.syntax import ast


class Marker:
    """A place in ``CallFact.args`` where the source has no expression."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


DEFAULT = Marker("DEFAULT")
"""The parameter's or field's default is taken."""

SPREAD = Marker("SPREAD")
"""The field keeps the value of the record that ``..`` spreads."""

CallKind = Literal["fn", "method", "task", "record", "variant", "value", "set", "path", "arg"]


@attrs.define(eq=False)
class CallFact:
    """What a call does.

    ``kind``:

    - ``fn``: ``target`` is a FnDef without receiver (``f(x)``, ``fs.read_text(p)``);
    - ``method``: ``target`` is a FnDef whose first parameter is ``self``; ``receiver`` is the expression in front of the dot;
    - ``task``: ``target`` is a TaskDef;
    - ``record``, ``variant``: ``target`` is the definition; ``spread`` is the record that ``..`` spreads, or None;
    - ``value``: the callee is an expression with a function as value (``callee`` itself; ``target`` is None);
    - ``set``: ``Set(list)``; ``path``: ``Path(text)``; ``arg``: ``arg(text)`` in a command.  One argument each, no target.

    ``args`` are in parameter order (without ``self`` for methods; in field order for records): an expression, ``DEFAULT`` or
    ``SPREAD``.  ``order`` are the indices into ``args`` of those that are written, in source order: they are evaluated in this
    order, after the receiver, callee or spread.  ``type_args`` instantiate ``target.type_params`` (of the enum, for a variant).
    ``var_receiver``: the receiver is a place that the call may change.
    """

    kind: CallKind
    target: FnDef | TaskDef | RecordDef | VariantDef | None
    receiver: ast.Expr | None
    args: tuple[ast.Expr | Marker, ...]
    order: tuple[int, ...]
    type_args: tuple[Type, ...]
    spread: ast.Expr | None = None

    @property
    def var_receiver(self) -> bool:
        """Whether the call may change its receiver."""
        return self.kind == "method" and self.target.var_self  # type: ignore[union-attr]  # a method's target is a FnDef


@attrs.define(eq=False)
class FieldTarget:
    """``x.name`` reads the field ``index`` of a record."""

    owner: RecordDef
    index: int


@attrs.define(eq=False)
class PartTarget:
    """``x.name`` reads a part of a builtin type without brackets (``Path.stem``); ``name`` as in ``builtins.PARTS``.

    Lowered as a call of the host function ``<Type>.<name>`` (``Path.stem``; ``time.Instant.year``), ``host`` here.
    """

    type: Type
    name: str
    host: str


@attrs.define(eq=False)
class ValueFact:
    """A definition used as a value, not called: a function, constructor, or method.

    ``receiver`` is set for ``x.area`` where a function is wanted: it is evaluated now and kept; None for ``Shape.area``
    and for plain functions.  ``type_args`` instantiate ``target``.  The expression's type in ``types`` is the function type.
    """

    target: FnDef | TaskDef | RecordDef | VariantDef
    type_args: tuple[Type, ...]
    receiver: ast.Expr | None = None


IndexKind = Literal["list", "str", "bytes", "map", "json"]


@attrs.define(eq=False)
class IndexFact:
    """``x[i]``: on what; ``slice`` where ``i`` is a range; ``target`` is the library's function for ``json`` (at_key, at_index)."""

    kind: IndexKind
    slice: bool
    target: FnDef | None = None


IterKind = Literal["list", "map", "set", "str", "bytes"]
"""What a ``for`` goes over; a ``RangeExpr`` as iterable is a ``list`` that need not be built."""

CoalesceKind = Literal["option", "result", "result-of-option"]
"""Left side of ``??``: an option, a result, or a result whose content is an option of which both are taken."""


@attrs.define(eq=False)
class VariantFact:
    """A pattern of a variant or record: what it matches and which field each of its ``args`` belongs to.

    ``target`` is a VariantDef or RecordDef; ``fields[i]`` is the field index of ``pattern.args[i]``.
    """

    target: VariantDef | RecordDef
    fields: tuple[int, ...]


if TYPE_CHECKING:
    NameTarget: TypeAlias = (
        Local | FnDef | TaskDef | ConstDef | RecordDef | VariantDef | EnumDef | ModuleInfo | FieldTarget | PartTarget
    )


@attrs.define(eq=False)
class Facts:
    """The side tables.

    - ``types``: every expression and pattern; literals that adapted carry what they became (Float, Path, a Num parameter).
      The callee of a call that is no value (``fn``, ``method``, ``task``, constructors), and names of modules and types in front
      of a dot, have no entry.  Where Unit is wanted and something else is given, the entry is the something else.
    - ``names``: what a Name, UpperName or Field means.  A variant without payload is a VariantDef and its value; for a method's
      Field the FnDef.
    - ``bindings``: each declared variable by the Ident that declares it (parameters, patterns, ``catch err``).
    - ``calls``, ``values``, ``indexes``, ``coalesce``: see the classes.  ``iterations`` by the ``For`` or ``ForClause``.
    - ``variants``: by pattern, also for a ``VariantPattern`` without arguments (a variant's bare name).
    - ``captures``: the variables of outer bodies that a lambda uses, itself or in lambdas inside it, in order of first use.
    - ``dropped``: calls whose value nobody takes, with its type (for the warning about pure calls).
    - ``tails``: functions without ``->`` whose body ends in a call with a value: an error where that is pure.
    """

    types: dict[ast.Node, Type] = attrs.field(factory=dict)
    names: dict[ast.Node, NameTarget] = attrs.field(factory=dict)
    bindings: dict[ast.Ident, Local] = attrs.field(factory=dict)
    calls: dict[ast.Call, CallFact] = attrs.field(factory=dict)
    values: dict[ast.Node, ValueFact] = attrs.field(factory=dict)
    indexes: dict[ast.Index, IndexFact] = attrs.field(factory=dict)
    coalesce: dict[ast.Binary, CoalesceKind] = attrs.field(factory=dict)
    iterations: dict[ast.For | ast.ForClause, IterKind] = attrs.field(factory=dict)
    variants: dict[ast.VariantPattern, VariantFact] = attrs.field(factory=dict)
    captures: dict[ast.Lambda, tuple[Local, ...]] = attrs.field(factory=dict)
    dropped: list[tuple[ast.Expr, Type]] = attrs.field(factory=list)
    tails: list[tuple[FnDef | TaskDef, ast.Expr, Type]] = attrs.field(factory=list)


@attrs.define(eq=False)
class Checked:
    """A checked program.  ``modules`` holds every loaded module by name, ``mains`` the ones that were asked for.

    ``functions`` are all functions and methods of user modules (``tasks``, ``consts``, ``tests``, ``records``, ``enums`` likewise), in
    source order; those of the standard library are found through ``facts``.  ``failed`` tells whether an error of names or types was
    reported; ``effects`` answers what is known of effects.
    """

    facts: Facts
    modules: dict[str, ModuleInfo]
    mains: tuple[ModuleInfo, ...]
    functions: list[FnDef] = attrs.field(factory=list)
    tasks: list[TaskDef] = attrs.field(factory=list)
    consts: list[ConstDef] = attrs.field(factory=list)
    tests: list[TestDef] = attrs.field(factory=list)
    records: list[RecordDef] = attrs.field(factory=list)
    enums: list[EnumDef] = attrs.field(factory=list)
    failed: bool = False
    effects: Effects | None = attrs.field(default=None, repr=False)
    _checker: BodyChecker | None = attrs.field(default=None, repr=False, alias="checker")

    def check_body(self, definition: FnDef | TaskDef | ConstDef | RecordDef | EnumDef) -> None:
        """Make sure that the body (defaults, value) of a definition was checked; does nothing the second time."""
        if self._checker is not None:
            self._checker.check_body(definition)

    def library(self, module: str, name: str, receiver: str = "") -> FnDef:
        """Return a function (or method of ``receiver``) of a standard module that lowering itself needs.

        Raises KeyError where the library has none of that name.
        """
        if self._checker is None:
            raise KeyError(name)
        return self._checker.library(module, name, receiver)


class BodyChecker:
    """What :class:`Checked` asks of the checker."""

    def check_body(self, definition: FnDef | TaskDef | ConstDef | RecordDef | EnumDef) -> None:
        """Check the body of a definition once."""
        raise NotImplementedError  # the session overrides it

    def library(self, module: str, name: str, receiver: str) -> FnDef:
        """Find a function of the standard library."""
        raise NotImplementedError  # the session overrides it


@attrs.define(eq=False)
class Loaded:
    """A module that was found and parsed: ``name`` is unique (``main``, ``lib.text``, ``fs``), ``std`` marks the library's."""

    name: str
    tree: ast.Module
    std: bool = False


class Loader:
    """How the checker gets modules; the driver implements it.

    The prelude is asked for as standard modules ``prelude``, ``prelude_int``, ``prelude_list``, … (a missing one has no methods).
    """

    def load(self, importer: Loaded | None, level: int, path: Sequence[str]) -> Loaded | None:
        """Find a module: a standard one (``level`` 0) or beside the importing file (``level`` 1); the same object for the same module."""
        raise NotImplementedError  # the driver overrides it

    def names(self, importer: Loaded | None, level: int) -> Sequence[str]:
        """Return names of modules that could have been meant, for "did you mean"."""
        return ()
