"""What an organisation does with its identity providers. Each runs in one transaction and never commits.

The founding organisation looks after those of all, every other after its own, as with clients; and as with clients
nobody lets a role do what they may not do themselves.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from gateway import events, operations
from gateway.domain import check_given
from gateway.models import IdentityProvider
from gateway.repository import announce_revocation
from gateway.sign_in import repository
from gateway.sign_in.domain import IssuerTaken
from services.kernel.outbound import Outbound, OutboundRefused
from services.kernel.problems import Invalid
from services.kernel.versions import check_version
from services.kernel.work import Work


async def create_provider(work: Work, *, organisation_id: UUID, issuer: str, **values: Any) -> IdentityProvider:
    """Name a provider at which staff of an organisation sign in from now on. Raises IssuerTaken."""
    await operations.check_may_give(work, _scopes(values["roles"]), organisation_id)
    provider = IdentityProvider(
        id=work.new_id(), created_at=work.now, updated_at=work.now, organisation_id=organisation_id, issuer=issuer,
        **values,
    )  # fmt: skip
    await _check(work, provider)
    await _check_issuer_free(work, organisation_id, issuer)
    work.session.add(provider)
    await work.session.flush()
    await _end_unsigned(work, provider)
    await work.record(events.PROVIDER_CREATED, provider.id, organisation=organisation_id)
    return provider


async def get_provider(work: Work, *, id: UUID) -> IdentityProvider:
    """Return an identity provider."""
    return await operations.managed(work, IdentityProvider, id)


async def list_providers(work: Work, **asked: Any) -> Sequence[IdentityProvider]:
    """Return identity providers, one more than asked for."""
    return await operations.listed(work, IdentityProvider, asked)


async def change_provider(work: Work, *, id: UUID, if_match: str | None, **values: Any) -> IdentityProvider:
    """Change a provider; unless only its name does, the tokens obtained there end at once. Raises IssuerTaken.

    Whoever changes where it is or whom it lets in needs what its roles allow, before and after.
    """
    provider = await operations.managed(work, IdentityProvider, id, lock="update")
    check_version(if_match, provider.version)
    check_given(_scopes(provider.roles) | _scopes(values.get("roles", {})), may=operations.may(work))
    if values.get("issuer", provider.issuer) != provider.issuer:
        await _check_issuer_free(work, provider.organisation_id, values["issuer"])
    different = {name for name, value in values.items() if getattr(provider, name) != value}
    if not provider.change(work.now, **values):
        return provider
    await _check(work, provider)
    if different - {"name"}:
        await repository.drop_tokens(work.session, provider=id)
        await announce_revocation(work.session)
    await _end_unsigned(work, provider)
    await work.record(events.PROVIDER_CHANGED, id, organisation=provider.organisation_id)
    return provider


async def delete_provider(work: Work, *, id: UUID, if_match: str | None) -> None:
    """Delete a provider; the tokens obtained there end at once. Staff that it made stay, and nobody acts for them."""
    provider = await operations.managed(work, IdentityProvider, id, lock="update")
    check_version(if_match, provider.version)
    provider.change(work.now, deleted_at=work.now)
    await repository.drop_tokens(work.session, provider=id)
    await announce_revocation(work.session)
    await work.record(events.PROVIDER_DELETED, id, organisation=provider.organisation_id)


def _scopes(roles: Mapping[str, Sequence[str]]) -> set[str]:
    return {scope for scopes in roles.values() for scope in scopes}


async def _check_issuer_free(work: Work, organisation: UUID, issuer: str) -> None:
    await work.hold(f"identity-providers/{organisation}")
    if await repository.provider_of(work.session, organisation=organisation, issuer=issuer) is not None:
        raise IssuerTaken


async def _check(work: Work, provider: IdentityProvider) -> None:
    """Refuse what could never be asked, and rules that do not go together."""
    outbound = Outbound(allow=work.kernel.settings.outbound_allow, plain=False)
    for name, address in (("issuer", provider.issuer), ("jwks_uri", provider.jwks_uri)):
        try:
            if address is not None:
                outbound.judge(address)
        except OutboundRefused as error:
            raise Invalid.field(f"/{name}", str(error)) from None
    parts = urlsplit(provider.issuer)
    if parts.query or parts.fragment or "?" in provider.issuer or "#" in provider.issuer:
        raise Invalid.field("/issuer", "has neither a query nor a fragment")
    if (provider.roles_claim is None) != (not provider.roles):
        raise Invalid.field("/roles", "and roles_claim go together")
    if provider.provision and not provider.roles:
        raise Invalid.field("/provision", "needs roles: they say who is let in, and to what")


async def _end_unsigned(work: Work, provider: IdentityProvider) -> None:
    if provider.exclusive:
        await repository.drop_unsigned(work.session, organisation=provider.organisation_id)
        await announce_revocation(work.session)
