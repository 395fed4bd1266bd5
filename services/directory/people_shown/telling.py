"""Telling that entries read differently now, although nothing in them has changed: who may see them has.

Whoever keeps a copy fetches what a fact names. So each end and each beginning of a right to see an entry names it.
"""

from collections.abc import Collection
from uuid import UUID

from services.directory import events
from services.directory.people_shown import repository
from services.kernel.work import Work


async def seen_by_others(work: Work, participants: Collection[UUID]) -> None:
    """Record for the entries of `participants` that others see them now, or see them no more."""
    entries = await repository.of_participants(work, participants)
    fact = events.asset("person", "changed")
    await work.record_all(
        [(fact, one.id, {"version": one.version, "participant": one.participant_id}) for one in entries]
    )
