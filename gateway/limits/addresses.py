"""Where a request comes from: the peer of the connection, or what a proxy that is trusted says of it.

`X-Forwarded-For` is a list to which each proxy adds, at its right end, whom it was asked by. Only what trusted proxies
added is true: the rightmost address that is not one of theirs asked. What stands left of it, anybody may have made up.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Annotated

from pydantic import AfterValidator
from starlette.types import Scope

_V6 = 64


class Addresses:
    """Knows whom to believe. `trusted` are networks, separated by commas. Raises ValueError."""

    def __init__(self, trusted: str = "") -> None:
        self._trusted = [ip_network(one.strip()) for one in trusted.split(",") if one.strip()]

    def believes(self, peer: str) -> bool:
        """Say whether a peer is one of the trusted proxies."""
        found = _parsed(peer)
        return found is not None and self._is_trusted(found)

    def of(self, scope: Scope) -> str | None:
        """Return the address to count under, IPv6 by its /64; None if a neighbour in this very process asks."""
        client = scope.get("client")
        if client is None or client[1] == 0:
            return None
        peer = _parsed(client[0])
        if peer is None:
            return str(client[0])
        if self._trusted and self._is_trusted(peer):
            peer = self._asked_by(scope, peer)
        return _counted(peer)

    def _asked_by(self, scope: Scope, proxy: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
        told = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
        nearest = proxy
        for hop in reversed(told.decode("latin-1").split(",")):
            found = _parsed(hop.strip())
            if found is None:
                return nearest
            if not self._is_trusted(found):
                return found
            nearest = found
        return nearest

    def _is_trusted(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._trusted)


def _are_networks(told: str) -> str:
    Addresses(told)
    return told


Networks = Annotated[str, AfterValidator(_are_networks)]
"""A setting that names the networks of trusted proxies, separated by commas. Anything else is refused."""


def grouped(address: str) -> str:
    """Return the text that an address is counted under: IPv6 by its /64, since a household has one whole."""
    found = _parsed(address)
    return address if found is None else _counted(found)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address; some proxies write it with the port."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _counted(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, _V6), strict=False).network_address)
