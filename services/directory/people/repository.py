"""Every query about participants. Row-level security keeps the tenant; who may see whom is decided here."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, exists, false, or_, select
from sqlmodel import col

from services.directory.access.repository import assigned
from services.directory.consents.repository import live_consent
from services.directory.duplicates.aliases import absorbed_by_her, lives_as
from services.directory.models import Block, Consent, Contact, Participant
from services.kernel.caller import Caller
from services.kernel.hot import among
from services.kernel.work import Work


def visible_to(caller: Caller, now: datetime) -> ColumnElement[bool]:
    """Return the condition that the caller may see a participant.

    A person sees herself, as long as the app's organisation may act for her; an organisation those it registered
    and those who named it in a live grant; a member of its staff those of them whom she is assigned to.
    """
    if caller.organisation is None:
        return false()
    if caller.kind == "person":
        return and_(col(Participant.id) == caller.person, may_act(caller.organisation, now))
    return visible_to_organisation(caller.organisation, now, staff=caller.staff)


def visible_to_organisation(organisation: UUID, now: datetime, *, staff: UUID | None = None) -> ColumnElement[bool]:
    """Return the condition that an organisation, or that member of its `staff`, may see a participant."""
    seen = or_(col(Participant.registered_by) == organisation, _names(organisation, now))
    return seen if staff is None else and_(seen, assigned(staff, organisation, now))


def may_act(organisation: UUID, now: datetime) -> ColumnElement[bool]:
    """Return the condition that an organisation's app may obtain tokens in a participant's own name.

    A grant for anything else is not enough: a person's token can do more than any organisation's.
    """
    acting = _names(organisation, now, col(Consent.purpose) == "acting")
    return or_(col(Participant.registered_by) == organisation, acting)


def _names(organisation: UUID, now: datetime, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a live grant names the organisation, given on her record or one merged into it."""
    named = and_(col(Consent.recipient_id) == organisation, live_consent(now), *more)
    own = col(Consent.participant_id) == col(Participant.id)
    return or_(exists().where(own, named), exists().where(col(Consent.participant_id).in_(absorbed_by_her()), named))


def present() -> Select[Participant]:
    """Return the query for participants that have not been deleted."""
    return select(Participant).where(col(Participant.deleted_at).is_(None))


async def participant(work: Work, participant_id: UUID, *, lock: bool = False) -> Participant | None:
    """Return a participant that the caller may see; `lock` keeps her from others, but lets rows refer to her."""
    query = present().where(col(Participant.id) == lives_as(participant_id), visible_to(work.caller, work.now))
    found: Participant | None = await work.session.scalar(
        query.with_for_update(of=Participant, key_share=True) if lock else query
    )
    return found


async def visible_participant(
    work: Work, participant_id: UUID, *, organisation: UUID, acting: bool, staff: UUID | None
) -> Participant | None:
    """Return a participant that `organisation` or its `staff` may see, or act for: for who asks on its behalf."""
    seen = may_act(organisation, work.now) if acting else visible_to_organisation(organisation, work.now, staff=staff)
    query = present().where(col(Participant.id) == lives_as(participant_id), seen)
    found: Participant | None = await work.session.scalar(query)
    return found


async def page(
    work: Work,
    *,
    after: UUID | None,
    limit: int,
    updated_after: datetime | None,
    ids: Collection[UUID] | None = None,
    named: Select[UUID] | None = None,
) -> Sequence[Participant]:
    """Return up to `limit` visible participants in the order of their ids; `named` finds those of an external id."""
    query = present().where(visible_to(work.caller, work.now)).order_by(col(Participant.id)).limit(limit)
    if after is not None:
        query = query.where(col(Participant.id) > after)
    if updated_after is not None:
        query = query.where(col(Participant.updated_at) > updated_after)
    if ids is not None:
        query = query.where(col(Participant.id).in_(ids))
    if named is not None:
        query = query.where(col(Participant.id).in_(named))
    return (await work.session.scalars(query)).all()


async def hold(work: Work, ids: Collection[UUID]) -> None:
    """Keep participants from others until the transaction ends, in one order: two at once never wait in a ring."""
    ordered = select(col(Participant.id)).where(col(Participant.id).in_(ids)).order_by(col(Participant.id))
    await work.session.execute(ordered.with_for_update(key_share=True))


async def anybody(work: Work, participant_id: UUID) -> Participant | None:
    """Return a participant who is present, whoever may see her: for an override, which asks only afterwards."""
    found: Participant | None = await work.session.scalar(
        present().where(col(Participant.id) == lives_as(participant_id))
    )
    return found


async def by_ids(work: Work, ids: Collection[UUID]) -> Sequence[Participant]:
    """Return those of `ids` that are present, whoever may see them: for our own services."""
    return (await work.session.scalars(present().where(among(col(Participant.id), ids)))).all()


class Standing(NamedTuple):
    """What decides whether somebody may be asked."""

    id: UUID
    restricted_at: datetime | None
    do_not_ask: bool
    do_not_ask_until: datetime | None


async def standing(work: Work, ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Return by id how those of `ids` stand that are present; many are asked about at once, and often."""
    columns = [col(getattr(Participant, name)) for name in Standing._fields]
    query = select(*columns).where(among(col(Participant.id), ids), col(Participant.deleted_at).is_(None))
    return {row[0]: Standing(*row) for row in await work.session.execute(query)}


async def registrars(work: Work, ids: Collection[UUID]) -> set[UUID]:
    """Return which organisations registered these people."""
    query = select(col(Participant.registered_by)).where(col(Participant.id).in_(ids)).distinct()
    return set(await work.session.scalars(query))


async def contact(work: Work, participant_id: UUID) -> Contact | None:
    """Return how to reach a participant, if that is known."""
    return await work.session.scalar(select(Contact).where(col(Contact.id) == participant_id))


async def contacts(work: Work, ids: Collection[UUID]) -> dict[UUID, Contact]:
    """Return how to reach each of `ids` whose contact is known."""
    found = await work.session.scalars(select(Contact).where(col(Contact.id).in_(ids)))
    return {one.id: one for one in found}


async def blocks(work: Work, participant_id: UUID) -> Sequence[Block]:
    """Return the blocks that a participant asked for."""
    query = select(Block).where(col(Block.participant_id) == participant_id).order_by(col(Block.id))
    return (await work.session.scalars(query)).all()


async def blocks_among(work: Work, ids: Collection[UUID]) -> Sequence[Block]:
    """Return every block that one of `ids` asked for or is meant by."""
    query = select(Block).where(or_(among(col(Block.participant_id), ids), among(col(Block.other_id), ids)))
    return (await work.session.scalars(query)).all()


async def unblock(work: Work, participant_id: UUID, block_id: UUID) -> bool:
    """Lift a block; say whether there was one."""
    statement = delete(Block).where(col(Block.id) == block_id, col(Block.participant_id) == participant_id)
    return (await work.session.execute(statement.returning(col(Block.id)))).first() is not None
