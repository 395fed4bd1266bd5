"""What a search reads of each asset, kept in the transaction that changes the asset.

An asset is found by its words, its place and all that filters ask for as soon as the change is committed. What its
text is *about* is read a moment later, in the background: then it is also found by concepts, in other languages, and
its words help those who mistype them. People are never in the index: what they show is read from their own table.

`noted` is called for one asset that was added, changed or deleted. Who takes in thousands opens `in_batch` around a
transaction's worth of them: they are entered together at its end.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from services.directory.assets.repository import KINDS, NAMES
from services.directory.gazetteer import repository as gazetteer
from services.directory.gazetteer.domain import Position, code_of, distance_km, within
from services.directory.models import Area, Asset, Person, Place, Postcode
from services.directory.search import postings
from services.directory.search.entries import LINKED, Entry, entry_of, text_to_link
from services.directory.vocabulary.linkers import Linkers
from services.kernel.context import Kernel
from services.kernel.work import Work, as_service
from services.vocabulary.linking import Linker
from services.vocabulary.normal import plain, words

LINK, RENEW = "link_assets", "renew_asset_index"
_BATCH = 200
_NOTED, _KINDS, _AREAS, _QUEUED = "search.noted", "search.kinds", "search.areas", "search.queued"
_LEAST_LIKELY = 0.2
_MOST_CONCEPTS = 3
_GIVEN_UP = {"inactive", "defunct", "cancelled", "ended"}
_LINKERS = Linkers(most=4)


async def noted(work: Work, asset: Asset) -> None:
    """Keep what a search reads of an asset that was added, changed, merged or deleted."""
    if isinstance(asset, Person):
        return
    waiting: list[UUID] | None = work.session.info.get(_NOTED)
    if waiting is None:
        await put(work, [asset])
    else:
        waiting.append(asset.id)
        work.session.info.setdefault(_KINDS, {})[asset.id] = NAMES[type(asset)]


@asynccontextmanager
async def in_batch(work: Work) -> AsyncIterator[None]:
    """Enter all assets that are noted meanwhile together, at the end; what was rolled back is left out."""
    work.session.info[_NOTED] = []
    try:
        yield
    finally:
        waiting = list(dict.fromkeys(work.session.info.pop(_NOTED)))
        kinds = work.session.info.pop(_KINDS, {})
    await _put_again(work, {one: kinds[one] for one in waiting})


def link_later(work: Work) -> None:
    """Have nothing read in the background because of this transaction: who takes in thousands asks at the end."""
    work.session.info.setdefault(_QUEUED, set()).add(LINK)


async def link_soon(work: Work) -> None:
    """Have those read whose text has not been read yet."""
    await work.defer(LINK)


async def put(work: Work, assets: Sequence[Asset]) -> None:
    """Keep what a search reads of these assets; of deleted and merged ones nothing. Those at a place that moved follow.

    People are passed over.
    """
    some = [asset for asset in assets if not isinstance(asset, Person)]
    await work.session.flush()
    await drop(work, [one.id for one in some if not _is_found(one)])
    there = [one for one in some if _is_found(one)]
    if not there:
        return
    entries = await _entries(work, there)
    places = {one.id for one in entries if one.row["kind"] == "place"}
    before = await postings.points_of(work, places)
    await postings.keep(work, entries)
    moved = [one.id for one in entries if one.id in before and before[one.id] != one.points]
    if moved:
        await _put_again(work, await postings.at_places(work, moved))
    await _queue(work, LINK)


def _is_found(asset: Asset) -> bool:
    """Say whether an asset is to be found: one that was deleted, merged or given up is not."""
    return asset.deleted_at is None and asset.merged_into is None and getattr(asset, "status", "") not in _GIVEN_UP


async def drop(work: Work, ids: Collection[UUID]) -> None:
    """Take assets out of the index."""
    if ids:
        await postings.remove(work, ids)


async def _put_again(work: Work, kinds: dict[UUID, str]) -> None:
    await put(work, await assets_of(work, kinds))


async def assets_of(work: Work, kinds: dict[UUID, str]) -> list[Asset]:
    """Return the assets with these ids, of the kinds said, in no order; what is deleted is among them."""
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for one, kind in kinds.items():
        by_kind[kind].append(one)
    return [asset for kind, ids in by_kind.items() for asset in await postings.assets(work, KINDS[kind], ids)]


async def _queue(work: Work, task: str) -> None:
    """Queue a task once for each transaction."""
    queued: set[str] = work.session.info.setdefault(_QUEUED, set())
    if task not in queued:
        queued.add(task)
        await work.defer(task)


# --- where an asset is -----------------------------------------------------------------------------------------------


async def _entries(work: Work, assets: Sequence[Asset]) -> list[Entry]:
    places = await _places(work, assets)
    codes = {one.id: _code(one) for one in places.values()}
    known = await gazetteer.postcodes(work, {code for code in codes.values() if code})
    areas = await _areas(work)
    return await asyncio.to_thread(_made, assets, places, codes, known, areas)


def _made(
    assets: Sequence[Asset], places: dict[UUID, Place], codes: Mapping[UUID, str | None],
    known: Mapping[str, Postcode], areas: Sequence[Area],
) -> list[Entry]:  # fmt: skip
    entries = []
    for asset in assets:
        points: list[Position] = []
        inside: set[str] = set()
        for place in _at(asset, places):
            listed = known.get(codes[place.id] or "")
            if place.latitude is not None and place.longitude is not None:
                points.append((place.latitude, place.longitude))
            elif listed is not None:
                points.append((listed.latitude, listed.longitude))
            inside |= {plain(listed.area)} if listed is not None and listed.area else set()
        inside |= {plain(area.name) for area in areas if any(_is_in(point, area) for point in points)}
        entry = entry_of(asset, points, inside)
        entry.row["areas"] = sorted({_proper(one, areas) for one in entry.row["areas"]})
        entries.append(entry)
    return entries


async def _places(work: Work, assets: Sequence[Asset]) -> dict[UUID, Place]:
    places = {one.id: one for one in assets if isinstance(one, Place)}
    wanted = {UUID(place) for one in assets for place in getattr(one, "place_ids", None) or ()} - places.keys()
    return places | {one.id: one for one in await postings.assets(work, Place, wanted) if one.deleted_at is None}


def _at(asset: Asset, places: dict[UUID, Place]) -> list[Place]:
    ids = [asset.id] if isinstance(asset, Place) else [UUID(one) for one in getattr(asset, "place_ids", None) or ()]
    return [places[one] for one in ids if one in places]


def _code(place: Place) -> str | None:
    try:
        return code_of(place.address.get("postal_code") or "")
    except ValueError:
        return None


async def _areas(work: Work) -> Sequence[Area]:
    """Return the areas, read once for each transaction."""
    if _AREAS not in work.session.info:
        work.session.info[_AREAS] = await gazetteer.areas(work)
    known: Sequence[Area] = work.session.info[_AREAS]
    return known


def _is_in(point: Position, area: Area) -> bool:
    if area.shape is not None:
        return within(point, area.shape)
    if area.latitude is None or area.longitude is None or area.radius_km is None:
        return False
    return distance_km(point, (area.latitude, area.longitude)) <= area.radius_km


def _proper(name: str, areas: Iterable[Area]) -> str:
    """Return the plain name of the area that is called so in some language, or the name itself."""
    return next((plain(area.name) for area in areas if name in {plain(one) for one in area.names.values()}), name)


# --- in the background -----------------------------------------------------------------------------------------------


async def places_changed(work: Work) -> None:
    """Have everything entered anew: areas or postcodes have changed."""
    work.session.info.pop(_AREAS, None)
    await _queue(work, RENEW)


async def term_changed(work: Work, text: str) -> None:
    """Have those read again whose words a community's own term shares."""
    if await postings.unlink(work, words(text)):
        await _queue(work, LINK)


