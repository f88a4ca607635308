"""The system calls that confinement needs and Python has not: mounts, namespaces, rights.

Everything raises OSError.  This module is loaded by the supervisor, not by a program that starts no processes.
"""

from __future__ import annotations

import _socket
import ctypes
import fcntl
import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MACHINE = os.uname().machine
_NUMBERS = {
    "x86_64": {"clone": 56, "pivot_root": 155, "unshare": 272, "capset": 126, "mount_setattr": 442, "seccomp": 317},
    "aarch64": {"clone": 220, "pivot_root": 41, "unshare": 97, "capset": 91, "mount_setattr": 442, "seccomp": 277},
}
NUMBERS = _NUMBERS.get(MACHINE, {})
"""Numbers of system calls; empty for a machine that was never tried."""

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
CLONE_PIDFD, SIGCHLD = 0x1000, 17
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV = 1, 2, 4
AT_RECURSIVE, AT_FDCWD = 0x8000, -100

_libc = ctypes.PyDLL(None, use_errno=True)  # keeps the interpreter's lock: `clone` copies this process
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long


def _checked(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), what)
    return result


def call(name: str, *words: Any) -> int:
    """Make a system call by name."""
    number = NUMBERS.get(name)
    if number is None:
        raise OSError(38, f"no system calls are known for {MACHINE}", name)
    return _checked(_syscall(ctypes.c_long(number), *words), name)


def mount(source: str, target: str, kind: str | None = None, flags: int = 0, data: str | None = None) -> None:
    """Mount something."""
    encoded = None if kind is None else kind.encode()
    words = None if data is None else os.fsencode(data)
    result = _libc.mount(os.fsencode(source), os.fsencode(target), encoded, ctypes.c_ulong(flags), words)
    _checked(result, f"mount {target}")


def unmount(target: str) -> None:
    """Take a mount away, with all below it."""
    _checked(_libc.umount2(os.fsencode(target), MNT_DETACH), f"umount {target}")


class _Attributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "user")]


def restrict(target: str, attributes: int) -> None:
    """Set attributes of a mount and all below it."""
    wanted = _Attributes(attributes, 0, 0, 0)
    call("mount_setattr", AT_FDCWD, os.fsencode(target), AT_RECURSIVE, ctypes.byref(wanted), ctypes.c_size_t(32))


def bind(source: str, target: str, attributes: int = ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV) -> None:
    """Show ``source`` at ``target`` as well, read-only unless told otherwise."""
    mount(source, target, None, MS_BIND | MS_REC)
    if attributes:
        restrict(target, attributes)


def unshare(flags: int) -> None:
    """Leave namespaces for new ones."""
    call("unshare", flags)


def pivot(root: str, old: str) -> None:
    """Make ``root``, a mount, the root of everything, and cover the old one, which is at ``old`` below it then.

    Covering it takes microseconds where unmounting waits for all processors; without the right to unmount, nobody gets below.
    """
    os.chdir(root)
    call("pivot_root", b".", os.fsencode(root + old))
    mount("tek", old, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "mode=0000,size=4k")
    os.chdir("/")


def clone(flags: int) -> tuple[int, int]:
    """Copy this process into new namespaces.  Returns its number and a descriptor of it; (0, -1) in the copy."""
    slot = ctypes.c_int(-1)
    pid = call("clone", ctypes.c_ulong(flags | CLONE_PIDFD | SIGCHLD), None, ctypes.byref(slot), None, None)
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0, -1
    return pid, slot.value


def prctl(option: int, first: int = 0, second: Any = 0) -> int:
    """Set or ask something about this process."""
    result = _libc.prctl(option, ctypes.c_ulong(first), second if second else ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))
    return _checked(result, f"prctl {option}")


def die_with_parent() -> None:
    """Have the system kill this process when the thread that started it ends."""
    prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL


def hide_memory() -> None:
    """Keep other processes of this user from reading this one's memory, environment and descriptors."""
    prctl(4, 0)  # PR_SET_DUMPABLE


def no_new_rights() -> None:
    """Never gain rights by starting a program (set-uid bits mean nothing)."""
    prctl(38, 1)  # PR_SET_NO_NEW_PRIVS


KEPT_RIGHTS = (1 << 0) | (1 << 1) | (1 << 3) | (1 << 4)
"""CAP_CHOWN, DAC_OVERRIDE, FOWNER, FSETID: what lets root work on files that belong to others, inside the view."""


def drop_rights(kept: int) -> None:
    """Give up all rights of root but ``kept``, for good."""
    for number in range(64):
        if kept >> number & 1:
            continue
        try:
            prctl(24, number)  # PR_CAPBSET_DROP
        except OSError:
            break  # there are no more
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)(kept & 0xFFFFFFFF, kept & 0xFFFFFFFF, 0, 0, 0, 0)
    call("capset", ctypes.byref(header), ctypes.byref(data))


def listen(channel: int, port: int) -> _socket.socket:
    """Listen on loopback, hand the socket out through a channel, and keep it."""
    made = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    made.bind(("127.0.0.1", port))
    made.listen(64)
    line = _socket.socket(fileno=os.dup(channel))
    try:
        line.sendmsg([b"l"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, struct.pack("=i", made.fileno()))])
    finally:
        line.close()
    return made


def loopback_up() -> None:
    """Switch on the loopback interface of a new network namespace."""
    probe = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    try:
        request = struct.pack("16sh14x", b"lo", 1 | 0x40)  # IFF_UP | IFF_RUNNING
        fcntl.ioctl(probe.fileno(), 0x8914, request)  # SIOCSIFFLAGS
    finally:
        probe.close()
