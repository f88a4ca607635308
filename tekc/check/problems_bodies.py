"""Problems of bodies: variables, statements, patterns, leaving."""

from __future__ import annotations

from collections.abc import Iterator

from tekc.diagnostics import Edit, Help, Label, Problem, problem
from tekc.source import Span


@problem("TEK0210", slug="not-a-var")
class NotAVar(Problem):
    """Something that cannot change is assigned to, or changed by a method."""

    at: Span
    name: str
    what: str
    declared: Span | None
    change: str
    edit: Edit | None = None
    advice: str | None = None

    def title(self) -> str:
        return f"`{self.name}` is {self.what} and cannot be changed"

    def mark(self) -> str:
        return self.change

    def labels(self) -> Iterator[Label]:
        if self.declared is not None:
            yield Label(self.declared, "declared here")

    def helps(self) -> Iterator[Help]:
        if self.edit is not None:
            yield Help("make it a `var`", (self.edit,))
        if self.advice is not None:
            yield Help(self.advice)


@problem("TEK0211", slug="not-a-place")
class NotAPlace(Problem):
    """An assignment to, or a change of, something that is no variable or part of one."""

    at: Span
    change: str

    def title(self) -> str:
        return "only a `var` and its parts can be changed"

    def mark(self) -> str:
        return self.change

    def helps(self) -> Iterator[Help]:
        yield Help("put the value into a `var` first")


@problem("TEK0212", slug="captured-var")
class CapturedVar(Problem):
    """A lambda changes a variable of the body around it, of which it holds a copy."""

    at: Span
    name: str
    declared: Span | None

    def title(self) -> str:
        return f"a lambda holds a copy of `{self.name}`, so it cannot change it"

    def mark(self) -> str:
        return "changed here"

    def labels(self) -> Iterator[Label]:
        if self.declared is not None:
            yield Label(self.declared, "declared outside of the lambda")

    def helps(self) -> Iterator[Help]:
        yield Help("use a `for` loop, or let the lambda return the value (`fold`, `map`)")


@problem("TEK0213", slug="missing-arrow")
class MissingArrow(Problem):
    """A named function without ``->`` ends in a value that has no effect, ``also`` on other ways through it.

    ``insert`` is where to write the arrow; None where some ways give no value, or another one.
    """

    at: Span
    name: str
    type: str
    insert: Span | None
    returned: bool = False
    also: tuple[Span, ...] = ()

    def title(self) -> str:
        return f"`{self.name}` has no `->`, but " + ("returns a value" if self.returned else "its last expression is a value")

    def mark(self) -> str:
        return f"this `{self.type}` is lost"

    def labels(self) -> Iterator[Label]:
        for span in self.also[:4]:
            yield Label(span, "so is this")

    def helps(self) -> Iterator[Help]:
        if self.insert is not None:
            yield Help(f"write the type of the result: `-> {self.type}`", (Edit(self.insert, f" -> {self.type}"),))
        else:
            yield Help("write the type of the result, such as `-> Int`, and give a value of it on each way")


@problem("TEK0214", slug="useless-expression")
class UselessExpression(Problem):
    """An expression as a statement that does nothing."""

    at: Span
    helping: tuple[Help, ...] = ()

    def title(self) -> str:
        return "this expression does nothing"

    def mark(self) -> str:
        return "its value is not used"

    def helps(self) -> Iterator[Help]:
        yield from self.helping


@problem("TEK0215", slug="dropped-result", severity="warning")
class DroppedResult(Problem):
    """A ``Result`` that nobody looks at."""

    at: Span

    def title(self) -> str:
        return "this `Result` is dropped: a failure in it goes unseen"

    def mark(self) -> str:
        return "dropped here"

    def helps(self) -> Iterator[Help]:
        yield Help("look at it with `match`, give a replacement with `?? …`, or say so with `let _ = …`")


@problem("TEK0216", slug="dropped-value", severity="warning")
class DroppedValue(Problem):
    """The value of a call that has no effect is dropped."""

    at: Span
    type: str
    what: str

    def title(self) -> str:
        return f"{self.what} has no effect, and its value is dropped"

    def mark(self) -> str:
        return f"this `{self.type}` is not used"

    def helps(self) -> Iterator[Help]:
        yield Help("use the value, or remove the call")


