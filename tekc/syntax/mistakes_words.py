"""Mistakes with words: names, types, declarations, statements.  See :mod:`tekc.syntax.mistakes`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tekc.diagnostics import Edit
from tekc.diagnostics.suggest import closest
from tekc.source import Span
from tekc.syntax import problems as p
from tekc.syntax import terminals as t
from tekc.syntax.automaton import ROWS
from tekc.syntax.expected import STATEMENT, found_words

if TYPE_CHECKING:
    from tekc.syntax.recovery import Recovery

_N = t.NUMBER

# -------------------------------------------------------------------------------------------------------------- names

_TYPES = {
    "int": "Int", "integer": "Int", "i8": "Int", "i16": "Int", "i32": "Int", "i64": "Int", "u8": "Int", "u16": "Int",
    "u32": "Int", "u64": "Int", "usize": "Int", "isize": "Int", "long": "Int", "number": "Float", "float": "Float",
    "double": "Float", "f32": "Float", "f64": "Float", "str": "Str", "string": "Str", "char": "Str", "bool": "Bool",
    "boolean": "Bool", "list": "List", "vec": "List", "array": "List", "dict": "Map", "void": "Unit", "unit": "Unit",
    "option": "Option", "optional": "Option",
}  # fmt: skip


def keyword_as_name(r: Recovery, index: int) -> int | None:
    """``let in = 1``."""
    if r.kind(index) not in t.HARD_WORDS or not r.accepts(t.NAME):
        return None
    if r.kind(index - 1) not in (t.LET, t.VAR, _N["FOR"], t.COMMA) and r.accepts(t.INT):
        return None
    if r.kind(index - 1) == t.COMMA and (r.accepts(_N["TRY"]) or r.kind(index + 1) not in (t.COMMA, t.RPAR, t.EQ)):
        return None
    r.report(p.KeywordAsName(r.span(index)))
    r.tokens.kinds[index] = t.NAME
    return index


def wrong_case(r: Recovery, index: int) -> int | None:
    """``fn Area()``, ``record point()``."""
    kind = r.kind(index)
    word = r.token_text(index)
    if kind == t.UPPER and r.accepts(t.NAME) and not r.accepts(t.UPPER):
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word).lower()
        r.report(p.WrongCase(r.span(index), False, snake))
        r.tokens.kinds[index] = t.NAME
        return index
    if (kind == t.NAME or kind in t.SOFT_WORDS) and r.accepts(t.UPPER) and not r.accepts(t.NAME):
        r.report(p.WrongCase(r.span(index), True, _camel(word)))
        r.tokens.kinds[index] = t.UPPER
        return index
    return None


def _camel(word: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in word.split("_")) or word


_AFTER_TYPE = frozenset({t.EQ, t.COMMA, t.RPAR, t.LBRACK, t.QUESTION, t.NEWLINE})


def missing_colon(r: Recovery, index: int) -> int | None:
    """``fn f(n Int)``: a name and its type without the colon."""
    if r.kind(index) not in (t.UPPER, t.FN) or r.kind(index - 1) != t.NAME or not r.same_line(index):
        return None
    if not r.accepts(t.COLON) or (r.accepts(t.COMMA) and not r.accepts(t.EQ)):
        return None
    if r.kind(index) == t.UPPER and r.kind(index + 1) not in _AFTER_TYPE:
        return None
    place = Span(r.file, r.tokens.ends[index - 1], r.tokens.ends[index - 1])
    r.report(p.Unexpected(place, found_words(r.file, r.tokens, index), "`:`", ":"))
    r.insert(index, t.COLON)
    return index


def lower_case_type(r: Recovery, index: int) -> int | None:
    """``x: int``: a type with a lower-case letter, so far the name of a module."""
    row = ROWS[r.stacks.states[-1]]
    token = r.stacks.values[-1]
    if t.DOT not in row or not row.keys() <= {t.DOT, t.COLON} or type(token) is not int or r.kind(token) != t.NAME:
        return None
    word = r.token_text(token)
    r.report(p.WrongCase(r.span(token), True, _TYPES.get(word, _camel(word))))
    r.stacks.cut(len(r.stacks.states) - 1)
    r.tokens.kinds[token] = t.UPPER
    return token


def match_without_value(r: Recovery, index: int) -> int | None:
    """``match { … }``."""
    opener = next(r.open_brackets(), 0)
    if r.kind(index) != _N["FATARROW"] or r.kind(opener) != t.LBRACE or r.kind(opener - 1) != _N["MATCH"]:
        return None
    r.report(p.Unexpected(r.span(opener), "`{`", "an expression", ""))
    r.stacks.cut(r.stacks.values.index(opener))
    r.insert(opener, t.ERROR)
    return opener


def lost_arm(r: Recovery, index: int) -> int | None:
    """An arm in a block, below another mistake: its ``match`` was not understood, and all its arms need no report."""
    lost = r.kind(index) == _N["FATARROW"] and not r.in_match() and r.accepts(t.NEWLINE)
    at = r.tokens.starts[index]
    if not lost or not any(problem.at.start < at and problem.severity == "error" for problem in r.problems):
        return None
    return r.give_up_item(index)


def map_in_braces(r: Recovery, index: int) -> int | None:
    """``{"a": 1}``."""
    kinds = r.tokens.kinds
    if kinds[index] not in (t.COLON, t.COMMA) or index < 2 or kinds[index - 2] != t.LBRACE or r.kind(index + 1) == t.UPPER:
        return None
    opener = index - 2
    closer = r.after_first_close(opener) - 1
    if kinds[index] == t.COMMA or kinds[closer] != t.RBRACE or t.NEWLINE in kinds[opener:closer]:
        return None
    if opener not in r.stacks.values:
        return None  # an earlier mistake has closed the bracket
    r.report(p.MapInBraces(r.span(opener), r.span(closer)))
    kinds[opener], kinds[closer] = t.LBRACK, t.RBRACK
    r.stacks.cut(r.stacks.values.index(opener))
    return opener


def import_list(r: Recovery, index: int) -> int | None:
    """``import fs, json``."""
    line = index
    while line > 0 and r.same_line(line):
        line -= 1
    if r.kind(index) != t.COMMA or r.kind(line) != _N["IMPORT"] or not r.accepts(t.NEWLINE) or r.in_braces():
        return None
    following = r.tokens.starts[index + 1]
    r.report(p.ImportList(r.span(index), Span(r.file, r.tokens.starts[index], following)))
    r.tokens.kinds[index] = t.NEWLINE
    r.tokens.insert(index + 1, _N["IMPORT"], following, following)
    return index


def angle_brackets(r: Recovery, index: int) -> int | None:
    """``List<Int>``."""
    kinds = r.tokens.kinds
    if kinds[index] != t.COMPARE or r.token_text(index) != "<" or not r.accepts(t.LBRACK):
        return None
    depth, at = 1, index + 1
    while depth and kinds[at] in (t.UPPER, t.NAME, t.COMMA, t.DOT, t.QUESTION, t.COMPARE, t.COLON, _N["PLUS"]):
        sign = r.token_text(at)
        depth += (sign == "<") - (sign == ">")
        at += 1
    simple = depth == 0 and sum(kinds[i] == t.COMPARE for i in range(index, at)) == 2
    r.report(p.AngleBrackets(r.span(index), r.span(at - 1) if simple else None))
    if depth:
        return r.give_up_item(index)
    kinds[index], kinds[at - 1] = t.LBRACK, t.RBRACK
    return index


# ------------------------------------------------------------------------------------------------------- declarations

_DECLARATIONS = {
    "def": "fn", "function": "fn", "func": "fn", "fun": "fn", "proc": "fn", "sub": "fn", "method": "fn", "class": "record",
    "struct": "record", "data": "record", "union": "enum", "typedef": "type", "from": "import", "use": "import",
    "using": "import", "require": "import", "include": "import", "export": "pub", "public": "pub", "static": "const",
    "val": "const", "define": "const", "target": "task", "job": "task",
}  # fmt: skip
_NONE_OF_THE_KIND = {
    "interface": "types have bounds such as `Ord`; behaviour is passed as functions",
    "trait": "types have bounds such as `Ord`; behaviour is passed as functions",
    "protocol": "types have bounds such as `Ord`; behaviour is passed as functions",
    "impl": "a function whose first parameter is `self: Type` is a method of that type",
    "extension": "a function whose first parameter is `self: Type` is a method of that type",
    "module": "each file is a module, named by the file",
    "namespace": "each file is a module, named by the file",
    "package": "each file is a module, named by the file",
    "mod": "each file is a module, named by the file",
    "async": "remove it: calls of tasks run at once by themselves where that cannot be seen",
    "private": "remove it: what is not `pub` is private",
    "abstract": "remove it",
    "final": "remove it: values do not change",
    "main": "write `task main() { … }`",
}


def foreign_declaration(r: Recovery, index: int) -> int | None:
    """``def f():``, ``class Point:``."""
    if r.kind(index) != t.NAME or not r.at_item() or r.kind(index + 1) not in (t.NAME, t.UPPER, t.STRING, t.DOT, t.FN):
        return None
    word = r.token_text(index)
    if word in _NONE_OF_THE_KIND:
        r.report(p.ForeignDeclaration(r.span(index), _NONE_OF_THE_KIND[word], ()))
        return r.give_up_item(index)
    if word not in _DECLARATIONS:
        return None
    instead = _DECLARATIONS[word]
    kind = t.WORDS[instead]
    end = index + 1
    while r.kind(end) not in (t.NEWLINE, t.END, t.LBRACE, _N["FATARROW"], t.EQ):
        end += 1
    goes_on = instead in ("fn", "task") and r.kind(end) in (t.LBRACE, _N["FATARROW"]) and r.kind(index + 1) == t.NAME
    goes_on = goes_on or instead == "pub"
    edits = (Edit(r.span(index), instead),) if goes_on else ()
    r.report(p.ForeignDeclaration(r.span(index), f"write `{instead}`", edits))
    if not goes_on:
        return r.give_up_item(index)
    r.tokens.kinds[index] = kind
    return index


_NESTED = {
    "task": "a task", "record": "a record", "enum": "an enum", "type": "a type alias", "test": "a test", "extern": "a function",
    "pub": "what is `pub`",
}  # fmt: skip


def nested_declaration(r: Recovery, index: int) -> int | None:
    """A declaration in a block."""
    if not r.in_braces() or index == 0:
        return None
    kind = r.kind(index)
    if kind == t.NAME and r.kind(index - 1) == t.FN:
        arrow = r.kind(r.after_first_close(index + 1)) == _N["ARROW"] if r.kind(index + 1) == t.LPAR else True
        name = r.token_text(index)
        at = Span(r.file, r.tokens.starts[index - 1], r.tokens.ends[index])
        edits = () if arrow else (Edit(at, f"let {name} = fn"),)
        r.report(p.NestedDeclaration(at, "a function", f"move it out, or write a lambda: `let {name} = fn(…) => …`", edits))
        return r.give_up_item(index)
    if kind in (_N["CONST"], _N["IMPORT"]) and r.at_item():
        what, advice = ("a constant", "write `let`") if kind == _N["CONST"] else ("an import", "move it to the top of the file")
        edits = (Edit(r.span(index), "let"),) if kind == _N["CONST"] else ()
        r.report(p.NestedDeclaration(r.span(index), what, advice, edits))
        if kind == _N["CONST"]:
            r.tokens.kinds[index] = t.LET
            return index
        return r.give_up_item(index)
    word = r.token_text(index - 1)
    if word in _NESTED and kind in (t.NAME, t.UPPER, t.STRING, t.FN) and r.same_line(index):
        r.report(p.NestedDeclaration(r.span(index - 1), _NESTED[word], "move it out of the block", ()))
        return r.give_up_item(index)
    return None


_CLAUSES = ("needs", "uses", "retry", "timeout", "budget", "cache", "once", "approve", "undo", "on")


def misspelled_clause(r: Recovery, index: int) -> int | None:
    """``reties 3`` between the head of a task and its body."""
    if r.kind(index) != t.NAME or not r.accepts(t.WORDS["needs"]) or r.in_braces():
        return None
    meant = closest(r.token_text(index), _CLAUSES)
    if meant is None or not r.accepts(t.WORDS[meant]):
        return None
    r.report(p.UnknownClause(r.span(index), r.token_text(index), meant))
    r.tokens.kinds[index] = t.WORDS[meant]
    return index


def missing_body(r: Recovery, index: int) -> int | None:
    """``fn f() -> Int`` and nothing more."""
    kind = r.kind(index)
    last = index - 1 if index and r.kind(index - 1) == t.NEWLINE else index
    on_next_line = last < index
    if not r.accepts(t.LBRACE) or r.in_braces() or not (kind == t.END or on_next_line):
        return None
    begin = r.item_begin()
    what = {t.WORDS["test"]: "test", t.WORDS["task"]: "task"}.get(r.kind_at(begin), "function")
    follows = on_next_line and kind not in t.DECLARES and bool(r.indent(index))
    r.report(p.MissingBody(Span(r.file, begin, r.tokens.ends[last - 1]), what, follows))
    if kind != t.END and kind not in t.DECLARES:
        return r.give_up_item(index)
    r.insert(index, t.LBRACE, t.ERROR, t.RBRACE, *((t.NEWLINE,) if kind != t.END else ()))
    return index


def braces_for_fields(r: Recovery, index: int) -> int | None:
    """``record Point { … }``."""
    if r.kind(index) != t.LBRACE or index < 2 or r.kind(index - 2) != _N["RECORD"] or not r.accepts(t.LPAR):
        return None
    r.report(p.BracesForFields(r.span(index)))
    return r.give_up_item(index)


def top_level_statement(r: Recovery, index: int) -> int | None:
    """A statement outside of any function."""
    kind = r.kind(index)
    if not r.at_item() or r.in_braces() or (kind not in STATEMENT and kind not in t.SOFT_WORDS):
        return None
    edits = (Edit(r.span(index), "const"),) if kind == t.LET and r.kind(index + 1) == t.NAME else ()
    r.report(p.TopLevelStatement(r.span(index), edits))
    return r.give_up_item(index)


# --------------------------------------------------------------------------------------------------------- statements

_BEFORE = {
    "switch": ("match", "write `match value { pattern => … }`"),
    "case": ("", "an arm of a `match` is `pattern => …`"),
    "when": ("", "write `match value { pattern => … }`, or `if`"),
    "foreach": ("for", "write `for x in xs { … }`"),
    "unless": ("if not", "write `if not …`"),
    "until": ("while not", "write `while not …`"),
    "loop": ("", "write `while true { … }`"),
    "do": ("", "write `while … { … }`"),
    "throw": ("fail", "write `fail \"message\"`"),
    "raise": ("fail", "write `fail \"message\"`"),
    "panic": ("fail", "write `fail \"message\"`"),
    "except": ("", "write `try … catch err { … }`"),
    "rescue": ("", "write `try … catch err { … }`"),
    "finally": ("", "what runs at the end in any case stands in `defer { … }` before"),
    "print": ("", "`print` is a function: write `print(…)`"),
    "println": ("", "write `print(…)`"),
    "echo": ("", "write `print(…)`"),
    "await": ("", "remove it: what is still open is waited for by itself"),
    "async": ("", "remove it: calls of tasks run at once by themselves where that cannot be seen"),
    "new": ("", "remove it: a record is built by calling it, `Point(1.0, 2.0)`"),
    "yield": ("", "build a list, or give the elements to a function"),
    "lambda": ("", "write `fn(x) => …`"),
    "del": ("", "write `m.remove(k)` or `xs.remove(i)`"),
    "delete": ("", "write `m.remove(k)` or `xs.remove(i)`"),
    "with": ("", "what ends with the block stands in `defer { … }`"),
    "global": ("", "remove it: functions take values and return values"),
    "val": ("let", "write `let`"),
    "mut": ("var", "write `var`"),
    "auto": ("let", "write `let`"),
    "def": ("", "write `let name = fn(…) => …`, or declare the function at the top level"),
    "function": ("", "write `let name = fn(…) => …`, or declare the function at the top level"),
    "func": ("", "write `let name = fn(…) => …`, or declare the function at the top level"),
    "elif": ("else if", "write `else if`"),
    "goto": ("", "there is none"),
}
_AFTER = {
    "is": ("==", "write `==`, or take an option apart with `if let`"),
    "isnt": ("!=", "write `!=`"),
    "instanceof": ("", "take a value of an enum apart with `match`"),
    "then": ("", "the block stands in braces `{ … }`"),
    "do": ("", "the block stands in braces `{ … }`"),
    "mod": ("%", "write `%`"),
    "div": ("//", "write `//`"),
    "xor": ("!=", "write `!=` for `Bool`, `^` for the bits of `Int`"),
    "eq": ("==", "write `==`"),
    "ne": ("!=", "write `!=`"),
    "of": ("", "write `for x in xs`"),
    "as": ("", "there are no casts: `x.to_float()`, `x.to_int()`, `Path(s)` and the like make a new value"),
}


def foreign_statement(r: Recovery, index: int) -> int | None:
    """``throw x``, ``a is b``."""
    word = r.token_text(index)
    if (r.kind(index) == t.NAME or word == "as") and word in _AFTER and r.in_braces():
        instead, advice = _AFTER[word]
        edits = (Edit(r.span(index), instead),) if instead in ("==", "!=", "%", "//") else ()
        r.report(p.ForeignStatement(r.span(index), advice, edits))
        return r.give_up_item(index)
    if index == 0 or not r.same_line(index) or r.kind(index - 1) != t.NAME:
        return None
    word = r.token_text(index - 1)
    if word not in _BEFORE or r.kind(index) not in STATEMENT | {t.LBRACE}:
        return None
    instead, advice = _BEFORE[word]
    edits = (Edit(r.span(index - 1), instead),) if instead else ()
    r.report(p.ForeignStatement(r.span(index - 1), advice, edits))
    return r.give_up_item(index)


def missing_let(r: Recovery, index: int) -> int | None:
    """``x: Int = 1`` as a statement."""
    if r.kind(index) != t.COLON or index < 2 or r.kind(index - 1) != t.NAME or not r.in_braces():
        return None
    if r.kind(index - 2) not in (t.NEWLINE, t.LBRACE) or r.kind(index + 1) != t.UPPER:
        return None
    name = re.escape(r.token_text(index - 1))
    changed = re.compile(rf"(?<![\w.]){name}(?:\.\w+|\[[^\n\]]*\])*[ \t]*(?:[-+*/%]|//|\*\*)?=(?![=>])")
    r.report(p.MissingLet(r.span(index - 1), changed.search(r.text, r.tokens.ends[index]) is not None))
    return r.give_up_item(index)


def catch_without_name(r: Recovery, index: int) -> int | None:
    """``catch { … }``."""
    if r.kind(index) != t.LBRACE or index == 0 or r.kind(index - 1) != _N["CATCH"]:
        return None
    r.report(p.CatchWithoutName(r.span(index - 1)))
    r.insert(index, t.NAME)
    return index


def else_arm(r: Recovery, index: int) -> int | None:
    """``else => …``."""
    if r.kind(index) != t.ELSE or r.kind(index + 1) != _N["FATARROW"]:
        return None
    r.report(p.ElseArm(r.span(index)))
    r.tokens.kinds[index] = t.NAME
    if r.accepts(t.NEWLINE):  # no newline counts before `else`
        r.insert(index, t.NEWLINE)
    return index


def plain_string_only(r: Recovery, index: int) -> int | None:
    """A string with holes in a pattern, or as the name of a test."""
    if r.kind(index) != t.STRING_OPEN or not r.accepts(t.STRING):
        return None
    end = r.after_first_close(index)
    r.report(p.PlainStringOnly(Span(r.file, r.tokens.starts[index], r.tokens.ends[end - 1])))
    r.tokens.delete(index + 1, end)
    r.tokens.kinds[index] = t.ERROR
    if r.accepts(t.ERROR):
        return index
    return r.give_up_item(index)
