"""URLs, read in one strict way: what is judged is what is connected to, because nothing reads the text a second time.

A URL that two readers might take apart differently is refused: user names, back slashes, blanks, control characters, hosts
that are neither a plain name nor an address in its one canonical form.  The parts of a :class:`Url` are what is sent.
"""

from __future__ import annotations

from tekrt.scopes.errors import ScopeError
from tekrt.scopes.hosts import parse_host
from tekrt.values.failure import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

PORTS = {"http": 80, "https": 443}
LONGEST = 16_384
"""The longest URL in characters."""
FORBIDDEN = frozenset(' "<>\\')
"""Characters that no URL has; some programs read ``\\`` as ``/``, and some drop blanks."""
TARGET_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%")


class Url:
    """The parts of a URL.  ``host`` is a name in lower case, an address, or a socket's path where ``scheme`` is ``unix``;
    ``target`` is what the request line has: path and query, percent-encoded.
    """

    __slots__ = ("host", "port", "scheme", "target")

    def __init__(self, scheme: str, host: str, port: int, target: str) -> None:
        self.scheme = scheme
        self.host = host
        self.port = port
        self.target = target

    @property
    def scope(self) -> str:
        """What a permit is asked for: ``example.com:443``, ``[::1]:8080``, ``unix:/run/x.sock``."""
        return f"unix:{self.host}" if self.scheme == "unix" else f"{bracketed(self.host)}:{self.port}"

    @property
    def authority(self) -> str:
        """The content of the ``Host`` header."""
        if self.scheme == "unix":
            return "localhost"
        host = bracketed(self.host)
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """What must be equal for credentials to be sent along."""
        return self.scheme, self.host, self.port

    @property
    def text(self) -> str:
        """The URL as messages and replies name it."""
        if self.scheme == "unix":
            return f"unix:{self.host}:{self.target}"
        return f"{self.scheme}://{self.authority}{self.target}"


def bracketed(host: str) -> str:
    """Return a host as it stands before a port."""
    return f"[{host}]" if ":" in host else host


def parse_url(text: str, query: dict[str, str] | None = None) -> Url:
    """Take a URL apart; ``query`` is added to what it asks for.

    Raises Failure: ``io`` where it is no URL, ``denied`` where it is one that nobody may read in two ways.
    """
    _check_text(text)
    if text.startswith("unix:"):
        return _unix(text, query)
    scheme, found, rest = text.partition("://")
    scheme = scheme.lower()
    if not found:
        raise Failure("io", f"`{_shown(text)}` is no URL: write `https://{_shown(text)}`, or `http://…`")
    if scheme not in PORTS:
        _refuse(text, f"`{_shown(scheme)}` is neither `http` nor `https`")
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    host, port = _authority(text, rest[:end], PORTS[scheme])
    return Url(scheme, host, port, _target(text, rest[end:], query))


def _check_text(text: str) -> None:
    if not text:
        raise Failure("io", "an empty text is no URL")
    if len(text) > LONGEST:
        raise Failure("io", f"a URL has at most {LONGEST} characters")
    for char in text:
        if char < "\x21" or char == "\x7f" or char in FORBIDDEN or 0x80 <= ord(char) < 0xA0:
            shown = "a blank" if char == " " else f"`{char}`" if char.isprintable() else f"the character U+{ord(char):04X}"
            _refuse(text, f"no URL has {shown}: `encoding.url_encode` escapes it")


def _authority(text: str, authority: str, default: int) -> tuple[str, int]:
    if "@" in authority:
        _refuse(text, "user names and passwords do not stand in a URL: send an `authorization` header")
    if not authority:
        raise Failure("io", f"`{_shown(text)}` is no URL: it has no host")
    host, port = _split_port(text, authority)
    if "*" in host or "/" in host:
        _refuse(text, f"`{_shown(host)}` is no host")
    if not host.isascii():
        _refuse(text, f"the host has characters besides ASCII{_punycode_hint(host)}")
    try:
        parsed = parse_host(bracketed(host))
    except ScopeError as error:
        _refuse(text, error.message)
    if parsed.block is not None:
        import ipaddress

        made: ipaddress.IPv4Address | ipaddress.IPv6Address
        version, first, _ = parsed.block
        made = ipaddress.IPv4Address(first) if version == 4 else ipaddress.IPv6Address(first)
        return str(made), default if port is None else port
    return str(parsed.name), default if port is None else port


