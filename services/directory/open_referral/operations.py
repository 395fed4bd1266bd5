"""What the public may read: pages and items of the feed, and the feed as a stream. It needs nobody's leave.

What is gone is gone: the format has no tombstones, so a deleted service is missing from the lists, and its address
answers 404. A reader that keeps a copy compares ids (`minimal=true` gives nothing but ids and times).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.directory.models import (
    Activity,
    Group,
    MicroProvider,
    Organisation,
    Service,
    Taxonomy,
    TaxonomyTerm,
)
from services.directory.open_referral import repository, shapes
from services.directory.open_referral.domain import Json, latest, page_of, stamp
from services.directory.open_referral.repository import Found, FoundAt, Near, Wanted
from services.directory.open_referral.taxonomies import operations as taxonomies
from services.directory.open_referral.taxonomies import ours
from services.directory.open_referral.taxonomies import repository as kept
from services.kernel.problems import NotFound
from services.kernel.work import Work

Detail = Literal["minimal", "brief", "full"]


@dataclass(frozen=True, slots=True)
class Slice:
    """Which page of a list, and how much of each thing on it."""

    number: int
    per_page: int
    detail: Detail = "brief"

    @property
    def offset(self) -> int:
        """Return how many rows come before the page."""
        return (self.number - 1) * self.per_page


@dataclass(frozen=True, slots=True)
class Shown:
    """A body, and when anything in it last changed."""

    body: Any
    modified: datetime | None = None


# --- services ------------------------------------------------------------------------------------------------------


async def services(work: Work, wanted: Wanted, cut: Slice) -> Shown:
    """Return one page of the services."""
    total = await repository.count(work, wanted)
    found = await repository.page(work, wanted, limit=cut.per_page, offset=cut.offset) if cut.offset < total else []
    bodies, modified = await _services(work, found, cut.detail)
    return Shown(page_of(bodies, total=total, number=cut.number, per_page=cut.per_page), modified)


async def service(work: Work, id: UUID) -> Shown:
    """Return one service with all that belongs to it. Raises NotFound."""
    found = await repository.find(work, id)
    if found is None:
        raise NotFound
    bodies, modified = await _services(work, [found], "full")
    return Shown(bodies[0], modified)


async def services_after(work: Work, wanted: Wanted, after: UUID, *, limit: int, detail: Detail) -> list[Json]:
    """Return the next services of a stream, in the order of their ids."""
    return (await _services(work, await repository.page(work, wanted, limit=limit, after=after), detail))[0]


async def _services(work: Work, found: Sequence[Found], detail: Detail) -> tuple[list[Json], datetime | None]:
    if detail == "minimal":
        changed = await _changed(work, found)
        known = [one for one in found if one.id in changed]
        return [shapes.minimal(one.id, changed[one.id]) for one in known], _newest(changed.values())
    entries = await _entries(work, found)
    ordered = [entries[one.id] for one in found if one.id in entries]  # what went meanwhile is not there
    around = await _around(work, found, ordered, placed=detail == "full")
    shape = shapes.nested if detail == "full" else _brief
    return [shape(one, around) for one in ordered], _newest(around.modified(one) for one in ordered)


def _brief(one: shapes.Offered, around: shapes.Around) -> Json:
    return shapes.service(one, around, full=False)


def _newest(moments: Iterable[datetime]) -> datetime | None:
    known = list(moments)
    return latest(known) if known else None


async def _entries(work: Work, found: Sequence[Found]) -> dict[UUID, shapes.Offered]:
    entries: dict[UUID, shapes.Offered] = {}
    for name, kind in repository.KINDS.items():
        entries |= await repository.rows(work, kind, [one.id for one in found if one.kind == name])
    return entries


async def _around(
    work: Work, found: Sequence[Found], entries: Sequence[shapes.Offered], *, placed: bool
) -> shapes.Around:
    """Fetch what is shown with some entries, in one query for each kind of thing; the places only if `placed`."""
    activities = [one for one in entries if isinstance(one, Activity)]
    owned = [one for one in entries if isinstance(one, Service | Activity)]
    places: dict[UUID, list[Any]] = defaultdict(list)
    for at, place in await repository.places_of(work, [one.id for one in entries] if placed else []):
        places[at.asset_id].append((at, place))
    codes = {code for one in entries if isinstance(one, Service) for code in one.codes}
    terms: dict[str, list[Any]] = defaultdict(list)
    known = await kept.called(work, codes)
    for term in known:
        for name in (term.code, str(term.id)):
            terms[name].append(term)
    return shapes.Around(
        organisations=await repository.rows(work, Organisation, [one.organisation_id for one in owned]),
        groups=await repository.rows(work, Group, [one.group_id for one in activities]),
        micro_providers=await repository.rows(work, MicroProvider, [one.micro_provider_id for one in activities]),
        places=places,
        changed=await _changed(work, found),
        terms=terms,
        taxonomies=await repository.rows(work, Taxonomy, [term.taxonomy_id for term in known]),
    )


async def _changed(work: Work, found: Sequence[Found]) -> dict[UUID, datetime]:
    changed: dict[UUID, datetime] = {}
    for name, kind in repository.KINDS.items():
        changed |= await repository.changed(work, kind, [one.id for one in found if one.kind == name])
    return changed


# --- services at places --------------------------------------------------------------------------------------------


async def at_places(work: Work, wanted: Wanted, near: Near | None, cut: Slice) -> Shown:
    """Return one page of services at places; with a place to start from, the nearest first."""
    total = await repository.count_at_places(work, wanted, near)
    found: Sequence[FoundAt] = []
    if cut.offset < total:
        found = await repository.page_at_places(work, wanted, near, limit=cut.per_page, offset=cut.offset)
    bodies, modified = await _at_places(work, found, cut.detail)
    return Shown(page_of(bodies, total=total, number=cut.number, per_page=cut.per_page), modified)


async def at_place(work: Work, id: UUID) -> Shown:
    """Return one service at one place. Raises NotFound."""
    found = await repository.find_at_place(work, id)
    if found is None:
        raise NotFound
    bodies, modified = await _at_places(work, [found], "full")
    # The profile's document describes this answer as a service's: with its name and status it is valid as either.
    body = {**bodies[0], **{name: bodies[0]["service"][name] for name in ("name", "status")}}
    return Shown(body, modified)


async def at_places_after(
    work: Work, wanted: Wanted, near: Near | None, after: UUID, *, limit: int, detail: Detail
) -> list[Json]:
    """Return the next services at places of a stream, in the order of their ids."""
    found = await repository.page_at_places(work, wanted, near, limit=limit, after=after)
    return (await _at_places(work, found, detail))[0]


async def _at_places(work: Work, found: Sequence[FoundAt], detail: Detail) -> tuple[list[Json], datetime | None]:
    offered = list(dict.fromkeys(Found(one.kind, one.asset) for one in found))
    entries = await _entries(work, offered)
    around = await _around(work, offered, list(entries.values()), placed=True)
    where = {at.id: (at, place) for pairs in around.places.values() for at, place in pairs}
    bodies = []
    for one in found:
        if one.id not in where or one.asset not in entries:
            continue  # it went meanwhile
        entry = entries[one.asset]
        if detail == "minimal":
            bodies.append(shapes.minimal(one.id, around.modified(entry)))
        else:
            bodies.append(shapes.at_location(entry, *where[one.id], around, full=detail == "full"))
    return bodies, _newest(around.modified(one) for one in entries.values())


# --- organisations -------------------------------------------------------------------------------------------------

_OF_ONE = 1000
"""How many services an organisation's own page shows; the rest are in /services?organization_id=."""


