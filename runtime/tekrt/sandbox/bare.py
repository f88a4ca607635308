"""The process that starts a child where there are no namespaces: Landlock, a filter without sockets, and a watch over descendants.

It is not confined itself, so that the child can neither signal nor trace it, and it adopts whatever the child leaves behind.
"""

from __future__ import annotations

import os
import posix
import time
from _signal import ITIMER_REAL, SIG_DFL, SIGALRM, SIGCHLD, SIGKILL, SIGTERM, setitimer, signal  # type: ignore[import-not-found]

from tekrt.sandbox import filters, system
from tekrt.sandbox.landlock import READ, READ_DIR, READ_FILE, WRITE_FILE, Rules, allow_reads, allow_writes
from tekrt.sandbox.reach import Reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PATIENCE = 0.25
"""Seconds between asking descendants to end and ending them."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")


def perform(order: dict[str, Any], fds: list[int], supervisor: int, configuration: list[str], umask: int) -> tuple[Any, ...]:
    """Start the child, wait, end what it left; return how it ended."""
    system.prctl(1, SIGTERM)  # PR_SET_PDEATHSIG: a last word, to end the descendants
    if os.getppid() != supervisor:
        return ("end", -9)
    system.prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
    system.hide_memory()
    signal(SIGCHLD, SIG_DFL)
    os.umask(umask)
    environment = _private(order)
    rules = Rules(order["network"])
    made = _allow(rules, order, configuration, environment)
    signal(SIGTERM, _ask)
    signal(SIGALRM, _insist)
    pid = os.fork()
    if pid == 0:
        _become(rules, order, fds, environment)
    code = _wait(pid)
    _end_descendants()
    for path in made:
        if os.path.isfile(path) and os.stat(path).st_size == 0:
            os.unlink(path)
    return ("end", code)


def _private(order: dict[str, Any]) -> dict[str, str]:
    """Make a temporary and a home folder of the child's own; return its environment."""
    stage = order["stage"]
    environment = dict(order["environment"])
    for name, variable in (("tmp", "TMPDIR"), ("home", "HOME")):
        os.mkdir(f"{stage}/{name}", 0o700)
        if variable == "TMPDIR" or variable in environment:
            environment[variable] = f"{stage}/{name}"
    return environment


def _allow(rules: Rules, order: dict[str, Any], configuration: list[str], environment: dict[str, str]) -> list[str]:
    for path in (*configuration, *order["shown"], "/proc"):
        rules.allow(path, READ)
    for path in DEVICES:
        rules.allow(path, READ_FILE | WRITE_FILE | (1 << 15))
    for name in ("tmp", "home"):
        rules.allow(f"{order['stage']}/{name}", rules.change)
    for source, _, writable in order["binds"]:
        rules.allow(source, rules.change if writable else READ)
    for path in order["files"]:
        rules.allow(path, READ)
    for folder in order["folders"]:
        rules.allow(folder, READ_DIR)
    allow_reads(rules, order["regions"], Reach(order["read"]), Reach(order["run"]), order["hidden"])
    return allow_writes(rules, order["write"])


def _become(rules: Rules, order: dict[str, Any], fds: list[int], environment: dict[str, str]) -> None:
    """Become the program.  Never returns."""
    try:
        system.die_with_parent()
        os.setpgid(0, 0)
        for number in (SIGTERM, SIGALRM):
            signal(number, SIG_DFL)
        os.chdir(order["cwd"])
        for number in range(3):
            os.dup2(fds[number], number)
        system.drop_rights(0 if os.getuid() else system.KEPT_RIGHTS)
        system.no_new_rights()
        rules.restrict()
        filters.install(sockets=bool(order["network"]))
        os.execve(order["program"], order["argv"], environment)
    except OSError as error:
        os.write(2, f"cannot run {order['argv'][0]}: {error.strerror}\n".encode())
    finally:
        posix._exit(126)


def _wait(pid: int) -> int:
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == pid:
            return os.waitstatus_to_exitcode(status)


def _descendants() -> list[int]:
    found: list[int] = []
    todo = [os.getpid()]
    while todo:
        pid = todo.pop()
        try:
            tasks = os.listdir(f"/proc/{pid}/task")
            lists = [open(f"/proc/{pid}/task/{task}/children").read().split() for task in tasks]  # noqa: SIM115  # closed with the list
        except OSError:
            continue  # it has ended: its children are ours now and are found in the next round
        children = [int(child) for words in lists for child in words]
        found += children
        todo += children
    return found


def _send(number: int) -> None:
    for pid in _descendants():
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _ask(number: int, frame: object) -> None:
    _send(SIGTERM)
    setitimer(ITIMER_REAL, PATIENCE)


def _insist(number: int, frame: object) -> None:
    _send(SIGKILL)
    setitimer(ITIMER_REAL, PATIENCE / 10)


def _end_descendants() -> None:
    """End everything that the child left, until nothing is there."""
    while True:
        _send(SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.001)
