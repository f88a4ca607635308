"""HTTP/1.1: what is sent, how replies are read, what is kept open, and where it ends."""

from __future__ import annotations

import gzip
import os
import socket
import ssl
import threading
import time
import zlib
from pathlib import Path
from typing import Any

import pytest

from tekrt.kernel.context import Expired
from tekrt.values.containers import new_map
from tekrt.values.failure import Cancelled, SpentLimit
from tekrt.values.types import JSON
from tekstd import http
from tests.net.calls import body, download, failing, get, send
from tests.net.conftest import Asked, ok

ALL = 'net("localhost:*"), fs.write("**"), fs.read("**")'


def url(server: Any, path: str = "/", host: str = "localhost", scheme: str = "http") -> str:
    return f"{scheme}://{host}:{server.port}{path}"


# ---- what is sent


@pytest.mark.parametrize(
    ("content", "data", "media"),
    [(body("None"), b"", None), (body("Text", "é"), "é".encode(), "text/plain; charset=utf-8"), (body("Raw", b"\0\xff"), b"\0\xff", "application/octet-stream"),
     (body("Form", new_map([("a b", "1&2"), ("c", "ü")])), b"a%20b=1%262&c=%C3%BC", "application/x-www-form-urlencoded"),
     (body("JsonBody", (JSON.by_name["Integer"], 3)), b"3", "application/json")],
)  # fmt: skip
def test_a_body_is_sent(start: Any, serve: Any, content: Any, data: bytes, media: str | None) -> None:
    server = serve(lambda asked: ok())
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        send(start(ALL), method, url(server), content)
        asked = server.asked[-1]
        assert (asked.method, asked.body, asked.headers.get("content-type")) == (method, data, media)
    send(start(ALL), "POST", url(server), content, {"content-type": "text/x"})
    assert server.asked[-1].headers["content-type"] == "text/x"


def test_a_large_body_arrives(start: Any, serve: Any) -> None:
    server = serve(lambda asked: ok(str(len(asked.body))))
    assert send(start(ALL), "POST", url(server), body("Raw", os.urandom(5_000_000))).body == b"5000000"


def test_every_verb_of_the_library_sends_its_method(start: Any, serve: Any) -> None:
    server = serve(lambda asked: ok())
    ctx, none, minute = start(ALL), new_map(()), http_minute()
    http.head(ctx, url(server), none, none, minute, True)
    for verb in (http.post, http.put, http.patch, http.delete):
        verb(ctx, url(server), body("None"), none, none, minute, True)
    assert [asked.method for asked in server.asked] == ["HEAD", "POST", "PUT", "PATCH", "DELETE"]


def http_minute() -> Any:
    from tekrt.values.scalars import Duration

    return Duration(60 * 10**9)


