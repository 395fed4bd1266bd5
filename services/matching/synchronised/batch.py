"""A batch of pushed listings: all that has to be known of them, asked for at once, and all that is written at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.incoming.lines import Change
from services.kernel.origins import Record, born, key_of
from services.kernel.problems import Problem
from services.kernel.work import Fact, Work
from services.matching import clients, facts
from services.matching.listings.domain import COLLECTIONS, Kind
from services.matching.models import COPIES, Need, Offer
from services.matching.people import operations as people
from services.matching.synchronised import repository
from services.matching.synchronised.domain import Said, UnknownOwner


@dataclass(slots=True)
class Owners:
    """Who the owners are whom a batch names, and which of them may be matched."""

    named: Mapping[tuple[str, str], clients.Known] = field(default_factory=dict)
    said: Mapping[UUID, clients.Verdict] = field(default_factory=dict)

    def known(self, said: Said) -> clients.Known | None:
        """Return the participant whom a line names as owner, if it names one. Raises UnknownOwner."""
        one = said.participant
        if one is None or isinstance(one, UUID):
            return None if one is None else clients.Known(one, one)
        found = self.named.get((one.system, one.value))
        if found is None:
            raise UnknownOwner("Push the participant first, and then this line again.")
        return found

    def may_be_matched(self, person: UUID) -> bool:
        """Say whether the caller's organisation may match somebody, as the authority has just said."""
        return person in self.said and self.said[person].allowed


@dataclass(slots=True)
class Batch:
    """What is known of the listings of a batch, and what will be written."""

    work: Work
    kind: Kind
    system: str
    collection: str
    said: Mapping[str, Said | Problem]
    ids: dict[str, UUID]
    listings: dict[UUID, Need | Offer]
    records: dict[UUID, Record]
    words: Mapping[UUID, Any]
    owners: Owners = field(default_factory=Owners)
    made: list[Need | Offer] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    new_words: list[dict[str, Any]] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)

    def listing(self, name: str) -> Need | Offer | None:
        """Return the listing that the system calls `name`."""
        return self.listings.get(self.ids[name]) if name in self.ids else None

    def record(self, listing: Need | Offer) -> Record:
        """Return where a listing came from."""
        return self.records.setdefault(listing.id, born(listing.external_ids, listing.updated_at))

    def word(self, name: str) -> Any:
        """Return the newest word about a name, if there was one."""
        return self.words.get(key_of(self.work.tenant, self.collection, self.system, name))

    def heard(self, name: str, change: Change, resource: UUID | None) -> None:
        """Note the newest word about a name; without a resource what it named is gone."""
        named, word = {"system": self.system, "value": name}, self.word(name)
        said_at = change.counts_from(word.said_at if word is not None else None)
        self.new_words.append(COPIES.word(self.work, self.collection, named, said_at=said_at, resource=resource))

    def tell(self, listing: Need | Offer, happened: str) -> None:
        """Note a fact, to be recorded with all others."""
        self.facts.append(facts.of_listing(self.kind, listing, happened))

    async def write(self) -> None:
        """Write everything, each kind of row with one statement."""
        await self.work.session.flush()
        await repository.add(self.work, self.kind, self.made)
        names = [(one.id, ExternalId(**name)) for one in self.made for name in one.external_ids]
        await external_ids.give(self.work, self.collection, names)
        await self.work.record_all(self.facts)
        records = {one: self.records[one] for one in sorted(self.touched)}
        await COPIES.keep_records(self.work, self.collection, records)
        await COPIES.keep_words(self.work, self.new_words)


async def load(
    work: Work, kind: Kind, system: str, changes: Sequence[Change], said: Mapping[str, Said | Problem]
) -> Batch:
    """Return a batch with all that is known of it; its names and listings are held. Raises ConsentUnknown."""
    collection = f"{COLLECTIONS[kind]}/{work.organisation}"
    names = sorted({name for change in changes for name in change.names})
    ids = await external_ids.find_all(work, collection, system, names)
    listings = await repository.locked(work, kind, set(ids.values()))
    records = await COPIES.records(work, listings)
    words = await COPIES.last_words(work, [key_of(work.tenant, collection, system, name) for name in names])
    batch = Batch(work, kind, system, collection, said, ids, listings, records, words)
    batch.owners = await _owners(batch)
    return batch


async def _owners(batch: Batch) -> Owners:
    """Ask once who all owners are, and once who of them may be matched."""
    said = [one for one in batch.said.values() if isinstance(one, Said)]
    refs = [one.participant for one in said if one.participant is not None]
    by_name = {(one.system, one.value) for one in refs if not isinstance(one, UUID)}
    named = await clients.named(batch.work, by_name)
    asked = {one for one in refs if isinstance(one, UUID)} | {one.lives_as for one in named.values()}
    asked |= {row.participant_id for row in batch.listings.values() if row.participant_id is not None}
    verdicts = await clients.verdicts(batch.work, asked, organisation=batch.work.organisation)
    await people.know_all(batch.work, {one for one, verdict in verdicts.items() if verdict.allowed})
    return Owners(named, verdicts)
