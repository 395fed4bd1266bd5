"""HTTP for councils, their electorates, candidates and members."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.community.councils import domain, members, operations
from services.community.councils.election_schemas import LeaveCouncil
from services.community.councils.schemas import (
    CandidatePublic,
    ChangeCandidate,
    ChangeCouncil,
    ChangeElectorate,
    CouncilPublic,
    ElectoratePublic,
    FormCouncil,
    MemberPublic,
    NoteElectorate,
    RaiseLimit,
    Stand,
    values_of,
)
from services.community.models import Candidate, Council, Electorate, Member
from services.community.shapes import shown
from services.kernel import pages
from services.kernel.fields import ExternalId, Line, Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["councils"])
Reads = Annotated[Work, within("community:read")]
Writes = Annotated[Work, within("community:write")]
_HOME = "/v1/councils"
_ONE = _HOME + "/{council_id}"


def _shown(row: Council, response: Response, *, made: bool = False, acted: bool = False) -> CouncilPublic:
    tag(response, row.version, f"{_HOME}/{row.id}" if made else None)
    if acted:
        response.headers["content-location"] = f"{_HOME}/{row.id}"
    return shown(CouncilPublic, row)


@router.post(_HOME, status_code=201, operation_id="form_council", summary="Form a council")
async def form(body: FormCouncil, response: Response, work: Writes) -> CouncilPublic:
    """Begin a council: its task, seats and quotas."""
    made = await operations.form(work, externals=body.external_ids, **values_of(body))
    return _shown(made, response, made=True)


@router.get(_HOME, operation_id="list_councils", summary="List councils")
async def list_councils(
    request: Request,
    response: Response,
    work: Reads,
    state: domain.CouncilState | None = None,
    updated_after: Moment | None = None,
    ids: TheseIds = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[CouncilPublic]:
    """Return your organisation's councils."""
    after = pages.after(cursor)
    found = await operations.page(
        work, state=state, updated_after=updated_after, ids=these(ids), after=after, limit=limit
    )
    return pages.page(request, response, found, limit, lambda row: shown(CouncilPublic, row))


@router.put(
    f"{_HOME}/by-external-id",
    operation_id="upsert_council",
    summary="Form or update a council by your own id",
    responses={201: {"model": CouncilPublic}},
)
async def upsert(
    body: FormCouncil,
    response: Response,
    work: Writes,
    system: Annotated[Line, Query()],
    value: Annotated[Line, Query()],
    if_match: IfMatch = None,
) -> CouncilPublic:
    """Put a council under what your system calls it; an existing one keeps its project limit."""
    external = ExternalId(system=system, value=value)
    found, made = await operations.upsert(
        work, external=external, if_match=if_match, externals=body.external_ids, **values_of(body)
    )
    response.status_code = 201 if made else 200
    return _shown(found, response, made=made)


@router.get(_ONE, operation_id="read_council", summary="Read a council")
async def get_council(council_id: UUID, response: Response, work: Reads) -> CouncilPublic:
    """Return one council."""
    return _shown(await operations.get(work, council_id), response)


@router.patch(_ONE, operation_id="change_council", summary="Change a council")
async def change(
    council_id: UUID, body: ChangeCouncil, response: Response, work: Writes, if_match: IfMatch = None
) -> CouncilPublic:
    """Change what it is; seats and quotas stay as they are during an election."""
    changes = values_of(body)
    if "external_ids" in body.model_fields_set:
        changes["external_ids"] = body.external_ids
    return _shown(await operations.change(work, council_id, if_match=if_match, changes=changes), response)


