"""What matching asks the time bank directly: to hold back hours for a match."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from services.kernel.work import Work, WorkRoute, within
from services.timebank.domain import Owner
from services.timebank.holds import operations
from services.timebank.holds.schemas import HoldCreate, HoldPublic

router = APIRouter(route_class=WorkRoute, include_in_schema=False)

Internal = Annotated[Work, within("internal")]


@router.post("/internal/holds", status_code=201)
async def make_hold(body: HoldCreate, work: Internal, response: Response) -> HoldPublic:
    """Hold back hours for a match; the same again answers 200."""
    hold, new = await operations.make_hold(
        work,
        match=body.match_id,
        payer=Owner(body.payer_kind, body.payer),
        payee=Owner(body.payee_kind, body.payee),
        seconds=body.seconds,
        organisation=body.organisation,
    )
    response.status_code = 201 if new else 200
    response.headers["location"] = f"/internal/holds/{hold.match_id}"
    return HoldPublic.model_validate(hold.model_dump())


@router.get("/internal/holds/{match_id}")
async def read_hold(match_id: UUID, work: Internal) -> HoldPublic:
    """Return the hold of a match."""
    return HoldPublic.model_validate((await operations.read_hold(work, match_id)).model_dump())
