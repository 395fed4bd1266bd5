"""What the desk does: tenants, clients and their secrets, staff. Each runs in one transaction and never commits.

The founding organisation of a tenant looks after clients and staff of all its organisations; every other looks
after its own only, because a client acts in the name of its organisation, and people's consent names that one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway import clients, events, repository
from gateway.bootstrap import NAME as BOOTSTRAP
from gateway.credentials import Mint, Minted, Prefix
from gateway.domain import SlugTaken, check_given, check_room_for_secret
from gateway.models import Client, Secret, Staff, Tenant
from gateway.repository import Actor
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.problems import Forbidden, Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work


async def create_tenant(
    work: Work, *, organisation: str, slug: str, name: str, default_language: str, time_zone: str
) -> Tenant:
    """Create the tenant that `work` runs in, with its founding organisation. Raises SlugTaken."""
    await repository.open_register(work.session)
    await repository.hold_slug(work.session, slug=slug)
    if await repository.slug_is_taken(work.session, slug=slug):
        raise SlugTaken
    founder = await clients.create_organisation(work.peers, tenant=work.tenant, name=organisation)
    tenant = Tenant(
        id=work.tenant, created_at=work.now, updated_at=work.now, organisation_id=founder,
        slug=slug, name=name, default_language=default_language, time_zone=time_zone,
    )  # fmt: skip
    work.session.add(tenant)
    await work.session.flush()
    await work.record(events.TENANT_CREATED, tenant.id, organisation=founder)
    return tenant


async def create_client(
    work: Work, *, mint: Mint, organisation_id: UUID, name: str, scopes: list[str]
) -> tuple[Client, Secret, Minted]:
    """Create a client with its first secret; the secret's text is in the last of the three and nowhere else."""
    await check_may_give(work, scopes, organisation_id)
    client = Client(
        id=work.new_id(), created_at=work.now, updated_at=work.now,
        organisation_id=organisation_id, name=name, scopes=scopes,
    )  # fmt: skip
    work.session.add(client)
    await work.session.flush()
    secret, minted = await _mint_secret(work, mint, client)
    await work.record(events.CLIENT_CREATED, client.id, organisation=organisation_id)
    return client, secret, minted


async def get_client(work: Work, *, id: UUID) -> tuple[Client, list[Secret]]:
    """Return a client and its live secrets."""
    client = await managed(work, Client, id)
    return client, list(await repository.secrets(work.session, clients=[id]))


async def list_clients(work: Work, **asked: Any) -> list[tuple[Client, list[Secret]]]:
    """Return clients with their live secrets, one more than asked for."""
    found = await listed(work, Client, asked)
    secrets = await repository.secrets(work.session, clients=[client.id for client in found])
    return [(client, [secret for secret in secrets if secret.client_id == client.id]) for client in found]


async def add_secret(work: Work, *, mint: Mint, client_id: UUID) -> tuple[Client, Secret, Minted]:
    """Give a client a second secret, so that it can change over. Raises TooManySecrets."""
    client = await managed(work, Client, client_id, lock="update")
    check_given(client.scopes, may=may(work))
    check_room_for_secret(len(await repository.secrets(work.session, clients=[client_id])))
    secret, minted = await _mint_secret(work, mint, client)
    _touch(work, client)
    await work.record(events.SECRET_CREATED, client.id, secret=secret.id)
    return client, secret, minted


async def delete_secret(work: Work, *, client_id: UUID, id: UUID) -> None:
    """Delete a secret; tokens obtained with it end at once."""
    client = await managed(work, Client, client_id, lock="update")
    if await repository.secret(work.session, client=client_id, id=id) is None:
        raise NotFound
    await repository.drop_secret(work.session, id=id)
    _touch(work, client)
    await repository.announce_revocation(work.session)
    await work.record(events.SECRET_DELETED, client_id, secret=id)


async def delete_client(work: Work, *, id: UUID, if_match: str | None) -> None:
    """Delete a client; its secrets and tokens end at once."""
    client = await managed(work, Client, id, lock="update")
    check_version(if_match, client.version)
    client.deleted_at = work.now
    _touch(work, client)
    await repository.drop_access(work.session, client=id)
    await repository.announce_revocation(work.session)
    await work.record(events.CLIENT_DELETED, id, organisation=client.organisation_id)


async def create_staff(
    work: Work, *, organisation_id: UUID, label: str, scopes: list[str], externals: Sequence[ExternalId]
) -> Staff:
    """Create a member of staff."""
    await check_may_give(work, scopes, organisation_id)
    staff = Staff(
        id=work.new_id(), created_at=work.now, updated_at=work.now, organisation_id=organisation_id,
        label=label, scopes=scopes, external_ids=[one.model_dump() for one in externals],
    )  # fmt: skip
    work.session.add(staff)
    await work.session.flush()
    await external_ids.claim(work, "staff", staff.id, externals)
    await work.record(events.STAFF_CREATED, staff.id, organisation=organisation_id)
    return staff


