"""JSON text into plain data and back.

Python's own reader and writer do the work where they can.  They recurse, and their reader is generous; so what they refuse is
read again by :class:`_Reader`, which has a stack of its own and says exactly what is wrong.
"""

from __future__ import annotations

from tekrt.values.failure import Failure
from tekstd.raw import MAX_DEPTH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


class _Refused(Exception):
    """Python's reader met what JSON or we do not allow."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Refused
    return made


def _constant(name: str) -> NoReturn:
    raise _Refused


def parse_json(text: str) -> Any:
    """Return the plain data of a JSON text; ``decode`` with line and column where it is none."""
    import json

    if text[:1] == "\ufeff":
        text = text[1:]
    # a lone surrogate would be no text of ours; numbers beyond all Floats would be infinite
    if not _has_surrogates(text):
        try:
            raw = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
            if _shallow(text) and not _infinite(text):
                return raw
        except (ValueError, RecursionError, _Refused):
            pass  # the slow reader finds the reason, or reads what is only too deep for Python
    return _Reader(text).read()


def _has_surrogates(text: str) -> bool:
    return "\\ud" in text or "\\uD" in text


def _shallow(text: str) -> bool:
    """Tell whether the brackets of a text nest at most as deep as is allowed, those in its strings included."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return True
    import re

    depth = deepest = 0
    for c in re.sub(r"[^\[\]{}]+", "", text):
        if c in "[{":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest <= MAX_DEPTH


def _infinite(text: str) -> bool:
    """Tell whether a number may be beyond all Floats: it has hundreds of digits, or an exponent of three."""
    import re

    return re.search(r"(?:^|[\s:,\[])-?(?:[0-9]{300}|[0-9.]+[eE]\+?[0-9]{3})", text) is not None


_BLANKS = " \t\n\r"
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}


