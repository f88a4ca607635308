"""Host bodies of ``secret.tek``: the value that a script gets has the name only."""

from __future__ import annotations

from tekrt.values.native import native
from tekrt.values.scalars import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.kernel import Context


@native("secret.get")
def get(ctx: Context, name: str) -> Secret:
    """Return a secret by name, after a look whether there is one."""
    broker = ctx.broker
    found: Secret = broker.effect(ctx, "secret", name, "get", lambda: broker.secrets.named(name))
    return found
