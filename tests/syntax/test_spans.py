"""Every node knows the source that it was read from."""

from __future__ import annotations

import pytest

from tekc.source import Span
from tekc.syntax import ast
from tests.syntax.helpers import SAMPLES, Sample, body, in_task, module


def nodes(root: ast.Node) -> list[tuple[ast.Node | None, ast.Node]]:
    """Return all nodes below a root with their parents."""
    found: list[tuple[ast.Node | None, ast.Node]] = []
    stack: list[tuple[ast.Node | None, object]] = [(None, root)]
    while stack:
        parent, value = stack.pop()
        if isinstance(value, Span):
            continue
        if isinstance(value, tuple):
            stack.extend((parent, item) for item in value)
        elif isinstance(value, ast.Node):
            found.append((parent, value))
            stack.extend((value, getattr(value, a.name)) for a in type(value).__attrs_attrs__)  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_node_lies_within_its_parent(sample: Sample) -> None:
    text = sample.text
    for parent, node in nodes(module(text)):
        assert 0 <= node.at.start <= node.at.end <= len(text)
        if parent is not None:
            assert parent.at.start <= node.at.start and node.at.end <= parent.at.end, (parent, node)
        if isinstance(node, ast.Binary):
            assert node.op_at.text.split() == node.op.split()
        if isinstance(node, ast.Ident | ast.Name | ast.UpperName):
            assert node.at.text == node.text


def test_spans_are_exact() -> None:
    texts = {
        "let x = a + b * c": ["let x = a + b * c", "x", "x", "a + b * c", "a", "b * c", "b", "c"],
        "if a { b } else if c { d }": ["if a { b } else if c { d }"] * 2 + ["a", "{ b }", "b", "b", "if c { d }", "c", "{ d }", "d", "d"],
        "f(x: 1).y": ["f(x: 1).y", "f(x: 1).y", "f(x: 1)", "f", "x: 1", "x", "1", "y"],
    }
    for text, expected in texts.items():
        found = [node.at.text for _, node in nodes(body(text)[0])]
        assert sorted(found) == sorted(expected)


def test_the_span_of_a_command_word_is_its_source() -> None:
    command = next(node for _, node in nodes(module(in_task("$\"git 'a b' {x} c\\\\ d\".run()"))) if isinstance(node, ast.CommandLiteral))
    assert [word.at.text for word in command.words] == ["git", "'a b'", "{x}", "c\\\\ d"]
