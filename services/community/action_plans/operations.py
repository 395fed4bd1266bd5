"""What happens to an action plan: agreed, its actions taken on, changed with their history kept, done or dropped."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.community import held
from services.community.access import check_people, holder, read_of
from services.community.action_plans import domain, repository
from services.community.models import Action, ActionPlan
from services.kernel.fields import ExternalId
from services.kernel.pages import After
from services.kernel.problems import NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work


async def make(
    work: Work, *, externals: Sequence[ExternalId], actions: Sequence[Mapping[str, Any]] = (), **values: Any
) -> ActionPlan:
    """Make an action plan, with its first actions."""
    await check_people(work, {one["participant_id"] for one in actions} - {None}, path="/actions")
    made = ActionPlan(
        id=work.new_id(), held_by=holder(work), external_ids=held.kept(externals),
        created_at=work.now, updated_at=work.now, **values,
    )  # fmt: skip
    await repository.add(work, made)
    await held.claim(work, made, externals)
    await work.record("action_plan.created", made.id, source=made.source_id, kind=made.source_kind)
    for action in actions:
        await _add(work, made, **action)
    return made


async def upsert(work: Work, *, external: ExternalId, if_match: str | None, **wanted: Any) -> tuple[ActionPlan, bool]:
    """Make the plan that `external` names, or bring it up to date (not its actions); say whether it is new."""
    holder(work)
    found, named = await held.called(work, ActionPlan, external, wanted.pop("externals"))
    if found is None:
        return await make(work, externals=named, **wanted), True
    wanted.pop("actions")
    return await change(work, found, if_match=if_match, changes={**wanted, "external_ids": named}), False


async def get(work: Work, plan_id: UUID, *, lock: bool = False) -> ActionPlan:
    """Return an action plan of the caller's organisation. Raises NotFound."""
    return await held.get(work, ActionPlan, plan_id, lock=lock)


async def page(
    work: Work,
    *,
    source_kind: str | None,
    source_id: UUID | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    after: After,
    limit: int,
) -> Sequence[ActionPlan]:
    """Return a page of the organisation's action plans."""
    return await held.page(
        work,
        ActionPlan,
        source_kind=source_kind,
        source_id=source_id,
        updated_after=updated_after,
        ids=ids,
        after=after,
        limit=limit,
    )


async def progress(work: Work, plans: Sequence[ActionPlan]) -> Mapping[UUID, Mapping[str, int]]:
    """Return how far each plan has come, as of now."""
    return await repository.counts(work, [one.id for one in plans], today=work.now.date())


async def change(work: Work, plan_id: UUID, *, if_match: str | None, changes: dict[str, Any]) -> ActionPlan:
    """Change what a plan is called and where it comes from."""
    plan = await get(work, plan_id, lock=True)
    check_version(if_match, plan.version)
    changes = await held.renamed(work, plan, changes)
    if plan.change(work.now, **changes):
        await work.record("action_plan.changed", plan.id)
    return plan


async def delete(work: Work, plan_id: UUID, *, if_match: str | None) -> None:
    """Delete an action plan."""
    plan = await get(work, plan_id, lock=True)
    check_version(if_match, plan.version)
    await held.remove(work, plan)
    await work.record("action_plan.deleted", plan.id)


async def add_action(work: Work, plan_id: UUID, *, participant_id: UUID | None, **values: Any) -> Action:
    """Add something to do."""
    plan = await get(work, plan_id, lock=True)
    await check_people(work, [participant_id] if participant_id else [])
    return await _add(work, plan, participant_id=participant_id, **values)


async def _add(work: Work, plan: ActionPlan, **values: Any) -> Action:
    made = Action(id=work.new_id(), action_plan_id=plan.id, created_at=work.now, updated_at=work.now, **values)
    others = await _others(work, plan.id) if made.depends_on else {}
    domain.check_depends(str(made.id), made.depends_on, others=_needs(others))
    domain.check_state("open", made.state, why=made.why, waits_for=[others[one].state for one in made.depends_on])
    await repository.add(work, made)
    await work.record("action.added", made.id, plan=plan.id, state=made.state)
    return made


async def change_action(
    work: Work, plan_id: UUID, action_id: UUID, *, if_match: str | None, changes: dict[str, Any]
) -> Action:
    """Change an action; what it was before stays in its history."""
    await get(work, plan_id, lock=True)
    found = await action(work, plan_id, action_id)
    check_version(if_match, found.version)
    person = changes.get("participant_id")
    await check_people(work, [person] if person and person != found.participant_id else [])
    others = await _others(work, plan_id)
    depends_on: list[str] = changes.get("depends_on", found.depends_on)
    domain.check_depends(str(found.id), depends_on, others=_needs(others))
    waits_for = [others[one].state for one in depends_on]
    domain.check_state(found.state, changes.get("state", found.state), why=changes.get("why"), waits_for=waits_for)
    kept = domain.entry(found, changes, at=work.now, by=work.caller.kind)
    if kept is not None:
        found.change(work.now, **changes, history=[*found.history, kept])
        await work.record("action.changed", found.id, plan=plan_id, state=found.state)
    return found


async def delete_action(work: Work, plan_id: UUID, action_id: UUID, *, if_match: str | None) -> None:
    """Delete an action that was a mistake; one that is given up is dropped instead."""
    await get(work, plan_id, lock=True)
    found = await action(work, plan_id, action_id)
    check_version(if_match, found.version)
    if any(str(found.id) in one.depends_on for one in await repository.actions(work, plan_id)):
        raise domain.ActionNeeded
    await repository.remove(work, found)
    await work.record("action.deleted", action_id, plan=plan_id)


async def action(work: Work, plan_id: UUID, action_id: UUID) -> Action:
    """Return one action of a plan. Raises NotFound."""
    plan = await get(work, plan_id)
    found = await repository.action(work, plan.id, action_id)
    if found is None:
        raise NotFound
    return found


async def read_action(work: Work, plan_id: UUID, action_id: UUID) -> Action:
    """Return one action of a plan, and put on record who is named on it."""
    found = await action(work, plan_id, action_id)
    await read_of(work, "action.read", [found])
    return found


async def action_page(
    work: Work, plan_id: UUID, *, state: str | None, overdue: bool, after: After, limit: int
) -> Sequence[Action]:
    """Return a page of actions; `overdue` ones should have been done by now."""
    plan = await get(work, plan_id)
    before = work.now.date() if overdue else None
    found = await repository.action_page(work, plan.id, state=state, due_before=before, after=after, limit=limit)
    await read_of(work, "actions.listed", found[:limit])
    return found


async def _others(work: Work, plan_id: UUID) -> dict[str, Action]:
    return {str(one.id): one for one in await repository.actions(work, plan_id)}


def _needs(actions: Mapping[str, Action]) -> dict[str, Sequence[str]]:
    return {key: one.depends_on for key, one in actions.items()}
