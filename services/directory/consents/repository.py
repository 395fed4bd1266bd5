"""Every query about grants of consent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.directory.consents.domain import covers
from services.directory.models import Consent, Participant, Revocation
from services.kernel.hot import among
from services.kernel.work import Work


def live_consent(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a grant holds at `now`: the same rule as `domain.is_live`, for the database.

    While the use of a person's data is restricted none of her grants holds, whatever it says.
    """
    revoked = exists().where(col(Revocation.id) == col(Consent.id))
    unexpired = or_(col(Consent.expires_at).is_(None), col(Consent.expires_at) > now)
    person = aliased(Participant)
    restricted = exists().where(col(person.id) == col(Consent.participant_id), col(person.restricted_at).is_not(None))
    return and_(col(Consent.given_at) <= now, unexpired, ~revoked, ~restricted)


async def of_participants(work: Work, ids: Collection[UUID]) -> list[tuple[Consent, Revocation | None]]:
    """Return all grants on these records, each with its end if it has one, oldest first."""
    query = (
        select(Consent, Revocation)
        .outerjoin(Revocation, col(Revocation.id) == col(Consent.id))
        .where(col(Consent.participant_id).in_(ids))
        .order_by(col(Consent.id))
    )
    return [(row[0], row[1]) for row in await work.session.execute(query)]


async def ended_between(work: Work, since: datetime, until: datetime) -> Sequence[Consent]:
    """Return the grants whose time ended after `since` and not after `until`, but those taken back before."""
    revoked = exists().where(col(Revocation.id) == col(Consent.id))
    ended = and_(col(Consent.expires_at) > since, col(Consent.expires_at) <= until, ~revoked)
    return (await work.session.scalars(select(Consent).where(ended).order_by(col(Consent.id)))).all()


async def granted(
    work: Work, ids: Collection[UUID], *, purpose: str, organisation: UUID, categories: Collection[str] = ()
) -> set[UUID]:
    """Return those of `ids` who allow `organisation` to use theirs for `purpose` now, in each of `categories`."""
    query = select(col(Consent.participant_id), col(Consent.categories)).where(
        among(col(Consent.participant_id), ids),
        col(Consent.purpose) == purpose,
        col(Consent.recipient_id) == organisation,
        live_consent(work.now),
    )
    given: dict[UUID, list[list[str]]] = {}
    for person, named in await work.session.execute(query):
        given.setdefault(person, []).append(named)
    return {person for person, grants in given.items() if covers(grants, categories)}
