"""What can be done with matches: propose, decide, introduce, and take them through their states."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.problems import NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.matching import clients, facts
from services.matching.candidates.records import as_listing
from services.matching.engine import Pair, verdicts
from services.matching.listings import repository as listings
from services.matching.listings.domain import step as listing_step
from services.matching.matches import domain, endings, repository
from services.matching.matches.domain import Party, Side
from services.matching.models import Match, Need, Offer
from services.matching.people import repository as people
from services.matching.settings import Settings

_HOUR = 60


async def propose(
    work: Work,
    *,
    need_id: UUID,
    offer_id: UUID,
    note: str | None,
    expires_at: datetime | None,
    names: Sequence[ExternalId],
) -> Match:
    """Propose to bring a need and an offer together; one of them must be the caller's to decide for.

    Raises NotFound for what the caller may not know of, HeldBack when a gate stands between them, AlreadyMatched,
    SuspendedPair.
    """
    need, offer = await _both(work, need_id, offer_id)
    await endings.expire_overdue(work)
    await _check_known(work, need, offer)
    await _check_not_suspended(work, need, offer)
    if await repository.live_pair(work, need.id, offer.id):
        raise domain.AlreadyMatched
    await _check_gates(work, need, offer)
    match = _new(work, need, offer, note, expires_at)
    match.external_ids = [name.model_dump() for name in names]
    work.session.add(match)
    await work.session.flush()
    await external_ids.claim(work, f"matches/{match.proposed_by}", match.id, names)
    await facts.match(work, match, "proposed")
    return match


def _new(work: Work, need: Need, offer: Offer, note: str | None, expires_at: datetime | None) -> Match:
    days = cast(Settings, work.kernel.settings).match_days
    return Match(
        id=work.new_id(), created_at=work.now, updated_at=work.now, need_id=need.id, offer_id=offer.id,
        need_owner=need.owner, offer_owner=offer.owner,
        need_participant=need.participant_id, offer_participant=offer.participant_id,
        need_held_by=need.held_by, offer_held_by=offer.held_by, proposed_by=work.organisation,
        note=note, exchange=offer.exchange, seconds=60 * (need.minutes or offer.minutes or _HOUR),
        category=need.category or offer.category, expires_at=expires_at or work.now + timedelta(days=days),
    )  # fmt: skip


async def _both(work: Work, need_id: UUID, offer_id: UUID) -> tuple[Need, Offer]:
    """Lock a need and an offer, always in this order."""
    need = await listings.lock(work, "need", need_id)
    offer = await listings.lock(work, "offer", offer_id)
    if need is None or offer is None:
        raise NotFound
    return cast(Need, need), cast(Offer, offer)


async def _check_known(work: Work, need: Need, offer: Offer) -> None:
    """Raise NotFound unless one is the caller's own and the other could be a candidate for it, consent included."""
    person, organisation = work.caller.person, work.organisation
    parties = (Party(need.participant_id, need.held_by), Party(offer.participant_id, offer.held_by))
    mine = domain.sides_of(*parties, person=person, organisation=organisation)
    for side, listing in (("need", need), ("offer", offer)):
        hidden = listing.visibility == "private" and side not in mine
        over = listing.expires_at is not None and listing.expires_at <= work.now
        if listing.deleted_at is not None or hidden or (over and side not in mine):
            raise NotFound
    people_on_it = [one for one in (need.participant_id, offer.participant_id) if one is not None]
    said = await clients.verdicts(work, people_on_it, organisation=organisation)
    if not mine or need.owner == offer.owner or not _may_meet(said, need.owner, offer.owner, mine):
        raise NotFound


def _may_meet(said: Mapping[UUID, clients.Verdict], need: UUID, offer: UUID, mine: Sequence[Side]) -> bool:
    for owner, other, side in ((need, offer, "need"), (offer, need, "offer")):
        if owner not in said:
            continue  # an organisation: no consent to ask for
        verdict = said[owner]
        # An organisation that holds both sides would otherwise pass by that one of them asked not to be asked.
        unasked = side in mine and len(mine) == 1
        if not verdict.allowed or other in verdict.blocks or not (verdict.ask or unasked):
            return False
    return True


async def _check_not_suspended(work: Work, need: Need, offer: Offer) -> None:
    """Raise SuspendedPair for those who know of that match; to others the two are kept apart in silence."""
    barring = await _suspended_between(work, need.owner, offer.owner)
    if barring:
        raise domain.SuspendedPair if any(sides(work, one) for one in barring) else NotFound


async def _suspended_between(work: Work, one: UUID, other: UUID) -> list[Match]:
    return [
        match for match in await repository.suspended_of(work, one) if other in (match.need_owner, match.offer_owner)
    ]


