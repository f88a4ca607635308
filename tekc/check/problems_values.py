"""Problems of values, calls and operators."""

from __future__ import annotations

from collections.abc import Iterator

from tekc.check.edits import append, insert
from tekc.diagnostics import Edit, Help, Label, Problem, problem
from tekc.source import Span


@problem("TEK0200", slug="type-mismatch")
class TypeMismatch(Problem):
    """A value of one type stands where another is wanted."""

    at: Span
    want: str
    found: str
    helping: tuple[Help, ...] = ()
    why: Label | None = None
    remark: str | None = None

    def title(self) -> str:
        return f"expected `{self.want}`, found `{self.found}`"

    def mark(self) -> str:
        return f"this is `{self.found}`"

    def labels(self) -> Iterator[Label]:
        if self.why is not None:
            yield self.why

    def notes(self) -> Iterator[str]:
        if self.remark is not None:
            yield self.remark

    def helps(self) -> Iterator[Help]:
        yield from self.helping


@problem("TEK0201", slug="missing-argument")
class MissingArgument(Problem):
    """A call leaves out what has no default."""

    at: Span
    callee: str
    names: tuple[str, ...]
    declared: Span | None
    positional: bool = False

    def title(self) -> str:
        what = ", ".join(f"`{n}`" for n in self.names)
        return f"the call of `{self.callee}` lacks {what}"

    def mark(self) -> str:
        return "missing here"

    def labels(self) -> Iterator[Label]:
        if self.declared is not None:
            yield Label(self.declared, "declared here")

    def helps(self) -> Iterator[Help]:
        if self.positional:
            yield Help(f"after one with a default, `{self.names[0]}` is given by name: `{self.names[0]}: …`")


@problem("TEK0202", slug="too-many-arguments")
class TooManyArguments(Problem):
    """A call has more arguments than the callee takes."""

    at: Span
    callee: str
    takes: int
    given: int
    declared: Span | None
    by_name: str | None = None

    def title(self) -> str:
        takes = "no arguments" if self.takes == 0 else "one argument" if self.takes == 1 else f"{self.takes} arguments"
        if self.by_name is not None:
            return f"`{self.callee}` takes `{self.by_name}` by name, because it stands after one with a default"
        return f"`{self.callee}` takes {takes}, {self.given} are given"

    def mark(self) -> str:
        return "not taken" if self.by_name is None else "not taken without its name"

    def labels(self) -> Iterator[Label]:
        if self.declared is not None:
            yield Label(self.declared, "declared here")

    def helps(self) -> Iterator[Help]:
        if self.by_name is not None:
            yield Help(f"write `{self.by_name}: …`", (insert(self.at, f"{self.by_name}: "),))


@problem("TEK0203", slug="unknown-argument")
class UnknownArgument(Problem):
    """A named argument that the callee does not have."""

    at: Span
    callee: str
    name: str
    suggestion: str | None

    def title(self) -> str:
        return f"`{self.callee}` takes no argument `{self.name}`"

    def mark(self) -> str:
        return "not known"

    def helps(self) -> Iterator[Help]:
        if self.suggestion is not None:
            yield Help(f"did you mean `{self.suggestion}`?", (Edit(self.at, self.suggestion),))


@problem("TEK0204", slug="argument-twice")
class ArgumentTwice(Problem):
    """An argument is given twice."""

    at: Span
    name: str

    def title(self) -> str:
        return f"`{self.name}` is given twice"

    def mark(self) -> str:
        return "given again here"


@problem("TEK0205", slug="not-callable")
class NotCallable(Problem):
    """A call of what is no function."""

    at: Span
    type: str
    advice: Help | None = None

    def title(self) -> str:
        return f"`{self.type}` cannot be called"

    def mark(self) -> str:
        return f"this is `{self.type}`"

    def helps(self) -> Iterator[Help]:
        if self.advice is not None:
            yield self.advice


