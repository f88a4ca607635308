"""What declarations stand for: the things that a name can mean.

Definitions are compared by identity.  Their parts (parameter types, fields, …) are resolved when they are first needed;
every definition that is reachable from :class:`tekc.check.facts.Facts` is resolved.  ``qualified`` is unique in a program
and is the name that the IR uses: ``module.name``, ``module.Type.name`` for a method, without module in the prelude.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from tekc.check.types import Con, Param, Type

if TYPE_CHECKING:
    from tekc.check.facts import Loaded
    from tekc.check.types import Head
    from tekc.syntax import ast


@attrs.define(eq=False)
class ModuleInfo:
    """A module: ``name`` is its path with dots (``main``, ``lib.text``, ``fs``); all files of the prelude have ``prelude`` set.

    ``scope`` is what its own declarations and imports bind (functions, tasks, constants, modules; not methods),
    ``types`` its types, its own and imported ones, ``variants`` all variants in scope by name; ``methods`` its own methods by
    name, ``definitions`` everything that it declares in source order, ``broken`` names that a failed import should have bound, ``taken`` the modules that methods were imported from by name.
    """

    name: str
    tree: ast.Module = attrs.field(repr=False)
    std: bool
    prelude: bool
    main: bool = False
    scope: dict[str, Definition] = attrs.field(factory=dict, repr=False)
    types: dict[str, TypeDefinition] = attrs.field(factory=dict, repr=False)
    variants: dict[str, list[VariantDef]] = attrs.field(factory=dict, repr=False)
    methods: dict[str, list[FnDef]] = attrs.field(factory=dict, repr=False)
    imports: list[ImportDef] = attrs.field(factory=list, repr=False)
    taken: dict[str, list[ModuleInfo]] = attrs.field(factory=dict, repr=False)
    tests: list[TestDef] = attrs.field(factory=list, repr=False)
    definitions: list[Owner] = attrs.field(factory=list, repr=False)
    broken: set[str] = attrs.field(factory=set, repr=False)
    loaded: Loaded | None = attrs.field(default=None, repr=False)

    def qualify(self, name: str) -> str:
        """Return the qualified name of something that this module declares."""
        return name if self.prelude else f"{self.name}.{name}"

    def lacks(self, name: str) -> bool:
        """Tell whether the module surely has no such name: where its file could not be read in whole, that was reported."""
        file = self.tree.at.file
        return not file.unread and name not in file.lost


@attrs.define(eq=False)
class ImportDef:
    """An import: which module, under which name (None where only names are taken), and the ``only`` bound."""

    decl: ast.Import = attrs.field(repr=False)
    module: ModuleInfo
    name: str | None
    used: bool = False


@attrs.define(eq=False)
class ParamDef:
    """A parameter of a function or task.  ``local`` is the variable that the body sees, made with the definition."""

    name: str
    type: Type
    decl: ast.Param = attrs.field(repr=False)
    local: Local = attrs.field(repr=False)

    @property
    def default(self) -> ast.Expr | None:
        """The default, an expression of the earlier parameters, or None."""
        return self.decl.default


@attrs.define(eq=False)
class FnDef:
    """A function or method, ``extern`` ones included.

    A method has ``params[0]`` named ``self``; ``receiver`` is the head of its type (``ANY`` where that is a type parameter) and
    ``var_self`` tells whether it may change its receiver.  ``type_params`` are in declared order: ``CallFact.type_args`` follows it.
    """

    name: str
    qualified: str
    module: ModuleInfo
    decl: ast.Fn = attrs.field(repr=False)
    type_params: tuple[Param, ...] = ()
    params: tuple[ParamDef, ...] = ()
    result: Type | None = None  # None only until an inferred one is found
    receiver: ReceiverHead | None = None
    resolved: bool = False

    @property
    def extern(self) -> bool:
        """Whether the host implements it."""
        return self.decl.extern

    @property
    def is_method(self) -> bool:
        """Whether its first parameter is ``self``."""
        params = self.decl.params
        return bool(params) and params[0].name.text == "self"

    @property
    def var_self(self) -> bool:
        """Whether it may change its receiver."""
        params = self.decl.params
        return bool(params) and params[0].var


@attrs.define(eq=False)
class TaskDef:
    """A task.  ``undo_result`` is the variable ``result`` of its ``undo`` block, where it has one."""

    name: str
    qualified: str
    module: ModuleInfo
    decl: ast.Task = attrs.field(repr=False)
    params: tuple[ParamDef, ...] = ()
    result: Type | None = None
    undo_result: Local | None = None
    resolved: bool = False


@attrs.define(eq=False)
class FieldDef:
    """A field of a record or variant; ``name`` is "" where it has none.  ``local`` is what later defaults see it as."""

    name: str
    type: Type
    decl: ast.FieldDecl | None = attrs.field(repr=False)
    local: Local | None = attrs.field(default=None, repr=False)

    @property
    def default(self) -> ast.Expr | None:
        """The default, an expression of the earlier fields, or None."""
        return self.decl.default if self.decl is not None else None

    @property
    def outside(self) -> str:
        """The name that JSON and the like see."""
        return (self.decl.outside if self.decl is not None else None) or self.name


@attrs.define(eq=False)
class RecordDef:
    """A record type.  ``Error`` is one without ``decl``."""

    name: str
    qualified: str
    module: ModuleInfo | None
    decl: ast.Record | None = attrs.field(repr=False)
    type_params: tuple[Param, ...] = ()
    fields: tuple[FieldDef, ...] = ()
    resolved: bool = False

    @property
    def arity(self) -> int:
        """How many type arguments it takes."""
        return len(self.type_params)

    def index(self, name: str) -> int | None:
        """Return the place of a field, or None."""
        for i, field in enumerate(self.fields):
            if field.name == name:
                return i
        return None


@attrs.define(eq=False)
class VariantDef:
    """A variant of an enum; ``index`` is its place among them."""

    name: str
    enum: EnumDef
    index: int
    decl: ast.Variant | None = attrs.field(repr=False)
    fields: tuple[FieldDef, ...] = ()


@attrs.define(eq=False)
class EnumDef:
    """An enum type.  ``Option`` and ``Result`` are two without ``decl``."""

    name: str
    qualified: str
    module: ModuleInfo | None
    decl: ast.Enum | None = attrs.field(repr=False)
    type_params: tuple[Param, ...] = ()
    variants: tuple[VariantDef, ...] = ()
    resolved: bool = False

    @property
    def arity(self) -> int:
        """How many type arguments it takes."""
        return len(self.type_params)

    def variant(self, name: str) -> VariantDef | None:
        """Return the variant of that name, or None."""
        for variant in self.variants:
            if variant.name == name:
                return variant
        return None


@attrs.define(eq=False)
class ConstDef:
    """A constant of a module."""

    name: str
    qualified: str
    module: ModuleInfo
    decl: ast.Const = attrs.field(repr=False)
    type: Type | None = None
    resolved: bool = False


@attrs.define(eq=False)
class AliasDef:
    """``type Name[T] = …``; ``type`` is the right side, in terms of ``type_params``."""

    name: str
    qualified: str
    module: ModuleInfo
    decl: ast.TypeAliasDecl = attrs.field(repr=False)
    type_params: tuple[Param, ...] = ()
    type: Type | None = None
    resolved: bool = False


@attrs.define(eq=False)
class TestDef:
    """A test."""

    __test__ = False

    name: str
    module: ModuleInfo
    decl: ast.Test = attrs.field(repr=False)


@attrs.define(eq=False)
class Local:
    """A variable of a body: parameter, ``let``, ``var``, or bound by a pattern.

    ``owner`` is the lambda that declares it, None for the function itself.  In an or-pattern all alternatives bind one Local.
    """

    name: str
    var: bool
    type: Type
    ident: ast.Ident | None = attrs.field(repr=False)
    owner: ast.Lambda | None = attrs.field(default=None, repr=False)
    used: bool = attrs.field(default=False, repr=False)


class AnyHead:
    """The receiver of a method on a type parameter: it fits every type."""

    name = "Any"


class TupleHead:
    """The receiver of a method on tuples of ``arity`` parts."""

    def __init__(self, arity: int) -> None:
        self.arity = arity
        self.name = f"Tuple{arity}"


class FnHead:
    """The receiver of a method on functions of ``arity`` parameters."""

    def __init__(self, arity: int) -> None:
        self.arity = arity
        self.name = f"Fn{arity}"


ANY = AnyHead()
TUPLES: dict[int, TupleHead] = {}
FNS: dict[int, FnHead] = {}


def tuple_head(arity: int) -> TupleHead:
    """Return the one head of tuples of that many parts."""
    return TUPLES.setdefault(arity, TupleHead(arity))


def fn_head(arity: int) -> FnHead:
    """Return the one head of functions of that many parameters."""
    return FNS.setdefault(arity, FnHead(arity))


if TYPE_CHECKING:
    TypeDefinition: TypeAlias = "RecordDef | EnumDef | AliasDef"
    Definition: TypeAlias = "FnDef | TaskDef | ConstDef | ImportDef"
    ReceiverHead: TypeAlias = "Head | AnyHead | TupleHead | FnHead"
    Owner: TypeAlias = "FnDef | TaskDef | ConstDef | TestDef | RecordDef | EnumDef | AliasDef"


def instance(head: RecordDef | EnumDef) -> Con:
    """Return the type of a record or enum with its own parameters as arguments."""
    return Con(head, head.type_params)


def field_types(fields: tuple[FieldDef, ...]) -> tuple[Type, ...]:
    """Return the types of fields in order."""
    return tuple([field.type for field in fields])
