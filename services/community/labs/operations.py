"""What is done with labs: brought together, met, concluded or dissolved."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.community import held
from services.community.access import check_people, holder, read_of
from services.community.labs import clients, domain, repository
from services.community.models import Lab, LabMeeting, LabMember
from services.kernel.fields import ExternalId
from services.kernel.pages import After
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work

Seat = Mapping[str, Any]


async def create(
    work: Work,
    *,
    members: Sequence[Seat],
    suggested_by: Mapping[str, Any] | None,
    externals: Sequence[ExternalId],
    **values: Any,
) -> Lab:
    """Bring a lab together, of those named and of those whom matching suggests.

    Raises Invalid unless citizens and staff are both there, LabNotSuggested, and UpstreamUnavailable.
    """
    held_by = holder(work)
    seats = list(members)
    if suggested_by is not None:
        named = {seat["participant_id"] for seat in seats} - {None}
        seats += [seat for seat in await _suggested(work, suggested_by) if seat["participant_id"] not in named]
    domain.check_both_sides([seat["role"] for seat in seats])
    await _check_people(work, seats)
    kept = None if suggested_by is None else {name: _plain(value) for name, value in suggested_by.items()}
    made = Lab(
        id=work.new_id(), created_at=work.now, updated_at=work.now, held_by=held_by, suggested_by=kept,
        external_ids=held.kept(externals), **values,
    )  # fmt: skip
    await repository.add(work, made, *(_seated(work, made, seat) for seat in seats))
    await held.claim(work, made, externals)
    await work.record("lab.created", made.id, state=made.state, members=len(seats))
    return made


async def upsert(
    work: Work, *, external: ExternalId, if_match: str | None, externals: Sequence[ExternalId], **wanted: Any
) -> tuple[Lab, bool]:
    """Bring the lab together that `external` names, or change what it is about; say whether it is new.

    Who is in it has addresses of its own: of a lab that is there, the members stay as they are.
    """
    holder(work)
    found, named = await held.called(work, Lab, external, externals)
    if found is None:
        return await create(work, externals=named, **wanted), True
    about = {name: value for name, value in wanted.items() if name not in {"members", "suggested_by"}}
    return await change(work, found, if_match=if_match, changes={**about, "external_ids": named}), False


async def get(work: Work, lab_id: UUID, *, lock: bool = False) -> Lab:
    """Return a lab of the caller's organisation. Raises NotFound."""
    return await held.get(work, Lab, lab_id, lock=lock)


async def page(
    work: Work,
    *,
    state: str | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    after: After,
    limit: int,
) -> Sequence[Lab]:
    """Return a page of the organisation's labs."""
    return await held.page(work, Lab, state=state, updated_after=updated_after, ids=ids, after=after, limit=limit)


async def change(work: Work, lab_id: UUID, *, if_match: str | None, changes: dict[str, Any]) -> Lab:
    """Change what a lab is about, as long as it is not over."""
    lab = await get(work, lab_id, lock=True)
    check_version(if_match, lab.version)
    changes = await held.renamed(work, lab, changes)
    if any(getattr(lab, name) != value for name, value in changes.items()):
        domain.check_open(lab.state)
    if lab.change(work.now, **changes):
        await work.record("lab.changed", lab.id, state=lab.state)
    return lab


async def delete(work: Work, lab_id: UUID, *, if_match: str | None) -> None:
    """Delete a lab with its meetings."""
    lab = await get(work, lab_id, lock=True)
    check_version(if_match, lab.version)
    await held.remove(work, lab)
    await work.record("lab.deleted", lab.id)


async def join(work: Work, lab_id: UUID, **seat: Any) -> LabMember:
    """Give somebody a seat. Raises Invalid for unknown people."""
    lab = await _open(work, lab_id)
    if seat["participant_id"] is not None:
        await check_people(work, [seat["participant_id"]])
    made = _seated(work, lab, seat)
    await repository.add(work, made)
    await work.record("lab.changed", lab.id, member=made.id, role=made.role)
    return made


async def leave(work: Work, lab_id: UUID, member_id: UUID, *, if_match: str | None) -> None:
    """Let somebody go. Raises LabOneSided when no citizen or no member of staff would be left."""
    lab = await _open(work, lab_id)
    found = await repository.part(work, LabMember, lab.id, member_id)
    if found is None or found.left_at is not None:
        raise NotFound
    check_version(if_match, found.version)
    rest = [one.role for one in await repository.members(work, lab.id) if one.id != found.id]
    if not domain.both_sides(rest):
        raise domain.LabOneSided("Find somebody else first, or dissolve it.")
    found.change(work.now, left_at=work.now)
    await work.record("lab.changed", lab.id, member=found.id, role=found.role)


async def member(work: Work, lab_id: UUID, member_id: UUID) -> LabMember:
    """Return one seat. Raises NotFound."""
    lab = await get(work, lab_id)
    found = await repository.part(work, LabMember, lab.id, member_id)
    if found is None:
        raise NotFound
    await read_of(work, "lab_member.read", [found])
    return found


async def member_page(work: Work, lab_id: UUID, *, after: After, limit: int) -> Sequence[LabMember]:
    """Return a page of the seats, those that were left too."""
    lab = await get(work, lab_id)
    found = await repository.part_page(work, LabMember, lab.id, after=after, limit=limit)
    await read_of(work, "lab_members.listed", found[:limit])
    return found


