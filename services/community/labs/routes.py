"""HTTP for co-production labs, their members and meetings."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.community.labs import domain, operations
from services.community.labs.schemas import (
    Conclusion,
    CoProductionLab,
    Dissolution,
    LabChange,
    LabCreate,
    LabMeetingPublic,
    LabMemberPublic,
    MeetingChange,
    MeetingCreate,
    MemberCreate,
    values_of,
)
from services.community.models import Lab, LabMeeting, LabMember
from services.community.shapes import shown
from services.kernel import pages
from services.kernel.fields import ExternalId, Line, Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["co-production labs"])
Read = Annotated[Work, within("community:read")]
Write = Annotated[Work, within("community:write")]
_HOME = "/v1/co-production-labs"
_ONE = _HOME + "/{lab_id}"
_MEMBERS = _ONE + "/members"
_MEETINGS = _ONE + "/meetings"


def _shown(row: Lab) -> CoProductionLab:
    return shown(CoProductionLab, row)


def _member(row: LabMember) -> LabMemberPublic:
    return shown(LabMemberPublic, row)


def _meeting(row: LabMeeting) -> LabMeetingPublic:
    return shown(LabMeetingPublic, row)


def _answered(row: Lab, response: Response, *, acted: bool = False) -> CoProductionLab:
    tag(response, row.version)
    if acted:
        response.headers["content-location"] = f"{_HOME}/{row.id}"
    return _shown(row)


@router.post(_HOME, status_code=201, operation_id="create_co_production_lab", summary="Bring a lab together")
async def create(body: LabCreate, response: Response, work: Write) -> CoProductionLab:
    """Bring citizens and staff together on a question: those you name, or a group that matching suggests."""
    made = await operations.create(work, **values_of(body))
    tag(response, made.version, f"{_HOME}/{made.id}")
    return _shown(made)


@router.get(_HOME, operation_id="list_co_production_labs", summary="List labs")
async def list_labs(
    request: Request, response: Response, work: Read, state: domain.State | None = None,
    updated_after: Annotated[Moment | None, Query()] = None, ids: TheseIds = None, limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[CoProductionLab]:  # fmt: skip
    """Return your organisation's labs."""
    rows = await operations.page(
        work, state=state, updated_after=updated_after, ids=these(ids), after=pages.after(cursor), limit=limit
    )  # fmt: skip
    return pages.page(request, response, rows, limit, _shown)


@router.put(
    f"{_HOME}/by-external-id", operation_id="upsert_co_production_lab", summary="Bring together or change a lab by"
    " your own id", responses={201: {"model": CoProductionLab}},
)  # fmt: skip
async def upsert(
    body: LabCreate, response: Response, work: Write, system: Annotated[Line, Query()],
    value: Annotated[Line, Query()], if_match: IfMatch = None,
) -> CoProductionLab:  # fmt: skip
    """Put a lab under what your system calls it; of one that is there, the members stay as they are."""
    external = ExternalId(system=system, value=value)
    found, made = await operations.upsert(work, external=external, if_match=if_match, **values_of(body))
    response.status_code = 201 if made else 200
    tag(response, found.version, f"{_HOME}/{found.id}" if made else None)
    return _shown(found)


@router.get(_ONE, operation_id="read_co_production_lab", summary="Read a lab")
async def get(lab_id: UUID, response: Response, work: Read) -> CoProductionLab:
    """Return one lab."""
    return _answered(await operations.get(work, lab_id), response)


@router.patch(_ONE, operation_id="change_co_production_lab", summary="Change a lab")
async def change(
    lab_id: UUID, body: LabChange, response: Response, work: Write, if_match: IfMatch = None
) -> CoProductionLab:
    """Change what a lab is about, as long as it is not over."""
    found = await operations.change(work, lab_id, if_match=if_match, changes=values_of(body))
    return _answered(found, response)


@router.delete(_ONE, status_code=204, operation_id="delete_co_production_lab", summary="Delete a lab")
async def delete(lab_id: UUID, work: Write, if_match: IfMatch = None) -> None:
    """Delete a lab with its meetings."""
    await operations.delete(work, lab_id, if_match=if_match)


