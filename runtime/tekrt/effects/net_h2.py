"""HTTP/2 where a server speaks it and the library ``h2`` is installed (``pip install tekc[http2]``): one request at a time.

``h2`` keeps the state of a connection and knows the frames; bytes are moved here, under the same limits as in HTTP/1.1.  What
it raises about a server that breaks the protocol becomes a failure of kind ``io``.
"""

from __future__ import annotations

from ssl import SSLWantReadError

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, ResponseReceived, StreamEnded, StreamReset
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

from tekrt.effects.net_wire import MOST_HEAD, PIECE, Closed, Head, header_text
from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from h2.events import Event

    from tekrt.effects.net_dial import Link, Timer
    from tekrt.effects.net_url import Url

WINDOW = 1 << 20
"""Bytes that a server may send before they are taken."""


class Stream:
    """One request on a connection, with the manners of :class:`tekrt.effects.net_wire.Reader`."""

    def __init__(self, link: Link, timer: Timer, idle: int | None = None) -> None:
        self.link = link
        self.timer = timer
        self.idle = idle
        self.number = 0
        self.whole = False
        self.sent = False
        self.going = False  # whether the server closes the connection
        self.answer: ResponseReceived | None = None
        self.pieces: list[bytes] = []
        if link.session is None:
            link.session = _session()
        self.session: H2Connection = link.session

    def send(self, method: str, url: Url, headers: dict[str, str], length: int | None, body: bytes | None) -> None:
        """Send a request, its body as fast as the server takes it."""
        fields = [(":method", method), (":scheme", url.scheme), (":authority", url.authority), (":path", url.target)]
        fields += [(name.lower(), value) for name, value in headers.items()]
        if length is not None:
            fields.append(("content-length", str(length)))
        self.number = self.session.get_next_available_stream_id()
        self.session.send_headers(self.number, fields, end_stream=not body)
        self._flush()
        view = memoryview(body or b"")
        while view and not self.whole:
            room = min(self.session.local_flow_control_window(self.number), self.session.max_outbound_frame_size, len(view))
            if room <= 0:
                self._take()
                continue
            self.session.send_data(self.number, bytes(view[:room]), end_stream=room == len(view))
            view = view[room:]
            self._flush()
        self.sent = not view

    def _flush(self) -> None:
        data = self.session.data_to_send()
        if data:
            self.link.send(self.timer, data)

    def _take(self) -> None:
        """Read once and note what came."""
        try:
            data = self.link.receive(self.timer, PIECE, self.idle)
        except ConnectionError:
            data = b""
        if not data:
            if self.answer is None:
                raise Closed
            raise Failure("io", "the reply cannot be read: the connection was closed before its end")
        try:
            for event in self.session.receive_data(data):
                self._note(event)
        except ProtocolError as error:
            raise Failure("io", f"the reply cannot be read: {error}") from None
        self._flush()

    def _note(self, event: Event) -> None:
        if isinstance(event, ConnectionTerminated):
            self.going = True
            if (event.last_stream_id or 0) < self.number:
                raise Closed  # the server says that it did not look at this request
            return
        if getattr(event, "stream_id", None) != self.number:
            return
        if isinstance(event, ResponseReceived):
            self.answer = event
        elif isinstance(event, DataReceived):
            self.pieces.append(event.data or b"")
            if event.flow_controlled_length:
                self.session.acknowledge_received_data(event.flow_controlled_length, self.number)
        elif isinstance(event, StreamEnded):
            self.whole = True
        elif isinstance(event, StreamReset):
            raise Failure("io", "the reply cannot be read: the server broke it off")

    def head(self) -> Head:
        """Return the head of the reply.  Raises Closed where nothing came at all."""
        while self.answer is None:
            self._take()
        headers: dict[str, str] = {}
        status = ""
        for raw_name, raw_value in self.answer.headers or ():
            name, value = _latin(raw_name), header_text(_latin(raw_value))
            if name == ":status":
                status = value
            elif name == "content-length" and headers.get(name, value) != value or name == "location" and name in headers:
                raise Failure("io", f"the reply cannot be read: it has the header `{name}` twice")
            else:
                headers[name] = f"{headers[name]}, {value}" if name in headers and name != "content-length" else value
        if len(status) != 3 or not status.isascii() or not status.isdigit() or status < "200":
            raise Failure("io", "the reply cannot be read: it has no status")
        return Head(int(status), "", headers, False)

    def body(self, method: str, head: Head) -> Iterator[bytes]:
        """Yield the body in pieces."""
        while True:
            pieces, self.pieces = self.pieces, []
            yield from pieces
            if self.whole:
                yield from self.pieces
                return
            if not pieces:
                self._take()

    def finish(self, head: Head) -> bool:
        """Tell whether the connection can be used again, after the body was read."""
        return self.whole and self.sent and not self.going


def quiet(link: Link) -> bool:
    """Take what came on an idle connection; tell whether it can still be used."""
    link.sock.setblocking(False)
    try:
        while data := link.sock.recv(PIECE):
            if any(isinstance(event, ConnectionTerminated) for event in link.session.receive_data(data)):
                return False
    except (BlockingIOError, SSLWantReadError):
        return True
    except (OSError, ProtocolError):
        return False
    return False


def _latin(text: str | bytes) -> str:
    return text.decode("latin-1") if isinstance(text, bytes) else text


def _session() -> H2Connection:
    session = H2Connection(H2Configuration(client_side=True, header_encoding=None))
    session.initiate_connection()
    session.update_settings(
        {SettingCodes.ENABLE_PUSH: 0, SettingCodes.INITIAL_WINDOW_SIZE: WINDOW, SettingCodes.MAX_HEADER_LIST_SIZE: MOST_HEAD}
    )
    session.increment_flow_control_window(WINDOW)
    return session
