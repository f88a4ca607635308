"""Spawning one process by its absolute path, and ending it with everything in its group."""

from __future__ import annotations

import os
import resource
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from types import TracebackType

GRACE = 0.3
"""Seconds between asking a group to end and ending it."""


class Plan:
    """What is to be started: the program's absolute path, its words (the first is the name it was called by), the rest.

    ``stdin``, ``stdout`` and ``stderr`` are descriptors of ours, or None for nothing at all.
    """

    __slots__ = ("argv", "cwd", "environment", "program", "stderr", "stdin", "stdout")

    def __init__(self, program: str, argv: list[str], environment: dict[str, str], cwd: str, stdin: int | None,
                 stdout: int | None, stderr: int | None) -> None:  # fmt: skip
        self.program = program
        self.argv = argv
        self.environment = environment
        self.cwd = cwd
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr


class Child:
    """A process that was started, leader of its own group."""

    __slots__ = ("_process",)

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """The process's number, which is its group's as well."""
        return self._process.pid

    def watch(self) -> int | None:
        """Return a new descriptor that becomes readable when it has ended, or None where the system has no such thing."""
        if not hasattr(os, "pidfd_open"):
            return None
        try:
            return os.pidfd_open(self._process.pid)
        except OSError:
            return None

    def poll(self) -> int | None:
        """Return the status if it has ended: its own, or 128 + the signal that ended it."""
        return _status(self._process.poll())

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait for the end, so long at most; return the status, or None."""
        import subprocess

        try:
            return _status(self._process.wait(seconds))
        except subprocess.TimeoutExpired:
            return None

    def signal(self, number: int) -> None:
        """Send a signal to the whole group, even when its leader has ended."""
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass  # nobody is left, or what is left has other rights and is none of ours any more

    def end(self) -> None:
        """End the group: ask first, then insist."""
        if self._process.poll() is None:
            self.signal(signal.SIGTERM)
            self.wait(GRACE)
        self.signal(signal.SIGKILL)
        self._process.wait()


def _status(code: int | None) -> int | None:
    return code if code is None or code >= 0 else 128 - code


def spawn(plan: Plan) -> Child:
    """Start a process.  Raises OSError where the system refuses."""
    import subprocess

    with unlimited():
        process = subprocess.Popen(
            plan.argv,
            executable=plan.program,
            stdin=subprocess.DEVNULL if plan.stdin is None else plan.stdin,
            stdout=subprocess.DEVNULL if plan.stdout is None else plan.stdout,
            stderr=subprocess.DEVNULL if plan.stderr is None else plan.stderr,
            cwd=plan.cwd,
            env=plan.environment,
            close_fds=True,
            process_group=0,
            preexec_fn=_die_with_parent(),  # noqa: PLW1509  # one system call, in a process that runs one thread
        )
    return Child(process)


class unlimited:
    """While this is entered, the bound on this process's memory is lifted: how much a child takes is its own affair."""

    __slots__ = ("_bound",)

    def __enter__(self) -> None:
        self._bound = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (self._bound[1], self._bound[1]))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        resource.setrlimit(resource.RLIMIT_AS, self._bound)


_arm: Callable[[], None] | None = None


def _die_with_parent() -> Callable[[], None] | None:
    """Return what the child calls before it becomes the program: it shall be killed when we are."""
    global _arm
    if _arm is not None or not os.path.isdir("/proc/self"):
        return _arm
    import ctypes

    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def arm() -> None:
        prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(127)  # we were killed in between

    _arm = arm
    return arm
