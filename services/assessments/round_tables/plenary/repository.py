"""The queries of the plenary: cards that everybody sees, groups, and votes."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.assessments.models import Card, CardGroup, LanguageTable, Vote
from services.kernel.work import Work


async def seen_cards(
    work: Work, round_table_id: UUID, *, groups: Collection[UUID] | None = None, fresh: bool = False
) -> Sequence[Card]:
    """Return the cards that the plenary sees, oldest first; only those of `groups` where they are given.

    With `fresh` those that were read before in this transaction are read again.
    """
    wanted = select(Card).where(
        col(Card.round_table_id) == round_table_id,
        col(Card.visibility) == "plenary",
        col(Card.deleted_at).is_(None),
    )
    if groups is not None:
        wanted = wanted.where(col(Card.group_id).in_(groups))
    ordered = wanted.order_by(col(Card.created_at), col(Card.id)).execution_options(populate_existing=fresh)
    return (await work.session.scalars(ordered)).all()


async def cards_of_group(work: Work, group_id: UUID) -> Sequence[Card]:
    """Return every card in a group, locked in the order of their ids."""
    wanted = select(Card).where(col(Card.group_id) == group_id, col(Card.deleted_at).is_(None))
    return (await work.session.scalars(wanted.order_by(col(Card.id)).with_for_update())).all()


async def presented(work: Work, round_table_id: UUID) -> int:
    """Return how many tables have presented."""
    wanted = select(func.count()).where(
        col(LanguageTable.round_table_id) == round_table_id, col(LanguageTable.presented_as).is_not(None)
    )
    return int(await work.session.scalar(wanted) or 0)


async def groups(work: Work, round_table_id: UUID) -> Sequence[CardGroup]:
    """Return all groups of an evening, oldest first."""
    wanted = select(CardGroup).where(
        col(CardGroup.round_table_id) == round_table_id, col(CardGroup.deleted_at).is_(None)
    )
    return (await work.session.scalars(wanted.order_by(col(CardGroup.created_at), col(CardGroup.id)))).all()


async def votes(work: Work, round_table_id: UUID, *, lock: bool = False) -> Sequence[Vote]:
    """Return all votes of an evening, in the order of their ids."""
    wanted = select(Vote).where(col(Vote.round_table_id) == round_table_id).order_by(col(Vote.id))
    return (await work.session.scalars(wanted.with_for_update() if lock else wanted)).all()


async def vote_of(work: Work, round_table_id: UUID, voter: str) -> Vote | None:
    """Return where one voter has put the dots."""
    wanted = select(Vote).where(col(Vote.round_table_id) == round_table_id, col(Vote.voter) == voter)
    found: Vote | None = await work.session.scalar(wanted)
    return found


async def hold_vote(work: Work, round_table_id: UUID, voter: str) -> tuple[Vote, bool]:
    """Return a voter's vote, made empty if there was none, locked; say whether it is new."""
    row = {
        "id": work.new_id(), "round_table_id": round_table_id, "voter": voter, "dots": {},
        "created_at": work.now, "updated_at": work.now, "version": 1,
    }  # fmt: skip
    statement = upsert(Vote).values(row).on_conflict_do_nothing(constraint="one_vote_per_voter")
    made = await work.session.scalar(statement.returning(col(Vote.id)))
    wanted = select(Vote).where(col(Vote.round_table_id) == round_table_id, col(Vote.voter) == voter)
    fresh = wanted.with_for_update().execution_options(populate_existing=True)
    found = (await work.session.scalars(fresh)).one()
    return found, made is not None
