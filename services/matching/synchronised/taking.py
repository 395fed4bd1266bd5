"""Taking needs and offers as another system pushes them: each line judged by the rules, all of a batch written at once.

A line is refused before anything of it is written, or within a savepoint of its own, so that it never spoils others.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.incoming.lines import AT_ONCE, Change, UnknownRecord
from services.kernel.incoming.results import Result
from services.kernel.origins import Copies, From, Record, Rule, born
from services.kernel.problems import IllegalState, Invalid, Problem, Unavailable
from services.kernel.work import Work
from services.matching.listings import operations as listings
from services.matching.listings.domain import COLLECTIONS, Kind, step
from services.matching.listings.repository import TABLES
from services.matching.matches import endings
from services.matching.models import COPIES, Need, Offer
from services.matching.synchronised.batch import Batch, load
from services.matching.synchronised.domain import RULES, ConsentMissing, Said, columns, narrows, step_to

Reads = Callable[[Kind, dict[str, Any]], Said]


class Listings:
    """Takes needs, or offers. `said_of` reads the data of a line."""

    at_once = AT_ONCE

    def __init__(self, kind: Kind, said_of: Reads) -> None:
        self.kind: Kind = kind
        self.collection = COLLECTIONS[kind]
        self.rules: Mapping[str, Rule] = RULES
        self.copies: Copies = COPIES
        self._said_of = said_of

    async def take(self, work: Work, system: str, changes: Sequence[Change]) -> list[Result]:
        """Take changes in which no listing is named twice; return what became of each. Raises ConsentUnknown."""
        said = {one.name: self._read(one.data) for one in changes if one.data is not None}
        batch = await load(work, self.kind, system, changes, said)
        results = [await _judged(batch, change) for change in changes]
        await batch.write()
        return results

    async def origins(self, work: Work, resource: UUID) -> Record:
        """Return where a listing that the caller may see came from. Raises NotFound."""
        row = await listings.get(work, self.kind, resource)
        known = (await COPIES.records(work, [row.id])).get(row.id)
        return known or born(row.external_ids if row.held_by == work.caller.organisation else [], row.created_at)

    def _read(self, data: dict[str, Any]) -> Said | Problem:
        try:
            return self._said_of(self.kind, data)
        except Invalid as problem:
            return problem


async def _judged(batch: Batch, change: Change) -> Result:
    try:
        return await _taken(batch, change)
    except Unavailable:
        raise
    except Problem as problem:
        return Result(change.number, change.name, "refused", problem=problem)


async def _taken(batch: Batch, change: Change) -> Result:
    listing, word = batch.listing(change.name), batch.word(change.name)
    if word is not None and (change.at < word.said_at or (word.gone and change.at == word.said_at and change.data)):
        return _result(change, "stale", listing)
    if change.renamed_to is not None:
        return await _within_savepoint(batch, lambda: _rename(batch, change, listing, change.renamed_to or ""))
    if change.deleted:
        return await _within_savepoint(batch, lambda: _delete(batch, change, listing))
    said = batch.said[change.name]
    if isinstance(said, Problem):
        raise said
    if listing is None:
        return await _create(batch, change, said)
    _check_owner(batch, listing, said)
    return await _update(batch, change, listing, said)


def _result(change: Change, outcome: Any, listing: Need | Offer | None = None, **more: Any) -> Result:
    return Result(change.number, change.name, outcome, listing.id if listing else None, **more)


async def _within_savepoint(batch: Batch, done: Callable[[], Awaitable[Result]]) -> Result:
    async with batch.work.session.begin_nested():
        return await done()


async def _create(batch: Batch, change: Change, said: Said) -> Result:
    """Make a new listing of somebody who may be matched, or of the organisation itself."""
    participant = _owner_of_new(batch, said)
    names = _every_name(batch.system, change.name, said.names)
    values = listings.as_kept(dict(said.values))
    made = TABLES[batch.kind](
        **values, state=said.state or "open", participant_id=participant, organisation_id=said.organisation,
        id=batch.work.new_id(), held_by=batch.work.organisation, created_at=batch.work.now,
        updated_at=batch.work.now, external_ids=[name.model_dump() for name in names],
    )  # fmt: skip
    batch.made.append(made)
    batch.records[made.id] = Record(batch.system, change.at)
    batch.touched.add(made.id)
    batch.heard(change.name, change, made.id)
    batch.tell(made, "created")
    return _result(change, "created", made)


def _owner_of_new(batch: Batch, said: Said) -> UUID | None:
    known = batch.owners.known(said)
    if known is None:
        if said.organisation is None:
            raise Invalid.field("/participant", "is missing: a new one belongs to somebody", source="data")
        if said.organisation != batch.work.organisation:
            raise Invalid.field("/organisation_id", "must be your own organisation", source="data")
        return None
    if not batch.owners.may_be_matched(known.lives_as):
        raise ConsentMissing("This is no participant whom your organisation may match.")
    return known.lives_as


def _every_name(system: str, value: str, names: Sequence[ExternalId]) -> list[ExternalId]:
    mine = ExternalId(system=system, value=value)
    found = {one.system: one for one in names} | {system: mine}
    if any(one.system == system and one != mine for one in names):
        raise Invalid.field("/external_ids", "names the system of the line with another value", source="data")
    return [found[one] for one in sorted(found)]


def _check_owner(batch: Batch, listing: Need | Offer, said: Said) -> None:
    """Raise ExternalIdTaken where a line says that a listing is somebody else's: an id belongs to one."""
    known = batch.owners.known(said)
    named = {said.organisation} if known is None else {*known}
    mine = listing.participant_id or listing.organisation_id
    if (known is not None or said.organisation is not None) and mine not in named:
        raise external_ids.ExternalIdTaken("It stands for something of somebody else: a listing stays with its owner.")


