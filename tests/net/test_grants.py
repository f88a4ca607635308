"""Who may be asked: hosts, addresses, methods, redirects.  Each attack has a twin that is allowed."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tekrt.values.failure import Failure
from tekrt.values.scalars import Secret
from tests.net.calls import body, failing, get, send
from tests.net.conftest import Server, ok, to

READING, CHANGING = ["GET", "HEAD"], ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@pytest.fixture
def server(serve: Any) -> Server:
    """A server that says where it was asked."""
    return serve(lambda asked: ok(asked.target))  # type: ignore[no-any-return]


# ---- hosts and ports


def test_a_host_that_is_granted_is_asked(start: Any, server: Server) -> None:
    for grant, host in (("127.0.0.1", "127.0.0.1"), ("localhost", "localhost"), ("127.0.0.0/8", "127.0.0.1"), ("localhost", "LOCALHOST.")):
        ctx = start(f'net.get("{grant}:{server.port}")')
        assert get(ctx, f"http://{host}:{server.port}/x").body == b"/x"
        assert ctx.broker.ledger.lines()[-1][2] == "ok"


@pytest.mark.parametrize("grant", ["localhost:{other}", "localhost", "example.com:*", "*.localhost:*", "127.0.0.1:{port}", "10.0.0.0/8:*", "ocalhost:*"])
def test_a_host_that_is_not_granted_is_not_asked(start: Any, server: Server, grant: str) -> None:
    grant = grant.format(port=server.port, other=server.port ^ 1)
    ctx = start(f'net("{grant}")')
    message = failing("denied", lambda: get(ctx, f"http://localhost:{server.port}/"))
    assert f'net.get("localhost:{server.port}")' in message, "the text that would allow it"
    assert server.connections == 0
    assert ctx.broker.ledger.lines()[-1][2] == "denied"


def test_a_host_that_is_not_granted_is_not_even_looked_up(start: Any) -> None:
    ctx = start('net("good.test:*")', {"stolen-data.evil.test": ["8.8.8.8"]})
    failing("denied", lambda: get(ctx, "http://stolen-data.evil.test/"))
    assert ctx.broker.network.asked == []


@pytest.mark.parametrize("host", ["evilgood.test", "good.test.evil.test", "good.testevil", "xgood.test"])
def test_a_name_that_looks_like_a_granted_one_is_not_asked(start: Any, server: Server, host: str) -> None:
    needs = 'net("good.test:*"), net("*.good.test:*"), net("127.0.0.1:*")'
    names = {name: ["127.0.0.1"] for name in (host, "good.test", "a.good.test")}
    failing("denied", lambda: get(start(needs, names), f"http://{host}:{server.port}/"))
    for allowed in ("good.test", "a.good.test"):
        assert get(start(needs, names), f"http://{allowed}:{server.port}/").status == 200


# ---- methods


@pytest.mark.parametrize("method", READING + CHANGING)
def test_net_get_is_get_and_head_only(start: Any, server: Server, method: str) -> None:
    url = f"http://localhost:{server.port}/"
    assert send(start(f'net("localhost:{server.port}")'), method, url).status == 200
    if method in READING:
        assert send(start(f'net.get("localhost:{server.port}")'), method, url).status == 200
    else:
        failing("denied", lambda: send(start(f'net.get("localhost:{server.port}")'), method, url))


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "get", "GET /x HTTP/1.1\r\nX:", "", "G ET", "GET\0", "ＧＥＴ"])
def test_odd_methods_are_refused(start: Any, server: Server, method: str) -> None:
    failing("denied", lambda: send(start('net("*:*")'), method, f"http://localhost:{server.port}/"))
    assert not server.asked


@pytest.mark.parametrize("headers", [{"X-HTTP-Method-Override": "DELETE"}, {"X-Custom": "1"}])
def test_headers_do_not_change_the_method(start: Any, server: Server, headers: dict[str, str]) -> None:
    get(start(f'net.get("localhost:{server.port}")'), f"http://localhost:{server.port}/", headers)
    assert server.asked[0].method == "GET"


# ---- addresses


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.0.1", "::1", "fd00:ec2::254", "0.0.0.0",
                                     "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "::", "100.64.0.1"])  # fmt: skip
def test_a_name_that_leads_inside_needs_a_grant_of_the_address(start: Any, server: Server, address: str) -> None:
    for needs in ('net("evil.test:*")', 'net("*:*")', 'net("evil.test:*"), net("8.8.8.8:*")', 'net("evil.test:*"), net("localhost:*")'):
        message = failing("denied", lambda needs=needs: get(start(needs, {"evil.test": [address]}), f"http://evil.test:{server.port}/"))
        assert "grant of the address" in message
    assert server.connections == 0


def test_with_a_grant_of_the_address_it_is_asked(start: Any, server: Server) -> None:
    for address, grant in (("127.0.0.1", "127.0.0.1:{port}"), ("127.0.0.1", "127.0.0.0/8:{port}"), ("::ffff:127.0.0.1", "127.0.0.1:*")):
        needs = f'net.get("good.test:*"), net.get("{grant.format(port=server.port)}")'
        assert get(start(needs, {"good.test": [address]}), f"http://good.test:{server.port}/").status == 200


def test_a_grant_of_the_address_for_another_port_is_none(start: Any, server: Server) -> None:
    needs = f'net.get("good.test:*"), net.get("127.0.0.1:{server.port ^ 1}")'
    failing("denied", lambda: get(start(needs, {"good.test": ["127.0.0.1"]}), f"http://good.test:{server.port}/"))


def test_reading_from_an_address_does_not_grant_writing_to_it(start: Any, server: Server) -> None:
    needs = 'net("good.test:*"), net.get("127.0.0.1:*")'
    ctx = start(needs, {"good.test": ["127.0.0.1"]})
    assert get(ctx, f"http://good.test:{server.port}/").status == 200
    failing("denied", lambda: send(ctx, "POST", f"http://good.test:{server.port}/"))
    assert [asked.method for asked in server.asked] == ["GET"], "a kept connection is judged again"


def test_a_name_is_looked_up_once_for_a_connection(start: Any, server: Server) -> None:
    """DNS rebinding: the second answer would lead elsewhere, but nobody asks for it."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    ctx = start('net("good.test:*"), net("127.0.0.1:*")')
    ctx.broker.network.dialer.resolve = lambda host, port: next(answers)
    assert get(ctx, f"http://good.test:{server.port}/").status == 200
    assert next(answers) == ["10.0.0.1"]


