"""``tekc doctor``: what this system can enforce, found out by doing it once."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tekc.cli.console import err, out
from tekc.cli.status import DENIED, DONE, Stop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.cli.commands import Line
    from tekc.cli.grants import Wanted
    from tekrt.kernel import Broker

SENTENCES = {
    "namespaces": "Programs that it starts see the system's programs and what is listed here, nothing else; what else they write is undone.",
    "landlock": "Programs that it starts are confined in part on this system: `tekc doctor` says how.",
    "unconfined": "Programs that it starts are not confined on this system: they may do all that you may.",
}
"""What a person who is asked must know about programs."""


def programs_sentence() -> str:
    """Return what confinement of programs this system gives, as one sentence for whoever grants them."""
    name = probed(os.getcwd())[0]
    return SENTENCES["namespaces" if name == "user" else name]


def programs_lines(wanted: Sequence[Wanted]) -> list[str]:
    """Return what whoever grants a manifest must know of the programs in it: how they are confined, what their profiles bring."""
    from tekc.diagnostics.render_chars import safe
    from tekstd.profiles import profile_of

    names = dict.fromkeys(one.capability.scope.split()[0] for one in wanted if one.capability.kind == "process" and one.capability.scope)
    if not names:
        return []
    lines = ["  " + programs_sentence()]
    for name in names:
        profile = profile_of(name)
        if profile is not None and (profile.reads or profile.cache):
            parts = [f"it reads {', '.join(profile.reads)}"] if profile.reads else []
            parts += [f"its own cache is {', '.join(profile.cache)}"] if profile.cache else []
            lines.append(f"  {safe(name)} brings a profile: {'; '.join(parts)}")
    return lines


def probed(root: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Return the rung for programs started in a root: its name, its words, and why better ones do not work here."""
    from tekrt.effects.world import real_world
    from tekrt.sandbox import confinement

    reserved = real_world().reserved
    rung = confinement(root, reserved[0] if reserved else "/tmp")
    rung.close()
    return rung.name, rung.words, list(rung.why)


def require_sandbox(broker: Broker) -> None:
    """Refuse a run whose programs could not be confined as the design says.

    Raises:
        Stop: this system has no private view for them.
    """
    rung = broker.processes.rung
    if rung.name in ("namespaces", "user"):
        return
    broker.close()
    lines = ["error: `--require-sandbox`: this system cannot confine programs; nothing was started"]
    err("\n".join(lines + [f"  not {name}: {why}" for name, why in rung.why]) + "\n")
    raise Stop(DENIED)


def doctor(line: Line) -> int:
    """Print what this system can enforce: for programs, for files, for the network."""
    from tekc.cli.targets import find_root

    root = line.value("root") or find_root(os.getcwd(), os.getcwd())
    name, words, why = probed(os.path.realpath(root))
    files = _files(os.path.realpath(root))
    if line.flag("json"):
        import json

        missing = [{"rung": rung, "why": reason} for rung, reason in why]
        out(json.dumps({"programs": {"rung": name, "means": words, "missing": missing}, "files": files, "system": _system()}) + "\n")
        return DONE
    lines = [f"system    {_system()}", f"programs  {name}: {words}"]
    lines += [f"          not {rung}: {reason}" for rung, reason in why]
    if name in ("namespaces", "user"):
        lines += ["          no network unless a task needs `net`: then a proxy that judges hosts; with net(\"*:*\") the whole network"]
        lines += ["          they end with the run, also when tekc is killed"]
    lines.append(f"files     {files}")
    out("\n".join(lines) + "\n")
    return DONE


def _system() -> str:
    name = os.uname()
    return f"{name.sysname} {name.release} {name.machine}, Python {sys.version.split()[0]}, {'root' if os.geteuid() == 0 else 'plain user'}"


def _files(root: str) -> str:
    from tekrt.effects import beneath

    if beneath._system_openat() is None:
        return "opened part by part, links not followed (the system has no openat2)"
    return "opened beneath the root by openat2, links not followed"
