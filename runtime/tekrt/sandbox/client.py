"""The run's side of the supervisor: starting it, ordering children, waiting for them."""

from __future__ import annotations

import _socket
import marshal
import os
import select
import signal
import struct
import sys
import threading

from tekrt.sandbox.children import GRACE, Plan, unlimited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.sandbox.view import View

START_LIMIT = 20_000
"""Milliseconds that the supervisor may take to start."""


class Unavailable(OSError):
    """This system does not let children be confined in this way; the text says why."""


class Confined:
    """A child in namespaces of its own.  Its changes lie in ``stage`` until they are taken over."""

    __slots__ = ("_end", "_pidfd", "_report", "pid", "stage", "staged", "view")

    def __init__(self, pid: int, pidfd: int, report: int, stage: str, view: View, staged: bool) -> None:
        self.pid = pid  # of the first process of its namespaces
        self._pidfd = pidfd
        self._report = report
        self._end: tuple[Any, ...] | None = None
        self.stage = stage
        self.view = view
        self.staged = staged  # else it wrote in the real tree, within walls

    def watch(self) -> int:
        """Return a new descriptor that becomes readable when nothing of the child runs any more, or soon will not."""
        return os.dup(self._report)

    def poll(self) -> int | None:
        """Return the status if it has ended: its own, or 128 + the signal that ended it.  Raises OSError if it never began."""
        return self.wait(0)

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait for the end of all its processes, so long at most; return the status, or None.

        The first process of its namespaces reports when it is the last one.  Where it was ended itself, the system ends the rest
        before its descriptor says that it is gone.

        Raises OSError where the system refused to start it.
        """
        if self._end is None:
            if not _readable(self._report, seconds):
                return None
            data = os.read(self._report, 65536)
            if not data:
                _readable(self._pidfd, None)
            self._end = marshal.loads(data) if data else ("end", -9)
            os.close(self._report)
            os.close(self._pidfd)
        if self._end[0] == "error":
            raise OSError(self._end[1], self._end[2], self._end[3])
        code: int = self._end[1]
        return code if code >= 0 else 128 - code

    @property
    def ended_itself(self) -> bool:
        """Tell whether it ended with a status of its own, and nobody ended it."""
        return self._end is not None and self._end[0] == "end" and self._end[1] >= 0

    def signal(self, number: int) -> None:
        """Send a signal to all its processes."""
        if self._end is None:
            try:
                signal.pidfd_send_signal(self._pidfd, number)
            except ProcessLookupError:
                pass  # all have ended

    def end(self) -> None:
        """End all its processes: ask first, then insist."""
        if self._end is None:
            self.signal(signal.SIGTERM)
            if not self._ended(GRACE if self.staged else 4 * GRACE):  # without namespaces, only its starter can end all of it
                self.signal(signal.SIGKILL)
                self._ended(None)

    def _ended(self, seconds: float | None) -> bool:
        try:
            return self.wait(seconds) is not None
        except OSError:
            return True


def _readable(fd: int, seconds: float | None) -> bool:
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(None if seconds is None else max(seconds, 0) * 1000))


class Sandbox:
    """The supervisor of a run.  ``stage`` is a folder of ours, on the root's file system where that is possible."""

    def __init__(self, stage: str, rung: str) -> None:
        """Start it.  Raises Unavailable where the system does not let it do its work."""
        self.stage = stage
        self.staged = rung != "landlock"
        self._lock = threading.Lock()
        self._count = 0
        ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
        self._line = ours
        try:
            self._process = _launch(theirs.fileno(), stage, rung)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        try:
            self._greet()
        except BaseException:
            self.close()
            raise

    def _greet(self) -> None:
        poll = select.poll()
        poll.register(self._line.fileno(), select.POLLIN)
        if not poll.poll(START_LIMIT):
            raise Unavailable("the supervisor does not answer")
        head = self._exactly(4)
        word, why = marshal.loads(self._exactly(struct.unpack("=I", head)[0])) if head else ("no", "the supervisor did not start")
        if word != "ready":
            raise Unavailable(why)

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self._line.recv(size - len(data))
            if not piece:
                return b""
            data += piece
        return data

    def spawn(self, plan: Plan, view: View, channel: int | None = None) -> Confined:
        """Start a child.  ``channel`` is where its proxy's listening socket is sent to.  Raises OSError where the system refuses."""
        streams = [plan.stdin, plan.stdout, plan.stderr]
        sink = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
        read, write = os.pipe()
        try:
            with self._lock:
                self._count += 1
                stage = f"{self.stage}/{self._count}"
                _make_stage(stage, len(view.regions))
                order = {
                    **view.as_data(), "program": plan.program, "argv": plan.argv, "environment": plan.environment, "cwd": plan.cwd,
                    "stage": stage,
                }  # fmt: skip
                pid, pidfd = self._order(marshal.dumps(order), [sink if fd is None else fd for fd in streams] + [write] + ([] if channel is None else [channel]))
        except BaseException:
            os.close(read)
            raise
        finally:
            os.close(write)
            os.close(sink)
        return Confined(pid, pidfd, read, stage, view, self.staged)

    def _order(self, data: bytes, fds: list[int]) -> tuple[int, int]:
        rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, struct.pack(f"={len(fds)}i", *fds))]
        self._line.sendmsg([struct.pack("=I", len(data))], rights)
        self._line.sendall(data)
        answer, ancillary, _, _ = self._line.recvmsg(8, _socket.CMSG_SPACE(4), _socket.MSG_CMSG_CLOEXEC)
        if len(answer) < 8:
            raise OSError(32, "the supervisor has ended")
        pid, code = struct.unpack("=ii", answer)
        if not pid:
            raise OSError(code, os.strerror(code))
        return pid, struct.unpack("=i", ancillary[0][2])[0]

    def close(self) -> None:
        """End the supervisor, and with it all that it started."""
        self._line.close()
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._process = 0


def _make_stage(stage: str, regions: int) -> None:
    os.mkdir(stage, 0o700)
    for number in range(regions):
        os.mkdir(f"{stage}/{number}", 0o755)
        os.mkdir(f"{stage}/{number}.work", 0o700)


def _launch(fd: int, stage: str, rung: str) -> int:
    if not sys.executable:
        raise Unavailable("there is no Python to run the supervisor with")
    runtime = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    bound = threading.get_native_id() == os.getpid()
    code = (
        f"import sys; sys.path.insert(0, {runtime!r}); from tekrt.sandbox.supervisor import main; "
        f"main({fd}, {os.getpid()}, {stage!r}, {rung!r}, {bound})"
    )
    null = [(os.POSIX_SPAWN_OPEN, number, "/dev/null", os.O_RDWR, 0) for number in range(3)]
    os.set_inheritable(fd, True)
    with unlimited():
        return os.posix_spawn(sys.executable, [sys.executable, "-I", "-S", "-c", code], {}, file_actions=null, setsid=True)
