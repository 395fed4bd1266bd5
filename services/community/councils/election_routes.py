"""HTTP for elections: opened, votes by show of hands or by ballot, closed, settled."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from services.community.councils import elections, operations
from services.community.councils.election_schemas import (
    BallotPublic,
    CastBallot,
    ElectionPublic,
    GiveCounts,
    OpenElection,
    SettleElection,
    election_shown,
)
from services.community.models import Election
from services.kernel import pages
from services.kernel.fields import Line
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["elections"])
Reads = Annotated[Work, within("community:read")]
Writes = Annotated[Work, within("community:write")]
Voter = Annotated[Line, Path(description="A pseudonym, or a number of the list: never a name.")]
_HOME = "/v1/councils/{council_id}/elections"
_ONE = _HOME + "/{election_id}"


async def _shown(work: Work, row: Election, response: Response | None = None) -> ElectionPublic:
    if response is not None:
        tag(response, row.version)
    return election_shown(row, (await elections.turnouts(work, [row]))[row.id])


@router.post(_HOME, status_code=201, operation_id="open_election", summary="Open an election")
async def open_election(council_id: UUID, body: OpenElection, response: Response, work: Writes) -> ElectionPublic:
    """Open an election; candidates and electorates stay as they are until it is settled."""
    made = await elections.open_election(work, council_id, **body.model_dump())
    response.headers["location"] = f"/v1/councils/{council_id}/elections/{made.id}"
    return await _shown(work, made, response)


@router.get(_HOME, operation_id="list_elections", summary="List elections")
async def list_elections(
    council_id: UUID, request: Request, response: Response, work: Reads, limit: Limit = 50, cursor: Cursor = None
) -> Page[ElectionPublic]:
    """Return a council's elections; how ties were settled stays with them."""
    found = await operations.part_page(work, Election, council_id, after=pages.after(cursor), limit=limit)
    turnouts = await elections.turnouts(work, found[:limit])
    return pages.page(request, response, found, limit, lambda row: election_shown(row, turnouts[row.id]))


@router.get(_ONE, operation_id="read_election", summary="Read an election")
async def get_election(council_id: UUID, election_id: UUID, response: Response, work: Reads) -> ElectionPublic:
    """Return one election."""
    return await _shown(work, await operations.part(work, Election, council_id, election_id), response)


@router.delete(_ONE, status_code=204, operation_id="cancel_election", summary="Call an election off")
async def cancel(council_id: UUID, election_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Call it off, before anybody has voted."""
    await elections.cancel(work, council_id, election_id, if_match=if_match)


@router.put(f"{_ONE}/counts", operation_id="give_counts", summary="Give the counts of a meeting")
async def give_counts(
    council_id: UUID,
    election_id: UUID,
    body: GiveCounts,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> ElectionPublic:
    """Note the votes of a show of hands, and how many were present."""
    counts = {one.candidate_id: one.votes for one in body.counts}
    found = await elections.give_counts(
        work, council_id, election_id, counts=counts, present=body.present,
        present_by_language=body.present_by_language, if_match=if_match,
    )  # fmt: skip
    return await _shown(work, found, response)


@router.put(f"{_ONE}/ballots/{{voter}}", status_code=201, operation_id="cast_ballot", summary="Cast a ballot")
async def cast(council_id: UUID, election_id: UUID, voter: Voter, body: CastBallot, work: Writes) -> BallotPublic:
    """Cast a secret ballot, once: nobody can find it again, so it can be neither read nor replaced."""
    await elections.cast(work, council_id, election_id, voter=voter, **body.model_dump())
    return BallotPublic(voted=True)


@router.get(f"{_ONE}/ballots/{{voter}}", operation_id="read_whether_voted", summary="Ask whether somebody has voted")
async def has_voted(council_id: UUID, election_id: UUID, voter: Voter, work: Reads) -> BallotPublic:
    """Say whether a voter has voted, and no more."""
    return BallotPublic(voted=await elections.has_voted(work, council_id, election_id, voter=voter))


@router.post(f"{_ONE}:close-voting", operation_id="close_voting", summary="Close a secret vote")
async def close_voting(council_id: UUID, election_id: UUID, response: Response, work: Writes) -> ElectionPublic:
    """End the vote by ballot, for good: from now on no ballot is cast, and the votes can be counted."""
    found = await elections.close_voting(work, council_id, election_id)
    response.headers["content-location"] = f"/v1/councils/{council_id}/elections/{found.id}"
    return await _shown(work, found, response)


@router.post(f"{_ONE}:settle", operation_id="settle_election", summary="Count the votes and fill the seats")
async def settle(
    council_id: UUID, election_id: UUID, body: SettleElection, response: Response, work: Writes
) -> ElectionPublic:
    """Fill the seats by votes, as quotas allow. A tie stops the count: settle again and say how it was settled.

    A vote by ballot is closed first. If seats or quotas cannot be filled, `leave_vacant` leaves those seats empty.
    """
    found = await elections.settle(work, council_id, election_id, **body.model_dump())
    response.headers["content-location"] = f"/v1/councils/{council_id}/elections/{found.id}"
    return await _shown(work, found, response)
