"""What can be done with plans: ask for one, see how far it is, read what came of it, take it away."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.matching import clients
from services.matching.models import Plan
from services.matching.plans import repository
from services.matching.plans.domain import MOST_AT_ONCE, TASK, Kind, OrganisationsOnly, TooManyPlans
from services.matching.plans.reading import Read, as_it_may_be_shown


async def queue(work: Work, kind: Kind, *, asked: Mapping[str, Any]) -> Plan:
    """Queue a plan for the caller's organisation. Raises Invalid for a need or staff that are not its to name."""
    _check_organisation(work)
    await _check_needs(work, asked.get("need_ids") or [])
    await _check_staff(work, asked.get("staff", []))
    if await repository.under_way(work) >= MOST_AT_ONCE:
        raise TooManyPlans(f"{MOST_AT_ONCE} at a time; wait for one, or remove it.")
    plan = Plan(
        id=work.new_id(), created_at=work.now, updated_at=work.now, kind=kind, held_by=work.organisation,
        asked=dict(asked),
    )  # fmt: skip
    work.session.add(plan)
    await work.session.flush()
    await work.defer(TASK, plan_id=str(plan.id))
    return plan


async def get(work: Work, kind: Kind, plan_id: UUID) -> tuple[Plan, Read | None]:
    """Return a plan of the caller's organisation, and what may be shown of its result now.

    Raises NotFound, and ConsentUnknown when nobody can say what may be shown.
    """
    plan = await _held(work, kind, plan_id)
    return plan, await as_it_may_be_shown(work, plan)


async def page(work: Work, kind: Kind, *, after: UUID | None, limit: int) -> Sequence[Plan]:
    """Return plans of the caller's organisation, in the order of their ids."""
    _check_organisation(work)
    return await repository.page(work, kind, after=after, limit=limit)


async def remove(work: Work, kind: Kind, plan_id: UUID, *, if_match: str | None) -> None:
    """Take a plan away, with what it was asked and all that came of it. One that is being worked out stops."""
    await _held(work, kind, plan_id)
    plan = await repository.get(work, plan_id, lock=True)
    if plan is None:
        raise NotFound
    check_version(if_match, plan.version)
    plan.change(work.now, deleted_at=work.now, result=None, asked={})
    await work.record("plan.deleted", plan.id, kind=plan.kind, held_by=plan.held_by)


async def _held(work: Work, kind: Kind, plan_id: UUID) -> Plan:
    _check_organisation(work)
    plan = await repository.visible(work, kind, plan_id)
    if plan is None:
        raise NotFound
    return plan


def _check_organisation(work: Work) -> None:
    if work.caller.person is not None:
        raise OrganisationsOnly


async def _check_needs(work: Work, named: Sequence[str]) -> None:
    ids = [UUID(one) for one in named]
    seen = await repository.seen(work, ids) if ids else set()
    for number, one in enumerate(ids):
        if one not in seen:
            raise Invalid.field(f"/need_ids/{number}", "is no need that you hold")


async def _check_staff(work: Work, named: Sequence[str]) -> None:
    ids = [UUID(one) for one in named]
    said = await clients.verdicts(work, ids, organisation=work.organisation)
    for number, one in enumerate(ids):
        if not (said[one].allowed and said[one].ask):
            raise Invalid.field(f"/staff/{number}", "is no participant whom your organisation may ask")
