"""Whoever reads a public feed without an account: which feed and tenant they mean, and the token that its service gets.

`/open-referral-uk/{tenant}/…` names the tenant. `/open-referral-uk/…` means the one of the setting, or the only one.
`/murmurations/{tenant}/…` always names it. The token says that a guest asks; it opens the public feeds of one tenant,
and nothing else anywhere.
"""

import re
import time
from typing import NamedTuple
from uuid import UUID

from starlette.types import Scope

from gateway import repository
from gateway.signing import TOKEN_SECONDS, Signer
from services.kernel.caller import Caller
from services.kernel.database import Database
from services.kernel.problems import NotFound

ALLOWED = "GET, HEAD, OPTIONS"
OPEN_TO_ALL = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Last-Modified, Retry-After, X-Request-Id"),
]
PREFLIGHT = {
    "allow": ALLOWED, "access-control-allow-methods": ALLOWED, "access-control-allow-headers": "*",
    "access-control-max-age": "86400",
}  # fmt: skip
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,62}")
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_REMEMBERED = 10.0
_MOST = 10_000


class NoDefaultTenant(NotFound):
    slug = "no-default-tenant"
    title = "This address does not say which neighbourhood is meant"


class PublicFeed(NamedTuple):
    """What everybody may read: where it begins, which service shows it, and where it lies there.

    `own_words` are what follows `prefix` where no tenant is named; a feed without any always names its tenant.
    """

    prefix: str
    service: str
    own_words: frozenset[str] = frozenset()

    @property
    def behind(self) -> str:
        """Return the address that the service shows it at."""
        return "/public" + self.prefix


FEEDS = (
    PublicFeed(
        "/open-referral-uk", "directory",
        frozenset({
            "", "openapi.json", "services", "service_at_locations", "organizations", "taxonomies", "taxonomy_terms",
        }),
    ),
    PublicFeed("/murmurations", "matching"),
)  # fmt: skip


class Asked(NamedTuple):
    """What an address of a feed means: the tenant's slug if it names one, and what is wanted of its feed."""

    feed: PublicFeed
    slug: str | None
    rest: str
    raw_rest: bytes


def feed_of(path: str) -> PublicFeed | None:
    """Return the public feed that an address belongs to, or None."""
    return next((one for one in FEEDS if path == one.prefix or path.startswith(one.prefix + "/")), None)


def asked_of(scope: Scope, feed: PublicFeed) -> Asked:
    """Read an address of `feed`; a slash at its end means nothing. Raises NoDefaultTenant."""
    path: str = scope["path"]
    raw: bytes = scope.get("raw_path") or path.encode()
    segments, raw_segments = path.rstrip("/").split("/")[2:], raw.rstrip(b"/").split(b"/")[2:]
    if segments and segments[0] not in feed.own_words:
        return Asked(feed, segments[0], "/".join(["", *segments[1:]]), b"/".join([b"", *raw_segments[1:]]))
    if not feed.own_words:
        raise NoDefaultTenant(f"Ask for {feed.prefix}/{{tenant}}.")
    return Asked(feed, None, "/".join(["", *segments]), b"/".join([b"", *raw_segments]))


def origin_of(scope: Scope, public_url: str) -> str:
    """Return what the absolute addresses start with that this reader can reach."""
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return public_url.rstrip("/") or f"{scope.get('scheme', 'http')}://{host if _HOST.fullmatch(host) else 'localhost'}"


def base_of(scope: Scope, asked: Asked, public_url: str) -> str:
    """Return the absolute address of the feed, as this reader can reach it."""
    return origin_of(scope, public_url) + asked.feed.prefix + (f"/{asked.slug}" if asked.slug else "")


class Guests:
    """Gives the readers of a tenant's public feeds the token that the services ask for."""

    def __init__(self, database: Database, signer: Signer, *, default: str) -> None:
        self._database = database
        self._signer = signer
        self._default = default
        self._known: dict[str | None, tuple[str, float, str]] = {}

    async def token(self, slug: str | None) -> str:
        """Return a token for the tenant's public feeds. Raises NotFound, NoDefaultTenant."""
        known, key = self._known.get(slug), await self._signer.signing()
        if known is not None and time.monotonic() < known[1] and known[2] == key:
            return known[0]
        tenant = await self._named(slug) if slug else await self._usual()
        caller = Caller(
            kind="public", subject="public", client="public", scopes=frozenset({"public-feed"}), tenant=tenant
        )
        token = await self._signer.sign(caller, seconds=TOKEN_SECONDS)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[slug] = (token, time.monotonic() + _REMEMBERED, key)
        return token

    async def _named(self, slug: str) -> UUID:
        if not _SLUG.fullmatch(slug):
            raise NotFound
        async with self._database.transaction(None) as session:
            await repository.open_register(session)
            found = await repository.tenant_called(session, slug=slug)
        if found is None:
            raise NotFound
        return found.id

    async def _usual(self) -> UUID:
        async with self._database.transaction(None) as session:
            await repository.open_register(session)
            if self._default:
                named = await repository.tenant_called(session, slug=self._default)
                found = [named] if named else []
            else:
                found = list(await repository.tenants(session, after=None, limit=1))
        if len(found) != 1:
            raise NoDefaultTenant(
                "Name the tenant in the address, or let whoever runs this set CANDO_DEFAULT_TENANT to a tenant's slug."
            )
        return found[0].id
