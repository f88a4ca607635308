"""Host bodies of ``http.tek``: each hands on to the run's network service, which asks the broker."""

from __future__ import annotations

from tekrt.values.containers import dup, map_items, new_map, new_record
from tekrt.values.failure import Failure
from tekrt.values.native import native
from tekrt.values.scalars import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tekrt.effects import net
    from tekrt.kernel import Context
    from tekrt.values.containers import TMap
    from tekrt.values.scalars import Duration, Path

MOST_SHOWN = 300
"""How much of a body a message has."""


def _plain(fields: TMap) -> dict[str, Any]:
    return dict(map_items(fields))


def _body(body: Any) -> tuple[bytes | Secret | None, str]:
    """Return the bytes of a ``Body`` and their media type."""
    name = body[0].name
    if name == "None":
        return None, ""
    content = body[1]
    if name == "Text":
        return content.encode("utf-8"), "text/plain; charset=utf-8"
    if name == "Secret":
        return content, "text/plain; charset=utf-8"
    if name == "Raw":
        return content, "application/octet-stream"
    if name == "Form":
        from tekrt.effects.net_url import form

        return form(_plain(content)).encode("ascii"), "application/x-www-form-urlencoded"
    from tekstd.json_text import json_text
    from tekstd.raw import to_raw

    return json_text(to_raw(content), 0).encode("utf-8"), "application/json"


def _request(
    ctx: Context, method: str, url: str, body: Any, headers: TMap, query: TMap, timeout: Duration, follow: bool
) -> list[Any]:
    from tekrt.effects.net import Request
    from tekrt.values.types import record_type

    content, media = (None, "") if body is None else _body(body)
    asked = Request(method, url, _plain(headers), _plain(query), content, media, timeout.ns, follow)
    reply: net.Reply = ctx.broker.network.request(ctx, asked)
    return new_record(record_type("http.Reply"), reply.status, new_map(reply.headers.items()), reply.content, reply.url)


@native("http.get")
def get(ctx: Context, url: str, headers: TMap, query: TMap, timeout: Duration, follow: bool) -> list[Any]:
    """Return the reply to a GET."""
    return _request(ctx, "GET", url, None, headers, query, timeout, follow)


@native("http.head")
def head(ctx: Context, url: str, headers: TMap, query: TMap, timeout: Duration, follow: bool) -> list[Any]:
    """Return the reply to a HEAD."""
    return _request(ctx, "HEAD", url, None, headers, query, timeout, follow)


@native("http.post")
def post(ctx: Context, url: str, body: Any, headers: TMap, query: TMap, timeout: Duration, follow: bool) -> list[Any]:
    """Return the reply to a POST."""
    return _request(ctx, "POST", url, body, headers, query, timeout, follow)


@native("http.put")
def put(ctx: Context, url: str, body: Any, headers: TMap, query: TMap, timeout: Duration, follow: bool) -> list[Any]:
    """Return the reply to a PUT."""
    return _request(ctx, "PUT", url, body, headers, query, timeout, follow)


@native("http.patch")
def patch(ctx: Context, url: str, body: Any, headers: TMap, query: TMap, timeout: Duration, follow: bool) -> list[Any]:
    """Return the reply to a PATCH."""
    return _request(ctx, "PATCH", url, body, headers, query, timeout, follow)


@native("http.delete")
def delete(ctx: Context, url: str, body: Any, headers: TMap, query: TMap, timeout: Duration, follow: bool) -> list[Any]:
    """Return the reply to a DELETE."""
    return _request(ctx, "DELETE", url, body, headers, query, timeout, follow)


@native("http.request")
def request(
    ctx: Context, method: str, url: str, body: Any, headers: TMap, query: TMap, timeout: Duration, follow: bool
) -> list[Any]:
    """Return the reply to a request with any method."""
    return _request(ctx, method, url, body, headers, query, timeout, follow)


@native("http.download")
def download(ctx: Context, url: str, to: Path, headers: TMap, query: TMap, timeout: Duration) -> None:
    """Write what is at a URL to a file."""
    from tekrt.effects.net import Request
    from tekrt.effects.streams import write_stream

    asked = Request("GET", url, _plain(headers), _plain(query), timeout=timeout.ns)

    def fill(write: Any) -> None:
        reply: net.Reply = ctx.broker.network.request(ctx, asked, write)
        if not 200 <= reply.status < 300:
            raise _unsuccessful(reply.url, reply.status, reply.content)

    write_stream(ctx.broker.files, ctx, to.text, fill, "download")


@native("http.Reply.text")
def text(ctx: Context, reply: list[Any]) -> str:
    """Return the body as text: by the ``charset`` of its type, else as UTF-8."""
    content: bytes = reply[4]
    charset = _charset(reply[3].d.get("content-type", ""))
    try:
        return content.decode(charset)
    except UnicodeDecodeError as error:
        where = f"byte 0x{content[error.start]:02x} at offset {error.start}"
        raise Failure("decode", f"the reply from {reply[5]} is no {charset.upper()} text: {where}") from None


CHARSETS = {"iso-8859-1": "latin-1", "latin1": "latin-1", "us-ascii": "utf-8", "windows-1252": "cp1252", "utf-16": "utf-16"}


def _charset(content_type: str) -> str:
    for part in content_type.split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.strip().lower() == "charset":
            return CHARSETS.get(value.strip().strip('"').lower(), "utf-8")
    return "utf-8"


@native("http.Reply.expect_ok")
def expect_ok(ctx: Context, reply: list[Any]) -> Any:
    """Return the reply; ``io`` where its status is no success."""
    if not 200 <= reply[2] < 300:
        raise _unsuccessful(reply[5], reply[2], reply[4])
    return dup(reply)


def _unsuccessful(url: str, status: int, content: bytes) -> Failure:
    from http import HTTPStatus

    try:
        phrase = " " + HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    said = content[:MOST_SHOWN].decode("utf-8", "replace").strip()
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    detail = f": {lines[0]}" if lines and not lines[0].startswith("<") else ""
    return Failure("io", f"{url} answered {status}{phrase}{detail}")
