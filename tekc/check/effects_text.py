"""What is known about a text when a program is compiled: literal parts, parameters as holes, gaps where it is computed.

Used for the arguments of calls that have effects.  *Sure* texts are what the language calls known: literals, constants,
parameters, and strings with these in them.  A text that came by way of a ``let`` or an operator is known as well, and serves to
infer needs, but a scope that it misses is left to the run time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tekc.check.builtins import COMMAND, LIST, PATH, STR
from tekc.check.defs import ConstDef, FnDef, Local, RecordDef
from tekc.check.exhaust_values import show_duration, show_size
from tekc.check.facts import FieldTarget, PartTarget
from tekc.check.needs import Gap, Hole, Part, Parts, joined
from tekc.check.types import ERROR, Con, Type, prune, same
from tekc.syntax import ast
from tekrt.scopes import escape, split_path
from tekrt.scopes.kinds import PATH as PATHS
from tekrt.scopes.kinds import PROGRAM, language_of
from tekrt.scopes.programs import escape_word, split_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tekc.check.facts import Facts

TEMP = "Temp"
"""The type of a gap that stands for the task's own temporary folder."""

WRONG = "Wrong"
"""The type of a gap whose expression was reported as wrong; nothing more is said about it."""

DEEPEST = 60  # names, holes and operators are followed so far


class Text(NamedTuple):
    """A text: ``parts`` are literal text as it is, holes and gaps; ``sure`` where it counts as known."""

    parts: Parts
    sure: bool

    @property
    def literal(self) -> str | None:
        """The whole text, where it has no holes."""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], str) else None


COMPUTED_STR = Text((Gap("Str"),), False)
COMPUTED_PATH = Text((Gap("Path"),), False)


