"""HTTP for the needs of an assessment."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.assessments.models import Agreement, Negotiation, StatedNeed, WeighedRisk
from services.assessments.one_to_one import items
from services.assessments.one_to_one.item_schemas import (
    AddNeed,
    Agree,
    AgreementPublic,
    Agreements,
    ChangeNeed,
    ConfirmConcepts,
    Negotiate,
    NegotiationPublic,
    Negotiations,
    PublishItem,
    Risks,
    RiskWeighed,
    StatedNeedPublic,
    WeighRisk,
    listed,
)
from services.assessments.one_to_one.schemas import shown, values_of
from services.assessments.publications.schemas import PublicationPublic
from services.assessments.publications.schemas import shown as publication_shown
from services.kernel import pages
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["assessments"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
_HOME = "/v1/assessments/{assessment_id}/needs"


def _shown(row: StatedNeed, response: Response) -> StatedNeedPublic:
    tag(response, row.version)
    body: StatedNeedPublic = shown(StatedNeedPublic, row)
    return body


@router.get(_HOME, operation_id="list_stated_needs", summary="List the needs of an assessment")
async def list_needs(
    assessment_id: UUID, request: Request, response: Response, work: Reads, limit: Limit = 50, cursor: Cursor = None
) -> Page[StatedNeedPublic]:
    """Return what the person wants help with, and what she does about it herself."""
    found = await items.page(work, StatedNeed, assessment_id, after=pages.after(cursor), limit=limit)
    return pages.page(request, response, found, limit, lambda row: shown(StatedNeedPublic, row))


@router.post(_HOME, status_code=201, operation_id="add_stated_need", summary="Add a need")
async def add(assessment_id: UUID, body: AddNeed, response: Response, work: Writes) -> StatedNeedPublic:
    """Add one that the answers did not tell of."""
    made = await items.add(work, StatedNeed, assessment_id, values=values_of(body))
    response.headers["location"] = f"/v1/assessments/{assessment_id}/needs/{made.id}"
    return _shown(made, response)


@router.get(f"{_HOME}/{{item_id}}", operation_id="read_stated_need", summary="Read a need")
async def get_one(assessment_id: UUID, item_id: UUID, response: Response, work: Reads) -> StatedNeedPublic:
    """Return one."""
    return _shown(await items.read(work, StatedNeed, assessment_id, item_id), response)


@router.patch(f"{_HOME}/{{item_id}}", operation_id="change_stated_need", summary="Change a need")
async def change(
    assessment_id: UUID, item_id: UUID, body: ChangeNeed, response: Response, work: Writes, if_match: IfMatch = None
) -> StatedNeedPublic:
    """Put one right, such as its category; what is published of it follows."""
    consent = None if body.consent is None else body.consent.consent()
    changes = values_of(body)
    changed = await items.change(
        work, StatedNeed, assessment_id, item_id, if_match=if_match, changes=changes, consent=consent
    )
    return _shown(changed, response)


@router.delete(f"{_HOME}/{{item_id}}", status_code=204, operation_id="delete_stated_need", summary="Delete a need")
async def delete(assessment_id: UUID, item_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Delete one; what is published of it is withdrawn."""
    await items.delete(work, StatedNeed, assessment_id, item_id, if_match=if_match)


@router.post(
    f"{_HOME}/{{item_id}}:publish", status_code=201, operation_id="publish_stated_need", summary="Publish it as a need"
)
async def publish(
    assessment_id: UUID, item_id: UUID, body: PublishItem, response: Response, work: Writes
) -> PublicationPublic:
    """Make it known to matching: with her consent to be matched, and to this one."""
    consent = None if body.consent is None else body.consent.consent()
    made = await items.publish(work, StatedNeed, assessment_id, item_id, terms=body.terms(), consent=consent)
    tag(response, made.version, f"/v1/publications/{made.id}")
    return publication_shown(made)


@router.post(f"{_HOME}/{{item_id}}:unpublish", operation_id="unpublish_stated_need", summary="Take it back")
async def unpublish(assessment_id: UUID, item_id: UUID, response: Response, work: Writes) -> PublicationPublic:
    """Withdraw what is published of it."""
    ended = await items.unpublish(work, StatedNeed, assessment_id, item_id)
    tag(response, ended.version)
    response.headers["content-location"] = f"/v1/publications/{ended.id}"
    return publication_shown(ended)


