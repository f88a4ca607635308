"""The policies of a run: where they come from, whether they may grant, and what they say of a manifest.

A policy that lies outside the root, in a file that nobody else may write, grants what it allows.  One beneath the root can only
narrow, until the user has trusted its digest.  Each policy that says anything of what may be touched is a bound: what one of them
neither allows nor asks about is refused.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tekc.cli.console import err
from tekc.cli.project import FILE, read_bytes, toml
from tekc.cli.rules import Rules
from tekc.cli.status import DENIED, Stop, Usage
from tekc.cli.targets import find_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.cli.grants import Wanted
    from tekc.cli.project import Project
    from tekrt.interp import Limits, Machine
    from tekrt.kernel import Broker
    from tekrt.scopes import Capability

ALLOW, ASK, DENY = "allow", "ask", "deny"


class Judged:
    """What policies say of a manifest: what they grant, what a person must be asked about, what they refuse and why."""

    def __init__(self) -> None:
        self.granted: list[Capability] = []
        self.ask: list[tuple[Wanted, str]] = []
        self.refused: list[tuple[Wanted, str]] = []


class Policies:
    """All policies of one run."""

    def __init__(self, root: str, home: str, rules: list[Rules]) -> None:
        self.root = root
        self.home = home
        self.rules = rules
        self._machines: dict[str, Machine] = {}

    def judge(self, wanted: Sequence[Wanted], task: str, file: str) -> Judged:
        """Say what may be had of a manifest."""
        found = Judged()
        for one in wanted:
            answers = [(rules, *self._answer(rules, one, task, file)) for rules in self.rules if rules.is_bound]
            denied = [why for _, answer, why in answers if answer == DENY]
            asking = [why for _, answer, why in answers if answer == ASK]
            if denied:
                found.refused.append((one, denied[0]))
            elif asking:
                found.ask.append((one, asking[0]))
            elif any(rules.may_grant for rules, _, _ in answers):
                found.granted.append(one.capability)
        return found

    def _answer(self, rules: Rules, one: Wanted, task: str, file: str) -> tuple[str, str]:
        from tekrt.scopes import anchored, covered

        wanted = anchored(one.capability, self.root, self.home)
        allow = [anchored(c, self.root, self.home) for c in rules.allow or ()]
        ask = [anchored(c, self.root, self.home) for c in rules.ask]
        if covered(allow, wanted) and not _touched(ask, wanted):
            return ALLOW, ""
        if covered([*allow, *ask], wanted):
            return ASK, ""
        if rules.decide is not None:
            from tekc.driver.policy import decide

            return decide(self._machine(rules.decide), rules.decide, one.capability, (task, one.module, file), self.root)
        return DENY, f"`{rules.path}` does not allow it"

    def _machine(self, path: str) -> Machine:
        """Return a policy's compiled function; refuses the run where it does not compile."""
        from tekc.driver.policy import PolicyError, compiled

        if path not in self._machines:
            try:
                self._machines[path] = compiled(path)
            except PolicyError as error:
                err(error.text + f"error: the policy `{error.path}` is no `fn decide(request: Request) -> Decision`; nothing was started\n")
                raise Stop(DENIED) from None
        return self._machines[path]

    def limit(self, limits: Limits, given: frozenset[str]) -> None:
        """Narrow the limits of a run; one of a policy that may grant takes the place of a default, too.

        `given` are those that the command line set.
        """
        for rules in self.rules:
            amounts = dict(rules.limits)
            if "time" in rules.budget:
                seconds = rules.budget["time"] / 1e9
                amounts["seconds"] = min(seconds, amounts.get("seconds", seconds))
            for name, amount in amounts.items():
                present = getattr(limits, name)
                if present is None or amount < present or (rules.may_grant and name not in given):
                    setattr(limits, name, amount)
            given |= frozenset(amounts)

    def spend(self, broker: Broker) -> None:
        """Bound what the run may spend of each kind that a policy names, time excepted, which is a limit."""
        found: dict[str, float] = {}
        for rules in self.rules:
            for name, amount in rules.budget.items():
                if name != "time":
                    found[name] = min(amount, found.get(name, amount))
        if found:
            from tekrt.kernel.broker import Budget

            broker.budget = Budget(found, broker.budget)

    def files(self) -> list[str]:
        """Return the real paths of the policies, which no script may touch; a ``tek.toml`` it may, since trust ends with a change."""
        paths = [path for rules in self.rules for path in (rules.path, rules.decide) if path is not None and os.path.basename(path) != FILE]
        return [os.path.realpath(path) for path in paths]

    def untrusted(self) -> list[str]:
        """Return the files that would grant something if they were trusted."""
        return [rules.path for rules in self.rules if not rules.may_grant and (rules.allow or rules.decide)]