def _split_port(text: str, authority: str) -> tuple[str, int | None]:
    if authority.startswith("["):
        host, closed, rest = authority[1:].partition("]")
        if not closed or ":" not in host:
            _refuse(text, "in brackets stands an IPv6 address, as in `[::1]`")
    else:
        host, colon, after = authority.partition(":")
        rest = colon + after
    if not rest:
        return host, None
    digits = rest[1:]
    if rest[0] != ":" or not digits.isascii() or not digits.isdigit() or digits[0] == "0" or len(digits) > 5 or int(digits) > 65535:
        _refuse(text, f"`{_shown(rest[1:])}` is no port: it is a number from 1 to 65535")
    return host, int(digits)


def _punycode_hint(host: str) -> str:
    """Say how a name with letters of other scripts is written, where there is one way only."""
    import unicodedata

    labels = []
    for label in host.split("."):
        folded = unicodedata.normalize("NFC", label.lower())
        if unicodedata.normalize("NFKC", folded) != folded or not all(c.isalpha() or c.isdigit() or c == "-" for c in folded):
            return ": write its `xn--` form"
        labels.append(folded if folded.isascii() else "xn--" + folded.encode("punycode").decode("ascii"))
    return f": write `{'.'.join(labels)}`"


def _target(text: str, rest: str, query: dict[str, str] | None) -> str:
    rest = rest.partition("#")[0]
    if not rest.startswith("/"):
        rest = "/" + rest
    made = "".join(char if char in TARGET_SAFE else _percent(char.encode("utf-8")) for char in rest)
    if query:
        made += ("&" if "?" in made else "?") + form(query)
    return made


def form(fields: dict[str, str]) -> str:
    """Return fields as a query, or as the body of a form: everything but ``A-Za-z0-9-_.~`` is escaped."""
    return "&".join(f"{_escaped(name)}={_escaped(value)}" for name, value in fields.items())


UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")


def _escaped(text: str) -> str:
    return "".join(char if char in UNRESERVED else _percent(char.encode("utf-8")) for char in text)


def _percent(data: bytes) -> str:
    return "".join(f"%{byte:02X}" for byte in data)


def _unix(text: str, query: dict[str, str] | None) -> Url:
    """``unix:/run/app.sock:/path?query``: a socket, and what is asked for there."""
    path, _, target = text[5:].partition(":")
    if not path.startswith("/") or any(part in ("", ".", "..") for part in path[1:].split("/")):
        _refuse(text, "the path of a unix socket begins with `/` and has no `..`, as in `unix:/run/app.sock:/status`")
    if any(char in path for char in "*?[]"):
        _refuse(text, "the path of a unix socket is no pattern")
    return Url("unix", path, 0, _target(text, target, query))


def redirected(base: Url, location: str) -> Url:
    """Return where a ``Location`` header leads from ``base``.  Raises Failure like :func:`parse_url`."""
    location = location.strip(" \t").partition("#")[0]
    prefix = location[: location.find(":")] if ":" in location else ""
    if prefix and prefix[0].isalpha() and prefix.replace("+", "").replace("-", "").replace(".", "").isalnum():
        if base.scheme != "unix" and location.startswith("unix:"):
            _refuse(location, "a server may not lead to a unix socket")
        return parse_url(location)
    _check_text(location or "/")
    if location.startswith("//"):
        return parse_url(f"{base.scheme}:{location}")
    path, question, query = location.partition("?")
    if not path:
        path = base.target.partition("?")[0]
    elif not path.startswith("/"):
        path = base.target.partition("?")[0].rpartition("/")[0] + "/" + path
    return Url(base.scheme, base.host, base.port, _target(location, without_dots(path) + question + query, None))


def without_dots(path: str) -> str:
    """Take ``.`` and ``..`` out of a path that begins with ``/``."""
    out: list[str] = []
    parts = path.split("/")[1:]
    for at, part in enumerate(parts):
        if part in (".", ".."):
            if part == ".." and out:
                out.pop()
            if at == len(parts) - 1:
                out.append("")
        else:
            out.append(part)
    return "/" + "/".join(out)


def _shown(text: str) -> str:
    text = text if len(text) <= 200 else text[:200] + "…"
    return "".join(char if char.isprintable() else f"\\u{{{ord(char):X}}}" for char in text)


def _refuse(text: str, why: str) -> NoReturn:
    raise Failure("denied", f"the URL `{_shown(_without_user(text))}` is refused: {why}")


def _without_user(text: str) -> str:
    """Leave a password out of messages."""
    scheme, found, rest = text.partition("://")
    user, at, host = rest.partition("@")
    return f"{scheme}://…@{host}" if found and at and "/" not in user else text
