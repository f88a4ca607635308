"""Calls of the library as the machine makes them."""

from __future__ import annotations

from typing import Any

import pytest

from tekrt.values.containers import new_map
from tekrt.values.failure import Failure
from tekrt.values.scalars import Duration, Path
from tekrt.values.types import enum_type
from tekstd import http

MINUTE = 60 * 10**9


def body(name: str, *parts: Any) -> Any:
    """Return a ``Body``."""
    return (enum_type("http.Body").by_name[name], *parts)


class Reply:
    """A reply with its parts by name."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.status, self.headers, self.body, self.url = value[2], value[3].d, value[4], value[5]


def get(ctx: Any, url: str, headers: dict[str, Any] | None = None, query: dict[str, str] | None = None, ns: int = MINUTE, follow: bool = True) -> Reply:
    """GET."""
    return Reply(http.get(ctx, url, new_map((headers or {}).items()), new_map((query or {}).items()), Duration(ns), follow))


def send(ctx: Any, method: str, url: str, content: Any = None, headers: dict[str, Any] | None = None, ns: int = MINUTE, follow: bool = True) -> Reply:
    """Send a request with any method."""
    content = body("None") if content is None else content
    return Reply(http.request(ctx, method, url, content, new_map((headers or {}).items()), new_map(()), Duration(ns), follow))


def download(ctx: Any, url: str, to: str, ns: int = MINUTE) -> None:
    """Download."""
    http.download(ctx, url, Path(to), new_map(()), new_map(()), Duration(ns))


def failing(kind: str, action: Any) -> str:
    """Return the message of an action that must fail with this kind."""
    with pytest.raises(Failure) as caught:
        action()
    assert caught.value.kind == kind, caught.value.message
    return caught.value.message
