"""What can be done about safeguards and checks: declare, record, retract, read, and see what ends soon."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.directory.access import seeing
from services.directory.models import Check, Participant, Safeguards
from services.directory.people import operations as people
from services.directory.people.domain import OrganisationsOnly
from services.directory.safeguards import domain, repository
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work

Facts = dict[str, Any]
Held = tuple[Safeguards, Sequence[Check]]


async def set_safeguards(
    work: Work, participant_id: UUID, *, if_match: str | None, born_on: date | None, checks: Sequence[Facts],
    **declared: Any,
) -> Held:  # fmt: skip
    """Replace what safety gates may know of a participant. Nothing happens when it was so already.

    Who registered her writes it, as she declares it, and answers for checks and guardians having been seen; her own
    token only reads it. A check that is left out counts as retracted.
    """
    participant = await _writable(work, participant_id)
    participant_id = participant.id
    kept = await repository.safeguards(work, participant_id)
    check_version(if_match, kept.version if kept else 0)
    if born_on is not None and born_on > work.now.date():
        raise Invalid.field("/born_on", "lies in the future")
    await work.audit("safeguards.written", participant_id)
    other_checks = await _replace(work, participant_id, checks)
    if kept is None:
        kept = _new(work, participant_id, born_on=born_on, **declared)
        changed = True
    else:
        changed = kept.change(work.now, born_on=born_on, **declared)
        if other_checks and not changed:
            _moved(work, kept)
    if changed or other_checks:
        await people.touch(work, participant)
    return kept, await repository.checks(work, participant_id)


async def _writable(work: Work, participant_id: UUID) -> Participant:
    participant = await people.changeable(work, participant_id)
    if work.caller.person is not None:
        raise OrganisationsOnly
    return participant


def _new(work: Work, participant_id: UUID, **declared: Any) -> Safeguards:
    kept = Safeguards(id=participant_id, created_at=work.now, updated_at=work.now, **declared)
    work.session.add(kept)
    return kept


def _moved(work: Work, kept: Safeguards) -> None:
    kept.version, kept.updated_at = kept.version + 1, work.now


async def _replace(work: Work, participant_id: UUID, wanted: Sequence[Facts]) -> bool:
    """Retract the checks that are not `wanted`, record those that are new; say whether there were any of either."""
    there = {_said(one): one for one in await repository.checks(work, participant_id)}
    asked = {tuple(one[name] for name in _NAMES): one for one in wanted}
    for said in there.keys() - asked.keys():
        there[said].change(work.now, retracted_at=work.now)
    for said, facts in asked.items():
        if said not in there:
            work.session.add(_row(work, participant_id, facts))
    await work.session.flush()
    return there.keys() != asked.keys()


_NAMES = ("kind", "checked_on", "checked_by", "valid_until")


def _said(one: Check) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in _NAMES)


def _row(work: Work, participant_id: UUID, facts: Facts) -> Check:
    return Check(
        id=work.new_id(), participant_id=participant_id, created_at=work.now, updated_at=work.now,
        **{name: facts[name] for name in _NAMES},
    )  # fmt: skip


async def read_safeguards(work: Work, participant_id: UUID) -> Held:
    """Return what safety gates may know, to herself, who registered her or by an override; it is on record."""
    hers, _ = await seeing.closely(work, participant_id, action="safeguards.read")
    kept = await repository.safeguards(work, hers)
    if kept is None:
        raise NotFound
    return kept, await repository.checks(work, hers)


async def record_check(work: Work, participant_id: UUID, **facts: Any) -> Check:
    """Record that a check was seen; the same one again is the one that is there."""
    participant = await _writable(work, participant_id)
    await work.audit("checks.written", participant.id)
    for known in await repository.checks(work, participant.id):
        if _said(known) == tuple(facts[name] for name in _NAMES):
            return known
    made = _row(work, participant.id, facts)
    work.session.add(made)
    await _told_of_checks(work, participant)
    return made


async def retract_check(work: Work, participant_id: UUID, check_id: UUID) -> None:
    """Take a check back: it holds no longer, and stays as history. Raises AlreadyRetracted."""
    participant = await _writable(work, participant_id)
    found = await repository.check(work, participant.id, check_id)
    if found is None:
        raise NotFound
    if found.retracted_at is not None:
        raise domain.AlreadyRetracted
    await work.audit("checks.written", participant.id)
    found.change(work.now, retracted_at=work.now)
    await _told_of_checks(work, participant)


async def _told_of_checks(work: Work, participant: Participant) -> None:
    """Move safeguards and profile on: both show her checks."""
    kept = await repository.safeguards(work, participant.id)
    if kept is None:
        _new(work, participant.id)
    else:
        _moved(work, kept)
    await work.session.flush()
    await people.touch(work, participant)


async def checks(work: Work, participant_id: UUID, *, retracted: bool) -> Sequence[Check]:
    """Return the checks of a participant to her and to who registered her; the reading is on record."""
    hers = (await people.own(work, participant_id)).id
    await work.audit("checks.read", hers)
    return await repository.checks(work, hers, retracted=retracted)


async def find_check(work: Work, participant_id: UUID, check_id: UUID) -> Check:
    """Return one check of a participant. Raises NotFound."""
    hers = (await people.own(work, participant_id)).id
    found = await repository.check(work, hers, check_id)
    if found is None:
        raise NotFound
    await work.audit("checks.read", hers)
    return found


async def due(
    work: Work, *, within_days: int, after: tuple[date, UUID] | None, limit: int
) -> tuple[Sequence[Check], bool]:
    """Return up to `limit` checks that have ended or end within some days, and whether there are more.

    Each person whose check is shown has that on record once.
    """
    until = work.now.date() + timedelta(days=within_days)
    rows = await repository.due(work, until=until, after=after, limit=limit + 1)
    for person in sorted({participant.id for _, participant in rows[:limit]}):
        await work.audit("checks.read", person)
    return [one for one, _ in rows[:limit]], len(rows) > limit
