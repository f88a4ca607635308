"""Making archives: every file that goes in is judged for reading, all of them before the first is read."""

from __future__ import annotations

import os
import stat
import tarfile
import zipfile

from tekrt.effects.files import MODE, PIECE, READ, WRITE, Files
from tekrt.effects.streams import put_stream
from tekrt.effects.trees import tree
from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO, Any

    from tekrt.effects.streams import Write
    from tekrt.kernel import Context

    Inputs = list[tuple[str, str, bool]]  # name in the archive, absolute path, whether it is a folder

EARLIEST, LATEST = 315_532_800, 4_354_819_198
"""Times that zip can write: from 1980 to 2107."""


def pack(files: Files, context: Context, texts: list[str], to: str, form: str) -> None:
    """Put files, and folders with all that is in them, into the archive ``to``.  ``form`` is ``zip`` or ``tar``."""
    target = files.place(to)

    def action() -> None:
        inputs = [item for text in texts for item in _inputs(files, context, text, target, form)]
        doubled = _doubled(inputs)
        if doubled is not None:
            raise Failure("io", f"two files would have the name `{doubled}` in the archive")
        write = _write_zip if form == "zip" else _write_tar
        put_stream(files, target, lambda sink: write(files, context, inputs, Sink(sink), target))

    files.judged(context, WRITE, target, form, action)


def _doubled(inputs: Inputs) -> str | None:
    seen: dict[str, str] = {}
    for name, path, _ in inputs:
        if seen.setdefault(name, path) != path:
            return name
    return None


def _inputs(files: Files, context: Context, text: str, target: str, form: str) -> Inputs:
    """Return what one argument stands for, judged as a whole."""
    path = files.place(text)

    def action() -> Inputs:
        status = files.opener.lstat(path)
        if status is None:
            raise Failure("io", f"cannot read `{files.show(path)}`: there is no such file or folder")
        found = [(path, stat.S_IFMT(status.st_mode))]
        if stat.S_ISDIR(status.st_mode):
            found += sorted(tree(files, path))
        base = _name(files, path)
        made: Inputs = []
        for inner, mode in found:
            if inner == target:
                continue
            files.guard(inner)
            if not context.allows(READ, inner):
                files.broker.deny(context, READ, inner)
            if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
                raise files.not_regular(inner, mode)
            name = (base + inner[len(path) :]).strip("/")
            if name:
                made.append((name, inner, stat.S_ISDIR(mode)))
        return made

    return files.judged(context, READ, path, form, action)


def _name(files: Files, path: str) -> str:
    """Return the name that a path gets in an archive: below the root its relative one, elsewhere without the first ``/``."""
    if path == files.root:
        return ""
    return files.show(path).lstrip("/")


class Sink:
    """What is written goes to a function; a place in it can be asked for, not gone to."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._at = 0

    def write(self, data: bytes) -> int:
        """Write all of the data."""
        self._write(bytes(data))
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        """Return how much was written."""
        return self._at

    def flush(self) -> None:
        """Nothing is held back."""

    def seekable(self) -> bool:
        """No."""
        return False


def _each(files: Files, context: Context, inputs: Inputs, take: Callable[[str, os.stat_result, IO[bytes] | None], None]) -> None:
    """Open each input in turn and hand it on: its name, status, and content, None for a folder."""
    for name, path, folder in inputs:
        files.broker.wait_allowed(context)
        if folder:
            status = files.opener.lstat(path)
            if status is not None:
                take(name, status, None)
            continue
        with os.fdopen(files.open_regular(path), "rb") as content:
            take(name, os.fstat(content.fileno()), content)


def _write_zip(files: Files, context: Context, inputs: Inputs, sink: Sink, target: str) -> None:
    import time

    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as made:  # type: ignore[call-overload]

        def take(name: str, status: os.stat_result, content: IO[bytes] | None) -> None:
            moment = time.gmtime(min(max(int(status.st_mtime), EARLIEST), LATEST))
            info = zipfile.ZipInfo(name + ("/" if content is None else ""), moment[:6])
            info.create_system = 3
            info.external_attr = (stat.S_IFMT(status.st_mode) | status.st_mode & MODE) << 16 | (0x10 if content is None else 0)
            if content is None:
                made.writestr(info, b"")
                return
            info.compress_type = zipfile.ZIP_DEFLATED
            with made.open(info, "w", force_zip64=status.st_size > zipfile.ZIP64_LIMIT // 2) as out:
                while piece := content.read(PIECE):
                    out.write(piece)

        _each(files, context, inputs, take)


def _write_tar(files: Files, context: Context, inputs: Inputs, sink: Sink, target: str) -> None:
    stream = _compressor(sink, target)
    with tarfile.TarFile(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as made:

        def take(name: str, status: os.stat_result, content: IO[bytes] | None) -> None:
            info = tarfile.TarInfo(name)
            info.mode = status.st_mode & MODE
            info.mtime = int(status.st_mtime)
            info.type = tarfile.DIRTYPE if content is None else tarfile.REGTYPE
            if content is not None:
                info.size = status.st_size
            made.addfile(info, content)

        _each(files, context, inputs, take)
    if stream is not sink:
        stream.close()


def _compressor(sink: Sink, target: str) -> Any:
    """Return a file that compresses on its way to the sink, by the archive's name."""
    name = target.rpartition("/")[2].lower()
    if name.endswith((".gz", ".tgz")):
        import gzip

        return gzip.GzipFile(filename="", fileobj=sink, mode="wb", mtime=0)
    if name.endswith((".bz2", ".tbz", ".tbz2")):
        import bz2

        return bz2.BZ2File(sink, "wb")
    if name.endswith((".xz", ".txz")):
        import lzma

        return lzma.LZMAFile(sink, "wb")  # type: ignore[arg-type]
    return sink
