"""HTTP for the needs of an assessment."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.assessments import paging
from services.assessments.models import StatedNeed
from services.assessments.one_to_one import items
from services.assessments.one_to_one.schemas import AddNeed, ChangeNeed, StatedNeedPublic, shown, values_of
from services.assessments.publications.schemas import PublicationPublic, Publish
from services.assessments.publications.schemas import shown as publication_shown
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["assessments"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
_HOME = "/v1/assessments/{assessment_id}/needs"


def _shown(row: StatedNeed, response: Response) -> StatedNeedPublic:
    tag(response, row.version)
    body: StatedNeedPublic = shown(StatedNeedPublic, row)
    return body


@router.get(_HOME, operation_id="list_stated_needs", summary="List the needs of an assessment")
async def list_needs(
    assessment_id: UUID, request: Request, response: Response, work: Reads, limit: Limit = 50, cursor: Cursor = None
) -> Page[StatedNeedPublic]:
    """Return what the person wants help with, and what she does about it herself."""
    found = await items.page(work, StatedNeed, assessment_id, after=paging.after(cursor), limit=limit)
    return paging.page(request, response, found, limit, lambda row: shown(StatedNeedPublic, row))


@router.post(_HOME, status_code=201, operation_id="add_stated_need", summary="Add a need")
async def add(assessment_id: UUID, body: AddNeed, response: Response, work: Writes) -> StatedNeedPublic:
    """Add one that the answers did not tell of."""
    made = await items.add(work, StatedNeed, assessment_id, values=values_of(body))
    response.headers["location"] = f"/v1/assessments/{assessment_id}/needs/{made.id}"
    return _shown(made, response)


@router.get(f"{_HOME}/{{item_id}}", operation_id="read_stated_need", summary="Read a need")
async def get_one(assessment_id: UUID, item_id: UUID, response: Response, work: Reads) -> StatedNeedPublic:
    """Return one."""
    return _shown(await items.read(work, StatedNeed, assessment_id, item_id), response)


@router.patch(f"{_HOME}/{{item_id}}", operation_id="change_stated_need", summary="Change a need")
async def change(
    assessment_id: UUID, item_id: UUID, body: ChangeNeed, response: Response, work: Writes, if_match: IfMatch = None
) -> StatedNeedPublic:
    """Put one right, such as its category; what is published of it follows."""
    changed = await items.change(work, StatedNeed, assessment_id, item_id, if_match=if_match, changes=values_of(body))
    return _shown(changed, response)


@router.delete(f"{_HOME}/{{item_id}}", status_code=204, operation_id="delete_stated_need", summary="Delete a need")
async def delete(assessment_id: UUID, item_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Delete one; what is published of it is withdrawn."""
    await items.delete(work, StatedNeed, assessment_id, item_id, if_match=if_match)


@router.post(
    f"{_HOME}/{{item_id}}:publish", status_code=201, operation_id="publish_stated_need", summary="Publish it as a need"
)
async def publish(
    assessment_id: UUID, item_id: UUID, body: Publish, response: Response, work: Writes
) -> PublicationPublic:
    """Make it known to matching: with her live consent."""
    made = await items.publish(work, StatedNeed, assessment_id, item_id, terms=body.terms())
    tag(response, made.version, f"/v1/publications/{made.id}")
    return publication_shown(made)


@router.post(f"{_HOME}/{{item_id}}:unpublish", operation_id="unpublish_stated_need", summary="Take it back")
async def unpublish(assessment_id: UUID, item_id: UUID, response: Response, work: Writes) -> PublicationPublic:
    """Withdraw what is published of it."""
    ended = await items.unpublish(work, StatedNeed, assessment_id, item_id)
    tag(response, ended.version)
    response.headers["content-location"] = f"/v1/publications/{ended.id}"
    return publication_shown(ended)