# ---- how replies are read

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
GOOD = [
    (ok("abc"), b"abc"), (b"HTTP/1.0 200 OK\r\n\r\nabc", b"abc"), (b"HTTP/1.1 200\r\nConnection: close\r\n\r\nabc", b"abc"),
    (CHUNKED + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", b"abcde"), (CHUNKED + b"0\r\nTrailer: x\r\n\r\n", b""), (CHUNKED + b"00A\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
    (b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + ok("abc"), b"abc"), (b"HTTP/1.1 100 Continue\r\n\r\n" + ok("abc"), b"abc"),
    (b"HTTP/1.1 204 No\r\n\r\n", b""), (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
    (ok(gzip.compress(b"abc" * 50_000), "Content-Encoding: gzip"), b"abc" * 50_000), (ok(zlib.compress(b"abc"), "Content-Encoding: deflate"), b"abc"),
    (ok(gzip.compress(b"a") + gzip.compress(b"b"), "Content-Encoding: GZIP"), b"ab"), (ok("abc", "Content-Encoding: identity"), b"abc"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "content"), GOOD)
def test_a_reply_is_read_however_it_is_cut(start: Any, serve: Any, raw: bytes, content: bytes) -> None:
    server = serve(lambda asked: [raw, None])
    assert get(start(ALL), url(server)).body == content
    pieces = [raw[at : at + 1] for at in range(min(len(raw), 300))] + [raw[300:], None]
    byte_by_byte = serve(lambda asked: pieces)
    assert get(start(ALL), url(byte_by_byte)).body == content


BAD = [
    b"", b"garbage\r\n\r\n", b"HTTP/2 200 OK\r\n\r\n", b"HTTP/1.1 20 OK\r\n\r\n", b"HTTP/1.1 abc OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Le", b"ICY 200 OK\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    CHUNKED + b"x\r\n", CHUNKED + b"-1\r\n", CHUNKED + b"0x3\r\nabc\r\n", CHUNKED + b"3\r\nabcd\r\n0\r\n\r\n", CHUNKED + b"3\r\nab", CHUNKED + b"3\r\nabc\r\n", CHUNKED + b"\r\n",
    CHUNKED + b"fffffffffffffffff\r\n", b"HTTP/1.1 200 OK\r\n folded: x\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n", b"HTTP/1.1 101 Switching\r\n\r\n",
    b"HTTP/1.1 100 C\r\n\r\n" * 50, b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000 + b"\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000, b"HTTP/1.1 302 F\r\nLocation: /a\r\nLocation: /b\r\n\r\n",
]  # fmt: skip


@pytest.mark.parametrize("raw", BAD)
def test_a_reply_that_is_not_plain_is_refused(start: Any, serve: Any, raw: bytes) -> None:
    server = serve(lambda asked: [raw, None])
    ctx = start(ALL)
    failing("io", lambda: get(ctx, url(server)))
    assert ctx.broker.network._idle == []


@pytest.mark.parametrize("data", [b"not gzip", gzip.compress(b"abc", mtime=0)[:-4], gzip.compress(b"abc", mtime=0)[:12], b""])
def test_what_is_not_compressed_as_it_says_fails_to_decode(start: Any, serve: Any, data: bytes) -> None:
    server = serve(lambda asked: ok(data, "Content-Encoding: gzip"))
    if not data:
        assert failing("decode", lambda: get(start(ALL), url(server)))
        return
    failing("decode", lambda: get(start(ALL), url(server)))


def test_headers_are_in_lower_case_and_joined(start: Any, serve: Any) -> None:
    server = serve(lambda asked: ok("", "X-A: 1", "x-a:  2 ", "ETag: é"))
    headers = get(start(ALL), url(server)).headers
    assert (headers["x-a"], headers["etag"]) == ("1, 2", "é")


def test_any_status_is_a_reply_and_expect_ok_makes_a_failure_of_it(start: Any, serve: Any) -> None:
    server = serve(lambda asked: ok("no such thing\nmore", status="404 Not Found"))
    ctx = start(ALL)
    reply = get(ctx, url(server, "/x"))
    assert reply.status == 404
    assert failing("io", lambda: http.expect_ok(ctx, reply.value)) == f"{url(server, '/x')} answered 404 Not Found: no such thing"


@pytest.mark.parametrize(("data", "media", "text"), [("é".encode(), "text/plain", "é"), (b"\xe9", "text/plain; charset=ISO-8859-1", "é"), ("é".encode(), 'text/html; charset="UTF-8"', "é"),
                                                     (b"\xe9", "text/plain", None), (b"\xe9", "text/plain; charset=unknown", None)])  # fmt: skip
def test_text_is_decoded(start: Any, serve: Any, data: bytes, media: str, text: str | None) -> None:
    server = serve(lambda asked: ok(data, f"Content-Type: {media}"))
    ctx = start(ALL)
    reply = get(ctx, url(server))
    if text is None:
        failing("decode", lambda: http.text(ctx, reply.value))
    else:
        assert http.text(ctx, reply.value) == text


def test_head_has_no_body(start: Any, serve: Any) -> None:
    server = serve(lambda asked: b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
    reply = send(start(ALL), "HEAD", url(server))
    assert (reply.body, reply.headers["content-length"]) == (b"", "10")


# ---- connections that are kept


def test_a_connection_is_used_again(start: Any, serve: Any) -> None:
    server = serve(lambda asked: ok("x"))
    ctx = start(ALL)
    for _ in range(20):
        get(ctx, url(server))
        send(ctx, "POST", url(server), body("Text", "y"))
    assert server.connections == 1


def test_a_connection_that_the_server_wants_closed_is_not_kept(start: Any, serve: Any) -> None:
    server = serve(lambda asked: ok("x", "Connection: close"))
    ctx = start(ALL)
    for _ in range(3):
        get(ctx, url(server))
    assert server.connections == 3


def test_a_connection_that_was_closed_meanwhile_is_noticed(start: Any, serve: Any) -> None:
    server = serve(lambda asked: [ok("x"), None])
    ctx = start(ALL)
    for _ in range(3):
        for method in ("GET", "POST"):
            send(ctx, method, url(server))
            time.sleep(0.05)
    assert len(server.asked) == 6


def test_what_was_sent_too_early_is_never_taken_for_a_reply(start: Any, serve: Any) -> None:
    """Response splitting: the second half must not answer the next request."""
    server = serve(lambda asked: ok("x") + ok("evil"))
    ctx = start(ALL)
    assert [get(ctx, url(server)).body for _ in range(3)] == [b"x"] * 3
    late = serve(lambda asked: [ok("x"), 0.05, ok("evil")])
    for _ in range(3):
        assert get(ctx, url(late)).body == b"x"
        time.sleep(0.1)


@pytest.mark.parametrize(("method", "times"), [("GET", 2), ("HEAD", 2), ("PUT", 2), ("DELETE", 2), ("POST", 1), ("PATCH", 1)])
def test_only_what_may_happen_twice_is_sent_twice(start: Any, serve: Any, method: str, times: int) -> None:
    seen: list[Asked] = []

    def answer(asked: Asked) -> Any:
        seen.append(asked)
        return None if len(seen) == 2 else b"HTTP/1.1 204 No\r\n\r\n"

    server = serve(answer)
    ctx = start(ALL)
    get(ctx, url(server))
    if times == 2:
        assert send(ctx, method, url(server)).status == 204
    else:
        assert "not sent twice" in failing("io", lambda: send(ctx, method, url(server)))
    assert len(seen) == times + 1


def test_a_new_connection_that_is_closed_is_not_tried_again(start: Any, serve: Any) -> None:
    server = serve(lambda asked: None)
    failing("io", lambda: get(start(ALL), url(server)))
    assert len(server.asked) == 1


def test_idle_connections_are_few_and_closed_with_the_run(start: Any, serve: Any) -> None:
    ctx = start(ALL)
    for _ in range(20):
        get(ctx, url(serve(lambda asked: ok("x"))))
    links = list(ctx.broker.network._idle)
    assert len(links) == 16
    ctx.broker.close()
    assert all(link.sock.fileno() == -1 for link in links)


# ---- limits


def test_a_server_that_says_nothing_is_left(start: Any, serve: Any) -> None:
    server = serve(lambda asked: [5.0])
    began = time.monotonic()
    failing("timeout", lambda: get(start(ALL), url(server), ns=300_000_000))
    assert time.monotonic() - began < 3


def test_a_server_that_drips_is_left(start: Any, serve: Any) -> None:
    server = serve(lambda asked: [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *[piece for _ in range(100) for piece in (b"x", 0.05)]])
    failing("timeout", lambda: get(start(ALL), url(server), ns=300_000_000))


def test_the_time_limit_of_a_task_ends_a_request(start: Any, serve: Any) -> None:
    server = serve(lambda asked: [5.0])
    ctx = start(ALL)
    ctx.deadline = ctx.broker.world.monotonic() + 200_000_000
    with pytest.raises(Expired):
        get(ctx, url(server))


def test_a_cancelled_run_does_not_wait(start: Any, serve: Any) -> None:
    server = serve(lambda asked: [5.0])
    ctx = start(ALL)
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()

    def poll(context: Any) -> None:
        if stop.is_set():
            raise Cancelled

    ctx.broker.poll = poll
    with pytest.raises(Cancelled):
        get(ctx, url(server))


def test_a_name_server_that_says_nothing_is_left(start: Any) -> None:
    ctx = start('net("slow.test:*")')
    ctx.broker.network.dialer.resolve = lambda host, port: time.sleep(2) or []
    ctx.deadline = ctx.broker.world.monotonic() + 200_000_000
    with pytest.raises(Expired):
        get(ctx, "http://slow.test/")


@pytest.mark.parametrize("raw", [ok(bytes(2_000_000)), ok(gzip.compress(bytes(2_000_000), mtime=0), "Content-Encoding: gzip"), [CHUNKED, *([b"ffff\r\n" + bytes(65535) + b"\r\n"] * 40)],
                                 [b"HTTP/1.0 200 OK\r\n\r\n", *([bytes(65536)] * 40), None]])  # fmt: skip
def test_a_reply_that_is_too_large_is_a_spent_limit(start: Any, serve: Any, raw: Any) -> None:
    server = serve(lambda asked: raw)
    with pytest.raises(SpentLimit, match="download"):
        get(start(ALL, most=1_000_000), url(server))


def test_a_length_that_is_a_lie_costs_no_memory(start: Any, serve: Any) -> None:
    server = serve(lambda asked: [b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\nabc", None])
    failing("io", lambda: get(start(ALL), url(server)))


def test_a_budget_for_the_network_is_kept(start: Any, serve: Any) -> None:
    from tekrt.kernel.broker import Budget

    server = serve(lambda asked: ok(bytes(10_000)))
    ctx = start(ALL)
    ctx.broker.budget = Budget({"net": 15_000})
    get(ctx, url(server))
    with pytest.raises(SpentLimit):
        get(ctx, url(server))


# ---- downloads


def test_a_download_is_written_as_it_comes(start: Any, serve: Any, root: Path) -> None:
    data = os.urandom(3_000_000)
    server = serve(lambda asked: ok(data))
    download(start(ALL), url(server), "new/x.bin")
    assert (root / "new/x.bin").read_bytes() == data
    assert server.asked[0].headers["accept-encoding"] == "identity"


def test_a_download_needs_both_grants(start: Any, serve: Any, root: Path) -> None:
    server = serve(lambda asked: ok("x"))
    for needs in ('net("localhost:*"), fs.write("y")', 'fs.write("**")', 'net("localhost:*"), fs.read("**")'):
        failing("denied", lambda needs=needs: download(start(needs), url(server), "x"))
    assert not server.asked
    download(start(f'net.get("localhost:{server.port}"), fs.write("x")'), url(server), "x")
    assert (root / "x").read_text() == "x"


@pytest.mark.parametrize("raw", [[b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", None], ok("gone", status="404 Not Found"), [CHUNKED + b"3\r\nabc\r\n", None], None])
def test_a_download_that_fails_changes_nothing(start: Any, serve: Any, root: Path, raw: Any) -> None:
    (root / "x").write_text("old")
    server = serve(lambda asked: raw)
    failing("io", lambda: download(start(ALL), url(server), "x"))
    assert (root / "x").read_text() == "old"
    assert os.listdir(root) == ["x"]


def test_a_download_does_not_follow_links_of_the_file_system(start: Any, serve: Any, root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("old")
    (root / "x").symlink_to(tmp_path / "outside")
    server = serve(lambda asked: ok("x"))
    failing("denied", lambda: download(start(ALL), url(server), "x"))
    assert (tmp_path / "outside").read_text() == "old"


# ---- TLS


def tls_server(folder: Path, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem")
    return context


def trusting(folder: Path, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for name in names:
        context.load_verify_locations(folder / f"{name}.crt")
    return context


NAMED = {"good.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]}
TLS = 'net("*:*"), net("127.0.0.1:*")'


def test_a_certificate_that_names_the_host_is_accepted(start: Any, serve: Any, certificates: Path) -> None:
    names: list[str] = []
    context = tls_server(certificates, "good.test")
    context.sni_callback = lambda sock, name, _: names.append(name)
    server = serve(lambda asked: ok(asked.headers["host"]), tls=context)
    ctx = start(TLS, NAMED, trusting(certificates, "good.test"))
    for _ in range(3):
        assert get(ctx, url(server, host="good.test", scheme="https")).body == f"good.test:{server.port}".encode()
    assert names == ["good.test"], "the name is asked for, and the connection is kept"
    assert send(ctx, "POST", url(server, host="good.test", scheme="https"), body("Raw", bytes(3_000_000))).status == 200


@pytest.mark.parametrize(("served", "trusted", "host"), [("good.test", ["good.test"], "other.test"), ("other.test", ["good.test", "other.test"], "good.test"),
                                                         ("good.test", [], "good.test"), ("good.test", ["good.test"], "127.0.0.1"), ("good.test", ["other.test"], "good.test")])  # fmt: skip
def test_any_other_certificate_is_refused(start: Any, serve: Any, certificates: Path, served: str, trusted: list[str], host: str) -> None:
    server = serve(lambda asked: ok(), tls=tls_server(certificates, served))
    ctx = start(TLS, NAMED, trusting(certificates, *trusted))
    assert "certificate" in failing("io", lambda: get(ctx, url(server, host=host, scheme="https"), {"Authorization": "secret"}))
    assert not server.asked


def test_an_old_certificate_is_refused(start: Any, serve: Any, certificates: Path) -> None:
    if not (certificates / "old.test.pem").exists():
        pytest.skip("this openssl cannot make old certificates")
    server = serve(lambda asked: ok(), tls=tls_server(certificates, "old.test"))
    ctx = start(TLS, {"old.test": ["127.0.0.1"]}, trusting(certificates, "old.test"))
    assert "expired" in failing("io", lambda: get(ctx, url(server, host="old.test", scheme="https")))


def test_the_systems_certificates_are_the_ones_that_count(start: Any, serve: Any, certificates: Path) -> None:
    server = serve(lambda asked: ok(), tls=tls_server(certificates, "good.test"))
    failing("io", lambda: get(start(TLS, NAMED), url(server, host="good.test", scheme="https")))


def test_a_server_without_tls_is_not_asked(start: Any, serve: Any) -> None:
    server = serve(lambda asked: ok())
    failing("timeout", lambda: get(start(TLS, NAMED), url(server, host="good.test", scheme="https"), ns=300_000_000))
    assert not server.asked


def test_encrypted_does_not_lead_to_plain(start: Any, serve: Any, certificates: Path) -> None:
    plain = serve(lambda asked: ok())
    server = serve(lambda asked: ok("", f"Location: http://127.0.0.1:{plain.port}/", status="302 Found"), tls=tls_server(certificates, "good.test"))
    ctx = start(TLS, NAMED, trusting(certificates, "good.test"))
    assert "not encrypted" in failing("denied", lambda: get(ctx, url(server, host="good.test", scheme="https")))
    assert not plain.asked


# ---- what cannot be reached


def test_a_port_where_nobody_listens_says_so(start: Any) -> None:
    assert "refused" in failing("io", lambda: get(start('net("localhost:1")'), "http://localhost:1/"))


def test_an_address_that_does_not_answer_is_not_waited_for_long(start: Any, serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from tekrt.effects import net_dial

    server = serve(lambda asked: ok("x"))
    full = socket.create_server(("127.0.0.2", server.port), backlog=0)
    waiting: list[socket.socket] = []
    for _ in range(4):  # nobody takes these: the next one has to wait
        waiting.append(socket.socket())
        waiting[-1].setblocking(False)
        waiting[-1].connect_ex(full.getsockname())
    monkeypatch.setattr(net_dial, "TRY_NS", 200_000_000)
    try:
        ctx = start('net("*:*"), net("127.0.0.0/8:*")', {"good.test": ["127.0.0.2", "127.0.0.1"]})
        assert get(ctx, url(server, host="good.test"), ns=5 * 10**9).body == b"x"
    finally:
        for sock in (*waiting, full):
            sock.close()


def test_a_name_that_nobody_knows_says_so(start: Any) -> None:
    assert "cannot find" in failing("io", lambda: get(start('net("none.test")'), "http://none.test/"))
    assert "no address" in failing("io", lambda: get(start('net("none.test")', {"none.test": []}), "http://none.test/"))


def test_an_ipv6_server_is_asked(start: Any, serve: Any) -> None:
    try:
        server = serve(lambda asked: ok(asked.headers["host"]), host="::1")
    except OSError:
        pytest.skip("there is no IPv6 here")
    assert get(start('net("[::1]:*")'), f"http://[::1]:{server.port}/").body == f"[::1]:{server.port}".encode()
    assert get(start('net("localhost:*")'), f"http://localhost:{server.port}/").status == 200, "after 127.0.0.1 has refused"
