"""Capabilities as they are written: in ``needs``, ``only``, imports and function types.

A written capability becomes a :class:`Need`: a kind, and a scope as text with holes.  The same parts describe effects
(``effects_text``), so that the two can be compared.  Here it is also checked that kinds exist, scopes are scopes, and holes
are what may be holes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self, TypeAlias

import attrs

from tekc.check import effect_problems as problems
from tekc.check.builtins import COMMAND, LIST, PATH, STR
from tekc.check.defs import Local, RecordDef
from tekc.check.types import Con, ErrorType, Type, prune, show
from tekc.diagnostics import Edit
from tekc.diagnostics.suggest import closest
from tekc.syntax import ast
from tekrt import scopes
from tekrt.ir import ScopeTemplate
from tekrt.scopes.kinds import HOST, NAME, NOTHING, language_of
from tekrt.scopes.kinds import PATH as PATHS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tekc.diagnostics import Report
    from tekc.source import Span


class Hole(NamedTuple):
    """A value in a scope that is known only when it is entered: a variable, or a ``field`` of it.

    ``type`` is as in :class:`tekrt.ir.ScopeTemplate`; in the library's own declarations also ``Command`` (the programs that it
    starts), ``Url`` (its host) and ``List`` (each element).  ``raw`` text is itself a pattern, else it means itself.
    """

    local: Local
    field: str
    type: str
    raw: bool = False


class Gap(NamedTuple):
    """A computed value in a scope: nothing is known but whether it is one part of a path (``Str``) or may be several (``Path``)."""

    type: str


Part: TypeAlias = str | Hole | Gap
Parts: TypeAlias = tuple[Part, ...]


class Need(NamedTuple):
    """A written capability.  ``parts`` is None where the kind has no scope; text in it is in the scope's own language."""

    kind: str
    parts: Parts | None
    at: Span

    @property
    def known(self) -> bool:
        """Whether its scope has no holes."""
        return self.parts is None or all(isinstance(part, str) for part in self.parts)


@attrs.frozen(eq=False)
class NeedSet:
    """All that one clause allows; ``at`` is its list, None where nothing is written.

    ``broken`` clauses have mistakes that were reported: they are taken to allow everything, so that one mistake gives one error.
    """

    items: tuple[Need, ...]
    at: Span | None
    none: bool = False
    broken: bool = False


EXAMPLES = {
    "fs.read": 'fs.read("data/**")',
    "fs.write": 'fs.write("out/**")',
    "net.get": 'net.get("example.com")',
    "net": 'net("example.com:443")',
    "process": 'process("git")',
    "env": 'env("HOME")',
    "secret": 'secret("token")',
    "ai": 'ai("provider/model")',
}


@attrs.frozen(eq=False)
class Around:
    """What stands around a clause: the variables that its scopes may name, and who ``owner`` is in words.

    ``variables`` finds a variable by its mention; ``const`` gives the text of a constant, or None; ``library`` lets default kinds,
    commands, URLs and lists in.
    """

    variables: Callable[[ast.Name], Local | None]
    names: tuple[str, ...]
    const: Callable[[str], Parts | None]
    owner: str
    library: bool = False
    more_kinds: frozenset[str] = frozenset()


def by_name(params: Mapping[str, Local]) -> Callable[[ast.Name], Local | None]:
    """Find variables by their name alone."""
    return lambda name: params.get(name.text)


def resolve(needs: ast.Needs, around: Around, report: Report) -> NeedSet:
    """Read a clause, report what is wrong in it, and leave that out."""
    found = [_capability(needs, index, capability, around, report) for index, capability in enumerate(needs.items)]
    return NeedSet(tuple([need for need in found if need is not None]), needs.at, needs.none, None in found)


