"""Host bodies of ``log.tek``: one line a message on standard error, ``level: message key=value``."""

from __future__ import annotations

from tekrt.values.containers import map_items
from tekrt.values.native import native
from tekrt.values.show import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.kernel import Context
    from tekrt.values.containers import TMap


def line(level: str, message: str, fields: list[tuple[str, str]]) -> str:
    """Return a message as one line; line ends in it are shown as ``\\n``, values that are no single word are quoted."""
    text = f"{level}: " + message.replace("\r", "\\r").replace("\n", "\\n")
    for name, value in fields:
        plain = value and value.isprintable() and not any(char in ' "=\\' for char in value)
        text += f" {name}={value if plain else quoted(value)}"
    return text + "\n"


def _say(ctx: Context, level: str, message: str, fields: TMap) -> None:
    broker = ctx.broker
    data = line(level, message, map_items(fields)).encode("utf-8", "backslashreplace")

    def send() -> None:
        broker.flush()
        broker.world.write_err(data)

    broker.effect(ctx, "log", None, level, send)


@native("log.debug")
def debug(ctx: Context, message: str, fields: TMap) -> None:
    """Write a message of level debug."""
    _say(ctx, "debug", message, fields)


@native("log.info")
def info(ctx: Context, message: str, fields: TMap) -> None:
    """Write a message of level info."""
    _say(ctx, "info", message, fields)


@native("log.warn")
def warn(ctx: Context, message: str, fields: TMap) -> None:
    """Write a message of level warn."""
    _say(ctx, "warn", message, fields)


@native("log.error")
def error(ctx: Context, message: str, fields: TMap) -> None:
    """Write a message of level error."""
    _say(ctx, "error", message, fields)
