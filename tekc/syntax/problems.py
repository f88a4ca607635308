"""The problems that reading a text can raise: TEK0001 to TEK0099.

They come in the order of the file: characters, words and brackets, strings, then what the parser and the builder find.
"""

from __future__ import annotations

from collections.abc import Iterator

from tekc.diagnostics import Edit, Help, Label, Problem, problem
from tekc.source import Span


def _quoted(text: str) -> str:
    """Return ``text`` in backticks, cut where it is long, control characters escaped."""
    shown = text if len(text) <= 40 else text[:37] + "..."
    return "`" + "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in shown) + "`"


# ---------------------------------------------------------------------------------------------------------- characters


@problem("TEK0001", slug="not-utf8")
class NotText(Problem):
    """A file is not UTF-8 text; ``why`` says what it is instead."""

    at: Span
    why: str

    def title(self) -> str:
        """Say that the file is no UTF-8."""
        return f"the file is not UTF-8 text: {self.why}"

    def helps(self) -> Iterator[Help]:
        """Advise to save it as UTF-8."""
        yield Help("save the file as UTF-8")


_LOOKALIKES = {
    "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u3000": " ", "\ufeff": "", "\u200b": "", "\u00ad": "", "\f": "", "\v": "",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"', "\uff02": '"', "\u2212": "-", "\u2013": "-",
    "\u2014": "-", "\u00d7": "*", "\u00f7": "/", "\u2264": "<=", "\u2265": ">=", "\u2260": "!=", "\u2026": "..", "\u2192": "->",
    "\u21d2": "=>", "\uff08": "(", "\uff09": ")", "\uff0c": ",", "\uff1a": ":", "\uff1d": "=", "\uff5b": "{", "\uff5d": "}",
}  # fmt: skip


@problem("TEK0002", slug="unknown-character")
class UnknownCharacter(Problem):
    """A character that stands for nothing in Tek, outside of strings and comments."""

    at: Span

    def title(self) -> str:
        """Name the character."""
        text = self.at.text
        if text == "\0":
            return "the file contains a NUL byte, which is no text"
        return f"{_quoted(text)} means nothing here"

    def mark(self) -> str:
        """Give its number, which tells lookalikes apart."""
        return f"U+{ord(self.at.text[0]):04X}"

    def helps(self) -> Iterator[Help]:
        """Offer the character that looks like it."""
        text = self.at.text
        if text in _LOOKALIKES:
            plain = _LOOKALIKES[text]
            words = f"write {_quoted(plain)}" if plain.strip() else "use a plain space" if plain else "remove it"
            yield Help(words, (Edit(self.at, plain),))
        elif text == "@":
            yield Help("Tek has no decorators; clauses such as `retry 3` stand after the head of a task")
        elif text == "`":
            yield Help('strings are written in double quotes, commands as $"…"')
        elif text == "\\":
            yield Help("a statement goes on by itself after an operator, after a comma and inside brackets", (Edit(self.at, ""),))


@problem("TEK0003", slug="direction-control")
class DirectionControl(Problem):
    """A character that changes the direction of text, so that a reader sees another program than the compiler."""

    at: Span

    def title(self) -> str:
        """Name the character."""
        return f"the invisible character U+{ord(self.at.text):04X} reorders the text that a reader sees"

    def helps(self) -> Iterator[Help]:
        """Say how to write it visibly, or to remove it."""
        yield Help(f"remove it; in a string write \\u{{{ord(self.at.text):X}}}", (Edit(self.at, ""),))


@problem("TEK0004", slug="mixed-scripts")
class MixedScripts(Problem):
    """A name made of letters of several scripts, which may look like another name."""

    at: Span
    scripts: tuple[str, ...]

    def title(self) -> str:
        """Name the scripts."""
        return f"the name `{self.at.text}` mixes {' and '.join(self.scripts)} letters"

    def mark(self) -> str:
        """Spell out the letters that are not ASCII."""
        odd = dict.fromkeys(c for c in self.at.text if not c.isascii())
        return ", ".join(f"{c} is U+{ord(c):04X}" for c in list(odd)[:4])

    def helps(self) -> Iterator[Help]:
        """Ask for one script a name."""
        yield Help("write each name in one script, so that no two names look alike")


