"""The process beside a run that starts its children, each in namespaces of its own.

It is started once, with an empty environment, as ``python -I -S``.  It makes a mount namespace (as a plain user, a user namespace as
well), builds the part of the view that all children share, says how that went, and then takes orders from its socket.  It ends
with the run: when the socket or the run's process does, whichever is noticed first; its children's first processes end with it.
"""

from __future__ import annotations

import _socket
import marshal
import os
import select
import struct
from _signal import SIG_DFL, SIG_IGN, SIGCHLD, SIGINT, signal  # type: ignore[import-not-found]

from tekrt.sandbox import bare, inside, landlock, system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FDS = 5
HEAD = 4
CONFIGURATION = (
    "alternatives", "bash.bashrc", "ca-certificates", "ca-certificates.conf", "debian_version", "environment", "fonts", "gai.conf",
    "group", "host.conf", "hosts", "inputrc", "java-11-openjdk", "java-17-openjdk", "java-21-openjdk", "ld.so.cache", "ld.so.conf",
    "ld.so.conf.d", "locale.alias", "locale.conf", "localtime", "lsb-release", "magic", "mime.types", "networks", "nsswitch.conf",
    "os-release", "passwd", "perl", "pki", "profile", "protocols", "python3", "python3.11", "python3.12", "python3.13", "rpc",
    "resolv.conf", "services", "shells", "ssl/certs", "ssl/openssl.cnf", "terminfo", "timezone", "vimrc", "wgetrc", "xattr.conf",
)  # fmt: skip
"""What programs look up in ``/etc``; nothing of it is secret."""
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
DEV_LINKS = (("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"))
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")


def main(fd: int, parent: int, stage: str, rung: str, bound: bool) -> None:
    """Serve the run whose process is ``parent`` through the socket ``fd``.

    ``stage`` is a folder for changes; ``rung`` is what is to be done; ``bound`` says that the thread which started this lives
    as long as its process.
    """
    signal(SIGINT, SIG_IGN)
    os.closerange(3, fd)
    os.closerange(fd + 1, 1 << 20)
    os.set_inheritable(fd, False)
    os.chdir("/")
    line = _socket.socket(fileno=fd)
    try:
        watched = os.pidfd_open(parent)
        place = _bare() if rung == "landlock" else _prepare(stage, rung == "user")
        if bound:
            system.die_with_parent()
        if os.getppid() != parent:
            return
        _probe(place, stage)
    except OSError as error:
        line.sendall(_framed(("no", f"{error.strerror} ({error.filename})")))
        return
    line.sendall(_framed(("ready", "")))
    signal(SIGCHLD, SIG_IGN)  # the system forgets children that have ended; whoever waits for one has a descriptor of it
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    poll.register(watched, select.POLLIN)
    while True:
        for ready, _ in poll.poll():
            if ready == watched or not _serve(line, place):
                return


def _framed(value: tuple[str, str]) -> bytes:
    data = marshal.dumps(value)
    return struct.pack("=I", len(data)) + data


def _serve(line: _socket.socket, place: inside.Place | Bare) -> bool:
    """Take one order; tell whether there may be more."""
    try:
        head, ancillary, _, _ = line.recvmsg(HEAD, _socket.CMSG_SPACE(FDS * 4), _socket.MSG_CMSG_CLOEXEC)
    except OSError:
        return False
    fds = [fd for _, _, data in ancillary for (fd,) in struct.iter_unpack("=i", data)]
    if len(head) < HEAD:
        return False
    size = struct.unpack("=I", head)[0]
    data = bytearray()
    while len(data) < size:
        piece = line.recv(min(size - len(data), 1 << 20))
        if not piece:
            return False
        data += piece
    pid, pidfd, trouble = _start(marshal.loads(bytes(data)), fds, place)
    for fd in fds:
        os.close(fd)
    answer = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, struct.pack("=i", pidfd))] if pid else []
    line.sendmsg([struct.pack("=ii", pid, trouble)], answer)
    if pid:
        os.close(pidfd)
    return True


FLAGS = system.NEWNS | system.NEWPID | system.NEWIPC | system.NEWUTS


class Bare:
    """What children without namespaces need: the supervisor's number, the usual configuration, the mask of new files' modes."""

    __slots__ = ("configuration", "supervisor", "umask")

    def __init__(self, supervisor: int, configuration: list[str], umask: int) -> None:
        self.supervisor = supervisor
        self.configuration = configuration
        self.umask = umask


def _bare() -> Bare:
    landlock.version()
    umask = os.umask(0o022)
    return Bare(os.getpid(), [*SYSTEM, *(os.path.realpath(f"/etc/{name}") for name in CONFIGURATION)], umask)


