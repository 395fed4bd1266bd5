"""HTTP for safeguards and checks: reads requests, calls one operation, shows its result. Nothing else."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.directory.models import Check, Safeguards
from services.directory.safeguards import domain, operations
from services.directory.safeguards.schemas import CheckPublic, HeldCheck, SafeguardsPublic, SafeguardsPut
from services.kernel.paging import Cursor, Limit, Page, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1/participants", route_class=WorkRoute, tags=["participants"])
Write = Annotated[Work, within("participants:write")]
WithinDays = Annotated[
    int, Query(ge=0, le=3660, description="From today; those that have ended are always among them.")
]


def _shown(kept: Safeguards, checks: Sequence[Check]) -> SafeguardsPublic:
    names = set(HeldCheck.model_fields)
    held = [HeldCheck.model_validate(one.model_dump(include=names)) for one in checks]
    return SafeguardsPublic.model_validate({**kept.model_dump(), "participant_id": kept.id, "checks": held})


def _shown_check(one: Check, work: Work) -> CheckPublic:
    held = domain.holds(one.valid_until, retracted_at=one.retracted_at, on=work.now.date())
    return CheckPublic.model_validate({**one.model_dump(), "holds": held})


@router.get("/checks-due", operation_id="list_checks_due", summary="List the checks that have ended or soon will")
async def due(
    request: Request, response: Response, work: Write, limit: Limit = 50, cursor: Cursor = None,
    within_days: WithinDays = domain.WARNED_BEFORE.days,
) -> Page[CheckPublic]:  # fmt: skip
    """Of the people whom your organisation registered. One that was renewed by a later one of its kind is left out."""
    after = decode(cursor, date.fromisoformat, UUID) if cursor else None
    found, more = await operations.due(
        work, within_days=within_days, after=(after[0], after[1]) if after else None, limit=limit
    )
    following = encode(found[-1].valid_until, found[-1].id) if more else None
    link_next(request, response, following)
    return Page(items=[_shown_check(one, work) for one in found], next=following)


@router.put("/{participant_id}/safeguards", operation_id="set_safeguards", summary="Replace what safety gates may know")
async def set_safeguards(
    participant_id: UUID, body: SafeguardsPut, work: Write, response: Response, if_match: IfMatch = None
) -> SafeguardsPublic:
    """Gender and age only as she declares them, checks only as who and when; for safety gates and nothing else."""
    kept, checks = await operations.set_safeguards(work, participant_id, if_match=if_match, **body.model_dump())
    tag(response, kept.version)
    return _shown(kept, checks)


@router.get("/{participant_id}/safeguards", operation_id="read_safeguards", summary="Read what safety gates may know")
async def read_safeguards(participant_id: UUID, work: Write, response: Response) -> SafeguardsPublic:
    """For her and for who registered her; every reading is on record. Nobody else sees it: gates only use it."""
    kept, checks = await operations.read_safeguards(work, participant_id)
    tag(response, kept.version)
    return _shown(kept, checks)


@router.post(
    "/{participant_id}/checks", operation_id="record_check", summary="Record that a check was seen", status_code=201
)
async def record_check(participant_id: UUID, body: HeldCheck, work: Write, response: Response) -> CheckPublic:
    """Which, when, by whom and until when: what a certificate says is written nowhere."""
    made = await operations.record_check(work, participant_id, **body.model_dump())
    tag(response, made.version, f"/v1/participants/{participant_id}/checks/{made.id}")
    return _shown_check(made, work)


@router.get("/{participant_id}/checks", operation_id="list_checks", summary="List the checks of a participant")
async def list_checks(
    participant_id: UUID, work: Write, retracted: Annotated[bool, Query(description="Those taken back too.")] = False
) -> Page[CheckPublic]:
    found = await operations.checks(work, participant_id, retracted=retracted)
    return Page(items=[_shown_check(one, work) for one in found])


@router.get("/{participant_id}/checks/{check_id}", operation_id="read_check", summary="Read one check")
async def read_check(participant_id: UUID, check_id: UUID, work: Write, response: Response) -> CheckPublic:
    found = await operations.find_check(work, participant_id, check_id)
    tag(response, found.version)
    return _shown_check(found, work)


@router.delete(
    "/{participant_id}/checks/{check_id}", operation_id="retract_check", summary="Retract a check", status_code=204
)
async def retract_check(participant_id: UUID, check_id: UUID, work: Write) -> None:
    """It holds no longer, and stays as history."""
    await operations.retract_check(work, participant_id, check_id)