@problem("TEK0005", slug="foreign-operator")
class ForeignOperator(Problem):
    """An operator of another language that Tek writes otherwise."""

    at: Span
    instead: str
    advice: str

    def title(self) -> str:
        """Name the operator."""
        return f"Tek has no operator `{self.at.text}`"

    def helps(self) -> Iterator[Help]:
        """Offer Tek's own."""
        if self.instead:
            yield Help(self.advice, (Edit(self.at, self.instead),))
        else:
            yield Help(self.advice)


@problem("TEK0006", slug="semicolon")
class Semicolon(Problem):
    """A semicolon; statements end at the newline.  ``place`` is what to replace by ``instead``."""

    at: Span
    place: Span
    instead: str

    def title(self) -> str:
        """Say where a statement ends."""
        return "statements end at the end of the line, without `;`"

    def helps(self) -> Iterator[Help]:
        """Remove it or break the line."""
        yield Help("start a new line" if self.instead else "remove it", (Edit(self.place, self.instead),))


@problem("TEK0007", slug="foreign-comment")
class ForeignComment(Problem):
    """A comment written as in C."""

    at: Span
    edits: tuple[Edit, ...]

    def title(self) -> str:
        """Say how comments begin."""
        if self.at.text.startswith("//"):
            return "comments begin with `#`; `//` is division that rounds down"
        return "comments begin with `#` and end with the line; there are no block comments"

    def helps(self) -> Iterator[Help]:
        """Write it with `#`."""
        yield Help("write it with `#`", self.edits)


@problem("TEK0023", slug="foreign-keyword")
class ForeignKeyword(Problem):
    """A keyword of another language."""

    at: Span
    instead: str
    advice: str

    def title(self) -> str:
        """Name the word."""
        return f"Tek has no keyword `{self.at.text}`"

    def helps(self) -> Iterator[Help]:
        """Offer Tek's own."""
        yield Help(self.advice, (Edit(self.at, self.instead),) if self.instead else ())


@problem("TEK0024", slug="let-mut")
class LetMut(Problem):
    """``let mut``."""

    at: Span

    def title(self) -> str:
        """Say what can be assigned."""
        return "what can be assigned again is declared with `var`"

    def helps(self) -> Iterator[Help]:
        """Offer ``var``."""
        yield Help("write `var`", (Edit(self.at, "var"),))


@problem("TEK0008", slug="malformed-number")
class MalformedNumber(Problem):
    """Digits that make no number; ``why`` says what is wrong."""

    at: Span
    why: str
    instead: str | None

    def title(self) -> str:
        """Name the literal and what is wrong with it."""
        return f"{_quoted(self.at.text)} is not a number: {self.why}"

    def helps(self) -> Iterator[Help]:
        """Offer the nearest one that is."""
        if self.instead is not None:
            yield Help(f"write `{self.instead}`", (Edit(self.at, self.instead),))


# ------------------------------------------------------------------------------------------------------------ brackets

_KINDS_OF_BRACKETS = {"(": "parenthesis", "[": "bracket", "{": "brace"}


@problem("TEK0010", slug="unclosed-bracket")
class UnclosedBracket(Problem):
    """A bracket that is not closed; ``place`` is where its end was looked for in vain, ``edit`` closes it."""

    at: Span
    place: Span
    closer: str
    found: str
    edit: Edit

    def title(self) -> str:
        """Name the bracket."""
        return f"the {_KINDS_OF_BRACKETS[self.at.text]} `{self.at.text}` is never closed"

    def mark(self) -> str:
        """Say that it was opened here."""
        return "opened here"

    def labels(self) -> Iterator[Label]:
        """Show where its end was missed."""
        yield Label(self.place, f"`{self.closer}` is missing {self.found}")

    def helps(self) -> Iterator[Help]:
        """Offer to close it."""
        yield Help(f"close it with `{self.closer}`", (self.edit,))


@problem("TEK0011", slug="unopened-bracket")
class UnopenedBracket(Problem):
    """A closing bracket that nothing opened."""

    at: Span

    def title(self) -> str:
        """Name the bracket."""
        return f"`{self.at.text}` closes nothing"

    def helps(self) -> Iterator[Help]:
        """Offer to remove it."""
        yield Help("remove it", (Edit(self.at, ""),))


@problem("TEK0012", slug="too-deep")
class TooDeep(Problem):
    """Brackets, blocks or operators nested deeper than anybody can read."""

    at: Span
    limit: int

    def title(self) -> str:
        """Name the limit."""
        return f"this is nested more than {self.limit} levels deep"

    def helps(self) -> Iterator[Help]:
        """Advise to name parts."""
        yield Help("give inner parts names with `let`, or move them into functions")


