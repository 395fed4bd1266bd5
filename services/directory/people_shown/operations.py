"""What can be done about what a person shows of herself: by her, or by who registered her."""

from typing import Any
from uuid import UUID

from services.directory import events
from services.directory.assets.operations import check_concepts
from services.directory.models import Participant, Person
from services.directory.people import repository as people
from services.directory.people.domain import NotYours
from services.directory.people.operations import check_use
from services.directory.people_shown import domain, repository
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work


async def show(work: Work, *, participant_id: UUID | None, **facts: Any) -> Person:
    """Write what a participant shows of herself; her own token need not say who she is. Raises AlreadyShown."""
    participant = await _own(work, participant_id or work.caller.person)
    check_use(work, participant)
    if await repository.is_shown(work, participant.id):
        raise domain.AlreadyShown
    await check_concepts(work, facts["concepts"])
    made = Person(
        id=work.new_id(), created_at=work.now, updated_at=work.now, participant_id=participant.id,
        held_by=participant.registered_by, confirmed_at=work.now, confirmed_by=work.caller.organisation, **facts,
    )  # fmt: skip
    work.session.add(made)
    await work.session.flush()
    await _record(work, made, "created")
    return made


async def _own(work: Work, participant_id: UUID | None) -> Participant:
    """Return the participant, locked, if the caller is she or registered her. Raises Invalid, NotYours."""
    if participant_id is None:
        raise Invalid.field("/participant_id", "is needed: whose entry it is")
    found = await people.participant(work, participant_id, lock=True)
    if found is None:
        raise Invalid.field("/participant_id", "names no participant here")
    if work.caller.person is None and found.registered_by != work.caller.organisation:
        raise NotYours
    return found


async def _record(work: Work, person: Person, happened: str) -> None:
    fact = events.asset("person", happened)
    await work.record(fact, person.id, version=person.version, participant=person.participant_id)


async def find(work: Work, person_id: UUID, *, lock: bool = False) -> Person:
    """Return an entry that the caller may see now. Raises NotFound."""
    found = await repository.person(work, person_id, lock=lock)
    if found is None:
        raise NotFound
    return found


async def _written_by(work: Work, person_id: UUID, if_match: str | None) -> tuple[Person, Participant]:
    person = await find(work, person_id, lock=True)
    participant = await _own(work, person.participant_id)
    check_version(if_match, person.version)
    return person, participant


async def change(work: Work, person_id: UUID, *, if_match: str | None, **facts: Any) -> Person:
    """Change what `facts` names. Nothing happens when it was so already."""
    person, participant = await _written_by(work, person_id, if_match)
    check_use(work, participant)
    await check_concepts(work, facts.get("concepts") or [])
    if person.change(work.now, **facts):
        person.confirmed_at, person.confirmed_by = work.now, work.caller.organisation
        await _record(work, person, "changed")
    return person


async def hide(work: Work, person_id: UUID, *, if_match: str | None) -> None:
    """Take the entry away. What stood in it goes at once; only the mark that there was one stays."""
    person, _ = await _written_by(work, person_id, if_match)
    person.change(
        work.now, deleted_at=work.now, name="", description=None, website=None, category=None, concepts=[],
        languages=[], areas=[], opening=[], reach_km=None,
    )  # fmt: skip
    await _record(work, person, "deleted")
