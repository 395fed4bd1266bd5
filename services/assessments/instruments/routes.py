"""HTTP for instruments: see which there are, read one; make, translate, publish, withdraw and revise one's own."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter

from services.assessments.instruments import operations
from services.assessments.instruments.definition import definition_of, translations_of
from services.assessments.instruments.domain import FALLBACK, Instrument, State, Use
from services.assessments.instruments.requests import (
    InstrumentCreate,
    InstrumentPatch,
    ReviewIn,
    WordingIn,
    dumped,
)
from services.assessments.instruments.schemas import (
    InstrumentPublic,
    InstrumentSummary,
    LanguagesPublic,
    language_public,
    summary,
    whole,
)
from services.kernel.fields import Count, Language, Slug
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["instruments"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
Manages = Annotated[Work, within("assessments:manage")]
_NAME: TypeAdapter[str] = TypeAdapter(Slug)
_VERSION: TypeAdapter[int] = TypeAdapter(Count)
InLanguage = Annotated[Language, Query(description="The language that you would like the texts in.")]


def _name(part: Any) -> str:
    """Return the name in a cursor. Raises ValueError for what no instrument is called."""
    return _NAME.validate_python(part)


def _number(part: Any) -> int:
    return _VERSION.validate_python(part)


@router.get("/v1/instruments", operation_id="list_instruments", summary="List the instruments there are")
async def list_instruments(
    request: Request,
    response: Response,
    work: Reads,
    language: InLanguage = FALLBACK,
    use: Use | None = None,
    name: Slug | None = None,
    state: State | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[InstrumentSummary]:
    """Return names, versions and languages, the shipped ones and your own; read one for its questions."""
    after = decode(cursor, _name, _number, UUID) if cursor else None
    found = await operations.page(work, use=use, name=name, state=state, after=after, limit=limit)
    kept, following = cut(found, limit, lambda one: encode(*operations.position(one)))
    link_next(request, response, following)
    return Page(items=[summary(one, language=language) for one in kept], next=following)


@router.get("/v1/instruments/{instrument_id}", operation_id="read_instrument", summary="Read an instrument")
async def get_instrument(
    instrument_id: UUID, response: Response, work: Reads, language: InLanguage = FALLBACK
) -> InstrumentPublic:
    """Return its questions in the asked language; `fallbacks` names each text that is in another one instead."""
    found = await operations.read(work, instrument_id)
    tag(response, found.tag)
    return whole(found, language=language)


@router.get(
    "/v1/instruments/{instrument_id}/definition",
    operation_id="read_instrument_definition", summary="Read a definition as it can be posted again",
)  # fmt: skip
async def get_definition(instrument_id: UUID, response: Response, work: Reads) -> InstrumentCreate:
    """Return the whole definition with the words of every language."""
    found = await operations.read(work, instrument_id)
    tag(response, found.tag)
    return InstrumentCreate.model_validate({**definition_of(found), "translations": translations_of(found)})


@router.get(
    "/v1/instruments/{instrument_id}/translations",
    operation_id="read_instrument_translations", summary="See how complete each language is",
)  # fmt: skip
async def get_translations(instrument_id: UUID, work: Reads) -> LanguagesPublic:
    """Return for each language how many texts are there, which are missing, and how many a native speaker has read."""
    found = await operations.read(work, instrument_id)
    each = await operations.translations(work, instrument_id)
    return LanguagesPublic(default_language=found.default_language, items=[language_public(one) for one in each])


@router.post("/v1/instruments", operation_id="create_instrument", summary="Make a draft of an instrument",
             status_code=201)  # fmt: skip
async def create_instrument(body: InstrumentCreate, response: Response, work: Writes) -> InstrumentPublic:
    """Make a draft. Its version is one more than the highest that your organisation has under this name."""
    made = await operations.create(work, definition=dumped(body))
    tag(response, made.tag, f"/v1/instruments/{made.id}")
    return whole(made, language=made.default_language)


@router.put("/v1/instruments/{instrument_id}", operation_id="replace_instrument", summary="Replace a draft")
async def replace_instrument(
    instrument_id: UUID, body: InstrumentCreate, response: Response, work: Writes, if_match: IfMatch = None
) -> InstrumentPublic:
    """Put another definition in its place; without `translations` the words stay that still belong to something."""
    found = await operations.replace(work, instrument_id, definition=dumped(body), if_match=if_match)
    return _answer(found, response)


@router.patch("/v1/instruments/{instrument_id}", operation_id="change_instrument", summary="Change a draft")
async def change_instrument(
    instrument_id: UUID, body: InstrumentPatch, response: Response, work: Writes, if_match: IfMatch = None
) -> InstrumentPublic:
    """Change parts of a draft."""
    return _answer(await operations.change(work, instrument_id, changes=dumped(body), if_match=if_match), response)


@router.delete("/v1/instruments/{instrument_id}", operation_id="delete_instrument", summary="Delete a draft",
               status_code=204)  # fmt: skip
async def delete_instrument(instrument_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Delete a draft; what has been published stays."""
    await operations.delete(work, instrument_id, if_match=if_match)


