"""``tekc fmt``: the one style.  What does not parse stays untouched; a file is replaced whole or not at all."""

from __future__ import annotations

import difflib
import os
import stat
import sys
from typing import TYPE_CHECKING

from tekc.cli.console import colour, err, out
from tekc.cli.status import DONE, FAILED, NOT_COMPILED
from tekc.cli.targets import find_root, targets, working_folder
from tekc.diagnostics.render import ordered, render
from tekc.diagnostics.render_chars import safe
from tekc.driver.files import Files, reason
from tekc.source import SourceFile
from tekc.syntax import decode_source
from tekc.syntax.format import format_source

if TYPE_CHECKING:
    from tekc.cli.commands import Line
    from tekc.diagnostics import Problem


def fmt(line: Line) -> int:
    """Format files in place, or standard input to standard output; return the worst status of any."""
    keep = line.flag("check") or line.flag("diff")
    if line.words == ["-"]:
        return _pass_through(line)
    words = line.words
    paths = targets(words, find_root(working_folder(), working_folder()))
    worst = DONE
    changed = 0
    for path in paths:
        before, after, status = _formatted(path)
        if after is not None and after != before:
            changed += 1
            _show(path, before, after, line)
            status = FAILED if keep else _replace(path, after)
        worst = max(worst, status)
    if not keep:
        err(f"{changed} of {len(paths)} file{'' if len(paths) == 1 else 's'} formatted\n")
    return worst


def _formatted(path: str) -> tuple[str, str | None, int]:
    """Return a file's text, its text formatted (None where it does not parse, which is said), and the status."""
    try:
        data = Files().read(path)
    except OSError as error:
        err(f"error: `{safe(path)}` cannot be read: {reason(error)}\n")
        return "", None, FAILED
    text, after = _format(path, data)
    return text, after, DONE if after is not None else NOT_COMPILED


def _format(path: str, data: bytes) -> tuple[str, str | None]:
    problems: list[Problem] = []
    text = decode_source(path, data, problems.append)
    after = format_source(SourceFile(path, text), problems.append) if text is not None else None
    if after is None:
        err("".join(render(ordered(problems), colour=colour(sys.stderr))))
    # What is compared must be what is in the file, its mark at the start included.
    return data.decode("utf-8", "replace"), after


def _show(path: str, before: str, after: str, line: Line) -> None:
    if line.flag("diff"):
        out(_diff(path, before, after))
    elif line.flag("check"):
        out(f"{path} would change\n")


def _diff(path: str, before: str, after: str) -> str:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    lines = difflib.unified_diff(old, new, path, path)
    return "".join(one if one.endswith("\n") else one + "\n\\ No newline at end of file\n" for one in lines)


def _replace(path: str, text: str) -> int:
    """Write a file so that a crash leaves the old or the new text; links stay links, the mode stays."""
    real = os.path.realpath(path)
    part = f"{real}.{os.getpid()}~"
    try:
        mode = stat.S_IMODE(os.stat(real).st_mode)
        with open(part, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(part, mode)
        os.replace(part, real)
    except OSError as error:
        if os.path.exists(part):
            os.unlink(part)
        err(f"error: `{safe(path)}` cannot be written: {reason(error)}\n")
        return FAILED
    return DONE


def _pass_through(line: Line) -> int:
    data = sys.stdin.buffer.read()
    before, after = _format("-", data)
    if after is None:
        return NOT_COMPILED
    if line.flag("check") or line.flag("diff"):
        if before == after:
            return DONE
        _show("-", before, after, line)
        return FAILED
    out(after)
    return DONE
