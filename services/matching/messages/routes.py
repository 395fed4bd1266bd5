"""HTTP for messages and pseudonymous profiles: reads requests, calls one operation, shows its result."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.kernel.fields import Point
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.problems import MEDIA_TYPE
from services.kernel.work import Work, WorkRoute, within
from services.matching.messages import operations
from services.matching.messages.operations import Profile
from services.matching.messages.schemas import MessageCreate, MessagePublic, PseudonymousProfile, PseudonymousProfiles
from services.matching.models import Message

router = APIRouter(prefix="/v1/matches/{match_id}", route_class=WorkRoute, tags=["messages"])
Read = Annotated[Work, within("matching:read")]
Write = Annotated[Work, within("matching:write")]
_CLOSED: dict[int | str, dict[str, Any]] = {
    409: {"description": "Conflict", "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
}


def _shown(message: Message) -> MessagePublic:
    return MessagePublic.model_validate(message.model_dump())


def _profile(one: Profile) -> PseudonymousProfile:
    """Show a side; what its listing does not say itself is its person's."""
    listing, person = one.listing, one.person
    placed = next((row for row in (listing, person) if row is not None and row.latitude is not None), None)
    area = None
    if placed is not None and placed.latitude is not None and placed.longitude is not None:
        area = Point(latitude=placed.latitude, longitude=placed.longitude)
    return PseudonymousProfile(
        side=one.side, yours=one.yours, kind="organisation" if listing.participant_id is None else "participant",
        languages=listing.languages or (person.languages if person else []), area=area,
        released_text=listing.released_text, category=listing.category, means=listing.means, minutes=listing.minutes,
        exchange=listing.exchange,
    )  # fmt: skip


@router.get(
    "/profiles", operation_id="read_match_profiles", summary="See both sides without their names", responses=_CLOSED
)
async def profiles(match_id: UUID, work: Read) -> PseudonymousProfiles:
    """For the two sides alone, from the proposal on. Consent and blocks are looked at again on each reading."""
    return PseudonymousProfiles(items=[_profile(one) for one in await operations.profiles(work, match_id)])


@router.post("/messages", operation_id="send_message", summary="Write to the other side", status_code=201)
async def write(match_id: UUID, body: MessageCreate, work: Write, response: Response) -> MessagePublic:
    """The two sides write to each other through this without knowing who they are.

    Until both have accepted, a text with a phone number, an e-mail address or a URL is refused (422
    `contact-in-message`). Messages of a match that was suspended, withdrawn or declined are closed.
    """
    message = await operations.write(work, match_id, text=body.text, side=body.side)
    response.headers["location"] = f"/v1/matches/{match_id}/messages/{message.id}"
    return _shown(message)


@router.get(
    "/messages", operation_id="list_messages", summary="Read what the two sides have written", responses=_CLOSED
)
async def list_messages(
    match_id: UUID, request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[MessagePublic]:
    after = decode(cursor, UUID)[0] if cursor else None
    rows = await operations.page(work, match_id, after=after, limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[_shown(row) for row in kept], next=following)


@router.get("/messages/{message_id}", operation_id="read_message", summary="Read one message", responses=_CLOSED)
async def read(match_id: UUID, message_id: UUID, work: Read) -> MessagePublic:
    return _shown(await operations.find(work, match_id, message_id))