@problem("TEK0217", slug="needs-result-type")
class NeedsResultType(Problem):
    """The result of a recursive function cannot be inferred."""

    at: Span
    name: str
    used: Span
    insert: Span

    def title(self) -> str:
        return f"`{self.name}` calls itself, perhaps through others: its result type must be written"

    def mark(self) -> str:
        return "no `->` here"

    def labels(self) -> Iterator[Label]:
        yield Label(self.used, "needs the type before it is known")

    def helps(self) -> Iterator[Help]:
        yield Help(f"write `-> Type` after the parameters of `{self.name}`")


@problem("TEK0219", slug="outside-loop")
class OutsideLoop(Problem):
    """``break`` or ``continue`` without a loop."""

    at: Span
    word: str
    where: str

    def title(self) -> str:
        return f"`{self.word}` stands {self.where}"

    def mark(self) -> str:
        return "no loop to leave here"


@problem("TEK0220", slug="cannot-return")
class CannotReturn(Problem):
    """``return`` where there is no function to leave."""

    at: Span
    where: str

    def title(self) -> str:
        return f"`return` cannot leave {self.where}"

    def mark(self) -> str:
        return "not here"


@problem("TEK0231", slug="pattern-fields")
class PatternFields(Problem):
    """A pattern that leaves out fields, or has too many."""

    at: Span
    name: str
    missing: tuple[str, ...]
    takes: int
    edits: tuple[Edit, ...] = ()

    def title(self) -> str:
        if self.missing:
            return f"the pattern of `{self.name}` leaves out " + ", ".join(f"`{n}`" for n in self.missing)
        if self.takes == 0:
            return f"`{self.name}` has no fields"
        return f"`{self.name}` has {self.takes} field{'s' if self.takes > 1 else ''}"

    def mark(self) -> str:
        return "in this pattern"

    def helps(self) -> Iterator[Help]:
        if self.missing:
            yield Help("`..` stands for all other fields", self.edits)


@problem("TEK0232", slug="or-pattern-names")
class OrPatternNames(Problem):
    """Alternatives of a pattern that bind different names."""

    at: Span
    names: tuple[str, ...]

    def title(self) -> str:
        return "not all alternatives bind " + ", ".join(f"`{n}`" for n in self.names)

    def mark(self) -> str:
        return "not the same names as in the first alternative"


@problem("TEK0233", slug="bound-twice")
class BoundTwice(Problem):
    """A pattern, or a list of parameters, that binds a name twice."""

    at: Span
    name: str
    first: Span

    def title(self) -> str:
        return f"`{self.name}` is bound twice"

    def mark(self) -> str:
        return "again here"

    def labels(self) -> Iterator[Label]:
        yield Label(self.first, "first here")


@problem("TEK0234", slug="pattern-type")
class PatternType(Problem):
    """A pattern of one type on a value of another."""

    at: Span
    pattern: str
    type: str
    advice: Help | None = None

    def title(self) -> str:
        return f"{self.pattern} does not match a `{self.type}`"

    def mark(self) -> str:
        return f"the value is `{self.type}`"

    def helps(self) -> Iterator[Help]:
        if self.advice is not None:
            yield self.advice


@problem("TEK0237", slug="const-cycle")
class ConstCycle(Problem):
    """Constants that are computed from each other."""

    at: Span
    name: str
    used: Span

    def title(self) -> str:
        return f"the constant `{self.name}` is computed from itself"

    def mark(self) -> str:
        return "declared here"

    def labels(self) -> Iterator[Label]:
        yield Label(self.used, "needed here before it is known")


@problem("TEK0246", slug="no-result")
class NoResult(Problem):
    """A function with a result whose body ends without a value."""

    at: Span
    name: str
    result: str
    end: Span

    def title(self) -> str:
        return f"`{self.name}` gives `{self.result}`, but its body can end without a value"

    def mark(self) -> str:
        return "this is promised"

    def labels(self) -> Iterator[Label]:
        yield Label(self.end, "the body ends here without a value")

    def helps(self) -> Iterator[Help]:
        yield Help("the last expression of a body is its value; an `if` without `else` has none")