@problem("TEK0206", slug="operator-types")
class OperatorTypes(Problem):
    """An operator does not go with the types of its operands."""

    at: Span
    op: str
    left: str
    right: str | None
    helping: tuple[Help, ...] = ()

    def title(self) -> str:
        if self.right is None:
            return f"`{self.op}` does not work on `{self.left}`"
        if self.left == self.right:
            return f"`{self.op}` does not work on two `{self.left}`"
        return f"`{self.op}` does not work on `{self.left}` and `{self.right}`"

    def mark(self) -> str:
        return f"`{self.left}`" if self.right is None else f"`{self.left}` {self.op} `{self.right}`"

    def helps(self) -> Iterator[Help]:
        yield from self.helping


@problem("TEK0207", slug="type-not-known")
class TypeNotKnown(Problem):
    """A type that nothing around it tells."""

    at: Span
    what: str
    helping: tuple[Help, ...] = ()

    def title(self) -> str:
        return f"the type of {self.what} is not known"

    def mark(self) -> str:
        return "nothing here tells its type"

    def helps(self) -> Iterator[Help]:
        yield from self.helping


@problem("TEK0209", slug="int-and-float")
class IntAndFloat(Problem):
    """An ``Int`` and a ``Float`` meet in an operator; only literals adapt."""

    at: Span
    op: str
    int_at: Span
    float_at: Span
    helping: tuple[Help, ...]

    def title(self) -> str:
        return f"`{self.op}` mixes `Int` and `Float`"

    def mark(self) -> str:
        return "both sides must be of one type"

    def labels(self) -> Iterator[Label]:
        yield Label(self.int_at, "this is `Int`")
        yield Label(self.float_at, "this is `Float`")

    def helps(self) -> Iterator[Help]:
        yield from self.helping


@problem("TEK0218", slug="literal-range")
class LiteralRange(Problem):
    """A number that its type cannot hold."""

    at: Span
    type: str
    detail: str

    def title(self) -> str:
        return f"this number does not fit into `{self.type}`"

    def mark(self) -> str:
        return self.detail


@problem("TEK0221", slug="not-iterable")
class NotIterable(Problem):
    """A ``for`` over what has no elements."""

    at: Span
    type: str
    helping: tuple[Help, ...] = ()

    def title(self) -> str:
        return f"`for` does not go over `{self.type}`"

    def mark(self) -> str:
        return "a list, range, map, set, string or bytes must stand here"

    def helps(self) -> Iterator[Help]:
        yield from self.helping


@problem("TEK0222", slug="not-indexable")
class NotIndexable(Problem):
    """An index on what has none."""

    at: Span
    type: str
    helping: tuple[Help, ...] = ()
    what: str = "an index"

    def title(self) -> str:
        return f"`{self.type}` takes no {self.what.removeprefix('an ').removeprefix('a ')}"

    def mark(self) -> str:
        return f"this is `{self.type}`"

    def helps(self) -> Iterator[Help]:
        yield from self.helping


@problem("TEK0228", slug="bad-format")
class BadFormat(Problem):
    """A format that does not go with the type of the value."""

    at: Span
    type: str
    detail: str

    def title(self) -> str:
        return f"this format does not go with `{self.type}`"

    def mark(self) -> str:
        return self.detail


@problem("TEK0229", slug="command-argument")
class CommandArgument(Problem):
    """A value that cannot be an argument of a command."""

    at: Span
    type: str
    detail: str | None = None

    def title(self) -> str:
        if self.detail is not None:
            return self.detail
        return f"`{self.type}` cannot be an argument of a command"

    def mark(self) -> str:
        return f"this is `{self.type}`"

    def helps(self) -> Iterator[Help]:
        if self.detail is None:
            yield Help("what can: `Str`, `Path`, `Int`, `Float`, `Bool`, `Size`, `Duration`, `Secret`, options and lists of them")
        else:
            yield Help("give the list as an argument of its own, or join it: `{xs.join(\",\")}`")


@problem("TEK0235", slug="spread")
class BadSpread(Problem):
    """``..`` in a call where it means nothing."""

    at: Span
    detail: str

    def title(self) -> str:
        return self.detail

    def mark(self) -> str:
        return "not here"


