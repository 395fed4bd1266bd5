"""What can be done with needs and offers. Both behave alike; `kind` says which is meant."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.origins import HERE, From
from services.kernel.places import snap
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.matching import clients, facts
from services.matching.listings import repository
from services.matching.listings.domain import COLLECTIONS, Kind, step
from services.matching.listings.repository import TABLES, Wanted
from services.matching.matches import endings
from services.matching.models import COPIES, Need, Offer
from services.matching.people import operations as people
from services.vocabulary.contact import reveals_contact


async def create(work: Work, kind: Kind, *, values: Mapping[str, Any], names: Sequence[ExternalId]) -> Need | Offer:
    """Add a need or an offer of a participant whom the caller's organisation may match, or of that organisation.

    Raises Invalid for any other owner: unknown, foreign or without consent, the answer is the same.
    """
    holder = work.organisation
    kept = as_kept(values)
    await _check_owner(work, kept["participant_id"], kept["organisation_id"])
    listing = TABLES[kind](
        **{"state": "open", **kept},
        id=work.new_id(), held_by=holder, created_at=work.now, updated_at=work.now,
        external_ids=_sorted_names(names),
    )  # fmt: skip
    work.session.add(listing)
    await work.session.flush()
    await external_ids.claim(work, _collection(kind, holder), listing.id, names)
    await facts.listing(work, kind, listing, "created")
    return listing


def _collection(kind: Kind, holder: UUID) -> str:
    # Each organisation names what it holds: a name must not tell that another's listing exists.
    return f"{COLLECTIONS[kind]}/{holder}"


def named(work: Work, kind: Kind, name: ExternalId | None) -> Select[UUID] | None:
    """Return the query for the listing that the caller's organisation calls `name`."""
    return None if name is None else external_ids.named(_collection(kind, work.organisation), name)


async def get(work: Work, kind: Kind, listing_id: UUID) -> Need | Offer:
    """Return a listing that the caller may see. Raises NotFound."""
    listing = await repository.visible(work, kind, listing_id, in_care=await clients.in_care(work))
    if listing is None:
        raise NotFound
    return listing


async def page(work: Work, kind: Kind, wanted: Wanted, *, after: UUID | None, limit: int) -> Sequence[Need | Offer]:
    """Return listings that the caller may see, in the order of their ids."""
    in_care = await clients.in_care(work)
    return await repository.page(work, kind, wanted, in_care=in_care, after=after, limit=limit)


async def withheld(work: Work, rows: Sequence[Need | Offer]) -> set[UUID]:
    """Return which of `rows` are shown without their words: their person lets the holder match her no longer.

    She herself reads hers always. Where the authority does not answer, nothing is read on trust.
    """
    doubtful = [row for row in rows if row.participant_id is not None and row.participant_id != work.caller.person]
    found: set[UUID] = set()
    for holder in {row.held_by for row in doubtful}:
        theirs = {row.id: row.participant_id for row in doubtful if row.held_by == holder and row.participant_id}
        try:
            said = await clients.verdicts(work, set(theirs.values()), organisation=holder)
        except clients.ConsentUnknown:
            said = {}
        found |= {listing for listing, person in theirs.items() if person not in said or not said[person].allowed}
    return found


async def change(
    work: Work, kind: Kind, listing_id: UUID, *, values: Mapping[str, Any], if_match: str | None
) -> Need | Offer:
    """Change what `values` name. If nothing differs, nothing happens and no fact is recorded."""
    listing = await _locked(work, kind, listing_id, if_match)
    kept = as_kept(values)
    _check_capacity(listing, kept.get("capacity", listing.capacity))
    if "external_ids" in kept:
        if listing.held_by != work.organisation:
            raise Invalid.field("/external_ids", "are given by the organisation that holds it")
        names = [ExternalId.model_validate(name) for name in kept["external_ids"]]
        await external_ids.claim(work, _collection(kind, listing.held_by), listing.id, names)
        kept["external_ids"] = _sorted_names(names)
    await _note(work, kind, listing, kept, HERE)
    await _apply(work, kind, listing, kept)
    return listing


