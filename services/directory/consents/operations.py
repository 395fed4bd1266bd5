"""What can be done about consent: one function per use case, in one transaction, which the route commits."""

from typing import Any
from uuid import UUID

from services.directory import events
from services.directory.consents import domain, granting, repository
from services.directory.duplicates.aliases import all_names
from services.directory.models import Consent, Revocation
from services.directory.people import operations as people
from services.kernel.problems import NotFound
from services.kernel.work import Work


async def give_consent(work: Work, participant_id: UUID, **grant: Any) -> Consent:
    """Record a grant of a participant to a named organisation for one purpose.

    Only she or who registered her can: nobody whom she allowed one thing may record that she allowed more.
    """
    participant = await people.changeable(work, participant_id)
    return await granting.grant(work, participant.id, path="/recipient_id", **grant)


Pair = tuple[Consent, Revocation | None]


def is_live(pair: Pair, work: Work) -> bool:
    """Say whether a grant holds now."""
    grant, revocation = pair
    return domain.is_live(grant, revoked=revocation is not None, now=work.now)


async def consents(
    work: Work, participant_id: UUID, *, live: bool | None = None, lock: bool = False
) -> tuple[list[Pair], bool]:
    """Return the grants of a participant, also those that ended, and whether the caller may know who recorded them.

    She and who registered her see all of them with that; each other reader those that name it. Grants on a record
    that was merged into hers hold for her, and are therefore among them: she must be able to take them back.
    """
    participant = await people.find(work, participant_id, lock=lock)
    own = people.is_own(work, participant)
    found = await repository.of_participants(work, await all_names(work, [participant.id]))
    return [
        pair for pair in found
        if (own or pair[0].recipient_id == work.organisation) and live in (None, is_live(pair, work))
    ], own  # fmt: skip


async def consent(work: Work, participant_id: UUID, consent_id: UUID, *, lock: bool = False) -> tuple[Pair, bool]:
    """Return one grant of a participant, and whether the caller may know who recorded it."""
    found, own = await consents(work, participant_id, lock=lock)
    for pair in found:
        if pair[0].id == consent_id:
            return pair, own
    raise NotFound


async def revoke_consent(work: Work, participant_id: UUID, consent_id: UUID) -> tuple[Pair, bool]:
    """End a grant. It holds from the next request on, in every service."""
    (grant, revocation), own = await consent(work, participant_id, consent_id, lock=True)
    if revocation is not None:
        raise domain.AlreadyRevoked
    by = work.caller.named
    revocation = Revocation(id=grant.id, revoked_at=work.now, revoked_by=by)
    work.session.add(revocation)
    await work.session.flush()
    await granting.record(work, events.CONSENT_REVOKED, grant)
    return (grant, revocation), own