@router.post(
    f"{_HOME}/{{item_id}}:confirm-concepts", operation_id="confirm_stated_need_concepts", summary="Say what it is about"
)
async def confirm_concepts(
    assessment_id: UUID, item_id: UUID, body: ConfirmConcepts, response: Response, work: Writes
) -> StatedNeedPublic:
    """Confirm, or put right, the concepts that the vocabulary suggested; what is published of it follows."""
    item = await items.confirm_concepts(work, StatedNeed, assessment_id, item_id, named=body.concepts, by=body.by)
    response.headers["content-location"] = _HOME.format(assessment_id=assessment_id) + f"/{item_id}"
    return _shown(item, response)


@router.post(f"{_HOME}/{{item_id}}:agree", operation_id="agree_to_stated_need", summary="Note her consent for it")
async def agree(assessment_id: UUID, item_id: UUID, body: Agree, response: Response, work: Writes) -> StatedNeedPublic:
    """Keep what she says to its being made known; when she takes it back, it is withdrawn at once."""
    item = await items.agree(work, StatedNeed, assessment_id, item_id, consent=body.consent())
    response.headers["content-location"] = _HOME.format(assessment_id=assessment_id) + f"/{item_id}"
    return _shown(item, response)


@router.get(
    f"{_HOME}/{{item_id}}/agreements", operation_id="list_stated_need_agreements", summary="List what she said to it"
)
async def list_agreements(assessment_id: UUID, item_id: UUID, work: Reads) -> Agreements:
    """Return every consent for this one, given or taken back, oldest first."""
    found = await items.noted(work, StatedNeed, Agreement, assessment_id, item_id)
    return Agreements(items=listed(AgreementPublic, found))


@router.post(
    f"{_HOME}/{{item_id}}/risks", status_code=201, operation_id="weigh_stated_need_risk", summary="Weigh a risk"
)
async def weigh(assessment_id: UUID, item_id: UUID, body: WeighRisk, response: Response, work: Writes) -> RiskWeighed:
    """Note a risk, who weighed it and what is done about it; it hinders nothing by itself."""
    risk = await items.weigh(work, StatedNeed, assessment_id, item_id, **body.model_dump())
    response.headers["location"] = _HOME.format(assessment_id=assessment_id) + f"/{item_id}/risks/{risk.id}"
    shown_now: RiskWeighed = listed(RiskWeighed, [risk])[0]
    return shown_now


@router.get(f"{_HOME}/{{item_id}}/risks", operation_id="list_stated_need_risks", summary="List its risks")
async def list_risks(assessment_id: UUID, item_id: UUID, work: Reads) -> Risks:
    """Return the risks that were weighed, oldest first."""
    found = await items.noted(work, StatedNeed, WeighedRisk, assessment_id, item_id)
    return Risks(items=listed(RiskWeighed, found))


@router.post(f"{_HOME}/{{item_id}}:negotiate", operation_id="negotiate_stated_need", summary="Agree on a need")
async def negotiate(
    assessment_id: UUID, item_id: UUID, body: Negotiate, response: Response, work: Writes
) -> StatedNeedPublic:
    """Note what the person and the worker make of it: recognised when both agree; else why not."""
    need = await items.negotiate(work, assessment_id, item_id, **body.model_dump())
    response.headers["content-location"] = _HOME.format(assessment_id=assessment_id) + f"/{item_id}"
    return _shown(need, response)


@router.get(f"{_HOME}/{{item_id}}/negotiations", operation_id="list_negotiations", summary="List how it was negotiated")
async def list_negotiations(assessment_id: UUID, item_id: UUID, work: Reads) -> Negotiations:
    """Return every time that the two talked about it, oldest first."""
    found = await items.noted(work, StatedNeed, Negotiation, assessment_id, item_id)
    return Negotiations(items=listed(NegotiationPublic, found))


@router.get(f"{_HOME}/{{item_id}}/risks/{{risk_id}}", operation_id="read_stated_need_risk", summary="Read a risk")
async def get_risk(assessment_id: UUID, item_id: UUID, risk_id: UUID, work: Reads) -> RiskWeighed:
    """Return one risk."""
    found = await items.risk(work, StatedNeed, assessment_id, item_id, risk_id)
    body: RiskWeighed = listed(RiskWeighed, [found])[0]
    return body
