"""Carrying an erasure into every service, until each has acknowledged it.

The queue tries a service that is down again for some minutes, the hourly task for as long as it takes. For a day
after the last acknowledgement every service is asked once more each hour: what was on its way while a person was
erased must not stay.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from services.directory import events
from services.directory.duplicates.aliases import same_person
from services.directory.models import Erasure, Participant
from services.directory.rights import clients, domain, repository
from services.directory.subjects import HOLDINGS
from services.kernel import subjects
from services.kernel.upkeep import tenants
from services.kernel.upstream import UpstreamUnavailable
from services.kernel.work import Work, as_service

if TYPE_CHECKING:
    from services.kernel.context import Kernel

TASK = "erase_everywhere"
HOURLY = "resume_erasures"
STRAGGLERS = timedelta(days=1)


class StillMissing(Exception):
    """A service has not acknowledged an erasure; the queue tries again."""


async def begin(work: Work, participant: Participant, *, reason: str, requested_by: str) -> Erasure:
    """Take a person out of the directory, and queue it for every other service. Doing it again returns the first."""
    person, registered_by = participant.id, participant.registered_by
    also = await same_person(work, person)
    known = await repository.erasure_of(work, [person, *also])
    if known is not None:
        return known
    gone = _summed([await subjects.erase(work, HOLDINGS, one) for one in (person, *also)])
    made = Erasure(
        id=work.new_id(), created_at=work.now, updated_at=work.now, participant_id=person,
        also=[str(one) for one in also], organisation_id=registered_by, reason=reason,
        requested_by=requested_by, acknowledged={"directory": gone},
    )  # fmt: skip
    work.session.add(made)
    await work.session.flush()
    await work.defer(TASK, erasure=str(made.id))
    return made


def _summed(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Return how many rows by table, of all `counts` together."""
    names = sorted({name for some in counts for name in some})
    return {name: sum(some.get(name, 0) for some in counts) for name in names}


async def erase_everywhere(kernel: "Kernel", *, tenant: str, erasure: str) -> None:
    """Ask every service that has not acknowledged an erasure. Raises StillMissing while one does not answer."""
    async with as_service(kernel, UUID(tenant)) as work:
        found = await repository.erasure(work, UUID(erasure))
    if found is not None and not await _asked(kernel, UUID(tenant), found, domain.missing(found.acknowledged)):
        raise StillMissing


async def resume(kernel: "Kernel") -> None:
    """Go on with what is unfinished, and look once more for stragglers, in every tenant."""
    async for tenant in tenants(kernel):
        async with as_service(kernel, tenant) as work:
            found = await repository.unsettled(work, since=work.now - STRAGGLERS)
        for one in found:
            wanted = domain.missing(one.acknowledged) if one.state == "running" else list(domain.SERVICES)
            await _asked(kernel, tenant, one, wanted)


async def _asked(kernel: "Kernel", tenant: UUID, erasure: Erasure, services: list[str]) -> bool:
    """Ask `services` to let go of a person; note who did. Say whether all did."""
    everyone = [erasure.participant_id, *map(UUID, erasure.also)]
    done = []
    for service in services:
        try:
            gone = [await clients.erase(kernel.peers, service, person, tenant=tenant) for person in everyone]
        except UpstreamUnavailable:
            continue
        done.append(service)
        await _acknowledge(kernel, tenant, erasure.id, service, _summed(gone))
    return done == services


async def _acknowledge(kernel: "Kernel", tenant: UUID, erasure_id: UUID, service: str, gone: dict[str, int]) -> None:
    async with as_service(kernel, tenant) as work:
        found = await repository.erasure(work, erasure_id, lock=True)
        if found is None:
            return
        total = _summed([found.acknowledged.get(service, {}), gone])
        acknowledged = {**found.acknowledged, service: total}
        finished: datetime | None = found.finished_at
        if finished is None and not domain.missing(acknowledged):
            finished = work.now
            await work.record(
                events.PARTICIPANT_ERASED, found.participant_id, erasure=found.id, registered_by=found.organisation_id
            )
        state = "done" if finished else "running"
        found.change(work.now, acknowledged=acknowledged, finished_at=finished, state=state)
