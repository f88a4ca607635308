"""The secrets of a run: where they come from, and the one place where a value becomes text.

A script's values hold names only.  ``TEK_SECRET_NAME`` comes first, as CI systems have it; then what ``tekc secret set`` kept.
Whatever is read here is hidden from the ledger from then on.
"""

from __future__ import annotations

from tekrt.values.failure import Failure
from tekrt.values.scalars import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from tekrt.kernel import Broker

PREFIX = "TEK_SECRET_"


def variable(name: str) -> str:
    """Return the environment variable that may hold a secret: ``TEK_SECRET_API_TOKEN`` for ``api-token``."""
    return PREFIX + "".join(c if c.isascii() and c.isalnum() else "_" for c in name).upper()


class Secrets:
    """The secret service of one run.  ``environment`` has the ``TEK_SECRET_…`` variables, ``state`` is the user's state folder."""

    def __init__(self, broker: Broker, environment: Mapping[str, str], state: str) -> None:
        self.broker = broker
        self.environment = environment
        self.state = state
        self._known: dict[str, str] = {}

    def named(self, name: str) -> Secret:
        """Return the secret of a name; fails with ``missing_value`` where there is none."""
        self._content(name)
        return Secret(name)

    def reveal(self, value: Secret) -> str:
        """Return the text of a secret, for what may take one; fails with ``denied`` where the run has no such grant."""
        return "".join(text if kind == "text" else self._granted(text) for kind, text in value.parts)

    def _granted(self, name: str) -> str:
        if not self.broker.permit.matches("secret", name):
            self.broker.deny(self.broker.context(), "secret", name)
        return self._content(name)

    def _content(self, name: str) -> str:
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._read(name)
            for part in {known, *known.split("\n")}:
                if len(part) > 3 or part == known:
                    self.broker.ledger.hide(part)
        return known

    def _read(self, name: str) -> str:
        for key in (PREFIX + name, variable(name)):
            if key in self.environment:
                return self.environment[key]
        from tekrt.effects.secret_store import SecretStore

        found = SecretStore(self.state).get(name)
        if found is None:
            raise Failure("missing_value", f"there is no secret `{name}`: keep it with `tekc secret set {name}`, or set {variable(name)} in CI")
        return found
