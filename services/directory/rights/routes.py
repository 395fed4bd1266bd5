"""HTTP for people's rights: reads requests, calls one operation, shows its result. Nothing else."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.directory.models import Erasure, Participant, RightsRequest
from services.directory.rights import domain, operations, repository
from services.directory.rights.schemas import (
    EraseBody,
    ErasurePublic,
    ExportPublic,
    RequestState,
    RestrictBody,
    RestrictionPublic,
    RightsRequestCreate,
    RightsRequestPatch,
    RightsRequestPublic,
)
from services.kernel import pages
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

Read = Annotated[Work, within("participants:read")]
Write = Annotated[Work, within("participants:write")]
Manage = Annotated[Work, within("rights:manage")]

of_people = APIRouter(prefix="/v1/participants", route_class=WorkRoute, tags=["rights"])
erasures = APIRouter(prefix="/v1/erasures", route_class=WorkRoute, tags=["rights"])
requests = APIRouter(prefix="/v1/rights-requests", route_class=WorkRoute, tags=["rights"])


def _shown_erasure(one: Erasure) -> ErasurePublic:
    return ErasurePublic(**one.model_dump(), missing=domain.missing(one.acknowledged))


def _shown_restriction(one: Participant) -> RestrictionPublic:
    return RestrictionPublic(participant_id=one.id, restricted_at=one.restricted_at, reason=one.restricted_because)


def _shown_request(one: RightsRequest, work: Work) -> RightsRequestPublic:
    overdue = one.state == "open" and one.due_on < work.now.date()
    return RightsRequestPublic(**one.model_dump(), overdue=overdue)


@of_people.get("/{participant_id}/export", operation_id="export_person", summary="Read everything held about a person")
async def export(
    participant_id: UUID,
    work: Read,
    partial: Annotated[bool, Query(description="Also when a service does not answer; `missing` says which.")] = False,
) -> ExportPublic:
    """For her, and for who registered her with `rights:manage`: every row that any service holds about her.

    Who has looked at her data is in it too. The reading is on record. A service that does not answer is named, and
    without `partial` nothing is shown.
    """
    made = await operations.export(work, participant_id, partial=partial)
    return ExportPublic(
        person=made.person, also=list(made.also), made_at=made.made_at, services=made.services,
        missing=list(made.missing),
    )  # fmt: skip


@of_people.post("/{participant_id}:erase", operation_id="erase_person", summary="Erase a person", status_code=202)
async def erase(participant_id: UUID, body: EraseBody, work: Write, response: Response) -> ErasurePublic:
    """For her, and for who registered her with `rights:manage`. It cannot be undone.

    From the next request on nobody sees her, and her grants have ended. Every service is then asked to let go of
    what it holds, until each has; the erasure says who has yet to. What statistics counted stays counted.
    """
    made = await operations.erase(work, participant_id, **body.model_dump())
    tag(response, made.version, f"/v1/erasures/{made.id}")
    response.headers["content-location"] = f"/v1/erasures/{made.id}"
    return _shown_erasure(made)


@of_people.post("/{participant_id}:restrict", operation_id="restrict_person", summary="Restrict the use of data")
async def restrict(participant_id: UUID, body: RestrictBody, work: Write, response: Response) -> RestrictionPublic:
    """Nothing is done with what is held about her, whatever she has granted; only she and who registered her see it."""
    response.headers["content-location"] = f"/v1/participants/{participant_id}"
    return _shown_restriction(await operations.restrict(work, participant_id, reason=body.reason))


@of_people.post("/{participant_id}:unrestrict", operation_id="unrestrict_person", summary="End a restriction")
async def unrestrict(participant_id: UUID, work: Write, response: Response) -> RestrictionPublic:
    """Her grants hold again as far as they are live."""
    response.headers["content-location"] = f"/v1/participants/{participant_id}"
    return _shown_restriction(await operations.unrestrict(work, participant_id))


@erasures.get("", operation_id="list_erasures", summary="List erasures of people whom you registered")
async def list_erasures(
    request: Request, response: Response, work: Manage, limit: Limit = 50, cursor: Cursor = None
) -> Page[ErasurePublic]:
    rows = await repository.erasures(work, organisation=work.organisation, after=pages.after(cursor), limit=limit)
    return pages.page(request, response, rows, limit, _shown_erasure)


@erasures.get("/{erasure_id}", operation_id="read_erasure", summary="Read how far an erasure has come")
async def read_erasure(erasure_id: UUID, work: Manage, response: Response) -> ErasurePublic:
    found = await operations.find_erasure(work, erasure_id)
    tag(response, found.version)
    return _shown_erasure(found)


@requests.post("", operation_id="ask_for_right", summary="Note what a person asked for by law", status_code=201)
async def ask(body: RightsRequestCreate, work: Write, response: Response) -> RightsRequestPublic:
    """By her, or by who registered her with `rights:manage`. It is due a month after it was received."""
    made = await operations.ask(work, **body.model_dump())
    tag(response, made.version, f"/v1/rights-requests/{made.id}")
    return _shown_request(made, work)


@requests.get("", operation_id="list_rights_requests", summary="List requests, the first due first")
async def list_requests(
    request: Request,
    response: Response,
    work: Read,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: RequestState | None = None,
    overdue: Annotated[bool, Query(description="Only those that should have been answered.")] = False,
) -> Page[RightsRequestPublic]:
    after = decode(cursor, date.fromisoformat, UUID) if cursor else None
    rows = await operations.requests(
        work, after=after, limit=limit, state="open" if overdue else state,
        due_before=work.now.date() if overdue else None,
    )  # fmt: skip
    shown, following = cut(rows, limit, lambda row: encode(row.due_on, row.id))
    link_next(request, response, following)
    return Page(items=[_shown_request(row, work) for row in shown], next=following)


@requests.get("/{request_id}", operation_id="read_rights_request", summary="Read one request")
async def read_request(request_id: UUID, work: Read, response: Response) -> RightsRequestPublic:
    found = await operations.find_request(work, request_id)
    tag(response, found.version)
    return _shown_request(found, work)


@requests.patch("/{request_id}", operation_id="answer_rights_request", summary="Answer a request")
async def answer(
    request_id: UUID, body: RightsRequestPatch, work: Manage, response: Response, if_match: IfMatch = None
) -> RightsRequestPublic:
    """Say what was done, or why it was refused. It closes the request."""
    found = await operations.answer(work, request_id, if_match=if_match, **body.model_dump())
    tag(response, found.version)
    return _shown_request(found, work)
