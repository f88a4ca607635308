"""Connections: a name is resolved once, every address is judged, and a judged one is connected to.

A special address (see :mod:`tekrt.effects.net_address`) needs a grant of its own besides that of the name, so that no answer of
a name server leads into the machine or the private network; only ``localhost`` means the machine itself, and is never looked up.
"""

from __future__ import annotations

import errno
import os
import socket
import stat

from tekrt.effects import beneath
from tekrt.effects.net_address import is_loopback, read_address, special
from tekrt.effects.net_url import bracketed
from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from typing import Any

    from tekrt.effects.net_address import Address
    from tekrt.effects.net_url import Url
    from tekrt.kernel import Broker, Context

    Resolve = Callable[[str, int], list[str]]

CONNECT_NS = 30 * 10**9
"""How long one connection may take to come up, names and TLS included, in nanoseconds."""
SLICE_NS = 100_000_000
"""How long is waited before the run is asked whether it is to end."""
TRY_NS = 5 * 10**9
"""How long one address is tried while there are others."""
MOST_ADDRESSES = 8
LOCALHOST = ("127.0.0.1", "::1")


class Timer:
    """When something must be finished: ``end`` in nanoseconds of the world's monotonic clock.  ``what`` is for the message."""

    __slots__ = ("broker", "context", "end", "what")

    def __init__(self, broker: Broker, context: Context, ns: int, what: str) -> None:
        self.broker = broker
        self.context = context
        self.what = what
        self.end = broker.world.monotonic() + ns

    def slice(self, most: int | None = None) -> float:
        """Return how many seconds may be waited now.  Raises Failure of kind ``timeout``, and what ends the run."""
        self.broker.wait_allowed(self.context)
        now = self.broker.world.monotonic()
        end = self.end if most is None else min(self.end, most)
        if now >= end:
            raise Failure("timeout", f"{self.what} took too long")
        return max(self.broker.patience(self.context, min(SLICE_NS, end - now)), 1_000_000) / 1e9


class Link:
    """A connection that is up: ``sock``, where it leads, and what was read of the next reply already.

    ``session`` is the state of HTTP/2 where ``http2`` says that it is spoken.
    """

    __slots__ = ("address", "ahead", "http2", "origin", "session", "sock", "used")

    def __init__(self, sock: socket.socket, origin: tuple[str, str, int], address: Address | None) -> None:
        self.sock = sock
        self.origin = origin
        self.address = address
        self.ahead = b""
        self.used = 0
        self.http2 = _agreed(sock) == "h2"
        self.session: Any = None

    def close(self) -> None:
        """Close the connection; what goes wrong with that does not matter any more."""
        try:
            self.sock.close()
        except OSError:
            pass  # a TLS peer that is gone already

    def stale(self) -> bool:
        """Tell whether the other side closed an idle connection, or sent what nobody asked for."""
        if self.http2:
            from tekrt.effects.net_h2 import quiet

            return not quiet(self)
        if self.ahead:
            return True
        import select

        poller = select.poll()
        poller.register(self.sock, select.POLLIN | select.POLLHUP | select.POLLERR)
        return bool(poller.poll(0))

    def receive(self, timer: Timer, size: int, idle: int | None = None) -> bytes:
        """Return what comes next, at most so many bytes; empty at the end.  ``idle`` is how long silence may last, in ns."""
        most = None if idle is None else timer.broker.world.monotonic() + idle
        while True:
            self.sock.settimeout(timer.slice(most))
            try:
                return self.sock.recv(size)
            except TimeoutError:
                continue
            except OSError as error:
                if error.errno == errno.EINTR:
                    continue
                raise

    def send(self, timer: Timer, data: bytes) -> None:
        """Send all of the data."""
        view = memoryview(data)
        while view:
            self.sock.settimeout(timer.slice())
            try:
                view = view[self.sock.send(view) :]
            except TimeoutError:
                continue


