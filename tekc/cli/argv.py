"""The command line of ``tekc run``, taken apart by hand, because a warm start has no time for a library.

Before FILE stand tekc's own options; after it the parameters of the task, and tekc's options where no parameter has that
name; what follows ``--`` is positional.  `Option` tables also serve the other commands, the help and the completion.
"""

from __future__ import annotations

from tekc.cli.status import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import NoReturn


class Option:
    """One of tekc's own options.  ``metavar`` is empty for a flag; ``later`` says that this version does not have it yet."""

    __slots__ = ("help", "later", "many", "metavar", "name")

    def __init__(self, name: str, metavar: str, help: str, *, many: bool = False, later: bool = False) -> None:
        self.name = name
        self.metavar = metavar
        self.help = help
        self.many = many
        self.later = later


def table(*options: Option) -> dict[str, Option]:
    """Return the options by name."""
    return {option.name: option for option in options}


HELP = Option("help", "", "show this help")

RUN = table(
    Option("allow", "CAPABILITY", 'grant a capability, as in --allow \'fs.read("x/**")\'', many=True),
    Option("allow-needs", "", "grant what the task and everything that it reaches needs"),
    Option("dry-run", "", "show what would run and what it may touch, and run nothing"),
    HELP,
    Option("jit", "off|auto|always", "when to use native code"),
    Option("jobs", "N", "run up to N tasks at once"),
    Option("json", "", "print the result as JSON"),
    Option("keep-going", "", "let later calls finish when one has failed"),
    Option("limit", "NAME=VALUE", "stop at so many steps, seconds, depth, or so much memory, output", many=True),
    Option("list", "", "list the tasks of the file"),
    Option("root", "DIR", "where relative paths start"),
    Option("ahead", "N", "how many unfinished calls a body may have", later=True),
    Option("events", "json", "print one event a line", later=True),
    Option("executor", "URL", "where tasks run", later=True),
    Option("grace", "DURATION", "how long deferred blocks may take", later=True),
    Option("policy", "FILE", "what the run may touch, as a file"),
    Option("profile", "NAME", "use this profile of tek.toml"),
    Option("require-sandbox", "", "refuse to run where a program cannot be confined"),
    Option("trace", "FILE", "write a trace of the run", later=True),
    Option("watch", "", "run again whenever a file changes", later=True),
)
"""The options of ``tekc run``."""


class RunLine:
    """A command line of ``run`` as far as it is known without the file: tekc's options, FILE, TASK, and the rest."""

    __slots__ = ("file", "options", "rest", "task")

    def __init__(self, file: str, task: str, options: dict[str, list[str]], rest: list[str]) -> None:
        self.file = file
        self.task = task
        self.options = options
        self.rest = rest


class Parameter:
    """What the command line must know of a task's parameter: how it is given, not what it means."""

    __slots__ = ("flag", "many", "name", "required")

    def __init__(self, name: str, *, flag: bool, many: bool, required: bool) -> None:
        self.name = name
        self.flag = flag
        self.many = many
        self.required = required


def is_option(word: str) -> bool:
    """Tell an option from a positional word; ``-`` and negative numbers are positional."""
    return len(word) > 1 and word[0] == "-" and not (word[1].isdigit() or (word[1] == "." and word[2:3].isdigit()))


def take(words: Sequence[str], at: int, options: dict[str, Option], found: dict[str, list[str]]) -> int:
    """Read the option at `words[at]` into `found` and return the index behind it and its value.

    Raises:
        Usage: there is no such option, or its value is missing.
    """
    word = words[at]
    name, equals, value = ("--help", "", "") if word == "-h" else word.partition("=")
    option = options.get(name[2:].replace("_", "-")) if name.startswith("--") else None
    if option is None:
        unknown_option(name, options)
    if option.later:
        raise Usage(f"`--{option.name}` is not in this version of tekc")
    if not option.metavar:
        if equals:
            raise Usage(f"`--{option.name}` takes no value")
        found.setdefault(option.name, []).append("")
        return at + 1
    if not equals:
        at += 1
        if at == len(words):
            raise Usage(f"`--{option.name}` needs a value: --{option.name} {option.metavar}")
        value = words[at]
    if option.many:
        found.setdefault(option.name, []).append(value)
    else:
        found[option.name] = [value]
    return at + 1


def unknown_option(name: str, options: Iterable[str], what: str = "no option") -> NoReturn:
    """Raise the `Usage` that says so and names the nearest option."""
    from tekc.diagnostics.suggest import closest

    near = closest(name.lstrip("-"), list(options))
    hints = [f"did you mean `--{near}`?"] if near else []
    if not name.startswith("--"):
        hints = hints or ["what begins with `-` and is no option goes behind `--`"]
    raise Usage(f"there is {what} `{name}`", *hints)


