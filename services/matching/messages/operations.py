"""What can be done with messages: write, read, and see who is on the other side as far as that may be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.kernel.problems import Invalid, NotFound
from services.kernel.work import Work
from services.matching import facts
from services.matching.listings import repository as listings
from services.matching.matches import operations as matches
from services.matching.matches.domain import SIDES, NotYourSide, Side
from services.matching.messages import domain, repository
from services.matching.models import Match, Message, Need, Offer, Person
from services.matching.people import repository as people


@dataclass(frozen=True, slots=True)
class Profile:
    """One side of a match without a name: its listing, and the facts of the person whose it is, if it is one."""

    side: Side
    yours: bool
    listing: Need | Offer
    person: Person | None


async def write(work: Work, match_id: UUID, *, text: str, side: Side | None) -> Message:
    """Write from one side of a match to the other. Consent and blocks are looked at again.

    Raises MessagesClosed, NotPossibleNow, ContactInMessage, TooManyMessages.
    """
    match = await matches.locked(work, match_id)
    mine = await _open(work, match, writing=True)
    if side is None and len(mine) > 1:
        raise Invalid.field("/side", "must be said by who holds both sides")
    from_side = side or mine[0]
    matches.check_side(work, match, from_side)
    domain.check_text(text, state=match.state)
    since = work.now - domain.HOUR
    if await repository.written_since(work, match.id, side=from_side, since=since) >= domain.MOST_PER_HOUR:
        raise domain.TooManyMessages
    message = _new(work, match, text, from_side)
    work.session.add(message)
    await work.session.flush()
    await facts.message(work, message, match)
    return message


def _new(work: Work, match: Match, text: str, side: Side) -> Message:
    voice: domain.Voice = "organisation" if work.caller.person is None else "person"
    return Message(id=work.new_id(), match_id=match.id, created_at=work.now, side=side, voice=voice, text=text)


async def _open(work: Work, match: Match, *, writing: bool) -> Sequence[Side]:
    """Return the caller's sides of a match whose sides may hear of each other now."""
    mine = matches.sides(work, match)
    if not mine:
        raise NotYourSide
    domain.check_open(match.state, writing=writing)
    await matches.check_still_possible(work, match)
    return mine


async def page(work: Work, match_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Message]:
    """Return the messages of a match, to its two sides alone; the reading is on record."""
    match = await matches.get(work, match_id)
    await _open(work, match, writing=False)
    await _on_record(work, match, "messages.read")
    return await repository.page(work, match.id, after=after, limit=limit)


async def _on_record(work: Work, match: Match, action: str) -> None:
    """Put a reading on record for each person on the match but the reader, so that they see who looked."""
    people = {match.need_participant, match.offer_participant} - {work.caller.person, None}
    for person in sorted(one for one in people if one is not None):
        await work.audit(action, match.id, person=person)


async def find(work: Work, match_id: UUID, message_id: UUID) -> Message:
    """Return one message of a match. Raises NotFound."""
    match = await matches.get(work, match_id)
    await _open(work, match, writing=False)
    found = await repository.get(work, match.id, message_id)
    if found is None:
        raise NotFound
    await _on_record(work, match, "messages.read")
    return found


async def profiles(work: Work, match_id: UUID) -> list[Profile]:
    """Return both sides of a match as they may be known before anybody is introduced."""
    match = await matches.get(work, match_id)
    mine = await _open(work, match, writing=False)
    need = (await listings.by_ids(work, "need", [match.need_id]))[0]
    offer = (await listings.by_ids(work, "offer", [match.offer_id]))[0]
    known = {one.id: one for one in await people.by_ids(work, [match.need_owner, match.offer_owner])}
    await _on_record(work, match, "match.profiles")
    return [
        Profile(side, side in mine, listing, known.get(listing.participant_id) if listing.participant_id else None)
        for side, listing in zip(SIDES, (need, offer), strict=True)
    ]
