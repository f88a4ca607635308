"""The help of a script: its documentation, its tasks, and the parameters of the task with types, defaults and documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.cli.params import inner
from tekc.diagnostics.render_chars import safe, safe_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tekrt.ir import TaskInfo, TaskParam


def script_help(file: str, doc: str, task: TaskInfo, tasks: Mapping[str, TaskInfo]) -> str:
    """Return the help of `task` of the script `file`."""
    name = task.name[len(task.module) + 1 :]
    lines = [*_paragraph(task.doc or doc), f"Usage: tekc run {safe(file)}{'' if name == 'main' else ':' + name}{_usage(task)}", ""]
    if task.doc and doc and task.doc.strip() != doc.strip():
        lines = [*_paragraph(doc), *lines]
    if task.params:
        lines += [f"Parameters of `{name}`", *_parameters(task), ""]
    others = {other: info for other, info in tasks.items() if info is not task}
    if others:
        lines += ["Other tasks", *task_lines(others), ""]
    lines.append("tekc's own options are listed by `tekc run --help`.")
    return "\n".join(lines) + "\n"


def task_list(file: str, doc: str, tasks: Mapping[str, TaskInfo]) -> str:
    """Return the tasks of a file, each with the first sentence of its documentation."""
    if not tasks:
        return f"{safe(file)} has no tasks\n"
    lines = [*_paragraph(doc), f"Tasks of {safe(file)}", *task_lines(tasks), "", f"Run one with: tekc run {safe(file)}:TASK", ""]
    return "\n".join(lines)


def task_lines(tasks: Mapping[str, TaskInfo]) -> Iterable[str]:
    """Yield a line a task: its name, its required parameters, and the first line of its documentation."""
    shown = [(f"{name}{_usage(info, short=True)}", safe(info.doc.strip().split("\n")[0])) for name, info in tasks.items()]
    widest = min(max((len(name) for name, _ in shown), default=0), 40)
    for name, about in shown:
        yield f"  {name:<{widest}}  {about}".rstrip()


def _paragraph(doc: str) -> list[str]:
    return [*safe_lines(doc.strip()), ""] if doc.strip() else []


def _usage(task: TaskInfo, *, short: bool = False) -> str:
    required = [parameter for parameter in task.params if parameter.default is None]
    words = [_positional(parameter) for parameter in required]
    if not short and len(required) < len(task.params):
        words.insert(0, "[OPTIONS]")
    return "".join(" " + word for word in words)


def _positional(parameter: TaskParam) -> str:
    name = parameter.name.upper().replace("_", "-")
    return f"{name} …" if inner(parameter.type)[0] == "List" else name


def _parameters(task: TaskInfo) -> Iterable[str]:
    shown = [(_option(parameter), parameter) for parameter in task.params]
    widest = min(max(len(text) for text, _ in shown), 40)
    for text, parameter in shown:
        first, *rest = [*safe_lines(parameter.doc.strip()), _remark(parameter)] if parameter.doc.strip() else [_remark(parameter)]
        if len(text) > widest:
            yield f"  {text}"
            yield f"  {'':<{widest}}  {first}".rstrip()
        else:
            yield f"  {text:<{widest}}  {first}".rstrip()
        yield from (f"  {'':<{widest}}  {line}" for line in rest if line)


def _option(parameter: TaskParam) -> str:
    from tekrt.ir.types import show

    name = parameter.name.replace("_", "-")
    wanted = inner(parameter.type)
    if wanted == ("Bool",):
        return f"--{name}, --no-{name}"
    if wanted[0] == "List":
        return f"--{name} {show(wanted[1])} …"
    return f"--{name} {show(wanted)}"


def _remark(parameter: TaskParam) -> str:
    """Say whether a parameter is required, what it is where it is left out, and which names it takes."""
    from tekrt.values.types import enum_type

    wanted = inner(parameter.type)
    wanted = wanted[1] if wanted[0] == "List" else wanted
    parts = []
    if wanted[0] == "Enum" and wanted[1] not in ("Option", "Result"):
        names = [variant.name for variant in enum_type(wanted[1]).variants if not variant.types]
        parts += [f"one of {', '.join(names)}"] if names else []
    if parameter.default is not None:
        parts.append(f"default: {safe(parameter.default_text)}")
    elif parameter.type[:2] == ("Enum", "Option"):
        parts.append("may be left out")
    else:
        parts.append("required")
    return f"({'; '.join(parts)})"
