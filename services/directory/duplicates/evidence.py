"""What is compared, read from the tables in a few queries for many entries, and which entries share a key."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, delete, func, insert, literal, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.directory.assets.repository import names_of_organisations
from services.directory.duplicates import keys
from services.directory.duplicates.domain import PEOPLE
from services.directory.duplicates.likeness import Entry, Somebody, Spot
from services.directory.duplicates.repository import ASSETS, table_of
from services.directory.models import Block, Contact, DuplicateKey, DuplicateLook, Participant, Place
from services.directory.models import Safeguards as Kept
from services.kernel.secrets import derived
from services.kernel.work import Work


def secret(work: Work) -> str:
    """Return what keys and contacts are hashed with: another for each tenant."""
    return derived(work.kernel.settings.service_secret, f"duplicates:{work.tenant}")


async def compared(work: Work, kind: str, ids: Collection[UUID]) -> list[Any]:
    """Return what is compared of those of `ids` that are there."""
    return await (_somebodies(work, ids) if kind == PEOPLE else _entries(work, kind, ids))


async def _entries(work: Work, kind: str, ids: Collection[UUID]) -> list[Entry]:
    table: Any = ASSETS[kind]
    query = select(table).where(table.id.in_(ids), table.deleted_at.is_(None), table.merged_into.is_(None))
    rows: Sequence[Any] = (await work.session.scalars(query)).all()
    named = {row.organisation_id for row in rows if getattr(row, "organisation_id", None)}
    hosts = await names_of_organisations(work, named)
    spots = await _spots(work, kind, rows)
    return [_entry(kind, row, hosts, spots.get(row.id, [])) for row in rows]


def _entry(kind: str, row: Any, hosts: dict[UUID, str], spots: Sequence[Spot]) -> Entry:
    host = getattr(row, "organisation_id", None)
    return Entry(
        id=row.id,
        kind=kind,
        name=row.name,
        description=row.description,
        website=keys.page(row.website),
        spots=spots,
        identifiers=frozenset((one["scheme"], one["value"]) for one in getattr(row, "identifiers", ())),
        external_ids={one["system"]: one["value"] for one in row.external_ids},
        languages=frozenset(tag.partition("-")[0] for tag in row.languages),
        source=row.source,
        host_id=host,
        host=hosts.get(host) if host else None,
        seen=row.version,
    )


async def _spots(work: Work, kind: str, rows: Sequence[Any]) -> dict[UUID, list[Spot]]:
    """Return where each of `rows` is: a place where it is, an organisation where its places are."""
    if kind == "places":
        return {row.id: [_spot(row)] for row in rows}
    if kind == "organisations":
        query = select(Place).where(col(Place.organisation_id).in_([row.id for row in rows]))
        found: dict[UUID, list[Spot]] = {}
        for place in await work.session.scalars(query.where(col(Place.deleted_at).is_(None))):
            found.setdefault(place.organisation_id, []).append(_spot(place))  # type: ignore[arg-type]
        return found
    wanted = {UUID(str(one)) for row in rows for one in row.place_ids}
    query = select(Place).where(col(Place.id).in_(wanted))
    places = {place.id: _spot(place) for place in await work.session.scalars(query)} if wanted else {}
    return {row.id: [places[UUID(one)] for one in row.place_ids if UUID(one) in places] for row in rows}


def _spot(place: Place) -> Spot:
    return Spot(
        keys.postcode(place.address.get("postal_code")), keys.street(place.address.get("lines")),
        place.latitude, place.longitude,
    )  # fmt: skip


async def _somebodies(work: Work, ids: Collection[UUID]) -> list[Somebody]:
    query = (
        select(Participant, Contact, Kept)
        .outerjoin(Contact, col(Contact.id) == col(Participant.id))
        .outerjoin(Kept, col(Kept.id) == col(Participant.id))
        .where(col(Participant.id).in_(ids), *_there())
    )
    key = secret(work)
    return [_somebody(row[0], row[1], row[2], key) for row in await work.session.execute(query)]


def _there() -> list[ColumnElement[bool]]:
    """Return the conditions that a participant may be compared at all: not deleted, absorbed, erased or restricted."""
    return [
        col(Participant.deleted_at).is_(None),
        col(Participant.merged_into).is_(None),
        col(Participant.restricted_at).is_(None),
    ]


def _somebody(participant: Participant, contact: Contact | None, kept: Kept | None, key: str) -> Somebody:
    reached = [keys.contact(one["kind"], one["value"], key) for one in contact.entries] if contact else []
    return Somebody(
        id=participant.id,
        name=participant.called,
        registered_by=participant.registered_by,
        languages=frozenset(one["tag"].partition("-")[0] for one in participant.languages),
        latitude=participant.latitude,
        longitude=participant.longitude,
        contacts=frozenset(one for one in reached if one is not None),
        born_on=kept.born_on if kept else None,
        seen=participant.version + (contact.version if contact else 0),
    )


def key_set(work: Work, one: Entry | Somebody) -> set[int]:
    """Return the keys of an entry in this tenant."""
    return keys.of_somebody(one, secret(work)) if isinstance(one, Somebody) else keys.of_entry(one, secret(work))


async def note(work: Work, kind: str, entries: Sequence[Any], *, looked: bool) -> None:
    """Keep the keys of `entries` instead of those before, and in which version they were looked at.

    A version is noted below nought while its keys are kept but it was not `looked` at.
    """
    ids = [one.id for one in entries]
    await work.session.execute(delete(DuplicateKey).where(col(DuplicateKey.entry_id).in_(ids)))
    rows = [
        {"id": work.new_id(), "kind": kind, "entry_id": one.id, "key": key}
        for one in entries
        for key in sorted(key_set(work, one))
    ]
    if rows:
        await work.session.execute(insert(DuplicateKey), rows)
    looks = upsert(DuplicateLook).values(
        [{"id": one.id, "kind": kind, "seen": one.seen if looked else -one.seen} for one in entries]
    )
    seen = {"seen": looks.excluded.seen}
    await work.session.execute(looks.on_conflict_do_update(index_elements=["tenant_id", "id"], set_=seen))


async def sharing(work: Work, kind: str, ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Return the pairs of one of `ids` and another entry that share keys that are not everybody's; smaller id first.

    In three plain steps: of a tenant that has just taken in thousands the database knows no figures yet, and it would
    join them all with all.
    """
    entry, key, of_kind = col(DuplicateKey.entry_id), col(DuplicateKey.key), col(DuplicateKey.kind) == kind
    mine = select(key).where(entry.in_(ids), of_kind).distinct()
    wanted = list(await work.session.scalars(mine))
    common = select(key).where(of_kind, _any_of(wanted)).group_by(key).having(func.count() <= keys.LARGEST_BLOCK)
    telling = list(await work.session.scalars(common)) if wanted else []
    blocks: dict[int, list[UUID]] = {}
    for row in await work.session.execute(select(key, entry).where(of_kind, _any_of(telling))) if telling else ():
        blocks.setdefault(row[0], []).append(row[1])
    return _often_together(blocks.values(), set(ids))


