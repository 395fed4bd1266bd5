"""Looking for what may be the same: what changed since the last look is compared with what shares a key with it.

Every hour, and on request. A pair is found when the later of the two is looked at, so nothing is compared twice
without need. What was refused stays refused, unless somebody asks anew about one of the two and a name has changed.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlmodel import col

from services.directory.duplicates import evidence, repository
from services.directory.duplicates.domain import KINDS, PEOPLE
from services.directory.duplicates.likeness import POSSIBLE, Entry, Somebody, Verdict, compare, compare_people
from services.directory.models import Suspicion
from services.kernel.context import Kernel
from services.kernel.problems import NotFound
from services.kernel.upkeep import tenants
from services.kernel.work import Work, as_service
from services.vocabulary.normal import plain

TASK, HOURLY = "look_for_duplicates", "look_for_new_duplicates"
BATCH = 200
_MOST_NEW = 500
Pair = tuple[UUID, UUID]


async def every_hour(kernel: Kernel) -> None:
    """Look at what has changed in every tenant since the last time."""
    async for tenant in tenants(kernel):
        for kind in KINDS:
            await _catch_up(kernel, tenant, kind)


async def run(kernel: Kernel, *, tenant: str, kind: str) -> None:
    """Look at everything of a kind again."""
    async with as_service(kernel, UUID(tenant)) as work:
        await evidence.forget_looks(work, kind)
    await _catch_up(kernel, UUID(tenant), kind)


async def _catch_up(kernel: Kernel, tenant: UUID, kind: str) -> None:
    """Look in batches, each its own transaction, until nothing is left."""
    while True:
        async with as_service(kernel, tenant) as work:
            ids = await evidence.unlooked(work, kind, limit=BATCH)
            if ids:
                await look(work, kind, ids)
        if len(ids) < BATCH:
            return


async def look(work: Work, kind: str, ids: Sequence[UUID], *, anew: bool = False) -> None:
    """Compare the entries `ids` with whatever shares a key with them, and keep what is suspected.

    `anew` asks again about refused pairs of which a name has changed since. Raises NotFound when none is there.
    """
    await repository.in_turn(work, kind)
    if anew:
        await _keep_keys(work, kind)
    entries = {one.id: one for one in await evidence.compared(work, kind, ids)}
    if not entries:
        raise NotFound
    await evidence.note(work, kind, list(entries.values()), looked=True)
    pairs = await evidence.sharing(work, kind, list(entries))
    others = {one for pair in pairs for one in pair} - entries.keys()
    entries |= {one.id: one for one in await evidence.compared(work, kind, others)} if others else {}
    found = {pair: _compare(entries[pair[0]], entries[pair[1]]) for pair in pairs if entries.keys() >= set(pair)}
    suspected = {pair: verdict for pair, verdict in found.items() if verdict.score >= POSSIBLE}
    if kind == PEOPLE:
        apart = await evidence.kept_apart(work, suspected)
        suspected = {pair: verdict for pair, verdict in suspected.items() if pair not in apart}
    await _keep(work, kind, ids, suspected, entries, anew=anew)


async def _keep_keys(work: Work, kind: str) -> None:
    """Keep the keys of what is new since the last look, so that who asks now is not told of last hour's entries only.

    After a large import the rest is found when the clock looks.
    """
    some = await evidence.unlooked(work, kind, limit=_MOST_NEW, keyless=True)
    if some:
        await evidence.note(work, kind, await evidence.compared(work, kind, some), looked=False)


def _compare(one: Any, other: Any) -> Verdict:
    if isinstance(one, Entry):
        return compare(one, other)
    return compare_people(one, other)


async def _keep(
    work: Work, kind: str, ids: Sequence[UUID], suspected: Mapping[Pair, Verdict], entries: Mapping[UUID, Any],
    *, anew: bool,
) -> None:  # fmt: skip
    """Keep what is suspected of `ids` now; an open suspicion that no longer holds goes."""
    query = select(Suspicion).where(
        col(Suspicion.kind) == kind, or_(col(Suspicion.one_id).in_(ids), col(Suspicion.other_id).in_(ids))
    )
    rows = await work.session.scalars(query.order_by(col(Suspicion.id)).with_for_update())
    known = {(one.one_id, one.other_id): one for one in rows}
    for pair, verdict in suspected.items():
        _renew(work, kind, pair, verdict, _names(work, entries[pair[0]], entries[pair[1]]), known.get(pair), anew=anew)
    gone = [one.id for pair, one in known.items() if one.state == "open" and pair not in suspected]
    await work.session.execute(delete(Suspicion).where(col(Suspicion.id).in_(gone)))
    await work.session.flush()


def _renew(
    work: Work, kind: str, pair: Pair, verdict: Verdict, names: str, known: Suspicion | None, *, anew: bool
) -> None:
    reasons = [reason._asdict() for reason in verdict.reasons]
    if known is None:
        made = Suspicion(
            id=work.new_id(), created_at=work.now, updated_at=work.now, kind=kind, one_id=pair[0], other_id=pair[1],
            score=verdict.score, reasons=reasons, names=names,
        )  # fmt: skip
        work.session.add(made)
    elif known.state == "open":
        known.change(work.now, score=verdict.score, reasons=reasons, names=names)
    elif known.state == "refused" and anew and known.names != names:
        known.change(work.now, state="open", score=verdict.score, reasons=reasons, names=names)


def _names(work: Work, one: Entry | Somebody, other: Entry | Somebody) -> str:
    """Return a keyed hash of both names, which tells only whether one of them has changed."""
    key = hashlib.sha256(evidence.secret(work).encode()).digest()
    said = "\n".join(plain(entry.name) for entry in sorted((one, other), key=lambda entry: entry.id))
    return hashlib.blake2b(said.encode(), key=key, digest_size=16).hexdigest()
