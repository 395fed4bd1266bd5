"""What can be done about the community's assets: the same few steps, whatever kind they are."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from services.directory import events
from services.directory.assets import calendar, domain, repository
from services.directory.assets.repository import NAMES
from services.directory.duplicates.aliases import names_to_carry
from services.directory.models import Activity, Asset, Group, MicroProvider, Organisation, Place
from services.directory.search.index import noted
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.vocabulary.concepts import concepts

A = TypeVar("A", bound=Asset)
USUAL_SPAN, LONGEST_SPAN = timedelta(days=28), timedelta(days=92)

_REFERS: Mapping[str, type[Asset]] = {
    "parent_id": Organisation,
    "organisation_id": Organisation,
    "group_id": Group,
    "micro_provider_id": MicroProvider,
}


def collection(kind: type[Asset]) -> str:
    """Return the collection's name, under which other systems' ids are kept: `organisations`, `micro_providers`."""
    return str(kind.__tablename__)


def address(kind: type[Asset]) -> str:
    """Return the collection's name as it stands in addresses: `organisations`, `micro-providers`."""
    return collection(kind).replace("_", "-")


async def add(work: Work, kind: type[A], /, *, source: str | None = None, **facts: Any) -> A:
    """Add an asset; the caller's organisation holds it from now on, and has thereby confirmed it."""
    made_id = work.new_id()
    facts = await checked(work, made_id, facts, before={})
    made = kind(
        id=made_id,
        created_at=work.now,
        updated_at=work.now,
        held_by=work.caller.organisation,
        source=source,
        **_confirmation(work),
        **facts,
    )
    work.session.add(made)
    await work.session.flush()
    await external_ids.claim(work, collection(kind), made.id, [ExternalId(**one) for one in made.external_ids])
    await _record(work, made, "created")
    await noted(work, made)
    return made


def _confirmation(work: Work) -> dict[str, Any]:
    return {"confirmed_at": work.now, "confirmed_by": work.caller.organisation, "asked_at": None}


async def _record(work: Work, asset: Asset, happened: str) -> None:
    fact = events.asset(NAMES[type(asset)], happened)
    await work.record(fact, asset.id, version=asset.version, held_by=asset.held_by)


async def found_organisation(work: Work, *, name: str) -> Organisation:
    """Found the first organisation of a tenant; it holds itself."""
    made = await add(work, Organisation, name=name, kind="council", languages=[], external_ids=[])
    made.held_by = made.confirmed_by = made.id
    return made


async def organisations_named(work: Work, ids: Collection[UUID]) -> dict[UUID, Organisation]:
    """Return these organisations, each under the id that was asked for; one that was deleted is missing."""
    found = {one: await repository.survivor(work, Organisation, one) for one in dict.fromkeys(ids)}
    return {asked: one for asked, one in found.items() if one is not None}


async def find(work: Work, kind: type[A], asset_id: UUID, *, lock: bool = False) -> A:
    """Return an asset, or the one that it was merged into. Raises NotFound."""
    found = await repository.survivor(work, kind, asset_id, lock=lock)
    if found is None:
        raise NotFound
    return found


async def shown(work: Work, kind: type[Asset], asset_id: UUID) -> Mapping[str, Any]:
    """Return the row of what `find` finds, for whoever only shows it. Raises NotFound."""
    row = await repository.shown(work, kind, asset_id)
    return row if row is not None else (await find(work, kind, asset_id)).model_dump()


async def held(work: Work, kind: type[A], asset_id: UUID, *, if_match: str | None = None) -> A:
    """Return an asset that the caller may change, locked. Raises NotFound, HeldByAnother, Stale."""
    asset = await find(work, kind, asset_id, lock=True)
    if asset.held_by is not None and asset.held_by != work.caller.organisation:
        raise domain.HeldByAnother
    check_version(if_match, asset.version)
    return asset


async def change(work: Work, kind: type[A], asset_id: UUID, /, *, if_match: str | None, **facts: Any) -> tuple[A, bool]:
    """Change what `facts` names, which confirms the rest; say whether anything differed."""
    asset = await held(work, kind, asset_id, if_match=if_match)
    facts = await checked(work, asset.id, facts, before=asset.model_dump())
    changed = asset.change(work.now, **facts)
    if changed:
        for name, value in _confirmation(work).items():
            setattr(asset, name, value)
        await work.session.flush()
        names = [ExternalId(**one) for one in asset.external_ids]
        await external_ids.claim(work, collection(kind), asset.id, names)
        await _record(work, asset, "changed")
        await noted(work, asset)
    return asset, changed


async def confirm(work: Work, kind: type[A], asset_id: UUID, *, if_match: str | None) -> A:
    """Say that all of it is still so. Its version moves on: who follows the feed learns that it is fresh again."""
    asset = await held(work, kind, asset_id, if_match=if_match)
    if asset.change(work.now, **_confirmation(work)):
        await _record(work, asset, "confirmed")
        await noted(work, asset)
    return asset