async def _check_gates(work: Work, need: Need, offer: Offer) -> None:
    for listing in (need, offer):
        over = listing.expires_at is not None and listing.expires_at <= work.now
        if listing.state != "open" or over:
            raise domain.HeldBack("One of the two is not open.", gate="state")
    known = {one.id: one for one in await people.by_ids(work, [need.owner, offer.owner])}
    pair = Pair(as_listing(need, known.get(need.owner)), as_listing(offer, known.get(offer.owner)), work.now)
    for gate, verdict in verdicts(pair):
        if not verdict.passed:
            raise domain.HeldBack(f"The gate {gate} does not let them pass.", gate=gate)


async def get(work: Work, match_id: UUID, *, for_safety: bool = False) -> Match:
    """Return a match that the caller may see. Raises NotFound.

    `for_safety` asks of a member of staff only that her organisation is on it, not that she is assigned to its people.
    """
    await endings.expire_overdue(work)
    in_care = None if for_safety else await clients.in_care(work)
    match = await repository.visible(work, match_id, in_care=in_care)
    if match is None:
        raise NotFound
    return match


async def page(
    work: Work,
    *,
    state: str | None,
    listings: Collection[UUID] | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Match]:
    """Return matches that the caller may see, in the order of their ids."""
    await endings.expire_overdue(work)
    in_care = await clients.in_care(work)
    return await repository.page(
        work, state=state, listings=listings, updated_after=updated_after, ids=ids, in_care=in_care, after=after,
        limit=limit,
    )  # fmt: skip


async def locked(work: Work, match_id: UUID, *, if_match: str | None = None, for_safety: bool = False) -> Match:
    """Return a match that the caller may see, with its need, its offer and itself kept from others."""
    seen = await get(work, match_id, for_safety=for_safety)
    await _both(work, seen.need_id, seen.offer_id)
    match = await repository.lock(work, match_id)
    if match is None:
        raise NotFound
    check_version(if_match, match.version)
    return match


def sides(work: Work, match: Match) -> tuple[Side, ...]:
    """Return the sides of a match for which the caller may decide."""
    return domain.sides_of(
        Party(match.need_participant, match.need_held_by),
        Party(match.offer_participant, match.offer_held_by),
        person=work.caller.person,
        organisation=work.caller.organisation,
    )


def check_side(work: Work, match: Match, side: Side) -> None:
    """Raise NotYourSide unless the caller may decide for `side`."""
    if side not in sides(work, match):
        raise domain.NotYourSide


async def accept(work: Work, match_id: UUID, *, side: Side, if_match: str | None) -> Match:
    """Accept for one side. With the second side's yes the places are taken, and hours for credit are held."""
    match = await locked(work, match_id, if_match=if_match)
    check_side(work, match, side)
    following = domain.step(match.state, "accept")
    if getattr(match, f"{side}_accepted_at") is not None:
        raise domain.AlreadyAccepted
    match.change(work.now, **{f"{side}_accepted_at": work.now})
    if match.need_accepted_at is None or match.offer_accepted_at is None:
        await facts.match(work, match, f"accepted_by_{side}")
        return match
    await check_still_possible(work, match)
    await _take_places(work, match)
    match.state = following
    if match.exchange == "credit":
        await clients.hold(
            work, match=match.id, seconds=match.seconds, organisation=match.offer_held_by,
            payer=clients.Payer(match.need_owner, "participant" if match.need_participant else "organisation"),
            payee=clients.Payer(match.offer_owner, "participant" if match.offer_participant else "organisation"),
        )  # fmt: skip
    await facts.match(work, match, "accepted")
    return match


async def check_still_possible(work: Work, match: Match) -> None:
    """Ask the authority once more about both people, towards each organisation that holds a side."""
    for holder in sorted({match.need_held_by, match.offer_held_by}):
        said = await clients.verdicts(work, _people(match), organisation=holder)
        for owner, other in ((match.need_owner, match.offer_owner), (match.offer_owner, match.need_owner)):
            if owner in said and (not said[owner].allowed or other in said[owner].blocks):
                raise domain.NotPossibleNow
    if await _suspended_between(work, match.need_owner, match.offer_owner):
        raise domain.NotPossibleNow


def _people(match: Match) -> list[UUID]:
    return [one for one in (match.need_participant, match.offer_participant) if one is not None]


async def _take_places(work: Work, match: Match) -> None:
    need, offer = await _both(work, match.need_id, match.offer_id)
    for listing in (need, offer):
        if listing.state != "open" or listing.taken >= listing.capacity:
            raise domain.NoPlaceLeft
    need.change(work.now, taken=need.taken + 1)
    offer.change(work.now, taken=offer.taken + 1)
    match.places_taken = True
    if offer.taken == offer.capacity:
        offer.state = listing_step("offer", offer.state, "use-up")
        await facts.listing(work, "offer", offer, "changed")


async def decline(work: Work, match_id: UUID, *, side: Side, if_match: str | None) -> Match:
    """Say no for one side. No reason is asked: everybody has the right not to."""
    match = await locked(work, match_id, if_match=if_match)
    check_side(work, match, side)
    await endings.end(work, match, state=domain.step(match.state, "decline"), fact="declined")
    return match


