"""Archives: made of files that are granted, unpacked into a folder and never outside of it.

An archive is read twice.  First all of its entries are looked at: names, kinds, sizes and the permit are judged as a whole, so
that nothing is written of an archive that has one bad entry.  Then each file is written like any other, by descriptor and without
following links.  A link may point into the folder that is unpacked to, and is made after all files: no file goes through it.
"""

from __future__ import annotations

import os
import stat
import struct
import tarfile
import zipfile
import zlib

from tekrt.effects.archive_source import MOST_UNPACKED, Guarded, Unpacked, coding_of
from tekrt.effects.files import MODE, READ, WRITE, Files
from tekrt.effects.streams import put_stream
from tekrt.values.failure import Failure, SpentLimit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO, Self, TypeVar

    from tekrt.effects.streams import Write
    from tekrt.kernel import Context

    T = TypeVar("T")
    Source = Guarded | Unpacked

MOST_ENTRIES = 500_000
PIECE = 1 << 18
FILE, FOLDER, LINK, COPY = "file", "folder", "link", "copy"
"""Kinds of entries; a copy is what tar calls a hard link: the content of an entry before it."""


class Entry:
    """One entry: its ``parts`` below the target, what a link or a copy names, and its place in the archive."""

    __slots__ = ("goal", "kind", "mode", "parts", "size", "source")

    def __init__(self, parts: list[str], kind: str, size: int, mode: int, goal: str, source: zipfile.ZipInfo | tarfile.TarInfo) -> None:
        self.parts = parts
        self.kind = kind
        self.size = size
        self.mode = mode
        self.goal = goal
        self.source = source

    @property
    def name(self) -> str:
        """The entry's name without what means nothing."""
        return "/".join(self.parts)


def names(files: Files, context: Context, text: str) -> list[str]:
    """Return the names of an archive's entries, folders with a ``/`` at the end."""

    def action() -> list[str]:
        with _opened(files, path) as pack:
            return [entry.name + ("/" if entry.kind == FOLDER else "") for entry in pack.entries(context, files)]

    path = files.place(text)
    return files.judged(context, READ, path, "names", lambda: _reading(files, path, action))


def unpack(files: Files, context: Context, text: str, to: str, form: str) -> None:
    """Unpack an archive into the folder ``to``.  ``form`` is ``zip`` or ``tar``."""
    path, target = files.place(text), files.place(to)

    def action() -> None:
        with _opened(files, path, form) as pack:
            _unpack(files, context, pack, target)

    files.judged(
        context, READ, path, f"un{form}",
        lambda: files.judged(context, WRITE, target, f"un{form}", lambda: _reading(files, path, action)),
    )  # fmt: skip


def _unpack(files: Files, context: Context, pack: Pack, target: str) -> None:
    entries = pack.entries(context, files)
    inside = target if target != "/" else ""
    for entry in entries:
        goal = f"{inside}/{entry.name}"
        files.guard(goal)
        if not context.allows(WRITE, goal):
            files.broker.deny(context, WRITE, goal)
        if entry.kind == LINK:
            _check_link(entry)
    files.opener.make_folders(target)
    left = [MOST_UNPACKED]
    links_last = sorted(entries, key=lambda entry: entry.kind == LINK)
    for entry in links_last:
        files.broker.wait_allowed(context)
        _put(files, pack, entry, f"{inside}/{entry.name}", left)


def _put(files: Files, pack: Pack, entry: Entry, goal: str, left: list[int]) -> None:
    try:
        if entry.kind == FOLDER:
            files.opener.make_folders(goal)
        elif entry.kind == LINK:
            _put_link(files, goal, entry.goal)
        else:
            put_stream(files, goal, _filler(pack, entry, left), entry.mode)
    except OSError as error:
        if error.errno is None:
            raise  # the archive's fault, not the system's
        raise files.explain("write_bytes", goal, error) from None


def _filler(pack: Pack, entry: Entry, left: list[int]) -> Callable[[Write], None]:
    def fill(write: Write) -> None:
        with pack.content(entry) as content:
            while piece := content.read(PIECE):
                left[0] -= len(piece)
                if left[0] < 0:
                    raise _too_large()
                write(piece)

    return fill


def _check_link(entry: Entry) -> None:
    """A link must lead into the target: ``..`` only at its beginning, where it climbs through real folders."""
    parts = entry.goal.split("/")
    up = 0
    while up < len(parts) and parts[up] in ("..", "."):
        up += 1
    climbs = parts[:up].count("..")
    if not entry.goal or entry.goal.startswith("/") or "\0" in entry.goal or ".." in parts[up:] or climbs > len(entry.parts) - 1:
        raise Failure("denied", f"the archive has a link `{entry.name}` to `{entry.goal}`, which may lead out of the folder")


def _put_link(files: Files, path: str, goal: str) -> None:
    parent, name = files.opener.parent(path, create=True)
    try:
        try:
            mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
        except FileNotFoundError:
            mode = stat.S_IFLNK
        if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
            raise files.not_regular(path, mode)
        temporary = f".tek-{os.urandom(8).hex()}~"
        os.symlink(goal, temporary, dir_fd=parent)
        try:
            os.rename(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)
        except BaseException:
            files.forget(parent, temporary)
            raise
    finally:
        os.close(parent)


# ---- reading archives


