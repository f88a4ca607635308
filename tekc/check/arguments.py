"""Match the arguments of a call with the parameters or fields that they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.check import problems as p
from tekc.check.body import line_of
from tekc.check.facts import DEFAULT, Marker
from tekc.diagnostics.suggest import closest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.check.body import Body
    from tekc.source import Span
    from tekc.syntax import ast


class Slots:
    """What is given for each parameter; ``order`` are the given ones as in the source, ``extra`` what has no parameter."""

    __slots__ = ("args", "extra", "order")

    def __init__(self, args: list[ast.Expr | None], order: tuple[int, ...], extra: list[ast.Expr]) -> None:
        self.args = args
        self.order = order
        self.extra = extra

    def values(self, missing: Marker = DEFAULT) -> tuple[ast.Expr | Marker, ...]:
        """Return the arguments, with a marker where none is given."""
        return tuple([missing if arg is None else arg for arg in self.args])


def match_arguments(
    b: Body,
    given: Sequence[ast.Arg],
    callee: str,
    names: Sequence[str],
    defaults: Sequence[bool],
    at: ast.Node,
    declared: Span | None,
    keep_order: bool = True,
    owner: object = None,
) -> Slots:
    """Match arguments with parameters by place and by name, and report what does not go together.

    ``keep_order``: a required parameter after one with a default is given by name only; ``owner`` is the record that is built.
    """
    count = len(names)
    args: list[ast.Expr | None] = [None] * count
    if len(given) == count and not any(arg.name is not None or arg.spread for arg in given) and not (keep_order and _mixed(defaults)):
        return Slots([arg.value for arg in given], tuple(range(count)), [])
    order: list[int] = []
    extra: list[ast.Expr] = []
    places = [i for i in range(count) if not (keep_order and not defaults[i] and any(defaults[:i]))]
    position = 0
    wrong = False
    named = False
    for arg in given:
        if arg.spread:
            b.report(p.BadSpread(arg.at, "`..` spreads a record in a record's call"))
            extra.append(arg.value)
            wrong = True
        elif arg.name is None:
            wrong = wrong or named  # the parser says that named arguments come last
            if position < len(places):
                index = places[position]
                position += 1
                args[index] = arg.value
                order.append(index)
            else:
                extra.append(arg.value)
                if not wrong:
                    by_name = next((names[i] for i in range(count) if i not in places and args[i] is None), None)
                    plain = sum(1 for a in given if a.name is None)
                    b.report(p.TooManyArguments(arg.at, callee, count, max(plain, len(given)), declared, by_name))
                wrong = True
        else:
            named = True
            wrong = _named(b, arg, callee, names, args, order, extra, owner) or wrong
    missing = tuple([names[i] or f"field {i + 1}" for i in range(count) if args[i] is None and not defaults[i]])
    if missing and not wrong:
        first = next(i for i in range(count) if args[i] is None and not defaults[i])
        b.report(p.MissingArgument(at.at, callee, missing, declared, first not in places))
    return Slots(args, tuple(order), extra)


def _mixed(defaults: Sequence[bool]) -> bool:
    """Tell whether a required parameter follows one with a default."""
    seen = False
    for default in defaults:
        if default:
            seen = True
        elif seen:
            return True
    return False


def _named(
    b: Body,
    arg: ast.Arg,
    callee: str,
    names: Sequence[str],
    args: list[ast.Expr | None],
    order: list[int],
    extra: list[ast.Expr],
    owner: object,
) -> bool:
    assert arg.name is not None  # the caller looks
    text = arg.name.text
    if text not in names:
        b.said.add((owner, text, line_of(arg.at)))
        b.report(p.UnknownArgument(arg.name.at, callee, text, closest(text, [n for n in names if n])))
        extra.append(arg.value)
        return True
    index = names.index(text)
    if args[index] is not None:
        b.report(p.ArgumentTwice(arg.name.at, text))
        extra.append(arg.value)
        return True
    args[index] = arg.value
    order.append(index)
    return False
