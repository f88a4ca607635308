"""Compiled programs as bytes: written by the compiler, loaded quickly by the run time.

An image is marshalled plain data.  The code of each function is marshalled by itself and loaded when it is first called, so
that a script pays for what it uses.
"""

from __future__ import annotations

import marshal

from tekrt.values import types as registry
from tekrt.values.types import EnumType, RecordType, VariantType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from tekrt.interp.codegen import Translator
    from tekrt.interp.machine import Machine
    from tekrt.ir import EnumInfo, FieldInfo, Program, RecordInfo, TaskInfo, TestInfo
    from tekrt.ir.types import IrType

FORMAT = 1
"""The version of what an image holds; another one is not loaded."""


class ImageError(ValueError):
    """These bytes are no image that this version can load."""


# what a program is besides its code, as plain data


def _fields(fields: tuple[FieldInfo, ...]) -> tuple[Any, ...]:
    return (
        tuple(f.name for f in fields), tuple(f.type for f in fields), tuple(f.outside for f in fields), tuple(f.default for f in fields),
    )  # fmt: skip


def _record(info: RecordInfo) -> tuple[Any, ...]:
    return (info.name, tuple(info.type_params), *_fields(info.fields))


def _enum(info: EnumInfo) -> tuple[Any, ...]:
    return (info.name, tuple(info.type_params), tuple((name, *_fields(fields)) for name, fields in info.variants))


def _needs(needs: Any) -> tuple[Any, ...]:
    return tuple((need.kind, need.parts) for need in needs)


def _task(task: TaskInfo) -> tuple[Any, ...]:
    params = tuple((p.name, p.type, p.default, p.default_text, p.doc) for p in task.params)
    reach = tuple((module, need.kind, need.parts) for module, need in task.reach)
    return (
        task.name, task.module, task.function, params, task.result, task.returns, _needs(task.needs), reach, task.clauses, task.doc,
        task.file, task.line,
    )  # fmt: skip


def _test(test: TestInfo) -> tuple[Any, ...]:
    return (test.name, test.function, _needs(test.needs), test.file, test.line)


def description(program: Program) -> dict[str, Any]:
    """Return all of a program but its code and constants, as plain data."""
    return {
        "records": tuple(_record(info) for info in program.records.values()),
        "enums": tuple(_enum(info) for info in program.enums.values()),
        "tasks": tuple(_task(task) for task in program.tasks.values()),
        "tests": tuple(_test(test) for test in program.tests),
        "main": program.main,
        "doc": program.doc,
    }


def build_image(program: Program, pausing: frozenset[str] = frozenset()) -> bytes:
    """Translate all functions of a program and return it as bytes.  ``pausing`` are host functions that wait for the host."""
    from tekrt.interp.codegen import Translator

    translator = Translator(program, pausing)
    functions = {}
    for name, function in program.functions.items():
        made = translator.translate(function)
        functions[name] = (translator.name(name), marshal.dumps((made.code, made.meta)), made.needs)
    data = description(program)
    data["functions"] = functions
    data["items"] = translator.names.items
    data["consts"] = dict(program.const_values)
    content = marshal.dumps(data)
    return marshal.dumps((FORMAT, _digest(content), content))


def _digest(content: bytes) -> str:
    import hashlib

    return hashlib.blake2b(content, digest_size=16).hexdigest()


# loading