async def withdraw(work: Work, match_id: UUID, *, if_match: str | None) -> Match:
    """Take a match back; its places become free again."""
    match = await locked(work, match_id, if_match=if_match)
    await endings.end(work, match, state=domain.step(match.state, "withdraw"), fact="withdrawn")
    return match


async def activate(work: Work, match_id: UUID, *, if_match: str | None) -> Match:
    """Note that the two have begun."""
    match = await locked(work, match_id, if_match=if_match)
    match.change(work.now, state=domain.step(match.state, "activate"))
    await facts.match(work, match, "active")
    return match


async def complete(work: Work, match_id: UUID, *, if_match: str | None) -> Match:
    """Note that it is done. A need whose places have all been filled so is met."""
    match = await locked(work, match_id, if_match=if_match)
    match.change(work.now, state=domain.step(match.state, "complete"))
    await facts.match(work, match, "completed")
    await work.session.flush()
    need, _ = await _both(work, match.need_id, match.offer_id)
    if need.state == "open" and await repository.completed_of_need(work, need.id) >= need.capacity:
        need.change(work.now, state=listing_step("need", need.state, "meet"))
        await facts.listing(work, "need", need, "met")
    return match


async def suspend(work: Work, match_id: UUID, *, reason: str, if_match: str | None) -> Match:
    """Halt a match for a stated concern, until it is lifted. Staff only; who it was, and why, is on record."""
    match = await _for_staff(work, match_id, if_match)
    before = match.state
    match.change(
        work.now, state=domain.step(before, "suspend"), suspended_from=before, suspended_by=work.organisation,
        reason=reason,
    )  # fmt: skip
    await facts.match(work, match, "suspended")
    await work.audit("match.suspended", match.id, purpose=reason)
    return match


async def lift(work: Work, match_id: UUID, *, if_match: str | None) -> Match:
    """Let a suspended match go on where it was; if it has ended, its two may be matched again.

    Staff of the organisation that suspended it only. Raises SuspendedByAnother.
    """
    match = await _for_staff(work, match_id, if_match)
    barred = match.suspended_by is not None
    following = domain.lifted(match.state, suspended_from=match.suspended_from, barred=barred)
    if match.suspended_by != work.organisation:
        raise domain.SuspendedByAnother
    match.change(work.now, state=following, suspended_from=None, suspended_by=None, reason=None)
    await facts.match(work, match, "lifted")
    await work.audit("match.lifted", match.id)
    return match


async def _for_staff(work: Work, match_id: UUID, if_match: str | None) -> Match:
    """Return a match to staff of an organisation on it: whoever hears of a concern may halt it, assigned or not."""
    match = await locked(work, match_id, if_match=if_match, for_safety=True)
    if work.caller.kind != "staff":
        raise domain.StaffOnly
    return match


async def introduce(work: Work, match_id: UUID) -> tuple[Match, clients.Released]:
    """Release the other side's contact, once both have accepted. It is fetched, passed on and not kept.

    Asked for again while the two know each other, it is fetched again, and the authority is asked again each time.
    Raises NotPossibleNow.
    """
    match = await locked(work, match_id)
    mine = sides(work, match)
    if not mine:
        raise domain.NotYourSide
    await _check_assigned(work, match, mine)
    again = match.state in {"introduced", "active"}
    following = match.state if again else domain.step(match.state, "introduce")
    await check_still_possible(work, match)
    if match.change(work.now, state=following):
        await facts.match(work, match, "introduced")
    wanted = _others(match, mine)
    released = clients.Released(contacts={})
    if wanted:
        released = await clients.release_contacts(
            work, match=match.id, organisation=work.organisation, people=wanted, parties=_people(match)
        )
    for person, contact in released.contacts.items():
        if contact is not None:
            await work.audit("match.introduction", match.id, purpose="introduction", person=person)
    return match, released


async def _check_assigned(work: Work, match: Match, mine: Sequence[Side]) -> None:
    """Raise NotYourSide for a member of staff who is not assigned to the people on the organisation's side."""
    theirs = [person for side, person in _by_side(match).items() if person is not None and side in mine]
    if work.caller.staff is None or not theirs:
        return
    said = await clients.verdicts(work, theirs, organisation=work.organisation, staff=work.caller.staff)
    if not all(said[person].allowed for person in theirs):
        raise domain.NotYourSide


def _by_side(match: Match) -> dict[Side, UUID | None]:
    return {"need": match.need_participant, "offer": match.offer_participant}


def _others(match: Match, mine: Sequence[Side]) -> list[UUID]:
    """Return the people whom the caller is to learn to reach: the other side's, or both where both are theirs."""
    return [
        person
        for side, person in _by_side(match).items()
        if person is not None and (len(mine) == 2 or side not in mine)
    ]
