"""A search: what was asked is read, looked up, counted, and shown with the reasons."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz, process

from services.directory.assets.calendar import occurrences
from services.directory.gazetteer import operations as gazetteer
from services.directory.gazetteer import repository as places
from services.directory.models import Asset, Person
from services.directory.people_shown import repository as people_shown
from services.directory.search import domain, index, pieces, postings, repository
from services.directory.search.domain import Circle, Counts, Question, Reason, Wanted
from services.directory.search.entries import Entry, entry_of
from services.directory.search.pieces import Asked
from services.directory.search.repository import Hit
from services.directory.vocabulary.linkers import Linkers, Reader
from services.kernel.problems import Invalid
from services.kernel.work import Work
from services.vocabulary import CATEGORIES, label
from services.vocabulary.concepts import concepts
from services.vocabulary.normal import plain, words

USUAL_RADIUS_KM = 5.0
_LEAST_LIKELY, _SHARE = 0.2, 0.4
_MOST_CONCEPTS = 3
_SHORTEST_BEGUN, _SHORTEST_ALIKE = 3, 4
_BEGUN, _ALIKE, _ALIKE_ENOUGH = 30, 6, 78.0
_LOOKED_AT = 5_000
_MOST_PEOPLE = 2_000


@dataclass(frozen=True, slots=True)
class Request:
    """What a caller asks for: words with their language, a place by one of its names, and filters."""

    words: str | None = None
    language: str | None = None
    near: tuple[float, float] | None = None
    postcode: str | None = None
    radius_km: float | None = None
    area: str | None = None
    concept: str | None = None
    wanted: Wanted = field(default_factory=Wanted)


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit with the asset itself, where it is, what it is about, and why it was found."""

    hit: Hit
    asset: Asset
    place: tuple[float, float] | None
    concepts: Sequence[str]
    reasons: Sequence[Reason]


@dataclass(slots=True)
class Prepared:
    """A search that is ready to be run, with what its answer needs to know of the question."""

    asked: Asked
    question: Question | None
    people: Mapping[UUID, tuple[Person, Entry]]
    labels: Mapping[str, str]
    known_by: str | None
    area_names: Mapping[str, str]


async def prepare(work: Work, request: Request, *, linkers: Linkers, with_people: bool = True) -> Prepared:
    """Read what was asked for. Raises Invalid, UnknownPostcode, SearchTooWide."""
    reader = await linkers.of(work)
    question, labels = await _question(work, request, linkers, reader)
    circle, known_by = await _circle(work, request)
    if request.wanted.sort == "distance" and circle is None:
        raise Invalid.field("/sort", "by distance needs near or postcode", source="query")
    names = {plain(one.name): one.name for one in await places.areas(work)}
    wanted = replace(
        request.wanted, circle=circle, concepts=_concepts(request.concept, reader),
        areas=await _areas(work, request.area),
    )  # fmt: skip
    people = await _people(work, wanted) if with_people else {}
    asked = pieces.asked(wanted, question, [entry for _, entry in people.values()])
    if question is not None and len(question.words) > 1 and not await repository.has_hits(work, asked):
        asked.needed = 1  # nothing has all the words: let some of them be enough
    await _look_at_hours(work, asked, wanted, people)
    if await postings.is_bare(work):
        await work.defer(index.RENEW)
    return Prepared(asked, question, people, labels, known_by, names)


async def page(work: Work, prepared: Prepared, *, limit: int) -> tuple[list[Shown], Hit | None]:
    """Return up to `limit` hits with all that is shown of them, and after which one to go on, if there are more."""
    hits = await repository.page(work, prepared.asked, limit=limit + 1)
    return await _cut(work, prepared, hits, limit)


async def first_page(
    work: Work, prepared: Prepared, *, limit: int, facets: bool
) -> tuple[list[Shown], Hit | None, Counts]:
    """Return the first page, after which hit to go on, and how many there are and what filters hid."""
    hits, counts = await repository.first_page(work, prepared.asked, limit=limit + 1, facets=facets)
    return *(await _cut(work, prepared, hits, limit)), counts


async def _cut(work: Work, prepared: Prepared, hits: Sequence[Hit], limit: int) -> tuple[list[Shown], Hit | None]:
    last = hits[limit - 1] if len(hits) > limit else None
    return await shown(work, prepared, hits[:limit]), last


async def shown(work: Work, prepared: Prepared, hits: Sequence[Hit]) -> list[Shown]:
    """Return hits with the assets themselves; one that went meanwhile is left out."""
    kept = {hit.id: hit.kind for hit in hits if hit.id not in prepared.people}
    assets: dict[UUID, Asset] = {one.id: one for one in await index.assets_of(work, kept)}
    assets |= {one: person for one, (person, _) in prepared.people.items()}
    terms_of = await repository.terms_of(work, list(kept))
    terms_of |= {one: entry.terms for one, (_, entry) in prepared.people.items()}
    points = await repository.first_points(work, list(kept), prepared.asked.circle)
    return [
        Shown(
            hit, assets[hit.id], points.get(hit.id),
            sorted(term[1:] for term in terms_of[hit.id] if term.startswith("#")),
            domain.why(prepared.question, name=hit.name, terms=terms_of[hit.id], labels=prepared.labels,
                       distance_km=None if hit.metres is None else hit.metres / 1000),
        )
        for hit in hits if hit.id in assets and assets[hit.id].deleted_at is None
    ]  # fmt: skip


async def stream(work: Work, prepared: Prepared, *, at_once: int) -> AsyncIterator[list[Hit]]:
    """Yield all hits in their order, some at a time, from a cursor that the server holds."""
    query = repository.page_query(prepared.asked, limit=None)
    parameters = repository.page_parameters(prepared.asked, limit=None)
    rows = await work.session.stream(query, parameters, execution_options={"yield_per": at_once})
    async for some in rows.partitions(at_once):
        yield [Hit(*row) for row in some]