@problem("TEK0236", slug="fail-value")
class FailValue(Problem):
    """``fail`` with something that is no message."""

    at: Span
    type: str

    def title(self) -> str:
        return f"`fail` takes a `Str` or an `Error`, this is `{self.type}`"

    def mark(self) -> str:
        return f"this is `{self.type}`"


@problem("TEK0238", slug="method-not-called")
class MethodNotCalled(Problem):
    """A method without its brackets."""

    at: Span
    name: str
    end: Span
    takes: int

    def title(self) -> str:
        return f"`{self.name}` is a method and must be called"

    def mark(self) -> str:
        return "no brackets"

    def helps(self) -> Iterator[Help]:
        if self.takes == 0:
            yield Help(f"write `{self.name}()`", (append(self.end, "()"),))
        else:
            yield Help(f"write `{self.name}(…)`")


@problem("TEK0240", slug="wrong-instance")
class WrongInstance(Problem):
    """A method that exists for another instance of the type."""

    at: Span
    name: str
    wants: str
    found: str

    def title(self) -> str:
        return f"`{self.name}` is a method of `{self.wants}`, this is `{self.found}`"

    def mark(self) -> str:
        return f"called on `{self.found}`"


@problem("TEK0241", slug="coalesce-type")
class CoalesceType(Problem):
    """``??`` on what is neither an option nor a result."""

    at: Span
    type: str
    helping: tuple[Help, ...] = ()

    def title(self) -> str:
        return f"`??` takes an option or a result on its left, this is `{self.type}`"

    def mark(self) -> str:
        return f"always there: `{self.type}`"

    def helps(self) -> Iterator[Help]:
        yield from self.helping


@problem("TEK0243", slug="infinite-type")
class InfiniteType(Problem):
    """A value that would have to hold itself."""

    at: Span
    want: str
    found: str

    def title(self) -> str:
        return f"this would be a type without end: `{self.want}` inside of `{self.found}`"

    def mark(self) -> str:
        return "a value cannot hold itself"


@problem("TEK0245", slug="index-default")
class IndexDefault(Problem):
    """``default:`` in an index that is not one of a map."""

    at: Span

    def title(self) -> str:
        return "only the index of a map takes `default:`"

    def mark(self) -> str:
        return "not on this type"


@problem("TEK0247", slug="type-too-large")
class TypeTooLarge(Problem):
    """A type of so many parts that nobody could read it, nor tekc handle it."""

    at: Span
    most: int

    def title(self) -> str:
        return f"this has a type of more than {self.most:,} parts"

    def mark(self) -> str:
        return "its type is too large"

    def helps(self) -> Iterator[Help]:
        yield Help("give the parts names: declare a `record`")


@problem("TEK0249", slug="field-called")
class FieldCalled(Problem):
    """A field is called as if it were a method."""

    at: Span
    name: str
    type: str
    helping: tuple[Help, ...]

    def title(self) -> str:
        return f"`{self.name}` is a field, not a method"

    def mark(self) -> str:
        return f"a field of type `{self.type}`"

    def helps(self) -> Iterator[Help]:
        yield from self.helping


@problem("TEK0250", slug="lambda-parameters")
class LambdaParameters(Problem):
    """A lambda takes more or fewer parameters than it is given."""

    at: Span
    takes: int
    given: int

    def title(self) -> str:
        takes = "no parameters" if self.takes == 0 else "one parameter" if self.takes == 1 else f"{self.takes} parameters"
        given = "no arguments" if self.given == 0 else "one argument" if self.given == 1 else f"{self.given} arguments"
        return f"this function takes {takes}, but is called with {given}"

    def mark(self) -> str:
        return f"must take {self.given}"

    def helps(self) -> Iterator[Help]:
        if self.given == 1 and self.takes > 1:
            yield Help("a tuple is taken apart in brackets of its own: `fn((a, b)) => …`")
        elif self.takes < self.given:
            yield Help("a parameter that is not used is called `_`")