async def put_by_external_id(
    work: Work, kind: Kind, name: ExternalId, *, values: Mapping[str, Any], names: Sequence[ExternalId]
) -> tuple[Need | Offer, bool]:
    """Make the listing that the caller's organisation calls `name` as `values` say; return it and whether it is new."""
    every_name = list(dict.fromkeys([name, *names]))
    if len({one.system for one in every_name}) != len(every_name):
        raise Invalid.field("/external_ids", "names the system of the address with another value")
    known = await external_ids.find(work, _collection(kind, work.organisation), name)
    if known is None:
        made = await create(work, kind, values=values, names=every_name)
        await COPIES.pushed(work, _collection(kind, made.held_by), made, name.model_dump(), new=True)
        return made, True
    if await repository.visible(work, kind, known, in_care=await clients.in_care(work)) is None:
        raise external_ids.ExternalIdTaken(f"In the system {name.system}.")
    listing = await _locked(work, kind, known, None)
    kept = as_kept(values)
    _check_same_owner(listing, kept)
    _check_capacity(listing, kept["capacity"])
    kept.pop("state", None)  # states move by steps, not by repeated pushes
    every_name += _names_elsewhere(listing, every_name)
    await _note(work, kind, listing, kept, name.system)
    await external_ids.claim(work, _collection(kind, listing.held_by), listing.id, every_name)
    await _apply(work, kind, listing, {**kept, "external_ids": _sorted_names(every_name)})
    await COPIES.pushed(work, _collection(kind, listing.held_by), listing, name.model_dump(), new=False)
    return listing, False


async def move(work: Work, kind: Kind, listing_id: UUID, *, action: str, if_match: str | None = None) -> Need | Offer:
    """Take the step `action`. Raises IllegalState. Withdrawing ends what is only proposed."""
    listing = await _locked(work, kind, listing_id, if_match)
    listing.change(work.now, state=step(kind, listing.state, action))
    by = From(HERE, work.now)
    await COPIES.changed(work, _collection(kind, listing.held_by), listing, ["state"], by)
    await facts.listing(work, kind, listing, "withdrawn" if action == "withdraw" else "changed")
    if action == "withdraw":
        await endings.withdraw_of_listing(work, kind, listing.id, states=("proposed",))
    return listing


async def delete(work: Work, kind: Kind, listing_id: UUID, *, if_match: str | None) -> None:
    """Take a listing away: its matches end, its names are free again, a tombstone stays in the feed."""
    listing = await _locked(work, kind, listing_id, if_match)
    await remove(work, kind, listing)


async def remove(work: Work, kind: Kind, listing: Need | Offer) -> None:
    """Delete a listing that is locked already."""
    await endings.withdraw_of_listing(work, kind, listing.id, states=endings.LIVE)
    await COPIES.bury(work, [listing.id])
    listing.change(work.now, deleted_at=work.now, external_ids=[])
    await external_ids.release(work, _collection(kind, listing.held_by), listing.id)
    await facts.listing(work, kind, listing, "deleted")


async def withdraw_people(work: Work, gone: Collection[UUID]) -> None:
    """Withdraw every listing of people who are gone, with all matches they are in."""
    for person in gone:
        for listing in await repository.of_participant(work, person):
            kind: Kind = "need" if isinstance(listing, Need) else "offer"
            await endings.withdraw_of_listing(work, kind, listing.id, states=endings.LIVE)
            # What was withdrawn before has lost its words all the same: whoever keeps a copy must hear of it.
            happened = "withdrawn" if listing.change(work.now, state="withdrawn") else "consent_changed"
            await facts.listing(work, kind, listing, happened)


async def tell_of_consent(work: Work, people: Collection[UUID]) -> None:
    """Record of every listing of these people that what its holder may read of it has changed.

    The listing has not: but whoever keeps a copy must fetch it again, to drop words that are withheld now.
    """
    for person in people:
        for listing in await repository.of_participant(work, person):
            await facts.listing(work, "need" if isinstance(listing, Need) else "offer", listing, "consent_changed")


async def follow_publication(work: Work, said: clients.Publication) -> None:
    """Bring the listing of a publication up to what was published. An older or repeated telling changes nothing."""
    listing = await repository.published_as(work, said.kind, said.id)
    if listing is None:
        if not said.withdrawn:
            await _add_published(work, said)
        return
    if listing.deleted_at is not None or (listing.source_version or 0) >= said.version:
        return
    if said.withdrawn:
        listing.source_version = said.version
        if listing.change(work.now, state="withdrawn"):
            await facts.listing(work, said.kind, listing, "withdrawn")
            await endings.withdraw_of_listing(work, said.kind, listing.id, states=("proposed",))
        return
    again = {"state": "open"} if listing.state == "withdrawn" else {}
    await _apply(work, said.kind, listing, {**_as_published(said), **again, "source_version": said.version})