class Texts:
    """Evaluates the texts of one body.

    ``params`` are the variables that may be holes, ``lets`` the expressions of variables that are bound once.
    """

    def __init__(self, facts: Facts, params: frozenset[Local], lets: Mapping[Local, ast.Expr]) -> None:
        self.facts = facts
        self.params = params
        self.lets = lets
        self._made: dict[ast.Expr, Text] = {}
        self._depth = 0

    # ------------------------------------------------------------------------------------------------------------ texts

    def text(self, expr: ast.Expr) -> Text:
        """Return what is known of a ``Str`` or ``Path`` (or of a scalar, as text)."""
        made = self._made.get(expr)
        if made is None:
            if self._depth > DEEPEST:
                return self._computed(expr)
            self._depth += 1
            made = self._made[expr] = self._text(expr)
            self._depth -= 1
        return made

    def _text(self, expr: ast.Expr) -> Text:
        run = _TEXTS.get(expr.__class__)
        found = run(self, expr) if run is not None else None
        return found if found is not None else self._computed(expr)

    def _computed(self, expr: ast.Expr) -> Text:
        type = self.facts.types.get(expr)
        type = prune(type) if type is not None else ERROR
        if type is ERROR:
            return Text((Gap(WRONG),), False)
        return COMPUTED_PATH if type is PATH else COMPUTED_STR

    def _interpolation(self, expr: ast.Interpolation) -> Text:
        parts: list[Part] = []
        sure = True
        for part in expr.parts:
            if isinstance(part, str):
                parts.append(part)
            elif part.format is not None:
                parts.append(Gap("Str"))
            else:
                inner = self.text(part.value)
                parts.extend(inner.parts)
                sure = sure and inner.sure
        return Text(joined(parts), sure)

    def _name(self, expr: ast.Name) -> Text | None:
        target = self.facts.names.get(expr)
        if isinstance(target, ConstDef):
            return self.const(target)
        if not isinstance(target, Local):
            return None
        if target in self.params:
            return _hole(target, "", target.type)
        bound = self.lets.get(target)
        if bound is None:
            return None
        type = self.facts.types.get(bound)
        if type is None or not same(type, target.type):
            return Text((Gap(WRONG),), False)
        return self.text(bound)._replace(sure=False)

    def const(self, const: ConstDef) -> Text | None:
        """Return what is known of a constant."""
        if const.decl.value in self._made:
            return self._made[const.decl.value]
        if self._depth > DEEPEST:
            return None
        inner = Texts(self.facts, frozenset(), {})
        inner._depth = self._depth + 1
        made = inner.text(const.decl.value)
        self._made[const.decl.value] = made
        return made

    def _field(self, expr: ast.Field) -> Text | None:
        target = self.facts.names.get(expr)
        if isinstance(target, ConstDef):
            return self.const(target)
        if isinstance(target, PartTarget):
            return part_of(self.text(expr.target), target.name)
        if isinstance(target, FieldTarget):
            return self.field(expr.target, target.owner, target.index)
        return None

    def field(self, expr: ast.Expr, owner: RecordDef, index: int) -> Text | None:
        """Return what is known of a record's field: of a parameter, or of a record that is made here."""
        while isinstance(expr, ast.Paren):
            expr = expr.inner
        local = self.facts.names.get(expr)
        if isinstance(local, Local) and local in self.params:
            field = owner.fields[index]
            return _hole(local, field.name, field.type) if not owner.type_params else None
        bound = self.lets.get(local) if isinstance(local, Local) else expr
        call = self.facts.calls.get(bound) if isinstance(bound, ast.Call) else None
        if call is None or call.target is not owner or index >= len(call.args):
            return None
        arg = call.args[index]
        return self.text(arg)._replace(sure=False) if isinstance(arg, ast.Node) else None

    def _binary(self, expr: ast.Binary) -> Text | None:
        if expr.op not in ("+", "/"):
            return None
        # The left spine may be long: it is taken from its inner end, without recursion.
        rest: list[ast.Binary] = []
        at: ast.Expr = expr
        while isinstance(at, ast.Binary) and at.op == expr.op:
            rest.append(at)
            at = at.lhs
        parts = list(self.text(at).parts)
        for step in reversed(rest):
            if step.op == "/":
                parts.append("/")
            parts.extend(self.text(step.rhs).parts)
        return Text(joined(parts), False)

    def _call(self, expr: ast.Call) -> Text | None:
        call = self.facts.calls.get(expr)
        if call is None:
            return None
        if call.kind == "path" and isinstance(call.args[0], ast.Node):
            return self.text(call.args[0])
        if not isinstance(call.target, FnDef):
            return None
        if call.target.qualified == "fs.temp_dir":
            return Text((Gap(TEMP),), True)
        if call.kind == "method" and call.target.name in ("to_str", "arg") and call.receiver is not None:
            type = prune(call.target.params[0].type)
            return self.text(call.receiver) if type is STR or type is PATH or not isinstance(type, Con) else None
        return None

    # --------------------------------------------------------------------------------------------------------- commands

    def programs(self, expr: ast.Expr) -> tuple[Text, ...]:
        """Return the programs that a ``Command`` starts, each with its first literal arguments, in the language of scopes."""
        if self._depth > DEEPEST:
            return (COMPUTED_STR,)
        self._depth += 1
        try:
            return self._programs(expr)
        finally:
            self._depth -= 1

    def _programs(self, expr: ast.Expr) -> tuple[Text, ...]:
        if isinstance(expr, ast.Paren):
            return self.programs(expr.inner)
        if isinstance(expr, ast.CommandLiteral):
            return (self._program(expr),) if expr.words else ()  # without a word it was answered by the parser
        if isinstance(expr, ast.Name):
            target = self.facts.names.get(expr)
            if isinstance(target, Local) and target in self.params:
                return (Text((Hole(target, "", "Command"),), True),)
            bound = self.lets.get(target) if isinstance(target, Local) else None
            if isinstance(target, ConstDef):
                return Texts(self.facts, frozenset(), {}).programs(target.decl.value)
            return self.programs(bound) if bound is not None else (COMPUTED_STR,)
        if isinstance(expr, ast.If) and expr.otherwise is not None:
            return (*self.programs(expr.then), *self.programs(expr.otherwise))
        if isinstance(expr, ast.Block) and expr.statements and isinstance(expr.statements[-1], ast.ExprStatement):
            return self.programs(expr.statements[-1].value)
        if isinstance(expr, ast.Call):
            return self._command_call(expr)
        return (COMPUTED_STR,)

    def _command_call(self, expr: ast.Call) -> tuple[Text, ...]:
        """A method that gives a command starts what its receiver starts, and what is handed to it (``pipe``)."""
        found: list[Text] = []
        at: ast.Expr = expr
        while isinstance(at, ast.Call):
            call = self.facts.calls.get(at)
            target = call.target if call is not None else None
            if call is None or call.kind != "method" or not isinstance(target, FnDef) or not target.module.std or call.receiver is None:
                return (COMPUTED_STR,)
            for param, arg in zip(target.params[1:], call.args, strict=False):
                if isinstance(arg, ast.Node) and prune(param.type) is COMMAND:
                    found.extend(self.programs(arg))
            at = call.receiver
        return (*self.programs(at), *found)

    def _program(self, expr: ast.CommandLiteral) -> Text:
        words = expr.words
        parts: list[Part] = []
        sure = True
        for part in words[0].parts:
            if isinstance(part, str):
                parts.append(escape_word(part))
                continue
            if _is_list(self.facts.types.get(part.value)):
                return COMPUTED_STR
            inner = self.text(part.value)
            parts.extend([escape_word(p) if isinstance(p, str) else p for p in inner.parts])
            sure = sure and inner.sure
        for word in words[1:]:
            if len(word.parts) != 1 or not isinstance(word.parts[0], str):
                break
            parts.append(" " + escape_word(word.parts[0]))
        return Text(joined(parts), sure)

    def elements(self, expr: ast.Expr) -> tuple[Text, ...]:
        """Return the texts in a list, as far as it is written out."""
        while isinstance(expr, ast.Paren):
            expr = expr.inner
        if isinstance(expr, ast.ListExpr):
            return tuple([self.text(item) for item in expr.items])
        target = self.facts.names.get(expr)
        bound = self.lets.get(target) if isinstance(target, Local) else None
        if isinstance(bound, ast.ListExpr):
            return tuple([self.text(item)._replace(sure=False) for item in bound.items])
        return (COMPUTED_PATH,)


