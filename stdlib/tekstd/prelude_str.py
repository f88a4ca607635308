"""Host bodies of ``prelude_str.tek``."""

from __future__ import annotations

from tekrt.values.containers import TList, some
from tekrt.values.failure import Failure
from tekrt.values.native import native
from tekrt.values.numbers import INT_MAX, INT_MIN
from tekrt.values.types import NONE
from tekstd.guard import room_for_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DIGITS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_NUMBER_CHARACTERS = frozenset("0123456789+-.eE")
_WORDS_FOR_FLOATS = frozenset(["inf", "infinity", "nan"])


@native("Str.len")
def length(ctx: Any, s: str) -> int:
    """Return the number of characters."""
    return len(s)


@native("Str.chars")
def chars(ctx: Any, s: str) -> TList:
    """Return the characters."""
    return TList(1, list(s))


@native("Str.bytes")
def bytes_(ctx: Any, s: str) -> bytes:
    """Return the text in UTF-8."""
    return s.encode("utf-8")


@native("Str.lines")
def lines(ctx: Any, s: str) -> TList:
    """Return the lines without their ends."""
    return TList(1, split_lines(s))


def split_lines(s: str) -> list[str]:
    r"""Return the lines of a text; they end in ``\n`` or ``\r\n`` and nothing else, unlike Python's."""
    found = s.split("\n")
    if not found[-1]:
        found.pop()
    if "\r\n" in s:
        # the last line keeps a lone `\r`: no `\n` follows it
        ends = len(found) if s[-1] == "\n" else len(found) - 1
        found = [line[:-1] if at < ends and line[-1:] == "\r" else line for at, line in enumerate(found)]
    return found


@native("Str.words")
def words(ctx: Any, s: str) -> TList:
    """Return the parts between blanks."""
    return TList(1, s.split())


@native("Str.split")
def split(ctx: Any, s: str, sep: str) -> TList:
    """Return the parts between separators; all characters for an empty separator."""
    return TList(1, s.split(sep) if sep else list(s))


@native("Str.split_once")
def split_once(ctx: Any, s: str, sep: str) -> Any:
    """Return what stands before and after the first separator."""
    at = s.find(sep)
    return some((s[:at], s[at + len(sep) :])) if at >= 0 else NONE


@native("Str.rsplit_once")
def rsplit_once(ctx: Any, s: str, sep: str) -> Any:
    """Return what stands before and after the last separator."""
    at = s.rfind(sep)
    return some((s[:at], s[at + len(sep) :])) if at >= 0 else NONE


@native("Str.trim")
def trim(ctx: Any, s: str) -> str:
    """Return the text without blanks at both ends."""
    return s.strip()


@native("Str.trim_start")
def trim_start(ctx: Any, s: str) -> str:
    """Return the text without blanks at its start."""
    return s.lstrip()


@native("Str.trim_end")
def trim_end(ctx: Any, s: str) -> str:
    """Return the text without blanks at its end."""
    return s.rstrip()


@native("Str.strip_prefix")
def strip_prefix(ctx: Any, s: str, prefix: str) -> Any:
    """Return what follows the prefix, where it is there."""
    return some(s[len(prefix) :]) if s.startswith(prefix) else NONE


@native("Str.strip_suffix")
def strip_suffix(ctx: Any, s: str, suffix: str) -> Any:
    """Return what precedes the suffix, where it is there."""
    return some(s[: len(s) - len(suffix)]) if s.endswith(suffix) else NONE


@native("Str.starts_with")
def starts_with(ctx: Any, s: str, prefix: str) -> bool:
    """Tell whether the text begins with ``prefix``."""
    return s.startswith(prefix)


@native("Str.ends_with")
def ends_with(ctx: Any, s: str, suffix: str) -> bool:
    """Tell whether the text ends with ``suffix``."""
    return s.endswith(suffix)


@native("Str.contains")
def contains(ctx: Any, s: str, part: str) -> bool:
    """Tell whether ``part`` occurs in the text."""
    return part in s


@native("Str.find")
def find(ctx: Any, s: str, part: str) -> Any:
    """Return the position of the first occurrence."""
    at = s.find(part)
    return some(at) if at >= 0 else NONE


@native("Str.rfind")
def rfind(ctx: Any, s: str, part: str) -> Any:
    """Return the position of the last occurrence."""
    at = s.rfind(part)
    return some(at) if at >= 0 else NONE


@native("Str.replace")
def replace(ctx: Any, s: str, old: str, new: str) -> str:
    """Return the text with every occurrence of ``old`` replaced."""
    if len(new) > len(old):
        room_for_text(len(s) + s.count(old) * (len(new) - len(old)))
    return s.replace(old, new)


