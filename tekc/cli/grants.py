"""What a run may touch: the manifest of its task, what of it is granted, and asking for the rest once.

Nothing is granted by default but output, clock and the like.  ``--allow`` and ``--allow-needs`` grant; a path that somebody types
for a `Path` parameter is granted by that act; on a terminal the whole manifest is shown and asked for; elsewhere what is missing is
refused before anything starts.
"""

from __future__ import annotations

import os
import sys

from tekc.cli.status import DENIED, Stop, Usage
from tekrt.scopes.kinds import DEFAULT_KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from tekrt.ir import ScopeTemplate, TaskInfo
    from tekrt.scopes import Capability


class Wanted:
    """A capability of a manifest: by which module it is needed, and how wide it is in this run."""

    __slots__ = ("capability", "module", "template")

    def __init__(self, module: str, capability: Capability, template: ScopeTemplate) -> None:
        self.module = module
        self.capability = capability
        self.template = template


def manifest(task: TaskInfo, fill: Callable[[ScopeTemplate], Capability]) -> list[Wanted]:
    """Return what a task and all that it may call need, default kinds left out, each once.

    Scopes are as narrow as the task's arguments make them (`fill`), else at their widest.  What only a task that it calls needs,
    and can never be had (``..`` or nothing in a hole, a NUL), is left out: that call fails when it is made, if it is.

    Raises:
        Failure: a scope of the task's own cannot be fixed.
    """
    found: dict[tuple[str, Capability], Wanted] = {}
    for module, template in task.reach:
        if template.kind not in DEFAULT_KINDS:
            capability = _fixed(template, template in task.needs, fill)
            if capability is not None:
                found.setdefault((module, capability), Wanted(module, capability, template))
    return list(found.values())


def _fixed(template: ScopeTemplate, own: bool, fill: Callable[[ScopeTemplate], Capability]) -> Capability | None:
    """Return a scope with the arguments in its holes; None where another task's can be nothing that exists."""
    from tekrt.scopes import ScopeError, check, holes, widest
    from tekrt.values.failure import Failure

    try:
        capability = fill(template) if holes(template) else widest(template)
        check(capability)
    except Failure:
        if own:
            raise
        return None
    except ScopeError:
        return None
    return capability


def allowed(texts: Iterable[str]) -> list[Capability]:
    """Return the capabilities that ``--allow`` names.

    Raises:
        Usage: a text is none.
    """
    from tekrt.scopes import KINDS, ScopeError, parse_capabilities

    found: list[Capability] = []
    for text in texts:
        if not text.strip():
            raise Usage("`--allow` needs a capability", "write it as in `needs`: --allow 'fs.read(\"data/**\")'")
        try:
            found += parse_capabilities(text)
        except ScopeError as error:
            hint = ""
            if error.unknown_kind:
                from tekc.diagnostics.suggest import closest

                near = closest(error.unknown_kind, [kind for kind in KINDS if kind not in DEFAULT_KINDS])
                hint = f"did you mean `{near}`?" if near else ""
            raise Usage(f"`--allow {text}`: {error.message}", hint or "write it as in `needs`: --allow 'fs.read(\"data/**\")'") from None
    return found


def typed_grants(wanted: Sequence[Wanted], typed: dict[str, list[str]], root: str, home: str) -> list[Capability]:
    """Return what is granted because somebody typed paths; `typed` has them by parameter.

    For reading: the path, and what the need says below it.  For writing: exactly the path.  Never the file system, the home folder.
    """
    from tekrt.scopes import Capability, anchored, contains, escape

    found: list[Capability] = []
    for one in wanted:
        kind = one.capability.kind
        if kind not in ("fs.read", "fs.write"):
            continue
        names = {part[0] for part in one.template.parts or () if not isinstance(part, str)}
        for text in [text for name in names for text in typed.get(name, ())]:
            whole = os.path.normpath(os.path.join(root, home + text[1:] if text == "~" or text.startswith("~/") else text))
            if whole == "/" or whole == home or home.startswith(whole.rstrip("/") + "/"):
                continue
            bound = Capability(kind, escape(whole) + ("/**" if kind == "fs.read" else ""))
            if contains(bound, anchored(one.capability, root, home)):
                found.append(one.capability)
    return found


def uncovered(wanted: Sequence[Wanted], granted: Sequence[Capability], root: str, home: str) -> list[Wanted]:
    """Return what of a manifest is not granted, in order."""
    from tekrt.scopes import anchored, covered

    exact = [anchored(capability, root, home) for capability in granted]
    return [one for one in wanted if not covered(exact, anchored(one.capability, root, home))]


