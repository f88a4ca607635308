"""The real world: the system's clock, randomness, environment and standard streams."""

from __future__ import annotations

import errno
import os
import sys
import time

from tekrt.kernel.output import OutputClosed
from tekrt.kernel.world import World
from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tekrt.kernel import Broker

LONGEST_PAUSE = 0.2
"""Seconds that one pause may last: a time limit or a cancellation is noticed in between."""


def real_world() -> World:
    """Return the services of this process."""
    home = home_folder()
    return World(
        now=time.time_ns, monotonic=time.monotonic_ns, pause=_pause, random=os.urandom, write_out=writer(1, "standard output"),
        write_err=writer(2, "standard error"), environment=_variables(secret=False), home=home, system=_system(),
        cpus=_cpus(), eager=_is_terminal(1), reserved=_own_folders(home), files=_files, processes=_processes,
        network=_network, secrets=_secrets, person=_person,
    )  # fmt: skip


def _files(broker: Broker) -> Any:
    from tekrt.effects.files import Files

    return Files(broker)


def _processes(broker: Broker) -> Any:
    from tekrt.effects.process import Processes

    return Processes(broker)


def _network(broker: Broker) -> Any:
    from tekrt.effects.net import Network

    return Network(broker)


def _variables(secret: bool) -> dict[str, str]:
    """Return the environment without the variables that hold secrets, or these alone: they are no variables for scripts."""
    return {name: value for name, value in os.environ.items() if name.startswith("TEK_SECRET_") is secret}


def _secrets(broker: Broker) -> Any:
    from tekrt.effects.secrets import Secrets

    return Secrets(broker, _variables(secret=True), _own_folders(home_folder())[0])


def _person(broker: Broker) -> Any:
    from tekrt.effects.person import Person

    return Person(broker)


def _own_folders(home: str) -> tuple[str, ...]:
    """Return where tekc keeps approvals, policies and caches of this user."""
    found: list[str] = []
    for variable, usual in (("XDG_STATE_HOME", "/.local/state"), ("XDG_CACHE_HOME", "/.cache"), ("XDG_CONFIG_HOME", "/.config"),
                            ("XDG_DATA_HOME", "/.local/share")):  # fmt: skip
        base = os.environ.get(variable, "")
        found.append(os.path.realpath((base if base.startswith("/") else home + usual) + "/tekc"))
    cache = os.environ.get("TEKC_CACHE_DIR", "")
    if cache:
        found.append(os.path.realpath(cache))
    return tuple(dict.fromkeys(found))


def _pause(ns: int) -> None:
    time.sleep(min(max(ns, 0) / 1e9, LONGEST_PAUSE))


def home_folder() -> str:
    """Return the real path of the user's home folder, or ``/nonexistent``."""
    home = os.environ.get("HOME", "")
    if not home.startswith("/"):
        import pwd

        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            home = "/nonexistent"
    return os.path.realpath(home)


def _system() -> str:
    return {"linux": "linux", "darwin": "macos", "win32": "windows"}.get(sys.platform, sys.platform)


def _cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _is_terminal(fd: int) -> bool:
    try:
        return os.isatty(fd)
    except OSError:
        return False


def writer(fd: int, name: str) -> Callable[[bytes], None]:
    """Return a function that writes all of its bytes to a descriptor.

    It raises OutputClosed when nobody reads any more, and Failure of kind ``io`` for all else.
    """

    def write(data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(fd, view) :]
            except BlockingIOError:
                _wait_writable(fd)
            except OSError as error:
                if error.errno in (errno.EPIPE, errno.ECONNRESET):
                    raise OutputClosed(f"{name} was closed") from None
                from tekrt.effects.problems import words

                raise Failure("io", f"cannot write to {name}: {words(error)}") from None

    return write


def _wait_writable(fd: int) -> None:
    import select

    select.select([], [fd], [])
