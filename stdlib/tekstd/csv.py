"""Host bodies of ``csv.tek``."""

from __future__ import annotations

from tekrt.values.containers import Decoded, TList, TMap, TSet, map_items
from tekrt.values.failure import Failure
from tekrt.values.native import native
from tekrt.values.show import show
from tekrt.values.types import NONE, OPTION, SOME, VariantType, record_type
from tekstd.decoding import EnumShape, RecordShape, shape_of
from tekstd.prelude_str import to_float, to_int
from tekstd.shapes import ExactShape, ListShape, MapShape, OptionShape, TextShape, TupleShape, Wrong, found_text, type_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from tekrt.ir.types import IrType
    from tekstd.shapes import Shape

    Reader = Callable[[str], Any]

_BOOLS = {"true": True, "false": False}


@native("csv.parse")
def parse(ctx: Any, text: str, sep: str) -> TList:
    """Return the rows of a CSV text; ``decode`` where it is none."""
    return TList(1, [TList(1, row) for row in rows_of(text, sep)])


def rows_of(text: str, sep: str) -> list[list[str]]:
    """Return the rows of a CSV text without empty lines; ``decode`` with the row where quotes are wrong."""
    import csv
    from io import StringIO

    _check_separator(sep)
    if text[:1] == "\ufeff":
        text = text[1:]
    csv.field_size_limit(max(len(text) + 1, 131_072))
    reader = csv.reader(StringIO(text, newline=""), delimiter=sep, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
    except csv.Error as error:
        reason = str(error)
        if "expected after" in reason:
            words = f"a quoted cell goes on after its closing quote; `{sep}` or the end of the line must follow"
        elif "unexpected end" in reason:
            words = "a quoted cell does not end"
        else:
            words = reason
        raise Failure("decode", f"CSV, row {len(rows) + 1}, line {max(reader.line_num, 1)}: {words}") from None
    return rows


def _check_separator(sep: str) -> None:
    if len(sep) != 1 or sep in '"\r\n':
        raise Failure("fail", f"csv: the separator must be one character and no quote or newline, not {found_text(sep)}")


# reading rows as values


@native("csv.decode")
def decode(ctx: Any, t: IrType, text: str, sep: str) -> Any:
    """Return the rows of a CSV text as values of type ``t``; ``decode`` where one does not fit."""
    rows = rows_of(text, sep)
    shape = shape_of(t)
    if type(shape) is RecordShape:
        return _records(shape, rows)
    if type(shape) is ListShape:
        reader = cell_reader(shape.item)
        return TList(1, [TList(1, _cells(row, at, [reader] * len(row), [shape.item] * len(row), ())) for at, row in enumerate(rows)])
    if type(shape) is TupleShape:
        return _tuples(shape, rows)
    if type(shape) is MapShape:
        return _maps(shape, rows)
    raise Failure("decode", f"a row of CSV cannot be read as {type_text(t)}: a record, list, tuple or map is")


def _records(shape: RecordShape, rows: list[list[str]]) -> Any:
    fields = shape.fields
    header = _header(rows)
    readers = [cell_reader(field) for field in fields.shapes]
    columns = [header.index(name) if name in header else -1 for name in fields.names]
    absent = [at for at, column in enumerate(columns) if column < 0]
    there = [at for at, column in enumerate(columns) if column >= 0]
    blank = [1, shape.of, *[NONE if type(field) is OptionShape else None for field in fields.shapes]]
    for at in absent:
        if fields.defaults[at] is None and type(fields.shapes[at]) is not OptionShape:
            raise Failure("decode", f"row 1: there is no column {found_text(fields.names[at])}, which {type_text(shape.type)} needs")
    fills: list[tuple[Any, int, str]] = []
    records = []
    plan = [(at + 2, columns[at], readers[at]) for at in there]
    for number, row in enumerate(rows[1:], 2):
        _check_width(row, header, number)
        record = blank[:]
        for at, column, read in plan:
            try:
                record[at] = read(row[column])
            except Wrong as wrong:
                _wrong_cell(number, column, header, fields.shapes[at - 2], row[column], wrong)
        fills += [(record, at + 2, default) for at in absent if (default := fields.defaults[at]) is not None]
        records.append(record)
    made = TList(1, records)
    return Decoded(made, fills) if fills else made


def _header(rows: list[list[str]]) -> list[str]:
    header = rows[0] if rows else []
    if len(set(header)) != len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise Failure("decode", f"row 1: two columns are called {found_text(twice)}")
    return header


def _check_width(row: list[str], header: list[str], number: int) -> None:
    if len(row) != len(header):
        cells = f"{len(row)} cell" + ("" if len(row) == 1 else "s")
        raise Failure("decode", f"row {number}: {cells}, but row 1 has {len(header)}")


def _maps(shape: MapShape, rows: list[list[str]]) -> TList:
    header = _header(rows)
    reader = cell_reader(shape.value)
    if type(shape.key) is not ExactShape or shape.key.exact is not str:
        raise Failure("decode", f"a row of CSV cannot be read as {type_text(shape.type)}: its keys are not Str")
    out = []
    for number, row in enumerate(rows[1:], 2):
        _check_width(row, header, number)
        cells = _cells(row, number - 1, [reader] * len(row), [shape.value] * len(row), header)
        out.append(TMap(1, dict(zip(header, cells))))
    return TList(1, out)


def _tuples(shape: TupleShape, rows: list[list[str]]) -> TList:
    readers = [cell_reader(item) for item in shape.items]
    out = []
    for at, row in enumerate(rows):
        if len(row) != len(readers):
            raise Failure("decode", f"row {at + 1}: expected {len(readers)} cells for {type_text(shape.type)}, found {len(row)}")
        out.append(tuple(_cells(row, at, readers, shape.items, ())))
    return TList(1, out)


def _cells(row: list[str], at: int, readers: list[Reader], shapes: list[Shape], header: Any) -> list[Any]:
    """Return the cells of the row with index ``at`` as values."""
    out = []
    for column, cell in enumerate(row):
        try:
            out.append(readers[column](cell))
        except Wrong as wrong:
            _wrong_cell(at + 1, column, header, shapes[column], cell, wrong)
    return out


def _wrong_cell(number: int, column: int, header: Any, shape: Shape, cell: str, wrong: Wrong) -> NoReturn:
    name = f" ({header[column]})" if header else ""
    found = wrong.found or found_text(cell)
    raise Failure("decode", f"row {number}, column {column + 1}{name}: expected {type_text(shape.type)}, found {found}")


def cell_reader(shape: Shape) -> Reader:
    """Return what reads a cell as a value of a shape; it raises ``Wrong``.  ``decode`` for shapes that no cell can be."""
    if type(shape) is OptionShape:
        inner = cell_reader(shape.inner)
        return lambda cell: (SOME, inner(cell)) if cell else NONE
    if type(shape) is ExactShape and shape.exact is str:
        return str
    head = shape.type[0]
    if head == "Int":
        return _read_int
    if head == "Float":
        return _read_float
    if head == "Bool":
        return _read_bool
    if isinstance(shape, (TextShape, EnumShape)) and shape.direct:
        return lambda cell: shape.take(cell.strip())
    raise Failure("decode", f"a cell of CSV cannot be read as {type_text(shape.type)}")


def _read_int(cell: str) -> int:
    found = to_int(None, cell.strip(), 10)
    if found is NONE:
        raise Wrong
    return found[1]  # type: ignore[no-any-return]


def _read_float(cell: str) -> float:
    found = to_float(None, cell.strip())
    if found is NONE:
        raise Wrong
    return found[1]  # type: ignore[no-any-return]


def _read_bool(cell: str) -> bool:
    found = _BOOLS.get(cell.strip().lower())
    if found is None:
        raise Wrong
    return found


# writing


@native("csv.encode")
def encode(ctx: Any, t: IrType, rows: TList, sep: str) -> str:
    """Return rows as CSV text; ``encode`` where one cannot be written."""
    _check_separator(sep)
    special = frozenset(sep + '"\r\n')
    lines = []
    for at, cells in enumerate(_table(t, rows.a)):
        texts = [_cell(cell, at, column) for column, cell in enumerate(cells)]
        # a row of one empty cell would be an empty line, which is no row
        lines.append('""' if texts == [""] else sep.join([text if special.isdisjoint(text) else _quoted(text) for text in texts]))
    lines.append("")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _table(t: IrType, rows: Any) -> list[Any]:
    """Return the rows to write, the header included."""
    head = t[0]
    if head == "Record":
        return [record_type(t[1]).outside, *[row[2:] for row in rows]]
    if head == "List":
        return [row.a for row in rows]
    if head == "Tuple":
        return list(rows)
    if head == "Map" and t[1] == ("Str",):
        return _map_table(rows)
    raise Failure("encode", f"{type_text(t)} cannot be a row of CSV: a record, list, tuple or map with Str keys can")


def _map_table(rows: Any) -> list[Any]:
    header = [key for key, _ in map_items(rows[0])] if rows else []
    table: list[Any] = [header] if header else []
    for at, row in enumerate(rows):
        if row.d.keys() != rows[0].d.keys():
            raise Failure("encode", f"row {at + 2}: a map has other keys than the first one")
        table.append([row.d[key] for key in header])
    return table


def _cell(value: Any, at: int, column: int) -> str:
    """Return a value as the text of a cell."""
    while type(value) is tuple and type(value[0]) is VariantType and value[0].enum is OPTION:
        if value is NONE:
            return ""
        value = value[1]
    t = type(value)
    if t is str:
        return value  # type: ignore[no-any-return]
    if t is tuple and type(value[0]) is VariantType and len(value) == 1:
        return str(value[0].name)
    if t in (tuple, list, TList, TMap, TSet, bytes, type(None)):
        raise Failure("encode", f"row {at + 1}, column {column + 1}: {show(value)[:60]} cannot be a cell")
    return show(value)
