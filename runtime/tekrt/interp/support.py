"""What generated code calls: slow paths, and operations that are too long to be written out.

Everything here is handed to generated functions by name, so a name in this module is part of what compiled programs rely on.
"""

from __future__ import annotations

from tekrt.values.containers import (
    Closure,
    TList,
    TMap,
    TSet,
    copied,
    copy_list,
    copy_map,
    copy_record,
    copy_set,
    drop,
    dup,
    key_of,
    map_items,
    map_keys,
    map_put,
    new_map,
    own,
    share_all,
)  # fmt: skip
from tekrt.values.failure import Cancelled, Failure, SpentLimit
from tekrt.values.numbers import (
    by_zero,
    float_div,
    float_floordiv,
    float_mod,
    float_pow,
    int_div,
    int_pow,
    int_shift,
    overflow,
    unit_op,
    wrap,
)  # fmt: skip
from tekrt.values.scalars import Path, join_path
from tekrt.values.show import literal, show
from tekrt.values.types import ERR, ERROR, JSON_NULL, NONE, OK, SOME, substitute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

INF = float("inf")
NAN = float("nan")
MISSING = object()
"""What a lookup gives where there is nothing."""


# failing


def overflow_add(n: int) -> NoReturn:
    """Fail because a sum does not fit."""
    overflow(f"the sum {n}")


def overflow_sub(n: int) -> NoReturn:
    """Fail because a difference does not fit."""
    overflow(f"the difference {n}")


def overflow_mul(n: int) -> NoReturn:
    """Fail because a product does not fit."""
    overflow(f"the product {n}")


def overflow_neg(n: int) -> NoReturn:
    """Fail because a negation does not fit."""
    overflow(f"the negation {n}")


def floor_fits(n: int) -> int:
    """Return a quotient, which does not fit where the lowest number was divided by -1."""
    if n > 9223372036854775807:
        overflow(f"the quotient {n}")
    return n


def bad_index(at: int, of: Any) -> NoReturn:
    """Fail because an index is outside of a list, a text or bytes."""
    size = len(of)
    what, unit = (
        ("text", "character") if type(of) is str else ("bytes", "byte") if type(of) is bytes else ("list", "element")
    )
    where = f"has {size} {unit}{'s' if size != 1 else ''}" if size else "is empty"
    raise Failure("index", f"index {at} is outside of the {what}, which {where}")


def missing_key(key: Any) -> NoReturn:
    """Fail because a map has no such key."""
    raise Failure("missing_key", f"the map has no key {literal(key)}")


def too_deep() -> NoReturn:
    """Fail because calls nest too deep."""
    raise Failure("stack", "calls nest too deep")


def unreachable() -> NoReturn:
    """Stop where the checker proved that control never comes."""
    raise AssertionError("unreachable code was reached")


def fail_kind(kind: str, message: str, values: tuple[Any, ...]) -> NoReturn:
    """Fail with a kind of the language; ``{0}``, ``{1}`` in the message are the values."""
    for at, value in enumerate(values):
        message = message.replace(f"{{{at}}}", show(value))
    raise Failure(kind, message)


_NEGATED = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def assert_fail(source: str, operator: str, has_message: bool, values: tuple[Any, ...]) -> NoReturn:
    """Fail because an assertion does not hold; shows both sides of a comparison."""
    sides = values[:-1] if has_message else values
    message = show(values[-1]) if has_message else f"assertion failed: {source}"
    if has_message:
        message = f"{message} (assertion failed: {source})" if not sides else f"assertion failed: {message}"
    if sides:
        message += f"\n  {source}\n  left:  {literal(sides[0])}\n  right: {literal(sides[1])}"
    raise Failure("assert", message)


class Carried:
    """What a ``defer`` handler gets for something that no ``try`` takes: it can only be failed on with."""

    __slots__ = ("error", "notes")

    def __init__(self, error: BaseException) -> None:
        self.error = error


def new_error(kind: str, message: str) -> list[Any]:
    """Return an ``Error`` record without data and trace."""
    return [1, ERROR, kind, message, JSON_NULL, TList(1, [])]


def error_of(failure: Failure) -> list[Any]:
    """Return the ``Error`` record of a failure that was caught."""
    data = failure.data if failure.data is not None else JSON_NULL
    return [1, ERROR, failure.kind, failure.message, data, TList(1, list(failure.trace))]


