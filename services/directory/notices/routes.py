"""HTTP for notices: reads requests, calls one operation, shows its result. Nothing else."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.directory.consents.schemas import Purpose
from services.directory.models import Notice
from services.directory.notices import operations, repository
from services.directory.notices.schemas import NoticeCreate, NoticePublic
from services.kernel import pages
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1/notices", route_class=WorkRoute, tags=["notices"])
Read = Annotated[Work, within("participants:read")]
Manage = Annotated[Work, within("rights:manage")]


def _shown(row: Notice) -> NoticePublic:
    return NoticePublic.model_validate({**row.model_dump(), "version": row.notice_version})


@router.post("", operation_id="publish_notice", summary="Publish what people are told about a purpose", status_code=201)
async def publish(body: NoticeCreate, work: Manage, response: Response) -> NoticePublic:
    """From `valid_from` on, a grant for this purpose must name one of its notices, in a language that it has.

    A text that no native speaker has reviewed is good for a grant only where an interpreter is recorded.
    """
    made = await operations.publish(work, **body.model_dump())
    tag(response, 1, f"/v1/notices/{made.id}")
    return _shown(made)


@router.get("", operation_id="list_notices", summary="List the notices")
async def list_notices(
    request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None,
    purpose: Annotated[Purpose | None, Query()] = None,
) -> Page[NoticePublic]:  # fmt: skip
    found = await repository.page(work, purpose=purpose, after=pages.after(cursor), limit=limit)
    shown: Page[Any] = pages.page(request, response, found, limit, _shown)
    return shown


@router.get("/{notice_id}", operation_id="read_notice", summary="Read one notice")
async def read(notice_id: UUID, work: Read, response: Response) -> NoticePublic:
    found = await operations.notice(work, notice_id)
    tag(response, 1)
    return _shown(found)