class Pack:
    """An archive that is open; closing it closes its file."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.source.close()

    def entries(self, context: Context, files: Files) -> list[Entry]:
        """Return what is in the archive, each entry judged by its name and kind, all of them by their size."""
        found: list[Entry] = []
        total = 0
        for entry in self._each():
            files.broker.wait_allowed(context)
            if entry.size < 0:
                raise ValueError("an entry has a negative size")
            total += entry.size
            if total > MOST_UNPACKED:
                raise _too_large()
            if len(found) >= MOST_ENTRIES:
                raise SpentLimit("memory", f"the archive has more than {MOST_ENTRIES} entries")
            if entry.parts:
                found.append(entry)
        return found

    def _each(self) -> Iterator[Entry]:
        raise NotImplementedError

    def content(self, entry: Entry) -> IO[bytes]:
        """Return a file's content, to be read once."""
        raise NotImplementedError


class ZipPack(Pack):
    """A zip archive."""

    def __init__(self, source: Guarded) -> None:
        super().__init__(source)
        self.zip = zipfile.ZipFile(source)

    def _each(self) -> Iterator[Entry]:
        for info in self.zip.infolist():
            mode = info.external_attr >> 16
            kind = FOLDER if info.filename.endswith("/") else FILE
            goal = ""
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
                raise _unwanted(info.filename)
            if stat.S_ISLNK(mode):
                kind, goal = LINK, self._goal(info)
            if info.flag_bits & 1:
                raise Failure("io", f"`{info.filename}` in the archive is encrypted")
            size = info.file_size if kind == FILE else 0
            yield Entry(_parts(info.filename, kind), kind, size, mode & MODE or 0o666, goal, info)

    def _goal(self, info: zipfile.ZipInfo) -> str:
        if info.file_size > 4096:
            raise Failure("denied", f"the archive has a link `{info.filename}` that is too long")
        with self.zip.open(info) as content:
            return content.read(4096).decode("utf-8")

    def content(self, entry: Entry) -> IO[bytes]:
        """Return a file's content, to be read once."""
        assert isinstance(entry.source, zipfile.ZipInfo)
        return self.zip.open(entry.source)


class TarPack(Pack):
    """A tar archive, compressed or not."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.tar = tarfile.TarFile(fileobj=source, mode="r", errorlevel=2)  # type: ignore[arg-type]
        self.files: dict[str, tarfile.TarInfo] = {}

    def _each(self) -> Iterator[Entry]:
        for info in self.tar:
            kind, size, source = FILE, info.size, info
            if info.isdir():
                kind, size = FOLDER, 0
            elif info.issym():
                kind, size = LINK, 0
            elif info.islnk():
                kind = COPY
                found = self.files.get("/".join(_parts(info.linkname, COPY)))
                if found is None:
                    raise Failure("denied", f"the archive has `{info.name}` as a second name of `{info.linkname}`, which is not in it")
                size, source = found.size, found
            elif not info.isreg():
                raise _unwanted(info.name)
            entry = Entry(_parts(info.name, kind), kind, size, source.mode & MODE or 0o666, info.linkname, source)
            if kind in (FILE, COPY):
                self.files[entry.name] = source
            yield entry
        self.source.seek(self.tar.offset)
        if self.source.read(tarfile.BLOCKSIZE).strip(b"\0"):
            raise ValueError("the header of an entry is damaged")  # the reader takes that for the end

    def content(self, entry: Entry) -> IO[bytes]:
        """Return a file's content, to be read once."""
        assert isinstance(entry.source, tarfile.TarInfo)
        content = self.tar.extractfile(entry.source)
        if content is None:
            raise _unwanted(entry.name)
        return content


def _parts(name: str, kind: str) -> list[str]:
    """Return the parts of an entry's name.  Fails with ``denied`` where it is not plainly below the target."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    bad = name.startswith("/") or ".." in parts or "\0" in name or "\\" in name or (len(name) > 1 and name[1] == ":")
    if bad or (not parts and kind != FOLDER) or len(name) > 4096:
        raise Failure("denied", f"the archive has an entry {name[:200]!r}, which may lie outside of the folder")
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise Failure("decode", f"the name of an entry is no UTF-8 text: {name[:200]!r}") from None
    return parts


def _unwanted(name: str) -> Failure:
    return Failure("denied", f"`{name}` in the archive is neither a file nor a folder nor a link")


def _too_large() -> SpentLimit:
    return SpentLimit("memory", f"the archive has more than {MOST_UNPACKED >> 30} GiB when it is unpacked")


def _opened(files: Files, path: str, form: str | None = None) -> Pack:
    """Open an archive, and tell by its first bytes what it is."""
    plain = Guarded(files.open_regular(path))
    try:
        start = plain.read(8)
        plain.seek(0)
        if form == "zip" or (form is None and start[:4] in (b"PK\x03\x04", b"PK\x05\x06")):
            return ZipPack(plain)
        coding = coding_of(start)
        return TarPack(plain if coding is None else Unpacked(plain, coding))
    except BaseException:
        plain.close()
        raise


def _reading(files: Files, path: str, action: Callable[[], T]) -> T:
    """Let the archive be read; what is wrong with it fails with kind ``decode``."""
    try:
        return action()
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, struct.error, NotImplementedError, RuntimeError, ValueError,
            OverflowError, IndexError, KeyError) as error:  # fmt: skip
        # the readers of the standard library say in all these ways that they cannot go on
        raise Failure("decode", f"`{files.show(path)}` cannot be unpacked: {error}") from None
    except OSError as error:
        if error.errno is None:
            raise Failure("decode", f"`{files.show(path)}` cannot be unpacked: {error}") from None
        raise
