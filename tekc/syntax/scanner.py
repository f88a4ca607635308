"""From text to tokens.

One pass with one regular expression for code and one for the text of strings, and a stack of what is open: brackets, and
strings with their holes.  Here it is decided which newlines count (§2 of the language), and what cannot be told by the
parser's one token of lookahead: ``return`` without a value, ``seq {``, ``only fs.read``.
"""

from __future__ import annotations

import re

from tekc.diagnostics import Edit, Report
from tekc.source import SourceFile
from tekc.syntax import problems as p
from tekc.syntax import terminals as t
from tekc.syntax.brackets import INDENT, BracketScanner, Tokens
from tekc.syntax.literals import double_quoted, number_kind
from tekc.syntax.words import doc_text, is_mark, scripts_of

FOREIGN: dict[str, tuple[str, int, str]] = {
    "&&": ("and", t.NUMBER["AND"], "write `and`"),
    "||": ("or", t.NUMBER["OR"], "write `or`"),
    "!": ("not ", t.NUMBER["NOT"], "write `not`"),
    "===": ("==", t.COMPARE, "`==` compares structure; write `==`"),
    "!==": ("!=", t.COMPARE, "`!=` compares structure; write `!=`"),
    "<>": ("!=", t.COMPARE, "write `!=`"),
    ":=": ("=", t.EQ, "write `let name = value`"),
    "?.": ("", t.DOT, "take an option apart with `if let Some(x) = …`, `.map(…)` or `??`"),
    "|>": ("", t.BAR, "call a method: `value.function()`; any function with `self` is one"),
    "..<": ("..", t.NUMBER["DOTDOT"], "a range leaves out its end: write `..`"),
    "...": ("..", t.NUMBER["DOTDOT"], "write `..`, or `..=` to include the end"),
}
"""Operators of other languages: what to write, the terminal that goes on in their place, advice."""

_OPERATORS = sorted({*t.SYMBOLS, *FOREIGN} - set("()[]{}"), key=len, reverse=True)

_CODE = re.compile(
    r"[ \t]*+(?:"
    r'(?![rb]")([a-z_]\w*)'
    r"|([A-Z]\w*)"
    rf"|(/\*|\.\.(?==>)|{'|'.join(map(re.escape, _OPERATORS))})"
    r"|((?:(?:\#[^\n]*)?\r?\n[ \t]*)+)"
    r"|([(\[{])"
    r"|([)\]}])"
    r'|("(?!"")(?:[^"\\{}\n]|\\u\{[^{}"\n]*\}|\\.)*")'
    r"|(0[xXbBoO]\w*|[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9][0-9_]*)?\w*)"
    r'|((?:\$r|\$|r|b)?"(?:"")?)'
    r"|([^\W\d]\w*)"
    r"|(\#[^\n]*)"
    r"|(\Z)"
    r"|(;)"
    r"|(.|\r)"
    r")"
)
_WORD, _TYPE, _OPERATOR, _LINES, _OPEN, _CLOSE, _PLAIN, _NUMBER, _QUOTE, _FOREIGN_WORD, _COMMENT, _END, _SEMI, _OTHER = range(1, 15)

