"""One run of one task from the command line: its values, its grants, its context, its end."""

from __future__ import annotations

import os
import sys

from tekc.cli.params import convert, inner
from tekc.cli.status import DENIED, DONE, FAILED, Stop, Usage
from tekc.cli.targets import find_root, given_root, working_folder
from tekrt.kernel.output import OutputClosed
from tekrt.values.failure import Cancelled, Failure, SpentLimit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekc.cli.argv import RunLine
    from tekc.cli.grants import Wanted
    from tekc.cli.policies import Policies
    from tekrt.interp import Limits, Machine
    from tekrt.ir import ScopeTemplate, TaskInfo
    from tekrt.ir.types import IrType
    from tekrt.kernel import Broker, Context, World
    from tekrt.scopes import Capability


class Session:
    """A task that is about to run, with all that the command line said about it."""

    def __init__(self, line: RunLine, path: str, machine: Machine, task: TaskInfo, later: list[tuple[str, str, int]]) -> None:
        self.file = line.file
        self.options = line.options
        self.path = path
        self.machine = machine
        self.task = task
        self.later = later
        self.name = task.name[len(task.module) + 1 :]
        _check_settings(line.options)
        self.root = _root(line.options, path)
        self.limits = _limits(line.options)
        self.values: list[Any] = []
        self.policies: Policies | None = None

    def run(self, given: dict[str, list[str]]) -> int:
        """Run the task with the words that were given to its parameters, and return the exit status."""
        world = this_world()
        project = None
        if os.path.exists(f"{self.root}/tek.toml") or "profile" in self.options:
            from tekc.cli.project import read_project

            project = read_project(self.root, self.options.get("profile", [""])[-1])
            world.environment = {**project.environment, **world.environment}
            if os.path.lexists(f"{self.root}/.tek"):
                from tekc.cli.recording import refuse_foreign

                refuse_foreign(self.root)
        if "policy" in self.options or (project is not None and project.policy):
            from tekc.cli.policies import policies_of

            named = self.options.get("policy", [""])[-1]
            self.policies = policies_of(project, self.root, world.home, self.path, named)
            self.policies.limit(self.limits, _named_limits(self.options))
            world.reserved = (*world.reserved, *self.policies.files())
        try:
            self.values = self._arguments(given, make_broker(world, [], self.root, None).context(self.name))
            granted = self._granted(given, world.home)
        except Failure as failure:
            from tekc.cli.failing import failed

            return failed(failure)
        if granted is None:
            return DONE
        from tekrt.effects.memory import limit_memory

        limit_memory(self.limits.memory or 0)
        broker = make_broker(world, granted, self.root, self.limits)
        if self.policies is not None:
            self.policies.spend(broker)
        if not granted and not self.task.reach:
            return self._perform(broker)  # it can do nothing that has to be recorded
        from tekc.cli.recording import Recording

        recording = Recording(self, broker, given)
        status = self._perform(broker)
        try:
            recording.finish(status)
        except Failure as failure:
            from tekc.cli.failing import failed

            return failed(failure) if status == DONE else status
        return status

    # ------------------------------------------------------------------------------------------------------ arguments

    def _arguments(self, given: dict[str, list[str]], context: Context) -> list[Any]:
        """Return the values of all parameters; defaults see the earlier ones.

        Raises:
            Usage: a word is of the wrong type, or a required parameter is missing.
            Failure: a default fails.
        """
        values: list[Any] = []
        missing: list[str] = []
        for parameter in self.task.params:
            words = given.get(parameter.name)
            if words is not None:
                values.append(convert(parameter.name, parameter.type, words, self._decode(context)))
            elif parameter.default is not None:
                values.append(None if missing else self.machine.run_function(parameter.default, values.copy(), context))
            elif parameter.type[:2] == ("Enum", "Option"):
                from tekrt.values.types import NONE

                values.append(NONE)
            else:
                missing.append("--" + parameter.name.replace("_", "-"))
                values.append(None)
        if missing:
            names = ", ".join(f"`{name}`" for name in missing)
            task = "" if self.name == "main" else f":{self.name}"
            raise Usage(f"`{self.name}` needs {names}", f"`tekc run {self.file}{task} --help` shows its parameters")
        return values

    def _decode(self, context: Context) -> Any:
        """Return what reads JSON as a value of a type, with the defaults of missing fields filled in."""

        def decode(wanted: IrType, text: str) -> Any:
            return self.machine.decode_json(wanted, text, context)

        return decode

    # --------------------------------------------------------------------------------------------------------- grants

    def _granted(self, given: dict[str, list[str]], home: str) -> list[Capability] | None:
        """Return what the run is granted; None where it was a dry run, which was shown.

        Raises:
            Stop: something is missing, and nobody said yes.
        """
        if not self.task.reach and "allow" not in self.options:
            if "dry-run" in self.options:
                self._show([], [])
                return None
            return []
        from tekc.cli import grants

        wanted = grants.manifest(self.task, self._fill)
        granted = grants.allowed(self.options.get("allow", ()))
        typed = {p.name: given[p.name] for p in self.task.params if p.name in given and _is_path(p.type)}
        granted += grants.typed_grants(wanted, typed, self.root, home)
        kept_back = self._judged(wanted, granted)
        if "allow-needs" in self.options:
            granted += [one.capability for one in wanted if one.capability not in kept_back]
        lacking = grants.uncovered(wanted, granted, self.root, home)
        if "dry-run" in self.options:
            self._show(wanted, lacking)
            return None
        if lacking:
            granted += self._ask(wanted, lacking, home, kept_back)
        return granted

    def _judged(self, wanted: list[Wanted], granted: list[Capability]) -> dict[Capability, str]:
        """Add what policies grant; return what they want a person to be asked about, with why.

        Raises:
            Stop: a policy refuses something, which was said.
        """
        if self.policies is None:
            return {}
        judged = self.policies.judge(wanted, self.name, self.file)
        if judged.refused:
            from tekc.cli.policies import refuse_policies

            raise refuse_policies(self.name, judged.refused)
        granted += judged.granted
        return {one.capability: why for one, why in judged.ask}

    def _fill(self, template: ScopeTemplate) -> Capability:
        """Return a scope of the task with its arguments in the holes."""
        return self.machine.fill(template, self.task, self.values)

    def _ask(self, wanted: list[Wanted], lacking: list[Wanted], home: str, questions: dict[Capability, str]) -> list[Capability]:
        """Get what is missing from an earlier approval or from a person; refuse where there is neither.

        `questions` are what policies want to be asked, by capability.
        """
        from tekc.cli import approvals, grants

        code = self.machine.digest
        texts, _ = approvals.approved(self.path, code)
        before = grants.allowed(texts)
        rest = grants.uncovered(lacking, before, self.root, home)
        if not rest:
            return before
        if not grants.is_asking_possible():
            raise grants.refuse(self.name, rest, () if self.policies is None else self.policies.untrusted(), questions)
        new = [one.capability for one in rest] if before else []
        answer = grants.ask(self.file, self.name, wanted, rest, new, list(dict.fromkeys(filter(None, questions.values()))))
        if answer == "n":
            raise Stop(DENIED)
        if answer == "a" and not approvals.approve(self.path, code, [one.capability for one in wanted], self.root, home):
            from tekc.cli.console import err

            err("this is allowed now and not for good: the file or its folder can be written by others, or the approval not be kept\n")
        return [one.capability for one in wanted]

    def _show(self, wanted: list[Wanted], lacking: list[Wanted]) -> None:
        """Print what would run and what it may touch."""
        from tekc.cli.dry import dry_run

        dry_run(self.file, self.name, self.task, self.values, wanted, lacking, self.later, self.root)

    # ------------------------------------------------------------------------------------------------------ performing

    def _perform(self, broker: Broker) -> int:
        """Run the task, print its result, and tell what went wrong."""
        if "require-sandbox" in self.options and any(template.kind == "process" for _, template in self.task.reach):
            from tekc.cli.doctor import require_sandbox

            require_sandbox(broker)
        context = broker.context(self.name)
        _listen(self.machine, broker)
        try:
            try:
                value = self.machine.run_task(self.task.name, self.values, context, self.limits)
                self._result(value, broker)
            finally:
                broker.close()
        except Failure as failure:
            from tekc.cli.failing import failed

            return failed(failure)
        except SpentLimit as limit:
            from tekc.cli.failing import spent

            return spent(limit)
        except OutputClosed:  # a kind of Cancelled, so it comes first
            from tekc.cli.console import hush

            hush()
            return FAILED
        except Cancelled as cause:
            from tekc.cli.failing import cancelled

            return cancelled(cause)
        return DONE

    def _result(self, value: Any, broker: Broker) -> None:
        """Print the result where the task declares one."""
        if not self.task.returns:
            return
        if "json" in self.options:
            from tekstd.json_text import json_text
            from tekstd.raw import to_raw

            text = json_text(to_raw(value), 0)
        elif self.task.result == ("Unit",):
            return
        else:
            from tekrt.values.show import show

            text = show(value)
        broker.out.add(text + "\n")