def _literal(show: Callable[[Any], str]) -> Callable[[Texts, Any], Text]:
    return lambda _texts, expr: Text((show(expr),), True)


_TEXTS: dict[type, Callable[[Texts, Any], Text | None]] = {
    ast.StrLiteral: _literal(lambda e: str(e.value)),
    ast.IntLiteral: _literal(lambda e: str(e.value)),
    ast.BoolLiteral: _literal(lambda e: "true" if e.value else "false"),
    ast.DurationLiteral: _literal(lambda e: show_duration(e.ns)),
    ast.SizeLiteral: _literal(lambda e: show_size(e.bytes)),
    ast.Interpolation: Texts._interpolation,
    ast.Name: Texts._name,
    ast.Field: Texts._field,
    ast.Binary: Texts._binary,
    ast.Call: Texts._call,
    ast.Paren: lambda texts, expr: texts.text(expr.inner),
}


def _is_list(type: Type | None) -> bool:
    type = prune(type) if type is not None else None
    return not isinstance(type, Con) or type.head is LIST or type.head.name == "Option"


def _hole(local: Local, field: str, type: Type) -> Text | None:
    type = prune(type)
    if not isinstance(type, Con) or type.args:
        return None
    name = type.head.name
    return Text((Hole(local, field, name),), True) if name in ("Str", "Path", "Int", "Bool", "Size", "Duration") else None


def part_of(text: Text, name: str) -> Text | None:
    """Return a part of a path, such as its stem."""
    if len(text.parts) == 1:
        only = text.parts[0]
        if isinstance(only, Hole) and only.field == "" and only.type == "Path" and name in ("name", "stem", "suffix", "parent"):
            return Text((Hole(only.local, name, "Path" if name == "parent" else "Str"),), text.sure)
        if isinstance(only, str):
            return _part_of_literal(only, name, text.sure)
    return None