@router.put(
    "/v1/instruments/{instrument_id}/translations/{language}",
    operation_id="translate_instrument", summary="Put the texts of one language",
)  # fmt: skip
async def translate_instrument(
    instrument_id: UUID, language: Language, body: WordingIn, response: Response, work: Writes, if_match: IfMatch = None
) -> InstrumentPublic:
    """Put these texts in the place of those that the draft has in this language."""
    wording = dumped(body)
    found = await operations.translate(work, instrument_id, language=language, wording=wording, if_match=if_match)
    tag(response, found.tag)
    return whole(found, language=language)


@router.post(
    "/v1/instruments/{instrument_id}/translations/{language}:review",
    operation_id="review_instrument_translation", summary="Note that a native speaker has read texts",
)  # fmt: skip
async def review_translation(
    instrument_id: UUID, language: Language, body: ReviewIn, response: Response, work: Manages
) -> LanguagesPublic:
    """Note it, for your tenant; no text changes. Shipped instruments are reviewed in the same way."""
    await operations.note_review(work, instrument_id, language=language, keys=body.keys, by=body.by)
    response.headers["content-location"] = f"/v1/instruments/{instrument_id}/translations"
    return await get_translations(instrument_id, work)


@router.post("/v1/instruments/{instrument_id}:publish", operation_id="publish_instrument",
             summary="Publish a draft")  # fmt: skip
async def publish_instrument(
    instrument_id: UUID, response: Response, work: Writes, if_match: IfMatch = None
) -> InstrumentPublic:
    """Let people be asked from it. From now on it never changes. Refused while its default language lacks a text."""
    return _moved(await operations.publish(work, instrument_id, if_match=if_match), response)


@router.post("/v1/instruments/{instrument_id}:withdraw", operation_id="withdraw_instrument",
             summary="Withdraw an instrument")  # fmt: skip
async def withdraw_instrument(
    instrument_id: UUID, response: Response, work: Writes, if_match: IfMatch = None
) -> InstrumentPublic:
    """Take it out of use: no new assessment and no more answers. What is there stays readable."""
    return _moved(await operations.withdraw(work, instrument_id, if_match=if_match), response)


@router.post("/v1/instruments/{instrument_id}:revise", operation_id="revise_instrument",
             summary="Draft the next version", status_code=201)  # fmt: skip
async def revise_instrument(instrument_id: UUID, response: Response, work: Writes) -> InstrumentPublic:
    """Make a draft of your own from a shipped, a published or a withdrawn instrument."""
    made = await operations.revise(work, instrument_id)
    tag(response, made.tag, f"/v1/instruments/{made.id}")
    return whole(made, language=made.default_language)


def _answer(found: Instrument, response: Response) -> InstrumentPublic:
    tag(response, found.tag)
    return whole(found, language=found.default_language)


def _moved(found: Instrument, response: Response) -> InstrumentPublic:
    response.headers["content-location"] = f"/v1/instruments/{found.id}"
    return _answer(found, response)
