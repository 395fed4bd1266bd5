"""What can be done about a participant's household: say it, share it, read it, take it back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.directory.households import repository
from services.directory.models import Household
from services.directory.people import operations as people
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work

Shown = tuple[Household, Sequence[UUID]]


async def put(
    work: Work,
    participant_id: UUID,
    *,
    if_match: str | None,
    adults: int,
    children: list[dict[str, Any]],
    shared_with: UUID | None,
) -> Shown:
    """Say with how many a participant lives; `shared_with` makes two households one. What is the same changes nothing.

    To share needs that the caller registered somebody who lives there: a household of others cannot be entered.
    """
    participant_id = (await people.changeable(work, participant_id)).id
    before = await repository.of(work, participant_id)
    check_version(if_match, before.version if before else 0)
    house = before if shared_with is None else await _entered(work, shared_with)
    if house is None:
        house = Household(id=work.new_id(), created_at=work.now, updated_at=work.now, adults=adults, children=children)
        work.session.add(house)
        await work.session.flush()
    else:
        house.change(work.now, adults=adults, children=children)
    if before is None or before.id != house.id:
        await repository.move_in(work, participant_id, house.id)
        if before is not None:
            await repository.drop_empty(work, before.id)
    await work.audit("household.written", participant_id)
    return house, await repository.members(work, house.id)


async def _entered(work: Work, household_id: UUID) -> Household:
    house = await repository.known_to(work, household_id) if work.caller.person is None else None
    if house is None:
        raise Invalid.field("/shared_with", "names no household here")
    return house


async def read(work: Work, participant_id: UUID) -> Shown:
    """Return the household of a participant, to her and to who registered her; the reading is on record."""
    participant_id = (await people.own(work, participant_id)).id
    house = await repository.of(work, participant_id)
    if house is None:
        raise NotFound
    await work.audit("household.read", participant_id)
    return house, await repository.members(work, house.id)


async def leave(work: Work, participant_id: UUID) -> None:
    """Take back what was said of a participant's household; the last who leaves it takes it away."""
    participant_id = (await people.changeable(work, participant_id)).id
    house = await repository.of(work, participant_id)
    if house is None:
        raise NotFound
    await repository.move_out(work, participant_id)
    await repository.drop_empty(work, house.id)
    await work.audit("household.written", participant_id)
