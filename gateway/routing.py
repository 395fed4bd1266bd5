"""Which service answers which address, and which addresses nobody gets to see."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from starlette.types import Scope

from gateway.guests import feed_of

DESK = "gateway"
_OWNED: Mapping[str, tuple[str, ...]] = {
    DESK: ("tenants", "clients", "staff", "identity-providers", "events", "webhooks"),
    "directory": (
        "participants", "organisations", "groups", "micro-providers", "places", "services", "activities", "people",
        "assets", "asset-proposals", "areas", "postcodes", "taxonomies", "duplicates", "merges", "imports", "feeds",
        "notices", "assignments", "overrides", "rights-requests", "erasures", "retention", "audit", "concepts", "terms",
    ),
    "assessments": ("instruments", "assessments", "publications", "round-tables", "reports", "surveys"),
    "matching": (
        "needs", "offers", "matches", "matching-policy", "allocations", "rings", "labs", "reports/fairness",
    ),
    "timebank": ("accounts", "transfers", "timebank-policy"),
    "community": ("councils", "projects", "action-plans", "rotas", "co-production-labs"),
    "connect": ("connections",),
}  # fmt: skip


class Destination(NamedTuple):
    """Which service answers, and what the log calls the address: without ids."""

    service: str
    path: str


DESTINATIONS: Mapping[str, Destination] = {
    collection: Destination(name, f"/v1/{collection}") for name, owned in _OWNED.items() for collection in owned
}
"""By collection; where two services share one, by what comes below it."""

FACADES = ("/komunitin", "/fhir")
"""Beginnings of the addresses of facades: they get what their clients send as it is, and ask `/v1` with it."""
WITH_CREDENTIALS = frozenset({"/oauth/token", "/oauth/revoke", "/internal/service-tokens", "/metrics"})
"""Public addresses that check what is presented to them themselves."""
FOR_SERVICES = ("/internal/subjects/", "/internal/retention")
"""Beginnings of the desk's own addresses for our services alone: to anybody else they are as any that is not there."""
NEVER_LIMITED = frozenset({"/health", "/ready", "/ready/itself", "/metrics", "/.well-known/jwks.json"})
"""What whoever watches over Cando asks, and our own services, which need the keys to answer anybody."""
TOKEN_DOORS = (*WITH_CREDENTIALS, "/komunitin/auth/")
"""Beginnings of the addresses that check credentials: what they refuse counts, what they grant does not."""
CONTRACT_PATH = "/contract.json"
ALIASES = {"/openapi.json": CONTRACT_PATH}
"""The desk, like every service, has a document of its own at `/openapi.json`; the edge shows the merged one there."""
_PUBLIC = WITH_CREDENTIALS | {
    "/", "/health", "/ready", "/ready/itself", "/openapi.json", "/openapi-3.0.json", "/openapi-2.0.json", "/docs",
    "/docs/style.css", "/problems", "/.well-known/jwks.json",
}  # fmt: skip
LARGE_PATHS = ("/v1/imports", ":import", ":resync", ":import-xlsform", ":deliver", ":merge", ":load")
"""Ends of addresses that take many records at once: larger bodies, more time."""
UPLOADS = ("/v1/imports:upload",)
"""Addresses that take a file as a stream, of any size that the settings allow."""
_HIDDEN = re.compile(rb"%2f|%5c|%00|\\|//|[\x00-\x20\x7f]|%[01][0-9a-f]|%7f", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\\]|//|\ufffd")


def is_public(path: str) -> bool:
    """Say whether an address is answered without an access token."""
    return path in _PUBLIC or (path.startswith("/problems/") and path.count("/") == 2)


def is_clean(scope: Scope) -> bool:
    """Say whether everybody behind the edge would read this path alike.

    Encoded slashes, backslashes, dot segments, empty segments, control characters and broken UTF-8 are read
    differently by different servers: what one checks, another serves. They are refused unread.
    """
    path: str = scope["path"]
    raw: bytes = scope.get("raw_path") or path.encode()
    if not path.startswith("/") or _HIDDEN.search(raw) or _CONTROLS.search(path):
        return False
    segments = path[1:].split("/")
    return not any(segment in (".", "..") for segment in segments) and (
        path == "/" or segments[-1] != "" or feed_of(path) is not None or is_facade(path)
    )


def is_facade(path: str) -> bool:
    """Say whether an address belongs to a facade, which speaks another system's language."""
    return any(path == one or path.startswith(one + "/") for one in FACADES)


def destination_of(path: str) -> Destination | None:
    """Return where `/v1/{collection}…` goes, or None."""
    before, version, rest = (*path.split("/", 2), "", "")[:3]
    if before or version != "v1":
        return None
    first, _, second = rest.partition("/")
    below = f"{first}/{second.partition('/')[0].partition(':')[0]}"
    collection = first.partition(":")[0].partition(".")[0]  # /v1/assets.csv is the collection in another format
    return DESTINATIONS.get(below) or DESTINATIONS.get(collection)
