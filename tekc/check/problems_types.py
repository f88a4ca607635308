"""Problems of declared types and bounds."""

from __future__ import annotations

from collections.abc import Iterator

from tekc.diagnostics import Edit, Help, Problem, problem
from tekc.source import Span


@problem("TEK0208", slug="bound-not-met")
class BoundNotMet(Problem):
    """A type lacks what a bound asks for.  ``use`` says what asks for it."""

    at: Span
    type: str
    bound: str
    use: str
    because: tuple[str, ...]
    helping: tuple[Help, ...] = ()

    def title(self) -> str:
        lacks = {
            "Eq": "cannot be compared with `==`",
            "Ord": "has no order",
            "Hash": "cannot be a key",
            "Num": "is no number type",
            "Data": "is not `Data`",
            "Show": "cannot be written as text",
            "Text": "is neither a `Str` nor a `Secret`",
        }[self.bound]
        return f"`{self.type}` {lacks}"

    def mark(self) -> str:
        return self.use

    def notes(self) -> Iterator[str]:
        yield from self.because

    def helps(self) -> Iterator[Help]:
        yield from self.helping


@problem("TEK0223", slug="type-arguments")
class TypeArguments(Problem):
    """A type with too few or too many arguments."""

    at: Span
    type: str
    takes: int
    given: int

    def title(self) -> str:
        takes = "no type arguments" if self.takes == 0 else "one type argument" if self.takes == 1 else f"{self.takes} type arguments"
        given = "none is" if self.given == 0 else "one is" if self.given == 1 else f"{self.given} are"
        return f"`{self.type}` takes {takes}, {given} given"

    def mark(self) -> str:
        return "in this type"


@problem("TEK0224", slug="alias-cycle")
class AliasCycle(Problem):
    """Type aliases that are defined by themselves."""

    at: Span
    names: tuple[str, ...]

    def title(self) -> str:
        if len(self.names) == 1:
            return f"the alias `{self.names[0]}` is defined by itself"
        return "these aliases are defined by each other: " + ", ".join(f"`{n}`" for n in self.names)

    def mark(self) -> str:
        return "would never end"

    def helps(self) -> Iterator[Help]:
        yield Help("a `record` or `enum` may refer to itself")


@problem("TEK0225", slug="no-value")
class NoValue(Problem):
    """A record or enum that no value can have."""

    at: Span
    name: str
    what: str

    def title(self) -> str:
        return f"no value of `{self.name}` can ever be made"

    def mark(self) -> str:
        return f"each {self.name} would need another one first"

    def helps(self) -> Iterator[Help]:
        if self.what == "record":
            yield Help(f"make the field that holds it an option or a list: `{self.name}?`, `List[{self.name}]`")
        else:
            yield Help("add a variant that does not hold one")


@problem("TEK0226", slug="unknown-bound")
class UnknownBound(Problem):
    """A bound that is none of the built-in ones."""

    at: Span
    name: str
    suggestion: str | None

    def title(self) -> str:
        return f"there is no bound `{self.name}`"

    def mark(self) -> str:
        return "not known"

    def helps(self) -> Iterator[Help]:
        if self.suggestion is not None:
            yield Help(f"did you mean `{self.suggestion}`?", (Edit(self.at, self.suggestion),))
        else:
            yield Help("the bounds are `Eq`, `Ord`, `Hash`, `Num` and `Data`")


@problem("TEK0227", slug="not-data")
class NotData(Problem):
    """A task's parameter or result that cannot be written down."""

    at: Span
    what: str
    type: str
    because: tuple[str, ...]

    def title(self) -> str:
        return f"{self.what} must be `Data`, `{self.type}` is not"

    def mark(self) -> str:
        return "cannot be written down"

    def notes(self) -> Iterator[str]:
        yield from self.because


@problem("TEK0230", slug="generic-recursion")
class GenericRecursion(Problem):
    """A generic function calls itself at other types, which would need instances without end."""

    at: Span
    name: str
    through: tuple[str, ...]
    argument: str

    def title(self) -> str:
        via = "" if not self.through else " through " + ", ".join(f"`{n}`" for n in self.through)
        return f"`{self.name}` calls itself{via} with `{self.argument}` as a type parameter"

    def mark(self) -> str:
        return "a generic function may call itself only with its own type parameters"


@problem("TEK0239", slug="self-parameter")
class SelfParameter(Problem):
    """``self`` or ``var`` on a parameter that is no receiver."""

    at: Span
    detail: str

    def title(self) -> str:
        return self.detail

    def mark(self) -> str:
        return "not a receiver"


@problem("TEK0242", slug="unused-type-parameter")
class UnusedTypeParam(Problem):
    """A type parameter of a function that no parameter mentions and no result shows."""

    at: Span
    name: str
    owner: str

    def title(self) -> str:
        return f"the type parameter `{self.name}` of `{self.owner}` is never used"

    def mark(self) -> str:
        return "no call could tell what it is"


@problem("TEK0248", slug="extern-here")
class ExternHere(Problem):
    """An ``extern fn`` outside of the standard library and of modules that a host registers."""

    at: Span
    name: str

    def title(self) -> str:
        return f"`{self.name}` cannot be `extern`: no host stands behind this module"

    def mark(self) -> str:
        return "declared without a body"

    def helps(self) -> Iterator[Help]:
        yield Help("give it a body; `extern fn` is for the standard library and for modules that a host registers")