_TEXT = {
    '"': re.compile(r'(?:[^"\\{}\n]|\\u\{[^{}"\n]*\}|\\.)*'),
    '"""': re.compile(r'(?:[^"\\{}]|\\u\{[^{}"\n]*\}|\\(?s:.)|"(?!""))*'),
}
_UNTIL = {  # the whole rest of a string without holes
    '"': re.compile(r'(?:[^"\\\n]|\\.)*'),
    '"""': re.compile(r'(?:[^"\\]|\\(?s:.)|"(?!""))*'),
    'r"': re.compile(r'[^"\n]*'),
    'r"""': re.compile(r'(?:[^"]|"(?!""))*'),
}
_FORMAT = re.compile(r"[^}\n]*")
_GOES_ON = re.compile(r"\.(?!\.)|\}|(?:else|catch|and|or)\b|\?\?|\Z")
_COLON = re.compile(r"(?:\s|#[^\n]*\n)*+:")
_NO_VALUE = re.compile(r"[ \t]*(?:#|\r?\n|\Z|[)\]},]|(?:else|for|or|and|catch)\b)")
_BRACE = re.compile(r"[ \t]*\{")
_CAPABILITY = re.compile(r"[ \t]+(?!(?:and|as|catch|else|for|if|in|not|or|backoff|every|to)\b)[a-z_]\w*")
_ELIF = re.compile(r"[ \t]*[^\s=.,)(\[:](?:[^\n=]|[=!<>]=)*\{|[ \t]*\([^\n]*\{")
_STATEMENT = re.compile(r"(?:let|while|defer|assert|import|const)\b(?![ \t]*[:=,)])|var[ \t]+\w+[ \t]*=")
_DECLARATION = re.compile(
    r"(?:pub[ \t]+|extern[ \t]+)*(?:fn[ \t]+\w|task[ \t]+\w+[ \t]*\(|test[ \t]+\"|import[ \t]+[.\w]|const[ \t]+\w"
    r"|(?:record|enum|type)[ \t]+[A-Z])"
)
_DIRECTION_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_DIRECTION = re.compile(f"[{_DIRECTION_CONTROLS}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t]*")
_LINE_END = re.compile(r"[ \t]*(?:#|\r?\n|\Z)")
_NEXT_NAME = re.compile(r"[ \t]+[^\W\d]")
_AFTER_TYPE = re.compile(r"[ \t]*(?:#|\r?\n|\Z|[,)\]={])")
_ENDS_OF_TYPES = frozenset({t.UPPER, t.RBRACK, t.RPAR, t.QUESTION})
_EMPTY_HOLE = re.compile(r"\{\s*\}")
_NAME_HOLE = re.compile(r"\{[a-z_][\w.]*\}")
_IMPORT_OR_END = re.compile(r"import\b|\Z")
_NAMES = frozenset({t.NAME, t.UPPER, *t.WORDS.values()})
_SPECIAL = frozenset({t.RETURN, t.ONLY, t.REGION})
_FOREIGN_WORDS = frozenset({"elif", "elseif", "elsif", "mut"})
_NEXT_DECLARATION = re.compile(r"\n(?=" + _DECLARATION.pattern + ")")
_QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'")


def scan(file: SourceFile, report: Report) -> Tokens:
    """Return the tokens of ``file``; what is wrong with them goes to ``report``."""
    return _Scanner(file, report).run()


