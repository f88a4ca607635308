"""URLs are read in one way or refused."""

from __future__ import annotations

import ipaddress

import pytest

from tekrt.effects.net_address import read_address, special
from tekrt.effects.net_url import parse_url, redirected
from tekrt.values.failure import Failure

GOOD = [
    ("http://example.com", "example.com:80", "/"),
    ("HTTPS://Example.COM/A?b=c#d", "example.com:443", "/A?b=c"),
    ("https://example.com:8443/x", "example.com:8443", "/x"),
    ("https://example.com./x", "example.com:443", "/x"),
    ("http://example.com?q", "example.com:80", "/?q"),
    ("http://10.0.0.1:8080/", "10.0.0.1:8080", "/"),
    ("http://[::1]:8080/", "[::1]:8080", "/"),
    ("http://[2001:DB8:0::1]/", "[2001:db8::1]:80", "/"),
    ("http://[::ffff:127.0.0.1]/", "127.0.0.1:80", "/"),
    ("http://xn--bcher-kva.example/", "xn--bcher-kva.example:80", "/"),
    ("http://a/ü?x={y}|z", "a:80", "/%C3%BC?x=%7By%7D%7Cz"),
    ("http://a/%41%zz", "a:80", "/%41%zz"),
    ("http://a/../b", "a:80", "/../b"),
    ("http://a/?u=http://user@b:1/", "a:80", "/?u=http://user@b:1/"),
    ("unix:/run/x.sock:/a?b", "unix:/run/x.sock", "/a?b"),
    ("unix:/run/x.sock", "unix:/run/x.sock", "/"),
]


@pytest.mark.parametrize(("text", "scope", "target"), GOOD)
def test_a_url_is_taken_apart(text: str, scope: str, target: str) -> None:
    url = parse_url(text)
    assert (url.scope, url.target) == (scope, target)


REFUSED = [
    "ftp://a/", "file:///etc/passwd", "data://x", "gopher://a", "http://user@a/", "http://user:pw@a/", "http://@a/", "http://a@b@c/",
    "http://good.com\\@127.0.0.1/", "http://a\\b/", "http://a/ b", "http://a/\tb", "http://a/\r\nX: y", "http://a\0.good.com/", "http://a/\x7f",
    "http://a/\x85", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://017700000001/", "http://0/",
    "http://0177.0.0.1/", "http://127.0.0.01/", "http://127.0.0.1./", "http://1.2.3.4.5/", "http://256.0.0.1/", "http://１２７.0.0.1/",
    "http://127。0。0。1/", "http://ⓛocalhost/", "http://bücher.example/", "http://a..b/", "http://.a/", "http://-a/", "http://a-/", "http://a_b!/",
    "http://a:/", "http://a:0/", "http://a:080/", "http://a:65536/", "http://a:x/", "http://a:-1/", "http://a:1:2/", "http://::1/", "http://[::1/",
    "http://[a]/", "http://[127.0.0.1]/", "http://[::1]x/", "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://*/", "http://*.a/",
    "http://a%2eb/", "http://a%00/", "http://%61/", "http://" + "a" * 64 + "/", "http://" + "a." * 130 + "a/", "unix:run/x", "unix:/a/../b", "unix:/a/*",
    "unix:/a//b", "unix:/a/", "unix:@abstract", "unix:/a/[b]", "http://10.0.0.0/8:80/x@", "http://[::]/ x",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_two_readers_might_read_in_two_ways_is_refused(text: str) -> None:
    if text == "http://10.0.0.0/8:80/x@":
        assert parse_url(text).scope == "10.0.0.0:80"
        return
    with pytest.raises(Failure) as caught:
        parse_url(text)
    assert caught.value.kind == "denied"
    assert "pw" not in caught.value.message


@pytest.mark.parametrize("text", ["", "example.com", "/x", "//a/x", "http:/a", "http:a", "http://", "http:///x", "https://?x", "a" * 20_000])
def test_what_is_no_url_says_so(text: str) -> None:
    with pytest.raises(Failure) as caught:
        parse_url(text)
    assert caught.value.kind == "io"


def test_a_name_of_another_script_is_offered_in_ascii() -> None:
    with pytest.raises(Failure, match="xn--bcher-kva.example"):
        parse_url("http://bücher.example/")


def test_a_query_is_added_and_escaped() -> None:
    assert parse_url("http://a/x?y=1#z", {"q": "a b&c=ü", "é": "#"}).target == "/x?y=1&q=a%20b%26c%3D%C3%BC&%C3%A9=%23"
    assert parse_url("http://a", {"q": ""}).target == "/?q="


@pytest.mark.parametrize(
    ("location", "leads"),
    [("/x", "http://a:81/x"), ("x", "http://a:81/d/x"), ("../x", "http://a:81/x"), ("../../../x", "http://a:81/x"), ("?q", "http://a:81/d/e?q"),
     ("", "http://a:81/d/e"), ("#f", "http://a:81/d/e"), ("//b/x", "http://b/x"), ("https://b", "https://b/"), ("./", "http://a:81/d/"),
     ("x?u=../y", "http://a:81/d/x?u=../y"), ("x:1/y", None), ("ftp://b", None), ("//user@b/", None), ("unix:/run/docker.sock", None),
     ("http://b\\@c/", None), ("/a b", None), ("javascript:1", None), ("//2130706433/", None)],
)  # fmt: skip
def test_a_redirect_leads_where_it_says(location: str, leads: str | None) -> None:
    base = parse_url("http://a:81/d/e?f")
    if leads is None:
        with pytest.raises(Failure):
            redirected(base, location)
    else:
        assert redirected(base, location).text == leads


OPEN = ["8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "192.167.255.255", "169.253.255.255",
        "2606:4700::1111", "2a00:1450::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "223.255.255.255", "2003::1"]  # fmt: skip
SPECIAL = [
    "127.0.0.1", "127.255.255.255", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "192.88.99.1", "::", "::1", "::2", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8", "2002:7f00:1::", "2002:808:808::1", "2001:0:1::1", "2001:db8::1",
    "2001:10::1", "100::1", "::127.0.0.1", "3fff::1", "5f00::1", "4000::1", "fe80::1%eth0",
]  # fmt: skip


@pytest.mark.parametrize("text", OPEN)
def test_addresses_of_the_open_internet(text: str) -> None:
    assert special(read_address(text)) is None


@pytest.mark.parametrize("text", SPECIAL)
def test_addresses_that_need_a_grant_of_their_own(text: str) -> None:
    assert special(read_address(text)) is not None


def test_nothing_that_python_calls_local_is_open() -> None:
    for bits in range(1 << 16):
        address = ipaddress.IPv4Address(bits << 16 | 0x0101)
        if special(address) is None:
            assert address.is_global and not address.is_multicast, address
