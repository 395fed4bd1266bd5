"""What is settled once entries are in: who stands above whom, and what goes because its source no longer has it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.directory.assets import domain
from services.directory.assets import operations as assets
from services.directory.imports import repository, staging
from services.directory.imports.taking import SCHEMAS, Taken, lives, locked, record
from services.directory.models import Asset, ImportEntry, Organisation
from services.directory.search import index
from services.kernel.work import Work


async def put_parents(work: Work, source: str, entries: Sequence[ImportEntry]) -> Taken:
    """Put organisations below those that the source names as their parents, but nobody above himself."""
    taken = Taken()
    named = {one.name for one in entries} | {one.facts["_parent"] for one in entries}
    known = await staging.references(work, "organisations", source, named)
    above = await staging.ways_up(work, known.values())
    index.link_later(work)
    moved = {known[one.name]: one for one in entries if _is_moved(one, known, above, taken)}
    changed = []
    for held in await locked(work, Organisation, moved):
        parent = known[moved[held.id].facts["_parent"]]
        if _put_below(work, moved[held.id], held, parent, above, taken):
            changed.append(held)
    await work.session.flush()
    await record(work, Organisation, changed, "changed")
    await index.put(work, changed)
    return taken


def _is_moved(
    one: ImportEntry, known: Mapping[str, UUID], above: Mapping[UUID, UUID | None], taken: Taken
) -> bool:  # fmt: skip
    child, parent = known.get(one.name), known.get(one.facts["_parent"])
    if child is not None and parent is None:
        taken.flaw(one, "field_dropped", "names an unknown organisation as its parent", "parent_id")
    return child is not None and parent is not None and above.get(child) != parent


def _put_below(
    work: Work, one: ImportEntry, held: Organisation, parent: UUID, above: dict[UUID, UUID | None], taken: Taken
) -> bool:
    if not lives(held) or held.held_by != work.caller.organisation:
        taken.flaw(one, "field_dropped", domain.HeldByAnother.title, "parent_id")
        return False
    try:
        domain.check_no_cycle(held.id, {**above, held.id: parent})
    except domain.CyclicReference:
        taken.flaw(one, "field_dropped", "would stand above itself; the link that closes the circle", "parent_id")
        return False
    above[held.id] = parent
    return held.change(work.now, parent_id=parent)


async def remove(work: Work, rank: int, gone: Sequence[UUID]) -> Taken:
    """Delete entries that their source no longer has; what is still needed stays."""
    taken = Taken()
    kind = SCHEMAS[rank][0]
    left = {one.id: one for one in await locked(work, kind, gone)
            if lives(one) and one.held_by in (None, work.caller.organisation)}  # fmt: skip
    removed: list[Asset] = []
    while left:  # what was needed by those alone that go with it goes as well
        needed = await repository.in_use(work, kind, left)
        free = [asset for asset_id, asset in left.items() if asset_id not in needed]
        if not free:
            break
        for asset in free:
            left.pop(asset.id).change(work.now, deleted_at=work.now, external_ids=[])
        await work.session.flush()
        removed += free
    await staging.forget_names(work, assets.collection(kind), [one.id for one in removed])
    await record(work, kind, removed, "deleted")
    await index.put(work, removed)
    taken.counts.update({"deleted": len(removed), "kept": len(gone) - len(removed)})
    return taken
