"""Taking participants as another system pushes them: each line judged by the rules, all of a batch written at once.

A line is refused before anything of it is written, or within a savepoint of its own, so that it never spoils others.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.directory import events
from services.directory.access import seeing
from services.directory.duplicates.aliases import names_to_carry
from services.directory.models import COPIES, Consent, Participant
from services.directory.people import operations as people
from services.directory.people.domain import NotYours
from services.directory.synchronised import grants
from services.directory.synchronised.batch import Batch, load
from services.directory.synchronised.domain import RULES, Said, narrows
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.incoming.lines import AT_ONCE, Change, UnknownRecord
from services.kernel.incoming.results import Result
from services.kernel.origins import Copies, From, Record, Rule, born, key_of
from services.kernel.problems import Invalid, Problem, Unavailable
from services.kernel.work import Work


class Participants:
    """Takes participants. `said_of` reads the data of a line."""

    collection = "participants"
    at_once = AT_ONCE

    def __init__(self, said_of: Callable[[dict[str, Any]], Said]) -> None:
        self.rules: Mapping[str, Rule] = RULES
        self.copies: Copies = COPIES
        self._said_of = said_of

    async def take(self, work: Work, system: str, changes: Sequence[Change]) -> list[Result]:
        """Take changes in which nobody is named twice; return what became of each.

        All is taken at once but what touches others than whom a line names: another id, and the end of a name.
        """
        said = {one.name: self._read(one.data) for one in changes if one.data is not None}
        batch = await load(work, system, changes, said)
        taken = {one.name: await _judged(batch, one) for one in changes}
        await batch.write()
        for change in sorted(changes, key=lambda one: one.name):  # one order, or two pushes may wait in a circle
            if taken[change.name] is None:
                taken[change.name] = await _alone(work, system, change)
        return [result for one in changes if (result := taken[one.name]) is not None]

    def _read(self, data: dict[str, Any]) -> Said | Problem:
        try:
            return self._said_of(data)
        except Invalid as problem:
            return problem

    async def origins(self, work: Work, resource: UUID) -> Record:
        """Return where what is kept of a participant came from, to who registered her. Raises NotFound, NotYours."""
        row = await seeing.record(work, resource)
        if not people.is_own(work, row):
            raise NotYours
        return (await COPIES.records(work, [row.id])).get(row.id) or born(row.external_ids, row.created_at)


def _refused(change: Change, problem: Problem) -> Result:
    return Result(change.number, change.name, "refused", problem=problem)


def _is_stale(word: Any, change: Change) -> bool:
    """Say whether a newer word is known; of the same time, one that brings back what was gone is older."""
    if word is None:
        return False
    return bool(change.at < word.said_at or (word.gone and change.at == word.said_at and change.data is not None))


# --- all at once ---------------------------------------------------------------------------------------------------


async def _judged(batch: Batch, change: Change) -> Result | None:
    """Return what becomes of a line; None for one that must be taken alone."""
    try:
        if change.renamed_to is not None:
            return None
        if _is_stale(batch.word(change.name), change):
            return await _stale(batch, change)
        row = await batch.person(change.name)
        if change.data is None:
            return _delete(batch, row, change)
        said = batch.said[change.name]
        if isinstance(said, Problem):
            raise said
        return await (_register(batch, said, change) if row is None else _update(batch, row, said, change))
    except Unavailable:
        raise
    except Problem as problem:
        return _refused(change, problem)


async def _stale(batch: Batch, change: Change) -> Result:
    """Take from a line that comes late only which grants had ended by then: an end is never overtaken."""
    said, known = batch.said.get(change.name), batch.ids.get(change.name)
    if not isinstance(said, Said) or not said.ended or known is None:
        return Result(change.number, change.name, "stale", known)
    row = await batch.person(change.name)
    assert row is not None  # she has a name here
    over = await grants.end(batch.work, batch.pairs.get(row.id, []), said, at=change.at)
    fields = ["consents_ended"] if over else []
    return Result(change.number, change.name, "updated" if over else "stale", row.id, fields=fields)


def _delete(batch: Batch, row: Participant | None, change: Change) -> Result | None:
    """Delete somebody who came from the system. Of anybody else only a name goes: that is taken alone."""
    if row is None:
        batch.heard(change, None)
        return Result(change.number, change.name, "unchanged")
    if row.id != batch.ids[change.name] or batch.record(row).system != batch.system:
        return None
    people.check_use(batch.work, row)
    batch.removed.append(row)
    batch.touched.discard(row.id)
    batch.heard(change, None)
    return Result(change.number, change.name, "deleted", row.id)


async def _register(batch: Batch, said: Said, change: Change) -> Result:
    facts = dict(said.facts)
    name = {"system": batch.system, "value": change.name}
    facts["external_ids"] = external_ids.merged(facts["external_ids"], [name])
    word = batch.word(change.name)
    gone_at = word.said_at if word is not None and word.gone else None
    given, kept = grants.new_ones(said, {}, at=change.at, now=batch.work.now, gone_at=gone_at)
    made = people.new(batch.work, **facts)
    granted = await _granted(batch, made.id, given)
    batch.made.append(made)
    batch.records[made.id] = Record(batch.system, change.at)
    batch.touched.add(made.id)
    batch.heard(change, made.id)
    batch.tell(events.PARTICIPANT_CREATED, made)
    batch.grant(granted)
    return Result(change.number, change.name, "created", made.id, kept=kept)


async def _granted(batch: Batch, person: UUID, given: grants.Given) -> list[Consent]:
    new = batch.grounds.new
    return [await new(person, path=f"/consents/{number}/recipient_id", **one) for number, one in given.items()]


async def _update(batch: Batch, row: Participant, said: Said, change: Change) -> Result:
    """Change what the rules let a line change, and bring her grants up to it: what has ended there ends first."""
    pairs = batch.pairs.get(row.id, [])
    fields = ["consents_ended"] if await grants.end(batch.work, pairs, said, at=change.at) else []
    by = From(batch.system, change.at)
    facts, kept = _weighed(row, batch.record(row), said, by)
    given, ended = grants.anew(batch.work, pairs, said, at=change.at)
    granted = await _granted(batch, row.id, given)
    names = await _named(batch, row, said, change)
    if facts or granted or names:
        people.check_use(batch.work, row)
        fields += [*facts, *names, *(["consents"] if granted else [])]
    _note(batch, row, set(facts) | set(names), by)
    if row.change(batch.work.now, **people.placed(facts), **names):
        batch.tell(events.PARTICIPANT_CHANGED, row)
    batch.grant(granted)
    batch.heard(change, batch.ids[change.name])
    outcome: Any = "updated" if fields else "unchanged"
    return Result(change.number, change.name, outcome, row.id, fields=fields, kept=kept | ended)


def _note(batch: Batch, row: Participant, names: set[str], by: From) -> None:
    if names:
        batch.record(row).note(names - {"external_ids"}, by)
        batch.touched.add(row.id)


async def _named(batch: Batch, row: Participant, said: Said, change: Change) -> dict[str, Any]:
    """Give her the names that a line says she has beside those she had; return the column if that changes it."""
    told = [*said.facts["external_ids"], {"system": batch.system, "value": change.name}]
    if external_ids.merged(row.external_ids, told) == row.external_ids:
        return {}
    carried = await names_to_carry(batch.work, Participant, row.id, row.external_ids, told)
    if carried == row.external_ids:
        return {}
    async with batch.work.session.begin_nested():
        every = [ExternalId(**name) for name in carried]
        await external_ids.claim(batch.work, batch.collection, row.id, every)
    return {"external_ids": carried}


def _weighed(row: Participant, record: Record, said: Said, by: From) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the facts that a line changes, and which fields stay although it says otherwise."""
    facts: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for field in sorted(said.named & RULES.keys()):
        told = said.facts[field]
        if all(getattr(row, column) == value for column, value in people.placed({field: told}).items()):
            continue
        if record.bars(RULES[field], field, by, narrows=narrows(field, told)):
            last = record.of(field)
            system = record.system if RULES[field] == "owner" else last.system
            kept[field] = {"rule": RULES[field], "system": system, "at": last.at.isoformat()}
        else:
            facts[field] = told
    return facts, kept


