"""The file of an archive, as readers that trust it may see it: no read is large, and no more comes out than is allowed."""

from __future__ import annotations

import io

from tekrt.values.failure import Failure, SpentLimit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Decompressor(Protocol):
        """What the three modules have in common."""

        @property
        def eof(self) -> bool:
            """Whether the stream has come to its end."""
            ...

        @property
        def unused_data(self) -> bytes:
            """What was read behind its end."""
            ...

        def decompress(self, data: bytes, max_length: int) -> bytes:
            """Return at most so many bytes."""
            ...


MOST_UNPACKED = 1 << 30
"""Bytes that an archive may have when it is unpacked, by default."""
MOST_READ = 16 << 20
"""The largest read, such as of a list of entries or of a long name: more is an attack on the memory."""
MOST_MEMORY = 256 << 20
"""What an xz decompressor may need."""
PIECE = 1 << 16
WINDOW = 1 << 16
"""How far back one may go without starting over."""
OVERHEAD = 1 << 28
"""What headers and padding may add to what is unpacked."""


class Guarded(io.FileIO):
    """An open file that is never read in one go.  Takes a descriptor and closes it."""

    def read(self, size: int | None = -1) -> bytes:
        """Return so many bytes; all that is left where it is little."""
        if size is None or size < 0:
            size = MOST_READ + 1
        data = super().read(min(size, MOST_READ + 1)) or b""
        if len(data) > MOST_READ:
            raise _too_much()
        return data


def _too_much() -> SpentLimit:
    return SpentLimit("memory", f"a part of the archive that must be read at once has more than {MOST_READ >> 20} MiB")


def coding_of(start: bytes) -> str | None:
    """Return how a tar archive is compressed, by its first bytes; None where it is not."""
    if start[:2] == b"\x1f\x8b":
        return "gzip"
    if start[:3] == b"BZh":
        return "bzip2"
    if start[:6] == b"\xfd7zXZ\0":
        return "xz"
    if start[:4] == b"\x28\xb5\x2f\xfd":
        raise Failure("decode", "archives that are compressed with zstd cannot be read: use gzip, bzip2 or xz")
    return None


class Unpacked:
    """The content of a compressed file, to be read forwards; going back more than a little starts over."""

    def __init__(self, file: Guarded, coding: str) -> None:
        self.file = file
        self.coding = coding
        self._start()

    def _start(self) -> None:
        self.file.seek(0)
        self.engine = self._engine()
        self.raw = b""
        self.buffer = b""
        self.begin = 0  # where the buffer begins
        self.at = 0

    def _engine(self) -> Decompressor:
        if self.coding == "gzip":
            return _Gzip()
        if self.coding == "bzip2":
            import bz2

            return bz2.BZ2Decompressor()
        import lzma

        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_MEMORY)

    def _more(self) -> bool:
        """Decompress a piece; False at the end."""
        from lzma import LZMAError

        while True:
            if self.engine.eof:
                self.raw = self.engine.unused_data or self.file.read(PIECE)
                if not self.raw.strip(b"\0"):
                    return False
                self.engine = self._engine()
            try:
                needy = getattr(self.engine, "needs_input", True)
                if needy and not self.raw:
                    self.raw = self.file.read(PIECE)
                    if not self.raw:
                        raise EOFError("its end is missing")
                made = self.engine.decompress(self.raw if needy else b"", PIECE)
            except LZMAError as error:
                raise ValueError(str(error)) from None
            if needy:
                self.raw = b""
            if made:
                end = self.begin + len(self.buffer) + len(made)
                if end > MOST_UNPACKED + OVERHEAD:
                    raise SpentLimit("memory", f"the archive has more than {MOST_UNPACKED >> 30} GiB when it is unpacked")
                kept = self.buffer[-WINDOW:]
                self.begin += len(self.buffer) - len(kept)
                self.buffer = kept + made
                return True

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, fewer at the end."""
        if size < 0 or size > MOST_READ:
            raise _too_much()
        pieces: list[bytes] = []
        while size > 0:
            offset = self.at - self.begin
            piece = self.buffer[offset : offset + size]
            if not piece:
                if not self._more():
                    break
                continue
            pieces.append(piece)
            self.at += len(piece)
            size -= len(piece)
        return b"".join(pieces)

    def seek(self, position: int, whence: int = 0) -> int:
        """Go to a position; past the end is the end."""
        if whence == 1:
            position += self.at
        elif whence == 2:
            raise io.UnsupportedOperation("from the end")
        if position < self.begin:
            self._start()
        while position > self.begin + len(self.buffer):
            if not self._more():
                position = self.begin + len(self.buffer)
        self.at = position
        return position

    def tell(self) -> int:
        """Return the position."""
        return self.at

    def seekable(self) -> bool:
        """Yes."""
        return True

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class _Gzip:
    """zlib's decompressor with the manners of the other two: it keeps the input that did not fit."""

    def __init__(self) -> None:
        import zlib

        self._engine = zlib.decompressobj(31)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        """Whether the stream has come to its end."""
        return self._engine.eof

    @property
    def unused_data(self) -> bytes:
        """What was read behind its end."""
        return self._engine.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return at most so many bytes."""
        made = self._engine.decompress(self._engine.unconsumed_tail + data, max_length)
        self.needs_input = not self._engine.unconsumed_tail and len(made) < max_length
        return made
