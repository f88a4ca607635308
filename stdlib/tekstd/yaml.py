"""Host bodies of ``yaml.tek``."""

from __future__ import annotations

from tekrt.values.native import native
from tekstd.decoding import decode as decode_raw
from tekstd.raw import to_json, to_raw
from tekstd.yaml_text import parse_yaml, yaml_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.ir.types import IrType


@native("yaml.parse")
def parse(ctx: Any, text: str) -> Any:
    """Return the value of a YAML text; ``decode`` where it is none."""
    return to_json(parse_yaml(text))


@native("yaml.decode")
def decode(ctx: Any, t: IrType, text: str, strict: bool) -> Any:
    """Return a YAML text as a value of type ``t``; ``decode`` where it is none."""
    return decode_raw(t, parse_yaml(text), strict)


@native("yaml.encode")
def encode(ctx: Any, t: IrType, value: Any) -> str:
    """Return a value as YAML text; ``encode`` where it cannot be written."""
    return yaml_text(to_raw(value))
