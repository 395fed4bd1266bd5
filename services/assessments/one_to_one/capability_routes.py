"""HTTP for the capabilities of an assessment."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.assessments import paging
from services.assessments.models import Capability
from services.assessments.one_to_one import items
from services.assessments.one_to_one.schemas import AddCapability, CapabilityPublic, ChangeCapability, shown, values_of
from services.assessments.publications.schemas import PublicationPublic, Publish
from services.assessments.publications.schemas import shown as publication_shown
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["assessments"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
_HOME = "/v1/assessments/{assessment_id}/capabilities"


def _shown(row: Capability, response: Response) -> CapabilityPublic:
    tag(response, row.version)
    body: CapabilityPublic = shown(CapabilityPublic, row)
    return body


@router.get(_HOME, operation_id="list_capabilities", summary="List the capabilities of an assessment")
async def list_capabilities(
    assessment_id: UUID, request: Request, response: Response, work: Reads, limit: Limit = 50, cursor: Cursor = None
) -> Page[CapabilityPublic]:
    """Return what the person does already or could do, and whether she would share it."""
    found = await items.page(work, Capability, assessment_id, after=paging.after(cursor), limit=limit)
    return paging.page(request, response, found, limit, lambda row: shown(CapabilityPublic, row))


@router.post(_HOME, status_code=201, operation_id="add_capability", summary="Add a capability")
async def add(assessment_id: UUID, body: AddCapability, response: Response, work: Writes) -> CapabilityPublic:
    """Add one that the answers did not tell of."""
    made = await items.add(work, Capability, assessment_id, values=values_of(body))
    response.headers["location"] = f"/v1/assessments/{assessment_id}/capabilities/{made.id}"
    return _shown(made, response)


@router.get(f"{_HOME}/{{item_id}}", operation_id="read_capability", summary="Read a capability")
async def get_one(assessment_id: UUID, item_id: UUID, response: Response, work: Reads) -> CapabilityPublic:
    """Return one."""
    return _shown(await items.read(work, Capability, assessment_id, item_id), response)


@router.patch(f"{_HOME}/{{item_id}}", operation_id="change_capability", summary="Change a capability")
async def change(
    assessment_id: UUID,
    item_id: UUID,
    body: ChangeCapability,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> CapabilityPublic:
    """Put one right, such as its category; what is published of it follows, and ends when she is no longer willing."""
    changed = await items.change(work, Capability, assessment_id, item_id, if_match=if_match, changes=values_of(body))
    return _shown(changed, response)


@router.delete(f"{_HOME}/{{item_id}}", status_code=204, operation_id="delete_capability", summary="Delete a capability")
async def delete(assessment_id: UUID, item_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Delete one; what is published of it is withdrawn."""
    await items.delete(work, Capability, assessment_id, item_id, if_match=if_match)


@router.post(
    f"{_HOME}/{{item_id}}:publish", status_code=201, operation_id="publish_capability", summary="Publish it as an offer"
)
async def publish(
    assessment_id: UUID, item_id: UUID, body: Publish, response: Response, work: Writes
) -> PublicationPublic:
    """Make it known to matching: with her live consent, when she says yes or perhaps."""
    made = await items.publish(work, Capability, assessment_id, item_id, terms=body.terms())
    tag(response, made.version, f"/v1/publications/{made.id}")
    return publication_shown(made)


@router.post(f"{_HOME}/{{item_id}}:unpublish", operation_id="unpublish_capability", summary="Take it back")
async def unpublish(assessment_id: UUID, item_id: UUID, response: Response, work: Writes) -> PublicationPublic:
    """Withdraw what is published of it."""
    ended = await items.unpublish(work, Capability, assessment_id, item_id)
    tag(response, ended.version)
    response.headers["content-location"] = f"/v1/publications/{ended.id}"
    return publication_shown(ended)
