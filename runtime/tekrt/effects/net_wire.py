"""HTTP/1.1 as it goes over a connection: requests out, replies in, read strictly.

A reply that two readers might cut in two ways (two lengths, a length and chunks, folded headers) is refused and its connection
closed.  Bodies come in pieces, so that none is larger in memory than the caller lets it be.
"""

from __future__ import annotations

from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

    from tekrt.effects.net_dial import Link, Timer
    from tekrt.effects.net_url import Url

MOST_HEAD = 65_536
"""Bytes that the head of a reply may have."""
MOST_HEADERS = 256
MOST_INTERIM = 16
"""How many interim replies (status 1xx) may come before the real one."""
PIECE = 65_536
TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
OWN_HEADERS = frozenset(
    ("host", "connection", "content-length", "transfer-encoding", "keep-alive", "te", "trailer", "upgrade", "expect", "proxy-connection",
     "proxy-authorization", "http2-settings")
)  # fmt: skip
"""Headers that say where a request goes and where it ends: scripts do not set them."""


class Closed(Exception):
    """The other side closed the connection before a byte of a reply came."""


class Head:
    """The head of a reply: names of headers are in lower case, values of equal names joined by a comma."""

    __slots__ = ("close", "headers", "reason", "status")

    def __init__(self, status: int, reason: str, headers: dict[str, str], close: bool) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        self.close = close


def check_header(name: str, value: str) -> None:
    """Fail with kind ``denied`` where a header would be more than one, or is not a script's to set."""
    if not name or not all(char in TOKEN for char in name):
        raise Failure("denied", f"{name!r} is no name of a header: it has letters, digits and `-`")
    if name.lower() in OWN_HEADERS:
        raise Failure("denied", f"the header `{name}` is not a script's to set: it says where a request goes and where it ends")
    if any((char < " " and char != "\t") or char == "\x7f" for char in value):
        raise Failure("denied", f"the value of the header `{name}` has a control character or a line break")


