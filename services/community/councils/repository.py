"""Every query on councils, what belongs to them, and the votes of their elections."""

import random
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.community.models import Ballot, Candidate, Council, Election, Electorate, Member, Voter
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work

Part = TypeVar("Part", Electorate, Candidate, Election, Member)
Row = TypeVar("Row", Council, Electorate, Candidate, Election, Member)


async def add(work: Work, row: Row) -> Row:
    """Store a new row and return it."""
    work.session.add(row)
    await work.session.flush()
    return row


async def part(work: Work, kind: type[Part], council_id: UUID, part_id: UUID, *, lock: bool = False) -> Part | None:
    """Return one electorate, candidate, election or member of a council."""
    wanted = select(kind).where(col(kind.id) == part_id, col(kind.council_id) == council_id)
    found: Part | None = await work.session.scalar(wanted.with_for_update() if lock else wanted)
    return found


async def parts(work: Work, kind: type[Part], council_id: UUID, **equal: object) -> Sequence[Part]:
    """Return all electorates, candidates, elections or members of a council, oldest first."""
    wanted = select(kind).where(col(kind.council_id) == council_id)
    for name, value in equal.items():
        wanted = wanted.where(getattr(kind, name) == value)
    return (await work.session.scalars(wanted.order_by(col(kind.created_at), col(kind.id)))).all()


async def part_page(
    work: Work, kind: type[Part], council_id: UUID, *, after: After, limit: int, **equal: object
) -> Sequence[Part]:
    """Return up to `limit` + 1 of them, where the named columns equal what is given."""
    wanted = select(kind).where(col(kind.council_id) == council_id)
    for name, value in equal.items():
        if value is not None:
            wanted = wanted.where(getattr(kind, name) == value)
    return (await work.session.scalars(after_cursor(wanted, kind, after, limit))).all()


async def remove(work: Work, row: Electorate | Election) -> None:
    """Take a row away that nothing refers to."""
    await work.session.delete(row)
    await work.session.flush()


async def add_voter(work: Work, election_id: UUID, *, voter: str, language: str | None) -> bool:
    """Note that somebody votes; return False if she has voted already."""
    row = {"id": uuid4(), "election_id": election_id, "voter": voter, "language": language}
    done = await work.session.execute(upsert(Voter).values(row).on_conflict_do_nothing().returning(col(Voter.id)))
    return done.first() is not None


async def has_voted(work: Work, election_id: UUID, *, voter: str) -> bool:
    """Say whether somebody has voted."""
    wanted = select(col(Voter.id)).where(col(Voter.election_id) == election_id, col(Voter.voter) == voter)
    return await work.session.scalar(wanted) is not None


async def add_ballot(work: Work, election_id: UUID, *, choices: Sequence[UUID]) -> None:
    """Put a ballot into the box. Its id is random: a time-ordered one would tell who cast it."""
    row = {"id": uuid4(), "election_id": election_id, "choices": sorted(str(one) for one in choices)}
    await work.session.execute(insert(Ballot).values(row))


async def turnout(work: Work, election_id: UUID) -> Mapping[str | None, int]:
    """Return how many have voted, by language."""
    return (await turnouts(work, [election_id]))[election_id]


async def turnouts(work: Work, election_ids: Collection[UUID]) -> Mapping[UUID, Mapping[str | None, int]]:
    """Return for each election how many have voted, by language; asked once for all of them."""
    found: dict[UUID, dict[str | None, int]] = {one: {} for one in election_ids}
    wanted = select(col(Voter.election_id), col(Voter.language), func.count())
    wanted = wanted.where(col(Voter.election_id).in_(found)).group_by(col(Voter.election_id), col(Voter.language))
    for election_id, language, heads in await work.session.execute(wanted) if found else ():
        found[election_id][language] = heads
    return found


async def ballots(work: Work, election_id: UUID) -> Sequence[Sequence[str]]:
    """Return what was chosen on each ballot."""
    wanted = select(col(Ballot.choices)).where(col(Ballot.election_id) == election_id)
    return (await work.session.scalars(wanted)).all()


async def shuffle_box(work: Work, election_id: UUID) -> None:
    """Take all ballots out and lay them back in another order.

    While the vote is open a ballot lies in the table beside its voter's row, written in one transaction. Laid back
    together and shuffled, nothing in the storage leads from one to the other any more.
    """
    taken = await work.session.scalars(
        delete(Ballot).where(col(Ballot.election_id) == election_id).returning(col(Ballot.choices))
    )
    rows = [{"id": uuid4(), "election_id": election_id, "choices": choices} for choices in taken]
    random.SystemRandom().shuffle(rows)
    if rows:
        await work.session.execute(insert(Ballot), rows)