def split_run(words: Sequence[str]) -> RunLine:
    """Take apart what stands behind ``tekc run``, up to FILE.

    ``file`` is empty where only help is asked for.

    Raises:
        Usage: an option is unknown or incomplete, or FILE is missing.
    """
    options: dict[str, list[str]] = {}
    at = 0
    while at < len(words) and is_option(words[at]) and words[at] != "--":
        at = take(words, at, RUN, options)
    if at < len(words) and words[at] == "--":
        at += 1
    if at == len(words):
        if "help" in options:
            return RunLine("", "", options, [])
        raise Usage("which file? tekc run FILE[:TASK]", "`tekc run --help` shows the options")
    file, task = split_file(words[at])
    return RunLine(file, task, options, list(words[at + 1 :]))


def split_file(word: str) -> tuple[str, str]:
    """Split ``FILE:TASK``; a path may have colons of its own."""
    file, colon, task = word.rpartition(":")
    if colon and file and "/" not in task and "." not in task:
        return file, task
    return word, ""


def assign(line: RunLine, parameters: Sequence[Parameter]) -> dict[str, list[str]]:
    """Give each parameter the words that are meant for it; what is tekc's goes into ``line.options``.

    Flags get ``"true"`` or ``"false"``.  Positional words fill the required parameters in order; the first required list takes
    what the others leave.

    Raises:
        Usage: an option is unknown, incomplete or given twice, or there are too many words.
    """
    given: dict[str, list[str]] = {}
    by_name = {parameter.name: parameter for parameter in parameters}
    positional: list[str] = []
    words = line.rest
    at = 0
    while at < len(words):
        word = words[at]
        if word == "--":
            positional += words[at + 1 :]
            break
        if not is_option(word):
            positional.append(word)
            at += 1
            continue
        at = _take_parameter(words, at, by_name, given) or _take_own(words, at, by_name, line.options)
    if "help" not in line.options and "list" not in line.options:
        _place(positional, [p for p in parameters if p.required and p.name not in given], given)
    return given


def _take_parameter(words: Sequence[str], at: int, parameters: dict[str, Parameter], given: dict[str, list[str]]) -> int:
    """Read an option that names a parameter; 0 where it names none."""
    head, equals, value = words[at].partition("=")
    name = head[2:].replace("-", "_") if head.startswith("--") else ""
    parameter = parameters.get(name)
    if parameter is None:
        parameter = parameters.get(name[3:]) if name.startswith("no_") else None
        if parameter is None or not parameter.flag:
            return 0
        if equals:
            raise Usage(f"`{head}` takes no value")
        value = "false"
    elif parameter.flag:
        value = value if equals else "true"
    elif not equals:
        at += 1
        if at == len(words):
            raise Usage(f"`{head}` needs a value")
        value = words[at]
    if parameter.name in given and not parameter.many:
        raise Usage(f"`{head}` is given twice")
    given.setdefault(parameter.name, []).append(value)
    return at + 1


def _take_own(words: Sequence[str], at: int, parameters: dict[str, Parameter], found: dict[str, list[str]]) -> int:
    """Read one of tekc's options behind FILE; the parameters count for "did you mean", too."""
    word = words[at]
    name = word.partition("=")[0]
    if word != "-h" and name[2:].replace("_", "-") not in RUN:
        names = [parameter.replace("_", "-") for parameter in parameters]
        names += ["no-" + p.name.replace("_", "-") for p in parameters.values() if p.flag]
        unknown_option(name, [*names, *RUN], "neither a parameter nor an option")
    return take(words, at, RUN, found)


def _place(words: list[str], open_: list[Parameter], given: dict[str, list[str]]) -> None:
    """Give positional words to the required parameters that have no value yet."""
    greedy = next((i for i, parameter in enumerate(open_) if parameter.many), None)
    if greedy is None and len(words) > len(open_):
        extra = words[len(open_)]
        takes = f"takes {len(open_)} positional argument{'' if len(open_) == 1 else 's'} here" if open_ else "takes no positional argument here"
        raise Usage(f"the task {takes}; `{extra}` is too many", "parameters with a default are given by name: --name VALUE")
    at = 0
    for i, parameter in enumerate(open_):
        count = max(len(words) - len(open_) + 1, 1) if i == greedy else 1
        if at >= len(words):
            return
        given[parameter.name] = words[at : at + count]
        at += count