class _Scanner(BracketScanner):
    """The state of one scan."""

    # The loop is one function of more than 60 lines, because a call for each token would double its time.
    def run(self) -> Tokens:
        """Scan the whole text."""
        text, match, word_kinds = self.text, _CODE.match, t.WORDS
        kinds, starts, ends = self.tokens.kinds, self.tokens.starts, self.tokens.ends
        symbols, stack, hard, ascii_only = t.SYMBOLS, self.stack, t.HARD_WORDS, self.ascii
        name, dot, fn, or_ = t.NAME, t.DOT, t.NUMBER["FN"], t.NUMBER["OR"]
        self.check_characters()
        prev = t.NEWLINE
        pos = 1 if text.startswith("\ufeff") else 0
        while not self.done:
            m = match(text, pos)
            assert m is not None  # the last alternative takes anything
            group = m.lastindex
            assert group is not None
            start, pos = m.span(group)
            if group == _WORD:
                word = text[start:pos]
                kind = word_kinds.get(word, name)
                if kind != name:
                    # the library has a method `or`, which is only ever called after a `.`
                    if prev == dot or (kind == or_ and prev == fn) or (kind in hard and self.is_label(prev, pos)):
                        kind = name
                    elif kind in _SPECIAL:
                        kind = self.special(kind, pos)
                elif not ascii_only:
                    self.check_script(start, pos)
                elif word in _FOREIGN_WORDS:
                    kind = self.foreign_word(word, start, pos)
            elif group == _OPERATOR:
                kind = symbols.get(text[start:pos], -1)
                if kind < 0:
                    kind, pos = self.foreign(start, pos)
                elif kind == t.COLON and stack and stack[-1][0] == t.HOLE_OPEN:
                    kind = t.FORMAT
                    start = pos
                    pos = _FORMAT.match(text, pos).end()  # type: ignore[union-attr]  # it matches the empty text
                elif kind == t.COALESCE and self.is_double_option(prev, start, pos):
                    self.emit(t.QUESTION, start, start + 1)
                    kind = t.QUESTION
                    start += 1
            elif group == _TYPE:
                kind = t.UPPER
                if not ascii_only:
                    self.check_script(start, pos)
            elif group == _LINES:
                kind = self.newline(prev, start, pos)
                if kind >= 0:
                    kinds.append(kind)
                    starts.append(start)
                    ends.append(start)
                    prev = kind
                    continue
            elif group == _PLAIN:
                kind = t.STRING
            else:
                kind, pos = self.rare(group, start, pos)
            if kind < 0:
                prev = kinds[-1] if kinds else prev
                continue
            kinds.append(kind)
            starts.append(start)
            ends.append(pos)
            prev = kind
        return self.tokens

    def rare(self, group: int, start: int, pos: int) -> tuple[int, int]:
        """Scan what is not a word, an operator, a newline or a plain string.

        Returns the token's kind, or -1 where there is none or it was added already, and the offset to go on at.
        """
        if group == _OPEN:
            return self.open(start, pos), pos
        if group == _CLOSE:
            return self.close(start, pos)
        if group == _NUMBER:
            return number_kind(self.text[start:pos]), pos
        if group == _QUOTE:
            return self.quote(start, pos)
        if group == _FOREIGN_WORD:
            self.check_script(start, pos)
            return t.UPPER if self.text[start].isupper() or self.text[start].istitle() else t.NAME, pos
        if group == _COMMENT:
            return -1, pos
        if group == _SEMI:
            return self.semicolon(start, pos), pos
        if group == _OTHER:
            return self.other(start, pos)
        self.finish(start)
        return -1, pos

    # ---------------------------------------------------------------------------------------------------- characters

    def check_characters(self) -> None:
        """Report what may stand nowhere: surrogates, and controls that reorder the text."""
        if self.ascii:
            return
        for m in _DIRECTION.finditer(self.text):
            self.report(p.DirectionControl(self.span(m.start(), m.end())))
        half = _SURROGATE.search(self.text)
        if half is not None:
            at = self.span(half.start(), half.end())
            self.report(p.NotText(at, f"U+{ord(half[0]):04X} is half of a character"))

    def check_script(self, start: int, end: int) -> None:
        """Report a name that mixes scripts."""
        word = self.text[start:end]
        if not word.isascii():
            scripts = scripts_of(word)
            if len(scripts) > 1:
                self.report(p.MixedScripts(self.span(start, end), scripts))

    def other(self, start: int, end: int) -> tuple[int, int]:
        """Report a character that means nothing, a run of them once, and go on behind it."""
        char = self.text[start]
        if self.continues_name(start):
            return -1, self.lengthen_name(end)
        if char == "'":
            m = _QUOTED.match(self.text, start)
            if m is not None:
                self.report(p.SingleQuotes(self.span(start, m.end()), double_quoted(m[0][1:-1])))
                return t.STRING, m.end()
        if char not in _DIRECTION_CONTROLS and not "\ud800" <= char <= "\udfff":
            self.report(p.UnknownCharacter(self.span(start, end)))
        while self.text.startswith(char, end):
            end += 1
        self.hurt()
        return -1, end

    def continues_name(self, start: int) -> bool:
        """Tell whether a character is a mark on the name before it, which regular expressions do not count as a letter."""
        tokens = self.tokens
        return bool(tokens.kinds) and tokens.kinds[-1] in _NAMES and tokens.ends[-1] == start and is_mark(self.text[start])

    def lengthen_name(self, end: int) -> int:
        """Take marks and letters into the name at hand; returns where it ends."""
        text, tokens = self.text, self.tokens
        while end < len(text) and (text[end].isalnum() or text[end] == "_" or is_mark(text[end])):
            end += 1
        start = tokens.starts[-1]
        tokens.ends[-1] = end
        tokens.kinds[-1] = t.UPPER if text[start].isupper() or text[start].istitle() else t.NAME
        self.check_script(start, end)
        return end

    def semicolon(self, start: int, end: int) -> int:
        """Report a semicolon; it goes on as a newline."""
        kinds = self.tokens.kinds
        at_end = _LINE_END.match(self.text, end) is not None
        indent = INDENT.match(self.text, self.text.rfind("\n", 0, start) + 1)
        blanks = len(_BLANKS.match(self.text, end)[0])  # type: ignore[index]  # it matches the empty text
        place = self.span(start, end if at_end else end + blanks)
        self.report(p.Semicolon(self.span(start, end), place, "" if at_end or indent is None else "\n" + indent[0]))
        self.hurt()
        in_brackets = self.stack and self.stack[-1][0] != t.LBRACE
        return -1 if at_end or in_brackets or not kinds or kinds[-1] == t.NEWLINE else t.NEWLINE

    # --------------------------------------------------------------------------------------------- words and operators

    def is_label(self, prev: int, end: int) -> bool:
        """Tell whether a keyword is the name of a field or argument: in parentheses, before a colon."""
        return (
            (prev == t.LPAR or prev == t.COMMA)
            and bool(self.stack)
            and self.stack[-1][0] == t.LPAR
            and _COLON.match(self.text, end) is not None
        )

    def special(self, kind: int, end: int) -> int:
        """Decide about words that need more than one token of lookahead."""
        if kind == t.RETURN:
            return t.RETURN_ALONE if _NO_VALUE.match(self.text, end) else kind
        follows = _BRACE if kind == t.REGION else _CAPABILITY
        return kind if follows.match(self.text, end) else t.NAME

    def is_double_option(self, prev: int, start: int, end: int) -> bool:
        """Tell whether ``??`` is the end of a type rather than an operator."""
        return prev in _ENDS_OF_TYPES and self.tokens.ends[-1] == start and _AFTER_TYPE.match(self.text, end) is not None

    def foreign_word(self, word: str, start: int, end: int) -> int:
        """Take ``elif`` and ``let mut`` for what they mean, and report them."""
        kinds = self.tokens.kinds
        at = self.span(start, end)
        if word == "mut":
            if kinds and kinds[-1] == t.LET and _NEXT_NAME.match(self.text, end):
                self.report(p.LetMut(self.span(self.tokens.starts[-1], end)))
                kinds[-1] = t.VAR
                return -1
            return t.NAME
        after_newline = bool(kinds) and kinds[-1] == t.NEWLINE
        if kinds[-2 if after_newline else -1 :][:1] != [t.RBRACE] or not _ELIF.match(self.text, end):
            return t.NAME
        self.report(p.ForeignKeyword(at, "else if", "an `if` goes on with `else if`"))
        if after_newline:
            for tokens in (kinds, self.tokens.starts, self.tokens.ends):
                tokens.pop()
        self.emit(t.ELSE, start, end)
        return t.IF

    def foreign(self, start: int, end: int) -> tuple[int, int]:
        """Report an operator of another language, and go on with what it means."""
        word = self.text[start:end]
        if word != "/*":
            instead, kind, advice = FOREIGN[word]
            self.report(p.ForeignOperator(self.span(start, end), instead, advice))
            self.hurt()
            return kind, end
        close = self.text.find("*/", end)
        line_end = self.text.find("\n", end)
        if close < 0:
            close = len(self.text) - 2 if line_end < 0 else line_end - 2
        end = max(close + 2, end)
        at = self.span(start, end)
        lines = at.text.removeprefix("/*").removesuffix("*/").strip().split("\n")
        comment = "\n".join(("# " + line.strip().removeprefix("*").strip()).rstrip() for line in lines)
        rest = "" if _LINE_END.match(self.text, end) else "\n"
        self.report(p.ForeignComment(at, (Edit(at, comment + rest),)))
        return -1, end

    # ------------------------------------------------------------------------------------------------------- newlines

    def newline(self, prev: int, start: int, end: int) -> int:
        """Decide whether the newlines (and comments) at ``start..end`` end a statement: NEWLINE, or -1."""
        text, stack = self.text, self.stack
        if text.find("##", start, end) >= 0:
            self.document(start, end)
        if stack:
            if text[end - 1] == "\n" and _DECLARATION.match(text, end):
                self.close_above(0, end, "before this declaration")
                return t.NEWLINE
            if stack[-1][0] != t.LBRACE:
                return self.newline_in_brackets(prev, end)
        if prev in t.GOES_ON:
            if prev == t.LBRACE or prev == t.NEWLINE:
                return -1
            unfinished = _STATEMENT.match(text, end) or (text[end - 1] == "\n" and _DECLARATION.match(text, end))
            return t.NEWLINE if unfinished else -1
        return -1 if _GOES_ON.match(text, end) else t.NEWLINE

    def newline_in_brackets(self, prev: int, end: int) -> int:
        """Close brackets that a statement on the next line shows to be unclosed; else the newline does not count."""
        kind, _, quote = self.stack[-1]
        if kind == t.HOLE_OPEN and quote == '"' and prev not in t.GOES_ON and not _GOES_ON.match(self.text, end):
            self.close_hole(self.tokens.ends[-1])
            return self.newline(self.tokens.kinds[-1], end, end)
        if not _STATEMENT.match(self.text, end):
            return -1
        depth = len(self.stack)
        while depth and self.stack[depth - 1][0] != t.LBRACE:
            depth -= 1
        self.close_above(depth, end, "before this statement")
        return t.NEWLINE

    def document(self, start: int, end: int) -> None:
        """Keep the ``##`` lines that end just above the token at ``end``."""
        lines = self.text[start:end].split("\n")
        own = lines[:-1] if start == 0 else lines[1:-1]
        at = len(own)
        while at and own[at - 1].lstrip().startswith("##"):
            at -= 1
        if not self.tokens.kinds and self.tokens.top is None:
            first = next(i for i, line in enumerate(own) if line.lstrip().startswith("##"))
            last = first
            while last < len(own) and own[last].lstrip().startswith("##"):
                last += 1
            if last < len(own) or _IMPORT_OR_END.match(self.text, end):
                self.tokens.top = doc_text(own[first:last])
                at = max(at, last)
        if at < len(own):
            self.tokens.docs[end] = doc_text(own[at:])

    def close(self, start: int, end: int) -> tuple[int, int]:
        """Close a bracket, and before it what stands open within it."""
        kind = t.SYMBOLS[self.text[start]]
        depth = self.opener_of(kind, end)
        if depth < 0:
            extra = self.extra_brace() if kind == t.RBRACE and not self.stack else None
            if extra is not None:
                self.tokens.hurt.update(range(extra, len(self.tokens.kinds) + 1))
                self.report(p.UnopenedBracket(self.span(self.tokens.starts[extra], self.tokens.ends[extra])))
            else:
                self.report(p.UnopenedBracket(self.span(start, end)))
            self.hurt()
            return -1, end
        if depth < len(self.stack) - 1:
            self.close_above(depth + 1, start, f"before this `{self.text[start]}`")
        opened, token, quote = self.stack.pop()
        if opened != t.HOLE_OPEN:
            return kind, end
        self.emit(t.HOLE_CLOSE, start, end)
        return self.string_text(end, quote, token)

    # -------------------------------------------------------------------------------------------------------- strings

    def quote(self, start: int, end: int) -> tuple[int, int]:
        """Scan a string that is raw, of bytes, a command, of several lines, or has holes."""
        prefix = self.text[start:end].rstrip('"')
        quote = self.text[start + len(prefix) : end]
        if quote == '"' * 2 or (prefix == "b" and quote == '"""'):
            quote, end = '"', start + len(prefix) + 1
        kind = t.BYTES if prefix == "b" else t.COMMAND if "$" in prefix else t.STRING
        rest = _UNTIL["r" + quote] if "r" in prefix else _UNTIL[quote] if prefix == "b" else _TEXT[quote]
        stop = rest.match(self.text, end).end()  # type: ignore[union-attr]  # it matches the empty text
        if self.text.startswith(quote, stop):
            return kind, stop + len(quote)
        if quote == '"""' and self.text.find(quote, end) < 0:
            return self.never_ending(start, end)
        token = len(self.tokens.kinds)
        self.emit(t.COMMAND_OPEN if kind == t.COMMAND else t.STRING_OPEN, start, end)
        if rest is _TEXT[quote]:
            return self.string_text(end, quote, token)
        return self.unterminated(stop, quote, token)

    def string_text(self, start: int, quote: str, opener: int) -> tuple[int, int]:
        """Scan the text of a string up to a hole, which is opened, or its end.  Returns -1 and where code goes on."""
        text = self.text
        end = start
        while True:
            end = _TEXT[quote].match(text, end).end()  # type: ignore[union-attr]  # it matches the empty text
            if not text.startswith("}", end):
                break
            self.report(p.LoneBrace(self.span(end, end + 1)))
            end += 1
        if text.startswith("\\", end) and not text.startswith(("\\\n", "\\\r"), end):
            end += 1
        if end > start:
            self.emit(t.STRING_TEXT, start, end)
        if text.startswith("{", end):
            return -1, self.hole(end, quote, opener)
        if text.startswith(quote, end):
            self.emit(t.STRING_CLOSE, end, end + len(quote))
            return -1, end + len(quote)
        return self.unterminated(end, quote, opener)

    def hole(self, start: int, quote: str, opener: int) -> int:
        """Open a hole; returns where its expression begins."""
        if not self.push(t.HOLE_OPEN, start, start + 1, quote):
            return start
        self.stack[-1] = (t.HOLE_OPEN, len(self.tokens.kinds), quote)
        self.emit(t.HOLE_OPEN, start, start + 1)
        m = _EMPTY_HOLE.match(self.text, start)
        if m is not None:
            self.report(p.EmptyHole(self.span(start, m.end())))
            self.emit(t.ERROR, start + 1, m.end() - 1)
            return m.end() - 1
        if self.text.startswith("$", start - 1) and self.tokens.kinds[opener] == t.STRING_OPEN and _NAME_HOLE.match(self.text, start):
            self.report(p.DollarBrace(self.span(start - 1, start)))
        return start + 1

    def unterminated(self, end: int, quote: str, opener: int) -> tuple[int, int]:
        """Report a string that is not closed, and close it at the end of its line (or of the file)."""
        start = self.tokens.starts[opener]
        if self.stack and self.stack[-1][0] == t.HOLE_OPEN and self.stack[-1][2] == '"' == quote:
            self.close_hole(start)
        else:
            at = self.span(start, self.tokens.ends[opener])
            place = self.quote_place(start, end)
            self.report(p.UnterminatedString(at, quote, self.span(place, place)))
            self.hurt()
            self.emit(t.STRING_CLOSE, end, end)
        self.close_line(start)
        return -1, end

    def never_ending(self, start: int, end: int) -> tuple[int, int]:
        """Report a string of several lines without an end, and go on at the next declaration."""
        m = _NEXT_DECLARATION.search(self.text, end)
        stop = m.start() if m is not None else len(self.text)
        last = self.span(len(self.text), len(self.text))
        self.report(p.UnterminatedString(self.span(start, end), '"""', last))
        self.hurt()
        self.emit(t.ERROR, start, start)
        self.close_silently(0)
        return -1, stop

    def close_hole(self, missed: int) -> None:
        """Report the innermost hole as unclosed, forget what stands in it, and end its string."""
        _, token, _ = self.stack.pop()
        tokens = self.tokens
        start = tokens.starts[token]
        self.report(p.UnclosedHole(self.span(start, start + 1), self.span(missed, missed)))
        for row in (tokens.kinds, tokens.starts, tokens.ends):
            del row[token + 1 :]
        for kind in (t.ERROR, t.HOLE_CLOSE, t.STRING_CLOSE):
            self.hurt()
            self.emit(kind, missed, missed)
        self.close_line(start)
