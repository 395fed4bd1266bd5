"""What is done with rotas and their volunteers; plans stand in `turns`, swaps in `swaps`."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.community import held
from services.community.access import check_people, holder, read_of
from services.community.models import Rota, Swap, Turn, Volunteer
from services.community.rotas import domain, repository
from services.kernel.fields import ExternalId
from services.kernel.pages import After
from services.kernel.problems import IllegalState, Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work

_ALWAYS = frozenset(
    {"title", "language", "area", "project_id", "languages", "trial_until", "least_done", "external_ids"}
)


async def create(work: Work, *, externals: Sequence[ExternalId], **values: Any) -> Rota:
    """Draft a rota for the caller's organisation. Raises Invalid for a project that is not its own."""
    held_by = holder(work)
    await _check_project(work, values["project_id"])
    domain.days(starts_on=values["starts_on"], weeks=values["weeks"], rule=values["rule"])
    made = Rota(
        id=work.new_id(), created_at=work.now, updated_at=work.now, held_by=held_by,
        external_ids=held.kept(externals), **values,
    )  # fmt: skip
    await repository.add(work, made)
    await held.claim(work, made, externals)
    await work.record("rota.created", made.id, state=made.state, project=made.project_id)
    return made


async def upsert(work: Work, *, external: ExternalId, if_match: str | None, **wanted: Any) -> tuple[Rota, bool]:
    """Draft the rota that `external` names, or bring it up to date; say whether it is new."""
    holder(work)
    found, named = await held.called(work, Rota, external, wanted.pop("externals"))
    if found is None:
        return await create(work, externals=named, **wanted), True
    return await change(work, found, if_match=if_match, changes={**wanted, "external_ids": named}), False


async def get(work: Work, rota_id: UUID, *, lock: bool = False) -> Rota:
    """Return a rota of the caller's organisation. Raises NotFound."""
    return await held.get(work, Rota, rota_id, lock=lock)


async def page(
    work: Work,
    *,
    project_id: UUID | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    after: After,
    limit: int,
) -> Sequence[Rota]:
    """Return a page of the organisation's rotas."""
    return await held.page(
        work, Rota, project_id=project_id, updated_after=updated_after, ids=ids, after=after, limit=limit
    )


async def change(work: Work, rota_id: UUID, *, if_match: str | None, changes: dict[str, Any]) -> Rota:
    """Change a rota. Raises IllegalState for what a plan follows from, once there is one."""
    rota = await get(work, rota_id, lock=True)
    check_version(if_match, rota.version)
    if changes.get("project_id") != rota.project_id:
        await _check_project(work, changes.get("project_id"))
    changes = await held.renamed(work, rota, changes)
    asked = {name for name, value in changes.items() if getattr(rota, name) != value}
    if rota.state == "planned" and asked - _ALWAYS:
        raise IllegalState("It is planned; days, places and helpers stay as they are. Make another rota for others.")
    new = {name: changes.get(name, getattr(rota, name)) for name in ("starts_on", "weeks", "rule")}
    domain.days(**new)
    if rota.change(work.now, **changes):
        await work.record("rota.changed", rota.id, state=rota.state)
    return rota


async def delete(work: Work, rota_id: UUID, *, if_match: str | None) -> None:
    """Delete a rota with all its turns."""
    rota = await get(work, rota_id, lock=True)
    check_version(if_match, rota.version)
    await held.remove(work, rota)
    await work.record("rota.deleted", rota.id)


async def join(work: Work, rota_id: UUID, *, participant_id: UUID | None, **values: Any) -> Volunteer:
    """Note somebody who takes turns. Raises Invalid for unknown people and places."""
    rota = await get(work, rota_id, lock=True)
    _check_places(rota, values["only_places"])
    if participant_id is not None:
        await check_people(work, [participant_id])
    made = Volunteer(
        id=work.new_id(), rota_id=rota.id, participant_id=participant_id, created_at=work.now, updated_at=work.now,
        **values,
    )  # fmt: skip
    await repository.add(work, made)
    await work.record("volunteer.joined", made.id, rota=rota.id)
    return made


