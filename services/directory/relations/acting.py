"""Whether one participant may speak for another today: for who records a grant, and for who gives out tokens.

A token of somebody who acts for another would name the represented as its subject and this participant beside her;
the gateway would ask here at each exchange and at each renewal, so that an ended relation ends the token with it.
"""

from uuid import UUID

from services.directory.models import Relation
from services.directory.people import repository as people
from services.directory.relations import domain, repository
from services.kernel.work import Work


async def acts_for(work: Work, participant_id: UUID, *, actor: UUID) -> Relation | None:
    """Return the confirmed relation by which `actor` acts for a participant today, both being present; else None."""
    relation = await repository.standing(work, actor, participant_id, kind="acts_for")
    present = await people.by_ids(work, [actor, participant_id])
    if relation is None or len(present) < 2:
        return None
    return relation if domain.holds(relation, on=work.now.date()) else None
