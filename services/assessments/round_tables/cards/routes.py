"""HTTP for the cards of a round table."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.assessments.models import Card
from services.assessments.one_to_one.schemas import CategoryKey
from services.assessments.publications.schemas import PublicationPublic, Publish
from services.assessments.publications.schemas import shown as publication_shown
from services.assessments.round_tables.cards import operations as cards
from services.assessments.round_tables.cards.schemas import (
    CardPublic,
    ChangeCard,
    LayCard,
    PublishAll,
    ReportPublic,
    Settle,
    card_shown,
    changed,
    laid,
)
from services.assessments.round_tables.devices import operations as devices
from services.assessments.round_tables.schemas import ImageKey
from services.kernel import pages
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["round tables"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
_ONE = "/v1/round-tables/{round_table_id}"
_CARD = _ONE + "/cards/{card_id}"


def _shown(card: Card, response: Response) -> CardPublic:
    tag(response, card.version)
    return card_shown(card)


@router.post(
    f"{_ONE}/tables/{{table_id}}/cards",
    status_code=201,
    operation_id="lay_card",
    summary="Lay a card on a table",
    responses={200: {"model": CardPublic, "description": "This card was delivered before."}},
)
async def lay(round_table_id: UUID, table_id: UUID, body: LayCard, response: Response, work: Writes) -> CardPublic:
    """Keep an answer to one of the two questions; a card that a device delivers twice counts once."""
    told = {"image": body.image, "category": body.category, "written_at": body.written_at, **laid(body)}
    if body.card_id is None:
        card, made = await cards.lay(work, round_table_id, table_id, externals=body.external_ids, **told)
    else:
        line = devices.Line(table_id=table_id, card_id=body.card_id, told=told)
        card, made = await devices.lay(work, round_table_id, line, externals=body.external_ids)
    response.status_code = 201 if made else 200
    response.headers["location"] = f"/v1/round-tables/{round_table_id}/cards/{card.id}"
    return _shown(card, response)


@router.get(f"{_ONE}/cards", operation_id="list_cards", summary="List the cards")
async def list_cards(
    round_table_id: UUID,
    request: Request,
    response: Response,
    work: Reads,
    table_id: UUID | None = None,
    question: Annotated[int | None, Query(ge=1, le=2)] = None,
    category: CategoryKey | None = None,
    image: Annotated[ImageKey | None, Query()] = None,
    group_id: UUID | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[CardPublic]:
    """Return the cards of an evening."""
    after = pages.after(cursor)
    found = await cards.page(
        work, round_table_id, after=after, limit=limit, table_id=table_id, question=question, category=category,
        image=image, group_id=group_id,
    )  # fmt: skip
    return pages.page(request, response, found, limit, card_shown)


@router.get(_CARD, operation_id="read_card", summary="Read a card")
async def get_card(round_table_id: UUID, card_id: UUID, response: Response, work: Reads) -> CardPublic:
    """Return one card."""
    return _shown(await cards.read(work, round_table_id, card_id), response)


@router.patch(_CARD, operation_id="change_card", summary="Translate or move a card")
async def change(
    round_table_id: UUID,
    card_id: UUID,
    body: ChangeCard,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> CardPublic:
    """Add a translation, move it to another image, or show it to the plenary; its own words stay as they are."""
    found = await cards.change(work, round_table_id, card_id, if_match=if_match, changes=changed(body))
    return _shown(found, response)


@router.post(f"{_CARD}:settle", operation_id="settle_card", summary="Settle a conflict of wordings")
async def settle(
    round_table_id: UUID,
    card_id: UUID,
    body: Settle,
    response: Response,
    work: Writes,
    if_match: IfMatch = None,
) -> CardPublic:
    """Keep the present wording or take the delivered one; the other stays beside it as replaced."""
    take = body.wording == "delivered"
    found = await cards.settle(work, round_table_id, card_id, take=take, if_match=if_match)
    response.headers["content-location"] = f"/v1/round-tables/{round_table_id}/cards/{card_id}"
    return _shown(found, response)


@router.delete(_CARD, status_code=204, operation_id="delete_card", summary="Take a card off the table")
async def delete(round_table_id: UUID, card_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Delete a card; what was published of it is withdrawn."""
    await cards.delete(work, round_table_id, card_id, if_match=if_match)


@router.post(f"{_CARD}:publish", status_code=201, operation_id="publish_card", summary="Publish a card")
async def publish(
    round_table_id: UUID, card_id: UUID, body: Publish, response: Response, work: Writes
) -> PublicationPublic:
    """Make it known to matching as a need or an offer of the consenting person who is named on it."""
    made = await cards.publish(work, round_table_id, card_id, terms=body.terms())
    tag(response, made.version, f"/v1/publications/{made.id}")
    return publication_shown(made)


@router.post(f"{_CARD}:unpublish", operation_id="unpublish_card", summary="Take it back")
async def unpublish(round_table_id: UUID, card_id: UUID, response: Response, work: Writes) -> PublicationPublic:
    """Withdraw what is published of it."""
    ended = await cards.unpublish(work, round_table_id, card_id)
    tag(response, ended.version)
    response.headers["content-location"] = f"/v1/publications/{ended.id}"
    return publication_shown(ended)


@router.post(f"{_ONE}:publish", operation_id="publish_round_table", summary="Publish the cards of all who consent")
async def publish_all(
    round_table_id: UUID, response: Response, work: Writes, body: PublishAll | None = None
) -> ReportPublic:
    """Make known what consenting people wrote, and say how many cards stay anonymous or lack consent."""
    report = await cards.publish_all(work, round_table_id, exchange=(body or PublishAll()).exchange)
    response.headers["content-location"] = f"/v1/round-tables/{round_table_id}/publications"
    return ReportPublic(**asdict(report))


@router.get(f"{_ONE}/publications", operation_id="read_publication_report", summary="How many cards are published")
async def publication_report(round_table_id: UUID, work: Reads) -> ReportPublic:
    """Return how many cards are published, anonymous, without consent, or simply not published."""
    return ReportPublic(**asdict(await cards.report(work, round_table_id)))
