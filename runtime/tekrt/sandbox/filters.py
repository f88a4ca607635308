"""The filter of system calls that every confined child gets: what no tool needs and what would weaken the walls.

It refuses new namespaces and mounts, the kernel's key rings, tracing of kernel and hardware, asynchronous rings, and sockets of
unusual families.  Calls of another architecture end the process.
"""

from __future__ import annotations

import ctypes
import struct

from tekrt.sandbox import system

EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, EQUAL, ANY_BIT, AT_LEAST, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32 = 0x40000000

REFUSED = {
    "x86_64": (
        155, 161, 163, 165, 166, 167, 168, 169, 170, 171, 172, 173, 175, 176, 179, 246, 272, 308, 313, 320, 304,
        248, 249, 250, 298, 321, 323, 425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 103, 159, 227, 305, 164,
    ),
    "aarch64": (
        41, 51, 89, 40, 39, 224, 225, 142, 161, 162, 104, 105, 106, 60, 97, 268, 273, 294, 265,
        217, 218, 219, 241, 280, 282, 425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 116, 171, 112, 266, 170,
    ),
}  # fmt: skip
"""pivot_root chroot acct mount umount2 swapon swapoff reboot sethostname setdomainname iopl ioperm init_module delete_module
quotactl kexec_load unshare setns finit_module kexec_file_load open_by_handle_at add_key
request_key keyctl perf_event_open bpf userfaultfd io_uring_setup io_uring_enter io_uring_register open_tree move_mount fsopen
fsconfig fsmount fspick mount_setattr syslog adjtimex clock_settime clock_adjtime settimeofday.

Tracing stays: it reaches only the same namespaces, and their first process cannot be traced."""

CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435
SOCKET = {"x86_64": 41, "aarch64": 198}
IOCTL = {"x86_64": 16, "aarch64": 29}
NAMESPACES = 0x7E020080
"""All flags of ``clone`` that make new namespaces."""
FAMILIES = (1, 2, 10, 16)
"""UNIX, INET, INET6, NETLINK: the network namespace says what they reach."""
TIOCSTI, TIOCLINUX = 0x5412, 0x541C


def program(machine: str = system.MACHINE, sockets: bool = True) -> bytes:
    """Return the filter's instructions; without ``sockets``, none are made, of any family (pairs and pipes stay).  Raises OSError for a machine that was never tried."""
    if machine not in ARCHITECTURES:
        raise OSError(ENOSYS, f"no filter is known for {machine}")
    lines: list[tuple[int, int, int, int]] = []

    def add(code: int, value: int, yes: int = 0, no: int = 0) -> None:
        lines.append((code, yes, no, value))

    add(LOAD, 4)
    add(EQUAL, ARCHITECTURES[machine], 1, 0)
    add(RETURN, KILL)
    add(LOAD, 0)
    if machine == "x86_64":
        add(AT_LEAST, X32, 0, 1)
        add(RETURN, KILL)
    for number in REFUSED[machine]:
        add(EQUAL, number, 0, 1)
        add(RETURN, FAIL | EPERM)
    add(EQUAL, CLONE3, 0, 1)
    add(RETURN, FAIL | ENOSYS)
    add(EQUAL, CLONE[machine], 0, 4)
    add(LOAD, 16)
    add(ANY_BIT, NAMESPACES, 0, 1)
    add(RETURN, FAIL | EPERM)
    add(RETURN, ALLOW)
    if not sockets:
        add(EQUAL, SOCKET[machine], 0, 1)
        add(RETURN, FAIL | EAFNOSUPPORT)
    add(EQUAL, SOCKET[machine], 0, 3 + len(FAMILIES))
    add(LOAD, 16)
    for left, family in enumerate(FAMILIES):
        add(EQUAL, family, len(FAMILIES) - left, 0)
    add(RETURN, FAIL | EAFNOSUPPORT)
    add(RETURN, ALLOW)
    add(EQUAL, IOCTL[machine], 0, 5)
    add(LOAD, 24)
    add(EQUAL, TIOCSTI, 1, 0)
    add(EQUAL, TIOCLINUX, 0, 1)
    add(RETURN, FAIL | EPERM)
    add(RETURN, ALLOW)
    add(RETURN, ALLOW)
    return b"".join(struct.pack("HBBI", *line) for line in lines)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("lines", ctypes.c_char_p)]


_made: dict[bool, bytes] = {}


def install(sockets: bool = True) -> None:
    """Put the filter on this process and all that it starts, for good.  It needs `system.no_new_rights` before."""
    if sockets not in _made:
        _made[sockets] = program(sockets=sockets)
    code = _made[sockets]
    wanted = _Program(len(code) // 8, code)
    system.prctl(22, 2, ctypes.byref(wanted))  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
