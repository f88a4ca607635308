"""What the tests of the syntax share: parsing without and with problems, trees in brackets, applying fixes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tekc.diagnostics import Help, Problem
from tekc.source import SourceFile, Span
from tekc.syntax import ast, parse

ROOT = Path(__file__).resolve().parents[2]
def read(text: str) -> tuple[ast.Module, list[Problem]]:
    """Parse a file."""
    problems: list[Problem] = []
    return parse(SourceFile("test.tek", text), problems.append), problems


class Sample(NamedTuple):
    """A program of this project."""

    name: str
    text: str


def _samples() -> list[Sample]:
    found: list[Sample] = []
    for folder in ("examples", "stdlib", "tests/programs"):
        for path in sorted((ROOT / folder).rglob("*.tek")):
            text = path.read_bytes().decode("utf-8", "replace")
            if "build" not in path.parts and not read(text)[1]:
                found.append(Sample(f"{path.parent.name}-{path.stem}", text))
    return found


SAMPLES = _samples()
"""Every Tek program of this project, but for those that show what is wrong in their syntax."""


def module(text: str) -> ast.Module:
    """Parse a file that has no problem."""
    made, problems = read(text)
    assert not problems, [(problem.code, problem.title(), problem.at) for problem in problems]
    return made


def codes(text: str) -> list[str]:
    """Return the codes of a file's problems in order."""
    return [problem.code for problem in read(text)[1]]


def only_problem(text: str) -> Problem:
    """Return the one problem of a file."""
    _, problems = read(text)
    assert len(problems) == 1, [(problem.code, problem.title(), problem.at.text) for problem in problems]
    return problems[0]


def in_task(*lines: str) -> str:
    """Put lines into the body of a task."""
    return "task main() {\n" + "".join(f"    {line}\n" for text in lines for line in text.split("\n")) + "}\n"


def body(text: str) -> tuple[ast.Statement, ...]:
    """Parse statements."""
    task = module(in_task(text)).decls[0]
    assert isinstance(task, ast.Task) and isinstance(task.body, ast.Block)
    return task.body.statements


def expr(text: str) -> str:
    """Show the tree of an expression."""
    (statement,) = body(f"let x = {text}")
    assert isinstance(statement, ast.Let)
    return show(statement.value)


def statement(text: str) -> str:
    """Show the tree of a statement."""
    (made,) = body(text)
    return show(made.value if isinstance(made, ast.ExprStatement) else made)


def pattern(text: str) -> str:
    """Show the tree of a pattern."""
    (made,) = body(f"match x {{\n{text} => y\n}}")
    assert isinstance(made, ast.ExprStatement) and isinstance(made.value, ast.Match)
    return show(made.value.arms[0].pattern)


def type_(text: str) -> str:
    """Show the tree of a type."""
    decl = module(f"type X = {text}\n").decls[0]
    assert isinstance(decl, ast.TypeAliasDecl)
    return show(decl.type)


def decl(text: str) -> str:
    """Show the tree of a declaration."""
    (made,) = module(text).decls
    return show(made)


_HIDDEN = frozenset({"at", "op_at", "format_at"})


def show(value: object) -> str:
    """Write a tree in brackets: the class, then its fields but for spans; a name or literal as it is."""
    match value:
        case ast.Ident(text=text) | ast.Name(text=text) | ast.UpperName(text=text):
            return text
        case ast.NamePattern(name=name):
            return name.text
        case ast.WildPattern():
            return "_"
        case ast.TypeName(module=None, name=name, args=()):
            return name.text
        case ast.StrLiteral(value=text):
            return repr(text)
        case ast.IntLiteral(value=number) | ast.DurationLiteral(ns=number) | ast.SizeLiteral(bytes=number):
            return repr(number)
        case ast.FloatLiteral(value=real):
            return repr(real)
        case ast.BytesLiteral(value=data):
            return repr(data)
        case ast.LiteralPattern(value=literal):
            return show(literal)
        case ast.BoolLiteral(value=truth):
            return str(truth).lower()
        case ast.Node():
            fields = [a.name for a in type(value).__attrs_attrs__ if a.name not in _HIDDEN]  # type: ignore[attr-defined]
            return "(" + " ".join([type(value).__name__, *(show(getattr(value, name)) for name in fields)]) + ")"
        case tuple():
            return "[" + " ".join(show(item) for item in value) + "]"
        case None:
            return "-"
        case bool():
            return "+" if value else "."
        case _:
            return str(value)


def fixed(text: str, help_: Help) -> str:
    """Apply the edits of one help."""
    for edit in sorted(help_.edits, key=lambda edit: edit.at.start, reverse=True):
        assert isinstance(edit.at, Span)
        text = text[: edit.at.start] + edit.text + text[edit.at.end :]
    return text
