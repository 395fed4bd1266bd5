"""From credentials to an access token: client credentials (RFC 6749), token exchange (RFC 8693), revocation (RFC 7009).

An app obtains tokens for itself, for members of staff of its own organisation, and for persons in whose name
that organisation may act. Nobody gets more than both the app and the one acted for may do. Staff are named by their
id here, or by the token that they got where they signed in (`gateway/sign_in`).
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
from gateway.models import AccessToken, Client, IdentityProvider, Staff
from gateway.sign_in.domain import NotAccepted, OpensNothing
from gateway.sign_in.recognition import SignedIn, SignIns
from gateway.sign_in.repository import is_exclusive
from services.kernel.caller import SCOPES, Kind
from services.kernel.context import Kernel
from services.kernel.ids import new_id

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105
STAFF = "urn:cando:token-type:staff"
PERSON = "urn:cando:token-type:participant"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105
JWT = "urn:ietf:params:oauth:token-type:jwt"
SIGNED_IN = frozenset({ID_TOKEN, JWT})
_ACTS: Mapping[str, tuple[Kind, str]] = {
    **dict.fromkeys((STAFF, ID_TOKEN, JWT), ("staff", "act:staff")),
    PERSON: ("person", "act:person"),
}


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
    provider: UUID | None = None


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


async def issue(
    kernel: Kernel, mint: Mint, sign_ins: SignIns, app: App, form: Mapping[str, str], *, seconds: int
) -> Issued:
    """Return a new token for what `form` asks. Raises OAuthError."""
    signed_in = await _signed_in(kernel, sign_ins, app, form)
    await _check_persons(kernel, app, form, signed_in)
    async with kernel.database.transaction(app.tenant) as session:
        client = await _held(session, app)
        grant = await _grant(session, client, form, signed_in)
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


async def _signed_in(kernel: Kernel, sign_ins: SignIns, app: App, form: Mapping[str, str]) -> SignedIn | None:
    """Return who has signed in, if the form shows an identity provider's token; its keys are fetched here."""
    if form.get("grant_type") != EXCHANGE or form.get("subject_token_type") not in SIGNED_IN:
        return None
    _, needed = _asked(form)
    async with kernel.database.transaction(app.tenant) as session:
        client = await _held(session, app)
    _check_may_act(client, needed)
    try:
        return await sign_ins.recognise(
            form.get("subject_token", ""), tenant=app.tenant, organisation=client.organisation_id
        )
    except OpensNothing:
        raise _opens_nothing() from None
    except NotAccepted:
        raise _not_accepted() from None


async def _grant(session: AsyncSession, client: Client, form: Mapping[str, str], signed_in: SignedIn | None) -> Grant:
    match form.get("grant_type"):
        case "client_credentials":
            return Grant("app", client.id, frozenset(client.scopes))
        case str(kind) if kind == EXCHANGE:
            if signed_in is not None:
                return await _of_signed_in(session, client, form, signed_in)
            return await _exchanged(session, client, form)
        case None:
            raise OAuthError("invalid_request", "grant_type is missing.")
        case _:
            raise OAuthError("unsupported_grant_type", "client_credentials or token exchange.")


async def _exchanged(session: AsyncSession, client: Client, form: Mapping[str, str]) -> Grant:
    kind, needed = _asked(form)
    subject = _subject(form)
    _check_may_act(client, needed)
    if kind == "person":
        return Grant(kind, subject, handed_on(client.scopes, FOR_PERSONS))
    staff = await repository.actor(session, Staff, id=subject, lock="share")
    if staff is None or staff.organisation_id != client.organisation_id:
        raise _unknown_subject()
    if staff.provider_id is not None or await is_exclusive(session, organisation=client.organisation_id):
        raise OAuthError("unauthorized_client", "An app acts for this member of staff by her sign-in alone.")
    scopes = handed_on(client.scopes, frozenset(staff.scopes))
    return Grant(kind, subject, scopes, staff=subject, on_behalf_of=_on_behalf_of(form))


async def _of_signed_in(session: AsyncSession, client: Client, form: Mapping[str, str], signed_in: SignedIn) -> Grant:
    """Return what somebody who has signed in may do, if the provider and she are still what they were."""
    provider = await repository.actor(session, IdentityProvider, id=signed_in.provider, lock="share")
    staff = await repository.actor(session, Staff, id=signed_in.staff, lock="share")
    if provider is None or provider.version != signed_in.version or provider.organisation_id != client.organisation_id:
        raise _not_accepted()
    if staff is None or staff.organisation_id != client.organisation_id:
        raise _opens_nothing()
    scopes = handed_on(client.scopes, frozenset(staff.scopes) if signed_in.scopes is None else signed_in.scopes)
    if not scopes:
        raise _opens_nothing()
    return Grant("staff", staff.id, scopes, staff.id, _on_behalf_of(form), provider.id)


def _check_may_act(client: Client, needed: str) -> None:
    if needed not in client.scopes:
        raise OAuthError("unauthorized_client", f"This needs the scope {needed}.")


def _asked(form: Mapping[str, str]) -> tuple[Kind, str]:
    if form.get("requested_token_type", ACCESS_TOKEN) != ACCESS_TOKEN:
        raise OAuthError("invalid_request", "Only access tokens are issued.")
    try:
        kind, scope = _ACTS[form.get("subject_token_type", "")]
    except KeyError:
        raise OAuthError("invalid_request", f"subject_token_type is {', '.join(_ACTS)}.") from None
    if kind == "person" and "on_behalf_of" in form:
        raise OAuthError("invalid_request", "on_behalf_of belongs to staff.")
    return kind, scope


async def _check_persons(kernel: Kernel, app: App, form: Mapping[str, str], signed_in: SignedIn | None) -> None:
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
        staff=None if kind == "person" else signed_in.staff if signed_in else _subject(form),
    ):  # fmt: skip
        raise _unknown_subject()


def _row(minted: Minted, client: Client, secret: UUID, grant: Grant, *, now: datetime, seconds: int) -> AccessToken:
    return AccessToken(
        id=minted.id, hash=minted.hash, client_id=client.id, secret_id=secret, organisation_id=client.organisation_id,
        kind=grant.kind, subject=grant.subject, staff_id=grant.staff, on_behalf_of=grant.on_behalf_of,
        provider_id=grant.provider,
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


def _not_accepted() -> OAuthError:
    """One answer for whatever is wrong with a sign-in: the log says what it was."""
    return OAuthError("invalid_grant", "This sign-in is not accepted here.")


def _opens_nothing() -> OAuthError:
    return OAuthError("invalid_grant", "The sign-in is genuine, but its holder has no place or no role here.")


def _unknown_subject() -> OAuthError:
    return OAuthError("invalid_request", "There is no such subject here.")
