"""HTTP for who looked: reads requests, calls one operation, shows its result. Nothing else."""

from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.directory.access import watching
from services.directory.access.schemas import (
    AuditRow,
    AuditRows,
    ChainPublic,
    LookPublic,
    LooksPublic,
    ProofPublic,
)
from services.directory.access.words import words
from services.kernel.caller import Kind
from services.kernel.fields import Line
from services.kernel.looks import Look
from services.kernel.pages import after
from services.kernel.paging import Cursor, Limit, cut, encode, link_next
from services.kernel.work import Work, WorkRoute, within

of_people = APIRouter(prefix="/v1/participants", route_class=WorkRoute, tags=["participants"])
audit = APIRouter(prefix="/v1/audit", route_class=WorkRoute, tags=["audit"])
Read = Annotated[Work, within("participants:read")]
Manage = Annotated[Work, within("rights:manage")]


def _position(look: Look) -> str:
    return encode(look.at.isoformat(), look.id)


def _shown(look: Look, called: dict[UUID, str]) -> LookPublic:
    organisation = look.organisation_id
    return LookPublic(
        at=look.at, service=look.service, kind=cast(Kind, look.actor_kind), organisation_id=organisation,
        organisation=None if organisation is None else called.get(organisation),
        staff_id=UUID(look.actor) if look.actor_kind == "staff" else None, action=look.action,
        says=words(look.action), purpose=look.purpose,
    )  # fmt: skip


@of_people.get("/{participant_id}/looks", operation_id="list_looks", summary="See who looked at a participant's data")
async def list_looks(
    participant_id: UUID, request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> LooksPublic:
    """Everything on record about her in every service, to herself and to who registered her."""
    found, missing = await watching.at_person(work, participant_id, after=after(cursor), limit=limit)
    rows, following = cut(found, limit, _position)
    link_next(request, response, following)
    called = await watching.names(work, rows)
    return LooksPublic(items=[_shown(row, called) for row in rows], next=following, missing=missing)


@audit.get("", operation_id="list_audit", summary="See what your organisation's apps and staff did")
async def list_audit(
    request: Request,
    response: Response,
    work: Manage,
    limit: Limit = 50,
    cursor: Cursor = None,
    subject: Annotated[UUID | None, Query(description="The participant, or what else it was done to.")] = None,
    actor: Annotated[Line | None, Query(description="A client's or a member of staff's id.")] = None,
) -> AuditRows:
    """Rows by anybody else's apps and staff are not shown."""
    found, missing = await watching.by_organisation(
        work, subject=subject, actor=actor, after=after(cursor), limit=limit
    )
    rows, following = cut(found, limit, _position)
    link_next(request, response, following)
    items = [AuditRow.model_validate(row.model_dump(exclude={"organisation_id"})) for row in rows]
    return AuditRows(items=items, next=following, missing=missing)


@audit.get("/proof", operation_id="prove_audit", summary="Prove that the audit is what was written")
async def prove_audit(work: Manage) -> ProofPublic:
    """Looks through every row of every service. A changed, missing or inserted row is named by its number."""
    found, missing = await watching.chains(work)
    sound = not missing and all(chain.broken is None for chain in found)
    return ProofPublic(
        sound=sound, chains=[ChainPublic.model_validate(chain.model_dump()) for chain in found], missing=missing
    )
