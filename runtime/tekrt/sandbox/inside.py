"""The first process of a child's namespaces: builds the view, starts the program, waits, tells how it ended.

It runs after a ``clone`` into new mount, process, IPC and (without a grant of the network) network namespaces.  When it ends, the
system ends all that is left in them.
"""

from __future__ import annotations

import marshal
import os
import posix
import select
import stat
from _signal import SIG_DFL, SIGCHLD, SIGHUP, SIGINT, SIGKILL, SIGPIPE, SIGQUIT, SIGTERM, signal  # type: ignore[import-not-found]

from tekrt.sandbox import filters, system
from tekrt.sandbox.mask import Mask
from tekrt.sandbox.reach import Reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

PROXY = 3128
"""The port of the proxy, on the loopback of the child's own network."""
OLD = "/.old"
"""Where the system's own root is, under a lid."""
RESET = (SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD)


class Place:
    """Where the supervisor keeps things in its own mount namespace: ``root`` is the view's template, ``mask`` an empty folder."""

    __slots__ = ("mask", "plain_user", "root", "umask", "watch")

    def __init__(self, root: str, mask: str, plain_user: bool, umask: int, watch: int) -> None:
        self.root = root
        self.mask = mask
        self.plain_user = plain_user
        self.umask = umask
        self.watch = watch  # a descriptor of the supervisor's process


def live(perform: Callable[[dict[str, Any], list[int]], tuple[Any, ...]], order: dict[str, Any], fds: list[int],
         spared: tuple[int, ...] = ()) -> None:  # fmt: skip
    """Be the process that starts a child and waits for it; never returns.  ``fds`` are its three streams and where to report."""
    report = fds[3]
    code = 0
    try:
        close_all_but([*fds, *spared])
        end = perform(order, fds)
    except OSError as error:
        end = ("error", error.errno or 0, os.strerror(error.errno or 0), str(error.filename or ""), str(error.filename2 or ""))
    except BaseException as error:  # noqa: BLE001  # whatever it is: nothing of this may go on as the supervisor
        end = ("error", 0, f"{type(error).__name__}: {error}", "", "")
        code = 1
    os.write(report, marshal.dumps(end))
    posix._exit(code)


def perform(place: Place, order: dict[str, Any], fds: list[int]) -> tuple[Any, ...]:
    """Be the first process of a child's namespaces: build the view, start the program, wait; return how it ended."""
    if os.getpid() != 1:
        raise OSError(1, "this is no process namespace of its own")  # what follows ends every process that it sees
    system.die_with_parent()
    if select.select([place.watch], [], [], 0)[0]:
        posix._exit(1)  # the supervisor was killed in between
    os.close(place.watch)
    os.umask(0o022)
    enter(place, order)
    os.chdir(order["cwd"])
    os.umask(place.umask)
    if order["network"] != "open":
        system.loopback_up()
    listener = system.listen(fds[4], PROXY) if len(fds) > 4 else None
    system.drop_rights(0 if place.plain_user else system.KEPT_RIGHTS)
    system.hide_memory()
    system.no_new_rights()
    filters.install()
    started = _start(order, fds)
    signal(SIGTERM, _pass_on)
    while True:
        try:
            pid, status = os.waitpid(-1, 0)
        except InterruptedError:
            continue
        if pid == started:
            _end_all()
            if listener is not None:
                listener.close()
            return ("end", os.waitstatus_to_exitcode(status))


def close_all_but(kept: list[int]) -> None:
    """Close every descriptor of the supervisor's, its socket above all: whoever holds that can have anything started."""
    before = 3
    for fd in sorted(kept):
        os.closerange(before, fd)
        before = fd + 1
    os.closerange(before, 1 << 20)


def _end_all() -> None:
    """End what the program left running.  When this returns, nothing but this process lives here, and nothing can be written."""
    try:
        os.kill(-1, SIGKILL)
    except ProcessLookupError:
        return
    while True:
        try:
            os.waitpid(-1, 0)
        except InterruptedError:
            continue
        except ChildProcessError:
            return


def _pass_on(number: int, frame: object) -> None:
    os.kill(-1, SIGTERM)  # everybody in these namespaces but this process


