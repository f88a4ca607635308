"""Problems of types, TEK0200 to TEK0299."""

from __future__ import annotations

from collections.abc import Iterator

from tekc.diagnostics import Edit, Help, Label, Problem, problem
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
        }[self.bound]
        return f"`{self.type}` {lacks}"

    def mark(self) -> str:
        return self.use

    def notes(self) -> Iterator[str]:
        yield from self.because

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
    """A named function without ``->`` ends in a value that has no effect."""

    at: Span
    name: str
    type: str
    insert: Span
    returned: bool = False

    def title(self) -> str:
        return f"`{self.name}` has no `->`, but " + ("returns a value" if self.returned else "its last expression is a value")

    def mark(self) -> str:
        return f"this `{self.type}` is lost"

    def helps(self) -> Iterator[Help]:
        yield Help(f"write the type of the result: `-> {self.type}`", (Edit(self.insert, f" -> {self.type}"),))


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


@problem("TEK0239", slug="self-parameter")
class SelfParameter(Problem):
    """``self`` or ``var`` on a parameter that is no receiver."""

    at: Span
    detail: str

    def title(self) -> str:
        return self.detail

    def mark(self) -> str:
        return "not a receiver"


@problem("TEK0240", slug="no-method")
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


@problem("TEK0242", slug="bounded-alias")
class UnusedTypeParam(Problem):
    """A type parameter of a function that no parameter mentions and no result shows."""

    at: Span
    name: str
    owner: str

    def title(self) -> str:
        return f"the type parameter `{self.name}` of `{self.owner}` is never used"

    def mark(self) -> str:
        return "no call could tell what it is"


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


@problem("TEK0244", slug="secret-text")
class SecretText(Problem):
    """A ``Secret`` where only plain data may stand."""

    at: Span
    place: str

    def title(self) -> str:
        return f"a `Secret` cannot go into {self.place}"

    def mark(self) -> str:
        return "this is `Secret`"


@problem("TEK0245", slug="extra-default")
class IndexDefault(Problem):
    """``default:`` in an index that is not one of a map."""

    at: Span

    def title(self) -> str:
        return "only the index of a map takes `default:`"

    def mark(self) -> str:
        return "not on this type"




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
