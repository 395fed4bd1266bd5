"""Every hour: tell once that a check ends soon, and once that it has ended. Facts name ids, never which check it is."""

from datetime import date, timedelta

from services.directory import events
from services.directory.models import Check, Participant
from services.directory.people import operations as people
from services.directory.safeguards import repository
from services.directory.safeguards.domain import WARNED_BEFORE
from services.kernel.context import Kernel
from services.kernel.upkeep import tenants
from services.kernel.work import Work, as_service

TASK = "tell_of_checks_that_end"


async def tell(kernel: Kernel) -> None:
    """Tell of the checks of every community that end within `WARNED_BEFORE`, and of those that have ended."""
    async for tenant in tenants(kernel):
        told = 1
        while told:
            async with as_service(kernel, tenant) as work:
                told = await _tell_some(work, today=work.now.date())


async def _tell_some(work: Work, *, today: date) -> int:
    """Tell of some checks of one community; return of how many. What has ended moves her profile on for the gates."""
    ending = await repository.untold(work, until=today + WARNED_BEFORE, expired=False)
    for check, participant in ending:
        check.warned_at = work.now
        await _record(work, events.CHECK_EXPIRING, check, participant)
    ended = await repository.untold(work, until=today - timedelta(days=1), expired=True)
    for check, participant in ended:
        check.expired_at = work.now
        await _record(work, events.CHECK_EXPIRED, check, participant)
    for participant in {participant.id: participant for _, participant in ended}.values():
        await people.touch(work, participant)
    return len(ending) + len(ended)


async def _record(work: Work, fact: str, check: Check, participant: Participant) -> None:
    await work.record(fact, check.id, participant=participant.id, registered_by=participant.registered_by)
