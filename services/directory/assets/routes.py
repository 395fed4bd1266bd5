"""HTTP for organisations, places and services: one set of routes, made once for each collection."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from services.directory.assets import operations, repository, schemas
from services.directory.models import Organisation, Place, Service
from services.kernel.fields import ExternalId, Line, Moment
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

Read = Annotated[Work, within("directory:read")]
Write = Annotated[Work, within("directory:write")]
Words = Annotated[Line | None, Query(description="Words that must stand in the name or the description.")]
Filter = Annotated[UUID | None, Query()]


def _facts(body: BaseModel, *, patch: bool) -> dict[str, Any]:
    """Return what a body says, as the tables keep it: JSON inside documents, ids as ids."""
    plain = body.model_dump(exclude_unset=patch)
    kept = body.model_dump(mode="json", exclude_unset=patch, exclude_none=True)
    documents = {"opening", "address", "place_ids"} & plain.keys()
    return plain | {name: kept[name] for name in documents if name in kept}


def _routes(kind: Any, one: str, create: type[BaseModel], patch: type[BaseModel], public: type[BaseModel]) -> APIRouter:
    many = operations.collection(kind)
    router = APIRouter(prefix=f"/v1/{many}", route_class=WorkRoute, tags=[many])

    def show(asset: Any) -> Any:
        return public.model_validate(asset.model_dump())

    def operation(verb: str, summary: str, **more: Any) -> dict[str, Any]:
        return {"operation_id": f"{verb}_{one}", "summary": summary, "response_model": public, **more}

    @router.post("", **operation("add", f"Add one of the {many}", status_code=201))
    async def add(body: create, work: Write, response: Response) -> Any:  # type: ignore[valid-type]
        asset = await operations.add(work, kind, **_facts(body, patch=False))
        tag(response, asset.version, f"/v1/{many}/{asset.id}")
        return show(asset)

    @router.get("", operation_id=f"list_{many}", summary=f"Search the {many}", response_model=Page[public])  # type: ignore[valid-type]
    async def search(
        request: Request,
        response: Response,
        work: Read,
        q: Words = None,
        organisation_id: Filter = None,
        category: Annotated[schemas.Category | None, Query()] = None,
        updated_after: Annotated[Moment | None, Query()] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Any:
        rows = await repository.page(
            work,
            kind,
            after=decode(cursor, UUID)[0] if cursor else None,
            limit=limit + 1,
            words=q,
            updated_after=updated_after,
            organisation_id=organisation_id,
            category=category,
        )
        shown, following = cut(rows, limit, lambda row: encode(row.id))
        link_next(request, response, following)
        return {"items": [show(row) for row in shown], "next": following}

    @router.put(
        "/by-external-id",
        **operation("upsert", "Add or change one by another system's id", responses={201: {"model": public}}),
    )
    async def upsert(
        body: create,  # type: ignore[valid-type]
        work: Write,
        response: Response,
        system: Annotated[Line, Query()],
        value: Annotated[Line, Query()],
        if_match: IfMatch = None,
    ) -> Any:
        external = ExternalId(system=system, value=value)
        facts = _facts(body, patch=False)
        asset, outcome = await operations.upsert(work, kind, external, if_match=if_match, **facts)
        response.status_code = 201 if outcome == "created" else 200
        tag(response, asset.version, f"/v1/{many}/{asset.id}")
        return show(asset)

    @router.get("/{asset_id}", **operation("read", "Read one"))
    async def read(asset_id: UUID, work: Read, response: Response) -> Any:
        asset = await operations.find(work, kind, asset_id)
        tag(response, asset.version)
        return show(asset)

    @router.patch("/{asset_id}", **operation("change", "Change one that your organisation holds"))
    async def change(
        asset_id: UUID,
        body: patch,  # type: ignore[valid-type]
        work: Write,
        response: Response,
        if_match: IfMatch = None,
    ) -> Any:
        asset, _ = await operations.change(work, kind, asset_id, if_match=if_match, **_facts(body, patch=True))
        tag(response, asset.version)
        return show(asset)

    @router.delete(
        "/{asset_id}", operation_id=f"delete_{one}", summary="Delete one that your organisation holds", status_code=204
    )
    async def remove(asset_id: UUID, work: Write, if_match: IfMatch = None) -> None:
        await operations.remove(work, kind, asset_id, if_match=if_match)

    return router


routers = [
    _routes(
        Organisation,
        "organisation",
        schemas.OrganisationCreate,
        schemas.OrganisationPatch,
        schemas.OrganisationPublic,
    ),
    _routes(Place, "place", schemas.PlaceCreate, schemas.PlacePatch, schemas.PlacePublic),
    _routes(Service, "service", schemas.ServiceCreate, schemas.ServicePatch, schemas.ServicePublic),
]