def _capability(needs: ast.Needs, index: int, capability: ast.Capability, around: Around, report: Report) -> Need | None:
    kind = capability.name
    place = capability.at._replace(end=capability.at.start + len(kind))
    if kind not in scopes.KINDS and kind not in around.more_kinds:
        known = tuple(k for k in scopes.KINDS if k not in scopes.DEFAULT_KINDS)
        report(problems.UnknownCapability(place, kind, closest(kind, [*known, *around.more_kinds]) or _moved(kind), known))
        return None
    if kind in scopes.DEFAULT_KINDS and not around.library:
        report(problems.DefaultCapability(capability.at, kind, _taken_out(needs, index)))
        return None
    takes = 0 if language_of(kind) == NOTHING else 1
    if len(capability.args) != takes:
        example = EXAMPLES.get(kind, f'{kind}("…")') if takes else kind
        report(problems.CapabilityArguments(capability.at, kind, takes, len(capability.args), example))
        return None
    if not takes:
        return Need(kind, None, capability.at)
    parts = _scope(kind, capability.args[0], around, report)
    if parts is None:
        return None
    need = Need(kind, parts, capability.at)
    return need if _is_scope(need, capability.args[0], report) else None


_MOVED = {
    "fs": "fs.read", "read": "fs.read", "write": "fs.write", "file": "fs.read", "fs.delete": "fs.write", "fs.create": "fs.write",
    "fs.append": "fs.write", "http": "net.get", "http.get": "net.get", "net.post": "net", "network": "net", "exec": "process",
    "run": "process", "command": "process", "shell": "process", "cmd": "process", "environment": "env", "env.get": "env",
    "fs.list": "fs.read", "fs.exists": "fs.read", "ask": "human", "secrets": "secret", "model": "ai", "llm": "ai",
}  # fmt: skip


def _moved(kind: str) -> str | None:
    """What people coming from elsewhere call it."""
    return _MOVED.get(kind)


def _taken_out(needs: ast.Needs, index: int) -> Edit:
    """The edit that takes one capability out of a clause, with one of the commas around it."""
    items = needs.items
    if len(items) == 1:
        return Edit(needs.at, "none")
    at = items[index].at
    if index:
        return Edit(at._replace(start=items[index - 1].at.end), "")
    return Edit(at._replace(end=items[1].at.start), "")


def _is_scope(need: Need, written: ast.Expr, report: Report) -> bool:
    try:
        scopes.check_template(template(need.kind, need.parts))
    except scopes.ScopeError as error:
        at = written.at
        position = error.position
        if isinstance(written, ast.StrLiteral) and at.text == f'"{written.value}"' and position < len(written.value):
            at = at._replace(start=at.start + 1 + position, end=at.start + 2 + position)
        report(problems.BadScope(at, need.kind, error.message))
        return False
    return True


# ---------------------------------------------------------------------------------------------------------------- scopes


def _scope(kind: str, expr: ast.Expr, around: Around, report: Report) -> Parts | None:
    while isinstance(expr, ast.Paren):
        expr = expr.inner
    if isinstance(expr, ast.StrLiteral):
        return (expr.value,)
    if isinstance(expr, ast.Name | ast.Field):
        hole = _hole(kind, expr, around, report, whole=True)
        return None if hole is None else hole
    if not isinstance(expr, ast.Interpolation):
        if not isinstance(expr, ast.ErrorExpr):
            report(problems.ScopeForm(expr.at))
        return None
    parts: list[Part] = []
    for part in expr.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        if not isinstance(part.value, ast.Name | ast.Field) or part.format is not None:
            report(problems.ScopeForm(part.at))
            return None
        hole = _hole(kind, part.value, around, report, whole=False)
        if hole is None:
            return None
        parts.extend(hole)
    return joined(parts)


def _hole(kind: str, expr: ast.Name | ast.Field, around: Around, report: Report, *, whole: bool) -> Parts | None:
    """Read a hole; ``whole`` where it is all of the scope."""
    base, field = (expr.target, expr.name) if isinstance(expr, ast.Field) else (expr, None)
    if not isinstance(base, ast.Name):
        report(problems.ScopeForm(expr.at))
        return None
    local = around.variables(base)
    if local is None:
        text = around.const(base.text) if field is None else None
        if text is None:
            report(problems.ScopeHole(base.at, base.text, around.owner, closest(base.text, around.names)))
        return text
    type = prune(local.type)
    if field is not None:
        found = _field_type(type, field.text)
        if found is None:
            report(problems.ScopeHoleType(expr.at, expr.at.text, show(type)))
            return None
        type = found
    name = hole_type(type, kind, local, around.library and whole)
    if name is None:
        if not isinstance(type, ErrorType):
            report(problems.ScopeHoleType(expr.at, expr.at.text, show(type)))
        return None
    # In the library, a text that is a whole scope of files is a pattern: `fs.glob(pattern)`.
    raw = around.library and whole and name == "Str" and language_of(kind) == PATHS
    return (Hole(local, field.text if field is not None else "", name, raw),)