async def upsert_staff(
    work: Work, *, external: ExternalId, organisation_id: UUID, label: str, scopes: list[str]
) -> tuple[Staff, bool]:
    """Create or change the member of staff with this external id; say whether it is new.

    One that a sign-in has made is from now on as any other, with the scopes named here. Whoever may do less than
    before, or acts for another organisation, needs new tokens.
    """
    id = await external_ids.find(work, "staff", external)
    said = {"organisation_id": organisation_id, "label": label, "scopes": scopes}
    if id is None:
        created = await create_staff(
            work, organisation_id=organisation_id, label=label, scopes=scopes, externals=[external]
        )
        return created, True
    staff = await managed(work, Staff, id, lock="update")
    before = (staff.organisation_id, staff.scopes)
    await check_may_give(work, scopes, organisation_id)
    if staff.change(work.now, **said, provider_id=None):
        await work.record(events.STAFF_CHANGED, id, organisation=organisation_id)
    if before != (staff.organisation_id, staff.scopes):
        await repository.drop_access(work.session, staff=id)
        await repository.announce_revocation(work.session)
    return staff, False


async def get_staff(work: Work, *, id: UUID) -> Staff:
    """Return a member of staff."""
    return await managed(work, Staff, id)


async def list_staff(work: Work, **asked: Any) -> Sequence[Staff]:
    """Return members of staff, one more than asked for."""
    return await listed(work, Staff, asked)


async def delete_staff(work: Work, *, id: UUID, if_match: str | None) -> None:
    """Delete a member of staff; tokens for them end at once, and no name that others have for them is kept."""
    staff = await managed(work, Staff, id, lock="update")
    check_version(if_match, staff.version)
    await end_staff(work, staff)


async def end_staff(work: Work, staff: Staff) -> None:
    """Take a member of staff away, whose row is held."""
    staff.deleted_at, staff.external_ids = work.now, []
    _touch(work, staff)
    await external_ids.release(work, "staff", staff.id)
    await repository.drop_access(work.session, staff=staff.id)
    await repository.announce_revocation(work.session)
    await work.record(events.STAFF_DELETED, staff.id, organisation=staff.organisation_id)


async def managed(work: Work, model: type[Actor], id: UUID, *, lock: repository.Lock | None = None) -> Actor:
    """Return what an organisation has at the desk, if the caller looks after it. Raises NotFound."""
    only = await _reach(work)
    found = await repository.actor(work.session, model, id=id, lock=lock)
    if found is None or only not in (None, found.organisation_id):
        raise NotFound
    return found


async def listed(work: Work, model: type[Actor], asked: Mapping[str, Any]) -> Sequence[Actor]:
    """Return a page of what the caller looks after, one more than asked for."""
    only = await _reach(work)
    wanted: UUID | None = asked["organisation"]
    updated_after: datetime | None = asked["updated_after"]
    if only is not None and wanted not in (None, only):
        return []
    return await repository.actors(
        work.session, model, organisation=only or wanted, updated_after=updated_after, ids=asked["ids"],
        after=asked["after"], limit=asked["limit"],
    )  # fmt: skip


async def _reach(work: Work) -> UUID | None:
    """Return the one organisation whose clients and staff the caller looks after; None: every one of the tenant."""
    if work.caller.subject == BOOTSTRAP:
        return None
    tenant = await repository.tenant(work.session, id=work.tenant)
    return None if tenant is not None and tenant.organisation_id == work.organisation else work.organisation


async def check_may_give(work: Work, scopes: Iterable[str], organisation: UUID) -> None:
    """Raise unless the caller may give `scopes`, for this organisation of the tenant."""
    check_given(scopes, may=may(work))
    if await _reach(work) not in (None, organisation):
        raise Forbidden("Only the founding organisation does this for other organisations.")
    if not await clients.organisation_exists(work.peers, tenant=work.tenant, id=organisation):
        raise Invalid.field("/organisation_id", "is not an organisation of this tenant")


def may(work: Work) -> Callable[[str], bool]:
    """Return what says whether the caller may give a scope; whoever holds the bootstrap key may give any."""
    return (lambda _: True) if work.caller.subject == BOOTSTRAP else work.caller.may


async def _mint_secret(work: Work, mint: Mint, client: Client) -> tuple[Secret, Minted]:
    minted = mint.mint(Prefix.CLIENT, id=work.new_id())
    secret = Secret(id=minted.id, client_id=client.id, hash=minted.hash, created_at=work.now)
    work.session.add(secret)
    await work.session.flush()
    return secret, minted


def _touch(work: Work, row: Client | Staff) -> None:
    row.version += 1
    row.updated_at = work.now