def this_world() -> World:
    """Return the real world; where Python's standard streams were put elsewhere (by a test, by a host), output goes there."""
    from tekrt.effects.world import real_world

    world = real_world()
    if not _is_descriptor(sys.stdout, 1):
        from tekc.cli.console import out_bytes

        world.write_out = out_bytes
    if not _is_descriptor(sys.stderr, 2):
        from tekc.cli.console import err_bytes

        world.write_err = err_bytes
    return world


def _is_descriptor(stream: Any, number: int) -> bool:
    try:
        return stream is not None and stream.fileno() == number
    except (OSError, ValueError, AttributeError):
        return False


def make_broker(world: Any, granted: list[Capability], root: str, limits: Limits | None) -> Broker:
    """Return the broker of a run on the real world."""
    from tekrt.kernel import Broker, Permit

    permit = Permit.of(granted, root, world.home)
    return Broker(world, permit, output_limit=None if limits is None else limits.output)


def _listen(machine: Machine, broker: Broker) -> None:
    """Let Ctrl-C, SIGTERM and SIGHUP cancel the run in good order: `defer` blocks still run.  The second one ends it at once.

    What whoever started us had us ignore (`nohup`, a shell's background) stays ignored.
    """
    # The module `signal` would import `enum`.
    from _signal import SIG_IGN, SIGHUP, SIGINT, SIGTERM, getsignal, signal  # type: ignore[import-not-found]  # built in

    def interrupt(number: int, frame: object) -> None:
        if machine.cancelled:
            raise KeyboardInterrupt
        machine.cancel()

    def poll(context: Context) -> None:
        machine.check_cancelled()

    try:
        for number in (SIGINT, SIGTERM, SIGHUP):
            if getsignal(number) != SIG_IGN:
                signal(number, interrupt)
    except ValueError:
        return  # not the main thread: whoever started it has the say
    broker.poll = poll


