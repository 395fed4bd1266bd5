"""What our own services may ask about names that other systems gave: whom does an organisation call so?"""

from collections.abc import Collection
from uuid import UUID

from services.directory.duplicates.aliases import aliases
from services.directory.people.operations import collection
from services.directory.synchronised import repository
from services.kernel.fields import ExternalId
from services.kernel.work import Work


async def named(work: Work, organisation: UUID, names: Collection[ExternalId]) -> list[tuple[ExternalId, UUID, UUID]]:
    """Return for each known name the record that carries it, and the participant whom that record is now."""
    found = await repository.named(work, collection(organisation), names)
    now = await aliases(work, [record for _, record in found])
    return [(name, record, now.get(record, record)) for name, record in found]