def request_head(method: str, target: str, authority: str, headers: dict[str, str], length: int | None) -> bytes:
    """Return a request's head; ``headers`` were checked, ``length`` is that of the body, None where there is none."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {authority}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


class Reader:
    """One request on a connection, and its reply.  ``idle`` is how long silence within the body may last, in nanoseconds."""

    def __init__(self, link: Link, timer: Timer, idle: int | None = None) -> None:
        self.link = link
        self.timer = timer
        self.idle = idle
        self.data = link.ahead
        link.ahead = b""
        self.whole = False

    def send(self, method: str, url: Url, headers: dict[str, str], length: int | None, body: bytes | None) -> None:
        """Send a request.  A server that answers before all of it came may close the connection: its reply is read then."""
        head = request_head(method, url.target, url.authority, headers, length)
        try:
            if body is None or len(body) < PIECE:
                self.link.send(self.timer, head + (body or b""))
            else:
                self.link.send(self.timer, head)
                self.link.send(self.timer, body)
        except ConnectionError:
            return  # reading says what there is: a reply, or nothing

    def more(self) -> bool:
        """Read more; False at the end."""
        piece = self.link.receive(self.timer, PIECE, self.idle)
        if piece:
            self.data = self.data + piece if self.data else piece
        return bool(piece)

    def head(self) -> Head:
        """Return the head of the reply, interim ones skipped.  Raises Closed where nothing came at all."""
        for _ in range(MOST_INTERIM):
            head = _head(self._block())
            if head.status >= 200:
                return head
            if head.status == 101:
                _broken("it changes the protocol, which nobody asked for")
        _broken("interim replies only")

    def _block(self) -> bytes:
        at = self.data.find(b"\r\n\r\n")
        while at < 0:
            if len(self.data) > MOST_HEAD:
                _broken(f"its head has more than {MOST_HEAD} bytes")
            before = len(self.data)
            try:
                alive = self.more()
            except ConnectionError:
                alive = False
            if not alive:
                if not self.data:
                    raise Closed
                _broken("the connection was closed within its head")
            at = self.data.find(b"\r\n\r\n", max(before - 3, 0))
        if at > MOST_HEAD:
            _broken(f"its head has more than {MOST_HEAD} bytes")
        block, self.data = self.data[:at], self.data[at + 4 :]
        return block

    def body(self, method: str, head: Head) -> Iterator[bytes]:
        """Yield the body in pieces; ``whole`` is true once it came to an end that the head announced."""
        coding = head.headers.get("transfer-encoding")
        length = head.headers.get("content-length")
        if method == "HEAD" or head.status in (204, 304):
            self.whole = True
        elif coding is not None:
            if coding.lower() != "chunked" or length is not None:
                _broken("nobody can tell where it ends: a transfer encoding besides `chunked`, or one with a length")
            yield from self._chunks()
        elif length is not None:
            yield from self._sized(_length(length))
            self.whole = True
        else:
            head.close = True
            yield from self._rest()

    def _sized(self, left: int) -> Iterator[bytes]:
        while left:
            if not self.data and not self.more():
                _broken(f"the connection was closed {left} bytes before its end")
            piece, self.data = self.data[:left], self.data[left:]
            left -= len(piece)
            yield piece

    def _rest(self) -> Iterator[bytes]:
        while self.data or self.more():
            piece, self.data = self.data, b""
            yield piece

    def _line(self) -> bytes:
        at = self.data.find(b"\r\n")
        while at < 0:
            if len(self.data) > MOST_HEAD:
                _broken("a line in it has no end")
            if not self.more():
                _broken("the connection was closed between its chunks")
            at = self.data.find(b"\r\n")
        line, self.data = self.data[:at], self.data[at + 2 :]
        return line

    def _chunks(self) -> Iterator[bytes]:
        while True:
            size = self._line().partition(b";")[0].strip(b" \t")
            if not size or len(size) > 15 or any(byte not in b"0123456789abcdefABCDEF" for byte in size):
                _broken("the size of a chunk is no number")
            left = int(size, 16)
            if not left:
                break
            yield from self._sized(left)
            if self._line():
                _broken("a chunk is longer than it says")
        for _ in range(MOST_HEADERS):  # what follows the last chunk is read and dropped
            if not self._line():
                self.whole = True
                return
        _broken("too many trailers")

    def finish(self, head: Head) -> bool:
        """Tell whether the connection can be used again, after the body was read."""
        self.link.ahead = self.data
        return self.whole and not head.close and not self.data


def _head(block: bytes) -> Head:
    if b"\0" in block or b"\r" in block.replace(b"\r\n", b"") or b"\n" in block.replace(b"\r\n", b""):
        _broken("its head has a stray NUL or line end")
    lines = block.decode("latin-1").split("\r\n")
    version, _, rest = lines[0].partition(" ")
    code, _, reason = rest.partition(" ")
    if version not in ("HTTP/1.1", "HTTP/1.0") or len(code) != 3 or not code.isascii() or not code.isdigit() or code < "100":
        _broken("it is no HTTP/1.1")
    if len(lines) > MOST_HEADERS:
        _broken(f"it has more than {MOST_HEADERS} headers")
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not name or not TOKEN.issuperset(name):
            _broken("a header of it has no name")
        name, value = name.lower(), header_text(value.strip(" \t"))
        if name in headers:
            if name == "content-length" and headers[name] == value:
                continue
            if name in ("content-length", "transfer-encoding", "location"):
                _broken(f"it has the header `{name}` twice")
            value = f"{headers[name]}, {value}"
        headers[name] = value
    words = [word.strip().lower() for word in headers.get("connection", "").split(",")]
    close = "close" in words or (version == "HTTP/1.0" and "keep-alive" not in words)
    return Head(int(code), header_text(reason.strip()), headers, close)


def header_text(value: str) -> str:
    """Return a header's value: its UTF-8, or its Latin-1 where it is none."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return value


def _length(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        _broken("its length is no number")
    return int(text)


def _broken(why: str) -> NoReturn:
    raise Failure("io", f"the reply cannot be read: {why}")


def decoded(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """Yield a body without its content encoding, in pieces of bounded size; what cannot be decoded fails with kind ``decode``."""
    names = [name.strip().lower() for name in coding.split(",") if name.strip().lower() not in ("", "identity")]
    if not names:
        return pieces
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate"):
        raise Failure("decode", f"the reply has the content encoding `{coding}`, which nobody asked for")
    return _inflated(pieces, names[0] != "deflate")


def _inflated(pieces: Iterator[bytes], is_gzip: bool) -> Iterator[bytes]:
    import zlib

    engine = zlib.decompressobj(31 if is_gzip else 15)
    try:
        for piece in pieces:
            while piece:
                if engine.eof:
                    if not is_gzip:
                        return
                    engine = zlib.decompressobj(31)  # gzip members may follow each other
                out = engine.decompress(piece, PIECE)
                piece = engine.unconsumed_tail or engine.unused_data
                if out:
                    yield out
        rest = engine.flush()
    except zlib.error:
        raise Failure("decode", "the reply says that it is compressed, and is not") from None
    if rest:
        yield rest
    if not engine.eof:
        raise Failure("decode", "the reply is compressed, and its end is missing")