_PATH_FIELDS: dict[str, Type] = {"name": STR, "stem": STR, "suffix": STR, "parent": PATH}
_PLAIN = frozenset(["Str", "Path", "Int", "Bool", "Size", "Duration"])


def _field_type(type: Type, field: str) -> Type | None:
    if isinstance(type, Con) and type.head is PATH.head:
        return _PATH_FIELDS.get(field)
    if isinstance(type, Con) and isinstance(type.head, RecordDef) and not type.args:
        index = type.head.index(field)
        return prune(type.head.fields[index].type) if index is not None else None
    return None


def hole_type(type: Type, kind: str, local: Local, library: bool) -> str | None:
    """Return what a hole of that type is called in a template, or None where it cannot be one."""
    type = prune(type)
    if not isinstance(type, Con):
        return None
    if library:
        if type.head is COMMAND.head:
            return "Command"
        if type.head is LIST:
            return "List"
        if language_of(kind) == HOST and local.name == "url":
            return "Url"
    return type.head.name if type.head.name in _PLAIN and not type.args else None


def joined(parts: list[Part]) -> Parts:
    """Join texts that stand side by side."""
    out: list[Part] = []
    for part in parts:
        if isinstance(part, str) and out and isinstance(out[-1], str):
            out[-1] += part
        elif part != "":
            out.append(part)
    return tuple(out) if out else ("",)


# -------------------------------------------------------------------------------------------------------------- templates

_templates: dict[tuple[str, Parts | None], ScopeTemplate] = {}


def template(kind: str, parts: Parts | None) -> ScopeTemplate:
    """Return the template for proofs and texts: holes named after their variable, gaps made up."""
    key = (kind, parts)
    made = _templates.get(key)
    if made is None:
        if len(_templates) > 4096:
            _templates.clear()
        made = _templates[key] = ScopeTemplate(kind, None if parts is None else tuple([_part(p, i) for i, p in enumerate(parts)]))
    return made


class Named(str):
    """The name of a variable in a template; two variables of one name stay different."""

    __slots__ = ("local",)
    local: Local

    def __new__(cls, local: Local) -> Self:
        """Name a variable."""
        made = super().__new__(cls, local.name)
        made.local = local
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Named) and other.local is self.local

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(id(self.local))


def _part(part: Part, index: int) -> str | tuple[str, str, str]:
    if isinstance(part, str):
        return part
    if isinstance(part, Gap):
        return (f"…{index}", "", part.type)
    if is_plain(part):
        return (Named(part.local), part.field, part.type)
    return (f"…{index}", "", "Path")


def is_plain(hole: Hole) -> bool:
    """Whether a hole can be written in ``needs``: it stands for literal text."""
    return not hole.raw and hole.type in _PLAIN


def is_wide(made: ScopeTemplate) -> bool:
    """Whether a scope may allow more than one thing, so that it is worth asking what it covers."""
    if made.parts is None or language_of(made.kind) not in (PATHS, NAME):
        return True
    return any(not isinstance(part, str) or any(c in part for c in "*?[") for part in made.parts)


def text(kind: str, parts: Parts | None) -> str:
    """Return a capability as it is written in ``needs``, gaps at their widest."""
    if parts is None:
        return kind
    if any(isinstance(part, Gap) or (isinstance(part, Hole) and not is_plain(part)) for part in parts):
        return scopes.show(scopes.widest(template(kind, parts)))
    return scopes.show_template(template(kind, parts))

