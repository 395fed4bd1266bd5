"""What happens in an election: opened, votes by show of hands or by secret ballot, closed, counted, ties settled."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.community.councils import counting, domain, repository
from services.community.councils.counting import Count, Rules, Standing
from services.community.councils.operations import get, part
from services.community.models import Candidate, Council, Election, Electorate, Member
from services.kernel.problems import IllegalState
from services.kernel.versions import check_version
from services.kernel.work import Work


async def open_election(work: Work, council_id: UUID, *, seats: int | dict[str, int] | None, **values: Any) -> Election:
    """Open an election. From now on candidates and electorates stay as they are. One at a time."""
    council = await get(work, council_id, lock=True)
    domain.check_preparing(council.state)
    reserved = seats if isinstance(seats, dict) else None
    electorates = {one.language for one in await repository.parts(work, Electorate, council.id)}
    domain.check_electorates(reserved, electorates=electorates)
    filled = sum(seats.values()) if isinstance(seats, dict) else seats or council.seats
    await _check_reachable(work, council, domain.rules(filled, reserved=reserved, quotas=council.quotas))
    made = Election(
        id=work.new_id(), council_id=council.id, created_at=work.now, updated_at=work.now,
        seats=filled, seats_by_language=reserved, quotas=council.quotas, **values,
    )  # fmt: skip
    await repository.add(work, made)
    council.change(work.now, state="electing")
    await work.record("election.opened", made.id, council=council.id, state=made.state)
    return made


async def cancel(work: Work, council_id: UUID, election_id: UUID, *, if_match: str | None) -> None:
    """Call an election off in which nobody has voted yet. Raises IllegalState for any other."""
    council = await get(work, council_id, lock=True)
    election = await part(work, Election, council_id, election_id, lock=True)
    check_version(if_match, election.version)
    if election.state not in {"open", "closed"} or election.counts or await repository.turnout(work, election.id):
        raise IllegalState("Votes have been given; an election is called off before anybody votes.")
    await repository.remove(work, election)
    serving = await repository.parts(work, Member, council.id, state="serving")
    council.change(work.now, state="elected" if serving else "forming")
    await work.record("election.cancelled", election_id, council=council.id)


async def turnouts(work: Work, elections: Sequence[Election]) -> Mapping[UUID, Mapping[str | None, int]]:
    """Return how many have voted in each: by ballot as noted, in a meeting those present."""
    noted = await repository.turnouts(work, [one.id for one in elections if one.method == "ballot"])
    return {one.id: noted[one.id] if one.id in noted else _present(one) for one in elections}


def _present(election: Election) -> Mapping[str | None, int]:
    by_language: dict[str | None, int] = dict((election.present_by_language or {}).items())
    rest = (election.present or 0) - sum(by_language.values())
    return {**by_language, None: rest} if rest else by_language


async def give_counts(
    work: Work, council_id: UUID, election_id: UUID, *, counts: Mapping[UUID, int], present: int,
    present_by_language: dict[str, int] | None, if_match: str | None,
) -> Election:  # fmt: skip
    """Note the votes counted in a meeting. They can be put again until the election is settled."""
    council = await get(work, council_id)
    election = await part(work, Election, council_id, election_id, lock=True)
    check_version(if_match, election.version)
    domain.check_open(election.state)
    domain.check_method(election.method, "meeting")
    standing = await _candidates(work, council)
    domain.check_standing(counts, standing)
    await _check_heads(work, council, by_language=present_by_language or {}, total=present)
    votes: dict[str, list[int]] = {}
    for candidate, given in counts.items():
        votes.setdefault(standing[candidate].language, []).append(given)
    together = election.electorate == "all_together"
    domain.check_votes(
        votes, present=present_by_language or {}, each=election.votes_each, together=together, total=present
    )
    told = {str(candidate): given for candidate, given in counts.items()}
    if election.change(work.now, counts=told, present=present, present_by_language=present_by_language):
        await work.record("election.counted", election.id, council=council.id, state=election.state)
    return election


async def cast(
    work: Work, council_id: UUID, election_id: UUID, *, voter: str, language: str | None, candidates: Sequence[UUID]
) -> None:
    """Put a ballot into the box and note, apart from it, that this voter has voted."""
    council = await get(work, council_id, share=True)
    election = await part(work, Election, council_id, election_id, lock=True)  # one at a time, or turnout miscounts
    domain.check_open(election.state)
    domain.check_method(election.method, "ballot")
    standing = await _candidates(work, council)
    domain.check_standing(candidates, standing)
    own = language if election.electorate == "by_language" else None
    domain.check_language(language, needed=election.electorate == "by_language")
    domain.check_choices([standing[one].language for one in candidates], each=election.votes_each, own=own)
    if not await repository.add_voter(work, election.id, voter=_sealed(election, voter), language=language):
        raise domain.AlreadyVoted
    heads = await repository.turnout(work, election.id)
    named = {tongue: number for tongue, number in heads.items() if tongue}
    await _check_heads(work, council, by_language=named, total=sum(heads.values()))
    await repository.add_ballot(work, election.id, choices=candidates)
    await work.record("ballot.cast", election.id, council=council.id)


async def close_voting(work: Work, council_id: UUID, election_id: UUID) -> Election:
    """End a secret vote: no ballot is cast any more, and nothing leads from a voter to hers. Then it can be counted."""
    council = await get(work, council_id, lock=True)
    election = await part(work, Election, council_id, election_id, lock=True)
    domain.check_open(election.state)
    domain.check_method(election.method, "ballot")
    await repository.shuffle_box(work, election.id)
    election.change(work.now, state="closed")
    await work.record("election.closed", election.id, council=council.id, state=election.state)
    return election


async def has_voted(work: Work, council_id: UUID, election_id: UUID, *, voter: str) -> bool:
    """Say whether somebody has voted; whom for, nobody can say."""
    election = await part(work, Election, council_id, election_id)
    return await repository.has_voted(work, election.id, voter=_sealed(election, voter))


async def settle(
    work: Work, council_id: UUID, election_id: UUID, *, leave_vacant: bool, settlement: dict[str, Any] | None
) -> Election:
    """Count, and fill the seats; a tie stops the count until a settlement says who was chosen, and how."""
    council = await get(work, council_id, lock=True)
    election = await part(work, Election, council_id, election_id, lock=True)
    domain.check_countable(election.state, method=election.method)
    votes = await _votes(work, election)
    standing = await _candidates(work, council)
    pool = [_stands(standing[one], votes[one]) for one in standing if votes[one] > 0]
    wanted = domain.rules(election.seats, reserved=election.seats_by_language, quotas=election.quotas)
    vacant = leave_vacant or bool((election.result or {}).get("leave_vacant"))
    if vacant:
        wanted = await asyncio.to_thread(domain.with_all_vacancies, pool, wanted)
    domain.check_enough(pool, wanted, reserved=None if vacant else election.seats_by_language)
    domain.check_together(pool, wanted)
    found = await _settled_count(work, election, pool, wanted, settlement)
    result = _result(election, found, votes, leave_vacant=vacant)
    state = "tied" if found.tied else "settled"
    settled_at = None if found.tied else work.now
    counted = {"counts": _plain(votes), "withheld": await _withheld(work, election, standing), "result": result}
    if election.change(work.now, state=state, settled_at=settled_at, **counted):
        await work.record(f"election.{state}", election.id, council=council.id, state=state)
    if not found.tied:
        await _seat(work, council, election, [(standing[one.id], one.votes) for one in found.elected])
    return election


async def _settled_count(
    work: Work, election: Election, pool: Sequence[Standing], wanted: Rules, settlement: dict[str, Any] | None
) -> Count:
    """Count with the settlements there are; lay a new one on the first tie and keep it for ever."""
    # Weighing many quotas takes the processor a while; meanwhile others are answered.
    found = await asyncio.to_thread(counting.count, pool, wanted, settled=settlements(election))
    if settlement is None:
        return found
    if not found.tied:
        raise IllegalState("There is no tie to settle.")
    entry = decide(found, pool, wanted, at=work.now.isoformat(), **settlement)
    election.settlements = [*election.settlements, entry]
    return await asyncio.to_thread(counting.count, pool, wanted, settled=settlements(election))


def settlements(election: Election) -> counting.Settled:
    """Return how ties were settled so far, as the count reads it."""
    return {
        frozenset(UUID(one) for one in entry["tied"]): frozenset(UUID(one) for one in entry["chosen"])
        for entry in election.settlements
    }


def decide(
    found: Count, pool: Sequence[Standing], wanted: Rules, *, settled_by: str, witness: str,
    at: str, seed: str | None = None, chosen: Sequence[UUID] = (),
) -> dict[str, Any]:  # fmt: skip
    """Return the record of how a tie was settled. Raises SettlementUnfit for a choice that does not settle it."""
    tied = {one.id: one for one in found.tied}
    if seed is not None:
        order = counting.draw(seed, found.tied)
    else:
        domain.check_chosen(chosen, tied=tied, places=found.places)
        order = [tied[one] for one in chosen]
    taken = counting.fitting(order, found.places, beside=found.elected, pool=pool, rules=wanted)
    if len(taken) < found.places:
        raise domain.SettlementUnfit("With those chosen a quota could not be met.")
    return {
        "tied": sorted(str(one) for one in tied), "places": found.places, "settled_by": settled_by,
        "chosen": [str(one.id) for one in taken], "seed": seed, "witness": witness, "at": at,
    }  # fmt: skip


def _result(election: Election, found: Count, votes: Mapping[UUID, int], *, leave_vacant: bool) -> dict[str, Any]:
    filled = len(found.elected) + found.places
    return {
        "elected": [{"candidate_id": str(one.id), "votes": votes[one.id]} for one in found.elected],
        "tied": [str(one.id) for one in found.tied],
        "places": found.places,
        "vacant": 0 if found.tied else election.seats - filled,
        "leave_vacant": leave_vacant,
    }


async def _votes(work: Work, election: Election) -> Counter[UUID]:
    """Return the votes; the ballot box is opened at the first count, after the vote was closed."""
    if election.method == "ballot" and election.state == "closed":
        return Counter(UUID(one) for choices in await repository.ballots(work, election.id) for one in choices)
    if election.method == "meeting" and election.present is None:
        raise IllegalState("No votes have been counted yet.")
    return Counter({UUID(candidate): given for candidate, given in election.counts.items()})


async def _seat(work: Work, council: Council, election: Election, elected: Sequence[tuple[Candidate, int]]) -> None:
    """End the terms of those who served and begin those of the elected."""
    begins = council.term_starts or election.held_on
    for member in await repository.parts(work, Member, council.id, state="serving"):
        member.change(work.now, state="ended", until=min(member.until or begins, begins))
    for candidate, votes in elected:
        await add_member(work, council, election, candidate, votes=votes, since=begins)
    council.change(work.now, state="elected")
    await work.record("council.elected", council.id, state=council.state, election=election.id)


async def add_member(
    work: Work, council: Council, election: Election, candidate: Candidate, *, votes: int, **values: Any
) -> Member:
    """Give a candidate a seat until the end of the term; the votes are not shown where they would tell whose."""
    shown = None if str(candidate.id) in election.withheld else votes
    return await repository.add(work, Member(
        id=work.new_id(), council_id=council.id, election_id=election.id, candidate_id=candidate.id,
        name_shown=candidate.name_shown, language=candidate.language, speaks_for=candidate.speaks_for,
        participant_id=candidate.participant_id, until=council.term_ends,
        votes=shown, created_at=work.now, updated_at=work.now, **values,
    ))  # fmt: skip


async def _withheld(work: Work, election: Election, standing: Mapping[UUID, Candidate]) -> list[str]:
    """Return whose counts are not shown; a show of hands was seen by everybody."""
    if election.method == "meeting":
        return []
    heads = await repository.turnout(work, election.id)
    languages = {one.id: one.language for one in standing.values()}
    found = domain.withheld(heads, languages, together=election.electorate == "all_together")
    return sorted(str(one) for one in found)


async def _check_reachable(work: Work, council: Council, wanted: Rules) -> None:
    """Raise QuotaUnmet when no vote at all could meet the quotas: an election that has begun does not change them."""
    pool = [_stands(one, 0) for one in (await _candidates(work, council)).values()]
    domain.check_together(pool, domain.with_vacancies(pool, wanted))


async def _candidates(work: Work, council: Council) -> dict[UUID, Candidate]:
    found = await repository.parts(work, Candidate, council.id, state="standing")
    return {one.id: one for one in found}


async def _check_heads(work: Work, council: Council, *, by_language: Mapping[str, int], total: int) -> None:
    electorates = await repository.parts(work, Electorate, council.id)
    domain.check_present(by_language, total, electorate={one.language: one.people for one in electorates})


def _stands(candidate: Candidate, votes: int) -> Standing:
    return Standing(candidate.id, candidate.language, frozenset(candidate.speaks_for), votes)


def _plain(votes: Mapping[UUID, int]) -> dict[str, int]:
    return {str(candidate): given for candidate, given in sorted(votes.items(), key=lambda one: str(one[0]))}


def _sealed(election: Election, voter: str) -> str:
    """Return a voter's pseudonym so that the table of voters does not spell it out."""
    return hashlib.sha256(f"{election.id}/{voter}".encode()).hexdigest()