# ------------------------------------------------------------------------------------------------------------- strings


@problem("TEK0013", slug="unterminated-string")
class UnterminatedString(Problem):
    """A string without its closing quotes; ``at`` is the opening ones."""

    at: Span
    quote: str
    end: Span

    def title(self) -> str:
        """Say which quotes are missing."""
        return f"the string is not closed: {self.quote} is missing"

    def mark(self) -> str:
        """Say that it begins here."""
        return "begins here"

    def helps(self) -> Iterator[Help]:
        """Offer to close it, and the way over several lines."""
        yield Help(f"close it with {self.quote}", (Edit(self.end, self.quote),))
        if self.quote == '"':
            yield Help('a text of several lines stands between `"""` and `"""`')


@problem("TEK0014", slug="unclosed-hole")
class UnclosedHole(Problem):
    """A ``{`` in a string whose ``}`` is missing."""

    at: Span
    missed: Span

    def title(self) -> str:
        """Say what a brace in a string begins."""
        return "the `{` in this string begins an expression that no `}` ends"

    def helps(self) -> Iterator[Help]:
        """Close it, or make it text."""
        yield Help("close it with `}`", (Edit(Span(self.at.file, self.missed.start, self.missed.start), "}"),))
        yield Help("for the character itself write `\\{`", (Edit(self.at, "\\{"),))


@problem("TEK0015", slug="empty-hole")
class EmptyHole(Problem):
    """``{}`` in a string."""

    at: Span

    def title(self) -> str:
        """Say that something is missing."""
        return "there is no expression between `{` and `}`"

    def helps(self) -> Iterator[Help]:
        """Offer the text itself."""
        yield Help("for the characters themselves write `\\{\\}`", (Edit(self.at, "\\{\\}"),))


@problem("TEK0016", slug="lone-brace")
class LoneBrace(Problem):
    """A ``}`` in a string that ends nothing."""

    at: Span

    def title(self) -> str:
        """Say that it ends nothing."""
        return "this `}` in a string has no `{` before it"

    def helps(self) -> Iterator[Help]:
        """Offer the text itself."""
        yield Help("for the character itself write `\\}`", (Edit(self.at, "\\}"),))


@problem("TEK0017", slug="unknown-escape")
class UnknownEscape(Problem):
    """A backslash before something that is no escape; ``why`` says more, ``instead`` is what to write."""

    at: Span
    why: str
    instead: str | None

    def title(self) -> str:
        """Name the escape."""
        return f"{_quoted(self.at.text)} is not an escape: {self.why}"

    def helps(self) -> Iterator[Help]:
        """Offer the nearest one, or a backslash."""
        if self.instead is not None:
            yield Help(f"write {_quoted(self.instead)}", (Edit(self.at, self.instead),))
        yield Help("for a backslash itself write `\\\\`, or use a raw string r\"…\"", (Edit(self.at, "\\" + self.at.text),))


@problem("TEK0018", slug="single-quotes")
class SingleQuotes(Problem):
    """A string in single quotes."""

    at: Span
    instead: str

    def title(self) -> str:
        """Say which quotes Tek has."""
        return "strings are written in double quotes"

    def helps(self) -> Iterator[Help]:
        """Offer it in double quotes."""
        yield Help(f"write {_quoted(self.instead)}", (Edit(self.at, self.instead),))


@problem("TEK0019", slug="malformed-format")
class MalformedFormat(Problem):
    """What stands behind the colon of an interpolation is no format; ``why`` says where it goes wrong."""

    at: Span
    why: str

    def title(self) -> str:
        """Name the format and what is wrong with it."""
        return f"{_quoted(self.at.text)} is not a format: {self.why}"

    def notes(self) -> Iterator[str]:
        """Show what a format is."""
        yield "a format is [[fill]align][sign][0][width][,][.precision][type], for example `>8`, `08.3f`, `,.2f`, `x`"