def test_of_several_addresses_only_granted_ones_are_tried(start: Any, server: Server) -> None:
    names = {"good.test": ["10.255.255.1", "169.254.169.254", "127.0.0.1"]}
    assert get(start('net("good.test:*"), net("127.0.0.1:*")', names), f"http://good.test:{server.port}/").status == 200
    failing("denied", lambda: get(start('net("good.test:*")', names), f"http://good.test:{server.port}/"))


def test_localhost_is_never_looked_up(start: Any, server: Server) -> None:
    ctx = start('net("localhost:*")', {"localhost": ["10.0.0.1"]})
    assert get(ctx, f"http://localhost:{server.port}/").status == 200
    assert ctx.broker.network.asked == []


def test_other_names_of_this_machine_are_not_localhost(start: Any, server: Server) -> None:
    names = {"a.localhost": ["127.0.0.1"], "localhost.localdomain": ["127.0.0.1"]}
    for name in names:
        failing("denied", lambda name=name: get(start('net("*:*")', names), f"http://{name}:{server.port}/"))


def test_only_blocks_and_tasks_narrow_the_network(start: Any, server: Server) -> None:
    from tekrt.scopes import parse_capabilities

    ctx = start(f'net("localhost:{server.port}")')
    url = f"http://localhost:{server.port}/"
    assert send(ctx, "POST", url).status == 200
    narrow = ctx.only(parse_capabilities(f'net.get("localhost:{server.port}")'))
    assert get(narrow, url).status == 200
    failing("denied", lambda: send(narrow, "POST", url))
    failing("denied", lambda: get(ctx.only(parse_capabilities('fs.read("x")')), url))
    assert "task `t`" in failing("denied", lambda: get(ctx.for_task("t", ()), url))


# ---- redirects


def test_a_redirect_is_followed_and_judged_again(start: Any, serve: Any, server: Server) -> None:
    first = serve(lambda asked: to(f"http://127.0.0.1:{server.port}/end"))
    url = f"http://localhost:{first.port}/"
    reply = get(start('net.get("localhost:*"), net.get("127.0.0.1:*")'), url)
    assert (reply.body, reply.url) == (b"/end", f"http://127.0.0.1:{server.port}/end")
    asked = len(server.asked)
    failing("denied", lambda: get(start('net.get("localhost:*")'), url))
    assert len(server.asked) == asked


@pytest.mark.parametrize("goal", ["http://evil.test:{port}/", "http://127.0.0.1:{port}/", "//[::1]:{port}/", "http://2130706433:{port}/", "file:///etc/passwd",
                                  "http://user@localhost:{port}/", "unix:/run/x.sock", "ftp://localhost/", "http://localhost:{port}\\@evil.test/"])  # fmt: skip
