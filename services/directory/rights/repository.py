"""Every query about people's rights."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlmodel import col

from services.directory.models import Erasure, Participant, RightsRequest
from services.kernel.work import Work


async def participant(work: Work, participant_id: UUID, *, lock: bool = False) -> Participant | None:
    """Return a participant, also a deleted one: what is held about her is still hers."""
    query = select(Participant).where(col(Participant.id) == participant_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found: Participant | None = await work.session.scalar(query)
    return found


async def erasure_of(work: Work, everyone: Collection[UUID]) -> Erasure | None:
    """Return the first erasure of a person who is known under any of these ids, if there is one."""
    query = select(Erasure).where(col(Erasure.participant_id).in_(everyone)).order_by(col(Erasure.id)).limit(1)
    found: Erasure | None = await work.session.scalar(query)
    return found


async def erasure(work: Work, erasure_id: UUID, *, lock: bool = False) -> Erasure | None:
    """Return an erasure, whoever asked for it."""
    query = select(Erasure).where(col(Erasure.id) == erasure_id)
    found: Erasure | None = await work.session.scalar(query.with_for_update() if lock else query)
    return found


async def erasures(
    work: Work, *, organisation: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Erasure]:
    """Return the erasures of people whom an organisation registered, one more than `limit`."""
    order = (col(Erasure.created_at), col(Erasure.id))
    query = select(Erasure).where(col(Erasure.organisation_id) == organisation).order_by(*order).limit(limit + 1)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    return (await work.session.scalars(query)).all()


async def unsettled(work: Work, *, since: datetime) -> Sequence[Erasure]:
    """Return the erasures that somebody has yet to acknowledge, and those finished after `since`."""
    still = or_(col(Erasure.state) == "running", col(Erasure.finished_at) > since)
    return (await work.session.scalars(select(Erasure).where(still).order_by(col(Erasure.id)))).all()


async def request(work: Work, request_id: UUID, *, lock: bool = False) -> RightsRequest | None:
    """Return a request, whosever it is."""
    query = select(RightsRequest).where(col(RightsRequest.id) == request_id)
    found: RightsRequest | None = await work.session.scalar(query.with_for_update() if lock else query)
    return found


async def requests(
    work: Work,
    *,
    organisation: UUID | None,
    person: UUID | None,
    state: str | None,
    due_before: date | None,
    after: tuple[date, UUID] | None,
    limit: int,
) -> Sequence[RightsRequest]:
    """Return the requests of a person, or of all whom an organisation registered, the first due first."""
    order = (col(RightsRequest.due_on), col(RightsRequest.id))
    query = select(RightsRequest).order_by(*order).limit(limit + 1)
    if person is not None:
        query = query.where(col(RightsRequest.participant_id) == person)
    else:
        query = query.where(col(RightsRequest.organisation_id) == organisation)
    if state is not None:
        query = query.where(col(RightsRequest.state) == state)
    if due_before is not None:
        query = query.where(col(RightsRequest.due_on) < due_before)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    return (await work.session.scalars(query)).all()
