"""Host bodies of ``env.tek``."""

from __future__ import annotations

from tekrt.values.containers import option
from tekrt.values.native import native
from tekrt.values.scalars import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.kernel import Context


@native("env.get")
def get(ctx: Context, name: str) -> Any:
    """Return a variable's value."""
    broker = ctx.broker
    value = broker.effect(ctx, "env", name, "get", lambda: broker.world.environment.get(name))
    if value is not None:
        # What is not UTF-8 would be no text; it is shown as the system's escapes are.
        value = value.encode("utf-8", "backslashreplace").decode("utf-8")
    return option(value)


@native("env.os")
def os_(ctx: Context) -> str:
    """Return the system's name."""
    ctx.broker.check(ctx, "system", None, "os")
    return ctx.broker.world.system


@native("env.home")
def home(ctx: Context) -> Path:
    """Return the home folder."""
    ctx.broker.check(ctx, "system", None, "home")
    return Path(ctx.broker.world.home)


@native("env.root")
def root(ctx: Context) -> Path:
    """Return the root."""
    ctx.broker.check(ctx, "system", None, "root")
    return Path(ctx.broker.root)


@native("env.cpus")
def cpus(ctx: Context) -> int:
    """Return the number of processors."""
    ctx.broker.check(ctx, "system", None, "cpus")
    return ctx.broker.world.cpus
