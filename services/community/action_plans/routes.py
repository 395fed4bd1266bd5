"""HTTP for action plans and their actions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.community.action_plans import domain, operations
from services.community.action_plans.schemas import (
    ActionPlanPublic,
    ActionPublic,
    AddAction,
    ChangeAction,
    ChangeActionPlan,
    MakeActionPlan,
    action_shown,
    action_values,
    plan_shown,
    plan_values,
)
from services.community.models import Action, ActionPlan
from services.kernel import pages
from services.kernel.fields import ExternalId, Line, Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["action plans"])
Reads = Annotated[Work, within("community:read")]
Writes = Annotated[Work, within("community:write")]
_HOME = "/v1/action-plans"
_ONE = _HOME + "/{plan_id}"


async def _shown(work: Work, row: ActionPlan, response: Response, *, made: bool = False) -> ActionPlanPublic:
    tag(response, row.version, f"{_HOME}/{row.id}" if made else None)
    return plan_shown(row, (await operations.progress(work, [row])).get(row.id, {}))


def _action(work: Work, row: Action, response: Response, *, made: bool = False) -> ActionPublic:
    tag(response, row.version, f"{_HOME}/{row.action_plan_id}/actions/{row.id}" if made else None)
    return action_shown(row, work.now.date())


@router.post(_HOME, status_code=201, operation_id="make_action_plan", summary="Make an action plan")
async def make(body: MakeActionPlan, response: Response, work: Writes) -> ActionPlanPublic:
    """Make a plan, with its first actions."""
    actions = [action_values(one) for one in body.actions]
    made = await operations.make(work, externals=body.external_ids, actions=actions, **plan_values(body))
    return await _shown(work, made, response, made=True)


@router.get(_HOME, operation_id="list_action_plans", summary="List action plans")
async def list_action_plans(
    request: Request,
    response: Response,
    work: Reads,
    source_kind: domain.Source | None = None,
    source_id: UUID | None = None,
    updated_after: Moment | None = None,
    ids: TheseIds = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ActionPlanPublic]:
    """Return your organisation's action plans, and how far each has come."""
    after = pages.after(cursor)
    found = await operations.page(
        work,
        source_kind=source_kind,
        source_id=source_id,
        updated_after=updated_after,
        ids=these(ids),
        after=after,
        limit=limit,
    )
    progress = await operations.progress(work, found)
    return pages.page(request, response, found, limit, lambda row: plan_shown(row, progress.get(row.id, {})))


@router.put(
    f"{_HOME}/by-external-id",
    operation_id="upsert_action_plan",
    summary="Make or update an action plan by your own id",
    responses={201: {"model": ActionPlanPublic}},
)
async def upsert(
    body: MakeActionPlan,
    response: Response,
    work: Writes,
    system: Annotated[Line, Query()],
    value: Annotated[Line, Query()],
    if_match: IfMatch = None,
) -> ActionPlanPublic:
    """Put a plan under what your system calls it; `actions` count only for a new one."""
    found, made = await operations.upsert(
        work, external=ExternalId(system=system, value=value), if_match=if_match, externals=body.external_ids,
        actions=[action_values(one) for one in body.actions], **plan_values(body),
    )  # fmt: skip
    response.status_code = 201 if made else 200
    return await _shown(work, found, response, made=made)


@router.get(_ONE, operation_id="read_action_plan", summary="Read an action plan")
async def get_action_plan(plan_id: UUID, response: Response, work: Reads) -> ActionPlanPublic:
    """Return one plan and how far it has come."""
    return await _shown(work, await operations.get(work, plan_id), response)


@router.patch(_ONE, operation_id="change_action_plan", summary="Change an action plan")
async def change(
    plan_id: UUID, body: ChangeActionPlan, response: Response, work: Writes, if_match: IfMatch = None
) -> ActionPlanPublic:
    """Change what it is called and where it comes from."""
    changes = plan_values(body)
    if "external_ids" in body.model_fields_set:
        changes["external_ids"] = body.external_ids
    return await _shown(work, await operations.change(work, plan_id, if_match=if_match, changes=changes), response)


@router.delete(_ONE, status_code=204, operation_id="delete_action_plan", summary="Delete an action plan")
async def delete(plan_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Delete it with its actions."""
    await operations.delete(work, plan_id, if_match=if_match)


@router.get(f"{_ONE}/actions", operation_id="list_actions", summary="List the actions")
async def list_actions(
    plan_id: UUID,
    request: Request,
    response: Response,
    work: Reads,
    state: domain.State | None = None,
    overdue: Annotated[bool, Query(description="Only those whose day is past and that are not done.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ActionPublic]:
    """Return what is to be done, each with its history."""
    after = pages.after(cursor)
    found = await operations.action_page(work, plan_id, state=state, overdue=overdue, after=after, limit=limit)
    return pages.page(request, response, found, limit, lambda row: action_shown(row, work.now.date()))


@router.post(f"{_ONE}/actions", status_code=201, operation_id="add_action", summary="Add an action")
async def add_action(plan_id: UUID, body: AddAction, response: Response, work: Writes) -> ActionPublic:
    """Add something to do."""
    made = await operations.add_action(work, plan_id, **action_values(body))
    return _action(work, made, response, made=True)


@router.get(f"{_ONE}/actions/{{action_id}}", operation_id="read_action", summary="Read an action")
async def get_action(plan_id: UUID, action_id: UUID, response: Response, work: Reads) -> ActionPublic:
    """Return one action with its history."""
    return _action(work, await operations.read_action(work, plan_id, action_id), response)


@router.patch(f"{_ONE}/actions/{{action_id}}", operation_id="change_action", summary="Change an action")
async def change_action(
    plan_id: UUID,
    action_id: UUID,
    body: ChangeAction,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> ActionPublic:
    """Change it: what it was before is kept. To drop it, or take it up again, needs `why`."""
    found = await operations.change_action(work, plan_id, action_id, if_match=if_match, changes=action_values(body))
    return _action(work, found, response)


@router.delete(
    f"{_ONE}/actions/{{action_id}}", status_code=204, operation_id="delete_action", summary="Delete an action"
)
async def delete_action(plan_id: UUID, action_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Delete one that was a mistake; what is given up is dropped instead."""
    await operations.delete_action(work, plan_id, action_id, if_match=if_match)
