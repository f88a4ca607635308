"""The network of a program: a proxy that judges every host by the task's `net`.

The program's own network has nothing but this proxy on loopback, which the usual variables name.  The listening socket is made
inside and handed out; connections are made here, to addresses that were judged as for `http`.  What cannot use a proxy has no
network.
"""

from __future__ import annotations

import select
import socket
import struct
import threading

from tekrt.effects.net_dial import Link, Timer
from tekrt.effects.net_url import Url, parse_url
from tekrt.values.failure import Cancelled, Failure, SpentLimit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tekrt.kernel import Context

PORT = 3128
"""Where the proxy listens, in a network that holds nothing else."""
HEAD = 65_536
PIECE = 65_536
CONNECT_NS = 30 * 10**9
HEAD_SECONDS = 30
HOP = (b"proxy-", b"connection:", b"keep-alive:", b"host:")
"""Headers that are the proxy's to say."""


def variables() -> dict[str, str]:
    """Return the variables that tell programs of the proxy."""
    where = f"http://127.0.0.1:{PORT}"
    names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    return {**dict.fromkeys(names, where), "no_proxy": "", "NO_PROXY": ""}


class Proxy:
    """The proxy of one program.  ``end`` is the descriptor that the program's side sends its listening socket through."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.seen: list[str] = []  # scopes that were asked for, allowed or not
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._line = ours
        self._theirs = theirs
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._closed = False
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    @property
    def end(self) -> int:
        """The descriptor for the program's side."""
        return self._theirs.fileno()

    def started(self) -> None:
        """The program's side has its descriptor: ours is not needed any more, so that its end is noticed."""
        self._theirs.close()

    def close(self) -> None:
        """End all connections."""
        self._theirs.close()
        with self._lock:
            self._closed = True
            for sock in (self._line, *self._open):
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it is down already
        for thread in self._threads:
            thread.join()
        self._line.close()

    def _keep(self, sock: socket.socket) -> bool:
        with self._lock:
            if self._closed:
                return False
            self._open.add(sock)
            return True

    def _drop(self, sock: socket.socket) -> None:
        with self._lock:
            self._open.discard(sock)
        sock.close()

    def _serve(self) -> None:
        try:
            _, ancillary, _, _ = self._line.recvmsg(1, socket.CMSG_SPACE(4), socket.MSG_CMSG_CLOEXEC)
        except OSError:
            return
        if not ancillary:
            return  # the program's side ended before it listened
        listener = socket.socket(fileno=struct.unpack("=i", ancillary[0][2][:4])[0])
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        poll.register(self._line, select.POLLIN | select.POLLHUP)
        try:
            while not any(fd == self._line.fileno() for fd, _ in poll.poll()):
                client, _ = listener.accept()
                thread = threading.Thread(target=self._handle, args=(client,), daemon=True)
                self._threads.append(thread)
                thread.start()
        except OSError:
            return
        finally:
            listener.close()

    def _handle(self, client: socket.socket) -> None:
        if not self._keep(client):
            client.close()
            return
        link: Link | None = None
        try:
            client.settimeout(HEAD_SECONDS)
            head, rest = _read_head(client)
            url, first = self._judge(head)
            dialer = self.context.broker.network.dialer
            link = dialer.connect(self.context, "net", url, Timer(self.context.broker, self.context, CONNECT_NS, f"connecting to {url.scope}"))
            if not self._keep(link.sock):
                return
            if first:
                link.sock.sendall(first + rest)
            else:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                if rest:
                    link.sock.sendall(rest)
            _relay(client, link.sock)
        except (Failure, SpentLimit, Cancelled) as error:
            _refuse(client, error.message, isinstance(error, Failure) and error.kind == "denied")
        except OSError:
            pass  # one side went away: so does the other
        finally:
            if link is not None:
                self._drop(link.sock)
            self._drop(client)

    def _judge(self, head: bytes) -> tuple[Url, bytes]:
        """Return where a request leads, and what is sent there first (nothing for CONNECT).  Fails with ``denied`` or ``io``."""
        lines = head.split(b"\r\n")
        words = lines[0].split(b" ")
        if len(words) != 3 or not words[2].startswith(b"HTTP/1."):
            raise Failure("io", "this is no request to a proxy")
        method, target = words[0], words[1].decode("ascii", "replace")
        if method == b"CONNECT":
            url = parse_url(f"http://{target}/")
        elif target.startswith("http://"):
            url = parse_url(target)
        else:
            raise Failure("io", "a request to a proxy names a whole URL")
        self.seen.append(url.scope)
        if not self.context.allows("net", url.scope):
            self.context.broker.deny(self.context, "net", url.scope)
        if method == b"CONNECT":
            return url, b""
        kept = [line for line in lines[1:] if line and not line.lower().startswith(HOP)]
        first = b" ".join((method, url.target.encode("ascii"), words[2]))
        return url, b"\r\n".join([first, b"Host: " + url.authority.encode("ascii"), *kept, b"Connection: close", b"", b""])


def _read_head(client: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(PIECE)
        if not piece or len(data) > HEAD:
            raise OSError("no request")
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _refuse(client: socket.socket, why: str, denied: bool) -> None:
    body = why.encode("utf-8", "replace") + b"\n"
    try:
        client.sendall(b"HTTP/1.1 403 Forbidden" if denied else b"HTTP/1.1 502 Bad Gateway")
        client.sendall(b"\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: ")
        client.sendall(str(len(body)).encode() + b"\r\n\r\n" + body)
    except OSError:
        pass  # it did not wait for the answer


def _relay(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes both ways until both sides are done."""
    one.settimeout(None)
    other.settimeout(None)
    poll = select.poll()
    peers = {one.fileno(): (one, other), other.fileno(): (other, one)}
    for fd in peers:
        poll.register(fd, select.POLLIN)
    while peers:
        for fd, _ in poll.poll():
            source, target = peers[fd]
            data = source.recv(PIECE)
            if data:
                target.sendall(data)
                continue
            poll.unregister(fd)
            del peers[fd]
            target.shutdown(socket.SHUT_WR)


__all__ = ["PORT", "Proxy", "variables"]