@router.post(f"{_ONE}:conclude", operation_id="conclude_co_production_lab", summary="Say what came of a lab")
async def conclude(lab_id: UUID, body: Conclusion, response: Response, work: Write) -> CoProductionLab:
    """Conclude a lab that has met, with its outcome and what it led to."""
    found = await operations.conclude(work, lab_id, **values_of(body))
    return _answered(found, response, acted=True)


@router.post(f"{_ONE}:dissolve", operation_id="dissolve_co_production_lab", summary="Dissolve a lab")
async def dissolve(lab_id: UUID, body: Dissolution, response: Response, work: Write) -> CoProductionLab:
    """End a lab of which nothing came."""
    return _answered(await operations.dissolve(work, lab_id, why=body.why), response, acted=True)


@router.post(_MEMBERS, status_code=201, operation_id="add_lab_member", summary="Add a member to a lab")
async def join(lab_id: UUID, body: MemberCreate, response: Response, work: Write) -> LabMemberPublic:
    """Give somebody a seat."""
    made = await operations.join(work, lab_id, **values_of(body))
    tag(response, made.version, f"{_HOME}/{lab_id}/members/{made.id}")
    return _member(made)


@router.get(_MEMBERS, operation_id="list_lab_members", summary="List the members of a lab")
async def list_members(
    lab_id: UUID, request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[LabMemberPublic]:
    """Return the seats, those that were left too."""
    rows = await operations.member_page(work, lab_id, after=pages.after(cursor), limit=limit)
    return pages.page(request, response, rows, limit, _member)


@router.get(_MEMBERS + "/{member_id}", operation_id="read_lab_member", summary="Read a member of a lab")
async def get_member(lab_id: UUID, member_id: UUID, response: Response, work: Read) -> LabMemberPublic:
    """Return one seat."""
    found = await operations.member(work, lab_id, member_id)
    tag(response, found.version)
    return _member(found)


@router.delete(
    _MEMBERS + "/{member_id}", status_code=204, operation_id="remove_lab_member", summary="Let a member go"
)  # fmt: skip
async def leave(lab_id: UUID, member_id: UUID, work: Write, if_match: IfMatch = None) -> None:
    """Let somebody go; a citizen and a member of staff must remain."""
    await operations.leave(work, lab_id, member_id, if_match=if_match)


@router.post(_MEETINGS, status_code=201, operation_id="add_lab_meeting", summary="Plan or note a meeting of a lab")
async def meet(lab_id: UUID, body: MeetingCreate, response: Response, work: Write) -> LabMeetingPublic:
    """Plan a meeting, or note one that was held: who was there, what was said and decided."""
    made = await operations.meet(work, lab_id, **values_of(body))
    tag(response, made.version, f"{_HOME}/{lab_id}/meetings/{made.id}")
    return _meeting(made)


@router.get(_MEETINGS, operation_id="list_lab_meetings", summary="List the meetings of a lab")
async def list_meetings(
    lab_id: UUID, request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[LabMeetingPublic]:
    """Return the meetings."""
    rows = await operations.meeting_page(work, lab_id, after=pages.after(cursor), limit=limit)
    return pages.page(request, response, rows, limit, _meeting)


@router.get(_MEETINGS + "/{meeting_id}", operation_id="read_lab_meeting", summary="Read a meeting of a lab")
async def get_meeting(lab_id: UUID, meeting_id: UUID, response: Response, work: Read) -> LabMeetingPublic:
    """Return one meeting."""
    found = await operations.meeting(work, lab_id, meeting_id)
    tag(response, found.version)
    return _meeting(found)


@router.patch(_MEETINGS + "/{meeting_id}", operation_id="change_lab_meeting", summary="Change a meeting of a lab")
async def change_meeting(
    lab_id: UUID, meeting_id: UUID, body: MeetingChange, response: Response, work: Write, if_match: IfMatch = None
) -> LabMeetingPublic:
    """Change a meeting, or note that it was held."""
    found = await operations.change_meeting(work, lab_id, meeting_id, if_match=if_match, changes=values_of(body))
    tag(response, found.version)
    return _meeting(found)
