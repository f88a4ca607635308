"""JSON Schemas of the ABI, made from the tables of fields."""

from __future__ import annotations

from tekrt.abi import ABI_VERSION, RECORDS, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SIMPLE: dict[str, dict[str, Any]] = {
    "int": {"type": "integer"},
    "str": {"type": "string"},
    "dict": {"type": "object", "additionalProperties": {"type": "number"}},
}


def schema(record: type[Record]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a record; those that it holds stand in its ``$defs``."""
    used: dict[str, dict[str, Any]] = {}
    top = _object(record, used)
    out: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"tek/abi/{ABI_VERSION}/{record.__name__.lower()}.json",
        "title": record.__name__,
        **top,
    }
    if used:
        out["$defs"] = {name: used[name] for name in sorted(used)}
    return out


def _object(record: type[Record], used: dict[str, dict[str, Any]]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for name, kind, doc, _ in record.FIELDS:
        properties[name] = {**_type(kind, used), "description": doc}
    required = [name for name, _, _, default in record.FIELDS if default is ...]
    description = (record.__doc__ or "").strip().partition("\n")[0]
    return {"type": "object", "description": description, "properties": properties, "required": required}


def _type(kind: str, used: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if kind.endswith("?"):
        return {"anyOf": [_type(kind[:-1], used), {"type": "null"}]}
    if kind.startswith("list["):
        return {"type": "array", "items": _type(kind[5:-1], used)}
    if kind in _SIMPLE:
        return dict(_SIMPLE[kind])
    if kind not in used:
        used[kind] = {}
        used[kind] = _object(RECORDS[kind], used)
    return {"$ref": f"#/$defs/{kind}"}