def test_no_redirect_leads_out_of_the_grant(start: Any, serve: Any, server: Server, goal: str) -> None:
    first = serve(lambda asked: to(goal.format(port=server.port)))
    needs = f'net.get("localhost:*"), net.get("evil.test:{server.port}")'
    failing("denied", lambda: get(start(needs, {"evil.test": ["127.0.0.1"]}), f"http://localhost:{first.port}/"))
    assert not server.asked


def test_each_hop_is_in_the_ledger(start: Any, serve: Any, server: Server) -> None:
    first = serve(lambda asked: to(f"http://127.0.0.1:{server.port}/end"))
    ctx = start('net.get("localhost:*"), net.get("127.0.0.1:*")')
    get(ctx, f"http://localhost:{first.port}/")
    assert ctx.broker.ledger.lines() == [("net.get", f"localhost:{first.port}", "ok"), ("net.get", f"127.0.0.1:{server.port}", "ok")]


def test_credentials_stay_with_their_origin(start: Any, serve: Any, server: Server) -> None:
    first = serve(lambda asked: to(f"http://127.0.0.1:{server.port}/end") if asked.target == "/" else ok() if asked.target == "/b" else to("/b"))
    ctx = start('net.get("localhost:*"), net.get("127.0.0.1:*")')
    mine = {"Authorization": "Bearer t", "Cookie": "c=1", "X-Api-Key": "k", "accept": "text/x"}
    get(ctx, f"http://localhost:{first.port}/", mine)
    assert first.asked[0].headers["authorization"] == "Bearer t"
    assert not {"authorization", "cookie", "x-api-key"} & set(server.asked[0].headers)
    assert server.asked[0].headers["accept"] == "text/x"
    get(ctx, f"http://localhost:{first.port}/a", mine)
    assert first.asked[-1].target == "/b"
    assert first.asked[-1].headers["authorization"] == "Bearer t"


