"""Problems of effects and capabilities: TEK0300–0399.

Those of patterns and of clauses stand beside their phases; importing this module makes the catalogue complete for all three.
"""

from __future__ import annotations

from collections.abc import Iterator

from tekc.check import effects_clause_problems, exhaust_problems  # noqa: F401  # part of the catalogue
from tekc.diagnostics import Edit, Help, Label, Problem, problem
from tekc.diagnostics.words import listed
from tekc.source import Span

_MANY = 6  # so many help texts or labels are read; more are skimmed


def _article(word: str) -> str:
    return "an" if word[:1] in "aeiou" else "a"


# ------------------------------------------------------------------------------------------------ effects against needs


@problem("TEK0301", slug="undeclared-effect")
class UndeclaredEffect(Problem):
    """Effects that the ``needs`` around them do not cover.

    ``owner`` is what has the needs (``task `main` ``), ``effects`` the capabilities as written in needs, ``needs`` the clause (None where
    there is none), ``edit`` where to add what, ``path`` how they are reached, innermost last, ``also`` further places.
    """

    at: Span
    owner: str
    effects: tuple[str, ...]
    needs: Span | None
    edit: Edit
    path: tuple[str, ...]
    inner: Span | None
    also: tuple[Span, ...]

    def title(self) -> str:
        """Say who performs what."""
        return f"{self.owner} performs {listed(self.effects)}, which its `needs` do not cover"

    def mark(self) -> str:
        """Name the effect at the call."""
        return "performed " + ("here" if self.inner is None else "through this call")

    def labels(self) -> Iterator[Label]:
        """Show the needs, the place in a helper, and the other places."""
        if self.needs is not None:
            yield Label(self.needs, "this promises less")
        if self.inner is not None:
            yield Label(self.inner, "performed here")
        for span in self.also[:_MANY]:
            yield Label(span, "and here")

    def notes(self) -> Iterator[str]:
        """Tell by which calls the effect is reached."""
        if self.path:
            yield "reached by " + ", then ".join(self.path)

    def helps(self) -> Iterator[Help]:
        """Offer the text to add."""
        yield Help(f"add {listed(self.effects)} to the `needs`", (self.edit,))


@problem("TEK0302", slug="needs-not-known")
class NeedsNotKnown(Problem):
    """A task without ``needs`` has an effect whose scope is computed, so that its needs cannot be inferred."""

    at: Span
    task: str
    effect: str
    head: Span
    offer: str
    edit: Edit

    def title(self) -> str:
        """Say which effect has no known scope."""
        return f"the needs of task `{self.task}` cannot be inferred: it does `{self.effect}` on something that is computed"

    def mark(self) -> str:
        """Point at the call."""
        return "for what is not known before it runs"

    def labels(self) -> Iterator[Label]:
        """Show the task."""
        yield Label(self.head, "this task has to declare what it needs")

    def helps(self) -> Iterator[Help]:
        """Offer the clause; it can be made narrower."""
        yield Help(f"declare them, and make them as narrow as you can: `needs {self.offer}`", (self.edit,))


@problem("TEK0303", slug="undeclared-public-effect")
class PublicEffect(Problem):
    """A ``pub fn`` with effects that declares no needs."""

    at: Span
    name: str
    effects: tuple[str, ...]
    call: Span
    edit: Edit

    def title(self) -> str:
        """Say what the function performs."""
        return f"public function `{self.name}` performs {listed(self.effects)} and does not declare it"

    def mark(self) -> str:
        """Point at the function."""
        return "other modules cannot see its effects"

    def labels(self) -> Iterator[Label]:
        """Show the first call."""
        yield Label(self.call, f"`{self.effects[0]}` is performed here")

    def helps(self) -> Iterator[Help]:
        """Offer the clause."""
        yield Help(f"declare it: `needs {', '.join(self.effects)}`", (self.edit,))


@problem("TEK0304", slug="public-task-call")
class PublicTaskCall(Problem):
    """A ``pub fn`` that calls a task, itself or through other functions."""

    at: Span
    name: str
    task: str
    path: tuple[str, ...]

    def title(self) -> str:
        """Say which task it calls."""
        return f"public function `{self.name}` calls task `{self.task}`"

    def mark(self) -> str:
        """Point at the call."""
        return "a public function may not start tasks"

    def notes(self) -> Iterator[str]:
        """Tell by which calls the task is reached."""
        if self.path:
            yield "reached by " + ", then ".join(self.path)

    def helps(self) -> Iterator[Help]:
        """Advise a task."""
        yield Help(f"make `{self.name}` a task, so that its callers see what it may touch")


@problem("TEK0305", slug="not-pure")
class NotPure(Problem):
    """A function that asserts ``needs none``, a constant, or the like, that has an effect.  ``what`` names it."""

    at: Span
    what: str
    effect: str
    asserted: Span | None
    path: tuple[str, ...]
    inner: Span | None

    def title(self) -> str:
        """Say what is not pure, and why."""
        return f"{self.what} must be pure, but {self.effect}"

    def mark(self) -> str:
        """Point at the call."""
        return self.effect

    def labels(self) -> Iterator[Label]:
        """Show the assertion and the innermost call."""
        if self.asserted is not None:
            yield Label(self.asserted, "asserted here")
        if self.inner is not None:
            yield Label(self.inner, "performed here")

    def notes(self) -> Iterator[str]:
        """Tell by which calls the effect is reached."""
        if self.path:
            yield "reached by " + ", then ".join(self.path)


