"""Taking in a batch of entries: checked like any other request body, compared with what is there, written together.

A field that cannot be used is dropped and reported, an entry without what it needs is refused and reported. What the
batch finds known is read in one query, and what has not changed costs no more than that.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.directory import events
from services.directory.assets import domain
from services.directory.assets import operations as assets
from services.directory.assets.said import facts_of
from services.directory.assets.schemas import OrganisationCreate, PlaceCreate, ServiceCreate
from services.directory.imports import staging
from services.directory.imports.cleaning import name_of
from services.directory.imports.domain import Flaw
from services.directory.models import Asset, ImportEntry, Organisation, Place, Service
from services.directory.search.index import in_batch, noted
from services.kernel import tables
from services.kernel.fields import ExternalId
from services.kernel.problems import FieldError, Problem, field_errors
from services.kernel.work import Work

_SCHEMAS: Mapping[int, tuple[type[Any], type[BaseModel]]] = {
    0: (Organisation, OrganisationCreate),
    1: (Place, PlaceCreate),
    2: (Service, ServiceCreate),
}
_NEEDED = {"name", "organisation_id"}
_POINT = {"latitude", "longitude"}
_FRESH_DAYS = 30


@dataclass(slots=True)
class Checked:
    """An entry that can be taken in: what the source said, and what a new one has where the source is silent."""

    entry: ImportEntry
    said: dict[str, Any]
    otherwise: dict[str, Any]


@dataclass(slots=True)
class Taken:
    """What became of a batch."""

    counts: Counter[str] = field(default_factory=Counter)
    flaws: list[Flaw] = field(default_factory=list)

    def flaw(self, entry: ImportEntry, outcome: Any, reason: str, name: str | None = None) -> None:
        """Note what could not be used of an entry."""
        self.flaws.append(Flaw(entry.file, entry.line, outcome, reason, name))


async def take(work: Work, source: str, rank: int, entries: Sequence[ImportEntry]) -> Taken:
    """Take in entries of one rank; say what became of them."""
    taken = Taken()
    kind, schema = _SCHEMAS[rank]
    facts = await _resolved(work, source, rank, entries, taken)
    checked = await asyncio.to_thread(_check_all, schema, facts, taken)
    known = await staging.known_ids(work, assets.collection(kind), source, (one.entry.name for one in checked))
    there = await _there(work, kind, known.values())
    async with in_batch(work):
        fresh = [one for one in checked if one.entry.name not in known]
        await _add(work, kind, source, fresh, taken)
        for one in checked:
            if one.entry.name in known:
                asset = there.get(known[one.entry.name])
                taken.counts[await _compare(work, kind, source, one, asset, taken)] += 1
        await _confirm(work, kind, source, there.values())
    return taken


async def _there(work: Work, kind: type[Asset], ids: Any) -> dict[UUID, Asset]:
    query = select(kind).where(col(kind.id).in_(set(ids)))
    return {one.id: one for one in await work.session.scalars(query)}


async def _resolved(
    work: Work, source: str, rank: int, entries: Sequence[ImportEntry], taken: Taken
) -> list[tuple[ImportEntry, dict[str, Any]]]:
    """Return the entries with our ids in place of the source's names."""
    owners = {one.facts["_organisation"] for one in entries if "_organisation" in one.facts}
    places = {place for one in entries for place in one.facts.get("_places", ())}
    organisations = await staging.references(work, "organisations", source, owners) if owners else {}
    located = await staging.references(work, "places", source, places) if places else {}
    homes = await _homes(work, located.values()) if rank == 2 and located else {}
    made = []
    for one in entries:
        facts = {name: value for name, value in one.facts.items() if not name.startswith("_")}
        facts |= _refers(one, organisations, located, homes, taken)
        made.append((one, facts))
    return made


async def _homes(work: Work, places: Any) -> dict[UUID, UUID]:
    """Return whose places these are."""
    query = select(col(Place.id), col(Place.organisation_id)).where(col(Place.id).in_(set(places)))
    return {row[0]: row[1] for row in await work.session.execute(query) if row[1] is not None}