@pytest.mark.parametrize(("status", "method", "after"), [(301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (303, "PUT", "GET"), (307, "POST", "POST"),
                                                         (308, "PUT", "PUT"), (302, "DELETE", "DELETE"), (302, "HEAD", "HEAD"), (303, "HEAD", "HEAD"), (302, "GET", "GET")])  # fmt: skip
def test_a_redirect_keeps_or_changes_the_method(start: Any, serve: Any, status: int, method: str, after: str) -> None:
    server = serve(lambda asked: to("/end", status) if asked.target == "/" else ok())
    send(start(f'net("localhost:{server.port}")'), method, f"http://localhost:{server.port}/", body("Text", "data") if method in ("POST", "PUT") else None)
    assert server.asked[1].method == after
    assert server.asked[1].body == (b"data" if after in ("POST", "PUT") else b"")
    assert ("content-type" in server.asked[1].headers) == (after in ("POST", "PUT"))


def test_a_post_that_is_redirected_is_judged_as_a_post(start: Any, serve: Any, server: Server) -> None:
    first = serve(lambda asked: to(f"http://127.0.0.1:{server.port}/", 307))
    failing("denied", lambda: send(start('net("localhost:*"), net.get("127.0.0.1:*")'), "POST", f"http://localhost:{first.port}/"))
    assert not server.asked


def test_a_loop_ends(start: Any, serve: Any) -> None:
    server = serve(lambda asked: to("/"))
    failing("io", lambda: get(start('net("localhost:*")'), f"http://localhost:{server.port}/"))
    assert 2 < len(server.asked) < 20


def test_following_can_be_turned_off(start: Any, serve: Any) -> None:
    server = serve(lambda asked: to("http://evil.test/"))
    reply = get(start('net("localhost:*")'), f"http://localhost:{server.port}/", follow=False)
    assert (reply.status, reply.headers["location"]) == (302, "http://evil.test/")


# ---- what is sent


@pytest.mark.parametrize(("name", "value"), [("X", "a\r\nEvil: 1"), ("X", "a\nEvil: 1"), ("X", "a\0"), ("X\r\nEvil", "1"), ("X Y", "1"), ("", "1"), ("X:", "1"), ("É", "1"),
                                             ("Host", "evil.test"), ("host", "x"), ("Content-Length", "3"), ("Transfer-Encoding", "chunked"),
                                             ("Connection", "close"), ("Upgrade", "h2c"), ("Expect", "100-continue"), ("X", "\x7f")])  # fmt: skip
def test_headers_do_not_split_a_request(start: Any, server: Server, name: str, value: str) -> None:
    failing("denied", lambda: get(start('net("localhost:*")'), f"http://localhost:{server.port}/", {name: value}))
    assert not server.asked
    assert get(start('net("localhost:*")'), f"http://localhost:{server.port}/", {"X-Y": "a b\tü"}).status == 200


def test_the_host_header_is_that_of_the_url(start: Any, server: Server) -> None:
    get(start('net("localhost:*")'), f"http://LOCALHOST.:{server.port}/")
    assert server.asked[0].headers["host"] == f"localhost:{server.port}"


def test_a_secret_is_sent_where_it_is_granted(start: Any, serve: Any, server: Server) -> None:
    """In headers and bodies, never to another origin, and only with a grant of its own."""
    from tekrt.effects.secrets import Secrets

    def begin(needs: str) -> Any:
        ctx = start(needs)
        ctx.broker.world.secrets = lambda broker: Secrets(broker, {"TEK_SECRET_token": "s3cret"}, "")
        return ctx

    token = Secret("Bearer", (("text", "Bearer "), ("secret", "token")))
    url = f"http://localhost:{server.port}/"
    for needs in ('net("localhost:*")', 'net("localhost:*"), secret("other")'):
        failing("denied", lambda needs=needs: get(begin(needs), url, {"Authorization": token}))
        failing("denied", lambda needs=needs: send(begin(needs), "POST", url, body("Secret", token)))
    assert not server.asked
    ctx = begin('net("localhost:*"), net("127.0.0.1:*"), secret("token")')
    get(ctx, url, {"Authorization": token})
    send(ctx, "POST", url, body("Secret", token))
    assert server.asked[0].headers["authorization"] == "Bearer s3cret"
    assert server.asked[1].body == b"Bearer s3cret"
    away = serve(lambda asked: to(f"http://127.0.0.1:{server.port}/", 307))
    get(ctx, f"http://localhost:{away.port}/", {"Accept": token, "X": token})
    assert "s3cret" not in "".join(server.asked[2].headers.values())
    failing("denied", lambda: send(ctx, "POST", f"http://localhost:{away.port}/", body("Secret", token)))
    assert len(server.asked) == 3


# ---- unix sockets


def test_a_unix_socket_is_asked_where_it_is_granted(start: Any, serve: Any, root: Any) -> None:
    path = str(root / "s.sock")
    server = serve(lambda asked: ok(asked.target), path=path)
    reply = get(start(f'net.get("unix:{path}")'), f"unix:{path}:/v1/info?a=b")
    assert reply.body == b"/v1/info?a=b"
    assert server.asked[0].headers["host"] == "localhost"
    for needs in ('net("*:*")', 'net("unix:/run/**")', f'fs.read("{path}")', 'net("localhost:*")'):
        failing("denied", lambda needs=needs: get(start(needs), f"unix:{path}:/"))
    failing("denied", lambda: send(start(f'net.get("unix:{path}")'), "POST", f"unix:{path}:/"))
    assert len(server.asked) == 1


def test_no_link_leads_to_a_unix_socket(start: Any, serve: Any, root: Any, tmp_path: Any) -> None:
    path = str(tmp_path / "hidden.sock")
    server = serve(lambda asked: ok(), path=path)
    (root / "l.sock").symlink_to(path)
    (root / "d").symlink_to(tmp_path)
    needs = f'net("unix:{root}/**")'
    for name in ("l.sock", "d/hidden.sock"):
        failing("denied", lambda name=name: get(start(needs), f"unix:{root}/{name}:/"))
    (root / "file").write_text("")
    failing("denied", lambda: get(start(needs), f"unix:{root}/file:/"))
    failing("io", lambda: get(start(needs), f"unix:{root}/none:/"))
    assert server.connections == 0


# ---- what the environment says


def test_no_proxy_of_the_environment_is_asked(start: Any, server: Server) -> None:
    """The fixture ``no_proxies`` sets all variables to a port where nobody listens."""
    assert get(start('net("localhost:*")'), f"http://localhost:{server.port}/").status == 200


def test_there_is_no_network_in_a_world_without_one(start: Any) -> None:
    ctx = start('net("*:*")')
    ctx.broker.world.network = None
    ctx.broker._network = None
    with pytest.raises(Failure, match="no networks"):
        get(ctx, "http://localhost/")


def test_the_resolver_of_the_system_is_asked_once(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from tekrt.effects.net_dial import system_resolve

    calls = []

    def fake(host: str, port: int, **more: Any) -> list[Any]:
        calls.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", port))]

    monkeypatch.setattr(socket, "getaddrinfo", fake)
    ctx = start('net("a.test:*")')
    ctx.broker.network.dialer.resolve = system_resolve
    failing("denied", lambda: get(ctx, "http://a.test/"))
    assert calls == ["a.test"]
