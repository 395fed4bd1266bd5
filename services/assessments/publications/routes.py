"""HTTP for publications: an organisation's own, and the ones that matching reads."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.assessments.publications import operations
from services.assessments.publications.schemas import (
    ForMatching,
    ListingKind,
    PublicationPublic,
    PublicationState,
    for_matching,
    shown,
)
from services.kernel import pages
from services.kernel.fields import Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.problems import Invalid
from services.kernel.versions import tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["publications"])
internal = APIRouter(route_class=WorkRoute, include_in_schema=False)
Reads = Annotated[Work, within("assessments:read")]
_MOST_IDS = 500


@router.get("/v1/publications", operation_id="list_publications", summary="List what was made known")
async def list_publications(
    request: Request,
    response: Response,
    work: Reads,
    kind: ListingKind | None = None,
    state: PublicationState | None = None,
    participant_id: UUID | None = None,
    updated_after: Moment | None = None,
    ids: TheseIds = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[PublicationPublic]:
    """Return the organisation's publications, or a person's own, with what matching made of them."""
    found = await operations.page(
        work,
        kind=kind,
        state=state,
        participant_id=participant_id,
        updated_after=updated_after,
        ids=these(ids),
        after=pages.after(cursor),
        limit=limit,
    )
    return pages.page(request, response, found, limit, shown)


@router.get("/v1/publications/{publication_id}", operation_id="read_publication", summary="Read a publication")
async def get_publication(publication_id: UUID, response: Response, work: Reads) -> PublicationPublic:
    """Return one publication."""
    found = await operations.get(work, publication_id)
    tag(response, found.version)
    return shown(found)


@internal.get("/internal/publications")
async def publications_for_matching(
    ids: Annotated[str, Query(max_length=40 * _MOST_IDS)], work: Annotated[Work, within("internal")]
) -> list[ForMatching]:
    """Return the publications named in `ids`, separated by commas; unknown ones are missing."""
    found = await operations.for_matching(work, ids=_ids(ids))
    return [for_matching(publication) for publication in found]


def _ids(text: str) -> set[UUID]:
    try:
        return {UUID(part) for part in text.split(",") if part}
    except ValueError:
        raise Invalid.field("/ids", "must be ids separated by commas", source="query") from None
