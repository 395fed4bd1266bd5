"""Whoever reads the public feed without an account: which tenant they mean, and the token that the directory gets.

`/open-referral-uk/{tenant}/…` names the tenant. `/open-referral-uk/…` means the one of the setting, or the only one.
The token says that a guest asks; it opens the public feed of one tenant, and nothing else anywhere.
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

PREFIX = "/open-referral-uk"
BEHIND = "/public/open-referral-uk"
ALLOWED = "GET, HEAD, OPTIONS"
OPEN_TO_ALL = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Last-Modified, Retry-After, X-Request-Id"),
]
PREFLIGHT = {
    "allow": ALLOWED, "access-control-allow-methods": ALLOWED, "access-control-allow-headers": "*",
    "access-control-max-age": "86400",
}  # fmt: skip
_COLLECTIONS = frozenset(
    {"", "openapi.json", "services", "service_at_locations", "organizations", "taxonomies", "taxonomy_terms"}
)
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,62}")
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_REMEMBERED = 10.0
_MOST = 10_000


class NoDefaultTenant(NotFound):
    slug = "no-default-tenant"
    title = "This address does not say which neighbourhood is meant"


class Asked(NamedTuple):
    """What an address of the feed means: the tenant's slug if it names one, and what is wanted of its feed."""

    slug: str | None
    rest: str
    raw_rest: bytes


def is_feed(path: str) -> bool:
    """Say whether an address belongs to the public feed."""
    return path == PREFIX or path.startswith(PREFIX + "/")


def asked_of(scope: Scope) -> Asked:
    """Read an address of the feed; a slash at its end means nothing."""
    path: str = scope["path"]
    raw: bytes = scope.get("raw_path") or path.encode()
    segments, raw_segments = path.rstrip("/").split("/")[2:], raw.rstrip(b"/").split(b"/")[2:]
    if not segments or segments[0] in _COLLECTIONS:
        return Asked(None, "/".join(["", *segments]), b"/".join([b"", *raw_segments]))
    return Asked(segments[0], "/".join(["", *segments[1:]]), b"/".join([b"", *raw_segments[1:]]))


def origin_of(scope: Scope, public_url: str) -> str:
    """Return what the absolute addresses start with that this reader can reach."""
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return public_url.rstrip("/") or f"{scope.get('scheme', 'http')}://{host if _HOST.fullmatch(host) else 'localhost'}"


def base_of(scope: Scope, asked: Asked, public_url: str) -> str:
    """Return the absolute address of the feed, as this reader can reach it."""
    return origin_of(scope, public_url) + PREFIX + (f"/{asked.slug}" if asked.slug else "")


class Guests:
    """Gives the readers of a tenant's public feed the token that the directory asks for."""

    def __init__(self, database: Database, signer: Signer, *, default: str) -> None:
        self._database = database
        self._signer = signer
        self._default = default
        self._known: dict[str | None, tuple[str, float]] = {}

    async def token(self, slug: str | None) -> str:
        """Return a token for the tenant's public feed. Raises NotFound, NoDefaultTenant."""
        known = self._known.get(slug)
        if known is not None and time.monotonic() < known[1]:
            return known[0]
        tenant = await self._named(slug) if slug else await self._usual()
        caller = Caller(
            kind="public", subject="public", client="public", scopes=frozenset({"public-feed"}), tenant=tenant
        )
        token = await self._signer.sign(caller, seconds=TOKEN_SECONDS)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[slug] = (token, time.monotonic() + _REMEMBERED)
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
                f"Ask for {PREFIX}/{{tenant}}/, or let whoever runs this set CANDO_DEFAULT_TENANT to a tenant's slug."
            )
        return found[0].id
