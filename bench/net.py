"""Requests over loopback: the network service of a run beside httpx, one after the other on one kept connection.

usage: python bench/net.py [--requests N] [--check]

``--check`` fails where the run takes more than 1.3 times as long as httpx.  Needs httpx (``pip install httpx``).
"""

from __future__ import annotations

import argparse
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "runtime"), str(ROOT / "stdlib")]
LIMIT = 1.3
REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, world!"


def serve() -> int:
    """Start a server that answers everything in the same way; return its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def talk(connection: socket.socket) -> None:
        data = b""
        while piece := connection.recv(65536):
            data += piece
            while b"\r\n\r\n" in data:
                _, _, data = data.partition(b"\r\n\r\n")
                connection.sendall(REPLY)

    def accept() -> None:
        while True:
            connection, _ = listening.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    port: int = listening.getsockname()[1]
    return port


def tek(url: str, needs: str) -> Callable[[], Any]:
    """Return a request by the run's broker, judged and recorded in memory like any effect."""
    from tekrt.effects.net import Request
    from tekrt.effects.world import real_world
    from tekrt.kernel import Broker, MemoryLedger, Permit
    from tekrt.scopes import parse_capabilities

    world = real_world()
    broker = Broker(world, Permit.of(parse_capabilities(needs), "/tmp", world.home), ledger=MemoryLedger())
    context = broker.context()

    def once() -> Any:
        reply = broker.network.request(context, Request("GET", url))
        assert reply.status == 200

    return once


def httpx_client(url: str) -> Callable[[], Any]:
    """Return a request by one httpx client."""
    import httpx

    client = httpx.Client(trust_env=False)

    def once() -> Any:
        reply = client.get(url)
        assert reply.status_code == 200

    return once


def measure(once: Callable[[], Any], count: int) -> float:
    """Return the seconds that so many requests take, after a few to warm up."""
    for _ in range(50):
        once()
    began = time.perf_counter()
    for _ in range(count):
        once()
    return time.perf_counter() - began


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    port = serve()
    url = f"http://127.0.0.1:{port}/hello"
    ours = measure(tek(url, f'net.get("127.0.0.1:{port}")'), options.requests)
    theirs = measure(httpx_client(url), options.requests)
    print(f"{options.requests} requests over loopback: tek {ours:.2f} s, httpx {theirs:.2f} s, {ours / theirs:.2f} times")
    return 1 if options.check and ours > LIMIT * theirs else 0


if __name__ == "__main__":
    sys.exit(main())
