"""What happens to a project: proposed, agreed by its council, run on its budget, evaluated, finished or stopped."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.community import held
from services.community.access import holder
from services.community.models import Council, Project, Spending
from services.community.projects import domain, repository
from services.kernel.fields import ExternalId
from services.kernel.pages import After
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work

_FACTS = {"agreed": "agreed", "running": "started", "finished": "finished", "stopped": "stopped"}
_FIXED = ("budget", "currency", "council_id")
"""What is agreed to, and not changed afterwards except by a raise."""


async def propose(work: Work, *, externals: Sequence[ExternalId], **values: Any) -> Project:
    """Propose a project. Without a currency it has its council's."""
    holder(work)
    values["currency"] = await _currency(work, values["council_id"], values["currency"])
    made = Project(
        id=work.new_id(), held_by=work.organisation, external_ids=held.kept(externals),
        created_at=work.now, updated_at=work.now, **values,
    )  # fmt: skip
    await repository.add(work, made)
    await held.claim(work, made, externals)
    await work.record("project.created", made.id, council=made.council_id, state=made.state)
    return made


async def upsert(work: Work, *, external: ExternalId, if_match: str | None, **wanted: Any) -> tuple[Project, bool]:
    """Propose the project that `external` names, or bring it up to date; say whether it is new."""
    holder(work)
    found, named = await held.called(work, Project, external, wanted.pop("externals"))
    if found is None:
        return await propose(work, externals=named, **wanted), True
    project = await get(work, found, lock=True)
    # What was agreed or has begun is changed by steps of its own; the same put again must still change nothing.
    kept = () if project.state == "proposed" else (*_FIXED, "starts_on")
    wanted = {name: value for name, value in wanted.items() if name not in kept}
    return await change(work, found, if_match=if_match, changes={**wanted, "external_ids": named}), False


async def get(work: Work, project_id: UUID, *, lock: bool = False) -> Project:
    """Return a project of the caller's organisation. Raises NotFound."""
    return await held.get(work, Project, project_id, lock=lock)


async def page(
    work: Work,
    *,
    state: str | None,
    council_id: UUID | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    after: After,
    limit: int,
) -> Sequence[Project]:
    """Return a page of the organisation's projects."""
    return await held.page(
        work,
        Project,
        state=state,
        council_id=council_id,
        updated_after=updated_after,
        ids=ids,
        after=after,
        limit=limit,
    )


async def change(work: Work, project_id: UUID, *, if_match: str | None, changes: dict[str, Any]) -> Project:
    """Change what is planned. Raises IllegalState for a budget, currency or council that was agreed."""
    project = await get(work, project_id, lock=True)
    check_version(if_match, project.version)
    council_id = changes.get("council_id", project.council_id)
    if {"currency", "council_id"} & set(changes):
        asked = changes.get("currency", project.currency)
        changes = {**changes, "currency": await _currency(work, council_id, asked)}
    if any(name in changes and changes[name] != getattr(project, name) for name in _FIXED):
        domain.check_proposed(project.state)
    changes = await held.renamed(work, project, changes)
    if project.change(work.now, **changes):
        await work.record("project.changed", project.id, council=project.council_id, state=project.state)
    return project


async def delete(work: Work, project_id: UUID, *, if_match: str | None) -> None:
    """Delete a project. Raises ProjectHasSpending once money was spent on it."""
    project = await get(work, project_id, lock=True)
    check_version(if_match, project.version)
    if await repository.has_spending(work, project.id):
        raise domain.ProjectHasSpending
    await held.remove(work, project)
    await work.record("project.deleted", project.id)


async def agree(
    work: Work, project_id: UUID, *, on: date, by: str, votes_for: int | None, votes_against: int, abstained: int
) -> Project:
    """Agree to a project: its council by vote, or without a council whoever `by` names."""
    project = await get(work, project_id, lock=True)
    domain.check_step(project.state, "agreed")
    if project.council_id is not None:
        council = await _council(work, project.council_id)
        domain.check_elected(council.state)
        if votes_for is None:
            raise Invalid.field("/votes_for", "is needed: the council agrees by vote")
        domain.check_vote(votes_for, votes_against, abstained, members=await repository.members(work, council.id))
        domain.check_limit(project.budget, limit=council.project_limit)
    agreement = {
        "on": on.isoformat(), "by": by, "votes_for": votes_for, "votes_against": votes_against, "abstained": abstained,
    }  # fmt: skip
    return await _step(work, project, "agreed", agreement=agreement)


