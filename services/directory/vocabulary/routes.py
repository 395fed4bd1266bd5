"""HTTP for the vocabulary: concepts, what texts are about, and a community's own terms."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, Security

from services.directory.assets.said import Category
from services.directory.models import OwnTerm
from services.directory.vocabulary import operations, repository
from services.directory.vocabulary.linkers import Linkers
from services.directory.vocabulary.schemas import (
    ConceptPublic,
    Concepts,
    ConceptWhole,
    LinkAsk,
    Links,
    TermCreate,
    TermInside,
    TermPublic,
    TermsInside,
    category_of,
    shown,
    shown_link,
    whole,
)
from services.directory.vocabulary.search import reader_language
from services.kernel.caller import Caller, authenticate, external_token
from services.kernel.fields import Language, Line, preferred
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.problems import Invalid, Unauthenticated
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within
from services.vocabulary import LANGUAGES

router = APIRouter(prefix="/v1", route_class=WorkRoute, tags=["vocabulary"])
internal = APIRouter(prefix="/internal", route_class=WorkRoute, include_in_schema=False)
Read = Annotated[Work, within("directory:read")]
Write = Annotated[Work, within("directory:write")]
Inside = Annotated[Work, within("internal")]
Typed = Annotated[Line | None, Query(description="What has been typed so far: beginnings of words first, then alike.")]
Most = Annotated[int | None, Query(ge=1, le=200, description="How many at the most: 50, or 10 with `q`.")]
_PAGE, _SUGGESTIONS = 50, 10


def _reader(
    request: Request,
    language: Annotated[
        Language | None, Query(description="The language of the names; else by Accept-Language, else English.")
    ] = None,
) -> str:
    """Return the language of the vocabulary that the reader asks for, in the address or by `Accept-Language`."""
    return reader_language(language or preferred(request.headers.get("accept-language", ""), tuple(LANGUAGES)))


Reader = Annotated[str, Depends(_reader)]


@router.get("/concepts", operation_id="list_concepts", summary="List the concepts, or find some while typing")
async def list_concepts(
    request: Request,
    response: Response,
    work: Read,  # noqa: ARG001
    language: Reader,
    q: Typed = None,
    category: Annotated[Category | None, Query()] = None,
    limit: Most = None,
    cursor: Cursor = None,
) -> Concepts:
    """All concepts in a steady order, or with `q` those that may be meant, the likeliest first and on one page."""
    if q is not None:
        return await _suggestions(q, category, language, limit or _SUGGESTIONS, cursor)
    after = decode(cursor, _position)[0] if cursor else 0
    most = limit or _PAGE
    rows = await operations.page(after=after, category=category, language=language, limit=most + 1)
    kept, following = cut(rows, most, lambda row: encode(row[0]))
    link_next(request, response, following)
    return Concepts(items=[shown(one) for _, one in kept], next=following)


async def _suggestions(q: str, category: str | None, language: str, limit: int, cursor: str | None) -> Concepts:
    if cursor:
        raise Invalid.field("/cursor", "does not go with q", source="query")
    found: list[ConceptPublic] = [
        shown(one) for one in await operations.find(q, category=category, language=language, limit=limit)
    ]
    return Concepts(items=found, note=None if found else "Nothing is called like that.")


def _position(part: object) -> int:
    if not isinstance(part, int) or isinstance(part, bool) or part < 0:
        raise ValueError("not a position")
    return part


@router.get("/concepts/{concept_id}", operation_id="read_concept", summary="Read a concept in all languages")
async def read_concept(concept_id: str, work: Read, language: Reader) -> ConceptWhole:  # noqa: ARG001
    return whole(*await operations.read(concept_id, language=language))


# Nothing is changed, so there is nothing that an Idempotency-Key would have to keep from happening twice; and no
# transaction stays open while the text is read.
reading = APIRouter(prefix="/v1", tags=["vocabulary"])


@reading.post("/concepts:link", operation_id="link_text", summary="Ask which concepts a text is about")
async def link(
    body: LinkAsk,
    request: Request,
    caller: Annotated[Caller, Security(authenticate, scopes=["directory:read"])],
    _: Annotated[str | None, Security(external_token, scopes=["directory:read"])],
    language: Reader,
) -> Links:
    """At most six, most likely first, your community's own terms among them. The text is neither kept nor logged.

    `start` and `end` count characters (Unicode code points). Of a long text the first 2,000 characters are read.
    """
    if caller.tenant is None:
        raise Unauthenticated("This token belongs to no tenant.")
    linkers: Linkers = request.app.state.linkers
    found, reader, note = await operations.link(
        request.app.state.kernel, linkers=linkers, tenant=caller.tenant, text=body.text, language=body.language
    )
    return Links(items=[shown_link(one, reader, language) for one in found], note=note)


def _shown(term: OwnTerm) -> TermPublic:
    return TermPublic.model_validate({**term.model_dump(), "category": category_of(term)})


@router.post("/terms", operation_id="add_term", summary="Add your community's own name of a concept", status_code=201)
async def add_term(body: TermCreate, work: Write, response: Response) -> TermPublic:
    """It names one of our concepts, or a new one with a key and a category of your own; everybody here may use it."""
    term = await operations.add_term(work, **body.model_dump())
    tag(response, term.version, f"/v1/terms/{term.id}")
    return _shown(term)


@router.get("/terms", operation_id="list_terms", summary="List your community's own names of concepts")
async def list_terms(
    request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[TermPublic]:
    after = decode(cursor, UUID)[0] if cursor else None
    rows = await repository.page(work, after=after, limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[_shown(row) for row in kept], next=following)


@router.get("/terms/{term_id}", operation_id="read_term", summary="Read one of your community's own names")
async def read_term(term_id: UUID, work: Read, response: Response) -> TermPublic:
    term = await operations.find_term(work, term_id)
    tag(response, term.version)
    return _shown(term)


@router.delete(
    "/terms/{term_id}", operation_id="delete_term", summary="Take back a name that your organisation added",
    status_code=204,
)  # fmt: skip
async def remove_term(term_id: UUID, work: Write, if_match: IfMatch = None) -> None:
    await operations.remove_term(work, term_id, if_match=if_match)


@internal.get("/terms")
async def terms_inside(work: Inside) -> TermsInside:
    """Return all own terms of the tenant, for other services' linkers."""
    rows = await repository.page(work)
    return TermsInside(
        items=[TermInside.model_validate({**row.model_dump(), "category": category_of(row)}) for row in rows]
    )