@problem("TEK0306", slug="outside-only")
class OutsideOnly(Problem):
    """An effect, or a task, that an ``only`` block around it does not allow."""

    at: Span
    effect: str
    only: Span | None
    edit: Edit | None
    task: str | None
    path: tuple[str, ...]
    inner: Span | None

    def title(self) -> str:
        """Say what the block does not allow."""
        if self.task is not None:
            return f"task `{self.task}` may touch `{self.effect}`, which the `only` around this call does not allow"
        return f"`{self.effect}` is performed in a block that allows only something else"

    def mark(self) -> str:
        """Point at the call."""
        return f"`{self.effect}` is performed here" if self.task is None else f"reaches `{self.effect}`"

    def labels(self) -> Iterator[Label]:
        """Show the block and the innermost call."""
        if self.only is not None:
            yield Label(self.only, "only this is allowed")
        if self.inner is not None:
            yield Label(self.inner, "performed here")

    def notes(self) -> Iterator[str]:
        """Tell by which calls the effect is reached."""
        if self.path:
            yield "reached by " + ", then ".join(self.path)

    def helps(self) -> Iterator[Help]:
        """Offer to widen the block, or to move the call."""
        yield Help(f"allow it: add `{self.effect}` to the `only`", (self.edit,) if self.edit is not None else ())
        yield Help("or do it outside of the block")


@problem("TEK0307", slug="outside-import")
class OutsideImport(Problem):
    """An effect that is reached through an import which ``only`` bounds."""

    at: Span
    effect: str
    module: str
    only: Span | None
    edit: Edit | None
    path: tuple[str, ...]
    inner: Span | None

    def title(self) -> str:
        """Say what the import does not allow."""
        return f"`{self.effect}` is reached through module `{self.module}`, whose import does not allow it"

    def mark(self) -> str:
        """Point at the call."""
        return f"reaches `{self.effect}`"

    def labels(self) -> Iterator[Label]:
        """Show the import's bound and the innermost call."""
        if self.only is not None:
            yield Label(self.only, "the import allows only this")
        if self.inner is not None:
            yield Label(self.inner, "performed here")

    def notes(self) -> Iterator[str]:
        """Tell by which calls the effect is reached."""
        if self.path:
            yield "reached by " + ", then ".join(self.path)

    def helps(self) -> Iterator[Help]:
        """Offer to widen the import's bound."""
        yield Help(f"if that is wanted, add `{self.effect}` to the import's `only`", (self.edit,) if self.edit is not None else ())


# ------------------------------------------------------------------------------------------------------ function values


@problem("TEK0308", slug="kept-function")
class KeptFunction(Problem):
    """A function parameter without ``needs`` that is kept: returned, stored, or captured in what is kept.

    ``how`` says what happens to it; ``edit`` adds ``needs none`` to its type.
    """

    at: Span
    name: str
    how: str
    declared: Span
    edit: Edit | None
    fixed: str

    def title(self) -> str:
        """Say what happens to it."""
        return f"function parameter `{self.name}` is kept, so its type has to say what it needs"

    def mark(self) -> str:
        """Say how it is kept."""
        return self.how

    def labels(self) -> Iterator[Label]:
        """Show the parameter."""
        yield Label(self.declared, "may be called and handed on, not kept")

    def helps(self) -> Iterator[Help]:
        """Offer the type."""
        yield Help(f"write `{self.fixed}`, or the capabilities that it may use", (self.edit,) if self.edit is not None else ())


@problem("TEK0309", slug="function-needs-more")
class FunctionNeedsMore(Problem):
    """A function value with an effect that the type at this place does not allow.

    ``where`` says what the place is (``a list``, ``field `run` ``), ``wanted`` is the function type as written, ``offered`` one that fits.
    """

    at: Span
    effect: str
    where: str
    wanted: str
    offered: str
    declared: Span | None
    edit: Edit | None
    inner: Span | None

    def title(self) -> str:
        """Say which effect has no place."""
        return f"this function performs `{self.effect}`, which its type in {self.where} does not allow"

    def mark(self) -> str:
        """Name the wanted type."""
        return f"has to be `{self.wanted}`"

    def labels(self) -> Iterator[Label]:
        """Show where the type is written and where the effect is performed."""
        if self.declared is not None:
            yield Label(self.declared, "the type is written here")
        if self.inner is not None and self.inner != self.at:
            yield Label(self.inner, f"`{self.effect}` is performed here")

    def helps(self) -> Iterator[Help]:
        """Offer the type."""
        yield Help(f"state it in the type: `{self.offered}`", (self.edit,) if self.edit is not None else ())


