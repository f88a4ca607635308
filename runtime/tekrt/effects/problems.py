"""What the system refuses, in plain words."""

from __future__ import annotations

import errno

from tekrt.values.failure import Failure

_WORDS = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "the system does not permit it",
    errno.EPERM: "the system does not permit it",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of the path is no folder",
    errno.EEXIST: "it exists already",
    errno.ENOTEMPTY: "the folder is not empty",
    errno.ENOSPC: "no space is left on the device",
    errno.EDQUOT: "the quota of the device is used up",
    errno.EROFS: "the file system can only be read",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open on this system",
    errno.EIO: "the device reports an error",
    errno.EFBIG: "it would be too large",
    errno.EBUSY: "something else uses it",
    errno.ETXTBSY: "it is a program that runs",
    errno.ENXIO: "it is no regular file",
    errno.ENODEV: "it is no regular file",
    errno.ENOEXEC: "it is no program that this system can start",
    errno.E2BIG: "its arguments are too long",
    errno.ENOMEM: "the system has no memory left",
}


def words(error: OSError) -> str:
    """Return why the system refused, as a clause: ``there is no such file or folder``."""
    known = _WORDS.get(error.errno or 0)
    return known if known is not None else (error.strerror or "the system refuses").lower()


def failure(what: str, error: OSError) -> Failure:
    """Return the failure of kind ``io`` for what could not be done: ``cannot read `x```."""
    return Failure("io", f"{what}: {words(error)}")