def failure_of(error: list[Any]) -> Failure:
    """Return the failure that an ``Error`` record stands for; its trace goes on from where the record's ended."""
    failure = Failure(error[2], error[3], None if error[4] is JSON_NULL else error[4])
    failure.trace = list(error[5].a)
    return failure


def again(caught: Any) -> BaseException:
    """Return what a ``defer`` handler goes on failing with."""
    if type(caught) is Carried:
        return caught.error
    return failure_of(caught)


def noted(first: Any, second: Any) -> Any:
    """Return the first failure with a note of a later one, which a ``defer`` block had."""
    if type(second) is Carried:
        # what no try takes comes before what a try could have taken
        return second if type(first) is not Carried else first
    note = f"note: then a `defer` failed, too: {second[2]}: {second[3]}"
    if type(first) is Carried:
        trace: list[str] | None = getattr(first.error, "trace", None)
        if trace is not None:
            trace.append(note)
        return first
    made = first[:]
    made[0] = 1
    made[5] = TList(1, [*first[5].a, note])
    dup(made[4])
    return made


def accepts(error: BaseException) -> bool:
    """Tell whether a handler is entered for an error: for all but spent steps and memory.

    A ``defer`` takes all of it; a ``try`` takes failures alone, and passes the rest on to the handler around it.
    """
    if isinstance(error, SpentLimit):
        return error.limit not in ("steps", "memory")
    return isinstance(error, (Failure, Cancelled))


# text and lists


def slice_of(of: Any, start: int | None, end: int | None, inclusive: bool) -> Any:
    """Return ``of[start..end]`` of a text or bytes; an open side is None."""
    a, b = bounds(len(of), start, end, inclusive, "text" if type(of) is str else "bytes")
    return of[a:b]


def bounds(size: int, start: int | None, end: int | None, inclusive: bool, what: str) -> tuple[int, int]:
    """Return the bounds of a slice; both must lie within 0..size, and a slice that ends before it starts is empty."""
    a = 0 if start is None else start
    b = size if end is None else end + 1 if inclusive else end
    if not 0 <= a <= size or not 0 <= b <= size:
        shown = f"{'' if start is None else start}..{'=' if inclusive else ''}{'' if end is None else end}"
        raise Failure("index", f"slice {shown} is outside of the {what}, whose length is {size}")
    return a, b


def list_slice(of: TList, start: int | None, end: int | None, inclusive: bool) -> TList:
    """Return a new list of ``of[start..end]``."""
    a, b = bounds(len(of.a), start, end, inclusive, "list")
    part = of.a[a:b] if a < b else []
    return TList(2, part) if type(part) is range else TList(1, share_all(part))


def list_concat(left: TList, right: TList) -> TList:
    """Return ``left + right``; writes into ``left``, which is consumed, where nobody else holds it."""
    if left.rc == 1:
        left.a.extend(share_all(list(right.a)) if left is not right else right.a)
        return left
    left.rc -= 1
    a = [*left.a, *right.a]
    copied[0] += len(left.a)
    return TList(1, share_all(a))


def list_contains(of: TList, item: Any) -> bool:
    """Tell whether a list holds an element that equals ``item``."""
    if type(of.a) is range:
        return item in of.a
    return any(equal(x, item) for x in of.a)


def map_entries(m: TMap) -> TList:
    """Return the entries of a map as a list of pairs."""
    return TList(1, share_all(map_items(m)))


def map_keys_list(m: TMap) -> TList:
    """Return the keys of a map as a list."""
    return TList(1, share_all(map_keys(m)))


def map_mut_or(m: TMap, key: Any, other: Any) -> Any:
    """Borrow the value of a key for change, storing ``other`` first where it is missing."""
    canon = key_of(key)
    if canon in m.d:
        drop(other)
        value = m.d[canon] = own(m.d[canon])
        return value
    map_put(m, dup(key), other)
    return other


def set_of(items: TList) -> TSet:
    """Return the set of a list's elements."""
    d: dict[Any, Any] = {}
    for item in items.a:
        canon = key_of(item)
        if canon not in d:
            d[canon] = dup(item)
    return TSet(1, d)


def set_put(s: TSet, item: Any) -> None:
    """Add an element, which is consumed, to a set that nobody else holds."""
    canon = key_of(item)
    if canon in s.d:
        drop(item)
    else:
        s.d[canon] = item


def set_items(s: TSet) -> TList:
    """Return the elements of a set as a list."""
    return TList(1, share_all(list(s.d.values())))