async def organizations(work: Work, words: Sequence[str], cut: Slice) -> Shown:
    """Return one page of organisations, groups and public micro-providers."""
    total = await repository.count_providers(work, words)
    found = await repository.page_of_providers(work, words, limit=cut.per_page, offset=cut.offset)
    rows = await _providers(work, found)
    shape = _minimal_provider if cut.detail == "minimal" else _provider(full=cut.detail == "full")
    body = page_of([shape(row) for row in rows], total=total, number=cut.number, per_page=cut.per_page)
    return Shown(body, _newest(row.updated_at for row in rows))


async def organizations_after(
    work: Work, words: Sequence[str], after: UUID, *, limit: int, detail: Detail
) -> tuple[list[Json], UUID | None]:
    """Return the next organisations of a stream, and the id to go on from."""
    found = await repository.page_of_providers(work, words, limit=limit, after=after)
    shape = _minimal_provider if detail == "minimal" else _provider(full=detail == "full")
    return [shape(row) for row in await _providers(work, found)], found[-1].id if found else None


async def organization(work: Work, id: UUID) -> Shown:
    """Return one organisation with its services. Raises NotFound."""
    found = await repository.find_provider(work, id)
    if found is None:
        raise NotFound
    (row,) = await _providers(work, [found])
    own, modified = await _services(work, await repository.offered_by(work, id, limit=_OF_ONE), "full")
    body = _provider(full=True)(row)
    for one in own:
        one.pop("organization")
    return Shown({**body, **({"services": own} if own else {})}, latest([row.updated_at, modified]))


