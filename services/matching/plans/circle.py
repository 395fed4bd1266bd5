"""A plan being worked out: its transactions and its progress, and who may be in it at all.

Who may be in it is asked of the authority for the organisation that holds the plan, before anything is looked for, so
that nobody else is ever ranked, counted, or taken for an interpreter.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.kernel.context import Kernel
from services.kernel.work import Work, as_service
from services.matching import clients
from services.matching.candidates.index import Index
from services.matching.clients import Verdict
from services.matching.plans import repository
from services.matching.plans.domain import Kind, both_ways

_PEOPLE_AT_ONCE = 500


class Stopped(Exception):
    """The plan was removed, or somebody else has finished it: there is nothing left to do."""


@dataclass(frozen=True, slots=True)
class Run:
    """One plan under way."""

    kernel: Kernel
    index: Index
    tenant: UUID
    plan_id: UUID
    kind: Kind
    held_by: UUID
    asked: Mapping[str, Any]

    def opened(self) -> AbstractAsyncContextManager[Work]:
        """Open one transaction on behalf of the holder."""
        return as_service(self.kernel, self.tenant, organisation=self.held_by)

    async def tell(self, work: Work, progress: float, step: str) -> None:
        """Say in this transaction how far it is. Raises Stopped."""
        plan = await repository.get(work, self.plan_id, lock=True)
        if plan is None or plan.state != "running":
            raise Stopped
        plan.change(work.now, progress=round(max(progress, plan.progress), 3), step=step)


@dataclass(frozen=True, slots=True)
class Circle:
    """Who may be in a plan, and who is kept from whom by a block or a suspension."""

    allowed: frozenset[UUID]
    left_out: frozenset[str]
    kept_from: Mapping[UUID, frozenset[UUID]]

    def may(self, owner: UUID, *, person: bool) -> bool:
        """Say whether an owner may be in it: an organisation may, a person if the authority said so."""
        return not person or owner in self.allowed

    def many(self, counts: Iterable[tuple[UUID | None, int]]) -> int:
        """Return how many listings there are, of those who may be in it alone: nobody else shows in a number."""
        return sum(many for owner, many in counts if owner is None or owner in self.allowed)

    def apart(self, owner: UUID) -> frozenset[UUID]:
        """Return from whom an owner is kept."""
        return self.kept_from.get(owner, frozenset())


async def circle(run: Run, *, also: Collection[UUID] = ()) -> Circle:
    """Ask about everybody who has something open, and about those in `also`, one transaction per batch."""
    said: dict[UUID, Verdict] = {}
    async with run.opened() as work:
        said |= await clients.verdicts(work, also, organisation=run.held_by)
        barred = await repository.barred(work)
    after: UUID | None = None
    while True:
        async with run.opened() as work:
            some = await repository.owners(work, now=work.now, after=after, limit=_PEOPLE_AT_ONCE)
            said |= await clients.verdicts(work, some, organisation=run.held_by)
            await run.tell(work, 0.02, "asking who may take part")
        if not some:
            return _drawn(said, barred)
        after = some[-1]


def _drawn(said: Mapping[UUID, Verdict], barred: Collection[tuple[UUID, UUID]]) -> Circle:
    allowed = frozenset(one for one, verdict in said.items() if verdict.allowed and verdict.ask)
    blocked = [(one, other) for one, verdict in said.items() for other in verdict.blocks]
    kept = both_ways([*barred, *blocked])
    return Circle(
        allowed, frozenset(str(one) for one in said if one not in allowed),
        {one: frozenset(others) for one, others in kept.items()},
    )  # fmt: skip