class ImageSource:
    """Code from an image; each function is unmarshalled when it is first asked for."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.items: dict[str, tuple[Any, ...]] = data["items"]
        self._functions: dict[str, tuple[str, bytes, tuple[str, ...]]] = data["functions"]
        self._consts: dict[str, Any] = data["consts"]
        self._loaded: dict[str, tuple[str, CodeType, tuple[Any, ...], tuple[str, ...]]] = {}

    def function(self, name: str) -> tuple[str, CodeType, tuple[Any, ...], tuple[str, ...]]:
        """Return global name, code, tables and needed global names of a function."""
        found = self._loaded.get(name)
        if found is None:
            key, content, needs = self._functions[name]
            code, meta = marshal.loads(content)
            found = self._loaded[name] = (key, code, meta, needs)
        return found

    def constant(self, name: str) -> Any:
        """Return the value of a constant, as plain data."""
        return self._consts[name]


class ProgramSource:
    """Code of a program in memory; each function is translated when it is first asked for."""

    def __init__(self, program: Program, translator: Translator) -> None:
        self.program = program
        self.translator = translator
        self.items = translator.names.items
        self._loaded: dict[str, tuple[str, CodeType, tuple[Any, ...], tuple[str, ...]]] = {}

    def function(self, name: str) -> tuple[str, CodeType, tuple[Any, ...], tuple[str, ...]]:
        """Return global name, code, tables and needed global names of a function."""
        found = self._loaded.get(name)
        if found is None:
            made = self.translator.translate(self.program.functions[name])
            found = self._loaded[name] = (self.translator.name(name), made.code, made.meta, made.needs)
        return found

    def constant(self, name: str) -> Any:
        """Return the value of a constant, as plain data."""
        return self.program.const_values[name]


def load_image(content: bytes) -> Machine:
    """Return a machine for an image.

    Raises:
        ImageError: the bytes are no image of this version.
    """
    from tekrt.interp.machine import Machine

    try:
        version, digest, inner = marshal.loads(content)
        if version != FORMAT:
            raise ImageError(f"an image of version {version}, not {FORMAT}")
        data = marshal.loads(inner)
    except (ValueError, EOFError, TypeError) as error:
        raise ImageError(f"these bytes are no image: {error}") from None
    types = register(data["records"], data["enums"])
    tasks = [_load_task(task, types) for task in data["tasks"]]
    tests = [_load_test(test) for test in data["tests"]]
    return Machine(
        ImageSource(data), tasks=tasks, tests=tests, main=data["main"], doc=data["doc"], digest=digest, types=types,
    )  # fmt: skip


def machine_of(program: Program) -> Machine:
    """Return a machine that translates a program's functions as they are first called."""
    from tekrt.interp.codegen import Translator
    from tekrt.interp.machine import Machine

    data = description(program)
    types = register(data["records"], data["enums"])
    source = ProgramSource(program, Translator(program))
    return Machine(
        source, tasks=program.tasks.values(), tests=program.tests, main=program.main, doc=program.doc, types=types,
    )  # fmt: skip


def _load_task(data: tuple[Any, ...], types: dict[str, str]) -> TaskInfo:
    from tekrt.ir import ScopeTemplate, TaskInfo, TaskParam

    name, module, function, params, result, returns, needs, reach, clauses, doc, file, line = data
    made = tuple(TaskParam(p[0], renamed(p[1], types), *p[2:]) for p in params)
    return TaskInfo(
        name, module, function, made, renamed(result, types), returns, tuple(ScopeTemplate(*need) for need in needs),
        tuple((by, ScopeTemplate(kind, parts)) for by, kind, parts in reach), clauses, doc, file, line,
    )  # fmt: skip


def _load_test(data: tuple[Any, ...]) -> TestInfo:
    from tekrt.ir import ScopeTemplate, TestInfo

    name, function, needs, file, line = data
    return TestInfo(name, function, tuple(ScopeTemplate(*need) for need in needs), file, line)


def register(records: Any, enums: Any) -> dict[str, str]:
    """Register the types of a program process-wide; return other names for those whose name another program's type has.

    Values say their type themselves, so two programs in one process may each have a ``main.Point``.
    """
    types: dict[str, str] = {}
    for data in records:
        there = registry.known_record(data[0])
        if there is not None and there.shape() != _record_of(data, data[0], {}).shape():
            types[data[0]] = _free_name(data[0])
    for data in enums:
        known = registry.known_enum(data[0])
        if known is not None and known.shape() != _enum_of(data, data[0], {}).shape():
            types[data[0]] = _free_name(data[0])
    for data in records:
        registry.register_record(_record_of(data, types.get(data[0], data[0]), types))
    made = [registry.register_enum(_enum_of(data, types.get(data[0], data[0]), types)) for data in enums]
    registry.settle(made)
    return types


def _free_name(name: str) -> str:
    number = 2
    while registry.known_record(f"{name}'{number}") is not None or registry.known_enum(f"{name}'{number}") is not None:
        number += 1
    return f"{name}'{number}"


def _record_of(data: tuple[Any, ...], name: str, types: dict[str, str]) -> RecordType:
    shown, params, fields, field_types, outside, defaults = data
    made = RecordType(name, params, fields, tuple(renamed(t, types) for t in field_types), outside, defaults)
    made.shown = registry.short_name(shown)
    return made


def _enum_of(data: tuple[Any, ...], name: str, types: dict[str, str]) -> EnumType:
    shown, params, variants = data
    made = EnumType(name, params)
    made.shown = registry.short_name(shown)
    made.complete(
        tuple(
            VariantType(made, at, variant, fields, tuple(renamed(t, types) for t in field_types), outside, defaults)
            for at, (variant, fields, field_types, outside, defaults) in enumerate(variants)
        )
    )
    return made


def renamed(t: IrType, types: dict[str, str]) -> IrType:
    """Return a type with the names under which a program's types are registered."""
    if not types:
        return t
    if t[0] in ("Record", "Enum"):
        return (t[0], types.get(t[1], t[1]), tuple(renamed(x, types) for x in t[2]))
    if t[0] == "Fn":
        return ("Fn", tuple(renamed(x, types) for x in t[1]), renamed(t[2], types))
    return tuple(renamed(x, types) if isinstance(x, tuple) else x for x in t)