def _start(order: dict[str, Any], fds: list[int], place: inside.Place | Bare) -> tuple[int, int, int]:
    flags = 0 if isinstance(place, Bare) else FLAGS if order["network"] == "open" else FLAGS | system.NEWNET
    try:
        pid, pidfd = system.clone(flags)
    except OSError as error:
        return 0, -1, error.errno or 1
    if pid == 0:
        _live(place, order, fds)
    return pid, pidfd, 0


def _live(place: inside.Place | Bare, order: dict[str, Any], fds: list[int]) -> None:
    if isinstance(place, Bare):
        inside.live(
            lambda order, fds: bare.perform(order, fds, place.supervisor, place.configuration, place.umask), order, fds,
        )  # fmt: skip
    else:
        inside.live(lambda order, fds: inside.perform(place, order, fds), order, fds, (place.watch,))


def _prepare(stage: str, user: bool) -> inside.Place:
    """Make the namespaces of the run and the template of its views."""
    mask = os.umask(0o022)
    uid, gid = os.getuid(), os.getgid()
    if user:
        system.unshare(system.NEWUSER | system.NEWNS)
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{uid} {uid} 1")
        _write("/proc/self/gid_map", f"{gid} {gid} 1")
    else:
        system.unshare(system.NEWNS)
    system.mount("", "/", None, system.MS_REC | system.MS_PRIVATE)
    root, layers = stage + "/root", stage + "/mask"
    os.mkdir(root, 0o755)
    os.mkdir(layers, 0o700)
    system.mount("tek", root, "tmpfs", system.MS_NOSUID, "mode=0755")
    _template(root)
    return inside.Place(root, layers, user, mask, os.pidfd_open(os.getpid()))


def _write(path: str, text: str) -> None:
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def _template(root: str) -> None:
    for name in ("proc", "dev", "dev/shm", "etc", "tmp", "run", "var", "var/lib", "var/cache", "home", "sys", inside.OLD[1:]):
        os.mkdir(f"{root}/{name}", 0o755)
    os.symlink("../tmp", root + "/var/tmp")
    os.symlink("../run", root + "/var/run")
    for path in SYSTEM:
        if os.path.islink(path):
            os.symlink(os.readlink(path), root + path)
        elif os.path.isdir(path):
            os.makedirs(root + path)
            system.bind(path, root + path)
    for name in DEVICES:
        os.close(os.open(f"{root}/dev/{name}", os.O_CREAT | os.O_WRONLY, 0o666))
        system.bind(f"/dev/{name}", f"{root}/dev/{name}", 0)
    for name, target in DEV_LINKS:
        os.symlink(target, f"{root}/dev/{name}")
    for name in CONFIGURATION:
        _configure(f"/etc/{name}", f"{root}/etc/{name}")


def _configure(path: str, target: str) -> None:
    """Show a file or folder of ``/etc``; small files are copied, which is cheaper for every child than one mount more."""
    try:
        if os.path.isdir(path):
            os.makedirs(target)
            system.bind(path, target)
            return
        if not os.stat(path).st_mode & 0o004:
            return
        with open(path, "rb") as source:
            data = source.read()
    except OSError:
        return  # not on this system
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as made:
        made.write(data)


def _probe(place: inside.Place | Bare, stage: str) -> None:
    """Do it all once.  Raises OSError where the system refuses a part."""
    here = stage + "/probe"
    for path in (here, here + "/0", here + "/0.work", here + "/real"):
        os.mkdir(path, 0o700)
    sink = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
    read, write = os.pipe()
    order: dict[str, Any] = {
        "program": "/bin/true", "argv": ["true"], "environment": {}, "cwd": "/", "regions": [here + "/real"], "files": [],
        "read": [], "write": [], "run": [], "hidden": [], "folders": [], "home": "/tmp/home", "network": "", "shown": [], "binds": [],
        "stage": here, "token": b"",
    }  # fmt: skip
    signal(SIGCHLD, SIG_DFL)
    pid, pidfd, code = _start(order, [sink, sink, sink, write], place)
    os.close(write)
    os.close(sink)
    if not pid:
        os.close(read)
        raise OSError(code, os.strerror(code), "clone")
    os.waitpid(pid, 0)
    os.close(pidfd)
    data = os.read(read, 65536)
    os.close(read)
    end = marshal.loads(data) if data else ("error", 0, "it ended at once", "", "")
    if end[0] != "end":
        raise OSError(end[1], end[2], end[3])


__all__ = ["main"]
