"""HTTP for presentations and for groups of like cards."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.assessments.models import Card, CardGroup
from services.assessments.round_tables.cards.schemas import CardPublic, card_shown
from services.assessments.round_tables.plenary import operations
from services.assessments.round_tables.plenary.schemas import (
    ChangeGroup,
    GroupPublic,
    MakeGroup,
    Merge,
    PresentationPublic,
    Presentations,
    PutGroup,
    Suggested,
    group_shown,
    presentation_shown,
)
from services.kernel import pages
from services.kernel.fields import Language
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["round tables"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
InLanguage = Annotated[Language, Query(description="The language of the groups' names.")]
_ONE = "/v1/round-tables/{round_table_id}"
_GROUP = _ONE + "/groups/{group_id}"


def _shown(group: CardGroup, cards: list[Card], response: Response, language: str = "en") -> GroupPublic:
    tag(response, group.version)
    return group_shown(group, cards, language)


@router.post(f"{_ONE}/tables/{{table_id}}:present", operation_id="present_table", summary="A table presents")
async def present(round_table_id: UUID, table_id: UUID, response: Response, work: Writes) -> PresentationPublic:
    """Show the plenary those of a table's cards that are meant for it; the order of the tables is kept."""
    found = await operations.present(work, round_table_id, table_id)
    response.headers["content-location"] = f"/v1/round-tables/{round_table_id}/tables/{table_id}"
    return presentation_shown(found)


@router.get(f"{_ONE}/presentations", operation_id="read_presentations", summary="Which tables have presented")
async def presentations(round_table_id: UUID, work: Reads) -> Presentations:
    """Return the tables in the order in which they presented, then those that have not."""
    return Presentations(
        tables=[presentation_shown(one) for one in await operations.presentations(work, round_table_id)]
    )


@router.post(f"{_ONE}/groups:suggest", operation_id="suggest_groups", summary="Group like cards")
async def suggest(round_table_id: UUID, response: Response, work: Writes) -> Suggested:
    """Group the cards that are in no group by what they are about, whatever their language."""
    grouped = await operations.suggest(work, round_table_id)
    response.headers["content-location"] = f"/v1/round-tables/{round_table_id}/groups"
    return Suggested(grouped=grouped)


@router.post(f"{_ONE}/groups", status_code=201, operation_id="make_group", summary="Make a group by hand")
async def make(round_table_id: UUID, body: MakeGroup, response: Response, work: Writes) -> GroupPublic:
    """Make an empty group; cards are put into it one by one."""
    made = await operations.make_group(work, round_table_id, **body.model_dump())
    response.headers["location"] = f"/v1/round-tables/{round_table_id}/groups/{made.id}"
    return _shown(made, [], response)


@router.get(f"{_ONE}/groups", operation_id="list_groups", summary="List the groups of like cards")
async def list_groups(
    round_table_id: UUID,
    request: Request,
    response: Response,
    work: Reads,
    language: InLanguage = "en",
    question: Annotated[int | None, Query(ge=1, le=2)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[GroupPublic]:
    """Return the groups with the cards in them that the plenary sees."""
    after = pages.after(cursor)
    found, cards = await operations.group_page(work, round_table_id, question=question, after=after, limit=limit)
    return pages.page(request, response, found, limit, lambda row: group_shown(row, cards, language))


@router.get(_GROUP, operation_id="read_group", summary="Read a group")
async def get_group(
    round_table_id: UUID, group_id: UUID, response: Response, work: Reads, language: InLanguage = "en"
) -> GroupPublic:
    """Return one group with the cards in it that the plenary sees."""
    group, cards = await operations.get_group(work, round_table_id, group_id)
    return _shown(group, list(cards), response, language)


@router.patch(_GROUP, operation_id="change_group", summary="Name a group")
async def change(
    round_table_id: UUID, group_id: UUID, body: ChangeGroup, response: Response, work: Writes, if_match: IfMatch = None
) -> GroupPublic:
    """Name a group in each language, or say what it is about."""
    changes = body.model_dump(exclude_unset=True)
    await operations.change_group(work, round_table_id, group_id, if_match=if_match, changes=changes)
    group, cards = await operations.get_group(work, round_table_id, group_id)
    return _shown(group, list(cards), response)


@router.delete(_GROUP, status_code=204, operation_id="delete_group", summary="Break a group up")
async def delete(round_table_id: UUID, group_id: UUID, work: Writes, if_match: IfMatch = None) -> None:
    """Let its cards stand alone; the dots on it go back to who set them."""
    await operations.delete_group(work, round_table_id, group_id, if_match=if_match)


@router.post(f"{_GROUP}:merge", operation_id="merge_groups", summary="Merge a group into another")
async def merge(round_table_id: UUID, group_id: UUID, body: Merge, response: Response, work: Writes) -> GroupPublic:
    """Move a group's cards and dots into another one of the same question."""
    await operations.merge(work, round_table_id, group_id, into=body.into)
    group, cards = await operations.get_group(work, round_table_id, body.into)
    response.headers["content-location"] = f"/v1/round-tables/{round_table_id}/groups/{group.id}"
    return _shown(group, list(cards), response)


@router.put(f"{_ONE}/cards/{{card_id}}/group", operation_id="put_card_group", summary="Move a card to a group")
async def put_card(round_table_id: UUID, card_id: UUID, body: PutGroup, response: Response, work: Writes) -> CardPublic:
    """Put a card into a group of its question, or take it out of any; a later suggestion leaves it there."""
    card = await operations.put_card(work, round_table_id, card_id, group_id=body.group_id)
    tag(response, card.version)
    return card_shown(card)
