"""The commands of tekc but ``run``: what each takes, and which file does it."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from tekc.cli.argv import HELP, Option, is_option, table, take
from tekc.cli.status import DONE, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Line:
    """A command line that was taken apart: the values of each option that was given, and the other words."""

    __slots__ = ("options", "words")

    def __init__(self, options: dict[str, list[str]], words: list[str]) -> None:
        self.options = options
        self.words = words

    def flag(self, name: str) -> bool:
        """Tell whether an option was given."""
        return name in self.options

    def value(self, name: str, default: str = "") -> str:
        """Return the value of an option, the last one where there are several."""
        return self.options.get(name, [default])[-1]


class Command:
    """A command: its arguments and first sentence for the help, its options, how many words it takes.

    The verb is the function of its name in the module of its name.
    """

    __slots__ = ("args", "help", "least", "most", "name", "options")

    def __init__(self, name: str, args: str, help: str, options: dict[str, Option], least: int = 0, most: int | None = None) -> None:
        self.name = name
        self.args = args
        self.help = help
        self.options = options
        self.least = least
        self.most = most

    def verb(self) -> Callable[[Line], int]:
        """Import and return what does it."""
        found: Callable[[Line], int] = getattr(import_module(f"tekc.cli.{self.name}"), self.name)
        return found


_ROOT = Option("root", "DIR", "where relative paths start")

COMMANDS = {
    command.name: command
    for command in (
        Command("run", "FILE[:TASK] [--PARAM VALUE …]", "check a file and run one of its tasks", {}),
        Command(
            "check", "[FILE|FOLDER …]", "check files without running them",
            table(HELP, Option("output", "text|json|sarif|github", "how problems are written"), _ROOT),
        ),
        Command(
            "fmt", "[FILE|FOLDER|- …]", "format files in the one style",
            table(
                HELP,
                Option("check", "", "change nothing; status 1 where something would change"),
                Option("diff", "", "show what would change, and change nothing"),
            ),
        ),
        Command(
            "test", "[FILE|FOLDER …]", "run the tests in files",
            table(
                HELP,
                Option("filter", "TEXT", "run only tests with TEXT in their name"),
                Option("jit", "off|auto|always", "when to use native code"),
                _ROOT,
            ),
        ),
        Command("runs", "", "list the runs of a root that were kept", table(HELP, _ROOT), 0, 0),
        Command("show", "[RUN]", "show a run and all that it touched", table(HELP, _ROOT), 0, 1),
        Command("ledger", "verify|export [RUN]", "check what was recorded of a run, or print it", table(HELP, _ROOT), 1, 2),
        Command(
            "secret", "set|list|remove [NAME]", "keep secrets that scripts may use by name, list their names, forget them",
            table(HELP), 1, 2,
        ),
        Command(
            "trust", "[FILE]", "let a tek.toml or a policy beneath a root grant, as long as it stays as it is",
            table(HELP, Option("digest", "HEX", "the digest that it must have; needed where nobody can be asked")), 0, 1,
        ),
        Command("explain", "CODE", "explain a diagnostic, with a program that fails and one that works", table(HELP), 1, 1),
        Command(
            "doctor", "", "show what this system can enforce", table(HELP, Option("json", "", "print it as JSON"), _ROOT), 0, 0,
        ),
        Command("new", "NAME[.tek]", "start a project, or a script where NAME ends in .tek", table(HELP), 1, 1),
        Command("completion", "bash|zsh|fish", "print the completion of commands, tasks and parameters for a shell", table(HELP), 1, 1),
    )
}  # fmt: skip
"""All commands, in the order of the help."""

LATER = (
    "approve", "build", "cancel", "doc", "import", "logs", "lsp", "plan", "repl", "resume",
    "serve", "undo", "worker",
)  # fmt: skip
"""Commands that the design has and this version has not."""


def dispatch(words: Sequence[str]) -> int:
    """Run a command line that does not begin with ``run``; return the exit status.

    Raises:
        Usage: there is no such command, or its words are wrong.
    """
    if not words:
        sys.stderr.write(overview())
        raise Usage("which command?")
    first, rest = words[0], list(words[1:])
    if first in ("--help", "-h", "help"):
        return _help(rest)
    if first in ("--version", "-V"):
        from tekc.cli.console import out
        from tekc.cli.version import version

        out(f"tekc {version()}\n")
        return DONE
    if first == "__complete":
        from tekc.cli.complete import complete

        return complete(rest)
    command = COMMANDS.get(first)
    if command is None:
        raise _unknown(first)
    line = read(command, rest)
    if line.flag("help"):
        return _help([first])
    return command.verb()(line)


def read(command: Command, words: Sequence[str]) -> Line:
    """Take apart the words behind a command.

    Raises:
        Usage: an option is unknown or incomplete, or there are too few or too many words.
    """
    options: dict[str, list[str]] = {}
    plain: list[str] = []
    at = 0
    while at < len(words):
        if words[at] == "--":
            plain += words[at + 1 :]
            break
        if is_option(words[at]):
            at = take(words, at, command.options, options)
        else:
            plain.append(words[at])
            at += 1
    if "help" not in options:
        if len(plain) < command.least:
            raise Usage(f"`tekc {command.name}` needs {command.args}")
        if command.most is not None and len(plain) > command.most:
            raise Usage(f"`tekc {command.name}` takes {command.args} only; `{plain[command.most]}` is too many")
    return Line(options, plain)


def _near(word: str, names: Iterable[str]) -> str | None:
    from tekc.diagnostics.suggest import closest

    return closest(word, names)


def _unknown(word: str) -> Usage:
    if word in LATER:
        return Usage(f"`tekc {word}` is not in this version")
    if word.startswith("-"):
        near = _near(word.lstrip("-"), ["help", "version"])
        hint = f"did you mean `--{near}`?" if near else "options of a command stand behind it: tekc COMMAND --OPTION"
        return Usage(f"there is no option `{word}`", hint)
    if word.endswith(".tek") or os.path.isfile(word):
        return Usage(f"there is no command `{word}`", f"to run the file: tekc run {word}")
    near = _near(word, [*COMMANDS, *LATER])
    return Usage(f"there is no command `{word}`", f"did you mean `{near}`?" if near else "`tekc --help` lists the commands")


def overview() -> str:
    """Return the help of tekc as a whole."""
    widest = max(map(len, COMMANDS))
    lines = ["Tek: a typed language for tasks, whose compiler knows every effect.", "", "Usage: tekc COMMAND …", "", "Commands"]
    lines += [f"  {command.name:<{widest}}  {command.help}" for command in COMMANDS.values()]
    lines += ["", "`tekc COMMAND --help` says more about each; `tekc --version` prints the version.", ""]
    return "\n".join(lines)


def usage(command: Command) -> str:
    """Return the help of one command."""
    from tekc.cli.argv import RUN

    options = RUN if command.name == "run" else command.options
    lines = [f"{command.help[0].upper()}{command.help[1:]}.", "", f"Usage: tekc {command.name} [OPTIONS] {command.args}", "", "Options"]
    return "\n".join(lines) + "\n" + option_lines(options)


def option_lines(options: dict[str, Option]) -> str:
    """Return one line an option, in columns; what is not there yet is left out."""
    shown = [(f"--{o.name} {o.metavar}".rstrip(), o.help) for o in options.values() if not o.later]
    widest = max(len(name) for name, _ in shown)
    return "".join(f"  {name:<{widest}}  {text}\n" for name, text in shown)


def _help(words: Sequence[str]) -> int:
    from tekc.cli.console import out

    if not words:
        out(overview())
        return DONE
    command = COMMANDS.get(words[0])
    if command is None:
        raise _unknown(words[0])
    out(usage(command))
    return DONE