def _start(order: dict[str, Any], fds: list[int]) -> int:
    actions = [(os.POSIX_SPAWN_DUP2, fds[number], number) for number in range(3)]
    signal(SIGCHLD, SIG_DFL)
    return os.posix_spawn(order["program"], order["argv"], order["environment"], file_actions=actions, setpgroup=0, setsigdef=RESET)


def enter(place: Place, order: dict[str, Any]) -> None:
    """Build the view and make it the root."""
    root = place.root
    _private(root, order["home"])
    for folder in order["shown"]:
        if os.path.isdir(folder):
            os.makedirs(root + folder, exist_ok=True)
            system.bind(folder, root + folder)
    for source, target, writable in order["binds"]:
        _bring(root, source, target, writable)
    system.mount("tek", place.mask, "tmpfs", system.MS_NOSUID | system.MS_NODEV, "mode=0700")
    mask = Mask(Reach(order["read"]), Reach(order["write"]), Reach(order["run"]), order["token"])
    for number, region in enumerate(order["regions"]):
        _region(place, number, region, order, mask)
    for path in order["files"]:
        _bring(root, path, path, False)
    system.mount("proc", root + "/proc", "proc", system.MS_NOSUID | system.MS_NODEV | 8)  # MS_NOEXEC
    system.restrict(root + "/proc", system.ATTR_RDONLY)  # whoever has root's number may write settings of the system there
    system.mount("", root, None, system.MS_REMOUNT | system.MS_BIND | system.MS_RDONLY | system.MS_NOSUID)
    system.pivot(root, OLD)


def _private(root: str, home: str) -> None:
    flags = system.MS_NOSUID | system.MS_NODEV
    system.mount("tek", root + "/tmp", "tmpfs", flags, "mode=1777")
    system.mount("tek", root + "/dev/shm", "tmpfs", flags, "mode=1777")
    if home.startswith("/tmp/"):
        os.makedirs(root + home, 0o700, exist_ok=True)
        return
    os.makedirs(root + home, exist_ok=True)
    system.mount("tek", root + home, "tmpfs", flags, "mode=0700")


def _open_folder(path: str) -> int:
    """Open a folder without following a link anywhere."""
    here = os.open("/", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    for name in path.split("/"):
        if name:
            after = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=here)
            os.close(here)
            here = after
    return here


def _region(place: Place, number: int, region: str, order: dict[str, Any], mask: Mask) -> None:
    """Show a real folder: what is granted of it, with changes going to the stage."""
    try:
        real = _open_folder(region)
    except OSError:
        return  # it is not there any more, or behind a link
    layer = f"{place.mask}/{number}"
    os.mkdir(layer)
    below = mask.build(f"/proc/self/fd/{real}", region, layer, order["hidden"], order["folders"])
    stage = order["stage"]
    upper = os.open(f"{stage}/{number}", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    work = os.open(f"{stage}/{number}.work", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    lower = layer if not below else f"{layer}:/proc/self/fd/{real}"
    words = f"userxattr,lowerdir={lower},upperdir=/proc/self/fd/{upper},workdir=/proc/self/fd/{work}"
    target = place.root + region
    os.makedirs(target, exist_ok=True)
    system.mount("tek", target, "overlay", system.MS_NOSUID | system.MS_NODEV, words)
    for fd in (real, upper, work):
        os.close(fd)


def _bring(root: str, source: str, target: str, writable: bool) -> None:
    """Show a file or a folder, no link, at its own place or another one.  What is not there does not show."""
    try:
        folder = _open_folder(os.path.dirname(source))
    except OSError:
        return
    try:
        fd = os.open(os.path.basename(source), os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return
    finally:
        os.close(folder)
    kind = stat.S_IFMT(os.stat(fd).st_mode)
    place = root + target
    if kind == stat.S_IFDIR:
        os.makedirs(place, exist_ok=True)
    elif kind == stat.S_IFREG:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if not os.path.lexists(place):
            os.close(os.open(place, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))
    if kind in (stat.S_IFDIR, stat.S_IFREG):
        walls = system.ATTR_NOSUID | system.ATTR_NODEV
        system.bind(f"/proc/self/fd/{fd}", place, walls if writable else walls | system.ATTR_RDONLY)
    os.close(fd)


__all__ = ["OLD", "RESET", "Place", "enter", "live", "perform"]
