"""The types that the language itself knows, and their parts.

``Option`` and ``Result`` are enums without a declaration, ``Error`` is a record without one; everything else here is a
:class:`Builtin`.  Methods on all of these are declared in Tek, in the standard module that ``module`` names; such a module
is loaded when a method on the type is first looked for, so that a script pays only for what it uses.
"""

from __future__ import annotations

from tekc.check.defs import EnumDef, FieldDef, RecordDef, VariantDef
from tekc.check.types import Builtin, Con, Param, Type

_UNIT = Builtin("Unit", 0, "prelude")
_BOOL = Builtin("Bool", 0, "prelude_bool")
_INT = Builtin("Int", 0, "prelude_int")
_FLOAT = Builtin("Float", 0, "prelude_float")
_STR = Builtin("Str", 0, "prelude_str")
_BYTES = Builtin("Bytes", 0, "prelude_bytes")
_DURATION = Builtin("Duration", 0, "prelude_duration")
_SIZE = Builtin("Size", 0, "prelude_size")
_PATH = Builtin("Path", 0, "prelude_path")
_INSTANT = Builtin("Instant", 0, "time")
_REGEX = Builtin("Regex", 0, "text")
_COMMAND = Builtin("Command", 0, "process")
_SECRET = Builtin("Secret", 0, "secret")
_NEVER = Builtin("Never", 0, "prelude")

LIST = Builtin("List", 1, "prelude_list")
MAP = Builtin("Map", 2, "prelude_map")
SET = Builtin("Set", 1, "prelude_set")

UNIT, BOOL, INT, FLOAT, STR = Con(_UNIT), Con(_BOOL), Con(_INT), Con(_FLOAT), Con(_STR)
BYTES, DURATION, SIZE, PATH = Con(_BYTES), Con(_DURATION), Con(_SIZE), Con(_PATH)
INSTANT, REGEX, COMMAND, SECRET = Con(_INSTANT), Con(_REGEX), Con(_COMMAND), Con(_SECRET)

SIMPLE: dict[str, Con] = {
    t.head.name: t
    for t in (UNIT, BOOL, INT, FLOAT, STR, BYTES, DURATION, SIZE, PATH, INSTANT, REGEX, COMMAND, SECRET)
}  # fmt: skip
"""Types without arguments by name; one object each."""

GENERIC: dict[str, Builtin] = {"List": LIST, "Map": MAP, "Set": SET}


def _field(name: str, type: Type) -> FieldDef:
    return FieldDef(name, type, None)


def _option() -> EnumDef:
    param = Param("T")
    option = EnumDef("Option", "Option", None, None, (param,), resolved=True)
    none = VariantDef("None", option, 0, None)
    some = VariantDef("Some", option, 1, None, (_field("", param),))
    option.variants = (none, some)
    return option


def _result() -> EnumDef:
    good, bad = Param("T"), Param("E")
    result = EnumDef("Result", "Result", None, None, (good, bad), resolved=True)
    result.variants = (
        VariantDef("Ok", result, 0, None, (_field("", good),)),
        VariantDef("Err", result, 1, None, (_field("", bad),)),
    )
    return result


OPTION = _option()
RESULT = _result()

ERROR_RECORD = RecordDef("Error", "Error", None, None)
"""Its fields are set by the session, because ``data`` is a ``json.Json``; see :func:`error_fields`."""

ERROR_VALUE = Con(ERROR_RECORD)

ERROR_OWNER: list[object] = [None]
"""The session whose ``Json`` the fields of ``Error`` hold at the moment."""

ENUM_MODULES: dict[object, str] = {OPTION: "prelude_option", RESULT: "prelude_result", ERROR_RECORD: "prelude_error"}
"""Where methods on the types without declaration are declared."""

ERROR_DEFAULTS = frozenset(["data", "trace"])
"""Fields of ``Error`` that a program may leave out: ``data`` is then ``Null``, ``trace`` empty."""


def error_fields(json: Type) -> tuple[FieldDef, ...]:
    """Return the fields of ``Error`` in order."""
    return (_field("kind", STR), _field("message", STR), _field("data", json), _field("trace", list_of(STR)))


def list_of(item: Type) -> Con:
    """Return ``List[item]``."""
    return Con(LIST, (item,))


def map_of(key: Type, value: Type) -> Con:
    """Return ``Map[key, value]``."""
    return Con(MAP, (key, value))


def set_of(item: Type) -> Con:
    """Return ``Set[item]``."""
    return Con(SET, (item,))


def option_of(item: Type) -> Con:
    """Return ``item?``."""
    return Con(OPTION, (item,))


def result_of(good: Type, bad: Type) -> Con:
    """Return ``Result[good, bad]``."""
    return Con(RESULT, (good, bad))


PARTS: dict[object, dict[str, Type]] = {
    _PATH: {"name": STR, "stem": STR, "suffix": STR, "parent": PATH, "parts": list_of(STR)},
    _INSTANT: dict.fromkeys(("year", "month", "day", "hour", "minute", "second", "weekday"), INT),
}
"""Parts of builtin types that are read without brackets, by the type's head."""

PART_HOSTS: dict[object, str] = {_PATH: "Path.", _INSTANT: "time.Instant."}
"""What stands before a part's name in the name of its host function."""

BOUNDS = frozenset(["Eq", "Ord", "Hash", "Num", "Data", "Show", "Text"])
"""Names of bounds.  The library's own are ``Show``, what ``print`` takes, ``Data`` or ``Secret``, and ``Text``, ``Str`` or ``Secret``."""
