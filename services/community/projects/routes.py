"""HTTP for projects and their spending."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.community.models import Project, Spending
from services.community.projects import domain, operations
from services.community.projects.schemas import (
    AgreeProject,
    ChangeProject,
    EvaluateProject,
    FinishProject,
    ProjectPublic,
    ProposeProject,
    RaiseBudget,
    Spend,
    SpendingPublic,
    StartProject,
    StopProject,
    project_shown,
    values_of,
)
from services.community.shapes import shown
from services.kernel import pages
from services.kernel.fields import ExternalId, Line, Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["projects"])
Reads = Annotated[Work, within("community:read")]
Writes = Annotated[Work, within("community:write")]
_HOME = "/v1/projects"
_ONE = _HOME + "/{project_id}"


def _shown(work: Work, row: Project, response: Response, *, made: bool = False, acted: bool = False) -> ProjectPublic:
    tag(response, row.version, f"{_HOME}/{row.id}" if made else None)
    if acted:
        response.headers["content-location"] = f"{_HOME}/{row.id}"
    return project_shown(row, work.now.date())


def _sum(row: Spending) -> SpendingPublic:
    return shown(SpendingPublic, row, on=row.spent_on)


@router.post(_HOME, status_code=201, operation_id="propose_project", summary="Propose a project")
async def propose(body: ProposeProject, response: Response, work: Writes) -> ProjectPublic:
    """Propose a project, with the needs it answers and what it may cost."""
    made = await operations.propose(work, externals=body.external_ids, **values_of(body))
    return _shown(work, made, response, made=True)


@router.get(_HOME, operation_id="list_projects", summary="List projects")
async def list_projects(
    request: Request,
    response: Response,
    work: Reads,
    state: domain.State | None = None,
    council_id: UUID | None = None,
    updated_after: Moment | None = None,
    ids: TheseIds = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ProjectPublic]:
    """Return your organisation's projects."""
    after = pages.after(cursor)
    found = await operations.page(
        work, state=state, council_id=council_id, updated_after=updated_after, ids=these(ids), after=after, limit=limit
    )
    return pages.page(request, response, found, limit, lambda row: project_shown(row, work.now.date()))


@router.put(
    f"{_HOME}/by-external-id",
    operation_id="upsert_project",
    summary="Propose or update a project by your own id",
    responses={201: {"model": ProjectPublic}},
)
async def upsert(
    body: ProposeProject,
    response: Response,
    work: Writes,
    system: Annotated[Line, Query()],
    value: Annotated[Line, Query()],
    if_match: IfMatch = None,
) -> ProjectPublic:
    """Put a project under what your system calls it; once it is agreed, budget, council and start stay as they are."""
    external = ExternalId(system=system, value=value)
    found, made = await operations.upsert(
        work, external=external, if_match=if_match, externals=body.external_ids, **values_of(body)
    )
    response.status_code = 201 if made else 200
    return _shown(work, found, response, made=made)


@router.get(_ONE, operation_id="read_project", summary="Read a project")
async def get_project(project_id: UUID, response: Response, work: Reads) -> ProjectPublic:
    """Return one project."""
    return _shown(work, await operations.get(work, project_id), response)


@router.patch(_ONE, operation_id="change_project", summary="Change a project")
async def change(
    project_id: UUID, body: ChangeProject, response: Response, work: Writes, if_match: IfMatch = None
) -> ProjectPublic:
    """Change what is planned; a budget that was agreed is raised instead."""
    changes = values_of(body)
    if "external_ids" in body.model_fields_set:
        changes["external_ids"] = body.external_ids
    return _shown(work, await operations.change(work, project_id, if_match=if_match, changes=changes), response)


@router.delete(_ONE, status_code=204, operation_id="delete_project", summary="Delete a project")
async def delete(project_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Delete it, as long as it has spent nothing; after that it is stopped, and its books stay."""
    await operations.delete(work, project_id, if_match=if_match)


@router.post(f"{_ONE}:agree", operation_id="agree_project", summary="Agree to a project")
async def agree(project_id: UUID, body: AgreeProject, response: Response, work: Writes) -> ProjectPublic:
    """Note that the council agreed by vote, or somebody else where there is no council."""
    return _shown(work, await operations.agree(work, project_id, **body.model_dump()), response, acted=True)


@router.post(f"{_ONE}:start", operation_id="start_project", summary="Start a project")
async def start(project_id: UUID, body: StartProject, response: Response, work: Writes) -> ProjectPublic:
    """Let an agreed project begin."""
    return _shown(work, await operations.start(work, project_id, on=body.on), response, acted=True)


@router.post(f"{_ONE}:finish", operation_id="finish_project", summary="Finish a project")
async def finish(project_id: UUID, body: FinishProject, response: Response, work: Writes) -> ProjectPublic:
    """Finish a project, with what came of it."""
    return _shown(work, await operations.finish(work, project_id, result=body.result), response, acted=True)


@router.post(f"{_ONE}:stop", operation_id="stop_project", summary="Stop a project")
async def stop(project_id: UUID, body: StopProject, response: Response, work: Writes) -> ProjectPublic:
    """Stop a project, with the reason."""
    return _shown(work, await operations.stop(work, project_id, because=body.because), response, acted=True)


@router.post(f"{_ONE}:evaluate", operation_id="evaluate_project", summary="Say how a project's trial went")
async def evaluate(project_id: UUID, body: EvaluateProject, response: Response, work: Writes) -> ProjectPublic:
    """Note how it went and whether it goes on."""
    said: dict[str, Any] = body.model_dump()
    return _shown(work, await operations.evaluate(work, project_id, **said), response, acted=True)


@router.post(f"{_ONE}:raise-budget", operation_id="raise_project_budget", summary="Raise a project's budget")
async def raise_budget(project_id: UUID, body: RaiseBudget, response: Response, work: Writes) -> ProjectPublic:
    """Add to the budget, within the council's limit; who decided it and why is kept."""
    return _shown(work, await operations.raise_budget(work, project_id, **body.model_dump()), response, acted=True)


@router.get(f"{_ONE}/spending", operation_id="list_spending", summary="List what a project spent")
async def list_spending(
    project_id: UUID, request: Request, response: Response, work: Reads, limit: Limit = 50, cursor: Cursor = None
) -> Page[SpendingPublic]:
    """Return every sum, in the order noted."""
    found = await operations.spending_page(work, project_id, after=pages.after(cursor), limit=limit)
    return pages.page(request, response, found, limit, _sum)


@router.post(f"{_ONE}/spending", status_code=201, operation_id="note_spending", summary="Note what a project spent")
async def spend(project_id: UUID, body: Spend, response: Response, work: Writes) -> SpendingPublic:
    """Note a sum that was spent or came back. More than is left is refused."""
    said = body.model_dump()
    made = await operations.spend(work, project_id, spent_on=said.pop("on"), **said)
    tag(response, made.version, f"{_HOME}/{project_id}/spending/{made.id}")
    return _sum(made)


@router.get(f"{_ONE}/spending/{{spending_id}}", operation_id="read_spending", summary="Read a sum that was spent")
async def get_spending(project_id: UUID, spending_id: UUID, response: Response, work: Reads) -> SpendingPublic:
    """Return one sum."""
    found = await operations.spending(work, project_id, spending_id)
    tag(response, found.version)
    return _sum(found)
