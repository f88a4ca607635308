"""YAML text into plain data and back.

The reader builds plain data from PyYAML's events, which come without recursion.  Plain scalars are read by the core schema of
YAML 1.2: only ``true`` and ``false`` are truth values, dates are texts.  Aliases copy what they name, up to a bound.
"""

from __future__ import annotations

from tekrt.values.failure import Failure
from tekstd.raw import MAX_DEPTH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

MAX_NODES = 1_000_000
"""How many values the aliases of a text may stand for in all, so that a small text cannot become a huge value."""

_NULLS = frozenset(["", "~", "null", "Null", "NULL"])
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_SPECIAL_FLOATS = {
    sign + dot: (-1.0 if sign == "-" else 1.0) * float("inf") for sign in ("", "-", "+") for dot in (".inf", ".Inf", ".INF")
}
_NANS = frozenset([".nan", ".NaN", ".NAN"])
_TAG = "tag:yaml.org,2002:"
_MERGE = "<<"
_HIDDEN_MERGE = "\0<<"  # no key of a text can be this one: YAML forbids NUL


def parse_yaml(text: str) -> Any:
    """Return the plain data of the one document of a YAML text, None for an empty one; ``decode`` where it is none."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    reader = _Reader()
    try:
        for event in yaml.parse(text, Loader=loader):
            reader.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark is not None else ""
        words = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
        raise Failure("decode", f"YAML, {where}{words}") from None
    return reader.result


class _Open:
    """A list or mapping that is being read."""

    __slots__ = ("anchor", "height", "key", "nodes", "value")

    def __init__(self, value: Any, anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.key: str | None = None  # the key of a mapping that waits for its value
        self.nodes = 1  # of how many values it consists by now
        self.height = 1  # how deep they are nested


class _Reader:
    """Builds plain data from events."""

    def __init__(self) -> None:
        self.result: Any = None
        self.documents = 0
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int, int]] = {}  # what stands there, of how many values it consists, how deep
        self.copied = 0

    def take(self, event: Any) -> None:
        """Take the next event."""
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self.scalar(event)
        elif kind == "SequenceStartEvent":
            self.open([], event, ("seq",))
        elif kind == "MappingStartEvent":
            self.open({}, event, ("map", "omap", "set"))
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            self.close(event)
        elif kind == "AliasEvent":
            self.alias(event)
        elif kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                self.wrong(event, "a second document begins here; only one is read")

    def open(self, value: Any, event: Any, tags: tuple[str, ...]) -> None:
        """Begin a list or mapping."""
        if len(self.stack) >= MAX_DEPTH:
            self.wrong(event, f"the value is nested more than {MAX_DEPTH:,} levels deep")
        if event.tag not in (None, "!") and event.tag not in [_TAG + tag for tag in tags]:
            self.wrong(event, f"the tag {event.tag} is not known")
        if self.stack and type(self.stack[-1].value) is dict and self.stack[-1].key is None:
            self.wrong(event, "a key must be a single value, not a list or mapping")
        if event.anchor is not None:
            self.anchors.pop(event.anchor, None)
        self.stack.append(_Open(value, event.anchor))

    def close(self, event: Any) -> None:
        """End a list or mapping."""
        done = self.stack.pop()
        if type(done.value) is dict and _HIDDEN_MERGE in done.value:
            done.value = self.merged(done.value, event)
        if done.anchor is not None:
            self.anchors[done.anchor] = (done.value, done.nodes, done.height)
        self.put(done.value, done.nodes, done.height, event)

    def merged(self, value: dict[str, Any], event: Any) -> dict[str, Any]:
        """Return a mapping with what ``<<`` brings in below its own keys."""
        sources = value.pop(_HIDDEN_MERGE)
        made: dict[str, Any] = {}
        for source in reversed(sources if type(sources) is list else [sources]):
            if type(source) is not dict:
                self.wrong(event, "`<<` takes a mapping, or a list of mappings")
            made.update(source)
        made.update(value)
        return made

    def alias(self, event: Any) -> None:
        """Put what an anchor names; copies are shared, but counted."""
        there = self.anchors.get(event.anchor)
        if there is None:
            inside = any(level.anchor == event.anchor for level in self.stack)
            self.wrong(event, f"*{event.anchor} stands inside of what it names" if inside else f"there is no anchor &{event.anchor}")
        value, nodes, height = there
        self.copied += nodes
        if self.copied > MAX_NODES:
            self.wrong(event, f"aliases make more than {MAX_NODES:,} values of this text")
        if len(self.stack) + height > MAX_DEPTH:
            self.wrong(event, f"the value is nested more than {MAX_DEPTH:,} levels deep")
        self.put(value, nodes, height, event)

    def put(self, value: Any, nodes: int, height: int, event: Any) -> None:
        """Store a value in the innermost container, or as a key."""
        if not self.stack:
            self.result = value
            return
        inner = self.stack[-1]
        inner.nodes += nodes
        inner.height = max(inner.height, height + 1)
        if type(inner.value) is list:
            inner.value.append(value)
        elif inner.key is not None:
            inner.value[inner.key] = value
            inner.key = None
        else:
            self.key(inner, value, event)

    def key(self, inner: _Open, value: Any, event: Any) -> None:
        """Take a key, which an alias brought."""
        if type(value) is not str:
            self.wrong(event, "a key must be a text")
        self.set_key(inner, value, event)

    def set_key(self, inner: _Open, name: str, event: Any) -> None:
        """Take a key of a mapping."""
        if name in inner.value:
            self.wrong(event, f"the key {name!r} stands twice in one mapping")
        inner.key = name

    def scalar(self, event: Any) -> None:
        """Take a scalar, as a key or as a value."""
        inner = self.stack[-1] if self.stack else None
        if inner is not None and type(inner.value) is dict and inner.key is None:
            merge = event.value == _MERGE and event.implicit[0]
            if event.anchor is not None:
                self.anchors[event.anchor] = (event.value, 1, 0)
            self.set_key(inner, _HIDDEN_MERGE if merge else event.value, event)
            return
        value = self.scalar_value(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1, 0)
        self.put(value, 1, 0, event)

    def scalar_value(self, event: Any) -> Any:
        """Return what a scalar stands for."""
        text = event.value
        if event.tag in (None, "!"):
            return plain_value(text) if event.implicit[0] and event.tag is None else text
        tag = event.tag.removeprefix(_TAG)
        if tag in ("str", "binary", "timestamp"):
            return text
        value = plain_value(text)
        if tag == "float" and type(value) is int:
            return float(value)
        wanted = {"int": int, "float": float, "bool": bool, "null": type(None)}.get(tag)
        if wanted is None:
            self.wrong(event, f"the tag {event.tag} is not known")
        if type(value) is not wanted:
            self.wrong(event, f"{text!r} is no {tag}")
        return value

    def wrong(self, event: Any, message: str) -> NoReturn:
        """Fail with the place in the text."""
        mark = event.start_mark
        raise Failure("decode", f"YAML, line {mark.line + 1}, column {mark.column + 1}: {message}")


def plain_value(text: str) -> Any:
    """Return what a plain scalar stands for in the core schema."""
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    first = text[0]
    if not (first in "+-." or (first.isdigit() and first.isascii())):
        return text
    number = _number(text)
    return text if number is None else number


def _number(text: str) -> int | float | None:
    import re

    if text in _SPECIAL_FLOATS:
        return _SPECIAL_FLOATS[text]
    if text in _NANS:
        return float("nan")
    if len(text) > 4_000:
        return None
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"0o[0-7]+|0x[0-9a-fA-F]+", text):
        return int(text, 0)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return None


# writing


def yaml_text(raw: Any) -> str:
    """Return plain data as YAML text in block style."""
    if type(raw) not in (list, dict) or not raw:
        return _scalar(raw) + "\n"
    out: list[str] = []
    stack: list[tuple[Any, ...]] = [_level(raw, 0)]
    before = ""  # what stands on the line that the next entry continues: the dashes of lists around it
    while stack:
        entries, indent, is_map = stack[-1]
        entry = next(entries, None)
        if entry is None:
            stack.pop()
            continue
        key, value = entry
        head = (before or " " * indent) + (_string(key) + ":" if is_map else "-")
        before = ""
        if type(value) not in (list, dict) or not value:
            out.append(f"{head} {_scalar(value)}\n")
        elif is_map:
            out.append(head + "\n")
            stack.append(_level(value, indent + 2))
        else:
            before = head + " "
            stack.append(_level(value, indent + 2))
    return "".join(out)


def _level(raw: Any, indent: int) -> tuple[Any, int, bool]:
    return (iter(raw.items()), indent, True) if type(raw) is dict else (((None, item) for item in raw), indent, False)


def _scalar(x: Any) -> str:
    if type(x) is str:
        return _string(x)
    if x is None:
        return "null"
    if type(x) is bool:
        return "true" if x else "false"
    return repr(x) if type(x) in (int, float) else "[]" if type(x) is list else "{}"


_WORDS_OF_OLD = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])


def _string(text: str) -> str:
    """Return a text plainly where every reader takes it for one, YAML 1.1's included, else in quotes."""
    import re
    from json.encoder import encode_basestring

    plain = re.fullmatch(r"[A-Za-z_/][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+()-]+)*", text)
    if plain and text.lower() not in _WORDS_OF_OLD and not text.startswith("---"):
        return text
    quoted = encode_basestring(text)
    return "".join([c if c >= " " and not "\x7f" <= c <= "\x9f" and c not in "\u2028\u2029\ufeff" else f"\\u{ord(c):04x}" for c in quoted])
