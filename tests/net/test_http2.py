"""HTTP/2, where the library for it is installed: the same requests under the same limits."""

from __future__ import annotations

import gzip
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tekrt.effects.net_dial import protocols
from tekrt.values.failure import SpentLimit
from tests.net.calls import body, download, failing, get, send
from tests.net.conftest import Server, ok
from tests.net.test_http import trusting

h2_connection = pytest.importorskip("h2.connection")
from h2.config import H2Configuration
from h2.events import DataReceived, RequestReceived, StreamEnded

NEEDS = 'net("*:*"), net("127.0.0.1:*"), fs.write("**")'
NAMES = {"good.test": ["127.0.0.1"]}
Answer = Callable[[Any, int, dict[str, str], bytes], Any]


class Http2Server(Server):
    """Lets ``answer(session, stream, headers, body)`` do what it likes with a session; False hangs up."""

    def _talk(self, connection: socket.socket, number: int) -> None:
        assert self.tls is not None
        try:
            with self.tls.wrap_socket(connection, server_side=True) as secured:
                self.open.append(secured)
                self._serve_session(secured)
        except (OSError, ssl.SSLError):
            return  # the client went away

    def _serve_session(self, secured: ssl.SSLSocket) -> None:
        session = h2_connection.H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        session.initiate_connection()
        secured.sendall(session.data_to_send())
        heads: dict[int, dict[str, str]] = {}
        bodies: dict[int, bytes] = {}
        while data := secured.recv(65536):
            for event in session.receive_data(data):
                if isinstance(event, RequestReceived):
                    heads[event.stream_id], bodies[event.stream_id] = dict(event.headers), b""
                elif isinstance(event, DataReceived):
                    bodies[event.stream_id] += event.data
                    session.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, StreamEnded):
                    self.asked.append((heads[event.stream_id], bodies[event.stream_id]))  # type: ignore[arg-type]
                    if self.answer(session, event.stream_id, heads[event.stream_id], bodies[event.stream_id]) is False:  # type: ignore[call-arg]
                        secured.sendall(session.data_to_send())
                        return
            secured.sendall(session.data_to_send())


def reply(session: Any, stream: int, data: bytes = b"", status: str = "200", *more: tuple[str, str]) -> None:
    """Answer with a body that fits into the window."""
    session.send_headers(stream, [(":status", status), ("content-length", str(len(data))), *more])
    while len(data) > 16_384:
        session.send_data(stream, data[:16_384])
        data = data[16_384:]
    session.send_data(stream, data, end_stream=True)


@pytest.fixture
def http2(certificates: Path) -> Iterator[Callable[[Answer], Http2Server]]:
    """Start a server."""
    made: list[Http2Server] = []

    def begin(answer: Answer) -> Http2Server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "good.test.pem")
        context.set_alpn_protocols(["h2"])
        made.append(Http2Server(answer, tls=context))  # type: ignore[arg-type]
        return made[-1]

    yield begin
    for server in made:
        server.close()


@pytest.fixture
def ctx(start: Any, certificates: Path) -> Any:
    """A run that trusts the server and offers HTTP/2."""
    context = trusting(certificates, "good.test")
    context.set_alpn_protocols(protocols())
    return start(NEEDS, NAMES, context, most=5_000_000)


def url(server: Server, path: str = "/") -> str:
    return f"https://good.test:{server.port}{path}"


def test_requests_go_over_one_connection(http2: Any, ctx: Any) -> None:
    server = http2(lambda session, stream, head, data: reply(session, stream, f"{head[':method']} {head[':path']} {data.decode()}".encode()))
    assert get(ctx, url(server, "/a?b=c")).body == b"GET /a?b=c "
    for number in range(20):
        assert send(ctx, "POST", url(server, "/p"), body("Text", str(number)), {"X-A": "b"}).body == f"POST /p {number}".encode()
    assert send(ctx, "DELETE", url(server)).status == 200
    assert server.connections == 1
    head, _ = server.asked[1]
    assert (head["x-a"], head[":authority"], head["content-length"]) == ("b", f"good.test:{server.port}", "1")


