"""Dots: each voter, known by a pseudonym only, sets a few on the groups that matter most to her."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.assessments.models import CardGroup, RoundTable, Vote
from services.assessments.round_tables import operations
from services.assessments.round_tables.plenary import domain, repository
from services.kernel.problems import Invalid, NotFound
from services.kernel.work import Work


async def vote(
    work: Work, round_table_id: UUID, voter: str, *, dots: Mapping[UUID, int]
) -> tuple[Vote, RoundTable, bool]:
    """Set a voter's dots in place of those set before; say whether the voter is new.

    Raises VotingClosed, VotesExceeded; Invalid for a group that is not there.
    """
    round_table = await operations.get(work, round_table_id, share=True)
    wanted = {str(group): count for group, count in sorted(dots.items()) if count}
    found = await repository.vote_of(work, round_table.id, voter)
    before = sum(found.dots.values()) if found else 0
    domain.check_dots(round_table.state, asked=sum(wanted.values()), each=round_table.dots_each, set_before=before)
    known = {str(group.id) for group in await repository.groups(work, round_table.id)}
    for group in wanted.keys() - known:
        raise Invalid.field(f"/dots/{group}", "is no group of this round table")
    held, new = await repository.hold_vote(work, round_table.id, voter)
    if new:
        held.dots = wanted
    if new or held.change(work.now, dots=wanted):
        await work.record("round_table.voted", round_table.id)
    return held, round_table, new


async def read(work: Work, round_table_id: UUID, voter: str) -> tuple[Vote, RoundTable]:
    """Return where one voter has put the dots. Raises NotFound."""
    round_table = await operations.get(work, round_table_id)
    found = await repository.vote_of(work, round_table.id, voter)
    if found is None:
        raise NotFound
    return found, round_table


async def priorities(
    work: Work, round_table_id: UUID, *, question: int | None
) -> tuple[list[domain.Priority], Mapping[UUID, CardGroup], int]:
    """Return the groups by dots, the groups themselves, and how many have voted."""
    round_table = await operations.get(work, round_table_id)
    groups: Sequence[CardGroup] = await repository.groups(work, round_table.id)
    asked = [group for group in groups if question in (None, group.question)]
    votes = await repository.votes(work, round_table.id)
    return domain.priorities(asked, votes), {one.id: one for one in asked}, sum(bool(vote.dots) for vote in votes)
