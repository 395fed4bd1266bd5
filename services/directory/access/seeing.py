"""Seeing what is on record of a participant: who may, who may once the glass is broken; every look is on record."""

from collections.abc import Iterable
from uuid import UUID

from services.directory.access import repository
from services.directory.access.domain import NotDisclosed
from services.directory.models import Contact, Participant
from services.directory.people import operations as people
from services.directory.people import repository as participants
from services.kernel.problems import NotFound
from services.kernel.work import Work

OVERRIDE = "override:{}"
"""The purpose under which a reading by an override is on record."""


def is_sensitive(work: Work, participant: Participant) -> bool:
    """Say whether reading her record is put on record: by staff, and by any organisation but who registered her."""
    if work.caller.person is not None:
        return False
    return work.caller.kind == "staff" or participant.registered_by != work.organisation


async def record(work: Work, participant_id: UUID) -> Participant:
    """Return her record to who may see her, or to staff with an open override. Raises NotFound."""
    found = await participants.participant(work, participant_id)
    if found is None:
        found, purpose = await _overridden(work, participant_id)
        await work.audit("participant.read", found.id, purpose=purpose)
    elif is_sensitive(work, found):
        await work.audit("participant.read", found.id)
    return found


async def listed(work: Work, shown: Iterable[Participant]) -> None:
    """Put on record whose records a list showed."""
    for participant in shown:
        if is_sensitive(work, participant):
            await work.audit("participants.listed", participant.id)


async def closely(work: Work, participant_id: UUID, *, action: str) -> tuple[UUID, str | None]:
    """Put on record that what is kept apart of her is read: by herself, her registrar, or by an open override.

    Return the id that she lives under, and the purpose under which it was. Raises NotFound, NotYours.
    """
    purpose = None
    if await repository.open_override(work, participant_id) is None:
        found = await people.own(work, participant_id)
    else:
        found, purpose = await _overridden(work, participant_id)
    await work.audit(action, found.id, purpose=purpose)
    return found.id, purpose


async def contact(work: Work, participant_id: UUID) -> Contact:
    """Return how a participant can be reached, to herself, who registered her or by an override; it is on record.

    A contact that is never disclosed is not disclosed by an override either. Raises NotDisclosed.
    """
    hers, purpose = await closely(work, participant_id, action="contact.read")
    found = await participants.contact(work, hers)
    if found is None:
        raise NotFound
    if purpose is not None and found.do_not_disclose:
        raise NotDisclosed
    return found


async def _overridden(work: Work, participant_id: UUID) -> tuple[Participant, str]:
    override = await repository.open_override(work, participant_id)
    found = None if override is None else await participants.anybody(work, participant_id)
    if override is None or found is None:
        raise NotFound
    return found, OVERRIDE.format(override.id)
