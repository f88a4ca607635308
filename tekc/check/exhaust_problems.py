"""Problems of patterns: TEK0400–0449."""

from __future__ import annotations

from collections.abc import Iterator

from tekc.diagnostics import Edit, Help, Label, Problem, problem
from tekc.diagnostics.words import listed
from tekc.source import Span


@problem("TEK0400", slug="missing-case")
class MatchMisses(Problem):
    """A match that does not cover every value; ``missing`` are patterns, ``place`` where arms go and what stands before each."""

    at: Span
    missing: tuple[str, ...]
    place: tuple[Span, str] | None

    def title(self) -> str:
        """Name the missing cases."""
        return f"this match does not cover {listed(self.missing)}"

    def mark(self) -> str:
        """Say it at the subject."""
        return "not every value has an arm"

    def helps(self) -> Iterator[Help]:
        """Offer the missing arms."""
        if self.place is None:
            yield Help("add " + ("an arm for it" if len(self.missing) == 1 else "arms for them") + ", or `_ => …` for all the rest")
            return
        at, before = self.place
        text = "".join(f"{before}{pattern} => todo()" for pattern in self.missing)
        yield Help("add an arm for it" if len(self.missing) == 1 else "add arms for them", (Edit(at, text),))
        yield Help("or take all the rest", (Edit(at, f"{before}_ => todo()"),))


@problem("TEK0401", slug="unreachable-arm", severity="warning")
class UnreachableArm(Problem):
    """An arm that no value reaches; ``covering`` is the arm before it that takes everything, where it is one."""

    at: Span
    covering: Span | None

    def title(self) -> str:
        """Say that nothing reaches it."""
        return "this arm is never reached"

    def mark(self) -> str:
        """Say why."""
        return "the arms above it take everything that it fits"

    def labels(self) -> Iterator[Label]:
        """Show the arm that takes everything."""
        if self.covering is not None:
            yield Label(self.covering, "fits every value")


@problem("TEK0402", slug="pattern-may-not-fit")
class PatternMayNotFit(Problem):
    """A pattern in a ``let``, a ``for`` or a parameter that does not fit every value."""

    at: Span
    place: str
    missing: str

    def title(self) -> str:
        """Name a value that it does not fit."""
        where = {"let": "`let`", "for": "`for`"}.get(self.place, f"a {self.place}")
        return f"a pattern in {where} has to fit every value, and this one does not fit `{self.missing}`"

    def mark(self) -> str:
        """Name the case."""
        return f"`{self.missing}` is not covered"

    def helps(self) -> Iterator[Help]:
        """Advise what to write."""
        if self.place == "let":
            yield Help("use `if let … { }`, or `match` for all cases")
        else:
            yield Help("take the whole value by a name, and `match` it inside")


@problem("TEK0403", slug="unreachable-alternative", severity="warning")
class UnreachableAlternative(Problem):
    """An alternative of a pattern that no value reaches."""

    at: Span

    def title(self) -> str:
        """Say that nothing reaches it."""
        return "this alternative is never reached"

    def mark(self) -> str:
        """Say why."""
        return "what stands before it takes everything that it fits"


@problem("TEK0404", slug="match-too-complex")
class MatchTooComplex(Problem):
    """A match with so many combinations that it cannot be checked in reasonable time."""

    at: Span

    def title(self) -> str:
        """Say that it was given up."""
        return "this match has too many combinations to check"

    def helps(self) -> Iterator[Help]:
        """Advise to split it."""
        yield Help("split it into several, one after the other, or match fewer parts at once")
