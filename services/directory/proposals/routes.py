"""HTTP for proposals."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.directory.assets.said import AssetKind
from services.directory.models import AssetProposal
from services.directory.proposals import operations, repository
from services.directory.proposals.schemas import (
    ProposalConfirm,
    ProposalPublic,
    ProposalRefuse,
    ProposalState,
    changed,
    wanted,
)
from services.kernel import pages
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1/asset-proposals", route_class=WorkRoute, tags=["asset proposals"])
Read = Annotated[Work, within("directory:read")]
Write = Annotated[Work, within("directory:write")]


def _public(proposal: AssetProposal) -> ProposalPublic:
    return ProposalPublic.model_validate(proposal.model_dump())


def _decided(proposal: AssetProposal, response: Response) -> ProposalPublic:
    tag(response, proposal.version)
    response.headers["content-location"] = f"{router.prefix}/{proposal.id}"
    return _public(proposal)


@router.get("", operation_id="list_asset_proposals", summary="List what surveys propose to list")
async def list_proposals(
    request: Request,
    response: Response,
    work: Read,
    state: ProposalState | None = None,
    kind: AssetKind | None = None,
    survey_id: UUID | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ProposalPublic]:
    """Return what responses to your surveys propose; to who manages the directory, those to everybody's."""
    rows = await repository.page(
        work, after=pages.after(cursor), limit=limit, state=state, kind=kind, survey_id=survey_id
    )
    return pages.page(request, response, rows, limit, _public)


@router.get("/{proposal_id}", operation_id="read_asset_proposal", summary="Read what is proposed")
async def read(proposal_id: UUID, work: Read, response: Response) -> ProposalPublic:
    found = await operations.find(work, proposal_id)
    tag(response, found.version)
    return _public(found)


@router.post("/{proposal_id}:confirm", operation_id="confirm_asset_proposal", summary="Make the entry that is proposed")
async def confirm(
    proposal_id: UUID, body: ProposalConfirm, work: Write, response: Response, if_match: IfMatch = None
) -> ProposalPublic:
    """Make the entry and its activities; your organisation holds them. `asset_id` says which entry it became."""
    confirmed = await operations.confirm(
        work, proposal_id, if_match=if_match, kind=body.as_kind, changes=changed(body.changes),
        activities=wanted(body.activities),
    )  # fmt: skip
    return _decided(confirmed, response)


@router.post("/{proposal_id}:refuse", operation_id="refuse_asset_proposal", summary="Make nothing of what is proposed")
async def refuse(
    proposal_id: UUID, body: ProposalRefuse, work: Write, response: Response, if_match: IfMatch = None
) -> ProposalPublic:
    """Say why nothing comes of it; the same response is not proposed again."""
    return _decided(await operations.refuse(work, proposal_id, if_match=if_match, reason=body.reason), response)