# --- alone ---------------------------------------------------------------------------------------------------------


async def _alone(work: Work, system: str, change: Change) -> Result:
    """Take one line within a savepoint of its own."""
    try:
        async with work.session.begin_nested():
            return await _without_data(work, ExternalId(system=system, value=change.name), change)
    except Unavailable:
        raise
    except Problem as problem:
        return _refused(change, problem)


async def _without_data(work: Work, name: ExternalId, change: Change) -> Result:
    known = await external_ids.find(work, people.collection(work.organisation), name)
    if change.renamed_to is None:
        return await _unlink(work, name, known, change)
    word = await _word(work, name)
    if _is_stale(word, change):
        return Result(change.number, change.name, "stale", known)
    return await _rename(work, name, known, change, ever=word is not None)


async def _word(work: Work, name: ExternalId) -> Any:
    key = key_of(work.tenant, people.collection(work.organisation), name.system, name.value)
    return (await COPIES.last_words(work, [key])).get(key)


async def _heard(work: Work, name: ExternalId, change: Change, resource: UUID | None) -> None:
    collection = people.collection(work.organisation)
    word = COPIES.word(work, collection, name.model_dump(), said_at=change.at, resource=resource)
    await COPIES.keep_words(work, [word])


async def _unlink(work: Work, name: ExternalId, known: UUID | None, change: Change) -> Result:
    """Take one name away: of somebody whom another system keeps, or of a record that was merged into hers."""
    assert known is not None  # of nobody there is nothing to take away: that was judged before
    row = await people.own(work, known)
    if row.id == known:
        rest = [one for one in row.external_ids if one["system"] != name.system]
        await people.change(work, row.id, if_match=None, external_ids=rest)
    else:
        await external_ids.drop(work, people.collection(work.organisation), known, name.system)
    await _heard(work, name, change, None)
    return Result(change.number, change.name, "unlinked", row.id)


async def _rename(work: Work, name: ExternalId, known: UUID | None, change: Change, *, ever: bool) -> Result:
    """Give her her new id. Said again it only keeps the old id from coming back. `ever`: the old one was heard of.

    Where she was deleted under the new id since, she is gone. Two records are never made one by this: merge them.
    """
    new = ExternalId(system=name.system, value=change.renamed_to or "")
    other, word = await external_ids.find(work, people.collection(work.organisation), new), await _word(work, new)
    if known is None and other is None and word is None and not ever:
        raise UnknownRecord("Push it first, and then this line again.")
    if other is not None and known is not None:
        raise external_ids.ExternalIdTaken(f"Both ids stand for somebody here: {name.value} and {new.value}.")
    overtaken = known is not None and word is not None and word.gone and word.said_at > change.at
    if known is not None and overtaken:
        await people.remove(work, known, if_match=None)
    await _heard(work, name, change, None)
    if known is None or overtaken:
        return Result(change.number, change.name, "unchanged" if known is None else "deleted", known or other)
    row = await people.own(work, known)
    names = external_ids.merged(row.external_ids, [new.model_dump()])
    await people.change(work, row.id, if_match=None, by=From(name.system, change.at), external_ids=names)
    await _heard(work, new, change, row.id)
    return Result(change.number, change.name, "renamed", row.id)
