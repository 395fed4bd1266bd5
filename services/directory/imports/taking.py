"""Taking in a batch of entries: checked like any other request body, compared with what is there, written together.

A field that cannot be used is dropped and reported, an entry without what it needs is refused and reported. What the
batch finds known is read in one query, and what has not changed costs no more than that.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy import select, update
from sqlmodel import col

from services.directory import events
from services.directory.assets import domain
from services.directory.assets import operations as assets
from services.directory.assets.repository import NAMES
from services.directory.assets.said import facts_of
from services.directory.assets.schemas import OrganisationCreate, PlaceCreate, ServiceCreate
from services.directory.gazetteer import repository as gazetteer
from services.directory.gazetteer.domain import code_of
from services.directory.imports import bulk, staging
from services.directory.imports.cleaning import name_of
from services.directory.imports.domain import RANKS, Flaw
from services.directory.models import Asset, ImportEntry, Organisation, Place, Service
from services.directory.search import index
from services.kernel.fields import ExternalId
from services.kernel.problems import FieldError, Problem, field_errors
from services.kernel.work import Work

A = TypeVar("A", bound=Asset)
SCHEMAS: Mapping[int, tuple[type[Any], type[BaseModel]]] = {
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
    kind, schema = SCHEMAS[rank]
    facts = await _resolved(work, source, rank, entries, taken)
    checked = await asyncio.to_thread(_check_all, schema, facts, taken)
    known = await staging.known_ids(work, assets.collection(kind), source, (one.entry.name for one in checked))
    there = await _there(work, kind, known.values())
    if rank == RANKS["place"]:
        await _note_postcodes(work, checked, taken)
    index.link_later(work)
    made = await _add(work, kind, source, [one for one in checked if one.entry.name not in known], taken)
    pairs = [(one, there.get(known[one.entry.name])) for one in checked if one.entry.name in known]
    changed = await _change(work, kind, pairs, taken)
    await index.put(work, [*made, *changed])
    strange = [one for one, asset in pairs if not lives(asset)]
    async with index.in_batch(work):
        for one in strange:
            taken.counts[await _the_long_way(work, kind, source, one, taken)] += 1
    await _confirm(work, kind, source, there.values())
    return taken


async def _note_postcodes(work: Work, checked: Sequence[Checked], taken: Taken) -> None:
    """Note the postcodes that are in no list, where the community keeps one."""
    written = {one.entry.name: _code(one) for one in checked}
    codes = {code for code in written.values() if code}
    if not codes or not await gazetteer.postcode_page(work, after=None, limit=1):
        return
    known = await gazetteer.postcodes(work, codes)
    for one in checked:
        code = written[one.entry.name]
        if code is not None and code not in known:
            taken.flaw(one.entry, "noted", "has a postcode that is not in the list of postcodes", "postal_code")


def _code(one: Checked) -> str | None:
    """Return a place's postcode, or what cannot be one as it is; None where there is none."""
    said = str((one.said.get("address") or {}).get("postal_code") or "")
    try:
        return code_of(said) if said else None
    except ValueError:
        return said


def lives(asset: Asset | None) -> bool:
    """Say whether an asset is there: neither deleted nor merged into another."""
    return asset is not None and asset.deleted_at is None and asset.merged_into is None


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
            found.append(Checked(entry, _without_names(facts_of(body, said=True)), facts_of(body, said=False)))
    return found


def _without_names(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said without other systems' ids: a source knows its own name for a thing, which is kept apart."""
    return {name: value for name, value in said.items() if name != "external_ids"}


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


async def _add(work: Work, kind: type[A], source: str, checked: Sequence[Checked], taken: Taken) -> list[A]:
    """Add what is new, all together; return it."""
    holder, made, named = work.caller.organisation, [], []
    table = assets.collection(kind)
    for one in checked:
        facts = _apart(one.entry, {**one.otherwise, "external_ids": []}, {}, work, taken)
        name = {"system": source, "value": one.entry.name}
        row = {
            **facts, "external_ids": [name], "id": work.new_id(), "created_at": work.now, "updated_at": work.now,
            "version": 1, "held_by": holder, "source": source, "confirmed_at": work.now, "confirmed_by": holder,
        }  # fmt: skip
        made.append(row)
        named.append({"collection": table, **name, "resource_id": row["id"]})
    taken.counts["created"] += len(made)
    await bulk.insert(work, table, made)
    await bulk.insert(work, "external_ids", named)
    added = await asyncio.to_thread(lambda: [kind(**row) for row in made])
    await record(work, kind, added, "created")
    return added


async def record(work: Work, kind: type[Asset], some: Sequence[Asset], happened: str) -> None:
    """Record that something happened to all of these."""
    fact = events.asset(NAMES[kind], happened)
    rows = [
        {"id": work.new_id(), "type": fact, "subject": one.id, "at": work.now,
         "ids": {"by": str(work.caller.organisation), "version": one.version, "held_by": str(one.held_by)}}
        for one in some
    ]  # fmt: skip
    await bulk.insert(work, "events", rows)


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


async def _change(
    work: Work, kind: type[A], pairs: Sequence[tuple[Checked, A | None]], taken: Taken
) -> list[A]:  # fmt: skip
    """Change the known assets of which the source says something else, all together; return them."""
    living = [(one, asset) for one, asset in pairs if asset is not None and lives(asset)]
    moved = {asset.id: one for one, asset in living if _differs(asset, one.said)}
    taken.counts["unchanged"] += len(living) - len(moved)
    changed = []
    for asset in await locked(work, kind, moved):
        outcome = _changed(work, asset, moved[asset.id], taken)
        taken.counts[outcome] += 1
        if outcome == "updated":
            changed.append(asset)
    await work.session.flush()
    await record(work, kind, changed, "changed")
    return changed


def _differs(asset: Asset, said: Mapping[str, Any]) -> bool:
    return any(getattr(asset, name, None) != value for name, value in said.items())


async def locked(work: Work, kind: type[A], ids: Collection[UUID]) -> Sequence[A]:
    """Return assets as they are now, in one order; nobody else changes them until the transaction ends."""
    if not ids:
        return []
    query = select(kind).where(col(kind.id).in_(ids)).order_by(col(kind.id)).with_for_update()
    return (await work.session.scalars(query.execution_options(populate_existing=True))).all()


def _changed(work: Work, asset: Asset, one: Checked, taken: Taken) -> str:
    """Change an asset if that may be; say what became of the entry."""
    if not lives(asset) or (asset.held_by is not None and asset.held_by != work.caller.organisation):
        taken.flaw(one.entry, "refused", domain.HeldByAnother.title)
        return "refused"
    if not asset.change(work.now, **_apart(one.entry, one.said, asset.model_dump(), work, taken)):
        return "unchanged"
    asset.confirmed_at, asset.confirmed_by, asset.asked_at = work.now, work.caller.organisation, None
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
