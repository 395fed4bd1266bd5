"""Requests to addresses that somebody else named: they reach the public internet, and never inside.

    OutboundFailed         the other side does not answer, breaks off, or answers more than is taken
    └── OutboundRefused    the address is not one that may be asked

An address is judged three times: as it is written, as its name resolves (one internal address among several is
enough to refuse), and at the moment of connecting, by the very address that is connected to. So neither a name that
resolves differently a second later nor an odd spelling of 127.0.0.1 leads inside. Redirects are followed here, each
judged anew. Environment proxies are not used.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from services.kernel import metrics, tracing

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Returns the addresses of a host name."""

_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"(?=.{1,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_REDIRECTS = {301, 302, 303, 307, 308}
_MOST_REDIRECTS = 3
_LONGEST_URL = 2000
_NEVER = tuple(
    ipaddress.ip_network(net)
    for net in (
        "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/3",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
)  # fmt: skip
_UNICAST6 = ipaddress.ip_network("2000::/3")


class OutboundFailed(Exception):
    """What was asked gave no usable answer. The message is ours and names no address."""


class OutboundRefused(OutboundFailed):
    """The address is not one that may be asked."""


class _Inside(OSError):
    """Raised in place of a socket: the address that would be connected to is not public."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, whole, or as much of it as came before it broke off (`whole` is False then)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True


def is_public(address: str) -> bool:
    """Say whether an IP address belongs to the public internet, and does not stand for another that may not."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (ip.scope_id or ip not in _UNICAST6):
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in _NEVER if net.version == ip.version)


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of `host` as this machine sees them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


def _allowed(told: str) -> frozenset[tuple[str, str]]:
    pairs = (one.strip().lower().rpartition(":")[::2] for one in told.split(",") if one.strip())
    return frozenset((host.strip("[]"), port) for host, port in pairs)


class Outbound:
    """Asks addresses that others name. `allow` lists `host:port` (or `host:*`) that may be asked although inside.

    Without `plain`, only those may be asked over http; everybody else over https.
    """

    def __init__(
        self,
        *,
        allow: str = "",
        timeout: float = 30.0,
        largest: int = 32_000_000,
        plain: bool = True,
        resolve: Resolve = resolve,
    ) -> None:
        self._allow = _allowed(allow)
        self._timeout = timeout
        self._largest = largest
        self._plain = plain
        self._resolve = resolve

    def judge(self, url: str) -> URL:
        """Return an address that may be asked as far as its spelling tells. Raises OutboundRefused."""
        if len(url) > _LONGEST_URL or not url.isprintable() or " " in url or "\\" in url:
            raise OutboundRefused("is not an address that can be asked")
        try:
            parsed = URL(url)
            host, port = parsed.host or "", parsed.port
        except ValueError:
            raise OutboundRefused("is not an address that can be asked") from None
        if parsed.scheme not in _PORTS or not host or parsed.user is not None or parsed.password is not None:
            raise OutboundRefused("must be an http or https address without a user name")
        if not self._is_allowed(parsed):
            if parsed.scheme == "http" and not self._plain:
                raise OutboundRefused("must be an https address")
            if port != _PORTS[parsed.scheme]:
                raise OutboundRefused("may only name the ports 80 and 443")
            _judge_host(host, (parsed.raw_host or "").lower().rstrip("."))
        return parsed.with_fragment(None)

    def _is_allowed(self, url: URL) -> bool:
        host = (url.raw_host or "").lower()
        return (host, str(url.port)) in self._allow or (host, "*") in self._allow

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None, largest: int | None = None) -> Fetched:
        """Read an address. Raises OutboundFailed, and OutboundRefused for one that may not be asked."""
        return await self.send("GET", url, headers=headers, largest=largest, redirects=_MOST_REDIRECTS)

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        largest: int | None = None,
        redirects: int = 0,
    ) -> Fetched:
        """Send a request, following at most `redirects` redirects; a redirect beyond is the answer itself.

        With `largest` 0 nothing of the answer is read but its status and headers.
        """
        most = self._largest if largest is None else largest
        with tracing.span(f"outbound {method}"):
            try:
                return await self._send(method, url, headers, body, most, redirects)
            except OutboundRefused:
                metrics.here().refused_outbound.inc()
                raise

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str] | None, body: bytes | None, largest: int, redirects: int
    ) -> Fetched:
        here = first = self.judge(url)
        for left in range(redirects, -1, -1):
            answer = await self._once(method, here, headers, body, largest)
            onward = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not onward or not redirects:
                return answer
            if not left:
                break
            here = self._onward(first, here, onward)
        raise OutboundFailed("redirects too often")

    def _onward(self, first: URL, here: URL, onward: str) -> URL:
        """Judge where a redirect leads: what is allowed though inside is allowed to nobody from outside."""
        try:
            there = self.judge(str(here.join(URL(onward))))
        except ValueError:
            raise OutboundRefused("redirects to what is no address") from None
        if here.scheme == "https" and there.scheme == "http":
            raise OutboundRefused("redirects from https to http")
        if self._is_allowed(there) and there.origin() != first.origin():
            raise OutboundRefused("redirects to an address that is not public")
        return there

    async def _once(
        self, method: str, url: URL, headers: Mapping[str, str] | None, body: bytes | None, largest: int
    ) -> Fetched:
        try:
            async with self._session(url) as session, session.request(
                method, url, headers=headers, data=body, allow_redirects=False
            ) as answer:  # fmt: skip
                told = {name.lower(): value for name, value in answer.headers.items()}
                content, whole = await _read(answer, largest) if largest else (b"", False)
                return Fetched(answer.status, told, content, whole)
        except TimeoutError:
            raise OutboundFailed("did not answer in time") from None
        except aiohttp.InvalidURL:
            raise OutboundRefused("is not an address that can be asked") from None
        except aiohttp.ClientError as error:
            raise _reason(error) from None
        except _Inside:
            raise OutboundRefused("leads to an address that is not public") from None
        except (OSError, ValueError):
            raise OutboundFailed("does not answer") from None

    @asynccontextmanager
    async def _session(self, url: URL) -> AsyncIterator[aiohttp.ClientSession]:
        inside = self._is_allowed(url)
        connector = aiohttp.TCPConnector(
            resolver=_Judging(self._resolve, inside=inside),
            socket_factory=_unguarded if inside else _guarded,
            use_dns_cache=False,
            force_close=True,
        )
        times = aiohttp.ClientTimeout(total=self._timeout, sock_connect=min(10.0, self._timeout))
        async with aiohttp.ClientSession(
            connector=connector, timeout=times, trust_env=False, cookie_jar=aiohttp.DummyCookieJar(),
            headers={"user-agent": "cando", "accept-encoding": "gzip"},
        ) as session:  # fmt: skip
            yield session


