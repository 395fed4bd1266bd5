"""The facts that the desk publishes: ids and states, no names, no labels, no secrets; and those that end access.

directory     participant.deleted                the person's own tokens
              consent.revoked (acting)           those that the organisation's apps hold in her name
              organisation.deleted               its clients, staff, their tokens, where they sign in; its webhooks
"""

from collections.abc import Sequence
from uuid import UUID

from gateway import repository
from gateway.webhooks import operations as webhooks
from services.kernel.events import Event
from services.kernel.work import Work

TENANT_CREATED = "tenant.created"
CLIENT_CREATED = "client.created"
CLIENT_DELETED = "client.deleted"
SECRET_CREATED = "client.secret_created"  # noqa: S105
SECRET_DELETED = "client.secret_deleted"  # noqa: S105
STAFF_CREATED = "staff.created"
STAFF_CHANGED = "staff.changed"
STAFF_DELETED = "staff.deleted"
PROVIDER_CREATED = "identity_provider.created"
PROVIDER_CHANGED = "identity_provider.changed"
PROVIDER_DELETED = "identity_provider.deleted"


async def follow_directory(work: Work, facts: Sequence[Event]) -> None:
    """End what must not outlive the person, her consent or the organisation."""
    for fact in facts:
        if fact.type == "participant.deleted":
            await repository.drop_person_tokens(work.session, person=fact.subject, organisation=None)
        elif fact.type == "consent.revoked" and fact.ids.get("purpose") == "acting":
            recipient = UUID(fact.ids["recipient"])
            await repository.drop_person_tokens(work.session, person=fact.subject, organisation=recipient)
        elif fact.type == "organisation.deleted":
            for client in await repository.close_organisation(work.session, organisation=fact.subject, now=work.now):
                await work.record(CLIENT_DELETED, client, organisation=fact.subject)
            await webhooks.close_organisation(work, organisation=fact.subject)
    await repository.announce_revocation(work.session)
