"""What is done about entries that nobody has confirmed for long: decided, listed, asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.directory import events
from services.directory.assets.repository import KINDS
from services.directory.freshness import domain, repository
from services.directory.models import FreshnessPolicy
from services.kernel.context import Kernel
from services.kernel.upkeep import tenants
from services.kernel.versions import check_version
from services.kernel.work import Work, as_service

HOURLY = "ask_for_confirmation"
_BATCH = 200


async def policy(work: Work) -> tuple[domain.Policy, int]:
    """Return what holds here, and its version: 0 while nobody has decided."""
    kept = await repository.kept(work)
    return await repository.policy(work), kept.version if kept else 0


async def decide(work: Work, wanted: domain.Policy, *, if_match: str | None) -> tuple[domain.Policy, int]:
    """Decide when to ask and when to hide. Nothing happens when it was so already."""
    domain.check_order(wanted)
    kept = await repository.kept(work, lock=True)
    check_version(if_match, kept.version if kept else 0)
    values: dict[str, Any] = {
        "ask_after_months": wanted.ask_after_months,
        "hide_after_months": wanted.hide_after_months,
    }
    if kept is None:
        kept = FreshnessPolicy(id=work.new_id(), created_at=work.now, updated_at=work.now, **values)
        work.session.add(kept)
        await work.session.flush()
    elif not kept.change(work.now, **values):
        return wanted, kept.version
    await work.record(events.FRESHNESS_DECIDED, kept.id, version=kept.version)
    return wanted, kept.version


async def stale(
    work: Work,
    *,
    months: int | None,
    kind: str | None,
    mine: bool,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[repository.Stale]:
    """Return entries that were not confirmed for `months`, or as long as it takes here until somebody is asked."""
    wait = months or (await repository.policy(work)).ask_after_months
    return await repository.stale(
        work,
        before=domain.months_before(work.now, wait),
        kind=kind,
        held_by=work.organisation if mine else None,
        after=after,
        limit=limit,
    )


async def ask_all(kernel: Kernel) -> None:
    """Ask, everywhere, for what should be confirmed: one fact for each entry, to its holder, once until it is."""
    async for tenant in tenants(kernel):
        while await _ask_some(kernel, tenant):
            pass


async def _ask_some(kernel: Kernel, tenant: UUID) -> int:
    """Ask for one batch in a transaction of its own; return how many were asked for."""
    async with as_service(kernel, tenant) as work:
        before = (await repository.policy(work)).asked_before(work.now)
        asked = 0
        for name, kind in KINDS.items():
            for asset in await repository.to_ask(work, kind, before=before, limit=_BATCH):
                asset.asked_at = work.now
                await work.record(events.CONFIRMATION_ASKED, asset.id, kind=name, holder=asset.held_by)
                asked += 1
    return asked