def _judge_host(host: str, raw: str) -> None:
    """Refuse what is neither an ordinary name nor the plain spelling of a public address."""
    if ":" in raw or re.fullmatch(r"[0-9.]+", raw):
        if not is_public(raw):
            raise OutboundRefused("leads to an address that is not public")
        return
    last = raw.rpartition(".")[2]
    if not _NAME.fullmatch(raw) or re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last) or not host.isprintable():
        raise OutboundRefused("does not name a host of the public internet")
    if last in {"localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa"}:
        raise OutboundRefused("does not name a host of the public internet")


async def _read(answer: aiohttp.ClientResponse, largest: int) -> tuple[bytes, bool]:
    """Return the body and whether it came to its end."""
    content = bytearray()
    try:
        async for part in answer.content.iter_chunked(64 * 1024):
            content += part
            if len(content) > largest:
                raise OutboundFailed("answers more than is taken")
    except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, ConnectionResetError):
        return bytes(content), False
    return bytes(content), True


def _reason(error: aiohttp.ClientError) -> OutboundFailed:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, _Inside) or _Inside.__name__ in repr(getattr(seen, "os_error", "")):
            return OutboundRefused("leads to an address that is not public")
        seen = seen.__cause__ or seen.__context__
    return OutboundFailed("does not answer")


def _guarded(info: Any) -> socket.socket:
    """Make the socket for one address, unless that address is inside: the last moment before connecting."""
    if not is_public(str(info[4][0])):
        raise _Inside("_Inside")
    return _unguarded(info)


def _unguarded(info: Any) -> socket.socket:
    made = socket.socket(info[0], info[1], info[2])
    made.setblocking(False)
    return made


class _Judging(AbstractResolver):
    """Resolves names, and refuses one as a whole when any of its addresses is inside."""

    def __init__(self, ask: Resolve, *, inside: bool) -> None:
        self._ask = ask
        self._inside = inside

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        addresses = list(dict.fromkeys(await self._ask(host, port)))
        if not addresses:
            raise OSError("no address")
        if not self._inside and not all(is_public(one) for one in addresses):
            raise _Inside("_Inside")
        return [
            ResolveResult(
                hostname=host,
                host=one,
                port=port,
                family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for one in addresses
        ]

    async def close(self) -> None:
        """Nothing stays open."""