def test_large_bodies_go_both_ways(http2: Any, ctx: Any, root: Path) -> None:
    data = os.urandom(200_000)
    server = http2(lambda session, stream, head, sent: reply(session, stream, data if not sent else str(len(sent)).encode()))
    for _ in range(5):
        assert get(ctx, url(server)).body == data
    assert send(ctx, "POST", url(server), body("Raw", bytes(3_000_000))).body == b"3000000"
    download(ctx, url(server), "x.bin")
    assert (root / "x.bin").read_bytes() == data
    assert server.connections == 1


def test_redirects_encodings_and_statuses_are_the_same(http2: Any, ctx: Any) -> None:
    def answer(session: Any, stream: int, head: dict[str, str], _: bytes) -> None:
        if head[":path"] == "/":
            reply(session, stream, b"", "302", ("location", "/end"))
        else:
            reply(session, stream, gzip.compress(b"abc"), "404", ("content-encoding", "gzip"), ("x-a", "1"), ("x-a", "2"))

    server = http2(answer)
    found = get(ctx, url(server))
    assert (found.status, found.body, found.headers["x-a"], found.url) == (404, b"abc", "1, 2", url(server, "/end"))


def test_the_same_grants_hold(http2: Any, start: Any, certificates: Path) -> None:
    server = http2(lambda session, stream, head, data: reply(session, stream))
    context = trusting(certificates, "good.test")
    context.set_alpn_protocols(protocols())
    failing("denied", lambda: get(start('net("good.test:*")', NAMES, context), url(server)))
    failing("denied", lambda: send(start('net.get("good.test:*"), net("127.0.0.1:*")', NAMES, context), "POST", url(server)))
    assert server.connections == 0


def test_a_stream_that_is_broken_off_fails(http2: Any, ctx: Any) -> None:
    def answer(session: Any, stream: int, head: dict[str, str], _: bytes) -> None:
        session.send_headers(stream, [(":status", "200")])
        session.reset_stream(stream)

    failing("io", lambda: get(ctx, url(http2(answer))))


def test_a_connection_that_ends_within_a_reply_fails(http2: Any, ctx: Any) -> None:
    def answer(session: Any, stream: int, head: dict[str, str], _: bytes) -> bool:
        session.send_headers(stream, [(":status", "200"), ("content-length", "10")])
        session.send_data(stream, b"abc")
        return False

    failing("io", lambda: get(ctx, url(http2(answer))))


def test_a_length_that_is_a_lie_fails(http2: Any, ctx: Any) -> None:
    def answer(session: Any, stream: int, head: dict[str, str], _: bytes) -> None:
        session.send_headers(stream, [(":status", "200"), ("content-length", "10")])
        session.send_data(stream, b"abc", end_stream=True)

    failing("io", lambda: get(ctx, url(http2(answer))))


def test_a_server_that_goes_away_is_asked_again_on_a_new_connection(http2: Any, ctx: Any) -> None:
    def answer(session: Any, stream: int, head: dict[str, str], _: bytes) -> Any:
        reply(session, stream, b"x")
        session.close_connection(last_stream_id=stream)
        return False

    server = http2(answer)
    assert [get(ctx, url(server)).body for _ in range(3)] == [b"x"] * 3
    assert server.connections == 3


def test_a_reply_that_is_too_large_is_a_spent_limit(http2: Any, ctx: Any) -> None:
    data = gzip.compress(bytes(6_000_000))
    server = http2(lambda session, stream, head, sent: reply(session, stream, data, "200", ("content-encoding", "gzip")))
    with pytest.raises(SpentLimit):
        get(ctx, url(server))


def test_a_server_that_says_nothing_is_left(http2: Any, ctx: Any) -> None:
    server = http2(lambda session, stream, head, sent: None)
    failing("timeout", lambda: get(ctx, url(server), ns=300_000_000))


def test_a_server_that_speaks_only_the_older_protocol_is_answered_in_it(serve: Any, ctx: Any, certificates: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "good.test.pem")
    context.set_alpn_protocols(["http/1.1"])
    assert get(ctx, url(serve(lambda asked: ok("x"), tls=context))).body == b"x"


def test_garbage_is_no_reply(ctx: Any, certificates: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "good.test.pem")
    context.set_alpn_protocols(["h2"])
    listening = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection = context.wrap_socket(listening.accept()[0], server_side=True)
        connection.sendall(os.urandom(5000))
        connection.recv(1)
        connection.close()

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    failing("io", lambda: get(ctx, f"https://good.test:{listening.getsockname()[1]}/", ns=3 * 10**9))
    thread.join(2)
    listening.close()
