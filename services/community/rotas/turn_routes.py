"""HTTP for the plan of a rota: made, marked, swapped, looked back on, printed."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.community.models import Swap, Turn
from services.community.rotas import domain, operations, sheets, swaps, turns
from services.community.rotas.routes import HOME, ONE, Read, Write
from services.community.rotas.schemas import (
    FairnessPublic,
    Planning,
    PlanPublic,
    Replanning,
    RotaReport,
    SwapCreate,
    SwapPublic,
    TurnPublic,
    fairness_shown,
    plan_shown,
    report_shown,
)
from services.community.shapes import shown
from services.kernel import pages
from services.kernel.fields import Language
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import tag
from services.kernel.work import WorkRoute

router = APIRouter(route_class=WorkRoute, tags=["rotas"])
_SWAPS = ONE + "/swaps"
_PRINTED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}, "text/html": {}}, "description": "The plan, a table per month."}
}


def _turn(row: Turn) -> TurnPublic:
    return shown(TurnPublic, row)


def _swap(row: Swap) -> SwapPublic:
    return shown(SwapPublic, row)


@router.post(f"{ONE}:plan", operation_id="plan_rota", summary="Plan a rota")
async def plan(rota_id: UUID, body: Planning, response: Response, work: Write) -> PlanPublic:
    """Share the turns out fairly: all taken, loads even, nobody twice in a week where that can be avoided."""
    made = await turns.plan(work, rota_id, partial=body.partial, seconds=body.seconds)
    response.headers["content-location"] = f"{HOME}/{rota_id}/plan"
    return plan_shown(made)


@router.post(f"{ONE}:replan", operation_id="replan_rota", summary="Plan a rota anew from a day on")
async def replan(rota_id: UUID, body: Replanning, response: Response, work: Write) -> PlanPublic:
    """Keep what was done; whoever has not helped yet gets the earlier turns."""
    made = await turns.replan(
        work, rota_id, from_day=body.from_day, partial=body.partial, seconds=body.seconds
    )  # fmt: skip
    response.headers["content-location"] = f"{HOME}/{rota_id}/plan"
    return plan_shown(made)


@router.get(f"{ONE}/plan", operation_id="read_rota_plan", summary="Read the plan of a rota")
async def read_plan(rota_id: UUID, work: Read) -> PlanPublic:
    """Return who comes when and where, and what is missing."""
    return plan_shown(await turns.read_plan(work, rota_id, action="rota_plan.read"))


@router.get(f"{ONE}/turns", operation_id="list_turns", summary="List turns")
async def list_turns(
    rota_id: UUID, request: Request, response: Response, work: Read, state: domain.TurnState | None = None,
    volunteer_id: UUID | None = None, limit: Limit = 50, cursor: Cursor = None,
) -> Page[TurnPublic]:  # fmt: skip
    """Return turns, those that were swapped, freed or planned anew too."""
    rows = await operations.turn_page(
        work, rota_id, state=state, volunteer_id=volunteer_id, after=pages.after(cursor), limit=limit
    )
    return pages.page(request, response, rows, limit, _turn)


@router.get(ONE + "/turns/{turn_id}", operation_id="read_turn", summary="Read a turn")
async def get_turn(rota_id: UUID, turn_id: UUID, response: Response, work: Read) -> TurnPublic:
    """Return one turn."""
    found = await operations.turn(work, rota_id, turn_id)
    tag(response, found.version)
    return _turn(found)


async def _marked(
    work: Write, rota_id: UUID, turn_id: UUID, response: Response, state: Literal["done", "missed"]
) -> TurnPublic:
    found = await turns.mark(work, rota_id, turn_id, state=state)
    tag(response, found.version)
    response.headers["content-location"] = f"{HOME}/{rota_id}/turns/{turn_id}"
    return _turn(found)


@router.post(ONE + "/turns/{turn_id}:done", operation_id="mark_turn_done", summary="Mark a turn as done")
async def done(rota_id: UUID, turn_id: UUID, response: Response, work: Write) -> TurnPublic:
    """Note that it was done."""
    return await _marked(work, rota_id, turn_id, response, "done")


@router.post(ONE + "/turns/{turn_id}:missed", operation_id="mark_turn_missed", summary="Mark a turn as missed")
async def missed(rota_id: UUID, turn_id: UUID, response: Response, work: Write) -> TurnPublic:
    """Note that nobody came for it."""
    return await _marked(work, rota_id, turn_id, response, "missed")


@router.post(_SWAPS, status_code=201, operation_id="propose_swap", summary="Propose a swap")
async def propose(rota_id: UUID, body: SwapCreate, response: Response, work: Write) -> SwapPublic:
    """Ask another volunteer to take a turn, or to change turns."""
    made = await swaps.propose(work, rota_id, **body.model_dump())
    tag(response, made.version, f"{HOME}/{rota_id}/swaps/{made.id}")
    return _swap(made)


@router.get(_SWAPS, operation_id="list_swaps", summary="List swaps")
async def list_swaps(
    rota_id: UUID, request: Request, response: Response, work: Read, state: domain.SwapState | None = None,
    limit: Limit = 50, cursor: Cursor = None,
) -> Page[SwapPublic]:  # fmt: skip
    """Return the swaps of a rota."""
    rows = await operations.swap_page(work, rota_id, state=state, after=pages.after(cursor), limit=limit)
    return pages.page(request, response, rows, limit, _swap)


@router.get(_SWAPS + "/{swap_id}", operation_id="read_swap", summary="Read a swap")
async def get_swap(rota_id: UUID, swap_id: UUID, response: Response, work: Read) -> SwapPublic:
    """Return one swap."""
    return _answered(await swaps.one(work, rota_id, swap_id), response)


def _answered(found: Swap, response: Response, *, acted: bool = False) -> SwapPublic:
    tag(response, found.version)
    if acted:
        response.headers["content-location"] = f"{HOME}/{found.rota_id}/swaps/{found.id}"
    return _swap(found)


@router.post(_SWAPS + "/{swap_id}:accept", operation_id="accept_swap", summary="Accept a swap")
async def accept(rota_id: UUID, swap_id: UUID, response: Response, work: Write) -> SwapPublic:
    """Note that the other agrees; the turns change hands if that keeps the rules."""
    return _answered(await swaps.accept(work, rota_id, swap_id), response, acted=True)


@router.post(_SWAPS + "/{swap_id}:decline", operation_id="decline_swap", summary="Decline a swap")
async def decline(rota_id: UUID, swap_id: UUID, response: Response, work: Write) -> SwapPublic:
    """Note that the other does not agree."""
    return _answered(await swaps.decline(work, rota_id, swap_id), response, acted=True)


@router.get(f"{ONE}/fairness", operation_id="read_rota_fairness", summary="See how evenly turns are shared")
async def fairness(rota_id: UUID, work: Read) -> FairnessPublic:
    """Return everybody's load, how even that is, and who has not helped yet."""
    return fairness_shown(await turns.read_fairness(work, rota_id))


@router.get(f"{ONE}/report", operation_id="read_rota_report", summary="See how a rota, or its trial, went")
async def report(rota_id: UUID, work: Read) -> RotaReport:
    """Return what was done by now, who contributed, and whether a full meeting should be called."""
    return report_shown(await turns.whole(work, rota_id), today=work.now.date())


@router.get(
    f"{ONE}/sheet", operation_id="print_rota", summary="Print a rota", responses=_PRINTED, response_class=Response
)
async def sheet(
    rota_id: UUID, work: Read, language: Annotated[Language, Query()] = "en",
    format: Annotated[Literal["pdf", "html"], Query()] = "pdf",
) -> Response:  # fmt: skip
    """Return the plan to hang up: a table per month, in a language of the house."""
    found = await turns.read_plan(work, rota_id, action="rota_sheet.read")
    if format == "html":
        return Response(sheets.page(found, language), media_type="text/html; charset=utf-8")
    named = {"content-disposition": f'attachment; filename="rota-{rota_id}.pdf"'}
    return Response(await sheets.pdf(found, language, at=work.now), media_type="application/pdf", headers=named)