async def _add_published(work: Work, said: clients.Publication) -> None:
    await people.know(work, said.participant_id)
    listing = TABLES[said.kind](
        **_as_published(said), id=work.new_id(), state="open", participant_id=said.participant_id,
        held_by=said.held_by, publication_id=said.id, source_version=said.version,
        source_system=said.source.system, source_id=said.source.id, created_at=work.now, updated_at=work.now,
    )  # fmt: skip
    work.session.add(listing)
    await work.session.flush()
    await facts.listing(work, said.kind, listing, "created")


def _as_published(said: clients.Publication) -> dict[str, Any]:
    released = said.released_text
    place = None if said.place is None else said.place.model_dump()
    taken = {"title", "text", "language", "category", "concepts", "means", "minutes", "exchange"}
    kept = said.model_dump(include=taken)
    kept |= {"availability": said.availability, "place": place, "conditions": said.conditions.model_dump()}
    kept["released_text"] = None if released is None or reveals_contact(released) else released
    return as_kept(kept)


def as_kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as the table keeps them: the place coarse, the source in two columns."""
    kept = dict(values)
    if "place" in kept:
        place = kept.pop("place")
        coarse = (None, None) if place is None else snap(place["latitude"], place["longitude"])
        kept["latitude"], kept["longitude"] = coarse
    if "source" in kept:
        source = kept.pop("source")
        kept |= {"source_system": source["system"], "source_id": source["id"]}
    return kept


_FIELDS = {"latitude": "place", "longitude": "place", "source_system": "source", "source_id": "source"}


async def _note(work: Work, kind: Kind, listing: Need | Offer, values: Mapping[str, Any], system: str) -> None:
    """Note which fields are about to change, and that it was `system` who changed them."""
    changed = {_FIELDS.get(name, name) for name, value in values.items() if getattr(listing, name) != value}
    await COPIES.changed(work, _collection(kind, listing.held_by), listing, changed, From(system, work.now))


def _sorted_names(names: Sequence[ExternalId]) -> list[dict[str, str]]:
    return [name.model_dump() for name in sorted(names, key=lambda one: one.system)]


def _names_elsewhere(listing: Need | Offer, names: Sequence[ExternalId]) -> list[ExternalId]:
    """Return its names in systems that `names` say nothing about: one system's push does not undo another's."""
    told = {name.system for name in names}
    return [ExternalId.model_validate(name) for name in listing.external_ids if name["system"] not in told]


async def _locked(work: Work, kind: Kind, listing_id: UUID, if_match: str | None) -> Need | Offer:
    await get(work, kind, listing_id)
    listing = await repository.lock(work, kind, listing_id)
    if listing is None or listing.deleted_at is not None:
        raise NotFound
    check_version(if_match, listing.version)
    return listing


async def _apply(work: Work, kind: Kind, listing: Need | Offer, values: Mapping[str, Any]) -> None:
    if listing.change(work.now, **values):
        await facts.listing(work, kind, listing, "changed")


async def _check_owner(work: Work, participant: UUID | None, organisation: UUID | None) -> None:
    if participant is None:
        if work.caller.person is not None or organisation != work.organisation:
            raise Invalid.field("/organisation_id", "must be your own organisation")
        return
    mine = work.caller.person in (None, participant)
    known: Mapping[UUID, clients.Verdict] = {}
    if mine:
        known = await clients.verdicts(work, [participant], organisation=work.organisation, staff=work.caller.staff)
    if participant not in known or not known[participant].allowed:
        raise Invalid.field("/participant_id", "is no participant whom your organisation may match")
    await people.know(work, participant)


def _check_same_owner(listing: Need | Offer, values: Mapping[str, Any]) -> None:
    if (listing.participant_id, listing.organisation_id) != (values["participant_id"], values["organisation_id"]):
        raise Invalid.field("/participant_id", "cannot change: a listing stays with its owner")


def _check_capacity(listing: Need | Offer, capacity: int) -> None:
    if capacity < listing.taken:
        raise Invalid.field("/capacity", "is less than what accepted matches have taken")
