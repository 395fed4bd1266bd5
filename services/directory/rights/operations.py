"""What can be done for people's rights: show everything, restrict, erase, and answer in time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.directory import events
from services.directory.duplicates.aliases import all_names, same_person
from services.directory.models import Erasure, Participant, RightsRequest
from services.directory.people import operations as people
from services.directory.people.domain import NotYours
from services.directory.people_shown.telling import seen_by_others
from services.directory.rights import clients, domain, erasing, repository
from services.directory.subjects import HOLDINGS
from services.kernel import subjects
from services.kernel.problems import NotFound
from services.kernel.upstream import UpstreamUnavailable
from services.kernel.versions import check_version
from services.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Export:
    """Everything held about a person, by service and table, and who did not answer."""

    person: UUID
    also: Sequence[UUID]
    made_at: datetime
    services: dict[str, clients.Tables]
    missing: Sequence[str]


async def _hers(work: Work, participant_id: UUID, *, lock: bool = False) -> Participant:
    """Return a participant to herself, or to who registered her and may carry out rights; also a deleted one."""
    if work.caller.person is not None:
        await people.find(work, participant_id)
    found = await repository.participant(work, participant_id, lock=lock)
    if found is None:
        raise NotFound
    if work.caller.person is None:
        work.caller.require("rights:manage")
        if found.registered_by != work.organisation:
            await people.find(work, participant_id)
            raise NotYours
    return found


async def export(work: Work, participant_id: UUID, *, partial: bool) -> Export:
    """Return everything held about a person. Raises ExportIncomplete when a service is missing, unless `partial`."""
    await _hers(work, participant_id)
    also = await same_person(work, participant_id)
    everyone = [participant_id, *also]
    services = {"directory": _together([await subjects.shown(work, HOLDINGS, one) for one in everyone])}
    others = [name for name in domain.SERVICES if name != "directory"]
    for name, found in zip(
        others, await asyncio.gather(*(_held(work, name, everyone) for name in others)), strict=True
    ):
        if found is not None:
            services[name] = found
    missing = domain.missing(services)
    if missing and not partial:
        raise domain.ExportIncomplete(f"{', '.join(missing)} did not answer.", missing=missing)
    await work.audit("participant.exported", participant_id)
    return Export(participant_id, also, work.now, services, missing)


async def _held(work: Work, service: str, everyone: Sequence[UUID]) -> clients.Tables | None:
    try:
        return _together([await clients.held(work.peers, service, one, tenant=work.tenant) for one in everyone])
    except UpstreamUnavailable:
        return None


def _together(found: Sequence[clients.Tables]) -> clients.Tables:
    rows: clients.Tables = {}
    for tables in found:
        for name, some in tables.items():
            rows.setdefault(name, []).extend(row for row in some if row not in rows[name])
    return rows


async def erase(work: Work, participant_id: UUID, *, reason: str, requested_by: str) -> Erasure:
    """Begin to erase a person: gone from the directory at once, from every other service by a job.

    Doing it again returns the erasure that there is.
    """
    participant = await _hers(work, participant_id, lock=True)
    return await erasing.begin(work, participant, reason=reason, requested_by=requested_by)


async def find_erasure(work: Work, erasure_id: UUID) -> Erasure:
    """Return an erasure to who registered the person. Raises NotFound."""
    found = await repository.erasure(work, erasure_id)
    if found is None or found.organisation_id != work.organisation:
        raise NotFound
    return found


async def restrict(work: Work, participant_id: UUID, *, reason: str) -> Participant:
    """Let nothing be done with what is held about a person, in no service, from the next request on."""
    participant = await _hers(work, participant_id, lock=True)
    if participant.restricted_at is not None:
        raise domain.AlreadyRestricted
    return await _restricted(work, participant, at=work.now, because=reason, action="participant.restricted")


async def unrestrict(work: Work, participant_id: UUID) -> Participant:
    """Let what is held about a person be used again, as far as her grants allow."""
    participant = await _hers(work, participant_id, lock=True)
    if participant.restricted_at is None:
        raise domain.NotRestricted
    return await _restricted(work, participant, at=None, because=None, action="participant.unrestricted")


async def _restricted(
    work: Work, participant: Participant, *, at: datetime | None, because: str | None, action: str
) -> Participant:
    if participant.deleted_at is not None:
        raise NotFound
    for one in await same_person(work, participant.id):
        other = await repository.participant(work, one, lock=True)
        if other is not None:
            other.change(work.now, restricted_at=at, restricted_because=because)
    participant.change(work.now, restricted_at=at, restricted_because=because)
    await work.audit(action, participant.id)
    await people.record(work, events.PARTICIPANT_CHANGED, participant)
    happened = events.PARTICIPANT_UNRESTRICTED if at is None else events.PARTICIPANT_RESTRICTED
    names = await all_names(work, [participant.id])
    for one in names:
        await work.record(happened, one, registered_by=participant.registered_by)
    await seen_by_others(work, list(names))
    return participant


async def ask(
    work: Work, participant_id: UUID, *, kind: str, asked: str | None, received_on: date | None
) -> RightsRequest:
    """Note what a person asked for; it is due a month after it was received."""
    participant = await _hers(work, participant_id)
    if participant.erased_at is not None:
        raise NotFound
    received = received_on or work.now.date()
    made = RightsRequest(
        id=work.new_id(), created_at=work.now, updated_at=work.now, participant_id=participant_id, kind=kind,
        organisation_id=participant.registered_by, asked=asked, received_on=received, due_on=domain.due_on(received),
    )  # fmt: skip
    work.session.add(made)
    await work.session.flush()
    await work.record(events.RIGHTS_REQUESTED, made.id, participant=participant_id, kind=kind)
    return made


async def find_request(work: Work, request_id: UUID, *, lock: bool = False) -> RightsRequest:
    """Return a request to who made it and to who must answer it. Raises NotFound."""
    found = await repository.request(work, request_id, lock=lock)
    if found is None:
        raise NotFound
    mine = found.organisation_id == work.organisation and work.caller.may("rights:manage")
    if not (found.participant_id == work.caller.person or mine):
        raise NotFound
    return found


async def requests(work: Work, **wanted: Any) -> Sequence[RightsRequest]:
    """Return the caller's own requests, or those that the organisation must answer."""
    if work.caller.person is None:
        work.caller.require("rights:manage")
    return await repository.requests(work, organisation=work.organisation, person=work.caller.person, **wanted)


async def answer(work: Work, request_id: UUID, *, state: str, answer: str, if_match: str | None) -> RightsRequest:
    """Close a request: done, or refused, and why."""
    work.caller.require("rights:manage")
    found = await find_request(work, request_id, lock=True)
    check_version(if_match, found.version)
    if found.state != "open":
        raise domain.RequestClosed
    found.change(work.now, state=state, answer=answer, closed_at=work.now)
    await work.record(events.RIGHTS_ANSWERED, found.id, participant=found.participant_id, state=state)
    return found