# --- what was asked --------------------------------------------------------------------------------------------------


async def _question(
    work: Work, request: Request, linkers: Linkers, reader: Reader
) -> tuple[Question | None, dict[str, str]]:
    """Return what was asked in words, and what the concepts of our vocabulary are called in its language."""
    if request.words is None:
        return None, {}
    said = list(dict.fromkeys(words(request.words)))[: domain.LONGEST_QUESTION]
    if not said:
        raise Invalid.field("/q", "has no letter and no digit", source="query")
    stands_for = [await _stands_for(work, word) for word in said]
    links = await linkers.read(reader, request.words, request.language)
    likely = max((one.score for one in links), default=0.0)
    meant = [one.concept for one in links[:_MOST_CONCEPTS]
             if one.score >= _LEAST_LIKELY and one.score >= _SHARE * likely]  # fmt: skip
    leads, same, near = domain.leads_of_concepts(meant)
    tongue = request.language or "en"
    labels = {one: await asyncio.to_thread(label, one, tongue) for one in same | near if one in concepts()}
    labels |= {one.concept: one.text for one in reader.own}
    leads = domain.leads_of_words(stands_for) + leads
    return Question(plain(request.words), said, leads, same, near), labels


async def _stands_for(work: Work, word: str) -> dict[str, domain.How]:
    """Return the word itself, words that begin with it, or, where there are none, words that look much like it."""
    found: dict[str, domain.How] = {word: "said"}
    if len(word) < _SHORTEST_BEGUN:
        return found
    begun, candidates = await repository.words_like(work, word, begun=_BEGUN)
    found |= dict.fromkeys((one for one in begun if one != word), "begun")
    if not begun and len(word) >= _SHORTEST_ALIKE:
        # A short word with two letters more or less is another word: sewing is not sing.
        alike = process.extract(
            word,
            [one for one in candidates if abs(len(one) - len(word)) <= len(word) // 4],
            scorer=fuzz.ratio,
            score_cutoff=_ALIKE_ENOUGH,
            limit=_ALIKE,
        )
        found |= dict.fromkeys((one for one, _, _ in alike), "alike")
    return found


async def _circle(work: Work, request: Request) -> tuple[Circle | None, str | None]:
    if request.near is not None and request.postcode is not None:
        raise Invalid.field("/near", "and postcode do not go together", source="query")
    radius = request.radius_km or USUAL_RADIUS_KM
    if request.near is not None:
        return Circle(request.near, radius), "point"
    if request.postcode is not None:
        middle, known_by = await gazetteer.where_is(work, request.postcode)
        return Circle(middle, radius), known_by
    if request.radius_km is not None:
        raise Invalid.field("/radius_km", "needs near or postcode", source="query")
    return None, None


def _concepts(key: str | None, reader: Reader) -> list[str]:
    """Return the terms of a concept and of everything narrower. Raises Invalid for a key that names none."""
    if key is None:
        return []
    if key in CATEGORIES:
        return [f"#{one.id}" for one in concepts().values() if one.category == key]
    if key not in concepts() and key not in {term.concept for term in reader.own}:
        raise Invalid.field("/concept", "names no concept", source="query")
    return [f"#{one}" for one in domain.narrower([key])]


async def _areas(work: Work, named: str | None) -> list[str]:
    """Return the plain names of an area and of all its parts, or the name itself where the gazetteer has none such."""
    if named is None:
        return []
    known = await places.areas(work)
    said = plain(named)
    found = [one.id for one in known if said in {plain(one.name), *map(plain, one.names.values())}]
    for one in found:  # grows while it is read
        found += [part.id for part in known if part.part_of == one and part.id not in found]
    return [plain(one.name) for one in known if one.id in found] or [said]


async def _people(work: Work, wanted: Wanted) -> dict[UUID, tuple[Person, Entry]]:
    """Return what those show of themselves whom the caller may see now; nothing of anybody is kept."""
    if wanted.circle is not None or (wanted.kinds and "person" not in wanted.kinds):
        return {}
    rows = await people_shown.searchable(work, limit=_MOST_PEOPLE + 1)
    if len(rows) > _MOST_PEOPLE:
        raise domain.SearchTooWide("More people show themselves to you than can be searched; name other kinds.")
    return {row.id: (row, entry_of(row, [], [])) for row in rows if row.name}


async def _look_at_hours(work: Work, asked: Asked, wanted: Wanted, people: Mapping[UUID, tuple[Person, Entry]]) -> None:
    """Look day by day at those whose hours are not plain weekly ones, and let those pass that are open."""
    since = wanted.open_from
    if since is None:
        return
    until = max(wanted.open_until or since, since + timedelta(minutes=1))
    pieces.in_zones(
        asked, [*await repository.zones(work), *(e.row["zone"] for _, e in people.values() if e.row["zone"])]
    )
    perhaps = await repository.perhaps_open(work, asked, limit=_LOOKED_AT + 1)
    if len(perhaps) > _LOOKED_AT:
        raise domain.SearchTooWide("Ask for a place, a kind or a word as well as for a time.")
    assets: list[Asset] = list(await index.assets_of(work, {k: v for k, v in perhaps.items() if k not in people}))
    assets += [people[one][0] for one in perhaps if one in people]
    openings: list[tuple[UUID, list[dict[str, Any]]]] = [(one.id, one.opening) for one in assets]

    def look() -> list[UUID]:
        return [one for one, windows in openings if occurrences(windows, since=since, until=until)]

    asked.parameters["open_ids"] = await asyncio.to_thread(look)
