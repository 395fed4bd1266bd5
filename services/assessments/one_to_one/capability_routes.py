"""HTTP for the capabilities of an assessment."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.assessments.models import Agreement, Capability, WeighedRisk
from services.assessments.one_to_one import items
from services.assessments.one_to_one.item_schemas import (
    AddCapability,
    Agree,
    AgreementPublic,
    Agreements,
    CapabilityPublic,
    ChangeCapability,
    ConfirmConcepts,
    PublishItem,
    Risks,
    RiskWeighed,
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
_HOME = "/v1/assessments/{assessment_id}/capabilities"


def _shown(row: Capability, response: Response) -> CapabilityPublic:
    tag(response, row.version)
    body: CapabilityPublic = shown(CapabilityPublic, row)
    return body


@router.get(_HOME, operation_id="list_capabilities", summary="List the capabilities of an assessment")
async def list_capabilities(
    assessment_id: UUID, request: Request, response: Response, work: Reads, limit: Limit = 50, cursor: Cursor = None
) -> Page[CapabilityPublic]:
    """Return what the person does already or could do, and whether she would share it."""
    found = await items.page(work, Capability, assessment_id, after=pages.after(cursor), limit=limit)
    return pages.page(request, response, found, limit, lambda row: shown(CapabilityPublic, row))


@router.post(_HOME, status_code=201, operation_id="add_capability", summary="Add a capability")
async def add(assessment_id: UUID, body: AddCapability, response: Response, work: Writes) -> CapabilityPublic:
    """Add one that the answers did not tell of."""
    made = await items.add(work, Capability, assessment_id, values=values_of(body))
    response.headers["location"] = f"/v1/assessments/{assessment_id}/capabilities/{made.id}"
    return _shown(made, response)


@router.get(f"{_HOME}/{{item_id}}", operation_id="read_capability", summary="Read a capability")
async def get_one(assessment_id: UUID, item_id: UUID, response: Response, work: Reads) -> CapabilityPublic:
    """Return one."""
    return _shown(await items.read(work, Capability, assessment_id, item_id), response)


@router.patch(f"{_HOME}/{{item_id}}", operation_id="change_capability", summary="Change a capability")
async def change(
    assessment_id: UUID,
    item_id: UUID,
    body: ChangeCapability,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> CapabilityPublic:
    """Put one right, such as its category; what is published of it follows, and ends when she is no longer willing."""
    consent = None if body.consent is None else body.consent.consent()
    changes = values_of(body)
    changed = await items.change(
        work, Capability, assessment_id, item_id, if_match=if_match, changes=changes, consent=consent
    )
    return _shown(changed, response)


@router.delete(f"{_HOME}/{{item_id}}", status_code=204, operation_id="delete_capability", summary="Delete a capability")
async def delete(assessment_id: UUID, item_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Delete one; what is published of it is withdrawn."""
    await items.delete(work, Capability, assessment_id, item_id, if_match=if_match)


@router.post(
    f"{_HOME}/{{item_id}}:publish", status_code=201, operation_id="publish_capability", summary="Publish it as an offer"
)
async def publish(
    assessment_id: UUID, item_id: UUID, body: PublishItem, response: Response, work: Writes
) -> PublicationPublic:
    """Make it known to matching: with her consent to be matched and to this one, when she says yes or perhaps."""
    consent = None if body.consent is None else body.consent.consent()
    made = await items.publish(work, Capability, assessment_id, item_id, terms=body.terms(), consent=consent)
    tag(response, made.version, f"/v1/publications/{made.id}")
    return publication_shown(made)


@router.post(f"{_HOME}/{{item_id}}:unpublish", operation_id="unpublish_capability", summary="Take it back")
async def unpublish(assessment_id: UUID, item_id: UUID, response: Response, work: Writes) -> PublicationPublic:
    """Withdraw what is published of it."""
    ended = await items.unpublish(work, Capability, assessment_id, item_id)
    tag(response, ended.version)
    response.headers["content-location"] = f"/v1/publications/{ended.id}"
    return publication_shown(ended)


@router.post(
    f"{_HOME}/{{item_id}}:confirm-concepts", operation_id="confirm_capability_concepts", summary="Say what it is about"
)
async def confirm_concepts(
    assessment_id: UUID, item_id: UUID, body: ConfirmConcepts, response: Response, work: Writes
) -> CapabilityPublic:
    """Confirm, or put right, the concepts that the vocabulary suggested; what is published of it follows."""
    item = await items.confirm_concepts(work, Capability, assessment_id, item_id, named=body.concepts, by=body.by)
    response.headers["content-location"] = _HOME.format(assessment_id=assessment_id) + f"/{item_id}"
    return _shown(item, response)


@router.post(f"{_HOME}/{{item_id}}:agree", operation_id="agree_to_capability", summary="Note her consent for it")
async def agree(assessment_id: UUID, item_id: UUID, body: Agree, response: Response, work: Writes) -> CapabilityPublic:
    """Keep what she says to its being made known; when she takes it back, it is withdrawn at once."""
    item = await items.agree(work, Capability, assessment_id, item_id, consent=body.consent())
    response.headers["content-location"] = _HOME.format(assessment_id=assessment_id) + f"/{item_id}"
    return _shown(item, response)


@router.get(
    f"{_HOME}/{{item_id}}/agreements", operation_id="list_capability_agreements", summary="List what she said to it"
)
async def list_agreements(assessment_id: UUID, item_id: UUID, work: Reads) -> Agreements:
    """Return every consent for this one, given or taken back, oldest first."""
    found = await items.noted(work, Capability, Agreement, assessment_id, item_id)
    return Agreements(items=listed(AgreementPublic, found))


@router.post(
    f"{_HOME}/{{item_id}}/risks", status_code=201, operation_id="weigh_capability_risk", summary="Weigh a risk"
)
async def weigh(assessment_id: UUID, item_id: UUID, body: WeighRisk, response: Response, work: Writes) -> RiskWeighed:
    """Note a risk, who weighed it and what is done about it; it hinders nothing by itself."""
    risk = await items.weigh(work, Capability, assessment_id, item_id, **body.model_dump())
    response.headers["location"] = _HOME.format(assessment_id=assessment_id) + f"/{item_id}/risks/{risk.id}"
    shown_now: RiskWeighed = listed(RiskWeighed, [risk])[0]
    return shown_now


@router.get(f"{_HOME}/{{item_id}}/risks", operation_id="list_capability_risks", summary="List its risks")
async def list_risks(assessment_id: UUID, item_id: UUID, work: Reads) -> Risks:
    """Return the risks that were weighed, oldest first."""
    found = await items.noted(work, Capability, WeighedRisk, assessment_id, item_id)
    return Risks(items=listed(RiskWeighed, found))


@router.get(f"{_HOME}/{{item_id}}/risks/{{risk_id}}", operation_id="read_capability_risk", summary="Read a risk")
async def get_risk(assessment_id: UUID, item_id: UUID, risk_id: UUID, work: Reads) -> RiskWeighed:
    """Return one risk."""
    found = await items.risk(work, Capability, assessment_id, item_id, risk_id)
    body: RiskWeighed = listed(RiskWeighed, [found])[0]
    return body
