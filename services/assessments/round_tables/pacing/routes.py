"""HTTP for the pace of the tables."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from services.assessments.one_to_one.schemas import shown
from services.assessments.round_tables.pacing import operations
from services.assessments.round_tables.pacing.schemas import GoTo, PacePublic, Paces
from services.assessments.round_tables.schemas import TablePublic
from services.kernel.versions import tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["round tables"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
_ONE = "/v1/round-tables/{round_table_id}"


@router.get(f"{_ONE}/pace", operation_id="read_pace", summary="How far each table has come")
async def get_pace(round_table_id: UUID, work: Reads) -> Paces:
    """Return cards per question and table, where each should be, and prompts where strengths fall behind."""
    found = await operations.pace(work, round_table_id)
    return Paces(tables=[PacePublic.model_validate(asdict(table)) for table in found])


@router.put(f"{_ONE}/tables/{{table_id}}/question", operation_id="put_table_question", summary="A table goes on")
async def go_to(round_table_id: UUID, table_id: UUID, body: GoTo, response: Response, work: Writes) -> TablePublic:
    """Note which question a table is at from now on; the same again changes nothing."""
    found = await operations.go_to(work, round_table_id, table_id, question=body.question)
    tag(response, found.version)
    answer: TablePublic = shown(TablePublic, found)
    return answer