def _part_of_literal(path: str, name: str, sure: bool) -> Text | None:
    anchor, up, parts = split_path(path)
    if up or anchor or not parts:
        return None
    last = parts[-1]
    dot = last.rfind(".")
    stem, suffix = (last[:dot], last[dot:]) if 0 < dot < len(last) - 1 else (last, "")
    found = {"name": last, "stem": stem, "suffix": suffix, "parent": "/".join(parts[:-1]) or "."}.get(name)
    return Text((found,), sure) if found is not None else None


# ------------------------------------------------------------------------------------------------------ texts as scopes


def as_scope(kind: str, text: Text, raw: bool) -> Parts:
    """Return a text that a hole of a scope stands for, in the scope's language: literal parts mean themselves unless ``raw``."""
    if raw:
        return tuple([p._replace(raw=True) if isinstance(p, Hole) and p.type == "Str" and len(text.parts) == 1 else p for p in text.parts])
    language = language_of(kind)
    if language == PATHS:
        return tuple([_path_literal(p, i == 0) if isinstance(p, str) else p for i, p in enumerate(text.parts)])
    if language == PROGRAM:
        return tuple([escape_word(p) if isinstance(p, str) else p for p in text.parts])
    return text.parts


def _path_literal(text: str, first: bool) -> str:
    """A literal part of a path as a glob that means it; ``~`` at the beginning stays the home folder."""
    home = first and (text == "~" or text.startswith("~/"))
    return "~" + escape(text[1:]) if home else escape(text)


def program_of(parts: Parts) -> Parts:
    """Return the program alone, of a command's words in the language of scopes."""
    out: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            words = split_words("x" + part + "x")
            if len(words) > 1:
                out.append(words[0][1:])
                break
        out.append(part)
    return joined(out)


def is_temp(parts: Parts) -> bool:
    """Whether a path lies in the task's temporary folder."""
    first = parts[0]
    if not isinstance(first, Gap) or first.type != TEMP:
        return False
    rest = parts[1] if len(parts) > 1 else "/"
    return isinstance(rest, str) and rest.startswith("/") and not any(isinstance(p, str) and ".." in p.split("/") for p in parts[1:])


GAP_HOST: Parts = (Gap("Host"),)


def host_of(text: Text) -> Parts:
    """Return the host (and port) that a URL leads to, where a literal ``/ ? #`` or the end closes it."""
    if len(text.parts) == 1 and isinstance(text.parts[0], Hole) and text.parts[0].type == "Str":
        return (text.parts[0]._replace(type="Url"),)
    first = text.parts[0]
    if isinstance(first, str) and first.startswith("unix:/"):
        path, closed, _ = first[5:].partition(":")
        return ("unix:" + path,) if closed or len(text.parts) == 1 else GAP_HOST
    if not isinstance(first, str) or "://" not in first:
        return GAP_HOST
    scheme, _, rest = first.partition("://")
    end = min([i for i in (rest.find("/"), rest.find("?"), rest.find("#")) if i >= 0], default=-1)
    if end < 0 and len(text.parts) > 1:
        return _host_hole(rest, text.parts)
    host = (rest if end < 0 else rest[:end]).rpartition("@")[2].lower()
    default = {"http": ":80", "https": ":443"}.get(scheme.lower())
    if default is not None and host.endswith(default):
        host = host[: -len(default)]
    return (host,) if host else GAP_HOST


def _host_hole(before: str, parts: Parts) -> Parts:
    """``https://{host}/…``: one hole is the whole host, closed by literal text."""
    if before or len(parts) < 2 or not isinstance(parts[1], Hole) or parts[1].type != "Str":
        return GAP_HOST
    after = parts[2] if len(parts) > 2 else None
    if len(parts) == 2 or (isinstance(after, str) and after[0] in "/?#"):
        return (parts[1],)
    return GAP_HOST