@native("Str.upper")
def upper(ctx: Any, s: str) -> str:
    """Return the text in upper case."""
    return s.upper()


@native("Str.lower")
def lower(ctx: Any, s: str) -> str:
    """Return the text in lower case."""
    return s.lower()


@native("Str.title")
def title(ctx: Any, s: str) -> str:
    """Return the text with each word's first letter in upper case; an apostrophe and a digit are part of a word."""
    out: list[str] = []
    inside = False
    for c in s.lower():
        in_word = c.isalnum() or (inside and c in "'’")
        out.append(c if inside or not in_word else c.title())
        inside = in_word
    return "".join(out)


@native("Str.capitalize")
def capitalize(ctx: Any, s: str) -> str:
    """Return the text with its first letter in upper case and the rest as it is."""
    return s[:1].title() + s[1:]


@native("Str.repeat")
def repeat(ctx: Any, s: str, n: int) -> str:
    """Return the text ``n`` times."""
    room_for_text(len(s) * n)
    return s * n if s and n > 0 else ""


def _padding(missing: int, fill: str) -> str:
    if missing <= 0 or not fill:
        return ""
    room_for_text(missing)
    if len(fill) == 1:
        return fill * missing
    return (fill * (missing // len(fill) + 1))[:missing]


@native("Str.pad_start")
def pad_start(ctx: Any, s: str, n: int, fill: str) -> str:
    """Return the text with ``fill`` before it, at least ``n`` characters long."""
    return _padding(n - len(s), fill) + s


@native("Str.pad_end")
def pad_end(ctx: Any, s: str, n: int, fill: str) -> str:
    """Return the text with ``fill`` after it, at least ``n`` characters long."""
    return s + _padding(n - len(s), fill)


@native("Str.reverse")
def reverse(ctx: Any, s: str) -> str:
    """Return the characters from last to first."""
    return s[::-1]


@native("Str.count")
def count(ctx: Any, s: str, part: str) -> int:
    """Return how often ``part`` occurs, without overlaps."""
    return s.count(part)


@native("Str.to_int")
def to_int(ctx: Any, s: str, base: int) -> Any:
    """Return the whole number that the text is; ``fail`` for a base outside 2..=36."""
    if not 2 <= base <= 36:
        raise Failure("fail", f"to_int: the base {base} is not from 2 to 36")
    digits = s[1:] if s[:1] in ("-", "+") else s
    if base == 10:
        if not (digits.isascii() and digits.isdigit()):
            return NONE
    elif not digits or not _DIGITS.issuperset(digits.lower()):
        return NONE
    digits = digits.lstrip("0") or "0"
    if len(digits) > 64:
        return NONE
    try:
        n = int(digits, base)
    except ValueError:
        return NONE
    n = -n if s[0] == "-" else n
    return some(n) if INT_MIN <= n <= INT_MAX else NONE


@native("Str.to_float")
def to_float(ctx: Any, s: str) -> Any:
    """Return the number that the text is."""
    if not _NUMBER_CHARACTERS.issuperset(s) and s.lstrip("+-").lower() not in _WORDS_FOR_FLOATS:
        return NONE
    try:
        return some(float(s))
    except ValueError:
        return NONE


@native("Str.code")
def code(ctx: Any, s: str) -> int:
    """Return the only character's code point; ``fail`` where there is not exactly one."""
    if len(s) != 1:
        raise Failure("fail", f"code: the text must have one character, this one has {len(s)}")
    return ord(s)


@native("Str.is_digit")
def is_digit(ctx: Any, s: str) -> bool:
    """Tell whether there are digits from 0 to 9 and nothing else."""
    return s.isascii() and s.isdigit()


@native("Str.is_alpha")
def is_alpha(ctx: Any, s: str) -> bool:
    """Tell whether there are letters and nothing else."""
    return s.isalpha()


@native("Str.is_alnum")
def is_alnum(ctx: Any, s: str) -> bool:
    """Tell whether there are letters and digits and nothing else."""
    return s.isalnum()


@native("Str.is_space")
def is_space(ctx: Any, s: str) -> bool:
    """Tell whether there are blanks and nothing else."""
    return s.isspace()


@native("Str.is_upper")
def is_upper(ctx: Any, s: str) -> bool:
    """Tell whether there are letters and all are in upper case."""
    return s.isupper()


@native("Str.is_lower")
def is_lower(ctx: Any, s: str) -> bool:
    """Tell whether there are letters and all are in lower case."""
    return s.islower()