async def meet(work: Work, lab_id: UUID, **values: Any) -> LabMeeting:
    """Plan a meeting, or note one that was held. Raises Invalid for who has no seat, MeetingToCome."""
    lab = await _open(work, lab_id)
    domain.check_held(values["held_on"], today=work.now.date())
    await _check_present(work, lab, values["present"])
    made = LabMeeting(id=work.new_id(), lab_id=lab.id, created_at=work.now, updated_at=work.now, **values)
    await repository.add(work, made)
    await _met(work, lab, made)
    return made


async def change_meeting(
    work: Work, lab_id: UUID, meeting_id: UUID, *, if_match: str | None, changes: dict[str, Any]
) -> LabMeeting:
    """Change a meeting, or note that it was held."""
    lab = await _open(work, lab_id)
    found = await repository.part(work, LabMeeting, lab.id, meeting_id)
    if found is None:
        raise NotFound
    check_version(if_match, found.version)
    domain.check_held(changes.get("held_on"), today=work.now.date())
    if all(changes.get(name, getattr(found, name)) is None for name in ("held_on", "planned_for")):
        raise Invalid.field("/planned_for", "is missing; say when it is planned for, or when it was held")
    await _check_present(work, lab, changes.get("present", ()))
    before = found.held_on
    found.change(work.now, **changes)
    await work.session.flush()
    if before is None:
        await _met(work, lab, found)
    return found


async def meeting(work: Work, lab_id: UUID, meeting_id: UUID) -> LabMeeting:
    """Return one meeting. Raises NotFound."""
    lab = await get(work, lab_id)
    found = await repository.part(work, LabMeeting, lab.id, meeting_id)
    if found is None:
        raise NotFound
    return found


async def meeting_page(work: Work, lab_id: UUID, *, after: After, limit: int) -> Sequence[LabMeeting]:
    """Return a page of the meetings."""
    lab = await get(work, lab_id)
    return await repository.part_page(work, LabMeeting, lab.id, after=after, limit=limit)


async def conclude(work: Work, lab_id: UUID, *, outcome: str, led_to: Sequence[Mapping[str, Any]]) -> Lab:
    """Say what came of a lab. Raises LabNeverMet, and Invalid for what it led to that is not there."""
    lab = await _open(work, lab_id)
    domain.check_concluding(meetings_held=await repository.meetings_held(work, lab.id))
    await _check_led_to(work, led_to)
    kept = [{"kind": one["kind"], "id": str(one["id"])} for one in led_to]
    lab.change(work.now, state="concluded", outcome=outcome, led_to=kept, ended_at=work.now)
    await work.record("lab.concluded", lab.id, state=lab.state)
    return lab


async def dissolve(work: Work, lab_id: UUID, *, why: str) -> Lab:
    """End a lab of which nothing came, and say why."""
    lab = await _open(work, lab_id)
    lab.change(work.now, state="dissolved", dissolved_because=why, ended_at=work.now)
    await work.record("lab.dissolved", lab.id, state=lab.state)
    return lab


async def _open(work: Work, lab_id: UUID) -> Lab:
    lab = await get(work, lab_id, lock=True)
    domain.check_open(lab.state)
    return lab


async def _suggested(work: Work, by: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the seats of a suggested lab; a concept that is named must be the suggestion's own."""
    try:
        labs = await clients.suggested(work, by["lab_plan_id"], organisation=holder(work))
    except NotFound:
        raise Invalid.field("/suggested_by/lab_plan_id", "is no plan of yours") from None
    found = next((lab for lab in labs if lab.number == by["number"]), None)
    if found is None or by["concept"] not in (None, found.concept):
        raise domain.LabNotSuggested("Read the plan again: who may not be shown any more is left out of it.")
    return [
        {
            "participant_id": one.participant_id,
            "staff_role": None if one.participant_id else "somebody of the organisation",
            "organisation": None if one.organisation_id is None else str(one.organisation_id),
            "role": "staff" if one.staff or one.participant_id is None else "citizen",
        }
        for one in found.members
    ]


def _seated(work: Work, lab: Lab, seat: Seat) -> LabMember:
    return LabMember(id=work.new_id(), lab_id=lab.id, created_at=work.now, updated_at=work.now, **seat)


async def _check_people(work: Work, seats: Sequence[Seat]) -> None:
    people = [seat["participant_id"] for seat in seats if seat["participant_id"] is not None]
    if len(set(people)) < len(people):
        raise Invalid.field("/members", "names somebody twice")
    await check_people(work, people, path="/members")


async def _check_present(work: Work, lab: Lab, present: Sequence[str]) -> None:
    known = {str(seat) for seat in await repository.everybody(work, lab.id)}
    for number, seat in enumerate(present):
        if seat not in known:
            raise Invalid.field(f"/present/{number}", "is no member of this lab")


async def _met(work: Work, lab: Lab, found: LabMeeting) -> None:
    if found.held_on is not None:
        lab.change(work.now, state="meeting")
        await work.record("lab.met", lab.id, meeting=found.id, present=len(found.present))


async def _check_led_to(work: Work, led_to: Sequence[Mapping[str, Any]]) -> None:
    elsewhere = {one["id"] for one in led_to if one["kind"] in ("need", "offer")}
    listed = await clients.listings(work, elsewhere) if elsewhere else set()
    for number, one in enumerate(led_to):
        there = (
            (one["kind"], one["id"]) in listed
            if one["kind"] in ("need", "offer")
            else await repository.is_kept_here(work, one["kind"], one["id"])
        )
        if not there:
            raise Invalid.field(f"/led_to/{number}/id", "is unknown here")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