async def _update(batch: Batch, change: Change, listing: Need | Offer, said: Said) -> Result:
    person = listing.participant_id
    may = person is None or batch.owners.may_be_matched(person)
    if not may and not said.withdraws:
        raise ConsentMissing("She lets your organisation match her no longer; what is here is withheld.")
    record, from_there = batch.record(listing), From(batch.system, change.at)
    values, kept = _weighed(record, listing, said, from_there) if may else ({}, {})
    if values.get("capacity", listing.capacity) < listing.taken:
        raise Invalid.field("/capacity", "is less than what accepted matches have taken", source="data")
    names = await _renamed(batch, listing, _every_name(batch.system, change.name, said.names))
    moved = _next_state(batch.kind, record, listing, said, from_there, kept)
    changed = {name for name in said.named if any(column in values for column in columns(name))}
    record.note(changed | ({"state"} if moved else set()), from_there)
    different = listing.change(batch.work.now, **values, **names)
    batch.heard(change.name, change, listing.id)
    if changed or moved or names:
        batch.touched.add(listing.id)
    if moved:
        await _move(batch, listing, moved)
    elif different:
        batch.tell(listing, "changed")
    fields = sorted(changed | ({"state"} if moved else set()) | names.keys())
    return _result(change, "updated" if fields else "unchanged", listing, fields=fields, kept=kept)


def _weighed(
    record: Record, listing: Need | Offer, said: Said, from_there: From
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns that a line changes, and which fields stay although it says otherwise."""
    values: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for name in sorted(said.named):
        told = listings.as_kept({name: said.values[name]})
        if all(getattr(listing, column) == value for column, value in told.items()):
            continue
        narrower = narrows(name, getattr(listing, name, None), said.values[name])
        if record.bars(RULES[name], name, from_there, narrows=narrower):
            kept[name] = _as_it_is(record, name)
        else:
            values |= told
    return values, kept


def _as_it_is(record: Record, name: str) -> dict[str, Any]:
    last = record.of(name)
    rule = RULES[name]
    by = record.system if rule == "owner" else last.system
    return {"rule": rule, "system": by, "at": last.at.isoformat()}


def _next_state(
    kind: Kind, record: Record, listing: Need | Offer, said: Said, from_there: From, kept: dict[str, Any]
) -> str | None:
    """Return the step that a line asks for, if it follows from the state and nobody has moved it here since."""
    if said.state is None or said.state == listing.state:
        return None
    try:
        action = step_to(kind, said.state)
        step(kind, listing.state, action)
    except (KeyError, IllegalState):
        action = ""
    if not action or record.bars("newest", "state", from_there):
        kept["state"] = _as_it_is(record, "state")
        return None
    return action


async def _move(batch: Batch, listing: Need | Offer, action: str) -> None:
    listing.change(batch.work.now, state=step(batch.kind, listing.state, action))
    batch.tell(listing, "withdrawn" if action == "withdraw" else "changed")
    if action == "withdraw":
        await endings.withdraw_of_listing(batch.work, batch.kind, listing.id, states=("proposed",))


async def _renamed(batch: Batch, listing: Need | Offer, names: Sequence[ExternalId]) -> dict[str, Any]:
    """Give a listing these names beside those that other systems gave it; return the column if that changes it."""
    told = {one.system for one in names}
    others = [ExternalId.model_validate(one) for one in listing.external_ids if one["system"] not in told]
    every = sorted([*names, *others], key=lambda one: one.system)
    wanted = [one.model_dump() for one in every]
    if wanted == listing.external_ids:
        return {}
    async with batch.work.session.begin_nested():
        await external_ids.claim(batch.work, batch.collection, listing.id, every)
    return {"external_ids": wanted}


async def _delete(batch: Batch, change: Change, listing: Need | Offer | None) -> Result:
    """Take a listing away that came from the system; of any other only the system's name goes."""
    batch.heard(change.name, change, None)
    if listing is None:
        return _result(change, "unchanged")
    if batch.record(listing).system == batch.system:
        return await _taken_away(batch, change, listing)
    rest = [name for name in listing.external_ids if name["system"] != batch.system]
    await external_ids.claim(batch.work, batch.collection, listing.id, [ExternalId(**name) for name in rest])
    listing.change(batch.work.now, external_ids=rest)
    batch.touched.add(listing.id)
    batch.tell(listing, "changed")
    return _result(change, "unlinked", listing)


async def _taken_away(batch: Batch, change: Change, listing: Need | Offer) -> Result:
    await listings.remove(batch.work, batch.kind, listing)
    batch.touched.discard(listing.id)
    return _result(change, "deleted", listing)


async def _rename(batch: Batch, change: Change, listing: Need | Offer | None, name: str) -> Result:
    """Give a listing its new id. Said again it only keeps the old id from coming back.

    What was heard of the new id since is the later life of the same thing: then what has the old one goes.
    """
    other, word = batch.listing(name), batch.word(name)
    if listing is None and other is None and word is None and batch.word(change.name) is None:
        raise UnknownRecord("Push it first, and then this line again.")
    overtaken = word is not None and word.said_at > change.at
    if other is not None and listing is not None and not overtaken:
        raise external_ids.ExternalIdTaken(f"Both ids stand for something here: {change.name} and {name}.")
    batch.heard(change.name, change, None)
    if listing is None:
        return _result(change, "unchanged", other)
    if overtaken:
        return await _taken_away(batch, change, listing)
    batch.record(listing)
    names = await _renamed(batch, listing, [ExternalId(system=batch.system, value=name)])
    listing.change(batch.work.now, **names)
    batch.heard(name, change, listing.id)
    batch.touched.add(listing.id)
    batch.tell(listing, "changed")
    return _result(change, "renamed", listing)