@router.delete(_ONE, status_code=204, operation_id="delete_council", summary="Delete a council")
async def delete(council_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Delete it; its projects stay."""
    await operations.delete(work, council_id, if_match=if_match)


@router.post(f"{_ONE}:end", operation_id="end_council", summary="End a council")
async def end(council_id: UUID, response: Response, work: Writes) -> CouncilPublic:
    """End the council and its members' terms."""
    return _shown(await operations.end(work, council_id), response, acted=True)


@router.post(f"{_ONE}:raise-limit", operation_id="raise_project_limit", summary="Set what a project may cost")
async def raise_limit(council_id: UUID, body: RaiseLimit, response: Response, work: Writes) -> CouncilPublic:
    """Set the limit of one project anew; who decided it and why is kept."""
    return _shown(await operations.raise_limit(work, council_id, **body.model_dump()), response, acted=True)


@router.get(f"{_ONE}/electorates", operation_id="list_electorates", summary="List the electorates")
async def list_electorates(
    council_id: UUID, request: Request, response: Response, work: Reads, limit: Limit = 50, cursor: Cursor = None
) -> Page[ElectoratePublic]:
    """Return the language communities that may vote."""
    found = await operations.part_page(work, Electorate, council_id, after=pages.after(cursor), limit=limit)
    return pages.page(request, response, found, limit, lambda row: shown(ElectoratePublic, row))


@router.post(f"{_ONE}/electorates", status_code=201, operation_id="note_electorate", summary="Note an electorate")
async def note_electorate(council_id: UUID, body: NoteElectorate, response: Response, work: Writes) -> ElectoratePublic:
    """Note how many of a language community may vote, and how many have agreed to the task."""
    made = await operations.note_electorate(work, council_id, **body.model_dump())
    tag(response, made.version, f"{_HOME}/{council_id}/electorates/{made.id}")
    return shown(ElectoratePublic, made)


@router.get(f"{_ONE}/electorates/{{electorate_id}}", operation_id="read_electorate", summary="Read an electorate")
async def get_electorate(council_id: UUID, electorate_id: UUID, response: Response, work: Reads) -> ElectoratePublic:
    """Return one electorate."""
    found = await operations.part(work, Electorate, council_id, electorate_id)
    tag(response, found.version)
    return shown(ElectoratePublic, found)


@router.patch(f"{_ONE}/electorates/{{electorate_id}}", operation_id="change_electorate", summary="Change an electorate")
async def change_electorate(
    council_id: UUID,
    electorate_id: UUID,
    body: ChangeElectorate,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> ElectoratePublic:
    """Change how many may vote or have agreed."""
    changes = body.model_dump(exclude_unset=True)
    found = await operations.change_electorate(work, council_id, electorate_id, if_match=if_match, changes=changes)
    tag(response, found.version)
    return shown(ElectoratePublic, found)


@router.delete(
    f"{_ONE}/electorates/{{electorate_id}}",
    status_code=204,
    operation_id="remove_electorate",
    summary="Remove an electorate",
)
async def remove_electorate(council_id: UUID, electorate_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Take it away."""
    await operations.remove_electorate(work, council_id, electorate_id, if_match=if_match)


@router.get(f"{_ONE}/candidates", operation_id="list_council_candidates", summary="List who stands")
async def list_candidates(
    council_id: UUID,
    request: Request,
    response: Response,
    work: Reads,
    state: domain.CandidateState | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[CandidatePublic]:
    """Return those who stand or stood."""
    after = pages.after(cursor)
    found = await operations.part_page(work, Candidate, council_id, after=after, limit=limit, state=state)
    return pages.page(request, response, found, limit, lambda row: shown(CandidatePublic, row))


@router.post(f"{_ONE}/candidates", status_code=201, operation_id="stand_for_council", summary="Note who stands")
async def stand(council_id: UUID, body: Stand, response: Response, work: Writes) -> CandidatePublic:
    """Note that somebody stands, under the name she chooses."""
    made = await operations.stand(work, council_id, **body.model_dump())
    tag(response, made.version, f"{_HOME}/{council_id}/candidates/{made.id}")
    return shown(CandidatePublic, made)


@router.get(f"{_ONE}/candidates/{{candidate_id}}", operation_id="read_council_candidate", summary="Read who stands")
async def get_candidate(council_id: UUID, candidate_id: UUID, response: Response, work: Reads) -> CandidatePublic:
    """Return one candidate."""
    found = await operations.read_part(work, Candidate, council_id, candidate_id)
    tag(response, found.version)
    return shown(CandidatePublic, found)


@router.patch(
    f"{_ONE}/candidates/{{candidate_id}}", operation_id="change_council_candidate", summary="Change who stands"
)
async def change_candidate(
    council_id: UUID,
    candidate_id: UUID,
    body: ChangeCandidate,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> CandidatePublic:
    """Change the name, for whom somebody speaks, or whether she stands."""
    changes = body.model_dump(exclude_unset=True)
    found = await operations.change_candidate(work, council_id, candidate_id, if_match=if_match, changes=changes)
    tag(response, found.version)
    return shown(CandidatePublic, found)


@router.delete(
    f"{_ONE}/candidates/{{candidate_id}}", status_code=204, operation_id="withdraw_candidate", summary="Stand no more"
)
async def withdraw(council_id: UUID, candidate_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Withdraw a candidate before the election."""
    changes = {"state": "withdrawn"}
    await operations.change_candidate(work, council_id, candidate_id, if_match=if_match, changes=changes)


@router.get(f"{_ONE}/members", operation_id="list_council_members", summary="List the members")
async def list_members(
    council_id: UUID,
    request: Request,
    response: Response,
    work: Reads,
    state: domain.MemberState | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[MemberPublic]:
    """Return who serves, and who served before."""
    after = pages.after(cursor)
    found = await operations.part_page(work, Member, council_id, after=after, limit=limit, state=state)
    return pages.page(request, response, found, limit, lambda row: shown(MemberPublic, row))


@router.get(f"{_ONE}/members/{{member_id}}", operation_id="read_council_member", summary="Read a member")
async def get_member(council_id: UUID, member_id: UUID, response: Response, work: Reads) -> MemberPublic:
    """Return one member."""
    found = await operations.read_part(work, Member, council_id, member_id)
    tag(response, found.version)
    return shown(MemberPublic, found)


@router.post(f"{_ONE}/members/{{member_id}}:leave", operation_id="leave_council", summary="Let a member go")
async def leave(
    council_id: UUID, member_id: UUID, body: LeaveCouncil, response: Response, work: Writes, if_match: IfMatch = None
) -> MemberPublic:
    """Note that a member leaves; the next by votes moves up, as far as the quotas allow."""
    found = await members.leave(work, council_id, member_id, if_match=if_match, **body.model_dump())
    tag(response, found.version)
    response.headers["content-location"] = f"{_HOME}/{council_id}/members/{found.id}"
    return shown(MemberPublic, found)
