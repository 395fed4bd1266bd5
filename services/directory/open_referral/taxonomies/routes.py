"""HTTP for taxonomies: our own, and those that imports brought."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.directory.open_referral.taxonomies import operations, ours, repository
from services.directory.open_referral.taxonomies.schemas import (
    TaxonomyPublic,
    TaxonomyTermPublic,
    kept,
    kept_term,
    own,
    own_term,
)
from services.kernel.fields import Line
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1/taxonomies", route_class=WorkRoute, tags=["taxonomies"])
Read = Annotated[Work, within("directory:read")]


@router.get("", operation_id="list_taxonomies", summary="List the taxonomies that services are classified by")
async def list_taxonomies(
    request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[TaxonomyPublic]:
    """Our own is among them, in the order of the ids."""
    after = decode(cursor, UUID)[0] if cursor else None
    found = [kept(row) for row in await repository.taxonomies(work, after=after, limit=limit + 1)]
    if after is None or after < ours.TAXONOMY:
        found.append(own())
    items, following = cut(sorted(found, key=lambda one: one.id)[: limit + 1], limit, lambda one: encode(one.id))
    link_next(request, response, following)
    return Page(items=list(items), next=following)


@router.get("/{taxonomy_id}", operation_id="read_taxonomy", summary="Read a taxonomy")
async def read_taxonomy(taxonomy_id: UUID, work: Read) -> TaxonomyPublic:
    return own() if taxonomy_id == ours.TAXONOMY else kept(await operations.find(work, taxonomy_id))


@router.get("/{taxonomy_id}/terms", operation_id="list_taxonomy_terms", summary="List or search a taxonomy's terms")
async def list_terms(
    request: Request,
    response: Response,
    taxonomy_id: UUID,
    work: Read,
    q: Annotated[Line | None, Query(description="Words that must stand in the name or the description.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[TaxonomyTermPublic]:
    after = decode(cursor, UUID)[0] if cursor else None
    words = (q or "").lower().split()
    if taxonomy_id == ours.TAXONOMY:
        mine = sorted(
            (one for one in ours.terms().values() if all(word in f"{one.name} {one.about}".lower() for word in words)),
            key=lambda one: one.id,
        )
        shown = [own_term(one) for one in mine if after is None or one.id > after][: limit + 1]
    else:
        await operations.find(work, taxonomy_id)
        rows = await repository.terms(work, taxonomy=taxonomy_id, words=words, after=after, limit=limit + 1)
        shown = [kept_term(one) for one in rows]
    items, following = cut(shown, limit, lambda one: encode(one.id))
    link_next(request, response, following)
    return Page(items=list(items), next=following)