async def renew(kernel: Kernel, *, tenant: str) -> None:
    """Enter every asset of a tenant anew, some at a time. Running it twice changes nothing."""
    for table in KINDS.values():
        after: UUID | None = None
        while True:
            async with as_service(kernel, UUID(tenant)) as work:
                some = await postings.present(work, table, after=after, limit=_BATCH)
                await put(work, some)
            if len(some) < _BATCH:
                break
            after = some[-1].id


async def link(kernel: Kernel, *, tenant: str) -> None:
    """Read what the assets are about whose text has not been read yet, some at a time, each time in one transaction."""
    while True:
        async with as_service(kernel, UUID(tenant)) as work:
            kinds = await postings.unlinked(work, limit=_BATCH)
            assets = await assets_of(work, kinds)
            linker = (await _LINKERS.of(work)).linker
            about = await asyncio.to_thread(_about, linker, [(one.id, text_to_link(one)) for one in assets])
            await postings.keep_links(work, kinds.keys(), about)
        if len(kinds) < _BATCH:
            return


def _about(linker: Linker, texts: Sequence[tuple[UUID, str]]) -> list[tuple[UUID, str, int]]:
    return [
        (asset, f"#{found.concept}", LINKED)
        for asset, text in texts
        for found in linker.link(text)[:_MOST_CONCEPTS]
        if found.score >= _LEAST_LIKELY
    ]
