"""HTTP for households: reads requests, calls one operation, shows its result. Nothing else."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.directory.households import operations, repository
from services.directory.households.domain import BANDS
from services.directory.households.schemas import HouseholdPublic, HouseholdPut, Houses
from services.kernel.ids import ids_in
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1/participants", route_class=WorkRoute, tags=["participants"])
internal = APIRouter(prefix="/internal", route_class=WorkRoute, include_in_schema=False)
Write = Annotated[Work, within("participants:write")]


def _shown(found: operations.Shown) -> HouseholdPublic:
    house, members = found
    return HouseholdPublic.model_validate({**house.model_dump(), "members": members})


@router.put("/{participant_id}/household", operation_id="set_household", summary="Say who lives with a participant")
async def put(
    participant_id: UUID, body: HouseholdPut, work: Write, response: Response, if_match: IfMatch = None
) -> HouseholdPublic:
    """How many adults, and of the children only their bands of age. Seen by her and by who registered her."""
    facts = body.model_dump()
    facts["children"].sort(key=lambda one: BANDS.index(one["band"]))
    found = await operations.put(work, participant_id, if_match=if_match, **facts)
    tag(response, found[0].version)
    return _shown(found)


@router.get("/{participant_id}/household", operation_id="read_household", summary="Read who lives with a participant")
async def read(participant_id: UUID, work: Write, response: Response) -> HouseholdPublic:
    found = await operations.read(work, participant_id)
    tag(response, found[0].version)
    return _shown(found)


@router.delete(
    "/{participant_id}/household", operation_id="leave_household", summary="Take back her household", status_code=204
)
async def leave(participant_id: UUID, work: Write) -> None:
    await operations.leave(work, participant_id)


@internal.get("/households")
async def households(
    work: Annotated[Work, within("internal")], ids: Annotated[str, Query(max_length=40_000)]
) -> Houses:
    """Return who of these lives in which household: two with one household are never a stranger's help."""
    return Houses(households=await repository.houses_of(work, ids_in(ids)))
