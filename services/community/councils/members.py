"""A member leaves before the end of the term, and the next by votes moves up."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

from services.community.councils import counting, domain, repository
from services.community.councils.counting import Standing
from services.community.councils.elections import add_member, decide, settlements
from services.community.councils.operations import get, part
from services.community.models import Candidate, Council, Election, Member
from services.kernel.versions import check_version
from services.kernel.work import Work


async def leave(
    work: Work, council_id: UUID, member_id: UUID, *, on: date, because: str | None,
    settlement: dict[str, Any] | None, if_match: str | None,
) -> Member:  # fmt: skip
    """Let a member go. Raises ElectionTied when the next are tied and no settlement says who moves up."""
    council = await get(work, council_id, lock=True)
    member = await part(work, Member, council_id, member_id, lock=True)
    check_version(if_match, member.version)
    domain.check_serving(member.state)
    domain.check_leaving(on, since=member.since)
    member.change(work.now, state="left", until=on, left_because=because)
    await work.record("member.left", member.id, council=council.id, state=member.state)
    await _move_up(work, council, member, on=on, settlement=settlement)
    return member


async def _move_up(work: Work, council: Council, left: Member, *, on: date, settlement: dict[str, Any] | None) -> None:
    """Seat the next by votes, as far as the quotas allow; otherwise the seat stays empty."""
    election = await part(work, Election, council.id, left.election_id, lock=True)
    members = await repository.parts(work, Member, council.id, election_id=election.id)
    had_seat = {one.candidate_id for one in members}
    standing = {one.id: one for one in await repository.parts(work, Candidate, council.id, state="standing")}
    votes = {UUID(candidate): given for candidate, given in election.counts.items()}
    pool = [_next(standing[one], given) for one, given in votes.items() if one in standing and one not in had_seat]
    stay = [_stays(one) for one in members if one.state == "serving"]
    following = await _successors(work, election, [one for one in pool if one.votes > 0], stay, settlement)
    for one in following:
        made = await add_member(
            work, council, election, standing[one.id], votes=one.votes, since=on, moved_up_for=left.id
        )
        left.change(work.now, succeeded_by=left.succeeded_by or made.id)
        await work.record("member.moved_up", made.id, council=council.id, state=made.state)


async def _successors(
    work: Work, election: Election, pool: list[Standing], stay: list[Standing], settlement: dict[str, Any] | None
) -> list[Standing]:
    """Return who fills the empty seats: one, or more where earlier ones could not be filled."""
    wanted = domain.rules(election.seats, reserved=election.seats_by_language, quotas=election.quotas)
    # Where seats were left empty so that the quotas fit together, they stay as they were left.
    left_vacant = bool((election.result or {}).get("leave_vacant"))
    narrow = domain.with_all_vacancies if left_vacant else domain.with_vacancies
    wanted = await asyncio.to_thread(narrow, [*pool, *stay], wanted)
    found = await asyncio.to_thread(counting.count, pool, wanted, before=stay, settled=settlements(election))
    if found.tied and settlement is not None:
        entry = decide(found, pool, wanted, at=work.now.isoformat(), **settlement)
        election.change(work.now, settlements=[*election.settlements, entry])
        found = await asyncio.to_thread(counting.count, pool, wanted, before=stay, settled=settlements(election))
    if found.tied:
        raise domain.ElectionTied(tied=[str(one.id) for one in found.tied])
    return [one for one in found.elected if one in pool]


def _next(candidate: Candidate, votes: int) -> Standing:
    return Standing(candidate.id, candidate.language, frozenset(candidate.speaks_for), votes)


def _stays(member: Member) -> Standing:
    return Standing(member.candidate_id, member.language, frozenset(member.speaks_for), member.votes or 0)
