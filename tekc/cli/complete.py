"""What a shell asks while somebody types: candidates for the word under the cursor.

``tekc __complete WORD…`` prints one candidate a line, perhaps with a tab and a description; the last word is the one that is
being typed.  A line that holds only ``:files`` asks the shell to complete the names of files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.cli.argv import RUN, is_option, split_file
from tekc.cli.commands import COMMANDS
from tekc.cli.console import out
from tekc.cli.status import DONE, Stop, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tekc.cli.argv import Option
    from tekrt.ir import TaskInfo

FILES = (":files", "")
_CHOICES = {
    "jit": ("off", "auto", "always"),
    "output": ("text", "json", "sarif", "github"),
    "events": ("json",),
}


def complete(words: Sequence[str]) -> int:
    """Print the candidates; whatever goes wrong, there are none."""
    *before, word = words or [""]
    try:
        found = list(candidates(before, word))
    except (Usage, Stop):
        found = []
    for text, about in found:
        if text.startswith(word) or (text, about) == FILES:
            out(f"{text}\t{about}\n" if about else f"{text}\n")
    return DONE


def candidates(before: Sequence[str], word: str) -> Iterable[tuple[str, str]]:
    """Return candidates and their descriptions for `word` behind the words `before`."""
    if not before:
        return [(command.name, command.help) for command in COMMANDS.values()]
    command = COMMANDS.get(before[0])
    if command is None:
        return []
    if command.name == "run":
        return _run(list(before[1:]), word)
    last = before[-1]
    if last.startswith("--") and last[2:] in command.options and command.options[last[2:]].metavar:
        return _values(last[2:])
    if word.startswith("-"):
        return _options(command.options)
    if command.name == "completion":
        return [("bash", ""), ("zsh", ""), ("fish", "")]
    if command.name == "explain":
        from tekc.cli.explain import load_catalogue
        from tekc.diagnostics import CATALOGUE

        load_catalogue()
        return [(code, found.slug) for code, found in sorted(CATALOGUE.items())]
    return [FILES]


def _options(options: dict[str, Option]) -> list[tuple[str, str]]:
    return [(f"--{option.name}", option.help) for option in options.values() if not option.later]


def _values(option: str) -> list[tuple[str, str]]:
    return [(value, "") for value in _CHOICES[option]] if option in _CHOICES else [FILES]


def _run(before: list[str], word: str) -> Iterable[tuple[str, str]]:
    """Complete behind ``tekc run``: options before FILE, FILE and its tasks, parameters behind it."""
    at = 0
    while at < len(before) and is_option(before[at]):
        option = RUN.get(before[at].partition("=")[0][2:])
        takes = option is not None and option.metavar and "=" not in before[at]
        at += 2 if takes else 1
    if at > len(before):
        return _values(before[-1][2:])
    if at == len(before):
        return _options(RUN) if word.startswith("-") else _file(word)
    file, name = split_file(before[at])
    task = _tasks(file).get(name or "main")
    behind = before[at + 1 :]
    if task is None:
        return _options(RUN) if word.startswith("-") else []
    return _parameters(task, behind, word)


def _file(word: str) -> list[tuple[str, str]]:
    """Complete FILE, and behind its colon the tasks."""
    file, colon, _ = word.rpartition(":")
    if not colon:
        return [FILES]
    return [(f"{file}:{name}", _first(task.doc)) for name, task in _tasks(file).items()]


def _parameters(task: TaskInfo, behind: list[str], word: str) -> list[tuple[str, str]]:
    from tekc.cli.params import inner
    from tekrt.values.types import enum_type

    by_name = {parameter.name: parameter for parameter in task.params}
    last = behind[-1] if behind else ""
    parameter = by_name.get(last[2:].replace("-", "_")) if last.startswith("--") and "=" not in last else None
    if parameter is not None and inner(parameter.type) != ("Bool",):
        wanted = inner(parameter.type)
        wanted = wanted[1] if wanted[0] == "List" else wanted
        if wanted[0] == "Enum" and wanted[1] not in ("Option", "Result"):
            return [(variant.name, "") for variant in enum_type(wanted[1]).variants if not variant.types]
        return [FILES] if wanted == ("Path",) else []
    if last.startswith("--") and last[2:] in RUN and RUN[last[2:]].metavar and last[2:] not in by_name:
        return _values(last[2:])
    if not word.startswith("-"):
        return [FILES]
    found = []
    for parameter in task.params:
        option = parameter.name.replace("_", "-")
        found.append((f"--{option}", _first(parameter.doc)))
        if inner(parameter.type) == ("Bool",):
            found.append((f"--no-{option}", ""))
    taken = {text for text, _ in found}
    return found + [(text, about) for text, about in _options(RUN) if text not in taken]


def _first(doc: str) -> str:
    return doc.strip().split("\n")[0]


def _tasks(file: str) -> dict[str, TaskInfo]:
    """Return the tasks of a file, none where it does not compile."""
    from tekc.cli.run import tasks_of

    return tasks_of(file)