def _is_path(t: IrType) -> bool:
    t = inner(t)
    return t == ("Path",) or (t[0] == "List" and inner(t[1]) == ("Path",))


def _root(options: dict[str, list[str]], path: str) -> str:
    if "root" in options:
        return given_root(options["root"][-1])
    return find_root(os.path.dirname(path) or ".", working_folder())


def _check_settings(options: dict[str, list[str]]) -> None:
    """Judge the options that choose how to run.

    Raises:
        Usage: a value is none of those that there are.
    """
    jobs = options.get("jobs", ["1"])[-1]
    if not (jobs.isascii() and jobs.isdigit() and int(jobs) >= 1):
        raise Usage(f"`--jobs` takes a number from 1, not `{jobs}`")
    jit = options.get("jit", ["auto"])[-1]
    if jit not in ("off", "auto", "always"):
        raise Usage(f"`--jit` takes off, auto or always, not `{jit}`")


def _named_limits(options: dict[str, list[str]]) -> frozenset[str]:
    """Return the names of the limits that the command line sets."""
    return frozenset(part.partition("=")[0].strip() for word in options.get("limit", ()) for part in word.split(","))


def _limits(options: dict[str, list[str]]) -> Limits:
    from tekrt.effects.memory import memory_in_use
    from tekrt.interp import Limits
    from tekrt.interp.limits import DEFAULT_MEMORY

    found = Limits()
    if "limit" in options:
        from tekc.cli.limits import read_limits

        found = read_limits(options["limit"])
    if found.memory is None:
        found.memory = DEFAULT_MEMORY
    found.measure = memory_in_use
    return found
