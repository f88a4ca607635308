"""The network service of a run: HTTP requests, judged host by host and address by address.

Each hop of a request is an effect of its own: a redirect is followed by hand, judged again, and gets neither credentials nor
other headers of the script's when it leads to another origin.  No variable of the environment names a proxy.  Connections are
kept open for the next request; whether their address may be used is asked again each time.
"""

from __future__ import annotations

from tekrt.effects import net_wire
from tekrt.effects.net_dial import Dialer, Link, Timer
from tekrt.effects.net_url import Url, parse_url, redirected
from tekrt.values.failure import Failure, SpentLimit
from tekrt.values.scalars import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from tekrt.effects.net_dial import Resolve
    from tekrt.effects.net_h2 import Stream
    from tekrt.effects.net_wire import Head
    from tekrt.kernel import Broker, Context

    Sink = Callable[[bytes], None]
    Talk = net_wire.Reader | Stream

READ, ALL = "net.get", "net"
READING = frozenset(("GET", "HEAD"))
IDEMPOTENT = frozenset(("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"))
"""Methods that may be sent again when a kept connection turns out to be closed."""
REDIRECTS = frozenset((301, 302, 303, 307, 308))
MOST_REDIRECTS = 10
MOST_BODY = 64 << 20
"""Bytes that a reply which is kept in memory may have, unpacked."""
MOST_DOWNLOAD = 64 << 30
MOST_KEPT = 16
"""How many idle connections are kept open."""
USES = 1000
IDLE_NS = 60 * 10**9
"""How long silence within a download may last."""
SAFE_HEADERS = frozenset(("accept", "accept-language", "accept-encoding", "user-agent", "content-type", "range"))
"""Headers that go along to another origin."""
AGENT = "tek/0.1"


class Request:
    """What a script asks for.  Values of headers, and the body, may be secrets; ``timeout`` is for all of it, in nanoseconds."""

    __slots__ = ("body", "content_type", "follow", "headers", "method", "query", "timeout", "url")

    def __init__(
        self, method: str, url: str, headers: dict[str, str | Secret] | None = None, query: dict[str, str] | None = None,
        body: bytes | Secret | None = None, content_type: str = "", timeout: int = 300 * 10**9, follow: bool = True,
    ) -> None:  # fmt: skip
        self.method = method
        self.url = url
        self.headers = headers or {}
        self.query = query
        self.body = body
        self.content_type = content_type
        self.timeout = timeout
        self.follow = follow


class Reply:
    """What came back: the content is empty where it went to a sink."""

    __slots__ = ("content", "headers", "reason", "status", "url")

    def __init__(self, url: str, status: int, reason: str, headers: dict[str, str], content: bytes) -> None:
        self.url = url
        self.status = status
        self.reason = reason
        self.headers = headers
        self.content = content


