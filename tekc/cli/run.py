"""``tekc run``: check, show what is not granted, run.

This is the warm path: what a cached program does not need is imported only where it is needed.
"""

from __future__ import annotations

import os
import sys

from tekc.cli.argv import RunLine, assign, split_run
from tekc.cli.status import DONE, NOT_COMPILED, Stop, Usage
from tekc.cli.targets import display, existing
from tekc.driver.warm import NotBuilt, load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tekc.driver.warm import Payload, Texts
    from tekrt.interp import Machine
    from tekrt.ir import TaskInfo


def run(words: Sequence[str]) -> int:
    """Run the command line behind ``tekc run`` and return the exit status.

    Raises:
        Usage: the command line is wrong.
        Stop: the program does not compile, or was refused.
    """
    line = split_run(words)
    if not line.file:
        from tekc.cli.commands import COMMANDS, usage
        from tekc.cli.console import out

        out(usage(COMMANDS["run"]))
        return DONE
    path = display(line.file)
    form = _form("json" in line.options or "--json" in line.rest)
    payload = program(path, form)
    from tekrt.interp import load_image

    machine = load_image(payload[0])
    if "list" in line.options:
        return _list(line.file, machine)
    task = _task(line, machine)
    from tekc.cli.params import parameters

    given = assign(line, parameters(task.params))
    if "help" in line.options:
        return _help(line.file, machine, task)
    if "list" in line.options:
        return _list(line.file, machine)
    refused, later = payload[2][task.name]
    tell(payload[1], form)
    if refused[0]:
        tell(refused, form)
        return NOT_COMPILED
    from tekc.cli.session import Session

    return Session(line, path, machine, task, later).run(given)


PLAIN, COLOUR, JSON = range(3)
"""The forms of diagnostics on standard error."""


def _form(json: bool) -> int:
    if json:
        return JSON
    from tekc.cli.console import colour

    return COLOUR if colour(sys.stderr) else PLAIN


def tell(texts: Texts, form: int) -> None:
    """Write diagnostics to standard error in one of their forms."""
    if texts[form]:
        from tekc.cli.console import err

        err(texts[form])


def program(path: str, form: int) -> Payload:
    """Return the program of a file, built or from the cache.

    Raises:
        Usage: there is no such file.
        Stop: it does not compile, which was said.
    """
    existing(path)
    if os.path.isdir(path):
        raise Usage(f"`{path}` is a folder", f"did you mean `{os.path.join(path, 'main.tek')}`?")
    try:
        return load(path, "run")
    except NotBuilt as errors:
        tell(errors.texts, form)
        raise Stop(NOT_COMPILED) from None


def tasks_of(file: str) -> dict[str, TaskInfo]:
    """Return the tasks of a file by name; none where it is missing or does not compile."""
    from tekrt.interp import load_image

    if not os.path.isfile(file):
        return {}
    try:
        return own_tasks(load_image(load(display(file), "run")[0]))
    except NotBuilt:
        return {}


def own_tasks(machine: Machine) -> dict[str, TaskInfo]:
    """Return the tasks of the main file by name, in source order; tasks of other modules are not run by name."""
    return {short_name(info): info for info in machine.tasks.values() if info.module == machine.main}


def short_name(task: TaskInfo) -> str:
    """Return a task's name without its module."""
    return task.name[len(task.module) + 1 :]


def _task(line: RunLine, machine: Machine) -> TaskInfo:
    """Return the task that was named, or ``main``."""
    tasks = own_tasks(machine)
    found = tasks.get(line.task or "main")
    if found is not None:
        return found
    if line.task:
        from tekc.diagnostics.suggest import closest

        near = closest(line.task, tasks)
        raise Usage(
            f"`{line.file}` has no task `{line.task}`",
            f"did you mean `{line.file}:{near}`?" if near else f"`tekc run --list {line.file}` lists its tasks",
        )
    if "help" in line.options or any(word in ("--help", "-h", "--list") for word in line.rest):
        raise Stop(_list(line.file, machine))
    from tekc.cli.console import err
    from tekc.cli.manual import task_list
    from tekc.cli.status import USAGE

    err(task_list(line.file, machine.doc, tasks))
    raise Stop(USAGE)


def _list(file: str, machine: Machine) -> int:
    from tekc.cli.console import out
    from tekc.cli.manual import task_list

    out(task_list(file, machine.doc, own_tasks(machine)))
    return DONE


def _help(file: str, machine: Machine, task: TaskInfo) -> int:
    from tekc.cli.console import out
    from tekc.cli.manual import script_help

    out(script_help(file, machine.doc, task, own_tasks(machine)))
    return DONE

