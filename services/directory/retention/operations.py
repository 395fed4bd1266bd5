"""What can be done about keeping: show periods, set them, count what is old, and end it where that is switched on."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from services.directory.models import RetentionReport, RetentionRule
from services.directory.retention import clients, domain, repository
from services.directory.retention.kinds import KINDS
from services.directory.rights.domain import SERVICES
from services.kernel import retention
from services.kernel.problems import Invalid
from services.kernel.retention import Aged, KindShown
from services.kernel.upkeep import tenants
from services.kernel.upstream import UpstreamUnavailable
from services.kernel.work import Work, as_service

if TYPE_CHECKING:
    from services.kernel.context import Kernel

HOURLY = "keep_no_longer"
_OWN = (*KINDS, retention.audit_of("directory"))
"""What the directory itself keeps: its own kinds, and the one that every service has."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind with its period in this community, and the latest count of what is older."""

    service: str
    kind: KindShown
    period: domain.Period
    counted_at: datetime | None = None
    counts: Mapping[str, Any] | None = None


async def _known(work: Work) -> tuple[dict[str, list[KindShown]], list[str]]:
    """Return the kinds of every service that answers, and who does not."""
    answers = await asyncio.gather(*(_kinds(work, name) for name in SERVICES))
    known = {name: kinds for name, kinds in zip(SERVICES, answers, strict=True) if kinds is not None}
    return known, [name for name in SERVICES if name not in known]


async def _kinds(work: Work, service: str) -> list[KindShown] | None:
    if service == "directory":
        return retention.shown(_OWN)
    try:
        return (await clients.kinds(work, service)).items
    except UpstreamUnavailable:
        return None


def _period(kind: KindShown, rule: RetentionRule | None) -> domain.Period:
    if rule is None:
        return domain.Period(kind.months)
    return domain.Period(rule.months, rule.enforce, rule.updated_at)


async def policy(work: Work) -> tuple[list[Kept], list[str]]:
    """Return every kind of every service with its period and its latest count, and which service did not answer."""
    known, missing = await _known(work)
    rules = await repository.rules(work)
    kept = []
    for service, kinds in known.items():
        for kind in kinds:
            last = await repository.last_report(work, kind.name)
            period = _period(kind, rules.get(kind.name))
            counts = last.kinds[kind.name] if last else None
            kept.append(Kept(service, kind, period, last.created_at if last else None, counts))
    return kept, missing


async def set_periods(work: Work, wanted: Mapping[str, tuple[int | None, bool]]) -> None:
    """Set the periods of some kinds. Nothing ends before what it would end has been reported. Raises Invalid."""
    await repository.hold(work)
    known, _ = await _known(work)
    kinds = {kind.name: kind for some in known.values() for kind in some}
    rules = await repository.rules(work)
    for name, (months, enforce) in wanted.items():
        if name not in kinds and name not in rules:
            raise Invalid.field(f"/rules/{name}", "names no kind that a service keeps")
        if enforce and name in kinds and kinds[name].ends.startswith("kept:"):
            raise Invalid.field(f"/rules/{name}/enforce", "this kind never ends")
        if name in rules:
            rules[name].change(work.now, months=months, enforce=enforce)
        else:
            made = RetentionRule(id=work.new_id(), created_at=work.now, updated_at=work.now, kind=name)
            made.months, made.enforce = months, enforce
            work.session.add(made)
    await work.session.flush()


async def run(work: Work) -> RetentionReport:
    """Count what is old in every service, and end it where that is switched on and was reported before."""
    await repository.hold(work)
    kept, missing = await policy(work)
    made = RetentionReport(id=work.new_id(), created_at=work.now, kinds={}, missing=list(missing))
    for service in SERVICES:
        try:
            made.kinds = made.kinds | await _run_in(work, service, [one for one in kept if one.service == service])
        except UpstreamUnavailable:
            made.missing = sorted({*made.missing, service})
    work.session.add(made)
    await work.session.flush()
    return made


async def _run_in(work: Work, service: str, kept: Sequence[Kept]) -> dict[str, dict[str, int]]:
    """Count what is old in one service, and end what may end there. Raises UpstreamUnavailable."""
    ending = {one.kind.name: one.period for one in kept if domain.may_end(one.period, reported_at=one.counted_at)}
    counting = {one.kind.name: one.period for one in kept if one.kind.name not in ending}
    found = await _aged(work, service, domain.moments(counting, work.now), enforce=False)
    ended = await _aged(work, service, domain.moments(ending, work.now), enforce=True)
    older = {**found.older, **ended.older}
    return {name: {"older": count, "gone": ended.gone.get(name, 0)} for name, count in older.items()}


async def _aged(work: Work, service: str, before: Mapping[str, datetime], *, enforce: bool) -> Aged:
    if not before:
        return Aged(older={})
    if service != "directory":
        return await clients.aged(work, service, before, enforce=enforce)
    older = await retention.count(work, _OWN, before)
    return Aged(older=older, gone=await retention.enforce(work, _OWN, before) if enforce else {})


async def keep_no_longer(kernel: "Kernel") -> None:
    """Once a day in every tenant: report, and end what may end."""
    async for tenant in tenants(kernel):
        async with as_service(kernel, tenant) as work:
            last = await repository.last_run(work)
            if last is None or work.now - last >= domain.EVERY:
                await run(work)
