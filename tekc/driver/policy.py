"""Policies that are Tek functions: compiled like any other code, run with no effects and within a limit of steps."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from tekc.driver.building import RUN, build, texts
from tekc.driver.cache import Cache
from tekc.driver.files import Files
from tekc.driver.modules import library_folder

if TYPE_CHECKING:
    from tekrt.interp import Machine
    from tekrt.scopes import Capability

STEPS = 1_000_000
"""So many steps one answer may take."""
_IMPORT = b"\nimport policy { Request, Decision }\n"
_CHECKED = b"""
import policy as tek_policy

task decision(kind: Str, scope: Str, capability: Str, task_name: Str, module: Str, file: Str) -> (Str, Str) {
    decision_of(kind, scope, capability, task_name, module, file)
}

fn decision_of(kind: Str, scope: Str, capability: Str, task: Str, module: Str, file: Str) -> (Str, Str) needs none {
    decide(tek_policy.Request(kind, scope, capability, task, module, file)).parts()
}
"""
"""Has the compiler judge the signature, and that the function is pure."""
_NAMED = re.compile(rb"^[ \t]*import[ \t]+policy[ \t]*\{", re.MULTILINE)


class PolicyError(Exception):
    """A policy does not compile; ``text`` has the diagnostics."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path)
        self.path = path
        self.text = text


class _PolicyFiles(Files):
    """Reads sources as they are but for the policy's own, behind which it puts what every policy has; knows what it read."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.plain: dict[str, bytes] = {}

    def fetch(self, path: str) -> bytes:
        """Read a file."""
        content = super().fetch(path)
        self.plain[path] = content
        if self.same(path) != self.same(self.path):
            return content
        return content + (b"" if _NAMED.search(content) else _IMPORT) + _CHECKED


def sources_of(path: str) -> list[tuple[str, bytes]]:
    """Return the files that a policy is made of, but the library's, by their paths from its folder; sorted."""
    files = _PolicyFiles(path)
    build(path, RUN, Cache(None), files)
    folder, library = os.path.dirname(path), library_folder().rstrip("/") + "/"
    return sorted((os.path.relpath(name, folder), content) for name, content in files.plain.items() if not name.startswith(library))


def compiled(path: str) -> Machine:
    """Return the compiled policy.

    Raises:
        PolicyError: it does not compile.
    """
    from tekrt.interp import load_image

    built = build(path, RUN, Cache(None), _PolicyFiles(path))
    if built.payload is None:
        raise PolicyError(path, texts(built.problems)[0])
    return load_image(built.payload[0])


def decide(machine: Machine, path: str, c: Capability, by: tuple[str, str, str], root: str) -> tuple[str, str]:
    """Return what the policy of a file says of a capability that task, module and file (`by`) need: ``allow``, ``ask`` or ``deny``, and why.

    A policy that fails, or spends its steps, denies.
    """
    from tekc.diagnostics.render_chars import safe
    from tekrt.values.failure import Failure, SpentLimit

    words = [safe(word) for word in (c.kind, c.scope or "", str(c), *by)]
    try:
        answer, why = _run(machine, words, root)
    except (Failure, SpentLimit) as error:
        return "deny", f"the policy `{path}` failed: {error.message}"
    return answer, why


def _run(machine: Machine, words: list[str], root: str) -> tuple[str, str]:
    """Run the function in a world without anything, where every effect is denied."""
    from tekrt.interp import Limits
    from tekrt.kernel import Broker, Permit
    from tekrt.kernel.world import simulated
    from tekrt.scopes.kinds import DEFAULT_KINDS

    world = simulated()
    broker = Broker(world, Permit.of([], root, world.home, DEFAULT_KINDS))
    found = machine.run_task(f"{machine.main}.decision", list(words), broker.context("policy"), Limits(steps=STEPS, seconds=5))
    return found[0], found[1]
