"""The problems that the parser finds, and knows as what people do: TEK0040 to TEK0069."""

from __future__ import annotations

from collections.abc import Iterator

from tekc.diagnostics import Edit, Help, Problem, problem
from tekc.source import Span
from tekc.syntax.problems_text import quoted


@problem("TEK0040", slug="unexpected")
class Unexpected(Problem):
    """Something that may not stand where it does; ``expected`` says in words what may, ``missing`` what to insert."""

    at: Span
    found: str
    expected: str
    missing: str

    def title(self) -> str:
        """Say what was expected and what was found."""
        return f"expected {self.expected}, found {self.found}"

    def helps(self) -> Iterator[Help]:
        """Offer what seems to be left out."""
        if self.missing:
            words = "start a new line" if self.missing.startswith("\n") else f"insert {quoted(self.missing.strip())}"
            yield Help(words, (Edit(Span(self.at.file, self.at.start, self.at.start), self.missing),))


@problem("TEK0041", slug="chained-comparison")
class ChainedComparison(Problem):
    """``a < b < c``; ``middle`` is ``b``."""

    at: Span
    middle: Span

    def title(self) -> str:
        """Say the rule."""
        return "comparisons do not chain"

    def helps(self) -> Iterator[Help]:
        """Offer the two comparisons."""
        text = f"and {self.middle.text} "
        yield Help("compare twice", (Edit(Span(self.at.file, self.at.start, self.at.start), text),))


@problem("TEK0042", slug="wrong-sign")
class WrongSign(Problem):
    """A sign that belongs elsewhere: ``=`` for ``==``, ``->`` for ``=>`` and the like; ``place`` is what to replace."""

    at: Span
    place: Span
    instead: str
    why: str

    def title(self) -> str:
        """Say which sign stands here."""
        return f"{self.why}, not `{self.at.text}`"

    def helps(self) -> Iterator[Help]:
        """Offer it."""
        yield Help(f"write `{self.instead.strip()}`", (Edit(self.place, self.instead),))


@problem("TEK0043", slug="comma-between-arms")
class CommaBetweenArms(Problem):
    """A comma behind an arm; ``place`` is what to replace by ``instead``."""

    at: Span
    place: Span
    instead: str

    def title(self) -> str:
        """Say what separates arms."""
        return "the arms of a `match` stand on lines of their own, without commas"

    def helps(self) -> Iterator[Help]:
        """Remove it or break the line."""
        yield Help("start a new line" if self.instead else "remove it", (Edit(self.place, self.instead),))


@problem("TEK0044", slug="colon-for-block")
class ColonForBlock(Problem):
    """A colon where a block begins, as in Python."""

    at: Span

    def title(self) -> str:
        """Say how blocks are written."""
        return "a block stands in braces `{ … }`, not behind a colon"


@problem("TEK0045", slug="foreign-declaration")
class ForeignDeclaration(Problem):
    """A declaration of another language."""

    at: Span
    advice: str
    edits: tuple[Edit, ...]

    def title(self) -> str:
        """Name the word."""
        return f"Tek has no declaration `{self.at.text}`"

    def helps(self) -> Iterator[Help]:
        """Offer Tek's own."""
        yield Help(self.advice, self.edits)


@problem("TEK0046", slug="nested-declaration")
class NestedDeclaration(Problem):
    """A declaration inside a block."""

    at: Span
    what: str
    advice: str
    edits: tuple[Edit, ...]

    def title(self) -> str:
        """Say where declarations stand."""
        return f"{self.what} is declared at the top level of a file, not in a block"

    def helps(self) -> Iterator[Help]:
        """Offer what may stand in a block."""
        yield Help(self.advice, self.edits)


@problem("TEK0047", slug="keyword-as-name")
class KeywordAsName(Problem):
    """A keyword where a name has to stand."""

    at: Span

    def title(self) -> str:
        """Name the keyword."""
        return f"`{self.at.text}` is a keyword and cannot be the name of anything but a field or parameter"

    def helps(self) -> Iterator[Help]:
        """Offer another name."""
        yield Help(f"choose another name, for example `{self.at.text}_`")


@problem("TEK0048", slug="wrong-case")
class WrongCase(Problem):
    """A name whose first letter is of the wrong case for what it names."""

    at: Span
    upper: bool
    instead: str

    def title(self) -> str:
        """Say which letter it begins with."""
        if self.upper:
            return f"types and variants begin with an upper-case letter, `{self.at.text}` does not"
        return f"values, functions and modules begin with a lower-case letter, `{self.at.text}` does not"

    def helps(self) -> Iterator[Help]:
        """Offer the name so."""
        yield Help(f"write `{self.instead}`", (Edit(self.at, self.instead),))


@problem("TEK0049", slug="angle-brackets")
class AngleBrackets(Problem):
    """Type arguments between ``<`` and ``>``."""

    at: Span
    close: Span | None

    def title(self) -> str:
        """Say where type arguments stand."""
        return "type parameters and arguments stand in square brackets"

    def helps(self) -> Iterator[Help]:
        """Offer them so."""
        if self.close is not None:
            yield Help("write `[` and `]`", (Edit(self.at, "["), Edit(self.close, "]")))


@problem("TEK0050", slug="missing-body")
class MissingBody(Problem):
    """A function, task or test without its body; ``follows`` where one follows, and only its brace is missing."""

    at: Span
    what: str
    follows: bool

    def title(self) -> str:
        """Say what is missing."""
        return f"the `{{` before the body of this {self.what} is missing" if self.follows else f"this {self.what} has no body"

    def helps(self) -> Iterator[Help]:
        """Offer an empty one."""
        end = Span(self.at.file, self.at.end, self.at.end)
        if self.follows:
            yield Help("write it", (Edit(end, " {"),))
        elif self.what == "test":
            yield Help("write one in braces", (Edit(end, " {\n}"),))
        else:
            yield Help("write one in braces, or `=>` and an expression", (Edit(end, " {\n    todo()\n}"),))


