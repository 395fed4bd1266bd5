"""Which other records turned out to be the same person."""

from uuid import UUID

from services.directory.duplicates.aliases import all_names
from services.kernel.work import Work


async def same_person(work: Work, participant_id: UUID) -> list[UUID]:
    """Return the other ids of a person: of records that were merged into hers, or into which hers was."""
    return sorted(one for one in await all_names(work, [participant_id]) if one != participant_id)