def refuse(task: str, lacking: Sequence[Wanted], untrusted: Sequence[str] = (), questions: Collection[Capability] = ()) -> Stop:
    """Say what is not granted and which words would grant it; nothing has been started.

    `untrusted` are policies that may grant it once they are trusted, `questions` what a policy wants a person to be asked about.
    """
    from tekc.cli.console import err
    from tekc.diagnostics.render_chars import safe

    capabilities = list(dict.fromkeys(one.capability for one in lacking))
    lines = [f"error: `{safe(task)}` needs what is not granted; nothing was started"]
    lines += [f"  {safe(str(capability))}" for capability in capabilities]
    lines.append("  help: grant it with " + " ".join(f"--allow {shell_quoted(str(capability))}" for capability in capabilities))
    if any(capability in questions for capability in capabilities):
        lines.append("  note: a policy wants a person to be asked, and nobody is there")
    else:
        lines.append("  help: or grant all that the task and everything that it calls needs with --allow-needs")
    lines += [f"  help: {safe(path)} counts as a grant once you trust it: tekc trust {shell_quoted(path)}" for path in untrusted]
    err("\n".join(lines) + "\n")
    return Stop(DENIED)


def shell_quoted(text: str) -> str:
    """Return a text as one word of a shell."""
    from tekc.diagnostics.render_chars import safe

    return "'" + safe(text).replace("'", "'\\''") + "'"


_WORDS = {
    "fs.read": "read files", "fs.write": "create, change, delete", "net.get": "fetch from", "net": "exchange data with",
    "process": "start programs", "env": "see variables", "secret": "use secrets", "ai": "call models", "human": "ask a person",
}  # fmt: skip
"""What a kind of capability means to somebody who knows nothing of Tek."""


def plain_words(wanted: Sequence[Wanted]) -> list[str]:
    """Return a manifest in plain words, module by module."""
    from tekc.diagnostics.render_chars import safe

    lines: list[str] = []
    modules: dict[str, dict[str, list[str]]] = {}
    for one in wanted:
        scopes = modules.setdefault(one.module, {}).setdefault(one.capability.kind, [])
        if one.capability.scope is not None:
            scopes.append(one.capability.scope)
    for module, kinds in modules.items():
        lines.append(f"  module {safe(module)}")
        for kind, scopes in kinds.items():
            words = _WORDS.get(kind, kind)
            lines.append(f"    {words:<22} {safe(', '.join(_place(kind, scope) for scope in scopes))}".rstrip())
    return lines


def _place(kind: str, scope: str) -> str:
    """Say in words what the widest scopes are; all others speak for themselves."""
    if kind.startswith("fs."):
        if scope == "**":
            return "everything beneath the root"
        if scope in ("/**", "~/**"):
            return "EVERYTHING on this computer" if scope == "/**" else "everything in your home folder"
    if kind in ("net", "net.get") and scope in ("*", "*:*"):
        return "ANY host"
    if kind == "process" and scope in ("*", "**"):
        return "ANY program"
    return scope


def ask(file: str, task: str, wanted: Sequence[Wanted], lacking: Sequence[Wanted], new: Sequence[Capability], questions: Sequence[str] = ()) -> str:
    """Show the whole manifest and ask; return ``y``, ``a`` or ``n``."""
    from tekc.cli.console import err
    from tekc.diagnostics.render_chars import safe

    text = [f"{safe(file)}: to run `{safe(task)}` it wants to", *plain_words(wanted)]
    if any(one.capability.kind == "process" for one in wanted):
        from tekc.cli.doctor import programs_lines

        text += programs_lines(wanted)
    if len(lacking) < len(wanted):
        text.append("  not granted yet: " + ", ".join(safe(str(c)) for c in dict.fromkeys(one.capability for one in lacking)))
    if new:
        text.append("  new since you approved it: " + ", ".join(safe(str(capability)) for capability in new))
    text += ["  a policy asks: " + safe(question) for question in questions]
    err("\n".join(text) + "\n")
    while True:
        err("Allow this? [y]es, [a]lways for this file, [n]o: ")
        answer = sys.stdin.readline()
        if not answer:
            err("\n")
            return "n"
        word = answer.strip().lower()
        if word in ("y", "yes", "a", "always", "n", "no"):
            return word[0]


def is_asking_possible() -> bool:
    """Tell whether there is a person who reads the question and can answer it."""
    from tekc.cli.console import is_terminal

    return is_terminal(sys.stdin) and is_terminal(sys.stderr)