@problem("TEK0051", slug="top-level-statement")
class TopLevelStatement(Problem):
    """A statement outside of any function or task."""

    at: Span
    edits: tuple[Edit, ...]

    def title(self) -> str:
        """Say where statements stand."""
        return "nothing runs at the top level of a file: only declarations stand here"

    def helps(self) -> Iterator[Help]:
        """Offer a constant or a task."""
        if self.edits:
            yield Help("a value of the whole file is a `const`", self.edits)
        yield Help("put what shall run into `task main() { … }`")


@problem("TEK0052", slug="foreign-statement")
class ForeignStatement(Problem):
    """A statement or operator word of another language."""

    at: Span
    advice: str
    edits: tuple[Edit, ...]

    def title(self) -> str:
        """Name the word."""
        return f"`{self.at.text}` is not a keyword of Tek"

    def helps(self) -> Iterator[Help]:
        """Offer Tek's way."""
        yield Help(self.advice, self.edits)


@problem("TEK0053", slug="increment")
class Increment(Problem):
    """``x++``, ``++x``, ``+x``."""

    at: Span
    instead: str

    def title(self) -> str:
        """Name the operator."""
        if self.instead:
            return f"there is no operator `{self.at.text}`"
        return f"`{self.at.text}` before a value means nothing"

    def helps(self) -> Iterator[Help]:
        """Offer the assignment."""
        yield Help(f"write `{self.instead.strip()}`" if self.instead else "remove it", (Edit(self.at, self.instead),))


@problem("TEK0054", slug="question-mark")
class QuestionMark(Problem):
    """``?`` behind a value, as in Rust, or of ``a ? b : c``."""

    at: Span
    ternary: bool

    def title(self) -> str:
        """Say what it is not."""
        if self.ternary:
            return "there is no operator `? :`"
        return "failures pass up by themselves, without a `?`"

    def helps(self) -> Iterator[Help]:
        """Offer Tek's way."""
        if self.ternary:
            yield Help("write `if condition { a } else { b }`, which is an expression")
        else:
            yield Help("remove it; a value instead of a failure or of `None` gives `?? value`", (Edit(self.at, ""),))


@problem("TEK0055", slug="missing-let")
class MissingLet(Problem):
    """``x: Int = 1`` without ``let``; ``changed`` where it is changed further down."""

    at: Span
    changed: bool

    def title(self) -> str:
        """Say what is missing."""
        return f"`{self.at.text}` is declared with `let` or `var`"

    def helps(self) -> Iterator[Help]:
        """Offer both."""
        before = Span(self.at.file, self.at.start, self.at.start)
        if not self.changed:
            yield Help("write `let`", (Edit(before, "let "),))
        yield Help("write `var` where it is changed later", (Edit(before, "var "),))


@problem("TEK0056", slug="tuple-index")
class TupleIndex(Problem):
    """``t.0``."""

    at: Span

    def title(self) -> str:
        """Say what stands behind a dot."""
        return "the parts of a tuple have no numbers"

    def helps(self) -> Iterator[Help]:
        """Offer a pattern."""
        yield Help("take it apart with `let (a, b) = …`")


@problem("TEK0057", slug="catch-without-name")
class CatchWithoutName(Problem):
    """``catch { … }``."""

    at: Span

    def title(self) -> str:
        """Say what is missing."""
        return "`catch` gives the error a name"

    def helps(self) -> Iterator[Help]:
        """Offer one."""
        yield Help("write `catch err`, or `catch _` where it is not looked at", (Edit(self.at, "catch err"),))


@problem("TEK0058", slug="else-arm")
class ElseArm(Problem):
    """``else =>`` in a match."""

    at: Span

    def title(self) -> str:
        """Say which pattern matches everything."""
        return "the pattern for all other values is `_`"

    def helps(self) -> Iterator[Help]:
        """Offer it."""
        yield Help("write `_`", (Edit(self.at, "_"),))


@problem("TEK0059", slug="braces-for-fields")
class BracesForFields(Problem):
    """``record Point { x: Int }``."""

    at: Span

    def title(self) -> str:
        """Say where fields stand."""
        return "the fields of a record stand in parentheses, with commas between them"

    def helps(self) -> Iterator[Help]:
        """Show one."""
        yield Help("write `record Name(first: Type, second: Type)`")


@problem("TEK0060", slug="plain-string-only")
class PlainStringOnly(Problem):
    """A string with holes where only a literal text may stand."""

    at: Span

    def title(self) -> str:
        """Say the rule."""
        return "nothing can be interpolated into this string; it has to be plain text"

    def helps(self) -> Iterator[Help]:
        """Say how braces are written."""
        yield Help("for braces themselves write `\\{` and `\\}`")


@problem("TEK0061", slug="map-in-braces")
class MapInBraces(Problem):
    """``{"a": 1}``."""

    at: Span
    close: Span

    def title(self) -> str:
        """Say where entries stand."""
        return "the entries of a map stand in square brackets; braces hold statements"

    def helps(self) -> Iterator[Help]:
        """Offer them so."""
        yield Help("write `[` and `]`", (Edit(self.at, "["), Edit(self.close, "]")))


@problem("TEK0062", slug="import-list")
class ImportList(Problem):
    """``import fs, json``; ``place`` is the comma and the blanks behind it."""

    at: Span
    place: Span

    def title(self) -> str:
        """Say the rule."""
        return "each module is imported on a line of its own"

    def helps(self) -> Iterator[Help]:
        """Offer the second line."""
        yield Help("write another `import`", (Edit(self.place, "\nimport "),))
