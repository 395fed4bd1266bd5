"""HTTP for what people show of themselves."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.directory.assets.said import Category, facts_of
from services.directory.models import Person
from services.directory.people_shown import operations, repository
from services.directory.people_shown.schemas import PersonCreate, PersonPatch, PersonPublic, purposes_in
from services.kernel.fields import Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1/people", route_class=WorkRoute, tags=["people"])
Read = Annotated[Work, within("participants:read")]
Write = Annotated[Work, within("participants:write")]
Agreed = Annotated[
    str | None,
    Query(
        max_length=200,
        description="Only people who let your organisation do all of this at this moment: purposes of consent, with "
        "commas between.",
        examples=["directory,timebank"],
    ),
]


def _shown(person: Person, response: Response) -> PersonPublic:
    tag(response, person.version)
    return PersonPublic.model_validate(person.model_dump())


@router.post("", operation_id="add_person", summary="Show in the directory what a person can do", status_code=201)
async def add(body: PersonCreate, work: Write, response: Response) -> PersonPublic:
    """Written by her, or by who registered her; seen by those two, and by whom she lets see it (`directory`)."""
    made = await operations.show(work, **facts_of(body, said=False))
    response.headers["location"] = f"{router.prefix}/{made.id}"
    return _shown(made, response)


@router.get("", operation_id="list_people", summary="See what people can do who show it to you")
async def list_people(
    request: Request,
    response: Response,
    work: Read,
    participant_id: UUID | None = None,
    category: Annotated[Category | None, Query()] = None,
    updated_after: Moment | None = None,
    ids: TheseIds = None,
    agreed: Agreed = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[PersonPublic]:
    """Return the entries that you may see at this moment; a grant that has ended shows nothing any more."""
    after = decode(cursor, UUID)[0] if cursor else None
    rows = await repository.page(
        work, after=after, limit=limit + 1, updated_after=updated_after, ids=these(ids), participant_id=participant_id,
        category=category, agreed=purposes_in(agreed),
    )  # fmt: skip
    kept, following = cut(rows, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[PersonPublic.model_validate(row.model_dump()) for row in kept], next=following)


@router.get("/{person_id}", operation_id="read_person", summary="Read what a person shows of herself")
async def read(person_id: UUID, work: Read, response: Response) -> PersonPublic:
    return _shown(await operations.find(work, person_id), response)


@router.patch("/{person_id}", operation_id="change_person", summary="Change what a person shows of herself")
async def change(
    person_id: UUID, body: PersonPatch, work: Write, response: Response, if_match: IfMatch = None
) -> PersonPublic:
    changed = await operations.change(work, person_id, if_match=if_match, **facts_of(body, said=True))
    return _shown(changed, response)


@router.delete(
    "/{person_id}", operation_id="delete_person", summary="Show a person in the directory no longer", status_code=204
)
async def remove(person_id: UUID, work: Write, if_match: IfMatch = None) -> None:
    await operations.hide(work, person_id, if_match=if_match)
