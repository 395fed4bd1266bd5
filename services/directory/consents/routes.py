"""HTTP for consent: reads requests, calls one operation, shows its result. Nothing else."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.directory.consents import operations
from services.directory.consents.schemas import ConsentCreate, ConsentPublic
from services.kernel.paging import Page
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1/participants", route_class=WorkRoute, tags=["participants"])
Read = Annotated[Work, within("participants:read")]
Write = Annotated[Work, within("participants:write")]


def _shown_consent(pair: operations.Pair, own: bool, work: Work) -> ConsentPublic:
    grant, revocation = pair
    kept_back = {"tenant_id"} if own else {"tenant_id", "captured_by"}
    return ConsentPublic(
        **grant.model_dump(exclude=kept_back),
        revoked_at=revocation.revoked_at if revocation else None,
        revoked_by=revocation.revoked_by if revocation and own else None,
        live=operations.is_live(pair, work),
    )


@router.post(
    "/{participant_id}/consents", operation_id="give_consent", summary="Record a grant of consent", status_code=201
)
async def give_consent(participant_id: UUID, body: ConsentCreate, work: Write, response: Response) -> ConsentPublic:
    """Only she, or the organisation that registered her, can record a grant. It is never changed, only revoked."""
    grant = await operations.give_consent(work, participant_id, **body.model_dump())
    response.headers["location"] = f"/v1/participants/{participant_id}/consents/{grant.id}"
    return _shown_consent((grant, None), True, work)


@router.get("/{participant_id}/consents", operation_id="list_consents", summary="List all grants, also ended ones")
async def list_consents(
    participant_id: UUID, work: Read, live: Annotated[bool | None, Query()] = None
) -> Page[ConsentPublic]:
    """You see all of them if you registered the participant or are she, else those that name your organisation."""
    found, own = await operations.consents(work, participant_id, live=live)
    return Page(items=[_shown_consent(pair, own, work) for pair in found])


@router.get("/{participant_id}/consents/{consent_id}", operation_id="read_consent", summary="Read one grant")
async def read_consent(participant_id: UUID, consent_id: UUID, work: Read) -> ConsentPublic:
    return _shown_consent(*await operations.consent(work, participant_id, consent_id), work)


@router.post(
    "/{participant_id}/consents/{consent_id}:revoke", operation_id="revoke_consent", summary="End a grant of consent"
)
async def revoke_consent(participant_id: UUID, consent_id: UUID, work: Write, response: Response) -> ConsentPublic:
    """It holds from the next request on, in every service."""
    pair, own = await operations.revoke_consent(work, participant_id, consent_id)
    response.headers["content-location"] = f"/v1/participants/{participant_id}/consents/{consent_id}"
    return _shown_consent(pair, own, work)
