"""HTTP for rotas and their volunteers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.community.models import Rota, Volunteer
from services.community.rotas import operations
from services.community.rotas.schemas import (
    RotaChange,
    RotaCreate,
    RotaPublic,
    VolunteerChange,
    VolunteerCreate,
    VolunteerPublic,
    values_of,
)
from services.community.shapes import shown
from services.kernel import pages
from services.kernel.fields import ExternalId, Line, Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["rotas"])
Read = Annotated[Work, within("community:read")]
Write = Annotated[Work, within("community:write")]
HOME = "/v1/rotas"
ONE = HOME + "/{rota_id}"
_VOLUNTEERS = ONE + "/volunteers"


def _rota(row: Rota) -> RotaPublic:
    return shown(RotaPublic, row)


def _volunteer(row: Volunteer) -> VolunteerPublic:
    return shown(VolunteerPublic, row)


@router.post(HOME, status_code=201, operation_id="create_rota", summary="Draft a rota")
async def create(body: RotaCreate, response: Response, work: Write) -> RotaPublic:
    """Say on which days, at which places and how many; then volunteers join, and it is planned."""
    made = await operations.create(work, **values_of(body))
    tag(response, made.version, f"{HOME}/{made.id}")
    return _rota(made)


@router.get(HOME, operation_id="list_rotas", summary="List rotas")
async def list_rotas(
    request: Request, response: Response, work: Read, project_id: UUID | None = None,
    updated_after: Annotated[Moment | None, Query()] = None, ids: TheseIds = None, limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[RotaPublic]:  # fmt: skip
    """Return your organisation's rotas."""
    rows = await operations.page(
        work, project_id=project_id, updated_after=updated_after, ids=these(ids), after=pages.after(cursor), limit=limit
    )
    return pages.page(request, response, rows, limit, _rota)


@router.put(
    f"{HOME}/by-external-id", operation_id="upsert_rota", summary="Draft or change a rota by your own id",
    responses={201: {"model": RotaPublic}},
)  # fmt: skip
async def upsert(
    body: RotaCreate, response: Response, work: Write, system: Annotated[Line, Query()],
    value: Annotated[Line, Query()], if_match: IfMatch = None,
) -> RotaPublic:  # fmt: skip
    """Put a rota under what your system calls it; the same put again changes nothing."""
    external = ExternalId(system=system, value=value)
    found, made = await operations.upsert(work, external=external, if_match=if_match, **values_of(body))
    response.status_code = 201 if made else 200
    tag(response, found.version, f"{HOME}/{found.id}" if made else None)
    return _rota(found)


@router.get(ONE, operation_id="read_rota", summary="Read a rota")
async def get(rota_id: UUID, response: Response, work: Read) -> RotaPublic:
    """Return one rota; its plan has an address of its own."""
    found = await operations.get(work, rota_id)
    tag(response, found.version)
    return _rota(found)


@router.patch(ONE, operation_id="change_rota", summary="Change a rota")
async def change(
    rota_id: UUID, body: RotaChange, response: Response, work: Write, if_match: IfMatch = None
) -> RotaPublic:
    """Change a rota; days, places and helpers only before it is planned."""
    found = await operations.change(work, rota_id, if_match=if_match, changes=values_of(body))
    tag(response, found.version)
    return _rota(found)


@router.delete(ONE, status_code=204, operation_id="delete_rota", summary="Delete a rota")
async def delete(rota_id: UUID, work: Write, if_match: IfMatch = None) -> None:
    """Delete a rota with its plan."""
    await operations.delete(work, rota_id, if_match=if_match)


@router.post(_VOLUNTEERS, status_code=201, operation_id="add_volunteer", summary="Add a volunteer")
async def join(rota_id: UUID, body: VolunteerCreate, response: Response, work: Write) -> VolunteerPublic:
    """Note somebody who takes turns. Once it is planned, plan it anew to give her some."""
    made = await operations.join(work, rota_id, **values_of(body))
    tag(response, made.version, f"{HOME}/{rota_id}/volunteers/{made.id}")
    return _volunteer(made)


@router.get(_VOLUNTEERS, operation_id="list_volunteers", summary="List volunteers")
async def list_volunteers(
    rota_id: UUID, request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[VolunteerPublic]:
    """Return the volunteers, those who have left too."""
    rows = await operations.volunteer_page(work, rota_id, after=pages.after(cursor), limit=limit)
    return pages.page(request, response, rows, limit, _volunteer)


@router.get(_VOLUNTEERS + "/{volunteer_id}", operation_id="read_volunteer", summary="Read a volunteer")
async def get_volunteer(rota_id: UUID, volunteer_id: UUID, response: Response, work: Read) -> VolunteerPublic:
    """Return one volunteer."""
    found = await operations.volunteer(work, rota_id, volunteer_id)
    tag(response, found.version)
    return _volunteer(found)


@router.patch(_VOLUNTEERS + "/{volunteer_id}", operation_id="change_volunteer", summary="Change a volunteer")
async def change_volunteer(
    rota_id: UUID, volunteer_id: UUID, body: VolunteerChange, response: Response, work: Write,
    if_match: IfMatch = None,
) -> VolunteerPublic:  # fmt: skip
    """Change when, where and how often somebody can; turns that are planned stay until it is planned anew."""
    found = await operations.change_volunteer(work, rota_id, volunteer_id, if_match=if_match, changes=values_of(body))
    tag(response, found.version)
    return _volunteer(found)


@router.delete(
    _VOLUNTEERS + "/{volunteer_id}", status_code=204, operation_id="remove_volunteer", summary="Let a volunteer go"
)
async def leave(rota_id: UUID, volunteer_id: UUID, work: Write, if_match: IfMatch = None) -> None:
    """Let somebody go: turns done stay on record, turns planned become gaps."""
    await operations.leave(work, rota_id, volunteer_id, if_match=if_match)
