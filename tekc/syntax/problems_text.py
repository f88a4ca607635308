"""The problems of characters, words, brackets, strings and commands: TEK0001 to TEK0039."""

from __future__ import annotations

from collections.abc import Iterator

from tekc.diagnostics import Edit, Help, Label, Problem, problem
from tekc.source import Span


def quoted(text: str) -> str:
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
        return f"{quoted(text)} means nothing here"

    def mark(self) -> str:
        """Give its number, which tells lookalikes apart."""
        return f"U+{ord(self.at.text[0]):04X}"

    def helps(self) -> Iterator[Help]:
        """Offer the character that looks like it."""
        text = self.at.text
        if text in _LOOKALIKES:
            plain = _LOOKALIKES[text]
            words = f"write {quoted(plain)}" if plain.strip() else "use a plain space" if plain else "remove it"
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
        return f"{quoted(self.at.text)} is not a number: {self.why}"

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
        """Offer to remove it where it is one too many: behind another one, or alone on its line."""
        before = self.at.file.text[: self.at.start].rpartition("\n")[2].rstrip()
        if not before or before.endswith(self.at.text):
            yield Help("remove it", (Edit(self.at, ""),))
        else:
            yield Help("remove it, or put in the bracket that it should close")


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
        return f"{quoted(self.at.text)} is not an escape: {self.why}"

    def helps(self) -> Iterator[Help]:
        """Offer the nearest one, or a backslash."""
        if self.instead is not None:
            yield Help(f"write {quoted(self.instead)}", (Edit(self.at, self.instead),))
        plain = "\\" + self.at.text.replace("{", "\\{").replace("}", "\\}")
        yield Help("for a backslash itself write `\\\\`, or use a raw string r\"…\"", (Edit(self.at, plain),))


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
        yield Help(f"write {quoted(self.instead)}", (Edit(self.at, self.instead),))


@problem("TEK0019", slug="malformed-format")
class MalformedFormat(Problem):
    """What stands behind the colon of an interpolation is no format; ``why`` says where it goes wrong."""

    at: Span
    why: str

    def title(self) -> str:
        """Name the format and what is wrong with it."""
        return f"{quoted(self.at.text)} is not a format: {self.why}"

    def notes(self) -> Iterator[str]:
        """Show what a format is."""
        yield "a format is [[fill]align][sign][0][width][,][.precision][type], for example `>8`, `08.3f`, `,.2f`, `x`"


@problem("TEK0020", slug="not-ascii-bytes")
class BytesNotAscii(Problem):
    """A character in a bytes literal that is no ASCII."""

    at: Span

    def title(self) -> str:
        """Say what may stand in bytes."""
        return f"{quoted(self.at.text)} is not ASCII, so it is no byte"

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
