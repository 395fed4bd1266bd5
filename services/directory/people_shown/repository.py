"""Every query about what people show of themselves. Who may see it is decided here, in the query itself."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, false, or_, select
from sqlmodel import col

from services.directory.consents.repository import live_consent
from services.directory.models import Consent, Participant, Person
from services.directory.people.repository import may_act
from services.kernel.caller import Caller
from services.kernel.work import Work

PURPOSE = "directory"


def shown_to(caller: Caller, now: datetime) -> ColumnElement[bool]:
    """Return the condition that the caller may see an entry joined to its participant.

    She sees her own, who registered her sees it, and each organisation that a grant for this very purpose names while
    it lives: no other grant shows it.
    """
    if caller.organisation is None:
        return false()
    if caller.kind == "person":
        return (col(Participant.id) == caller.person) & may_act(caller.organisation, now)
    return or_(col(Participant.registered_by) == caller.organisation, granted_to(caller.organisation, PURPOSE, now))


def granted_to(organisation: UUID, purpose: str, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a live grant of the participant names the organisation for a purpose."""
    return exists().where(
        col(Consent.participant_id) == col(Participant.id),
        col(Consent.recipient_id) == organisation,
        col(Consent.purpose) == purpose,
        live_consent(now),
    )


def visible(work: Work) -> Select[Person]:
    """Return the query for the entries that the caller may see now; a deleted participant shows nothing."""
    hers = (col(Participant.id) == col(Person.participant_id)) & (col(Participant.tenant_id) == col(Person.tenant_id))
    return (
        select(Person)
        .join(Participant, hers)
        .where(col(Participant.deleted_at).is_(None), col(Person.deleted_at).is_(None), shown_to(work.caller, work.now))
    )


async def person(work: Work, person_id: UUID, *, lock: bool = False) -> Person | None:
    """Return an entry that the caller may see."""
    query = visible(work).where(col(Person.id) == person_id)
    return await work.session.scalar(query.with_for_update(of=Person) if lock else query)


async def searchable(work: Work, *, limit: int) -> Sequence[Person]:
    """Return up to `limit` entries that a search by the caller may find: none whose use is restricted."""
    query = visible(work).where(col(Participant.restricted_at).is_(None)).limit(limit)
    return (await work.session.scalars(query)).all()


async def of_participants(work: Work, participants: Collection[UUID]) -> Sequence[Person]:
    """Return the entries of participants, whoever may see them."""
    hers = col(Person.participant_id).in_(participants)
    return (await work.session.scalars(select(Person).where(hers, col(Person.deleted_at).is_(None)))).all()


async def is_shown(work: Work, participant_id: UUID) -> bool:
    """Say whether a participant has an entry."""
    query = select(col(Person.id)).where(col(Person.participant_id) == participant_id, col(Person.deleted_at).is_(None))
    return await work.session.scalar(query) is not None


async def page(
    work: Work,
    *,
    after: UUID | None,
    limit: int,
    updated_after: datetime | None,
    ids: Collection[UUID] | None = None,
    participant_id: UUID | None,
    category: str | None,
    agreed: Collection[str] = (),
) -> Sequence[Person]:
    """Return up to `limit` entries that the caller may see, in the order of their ids.

    Of people who have `agreed` to purposes: those alone who let the caller's organisation do all of that now.
    """
    query = visible(work).order_by(col(Person.id)).limit(limit)
    query = query.where(*(granted_to(work.organisation, purpose, work.now) for purpose in agreed))
    if after is not None:
        query = query.where(col(Person.id) > after)
    if ids is not None:
        query = query.where(col(Person.id).in_(ids))
    if updated_after is not None:
        query = query.where(col(Person.updated_at) > updated_after)
    if participant_id is not None:
        query = query.where(col(Person.participant_id) == participant_id)
    if category is not None:
        query = query.where(col(Person.category) == category)
    return (await work.session.scalars(query)).all()