@problem("TEK0020", slug="not-ascii-bytes")
class BytesNotAscii(Problem):
    """A character in a bytes literal that is no ASCII."""

    at: Span

    def title(self) -> str:
        """Say what may stand in bytes."""
        return f"{_quoted(self.at.text)} is not ASCII, so it is no byte"

    def helps(self) -> Iterator[Help]:
        """Offer its UTF-8 bytes."""
        data = "".join(f"\\x{byte:02x}" for byte in self.at.text.encode("utf-8", "replace"))
        yield Help(f"its UTF-8 bytes are `{data}`", (Edit(self.at, data),))


@problem("TEK0021", slug="dollar-brace", severity="warning")
class DollarBrace(Problem):
    """``${name}`` in a string, which keeps the dollar sign."""

    at: Span

    def title(self) -> str:
        """Say what it means."""
        return "in a string `{…}` alone is replaced, so the `$` before it stays in the text"

    def helps(self) -> Iterator[Help]:
        """Remove the sign, or mean it."""
        yield Help("remove the `$`", (Edit(self.at, ""),))
        yield Help("if you mean a dollar sign, write `\\u{24}`", (Edit(self.at, "\\u{24}"),))


# ------------------------------------------------------------------------------------------------------------ commands


@problem("TEK0030", slug="shell-syntax")
class ShellSyntax(Problem):
    """A sign in a command that only a shell understands; ``instead`` is Tek's way, ``quotable`` where quotes keep it."""

    at: Span
    what: str
    instead: str
    quotable: bool

    def title(self) -> str:
        """Say that no shell runs."""
        return f"`{self.at.text}` in a command means {self.what} to a shell, and no shell runs here"

    def helps(self) -> Iterator[Help]:
        """Name Tek's way, and how to mean the character."""
        yield Help(self.instead)
        text = self.at.text
        if len(text) == 1:
            yield Help(f"if you mean the character, quote it: `'{text}'`", (Edit(self.at, f"'{text}'"),))


@problem("TEK0031", slug="unclosed-command-quote")
class UnclosedQuote(Problem):
    """A quote inside a command that is not closed there; ``quote`` is empty for a backslash at the end."""

    at: Span
    quote: str

    def title(self) -> str:
        """Name the quote."""
        if not self.quote:
            return "a backslash at the end of a command escapes nothing"
        return f"the quote {self.quote} in this command is not closed"

    def mark(self) -> str:
        """Say that it begins here."""
        return "begins here" if self.quote else ""

    def helps(self) -> Iterator[Help]:
        """Say how to mean the character."""
        if self.quote:
            yield Help(f"close it, or for the character itself write `\\\\{self.quote}`")


@problem("TEK0032", slug="empty-command")
class EmptyCommand(Problem):
    """A command without any word."""

    at: Span

    def title(self) -> str:
        """Say what is missing."""
        return "a command begins with the name of a program"


# -------------------------------------------------------------------------------------------------------------- syntax


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
            words = "start a new line" if self.missing.startswith("\n") else f"insert {_quoted(self.missing.strip())}"
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
    """A function, task or test without its body."""

    at: Span
    what: str

    def title(self) -> str:
        """Say what is missing."""
        return f"this {self.what} has no body"

    def helps(self) -> Iterator[Help]:
        """Offer an empty one."""
        end = Span(self.at.file, self.at.end, self.at.end)
        if self.what == "test":
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
    """``x: Int = 1`` without ``let``."""

    at: Span

    def title(self) -> str:
        """Say what is missing."""
        return f"`{self.at.text}` is declared with `let` or `var`"

    def helps(self) -> Iterator[Help]:
        """Offer both."""
        before = Span(self.at.file, self.at.start, self.at.start)
        yield Help("write `let`", (Edit(before, "let "),))
        yield Help("write `var` where it is assigned again", (Edit(before, "var "),))


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


# ------------------------------------------------------------------------------------------------------ found by nodes


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

    def title(self) -> str:
        """Say what can be var."""
        return "only a receiver, the first parameter called `self`, can be `var`"

    def helps(self) -> Iterator[Help]:
        """Offer to remove it."""
        yield Help(f"remove `var`; to change a copy, write `var copy = {self.name}` in the body", (Edit(self.at, ""),))


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
        return f"{_quoted(self.at.text)} cannot be assigned: only a variable, or a field or item of one, can"


@problem("TEK0078", slug="spread-misplaced")
class SpreadMisplaced(Problem):
    """``..record`` that is not the first argument."""

    at: Span

    def title(self) -> str:
        """Say where it stands."""
        return f"{_quoted(self.at.text)} stands first among the arguments"


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
