"""Every query on action plans and their actions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.community.models import Action, ActionPlan
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work

Row = TypeVar("Row", ActionPlan, Action)
_PENDING = ("open", "doing")


async def add(work: Work, row: Row) -> Row:
    """Store a new row and return it."""
    work.session.add(row)
    await work.session.flush()
    return row


async def action(work: Work, plan_id: UUID, action_id: UUID) -> Action | None:
    """Return one action of a plan."""
    found: Action | None = await work.session.scalar(
        select(Action).where(col(Action.id) == action_id, col(Action.action_plan_id) == plan_id)
    )
    return found


async def actions(work: Work, plan_id: UUID) -> Sequence[Action]:
    """Return all actions of a plan, oldest first."""
    wanted = select(Action).where(col(Action.action_plan_id) == plan_id)
    return (await work.session.scalars(wanted.order_by(col(Action.created_at), col(Action.id)))).all()


async def action_page(
    work: Work, plan_id: UUID, *, state: str | None, due_before: date | None, after: After, limit: int
) -> Sequence[Action]:
    """Return up to `limit` + 1 actions of a plan; with `due_before`, those owed before that day and not done."""
    wanted = select(Action).where(col(Action.action_plan_id) == plan_id)
    if state is not None:
        wanted = wanted.where(col(Action.state) == state)
    if due_before is not None:
        wanted = wanted.where(col(Action.due_on) < due_before, col(Action.state).in_(_PENDING))
    return (await work.session.scalars(after_cursor(wanted, Action, after, limit))).all()


async def counts(work: Work, plans: Sequence[UUID], *, today: date) -> Mapping[UUID, Mapping[str, int]]:
    """Return, for each plan, how many actions are in which state, and how many are `overdue`."""
    late = func.count().filter(col(Action.due_on) < today, col(Action.state).in_(_PENDING))
    wanted = select(col(Action.action_plan_id), col(Action.state), func.count(), late)
    rows = await work.session.execute(
        wanted.where(col(Action.action_plan_id).in_(plans)).group_by(col(Action.action_plan_id), col(Action.state))
    )
    found: dict[UUID, dict[str, int]] = {}
    for plan, state, number, overdue in rows:
        counted = found.setdefault(plan, {"overdue": 0})
        counted[state] = number
        counted["overdue"] += overdue
    return found


async def remove(work: Work, row: Action) -> None:
    """Take an action away."""
    await work.session.delete(row)
    await work.session.flush()
