"""Problems of tasks and their clauses: TEK0450–0479."""

from __future__ import annotations

from collections.abc import Iterator

from tekc.diagnostics import Edit, Help, Label, Problem, problem
from tekc.source import Span


@problem("TEK0450", slug="clause-value")
class ClauseValue(Problem):
    """A number or time in a clause that makes no sense there; ``wanted`` says what would."""

    at: Span
    clause: str
    wanted: str

    def title(self) -> str:
        """Say what the clause wants."""
        return f"`{self.clause}` wants {self.wanted}"

    def mark(self) -> str:
        """Point at the value."""
        return "this is not"


@problem("TEK0451", slug="unknown-clause-item")
class UnknownClauseItem(Problem):
    """A word in ``uses``, ``budget`` or ``on`` that means nothing there."""

    at: Span
    clause: str
    name: str
    known: tuple[str, ...]
    meant: str | None

    def title(self) -> str:
        """Name the word."""
        return f"`{self.clause}` knows no `{self.name}`"

    def helps(self) -> Iterator[Help]:
        """Offer the one that was meant, or list them."""
        if self.meant is not None:
            yield Help(f"did you mean `{self.meant}`?", (Edit(self.at, self.meant),))
        else:
            yield Help("it knows " + ", ".join(f"`{k}`" for k in self.known))


@problem("TEK0452", slug="clause-item-twice")
class ClauseItemTwice(Problem):
    """A word that stands twice in one clause."""

    at: Span
    clause: str
    name: str
    first: Span

    def title(self) -> str:
        """Name the word."""
        return f"`{self.name}` stands twice in this `{self.clause}`"

    def labels(self) -> Iterator[Label]:
        """Show the first one."""
        yield Label(self.first, "first here")


@problem("TEK0453", slug="clause-form")
class ClauseForm(Problem):
    """A part of a clause that is not written as it has to be; ``example`` shows how."""

    at: Span
    what: str
    why: str
    example: str

    def title(self) -> str:
        """Say what is wrong."""
        return f"`{self.what}` {self.why}"

    def helps(self) -> Iterator[Help]:
        """Show how it is written."""
        yield Help(f"as in `{self.example}`")


@problem("TEK0454", slug="cannot-cache")
class CannotCache(Problem):
    """A ``cache`` on a task whose result may not be kept; ``why`` says what it, or what it calls, does."""

    at: Span
    task: str
    why: str
    path: tuple[str, ...]
    call: Span | None

    def title(self) -> str:
        """Say why it may not be kept."""
        return f"task `{self.task}` cannot be cached: {self.why}"

    def mark(self) -> str:
        """Point at the clause."""
        return "a cached result would not be what running it gives"

    def labels(self) -> Iterator[Label]:
        """Show the call."""
        if self.call is not None:
            yield Label(self.call, "by this call")

    def notes(self) -> Iterator[str]:
        """Tell by which calls it is reached."""
        if self.path:
            yield "reached by " + ", then ".join(self.path)

    def helps(self) -> Iterator[Help]:
        """Advise to split the task."""
        yield Help("cache a task of its own that does the rest, and hand the value in as a parameter")


@problem("TEK0455", slug="cache-without-end")
class CacheWithoutEnd(Problem):
    """A ``cache`` without a time on a task that reads from the network."""

    at: Span
    task: str
    call: Span | None

    def title(self) -> str:
        """Say that a time is missing."""
        return f"task `{self.task}` reads from the network, so its `cache` has to say for how long"

    def mark(self) -> str:
        """Point at the clause."""
        return "for how long?"

    def labels(self) -> Iterator[Label]:
        """Show the call."""
        if self.call is not None:
            yield Label(self.call, "the network is read by this call")

    def helps(self) -> Iterator[Help]:
        """Offer a time."""
        yield Help("say how old an answer may be", (Edit(self.at, "cache for 1d"),))


@problem("TEK0470", slug="clause-not-yet")
class ClauseNotYet(Problem):
    """A clause of a later version on a task that would run."""

    at: Span
    word: str
    task: str
    run: str

    def title(self) -> str:
        """Say that it cannot be run yet."""
        return f"this version of tekc cannot run the clause `{self.word}` of task `{self.task}`"

    def mark(self) -> str:
        """Point at the clause."""
        return "checked, but not yet run"

    def notes(self) -> Iterator[str]:
        """Say how the task comes into it."""
        if self.run != self.task:
            yield f"task `{self.run}`, which is to be run, can call it"

    def helps(self) -> Iterator[Help]:
        """Advise to leave it out."""
        yield Help("leave the clause out to run the task without it")
