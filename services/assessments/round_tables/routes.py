"""HTTP for round tables as a whole, their tables and invitations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.assessments.models import LanguageTable, RoundTable
from services.assessments.one_to_one.schemas import shown
from services.assessments.round_tables import domain, operations
from services.assessments.round_tables.attendance import operations as attendance
from services.assessments.round_tables.schemas import (
    ChangeInvitation,
    ChangeRoundTable,
    ChangeTable,
    InvitationPublic,
    Invite,
    PlanRoundTable,
    RoundTablePublic,
    SetTable,
    TablePublic,
    Turnout,
    round_table_shown,
    turnout_shown,
    values_of,
)
from services.kernel import pages
from services.kernel.fields import ExternalId, Line, Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["round tables"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
_HOME = "/v1/round-tables"
_ONE = _HOME + "/{round_table_id}"


def _shown(row: RoundTable, response: Response, *, made: bool = False, acted: bool = False) -> RoundTablePublic:
    tag(response, row.version, f"{_HOME}/{row.id}" if made else None)
    if acted:
        response.headers["content-location"] = f"{_HOME}/{row.id}"
    return round_table_shown(row)


@router.post(_HOME, status_code=201, operation_id="plan_round_table", summary="Plan a round table")
async def plan(body: PlanRoundTable, response: Response, work: Writes) -> RoundTablePublic:
    """Plan an evening; the two usual questions and all images are taken unless you name others."""
    made = await operations.plan(work, externals=body.external_ids, **values_of(body))
    return _shown(made, response, made=True)


@router.get(_HOME, operation_id="list_round_tables", summary="List round tables")
async def list_round_tables(
    request: Request,
    response: Response,
    work: Reads,
    state: domain.State | None = None,
    updated_after: Moment | None = None,
    ids: TheseIds = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[RoundTablePublic]:
    """Return your organisation's round tables."""
    after = pages.after(cursor)
    found = await operations.page(
        work, state=state, updated_after=updated_after, ids=these(ids), after=after, limit=limit
    )
    return pages.page(request, response, found, limit, round_table_shown)


@router.put(
    f"{_HOME}/by-external-id",
    operation_id="upsert_round_table",
    summary="Plan or update a round table by your own id",
    responses={201: {"model": RoundTablePublic}},
)
async def upsert(
    body: PlanRoundTable,
    response: Response,
    work: Writes,
    system: Annotated[Line, Query()],
    value: Annotated[Line, Query()],
    if_match: IfMatch = None,
) -> RoundTablePublic:
    """Put a round table under what your system calls it; the same put again changes nothing."""
    external = ExternalId(system=system, value=value)
    found, made = await operations.upsert(
        work, external=external, if_match=if_match, externals=body.external_ids, **values_of(body)
    )
    response.status_code = 201 if made else 200
    return _shown(found, response, made=made)


@router.get(_ONE, operation_id="read_round_table", summary="Read a round table")
async def get_round_table(round_table_id: UUID, response: Response, work: Reads) -> RoundTablePublic:
    """Return one round table."""
    return _shown(await operations.get(work, round_table_id), response)


@router.patch(_ONE, operation_id="change_round_table", summary="Change a round table")
async def change(
    round_table_id: UUID, body: ChangeRoundTable, response: Response, work: Writes, if_match: IfMatch = None
) -> RoundTablePublic:
    """Change what is planned."""
    changes = values_of(body)
    if "external_ids" in body.model_fields_set:
        changes["external_ids"] = body.external_ids
    return _shown(await operations.change(work, round_table_id, if_match=if_match, changes=changes), response)


