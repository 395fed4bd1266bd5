"""The rules about assets: a parent is never a child of its own child; what another organisation holds it changes."""

from collections.abc import Mapping
from uuid import UUID

from services.kernel.problems import Conflict, Forbidden


class CyclicReference(Conflict):
    status = 422
    slug = "cyclic-reference"
    title = "An organisation cannot be above itself"


class HeldByAnother(Forbidden):
    slug = "held-by-another"
    title = "Another organisation holds this entry"


class StillInUse(Conflict):
    slug = "still-in-use"
    title = "Something still refers to this"


def check_no_cycle(child: UUID, parents: Mapping[UUID, UUID | None]) -> None:
    """Raise CyclicReference when the way up from `child` through `parents` comes back to it."""
    seen = {child}
    above = parents.get(child)
    while above is not None:
        if above in seen:
            raise CyclicReference
        seen.add(above)
        above = parents.get(above)
