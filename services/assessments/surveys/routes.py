"""HTTP for surveys."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.assessments.models import Survey, SurveyResponse
from services.assessments.surveys import operations, sheet
from services.assessments.surveys.schemas import (
    AssetAnswers,
    ChangeSurvey,
    Comparison,
    Imported,
    ImportResponses,
    NamedResponse,
    PlanSurvey,
    Respond,
    SurveyPublic,
    SurveyResults,
    Taken,
    WaveIds,
    comparison_shown,
    results_shown,
    survey_shown,
    survey_values,
    wave_ids,
)
from services.kernel import pages
from services.kernel.fields import ExternalId, Language, Line, Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["surveys"])
internal = APIRouter(route_class=WorkRoute, include_in_schema=False)
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
Format = Annotated[Literal["json", "csv"] | None, Query(alias="format")]
InLanguage = Annotated[Language, Query(description="The language that you would like the texts in.")]
_HOME = "/v1/surveys"
_ONE = _HOME + "/{survey_id}"
_SHEET: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}


def _shown(row: Survey, response: Response, *, made: bool = False) -> SurveyPublic:
    tag(response, row.version, f"{_HOME}/{row.id}" if made else None)
    return survey_shown(row)


def _is_csv(request: Request, form: str | None) -> bool:
    return form == "csv" or (form is None and request.headers.get("accept", "").startswith("text/csv"))


def _csv(content: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Vary": "Accept"}
    return Response(content, media_type="text/csv", headers=headers)


@router.post(_HOME, status_code=201, operation_id="plan_survey", summary="Open a survey")
async def plan(body: PlanSurvey, response: Response, work: Writes) -> SurveyPublic:
    """Open one wave of asking the questions of an instrument that is made for surveys."""
    made = await operations.plan(work, externals=body.external_ids, **survey_values(body))
    return _shown(made, response, made=True)


@router.get(_HOME, operation_id="list_surveys", summary="List surveys")
async def list_surveys(
    request: Request,
    response: Response,
    work: Reads,
    state: Literal["open", "closed"] | None = None,
    instrument_id: UUID | None = None,
    updated_after: Moment | None = None,
    ids: TheseIds = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[SurveyPublic]:
    """Return the surveys of the neighbourhood."""
    after = pages.after(cursor)
    found = await operations.page(
        work,
        after=after,
        limit=limit,
        state=state,
        instrument_id=instrument_id,
        updated_after=updated_after,
        ids=these(ids),
    )
    return pages.page(request, response, found, limit, survey_shown)


@router.put(
    f"{_HOME}/by-external-id",
    operation_id="upsert_survey",
    summary="Open or update a survey by your own id",
    responses={201: {"model": SurveyPublic}},
)
async def upsert(
    body: PlanSurvey,
    response: Response,
    work: Writes,
    system: Annotated[Line, Query()],
    value: Annotated[Line, Query()],
    if_match: IfMatch = None,
) -> SurveyPublic:
    """Put a survey under what your system calls it; the same put again changes nothing."""
    external = ExternalId(system=system, value=value)
    found, made = await operations.upsert(
        work, external=external, if_match=if_match, externals=body.external_ids, **survey_values(body)
    )
    response.status_code = 201 if made else 200
    return _shown(found, response, made=made)


@router.get(
    f"{_HOME}/compare",
    operation_id="compare_surveys",
    summary="See several waves side by side",
    response_model=Comparison,
    responses=_SHEET,
)
async def compare(
    request: Request, ids: Annotated[WaveIds, Query()], work: Reads, form: Format = None, language: InLanguage = "en"
) -> Any:
    """Return the shares of each choice in several waves of the same questions."""
    waves = await operations.compare(work, survey_ids=wave_ids(ids))
    compared = comparison_shown(waves, language=language)
    return _csv(sheet.comparison_sheet(compared), "waves") if _is_csv(request, form) else compared


@router.get(_ONE, operation_id="read_survey", summary="Read a survey")
async def get_survey(survey_id: UUID, response: Response, work: Reads) -> SurveyPublic:
    """Return one survey."""
    return _shown(await operations.get(work, survey_id), response)


@router.patch(_ONE, operation_id="change_survey", summary="Change a survey")
async def change(
    survey_id: UUID, body: ChangeSurvey, response: Response, work: Writes, if_match: IfMatch = None
) -> SurveyPublic:
    """Change its title, days, area or languages."""
    changes = survey_values(body)
    if "external_ids" in body.model_fields_set:
        changes["external_ids"] = body.external_ids
    return _shown(await operations.change(work, survey_id, if_match=if_match, changes=changes), response)


@router.delete(_ONE, status_code=204, operation_id="delete_survey", summary="Delete a survey")
async def delete(survey_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Delete it; its responses are read no more."""
    await operations.delete(work, survey_id, if_match=if_match)


