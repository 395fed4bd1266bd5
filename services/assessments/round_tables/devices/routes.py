"""HTTP for what devices deliver."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from services.assessments.round_tables.devices import operations
from services.assessments.round_tables.devices.schemas import Deliver, Delivery, delivery_shown, lines
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["round tables"])
Writes = Annotated[Work, within("assessments:write")]


@router.post(
    "/v1/round-tables/{round_table_id}/cards:deliver",
    operation_id="deliver_cards",
    summary="Deliver the cards that a device has collected",
)
async def deliver(round_table_id: UUID, body: Deliver, response: Response, work: Writes) -> Delivery:
    """Take up to 500 cards, each once however often it is delivered, and say of each what became of it.

    A device without connection delivers when it can: what was written before the evening closed is taken afterwards
    too, marked `late`.
    """
    outcomes = await operations.deliver(work, round_table_id, lines(body))
    response.headers["content-location"] = f"/v1/round-tables/{round_table_id}/cards"
    return delivery_shown(body, outcomes)
