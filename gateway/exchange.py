"""From credentials to an access token: client credentials (RFC 6749), token exchange (RFC 8693), revocation (RFC 7009).

An app obtains tokens for itself, for members of staff of its own organisation, and for persons in whose name
that organisation may act. Nobody gets more than both the app and the one acted for may do.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, unquote_plus
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gateway import clients, repository
from gateway.credentials import Mint, Minted, Prefix, prefix_of
from gateway.domain import FOR_PERSONS, handed_on
from gateway.models import AccessToken, Client, Staff
from services.kernel.caller import SCOPES, Kind
from services.kernel.context import Kernel
from services.kernel.ids import new_id

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105
STAFF = "urn:cando:token-type:staff"
PERSON = "urn:cando:token-type:participant"
_ACTS: Mapping[str, tuple[Kind, str]] = {STAFF: ("staff", "act:staff"), PERSON: ("person", "act:person")}


class OAuthError(Exception):
    """An answer of the token endpoint that is not a token; `error` is one of the words of the RFCs."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


@dataclass(frozen=True, slots=True)
class App:
    """An authenticated client: the tenant, the client, and the secret it showed."""

    tenant: UUID
    client: UUID
    secret: UUID


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token will say."""

    kind: Kind
    subject: UUID
    scopes: frozenset[str]
    staff: UUID | None = None
    on_behalf_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A token, for its holder alone."""

    text: str = field(repr=False)
    scopes: frozenset[str]
    seconds: int


def fields_of(body: bytes, media_type: str) -> dict[str, str]:
    """Return the fields of a form. Raises OAuthError: each may stand there once, and nothing else may."""
    if media_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "Send application/x-www-form-urlencoded.")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body), errors="strict",
                          max_num_fields=30)  # fmt: skip
    except ValueError:
        raise OAuthError("invalid_request", "The form cannot be read.") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise OAuthError("invalid_request", "A field is there twice.")
    return {name: value for name, value in form.items() if value}


def credentials_of(authorization: str, form: Mapping[str, str]) -> tuple[str, str]:
    """Return client id and secret from the Basic header or the form, one of the two. Raises OAuthError."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    if "client_secret" in form:
        raise OAuthError("invalid_request", "Authenticate by the header or by the form, not by both.")
    try:
        name, _, secret = base64.b64decode(encoded.strip(), validate=True).decode("ascii").partition(":")
    except (ValueError, binascii.Error):
        raise _unknown_client() from None
    return unquote_plus(name), unquote_plus(secret)


async def authenticate(kernel: Kernel, mint: Mint, *, client_id: str, secret: str) -> App:
    """Return the client with these credentials. Raises OAuthError `invalid_client`."""
    if prefix_of(secret) is not Prefix.CLIENT:
        raise _unknown_client()
    async with kernel.database.transaction(None) as session:
        found = await repository.presented_secret(session, hash=mint.hash(secret))
    if found is None or _uuid(client_id) != found.client_id:
        raise _unknown_client()
    return App(found.tenant_id, found.client_id, found.id)


async def issue(kernel: Kernel, mint: Mint, app: App, form: Mapping[str, str], *, seconds: int) -> Issued:
    """Return a new token for what `form` asks. Raises OAuthError."""
    await _check_persons(kernel, app, form)
    async with kernel.database.transaction(app.tenant) as session:
        client = await _held(session, app)
        grant = await _grant(session, client, form)
        scopes = _narrowed(grant.scopes, form.get("scope"))
        now = kernel.clock()
        minted = mint.mint(Prefix.ACCESS, id=new_id(now))
        await repository.drop_expired_tokens(session, client=client.id, now=now)
        session.add(_row(minted, client, app.secret, replace(grant, scopes=scopes), now=now, seconds=seconds))
    return Issued(minted.text, scopes, seconds)


async def revoke(kernel: Kernel, mint: Mint, app: App, *, token: str) -> None:
    """End a token of this client at once; one that is unknown or another's is passed over (RFC 7009)."""
    async with kernel.database.transaction(app.tenant) as session:
        await _held(session, app)
        if await repository.drop_token(session, hash=mint.hash(token), client=app.client):
            await repository.announce_revocation(session)


async def _held(session: AsyncSession, app: App) -> Client:
    """Return the client, held with its secret so that neither can be revoked while a token is made."""
    client = await repository.actor(session, Client, id=app.client, lock="share")
    if client is None or await repository.secret(session, client=app.client, id=app.secret) is None:
        raise _unknown_client()
    return client


