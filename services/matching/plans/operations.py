"""What can be done with plans: ask for one, see how far it is, read what came of it, take it away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.matching import clients
from services.matching.models import Need, Offer, Plan
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedMember:
    """Somebody in a suggested lab: a participant, or an organisation that offers something."""

    participant_id: UUID | None
    organisation_id: UUID | None
    staff: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedLab:
    """A lab as it may be shown now; `number` is its place in the list that the organisation reads, from 1."""

    number: int
    concept: str
    members: Sequence[SuggestedMember]


async def suggested_labs(work: Work, plan_id: UUID, *, organisation: UUID) -> Sequence[SuggestedLab]:
    """Return the labs of a plan as `organisation` may read them now, none as long as it is not done.

    Everybody in them is asked about anew. Raises NotFound, also for a plan of another organisation, and ConsentUnknown.
    """
    reader = replace(work, caller=replace(work.caller, organisation=organisation))
    _, read = await get(reader, "labs", plan_id)
    labs = [] if read is None else read.result["labs"]
    rows: dict[UUID, Need | Offer] = {}
    for kind in ("need", "offer"):
        rows |= await repository.by_their_ids(work, kind, {UUID(name) for lab in labs for name in lab[f"{kind}s"]})
    return [
        SuggestedLab(number=number, concept=lab["concept"], members=_members(lab, rows))
        for number, lab in enumerate(labs, 1)
    ]


def _members(lab: Mapping[str, Any], rows: Mapping[UUID, Need | Offer]) -> list[SuggestedMember]:
    staff = {UUID(name) for name in lab["staff"]}
    listed = [rows[UUID(name)] for name in (*lab["needs"], *lab["offers"])]
    owners = {row.owner: row for row in listed if row.owner not in staff}
    others = [
        SuggestedMember(participant_id=row.participant_id, organisation_id=row.organisation_id, staff=False)
        for row in owners.values()
    ]
    return [*(SuggestedMember(participant_id=one, organisation_id=None, staff=True) for one in sorted(staff)), *others]


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
    seen = await repository.seen(work, ids, in_care=await clients.in_care(work)) if ids else set()
    for number, one in enumerate(ids):
        if one not in seen:
            raise Invalid.field(f"/need_ids/{number}", "is no need that you hold")


async def _check_staff(work: Work, named: Sequence[str]) -> None:
    ids = [UUID(one) for one in named]
    said = await clients.verdicts(work, ids, organisation=work.organisation)
    for number, one in enumerate(ids):
        if not (said[one].allowed and said[one].ask):
            raise Invalid.field(f"/staff/{number}", "is no participant whom your organisation may ask")
