"""What can be done about suspicions: look for them, read them, refuse them for good. Merging has a room of its own."""

from collections.abc import Sequence
from uuid import UUID

from services.directory.duplicates import looking, repository
from services.directory.duplicates.domain import PEOPLE
from services.directory.models import Suspicion
from services.directory.people.operations import find as find_participant
from services.kernel.problems import Forbidden, IllegalState, NotFound
from services.kernel.work import Work


def require(work: Work, kind: str) -> None:
    """Raise Forbidden unless the caller may decide about duplicates of `kind`: people need their own scope."""
    work.caller.require("participants:write" if kind == PEOPLE else "directory:manage")
    if work.caller.kind == "person":
        raise Forbidden("A person's own token cannot do this.")


async def find(work: Work, suspicion_id: UUID, *, lock: bool = False) -> Suspicion:
    """Return a suspicion. Raises NotFound alike for an unknown one and for one the caller may not see."""
    found = await repository.suspicion(work, suspicion_id, lock=lock)
    if found is None:
        raise NotFound
    return found


async def ask_for_all(work: Work, *, kind: str) -> None:
    """Queue a look at everything of a kind."""
    require(work, kind)
    await work.defer(looking.TASK, kind=kind)


async def ask_for_one(work: Work, *, kind: str, entry: UUID) -> Sequence[Suspicion]:
    """Look at one entry now, also where a name has changed since a refusal; return what is suspected of it."""
    require(work, kind)
    if kind == PEOPLE:
        await find_participant(work, entry)
    await looking.look(work, kind, [entry], anew=True)
    return await repository.page(work, kind=kind, state="open", entry=entry, minimum=0.0, after=None, limit=200)


async def refuse(work: Work, suspicion_id: UUID, *, reason: str) -> Suspicion:
    """Note that the two are not the same. The pair is not suggested again."""
    found = await find(work, suspicion_id, lock=True)
    require(work, found.kind)
    if found.state != "open":
        raise IllegalState(f"This suspicion is {found.state}.")
    found.change(work.now, state="refused", refused_because=reason, refused_by=work.organisation, refused_at=work.now)
    return found