class Dialer:
    """Makes connections for one run.  ``resolve`` gives the addresses of a name, ``trust`` is a TLS context of a test's."""

    def __init__(self, broker: Broker, resolve: Resolve | None = None, trust: ssl.SSLContext | None = None) -> None:
        self.broker = broker
        self.resolve = resolve if resolve is not None else system_resolve
        self._trust = trust

    def allowed(self, context: Context, kind: str, url: Url, address: Address | None) -> bool:
        """Tell whether this address of a URL's host may be connected to; the host itself was judged before."""
        if address is None or url.host == str(address) or special(address) is None:
            return True
        if url.host == "localhost" and is_loopback(address):
            return True
        return context.allows(kind, f"{bracketed(str(address))}:{url.port}")

    def connect(self, context: Context, kind: str, url: Url, whole: Timer) -> Link:
        """Connect to a URL's host, which the permit allows.  Fails with ``denied``, ``io`` or ``timeout``."""
        left = whole.end - self.broker.world.monotonic()
        timer = Timer(self.broker, context, min(CONNECT_NS, left), f"connecting to {url.scope}")
        if url.scheme == "unix":
            return Link(self._unix(url, timer), url.origin, None)
        found = self._judged(context, kind, url, self.addresses(url, timer))
        last: OSError | None = None
        found = found[:MOST_ADDRESSES]
        for address in found:
            try:
                sock = _open(address, url.port, timer, None if address is found[-1] else TRY_NS)
            except OSError as error:
                last = error
                continue
            return Link(self._secured(sock, url, timer) if url.scheme == "https" else sock, url.origin, address)
        raise Failure("io", f"cannot connect to {url.scope}: {_words(last)}")

    def _judged(self, context: Context, kind: str, url: Url, found: list[Address]) -> list[Address]:
        kept = [address for address in found if self.allowed(context, kind, url, address)]
        if kept:
            return kept
        address = found[0]
        missing = self.broker.show(kind, f"{bracketed(str(address))}:{url.port}")
        raise Failure(
            "denied",
            f"`{url.host}` leads to {address}, which is {special(address)}: that needs a grant of the address as well, `{missing}`",
        )

    def addresses(self, url: Url, timer: Timer) -> list[Address]:
        """Return the addresses of a URL's host, at least one."""
        if url.host == "localhost":
            return [read_address(text) for text in LOCALHOST]
        if ":" in url.host or url.host.replace(".", "").isdigit():
            return [read_address(url.host)]
        try:
            found = self._looked_up(url, timer)
        except OSError as error:
            raise Failure("io", f"cannot find the address of `{url.host}`: {_words(error)}") from None
        made: dict[Address, None] = {}
        for text in found:
            made[read_address(text)] = None
        if not made:
            raise Failure("io", f"`{url.host}` has no address")
        return list(made)

    def _looked_up(self, url: Url, timer: Timer) -> list[str]:
        """Ask the resolver on a thread of its own: the system's cannot be interrupted."""
        import threading

        answer: list[list[str] | OSError] = []
        done = threading.Event()

        def ask() -> None:
            try:
                answer.append(self.resolve(url.host, url.port))
            except OSError as error:
                answer.append(error)
            except UnicodeError:
                answer.append(OSError(errno.EINVAL, "it is no host name"))
            finally:
                done.set()

        threading.Thread(target=ask, name="tek-resolver", daemon=True).start()
        while not done.wait(timer.slice()):
            pass
        found = answer[0]
        if isinstance(found, OSError):
            raise found
        return found

    def _secured(self, sock: socket.socket, url: Url, timer: Timer) -> socket.socket:
        """Speak TLS: the certificate must be valid and name the URL's host."""
        import ssl

        try:
            secured = self._tls().wrap_socket(sock, server_hostname=url.host, do_handshake_on_connect=False)
        except BaseException:
            sock.close()
            raise
        try:
            while True:
                secured.settimeout(timer.slice())
                try:
                    secured.do_handshake()
                    return secured
                except TimeoutError:
                    continue
        except ssl.SSLCertVerificationError as error:
            secured.close()
            raise Failure("io", f"the certificate of {url.scope} is not valid: {error.verify_message}") from None
        except OSError as error:
            secured.close()
            raise Failure("io", f"cannot speak TLS with {url.scope}: {_words(error)}") from None
        except BaseException:
            secured.close()
            raise

    def _tls(self) -> ssl.SSLContext:
        if self._trust is None:
            import ssl

            # Not ``create_default_context``: that writes the keys of all connections to a file where a variable says so.
            self._trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._trust.minimum_version = ssl.TLSVersion.TLSv1_2
            self._trust.load_default_certs()
            self._trust.set_alpn_protocols(protocols())
        return self._trust

    def _unix(self, url: Url, timer: Timer) -> socket.socket:
        """Connect to a socket in the file system by its descriptor: no link on the way, nothing of tekc's own."""
        files = self.broker.files
        path = files.place(url.host)
        files.guard(path)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        fd = -1
        try:
            fd = files.opener.open(path, beneath.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
            mode = os.fstat(fd).st_mode
            if not stat.S_ISSOCK(mode):
                raise Failure("denied", f"`{path}` is no socket")
            sock.settimeout(timer.slice())
            sock.connect(f"/proc/self/fd/{fd}")
        except OSError as error:
            sock.close()
            files.opener.refuse_links(path)
            raise Failure("io", f"cannot connect to {url.scope}: {_words(error)}") from None
        except BaseException:
            sock.close()
            raise
        finally:
            if fd >= 0:
                os.close(fd)
        return sock


def protocols() -> list[str]:
    """Return what is offered to a server: HTTP/2 where the library for it is installed."""
    from importlib.util import find_spec

    return ["http/1.1"] if find_spec("h2") is None else ["h2", "http/1.1"]


def _agreed(sock: socket.socket) -> str | None:
    ask = getattr(sock, "selected_alpn_protocol", None)  # a plain socket agrees on nothing
    return ask() if ask is not None else None


def _open(address: Address, port: int, timer: Timer, patience: int | None) -> socket.socket:
    """Connect to an address; the run may end meanwhile.  ``patience`` is how long to wait where there are other addresses, in ns."""
    sock = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        code = sock.connect_ex((str(address), port))
        if code not in (0, errno.EINPROGRESS):
            raise OSError(code, os.strerror(code))
        _wait_connected(sock, timer, patience)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


def _wait_connected(sock: socket.socket, timer: Timer, patience: int | None) -> None:
    import select

    monotonic = timer.broker.world.monotonic
    end = timer.end if patience is None else monotonic() + patience
    poller = select.poll()
    poller.register(sock, select.POLLOUT)
    while not poller.poll(timer.slice() * 1000):
        if monotonic() >= end:
            raise OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))


def system_resolve(host: str, port: int) -> list[str]:
    """Return the addresses that the system knows for a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(item[4][0]) for item in found]


def _words(error: OSError | None) -> str:
    if error is None:
        return "it has no address that may be used"
    return (error.strerror or str(error) or "the system refuses").lower()
