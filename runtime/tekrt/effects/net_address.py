"""Which addresses lie on the open internet.  A table of our own: the system's and Python's ideas differ by version.

Everything that is not listed as open is *special*: loopback, link-local, private, multicast, reserved, and the forms that
carry another address inside (NAT64 is judged by what it carries; 6to4 and Teredo never lead anywhere sensible).
"""

from __future__ import annotations

import ipaddress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

V4_SPECIAL = [
    (ipaddress.IPv4Network(block), what)
    for block, what in (
        ("0.0.0.0/8", "this network"), ("10.0.0.0/8", "private"), ("100.64.0.0/10", "shared by carriers"), ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"), ("172.16.0.0/12", "private"), ("192.0.0.0/24", "reserved"), ("192.0.2.0/24", "for documents"),
        ("192.31.196.0/24", "reserved"), ("192.52.193.0/24", "reserved"), ("192.88.99.0/24", "a 6to4 relay"), ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "reserved"), ("198.18.0.0/15", "for benchmarks"), ("198.51.100.0/24", "for documents"),
        ("203.0.113.0/24", "for documents"), ("224.0.0.0/4", "multicast"), ("240.0.0.0/4", "reserved"),
    )
]  # fmt: skip
V6_OPEN = ipaddress.IPv6Network("2000::/3")
V6_SPECIAL = [
    (ipaddress.IPv6Network(block), what)
    for block, what in (
        ("2001::/32", "Teredo"), ("2001::/23", "reserved"), ("2001:db8::/32", "for documents"), ("2002::/16", "6to4"),
        ("3fff::/20", "for documents"), ("::1/128", "loopback"), ("::/128", "unspecified"), ("64:ff9b:1::/48", "local NAT64"),
        ("fe80::/10", "link-local"), ("fec0::/10", "site-local"), ("fc00::/7", "private"), ("ff00::/8", "multicast"),
    )
]  # fmt: skip
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def read_address(text: str) -> Address:
    """Return an address that a resolver gave; an IPv4 one that is wrapped as IPv6 is unwrapped.  ValueError where it is none."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def special(address: Address) -> str | None:
    """Return what is special about an address (``loopback``, ``private``, …), or None where it lies on the open internet."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return special(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        for block6, what in V6_SPECIAL:
            if address in block6:
                return what
        return None if address in V6_OPEN else "reserved"
    for block4, what in V4_SPECIAL:
        if address in block4:
            return what
    return None


def is_loopback(address: Address) -> bool:
    """Tell whether an address is this machine's own, as ``localhost`` may mean it."""
    return special(address) == "loopback" and address not in NAT64
