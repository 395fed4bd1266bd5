"""HTTP for our own services: reachable inside only, with a service's token."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.kernel.ids import these
from services.kernel.work import Work, WorkRoute, within
from services.matching.internal import operations
from services.matching.plans import operations as plans

router = APIRouter(prefix="/internal", route_class=WorkRoute, include_in_schema=False)
Inside = Annotated[Work, within("internal")]


class HoursSettled(BaseModel):
    """Hours as the time bank posts them."""

    id: UUID
    match: UUID
    payer: UUID
    payee: UUID
    seconds: int
    exchange: str
    organisation: UUID
    confirmed: bool


class SuggestedMember(BaseModel):
    """Somebody in a suggested lab: a participant, or an organisation that offers something."""

    participant_id: UUID | None
    organisation_id: UUID | None
    staff: bool


class SuggestedLab(BaseModel):
    """A suggested lab as the organisation may read it now."""

    number: int
    concept: str
    members: list[SuggestedMember]


class SuggestedLabs(BaseModel):
    labs: list[SuggestedLab]


@router.get("/labs/{plan_id}")
async def labs(plan_id: UUID, organisation: Annotated[UUID, Query()], work: Inside) -> SuggestedLabs:
    found = await plans.suggested_labs(work, plan_id, organisation=organisation)
    return SuggestedLabs.model_validate({"labs": found}, from_attributes=True)


@router.get("/facts")
async def facts(work: Inside, ids: Annotated[str, Query(max_length=8_000)]) -> list[dict[str, Any]]:
    return await operations.facts(work, these(ids) or set())


@router.get("/hours/{hours_id}")
async def hours(hours_id: UUID, work: Inside) -> HoursSettled:
    row, match = await operations.hours(work, hours_id)
    return HoursSettled(
        id=row.id, match=match.id, payer=row.payer, payee=row.payee, seconds=row.seconds, exchange=match.exchange,
        organisation=match.offer_held_by, confirmed=row.state == "confirmed",
    )  # fmt: skip
