"""What is special about merging participants: whom it needs, what is stricter wins, what stays where it is.

- Both records must be visible to the caller's organisation, which must have registered one of them; and the
  organisation that registered the absorbed one must be able to see the survivor, or it would lose its own record.
- Grants of consent stay rows of the record they were given on; whoever asks reads them over all of her names.
- The right not to be asked, do-not-disclose and blocks of either hold for both, also after the merge is undone:
  nothing that protects somebody is taken away because two records are no longer one.
- How to reach her is the survivor's, unless nothing is known there. So are gender and date of birth, one by one.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from services.directory.duplicates import evidence, references
from services.directory.duplicates.domain import RegistrarCannotSee
from services.directory.models import Block, Contact, Participant, Safeguards
from services.directory.people import repository as people
from services.directory.people.domain import NotYours
from services.directory.people.operations import check_use
from services.directory.safeguards.repository import safeguards_of
from services.kernel.problems import NotFound
from services.kernel.work import Work


async def visible(work: Work, participant_id: UUID) -> bool:
    """Say whether the caller may see a participant."""
    return await people.participant(work, participant_id) is not None


async def check_own(work: Work, survivor: Participant, absorbed: Participant) -> None:
    """Raise NotFound unless the caller may see the survivor, NotYours unless it registered one of the two."""
    if not await visible(work, survivor.id):
        raise NotFound
    if work.caller.organisation not in (survivor.registered_by, absorbed.registered_by):
        raise NotYours


async def check(work: Work, survivor: Participant, absorbed: Participant) -> None:
    """Raise what stands in the way of a merge. That one of them blocked the other reads like an unknown id."""
    await check_own(work, survivor, absorbed)
    check_use(work, survivor, absorbed)
    if not await visible(work, absorbed.id) or await evidence.kept_apart(work, [(survivor.id, absorbed.id)]):
        raise NotFound
    if absorbed.registered_by != survivor.registered_by and not await people.visible_participant(
        work, survivor.id, organisation=absorbed.registered_by, acting=False, staff=None
    ):
        raise RegistrarCannotSee


async def join(work: Work, survivor: Participant, absorbed: Participant) -> dict[str, Any]:
    """Let the survivor have what protects and reaches either; return what must be known to undo it."""
    _stricter(work, survivor, absorbed)
    survivor.version = max(survivor.version, absorbed.version)  # who keeps a copy of either takes no older one
    await _blocks_of_both(work, survivor.id, absorbed.id)
    await references.share_household(work, absorbed=absorbed.id, survivor=survivor.id)
    reached = await _contact(work, survivor.id, absorbed.id)
    declared = await _declared(work, survivor.id, absorbed.id)
    await work.audit("participant.merged", survivor.id)
    await work.audit("participant.merged", absorbed.id)
    return {name: value for name, value in (("_contact", reached), ("_declared", declared)) if value}


def _stricter(work: Work, survivor: Participant, absorbed: Participant) -> None:
    """Let the longer wish not to be asked hold."""
    if not absorbed.do_not_ask:
        return
    until = absorbed.do_not_ask_until
    if survivor.do_not_ask:
        ends = (survivor.do_not_ask_until, until)
        until = None if None in ends else max(end for end in ends if end is not None)
    survivor.change(work.now, do_not_ask=True, do_not_ask_until=until)


async def _blocks_of_both(work: Work, one: UUID, other: UUID) -> None:
    """Give each of both the blocks of the other, whichever side of them she is on."""
    for block in await people.blocks_among(work, (one, other)):
        for name in (one, other):
            ends = (block.participant_id, block.other_id)
            asks, apart = (name if end in (one, other) else end for end in ends)
            row = {"id": work.new_id(), "participant_id": asks, "other_id": apart, "created_at": block.created_at}
            if asks != apart:
                await work.session.execute(upsert(Block).values(row).on_conflict_do_nothing())


async def _contact(work: Work, survivor: UUID, absorbed: UUID) -> bool:
    """Keep the survivor's contact; fill an empty one. Return whether its entries came from the other record."""
    known = await people.contacts(work, (survivor, absorbed))
    theirs, mine = known.get(absorbed), known.get(survivor)
    if theirs is None:
        return False
    filled = not (mine and mine.entries) and bool(theirs.entries)
    if mine is None:
        mine = Contact(id=survivor, entries=[], updated_at=work.now, version=0)
        work.session.add(mine)
    if filled or theirs.do_not_disclose > mine.do_not_disclose:
        mine.entries = theirs.entries if filled else mine.entries
        mine.do_not_disclose = mine.do_not_disclose or theirs.do_not_disclose
        mine.updated_at, mine.version = work.now, mine.version + 1
    elif not mine.version:
        mine.version = 1
    return filled


async def _declared(work: Work, survivor: UUID, absorbed: UUID) -> list[str]:
    """Fill in gender and date of birth that only the other record knows; return which."""
    known = await safeguards_of(work, (survivor, absorbed))
    theirs, mine = known.get(absorbed), known.get(survivor)
    if theirs is None:
        return []
    if mine is None:
        mine = Safeguards(id=survivor, created_at=work.now, updated_at=work.now)
        work.session.add(mine)
    names = [
        name for name in ("gender", "born_on") if getattr(mine, name) is None and getattr(theirs, name) is not None
    ]
    mine.change(work.now, **{name: getattr(theirs, name) for name in names})
    return names


async def part(work: Work, before: Mapping[str, Any], survivor: UUID, absorbed: UUID) -> list[str]:
    """Take back what came from the other record and still is as it was there; return what protects her and stays."""
    known = await people.contacts(work, (survivor, absorbed))
    contact, theirs = known.get(survivor), known.get(absorbed)
    if before.get("_contact") and contact and theirs and contact.entries == theirs.entries:
        contact.entries, contact.updated_at, contact.version = [], work.now, contact.version + 1
    declared = await safeguards_of(work, (survivor, absorbed))
    if declared.keys() == {survivor, absorbed}:
        same = [
            name for name in before.get("_declared", ())
            if getattr(declared[survivor], name) == getattr(declared[absorbed], name)
        ]  # fmt: skip
        declared[survivor].change(work.now, **dict.fromkeys(same))
    await work.audit("participant.unmerged", survivor)
    await work.audit("participant.unmerged", absorbed)
    return await _protections(work, survivor)


async def _protections(work: Work, survivor: UUID) -> list[str]:
    """Return which protections hold for both from now on, though one of them asked for it."""
    participant = await work.session.get_one(Participant, (work.tenant, survivor))
    contact = (await people.contacts(work, (survivor,))).get(survivor)
    held = {
        "blocks": bool(await people.blocks_among(work, (survivor,))),
        "do_not_ask": participant.do_not_ask,
        "do_not_disclose": contact is not None and contact.do_not_disclose,
    }
    return [f"participants/{survivor}/{name}" for name, holds in held.items() if holds]
