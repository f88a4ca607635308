"""The problems of what the grammar allows and the language does not: TEK0070 to TEK0099."""

from __future__ import annotations

from collections.abc import Iterator

from tekc.diagnostics import Edit, Help, Label, Problem, problem
from tekc.source import Span
from tekc.syntax.problems_text import quoted


@problem("TEK0070", slug="pub-misplaced")
class PubMisplaced(Problem):
    """``pub`` before something that cannot be exported."""

    at: Span
    what: str

    def title(self) -> str:
        """Name what cannot be exported."""
        return f"{self.what} cannot be `pub`"

    def helps(self) -> Iterator[Help]:
        """Offer to remove it."""
        end = self.at.end
        text = self.at.file.text
        while text[end : end + 1] in (" ", "\t"):
            end += 1
        yield Help("remove `pub`", (Edit(Span(self.at.file, self.at.start, end), ""),))


@problem("TEK0071", slug="unnamed-field")
class UnnamedField(Problem):
    """A field of a record without a name."""

    at: Span

    def title(self) -> str:
        """Say what a field looks like."""
        return "a field of a record has a name and a type: `name: Type`"

    def helps(self) -> Iterator[Help]:
        """Offer a name."""
        yield Help("give it a name", (Edit(Span(self.at.file, self.at.start, self.at.start), "name: "),))


@problem("TEK0072", slug="repeated-clause")
class RepeatedClause(Problem):
    """A clause that was given already."""

    at: Span
    word: str
    first: Span

    def title(self) -> str:
        """Name the clause."""
        return f"`{self.word}` stands here twice"

    def labels(self) -> Iterator[Label]:
        """Show the first one."""
        yield Label(self.first, "first given here")


@problem("TEK0081", slug="unknown-clause")
class UnknownClause(Problem):
    """A word where a clause of a task stands, nearly one of them."""

    at: Span
    word: str
    meant: str

    def title(self) -> str:
        """Name the word."""
        return f"there is no clause `{self.word}`"

    def helps(self) -> Iterator[Help]:
        """Offer the clause."""
        yield Help(f"did you mean `{self.meant}`?", (Edit(self.at, self.meant),))


@problem("TEK0073", slug="untyped-parameter")
class UntypedParam(Problem):
    """A parameter of a function or task without its type."""

    at: Span

    def title(self) -> str:
        """Name the parameter."""
        return f"the parameter `{self.at.text}` needs a type"

    def helps(self) -> Iterator[Help]:
        """Show where it stands."""
        yield Help(f"write `{self.at.text}: Type`")


@problem("TEK0074", slug="var-parameter")
class VarParam(Problem):
    """``var`` on a parameter that is not the receiver."""

    at: Span
    name: str
    body: Span | None
    """Where its body begins, behind the brace; None where it has none in braces."""

    def title(self) -> str:
        """Say what can be var."""
        return "only a receiver, the first parameter called `self`, can be `var`"

    def helps(self) -> Iterator[Help]:
        """Offer a copy in the body, that can be changed."""
        edits = [Edit(self.at, "")]
        if self.body is not None:
            text, start = self.at.file.text, self.body.start
            stands_alone = not text[start : text.find("\n", start)].strip()
            edits.append(Edit(self.body, f"\n    var {self.name} = {self.name}" + ("" if stands_alone else "\n   ")))
        yield Help(f"remove `var`, and change a copy in the body: `var {self.name} = {self.name}`", tuple(edits))


@problem("TEK0075", slug="none-and-more")
class NeedsNoneAndMore(Problem):
    """``none`` among other capabilities."""

    at: Span

    def title(self) -> str:
        """Say that it stands alone."""
        return "`none` stands alone; together with other capabilities it means nothing"


@problem("TEK0076", slug="rest-misplaced")
class RestMisplaced(Problem):
    """``..`` in a pattern where it may not stand; ``why`` says the rule."""

    at: Span
    why: str

    def title(self) -> str:
        """Say the rule."""
        return self.why


@problem("TEK0077", slug="not-assignable")
class NotAssignable(Problem):
    """The target of an assignment is not a variable or a part of one."""

    at: Span

    def title(self) -> str:
        """Say what can be assigned."""
        return f"{quoted(self.at.text)} cannot be assigned: only a variable, or a field or item of one, can"


@problem("TEK0078", slug="spread-misplaced")
class SpreadMisplaced(Problem):
    """``..record`` that is not the first argument."""

    at: Span

    def title(self) -> str:
        """Say where it stands."""
        return f"{quoted(self.at.text)} stands first among the arguments"


@problem("TEK0079", slug="positional-after-named")
class PositionalAfterNamed(Problem):
    """An argument without a name after one with a name."""

    at: Span
    named: Span

    def title(self) -> str:
        """Say the order."""
        return "arguments with a name come last"

    def mark(self) -> str:
        """Say what is odd here."""
        return "this one has no name"

    def labels(self) -> Iterator[Label]:
        """Show the named one."""
        yield Label(self.named, "this one has a name")


@problem("TEK0080", slug="tuple-of-one")
class TupleOfOne(Problem):
    """``(e,)``."""

    at: Span
    comma: Span

    def title(self) -> str:
        """Say how many parts a tuple has."""
        return "a tuple has two parts or more"

    def helps(self) -> Iterator[Help]:
        """Remove the comma."""
        yield Help("remove the comma", (Edit(self.comma, ""),))
