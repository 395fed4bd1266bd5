"""Noting who came to an evening, and counting them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.assessments.access import check_participant
from services.assessments.models import Attendance, LanguageTable
from services.assessments.round_tables import operations, repository
from services.assessments.round_tables.attendance import domain
from services.kernel.pages import After
from services.kernel.versions import check_version
from services.kernel.work import Work


async def note(work: Work, round_table_id: UUID, **values: Any) -> Attendance:
    """Note that some people came; the language is the table's unless it is given. Raises AlreadyAttending."""
    round_table = await operations.get(work, round_table_id)
    participant = values.get("participant_id")
    domain.check_attendance(round_table.state, people=values["people"], named=participant is not None)
    if values.get("table_id") is not None:
        table = await operations.part(work, LanguageTable, round_table_id, values["table_id"])
        values["language"] = values.get("language") or table.language
    if participant is not None:
        await check_participant(work, participant, "assessment", "matching")
    made = Attendance(
        id=work.new_id(), round_table_id=round_table.id, created_at=work.now, updated_at=work.now, **values
    )
    await _add(work, made)
    await _tell(work, "attendance.noted", made)
    return made


async def _add(work: Work, made: Attendance) -> None:
    try:
        async with work.session.begin_nested():
            await repository.add(work, made)
    except IntegrityError as error:
        if "one_attendance_per_participant" in str(error.orig):
            raise domain.AlreadyAttending from None
        raise


async def change(
    work: Work, round_table_id: UUID, attendance_id: UUID, *, if_match: str | None, changes: dict[str, Any]
) -> Attendance:
    """Correct a count, its kind or its language. Raises NamedCrowd."""
    round_table = await operations.get(work, round_table_id)
    found = await operations.part(work, Attendance, round_table_id, attendance_id, lock=True)
    check_version(if_match, found.version)
    people = changes.get("people", found.people)
    domain.check_attendance(round_table.state, people=people, named=found.participant_id is not None)
    if found.change(work.now, **changes):
        await _tell(work, "attendance.changed", found)
    return found


async def delete(work: Work, round_table_id: UUID, attendance_id: UUID, *, if_match: str | None) -> None:
    """Take back a line that was noted by mistake."""
    found = await operations.part(work, Attendance, round_table_id, attendance_id, lock=True)
    check_version(if_match, found.version)
    found.change(work.now, deleted_at=work.now)
    await _tell(work, "attendance.deleted", found)


async def read(work: Work, round_table_id: UUID, attendance_id: UUID) -> Attendance:
    """Return one line, and put on record whose it was when somebody is named."""
    found = await operations.part(work, Attendance, round_table_id, attendance_id)
    if found.participant_id is not None:
        await work.audit("attendance.read", found.participant_id)
    return found


async def page(work: Work, round_table_id: UUID, *, after: After, limit: int, **equal: object) -> Sequence[Attendance]:
    """Return a page of lines, and put on record who is named on them."""
    found = await operations.part_page(work, Attendance, round_table_id, after=after, limit=limit, **equal)
    for person in sorted({line.participant_id for line in found[:limit] if line.participant_id}):
        await work.audit("attendance.listed", person)
    return found


async def counted(work: Work, round_table_id: UUID) -> domain.Attendances:
    """Return how many people came, of which kinds and languages."""
    round_table = await operations.get(work, round_table_id)
    return domain.attendances(await repository.parts(work, Attendance, round_table.id))


async def _tell(work: Work, fact: str, attendance: Attendance) -> None:
    await work.record(fact, attendance.id, round_table=attendance.round_table_id)
