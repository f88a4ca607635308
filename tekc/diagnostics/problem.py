"""What a problem is: evidence with a stable code, that says itself in words.

A phase declares its problems in its own ``problems.py`` as small classes, and reports them as values.  This module knows
no concrete problem; how one is drawn is the renderers' work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, Literal, TypeVar, dataclass_transform

import attrs

from tekc.source import Span

Severity = Literal["error", "warning"]

_P = TypeVar("_P", bound="type[Problem]")


@attrs.frozen
class Label:
    """A second place that explains the first, with a few words."""

    at: Span
    text: str


@attrs.frozen
class Edit:
    """Replace the source at ``at`` by ``text`` (an empty span inserts)."""

    at: Span
    text: str


@attrs.frozen
class Help:
    """Advice; with ``edits`` it can be applied by a machine, all of them together."""

    message: str
    edits: tuple[Edit, ...] = ()


class Problem:
    """Base of every problem.  Subclasses hold evidence in fields and override the methods below.

    ``at`` is the place that is underlined.  ``title`` is one sentence in the user's terms, present tense, the user's own
    names in backticks, no final full stop.  ``mark`` is the short text at the underline, perhaps empty.
    """

    code: ClassVar[str] = ""
    slug: ClassVar[str] = ""
    since: ClassVar[str] = ""
    severity: ClassVar[Severity] = "error"

    at: Span

    def title(self) -> str:
        """Say what is wrong in one sentence."""
        raise NotImplementedError  # every problem overrides it; a test over the catalogue makes sure

    def mark(self) -> str:
        """Return the words at the underlined place."""
        return ""

    def labels(self) -> Iterator[Label]:
        """Yield other places that explain this one."""
        yield from ()

    def notes(self) -> Iterator[str]:
        """Yield facts that help to understand, such as a missing case."""
        yield from ()

    def helps(self) -> Iterator[Help]:
        """Yield advice; several are alternatives."""
        yield from ()


CATALOGUE: dict[str, type[Problem]] = {}
"""Every problem by its code, filled as the phases are imported."""


@dataclass_transform(frozen_default=True, eq_default=True, kw_only_default=False, field_specifiers=(attrs.field,))
def problem(code: str, *, slug: str, since: str = "0.1", severity: Severity = "error") -> Callable[[_P], _P]:
    """Make a class a problem with a stable ``code``; a code is used once and never again."""

    def make(cls: _P) -> _P:
        made = attrs.frozen(cls, slots=True)
        made.code, made.slug, made.since, made.severity = code, slug, since, severity
        if code in CATALOGUE:
            raise ValueError(f"{code} is used by {CATALOGUE[code].__name__} and {cls.__name__}")
        CATALOGUE[code] = made
        return made

    return make


Report = Callable[[Problem], None]
"""How a phase hands over a problem; it goes on afterwards."""