@router.post(f"{_ONE}:close", operation_id="close_survey", summary="Close a survey for good")
async def close(survey_id: UUID, response: Response, work: Writes) -> SurveyPublic:
    """Take no more responses; now all of them are counted."""
    closed = await operations.close(work, survey_id)
    response.headers["content-location"] = f"{_HOME}/{closed.id}"
    return _shown(closed, response)


@router.post(
    f"{_ONE}/responses",
    status_code=201,
    operation_id="respond_to_survey",
    summary="Answer a survey",
    responses={200: {"model": Taken, "description": "This response was delivered before."}},
)
async def respond(survey_id: UUID, body: Respond, response: Response, work: Writes) -> Taken:
    """Take an anonymous response. It has no address of its own: nobody can read it again by itself."""
    new = await operations.respond(work, survey_id, given=body.given())
    response.status_code = 201 if new else 200
    return Taken(survey_id=survey_id, client_id=body.client_id, state="taken" if new else "known")


@router.post(f"{_ONE}/responses:import", operation_id="import_responses", summary="Bring in many responses")
async def import_responses(survey_id: UUID, body: ImportResponses, work: Writes) -> Imported:
    """Take up to 1,000 responses, such as from paper, to your own survey; when one is wrong, none is taken."""
    new, known = await operations.take_many(work, survey_id, given=[one.given() for one in body.responses])
    return Imported(survey_id=survey_id, taken=new, known=known)


@router.get(f"{_ONE}/responses", operation_id="list_named_responses", summary="List responses of organisations")
async def list_named(
    survey_id: UUID, request: Request, response: Response, work: Reads, limit: Limit = 50, cursor: Cursor = None
) -> Page[NamedResponse]:
    """Return, to the holder, the responses of organisations that name themselves; never an anonymous one."""
    after = decode(cursor, UUID)[0] if cursor else None
    found = await operations.named(work, survey_id, after=after, limit=limit)
    kept, following = cut(found, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[_named(row) for row in kept], next=following)


def _named(row: SurveyResponse) -> NamedResponse:
    return NamedResponse.model_validate(row, from_attributes=True)


@router.get(
    f"{_ONE}/results",
    operation_id="read_survey_results",
    summary="Read what a survey has found",
    response_model=SurveyResults,
    responses=_SHEET,
)
async def read_results(
    survey_id: UUID, request: Request, work: Reads, form: Format = None, language: InLanguage = "en"
) -> Any:
    """Return counts, shares and means per question, and, for the holder, free texts apart from all else."""
    shown = results_shown(await operations.read(work, survey_id), language=language)
    return _csv(sheet.results_sheet(shown), "results") if _is_csv(request, form) else shown


@internal.get("/internal/asset-answers/{response_id}")
async def asset_answers(response_id: UUID, work: Annotated[Work, within("internal")]) -> AssetAnswers:
    """Return what a response that asks to be listed said for the directory; any other is as unknown."""
    survey, answers = await operations.asset_answers(work, response_id)
    return AssetAnswers(response_id=response_id, survey_id=survey.id, held_by=survey.held_by, answers=answers)