def _refers(
    one: ImportEntry,
    organisations: Mapping[str, UUID],
    located: Mapping[str, UUID],
    homes: Mapping[UUID, UUID],
    taken: Taken,
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    owner = str(one.facts.get("_organisation") or "")
    if owner in organisations:
        found["organisation_id"] = organisations[owner]
    elif owner:
        taken.flaw(one, "field_dropped", "names an unknown organisation", "organization_id")
    named = list(dict.fromkeys(one.facts.get("_places", ())))
    if named:
        found["place_ids"] = [located[place] for place in named if place in located]
        if len(found["place_ids"]) < len(named):
            taken.flaw(one, "field_dropped", "names an unknown place", "location_id")
        at = next((homes[place] for place in found["place_ids"] if place in homes), None)
        if not owner and at is not None:
            found["organisation_id"] = at
    return found


def _check_all(
    schema: type[BaseModel], facts: Sequence[tuple[ImportEntry, dict[str, Any]]], taken: Taken
) -> list[Checked]:
    found = []
    for entry, said in facts:
        body = _checked(schema, entry, said, taken) if name_of(entry.name) else None
        if body is None:
            taken.counts["refused"] += 1
        else:
            found.append(Checked(entry, facts_of(body, said=True), facts_of(body, said=False)))
    return found


def _checked(schema: type[BaseModel], entry: ImportEntry, facts: dict[str, Any], taken: Taken) -> BaseModel | None:
    """Return the entry as a request body, without what cannot be used; None if it needs some of that."""
    for _ in range(3):  # what is left may be wrong together
        try:
            return schema.model_validate(facts)
        except ValidationError as error:
            wrong = field_errors(error.errors(), source="line")
        needed = False
        for one in wrong:
            name = _field_of(one)
            needed = needed or name in _NEEDED
            taken.flaw(entry, "refused" if name in _NEEDED else "field_dropped", one.message, name)
        if needed:
            return None
        facts = _without(facts, wrong)
    taken.flaw(entry, "refused", "cannot be used")
    return None


def _field_of(error: FieldError) -> str:
    return error.path.split("/")[1] if error.path else "latitude"


def _without(facts: Mapping[str, Any], wrong: Sequence[FieldError]) -> dict[str, Any]:
    """Return the facts without the wrong ones: of a list without the wrong members."""
    kept = dict(facts)
    members: dict[str, set[int]] = {}
    for one in wrong:
        path = one.path.split("/")[1:]
        name = path[0] if path else "latitude"
        if len(path) > 1 and path[1].isdigit() and isinstance(facts.get(name), list):
            members.setdefault(name, set()).add(int(path[1]))
        elif name in _POINT:
            kept = {other: value for other, value in kept.items() if other not in _POINT}
        else:
            kept.pop(name, None)
    for name, numbers in members.items():
        if name in kept:
            kept[name] = [value for number, value in enumerate(kept[name]) if number not in numbers]
    return kept


async def _add(work: Work, kind: type[Any], source: str, checked: Sequence[Checked], taken: Taken) -> None:
    """Add what is new, all together."""
    holder = work.caller.organisation
    made = []
    for one in checked:
        facts = {**one.otherwise, "external_ids": [{"system": source, "value": one.entry.name}]}
        facts = _apart(one.entry, facts, {}, work, taken)
        asset = kind(
            id=work.new_id(), created_at=work.now, updated_at=work.now, held_by=holder, source=source,
            confirmed_at=work.now, confirmed_by=holder, asked_at=None, **facts,
        )  # fmt: skip
        made.append(asset)
    taken.counts["created"] += len(made)
    if not made:
        return
    work.session.add_all(made)
    await work.session.flush()
    names = [
        {"collection": assets.collection(kind), "system": source, "value": one.entry.name, "resource_id": asset.id}
        for one, asset in zip(checked, made, strict=True)
    ]
    await work.session.execute(upsert(tables.external_ids).values(names))
    await _record(work, kind, made, "created")


async def _record(work: Work, kind: type[Asset], some: Sequence[Asset], happened: str) -> None:
    fact = events.asset(assets.NAMES[kind], happened)
    rows = [
        {"id": work.new_id(), "type": fact, "subject": one.id, "at": work.now,
         "ids": {"by": str(work.caller.organisation), "version": one.version, "held_by": str(one.held_by)}}
        for one in some
    ]  # fmt: skip
    if rows:
        await work.session.execute(insert(tables.events), rows)
    for one in some:
        await noted(work, one)


def _apart(
    entry: ImportEntry, facts: dict[str, Any], before: Mapping[str, Any], work: Work, taken: Taken
) -> dict[str, Any]:
    """Return the facts without what cannot stand together with the others."""
    kept = dict(facts)
    for _ in range(3):
        try:
            domain.check_together({**before, **kept}, today=work.now.date())
        except Problem as problem:
            name = problem.errors[0].path.strip("/") if problem.errors else ""
            taken.flaw(entry, "field_dropped", problem.detail, name)
            if name not in kept:
                return {**kept, "minimum_age": None, "maximum_age": None} if "age" in name else kept
            kept[name] = before.get(name)
        else:
            break
    return kept


async def _compare(work: Work, kind: type[Any], source: str, one: Checked, asset: Asset | None, taken: Taken) -> str:
    """Change a known asset if the source says something else of it; say what became of the entry."""
    if asset is None or asset.deleted_at is not None or asset.merged_into is not None:
        return await _the_long_way(work, kind, source, one, taken)
    if not any(getattr(asset, name, None) != value for name, value in one.said.items() if name != "external_ids"):
        return "unchanged"
    facts = _apart(one.entry, one.said, asset.model_dump(), work, taken)
    try:
        held = await assets.held(work, kind, asset.id)
    except Problem as problem:
        taken.flaw(one.entry, "refused", problem.title)
        return "refused"
    await work.session.refresh(held)
    if not held.change(work.now, **facts):
        return "unchanged"
    held.confirmed_at, held.confirmed_by, held.asked_at = work.now, work.caller.organisation, None
    await work.session.flush()
    await _record(work, kind, [held], "changed")
    return "updated"


async def _the_long_way(work: Work, kind: type[Any], source: str, one: Checked, taken: Taken) -> str:
    """Take in an entry whose name leads to something merged or gone."""
    try:
        async with work.session.begin_nested():
            named = ExternalId(system=source, value=one.entry.name)
            _, outcome = await assets.upsert(work, kind, named, source=source, otherwise=one.otherwise, **one.said)
            return outcome
    except Problem as problem:
        taken.flaw(one.entry, "refused", problem.detail or problem.title)
        return "refused"


async def _confirm(work: Work, kind: type[Asset], source: str, some: Any) -> None:
    """Note once in a while that the source still says so: that keeps an entry fresh, and is no change to it."""
    stale = [
        one.id for one in some
        if one.source == source and one.held_by == work.caller.organisation
        and (one.confirmed_at is None or (work.now - one.confirmed_at).days >= _FRESH_DAYS)
    ]  # fmt: skip
    if stale:
        values = {"confirmed_at": work.now, "confirmed_by": work.caller.organisation, "asked_at": None}
        await work.session.execute(
            update(kind).where(col(kind.id).in_(stale)).values(values).execution_options(synchronize_session=False)
        )


async def put_parents(work: Work, source: str, entries: Sequence[ImportEntry]) -> Taken:
    """Put organisations below those that the source names as their parents, but nobody above himself."""
    taken = Taken()
    named = {one.name for one in entries} | {one.facts["_parent"] for one in entries}
    known = await staging.references(work, "organisations", source, named)
    above = await staging.ways_up(work, known.values())
    async with in_batch(work):
        for one in entries:
            child, parent = known.get(one.name), known.get(one.facts["_parent"])
            if child is None:
                continue
            if parent is None:
                taken.flaw(one, "field_dropped", "names an unknown organisation as its parent", "parent_id")
            elif above.get(child) != parent:
                await _put_below(work, one, child, parent, above, taken)
    return taken


async def _put_below(
    work: Work, one: ImportEntry, child: UUID, parent: UUID, above: dict[UUID, UUID | None], taken: Taken
) -> None:
    try:
        domain.check_no_cycle(child, {**above, child: parent})
        held = await assets.held(work, Organisation, child)
        if held.change(work.now, parent_id=parent):
            await work.session.flush()
            await _record(work, Organisation, [held], "changed")
        above[child] = parent
    except domain.CyclicReference:
        taken.flaw(one, "field_dropped", "would stand above itself; the link that closes the circle", "parent_id")
    except Problem as problem:
        taken.flaw(one, "field_dropped", problem.title, "parent_id")


async def remove(work: Work, rank: int, gone: Sequence[UUID]) -> Taken:
    """Delete entries that their source no longer has; what is still needed stays."""
    taken = Taken()
    kind = _SCHEMAS[rank][0]
    async with in_batch(work):
        for asset_id in gone:
            try:
                async with work.session.begin_nested():
                    await assets.remove(work, kind, asset_id, if_match=None)
                taken.counts["deleted"] += 1
            except Problem:
                taken.counts["kept"] += 1
    return taken