async def change_volunteer(
    work: Work, rota_id: UUID, volunteer_id: UUID, *, if_match: str | None, changes: dict[str, Any]
) -> Volunteer:
    """Change what is known of a volunteer; turns that are planned stay until it is planned anew."""
    rota = await get(work, rota_id, lock=True)
    found = await present(work, rota.id, volunteer_id)
    check_version(if_match, found.version)
    _check_places(rota, changes.get("only_places", ()))
    if found.change(work.now, **changes):
        await work.record("volunteer.changed", found.id, rota=rota.id)
    return found


async def leave(work: Work, rota_id: UUID, volunteer_id: UUID, *, if_match: str | None) -> None:
    """Let a volunteer go: turns done stay, turns planned become gaps."""
    rota = await get(work, rota_id, lock=True)
    found = await present(work, rota.id, volunteer_id)
    check_version(if_match, found.version)
    found.change(work.now, left_at=work.now)
    await work.session.flush()
    await repository.release(work, rota.id, state="freed", of=found.id)
    await work.record("volunteer.left", found.id, rota=rota.id)


async def present(work: Work, rota_id: UUID, volunteer_id: UUID) -> Volunteer:
    """Return a volunteer who has not left. Raises NotFound."""
    found = await repository.part(work, Volunteer, rota_id, volunteer_id)
    if found is None or found.left_at is not None:
        raise NotFound
    return found


async def volunteer(work: Work, rota_id: UUID, volunteer_id: UUID) -> Volunteer:
    """Return a volunteer, also one who has left. Raises NotFound."""
    rota = await get(work, rota_id)
    found = await repository.part(work, Volunteer, rota.id, volunteer_id)
    if found is None:
        raise NotFound
    await read_of(work, "volunteer.read", [found])
    return found


async def volunteer_page(work: Work, rota_id: UUID, *, after: After, limit: int) -> Sequence[Volunteer]:
    """Return a page of the volunteers, those who have left too."""
    rota = await get(work, rota_id)
    found = await repository.part_page(work, Volunteer, rota.id, after=after, limit=limit)
    await read_of(work, "volunteers.listed", found[:limit])
    return found


async def turn_page(
    work: Work, rota_id: UUID, *, state: str | None, volunteer_id: UUID | None, after: After, limit: int
) -> Sequence[Turn]:
    """Return a page of the turns."""
    rota = await get(work, rota_id)
    return await repository.part_page(
        work, Turn, rota.id, after=after, limit=limit, state=state, volunteer_id=volunteer_id
    )


async def turn(work: Work, rota_id: UUID, turn_id: UUID) -> Turn:
    """Return one turn. Raises NotFound."""
    rota = await get(work, rota_id)
    found = await repository.part(work, Turn, rota.id, turn_id)
    if found is None:
        raise NotFound
    return found


async def swap_page(work: Work, rota_id: UUID, *, state: str | None, after: After, limit: int) -> Sequence[Swap]:
    """Return a page of the swaps."""
    rota = await get(work, rota_id)
    return await repository.part_page(work, Swap, rota.id, after=after, limit=limit, state=state)


def helper_of(row: Volunteer) -> domain.Helper:
    """Return a volunteer as the rules see her."""
    return domain.Helper(
        id=row.id, household=row.household, language=row.language,
        not_on=frozenset(date.fromisoformat(day) for day in row.not_on), only_places=frozenset(row.only_places),
        most=row.most, share=row.share, helped_before=row.helped_before, left=row.left_at is not None,
    )  # fmt: skip


def taken_of(row: Turn) -> domain.Taken:
    """Return a turn as the rules see it."""
    state: Any = row.state
    return domain.Taken(id=row.id, volunteer=row.volunteer_id, day=row.day, place=row.place, state=state)


async def _check_project(work: Work, project: UUID | None) -> None:
    if project is not None and not await repository.has_project(work, project):
        raise Invalid.field("/project_id", "is no project of yours")


def _check_places(rota: Rota, places: Iterable[str]) -> None:
    for number, place in enumerate(places):
        if place not in rota.places:
            raise Invalid.field(f"/only_places/{number}", "is no place of this rota")
