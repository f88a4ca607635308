"""A run on the real world with names of its own, and servers on this machine."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tekrt.effects.net import Network
from tekrt.effects.world import real_world
from tekrt.kernel import Broker, Context, MemoryLedger, Permit
from tekrt.scopes import parse_capabilities
from tekrt.values.types import declare_enum, declare_record, known_enum, known_record

if known_record("http.Reply") is None:
    declare_record("http.Reply", ("status", ("Int",)), ("headers", ("Map", ("Str",), ("Str",))), ("body", ("Bytes",)), ("url", ("Str",)))
if known_enum("http.Body") is None:
    declare_enum(
        "http.Body", (), ("None", ()), ("Text", (("", ("Str",)),)), ("Raw", (("", ("Bytes",)),)),
        ("JsonBody", (("", ("Enum", "json.Json", ())),)), ("Form", (("", ("Map", ("Str",), ("Str",))),)), ("Secret", (("", ("Secret",)),)),
    )  # fmt: skip


class Asked:
    """A request as the server saw it."""

    def __init__(self, head: bytes, body: bytes, connection: int) -> None:
        lines = head.decode().split("\r\n")
        self.method, self.target, _ = lines[0].split(" ")
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        self.body = body
        self.connection = connection


def ok(body: bytes | str = b"", *headers: str, status: str = "200 OK") -> bytes:
    """Return a reply with a length."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def to(location: str, status: int = 302) -> bytes:
    """Return a redirect."""
    return ok(b"", f"Location: {location}", status=f"{status} Moved")


class Server:
    """Answers by ``answer(asked)``: bytes to send, a list of them with pauses of seconds between, or None to hang up."""

    def __init__(self, answer: Callable[[Asked], Any], tls: ssl.SSLContext | None = None, path: str | None = None,
                 host: str = "127.0.0.1") -> None:  # fmt: skip
        self.answer = answer
        self.asked: list[Asked] = []
        self.connections = 0
        self.tls = tls
        if path is None:
            self.socket = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
            self.port = self.socket.getsockname()[1]
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.bind(path)
            self.socket.listen()
        self.alive = True
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._serve, daemon=True)]
        self.open: list[socket.socket] = []
        self.threads[0].start()

    def _serve(self) -> None:
        while self.alive:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._talk, args=(connection, self.connections), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _talk(self, connection: socket.socket, number: int) -> None:
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            self.open.append(connection)
            data = b""
            while self.alive:
                while b"\r\n\r\n" not in data:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    data += piece
                head, _, data = data.partition(b"\r\n\r\n")
                length = int(next((line[16:] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), b"0"))
                while len(data) < length:
                    data += connection.recv(65536)
                asked, data = Asked(head, data[:length], number), data[length:]
                self.asked.append(asked)
                answer = self.answer(asked)
                if answer is None:
                    return
                for piece in [answer] if isinstance(answer, bytes) else answer:
                    if isinstance(piece, bytes):
                        connection.sendall(piece)
                    elif piece is None:
                        return
                    else:
                        self.stopping.wait(piece)
        except (OSError, ssl.SSLError):
            return  # the client went away, which is what many tests are about
        finally:
            connection.close()

    def close(self) -> None:
        """Stop."""
        self.alive = False
        self.stopping.set()
        self.socket.close()
        for connection in self.open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in self.threads[1:]:
            thread.join(2)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Start a server."""
    made: list[Server] = []

    def begin(answer: Callable[[Asked], Any], **options: Any) -> Server:
        made.append(Server(answer, **options))
        return made[-1]

    yield begin
    for server in made:
        server.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The root of a run."""
    made = tmp_path / "root"
    made.mkdir()
    return made


@pytest.fixture
def start(root: Path) -> Iterator[Callable[..., Context]]:
    """Start a run that is granted these capabilities; ``names`` are what its name server knows."""
    brokers: list[Broker] = []

    def begin(needs: str, names: dict[str, list[str]] | None = None, trust: ssl.SSLContext | None = None, **more: Any) -> Context:
        def resolve(host: str, port: int) -> list[str]:
            asked.append(host)
            found = (names or {}).get(host)
            if found is None:
                raise socket.gaierror(socket.EAI_NONAME, "name or service not known")
            return found

        asked: list[str] = []
        world = real_world()
        world.write_out = bytearray().extend
        world.write_err = bytearray().extend
        world.network = lambda broker: Network(broker, resolve, trust, **more)
        broker = Broker(world, Permit.of(parse_capabilities(needs), str(root), world.home), ledger=MemoryLedger())
        brokers.append(broker)
        broker.network.asked = asked
        return broker.context()

    yield begin
    for broker in brokers:
        broker.close()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``NAME.pem`` (key and certificate) for ``good.test`` and ``other.test``."""
    folder = tmp_path_factory.mktemp("tls")
    for name in ("good.test", "other.test", "old.test"):
        days = ["-not_before", "20200101000000Z", "-not_after", "20200102000000Z"] if name == "old.test" else ["-days", "2"]
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *days, "-subj", f"/CN={name}",
                   "-addext", f"subjectAltName=DNS:{name}", "-keyout", f"{name}.key", "-out", f"{name}.crt"]  # fmt: skip
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        except FileNotFoundError:
            pytest.skip("there is no openssl to make certificates with")
        if done.returncode and name == "old.test":
            continue  # an older openssl cannot date a certificate back
        assert done.returncode == 0, done.stderr.decode()
        (folder / f"{name}.pem").write_text((folder / f"{name}.key").read_text() + (folder / f"{name}.crt").read_text())
    return folder


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that would break every test if somebody asked for it."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("SSLKEYLOGFILE", os.devnull)