class Network:
    """The network service of one run.  ``resolve`` and ``trust`` are for tests: names and certificates of their own."""

    def __init__(self, broker: Broker, resolve: Resolve | None = None, trust: ssl.SSLContext | None = None,
                 most: int = MOST_BODY) -> None:  # fmt: skip
        self.broker = broker
        self.dialer = Dialer(broker, resolve, trust)
        self.most = most
        self._idle: list[Link] = []

    def request(self, context: Context, request: Request, sink: Sink | None = None) -> Reply:
        """Send a request and return what came back, whatever its status.

        With a sink, the body of a reply with status 2xx goes there in pieces.  Fails with ``denied``, ``io``, ``timeout``,
        ``decode``; raises SpentLimit where the body is too large.
        """
        method, body = request.method, self._revealed(request.body)
        if not method or not method.isascii() or not method.isalpha() or method != method.upper() or method in ("CONNECT", "TRACE"):
            raise Failure("denied", f"`{method}` is no method that a script may use")
        url = parse_url(request.url, request.query)
        headers = self._headers(request, sink is not None)
        timer = Timer(self.broker, context, request.timeout, f"{method} {url.text}")
        for _ in range(MOST_REDIRECTS + 1):
            reply, location = self._hop(context, method, url, headers, body, timer, sink)
            if location is None or not request.follow:
                return reply
            goal = redirected(url, location)
            if url.scheme == "https" and goal.scheme != "https":
                raise Failure("denied", f"{url.text} leads to {goal.text}, which is not encrypted")
            if goal.origin != url.origin:
                secret = {name.lower() for name, value in request.headers.items() if isinstance(value, Secret)}
                headers = {name: value for name, value in headers.items() if name.lower() in SAFE_HEADERS - secret}
                if isinstance(request.body, Secret) and reply.status in (307, 308):
                    raise Failure("denied", f"{url.text} leads to {goal.text}, which may not see the secret in the body")
            if reply.status == 303 and method != "HEAD" or reply.status in (301, 302) and method == "POST":
                method, body = "GET", None
                headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
            url = goal
        raise Failure("io", f"{request.url} leads from one place to the next more than {MOST_REDIRECTS} times")

    def _hop(self, context: Context, method: str, url: Url, headers: dict[str, str], body: bytes | None, timer: Timer,
             sink: Sink | None) -> tuple[Reply, str | None]:  # fmt: skip
        """Send one request to one host, as one effect; return the reply and where it leads on."""
        kind = READ if method in READING else ALL

        def action() -> tuple[Reply, str | None]:
            try:
                return self._exchange(context, kind, method, url, headers, body, timer, sink)
            except OSError as error:
                raise Failure("io", f"{method} {url.text} failed: {(error.strerror or str(error)).lower()}") from None

        return self.broker.effect(context, kind, url.scope, method, action)

    def _exchange(self, context: Context, kind: str, method: str, url: Url, headers: dict[str, str], body: bytes | None, timer: Timer,
                  sink: Sink | None) -> tuple[Reply, str | None]:  # fmt: skip
        self._spend(len(url.target) + sum(len(name) + len(value) for name, value in headers.items()) + len(body or b""))
        kept = self._kept(context, kind, url)
        if kept is not None:
            try:
                return self._talk(kept, method, url, headers, body, timer, sink)
            except net_wire.Closed:
                if method not in IDEMPOTENT:
                    raise Failure("io", f"{url.scope} closed the connection without a reply; {method} is not sent twice") from None
        link = self.dialer.connect(context, kind, url, timer)
        try:
            return self._talk(link, method, url, headers, body, timer, sink)
        except net_wire.Closed:
            raise Failure("io", f"{url.scope} closed the connection without a reply") from None

    def _talk(self, link: Link, method: str, url: Url, headers: dict[str, str], body: bytes | None, timer: Timer,
              sink: Sink | None) -> tuple[Reply, str | None]:  # fmt: skip
        reader = _reader(link, timer, IDLE_NS if sink is not None else None)
        try:
            reader.send(method, url, headers, _length(method, body), body)
            answer = reader.head()
            location = answer.headers.get("location") if answer.status in REDIRECTS else None
            to = sink if 200 <= answer.status < 300 else None
            content = self._body(reader, method, answer, to)
        except BaseException:
            link.close()
            raise
        if reader.finish(answer):
            self._keep(link)
        else:
            link.close()
        return Reply(url.text, answer.status, answer.reason, answer.headers, content), location

    def _body(self, reader: Talk, method: str, answer: Head, sink: Sink | None) -> bytes:
        """Read the body; a sink gets it as it is sent, without its encoding taken off (as a file that is downloaded is)."""
        pieces = reader.body(method, answer)
        if sink is not None:
            total = 0
            for piece in pieces:
                total += len(piece)
                self._spend(len(piece))
                if total > MOST_DOWNLOAD:
                    raise SpentLimit("memory", f"the download has more than {MOST_DOWNLOAD} bytes")
                sink(piece)
            return b""
        coding = answer.headers.get("content-encoding", "")
        if coding and method != "HEAD" and answer.status not in (204, 304):
            pieces = net_wire.decoded(pieces, coding)
        kept: list[bytes] = []
        total = 0
        for piece in pieces:
            total += len(piece)
            if total > self.most:
                raise SpentLimit("memory", f"the reply has more than {self.most} bytes: `http.download` writes it to a file")
            kept.append(piece)
        self._spend(total)
        return kept[0] if len(kept) == 1 else b"".join(kept)

    def _spend(self, size: int) -> None:
        if self.broker.budget is not None:
            self.broker.budget.spend("net", size)

    # ---- connections that are kept

    def _kept(self, context: Context, kind: str, url: Url) -> Link | None:
        """Take an idle connection to this origin whose address may be used here."""
        for at in range(len(self._idle) - 1, -1, -1):
            link = self._idle[at]
            if link.origin != url.origin or not self.dialer.allowed(context, kind, url, link.address):
                continue
            del self._idle[at]
            if not link.stale():
                return link
            link.close()
        return None

    def _keep(self, link: Link) -> None:
        link.used += 1
        if link.used >= USES:
            link.close()
            return
        self._idle.append(link)
        if len(self._idle) > MOST_KEPT:
            self._idle.pop(0).close()

    def _headers(self, request: Request, raw: bool) -> dict[str, str]:
        """Return the headers to send; ``raw`` asks for the content as it is."""
        made = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity" if raw else "gzip"}
        if request.content_type:
            made["Content-Type"] = request.content_type
        for name, value in request.headers.items():
            text = self.broker.secrets.reveal(value) if isinstance(value, Secret) else value
            net_wire.check_header(name, text)
            for there in [own for own in made if own.lower() == name.lower()]:
                del made[there]
            made[name] = text
        return made

    def _revealed(self, body: bytes | Secret | None) -> bytes | None:
        """Return a body to send; the content of a secret leaves here, after its run was judged."""
        return self.broker.secrets.reveal(body).encode("utf-8") if isinstance(body, Secret) else body

    def close(self) -> None:
        """Close the connections that are kept."""
        for link in self._idle:
            link.close()
        self._idle.clear()


def _reader(link: Link, timer: Timer, idle: int | None) -> Talk:
    """Return what sends a request and reads its reply in the protocol that was agreed on."""
    if link.http2:
        from tekrt.effects.net_h2 import Stream

        return Stream(link, timer, idle)
    return net_wire.Reader(link, timer, idle)


def _length(method: str, body: bytes | None) -> int | None:
    if body is not None:
        return len(body)
    return 0 if method in ("POST", "PUT", "PATCH") else None