def equal(a: Any, b: Any) -> bool:
    """``a == b`` by structure; the module that knows how is loaded when it is first needed."""
    from tekrt.values import order

    globals()["equal"] = order.equal
    return order.equal(a, b)


_ORDERED = frozenset([int, float, str, bytes, bool])
"""Types that Python orders as Tek does: generic code that compares them needs no walk through their parts."""


def less(a: Any, b: Any) -> bool:
    """``a < b`` by structure."""
    if type(a) in _ORDERED:
        return bool(a < b)
    from tekrt.values.order import compare

    return compare(a, b) == -1


def less_equal(a: Any, b: Any) -> bool:
    """``a <= b`` by structure."""
    if type(a) in _ORDERED:
        return bool(a <= b)
    from tekrt.values.order import compare

    return compare(a, b) in (-1, 0)


def more(a: Any, b: Any) -> bool:
    """``a > b`` by structure."""
    if type(a) in _ORDERED:
        return bool(a > b)
    from tekrt.values.order import compare

    return compare(a, b) == 1


def more_equal(a: Any, b: Any) -> bool:
    """``a >= b`` by structure."""
    if type(a) in _ORDERED:
        return bool(a >= b)
    from tekrt.values.order import compare

    return compare(a, b) in (0, 1)


def format_value(value: Any, fmt: Any) -> str:
    """Return a value as text by a parsed format."""
    from tekrt.values.format import format_value as write

    return write(value, fmt)


def build_command(words: Any, values: tuple[Any, ...]) -> Any:
    """Return the Command of a literal's words (see :mod:`tekrt.interp.commands`)."""
    from tekrt.interp.commands import build

    return build(words, values)


def build_secret(parts: tuple[Any, ...]) -> Any:
    """Return the Secret that a text with secrets in it is."""
    from tekrt.interp.commands import secret

    return secret(parts)


def only_enter(context: Any, needs: Any, values: tuple[Any, ...]) -> Any:
    """Return the context inside an ``only`` block."""
    from tekrt.interp.tasks import narrowed

    return narrowed(context, needs, values)


def only_caps(caps: tuple[Any, ...]) -> Any:
    """Return what stands in a frame for the captures of a closure that takes no arguments."""
    return caps if len(caps) > 1 else caps[0] if caps else None


def with_depth(code: Any) -> Any:
    """Return the code of a function value whose function calls others in turn, and must know how deep that may go."""
    return lambda frame, *args: code(frame, frame[4] - 1, *args)


NAMESPACE = {
    "Closure": Closure, "TList": TList, "TMap": TMap, "TSet": TSet, "Path": Path, "NONE": NONE, "SOME": SOME, "OK": OK, "ERR": ERR,
    "INF": INF, "NAN": NAN, "MISSING": MISSING, "copy_list": copy_list, "copy_map": copy_map, "copy_record": copy_record,
    "copy_set": copy_set, "drop": drop, "dup": dup, "own": own, "share_all": share_all, "key_of": key_of, "map_put": map_put,
    "new_map": new_map, "by_zero": by_zero, "float_div": float_div, "float_floordiv": float_floordiv, "float_mod": float_mod,
    "float_pow": float_pow, "int_div": int_div, "int_pow": int_pow, "int_shift": int_shift, "unit_op": unit_op, "wrap": wrap,
    "join_path": join_path, "show": show, "substitute": substitute, "overflow_add": overflow_add, "overflow_sub": overflow_sub,
    "overflow_mul": overflow_mul, "overflow_neg": overflow_neg, "floor_fits": floor_fits, "bad_index": bad_index,
    "too_deep": too_deep, "unreachable": unreachable, "fail_kind": fail_kind, "assert_fail": assert_fail, "new_error": new_error,
    "failure_of": failure_of, "again": again, "noted": noted, "slice_of": slice_of, "list_slice": list_slice,
    "list_concat": list_concat, "list_contains": list_contains, "map_entries": map_entries, "map_keys": map_keys_list,
    "map_mut_or": map_mut_or, "set_of": set_of, "set_put": set_put, "set_items": set_items, "equal": equal, "less": less,
    "less_equal": less_equal, "more": more, "more_equal": more_equal, "format_value": format_value,
    "build_command": build_command, "build_secret": build_secret, "only_enter": only_enter, "only_caps": only_caps, "with_depth": with_depth,
}  # fmt: skip
"""Everything that generated code names, the same for every run."""