@problem("TEK0310", slug="function-type-needs-more")
class FunctionTypeNeedsMore(Problem):
    """A value whose type holds functions with needs, where a type that allows them less is wanted."""

    at: Span
    effect: str
    found: str
    wanted: str

    def title(self) -> str:
        """Say which need has no place."""
        return f"functions in `{self.found}` may perform `{self.effect}`, but here is `{self.wanted}` wanted"

    def mark(self) -> str:
        """Point at the value."""
        return f"may perform `{self.effect}`"

    def helps(self) -> Iterator[Help]:
        """Advise to state the needs."""
        yield Help(f"state `needs {self.effect}` in the wanted type, too")


@problem("TEK0311", slug="function-takes-less")
class FunctionTakesLess(Problem):
    """A function whose parameter states less than the functions that it will be handed may do.

    ``effect`` is what is too much, None where the functions may do anything.
    """

    at: Span
    effect: str | None
    takes: str
    handed: str

    def title(self) -> str:
        """Say what it will be handed."""
        what = "whatever its caller passes" if self.effect is None else f"functions that may perform `{self.effect}`"
        return f"this function takes only `{self.takes}`, but here it will be handed {what}"

    def mark(self) -> str:
        """Name what it is handed."""
        return f"will be handed `{self.handed}`"

    def helps(self) -> Iterator[Help]:
        """Advise to state the needs at the other side."""
        yield Help(f"write `{self.takes}` in the type that is wanted, too")


# --------------------------------------------------------------------------------------------------- needs as written


@problem("TEK0320", slug="unknown-capability")
class UnknownCapability(Problem):
    """A kind of capability that does not exist."""

    at: Span
    name: str
    meant: str | None
    known: tuple[str, ...]

    def title(self) -> str:
        """Name it."""
        return f"there is no capability `{self.name}`"

    def helps(self) -> Iterator[Help]:
        """Offer the one that was meant, or list them."""
        if self.meant is not None:
            yield Help(f"did you mean `{self.meant}`?", (Edit(self.at, self.meant),))
        else:
            yield Help("capabilities are " + ", ".join(f"`{k}`" for k in self.known))


@problem("TEK0321", slug="capability-arguments")
class CapabilityArguments(Problem):
    """A capability with too few or too many scopes."""

    at: Span
    name: str
    takes: int
    given: int
    example: str

    def title(self) -> str:
        """Say how many it takes."""
        if self.takes == 0:
            return f"`{self.name}` takes no scope"
        if self.given == 0:
            return f"`{self.name}` does not say for what"
        return f"`{self.name}` takes one scope, but {self.given} are given"

    def helps(self) -> Iterator[Help]:
        """Show how it is written."""
        if self.takes and self.given > 1:
            yield Help(f"write one for each: `{self.example}, {self.example}`")
        else:
            yield Help(f"write `{self.example}`", (Edit(self.at, self.name),) if self.takes == 0 else ())


@problem("TEK0322", slug="bad-scope")
class BadScope(Problem):
    """A scope that its kind does not understand; ``why`` is a sentence."""

    at: Span
    kind: str
    why: str

    def title(self) -> str:
        """Say what is wrong."""
        return f"this is no scope of `{self.kind}`: {self.why}"


@problem("TEK0323", slug="scope-hole")
class ScopeHole(Problem):
    """A hole in a scope that is no parameter; ``owner`` is what has the parameters."""

    at: Span
    name: str
    owner: str
    meant: str | None

    def title(self) -> str:
        """Say that the name is no parameter."""
        return f"`{self.name}` in a scope is no parameter of {self.owner}"

    def helps(self) -> Iterator[Help]:
        """Say what may stand there."""
        if self.meant is not None:
            yield Help(f"did you mean `{self.meant}`?", (Edit(self.at, self.meant),))
        else:
            yield Help("a scope is fixed when it is entered: it is text, with parameters as holes")


@problem("TEK0324", slug="scope-hole-type")
class ScopeHoleType(Problem):
    """A hole in a scope whose type is no text."""

    at: Span
    name: str
    type: str

    def title(self) -> str:
        """Name the type."""
        return f"`{self.name}` is {_article(self.type)} `{self.type}`, which cannot stand in a scope"

    def helps(self) -> Iterator[Help]:
        """Say which types can."""
        yield Help("a hole is a `Str` (one part of a path), a `Path`, or a number")


@problem("TEK0325", slug="scope-form")
class ScopeForm(Problem):
    """A scope that is no text with holes."""

    at: Span

    def title(self) -> str:
        """Say what a scope is."""
        return "a scope is a string, a parameter, or a string with parameters as holes"

    def helps(self) -> Iterator[Help]:
        """Show one."""
        yield Help('such as `fs.write("build/{src.stem}.o")`')


@problem("TEK0326", slug="default-capability")
class DefaultCapability(Problem):
    """A capability that is granted by default and therefore never written."""

    at: Span
    name: str
    edit: Edit | None

    def title(self) -> str:
        """Say that it is granted."""
        return f"`{self.name}` is granted by default and is never written in `needs`"

    def helps(self) -> Iterator[Help]:
        """Offer to take it out."""
        yield Help("leave it out", (self.edit,) if self.edit is not None else ())
