"""The text of policies: ``allow``, ``ask``, ``decide``, ``limits`` and ``budget``, in a file of their own or in ``tek.toml``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from tekc.cli.grants import allowed
from tekc.cli.limits import NAMES as LIMITS
from tekc.cli.limits import read_limits
from tekc.cli.status import Usage
from tekc.diagnostics.suggest import closest
from tekstd.quantities import duration_of, size_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tekrt.scopes import Capability

KEYS = ("allow", "ask", "decide", "limits", "budget")
"""The keys of a policy."""
_BUDGET = ("time", "tokens", "cost", "process", "net")


class Rules:
    """What one policy says.  ``path`` is its file, ``decide`` the file of its function.

    ``allow`` is None where the policy says nothing of what is allowed: then it bounds nothing.  ``may_grant`` is False for what lies
    beneath the root and was not trusted: it can only narrow.
    """

    def __init__(self, path: str, table: Mapping[str, Any]) -> None:
        self.path = path
        self.may_grant = False
        self.limits: dict[str, Any] = {}
        self.budget: dict[str, float] = {}
        _judge_keys(path, table, KEYS)
        self.allow = self._capabilities(table, "allow")
        self.ask = self._capabilities(table, "ask") or []
        if self.allow is None and "ask" in table:
            self.allow = []
        self.decide = self._function(table)
        self._amounts(table)

    @property
    def is_bound(self) -> bool:
        """Whether it says what may be touched at all."""
        return self.allow is not None or self.decide is not None

    def _capabilities(self, table: Mapping[str, Any], key: str) -> list[Capability] | None:
        texts = table.get(key)
        if texts is None:
            return None
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise Usage(f"`{self.path}`: `{key}` is a list of capabilities, as in {key} = ['fs.read(\"data/**\")']")
        try:
            return allowed(texts)
        except Usage as error:
            message = error.message.replace("`--allow ", "`", 1).replace("`--allow`", f"`{key}`", 1)
            hints = [hint for hint in error.hints if "--allow" not in hint]
            raise Usage(f"`{self.path}`: {message}", *hints) from None

    def _function(self, table: Mapping[str, Any]) -> str | None:
        name = table.get("decide")
        if name is None:
            return None
        if not isinstance(name, str) or not name.endswith(".tek"):
            raise Usage(f"`{self.path}`: `decide` is the name of a Tek file, as in decide = \"policy.tek\"")
        return os.path.normpath(os.path.join(os.path.dirname(self.path), name))

    def _amounts(self, table: Mapping[str, Any]) -> None:
        limits = _table(self.path, table, "limits")
        _judge_keys(self.path, limits, LIMITS, "limits")
        try:
            found = read_limits([f"{name}={_word(value)}" for name, value in limits.items()])
        except Usage as error:
            raise Usage(f"`{self.path}`: `limits`: {error.message}", *error.hints) from None
        self.limits = {name: getattr(found, name) for name in limits}
        budget = _table(self.path, table, "budget")
        _judge_keys(self.path, budget, _BUDGET, "budget")
        self.budget = {name: self._amount(name, value) for name, value in budget.items()}

    def _amount(self, name: str, value: object) -> float:
        """Return an amount of a budget in the broker's units: nanoseconds, bytes, counts."""
        found: float | None = None
        if name == "time":
            duration = duration_of(_word(value))
            found = None if duration is None else duration.ns
        elif name == "net":
            size = size_of(_word(value))
            found = None if size is None else size.bytes
        elif isinstance(value, int | float) and not isinstance(value, bool) and (name == "cost" or isinstance(value, int)):
            found = value
        if found is None or found < 0:
            like = {"time": '"1h"', "net": '"100MB"', "cost": "2.50"}.get(name, "20")
            raise Usage(f"`{self.path}`: `budget.{name}` is an amount such as {like}")
        return found


def _word(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else "?"


def _table(path: str, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = table.get(key, {})
    if not isinstance(found, dict):
        raise Usage(f"`{path}`: `{key}` is a table")
    return found


def _judge_keys(path: str, table: Mapping[str, Any], keys: tuple[str, ...], where: str = "") -> None:
    for key in table:
        if key not in keys:
            near = closest(key, keys)
            what = f"`{where}` has no `{key}`" if where else f"a policy has no `{key}`"
            raise Usage(f"`{path}`: {what}", *([f"did you mean `{near}`?"] if near else ["a policy has " + ", ".join(keys)] if not where else []))
