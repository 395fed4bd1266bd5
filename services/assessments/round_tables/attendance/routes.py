"""HTTP for who came to an evening."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.assessments.models import Attendance
from services.assessments.one_to_one.schemas import shown
from services.assessments.round_tables.attendance import operations
from services.assessments.round_tables.attendance.schemas import AttendancePublic, ChangeAttendance, NoteAttendance
from services.kernel import pages
from services.kernel.fields import Language, Line
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["round tables"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
_HOME = "/v1/round-tables/{round_table_id}/attendance"
_ONE = _HOME + "/{attendance_id}"


def _shown(row: Attendance, response: Response) -> AttendancePublic:
    tag(response, row.version)
    body: AttendancePublic = shown(AttendancePublic, row)
    return body


@router.post(_HOME, status_code=201, operation_id="note_attendance", summary="Note who came")
async def note(round_table_id: UUID, body: NoteAttendance, response: Response, work: Writes) -> AttendancePublic:
    """Note some people by a count, or one of them by name."""
    made = await operations.note(work, round_table_id, **body.model_dump())
    response.headers["location"] = f"/v1/round-tables/{round_table_id}/attendance/{made.id}"
    return _shown(made, response)


@router.get(_HOME, operation_id="list_attendance", summary="List who came")
async def list_attendance(
    round_table_id: UUID,
    request: Request,
    response: Response,
    work: Reads,
    kind: Annotated[Line | None, Query()] = None,
    language: Annotated[Language | None, Query()] = None,
    table_id: UUID | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AttendancePublic]:
    """Return the lines of an evening's attendance."""
    found = await operations.page(
        work, round_table_id, after=pages.after(cursor), limit=limit,
        kind=kind, language=language, table_id=table_id,
    )  # fmt: skip
    return pages.page(request, response, found, limit, lambda row: shown(AttendancePublic, row))


@router.get(_ONE, operation_id="read_attendance", summary="Read a line of the attendance")
async def get_attendance(
    round_table_id: UUID, attendance_id: UUID, response: Response, work: Reads
) -> AttendancePublic:
    """Return one line."""
    return _shown(await operations.read(work, round_table_id, attendance_id), response)


@router.patch(_ONE, operation_id="change_attendance", summary="Correct a line of the attendance")
async def change(
    round_table_id: UUID,
    attendance_id: UUID,
    body: ChangeAttendance,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> AttendancePublic:
    """Correct how many there were, of which kind or language."""
    changes = body.model_dump(exclude_unset=True)
    return _shown(
        await operations.change(work, round_table_id, attendance_id, if_match=if_match, changes=changes), response
    )


@router.delete(_ONE, status_code=204, operation_id="delete_attendance", summary="Take a line back")
async def delete(round_table_id: UUID, attendance_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Take back a line that was noted by mistake."""
    await operations.delete(work, round_table_id, attendance_id, if_match=if_match)
