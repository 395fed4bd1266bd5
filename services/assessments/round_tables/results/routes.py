"""HTTP for results."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi import Response as Answer
from starlette.responses import Response

from services.assessments.round_tables.results import domain, operations, printed
from services.assessments.round_tables.results.schemas import PublishedPublic, Results, results_shown
from services.kernel.fields import Language
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["round tables"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
_ONE = "/v1/round-tables/{round_table_id}"
InLanguage = Annotated[Language, Query(description="One that sat there; else the evening's own is shown.")]
Format = Annotated[Literal["json", "html", "pdf"], Query()]


@router.get(f"{_ONE}/results", operation_id="read_results", summary="What the tables said")
async def get_results(
    round_table_id: UUID,
    work: Reads,
    language: Annotated[Language, Query(description="The language of the labels.")] = "en",
) -> Results:
    """Return counts per question, image and table, the words that the plenary saw, and the groups by dots."""
    return results_shown(await operations.standing(work, round_table_id), language=language)


@router.post(f"{_ONE}:publish-results", operation_id="publish_results", summary="Publish the results")
async def publish(round_table_id: UUID, response: Answer, work: Writes, language: InLanguage = "en") -> PublishedPublic:
    """Freeze the results, so that they can be read in every language that sat there; once, from the plenary on."""
    found = await operations.publish(work, round_table_id, language=language)
    response.headers["content-location"] = f"/v1/round-tables/{round_table_id}/results/published?language={language}"
    return _shown(found)


@router.get(
    f"{_ONE}/results/published",
    operation_id="read_published_results",
    summary="Read the published results",
    response_model=PublishedPublic,
    responses={200: {"content": {"text/html": {}, "application/pdf": {}}}},
)
async def get_published(
    round_table_id: UUID,
    work: Reads,
    language: InLanguage = "en",
    format: Format = "json",
) -> PublishedPublic | Response:
    """Return the published results in one language, as JSON, as a page, or to print."""
    found = await operations.published(work, round_table_id, language=language)
    if format == "html":
        return Response(printed.html(found), media_type="text/html")
    if format == "pdf":
        named = {"content-disposition": f'inline; filename="results-{found.language}.pdf"'}
        return Response(await printed.pdf(found, at=work.now), media_type="application/pdf", headers=named)
    return _shown(found)


def _shown(found: domain.Published) -> PublishedPublic:
    return PublishedPublic.model_validate(printed.plain(found))
