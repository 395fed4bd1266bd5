"""HTTP for dots and the priorities that they set."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.assessments.round_tables.plenary import voting
from services.assessments.round_tables.plenary.schemas import (
    Priorities,
    PutVote,
    VotePublic,
    priorities_shown,
    vote_shown,
)
from services.kernel.fields import Language, Line
from services.kernel.versions import tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["round tables"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
Voter = Annotated[Line, Path(description="A pseudonym that your app gives: of a person or of a device, not a name.")]
_ONE = "/v1/round-tables/{round_table_id}"


@router.put(
    f"{_ONE}/votes/{{voter}}",
    operation_id="put_vote",
    summary="Set a voter's dots",
    responses={201: {"model": VotePublic}},
)
async def vote(round_table_id: UUID, voter: Voter, body: PutVote, response: Response, work: Writes) -> VotePublic:
    """Set all of a voter's dots in place of those set before; the same again changes nothing."""
    found, round_table, new = await voting.vote(work, round_table_id, voter, dots=body.dots)
    response.status_code = 201 if new else 200
    tag(response, found.version)
    return vote_shown(found, round_table)


@router.get(f"{_ONE}/votes/{{voter}}", operation_id="read_vote", summary="Read a voter's dots")
async def get_vote(round_table_id: UUID, voter: Voter, response: Response, work: Reads) -> VotePublic:
    """Return where one voter's dots are, and how many are left."""
    found, round_table = await voting.read(work, round_table_id, voter)
    tag(response, found.version)
    return vote_shown(found, round_table)


@router.get(f"{_ONE}/priorities", operation_id="read_priorities", summary="What matters most")
async def priorities(
    round_table_id: UUID,
    work: Reads,
    question: Annotated[int | None, Query(ge=1, le=2)] = None,
    language: Annotated[Language, Query(description="The language of the groups' names.")] = "en",
) -> Priorities:
    """Return the groups by dots, with shares; ties are said."""
    found, groups, voters = await voting.priorities(work, round_table_id, question=question)
    return priorities_shown(found, groups, voters=voters, language=language)
