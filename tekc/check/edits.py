"""Edits that helps are made of."""

from __future__ import annotations

from tekc.diagnostics import Edit
from tekc.source import Span


def insert(at: Span, text: str) -> Edit:
    """Return the edit that puts text in front of a span."""
    return Edit(Span(at.file, at.start, at.start), text)


def append(at: Span, text: str) -> Edit:
    """Return the edit that puts text behind a span."""
    return Edit(Span(at.file, at.end, at.end), text)


def wrap(at: Span, before: str, after: str) -> tuple[Edit, ...]:
    """Return the edits that put text around a span."""
    return (insert(at, before), append(at, after))
