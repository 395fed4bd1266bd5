"""The authority on consent: asked by other services before an answer of theirs leaves, and never from a copy."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from services.directory import events
from services.directory.access.repository import assigned_among, assigned_to
from services.directory.consents.repository import granted
from services.directory.duplicates.aliases import all_names, kept_apart, living_id
from services.directory.models import Block, Contact
from services.directory.people import repository
from services.directory.people.domain import may_be_asked
from services.directory.people.operations import record
from services.kernel.problems import Forbidden, NotFound
from services.kernel.work import Work

Verdict = tuple[bool, bool, list[UUID]]


async def verdicts(
    work: Work, people: Collection[UUID], *, organisation: UUID, purpose: str, categories: Collection[str] = (),
    staff: UUID | None = None,
) -> dict[UUID, Verdict]:  # fmt: skip
    """Return for each of `people`: allowed, may be asked, kept from whom. One batch of a few queries.

    A record that was merged into another answers as that one does, and grants on either hold for both.
    """
    named = await all_names(work, people)
    present = await repository.standing(work, set(named.values()))
    given = await granted(work, named, purpose=purpose, organisation=organisation, categories=categories)
    allowed = {named[one] for one in given}
    if staff is not None:
        allowed &= {named[one] for one in await assigned_among(work, named, staff=staff, organisation=organisation)}
    kept_from = await kept_apart(work, named, _both_ways(await repository.blocks_among(work, named)))
    found: dict[UUID, Verdict] = dict.fromkeys(people, (False, False, []))
    for asked in people:
        if one := present.get(named[asked]):
            ask = one.restricted_at is None and may_be_asked(one.do_not_ask, one.do_not_ask_until, now=work.now)
            found[asked] = (one.id in allowed, ask, sorted(kept_from[asked]))
    return found


async def in_care(work: Work, *, staff: UUID, organisation: UUID, purpose: str) -> list[UUID]:
    """Return whose data a member of staff may use for `purpose` now, under every id that each is known by."""
    named = await all_names(work, await assigned_to(work, staff=staff, organisation=organisation))
    said = await verdicts(work, list(named), organisation=organisation, purpose=purpose, staff=staff)
    return sorted(one for one, (allowed, _, _) in said.items() if allowed)


async def do_not_ask(work: Work, participant_id: UUID, *, until: datetime | None) -> None:
    """Note that somebody has said, in another room, not to be asked again. Raises NotFound."""
    participant = next(iter(await repository.by_ids(work, [await living_id(work, participant_id)])), None)
    if participant is None:
        raise NotFound
    await work.session.refresh(participant, with_for_update=True)  # nobody else changes her record meanwhile
    if participant.deleted_at is not None:
        raise NotFound
    await work.audit("participant.do-not-ask", participant_id)
    if participant.change(work.now, do_not_ask=True, do_not_ask_until=until):
        await record(work, events.PARTICIPANT_CHANGED, participant)


async def _may_be_introduced(
    work: Work, people: Collection[UUID], *, organisation: UUID, parties: Collection[UUID]
) -> set[UUID]:
    """Return whose contact may go to `organisation`. A block withholds like missing consent: it must not show."""
    named = await all_names(work, {*parties, *people})
    present = {one.id for one in await repository.by_ids(work, {named[one] for one in parties})}
    kept_from = await kept_apart(work, named, _both_ways(await repository.blocks_among(work, named)))
    if any(kept_from[one] & set(parties) for one in parties) or present != {named[one] for one in parties}:
        return set()
    matching = await granted(work, named, purpose="matching", organisation=organisation)
    introduction = await granted(work, named, purpose="introduction", organisation=organisation)
    both = {named[one] for one in matching} & {named[one] for one in introduction}
    return {one for one in people if named[one] in both}


def _both_ways(blocks: Iterable[Block]) -> dict[UUID, set[UUID]]:
    pairs: dict[UUID, set[UUID]] = {}
    for block in blocks:
        pairs.setdefault(block.participant_id, set()).add(block.other_id)
        pairs.setdefault(block.other_id, set()).add(block.participant_id)
    return pairs


async def release_contacts(
    work: Work, *, match_id: UUID, organisation: UUID, people: Collection[UUID], parties: Collection[UUID]
) -> tuple[dict[UUID, Contact | None], dict[UUID, str]]:
    """Return the contacts for an introduction, and why some are withheld. Every release is on record.

    The token must be bound to the purpose. That everybody is still there, that no block stands between `parties`,
    consent to be matched and to be introduced, and do-not-disclose are looked at again here. Raises Forbidden.
    """
    if work.caller.purpose != "introduction":
        raise Forbidden("This token is not bound to an introduction.")
    granted = await _may_be_introduced(work, people, organisation=organisation, parties={*people, *parties})
    named = await all_names(work, people)
    known = await repository.contacts(work, set(named.values()))
    contacts: dict[UUID, Contact | None] = {}
    withheld: dict[UUID, str] = {}
    for person in people:
        contact = known.get(named[person])
        if person not in granted:
            withheld[person] = "no-consent"
        elif contact is not None and contact.do_not_disclose:
            withheld[person] = "do-not-disclose"
        contacts[person] = None if person in withheld else contact
        if contacts[person] is not None:
            await work.audit("contact.released", person, purpose=f"introduction:{match_id}")
    return contacts, withheld
