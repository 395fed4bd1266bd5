"""HTTP for connections: which systems an organisation has connected, to try and to run one, and what came of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response, Security

from services.connect.connections import operations
from services.connect.connections.domain import Outcome
from services.connect.connections.schemas import (
    ConnectionCheck,
    ConnectionCount,
    ConnectionCreate,
    ConnectionFinding,
    ConnectionLine,
    ConnectionPatch,
    ConnectionPublic,
    ConnectionRunCreate,
    ConnectionRunPublic,
)
from services.connect.models import Connection, ConnectionRun
from services.kernel.caller import Caller, authenticate
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1/connections", route_class=WorkRoute, tags=["connections"])
Manage = Annotated[Work, within("connections:manage")]
Manager = Annotated[Caller, Security(authenticate, scopes=["connections:manage"])]
OfOutcome = Annotated[Outcome | None, Query(description="Only these.")]


def _shown(connection: Connection) -> ConnectionPublic:
    return ConnectionPublic.model_validate(connection.model_dump())


def _answer(connection: Connection, response: Response, *, new: bool = False) -> ConnectionPublic:
    address = f"/v1/connections/{connection.id}"
    tag(response, connection.version, address if new else None)
    response.headers["content-location"] = address
    return _shown(connection)


def _shown_run(run: ConnectionRun) -> ConnectionRunPublic:
    counts = [
        ConnectionCount.model_validate({"entity": name.split()[0], "direction": name.split()[1], **counted})
        for name, counted in sorted(run.counts.items())
    ]
    return ConnectionRunPublic.model_validate({**run.model_dump(exclude={"counts"}), "counts": counts})


@router.post("", operation_id="create_connection", summary="Connect your organisation's CRM", status_code=201)
async def connect(body: ConnectionCreate, work: Manage, response: Response) -> ConnectionPublic:
    """Nothing is asked of the other side yet: try it with `:check`, then with a dry run."""
    facts = {name: getattr(body, name) for name in ConnectionCreate.model_fields}
    return _answer(await operations.connect(work, **facts), response, new=True)


@router.get("", operation_id="list_connections", summary="List your organisation's connections")
async def list_all(
    request: Request, response: Response, work: Manage, limit: Limit = 50, cursor: Cursor = None
) -> Page[ConnectionPublic]:
    after = decode(cursor, UUID)[0] if cursor else None
    rows, following = cut(await operations.page(work, after=after, limit=limit + 1), limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[_shown(row) for row in rows], next=following)


@router.get("/{connection_id}", operation_id="read_connection", summary="Read a connection")
async def read(connection_id: UUID, work: Manage, response: Response) -> ConnectionPublic:
    return _answer(await operations.find(work, connection_id), response)


@router.patch("/{connection_id}", operation_id="change_connection", summary="Change a connection")
async def change(
    connection_id: UUID, body: ConnectionPatch, work: Manage, response: Response, if_match: IfMatch = None
) -> ConnectionPublic:
    facts = {name: getattr(body, name) for name in body.model_fields_set}
    return _answer(await operations.change(work, connection_id, if_match=if_match, **facts), response)


@router.delete(
    "/{connection_id}", operation_id="delete_connection", summary="Connect it no more; what came from it stays",
    status_code=204,
)  # fmt: skip
async def remove(connection_id: UUID, work: Manage, if_match: IfMatch = None) -> None:
    await operations.remove(work, connection_id, if_match=if_match)


@router.post("/{connection_id}:pause", operation_id="pause_connection", summary="Let a connection rest")
async def pause(connection_id: UUID, work: Manage, response: Response) -> ConnectionPublic:
    return _answer(await operations.pause(work, connection_id), response)


@router.post("/{connection_id}:resume", operation_id="resume_connection", summary="Let a connection be run again")
async def resume(connection_id: UUID, work: Manage, response: Response) -> ConnectionPublic:
    return _answer(await operations.resume(work, connection_id), response)


@router.post("/{connection_id}:check", operation_id="check_connection", summary="Try both sides of a connection")
async def check(connection_id: UUID, request: Request, caller: Manager, response: Response) -> ConnectionCheck:
    """Say in words what is missing: an address, a permission, a group, a field, a type, a scope. Nothing changes."""
    findings = await operations.check(request.app.state.kernel, caller, connection_id)
    response.headers["cache-control"] = "no-store"
    shown = [ConnectionFinding.model_validate(one, from_attributes=True) for one in findings]
    return ConnectionCheck(ok=all(one.ok for one in findings), findings=shown)


@router.post("/{connection_id}:run", operation_id="run_connection", summary="Run a connection now", status_code=202)
async def run(connection_id: UUID, body: ConnectionRunCreate, work: Manage, response: Response) -> ConnectionRunPublic:
    """It is worked on in the background; read the run for how far it is. One at a time (409 `run-under-way`)."""
    made = await operations.start(work, connection_id, dry_run=body.dry_run, thorough=body.thorough)
    tag(response, made.version, f"/v1/connections/{connection_id}/runs/{made.id}")
    return _shown_run(made)


@router.get("/{connection_id}/runs", operation_id="list_connection_runs", summary="List the runs, the latest first")
async def list_runs(
    connection_id: UUID, request: Request, response: Response, work: Manage, limit: Limit = 50, cursor: Cursor = None
) -> Page[ConnectionRunPublic]:
    before = decode(cursor, UUID)[0] if cursor else None
    found = await operations.runs(work, connection_id, before=before, limit=limit + 1)
    rows, following = cut(found, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[_shown_run(row) for row in rows], next=following)


@router.get("/{connection_id}/runs/{run_id}", operation_id="read_connection_run", summary="Read what a run did")
async def read_run(connection_id: UUID, run_id: UUID, work: Manage, response: Response) -> ConnectionRunPublic:
    found = await operations.find_run(work, connection_id, run_id)
    tag(response, found.version)
    return _shown_run(found)


@router.get(
    "/{connection_id}/runs/{run_id}/lines", operation_id="list_connection_run_lines",
    summary="List what a run did, thing by thing",
)  # fmt: skip
async def list_lines(
    connection_id: UUID,
    run_id: UUID,
    request: Request,
    response: Response,
    work: Manage,
    outcome: OfOutcome = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ConnectionLine]:
    after = decode(cursor, UUID)[0] if cursor else None
    found = await operations.lines(work, connection_id, run_id, outcome=outcome, after=after, limit=limit + 1)
    rows, following = cut(found, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[ConnectionLine.model_validate(row.model_dump()) for row in rows], next=following)