def _provider(*, full: bool) -> Callable[[shapes.Provider], Json]:
    return lambda row: shapes.organization(row, full=full)


def _minimal_provider(row: shapes.Provider) -> Json:
    body = shapes.organization(row, full=False)
    return {"id": body["id"], "modified_date": stamp(row.updated_at)}


async def _providers(work: Work, found: Sequence[Found]) -> list[shapes.Provider]:
    rows: dict[UUID, shapes.Provider] = {}
    for name, kind in repository.PROVIDERS.items():
        rows |= await repository.rows(work, kind, [one.id for one in found if one.kind == name])
    return [rows[one.id] for one in found if one.id in rows]


# --- taxonomies ----------------------------------------------------------------------------------------------------


async def all_taxonomies(work: Work, cut: Slice) -> Shown:
    """Return one page of the taxonomies, our own first."""
    bodies = [shapes.own_taxonomy(), *(shapes.kept_taxonomy(one) for one in await kept.taxonomies(work))]
    shown = bodies[cut.offset : cut.offset + cut.per_page]
    return Shown(page_of(shown, total=len(bodies), number=cut.number, per_page=cut.per_page))


async def taxonomy(work: Work, id: UUID) -> Shown:
    """Return one taxonomy. Raises NotFound."""
    if id == ours.TAXONOMY:
        return Shown(shapes.own_taxonomy())
    found = await taxonomies.find(work, id)
    return Shown(shapes.kept_taxonomy(found), found.updated_at)


async def terms(work: Work, words: Sequence[str], within: UUID | None, cut: Slice) -> Shown:
    """Return one page of the terms, our own first."""
    mine = [one for one in ours.terms().values() if all(word in f"{one.name} {one.about}".lower() for word in words)]
    mine = mine if within in (None, ours.TAXONOMY) else []
    total = len(mine) + await kept.count_terms(work, taxonomy=within, words=words)
    first = [shapes.own_term(one) for one in mine[cut.offset : cut.offset + cut.per_page]]
    room = cut.per_page - len(first)
    rows = []
    if room > 0 and cut.offset + len(first) < total:
        offset = max(0, cut.offset - len(mine))
        rows = list(await kept.terms(work, taxonomy=within, words=words, offset=offset, limit=room))
    known = await repository.rows(work, Taxonomy, [one.taxonomy_id for one in rows])
    bodies = [*first, *(shapes.kept_term(one, known[one.taxonomy_id]) for one in rows)]
    return Shown(page_of(bodies, total=total, number=cut.number, per_page=cut.per_page))


async def term(work: Work, id: UUID) -> Shown:
    """Return one term. Raises NotFound."""
    if id in ours.terms():
        return Shown(shapes.own_term(ours.terms()[id]))
    found = await kept.one(work, TaxonomyTerm, id)
    if found is None:
        raise NotFound
    return Shown(shapes.kept_term(found, await taxonomies.find(work, found.taxonomy_id)), found.updated_at)
