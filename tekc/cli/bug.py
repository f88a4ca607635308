"""What happens when tekc itself fails: the user learns that it is not their mistake, and where the report is."""

from __future__ import annotations

import os
import platform
import time
import traceback

from tekc.cli.console import err
from tekc.cli.state import state_folder
from tekc.cli.status import BUG


def report_bug(bug: BaseException, line: list[str]) -> int:
    """Write a report of an internal error, say where it is, and return the exit status 70."""
    text = report_text(bug, line)
    path = _write(text)
    first = traceback.format_exception_only(bug)[-1].strip().split("\n")[0][:200]
    where = f"a report is in {path}" if path else "the report could not be written; it follows"
    err(f"error: this is a bug in tekc, not in your program: {first}\n  {where}\n  please send it to the developers of tekc\n")
    if not path:
        err(text)
    return BUG


def report_text(bug: BaseException, line: list[str]) -> str:
    """Return what a developer needs to find the error; it holds the command line, and no content of any file."""
    from tekc.cli.version import version

    head = [
        f"tekc {version()} on Python {platform.python_version()}, {platform.platform()}",
        f"time: {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}",
        f"command line: {['tekc', *line]!r}",
        "",
    ]
    return "\n".join(head) + "".join(traceback.format_exception(bug, limit=-60))


def _write(text: str) -> str:
    folder = state_folder()
    if folder is None:
        return ""
    path = os.path.join(folder, "reports", f"bug-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt")
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        return ""
    return path

