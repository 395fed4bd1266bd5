"""HTTP for matches: reads requests, calls one operation, shows its result. Nothing else."""

from collections.abc import Callable, Collection, Coroutine
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.kernel.ids import MOST_IDS, TheseIds, these
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import KEY_HEADER, Work, WorkRoute, within
from services.matching.listings.requests import UpdatedAfter
from services.matching.matches import operations
from services.matching.matches.domain import State
from services.matching.matches.schemas import ForSide, Introduction, MatchCreate, MatchPublic, Suspension
from services.matching.models import Match


class Repeatable(WorkRoute):
    """A route whose POST is simply done again when it is repeated, and answers alike.

    Its answer is kept nowhere, so an Idempotency-Key could only bring back something else: it is put aside.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            kept = [(name, value) for name, value in request.scope["headers"] if name != KEY_HEADER.encode()]
            return await answer(Request({**request.scope, "headers": kept}, request.receive))

        return handle


router = APIRouter(prefix="/v1/matches", route_class=WorkRoute, tags=["matches"])
introductions = APIRouter(prefix="/v1/matches", route_class=Repeatable, tags=["matches"])
Read = Annotated[Work, within("matching:read")]
Write = Annotated[Work, within("matching:write")]


def shown(work: Work, match: Match) -> MatchPublic:
    mine = operations.sides(work, match)
    need = {"accepted_at": match.need_accepted_at, "yours": "need" in mine}
    offer = {"accepted_at": match.offer_accepted_at, "yours": "offer" in mine}
    return MatchPublic.model_validate({**match.model_dump(), **_hidden(work, match), "need": need, "offer": offer})


def _hidden(work: Work, match: Match) -> dict[str, Any]:
    """Return, emptied, what this caller is not to read: others' names for it; to people, why it was suspended."""
    hidden: dict[str, Any] = {}
    if work.caller.person is not None:
        hidden = {"reason": None, "suspended_by": None}
    if work.caller.person is not None or work.caller.organisation != match.proposed_by:
        hidden["external_ids"] = []
    return hidden


def _answer(work: Work, response: Response, match: Match, *, new: bool = False) -> MatchPublic:
    address = f"/v1/matches/{match.id}"
    tag(response, match.version, address if new else None)
    response.headers["content-location"] = address
    return shown(work, match)


@router.post("", operation_id="propose_match", summary="Propose to bring a need and an offer together", status_code=201)
async def propose(body: MatchCreate, work: Write, response: Response) -> MatchPublic:
    """One of the two must be held by your organisation.

    The match is *proposed* until each side has accepted. Gates and the consent of both are looked at again.
    """
    values: dict[str, Any] = {name: getattr(body, name) for name in ("need_id", "offer_id", "note", "expires_at")}
    return _answer(work, response, await operations.propose(work, **values, names=body.external_ids), new=True)


@router.get("", operation_id="list_matches", summary="List the matches you may see")
async def list_all(
    request: Request,
    response: Response,
    work: Read,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: Annotated[State | None, Query()] = None,
    listing_id: Annotated[UUID | None, Query(description="Of this need or offer.")] = None,
    listing_ids: Annotated[
        str | None, Query(max_length=8_000, description=f"Of any of these needs or offers: {MOST_IDS} at most.")
    ] = None,
    updated_after: UpdatedAfter = None,
    ids: TheseIds = None,
) -> Page[MatchPublic]:
    after = decode(cursor, UUID)[0] if cursor else None
    rows = await operations.page(
        work, state=state, listings=_of(listing_id, listing_ids), updated_after=updated_after, ids=these(ids),
        after=after, limit=limit + 1,
    )  # fmt: skip
    kept, following = cut(rows, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[shown(work, row) for row in kept], next=following)


def _of(listing: UUID | None, listings: str | None) -> Collection[UUID] | None:
    """Return whose matches are asked for: where both say, of what both name."""
    named = these(listings)
    if listing is None:
        return named
    return {listing} if named is None else {listing} & set(named)


@router.get("/{match_id}", operation_id="read_match", summary="Read a match")
async def get(match_id: UUID, work: Read, response: Response) -> MatchPublic:
    return _answer(work, response, await operations.get(work, match_id))


@router.post("/{match_id}:accept", operation_id="accept_match", summary="Accept for one side")
async def accept(
    match_id: UUID, body: ForSide, work: Write, response: Response, if_match: IfMatch = None
) -> MatchPublic:
    """A person accepts her own side, an organisation the side that it holds.

    With the second yes the match is *accepted*: places are taken, and for an exchange of credit the hours are held
    (409 `hold-refused` if there are not enough).
    """
    return _answer(work, response, await operations.accept(work, match_id, side=body.side, if_match=if_match))


@router.post("/{match_id}:decline", operation_id="decline_match", summary="Say no for one side")
async def decline(
    match_id: UUID, body: ForSide, work: Write, response: Response, if_match: IfMatch = None
) -> MatchPublic:
    """No reason is asked: everybody has the right not to."""
    return _answer(work, response, await operations.decline(work, match_id, side=body.side, if_match=if_match))


@router.post("/{match_id}:withdraw", operation_id="withdraw_match", summary="Take a match back")
async def withdraw(match_id: UUID, work: Write, response: Response, if_match: IfMatch = None) -> MatchPublic:
    return _answer(work, response, await operations.withdraw(work, match_id, if_match=if_match))


@router.post("/{match_id}:activate", operation_id="activate_match", summary="Note that the two have begun")
async def activate(match_id: UUID, work: Write, response: Response, if_match: IfMatch = None) -> MatchPublic:
    return _answer(work, response, await operations.activate(work, match_id, if_match=if_match))


@router.post("/{match_id}:complete", operation_id="complete_match", summary="Note that it is done")
async def complete(match_id: UUID, work: Write, response: Response, if_match: IfMatch = None) -> MatchPublic:
    return _answer(work, response, await operations.complete(work, match_id, if_match=if_match))


@router.post("/{match_id}:suspend", operation_id="suspend_match", summary="Halt a match for a concern (staff)")
async def suspend(
    match_id: UUID, body: Suspension, work: Write, response: Response, if_match: IfMatch = None
) -> MatchPublic:
    return _answer(work, response, await operations.suspend(work, match_id, reason=body.reason, if_match=if_match))


@router.post("/{match_id}:lift", operation_id="lift_match", summary="Let a suspended match go on (staff)")
async def lift(match_id: UUID, work: Write, response: Response, if_match: IfMatch = None) -> MatchPublic:
    return _answer(work, response, await operations.lift(work, match_id, if_match=if_match))


@introductions.post(
    "/{match_id}/introduction", operation_id="introduce_match", summary="Learn how to reach the other side"
)
async def introduce(match_id: UUID, work: Write, response: Response) -> Introduction:
    match, released = await operations.introduce(work, match_id)
    tag(response, match.version)
    response.headers["cache-control"] = "no-store"
    sides = ((match.need_participant, match.need_owner), (match.offer_participant, match.offer_owner))
    return Introduction.model_validate(
        {
            "match": shown(work, match),
            "contacts": released.contacts,
            "withheld": released.withheld,
            "organisations": [owner for participant, owner in sides if participant is None],
        }
    )
