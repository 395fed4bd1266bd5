"""HTTP for participants: reads requests, calls one operation, shows its result. Nothing else."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.directory.access import seeing
from services.directory.models import Block, Contact, Participant
from services.directory.people import operations, repository
from services.directory.people.schemas import (
    BlockCreate,
    BlockPublic,
    ContactPublic,
    ContactPut,
    ParticipantCreate,
    ParticipantPatch,
    ParticipantPublic,
)
from services.directory.synchronised.routes import PARTICIPANTS
from services.kernel import external_ids
from services.kernel.external_ids import AskedSystem, AskedValue
from services.kernel.fields import ExternalId, Line, Moment
from services.kernel.ids import TheseIds, these
from services.kernel.incoming import single
from services.kernel.incoming.single import SaidAt
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1/participants", route_class=WorkRoute, tags=["participants"])
Read = Annotated[Work, within("participants:read")]
Write = Annotated[Work, within("participants:write")]


def _shown(participant: Participant, work: Work) -> ParticipantPublic:
    place = None
    named = participant.external_ids if participant.registered_by == work.caller.organisation else []
    if participant.latitude is not None:
        place = {"latitude": participant.latitude, "longitude": participant.longitude}
    return ParticipantPublic.model_validate({**participant.model_dump(), "place": place, "external_ids": named})


def _shown_contact(contact: Contact) -> ContactPublic:
    return ContactPublic.model_validate({**contact.model_dump(), "participant_id": contact.id})


def _shown_block(block: Block) -> BlockPublic:
    return BlockPublic.model_validate(block.model_dump())


def _given(body: ParticipantCreate) -> dict[str, Any]:
    """Return what an upsert says: the fields as JSON keeps them, times as times."""
    facts = _jsonable(body)
    facts["consents"] = [grant.model_dump() for grant in body.consents]
    return facts


def _jsonable(body: ParticipantCreate | ParticipantPatch) -> dict[str, Any]:
    facts = body.model_dump(exclude_unset=isinstance(body, ParticipantPatch), exclude={"consents"})
    windows = {name for name in ("availability", "busy") if facts.get(name) is not None}
    return facts | body.model_dump(mode="json", include=windows)


@router.post("", operation_id="register_participant", summary="Register a participant", status_code=201)
async def register(body: ParticipantCreate, work: Write, response: Response) -> ParticipantPublic:
    """Your organisation registers her and may then record her consents. Each grant names one purpose and who may.

    `assessment` is needed to assess her or to put her name on a card, `matching` to publish what she offers or needs
    and to suggest her, `introduction` to release her contact, `timebank` to keep an account for her.
    """
    participant = await operations.register(work, **_given(body))
    tag(response, participant.version, f"/v1/participants/{participant.id}")
    return _shown(participant, work)


@router.get("", operation_id="list_participants", summary="List the participants you may see")
async def list_participants(
    request: Request,
    response: Response,
    work: Read,
    limit: Limit = 50,
    cursor: Cursor = None,
    updated_after: Annotated[Moment | None, Query()] = None,
    ids: TheseIds = None,
    system: AskedSystem = None,
    value: AskedValue = None,
) -> Page[ParticipantPublic]:
    after = decode(cursor, UUID)[0] if cursor else None
    name = external_ids.asked(system, value)
    named = None if name is None else external_ids.named(operations.collection(work.organisation), name)
    rows = await repository.page(
        work, after=after, limit=limit + 1, updated_after=updated_after, ids=these(ids), named=named
    )
    shown, following = cut(rows, limit, lambda row: encode(row.id))
    await seeing.listed(work, shown)
    link_next(request, response, following)
    return Page(items=[_shown(row, work) for row in shown], next=following)


@router.put(
    "/by-external-id",
    operation_id="upsert_participant",
    summary="Register or change a participant by another system's id",
    responses={201: {"model": ParticipantPublic, "description": "Registered"}},
)
async def upsert(
    body: ParticipantCreate,
    work: Write,
    response: Response,
    system: Annotated[Line, Query()],
    value: Annotated[Line, Query()],
    if_match: IfMatch = None,
    updated_at: SaidAt = None,
) -> ParticipantPublic:
    if updated_at is not None:
        data = body.model_dump(mode="json", exclude_unset=True)
        found, new = await single.take(work, PARTICIPANTS, system, value, at=updated_at, data=data)
        return _upserted(await operations.find(work, found), work, response, new=new)
    external = ExternalId(system=system, value=value)
    participant, new = await operations.upsert_by_external_id(
        work, external, if_match=if_match, said=body.model_fields_set, **_given(body)
    )
    return _upserted(participant, work, response, new=new)


def _upserted(participant: Participant, work: Work, response: Response, *, new: bool) -> ParticipantPublic:
    response.status_code = 201 if new else 200
    tag(response, participant.version, f"/v1/participants/{participant.id}")
    return _shown(participant, work)


@router.get("/{participant_id}", operation_id="read_participant", summary="Read one participant")
async def read(participant_id: UUID, work: Read, response: Response) -> ParticipantPublic:
    participant = await seeing.record(work, participant_id)
    tag(response, participant.version)
    return _shown(participant, work)


@router.patch("/{participant_id}", operation_id="change_participant", summary="Change a participant")
async def change(
    participant_id: UUID, body: ParticipantPatch, work: Write, response: Response, if_match: IfMatch = None
) -> ParticipantPublic:
    participant = await operations.change(work, participant_id, if_match=if_match, **_jsonable(body))
    tag(response, participant.version)
    return _shown(participant, work)


@router.delete("/{participant_id}", operation_id="delete_participant", summary="Delete a participant", status_code=204)
async def remove(participant_id: UUID, work: Write, if_match: IfMatch = None) -> None:
    await operations.remove(work, participant_id, if_match=if_match)


@router.put("/{participant_id}/contact", operation_id="set_contact", summary="Replace how to reach a participant")
async def set_contact(
    participant_id: UUID, body: ContactPut, work: Write, response: Response, if_match: IfMatch = None
) -> ContactPublic:
    contact = await operations.set_contact(work, participant_id, if_match=if_match, **body.model_dump())
    tag(response, contact.version)
    return _shown_contact(contact)


@router.get("/{participant_id}/contact", operation_id="read_contact", summary="Read how to reach a participant")
async def read_contact(participant_id: UUID, work: Write, response: Response) -> ContactPublic:
    """For her and for who registered her; every reading is on record. Others get it by an introduction."""
    contact = await seeing.contact(work, participant_id)
    tag(response, contact.version)
    return _shown_contact(contact)


@router.post("/{participant_id}/blocks", operation_id="block", summary="Keep two participants apart", status_code=201)
async def block(participant_id: UUID, body: BlockCreate, work: Write, response: Response) -> BlockPublic:
    made = await operations.block(work, participant_id, body.other_id)
    response.headers["location"] = f"/v1/participants/{participant_id}/blocks/{made.id}"
    return _shown_block(made)


@router.get("/{participant_id}/blocks", operation_id="list_blocks", summary="List whom a participant is kept from")
async def list_blocks(participant_id: UUID, work: Write) -> Page[BlockPublic]:
    return Page(items=[_shown_block(one) for one in await operations.blocks(work, participant_id)])


@router.get("/{participant_id}/blocks/{block_id}", operation_id="read_block", summary="Read one block")
async def read_block(participant_id: UUID, block_id: UUID, work: Write) -> BlockPublic:
    return _shown_block(await operations.find_block(work, participant_id, block_id))


@router.delete("/{participant_id}/blocks/{block_id}", operation_id="unblock", summary="Lift a block", status_code=204)
async def unblock(participant_id: UUID, block_id: UUID, work: Write) -> None:
    await operations.unblock(work, participant_id, block_id)