def _any_of(some: Sequence[int]) -> ColumnElement[bool]:
    """Say whether a key is one of very many, which travel as one list."""
    return col(DuplicateKey.key) == any_(literal(some, ARRAY(BigInteger)))


def _often_together(blocks: Iterable[Sequence[UUID]], ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    shared = Counter(
        (min(one, other), max(one, other))
        for block in blocks
        for n, one in enumerate(block)
        for other in block[n + 1 :]
        if one in ids or other in ids
    )
    return {pair for pair, often in shared.items() if often >= keys.ENOUGH}


async def unlooked(work: Work, kind: str, *, limit: int, keyless: bool = False) -> list[UUID]:
    """Return some entries that were not looked at in their present version, or of which not even keys are kept."""
    table = table_of(kind)
    version: Any = table.version
    seen = col(DuplicateLook.seen)
    query = select(table.id).outerjoin(DuplicateLook, col(DuplicateLook.id) == table.id)
    if kind == PEOPLE:
        query = query.outerjoin(Contact, col(Contact.id) == table.id).where(*_there())
        version = version + func.coalesce(col(Contact.version), 0)
    query = query.where(
        table.deleted_at.is_(None),
        table.merged_into.is_(None),
        or_(col(DuplicateLook.seen).is_(None), (func.abs(seen) if keyless else seen) != version),
    )
    return list(await work.session.scalars(query.order_by(table.id).limit(limit)))


async def forget_looks(work: Work, kind: str) -> None:
    """Let everything of a kind be looked at again."""
    await work.session.execute(delete(DuplicateLook).where(col(DuplicateLook.kind) == kind))


async def kept_apart(work: Work, pairs: Iterable[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Return those of `pairs` between whom a block stands: they are two, and that must not show."""
    people = {one for pair in pairs for one in pair}
    query = select(Block).where(col(Block.participant_id).in_(people), col(Block.other_id).in_(people))
    found: Iterable[Block] = await work.session.scalars(query) if people else ()
    return {(min(b.participant_id, b.other_id), max(b.participant_id, b.other_id)) for b in found}