class _Reader:
    """Reads JSON strictly, with an explicit stack."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def read(self) -> Any:
        """Return the one value of the text."""
        top: list[Any] = []
        stack: list[Any] = [top]  # the open containers
        keys: list[str] = [""]  # the key that waits for its value, for each
        while True:
            c = self.next_char("a value")
            opened = self.open(c, stack)
            if opened is None:
                self.put(stack, keys, self.scalar(c))
            else:
                self.put(stack, keys, opened)
                stack.append(opened)
                keys.append("")
                if self.skip() != ("]" if type(opened) is list else "}"):
                    if type(opened) is dict:
                        keys[-1] = self.key(opened)
                    continue
            if self.close(stack, keys):
                return top[0]

    def open(self, c: str, stack: list[Any]) -> Any:
        """Return a new container where one begins."""
        if c != "[" and c != "{":
            return None
        if len(stack) > MAX_DEPTH:
            self.wrong(f"the value is nested more than {MAX_DEPTH:,} levels deep")
        self.at += 1
        return [] if c == "[" else {}

    def put(self, stack: list[Any], keys: list[str], value: Any) -> None:
        """Store a value in the innermost container."""
        if type(stack[-1]) is list:
            stack[-1].append(value)
        else:
            stack[-1][keys[-1]] = value

    def close(self, stack: list[Any], keys: list[str]) -> bool:
        """Close containers after a value, as many as end; True at the end of the text, False where another value follows."""
        while len(stack) > 1:
            inner = stack[-1]
            end = "]" if type(inner) is list else "}"
            c = self.next_char(f"`,` or `{end}`")
            if c == ",":
                self.at += 1
                if type(inner) is dict:
                    keys[-1] = self.key(inner)
                elif self.skip() == "]":
                    self.wrong("expected a value after the comma, found `]`")
                return False
            if c != end:
                self.wrong(f"expected `,` or `{end}`, found {self.shown()}")
            self.at += 1
            stack.pop()
            keys.pop()
        if self.skip():
            self.wrong(f"expected the end of the text, found {self.shown()}")
        return True

    def skip(self) -> str:
        """Skip blanks and return the next character, "" at the end."""
        text, at = self.text, self.at
        while at < len(text) and text[at] in _BLANKS:
            at += 1
        self.at = at
        return text[at : at + 1]

    def next_char(self, wanted: str) -> str:
        """Skip blanks and return the next character, which must be there."""
        c = self.skip()
        if not c:
            self.wrong(f"expected {wanted}, but the text ends")
        return c

    def key(self, inner: dict[str, Any]) -> str:
        """Return a key and step over its colon."""
        start = self.at
        if self.next_char('a key in quotes or `}`') != '"':
            self.wrong(f"expected a key in quotes, found {self.shown()}")
        start = self.at
        name = self.string()
        if name in inner:
            self.at = start
            self.wrong(f'the key "{name}" stands twice in one object')
        if self.next_char("`:`") != ":":
            self.wrong(f"expected `:` after the key, found {self.shown()}")
        self.at += 1
        return name

    def scalar(self, c: str) -> Any:
        """Return a text, number or word."""
        if c == '"':
            return self.string()
        if c == "-" or c in "0123456789":
            return self.number()
        for word, value in _WORDS.items():
            if self.text.startswith(word, self.at) and not self.text[self.at + len(word) : self.at + len(word) + 1].isalnum():
                self.at += len(word)
                return value
        self.wrong(f"expected a value, found {self.shown()}")

    def number(self) -> int | float:
        """Return a number."""
        import re

        found = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?").match(self.text, self.at)
        if found is None or self.text[found.end() : found.end() + 1].isalnum() or self.text[found.end() : found.end() + 1] == ".":
            self.wrong(f"expected a number, found {self.shown()}")
        if found[1] is None and found[2] is None and len(found[0]) <= 4_000:
            self.at = found.end()
            return int(found[0])
        value = float(found[0])
        if value - value != 0.0:
            self.wrong("the number is too large for a Float")
        self.at = found.end()
        return value

    def string(self) -> str:
        """Return a text."""
        start = self.at
        parts: list[str] = []
        at = start + 1
        text = self.text
        while True:
            end = at
            while end < len(text) and text[end] not in '"\\' and text[end] >= " ":
                end += 1
            parts.append(text[at:end])
            self.at = end
            c = text[end : end + 1]
            if c == '"':
                self.at = end + 1
                return "".join(parts)
            if c != "\\":
                self.unfinished(start, c)
            parts.append(self.escape())
            at = self.at

    def unfinished(self, start: int, c: str) -> NoReturn:
        """Fail because a text does not end, or has a control character."""
        if c:
            self.wrong(f"a text may not have the control character \\u{ord(c):04x}; write it as an escape")
        self.at = start
        self.wrong("a text that begins here does not end")

    def escape(self) -> str:
        """Return what an escape stands for and step over it."""
        c = self.text[self.at + 1 : self.at + 2]
        if c == "u":
            return self.unicode()
        if c not in _ESCAPES or not c:
            self.wrong(f"`\\{c}` is no escape of JSON")
        self.at += 2
        return _ESCAPES[c]

    def unicode(self) -> str:
        r"""Return the character of ``\uXXXX``, or of the two that make a surrogate pair."""
        code = self.hex4(self.at)
        if 0xD800 <= code < 0xDC00 and self.text[self.at + 6 : self.at + 8] == "\\u":
            low = self.hex4(self.at + 6)
            if 0xDC00 <= low < 0xE000:
                self.at += 12
                return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
        if 0xD800 <= code < 0xE000:
            self.wrong(f"\\u{code:04x} is half of a surrogate pair and no character")
        self.at += 6
        return chr(code)

    def hex4(self, at: int) -> int:
        """Return the number of the four hexadecimal digits of an escape."""
        digits = self.text[at + 2 : at + 6]
        if len(digits) < 4 or not all(c in "0123456789abcdefABCDEF" for c in digits):
            self.wrong("`\\u` needs four hexadecimal digits")
        return int(digits, 16)

    def shown(self) -> str:
        """Return the next word or character for a message."""
        end = self.at
        while end < len(self.text) and self.text[end].isalnum() and end - self.at < 20:
            end += 1
        return f"`{self.text[self.at : max(end, self.at + 1)]}`"

    def wrong(self, message: str) -> NoReturn:
        """Fail with the place in the text."""
        line = self.text.count("\n", 0, self.at) + 1
        column = self.at - (self.text.rfind("\n", 0, self.at) + 1) + 1
        raise Failure("decode", f"JSON, line {line}, column {column}: {message}")


# writing


def json_text(raw: Any, indent: int) -> str:
    """Return plain data as JSON text; with ``indent`` over several lines."""
    import json

    if indent <= 0:
        try:
            return json.dumps(raw, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        except RecursionError:
            pass  # deeper than Python's stack allows, but not than we do
    return _write(raw, indent)


class _Level:
    """A container that is being written."""

    __slots__ = ("closing", "items")

    def __init__(self, raw: Any) -> None:
        self.items = iter(raw.items()) if type(raw) is dict else iter(raw)
        self.closing = "}" if type(raw) is dict else "]"


def _write(raw: Any, indent: int) -> str:
    from json.encoder import encode_basestring

    out: list[str] = []
    levels: list[_Level] = []
    indent = max(indent, 0)

    def newline() -> str:
        return "\n" + " " * (indent * len(levels)) if indent else ""

    def begin(x: Any) -> None:
        if type(x) is str:
            out.append(encode_basestring(x))
        elif type(x) in (list, dict) and x:
            out.append("{" if type(x) is dict else "[")
            levels.append(_Level(x))
            out.append(newline())
        else:
            out.append(_scalar_text(x))

    begin(raw)
    first = True
    while levels:
        level = levels[-1]
        depth = len(levels)
        for item in level.items:
            if not first:
                out.append("," + newline())
            first = False
            if level.closing == "}":
                out.append(encode_basestring(item[0]) + (": " if indent else ":"))
                item = item[1]
            begin(item)
            if len(levels) > depth:
                first = True
                break
        else:
            levels.pop()
            out.append(newline() + level.closing)
            first = False
    return "".join(out)


def _scalar_text(x: Any) -> str:
    if x is None:
        return "null"
    if x is True or x is False:
        return "true" if x else "false"
    return repr(x) if type(x) in (int, float) else "[]" if type(x) is list else "{}"
