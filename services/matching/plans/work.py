"""The job that works a plan out, from queued to done or failed.

It bears being run twice: it starts over, and whichever run is first to finish gives the one result. What the engine
refuses fails the plan with its words; anything else is tried again a few times, and then the plan fails too.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast
from uuid import UUID

from services.kernel.context import Kernel
from services.kernel.jobs import Task
from services.kernel.work import as_service
from services.matching.candidates.index import Index
from services.matching.engine.allocation import TooLarge, Unsolvable
from services.matching.engine.labs import NoLabsPossible
from services.matching.engine.rings import NoRingsPossible, TooManyRings
from services.matching.plans import allocations, labs, repository, rings
from services.matching.plans.circle import Run, Stopped
from services.matching.plans.domain import MOST_TRIES, Kind, TooMuch

REFUSED = (TooMuch, TooLarge, Unsolvable, NoLabsPossible, NoRingsPossible, TooManyRings)
_GIVEN_UP = f"It was begun {MOST_TRIES} times and never came to its end. Ask for less at once, or try again later."
_WORK: Mapping[str, Callable[[Run], Awaitable[dict[str, Any]]]] = {
    "allocation": allocations.work_out,
    "rings": rings.work_out,
    "labs": labs.work_out,
}


def task(index: Index) -> Task:
    """Return the task that works plans out with the listings in `index`."""

    async def work_out_plan(kernel: Kernel, *, tenant: str, plan_id: str) -> None:
        begun = await _begin(kernel, index, UUID(tenant), UUID(plan_id))
        if begun is None:
            return
        run, tries = begun
        try:
            if tries <= MOST_TRIES:
                await _end(run, state="done", result=await _WORK[run.kind](run))
            else:
                await _end(run, state="failed", problem=_GIVEN_UP)
        except Stopped:
            return
        except REFUSED as reason:
            await _end(run, state="failed", problem=str(reason))
        except Exception:
            if tries >= MOST_TRIES:
                await _end(run, state="failed", problem=_GIVEN_UP)
            raise

    return work_out_plan


async def _begin(kernel: Kernel, index: Index, tenant: UUID, plan_id: UUID) -> tuple[Run, int] | None:
    """Mark the plan as running and return it with how often it was begun, or None where nothing is left to do."""
    async with as_service(kernel, tenant) as work:
        plan = await repository.get(work, plan_id, lock=True)
        if plan is None or plan.state in {"done", "failed"}:
            return None
        plan.change(work.now, state="running", progress=0.0, step="starting", tries=plan.tries + 1)
        return Run(kernel, index, tenant, plan.id, cast(Kind, plan.kind), plan.held_by, plan.asked), plan.tries


async def _end(run: Run, *, state: str, result: dict[str, Any] | None = None, problem: str | None = None) -> None:
    """Bring the plan to its end, once: if it is gone or another run was first, nothing happens."""
    async with run.opened() as work:
        plan = await repository.get(work, run.plan_id, lock=True)
        if plan is None or plan.state != "running":
            return
        progress = 1.0 if state == "done" else plan.progress
        plan.change(
            work.now, state=state, step=state, progress=progress, result=result, problem=problem, finished_at=work.now
        )
        await work.record(f"plan.{state}", plan.id, kind=plan.kind, held_by=plan.held_by)
