"""HTTP for access: reads requests, calls one operation, shows its result. Nothing else."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.directory.access import domain, operations
from services.directory.access.schemas import (
    AssignmentCreate,
    AssignmentPublic,
    OverrideCreate,
    OverridePublic,
    OverrideReview,
)
from services.directory.models import Assignment, Override
from services.kernel import pages
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import tag
from services.kernel.work import Work, WorkRoute, within

assignments = APIRouter(prefix="/v1/assignments", route_class=WorkRoute, tags=["assignments"])
overrides = APIRouter(prefix="/v1/overrides", route_class=WorkRoute, tags=["overrides"])
Manage = Annotated[Work, within("rights:manage")]
Read = Annotated[Work, within("participants:read")]
Of = Annotated[UUID | None, Query()]
Whether = Annotated[bool | None, Query()]


def _shown_assignment(row: Assignment, work: Work) -> AssignmentPublic:
    live = domain.runs(row.starts_at, row.ends_at, row.ended_at, now=work.now)
    return AssignmentPublic.model_validate({**row.model_dump(), "live": live})


def _shown_override(row: Override) -> OverridePublic:
    return OverridePublic.model_validate(row.model_dump())


@assignments.post("", operation_id="assign", summary="Assign a caseworker to a participant", status_code=201)
async def assign(body: AssignmentCreate, work: Manage, response: Response) -> AssignmentPublic:
    """From then on a token of this member of staff sees her; without an assignment none of your staff does."""
    made = await operations.assign(work, **body.model_dump())
    tag(response, made.version, f"/v1/assignments/{made.id}")
    return _shown_assignment(made, work)


@assignments.get("", operation_id="list_assignments", summary="List your organisation's assignments")
async def list_assignments(
    request: Request, response: Response, work: Manage, limit: Limit = 50, cursor: Cursor = None,
    participant_id: Of = None, staff_id: Of = None, live: Whether = None,
) -> Page[AssignmentPublic]:  # fmt: skip
    found = await operations.assignments(
        work, participant_id=participant_id, staff_id=staff_id, live=live, after=pages.after(cursor), limit=limit
    )
    shown: Page[AssignmentPublic] = pages.page(
        request, response, found, limit, lambda row: _shown_assignment(row, work)
    )
    return shown


@assignments.get("/{assignment_id}", operation_id="read_assignment", summary="Read one assignment")
async def read_assignment(assignment_id: UUID, work: Manage, response: Response) -> AssignmentPublic:
    found = await operations.assignment(work, assignment_id)
    tag(response, found.version)
    return _shown_assignment(found, work)


@assignments.post("/{assignment_id}:end", operation_id="end_assignment", summary="End an assignment")
async def end_assignment(assignment_id: UUID, work: Manage, response: Response) -> AssignmentPublic:
    """It holds from the next request on, in every service."""
    found = await operations.end(work, assignment_id)
    tag(response, found.version)
    response.headers["content-location"] = f"/v1/assignments/{assignment_id}"
    return _shown_assignment(found, work)


@overrides.post("", operation_id="open_override", summary="Read without assignment or consent, for an hour",
                status_code=201)  # fmt: skip
async def open_override(body: OverrideCreate, work: Read, response: Response) -> OverridePublic:
    """Opens reading of a participant's record, safeguards and contact to a member of staff in an emergency.

    Never writing, and for 60 minutes. She sees who did it, and a second member of your staff must review it. A contact
    that is never disclosed stays closed.
    """
    made = await operations.break_glass(work, **body.model_dump())
    tag(response, made.version, f"/v1/overrides/{made.id}")
    return _shown_override(made)


@overrides.get("", operation_id="list_overrides", summary="List the overrides by your organisation's staff")
async def list_overrides(
    request: Request, response: Response, work: Manage, limit: Limit = 50, cursor: Cursor = None,
    participant_id: Of = None, reviewed: Whether = None,
) -> Page[OverridePublic]:  # fmt: skip
    found = await operations.overrides(
        work, participant_id=participant_id, reviewed=reviewed, after=pages.after(cursor), limit=limit
    )
    shown: Page[Any] = pages.page(request, response, found, limit, _shown_override)
    return shown


@overrides.get("/{override_id}", operation_id="read_override", summary="Read one override")
async def read_override(override_id: UUID, work: Read, response: Response) -> OverridePublic:
    found = await operations.override(work, override_id)
    tag(response, found.version)
    return _shown_override(found)


@overrides.post("/{override_id}:review", operation_id="review_override", summary="Review somebody else's override")
async def review_override(override_id: UUID, body: OverrideReview, work: Manage, response: Response) -> OverridePublic:
    found = await operations.review(work, override_id, **body.model_dump())
    tag(response, found.version)
    response.headers["content-location"] = f"/v1/overrides/{override_id}"
    return _shown_override(found)