def _touched(asked: Sequence[Capability], wanted: Capability) -> bool:
    """Tell whether something that is to be asked about is among what is wanted."""
    from tekrt.scopes import overlaps

    return any(overlaps(one, wanted) for one in asked)


def policies_of(project: Project | None, root: str, home: str, script: str, named: str) -> Policies:
    """Return the policies of a run: of its project, and of the file that ``--policy`` named.

    Raises:
        Usage: a policy cannot be read, or is none.
    """
    found: list[Rules] = []
    if project is not None and project.policy:
        path = os.path.join(root, FILE)
        rules = Rules(path, project.policy)
        rules.may_grant = is_trusted(path, project.content)
        found.append(rules)
    if named:
        found.append(read_policy(os.path.abspath(named), [root, find_root(os.path.dirname(script) or ".", root)]))
    return Policies(root, home, found)


def read_policy(path: str, roots: Sequence[str]) -> Rules:
    """Return the policy of a file: TOML, or a Tek file with a function ``decide``.

    Raises:
        Usage: it cannot be read, or is none.
    """
    data = read_bytes(path)
    if path.endswith(".tek"):
        rules = Rules(path, {"decide": os.path.basename(path)})
    elif os.path.basename(path) == FILE:
        raise Usage(f"`{path}` is no policy: a `{FILE}` counts in its own root", "`--profile NAME` chooses one of its profiles")
    else:
        rules = Rules(path, toml(path, data))
    rules.may_grant = is_trusted(path, data) or not (_is_beneath(rules, roots) or _is_shared(rules))
    return rules


def _is_beneath(rules: Rules, roots: Sequence[str]) -> bool:
    """Tell whether a policy, or what it hands on to, lies beneath a root, by any of its names."""
    paths = [rules.path, *([rules.decide] if rules.decide else [])]
    places = [name for path in paths for name in (os.path.abspath(path), os.path.realpath(path))]
    return any(place.startswith(root.rstrip("/") + "/") for place in places for root in roots)


def _is_shared(rules: Rules) -> bool:
    """Tell whether somebody else may write a policy: then it is not the user who grants."""
    for path in [rules.path, *([rules.decide] if rules.decide else [])]:
        try:
            found = os.stat(path)
        except OSError:
            return True
        if found.st_uid not in (os.geteuid(), 0) or found.st_mode & 0o022:
            return True
    return False


def is_trusted(path: str, data: bytes) -> bool:
    """Tell whether the user has trusted a policy with exactly this content."""
    from tekc.cli.trust import is_trusted as known

    return known(path, data)


def refuse_policies(task: str, refused: Sequence[tuple[Wanted, str]]) -> Stop:
    """Say what a policy does not allow; nothing has been started."""
    from tekc.diagnostics.render_chars import safe

    lines = [f"error: a policy does not let `{safe(task)}` do what it needs; nothing was started"]
    lines += [f"  {safe(str(one.capability))}: {safe(why)}" for one, why in refused]
    err("\n".join(dict.fromkeys(lines)) + "\n")
    return Stop(DENIED)