@router.delete(_ONE, status_code=204, operation_id="delete_round_table", summary="Delete a round table")
async def delete(round_table_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Delete it; everything that was published of its cards is withdrawn."""
    await operations.delete(work, round_table_id, if_match=if_match)


@router.post(f"{_ONE}:invite", operation_id="start_inviting", summary="Start inviting")
async def start_inviting(round_table_id: UUID, response: Response, work: Writes) -> RoundTablePublic:
    """Step from planned to inviting."""
    return _shown(await operations.step(work, round_table_id, to="inviting"), response, acted=True)


@router.post(f"{_ONE}:open", operation_id="open_round_table", summary="Open the evening")
async def open_round_table(round_table_id: UUID, response: Response, work: Writes) -> RoundTablePublic:
    """Step from inviting to open: cards can be laid now."""
    return _shown(await operations.step(work, round_table_id, to="open"), response, acted=True)


@router.post(f"{_ONE}:to-plenary", operation_id="go_to_plenary", summary="Go to the plenary")
async def go_to_plenary(round_table_id: UUID, response: Response, work: Writes) -> RoundTablePublic:
    """Step from open to plenary: the tables present their cards."""
    return _shown(await operations.step(work, round_table_id, to="plenary"), response, acted=True)


@router.post(f"{_ONE}:close", operation_id="close_round_table", summary="Close the evening")
async def close(round_table_id: UUID, response: Response, work: Writes) -> RoundTablePublic:
    """Step from plenary to closed: no card is taken any more."""
    return _shown(await operations.step(work, round_table_id, to="closed"), response, acted=True)


@router.get(f"{_ONE}/tables", operation_id="list_tables", summary="List the tables")
async def list_tables(
    round_table_id: UUID, request: Request, response: Response, work: Reads, limit: Limit = 50, cursor: Cursor = None
) -> Page[TablePublic]:
    """Return the tables of an evening."""
    after = pages.after(cursor)
    found = await operations.part_page(work, LanguageTable, round_table_id, after=after, limit=limit)
    return pages.page(request, response, found, limit, lambda row: shown(TablePublic, row))


@router.post(f"{_ONE}/tables", status_code=201, operation_id="set_table", summary="Set up a table")
async def set_table(round_table_id: UUID, body: SetTable, response: Response, work: Writes) -> TablePublic:
    """Set up a table for one language community."""
    made = await operations.set_table(work, round_table_id, **body.model_dump())
    tag(response, made.version, f"{_HOME}/{round_table_id}/tables/{made.id}")
    answer: TablePublic = shown(TablePublic, made)
    return answer


@router.get(f"{_ONE}/tables/{{table_id}}", operation_id="read_table", summary="Read a table")
async def get_table(round_table_id: UUID, table_id: UUID, response: Response, work: Reads) -> TablePublic:
    """Return one table."""
    found = await operations.part(work, LanguageTable, round_table_id, table_id)
    tag(response, found.version)
    answer: TablePublic = shown(TablePublic, found)
    return answer


@router.patch(f"{_ONE}/tables/{{table_id}}", operation_id="change_table", summary="Change a table")
async def change_table(
    round_table_id: UUID,
    table_id: UUID,
    body: ChangeTable,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> TablePublic:
    """Change who facilitates or interprets."""
    changes = body.model_dump(exclude_unset=True)
    found = await operations.change_table(work, round_table_id, table_id, if_match=if_match, changes=changes)
    tag(response, found.version)
    answer: TablePublic = shown(TablePublic, found)
    return answer


@router.get(f"{_ONE}/invitations", operation_id="list_invitations", summary="List the invitations")
async def list_invitations(
    round_table_id: UUID,
    request: Request,
    response: Response,
    work: Reads,
    state: domain.InvitationState | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[InvitationPublic]:
    """Return who was invited by whom."""
    after = pages.after(cursor)
    found = await operations.invitation_page(work, round_table_id, after=after, limit=limit, state=state)
    return pages.page(request, response, found, limit, lambda row: shown(InvitationPublic, row))


@router.post(f"{_ONE}/invitations", status_code=201, operation_id="invite_people", summary="Invite people")
async def invite(round_table_id: UUID, body: Invite, response: Response, work: Writes) -> InvitationPublic:
    """Note whom an inviter has asked to come, and how many."""
    made = await operations.invite(work, round_table_id, **body.model_dump())
    tag(response, made.version, f"{_HOME}/{round_table_id}/invitations/{made.id}")
    answer: InvitationPublic = shown(InvitationPublic, made)
    return answer


@router.get(f"{_ONE}/invitations/{{invitation_id}}", operation_id="read_invitation", summary="Read an invitation")
async def get_invitation(
    round_table_id: UUID, invitation_id: UUID, response: Response, work: Reads
) -> InvitationPublic:
    """Return one invitation."""
    found = await operations.invitation(work, round_table_id, invitation_id)
    tag(response, found.version)
    answer: InvitationPublic = shown(InvitationPublic, found)
    return answer


@router.patch(f"{_ONE}/invitations/{{invitation_id}}", operation_id="change_invitation", summary="Change an invitation")
async def change_invitation(
    round_table_id: UUID,
    invitation_id: UUID,
    body: ChangeInvitation,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> InvitationPublic:
    """Note that people accepted, declined or came, and how many."""
    changes = body.model_dump(exclude_unset=True)
    found = await operations.change_invitation(work, round_table_id, invitation_id, if_match=if_match, changes=changes)
    tag(response, found.version)
    answer: InvitationPublic = shown(InvitationPublic, found)
    return answer


@router.get(f"{_ONE}/turnout", operation_id="read_turnout", summary="Who brought how many people")
async def get_turnout(round_table_id: UUID, work: Reads) -> Turnout:
    """Return people invited, accepted, declined and attended, per inviter and language, and who came in all."""
    came = await attendance.counted(work, round_table_id)
    return turnout_shown(await operations.turnout(work, round_table_id), came)
