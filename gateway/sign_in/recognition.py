"""Who has signed in: from a provider's token to the member of staff it stands for.

The keys are fetched between two transactions and never within one, so a provider that hangs keeps no connection. What
the provider was like is read in the first; the second, and the one that the token is made in, make sure it still is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
import structlog

from gateway import events
from gateway import repository as desk
from gateway.domain import implied
from gateway.models import IdentityProvider, Staff
from gateway.sign_in import repository
from gateway.sign_in.domain import NotAccepted, OpensNothing, Presented, Terms, judge, mapped, presented
from gateway.sign_in.keys import Key, Keyring
from services.kernel import external_ids
from services.kernel.context import Kernel
from services.kernel.fields import ExternalId
from services.kernel.metrics import here
from services.kernel.outbound import Outbound
from services.kernel.work import Work, as_service

NOTED_EVERY = timedelta(days=1)
_TIMEOUT = 3.0
_JUDGED_HERE = (
    "verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss", "verify_sub", "verify_jti",
)  # fmt: skip
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who has signed in where, and what her roles allow; None: what she is allowed here."""

    staff: UUID
    provider: UUID
    version: int
    scopes: frozenset[str] | None


class SignIns:
    """Recognises the tokens of identity providers."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._keyring = Keyring(
            lambda: Outbound(allow=kernel.settings.outbound_allow, plain=False, timeout=_TIMEOUT, largest=256_000)
        )

    async def recognise(self, token: str, *, tenant: UUID, organisation: UUID) -> SignedIn:
        """Return who holds `token`, for an app of `organisation`. Raises NotAccepted, Unavailable."""
        try:
            return await self._recognise(token, tenant, organisation)
        except NotAccepted as refused:
            log.warning("sign-in-refused", reason=refused.code)
            here().refused_sign_ins.labels(refused.code).inc()
            raise

    async def _recognise(self, token: str, tenant: UUID, organisation: UUID) -> SignedIn:
        shown = presented(token)
        async with self._kernel.database.transaction(tenant) as session:
            provider = await repository.provider_of(session, organisation=organisation, issuer=shown.issuer)
        if provider is None:
            raise NotAccepted("issuer")
        terms = terms_of(provider)
        if shown.algorithm not in terms.algorithms:
            raise NotAccepted("algorithm")
        claims = _verified(token, await self._keyring.key(terms, shown), shown)
        subject = judge(claims, terms, now=self._kernel.clock())
        scopes = mapped(claims, terms)
        async with as_service(self._kernel, tenant, organisation=organisation) as work:
            staff = await _place(work, terms, subject, scopes)
        if staff is None:
            raise OpensNothing("unknown" if scopes is None or scopes else "no-role")
        return SignedIn(staff, terms.id, terms.version, scopes)


def terms_of(provider: IdentityProvider) -> Terms:
    """Return what tokens of a provider must say."""
    return Terms(
        id=provider.id, version=provider.version, issuer=provider.issuer, audiences=frozenset(provider.audiences),
        authorised_parties=frozenset(provider.authorised_parties), algorithms=frozenset(provider.algorithms),
        jwks_uri=provider.jwks_uri, subject_claim=provider.subject_claim, required_claims=provider.required_claims,
        roles_claim=provider.roles_claim, roles=provider.roles, longest_age=provider.longest_age,
    )  # fmt: skip


def _verified(token: str, key: Key, shown: Presented) -> Mapping[str, Any]:
    """Return the claims of a token whose signature is right; what they say is judged elsewhere, by our clock."""
    try:
        options: Any = dict.fromkeys(_JUDGED_HERE, False)
        claims: Mapping[str, Any] = jwt.decode(token, key, algorithms=[shown.algorithm], options=options)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise NotAccepted("signature") from None
    return claims


async def check_unchanged(work: Work, terms: Terms) -> IdentityProvider:
    """Return the provider, held so that it cannot change meanwhile. Raises NotAccepted if it has changed."""
    provider = await desk.actor(work.session, IdentityProvider, id=terms.id, lock="share")
    if provider is None or provider.version != terms.version:
        raise NotAccepted("provider-changed")
    return provider


async def _place(work: Work, terms: Terms, subject: str, scopes: frozenset[str] | None) -> UUID | None:
    """Return the member of staff that a subject is, made now where the provider may; None for nobody with a place."""
    provider = await check_unchanged(work, terms)
    name = ExternalId(system=terms.issuer, value=subject)
    known = await work.session.scalar(external_ids.named("staff", name))
    if known is None and provider.provision and scopes:
        known = await external_ids.find(work, "staff", name)
        if known is None:
            return await _admit(work, provider, name, scopes)
    staff = None if known is None else await desk.actor(work.session, Staff, id=known)
    if staff is None or staff.organisation_id != provider.organisation_id:
        return None
    await _note(work, staff, provider, scopes)
    return None if scopes is not None and not scopes else staff.id


async def _admit(work: Work, provider: IdentityProvider, name: ExternalId, scopes: frozenset[str]) -> UUID:
    """Make a member of staff at her first sign-in, under no name but the provider's for her."""
    staff = Staff(
        id=work.new_id(), created_at=work.now, updated_at=work.now, organisation_id=provider.organisation_id,
        label=provider.name, scopes=sorted(scopes), external_ids=[name.model_dump()], provider_id=provider.id,
        signed_in_at=work.now,
    )  # fmt: skip
    work.session.add(staff)
    await work.session.flush()
    await external_ids.claim(work, "staff", staff.id, [name])
    await work.record(events.STAFF_CREATED, staff.id, organisation=staff.organisation_id)
    return staff.id


async def _note(work: Work, staff: Staff, provider: IdentityProvider, scopes: frozenset[str] | None) -> None:
    """Note, once a day, that she was here; end what her roles no longer allow."""
    of_roles = staff.provider_id is not None and scopes is not None and sorted(scopes) != staff.scopes
    if of_roles or staff.signed_in_at is None or work.now - staff.signed_in_at > NOTED_EVERY:
        held = await desk.actor(work.session, Staff, id=staff.id, lock="update")
        if held is None:
            return
        held.signed_in_at = work.now
        if of_roles and held.change(work.now, scopes=sorted(scopes or ())):
            await work.record(events.STAFF_CHANGED, held.id, organisation=held.organisation_id)
    if scopes is not None and await repository.drop_beyond(
        work.session, staff=staff.id, provider=provider.id, scopes=implied(scopes)
    ):
        await desk.announce_revocation(work.session)