async def upsert(
    work: Work,
    kind: type[A],
    external: ExternalId,
    /,
    *,
    if_match: str | None = None,
    otherwise: Mapping[str, Any] | None = None,
    **facts: Any,
) -> tuple[A, str]:
    """Add or change the asset that another system calls `external`; say which: created, updated, unchanged.

    `otherwise` says what a new one has where `facts` are silent; a known one keeps what it has.
    """
    source = facts.pop("source", None)
    known = await external_ids.find(work, collection(kind), external)
    names = [*facts.get("external_ids", []), external.model_dump()]
    if known is None:
        facts["external_ids"] = external_ids.merged(names)
        return await add(work, kind, source=source, **{**(otherwise or {}), **facts}), "created"
    present = await find(work, kind, known)
    facts["external_ids"] = await names_to_carry(work, kind, present.id, present.external_ids, names)
    asset, changed = await change(work, kind, known, if_match=if_match, **facts)
    return asset, "updated" if changed else "unchanged"


async def remove(work: Work, kind: type[A], asset_id: UUID, *, if_match: str | None) -> None:
    """Delete an asset; a tombstone stays in the feed. Raises StillInUse while anything refers to it.

    What was merged into it goes with it, or other systems' names for that would lead nowhere.
    """
    asset = await held(work, kind, asset_id, if_match=if_match)
    if await repository.in_use(work, kind, asset.id):
        raise domain.StillInUse
    for gone in (asset, *await repository.absorbed(work, kind, asset.id)):
        gone.change(work.now, deleted_at=work.now, external_ids=[])
        await external_ids.release(work, collection(kind), gone.id)
    await work.record(events.asset(NAMES[kind], "deleted"), asset.id, held_by=asset.held_by)
    await noted(work, asset)


async def takes_place(
    work: Work, activity_id: UUID, *, since: datetime | None, until: datetime | None
) -> Sequence[calendar.Span]:
    """Return when an activity takes place, within bounds. Raises NotFound, Invalid."""
    activity = await find(work, Activity, activity_id)
    first = since or work.now
    last = until or first + USUAL_SPAN
    if not first < last <= first + LONGEST_SPAN:
        raise Invalid.field("/until", "must come after from, and at most 92 days later", source="query")
    if activity.status != "active":
        return []
    return await asyncio.to_thread(calendar.occurrences, activity.opening, since=first, until=last)


async def checked(work: Work, asset_id: UUID, facts: dict[str, Any], *, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return `facts` as they are kept. Raises Invalid for what cannot be, CyclicReference for parents in a circle.

    An id of something that was merged is replaced by the one of what it was merged into.
    """
    domain.check_together({**before, **facts}, today=work.now.date())
    await check_concepts(work, facts.get("concepts") or ())
    kept = {**facts, **{name: await _one(work, name, facts[name]) for name in _REFERS if facts.get(name)}}
    if kept.get("parent_id") is not None:
        domain.check_no_cycle(asset_id, {**await repository.parents(work), asset_id: kept["parent_id"]})
    if kept.get("place_ids"):
        kept["place_ids"] = await _places(work, [UUID(str(one)) for one in kept["place_ids"]])
    return kept


async def _one(work: Work, name: str, named: UUID) -> UUID:
    kind = _REFERS[name]
    if await repository.referred(work, kind, [named]):
        return named
    found = await _survivor_id(work, kind, named)
    if found is None:
        raise Invalid.field(f"/{name}", f"names no {NAMES[kind].replace('_', '-')} here")
    return found


async def _places(work: Work, places: list[UUID]) -> list[str]:
    known = await repository.referred(work, Place, places)
    kept: dict[str, None] = {}
    for number, place in enumerate(places):
        found = place if place in known else await _survivor_id(work, Place, place)
        if found is None:
            raise Invalid.field(f"/place_ids/{number}", "names no place here")
        kept[str(found)] = None
    return list(kept)


async def _survivor_id(work: Work, kind: type[Asset], asset_id: UUID) -> UUID | None:
    found = await repository.survivor(work, kind, asset_id)
    return found.id if found else None


async def check_concepts(work: Work, keys: list[str] | tuple[str, ...]) -> None:
    """Raise Invalid for a key that names no concept, neither of the vocabulary's nor of the community's own."""
    if not keys:
        return
    known = await asyncio.to_thread(concepts)  # the first to ask reads the file
    strange = {key for key in keys if key not in known}
    own = await repository.own_concepts(work, strange) if strange else set()
    for number, key in enumerate(keys):
        if key in strange and key not in own:
            raise Invalid.field(f"/concepts/{number}", "names no concept")