async def start(work: Work, project_id: UUID, *, on: date) -> Project:
    """Let an agreed project begin."""
    return await _step(work, await get(work, project_id, lock=True), "running", starts_on=on)


async def finish(work: Work, project_id: UUID, *, result: str) -> Project:
    """Finish a project and say what came of it."""
    return await _step(work, await get(work, project_id, lock=True), "finished", result=result)


async def stop(work: Work, project_id: UUID, *, because: str) -> Project:
    """Stop a project and say why."""
    return await _step(work, await get(work, project_id, lock=True), "stopped", stopped_because=because)


async def evaluate(work: Work, project_id: UUID, *, on: date, **said: Any) -> Project:
    """Note how a trial went, and whether it goes on."""
    project = await get(work, project_id, lock=True)
    domain.check_begun(project.state)
    if project.change(work.now, evaluation={"on": on.isoformat(), **said}):
        await work.record("project.evaluated", project.id, council=project.council_id, state=project.state)
    return project


async def raise_budget(work: Work, project_id: UUID, *, amount: int, by: str, reason: str) -> Project:
    """Add `amount` to the budget, as far as the council's limit goes; who and why is kept."""
    project = await get(work, project_id, lock=True)
    domain.check_raise(project.state)
    # A project outlives its council; the limit is that of the council as it last was.
    council = await _council(work, project.council_id, deleted_too=True) if project.council_id else None
    budget = project.budget + amount
    domain.check_limit(budget, limit=council.project_limit if council else None)
    domain.check_money(budget)
    entry = {"amount": amount, "before": project.budget, "by": by, "reason": reason, "at": work.now.isoformat()}
    project.change(work.now, budget=budget, raises=[*project.raises, entry])
    await work.record("project.budget_raised", project.id, council=project.council_id, state=project.state)
    return project


async def spend(work: Work, project_id: UUID, *, kind: domain.Kind, amount: int, **values: Any) -> Spending:
    """Note a sum that was spent or came back. Spenders come one after the other: the project's row is held."""
    project = await get(work, project_id, lock=True)
    spent = domain.after(kind, amount, state=project.state, budget=project.budget, spent=project.spent)
    made = Spending(
        id=work.new_id(), project_id=project.id, kind=kind, amount=amount,
        created_at=work.now, updated_at=work.now, **values,
    )  # fmt: skip
    await repository.add(work, made)
    project.change(work.now, spent=spent)
    await work.record("project.spent", project.id, spending=made.id, kind=kind)
    return made


async def spending(work: Work, project_id: UUID, spending_id: UUID) -> Spending:
    """Return one sum. Raises NotFound."""
    project = await get(work, project_id)
    found = await repository.spending(work, project.id, spending_id)
    if found is None:
        raise NotFound
    return found


async def spending_page(work: Work, project_id: UUID, *, after: After, limit: int) -> Sequence[Spending]:
    """Return a page of what a project spent."""
    project = await get(work, project_id)
    return await repository.spending_page(work, project.id, after=after, limit=limit)


async def _step(work: Work, project: Project, to: domain.State, **values: Any) -> Project:
    domain.check_step(project.state, to)
    project.change(work.now, state=to, **values)
    await work.record(f"project.{_FACTS[to]}", project.id, council=project.council_id, state=to)
    return project


async def _council(work: Work, council_id: UUID, *, deleted_too: bool = False) -> Council:
    found = await repository.council(work, council_id, deleted_too=deleted_too)
    if found is None:
        raise Invalid.field("/council_id", "is no council of your organisation")
    return found


async def _currency(work: Work, council_id: UUID | None, asked: str | None) -> str:
    """Return the currency of a project: its council's, which the one asked for may not contradict."""
    if council_id is None:
        return asked or "EUR"
    council = await _council(work, council_id)
    if asked not in (None, council.currency):
        raise Invalid.field("/currency", "is another than the council's")
    return council.currency
