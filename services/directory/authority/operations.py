"""The authority on consent: asked by other services before an answer of theirs leaves, and never from a copy."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from services.directory import events
from services.directory.models import Block, Contact
from services.directory.people import repository
from services.directory.people.domain import may_be_asked
from services.kernel.problems import Forbidden, NotFound
from services.kernel.work import Work

Verdict = tuple[bool, bool, list[UUID]]


async def verdicts(work: Work, people: Collection[UUID], *, organisation: UUID, purpose: str) -> dict[UUID, Verdict]:
    """Return for each of `people`: allowed, may be asked, kept from whom. One batch, three queries."""
    present = {one.id: one for one in await repository.by_ids(work, people)}
    allowed = await repository.granted(work, present, purpose=purpose, organisation=organisation)
    kept_from = _both_ways(await repository.blocks_among(work, present))
    found: dict[UUID, Verdict] = dict.fromkeys(people, (False, False, []))
    for one in present.values():
        ask = may_be_asked(one.do_not_ask, one.do_not_ask_until, now=work.now)
        found[one.id] = (one.id in allowed, ask, sorted(kept_from.get(one.id, ())))
    return found


async def do_not_ask(work: Work, participant_id: UUID, *, until: datetime | None) -> None:
    """Note that somebody has said, in another room, not to be asked again. Raises NotFound."""
    participant = next(iter(await repository.by_ids(work, [participant_id])), None)
    if participant is None:
        raise NotFound
    await work.session.refresh(participant, with_for_update=True)  # nobody else changes her record meanwhile
    if participant.deleted_at is not None:
        raise NotFound
    await work.audit("participant.do-not-ask", participant_id)
    if participant.change(work.now, do_not_ask=True, do_not_ask_until=until):
        await work.record(
            events.PARTICIPANT_CHANGED,
            participant.id,
            version=participant.version,
            registered_by=participant.registered_by,
        )


async def _may_be_introduced(
    work: Work, people: Collection[UUID], *, organisation: UUID, parties: Collection[UUID]
) -> set[UUID]:
    """Return whose contact may go to `organisation`. A block withholds like missing consent: it must not show."""
    present = {one.id for one in await repository.by_ids(work, parties)}
    kept_from = _both_ways(await repository.blocks_among(work, parties))
    if any(kept_from.get(one, set()) & set(parties) for one in parties) or present != set(parties):
        return set()
    matching = await repository.granted(work, people, purpose="matching", organisation=organisation)
    introduction = await repository.granted(work, people, purpose="introduction", organisation=organisation)
    return matching & introduction


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
    known = await repository.contacts(work, people)
    contacts: dict[UUID, Contact | None] = {}
    withheld: dict[UUID, str] = {}
    for person in people:
        contact = known.get(person)
        if person not in granted:
            withheld[person] = "no-consent"
        elif contact is not None and contact.do_not_disclose:
            withheld[person] = "do-not-disclose"
        contacts[person] = None if person in withheld else contact
        if contacts[person] is not None:
            await work.audit("contact.released", person, purpose=f"introduction:{match_id}")
    return contacts, withheld
