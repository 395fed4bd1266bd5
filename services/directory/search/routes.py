"""HTTP for searching everything that a community has."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.directory.models import Person
from services.directory.search import operations, schemas
from services.directory.search.domain import Counts
from services.directory.search.operations import Prepared
from services.directory.search.schemas import AssetsFound, FacetCount, PlaceAsked
from services.kernel.paging import decode, encode, link_next
from services.kernel.work import Work, WorkRoute, within
from services.vocabulary import CATEGORIES, LANGUAGES, label

router = APIRouter(prefix="/v1", route_class=WorkRoute, tags=["assets"])
Read = Annotated[Work, within("directory:read")]
_BIGGEST = 2**31


def _whole(part: object) -> int:
    if type(part) is not int or not -_BIGGEST < part < _BIGGEST:
        raise ValueError("not a number")
    return part


def _text(part: object) -> str:
    if not isinstance(part, str) or not part.isprintable():
        raise ValueError("not a name")
    return part


_POSITIONS = {
    "relevance": (_whole, _whole, _text, UUID),
    "distance": (_whole, _whole, _text, UUID),
    "name": (_whole, _text, UUID),
}


@router.get("/assets", operation_id="search_assets", summary="Search everything that the community has")
async def search(
    request: Request, response: Response, work: Read, wanted: Annotated[schemas.AssetSearch, Query()]
) -> AssetsFound:
    """Organisations, groups, micro-providers, places, services, activities; and those people who let you see them.

    Words are understood in any language of the vocabulary. All filters must hold; `hidden` says for each how many
    more would be found without it. `why` gives the reasons. What was added a moment ago is found by its words at
    once, and by what it is about a little later. Without words, counting stops at 10,000.
    """
    prepared = await operations.prepare(work, wanted.asked(), linkers=request.app.state.linkers)
    if wanted.cursor:
        needed, *position = decode(wanted.cursor, *_POSITIONS[prepared.asked.sort])
        prepared.asked.needed, prepared.asked.cursor = max(1, needed), position
        shown, last = await operations.page(work, prepared, limit=wanted.limit)
    else:
        shown, last, counts = await operations.first_page(work, prepared, limit=wanted.limit, facets=wanted.facets)
    following = encode(prepared.asked.needed, *last.place(prepared.asked.sort)) if last else None
    for one in shown:
        if isinstance(one.asset, Person):
            await work.audit("person.found", one.asset.participant_id)
    link_next(request, response, following)
    found = AssetsFound(items=[schemas.found(one) for one in shown], next=following)
    if not wanted.cursor:
        _add_counts(found, counts, prepared, wanted.language or "en")
    return _about_question(found, prepared)


def _add_counts(found: AssetsFound, counts: Counts, prepared: Prepared, language: str) -> None:
    found.total, found.at_least, found.hidden = counts.total, counts.at_least, dict(counts.hidden)
    found.facets = {
        name: [
            FacetCount(value=value, label=_label(name, value, prepared, language), count=count)
            for value, count in sorted(values.items(), key=lambda one: (-one[1], one[0]))
        ]
        for name, values in counts.facets.items()
    }


def _label(facet: str, value: str, prepared: Prepared, language: str) -> str:
    if facet == "category" and value in CATEGORIES:
        return label(value, language)
    if facet == "language":
        return LANGUAGES.get(value, value)
    if facet == "area":
        return prepared.area_names.get(value, value)
    return value.replace("_", " ").replace("-", " ")


def _about_question(found: AssetsFound, prepared: Prepared) -> AssetsFound:
    circle, question = prepared.asked.circle, prepared.question
    if circle is not None and prepared.known_by is not None:
        latitude, longitude = circle.middle
        found.around = PlaceAsked(
            latitude=latitude, longitude=longitude, radius_km=circle.radius_km, known_by=prepared.known_by
        )
    found.some_words = question is not None and prepared.asked.needed < len(question.words)
    return found
