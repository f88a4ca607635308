"""Scopes of network capabilities: names, addresses, blocks of addresses, unix sockets, each with its ports.

Strict on purpose: a host is a name of ASCII labels, or an address in its one canonical form.  Whatever a resolver would
take besides (``127.1``, ``0x7f000001``, full-width digits, NUL) is refused, because two readers of it may disagree.
``*`` stands for any name, ``*.example.com`` for any name below ``example.com``; an address is granted by writing it.
"""

from __future__ import annotations

from tekrt.scopes.errors import ScopeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from tekrt.scopes.glob import Glob

    Ports: TypeAlias = frozenset[int] | None  # None is any port

WEB = frozenset((80, 443))
"""The ports of a host that is written without one."""
NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


class Host:
    """A parsed scope: a ``name`` (perhaps beginning with ``*``), a ``block`` (version, first, last address) or a ``socket``."""

    __slots__ = ("block", "name", "ports", "socket", "text")

    def __init__(self, text: str, ports: Ports, name: str | None = None, block: tuple[int, int, int] | None = None,
                 socket: Glob | None = None) -> None:  # fmt: skip
        self.text = text
        self.ports = ports
        self.name = name
        self.block = block
        self.socket = socket


def parse_host(text: str) -> Host:
    """Parse a host scope.  Raises ScopeError."""
    if not text:
        raise ScopeError("an empty host means nothing: write `example.com`, or `*` for any")
    if text.startswith("unix:"):
        from tekrt.scopes.glob import parse_glob

        path = parse_glob(text[5:])
        if path.anchor != "/":
            raise ScopeError("the path of a unix socket begins with `/`", 5)
        return Host("unix:" + path.text, None, socket=path)
    host, port_text, bracketed = _split(text)
    ports = WEB if port_text is None else _ports(port_text, len(text) - len(port_text))
    if bracketed or ":" in host or _looks_numeric(host):
        block = _block(host)
        shown = f"[{host}]" if ":" in host and port_text is not None else host
        return Host(_with_port(shown, port_text), ports, block=block)
    name = _name(host)
    return Host(_with_port(name, port_text), ports, name=name)


def _with_port(host: str, port: str | None) -> str:
    return host if port is None else f"{host}:{port}"


def _split(text: str) -> tuple[str, str | None, bool]:
    """Split off the port; ``[…]`` holds an IPv6 address."""
    if text.startswith("["):
        end = text.find("]")
        if end < 0:
            raise ScopeError("this `[` has no `]`: an IPv6 address with a port is `[::1]:8080`")
        rest = text[end + 1 :]
        if rest and not rest.startswith(":"):
            raise ScopeError("after `]` comes nothing, or `:` and a port", end + 1)
        return text[1:end], rest[1:] if rest else None, True
    if text.count(":") > 1:
        return text, None, False
    host, colon, port = text.partition(":")
    return host, port if colon else None, False


def _ports(text: str, position: int) -> Ports:
    if text == "*":
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 0 < int(text) < 65536 or text[0] == "0":
        raise ScopeError("a port is a number from 1 to 65535, or `*` for any", position)
    return frozenset((int(text),))


def _looks_numeric(host: str) -> bool:
    """Tell whether a resolver might read the host as an address: its last label begins with a digit and is a number."""
    last = host.partition("/")[0].rstrip(".").rpartition(".")[2].lower()
    return "/" in host or last.isdigit() or (last.startswith("0x") and len(last) > 2)


def _block(text: str) -> tuple[int, int, int]:
    import ipaddress

    address = text.partition("/")[0]
    if "%" in text:
        raise ScopeError("an address in a scope has no zone")
    try:
        network = ipaddress.ip_network(text, strict=True)
    except ValueError as error:
        hint = "the bits after the prefix must be zero" if "host bits" in str(error) else "write it as `10.0.0.1`, `10.0.0.0/8` or `::1`"
        raise ScopeError(f"`{text}` is no address or block of addresses: {hint}") from None
    if network.version == 4 and any(len(part) > 1 and part[0] == "0" for part in address.split(".")):
        raise ScopeError(f"`{text}` is no address: its parts have no leading zeros")
    first, last = int(network.network_address), int(network.broadcast_address)
    mapped = 0xFFFF << 32
    if network.version == 6 and first >> 32 == 0xFFFF and last >> 32 == 0xFFFF:
        return 4, first - mapped, last - mapped  # ::ffff:10.0.0.1 is 10.0.0.1
    return network.version, first, last


def _name(host: str) -> str:
    name = host.lower()
    if name == "*":
        return name
    rest = name.removeprefix("*.")
    if "*" in rest:
        raise ScopeError("`*` stands for whole labels at the beginning: `*.example.com`", host.index("*"))
    if rest.endswith("."):
        rest = rest[:-1]
        name = name[:-1]
    if len(name) > 253 or not rest:
        raise ScopeError("a host name has 1 to 253 characters")
    for label in rest.split("."):
        if not label or len(label) > 63 or label[0] == "-" or label[-1] == "-":
            raise ScopeError(f"`{host}` is no host name: each part between dots has 1 to 63 characters and no `-` at its ends")
        for char in label:
            if char not in NAME_CHARS:
                hint = "write it in its `xn--` form" if ord(char) > 127 else "only letters, digits and `-` may stand in one"
                raise ScopeError(f"`{host}` is no host name: {hint}", max(host.lower().find(char), 0))
    return name


def contains(a: Host, b: Host) -> bool:
    """Tell whether everything that ``b`` names is named by ``a``."""
    if a.socket is not None or b.socket is not None:
        if a.socket is None or b.socket is None:
            return False
        from tekrt.scopes.automata import contains as globs_contain

        return globs_contain([a.socket.segments], b.socket.segments)
    if a.ports is not None and (b.ports is None or not b.ports <= a.ports):
        return False
    if a.block is not None:
        return b.block is not None and a.block[0] == b.block[0] and a.block[1] <= b.block[1] and b.block[2] <= a.block[2]
    if b.block is not None or a.name is None or b.name is None:
        return False
    return _name_contains(a.name, b.name)


def _name_contains(a: str, b: str) -> bool:
    if a in ("*", b):
        return True
    return a.startswith("*.") and b != "*" and b.endswith(a[1:])


def overlaps(a: Host, b: Host) -> bool:
    """Tell whether the two may name the same place.  A name may resolve to any address."""
    if a.socket is not None or b.socket is not None:
        if a.socket is None or b.socket is None:
            return False
        from tekrt.scopes.automata import overlaps as globs_overlap

        return globs_overlap(a.socket.segments, b.socket.segments)
    if a.ports is not None and b.ports is not None and not a.ports & b.ports:
        return False
    if a.block is not None and b.block is not None:
        return a.block[0] == b.block[0] and a.block[1] <= b.block[2] and b.block[1] <= a.block[2]
    if a.name is None or b.name is None:
        return True
    return True if "*" in (a.name, b.name) else _name_contains(a.name, b.name) or _name_contains(b.name, a.name)
