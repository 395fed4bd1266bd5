"""A batch of pushed participants: all that must be known of them asked for at once, all that is written at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.directory import events
from services.directory.consents import granting
from services.directory.consents import operations as consents
from services.directory.consents import repository as grants_kept
from services.directory.duplicates.aliases import all_names
from services.directory.models import COPIES, Consent, Participant
from services.directory.people import operations as people
from services.directory.people_shown.repository import PURPOSE
from services.directory.people_shown.telling import seen_by_others
from services.directory.synchronised import repository
from services.directory.synchronised.domain import Said
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.incoming.lines import Change
from services.kernel.origins import Record, born, key_of
from services.kernel.problems import Problem
from services.kernel.work import Fact, Work


@dataclass(slots=True)
class Batch:
    """What is known of the people of a batch, and what will be written. `ids` are records, `lives` who they are now."""

    work: Work
    system: str
    collection: str
    said: Mapping[str, Said | Problem]
    ids: Mapping[str, UUID]
    lives: Mapping[UUID, UUID]
    people: Mapping[UUID, Participant]
    pairs: dict[UUID, list[consents.Pair]]
    records: dict[UUID, Record]
    words: Mapping[UUID, Any]
    grounds: granting.Grounds
    made: list[Participant] = field(default_factory=list)
    removed: list[Participant] = field(default_factory=list)
    granted: list[Consent] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    new_words: list[dict[str, Any]] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)

    async def person(self, name: str) -> Participant | None:
        """Return whom the system calls `name`. Raises NotFound, NotYours for somebody who is another's by now."""
        if name not in self.ids:
            return None
        found = self.people.get(self.lives[self.ids[name]])
        if found is None or not people.is_own(self.work, found):
            return await people.own(self.work, self.ids[name])
        return found

    def record(self, row: Participant) -> Record:
        """Return where what is kept of somebody came from."""
        return self.records.setdefault(row.id, born(row.external_ids, row.updated_at))

    def word(self, name: str) -> Any:
        """Return the newest word about a name, if there was one."""
        return self.words.get(key_of(self.work.tenant, self.collection, self.system, name))

    def heard(self, change: Change, resource: UUID | None) -> None:
        """Note the newest word about a name; without a resource what it named is gone."""
        named, word = {"system": self.system, "value": change.name}, self.word(change.name)
        said_at = change.counts_from(word.said_at if word is not None else None)
        self.new_words.append(COPIES.word(self.work, self.collection, named, said_at=said_at, resource=resource))

    def tell(self, fact: str, row: Participant) -> None:
        """Note a fact about somebody, to be recorded with all others."""
        self.facts.append(people.fact_of(fact, row))

    def grant(self, given: Sequence[Consent]) -> None:
        """Note grants of somebody, and tell of each under every id that she is known by."""
        self.granted += given
        for one in given:
            self.pairs.setdefault(one.participant_id, []).append((one, None))
            known_as = {record for record, now in self.lives.items() if now == one.participant_id}
            for name in sorted(known_as | {one.participant_id}):
                self.facts.append(granting.fact_of(events.CONSENT_GIVEN, name, one))

    async def write(self) -> None:
        """Write everything, each kind of row with one statement."""
        await self.work.session.flush()
        await people.remove_all(self.work, self.removed)
        await repository.add(self.work, self.made)
        await repository.add(self.work, self.granted)
        names = [(one.id, ExternalId(**name)) for one in self.made for name in one.external_ids]
        await external_ids.give(self.work, self.collection, names)
        await self.work.record_all(self.facts)
        await seen_by_others(self.work, {one.participant_id for one in self.granted if one.purpose == PURPOSE})
        records = {one: self.records[one] for one in sorted(self.touched)}
        await COPIES.keep_records(self.work, self.collection, records)
        await COPIES.keep_words(self.work, self.new_words)


async def load(work: Work, system: str, changes: Sequence[Change], said: Mapping[str, Said | Problem]) -> Batch:
    """Return a batch with all that is known of it; its names and people are held."""
    collection = people.collection(work.organisation)
    names = sorted(change.name for change in changes)
    ids = await external_ids.find_all(work, collection, system, names)
    lives = await all_names(work, set(ids.values()))
    rows = await repository.locked(work, set(lives.values()))
    pairs: dict[UUID, list[consents.Pair]] = {}
    for grant, revocation in await grants_kept.of_participants(work, lives):
        pairs.setdefault(lives[grant.participant_id], []).append((grant, revocation))
    records = await COPIES.records(work, rows)
    words = await COPIES.last_words(work, [key_of(work.tenant, collection, system, name) for name in names])
    grounds = granting.Grounds(work)
    return Batch(work, system, collection, said, ids, lives, rows, pairs, records, words, grounds)
