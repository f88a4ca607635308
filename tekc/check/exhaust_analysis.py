"""Find out which values patterns cover.

Rows are arms, a row is a set of *tests* (this place holds that variant, that number, a list of that length).  The worklist
takes the first row's test, splits the values of that place by everything that rows say about it, and goes on with the rows
that are left for each part.  Where no row is left, the decisions on the way are a missing case; a row without tests is
reached.  Nothing recurses, so neither long tuples nor deep nesting matter; a budget of rows bounds the work, because the
question is NP-hard in general (ordinary code is linear).

**Invariant.** Only facts and types are read; what a pattern means was decided by the type checker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tekc.check.builtins import LIST
from tekc.check.defs import EnumDef, RecordDef, VariantDef
from tekc.check.exhaust_values import Interval, domain_of, interval_of
from tekc.check.exhaust_witness import Choice, Occurrence, witnesses
from tekc.check.types import Con, ErrorType, NeverType, Tuple, Type, prune, subst
from tekc.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tekc.check.exhaust_values import Domain
    from tekc.check.facts import Facts

BUDGET = 400_000
"""How many rows may be looked at for one match."""

SHOWN = 3
"""How many missing cases are shown."""


class Unknown(Exception):
    """A pattern was wrong and reported already: nothing can be said about the match."""


class Variant(NamedTuple):
    """A test: this place holds that variant; the parts that its pattern names are tested further."""

    target: VariantDef
    parts: tuple[tuple[int, ast.Pattern], ...]


class Boolean(NamedTuple):
    """A test: this place is true, or false."""

    value: bool


class Items(NamedTuple):
    """A test: this place is a list that begins and ends so; ``open`` where any number of elements may stand between."""

    first: tuple[ast.Pattern, ...]
    last: tuple[ast.Pattern, ...]
    open: bool


class Either(NamedTuple):
    """A test: one of these patterns fits."""

    options: tuple[ast.Pattern, ...]


if TYPE_CHECKING:
    Test = Variant | Boolean | Items | Interval | Either
    Trail = tuple["Trail | None", ast.Pattern]


class Row(NamedTuple):
    """An arm with the tests that are still to be made.  ``trail`` is which alternatives were taken on the way."""

    tests: dict[Occurrence, Test]
    arm: int
    guarded: bool
    trail: Trail | None


class Node(NamedTuple):
    """Rows that are left after some decisions."""

    rows: list[Row]
    choice: Choice | None


class Coverage(NamedTuple):
    """What an analysis found: missing cases as patterns, arms and alternatives that are reached; ``complete`` within the budget."""

    missing: tuple[str, ...]
    reached: frozenset[int]
    taken: frozenset[ast.Pattern]
    complete: bool


def coverage(arms: Sequence[tuple[ast.Pattern, bool]], subject: Type, facts: Facts) -> Coverage:
    """Find what arms (pattern, whether guarded) cover.

    Raises:
        Unknown: a pattern was reported as wrong.
    """
    return _Analysis(facts, subject).run(arms)


class _Analysis:
    def __init__(self, facts: Facts, subject: Type) -> None:
        self.facts = facts
        self.root = Occurrence(prune(subject))
        self.left = BUDGET
        self.missing: list[str] = []
        self.reached: set[int] = set()
        self.taken: set[ast.Pattern] = set()
        self.wholes: dict[Occurrence, None] = {}  # tuples and records that some row has alternatives for

    def run(self, arms: Sequence[tuple[ast.Pattern, bool]]) -> Coverage:
        rows = [self._row({}, [(self.root, pattern)], i, guarded, None) for i, (pattern, guarded) in enumerate(arms)]
        work = [Node(rows, None)]
        while work and self.left > 0:
            node = work.pop()
            self.left -= len(node.rows) + 1
            rows = self._settle(node.rows)
            if not rows:
                self._miss(node.choice)
            elif rows[0].tests:
                # The last pushed is looked at first, so that missing cases come in the order of the declaration.
                work.extend(reversed(list(self._split(rows, node.choice))))
        return Coverage(tuple(self.missing[:SHOWN]), frozenset(self.reached), frozenset(self.taken), not work)

    def _settle(self, rows: list[Row]) -> list[Row]:
        """Mark rows that need no more tests as reached; drop the guarded ones among them, for they cover nothing."""
        index = 0
        while index < len(rows) and not rows[index].tests:
            row = rows[index]
            self.reached.add(row.arm)
            trail = row.trail
            while trail is not None:
                trail, option = trail
                self.taken.add(option)
            if not row.guarded:
                return rows[index:]
            index += 1
        return rows[index:]

    def _miss(self, choice: Choice | None) -> None:
        if len(self.missing) < SHOWN:
            self.missing.extend(x for x in witnesses(self.root, choice) if x not in self.missing)

    def _row(
        self, tests: dict[Occurrence, Test], pending: list[tuple[Occurrence, ast.Pattern]], arm: int, guarded: bool, trail: Trail | None
    ) -> Row:  # fmt: skip
        """Add what patterns at places test; names and ``_`` test nothing, tuples and records only their parts."""
        todo = pending[::-1]
        while todo:
            place, pattern = todo.pop()
            while isinstance(pattern, ast.AsPattern):
                pattern = pattern.pattern
            if isinstance(pattern, ast.NamePattern | ast.WildPattern):
                continue
            if isinstance(place.type, ErrorType):
                raise Unknown
            if isinstance(pattern, ast.TuplePattern):
                todo.extend((self._part(place, None, i), item) for i, item in reversed(list(enumerate(pattern.items))))
            elif isinstance(pattern, ast.VariantPattern):
                target, parts = self._variant(pattern)
                if isinstance(target, VariantDef):
                    tests[place] = Variant(target, parts)
                else:
                    todo.extend((self._part(place, None, i), item) for i, item in reversed(parts))
            else:
                tests[place] = self._test(place, pattern)
                if isinstance(pattern, ast.OrPattern) and _is_whole(place.type):
                    self.wholes[place] = None
        return Row(tests, arm, guarded, trail)

    def _variant(self, pattern: ast.VariantPattern) -> tuple[VariantDef | RecordDef, tuple[tuple[int, ast.Pattern], ...]]:
        fact = self.facts.variants.get(pattern)
        if fact is None:
            raise Unknown
        args = pattern.args or ()
        if len(args) != len(fact.fields):
            raise Unknown
        return fact.target, tuple([(index, arg.pattern) for index, arg in zip(fact.fields, args, strict=True)])

    def _test(self, place: Occurrence, pattern: ast.Pattern) -> Test:
        if isinstance(pattern, ast.OrPattern):
            return Either(pattern.options)
        if isinstance(pattern, ast.ListPattern):
            return _items(pattern)
        if isinstance(pattern, ast.LiteralPattern) and isinstance(pattern.value, ast.BoolLiteral):
            return Boolean(pattern.value.value)
        interval = interval_of(pattern, place.type)
        if interval is None:
            raise Unknown
        return interval

    # ---------------------------------------------------------------------------------------------------------- splitting

    def _split(self, rows: list[Row], choice: Choice | None) -> Iterator[Node]:
        place = self._whole(rows) or _place(rows)
        rows = self._spread(rows, place)
        tests = [row.tests[place] for row in rows if place in row.tests]
        if not tests:
            # Every alternative of an ``|`` here was a name: the place is not tested any more.
            yield Node(rows, choice)
        elif isinstance(tests[0], Variant):
            yield from self._split_enum(rows, place, tests[0].target.enum, choice)
        elif isinstance(tests[0], Boolean):
            yield from self._split_bool(rows, place, choice)
        elif isinstance(tests[0], Items):
            yield from self._split_list(rows, place, choice)
        else:
            domain = domain_of(place.type)
            if domain is None:
                raise Unknown
            yield from self._split_ordered(rows, place, domain, choice)

    def _whole(self, rows: list[Row]) -> Occurrence | None:
        """A tuple or record with alternatives: these are spread before any of its parts is decided, or it would be decided twice."""
        for place in self.wholes:
            if any(place in row.tests for row in rows):
                return place
        return None

    def _spread(self, rows: list[Row], place: Occurrence) -> list[Row]:
        """Replace each row that has alternatives at ``place`` by one row an alternative."""
        if not any(isinstance(row.tests.get(place), Either) for row in rows):
            return rows
        made: list[Row] = []
        todo = rows[::-1]
        while todo:
            row = todo.pop()
            test = row.tests.get(place)
            if not isinstance(test, Either):
                made.append(row)
                continue
            rest = _without(row.tests, place)
            options = [
                self._row(dict(rest), [(place, option)], row.arm, row.guarded, (row.trail, option)) for option in test.options
            ]
            self.left -= len(options)
            todo.extend(reversed(options))
        return made

    def _split_enum(self, rows: list[Row], place: Occurrence, enum: EnumDef, choice: Choice | None) -> Iterator[Node]:
        buckets: dict[VariantDef, list[Row]] = {}
        others: list[Row] = []
        for row in rows:
            test = row.tests.get(place)
            if test is None:
                others.append(row)
                for started in buckets.values():
                    started.append(row)
                continue
            if not isinstance(test, Variant):
                raise Unknown
            bucket = buckets.get(test.target)
            if bucket is None:
                bucket = buckets[test.target] = list(others)
            parts = [(self._part(place, test.target, i), pattern) for i, pattern in test.parts]
            bucket.append(self._row(_without(row.tests, place), parts, row.arm, row.guarded, row.trail))
        for variant in enum.variants:
            if variant in buckets:
                yield Node(buckets[variant], Choice(choice, place, variant=variant))
        missing = tuple([v for v in enum.variants if v not in buckets and _can_be(v, place.type)])
        if missing:
            yield Node(others, Choice(choice, place, variants=missing))

    def _split_bool(self, rows: list[Row], place: Occurrence, choice: Choice | None) -> Iterator[Node]:
        for value in (True, False):
            fitting = [
                row if test is None else row._replace(tests=_without(row.tests, place))
                for row in rows
                if (test := row.tests.get(place)) is None or (isinstance(test, Boolean) and test.value is value)
            ]
            yield Node(fitting, Choice(choice, place, text="true" if value else "false"))

    def _split_list(self, rows: list[Row], place: Occurrence, choice: Choice | None) -> Iterator[Node]:
        tests = [test for row in rows if isinstance(test := row.tests.get(place), Items)]
        first = max([len(t.first) for t in tests if t.open], default=0)
        last = max([len(t.last) for t in tests if t.open], default=0)
        longest = max([len(t.first) for t in tests if not t.open], default=-1)
        # From this length on, all lists are alike to these patterns.
        alike = max(longest + 1, first + last)
        lengths = sorted({len(t.first) for t in tests if not t.open} | _open_lengths(tests, alike))
        for length in lengths:
            yield Node(self._of_length(rows, place, length), Choice(choice, place, length=length))
        others = [row for row in rows if place not in row.tests]
        untold = next((n for n in range(alike) if n not in lengths), None)
        if untold is not None:
            yield Node(others, Choice(choice, place, length=untold))
        if any(t.open for t in tests):
            yield Node(self._of_length(rows, place, None), Choice(choice, place, length=alike, ends=(first, last)))
        elif untold is None:
            yield Node(others, Choice(choice, place, length=alike, ends=(alike, 0)))

    def _of_length(self, rows: list[Row], place: Occurrence, length: int | None) -> list[Row]:
        """Rows that fit lists of a length; None stands for all that are longer than patterns tell apart."""
        fitting: list[Row] = []
        for row in rows:
            test = row.tests.get(place)
            if test is None:
                fitting.append(row)
                continue
            if not isinstance(test, Items):
                raise Unknown
            size = len(test.first) + len(test.last)
            if length is None and test.open:
                parts = [(self._element(place, -1, i), p) for i, p in enumerate(test.first)]
                parts += [(self._element(place, -2, i), p) for i, p in enumerate(reversed(test.last))]
            elif length is not None and (size == length or (test.open and size < length)):
                parts = [(self._element(place, length, i), p) for i, p in enumerate(test.first)]
                parts += [(self._element(place, length, length - 1 - i), p) for i, p in enumerate(reversed(test.last))]
            else:
                continue
            fitting.append(self._row(_without(row.tests, place), parts, row.arm, row.guarded, row.trail))
        return fitting

    def _split_ordered(self, rows: list[Row], place: Occurrence, domain: Domain, choice: Choice | None) -> Iterator[Node]:
        tests = [test for row in rows if isinstance(test := row.tests.get(place), Interval)]
        segments = domain.segments(tests)
        buckets: list[list[Row]] = [[] for _ in segments.items]
        told = [False] * len(segments.items)
        others: list[Row] = []
        for row in rows:
            test = row.tests.get(place)
            if test is None:
                others.append(row)
                continue
            if not isinstance(test, Interval):
                raise Unknown
            rest = row._replace(tests=_without(row.tests, place))
            for i in segments.covered(test):
                told[i] = True
                buckets[i].append(rest)
        for i, bucket in enumerate(buckets):
            if told[i]:
                self.left -= len(others)
                yield Node(_merge(bucket, others), Choice(choice, place, text=segments.items[i].text))
        gaps = [item.text for item, done in zip(segments.items, told, strict=True) if not (done or item.empty)]
        if not segments.closed:
            gaps = ["_"]
        # Gaps are alike to all arms; where none is left they are missing cases of their own.
        for gap in gaps[: 1 if others else SHOWN]:
            yield Node(others, Choice(choice, place, text=gap))

    # ------------------------------------------------------------------------------------------------------------- places

    def _part(self, place: Occurrence, variant: VariantDef | None, index: int) -> Occurrence:
        key = (variant, index)
        child = place.children.get(key)
        if child is None:
            child = place.children[key] = Occurrence(_part_type(place.type, variant, index))
        return child

    def _element(self, place: Occurrence, length: int, index: int) -> Occurrence:
        """The element ``index`` of lists of that length; -1 and -2 are the front and back of long ones."""
        key = (length, index)
        child = place.children.get(key)
        if child is None:
            type = place.type
            if not isinstance(type, Con) or type.head is not LIST:
                raise Unknown
            child = place.children[key] = Occurrence(prune(type.args[0]))
        return child


def _is_whole(type: Type) -> bool:
    return isinstance(type, Tuple) or (isinstance(type, Con) and isinstance(type.head, RecordDef))


def _items(pattern: ast.ListPattern) -> Items:
    for i, item in enumerate(pattern.items):
        if isinstance(item, ast.RestPattern):
            last = tuple([x for x in pattern.items[i + 1 :] if not isinstance(x, ast.RestPattern)])
            return Items(tuple([x for x in pattern.items[:i] if not isinstance(x, ast.RestPattern)]), last, True)
    return Items(tuple([x for x in pattern.items if not isinstance(x, ast.RestPattern)]), (), False)


def _open_lengths(tests: list[Items], alike: int) -> set[int]:
    """Lengths below ``alike`` that a pattern with ``..`` fits."""
    shortest = min([len(t.first) + len(t.last) for t in tests if t.open], default=alike)
    return set(range(shortest, alike))


def _without(tests: dict[Occurrence, Test], place: Occurrence) -> dict[Occurrence, Test]:
    rest = dict(tests)
    rest.pop(place, None)
    return rest


def _merge(told: list[Row], others: list[Row]) -> list[Row]:
    """Both lists as one, in the order of the arms."""
    if not others or not told:
        return told or others
    return sorted([*told, *others], key=_arm)


def _arm(row: Row) -> int:
    return row.arm


def _place(rows: list[Row]) -> Occurrence:
    """Choose among the first row's places the one that most rows test: fewest rows are then looked at twice."""
    places = list(rows[0].tests)
    if len(places) == 1 or len(rows) == 1:
        return places[0]
    counts = dict.fromkeys(places, 0)
    for row in rows[:64]:
        for place in counts.keys() & row.tests.keys():
            counts[place] += 1
    return max(places, key=counts.__getitem__)


def _part_type(type: Type, variant: VariantDef | None, index: int) -> Type:
    if variant is None and isinstance(type, Tuple):
        if index >= len(type.items):
            raise Unknown
        return prune(type.items[index])
    if not isinstance(type, Con):
        raise Unknown
    if variant is not None:
        return prune(subst(variant.fields[index].type, dict(zip(variant.enum.type_params, type.args, strict=False))))
    if isinstance(type.head, RecordDef):
        return prune(subst(type.head.fields[index].type, dict(zip(type.head.type_params, type.args, strict=False))))
    raise Unknown


def _can_be(variant: VariantDef, type: Type) -> bool:
    """Whether a value of the variant can exist: none of its parts is ``Never``."""
    if not isinstance(type, Con):
        return True
    given: dict[Type, Type] = dict(zip(variant.enum.type_params, type.args, strict=False))
    return not any(isinstance(prune(subst(field.type, given)), NeverType) for field in variant.fields)