async def _grant(session: AsyncSession, client: Client, form: Mapping[str, str]) -> Grant:
    match form.get("grant_type"):
        case "client_credentials":
            return Grant("app", client.id, frozenset(client.scopes))
        case str(kind) if kind == EXCHANGE:
            return await _exchanged(session, client, form)
        case None:
            raise OAuthError("invalid_request", "grant_type is missing.")
        case _:
            raise OAuthError("unsupported_grant_type", "client_credentials or token exchange.")


async def _exchanged(session: AsyncSession, client: Client, form: Mapping[str, str]) -> Grant:
    kind, needed = _asked(form)
    subject = _subject(form)
    if needed not in client.scopes:
        raise OAuthError("unauthorized_client", f"This needs the scope {needed}.")
    if kind == "person":
        return Grant(kind, subject, handed_on(client.scopes, FOR_PERSONS))
    staff = await repository.actor(session, Staff, id=subject, lock="share")
    if staff is None or staff.organisation_id != client.organisation_id:
        raise _unknown_subject()
    scopes = handed_on(client.scopes, frozenset(staff.scopes))
    return Grant(kind, subject, scopes, staff=subject, on_behalf_of=_on_behalf_of(form))


def _asked(form: Mapping[str, str]) -> tuple[Kind, str]:
    if form.get("requested_token_type", ACCESS_TOKEN) != ACCESS_TOKEN:
        raise OAuthError("invalid_request", "Only access tokens are issued.")
    try:
        kind, scope = _ACTS[form.get("subject_token_type", "")]
    except KeyError:
        raise OAuthError("invalid_request", f"subject_token_type is {STAFF} or {PERSON}.") from None
    if kind == "person" and "on_behalf_of" in form:
        raise OAuthError("invalid_request", "on_behalf_of belongs to staff.")
    return kind, scope


async def _check_persons(kernel: Kernel, app: App, form: Mapping[str, str]) -> None:
    """Ask the directory about the person acted for, before anything is held."""
    if form.get("grant_type") != EXCHANGE:
        return
    kind, needed = _asked(form)
    person = _subject(form) if kind == "person" else _on_behalf_of(form)
    async with kernel.database.transaction(app.tenant) as session:
        client = await _held(session, app)
    if person is None or needed not in client.scopes:
        return
    if not await clients.participant_is_there_for(
        kernel.peers, tenant=app.tenant, id=person, organisation=client.organisation_id,
        staff=None if kind == "person" else _subject(form),
    ):  # fmt: skip
        raise _unknown_subject()


def _row(minted: Minted, client: Client, secret: UUID, grant: Grant, *, now: datetime, seconds: int) -> AccessToken:
    return AccessToken(
        id=minted.id, hash=minted.hash, client_id=client.id, secret_id=secret, organisation_id=client.organisation_id,
        kind=grant.kind, subject=grant.subject, staff_id=grant.staff, on_behalf_of=grant.on_behalf_of,
        scopes=sorted(grant.scopes), created_at=now, expires_at=now + timedelta(seconds=seconds),
    )  # fmt: skip


def with_reads(granted: frozenset[str]) -> frozenset[str]:
    """Return `granted` with what it implies: who may write something may read it, and may ask for that alone."""
    implied = {scope.removesuffix("write") + "read" for scope in granted if scope.endswith(":write")}
    return granted | (implied & SCOPES.keys())


def _narrowed(granted: frozenset[str], wanted: str | None) -> frozenset[str]:
    if wanted is None:
        return granted
    asked = frozenset(wanted.split())
    if not asked <= with_reads(granted):
        raise OAuthError("invalid_scope", "Not all of these scopes can be given here.")
    return asked


def _subject(form: Mapping[str, str]) -> UUID:
    subject = _uuid(form.get("subject_token", ""))
    if subject is None:
        raise _unknown_subject()
    return subject


def _on_behalf_of(form: Mapping[str, str]) -> UUID | None:
    if "on_behalf_of" not in form:
        return None
    person = _uuid(form["on_behalf_of"])
    if person is None:
        raise _unknown_subject()
    return person


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _unknown_client() -> OAuthError:
    return OAuthError("invalid_client", "Unknown client, or wrong secret.", 401)


def _unknown_subject() -> OAuthError:
    return OAuthError("invalid_request", "There is no such subject here.")
